//! Least and greatest prices against the problem solved anew with one node or unit more or less, over all pairs though only
//! some of them are arcs.

use std::collections::BTreeSet;

use jiedui::assignment::extreme_prices::{Asked, GreatestPrices, LeastPrices, Pair, greatest, least};
use jiedui::assignment::{Method, Problem, ProblemBuilder, Solution, Unmatched, certificate};
use proptest::prelude::{ProptestConfig, any, prop_assert, prop_assert_eq, proptest};

use super::plain::{Plain, problems, run};

/// The least total; `None` where there is no complete choice.
fn total(plain: &Plain) -> Option<i128> {
    run(&plain.build(), Method::Exact).ok().map(|solution| solution.objective.total())
}

/// The same problem and solution with only some of the arcs that nobody has; and the pairs left out.
fn thinned(plain: &Plain, whole: &Problem, solution: &Solution, dice: u64) -> (Problem, Solution, Vec<Pair>) {
    let mut builder = ProblemBuilder::new();
    for units in &plain.rights {
        builder.push_right(units.len() as u32, units).unwrap();
    }
    let (mut left_out, mut chosen, mut arcs, mut draw) = (Vec::new(), Vec::new(), 0, dice | 1);
    for (left, number) in plain.lefts.iter().zip(0_u32..) {
        let has = solution.chosen[number as usize].map(|arc| whole.arc_right(arc as usize));
        let mut row = Vec::new();
        for (right, cost) in left.arcs() {
            draw = draw.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if has == Some(right) || draw >> 63 == 0 {
                row.push((right, cost));
            } else {
                left_out.push((number, right, cost));
            }
        }
        let at = row.iter().position(|arc| Some(arc.0) == has);
        chosen.push(at.map(|at| arcs + at as u32));
        arcs += row.len() as u32;
        let unmatched = left.unmatched.map_or(Unmatched::Forbidden, Unmatched::Price);
        builder.push_left(unmatched, &row).unwrap();
    }
    let problem = builder.finish().unwrap();
    (problem, Solution { chosen, ..solution.clone() }, left_out)
}

/// Names just what it is asked for, so that an answer that is right shows that it was asked for all that matters.
fn finder(left_out: Vec<Pair>) -> impl FnMut(Asked<'_>) -> Vec<Pair> {
    let mut left_out: BTreeSet<Pair> = left_out.into_iter().collect();
    move |asked| {
        let improves = |&&(left, right, cost): &&Pair| {
            let value = asked.right_price[right as usize].saturating_add(cost);
            value < asked.left_price[left as usize]
                && (asked.rights.contains(&right) || asked.lefts.contains(&left))
        };
        let named: Vec<Pair> = left_out.iter().filter(improves).copied().collect();
        for pair in &named {
            left_out.remove(pair);
        }
        named
    }
}

fn extremes(plain: &Plain, dice: u64) -> Option<(i128, LeastPrices, GreatestPrices)> {
    let whole = plain.build();
    let solution = run(&whole, Method::Exact).ok()?;
    let (problem, held, left_out) = thinned(plain, &whole, &solution, dice);
    let least = least(&problem, &held, &mut finder(left_out.clone())).unwrap();
    let greatest = greatest(&problem, &held, &mut finder(left_out)).unwrap();
    // Both prove the choice over all pairs, whatever was held.
    assert!(certificate::check(&whole, &solution.chosen, &least.right).is_ok());
    let high = (greatest.right.iter().zip(&solution.price)).map(|(high, own)| high.unwrap_or(*own));
    if greatest.right.iter().all(Option::is_some) {
        assert!(certificate::check(&whole, &solution.chosen, &high.collect::<Vec<_>>()).is_ok());
    }
    Some((solution.objective.total(), least, greatest))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn least_u_is_what_leaving_a_left_node_out_saves_and_greatest_u_what_a_second_one_costs(
        plain in problems(7, 5, true),
        dice in any::<u64>(),
    ) {
        let Some((whole, least, greatest)) = extremes(&plain, dice) else { return Ok(()) };
        for left in 0..plain.lefts.len() {
            let mut without = plain.clone();
            without.lefts.remove(left);
            prop_assert_eq!(i128::from(least.left[left]), whole - total(&without).unwrap());
            let mut twice = plain.clone();
            twice.lefts.push(plain.lefts[left].clone());
            prop_assert_eq!(greatest.left[left].map(i128::from), total(&twice).map(|total| total - whole));
        }
    }

    #[test]
    fn least_v_is_what_a_unit_more_gains_and_greatest_v_what_one_less_costs(
        plain in problems(7, 5, true),
        dice in any::<u64>(),
        step in 0..15_i64,
    ) {
        let Some((whole, least, greatest)) = extremes(&plain, dice) else { return Ok(()) };
        for right in 0..plain.rights.len() {
            let mut more = plain.clone();
            more.rights[right].push(step);
            more.rights[right].sort_unstable();
            let gain = i128::from((least.right[right] - step).max(0));
            prop_assert_eq!(gain, whole - total(&more).unwrap());
            for (unit, step) in plain.rights[right].iter().enumerate() {
                let mut less = plain.clone();
                less.rights[right].remove(unit);
                let loss = greatest.right[right].map(|price| i128::from((price - step).max(0)));
                prop_assert_eq!(loss, total(&less).map(|total| total - whole));
            }
        }
    }

    #[test]
    fn a_further_right_node_gains_what_the_least_prices_say(
        plain in problems(7, 5, true),
        dice in any::<u64>(),
        costs in proptest::collection::vec(proptest::option::weighted(0.7, 0..=12_i64), 7),
    ) {
        let Some((whole, least, greatest)) = extremes(&plain, dice) else { return Ok(()) };
        let mut more = plain.clone();
        more.rights.push(vec![0]);
        for (left, cost) in more.lefts.iter_mut().zip(&costs) {
            left.cost.push(*cost);
        }
        let gains = least.left.iter().zip(&costs).filter_map(|(worth, cost)| cost.map(|cost| worth - cost));
        prop_assert_eq!(i128::from(gains.max().unwrap_or(0).max(0)), whole - total(&more).unwrap());
        for (low, high) in least.right.iter().zip(&greatest.right) {
            prop_assert!(high.is_none_or(|high| *low <= high));
        }
    }
}

#[test]
fn a_solution_that_is_not_proven_is_refused() {
    let mut builder = ProblemBuilder::new();
    let one = builder.push_right(1, &[]).unwrap();
    builder.push_left(Unmatched::Price(9), &[(one, 1)]).unwrap();
    let problem = builder.finish().unwrap();
    let mut solution = run(&problem, Method::Exact).unwrap();
    solution.chosen = vec![None];
    assert!(least(&problem, &solution, &mut finder(Vec::new())).is_err());
    assert!(greatest(&problem, &solution, &mut finder(Vec::new())).is_err());
}
