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
//! every node, so it is not scanned: a search forward from V and a search backward from V′ meet, at a right node or at T, and
//! the length is min(d(V⇝V′), d(V⇝T) + d(T⇝V′)). The two halves of a walk may share a node. No residual cycle is
//! negative, so cutting out what lies between its two visits leaves a walk no longer than before, and one that is shortest
//! already loses a cycle of length 0; what remains visits each node once, so every left node moves at most once and every
//! right node but the ends keeps its number of units, which is what the load steps were counted for. C itself is met only behind V′
//! (or T, if unmatched), where the path ends.
//!
//! The moves of a path, as reduced costs: a right node with one unit too many puts it on a spare one (next step − v), or a
//! holder of it leaves for another right node (c + v − u) or for its unmatched price (price − u). Backward: a right node with
//! one unit too few gives its last one up (v − last step), or draws in a left node at c + v − u, which leaves its own right
//! node short, or T if it was unmatched. These are the two searches of the exact repair, without their changes of price.
//!
//! **When it ends.** With radii r and r′ of the two searches and `best` the shortest walk found, a walk that meets at a right
//! node is at least r + r′ long unless it was found; one through T is at least min(r, d(V⇝T)) + min(r′, d(T⇝V′)), with the
//! distances found so far. Where neither is below `best`, it is the shortest.
//!
//! **Arcs nobody holds.** The arcs held alone give a bound B on the length, quickly. Then all admissible arcs are asked for, of
//! each node passed at d those of reduced cost below B − d: no others can be on a shorter path. A node that was reached at d or
//! less comes no nearer; once many were named in vain, they are set aside ([`Ahead`]), so that a plateau of equally good pairs is not listed
//! again from each node on it. Where B is large the search is first made for paths below a small bound, and for longer ones only
//! if there is none.
//!
//! **Invariants.** Distances below the radius of a search are exact; `best` is a bound from outside or the length of a walk
//! that exists. **Cost.** As many questions as there are nodes nearer than the path is long, and O(log k) for each of the k arcs that
//! they bring. Space in what is seen.
//!
//! References: Ahuja, Magnanti, Orlin, "Network Flows", 1993, sections 9.3 and 9.7; E. W. Dijkstra, "A note on two problems in
//! connexion with graphs", Numerische Mathematik 1, 1959; I. Pohl, "Bi-directional search", Machine Intelligence 6, 1971.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::problem::Problem;
use super::repair::Move;

/// Every admissible arc of a problem, whether it is held or not.
pub trait Arcs {
    /// The arcs for one question; no node is set aside yet.
    fn ahead(&self) -> Box<dyn Ahead + '_>;
}

/// The admissible arcs to nodes that were not set aside, by reduced cost c + v − u.
pub trait Ahead {
    /// The right nodes that a left node has an arc to with c + v − u below a bound, each with its cost.
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)>;
    /// The left nodes that have an arc to a right node with c + v − u below a bound, each with its cost.
    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)>;
    /// No row need name this right node any more.
    fn set_right_aside(&mut self, right: u32);
    /// No column need name this left node any more.
    fn set_left_aside(&mut self, left: u32);
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
    /// The arcs of the problem by their right ends.
    pub columns: &'a Columns,
}

/// The arcs of a problem by their right ends.
#[derive(Debug, Clone, Default)]
pub struct Columns(Vec<Vec<(u32, i64)>>);

impl Columns {
    /// Indexes the arcs. O(m) for m arcs.
    pub fn of(problem: &Problem) -> Self {
        let mut columns = vec![Vec::new(); problem.right_count()];
        for left in 0..problem.left_count() as u32 {
            for (right, cost) in problem.row_rights(left).iter().zip(problem.row_costs(left)) {
                columns[*right as usize].push((left, *cost));
            }
        }
        Self(columns)
    }
}

/// The price of insisting on an arc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// By how much the least total rises: 0 where a choice with the arc is as good.
    pub delta: i64,
    /// Who moves, in the order of the path: the left node of the arc first. Empty if it has the arc already.
    pub moves: Vec<Move>,
}

/// The arcs of the problem itself: all there are, where nothing lies beyond. Rows and columns are short, so nobody is set aside.
impl Arcs for Residual<'_> {
    fn ahead(&self) -> Box<dyn Ahead + '_> {
        Box::new(*self)
    }
}

impl Ahead for Residual<'_> {
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)> {
        let problem = self.problem;
        let arcs = problem.row_rights(left).iter().copied().zip(problem.row_costs(left).iter().copied());
        arcs.filter(|(right, cost)| self.reduced(left, *right, *cost) < bound).collect()
    }

    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let arcs = self.columns.0[right as usize].iter().copied();
        arcs.filter(|(left, cost)| self.reduced(*left, right, *cost) < bound).collect()
    }

    fn set_right_aside(&mut self, _: u32) {}

    fn set_left_aside(&mut self, _: u32) {}
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
        let (length, path) = self.shortest(arcs, right, old)?;
        let mut moves = vec![Move { left, from: old, to: Some(right) }];
        moves.extend(path);
        Some(Change { delta: self.reduced(left, right, cost) + length, moves })
    }

    /// The length of the shortest path from `start` to the right node `goal`, or to the sink, and its moves.
    fn shortest(&self, arcs: &impl Arcs, start: u32, goal: Option<u32>) -> Option<(i64, Vec<Move>)> {
        let held = Walk::run(self, self, start, goal, FAR);
        let bound = held.as_ref().map_or(FAR, |(length, _)| *length);
        // A first bound only decides how much is looked at, never the answer.
        let mut below = self.problem.cost_max() / 32 + 1;
        while below < bound {
            if let Some(found) = Walk::run(self, arcs, start, goal, below) {
                return Some(found);
            }
            below = if below > self.problem.cost_max() { FAR } else { below.saturating_mul(8) };
        }
        Walk::run(self, arcs, start, goal, bound).or(held)
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
/// So often a node may be named in vain before such nodes are set aside.
const PATIENCE: usize = 4096;

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

/// One of the two searches.
#[derive(Default)]
struct Side {
    reached: HashMap<Node, (i64, Step)>,
    heap: BinaryHeap<Reverse<(i64, u32)>>,
    passed: usize,
}

impl Side {
    fn distance(&self, node: Node) -> i64 {
        self.reached.get(&node).map_or(FAR, |reached| reached.0)
    }

    /// Below this every distance is known.
    fn radius(&self) -> i64 {
        self.heap.peek().map_or(FAR, |Reverse((distance, _))| *distance)
    }

    /// No walk through the sink has a shorter half on this side.
    fn least_to_sink(&self) -> i64 {
        self.distance(Node::Sink).min(self.radius())
    }

    /// The nearest right node not yet passed.
    fn pass(&mut self) -> Option<(i64, u32)> {
        let Reverse((distance, right)) = self.heap.pop()?;
        self.passed += 1;
        // An entry with another distance was superseded by a nearer one.
        (distance == self.distance(Node::Right(right))).then_some((distance, right))
    }

    /// Whether the node is nearer than was known.
    fn offer(&mut self, node: Node, distance: i64, step: Step) -> bool {
        let nearer = distance < self.distance(node);
        if nearer {
            self.reached.insert(node, (distance, step));
            if let Node::Right(right) = node {
                self.heap.push(Reverse((distance, right)));
            }
        }
        nearer
    }
}

/// The two searches of one question, among paths below a bound.
struct Walk<'w, 'a> {
    residual: &'w Residual<'a>,
    ahead: Box<dyn Ahead + 'w>,
    forward: Side,
    backward: Side,
    /// The length of the shortest walk found; before, the bound.
    best: i64,
    meeting: Option<Node>,
    /// How often a node was named that comes no nearer.
    in_vain: usize,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// The shortest path from a right node to another, or to the sink, if it is shorter than a bound.
    fn run(
        residual: &'w Residual<'a>,
        arcs: &'w impl Arcs,
        start: u32,
        goal: Option<u32>,
        bound: i64,
    ) -> Option<(i64, Vec<Move>)> {
        let (forward, backward) = (Side::default(), Side::default());
        let ahead = arcs.ahead();
        let mut walk = Self { residual, ahead, forward, backward, best: bound, meeting: None, in_vain: 0 };
        let (start, goal) = (Node::Right(start), goal.map_or(Node::Sink, Node::Right));
        let nowhere = |node| Step { from: node, left: None, to: node };
        walk.backward.offer(goal, 0, nowhere(goal));
        walk.offer_forward(start, 0, nowhere(start));
        loop {
            let (ahead, behind) = (&walk.forward, &walk.backward);
            let direct = ahead.radius().saturating_add(behind.radius()) < walk.best;
            let through_sink = ahead.least_to_sink().saturating_add(behind.least_to_sink()) < walk.best;
            // With the sink settled on one side, a walk through it can only become shorter on the other.
            let forward = match (direct, through_sink) {
                (false, false) => break,
                (true, _) => ahead.passed <= behind.passed,
                (false, true) => ahead.distance(Node::Sink) > ahead.radius(),
            };
            if forward { walk.step_forward() } else { walk.step_backward() }
        }
        Some((walk.best, walk.path(walk.meeting?, start, goal)))
    }

    /// A node was named that comes no nearer: whether that happened so often that setting it aside is the lesser work.
    fn is_in_vain(&mut self) -> bool {
        self.in_vain += 1;
        self.in_vain > PATIENCE
    }

    fn meet(&mut self, node: Node) {
        let length = self.forward.distance(node).saturating_add(self.backward.distance(node));
        if length < self.best {
            self.best = length;
            self.meeting = Some(node);
        }
    }

    fn offer_forward(&mut self, node: Node, distance: i64, step: Step) {
        if self.forward.offer(node, distance, step) {
            self.meet(node);
        }
    }

    fn offer_backward(&mut self, node: Node, distance: i64, step: Step) {
        if self.backward.offer(node, distance, step) {
            self.meet(node);
        }
    }

    /// From the nearest right node with one unit too many.
    fn step_forward(&mut self) {
        let Some((distance, right)) = self.forward.pass() else { return };
        let (residual, from) = (self.residual, Node::Right(right));
        if let Some(above) = residual.spare(right) {
            self.offer_forward(Node::Sink, distance + above, Step { from, left: None, to: Node::Sink });
        }
        for &left in &residual.holders[right as usize] {
            if let Some(above) = residual.stay_out(left) {
                let step = Step { from, left: Some(left), to: Node::Sink };
                self.offer_forward(Node::Sink, distance.saturating_add(above), step);
            }
            if self.best <= distance {
                return;
            }
            for (right, cost) in self.ahead.row_below(left, self.best - distance) {
                let (to, there) = (Node::Right(right), distance + residual.reduced(left, right, cost));
                self.offer_forward(to, there, Step { from, left: Some(left), to });
                if self.forward.distance(to) <= distance && self.is_in_vain() {
                    self.ahead.set_right_aside(right);
                }
            }
        }
    }

    /// To the nearest right node with one unit too few: who would come, and where that leaves a gap.
    fn step_backward(&mut self) {
        let Some((distance, right)) = self.backward.pass() else { return };
        let (residual, to) = (self.residual, Node::Right(right));
        if let Some(lost) = residual.give_up(right) {
            self.offer_backward(Node::Sink, distance + lost, Step { from: Node::Sink, left: None, to });
        }
        if self.best <= distance {
            return;
        }
        for (left, cost) in self.ahead.column_below(right, self.best - distance) {
            let from = residual.right_of(left).map_or(Node::Sink, Node::Right);
            let there = distance + residual.reduced(left, right, cost);
            self.offer_backward(from, there, Step { from, left: Some(left), to });
            if self.backward.distance(from) <= distance && self.is_in_vain() {
                self.ahead.set_left_aside(left);
            }
        }
    }

    /// The moves of the walk through a node reached from both sides, free of cycles.
    fn path(&self, meeting: Node, start: Node, goal: Node) -> Vec<Move> {
        let mut steps = Vec::new();
        let mut node = meeting;
        while node != start {
            let step = self.forward.reached[&node].1;
            steps.push(step);
            node = step.from;
        }
        steps.reverse();
        node = meeting;
        while node != goal {
            let step = self.backward.reached[&node].1;
            steps.push(step);
            node = step.to;
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
        simple.iter().filter_map(move_of).collect()
    }
}
