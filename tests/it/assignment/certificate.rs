//! The certificate checker accepts a proof exactly when it is one: the oracle is duality over plain lists.

use jiedui::assignment::certificate::{Violation, check};
use jiedui::assignment::{Method, ProblemBuilder, Unmatched};
use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

use super::plain::{Plain, problems, run};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn a_changed_price_is_rejected_exactly_when_it_proves_less(plain in problems(8, 4, true)) {
        let problem = plain.build();
        let Ok(solution) = run(&problem, Method::Exact) else { return Ok(()) };
        let best = solution.objective.total();
        for right in 0..plain.rights.len() {
            for change in [-1_000, -7, -1, 1, 7, 1_000] {
                let mut price = solution.price.clone();
                price[right] += change;
                let still_proves = price[right] >= 0 && plain.dual(&price) == Some(best);
                let verdict = check(&problem, &solution.chosen, &price);
                prop_assert_eq!(verdict.is_ok(), still_proves, "price of {} by {}: {:?}", right, change, verdict);
            }
        }
    }

    #[test]
    fn a_changed_arc_is_rejected_exactly_when_it_costs_more_or_breaks_a_rule(plain in problems(8, 4, true)) {
        let problem = plain.build();
        let Ok(solution) = run(&problem, Method::Exact) else { return Ok(()) };
        let best = solution.objective.total();
        for left in 0..plain.lefts.len() {
            let own = problem.row(left as u32).map(|arc| Some(arc as u32));
            for arc in own.chain([None]) {
                let mut chosen = solution.chosen.clone();
                chosen[left] = arc;
                let still_best = plain.total(&Plain::choice_of(&problem, &chosen)) == Some(best);
                let verdict = check(&problem, &chosen, &solution.price);
                prop_assert_eq!(verdict.is_ok(), still_best, "left {} to {:?}: {:?}", left, arc, verdict);
            }
        }
    }
}

#[test]
fn every_violation_is_reported_not_only_the_first() {
    let mut builder = ProblemBuilder::new();
    let one = builder.push_right(1, &[]).unwrap();
    let two = builder.push_right(2, &[3, 9]).unwrap();
    builder.push_left(Unmatched::Forbidden, &[(one, 1), (two, 1)]).unwrap();
    builder.push_left(Unmatched::Price(50), &[(one, 2)]).unwrap();
    builder.push_left(Unmatched::Price(50), &[(two, 2)]).unwrap();
    let problem = builder.finish().unwrap();
    let found = check(&problem, &[None, Some(0), Some(3)], &[-4, 2]).unwrap_err();
    let expected = [
        Violation::MustBeAssigned { left: 0 },
        Violation::ForeignArc { left: 1, arc: 0 },
        Violation::NegativePrice { right: 0, price: -4 },
        Violation::PriceBelowUsedUnit { right: 1, price: 2, step: 3 },
    ];
    assert_eq!(found[..4], expected, "{found:?}");
}

#[test]
fn two_left_nodes_on_one_unit_are_reported() {
    let mut builder = ProblemBuilder::new();
    let one = builder.push_right(1, &[]).unwrap();
    builder.push_left(Unmatched::Price(9), &[(one, 1)]).unwrap();
    builder.push_left(Unmatched::Price(9), &[(one, 1)]).unwrap();
    let problem = builder.finish().unwrap();
    let found = check(&problem, &[Some(0), Some(1)], &[8]).unwrap_err();
    assert!(found.contains(&Violation::OverCapacity { right: 0, used: 2, capacity: 1 }), "{found:?}");
}

#[test]
fn lists_of_the_wrong_length_and_arcs_out_of_range_are_reported() {
    let mut builder = ProblemBuilder::new();
    builder.push_right(1, &[]).unwrap();
    builder.push_left(Unmatched::Price(9), &[(0, 1)]).unwrap();
    let problem = builder.finish().unwrap();
    let found = check(&problem, &[], &[0, 0]).unwrap_err();
    assert_eq!(
        found,
        [Violation::ChoiceCount { given: 0, expected: 1 }, Violation::PriceCount { given: 2, expected: 1 }]
    );
    let found = check(&problem, &[Some(77)], &[0]).unwrap_err();
    assert_eq!(found[0], Violation::ForeignArc { left: 0, arc: 77 });
}

#[test]
fn corrupt_prices_of_any_size_do_not_overflow_the_checker() {
    let mut builder = ProblemBuilder::new();
    builder.push_right(u32::MAX, &[]).unwrap();
    builder.push_left(Unmatched::Forbidden, &[(0, 5)]).unwrap();
    let problem = builder.finish().unwrap();
    for price in [i64::MAX, i64::MIN] {
        assert!(check(&problem, &[Some(0)], &[price]).is_err());
    }
    assert_eq!(check(&problem, &[Some(0)], &[0]).unwrap().left_price, [5]);
}
