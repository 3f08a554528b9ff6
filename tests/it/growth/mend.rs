//! A pass mended after declines costs the same as one over all admissible pairs but those declined.

use std::collections::{BTreeMap, BTreeSet};

use jiedui::assignment::certificate;
use jiedui::assignment::repair::{Moves, RepairError};
use jiedui::candidates::Prepared;
use jiedui::pipeline::pose;
use jiedui::plan::growth::PairSearch;
use jiedui::plan::mend::{Held, Mending, mend};
use jiedui::plan::{Outline, Pass, SolvedPass};
use proptest::collection::vec;
use proptest::prelude::{
    ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_assert_ne, prop_oneof, proptest,
};

use super::crowd::crowd;
use super::people::policy_of;
use super::{TINY, grown, proves_all, solved_whole};

fn held(solved: &SolvedPass) -> Held {
    let problem = &solved.pass.problem;
    let row = |group: u32| {
        problem.row_rights(group).iter().copied().zip(problem.row_costs(group).iter().copied()).collect()
    };
    let chosen = solved.solution.chosen.iter();
    Held {
        rows: (0..problem.left_count() as u32).map(row).collect(),
        chosen: chosen.map(|arc| arc.map(|arc| problem.arc_right(arc as usize))).collect(),
        price: solved.solution.price.clone(),
    }
}

/// Declines every `every`-th chosen pair; how many.
fn decline(prepared: &Prepared<'_>, outline: &Outline, solved: &SolvedPass, every: usize) -> usize {
    let held = held(solved);
    let chosen = (0_u32..).zip(&held.chosen).filter_map(|(group, right)| Some((group, (*right)?)));
    let declined: Vec<(u32, u32)> = chosen.step_by(every).collect();
    let mut barred = outline.clone();
    for (group, right) in &declined {
        barred.barred.insert((*group, outline.places[*right as usize].volunteer));
    }
    let mended = mend(prepared, barred.clone(), held, &declined).unwrap();
    let whole = Pass::over_all_pairs(prepared, barred).unwrap();
    assert_eq!(mended.solution.objective.total(), solved_whole(&whole));
    proves_all(&mended, &whole);
    let proof =
        certificate::check(&mended.pass.problem, &mended.solution.chosen, &mended.solution.price).unwrap();
    assert_eq!(proof.dual, mended.solution.objective.total());
    assert_eq!(mended.counts.kept, mended.pass.graph.arc_count() as u64);
    for group in 0..whole.graph.groups.len() {
        assert_eq!(mended.pass.graph.row(group).is_empty(), whole.graph.row(group).is_empty());
    }
    declined.len()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_mended_pass_costs_what_the_whole_one_costs_without_the_declined(
        seed in any::<u64>(),
        every in 1..=6_usize
    ) {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        for outline in [posed.lead, posed.service] {
            for lists in TINY {
                let solved = grown(&prepared, outline.clone(), lists);
                let chosen = solved.solution.chosen.iter().flatten().count();
                prop_assert_eq!(decline(&prepared, &outline, &solved, every), chosen.div_ceil(every));
            }
        }
    }
}

/// What happens to a pair or a group; numbers are taken modulo how many there are.
#[derive(Clone, Debug)]
enum Happening {
    /// A group is promised to the volunteer it has.
    Pin(usize),
    /// A group is promised to somebody else, whoever she is.
    PinElsewhere(usize, usize),
    /// A promise is taken back.
    Unpin(usize),
    /// A promise is declined.
    DeclinePinned(usize),
    /// A proposal is declined.
    Decline(usize),
    /// A volunteer takes no part at present.
    Close(usize),
    /// She takes part again.
    Open(usize),
    /// A group takes no part at present.
    Leave(usize),
    /// It takes part again.
    ComeBack(usize),
}

/// What has happened.
#[derive(Default)]
struct Happened {
    pinned: BTreeMap<u32, u32>,
    declined: BTreeSet<(u32, u32)>,
    closed: BTreeSet<u32>,
    gone: BTreeSet<u32>,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let any = || 0..1_000_usize;
    let one = prop_oneof![
        3 => any().prop_map(Happening::Pin),
        1 => (any(), any()).prop_map(|(group, right)| Happening::PinElsewhere(group, right)),
        1 => any().prop_map(Happening::Unpin),
        2 => any().prop_map(Happening::DeclinePinned),
        2 => any().prop_map(Happening::Decline),
        1 => any().prop_map(Happening::Close),
        1 => any().prop_map(Happening::Open),
        1 => any().prop_map(Happening::Leave),
        1 => any().prop_map(Happening::ComeBack),
    ];
    vec(one, 1..=24)
}

/// The pass as it would be posed anew: promised groups taken out with their places, those who take no part too, declined pairs ruled out.
fn anew(outline: &Outline, happened: &Happened) -> (Outline, Vec<u32>) {
    let Happened { pinned, declined, closed, gone } = happened;
    let mut anew = outline.clone();
    let free = |group: &u32| !pinned.contains_key(group) && !gone.contains(group);
    let groups: Vec<u32> = (0..outline.groups.len() as u32).filter(free).collect();
    anew.groups = groups.iter().map(|group| outline.groups[*group as usize].clone()).collect();
    anew.unmatched.ranks = groups.iter().map(|group| outline.unmatched.ranks[*group as usize]).collect();
    for right in pinned.values() {
        anew.places[*right as usize].standing += 1;
    }
    for right in closed {
        let place = &mut anew.places[*right as usize];
        place.standing = place.offered;
    }
    let number = |group: u32| groups.binary_search(&group).ok().map(|at| at as u32);
    let before = outline.barred.iter().copied();
    let since = declined.iter().map(|(group, right)| (*group, outline.places[*right as usize].volunteer));
    anew.barred = before.chain(since).filter_map(|(group, unit)| Some((number(group)?, unit))).collect();
    (anew, groups)
}

/// Does what happens to both; false where there is nobody for it.
fn happen(
    mending: &mut Mending<'_>,
    happening: &Happening,
    outline: &Outline,
    happened: &mut Happened,
) -> bool {
    let Happened { pinned, declined, closed, gone: left } = happened;
    let groups = outline.groups.len();
    let nth = |number: usize, of: &BTreeSet<u32>| of.iter().nth(number.checked_rem(of.len())?).copied();
    let nth_pinned = |number: usize, pinned: &BTreeMap<u32, u32>| {
        let at = number.checked_rem(pinned.len())?;
        pinned.iter().nth(at).map(|(group, right)| (*group, *right))
    };
    let paired = |number: usize, mending: &Mending<'_>| {
        let group = number.checked_rem(groups)? as u32;
        mending.right_of(group).map(|right| (group, right))
    };
    let keeps_promises = |moves: &Moves| moves.moved.iter().all(|step| !pinned.contains_key(&step.left));
    let (moves, pin, gone) = match *happening {
        Happening::Pin(number) => {
            let Some((group, right)) = paired(number, mending) else { return false };
            (mending.pin(group, right).unwrap(), Some((group, right)), None)
        }
        Happening::PinElsewhere(number, right) => {
            let Some(group) = number.checked_rem(groups).map(|group| group as u32) else { return false };
            let right = (right % outline.places.len().max(1)) as u32;
            if pinned.contains_key(&group) || left.contains(&group) {
                return false;
            }
            match mending.pin(group, right) {
                Ok(moves) => (moves, Some((group, right)), None),
                Err(RepairError::NoUnit { .. } | RepairError::NoRight { .. }) => return false,
                Err(error) => panic!("{error}"),
            }
        }
        Happening::Unpin(number) => {
            let Some((group, _)) = nth_pinned(number, pinned) else { return false };
            (mending.unpin(group).unwrap(), None, Some(group))
        }
        Happening::DeclinePinned(number) => {
            let Some((group, right)) = nth_pinned(number, pinned) else { return false };
            declined.insert((group, right));
            (mending.decline(group, right).unwrap(), None, Some(group))
        }
        Happening::Decline(number) => {
            let Some((group, right)) = paired(number, mending) else { return false };
            declined.insert((group, right));
            (mending.decline(group, right).unwrap(), None, None)
        }
        Happening::Close(number) => {
            let Some(right) = number.checked_rem(outline.places.len()) else { return false };
            closed.insert(right as u32);
            (mending.close(right as u32).unwrap(), None, None)
        }
        Happening::Open(number) => {
            let Some(right) = nth(number, closed) else { return false };
            closed.remove(&right);
            (mending.open(right).unwrap(), None, None)
        }
        Happening::Leave(number) => {
            let Some(group) = number.checked_rem(groups).map(|group| group as u32) else { return false };
            if pinned.contains_key(&group) {
                return false;
            }
            left.insert(group);
            (mending.leave(group).unwrap(), None, None)
        }
        Happening::ComeBack(number) => {
            let Some(group) = nth(number, left) else { return false };
            left.remove(&group);
            (mending.come_back(group).unwrap(), None, None)
        }
    };
    assert!(gone.is_some() || keeps_promises(&moves), "a promised pair moved");
    pinned.extend(pin);
    if let Some(gone) = gone {
        pinned.remove(&gone);
    }
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, ..ProptestConfig::default() })]

    /// The oracle solves the whole pass without what was promised and without what was declined.
    #[test]
    fn after_promises_returns_and_declines_a_pass_costs_what_it_costs_anew(
        seed in any::<u64>(),
        happenings in happenings()
    ) {
        let instance = crowd(seed, 30, 24);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&prepared).unwrap();
        let outline = posed.lead;
        let solved = grown(&prepared, outline.clone(), TINY[0]);
        let search = PairSearch::new(&prepared, &outline);
        let mut mending = Mending::new(&search, &outline, held(&solved)).unwrap();
        let mut happened = Happened::default();
        for happening in &happenings {
            if !happen(&mut mending, happening, &outline, &mut happened) {
                continue;
            }
            let (anew, groups) = anew(&outline, &happened);
            let whole = Pass::over_all_pairs(&prepared, anew).unwrap();
            prop_assert_eq!(mending.objective().total(), solved_whole(&whole));
            let (problem, solution) = mending.solved();
            let proof = certificate::check(&problem, &solution.chosen, &solution.price).unwrap();
            for (at, group) in (0_u32..).zip(&groups) {
                let pairs = whole.problem.row_rights(at).iter().zip(whole.problem.row_costs(at));
                for (right, cost) in pairs {
                    prop_assert!(cost + solution.price[*right as usize] >= proof.left_price[*group as usize]);
                    prop_assert_eq!(mending.cost_of(*group, *right), Some(*cost));
                }
                prop_assert_eq!(problem.row_rights(*group).is_empty(), whole.problem.row_rights(at).is_empty());
            }
            for (group, right) in &happened.declined {
                prop_assert_ne!(mending.right_of(*group), Some(*right));
                prop_assert_eq!(mending.insist(*group, *right), None);
            }
        }
    }

    /// The price that is shown first is what pinning then costs.
    #[test]
    fn the_price_of_insisting_is_what_pinning_costs(
        seed in any::<u64>(),
        happenings in happenings(),
        asked in vec((0..1_000_usize, 0..1_000_usize), 6)
    ) {
        let instance = crowd(seed, 24, 20);
        let policy = policy_of(seed);
        let prepared = Prepared::new(&instance, &policy, seed, false);
        let outline = pose(&prepared).unwrap().lead;
        let solved = grown(&prepared, outline.clone(), TINY[0]);
        let search = PairSearch::new(&prepared, &outline);
        let mut mending = Mending::new(&search, &outline, held(&solved)).unwrap();
        let mut happened = Happened::default();
        for happening in &happenings {
            happen(&mut mending, happening, &outline, &mut happened);
        }
        let Happened { mut pinned, gone, .. } = happened;
        for (group, right) in asked {
            if outline.groups.is_empty() || outline.places.is_empty() {
                continue;
            }
            let (group, right) =
                ((group % outline.groups.len()) as u32, (right % outline.places.len()) as u32);
            if pinned.contains_key(&group) || gone.contains(&group) {
                continue;
            }
            let Some(change) = mending.insist(group, right) else { continue };
            let place = &outline.places[right as usize];
            let held = pinned.values().filter(|other| **other == right).count() as u32;
            let load = i64::from(place.standing + held) * outline.load_step;
            let before = mending.objective().total();
            let cost = mending.cost_of(group, right).unwrap();
            mending.pin(group, right).unwrap();
            pinned.insert(group, right);
            let after = mending.objective().total() + i128::from(cost) + i128::from(load);
            prop_assert_eq!(after - before, i128::from(change.delta));
        }
    }
}
