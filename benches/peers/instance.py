"""An instance as written by the Rust runner (the file's layout is told in rust/src/instance.rs), in numpy arrays.

Also the two shapes that solvers without unmatched prices need: own columns, and the doubled square problem.
"""

import numpy as np

MAGIC = b"JDPEERS1"


class Instance:
    def __init__(self, path):
        with open(path, "rb") as file:
            if file.read(8) != MAGIC:
                raise SystemExit(f"{path} is no instance file")
            self.lefts, self.rights, arcs = (int(count) for count in np.fromfile(file, "<u8", 3))
            self.unmatched = np.fromfile(file, "<i8", self.lefts)
            self.cost = np.fromfile(file, "<i8", arcs)
            self.start = np.fromfile(file, "<u4", self.lefts + 1).astype(np.int64)
            self.right = np.fromfile(file, "<u4", arcs).astype(np.int64)
        self.left = np.repeat(np.arange(self.lefts), np.diff(self.start))

    @property
    def must(self):
        """Every left must be assigned, and both sides are equally many."""
        return self.lefts == self.rights and bool((self.unmatched < 0).all())

    @property
    def complete(self):
        """Every pair has an arc, and one unmatched price lies above all costs: as many as can be are assigned."""
        return (
            len(self.cost) == self.lefts * self.rights
            and bool((self.unmatched == self.unmatched[0]).all())
            and self.unmatched[0] > self.cost.max()
        )

    def matrix(self, dtype):
        """The complete cost matrix, lefts by rights."""
        return self.cost.reshape(self.lefts, self.rights).astype(dtype)

    def own_columns(self):
        """Arcs (row, column, cost) in which each left also has a column of its own at its unmatched price."""
        own = np.flatnonzero(self.unmatched >= 0)
        return (
            np.concatenate([self.left, own]),
            np.concatenate([self.right, self.rights + own]),
            np.concatenate([self.cost, self.unmatched[own]]),
        )

    def square(self):
        """Arcs (row, column, cost) of a square problem with the same total, and its side.

        As it is where everybody must be assigned. Complete: padded with columns at the unmatched price. Otherwise
        doubled: own columns for lefts, own rows for rights, and each arc again from the right's row to the left's
        column at no cost, taken when the arc itself is.
        """
        if self.must:
            return self.left, self.right, self.cost, self.lefts
        if self.complete and self.lefts >= self.rights:
            spare = self.lefts - self.rights
            rows = np.repeat(np.arange(self.lefts), spare)
            columns = np.tile(np.arange(self.rights, self.lefts), self.lefts)
            return (
                np.concatenate([self.left, rows]),
                np.concatenate([self.right, columns]),
                np.concatenate([self.cost, np.full(len(rows), self.unmatched[0])]),
                self.lefts,
            )
        rows, columns, costs = self.own_columns()
        nodes = np.arange(self.rights)
        return (
            np.concatenate([rows, self.lefts + nodes, self.lefts + self.right]),
            np.concatenate([columns, nodes, self.rights + self.left]),
            np.concatenate([costs, np.zeros(self.rights + len(self.right), np.int64)]),
            self.lefts + self.rights,
        )

    def objective(self, lefts, rights):
        """The total of an assignment given as pairs, recomputed in whole numbers; anybody not named is unmatched."""
        lefts, rights = np.asarray(lefts, np.int64), np.asarray(rights, np.int64)
        if len(np.unique(lefts)) != len(lefts) or len(np.unique(rights)) != len(rights):
            raise ValueError("a node is taken twice")
        keys = self.left * self.rights + self.right
        wanted = lefts * self.rights + rights
        at = np.searchsorted(keys, wanted)
        if len(wanted) and not (keys[np.minimum(at, len(keys) - 1)] == wanted).all():
            raise ValueError("a pair without arc")
        alone = np.ones(self.lefts, bool)
        alone[lefts] = False
        if (self.unmatched[alone] < 0).any():
            raise ValueError("a left stays unmatched that must be assigned")
        # Python's whole numbers have no bound.
        return sum(self.cost[at].tolist()) + sum(self.unmatched[alone].tolist())
