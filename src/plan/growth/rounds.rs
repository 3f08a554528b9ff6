//! The rounds of growth: which pairs are held, and who is asked for more.
//!
//! Pairs with a visit stand in lists ([`Prospects`]), of which every round reads all. The others are searched for in trees,
//! and whoever is searched for there is asked only where something moved.

use rayon::prelude::{IntoParallelIterator, ParallelIterator};

use super::search::{Amounts, Look, Prospects, Search};
use super::{Lists, PairCounts, Rows};
use crate::assignment::{Heard, Phase, Problem, Progress, Solution, SolveError};
use crate::candidates::tree::{Found, Order};
use crate::plan::PlanError;
use crate::plan::outline::Outline;
use crate::scoring::bound::Visit;

/// Searches between two reports of progress.
const BLOCK: usize = 4096;

/// Where more than one in so many of the volunteers' prices fell, as seen from the groups, these look for them.
const MANY_FELL: usize = 8;

/// The pairs held so far and what the last round knew.
pub(super) struct Growth {
    lists: Lists,
    pub(super) rows: Rows,
    prospects: Prospects,
    /// By group and by right node: every admissible pair is held, or stands in a list, so that nobody need search for it.
    complete: Vec<bool>,
    complete_rights: Vec<bool>,
    /// By group and by right node: the last search hit its cap.
    capped_groups: Vec<bool>,
    capped_rights: Vec<bool>,
    /// u and v of the round before; empty before the first.
    worth: Vec<i64>,
    price: Vec<i64>,
    pub(super) counts: PairCounts,
}

/// A pair that was found: group, right node, cost.
type FoundPair = (u32, u32, i64);

impl Growth {
    /// The first lists.
    pub(super) fn begin(
        search: &Search<'_>,
        outline: &Outline,
        lists: Lists,
        progress: &mut Heard<'_>,
    ) -> Result<Self, PlanError> {
        let (groups, rights) = (outline.groups.len(), outline.places.len());
        let mut growth = Self {
            lists,
            rows: vec![Vec::new(); groups],
            prospects: Prospects::of(search, lists.longest),
            complete: vec![true; groups],
            complete_rights: vec![false; rights],
            capped_groups: vec![false; groups],
            capped_rights: vec![false; rights],
            worth: Vec::new(),
            price: Vec::new(),
            counts: PairCounts::default(),
        };
        let free = vec![0; rights];
        let listed = growth.prospects.cheapest_by_right(lists.of_volunteer);
        let mut pairs = growth.begin_groups(search, &free, progress)?;
        if lists.of_volunteer > 0 {
            pairs.extend(growth.begin_rights(search, &listed, progress)?);
        }
        if lists.any_of_group > 0 {
            pairs.extend(growth.scatter_groups(search, &free, progress)?);
        }
        add(&mut growth.rows, pairs);
        Ok(growth)
    }

    /// The first pairs of groups: the cheapest, whether they stand in lists or not; of many groups, in pairs in which nobody
    /// comes, some cheap ones will do.
    fn begin_groups(
        &mut self,
        search: &Search<'_>,
        free: &[i64],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let most = self.lists.of_group;
        let asked = search.groups_in_order().filter(|group| self.is_searched_for(search, *group));
        let asked: Vec<u32> = asked.collect();
        let wanted = Look { some_will_do: self.lists.some_will_do(), ..Look::least(most, i64::MAX) };
        let found = in_blocks(&asked, progress, |group| self.search_for(search, group, None, wanted))?;
        // Of the lists only what is cheaper than that.
        let mut below = vec![i64::MAX; self.rows.len()];
        for (group, found) in asked.iter().zip(&found).filter(|(_, found)| found.items.len() == most) {
            below[*group as usize] = found.items.last().map_or(i64::MAX, |(_, cost)| *cost);
        }
        let look = |group: u32| Look::least(most, below[group as usize]);
        let mut pairs = self.look(search, free, &look, progress)?;
        let mut rest = vec![most; self.rows.len()];
        for pair in &pairs {
            rest[pair.0 as usize] -= 1;
        }
        for (group, found) in asked.into_iter().zip(found) {
            let rest = rest[group as usize];
            self.counts.looked_at += found.looked_at;
            self.complete[group as usize] = !found.capped && found.items.len() <= rest;
            pairs.extend(found.items.into_iter().take(rest).map(|(right, cost)| (group, right, cost)));
        }
        Ok(pairs)
    }

    /// The first pairs of right nodes: the cheapest, whether they stand in lists or not.
    fn begin_rights(
        &mut self,
        search: &Search<'_>,
        listed: &[FoundPair],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let most = self.lists.of_volunteer;
        let mut count = vec![0; self.complete_rights.len()];
        for (_, right, _) in listed {
            count[*right as usize] += 1;
        }
        let asked = search.neighbours_together((0_u32..).zip(&count).map(|(right, _)| right).collect());
        let worths = self.worths(search, &vec![0; self.rows.len()]);
        let found = in_blocks(&asked, progress, |right| {
            search.first_groups_of(right, &worths, most, count[right as usize])
        })?;
        // Of the lists only what is cheaper than that.
        let mut below = vec![i64::MAX; count.len()];
        let mut pairs = Vec::new();
        for (right, found) in asked.into_iter().zip(found) {
            self.counts.looked_at += found.looked_at;
            self.complete_rights[right as usize] = !found.capped;
            if found.items.len() == most {
                below[right as usize] = found.items.last().map_or(i64::MAX, |(_, cost)| *cost);
            }
            pairs.extend(found.items.into_iter().map(|(group, cost)| (group, right, cost)));
        }
        let cheaper = listed.iter().filter(|(_, right, least)| *least < below[*right as usize]);
        let cheaper: Vec<(u32, u32)> = cheaper.map(|(group, right, _)| (*group, *right)).collect();
        let taken = self.prospects.take(search, &cheaper);
        self.counts.looked_at += taken.len() as u64;
        pairs.extend(taken);
        Ok(pairs)
    }

    /// Any pairs of groups, wherever they stand: those near by alone leave volunteers without a child while others far
    /// away wait for one, and prices would have to carry that over from list to list.
    fn scatter_groups(
        &mut self,
        search: &Search<'_>,
        free: &[i64],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let wanted = Look::any(self.lists.any_of_group);
        let asked: Vec<u32> =
            search.groups_in_order().filter(|group| !self.complete[*group as usize]).collect();
        let found = in_blocks(&asked, progress, |group| self.search_for(search, group, None, wanted))?;
        let mut pairs = self.look(search, free, &|_| wanted, progress)?;
        for (group, found) in asked.into_iter().zip(found) {
            self.counts.looked_at += found.looked_at;
            pairs.extend(found.items.into_iter().map(|(right, cost)| (group, right, cost)));
        }
        Ok(pairs)
    }

    /// Adds pairs that the prices do not rule out; whether there were any.
    pub(super) fn search(
        &mut self,
        search: &Search<'_>,
        problem: &Problem,
        solution: &Solution,
        progress: &mut Heard<'_>,
    ) -> Result<bool, PlanError> {
        let price = solution.price.clone();
        let worth: Vec<i64> =
            (0..problem.left_count() as u32).map(|left| cheapest_option(problem, left, &price)).collect();
        let lists = self.lists;
        let mut pairs =
            self.look(search, &price, &|group| lists.offenders(worth[group as usize]), progress)?;
        let first = self.worth.is_empty();
        let fell = (0..price.len() as u32).filter(|right| {
            let at = *right as usize;
            let moved = || self.capped_rights[at] || price[at] < self.price[at];
            !first && !self.complete_rights[at] && moved()
        });
        let fell = search.neighbours_together(fell.collect());
        let everybody: Vec<u32> =
            search.groups_in_order().filter(|group| !self.complete[*group as usize]).collect();
        let moved = |group: &u32| {
            let at = *group as usize;
            first || self.capped_groups[at] || worth[at] > self.worth[at]
        };
        let (asked, others): (Vec<u32>, Vec<u32>) = everybody.iter().copied().partition(moved);
        let ready = search.prices(&except(&price, &self.complete_rights, i64::MAX));
        pairs.extend(self.ask_groups(search, &asked, &ready, &worth, progress)?);
        if others.is_empty() {
            self.capped_rights.fill(false);
        } else {
            pairs.extend(self.ask_fallen(search, (&fell, &others), &price, &worth, progress)?);
        }
        if pairs.is_empty() && !others.is_empty() {
            pairs = self.ask_groups(search, &everybody, &ready, &worth, progress)?;
        }
        (self.price, self.worth) = (price, worth);
        let any = !pairs.is_empty();
        add(&mut self.rows, pairs);
        Ok(any)
    }

    /// What a look into all lists finds.
    fn look(
        &mut self,
        search: &Search<'_>,
        price: &[i64],
        look: &(dyn Fn(u32) -> Look + Sync),
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let price = self.prospects.placed(price);
        let mut pairs = Vec::new();
        let groups = self.rows.len() as u32;
        for first in (0..groups).step_by(BLOCK) {
            report(progress, first as usize, groups as usize)?;
            let block = first..groups.min(first + BLOCK as u32);
            for (group, seen) in block.clone().zip(self.prospects.seen(search, block, &price, look)) {
                self.counts.looked_at += seen.looked_at;
                pairs.extend(seen.pairs.into_iter().map(|(right, cost)| (group, right, cost)));
            }
        }
        Ok(pairs)
    }

    /// Whether some pairs of a group stand in no list.
    fn is_searched_for(&self, search: &Search<'_>, group: u32) -> bool {
        !self.prospects.has_list(group) || search.has_away(group)
    }

    /// Right nodes of pairs that stand in no list.
    fn search_for(&self, search: &Search<'_>, group: u32, prices: Option<&Amounts>, wanted: Look) -> Found {
        let visits: &[Visit] = if self.prospects.has_list(group) { &[Visit::Away] } else { &Visit::BOTH };
        search.volunteers_for(visits, group, prices, wanted)
    }

    /// The worths, ready for searches of pairs that stand in no list.
    fn worths(&self, search: &Search<'_>, worth: &[i64]) -> Amounts {
        search.worths_but(worth, &|group| self.prospects.has_list(group))
    }

    /// The worst offenders of each group.
    fn ask_groups(
        &mut self,
        search: &Search<'_>,
        groups: &[u32],
        prices: &Amounts,
        worth: &[i64],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let lists = self.lists;
        let found = in_blocks(groups, progress, |group| {
            self.search_for(search, group, Some(prices), lists.offenders(worth[group as usize]))
        })?;
        Ok(note(groups, found, &mut self.capped_groups, &mut self.counts))
    }

    /// The worst offenders of volunteers whose price fell: they ask the groups. Where nobody comes that takes long, since a
    /// volunteer may serve groups wherever they are; if many fell, it is the other groups that look for them among all pairs of
    /// that kind.
    fn ask_fallen(
        &mut self,
        search: &Search<'_>,
        (fell, others): (&[u32], &[u32]),
        price: &[i64],
        worth: &[i64],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let looking: Vec<u32> = others.iter().copied().filter(|group| search.has_away(*group)).collect();
        if fell.len() * MANY_FELL <= looking.len() {
            return self.ask_volunteers(search, (&Visit::BOTH, fell), price, worth, progress);
        }
        let mut pairs = self.ask_volunteers(search, (&[Visit::Near], fell), price, worth, progress)?;
        let mut of_fallen = vec![i64::MAX; price.len()];
        for right in fell {
            of_fallen[*right as usize] = price[*right as usize];
        }
        let (lists, ready) = (self.lists, search.prices(&of_fallen));
        let found = in_blocks(&looking, progress, |group| {
            search.volunteers_for(&[Visit::Away], group, Some(&ready), lists.offenders(worth[group as usize]))
        })?;
        pairs.extend(note(&looking, found, &mut self.capped_groups, &mut self.counts));
        Ok(pairs)
    }

    /// The worst offenders of each volunteer in pairs of some kinds.
    fn ask_volunteers(
        &mut self,
        search: &Search<'_>,
        (visits, rights): (&[Visit], &[u32]),
        price: &[i64],
        worth: &[i64],
        progress: &mut Heard<'_>,
    ) -> Result<Vec<FoundPair>, PlanError> {
        let (lists, worths) = (self.lists, self.worths(search, &except(worth, &self.complete, -i64::MAX)));
        let found = in_blocks(rights, progress, |right| {
            search.groups_for(visits, right, Some(&worths), lists.offenders(-price[right as usize]))
        })?;
        let pairs = note(rights, found, &mut self.capped_rights, &mut self.counts);
        Ok(pairs.into_iter().map(|(right, group, cost)| (group, right, cost)).collect())
    }
}

/// Takes note of what askers found: which of them hit their cap; returns each find with its asker first.
fn note(
    askers: &[u32],
    found: Vec<Found>,
    capped: &mut [bool],
    counts: &mut PairCounts,
) -> Vec<(u32, u32, i64)> {
    let mut pairs = Vec::new();
    for (asker, found) in askers.iter().zip(found) {
        counts.looked_at += found.looked_at;
        capped[*asker as usize] = found.capped;
        pairs.extend(found.items.into_iter().map(|(item, cost)| (*asker, item, cost)));
    }
    pairs
}

impl Lists {
    /// A look for pairs that undercut a bound.
    fn offenders(self, bound: i64) -> Look {
        let order = if self.by_turns { Order::FarBelow(bound) } else { Order::Least };
        Look { most: self.cap, below: bound, order, some_will_do: self.some_will_do() }
    }

    /// The pairs of which some that are wanted will do.
    fn some_will_do(self) -> Option<Visit> {
        self.by_turns.then_some(Visit::Away)
    }
}

/// Adds pairs to those held.
fn add(rows: &mut Rows, mut pairs: Vec<FoundPair>) {
    pairs.sort_unstable();
    pairs.dedup();
    for of_group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let row = &mut rows[of_group[0].0 as usize];
        row.extend(of_group.iter().map(|pair| (pair.1, pair.2)));
        row.sort_unstable();
        row.dedup();
    }
}

/// The amounts, but `instead` where no search need find anything.
fn except(amounts: &[i64], complete: &[bool], instead: i64) -> Vec<i64> {
    amounts.iter().zip(complete).map(|(amount, complete)| if *complete { instead } else { *amount }).collect()
}

/// u: the least of the unmatched price and of cost + v over the pairs held.
fn cheapest_option(problem: &Problem, left: u32, price: &[i64]) -> i64 {
    let arcs = problem.row_rights(left).iter().zip(problem.row_costs(left));
    let options = arcs.map(|(right, cost)| cost + price[*right as usize]);
    options.chain(problem.unmatched(left).price()).min().unwrap_or(i64::MAX)
}

/// Answers for each of the askers, in their order, on all threads; reports now and then.
fn in_blocks<Answer: Send>(
    askers: &[u32],
    progress: &mut Heard<'_>,
    answer: impl Fn(u32) -> Answer + Sync,
) -> Result<Vec<Answer>, PlanError> {
    let mut answers = Vec::with_capacity(askers.len());
    for block in askers.chunks(BLOCK) {
        report(progress, answers.len(), askers.len())?;
        answers.append(&mut block.to_vec().into_par_iter().map(&answer).collect());
    }
    Ok(answers)
}

/// Says how far a round has come; an error where it is to end.
fn report(progress: &mut Heard<'_>, done: usize, total: usize) -> Result<(), PlanError> {
    let step = Progress { phase: Phase::Preparation, done: done as u64, total: total as u64 };
    if progress(step).is_break() { Err(SolveError::Cancelled.into()) } else { Ok(()) }
}
