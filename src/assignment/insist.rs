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
//! **When it ends.** With radii r and r′ of the two searches and `best` the shortest walk found, a walk that avoids T is at least
//! max(r, r′) long unless it was found (not r + r′: of the arc between what the two have passed neither need have asked yet);
//! one through T is at least min(r, d(V⇝T)) + min(r′, d(T⇝V′)), with the distances found so far. Where neither is below
//! `best`, it is the shortest.
//!
//! **Arcs nobody holds.** All admissible arcs are asked for, the nearest first: whoever waits in a search has one arc in its queue, the
//! nearest to a node that the search has not passed, and asks for the next when that one comes up. So a plateau of equally good pairs
//! costs a question for each node on it, not one for each pair. Of equal distances the way with fewer steps comes first.
//!
//! **Invariants.** Distances below the radius of a search are exact; `best` is the length of a walk that exists. **Cost.** Some
//! questions, and O(log k), for each of the k nodes nearer than the path is long. Space in what is seen.
//!
//! References: Ahuja, Magnanti, Orlin, "Network Flows", 1993, sections 9.3 and 9.7; E. W. Dijkstra, "A note on two problems in
//! connexion with graphs", Numerische Mathematik 1, 1959; I. Pohl, "Bi-directional search", Machine Intelligence 6, 1971.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use super::problem::Problem;
use super::repair::Move;

/// Every admissible arc of a problem, whether it is held or not.
pub trait Arcs {
    /// The arcs for one question; no node is passed yet.
    fn ahead(&self) -> Box<dyn Ahead + '_>;
}

/// The admissible arcs to nodes that a search has not passed, by reduced cost c + v − u.
pub trait Ahead {
    /// The right node of least c + v − u, if below a bound, that a left node has an arc to; with the cost of the arc.
    fn nearest_right(&self, left: u32, below: i64) -> Option<(u32, i64)>;
    /// The left node of least c + v − u, if below a bound, that has an arc to a right node; with the cost of the arc.
    fn nearest_left(&self, right: u32, below: i64) -> Option<(u32, i64)>;
    /// From now on this right node is not named.
    fn pass_right(&mut self, right: u32);
    /// From now on this left node is not named.
    fn pass_left(&mut self, left: u32);
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
        let (length, path) = Walk::run(self, arcs, right, old)?;
        let mut moves = vec![Move { left, from: old, to: Some(right) }];
        moves.extend(path);
        Some(Change { delta: self.reduced(left, right, cost) + length, moves })
    }

    /// The right node that a left node takes.
    fn right_of(&self, left: u32) -> Option<u32> {
        self.chosen[left as usize].map(|arc| self.problem.arc_right(arc as usize))
    }

    /// The right node that a left node takes, or the sink.
    fn place_of(&self, left: u32) -> Node {
        self.right_of(left).map_or(Node::Sink, Node::Right)
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

/// An arc that waits: the nearest, by what its asker knew, of those that it has to nodes not yet passed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Waiting {
    /// Distance of the node that it leads to, and steps to there.
    distance: i64,
    steps: u32,
    left: u32,
    right: u32,
}

/// What is known of a node that was reached.
#[derive(Clone, Copy)]
struct Reached {
    distance: i64,
    steps: u32,
    by: Step,
    passed: bool,
}

/// One of the two searches.
#[derive(Default)]
struct Side {
    reached: HashMap<Node, Reached>,
    heap: BinaryHeap<Reverse<Waiting>>,
    passed: usize,
}

impl Side {
    fn distance(&self, node: Node) -> i64 {
        self.reached.get(&node).map_or(FAR, |reached| reached.distance)
    }

    /// Below this every distance is known.
    fn radius(&self) -> i64 {
        self.heap.peek().map_or(FAR, |Reverse(waiting)| waiting.distance)
    }

    /// No walk through the sink has a shorter half on this side.
    fn least_to_sink(&self) -> i64 {
        self.distance(Node::Sink).min(self.radius())
    }

    /// Whether the node is nearer than was known, or as near in fewer steps.
    fn offer(&mut self, node: Node, distance: i64, steps: u32, by: Step) -> bool {
        let known = self.reached.get(&node).map_or((FAR, u32::MAX), |known| (known.distance, known.steps));
        let nearer = (distance, steps) < known && self.reached.get(&node).is_none_or(|known| !known.passed);
        if nearer {
            self.reached.insert(node, Reached { distance, steps, by, passed: false });
        }
        nearer
    }

    /// Passes a node that was reached; where it was passed before, answers nothing.
    fn pass(&mut self, node: Node) -> Option<Reached> {
        let reached = self.reached.get_mut(&node)?;
        self.passed += 1;
        (!std::mem::replace(&mut reached.passed, true)).then_some(*reached)
    }
}

/// The two searches of one question.
struct Walk<'w, 'a> {
    residual: &'w Residual<'a>,
    ahead: Box<dyn Ahead + 'w>,
    forward: Side,
    backward: Side,
    /// The length of the shortest walk found.
    best: i64,
    meeting: Option<Node>,
}

impl<'w, 'a> Walk<'w, 'a> {
    /// The length of the shortest path from a right node to another, or to the sink, and its moves.
    fn run(
        residual: &'w Residual<'a>,
        arcs: &'w impl Arcs,
        start: u32,
        goal: Option<u32>,
    ) -> Option<(i64, Vec<Move>)> {
        let (forward, backward) = (Side::default(), Side::default());
        let mut walk = Self { residual, ahead: arcs.ahead(), forward, backward, best: FAR, meeting: None };
        let (start, goal) = (Node::Right(start), goal.map_or(Node::Sink, Node::Right));
        let nowhere = |node| Step { from: node, left: None, to: node };
        walk.offer_backward(goal, 0, 0, nowhere(goal));
        walk.offer_forward(start, 0, 0, nowhere(start));
        walk.pass_forward(start);
        walk.pass_backward(goal);
        loop {
            let (forward, backward) = (&walk.forward, &walk.backward);
            let direct = forward.radius().max(backward.radius()) < walk.best;
            let through_sink = forward.least_to_sink().saturating_add(backward.least_to_sink()) < walk.best;
            // With the sink settled on one side, a walk through it can only become shorter on the other.
            let ahead = match (direct, through_sink) {
                (false, false) => break,
                (true, _) => forward.passed <= backward.passed,
                (false, true) => forward.distance(Node::Sink) > forward.radius(),
            };
            if ahead { walk.step_forward() } else { walk.step_backward() }
        }
        Some((walk.best, walk.path(walk.meeting?, start, goal)))
    }

    fn meet(&mut self, node: Node) {
        let length = self.forward.distance(node).saturating_add(self.backward.distance(node));
        if length < self.best {
            self.best = length;
            self.meeting = Some(node);
        }
    }

    fn offer_forward(&mut self, node: Node, distance: i64, steps: u32, by: Step) {
        if self.forward.offer(node, distance, steps, by) {
            self.meet(node);
        }
    }

    fn offer_backward(&mut self, node: Node, distance: i64, steps: u32, by: Step) {
        if self.backward.offer(node, distance, steps, by) {
            self.meet(node);
        }
    }

    /// To the nearest right node not yet passed, which then has one unit too many; whoever held the arc asks for its next.
    fn step_forward(&mut self) {
        let Some(Reverse(Waiting { left, right, .. })) = self.forward.heap.pop() else { return };
        self.pass_forward(Node::Right(right));
        self.ask_forward(left);
    }

    fn pass_forward(&mut self, node: Node) {
        let (Node::Right(right), Some(reached)) = (node, self.forward.pass(node)) else { return };
        let (residual, steps) = (self.residual, reached.steps + 1);
        self.ahead.pass_right(right);
        if let Some(above) = residual.spare(right) {
            let step = Step { from: node, left: None, to: Node::Sink };
            self.offer_forward(Node::Sink, reached.distance.saturating_add(above), steps, step);
        }
        for left in residual.holders[right as usize].iter().copied() {
            if let Some(above) = residual.stay_out(left) {
                let step = Step { from: node, left: Some(left), to: Node::Sink };
                self.offer_forward(Node::Sink, reached.distance.saturating_add(above), steps, step);
            }
            self.ask_forward(left);
        }
    }

    /// Where a left node could go next from a right node with one unit too many.
    fn ask_forward(&mut self, left: u32) {
        let Some(from) = self.residual.right_of(left).map(Node::Right) else { return };
        let Some(Reached { distance, steps, .. }) = self.forward.reached.get(&from).copied() else { return };
        if distance >= self.best {
            return;
        }
        let Some((right, cost)) = self.ahead.nearest_right(left, self.best - distance) else { return };
        let (distance, steps) = (distance + self.residual.reduced(left, right, cost), steps + 1);
        self.forward.heap.push(Reverse(Waiting { distance, steps, left, right }));
        let to = Node::Right(right);
        self.offer_forward(to, distance, steps, Step { from, left: Some(left), to });
    }

    /// To the nearest node that would give a unit to a right node with one too few, and is short of one then.
    fn step_backward(&mut self) {
        let Some(Reverse(Waiting { left, right, .. })) = self.backward.heap.pop() else { return };
        self.pass_backward(self.residual.place_of(left));
        self.ahead.pass_left(left);
        self.ask_backward(right);
    }

    fn pass_backward(&mut self, node: Node) {
        let (Node::Right(right), Some(reached)) = (node, self.backward.pass(node)) else { return };
        for left in self.residual.holders[right as usize].iter().copied() {
            self.ahead.pass_left(left);
        }
        if let Some(lost) = self.residual.give_up(right) {
            let step = Step { from: Node::Sink, left: None, to: node };
            self.offer_backward(Node::Sink, reached.distance.saturating_add(lost), reached.steps + 1, step);
        }
        self.ask_backward(right);
    }

    /// Who could come next to a right node with one unit too few.
    fn ask_backward(&mut self, right: u32) {
        let to = Node::Right(right);
        let Some(Reached { distance, steps, .. }) = self.backward.reached.get(&to).copied() else { return };
        if distance >= self.best {
            return;
        }
        let Some((left, cost)) = self.ahead.nearest_left(right, self.best - distance) else { return };
        let (distance, steps) = (distance + self.residual.reduced(left, right, cost), steps + 1);
        self.backward.heap.push(Reverse(Waiting { distance, steps, left, right }));
        let from = self.residual.place_of(left);
        self.offer_backward(from, distance, steps, Step { from, left: Some(left), to });
    }

    /// The moves of the walk through a node reached from both sides, free of cycles.
    fn path(&self, meeting: Node, start: Node, goal: Node) -> Vec<Move> {
        let mut steps = Vec::new();
        let mut node = meeting;
        while node != start {
            let step = self.forward.reached[&node].by;
            steps.push(step);
            node = step.from;
        }
        steps.reverse();
        node = meeting;
        while node != goal {
            let step = self.backward.reached[&node].by;
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
