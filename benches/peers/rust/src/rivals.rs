//! Solvers from other crates, each given the problem in the form that suits it best.
//!
//! None of them knows unmatched prices. Dense ones get only complete problems, turned so that they need no dummies, or
//! padded to a square; sparse ones get a private column for each left ([`with_own_columns`]), or where they want as
//! many columns as rows, the doubled problem ([`doubled`]).

use std::error::Error;
use std::time::Instant;

use pathfinding::kuhn_munkres::kuhn_munkres_min;
use pathfinding::matrix::Matrix;
use sparse_linear_assignment::{AuctionSolution, AuctionSolver, ForwardAuctionSolver, KhoslaSolver};

use super::instance::Instance;
use super::{Outcome, milliseconds};

type Answer = Result<Outcome, Box<dyn Error>>;

/// Rows of (column, cost).
type Rows = Vec<Vec<(u32, i64)>>;

/// The Hungarian method of `pathfinding`: a complete matrix with no more rows than columns.
pub(crate) fn kuhn_munkres(instance: &Instance) -> Answer {
    dense_or_not(instance)?;
    let (lefts, rights) = (instance.lefts(), instance.rights);
    let turned = lefts > rights;
    let clock = Instant::now();
    let mut table = if turned { Matrix::new(rights, lefts, 0) } else { Matrix::new(lefts, rights, 0) };
    for left in 0..lefts {
        for (right, cost) in instance.row(left) {
            table[if turned { (right as usize, left) } else { (left, right as usize) }] = cost;
        }
    }
    let build_ms = milliseconds(clock);
    let clock = Instant::now();
    let (_, columns) = kuhn_munkres_min(&table);
    let solve_ms = milliseconds(clock);
    let mut taken = vec![None; lefts];
    for (row, column) in columns.into_iter().enumerate() {
        let (left, right) = if turned { (column, row) } else { (row, column) };
        taken[left] = Some(right as u32);
    }
    Ok(Outcome { objective: instance.objective(&taken)?, build_ms, solve_ms })
}

/// Jonker and Volgenant's method of the crate `lapjv`: a square matrix, the missing columns at no cost.
pub(crate) fn lapjv(instance: &Instance) -> Answer {
    dense_or_not(instance)?;
    fits_floats(instance)?;
    let (lefts, rights) = (instance.lefts(), instance.rights);
    let side = lefts.max(rights);
    let clock = Instant::now();
    let mut table = lapjv::Matrix::<f64>::zeros((side, side));
    for left in 0..lefts {
        for (right, cost) in instance.row(left) {
            table[[left, right as usize]] = cost as f64;
        }
    }
    let build_ms = milliseconds(clock);
    let clock = Instant::now();
    let (columns, _) = lapjv::lapjv(&table)?;
    let solve_ms = milliseconds(clock);
    let taken: Vec<Option<u32>> =
        columns[..lefts].iter().map(|&column| (column < rights).then_some(column as u32)).collect();
    Ok(Outcome { objective: instance.objective(&taken)?, build_ms, solve_ms })
}

/// The forward auction of `sparse_linear_assignment`, with its own scaling, which it has for square problems only.
pub(crate) fn sparse_forward(instance: &Instance) -> Answer {
    if instance.unmatched.iter().all(|&price| price < 0) && instance.lefts() == instance.rights {
        let rows = (0..instance.lefts()).map(|left| instance.row(left).collect()).collect();
        auction::<ForwardAuctionSolver<u32>>(instance, &rows, instance.rights)
    } else {
        auction::<ForwardAuctionSolver<u32>>(instance, &doubled(instance), instance.rights + instance.lefts())
    }
}

/// Khosla's auction of `sparse_linear_assignment`.
pub(crate) fn sparse_khosla(instance: &Instance) -> Answer {
    auction::<KhoslaSolver<u32>>(instance, &with_own_columns(instance), instance.rights + instance.lefts())
}

fn auction<S: AuctionSolver<u32, S>>(instance: &Instance, rows: &Rows, columns: usize) -> Answer {
    fits_floats(instance)?;
    let clock = Instant::now();
    let arcs = rows.iter().map(Vec::len).sum();
    let (mut solver, mut solution): (S, AuctionSolution<u32>) = S::new(rows.len(), columns, arcs);
    solver.init(rows.len() as u32, columns as u32)?;
    for (number, row) in (0..).zip(rows) {
        let ends: Vec<u32> = row.iter().map(|arc| arc.0).collect();
        let costs: Vec<f64> = row.iter().map(|arc| arc.1 as f64).collect();
        solver.extend_from_values(number, &ends, &costs)?;
    }
    let build_ms = milliseconds(clock);
    let clock = Instant::now();
    // Below 1/n the auction is exact for whole costs.
    solver.solve(&mut solution, false, Some(1.0 / (columns as f64 + 1.0)))?;
    let solve_ms = milliseconds(clock);
    if solution.num_unassigned > 0 {
        return Err("gave up with rows unassigned".into());
    }
    let taken: Vec<Option<u32>> = solution.person_to_object[..instance.lefts()]
        .iter()
        .map(|&column| ((column as usize) < instance.rights).then_some(column))
        .collect();
    Ok(Outcome { objective: instance.objective(&taken)?, build_ms, solve_ms })
}

/// Each left may also take a column of its own at its unmatched price.
fn with_own_columns(instance: &Instance) -> Rows {
    (0..instance.lefts())
        .map(|left| {
            let own = ((instance.rights + left) as u32, instance.unmatched[left]);
            instance.row(left).chain((own.1 >= 0).then_some(own)).collect()
        })
        .collect()
}

/// The square problem with the same total: own columns for lefts, own rows for rights, and each arc once more from
/// the right's own row to the left's own column at no cost, taken when the arc itself is.
fn doubled(instance: &Instance) -> Rows {
    let mut rows = with_own_columns(instance);
    rows.extend((0..instance.rights as u32).map(|right| vec![(right, 0)]));
    for left in 0..instance.lefts() {
        for (right, _) in instance.row(left) {
            rows[instance.lefts() + right as usize].push(((instance.rights + left) as u32, 0));
        }
    }
    rows
}

/// Floats hold whole numbers to 2⁵³; an auction's steps of 1/n must still count beside the largest amount.
fn fits_floats(instance: &Instance) -> Result<(), Box<dyn Error>> {
    let dearest = instance.cost.iter().chain(&instance.unmatched).max().copied().unwrap_or(0);
    let nodes = (instance.lefts() + instance.rights) as i128;
    if i128::from(dearest) * nodes < 1 << 53 {
        Ok(())
    } else {
        Err("amounts too large for its floats".into())
    }
}

/// Dense solvers get complete problems in which as many as can be are assigned anyway.
fn dense_or_not(instance: &Instance) -> Result<(), Box<dyn Error>> {
    let dearest = instance.cost.iter().max().copied().unwrap_or(0);
    let one_price = instance.unmatched.iter().all(|&price| price == instance.unmatched[0]);
    if instance.is_complete() && one_price && instance.unmatched[0] > dearest {
        Ok(())
    } else {
        Err("dense problems only".into())
    }
}
