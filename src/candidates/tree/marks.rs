//! Marks on the items of a tree, and searches by them: the item of least mark, or any whose mark is wanted, among
//! those that will do.
//!
//! Beside each node stand the least and the greatest mark below it; a node is passed over where no mark below it
//! can be wanted. Cost: O(log n) to change a mark; a search visits the nodes that may hold what is wanted.

use super::{NONE, Summary, Tree};

/// Stands for no mark.
const UNMARKED: u32 = u32::MAX;
/// Of so many marks between the least and the greatest below a node each is asked for.
const RANGE: u32 = 16;

/// Marks of items with the least and the greatest below every node.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    of_item: Vec<u32>,
    least: Vec<u32>,
    greatest: Vec<u32>,
}

impl Marks {
    /// The mark of an item; [`u32::MAX`] for none.
    pub fn of(&self, item: u32) -> u32 {
        self.of_item[item as usize]
    }
}

impl<S: Summary> Tree<S> {
    /// The marks, ready for searches; by item, also of items that the tree does not hold. [`u32::MAX`] is no mark.
    pub fn marks(&self, of_item: Vec<u32>) -> Marks {
        let count = self.nodes.len();
        let mut marks = Marks { of_item, least: vec![UNMARKED; count], greatest: vec![0; count] };
        for at in (0..count).rev() {
            self.gather(&mut marks, at);
        }
        marks
    }

    /// Changes one mark; `places` are those of [`places`](Self::places).
    pub fn mark(&self, marks: &mut Marks, places: &[u32], item: u32, mark: u32) {
        marks.of_item[item as usize] = mark;
        let Some(place) = places.get(item as usize).copied().filter(|place| *place != NONE) else { return };
        let (mut path, mut at) = (Vec::with_capacity(32), 0_u32);
        loop {
            path.push(at);
            let second = self.nodes[at as usize].second;
            if second == NONE {
                break;
            }
            at = if place < self.nodes[second as usize].first { at + 1 } else { second };
        }
        path.into_iter().rev().for_each(|at| self.gather(marks, at as usize));
    }

    /// What is known below a node from what is known one step below it.
    fn gather(&self, marks: &mut Marks, at: usize) {
        let node = &self.nodes[at];
        let (mut least, mut greatest) = (UNMARKED, 0);
        if node.second == NONE {
            for item in &self.order[node.first as usize..node.end as usize] {
                let mark = marks.of_item[*item as usize];
                if mark != UNMARKED {
                    (least, greatest) = (least.min(mark), greatest.max(mark));
                }
            }
        } else {
            for half in [at + 1, node.second as usize] {
                least = least.min(marks.least[half]);
                greatest = greatest.max(marks.greatest[half]);
            }
        }
        (marks.least[at], marks.greatest[at]) = (least, greatest);
    }

    /// An item of least mark below a bound among those that will do; `keep` rules out nodes.
    pub fn least_marked(
        &self,
        marks: &Marks,
        below: u32,
        keep: &dyn Fn(&S) -> bool,
        will_do: &dyn Fn(u32) -> bool,
    ) -> Option<u32> {
        let mut best = (below, None);
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![0_u32] };
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            if marks.least[at as usize] >= best.0 || !keep(&node.summary) {
                continue;
            }
            if node.second == NONE {
                for item in &self.order[node.first as usize..node.end as usize] {
                    let mark = marks.of_item[*item as usize];
                    if mark < best.0 && will_do(*item) {
                        best = (mark, Some(*item));
                    }
                }
            } else {
                let (first, second) = (at + 1, node.second);
                let first_is_less = marks.least[first as usize] <= marks.least[second as usize];
                open.extend(if first_is_less { [second, first] } else { [first, second] });
            }
        }
        best.1
    }

    /// Any marked item whose mark is wanted among those that will do; `keep` rules out nodes.
    pub fn any_marked(
        &self,
        marks: &Marks,
        wanted: &dyn Fn(u32) -> bool,
        keep: &dyn Fn(&S) -> bool,
        will_do: &dyn Fn(u32) -> bool,
    ) -> Option<u32> {
        let may_hold = |at: u32| {
            let (least, greatest) = (marks.least[at as usize], marks.greatest[at as usize]);
            least != UNMARKED && (greatest - least >= RANGE || (least..=greatest).any(wanted))
        };
        let mut open = if self.nodes.is_empty() { Vec::new() } else { vec![0_u32] };
        while let Some(at) = open.pop() {
            let node = &self.nodes[at as usize];
            if !may_hold(at) || !keep(&node.summary) {
                continue;
            }
            if node.second == NONE {
                let items = &self.order[node.first as usize..node.end as usize];
                let marked = |item: &u32| marks.of_item[*item as usize];
                let found = items
                    .iter()
                    .find(|item| marked(item) != UNMARKED && wanted(marked(item)) && will_do(**item));
                if found.is_some() {
                    return found.copied();
                }
            } else {
                open.extend([node.second, at + 1]);
            }
        }
        None
    }
}
