//! Going on from prices and a choice that were optimal before the problem changed. The oracle is the certificate, and what a new
//! start costs.

use std::ops::ControlFlow;

use jiedui::assignment::{Problem, ProblemBuilder, Start, Unmatched, solve_from};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::large::{exact, strewn};
use super::plain::certified;

#[test]
fn a_caller_is_heard_between_any_two_searches_for_a_path() {
    let problem = strewn(6_000, 9_000, 13);
    let before = exact(&problem);
    let chosen_right = problem.rights_of(&before.chosen);
    // Who was chosen by nobody asks too much now, and nobody else has reason to move.
    let mut price = before.price.clone();
    for right in (0..9_000).filter(|right| !chosen_right.contains(&Some(*right))) {
        price[right as usize] += 300;
    }
    let mut heard = 0;
    let start = Start { price: &price, chosen_right: &chosen_right };
    let after = solve_from(&problem, &start, &mut |_| {
        heard += 1;
        ControlFlow::Continue(())
    });
    let after = after.unwrap();
    assert_eq!(certified(&problem, &after), certified(&problem, &before));
    let searches = after.statistics.searches;
    assert!(searches > 1_000, "{searches} searches are too few to tell");
    assert!(heard >= searches, "heard {heard} times in {searches} searches");
}

#[test]
fn going_on_from_prices_of_before_costs_what_a_new_start_costs() {
    let whole = strewn(6_000, 4_000, 3);
    let mut random = ChaCha8Rng::seed_from_u64(3);
    for kept_percent in [20, 90, 99] {
        let mut builder = ProblemBuilder::new();
        for right in 0..whole.right_count() as u32 {
            builder.push_right(whole.capacity(right), whole.load(right)).unwrap();
        }
        for left in 0..whole.left_count() as u32 {
            let arcs = whole.row_rights(left).iter().copied().zip(whole.row_costs(left).iter().copied());
            let kept: Vec<(u32, i64)> = arcs.filter(|_| random.random_range(0..100) < kept_percent).collect();
            builder.push_left(whole.unmatched(left), &kept).unwrap();
        }
        let part = builder.finish().unwrap();
        let before = exact(&part);
        let chosen_right: Vec<Option<u32>> =
            before.chosen.iter().map(|arc| arc.map(|arc| part.arc_right(arc as usize))).collect();
        let start = Start { price: &before.price, chosen_right: &chosen_right };
        let after = solve_from(&whole, &start, &mut |_| ControlFlow::Continue(())).unwrap();
        assert_eq!(certified(&whole, &after), certified(&whole, &exact(&whole)));
    }
}

/// Left nodes on fifty right nodes with so many units each, every right node dearer than the last.
fn on_fifty(units: u32) -> Problem {
    let mut random = ChaCha8Rng::seed_from_u64(31);
    let mut builder = ProblemBuilder::new();
    for _ in 0..50 {
        builder.push_right(units, &[]).unwrap();
    }
    for _ in 0..20_000 {
        let mut ends: Vec<u32> = (0..16).map(|_| random.random_range(0..50)).collect();
        ends.sort_unstable();
        ends.dedup();
        let arcs: Vec<(u32, i64)> = ends.into_iter().map(|right| (right, 10 * i64::from(right))).collect();
        builder.push_left(Unmatched::Price(1_000_000), &arcs).unwrap();
    }
    builder.finish().unwrap()
}

#[test]
fn where_prices_of_before_come_down_over_wide_plateaus_a_new_start_is_made() {
    // Units were short and are not any more: from the prices of before each unit more looks at most of the arcs.
    let (short, enough) = (on_fifty(390), on_fifty(450));
    let before = exact(&short);
    let chosen_right = short.rights_of(&before.chosen);
    let start = Start { price: &before.price, chosen_right: &chosen_right };
    let after = solve_from(&enough, &start, &mut |_| ControlFlow::Continue(())).unwrap();
    let anew = exact(&enough);
    assert_eq!(certified(&enough, &after), certified(&enough, &anew));
    // Nobody was open, so bids are those of the new start; and draws were given up soon.
    assert_eq!(after.statistics.bids, anew.statistics.bids);
    assert!(after.statistics.arcs_scanned < 20 * enough.arc_count() as u64);
}
