//! An instance as all solvers get it, in memory and in a file.
//!
//! The file, little-endian, without gaps, n lefts, m rights, a arcs, every right of capacity 1:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `JDPEERS1` |
//! | 8, 8, 8 | n, m, a as u64 |
//! | 8 n | unmatched price of each left as i64, −1 where it must be assigned |
//! | 8 a | costs as i64, row after row |
//! | 4 (n + 1) | where each row starts, and a, as u32 |
//! | 4 a | rights as u32, increasing within a row |

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;

use jiedui::assignment::{Problem, ProblemBuilder, ProblemError, Unmatched};

const MAGIC: &[u8; 8] = b"JDPEERS1";
/// The price that stands for "must be assigned" in a file.
const FORBIDDEN: i64 = -1;

/// Rows of arcs; within a row the rights increase, as some solvers demand.
pub(crate) struct Instance {
    /// How many rights there are.
    pub(crate) rights: usize,
    /// The price of staying unmatched, or [`FORBIDDEN`].
    pub(crate) unmatched: Vec<i64>,
    /// Where rows start.
    pub(crate) start: Vec<u32>,
    /// Right ends.
    pub(crate) right: Vec<u32>,
    /// Costs.
    pub(crate) cost: Vec<i64>,
}

impl Instance {
    /// The instance of a problem, rows sorted by right.
    pub(crate) fn of(problem: &Problem) -> Self {
        let lefts: Vec<u32> = (0..problem.left_count() as u32).collect();
        let rights: Vec<u32> = (0..problem.right_count() as u32).collect();
        Self::ordered(problem.right_count(), &lefts, &rights, |left| {
            let arcs = problem.row_rights(left).iter().copied().zip(problem.row_costs(left).iter().copied());
            (problem.unmatched(left).price().unwrap_or(FORBIDDEN), arcs.collect())
        })
    }

    /// The same instance with its nodes numbered in the order given.
    pub(crate) fn renumbered(&self, lefts: &[u32], rights: &[u32]) -> Self {
        let mut number = vec![0; rights.len()];
        for (new, &old) in (0..).zip(rights) {
            number[old as usize] = new;
        }
        Self::ordered(self.rights, lefts, &number, |left| {
            (self.unmatched[left as usize], self.row(left as usize).collect())
        })
    }

    fn ordered(
        rights: usize,
        lefts: &[u32],
        number: &[u32],
        row_of: impl Fn(u32) -> (i64, Vec<(u32, i64)>),
    ) -> Self {
        let mut instance =
            Self { rights, unmatched: Vec::new(), start: vec![0], right: Vec::new(), cost: Vec::new() };
        for &left in lefts {
            let (unmatched, mut row) = row_of(left);
            for arc in &mut row {
                arc.0 = number[arc.0 as usize];
            }
            row.sort_unstable();
            instance.unmatched.push(unmatched);
            instance.right.extend(row.iter().map(|arc| arc.0));
            instance.cost.extend(row.iter().map(|arc| arc.1));
            instance.start.push(instance.right.len() as u32);
        }
        instance
    }

    /// The arcs of a left, as (right, cost).
    pub(crate) fn row(&self, left: usize) -> impl ExactSizeIterator<Item = (u32, i64)> + Clone + '_ {
        let range = self.start[left] as usize..self.start[left + 1] as usize;
        self.right[range.clone()].iter().copied().zip(self.cost[range].iter().copied())
    }

    /// How many lefts there are.
    pub(crate) fn lefts(&self) -> usize {
        self.unmatched.len()
    }

    /// Whether every pair has an arc.
    pub(crate) fn is_complete(&self) -> bool {
        self.right.len() == self.lefts() * self.rights
    }

    /// The problem as jiedui takes it.
    pub(crate) fn problem(&self) -> Result<Problem, ProblemError> {
        let mut builder = ProblemBuilder::new();
        for _ in 0..self.rights {
            builder.push_right(1, &[])?;
        }
        let mut row = Vec::new();
        for left in 0..self.lefts() {
            row.clear();
            row.extend(self.row(left));
            let unmatched = match self.unmatched[left] {
                FORBIDDEN => Unmatched::Forbidden,
                price => Unmatched::Price(price),
            };
            builder.push_left(unmatched, &row)?;
        }
        builder.finish()
    }

    /// The total of an assignment: the right of each left, or none.
    ///
    /// # Errors
    /// If it is none: a pair without arc, a right taken twice, a left alone that must be assigned.
    pub(crate) fn objective(&self, taken: &[Option<u32>]) -> Result<i128, Box<dyn Error>> {
        let mut used = vec![false; self.rights];
        let mut total = 0;
        for (left, right) in taken.iter().enumerate() {
            let Some(right) = *right else {
                if self.unmatched[left] == FORBIDDEN {
                    return Err("a left stays unmatched that must be assigned".into());
                }
                total += i128::from(self.unmatched[left]);
                continue;
            };
            let (_, cost) = self.row(left).find(|arc| arc.0 == right).ok_or("a pair without arc")?;
            if std::mem::replace(&mut used[right as usize], true) {
                return Err("a right is taken twice".into());
            }
            total += i128::from(cost);
        }
        if taken.len() == self.lefts() { Ok(total) } else { Err("not as many answers as lefts".into()) }
    }

    /// Writes the file.
    pub(crate) fn write(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        let mut file = BufWriter::new(fs::File::create(path)?);
        file.write_all(MAGIC)?;
        for count in [self.lefts(), self.rights, self.right.len()] {
            file.write_all(&(count as u64).to_le_bytes())?;
        }
        for value in self.unmatched.iter().chain(&self.cost) {
            file.write_all(&value.to_le_bytes())?;
        }
        for value in self.start.iter().chain(&self.right) {
            file.write_all(&value.to_le_bytes())?;
        }
        file.flush()?;
        Ok(())
    }

    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self, Box<dyn Error>> {
        let bytes = fs::read(path)?;
        let mut rest = bytes.strip_prefix(MAGIC).ok_or("no instance file")?;
        let mut take = |count: usize, width: usize| -> Result<&[u8], Box<dyn Error>> {
            let (head, tail) = rest.split_at_checked(count * width).ok_or("the file ends too early")?;
            rest = tail;
            Ok(head)
        };
        let counts: Vec<usize> = wide(take(3, 8)?).map(|count| count as usize).collect();
        let (lefts, rights, arcs) = (counts[0], counts[1], counts[2]);
        Ok(Self {
            rights,
            unmatched: wide(take(lefts, 8)?).collect(),
            cost: wide(take(arcs, 8)?).collect(),
            start: narrow(take(lefts + 1, 4)?).collect(),
            right: narrow(take(arcs, 4)?).collect(),
        })
    }
}

fn wide(bytes: &[u8]) -> impl Iterator<Item = i64> + '_ {
    bytes.as_chunks().0.iter().map(|&chunk| i64::from_le_bytes(chunk))
}

fn narrow(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.as_chunks().0.iter().map(|&chunk| u32::from_le_bytes(chunk))
}
