//! Problems as plain lists, random ones, and the oracles over them. Shares nothing with the code under test but the
//! builder.

use std::ops::ControlFlow;

use jiedui::assignment::{
    Method, Problem, ProblemBuilder, Solution, SolveError, Unmatched, certificate, solve,
};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::{Just, Strategy, prop_oneof};

/// A right node: the price of each of its units.
pub(super) type Right = Vec<i64>;

/// A left node: its unmatched price (`None`: must be assigned) and, for each right node, the cost of an arc to it.
#[derive(Debug, Clone)]
pub(super) struct Left {
    pub(super) unmatched: Option<i64>,
    pub(super) cost: Vec<Option<i64>>,
}

#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) rights: Vec<Right>,
    pub(super) lefts: Vec<Left>,
}

/// Random problems: few distinct costs (ties) or many, units free or rising, missing arcs, nodes that must be assigned.
pub(super) fn problems(lefts: usize, rights: usize, forbidden: bool) -> impl Strategy<Value = Plain> {
    let cost_max = prop_oneof![Just(2_i64), Just(12), Just(1_000)];
    (0..=lefts, 0..=rights, cost_max).prop_flat_map(move |(lefts, rights, cost_max)| {
        let steps = vec(prop_oneof![Just(0), 0..=cost_max], 0..=3).prop_map(|mut steps| {
            steps.sort_unstable();
            steps
        });
        let price = prop_oneof![0..=cost_max, Just(cost_max * 20)];
        let unmatched =
            (0..5, price).prop_map(move |(draw, price)| (!forbidden || draw > 0).then_some(price));
        let left = (unmatched, vec(weighted(0.7, 0..=cost_max), rights))
            .prop_map(|(unmatched, cost)| Left { unmatched, cost });
        (vec(steps, rights), vec(left, lefts)).prop_map(|(rights, lefts)| Plain { rights, lefts })
    })
}

impl Plain {
    pub(super) fn build(&self) -> Problem {
        let mut builder = ProblemBuilder::new();
        for units in &self.rights {
            // No load steps and steps that are all zero mean the same; both ways in are used.
            let free = units.iter().all(|&step| step == 0);
            builder.push_right(units.len() as u32, if free { &[] } else { units }).unwrap();
        }
        for left in &self.lefts {
            let unmatched = left.unmatched.map_or(Unmatched::Forbidden, Unmatched::Price);
            builder.push_left(unmatched, &left.arcs()).unwrap();
        }
        builder.finish().unwrap()
    }

    /// Calls `visit` with every complete choice: for each left node a right node or `None`.
    pub(super) fn every_choice(&self, visit: &mut dyn FnMut(&[Option<usize>])) {
        let mut used = vec![0; self.rights.len()];
        self.extend_choice(&mut Vec::new(), &mut used, visit);
    }

    fn extend_choice(
        &self,
        choice: &mut Vec<Option<usize>>,
        used: &mut [usize],
        visit: &mut dyn FnMut(&[Option<usize>]),
    ) {
        let Some(left) = self.lefts.get(choice.len()) else { return visit(choice) };
        if left.unmatched.is_some() {
            choice.push(None);
            self.extend_choice(choice, used, visit);
            choice.pop();
        }
        for right in 0..self.rights.len() {
            if left.cost[right].is_some() && used[right] < self.rights[right].len() {
                used[right] += 1;
                choice.push(Some(right));
                self.extend_choice(choice, used, visit);
                choice.pop();
                used[right] -= 1;
            }
        }
    }

    /// The total of a choice, or `None` if it breaks a rule.
    pub(super) fn total(&self, choice: &[Option<usize>]) -> Option<i128> {
        let mut used = vec![0; self.rights.len()];
        let mut total = 0;
        for (left, right) in self.lefts.iter().zip(choice) {
            match *right {
                None => total += i128::from(left.unmatched?),
                Some(right) => {
                    total +=
                        i128::from(left.cost[right]?) + i128::from(*self.rights[right].get(used[right])?);
                    used[right] += 1;
                }
            }
        }
        Some(total)
    }

    /// The least total over every choice; `None` if there is no choice at all.
    pub(super) fn brute_force(&self) -> Option<i128> {
        let mut best = None;
        self.every_choice(&mut |choice| {
            let total = self.total(choice).unwrap();
            best = Some(best.map_or(total, |best: i128| best.min(total)));
        });
        best
    }

    /// The dual function: what prices prove, whatever they are. `None` for a left node without any option.
    pub(super) fn dual(&self, price: &[i64]) -> Option<i128> {
        let mut dual = 0;
        for left in &self.lefts {
            let arcs = left.arcs().into_iter().map(|(right, cost)| cost + price[right as usize]);
            dual += i128::from(arcs.chain(left.unmatched).min()?);
        }
        for (units, price) in self.rights.iter().zip(price) {
            dual -= units.iter().map(|step| i128::from((price - step).max(0))).sum::<i128>();
        }
        Some(dual)
    }

    /// The right node each left node got.
    pub(super) fn choice_of(problem: &Problem, chosen: &[Option<u32>]) -> Vec<Option<usize>> {
        chosen.iter().map(|arc| arc.map(|arc| problem.arc_right(arc as usize) as usize)).collect()
    }
}

impl Left {
    pub(super) fn arcs(&self) -> Vec<(u32, i64)> {
        (0_u32..).zip(&self.cost).filter_map(|(right, cost)| cost.map(|cost| (right, cost))).collect()
    }
}

/// The total of a solution, which its prices prove.
pub(super) fn certified(problem: &Problem, solution: &Solution) -> i128 {
    let proof = certificate::check(problem, &solution.chosen, &solution.price).expect("a proof");
    assert_eq!(proof.primal, solution.objective.total());
    proof.primal
}

pub(super) fn run(problem: &Problem, method: Method) -> Result<Solution, SolveError> {
    solve(problem, method, &mut |_| ControlFlow::Continue(()))
}
