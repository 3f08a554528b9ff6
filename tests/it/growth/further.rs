//! Volunteers who are let in later are found as if they had been there from the start.

use jiedui::candidates::Prepared;
use jiedui::model::VolunteerId;
use jiedui::model::availability::WeekMask;
use jiedui::pipeline::pose;
use jiedui::plan::Outline;
use jiedui::plan::growth::PairSearch;
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::crowd::crowd;
use super::people::policy_of;

fn ascending(mut items: Vec<(u32, i64)>) -> Vec<(u32, i64)> {
    items.sort_unstable();
    items
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn volunteers_let_in_later_are_found_as_if_the_trees_were_built_with_them(
        seed in any::<u64>(),
        expected in any::<bool>(),
    ) {
        let mut instance = crowd(seed, 14, 16);
        let later = instance.volunteers.split_off(7);
        // Nobody who comes later has a history.
        let unknown = |id: &VolunteerId| later.iter().all(|unit| unit.id != *id);
        instance.existing_pairs.retain(|row| unknown(&row.volunteer));
        instance.replies.retain(|row| unknown(&row.volunteer));
        let policy = policy_of(seed);
        let before = Prepared::new(&instance, &policy, seed, false);
        let posed = pose(&before).unwrap();
        let prepared = before.with_further(&later);
        let first = instance.volunteers.len() as u32;
        let outline = posed.lead.with_further(&prepared, first..first + later.len() as u32).unwrap();
        let anew = Outline::of_leads(&prepared, &posed.standing, outline.groups.clone()).unwrap();
        prop_assert_eq!(&outline.unmatched, &anew.unmatched);

        let weeks: Vec<[WeekMask; 4]> =
            prepared.volunteers[first as usize..].iter().map(|unit| **unit.hours).collect();
        let weeks = if expected { weeks.as_slice() } else { &[] };
        let grown = PairSearch::expecting(&before, &posed.lead, weeks).with_further(&prepared, &outline);
        let whole = PairSearch::new(&prepared, &outline);
        let price: Vec<i64> = (0..outline.places.len() as i64).map(|right| 700 * (right * 5 % 7)).collect();
        let worth: Vec<i64> = (0..outline.groups.len() as i64).map(|group| 900 * (group * 3 % 5)).collect();
        let (live, live_whole) = (grown.live_prices(&price, &worth), whole.live_prices(&price, &worth));
        for group in 0..outline.groups.len() as u32 {
            prop_assert_eq!(grown.all_of(group), whole.all_of(group));
            prop_assert!(grown.count_within_reach(group as usize) >= whole.all_of(group).len() as u64);
            for below in [3_000, i64::MAX] {
                let found = |search: &PairSearch<'_>, live| search.volunteers_at(live, group, usize::MAX, below).items;
                prop_assert_eq!(ascending(found(&grown, &live)), ascending(found(&whole, &live_whole)));
            }
        }
        for right in 0..outline.places.len() as u32 {
            for below in [1_000, i64::MAX] {
                let found = |search: &PairSearch<'_>, live| search.groups_at(live, right, usize::MAX, below).items;
                prop_assert_eq!(ascending(found(&grown, &live)), ascending(found(&whole, &live_whole)));
            }
        }
    }
}
