//! The price of insisting against two full solves: the second with the left node's row reduced to the arc insisted on.

use std::collections::HashSet;

use jiedui::assignment::insist::{Ahead, Arcs, Change, Columns, Residual};
use jiedui::assignment::{Method, Problem, Solution, SolveError, certificate};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, proptest};

use super::plain::{Plain, problems, run};

/// A proven solution with what a question needs to know of it.
struct Proven {
    problem: Problem,
    solution: Solution,
    worth: Vec<i64>,
    holders: Vec<Vec<u32>>,
    columns: Columns,
}

impl Proven {
    /// None where no complete choice exists.
    fn of(plain: &Plain) -> Option<Self> {
        let problem = plain.build();
        let solution = run(&problem, Method::Exact).ok()?;
        let worth = certificate::check(&problem, &solution.chosen, &solution.price).unwrap().left_price;
        let mut holders = vec![Vec::new(); problem.right_count()];
        for (left, right) in (0..).zip(Plain::choice_of(&problem, &solution.chosen)) {
            if let Some(right) = right {
                holders[right].push(left);
            }
        }
        let columns = Columns::of(&problem);
        Some(Self { problem, solution, worth, holders, columns })
    }

    fn residual(&self) -> Residual<'_> {
        Residual {
            problem: &self.problem,
            chosen: &self.solution.chosen,
            holders: &self.holders,
            price: &self.solution.price,
            worth: &self.worth,
            columns: &self.columns,
        }
    }

    /// The same choice and prices where only some arcs are held: `keep` says which, chosen ones always.
    fn thinned(&self, plain: &Plain, keep: &[bool]) -> Self {
        let choice = Plain::choice_of(&self.problem, &self.solution.chosen);
        let mut keep = keep.iter().cycle();
        let mut thin = plain.clone();
        for (left, chosen) in thin.lefts.iter_mut().zip(&choice) {
            for (right, cost) in left.cost.iter_mut().enumerate() {
                let kept = *keep.next().unwrap() || *chosen == Some(right);
                *cost = cost.filter(|_| kept);
            }
        }
        let problem = thin.build();
        let arc_of = |(left, right): (u32, &Option<usize>)| {
            let right = (*right)? as u32;
            Some(problem.row(left).find(|arc| problem.arc_right(*arc) == right).unwrap() as u32)
        };
        let chosen = (0..).zip(&choice).map(arc_of).collect();
        let solution = Solution { chosen, ..self.solution.clone() };
        let columns = Columns::of(&problem);
        Self { problem, solution, worth: self.worth.clone(), holders: self.holders.clone(), columns }
    }
}

/// The arcs of a problem, but those of nodes set aside.
struct NotAside<'p> {
    all: Residual<'p>,
    rights: HashSet<u32>,
    lefts: HashSet<u32>,
}

impl Arcs for Proven {
    fn ahead(&self) -> Box<dyn Ahead + '_> {
        Box::new(NotAside { all: self.residual(), rights: HashSet::new(), lefts: HashSet::new() })
    }
}

impl Ahead for NotAside<'_> {
    fn row_below(&self, left: u32, bound: i64) -> Vec<(u32, i64)> {
        let mut row = self.all.row_below(left, bound);
        row.retain(|(right, _)| !self.rights.contains(right));
        row
    }

    fn column_below(&self, right: u32, bound: i64) -> Vec<(u32, i64)> {
        let mut column = self.all.column_below(right, bound);
        column.retain(|(left, _)| !self.lefts.contains(left));
        column
    }

    fn set_right_aside(&mut self, right: u32) {
        self.rights.insert(right);
    }

    fn set_left_aside(&mut self, left: u32) {
        self.lefts.insert(left);
    }
}

/// The least total with `left` on `right`; none where there is no such choice.
fn least_total_with(plain: &Plain, left: usize, right: usize) -> Option<i128> {
    let mut forced = plain.clone();
    let row = &mut forced.lefts[left];
    row.unmatched = None;
    row.cost.iter_mut().enumerate().for_each(|(other, cost)| *cost = cost.filter(|_| other == right));
    match run(&forced.build(), Method::Exact) {
        Ok(solution) => Some(solution.objective.total()),
        Err(SolveError::Infeasible(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

/// Applied to the choice, the moves give one that takes the arc and costs exactly what was said.
fn assert_moves_cost_what_is_said(plain: &Plain, proven: &Proven, arc: (u32, usize), change: &Change) {
    let mut choice = Plain::choice_of(&proven.problem, &proven.solution.chosen);
    let mut moved: Vec<u32> = change.moves.iter().map(|step| step.left).collect();
    for step in &change.moves {
        let entry = &mut choice[step.left as usize];
        assert_eq!(*entry, step.from.map(|right| right as usize), "a move begins where the left node is");
        *entry = step.to.map(|right| right as usize);
    }
    moved.sort_unstable();
    moved.dedup();
    assert_eq!(moved.len(), change.moves.len(), "a left node moved twice");
    assert_eq!(choice[arc.0 as usize], Some(arc.1));
    let total = proven.solution.objective.total() + i128::from(change.delta);
    assert_eq!(plain.total(&choice), Some(total));
}

/// Asks for every arc of the problem.
fn check_every_arc(plain: &Plain, asked: &Proven, arcs: &impl Arcs) {
    let total = asked.solution.objective.total();
    for (left, row) in (0_u32..).zip(&plain.lefts) {
        for (right, cost) in row.arcs() {
            let change = asked.residual().insist(arcs, left, right, cost);
            let expected = least_total_with(plain, left as usize, right as usize);
            let said = change.as_ref().map(|change| total + i128::from(change.delta));
            assert_eq!(said, expected, "left node {left} onto right node {right}");
            if let Some(change) = change {
                assert_moves_cost_what_is_said(plain, asked, (left, right as usize), &change);
                let stays = asked.holders[right as usize].contains(&left);
                assert_eq!(change.moves.is_empty(), stays);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn insisting_costs_what_two_full_solves_differ_by(plain in problems(7, 5, true)) {
        if let Some(proven) = Proven::of(&plain) {
            check_every_arc(&plain, &proven, &proven.residual());
        }
    }

    #[test]
    fn arcs_that_are_not_held_are_brought_in(plain in problems(7, 6, true), keep in vec(any::<bool>(), 1..40)) {
        if let Some(proven) = Proven::of(&plain) {
            check_every_arc(&plain, &proven.thinned(&plain, &keep), &proven);
        }
    }

    #[test]
    fn many_left_nodes_that_need_not_be_assigned(plain in problems(14, 8, false)) {
        if let Some(proven) = Proven::of(&plain) {
            check_every_arc(&plain, &proven, &proven.residual());
        }
    }
}
