//! Any bytes as a DIMACS assignment file: refused with a message, or a problem that is solved and proven.

#![no_main]

use std::ops::ControlFlow;

use jiedui::assignment::{Method, SolveError, certificate, dimacs, solve};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(instance) = dimacs::read(bytes) else { return };
    match solve(&instance.problem, Method::Exact, &mut |_| ControlFlow::Continue(())) {
        Ok(solution) => {
            let proof = certificate::check(&instance.problem, &solution.chosen, &solution.price);
            assert_eq!(proof.expect("a proof").primal, solution.objective.total());
        }
        Err(SolveError::Infeasible(witness)) => assert!(witness.left.len() as u64 > witness.capacity),
        Err(error) => panic!("{error}"),
    }
});
