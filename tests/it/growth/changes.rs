//! A plan in memory follows a table of changes: whoever replays the table has the same plan, and one that took up what was never
//! stored says so.

use jiedui::candidates::Prepared;
use jiedui::pipeline::pose;
use jiedui::plan::Outline;
use jiedui::plan::growth::PairSearch;
use jiedui::plan::mend::Held;
use jiedui::runs::changes::{ChangeError, ChangedPlan, Left, Wanted};
use jiedui::runs::numbers::RunPeople;
use jiedui::store::{PlanChange, PlanChangeKind};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::crowd::crowd;
use super::people::policy_of;
use super::{TINY, grown};

/// Ids of everybody, made of their numbers.
struct Ids {
    children: Vec<String>,
    volunteers: Vec<String>,
}

impl Ids {
    fn of(prepared: &Prepared<'_>) -> Self {
        let numbered = |sign: char, many: usize| (0..many).map(|at| format!("{sign}{at}")).collect();
        Self {
            children: numbered('C', prepared.children.len()),
            volunteers: numbered('V', prepared.volunteers.len()),
        }
    }

    fn people(&self) -> RunPeople<'_> {
        RunPeople::new(
            self.children.iter().map(String::as_str).collect(),
            self.volunteers.iter().map(String::as_str).collect(),
        )
    }
}

/// By group: whom it has, and to whom it is promised.
type Kept = Vec<(Option<u32>, Option<u32>)>;

/// Whom every group has, or is promised to, and at which total.
fn whole(plan: &ChangedPlan<'_>, outline: &Outline) -> (Kept, i128) {
    let mending = plan.mending();
    let groups = 0..outline.groups.len() as u32;
    let has = groups.map(|group| (mending.right_of(group), mending.pinned_to(group))).collect();
    (has, mending.objective().total())
}

/// A change that makes sense now: of a promised group its return or its end, of another a promise, a refusal, or that one of the two
/// takes no part at present; and that somebody does again.
fn wanted(plan: &ChangedPlan<'_>, outline: &Outline, (which, how): (usize, usize)) -> Option<Wanted> {
    let group = which.checked_rem(outline.groups.len())? as u32;
    let mending = plan.mending();
    let unit = |right: u32| format!("V{}", outline.places[right as usize].volunteer);
    if mending.is_gone(group) {
        let kind = PlanChangeKind::GroupReturns;
        return (how % 2 == 0).then(|| Wanted { kind, group, volunteer_id: String::new() });
    }
    let volunteers = |left: Left| if let Left::Volunteer(id) = left { Some(id) } else { None };
    if let Some(volunteer_id) = plan.left().into_iter().find_map(volunteers).filter(|_| how == 1) {
        return Some(Wanted { kind: PlanChangeKind::VolunteerReturns, group, volunteer_id });
    }
    let (kind, right) = match (mending.pinned_to(group), how % 6) {
        (Some(right), 0 | 3) => (PlanChangeKind::Unpin, right),
        (Some(right), _) => (PlanChangeKind::Decline, right),
        (None, 0) => (PlanChangeKind::Decline, mending.right_of(group)?),
        (None, 4) => (PlanChangeKind::GroupLeaves, mending.right_of(group).unwrap_or_default()),
        (None, 5) => (PlanChangeKind::VolunteerLeaves, mending.right_of(group)?),
        (None, _) => (PlanChangeKind::Pin, mending.right_of(group)?),
    };
    Some(Wanted { kind, group, volunteer_id: unit(right) })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn whoever_replays_the_table_has_the_same_plan(
        seed in any::<u64>(),
        steps in vec((0..1_000_usize, 0..6_usize), 1..40),
        lost in vec(0..40_usize, 0..4)
    ) {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let outline = pose(&prepared).unwrap().lead;
        let held = Held::of(&grown(&prepared, outline.clone(), TINY[0]));
        let search = PairSearch::new(&prepared, &outline);
        let ids = Ids::of(&prepared);
        let load = || ChangedPlan::new(&prepared, &outline, &search, ids.people(), held.clone()).unwrap();
        let (mut plan, mut beside) = (load(), load());
        let mut table: Vec<PlanChange> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            let Some(new) = wanted(&plan, &outline, *step) else { continue };
            let since = plan.confirmed();
            let brought = &table[usize::try_from(since).unwrap()..];
            let applied = plan.apply(since, brought, std::slice::from_ref(&new)).unwrap();
            prop_assert_eq!(applied.changes.len(), 1);
            for settled in &applied.settled {
                let right = plan.mending().right_of(settled.group);
                let volunteer = right.map(|right| format!("V{}", outline.places[right as usize].volunteer));
                prop_assert_eq!(settled.has.as_ref().map(|has| has.volunteer_id.clone()), volunteer);
                prop_assert!(plan.mending().pinned_to(settled.group).is_none());
            }
            if lost.contains(&at) {
                // Its transaction does not commit; another one may, by whoever else holds the plan.
                let since = beside.confirmed();
                beside.take_up(since, &table[usize::try_from(since).unwrap()..]).unwrap();
                let other = wanted(&beside, &outline, (step.0 + 1, step.1 + 1));
                if let Some(other) = other.filter(|other| *other != new) {
                    let since = beside.confirmed();
                    let brought = table[usize::try_from(since).unwrap()..].to_vec();
                    table.extend(beside.apply(since, &brought, &[other]).unwrap().changes);
                }
                let since = plan.confirmed();
                let brought = &table[usize::try_from(since).unwrap()..];
                let behind = plan.take_up(since, brought);
                prop_assert!(matches!(behind, Err(ChangeError::RanAhead)), "{:?}", behind);
                plan = load();
                plan.take_up(0, &table).unwrap();
            } else {
                table.extend(applied.changes);
            }
            if at % 3 == 0 {
                let since = beside.confirmed();
                beside.take_up(since, &table[usize::try_from(since).unwrap()..]).unwrap();
                prop_assert_eq!(whole(&beside, &outline), whole(&plan, &outline));
            }
        }
        let mut anew = load();
        anew.take_up(0, &table).unwrap();
        prop_assert_eq!(whole(&anew, &outline), whole(&plan, &outline));
        prop_assert_eq!(anew.confirmed(), table.len() as i64);
    }
}
