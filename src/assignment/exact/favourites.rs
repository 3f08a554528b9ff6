//! Everybody at what is cheapest for her, where all can have that at once: nothing can cost less, and prices of 0 prove it.
//!
//! That happens where costs are few and arcs many. A left node's favourites are its cheapest arcs. Each in turn takes a free right
//! node among them; who finds none looks for others to move, depth first, with a glance ahead at each step. The search is
//! given up once it has looked at all arcs several times, and is not begun where few have a choice between favourites.
//!
//! Cost: one look at the costs of a sample, then O(m). Reference: A. Pothen, C.-J. Fan, "Computing the block triangular form of a sparse
//! matrix", ACM Transactions on Mathematical Software 16, 1990 (depth-first search with lookahead).

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::graph::NONE;
use super::report::Report;
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Objective, Solution, SolveError, Status};

/// Left nodes looked at to decide whether to begin.
const SAMPLE: usize = 256;

/// Favourites that those have on average, at least.
const CHOICE: usize = 3;

/// How often all arcs may be looked at.
const LOOKS: usize = 8;

/// The least-cost choice where everybody gets a favourite; `None` where that cannot be, or was not found soon.
pub(super) fn solve(problem: &Problem, report: &mut Report<'_>) -> Result<Option<Solution>, SolveError> {
    if !suits(problem) {
        return Ok(None);
    }
    let mut matching = Matching::new(problem);
    let mut open: Vec<u32> = (0..problem.left_count() as u32).collect();
    for round in 1.. {
        let before = open.len();
        open.retain(|left| !matching.settle(*left, round));
        report.tell()?;
        if open.is_empty() {
            break;
        }
        if open.len() == before || matching.arcs_scanned > LOOKS * problem.arc_count() {
            return Ok(None);
        }
    }
    report.statistics.arcs_scanned += matching.arcs_scanned as u64;
    let chosen: Vec<Option<u32>> = matching.arc.into_iter().map(Some).collect();
    Ok(Some(Solution {
        objective: Objective::of(problem, &chosen),
        chosen,
        price: vec![0; problem.right_count()],
        status: Status::Optimal,
        statistics: report.statistics,
    }))
}

/// Whether there is one unit for everybody, of no price, and many have several favourites.
fn suits(problem: &Problem) -> bool {
    let rights = || 0..problem.right_count() as u32;
    if problem.left_count() > problem.right_count()
        || rights().any(|right| problem.capacity(right) != 1 || problem.load_step(right, 0) > 0)
    {
        return false;
    }
    let sample = (0..problem.left_count() as u32).step_by(problem.left_count() / SAMPLE + 1);
    let favourites = |left: u32| {
        let costs = problem.row_costs(left);
        let least = least(problem, left);
        costs.iter().filter(|cost| Some(**cost) == least).count()
    };
    sample.clone().map(favourites).sum::<usize>() >= CHOICE * sample.count()
}

/// What a left node's favourites cost, unless it has rather none.
fn least(problem: &Problem, left: u32) -> Option<i64> {
    let least = problem.row_costs(left).iter().min().copied();
    least.filter(|least| problem.unmatched(left).price().is_none_or(|price| *least <= price))
}

/// Who has which right node.
struct Matching<'p> {
    problem: &'p Problem,
    /// By left node: what its favourites cost.
    least: Vec<Option<i64>>,
    /// By left node: the arc it has.
    arc: Vec<u32>,
    /// By right node: who has it, or [`NONE`].
    holder: Vec<u32>,
    /// By left node: arcs before this one lead to nobody free; what is taken stays taken.
    ahead: Vec<u32>,
    /// By right node: the last round in which it was come through.
    seen: Vec<u32>,
    /// Left nodes on the way, each with the arc after the one it would take.
    path: Vec<(u32, usize)>,
    arcs_scanned: usize,
}

impl<'p> Matching<'p> {
    fn new(problem: &'p Problem) -> Self {
        let lefts = 0..problem.left_count() as u32;
        Self {
            problem,
            least: lefts.clone().into_par_iter().map(|left| least(problem, left)).collect(),
            arc: vec![NONE; problem.left_count()],
            holder: vec![NONE; problem.right_count()],
            ahead: lefts.map(|left| problem.row(left).start as u32).collect(),
            seen: vec![0; problem.right_count()],
            path: Vec::new(),
            arcs_scanned: problem.arc_count(),
        }
    }

    /// Finds a favourite for a left node; `false` where none was found in this round.
    fn settle(&mut self, start: u32, round: u32) -> bool {
        self.path.clear();
        self.path.push((start, self.problem.row(start).start));
        while let Some(&(left, next)) = self.path.last() {
            if let Some(arc) = self.free_ahead(left) {
                self.take(arc);
                return true;
            }
            let end = self.problem.row(left).end;
            let favourite = (next..end).find(|arc| {
                self.is_favourite(left, *arc) && self.seen[self.problem.arc_right(*arc) as usize] != round
            });
            self.arcs_scanned += favourite.unwrap_or(end) - next;
            match favourite {
                Some(arc) => {
                    let right = self.problem.arc_right(arc) as usize;
                    self.seen[right] = round;
                    self.path.last_mut().expect("its last step was read").1 = arc + 1;
                    let holder = self.holder[right];
                    self.path.push((holder, self.problem.row(holder).start));
                }
                None => {
                    self.path.pop();
                }
            }
        }
        false
    }

    fn is_favourite(&self, left: u32, arc: usize) -> bool {
        Some(self.problem.arc_cost(arc)) == self.least[left as usize]
    }

    /// A favourite that nobody has.
    fn free_ahead(&mut self, left: u32) -> Option<usize> {
        let (start, end) = (self.ahead[left as usize] as usize, self.problem.row(left).end);
        let free = (start..end).find(|arc| {
            self.is_favourite(left, *arc) && self.holder[self.problem.arc_right(*arc) as usize] == NONE
        });
        self.ahead[left as usize] = free.unwrap_or(end) as u32;
        self.arcs_scanned += free.unwrap_or(end) - start;
        free
    }

    /// The last left node on the path takes an arc to a free right node, each of the others the arc it went along.
    fn take(&mut self, arc: usize) {
        let mut arc = arc;
        while let Some((left, _)) = self.path.pop() {
            self.holder[self.problem.arc_right(arc) as usize] = left;
            self.arc[left as usize] = arc as u32;
            arc = self.path.last().map_or(arc, |(_, next)| next - 1);
        }
    }
}
