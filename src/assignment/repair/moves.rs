//! What an amendment changed, told so that a caller can act on it: who moved, and where prices now allow what they did not.

/// A left node whose right node changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The left node.
    pub left: u32,
    /// The right node it had.
    pub from: Option<u32>,
    /// The right node it has.
    pub to: Option<u32>,
}

/// What an amendment changed. Lists are in the order of node numbers.
///
/// A pair without an arc of its own can improve the choice only where c + v < u. So whoever had none such before needs
/// to look only at the left nodes whose u rose and the right nodes whose v fell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moves {
    /// Left nodes whose right node changed.
    pub moved: Vec<Move>,
    /// Left nodes whose price u rose, or that are new.
    pub risen: Vec<u32>,
    /// Right nodes whose price v fell, or that are new.
    pub fallen: Vec<u32>,
    /// Left nodes whose u fell. No pair of theirs need be looked at for it; who keeps bounds by price will want to know.
    pub sunk: Vec<u32>,
    /// Right nodes whose v rose: likewise.
    pub raised: Vec<u32>,
    /// The total now: Σ cost + Σ load + Σ unmatched.
    pub objective: i128,
}

impl Moves {
    /// This followed by `later`, as if it had been one amendment.
    ///
    /// Prices that rose and fell again stay in the lists: what was looked at in between, the caller knows.
    #[must_use]
    pub fn then(mut self, later: Self) -> Self {
        self.moved.extend(later.moved);
        // Stable: of the entries of one left node the first says where it came from, the last where it went.
        self.moved.sort_by_key(|entry| entry.left);
        let runs = self.moved.chunk_by(|one, other| one.left == other.left);
        let joined = runs.map(|run| Move { to: run[run.len() - 1].to, ..run[0] });
        self.moved = joined.filter(|entry| entry.from != entry.to).collect();
        let lists = [
            (&mut self.risen, later.risen),
            (&mut self.fallen, later.fallen),
            (&mut self.sunk, later.sunk),
            (&mut self.raised, later.raised),
        ];
        for (mine, others) in lists {
            mine.extend(others);
            mine.sort_unstable();
            mine.dedup();
        }
        self.objective = later.objective;
        self
    }
}
