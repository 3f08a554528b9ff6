//! What alternating paths reach from left nodes that have nothing, for all of them at once: a choice and an oracle
//! of admissible arcs in, the condensed graph of what is reached out.
//!
//! An alternating path takes any admissible arc out and a chosen arc back. Read over right nodes: j → j′ where some
//! holder of j has an admissible arc to j′. If every right node that is reached from a left node i is full, the
//! left nodes reached (i itself and every holder) outnumber the capacity that they can get at all: P. Hall's
//! condition fails on exactly this set, by one for each of its left nodes that has nothing; here that is i alone,
//! because no chosen arc leads back to another.
//!
//! Arcs are not held; an oracle finds, among the right nodes adjacent to a left node, one of least mark
//! ([`MarkedRights`]).
//! 1. **Components.** Tarjan's depth-first search, from every left node that has nothing. A right node is marked 0
//!    before it is seen, then by its number on the stack, and not at all once its component is done. So *one*
//!    answer tells all that the search asks of a left node: a mark of 0 is an arc of the tree, the least other mark
//!    is the low link, and arcs to finished components do not count. Every right node is found once, and every left
//!    node is told once that nothing is left.
//! 2. **Arcs between components.** Components are numbered as they finish, so arcs lead to lower numbers. In that
//!    order each left node of a component is asked for a neighbour outside what the component is known to reach,
//!    until there is none: then reachability over these few arcs is reachability over all admissible ones.
//! 3. **Look-up.** A walk from the components that the left node itself has neighbours in.
//!
//! # Complexity
//! At most r + l answers of the oracle for r right and l left nodes reached, and one for each arc between
//! components that step 2 finds, besides one for each left node; O(r + l + arcs · components) time else, O(r +
//! arcs) space.
//!
//! References: R. Tarjan, "Depth-first search and linear graph algorithms", 1972; P. Hall, "On representatives of
//! subsets", 1935.

use super::problem::Problem;

/// Stands for no mark: such a right node is never found.
pub const UNMARKED: u32 = u32::MAX;
/// Stands for no component.
const NONE: u32 = u32::MAX;

/// All admissible arcs, searched by the marks of right nodes.
pub trait MarkedRights {
    /// Gives every right node its mark.
    fn mark_all(&mut self, marks: Vec<u32>);
    /// Gives one right node a mark.
    fn mark(&mut self, right: u32, mark: u32);
    /// Of the right nodes adjacent to a left node one of least mark, if that is below a bound.
    fn least(&self, left: u32, below: u32) -> Option<u32>;
    /// Some marked right node adjacent to a left node whose mark is wanted.
    fn any(&self, left: u32, wanted: &dyn Fn(u32) -> bool) -> Option<u32>;
}

/// The condensed graph of everything that is reached from left nodes that have nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closures {
    /// By right node.
    component: Vec<u32>,
    /// By component: its right nodes.
    members: Vec<Vec<u32>>,
    /// By component: components of lower number, enough of them for every way.
    successors: Vec<Vec<u32>>,
}

impl Closures {
    /// Finds what is reached. Of the problem only the arcs that it holds are read: each must be admissible, and they
    /// save as many answers of the oracle. `holders` are the left nodes that chose each right node. Afterwards the oracle is
    /// marked with the numbers of components, for [`reached`](Self::reached).
    pub fn of(
        problem: &Problem,
        holders: &[Vec<u32>],
        having_nothing: &[u32],
        oracle: &mut impl MarkedRights,
    ) -> Self {
        let mut search = Tarjan::new(problem, holders, oracle);
        for left in having_nothing {
            while let Some(right) = search.oracle.least(*left, 1) {
                search.explore(right);
            }
        }
        let Tarjan { component, members, .. } = search;
        oracle.mark_all(component.clone());
        let mut closures = Self { component, successors: Vec::with_capacity(members.len()), members };
        let mut walk = Walk::over(closures.members.len());
        for number in 0..closures.members.len() {
            walk.begin();
            walk.reach(&closures.successors, number as u32);
            let mut successors = Vec::new();
            for right in &closures.members[number] {
                for left in &holders[*right as usize] {
                    while let Some(found) = oracle.any(*left, &|mark| !walk.has(mark)) {
                        let next = closures.component[found as usize];
                        successors.push(next);
                        walk.reach(&closures.successors, next);
                    }
                }
            }
            closures.successors.push(successors);
        }
        closures
    }

    /// How many components there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether nothing is reached.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The right nodes of a component.
    pub fn members(&self, component: u32) -> &[u32] {
        &self.members[component as usize]
    }

    /// The components that alternating paths from a left node reach, ascending. It must be one of those that had
    /// nothing, and the oracle as [`of`](Self::of) left it.
    pub fn reached(&self, left: u32, oracle: &impl MarkedRights) -> Vec<u32> {
        let mut walk = Walk::over(self.members.len());
        walk.begin();
        while let Some(found) = oracle.any(left, &|mark| !walk.has(mark)) {
            walk.reach(&self.successors, self.component[found as usize]);
        }
        let mut reached = walk.reached;
        reached.sort_unstable();
        reached
    }
}

/// Which components a walk has come by.
struct Walk {
    stamp: Vec<u32>,
    now: u32,
    reached: Vec<u32>,
}

impl Walk {
    fn over(components: usize) -> Self {
        Self { stamp: vec![0; components], now: 0, reached: Vec::new() }
    }

    fn begin(&mut self) {
        self.now += 1;
        self.reached.clear();
    }

    fn has(&self, component: u32) -> bool {
        self.stamp[component as usize] == self.now
    }

    /// Goes everywhere from a component. One whose arcs are not known yet leads nowhere.
    fn reach(&mut self, successors: &[Vec<u32>], from: u32) {
        let mut open = vec![from];
        while let Some(at) = open.pop() {
            if self.has(at) {
                continue;
            }
            self.stamp[at as usize] = self.now;
            self.reached.push(at);
            open.extend(successors.get(at as usize).into_iter().flatten());
        }
    }
}

/// A depth-first search over right nodes.
struct Tarjan<'g, Oracle> {
    problem: &'g Problem,
    holders: &'g [Vec<u32>],
    oracle: &'g mut Oracle,
    /// By right node: 1 + its number in the order of visits; 0 before.
    visit: Vec<u32>,
    visits: u32,
    /// Right nodes whose component is not done.
    stack: Vec<u32>,
    component: Vec<u32>,
    members: Vec<Vec<u32>>,
}

/// A right node on the path of the search.
struct Frame {
    right: u32,
    /// The least visit of the stack that is known to be reached from here.
    low: u32,
    /// Holders that were asked all.
    done: usize,
    /// Held arcs of the holder at hand that were followed.
    followed: usize,
}

impl<'g, Oracle: MarkedRights> Tarjan<'g, Oracle> {
    fn new(problem: &'g Problem, holders: &'g [Vec<u32>], oracle: &'g mut Oracle) -> Self {
        let rights = holders.len();
        oracle.mark_all(vec![0; rights]);
        Self {
            problem,
            holders,
            oracle,
            visit: vec![0; rights],
            visits: 0,
            stack: Vec::new(),
            component: vec![NONE; rights],
            members: Vec::new(),
        }
    }

    /// Explores all that is reached from a right node that was not seen before.
    fn explore(&mut self, from: u32) {
        let mut path = vec![self.enter(from)];
        while let Some(frame) = path.last_mut() {
            let Some(left) = self.holders[frame.right as usize].get(frame.done) else {
                let Frame { right, low, .. } = *frame;
                path.pop();
                if low == self.visit[right as usize] {
                    self.finish(right);
                }
                if let Some(before) = path.last_mut() {
                    before.low = before.low.min(low);
                }
                continue;
            };
            let held = &self.problem.row_rights(*left)[frame.followed..];
            let next = held.iter().position(|right| {
                let at = *right as usize;
                if self.component[at] == NONE && self.visit[at] != 0 {
                    frame.low = frame.low.min(self.visit[at]);
                }
                self.visit[at] == 0
            });
            if let Some(at) = next {
                let right = held[at];
                frame.followed += at;
                let next = self.enter(right);
                path.push(next);
                continue;
            }
            frame.followed += held.len();
            match self.oracle.least(*left, frame.low) {
                Some(right) if self.visit[right as usize] == 0 => {
                    let next = self.enter(right);
                    path.push(next);
                }
                Some(right) => {
                    frame.low = self.visit[right as usize];
                    (frame.done, frame.followed) = (frame.done + 1, 0);
                }
                None => (frame.done, frame.followed) = (frame.done + 1, 0),
            }
        }
    }

    fn enter(&mut self, right: u32) -> Frame {
        self.visits += 1;
        self.visit[right as usize] = self.visits;
        self.oracle.mark(right, self.visits);
        self.stack.push(right);
        Frame { right, low: self.visits, done: 0, followed: 0 }
    }

    /// Takes the component whose first node this is off the stack.
    fn finish(&mut self, root: u32) {
        let number = self.members.len() as u32;
        let first = self.stack.iter().rposition(|right| *right == root).unwrap_or(0);
        let members = self.stack.split_off(first);
        for right in &members {
            self.component[*right as usize] = number;
            self.oracle.mark(*right, UNMARKED);
        }
        self.members.push(members);
    }
}
