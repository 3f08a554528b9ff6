"""One solver from Python on one instance file: `peer.py SOLVER FILE` prints one line of JSON.

What a solver's own structures take to build is told apart from the solve; only the solve counts. Each is given the
problem in the form that suits it best.
"""

import json
import sys
import time

import numpy as np

from instance import Instance


class Refused(Exception):
    """The solver does not take such a problem."""


class Stopwatch:
    def __init__(self):
        self.begin = time.perf_counter()

    def lap(self):
        now = time.perf_counter()
        elapsed, self.begin = 1e3 * (now - self.begin), now
        return elapsed


def ortools_min_cost_flow(instance):
    from ortools.graph.python import min_cost_flow

    watch = Stopwatch()
    lefts, rights = instance.lefts, instance.rights
    sink = lefts + rights
    tails, heads, costs = instance.left, lefts + instance.right, instance.cost
    supplies = np.concatenate([np.ones(lefts, np.int64), np.full(rights, -1 if instance.must else 0)])
    if not instance.must:
        own = np.flatnonzero(instance.unmatched >= 0)
        tails = np.concatenate([tails, own, lefts + np.arange(rights)])
        heads = np.concatenate([heads, np.full(len(own) + rights, sink)])
        costs = np.concatenate([costs, instance.unmatched[own], np.zeros(rights, np.int64)])
        supplies = np.append(supplies, -lefts)
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        tails.astype(np.int32), heads.astype(np.int32), np.ones(len(tails), np.int64), costs
    )
    solver.set_nodes_supplies(np.arange(len(supplies), dtype=np.int32), supplies)
    build_ms = watch.lap()
    status = solver.solve()
    solve_ms = watch.lap()
    if status != solver.OPTIMAL:
        raise Refused(f"answers {status.name}")
    flow = solver.flows(arcs)[: len(instance.cost)] > 0
    return instance.left[flow], instance.right[flow], build_ms, solve_ms


def ortools_linear_sum_assignment(instance):
    from ortools.graph.python import linear_sum_assignment

    watch = Stopwatch()
    rows, columns, costs, side = instance.square()
    solver = linear_sum_assignment.SimpleLinearSumAssignment()
    solver.add_arcs_with_cost(rows.astype(np.int32), columns.astype(np.int32), costs)
    build_ms = watch.lap()
    status = solver.solve()
    solve_ms = watch.lap()
    if status != solver.OPTIMAL:
        raise Refused(f"answers {status.name}")
    mates = np.array([solver.right_mate(left) for left in range(side)])[: instance.lefts]
    return *real(mates, instance), build_ms, solve_ms


def scipy_min_weight_full_bipartite_matching(instance):
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    fits_floats(instance)
    watch = Stopwatch()
    rows, columns, costs = instance.own_columns()
    # A cost of 0 would be no arc to it. Each left takes one arc, so that one more on each changes nothing.
    shape = (instance.lefts, instance.rights + instance.lefts)
    graph = csr_array((costs.astype(np.float64) + 1, (rows, columns)), shape)
    build_ms = watch.lap()
    rows, columns = min_weight_full_bipartite_matching(graph)
    solve_ms = watch.lap()
    mates = np.empty(instance.lefts, np.int64)
    mates[rows] = columns
    return *real(mates, instance), build_ms, solve_ms


def scipy_linear_sum_assignment(instance):
    from scipy.optimize import linear_sum_assignment

    matrix, watch = dense(instance)
    build_ms = watch.lap()
    lefts, rights = linear_sum_assignment(matrix)
    return lefts, rights, build_ms, watch.lap()


def lapx_lapjvs(instance):
    from lap import lapjvs

    matrix, watch = dense(instance)
    build_ms = watch.lap()
    lefts, rights = lapjvs(matrix, return_cost=False)
    return lefts, rights, build_ms, watch.lap()


def lapx_lapjvx(instance):
    from lap import lapjvx

    matrix, watch = dense(instance)
    build_ms = watch.lap()
    lefts, rights = lapjvx(matrix, extend_cost=True, return_cost=False)
    return lefts, rights, build_ms, watch.lap()


def lapx_lapmod(instance):
    from lap import LARGE, lapmod

    if max(instance.cost.max(), instance.unmatched.max()) >= LARGE:
        raise Refused(f"costs must stay below {LARGE}")
    watch = Stopwatch()
    rows, columns, costs, side = instance.square()
    order = np.lexsort((columns, rows))
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=side))]).astype(np.int32)
    costs, columns = costs[order].astype(np.float64), columns[order].astype(np.int32)
    build_ms = watch.lap()
    mates, _ = lapmod(side, costs, starts, columns, return_cost=False)
    solve_ms = watch.lap()
    return *real(mates[: instance.lefts], instance), build_ms, solve_ms


def fits_floats(instance):
    # Floats hold whole numbers to 2**53, and sums along a path must be exact too.
    dearest = int(max(instance.cost.max(), instance.unmatched.max()))
    if dearest * (instance.lefts + instance.rights) >= 2**53:
        raise Refused("amounts too large for its floats")


def dense(instance):
    if not instance.complete:
        raise Refused("dense problems only")
    fits_floats(instance)
    watch = Stopwatch()
    return instance.matrix(np.float64), watch


def real(mates, instance):
    """The pairs among the columns that the lefts took: those whose column is a right."""
    lefts = np.flatnonzero(mates < instance.rights)
    return lefts, mates[lefts]


SOLVERS = {
    solver.__name__: solver
    for solver in (
        ortools_min_cost_flow,
        ortools_linear_sum_assignment,
        scipy_min_weight_full_bipartite_matching,
        scipy_linear_sum_assignment,
        lapx_lapmod,
        lapx_lapjvs,
        lapx_lapjvx,
    )
}


def main():
    solver, path = sys.argv[1:]
    instance = Instance(path)
    try:
        lefts, rights, build_ms, solve_ms = SOLVERS[solver](instance)
        answer = {
            "objective": str(instance.objective(lefts, rights)),
            "build_ms": round(build_ms, 3),
            "solve_ms": round(solve_ms, 3),
        }
    except (Refused, ValueError, OverflowError) as error:
        answer = {"error": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
