//! Any bytes as a small problem with capacities, load steps, forbidden and priced left nodes: solved, proven, and solved
//! again from its own prices after an arc was made free.

#![no_main]

use std::ops::ControlFlow;

use jiedui::assignment::{
    Method, Problem, ProblemBuilder, SolveError, Start, Unmatched, certificate, solve, solve_from,
};
use libfuzzer_sys::fuzz_target;

/// Reads amounts off the bytes; zeros once they are used up.
struct Tape<'a>(&'a [u8]);

impl Tape<'_> {
    fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// Small amounts mostly, so that ties are common; sometimes enormous ones.
    fn amount(&mut self) -> i64 {
        match self.next() {
            byte @ 0..=200 => i64::from(byte % 16),
            byte => i64::from(byte) << (self.next() % 48),
        }
    }
}

fn problem(tape: &mut Tape<'_>, free: bool) -> Option<Problem> {
    let (lefts, rights) = (tape.next() % 12, tape.next() % 8);
    let mut builder = ProblemBuilder::new();
    for _ in 0..rights {
        let capacity = u32::from(tape.next() % 4);
        let mut load: Vec<i64> = (0..capacity).map(|_| tape.amount()).collect();
        load.sort_unstable();
        builder.push_right(capacity, if tape.next() % 2 == 0 { &[] } else { &load }).ok()?;
    }
    for left in 0..lefts {
        let mut arcs = Vec::new();
        for right in 0..rights {
            if tape.next() % 3 != 0 {
                arcs.push((u32::from(right), tape.amount()));
            }
        }
        if let Some(arc) = arcs.first_mut().filter(|_| free && left == 0) {
            arc.1 = 0;
        }
        let unmatched = if tape.next() % 4 == 0 { Unmatched::Forbidden } else { Unmatched::Price(tape.amount()) };
        builder.push_left(unmatched, &arcs).ok()?;
    }
    builder.finish().ok()
}

fuzz_target!(|bytes: &[u8]| {
    let Some(before) = problem(&mut Tape(bytes), false) else { return };
    let keep_on = &mut |_| ControlFlow::Continue(());
    let solution = match solve(&before, Method::Exact, keep_on) {
        Ok(solution) => solution,
        Err(SolveError::Infeasible(witness)) => {
            assert!(witness.left.len() as u64 > witness.capacity);
            return;
        }
        Err(error) => panic!("{error}"),
    };
    certificate::check(&before, &solution.chosen, &solution.price).expect("a proof");
    let Some(after) = problem(&mut Tape(bytes), true) else { return };
    let chosen_right: Vec<Option<u32>> =
        solution.chosen.iter().map(|arc| arc.map(|arc| before.arc_right(arc as usize))).collect();
    let start = Start { price: &solution.price, chosen_right: &chosen_right };
    let again = solve_from(&after, &start, keep_on).expect("a cheaper arc forbids nothing");
    certificate::check(&after, &again.chosen, &again.price).expect("a proof");
    let anew = solve(&after, Method::Exact, keep_on).expect("as before");
    assert_eq!(again.objective.total(), anew.objective.total());
});
