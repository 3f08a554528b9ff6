//! Everybody at what is cheapest for her, where all can have that at once: nothing can cost less, and prices of 0 prove it.
//!
//! That happens where costs are few and arcs many. A left node's favourites are its cheapest arcs. Each in turn takes a free right
//! node among them; who finds none looks for others to move, depth first, with a glance ahead at each step. The search is
//! given up once it has looked at all favourites several times, and is not begun where few have a choice between favourites.
//!
//! Cost: one look at the costs of a sample, then O(m). Reference: A. Pothen, C.-J. Fan, "Computing the block triangular form of a sparse
//! matrix", ACM Transactions on Mathematical Software 16, 1990 (depth-first search with lookahead).

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::graph::{BLOCK, NONE};
use super::report::Report;
use crate::assignment::problem::Problem;
use crate::assignment::solution::{Objective, Solution, SolveError, Status};

/// Left nodes looked at to decide whether to begin.
const SAMPLE: usize = 256;

/// Favourites that those have on average, at least.
const CHOICE: usize = 3;

/// How often all favourites may be looked at.
const LOOKS: usize = 8;

/// The least-cost choice where everybody gets a favourite; `None` where that cannot be, or was not found soon.
pub(super) fn solve(problem: &Problem, report: &mut Report<'_>) -> Result<Option<Solution>, SolveError> {
    if !suits(problem) {
        return Ok(None);
    }
    let favourites = Favourites::of(problem);
    let mut matching = Matching::new(problem, &favourites);
    let mut open: Vec<u32> = (0..problem.left_count() as u32).collect();
    for round in 1.. {
        let before = open.len();
        open.retain(|left| !matching.settle(*left, round));
        report.tell()?;
        if open.is_empty() {
            break;
        }
        if open.len() == before || matching.scanned > LOOKS * favourites.rights.len() {
            return Ok(None);
        }
    }
    report.statistics.arcs_scanned += (problem.arc_count() + matching.scanned) as u64;
    let chosen = problem.arcs_to(&matching.right.into_iter().map(Some).collect::<Vec<Option<u32>>>());
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

/// The right nodes of all favourites.
struct Favourites {
    /// By left node: where its own begin; at the end, where the last ends.
    start: Vec<u32>,
    rights: Vec<u32>,
}

impl Favourites {
    fn of(problem: &Problem) -> Self {
        let lefts = problem.left_count() as u32;
        let blocks: Vec<u32> = (0..lefts).step_by(BLOCK).collect();
        let of_block = |first: u32| {
            let (mut ends, mut rights) = (Vec::with_capacity(BLOCK), Vec::new());
            for left in first..lefts.min(first + BLOCK as u32) {
                let (row, least) = (problem.row_rights(left), least(problem, left));
                let mut end = rights.len();
                rights.resize(end + row.len(), NONE);
                // Without branches: which of the row are favourites cannot be foretold.
                for (right, cost) in row.iter().zip(problem.row_costs(left)) {
                    rights[end] = *right;
                    end += usize::from(Some(*cost) == least);
                }
                rights.truncate(end);
                ends.push(end as u32);
            }
            (ends, rights)
        };
        let blocks: Vec<(Vec<u32>, Vec<u32>)> = blocks.into_par_iter().map(of_block).collect();
        let mut all = Self { start: vec![0], rights: Vec::new() };
        for (ends, rights) in blocks {
            let begun = all.rights.len() as u32;
            all.start.extend(ends.iter().map(|end| begun + end));
            all.rights.extend(rights);
        }
        all
    }

    fn start(&self, left: u32) -> u32 {
        self.start[left as usize]
    }

    fn end(&self, left: u32) -> u32 {
        self.start[left as usize + 1]
    }
}

/// Who has which right node.
struct Matching<'f> {
    favourites: &'f Favourites,
    /// By left node: the right node it has.
    right: Vec<u32>,
    /// By right node: who has it, or [`NONE`].
    holder: Vec<u32>,
    /// By left node: favourites before this one lead to nobody free; what is taken stays taken.
    ahead: Vec<u32>,
    /// By right node: the last round in which it was come through.
    seen: Vec<u32>,
    /// Left nodes on the way, each with the favourite after the one it would take.
    path: Vec<(u32, u32)>,
    scanned: usize,
}

impl<'f> Matching<'f> {
    fn new(problem: &Problem, favourites: &'f Favourites) -> Self {
        let lefts = problem.left_count();
        Self {
            favourites,
            right: vec![NONE; lefts],
            holder: vec![NONE; problem.right_count()],
            ahead: favourites.start[..lefts].to_vec(),
            seen: vec![0; problem.right_count()],
            path: Vec::new(),
            scanned: 0,
        }
    }

    /// Finds a favourite for a left node; `false` where none was found in this round.
    fn settle(&mut self, start: u32, round: u32) -> bool {
        let favourites = self.favourites;
        self.path.clear();
        self.path.push((start, favourites.start(start)));
        while let Some(&(left, next)) = self.path.last() {
            if let Some(right) = self.free_ahead(left) {
                self.take(right);
                return true;
            }
            let others = &favourites.rights[next as usize..favourites.end(left) as usize];
            let unseen = others.iter().position(|right| self.seen[*right as usize] != round);
            self.scanned += unseen.unwrap_or(others.len());
            match unseen {
                Some(at) => {
                    let right = others[at] as usize;
                    self.seen[right] = round;
                    self.path.last_mut().expect("its last step was read").1 = next + at as u32 + 1;
                    let holder = self.holder[right];
                    self.path.push((holder, favourites.start(holder)));
                }
                None => {
                    self.path.pop();
                }
            }
        }
        false
    }

    /// A favourite that nobody has.
    fn free_ahead(&mut self, left: u32) -> Option<u32> {
        let (start, end) = (self.ahead[left as usize], self.favourites.end(left));
        let ahead = &self.favourites.rights[start as usize..end as usize];
        let free = ahead.iter().position(|right| self.holder[*right as usize] == NONE);
        let passed = free.unwrap_or(ahead.len());
        self.ahead[left as usize] = start + passed as u32;
        self.scanned += passed;
        free.map(|at| ahead[at])
    }

    /// The last left node on the path takes a free right node, each of the others the one it went along.
    fn take(&mut self, right: u32) {
        let mut right = right;
        while let Some((left, _)) = self.path.pop() {
            self.holder[right as usize] = left;
            self.right[left as usize] = right;
            if let Some((_, next)) = self.path.last() {
                right = self.favourites.rights[*next as usize - 1];
            }
        }
    }
}
