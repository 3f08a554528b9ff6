//! What it costs to insist: the exact price of forcing one left node onto one right node in a proven solution.
//!
//! In: a proven choice with its prices ([`Residual`]), every admissible arc behind two queries ([`Arcs`]), and an arc from a
//! left node C to a right node V. Out: Δ = (least total among the choices that take the arc) − (least total), and the
//! [`Move`]s that turn the choice at hand into one of that total. Nothing is solved anew and nothing is changed.
//!
//! **Method.** A choice is a flow: each left node sends one unit to a right node or to the sink T (unmatched), each right node
//! passes its units on to T, the k-th at load step k. With u, v and 0 as potentials of left nodes, right nodes and T every
//! residual arc has a reduced cost ≥ 0. Forcing C from V′ (or T, if it is unmatched) onto V puts one unit too many on V and
//! leaves one too few at V′, so
//!
//! Δ = (c + v − u of the arc C→V) + (length of the shortest residual path from V to V′, or to T).
//!
//! Such a path may pass through T once, where one left node goes out and another comes in. T has an arc to and from nearly
//! every node, so it is not scanned: a search forward from V measures d(V⇝V′) and d(V⇝T), a search backward from V′ measures
//! d(T⇝V′), and the length is min(d(V⇝V′), d(V⇝T) + d(T⇝V′)). The two halves of the second walk may share a node. No
//! residual cycle is negative, so cutting out what lies between its two visits leaves a walk no longer than before, and one
//! that is shortest already loses a cycle of length 0; what remains visits each node once, so every left node moves at
//! most once and every right node but the ends keeps its number of units, which is what the load steps were counted for. C itself
//! is met only behind V′ (or T, if unmatched), where the path ends.
//!
//! The moves of a path, as reduced costs: a right node with one unit too many puts it on a spare one (next step − v), or a
//! holder of it leaves for another right node (c + v − u) or for its unmatched price (price − u). Backward: a right node with
//! one unit too few gives its last one up (v − last step), or draws in a left node at c + v − u, which leaves its own right
//! node short, or T if it was unmatched. These are the two searches of the exact repair, without their changes of price.
//!
//! **Arcs nobody holds.** Rows and columns are asked for by reduced cost and widened as the search comes to need it: a left node
//! reached at d has all its arcs below w once the search has come to d + w. So each search sees just the arcs that a search over
//! all admissible arcs would see, up to the factor by which widths grow.
//!
//! **Invariants.** Distances below the radius of a search are exact; `best` is the length of a walk that exists.
//! **Cost.** O(k log k) for k arcs of reduced cost below the length of the path at the nodes nearer than it, and as many queries
//! as there are such nodes, times at most four. Space in what is seen.
//!
//! References: Ahuja, Magnanti, Orlin, "Network Flows", 1993, sections 9.3 and 9.7; E. W. Dijkstra, "A note on two problems in
//! connexion with graphs", Numerische Mathematik 1, 1959.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::problem::Problem;
use super::repair::Move;

/// Every admissible arc of a problem, whether it is held or not, by reduced cost c + v − u.
pub trait Arcs {
    /// The right nodes that a left node has an arc to with c + v − u below a bound, each with its cost.
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)>;
    /// The left nodes that have an arc to a right node with c + v − u below a bound, each with its cost.
    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)>;
}

/// A proven solution to move in.
#[derive(Clone, Copy)]
pub struct Residual<'a> {
    /// Nodes, capacities, load steps and unmatched prices, and some of the arcs.
    pub problem: &'a Problem,
    /// The arc that each left node takes.
    pub chosen: &'a [Option<u32>],
    /// The left nodes that take each right node.
    pub holders: &'a [Vec<u32>],
    /// v, by right node.
    pub price: &'a [i64],
    /// u, by left node, over all admissible arcs.
    pub worth: &'a [i64],
}

/// The price of insisting on an arc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// By how much the least total rises: 0 where a choice with the arc is as good.
    pub delta: i64,
    /// Who moves, in the order of the path: the left node of the arc first. Empty if it has the arc already.
    pub moves: Vec<Move>,
}

/// The arcs of the problem itself, where there are no others.
pub struct HeldArcs<'a> {
    residual: Residual<'a>,
    columns: Vec<Vec<(u32, i64)>>,
}

impl<'a> HeldArcs<'a> {
    /// Indexes the arcs by their right ends. O(m) for m arcs.
    pub fn new(residual: Residual<'a>) -> Self {
        let problem = residual.problem;
        let mut columns = vec![Vec::new(); problem.right_count()];
        for left in 0..problem.left_count() as u32 {
            for (right, cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
                columns[*right as usize].push((left, *cost));
            }
        }
        Self { residual, columns }
    }
}

impl Arcs for HeldArcs<'_> {
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)> {
        let problem = self.residual.problem;
        let arcs = problem.row_rights(left).iter().copied().zip(problem.row_costs(left).iter().copied());
        arcs.filter(|(right, cost)| self.residual.reduced(left, *right, *cost) < bound).collect()
    }

    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let arcs = self.columns[right as usize].iter().copied();
        arcs.filter(|(left, cost)| self.residual.reduced(*left, right, *cost) < bound).collect()
    }
}

impl Residual<'_> {
    /// The exact price of forcing `left` onto `right` by an arc of this cost, which must be admissible. [`None`]: no choice
    /// takes the arc, because everybody who would have to leave must be assigned and finds no place.
    ///
    /// # Complexity
    /// See the module.
    pub fn insist(&self, arcs: &impl Arcs, left: u32, right: u32, cost: i64) -> Option<Change> {
        let old = self.right_of(left);
        if old == Some(right) {
            return Some(Change { delta: 0, moves: Vec::new() });
        }
        let mut walk = Walk::new(self, arcs, right, old);
        walk.run();
        let path = walk.path()?;
        let mut moves = vec![Move { left, from: old, to: Some(right) }];
        moves.extend(path);
        Some(Change { delta: self.reduced(left, right, cost) + walk.best, moves })
    }

    /// The right node that a left node takes.
    fn right_of(&self, left: u32) -> Option<u32> {
        self.chosen[left as usize].map(|arc| self.problem.arc_right(arc as usize))
    }

    fn reduced(&self, left: u32, right: u32, cost: i64) -> i64 {
        cost + self.price[right as usize] - self.worth[left as usize]
    }

    /// What the next unit of a right node costs above its price; none where every unit is taken.
    fn spare(&self, right: u32) -> Option<i64> {
        let used = self.holders[right as usize].len() as u32;
        let free = used < self.problem.capacity(right);
        free.then(|| self.problem.load_step(right, used) - self.price[right as usize])
    }

    /// What giving up the last unit in use loses.
    fn give_up(&self, right: u32) -> Option<i64> {
        let last = (self.holders[right as usize].len() as u32).checked_sub(1)?;
        Some(self.price[right as usize] - self.problem.load_step(right, last))
    }

    /// What a left node that is assigned loses by staying unmatched.
    fn stay_out(&self, left: u32) -> Option<i64> {
        Some(self.problem.unmatched(left).price()? - self.worth[left as usize])
    }
}

const FAR: i64 = i64::MAX;

/// How many widths there are between nothing and everything.
const WIDENINGS: u32 = 3;

/// A node of the residual graph that a path turns at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
enum Node {
    Right(u32),
    Sink,
}

/// A step between two nodes; `left` moves from the first to the second. Without one, a unit alone is taken or given up.
#[derive(Clone, Copy)]
struct Step {
    from: Node,
    left: Option<u32>,
    to: Node,
}

/// What is to be looked at next: right nodes come before rows of the same distance, so that ties fall by number.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Task {
    /// Move on from a right node.
    Right(u32),
    /// Ask for arcs farther off: of a left node (forward) or a right node (backward) reached at this distance, of all below
    /// width number `widening`.
    Widen { node: u32, base: i64, at: u32, widening: u32 },
}

/// One of the two searches.
#[derive(Default)]
struct Side {
    reached: HashMap<Node, (i64, Step)>,
    heap: BinaryHeap<Reverse<(i64, Task)>>,
}

impl Side {
    fn distance(&self, node: Node) -> i64 {
        self.reached.get(&node).map_or(FAR, |reached| reached.0)
    }

    /// Below this every distance is known.
    fn radius(&self) -> i64 {
        self.heap.peek().map_or(FAR, |Reverse((distance, _))| *distance)
    }

    fn offer(&mut self, node: Node, distance: i64, step: Step) {
        if distance < self.distance(node) {
            self.reached.insert(node, (distance, step));
            if let Node::Right(right) = node {
                self.heap.push(Reverse((distance, Task::Right(right))));
            }
        }
    }
}

/// The two searches of one question.
struct Walk<'w, 'a, A> {
    residual: &'w Residual<'a>,
    arcs: &'w A,
    start: u32,
    goal: Node,
    forward: Side,
    backward: Side,
    /// The length of the shortest walk found.
    best: i64,
    first_width: i64,
}

impl<'w, 'a, A: Arcs> Walk<'w, 'a, A> {
    fn new(residual: &'w Residual<'a>, arcs: &'w A, start: u32, goal: Option<u32>) -> Self {
        let goal = goal.map_or(Node::Sink, Node::Right);
        let mut walk = Self {
            residual,
            arcs,
            start,
            goal,
            forward: Side::default(),
            backward: Side::default(),
            best: FAR,
            // A width only decides how often rows are asked for, never the answer.
            first_width: residual.problem.cost_max() / 32 + 1,
        };
        let nowhere = |node| Step { from: node, left: None, to: node };
        walk.forward.offer(Node::Right(start), 0, nowhere(Node::Right(start)));
        walk.backward.offer(goal, 0, nowhere(goal));
        walk
    }

    fn run(&mut self) {
        loop {
            let (ahead, behind) = (self.forward.radius(), self.backward.radius());
            let out = self.forward.distance(Node::Sink).min(ahead);
            let drawn_in = self.backward.distance(Node::Sink);
            let look_ahead = ahead < self.best;
            let look_behind = behind < drawn_in && out.saturating_add(behind) < self.best;
            if look_behind && (behind <= ahead || !look_ahead) {
                self.step_backward();
            } else if look_ahead {
                self.step_forward();
            } else {
                return;
            }
            let through_sink =
                self.forward.distance(Node::Sink).saturating_add(self.backward.distance(Node::Sink));
            self.best = self.best.min(self.forward.distance(self.goal)).min(through_sink);
        }
    }

    fn step_forward(&mut self) {
        let Some(Reverse((distance, task))) = self.forward.heap.pop() else { return };
        match task {
            Task::Widen { node, base, at, widening } => self.scan_row(node, base, at, widening),
            // An entry with another distance was superseded by a nearer one.
            Task::Right(right) if distance == self.forward.distance(Node::Right(right)) => {
                self.leave(right, distance);
            }
            Task::Right(_) => {}
        }
    }

    /// Forward from a right node with one unit too many.
    fn leave(&mut self, right: u32, distance: i64) {
        let from = Node::Right(right);
        if from == self.goal {
            return;
        }
        if let Some(above) = self.residual.spare(right) {
            self.forward.offer(Node::Sink, distance + above, Step { from, left: None, to: Node::Sink });
        }
        for &left in &self.residual.holders[right as usize] {
            if let Some(above) = self.residual.stay_out(left) {
                let step = Step { from, left: Some(left), to: Node::Sink };
                self.forward.offer(Node::Sink, distance.saturating_add(above), step);
            }
            self.scan_row(left, distance, right, 0);
        }
    }

    /// Follows the arcs of a left node that leaves the right node `at`, and comes back for those farther off.
    fn scan_row(&mut self, left: u32, base: i64, at: u32, widening: u32) {
        let room = self.best.saturating_sub(base);
        let width = self.width(widening);
        for (right, cost) in self.arcs.row_below(left, width.min(room)) {
            let (to, above) = (Node::Right(right), self.residual.reduced(left, right, cost));
            self.forward.offer(to, base + above, Step { from: Node::Right(at), left: Some(left), to });
        }
        if width < room {
            let next = Task::Widen { node: left, base, at, widening: widening + 1 };
            self.forward.heap.push(Reverse((base.saturating_add(width), next)));
        }
    }

    fn step_backward(&mut self) {
        let Some(Reverse((distance, task))) = self.backward.heap.pop() else { return };
        match task {
            Task::Widen { node, base, widening, .. } => self.scan_column(node, base, widening),
            Task::Right(right) if distance == self.backward.distance(Node::Right(right)) => {
                if let Some(lost) = self.residual.give_up(right) {
                    let step = Step { from: Node::Sink, left: None, to: Node::Right(right) };
                    self.backward.offer(Node::Sink, distance + lost, step);
                }
                self.scan_column(right, distance, 0);
            }
            Task::Right(_) => {}
        }
    }

    /// Backward from a right node with one unit too few: who would come, and where that leaves a gap.
    fn scan_column(&mut self, right: u32, base: i64, widening: u32) {
        let room = self.backward.distance(Node::Sink).min(self.best).saturating_sub(base);
        let width = self.width(widening);
        for (left, cost) in self.arcs.column_below(right, width.min(room)) {
            let from = self.residual.right_of(left).map_or(Node::Sink, Node::Right);
            let above = self.residual.reduced(left, right, cost);
            self.backward.offer(from, base + above, Step { from, left: Some(left), to: Node::Right(right) });
        }
        if width < room {
            let next = Task::Widen { node: right, base, at: right, widening: widening + 1 };
            self.backward.heap.push(Reverse((base.saturating_add(width), next)));
        }
    }

    /// Widths grow eightfold, and then to everything.
    fn width(&self, widening: u32) -> i64 {
        if widening < WIDENINGS { self.first_width.saturating_mul(1 << (3 * widening)) } else { FAR }
    }

    /// The moves of the shortest walk, free of cycles; none where no walk reaches the goal.
    fn path(&self) -> Option<Vec<Move>> {
        if self.best == FAR {
            return None;
        }
        let direct = self.forward.distance(self.goal) == self.best;
        let mut steps = self.trace_forward(if direct { self.goal } else { Node::Sink });
        if !direct {
            steps.extend(self.trace_backward());
        }
        let mut simple: Vec<Step> = Vec::with_capacity(steps.len());
        for step in steps {
            simple.push(step);
            if let Some(seen) = simple.iter().position(|earlier| earlier.from == step.to) {
                simple.truncate(seen);
            }
        }
        let of_node = |node| if let Node::Right(right) = node { Some(right) } else { None };
        let move_of =
            |step: &Step| Some(Move { left: step.left?, from: of_node(step.from), to: of_node(step.to) });
        Some(simple.iter().filter_map(move_of).collect())
    }

    /// The steps from the start to a node reached forward.
    fn trace_forward(&self, end: Node) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut node = end;
        while node != Node::Right(self.start) {
            let step = self.forward.reached[&node].1;
            steps.push(step);
            node = step.from;
        }
        steps.reverse();
        steps
    }

    /// The steps from the sink to the goal.
    fn trace_backward(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut node = Node::Sink;
        while node != self.goal {
            let step = self.backward.reached[&node].1;
            steps.push(step);
            node = step.to;
        }
        steps
    }
}
