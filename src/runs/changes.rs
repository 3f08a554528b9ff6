//! The plan of a published run while its pairs are promised and refused: kept the best there is for everybody else.
//!
//! In: the changes that the table `plan_changes` holds, in order, and new ones. Out: whose volunteer is another now. A change is
//! applied before its transaction commits, so what a plan in memory holds beyond what it has seen committed is its tail: each
//! later call brings what the table holds since, and a tail that is not the beginning of it came from a transaction that did
//! not commit; then the plan must be loaded anew.
//!
//! Cost: that of [`Mending`]; nothing here looks at everybody, but [`price`](ChangedPlan::price).

use std::collections::{BTreeMap, BTreeSet};

use super::numbers::{Numbers, RunPeople};
use crate::assignment::repair::{Move, Moves, RepairError};
use crate::candidates::Prepared;
use crate::plan::growth::PairSearch;
use crate::plan::mend::{Held, MendError, Mending};
use crate::plan::{Outline, PairKind};
use crate::store::{PlanChange, PlanChangeKind};

/// Why changes could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// What is held in memory is not what the table says: a transaction did not commit. The plan is to be loaded anew.
    #[error("the plan in memory ran ahead of its table")]
    RanAhead,
    /// The volunteer has no place left.
    #[error("the volunteer has no place left")]
    NoPlace,
    /// The pair was declined: nobody is promised to whom she refused.
    #[error("the pair was declined")]
    Declined,
    /// There is no such group or volunteer in the plan.
    #[error("no such group or volunteer in the plan")]
    Unknown,
    /// The repair failed; what is in memory is not to be used any more.
    #[error(transparent)]
    Repair(RepairError),
}

/// What is to be changed of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// What.
    pub kind: PlanChangeKind,
    /// The group.
    pub group: u32,
    /// The volunteer's id; of a group that returns, empty.
    pub volunteer_id: String,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// As the table is to hold it.
    pub changes: Vec<PlanChange>,
    /// Groups that are not promised and have another volunteer now, or may have.
    pub settled: Vec<Settled>,
}

/// Who takes no part at present, as the plan was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Left {
    /// A group.
    Group {
        /// The group.
        group: u32,
        /// Ids of its children.
        child_ids: Vec<String>,
    },
    /// A volunteer, by her id.
    Volunteer(String),
}

/// A group after changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The group.
    pub group: u32,
    /// Ids of its children.
    pub child_ids: Vec<String>,
    /// The volunteer that the plan has for it now.
    pub has: Option<PairOf>,
}

/// A pair of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairOf {
    /// The volunteer's id.
    pub volunteer_id: String,
    /// What the pair costs, in points.
    pub cost: i64,
    /// For the long term, or seasonal.
    pub kind: PairKind,
}

/// What giving a group to a volunteer would change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwapPrice {
    /// Points of the pair itself.
    pub cost: i64,
    /// For the long term, or seasonal.
    pub kind: PairKind,
    /// By how many points the least total rises, what leaving children alone costs included.
    pub delta: i64,
    /// Children who would be left without a volunteer, by class.
    pub losing: BTreeMap<usize, usize>,
    /// Children who would get one, by class.
    pub gaining: BTreeMap<usize, usize>,
    /// By how many points the rest rises: cost of pairs and of further households.
    pub other: i64,
    /// Who would move, in order: the group asked about first.
    pub moves: Vec<Moved>,
}

/// A group that would move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Ids of its children.
    pub child_ids: Vec<String>,
    /// The id of whom it has.
    pub from: Option<String>,
    /// The id of whom it would have.
    pub to: Option<String>,
}

/// A plan that changes are applied to.
pub struct ChangedPlan<'s> {
    prepared: &'s Prepared<'s>,
    outline: &'s Outline,
    people: RunPeople<'s>,
    mending: Mending<'s>,
    numbers: Numbers,
    /// By volunteer.
    right_of: Vec<Option<u32>>,
    /// Groups that take no part at present, and which volunteer's number was told with that.
    left_groups: BTreeMap<u32, u32>,
    /// Groups that are promised to somebody who takes no part since one of her unit was erased, and her number.
    away: BTreeMap<u32, u32>,
    confirmed: i64,
    tail: Vec<PlanChange>,
}

impl<'s> ChangedPlan<'s> {
    /// Takes over a plan as its run made it.
    ///
    /// # Errors
    /// What is held proves nothing, or amounts leave 64 bits.
    pub fn new(
        prepared: &'s Prepared<'s>,
        outline: &'s Outline,
        search: &'s PairSearch<'s>,
        people: RunPeople<'s>,
        held: Held,
    ) -> Result<Self, MendError> {
        let mut right_of = vec![None; prepared.volunteers.len()];
        for (right, place) in (0_u32..).zip(&outline.places) {
            right_of[place.volunteer as usize] = Some(right);
        }
        let mending = Mending::new(search, outline, held)?;
        let numbers = Numbers::all(outline.groups.len());
        let (left_groups, away) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self {
            prepared,
            outline,
            people,
            mending,
            numbers,
            right_of,
            left_groups,
            away,
            confirmed: 0,
            tail: Vec::new(),
        })
    }

    /// As it is among those who remain, where somebody was erased: under the numbers of the stored plan.
    #[must_use]
    pub fn of_remaining(self, numbers: Numbers) -> Self {
        Self { numbers, ..self }
    }

    /// Up to which number it has seen the table; what follows is to be brought along.
    pub fn confirmed(&self) -> i64 {
        self.confirmed
    }

    /// The plan as it is now.
    pub fn mending(&self) -> &Mending<'s> {
        &self.mending
    }

    /// Takes up what the table holds after the number `since`, and applies new changes.
    ///
    /// # Errors
    /// [`ChangeError`]; after [`ChangeError::RanAhead`] and [`ChangeError::Repair`] the plan must be loaded anew.
    pub fn apply(
        &mut self,
        since: i64,
        table: &[PlanChange],
        new: &[Wanted],
    ) -> Result<Applied, ChangeError> {
        self.apply_after(since, (table, &[]), new)
    }

    /// As above, after changes that the same transaction has applied already, and not committed.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn apply_after(
        &mut self,
        since: i64,
        (table, own): (&[PlanChange], &[PlanChange]),
        new: &[Wanted],
    ) -> Result<Applied, ChangeError> {
        self.take_up_with(since, (table, own))?;
        let (mut moves, mut asked, mut changes) = (Moves::default(), BTreeSet::new(), Vec::new());
        for wanted in new {
            asked.extend(self.numbers.index(wanted.group));
            let Some(volunteer) = self.number_in(wanted) else {
                // Whom the plan never knew has no place in it to lose; whom she leaves is asked about all the same.
                if wanted.kind == PlanChangeKind::Decline {
                    continue;
                }
                return Err(ChangeError::Unknown);
            };
            let change = PlanChange { kind: wanted.kind, group: wanted.group, volunteer };
            moves = moves.then(self.change(&change)?);
            changes.push(change);
        }
        asked.extend(moves.moved.iter().map(|step| step.left));
        let free = |group: &u32| !self.is_promised(*group);
        let settled = asked.into_iter().filter(free).map(|group| self.settled(group)).collect();
        Ok(Applied { changes, settled })
    }

    /// The number of the volunteer of a change; of a group that returns, that of the change by which it left.
    fn number_in(&self, wanted: &Wanted) -> Option<u32> {
        match wanted.kind {
            PlanChangeKind::GroupReturns => self.left_groups.get(&self.numbers.index(wanted.group)?).copied(),
            _ => self.people.number(&wanted.volunteer_id),
        }
    }

    /// Who takes no part at present, each with the change by which it would again.
    pub fn left(&self) -> Vec<Left> {
        let groups = self
            .left_groups
            .keys()
            .map(|group| Left::Group { group: self.numbers.group(*group), child_ids: self.children(*group) });
        let volunteers = self.mending.closed().map(|right| Left::Volunteer(self.volunteer_at(right)));
        groups.chain(volunteers).collect()
    }

    /// Takes up what the table holds after the number `since`.
    ///
    /// # Errors
    /// As [`apply`](Self::apply).
    pub fn take_up(&mut self, since: i64, table: &[PlanChange]) -> Result<(), ChangeError> {
        self.take_up_with(since, (table, &[]))
    }

    /// What the table holds counts as stored; what the transaction that asks has applied itself does not yet.
    fn take_up_with(
        &mut self,
        since: i64,
        (table, own): (&[PlanChange], &[PlanChange]),
    ) -> Result<(), ChangeError> {
        let seen = usize::try_from(self.confirmed - since).map_err(|_| ChangeError::RanAhead)?;
        let unseen = table.get(seen..).ok_or(ChangeError::RanAhead)?;
        let known = [unseen, own].concat();
        let further = known.strip_prefix(self.tail.as_slice()).ok_or(ChangeError::RanAhead)?;
        for change in further {
            self.change(change)?;
        }
        self.confirmed += unseen.len() as i64;
        self.tail = own.to_vec();
        Ok(())
    }

    /// Groups that are not promised, and have somebody else than these say, by number: what was promised or drafted by a plan of more
    /// people, or by none.
    pub fn others_than(&self, open: &BTreeMap<u32, String>) -> Vec<Settled> {
        let groups = 0..self.outline.groups.len() as u32;
        let free = groups.filter(|group| !self.is_promised(*group));
        let settled = free.map(|group| self.settled(group));
        let is_other =
            |settled: &Settled| settled.has.as_ref().map(|has| &has.volunteer_id) != open.get(&settled.group);
        settled.filter(is_other).collect()
    }

    fn change(&mut self, change: &PlanChange) -> Result<Moves, ChangeError> {
        let (kind, number) = (change.kind, change.volunteer);
        let volunteer = self.people.index(number);
        let right = volunteer.and_then(|volunteer| self.right_of[volunteer as usize]);
        let done = match (kind, self.numbers.index(change.group), right) {
            (PlanChangeKind::VolunteerLeaves, _, Some(right)) => self.mending.close(right),
            (PlanChangeKind::VolunteerReturns, _, Some(right)) => self.mending.open(right),
            (PlanChangeKind::GroupLeaves, Some(group), _) => self.leave(group, number),
            (PlanChangeKind::GroupReturns, Some(group), _) => self.come_back(group),
            (kind, Some(group), None) if volunteer.is_none() => self.change_away(kind, group, number),
            (PlanChangeKind::Unpin, Some(group), Some(right))
                if self.mending.pinned_to(group) == Some(right) =>
            {
                self.mending.unpin(group)
            }
            (PlanChangeKind::Pin, Some(group), _) if self.mending.is_gone(group) => {
                return Err(ChangeError::Unknown);
            }
            (PlanChangeKind::Pin, Some(_), None) => return Err(ChangeError::NoPlace),
            (PlanChangeKind::Pin, Some(group), Some(right)) if self.mending.is_declined(group, right) => {
                return Err(ChangeError::Declined);
            }
            (PlanChangeKind::Pin, Some(group), Some(right)) => self.mending.pin(group, right),
            (PlanChangeKind::Decline, Some(group), Some(right)) => self.mending.decline(group, right),
            // Brothers and sisters of a child whose pair stands are no group of the plan, and a group that was erased has no part in it.
            // Nobody without a place is proposed to anybody, and what was only drafted holds nothing.
            _ => Ok(self.mending.unchanged()),
        };
        match done {
            Ok(moves) => {
                self.tail.push(*change);
                Ok(moves)
            }
            Err(RepairError::NoUnit { .. }) => Err(ChangeError::NoPlace),
            Err(RepairError::NoLeft { .. } | RepairError::NotPinned { .. }) => Err(ChangeError::Unknown),
            Err(error) => Err(ChangeError::Repair(error)),
        }
    }

    /// A change of a group and somebody who takes no part since one of her unit was erased: what is promised to her is out of the plan until
    /// it comes to nothing.
    fn change_away(&mut self, kind: PlanChangeKind, group: u32, number: u32) -> Result<Moves, RepairError> {
        let is_hers = self.away.get(&group) == Some(&number);
        match kind {
            PlanChangeKind::Pin if !self.is_promised(group) => {
                self.away.insert(group, number);
                self.mending.leave(group)
            }
            PlanChangeKind::Unpin | PlanChangeKind::Decline if is_hers => {
                self.away.remove(&group);
                self.mending.come_back(group)
            }
            _ => Ok(self.mending.unchanged()),
        }
    }

    /// A group takes no part at present. What is promised is out of the plan as it is.
    fn leave(&mut self, group: u32, number: u32) -> Result<Moves, RepairError> {
        if !self.is_promised(group) {
            self.left_groups.entry(group).or_insert(number);
            return self.mending.leave(group);
        }
        Ok(self.mending.unchanged())
    }

    /// A group that left takes part again.
    fn come_back(&mut self, group: u32) -> Result<Moves, RepairError> {
        if self.left_groups.remove(&group).is_some() {
            return self.mending.come_back(group);
        }
        Ok(self.mending.unchanged())
    }

    /// Whether a group is out of the plan for a promise.
    fn is_promised(&self, group: u32) -> bool {
        self.mending.pinned_to(group).is_some() || self.away.contains_key(&group)
    }

    fn settled(&self, group: u32) -> Settled {
        let has = self.mending.right_of(group).map(|right| {
            let cost = self.mending.cost_of(group, right).unwrap_or_default();
            PairOf { volunteer_id: self.volunteer_at(right), cost, kind: self.kind_of(right) }
        });
        Settled { group: self.numbers.group(group), child_ids: self.children(group), has }
    }

    fn kind_of(&self, right: u32) -> PairKind {
        let volunteer = self.outline.places[right as usize].volunteer;
        let seasonal = self.prepared.volunteers[volunteer as usize].seasonal;
        if seasonal { PairKind::Seasonal } else { PairKind::Lead }
    }

    fn volunteer_at(&self, right: u32) -> String {
        self.people.volunteers[self.outline.places[right as usize].volunteer as usize].to_owned()
    }

    fn children(&self, group: u32) -> Vec<String> {
        let children = self.outline.groups[group as usize].children.iter();
        children.map(|child| self.people.children[*child as usize].to_owned()).collect()
    }

    /// The exact price of giving a group, which is not promised, to a volunteer; none where a rule or a refusal forbids the pair or
    /// no place is left.
    pub fn price(&self, group: u32, volunteer_id: &str) -> Option<SwapPrice> {
        let volunteer = self.people.index(self.people.number(volunteer_id)?)?;
        let right = self.right_of[volunteer as usize]?;
        let group = self.numbers.index(group)?;
        if self.mending.pinned_to(group).is_some() || self.mending.is_gone(group) {
            return None;
        }
        let cost = self.mending.cost_of(group, right)?;
        let change = self.mending.insist(group, right)?;
        let (losing, gaining) = (|step: &&Move| step.to.is_none(), |step: &&Move| step.from.is_none());
        let lost: i128 = change.moves.iter().filter(losing).map(|step| self.alone(step.left)).sum();
        let won: i128 = change.moves.iter().filter(gaining).map(|step| self.alone(step.left)).sum();
        let other = i128::from(change.delta) - lost + won;
        Some(SwapPrice {
            cost,
            kind: self.kind_of(right),
            delta: change.delta,
            losing: self.by_class(change.moves.iter().filter(losing)),
            gaining: self.by_class(change.moves.iter().filter(gaining)),
            other: i64::try_from(other).unwrap_or(i64::MAX),
            moves: change.moves.iter().map(|step| self.moved(step)).collect(),
        })
    }

    fn alone(&self, group: u32) -> i128 {
        i128::from(self.outline.unmatched_price(group as usize))
    }

    fn by_class<'m>(&self, moves: impl Iterator<Item = &'m Move>) -> BTreeMap<usize, usize> {
        let mut counts = BTreeMap::new();
        for child in moves.flat_map(|step| &self.outline.groups[step.left as usize].children) {
            *counts.entry(self.prepared.children[*child as usize].class).or_default() += 1;
        }
        counts
    }

    fn moved(&self, step: &Move) -> Moved {
        let volunteer = |right: Option<u32>| right.map(|right| self.volunteer_at(right));
        Moved { child_ids: self.children(step.left), from: volunteer(step.from), to: volunteer(step.to) }
    }
}
