//! Answers to why, why not, why nobody, whom to recruit and what if: each held against an answer found another way, on
//! counties of a few people that hold every oddity.

mod choices;
pub(crate) mod counties;
mod difference;
mod fairness;
mod recruit;
mod what_if;
mod why_nobody;
mod why_not;
mod why_pair;

use std::collections::BTreeSet;

use jiedui::plan::growth::all_pairs;
use proptest::prelude::{prop_assert_eq, proptest};
use proptest::test_runner::Config;

use crate::pairing_oracle::people::county;
use counties::asked;

proptest! {
    #![proptest_config(Config::with_cases(200))]

    #[test]
    fn a_loaded_plan_finds_every_admissible_pair_below_a_bound_from_either_side(
        county in county(),
        bound in 0_i64..20_000,
    ) {
        let (expected, from_groups, from_rights) = asked(&county.instance, &county.policy, |plan, _| {
            let rows = all_pairs(plan.prepared, plan.outline);
            let mut expected = BTreeSet::new();
            for (row, group) in rows.iter().zip(0_u32..) {
                let near = row.iter().filter(|(right, cost)| cost + plan.price(*right) - plan.worth(group) < bound);
                expected.extend(near.map(|(right, cost)| (group, *right, *cost)));
            }
            let groups = 0..plan.outline.groups.len() as u32;
            let from_groups: BTreeSet<(u32, u32, i64)> = groups
                .flat_map(|group| plan.volunteers_below(group, bound).into_iter().map(move |(right, cost)| (group, right, cost)))
                .collect();
            let rights = 0..plan.outline.places.len() as u32;
            let from_rights: BTreeSet<(u32, u32, i64)> = rights
                .flat_map(|right| plan.groups_below(right, bound).into_iter().map(move |(group, cost)| (group, right, cost)))
                .collect();
            (expected, from_groups, from_rights)
        });
        prop_assert_eq!(&expected, &from_groups);
        prop_assert_eq!(&expected, &from_rights);
    }
}
