//! A balanced tree over items with places and features, and a best-first search in it.
//!
//! In: items with a [`Summary`] each, and bounds that the caller computes from summaries. Out: the items of least key,
//! in order. The tree knows no costs: keys are whole numbers of the caller's, a bound on a node must hold for every
//! item below it. Method: incremental nearest-neighbour search with a priority queue of nodes, items and evaluated
//! items. Where keys tie, each query walks the tree by turns of its own, so that many queries that see the same
//! ties do not all take the same items: a node prefers one of its halves by a hash of query and node, and the further
//! up two branches part, the earlier they take turns. A query that wants k among n tied items visits O(k log n) nodes.
//!
//! Cost: O(n log n) to build over n items, one summary for every four items or so; a query O(visited · log visited).
//! References: G. Hjaltason and H. Samet, "Distance browsing in spatial databases", 1999; J. Bentley,
//! "Multidimensional binary search trees", 1975.

mod marks;
mod queue;

use queue::{Queue, Step};

pub use marks::Marks;

/// Items in a leaf.
const LEAF: usize = 8;
/// Stands for no node.
const NONE: u32 = u32::MAX;

/// What is known of all items below a node.
pub trait Summary: Clone {
    /// Takes in what is known of further items.
    fn join(&mut self, other: &Self);
}

/// A tree over items `0..n` of the caller.
#[derive(Clone, Debug)]
pub struct Tree<S> {
    /// Items in the order of the leaves.
    order: Vec<u32>,
    /// What is known of them, in the same order, if it is kept.
    known: Vec<S>,
    nodes: Vec<Node<S>>,
}

#[derive(Clone, Debug)]
struct Node<S> {
    first: u32,
    end: u32,
    /// The second half; the first is the next node. [`NONE`] in a leaf.
    second: u32,
    summary: S,
}

/// Weights of items with the least below every node.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    of_item: Vec<i64>,
    least: Vec<i64>,
}

/// What a search asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// At most so many items.
    pub most: usize,
    /// Only items whose key is below this.
    pub below: i64,
    /// Which items come first.
    pub order: Order,
    /// Makes the turns among ties; another for every query.
    pub salt: u64,
    /// After so many nodes, and once an item was found, no further node is opened: what waits then is the answer, which
    /// need not hold the items of least key, and counts as capped.
    pub patience: u32,
}

/// Which items of a search come first. Those of one rank take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Those of least key.
    Least,
    /// Those farthest below a key, distances between one power of two and the next being alike: what many queries wish
    /// for, they do not all take from the same few items.
    FarBelow(i64),
    /// All are alike.
    Any,
}

impl Order {
    /// The rank of a key: the least comes first.
    pub fn rank(self, key: i64) -> i64 {
        match self {
            Self::Least => key,
            Self::FarBelow(limit) => i64::from(limit.saturating_sub(key).leading_zeros()),
            Self::Any => 0,
        }
    }
}

/// How keys are found. Keys are cost plus weight; what is returned here is cost.
pub trait Costs<S> {
    /// A lower bound on the cost of every item below a node; `None` where none of them will do.
    fn of_node(&self, summary: &S) -> Option<i64>;
    /// A lower bound on the cost of one item; `None` where it will not do, or would cost `below` or more. With what is known of it,
    /// if the tree keeps that.
    fn of_item(&self, item: u32, summary: Option<&S>, below: i64) -> Option<i64>;
    /// The cost of one item; `None` where it will not do.
    fn exactly(&self, item: u32) -> Option<i64>;
    /// Items for which [`of_node`](Self::of_node) does not hold: they are looked at on their own.
    fn apart(&self) -> &[u32];
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Items with their cost, in the order that was wanted.
    pub items: Vec<(u32, i64)>,
    /// Their ranks.
    ranks: Vec<i64>,
    /// The number wanted was reached and there may be more.
    pub capped: bool,
    /// Items whose exact cost was asked for.
    pub looked_at: u64,
}

impl Found {
    /// The same, of a search among some of the items only.
    #[must_use]
    pub fn with_more(self) -> Self {
        Self { capped: true, ..self }
    }

    /// The best of two searches that looked for different items, not more than wanted.
    pub fn both(one: Option<Self>, other: Option<Self>, most: usize) -> Self {
        let (mut one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (one, other) => return one.or(other).unwrap_or_default(),
        };
        one.capped |= other.capped;
        one.looked_at += other.looked_at;
        if other.items.is_empty() {
            return one;
        }
        let ranked = |found: Self| found.ranks.into_iter().zip(found.items);
        let (capped, looked_at) = (one.capped, one.looked_at);
        let mut all: Vec<(i64, (u32, i64))> = ranked(one).chain(ranked(other)).collect();
        all.sort_by_key(|found| found.0);
        let capped = capped || all.len() > most;
        all.truncate(most);
        let (ranks, items) = all.into_iter().unzip();
        Self { items, ranks, capped, looked_at }
    }
}

impl<S: Summary> Tree<S> {
    /// A tree over the items. `split` orders the items of a node so that its halves are the two halves of the slice.
    pub fn new(items: Vec<u32>, summary: &dyn Fn(u32) -> S, split: &dyn Fn(&mut [u32])) -> Self {
        let mut tree = Self { order: items, known: Vec::new(), nodes: Vec::new() };
        if !tree.order.is_empty() {
            tree.nodes.reserve(tree.order.len() / (LEAF / 4));
            tree.grow(0, tree.order.len(), summary, split);
        }
        tree
    }

    /// The same tree, which keeps what is known of each item beside it: searches find it without looking elsewhere.
    #[must_use]
    pub fn knowing(mut self, summary: &dyn Fn(u32) -> S) -> Self {
        self.known = self.order.iter().map(|item| summary(*item)).collect();
        self
    }

    fn grow(&mut self, first: usize, end: usize, summary: &dyn Fn(u32) -> S, split: &dyn Fn(&mut [u32])) {
        let at = self.nodes.len();
        let node = |summary| Node { first: first as u32, end: end as u32, second: NONE, summary };
        if end - first <= LEAF {
            let mut whole = summary(self.order[first]);
            self.order[first + 1..end].iter().for_each(|item| whole.join(&summary(*item)));
            self.nodes.push(node(whole));
            return;
        }
        split(&mut self.order[first..end]);
        self.nodes.push(node(summary(self.order[first])));
        let middle = first.midpoint(end);
        self.grow(first, middle, summary, split);
        let second = self.nodes.len();
        self.grow(middle, end, summary, split);
        let mut whole = self.nodes[at + 1].summary.clone();
        whole.join(&self.nodes[second].summary);
        self.nodes[at].second = second as u32;
        self.nodes[at].summary = whole;
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The weights, ready for searches. `of_item` is by item, also of items that the tree does not hold.
    pub fn weights(&self, of_item: Vec<i64>) -> Weights {
        if self.is_empty() {
            return Weights::default();
        }
        let mut least = vec![i64::MAX; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            least[at] = if node.second == NONE {
                let items = &self.order[node.first as usize..node.end as usize];
                items.iter().map(|item| of_item[*item as usize]).min().unwrap_or(i64::MAX)
            } else {
                least[at + 1].min(least[node.second as usize])
            };
        }
        Weights { of_item, least }
    }

    /// The place of each item in the order of the leaves, by item; `items` is above the greatest.
    pub fn places(&self, items: usize) -> Vec<u32> {
        let mut places = vec![NONE; items];
        for (item, place) in self.order.iter().zip(0..) {
            places[*item as usize] = place;
        }
        places
    }

    /// Changes the weight of one item; `places` are those of [`places`](Self::places). Cost: O(log n).
    pub fn reweigh(&self, weights: &mut Weights, places: &[u32], item: u32, weight: i64) {
        let Some(place) = places.get(item as usize).copied().filter(|place| *place != NONE) else { return };
        weights.of_item[item as usize] = weight;
        let (mut path, mut at) = (Vec::with_capacity(32), 0_u32);
        while self.nodes[at as usize].second != NONE {
            path.push(at);
            let second = self.nodes[at as usize].second;
            at = if place < self.nodes[second as usize].first { at + 1 } else { second };
        }
        let leaf = &self.nodes[at as usize];
        let items = &self.order[leaf.first as usize..leaf.end as usize];
        weights.least[at as usize] =
            items.iter().map(|item| weights.of_item[*item as usize]).min().unwrap_or(i64::MAX);
        for at in path.into_iter().rev() {
            let second = self.nodes[at as usize].second;
            weights.least[at as usize] = weights.least[at as usize + 1].min(weights.least[second as usize]);
        }
    }

    /// Items by cost plus weight, in the order wanted.
    pub fn search(&self, weights: Option<&Weights>, wanted: Wanted, costs: &impl Costs<S>) -> Found {
        let mut found = Found::default();
        let mut queue = Queue::new(wanted.below, wanted.order);
        let weight_of = |item: u32| weights.map_or(0, |weights| weights.of_item[item as usize]);
        let least_of = |node: u32| weights.map_or(0, |weights| weights.least[node as usize]);
        for item in costs.apart() {
            let weight = weight_of(*item);
            let bound = costs.of_item(*item, None, queue.cost_below(weight));
            queue.offer(bound, weight, 0, Step::Item(*item));
        }
        if let Some(root) = self.nodes.first() {
            queue.offer(costs.of_node(&root.summary), least_of(0), 0, Step::Node(0, 0));
        }
        let mut patience = wanted.patience;
        while let Some(next) = queue.pop() {
            let (key, turn) = (next.key, next.turn());
            if found.items.len() == wanted.most {
                found.capped = true;
                break;
            }
            match next.step {
                Step::Evaluated(item, cost) => {
                    found.items.push((item, cost));
                    found.ranks.push(wanted.order.rank(key));
                }
                Step::Item(item) => {
                    found.looked_at += 1;
                    let cost = costs.exactly(item);
                    queue.offer(cost, weight_of(item), turn, Step::Evaluated(item, cost.unwrap_or(0)));
                }
                Step::Node(..) if patience == 0 && !found.items.is_empty() => found.capped = true,
                Step::Node(at, depth) => {
                    patience = patience.saturating_sub(1);
                    let node = &self.nodes[at as usize];
                    // What holds for all below it: whom that rules out already needs no bound of its own.
                    let floor = key.saturating_sub(least_of(at));
                    let turns = mix(wanted.salt ^ u64::from(at).wrapping_mul(0x9e37_79b9_7f4a_7c15));
                    if node.second == NONE {
                        let items = &self.order[node.first as usize..node.end as usize];
                        for (position, item) in (0_u64..).zip(items) {
                            let weight = weight_of(*item);
                            if !queue.rules_out(floor, weight) && !costs.apart().contains(item) {
                                let turn = turn | (position ^ (turns & (LEAF as u64 - 1))) << depth;
                                let known = self.known.get(node.first as usize + position as usize);
                                let bound = costs.of_item(*item, known, queue.cost_below(weight));
                                queue.offer(bound, weight, turn, Step::Item(*item));
                            }
                        }
                    } else {
                        for (half, child) in [(0, at + 1), (1, node.second)] {
                            if queue.rules_out(floor, least_of(child)) {
                                continue;
                            }
                            let bound = costs.of_node(&self.nodes[child as usize].summary);
                            let turn = turn | (half ^ (turns & 1)) << depth;
                            queue.offer(bound, least_of(child), turn, Step::Node(child, depth + 1));
                        }
                    }
                }
            }
        }
        found
    }

    /// What is known of the item at a place in the order of the leaves.
    ///
    /// # Panics
    /// Where the tree does not [keep](Self::knowing) it.
    pub fn known(&self, place: u32) -> &S {
        &self.known[place as usize]
    }

    /// The items in the order of the leaves.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// Looks at each item below the nodes that `keep` does not rule out: its place in the order of the leaves, itself, and
    /// what is known of it.
    ///
    /// # Panics
    /// Where the tree does not [keep](Self::knowing) what is known of items.
    pub fn each<'t>(&'t self, keep: &dyn Fn(&S) -> bool, look: &mut dyn FnMut(u32, u32, &'t S)) {
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![0_u32] };
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            if !keep(&node.summary) {
                continue;
            }
            if node.second != NONE {
                open.extend([node.second, at + 1]);
                continue;
            }
            for place in node.first..node.end {
                look(place, self.order[place as usize], &self.known[place as usize]);
            }
        }
    }

    /// The items below the nodes that `keep` does not rule out.
    pub fn items(&self, keep: &dyn Fn(&S) -> bool) -> Vec<u32> {
        let mut items = Vec::new();
        self.visit(LEAF, keep, &mut |below| items.extend_from_slice(below));
        items
    }

    /// The number of items below the nodes that `keep` does not rule out, nodes of at most `grain` items taken whole:
    /// at least the number of items that would do.
    pub fn count_at_most(&self, grain: usize, keep: &dyn Fn(&S) -> bool) -> u64 {
        let mut count = 0;
        self.visit(grain, keep, &mut |below| count += below.len() as u64);
        count
    }

    fn visit(&self, grain: usize, keep: &dyn Fn(&S) -> bool, take: &mut dyn FnMut(&[u32])) {
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![0_u32] };
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            if !keep(&node.summary) {
                continue;
            }
            if node.second == NONE || (node.end - node.first) as usize <= grain {
                take(&self.order[node.first as usize..node.end as usize]);
            } else {
                open.extend([node.second, at + 1]);
            }
        }
    }
}

/// A well mixed word (the finaliser of splitmix64).
pub fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
