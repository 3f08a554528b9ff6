//! What the builder refuses, and that what it accepts can be solved at the edge of 64 bits.

use jiedui::assignment::tiers::lexicographic_prices;
use jiedui::assignment::{Method, ProblemBuilder, ProblemError, Unmatched, certificate};

use super::plain::run;

fn with_rights(count: u32) -> ProblemBuilder {
    let mut builder = ProblemBuilder::new();
    for _ in 0..count {
        builder.push_right(1, &[]).unwrap();
    }
    builder
}

#[test]
fn totals_that_could_leave_64_bits_are_refused_at_the_door() {
    let mut builder = with_rights(2);
    builder.push_left(Unmatched::Price(i64::MAX), &[(0, 0)]).unwrap();
    assert_eq!(builder.finish().unwrap_err(), ProblemError::Overflow { bound: i128::from(i64::MAX) });
    let mut builder = with_rights(2);
    for _ in 0..40 {
        builder.push_left(Unmatched::Forbidden, &[(0, 0), (1, i64::MAX / 10)]).unwrap();
    }
    assert!(matches!(builder.finish(), Err(ProblemError::Overflow { .. })));
    let mut builder = ProblemBuilder::new();
    builder.push_right(1, &[i64::MAX]).unwrap();
    assert!(matches!(builder.finish(), Err(ProblemError::Overflow { .. })));
}

#[test]
fn the_largest_amounts_that_pass_the_door_are_solved_and_proven() {
    // Three compete for two, in a chain that carries prices from end to end; debug builds trap any overflow.
    let large = i64::MAX / 8 / 6;
    let mut builder = with_rights(3);
    builder.push_left(Unmatched::Price(large), &[(0, 0), (1, large)]).unwrap();
    builder.push_left(Unmatched::Price(large), &[(0, 0), (1, large)]).unwrap();
    builder.push_left(Unmatched::Forbidden, &[(1, 0), (2, large)]).unwrap();
    builder.push_left(Unmatched::Price(large), &[(1, 0)]).unwrap();
    let problem = builder.finish().unwrap();
    let solution = run(&problem, Method::Exact).unwrap();
    assert!(certificate::check(&problem, &solution.chosen, &solution.price).is_ok());
}

#[test]
fn what_is_not_a_problem_is_refused_with_its_place() {
    let mut builder = with_rights(2);
    let refused = builder.push_right(2, &[1]).unwrap_err();
    assert_eq!(refused, ProblemError::LoadLength { right: 2, capacity: 2, steps: 1 });
    let refused = builder.push_right(3, &[1, 4, 2]).unwrap_err();
    assert_eq!(refused, ProblemError::LoadDecreases { right: 2, step: 3 });
    assert!(builder.push_right(1, &[-1]).unwrap_err().to_string().contains("right node 2"));
    let mut left = |unmatched, arcs: &[(u32, i64)]| builder.push_left(unmatched, arcs).unwrap_err();
    assert_eq!(left(Unmatched::Forbidden, &[(2, 1)]), ProblemError::UnknownRight { left: 0, right: 2 });
    assert_eq!(
        left(Unmatched::Forbidden, &[(1, 1), (1, 1)]),
        ProblemError::DuplicateArc { left: 0, right: 1 }
    );
    assert!(left(Unmatched::Forbidden, &[(1, -1)]).to_string().contains("arc 0 -> 1"));
    assert!(left(Unmatched::Price(-1), &[]).to_string().contains("left node 0"));
}

#[test]
fn a_refused_row_leaves_no_trace() {
    let mut builder = with_rights(2);
    builder.push_left(Unmatched::Price(9), &[(0, 1), (1, 1), (0, 2)]).unwrap_err();
    assert_eq!(builder.push_left(Unmatched::Price(9), &[(0, 1), (1, 1)]), Ok(0));
    let problem = builder.finish().unwrap();
    assert_eq!((problem.left_count(), problem.arc_count()), (1, 2));
}

#[test]
fn tiers_are_checked_and_do_not_overflow_silently() {
    let rows = || [vec![1, 2], vec![3]];
    assert_eq!(lexicographic_prices(rows(), &[1, 0], 0), Err(ProblemError::Tier { left: 1 }));
    assert_eq!(lexicographic_prices(rows(), &[1], 0), Err(ProblemError::Tier { left: 1 }));
    assert_eq!(lexicographic_prices(rows(), &[1, 1, 1], 0), Err(ProblemError::Tier { left: 2 }));
    let wide = [vec![0, i64::MAX]];
    assert!(matches!(lexicographic_prices(wide, &[1], 0), Err(ProblemError::Overflow { .. })));
}
