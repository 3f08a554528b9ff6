//! Why an amendment was refused. Whatever the reason, problem, choice and prices are what they were.

use crate::assignment::certificate::Violation;
use crate::assignment::problem::ProblemError;
use crate::assignment::solution::HallWitness;

/// Why an amendment was refused. Nodes are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RepairError {
    /// The solution to start from is no proven one.
    #[error(
        "起始解没有通过证明（{} 处）；请先用 exact 求解 / the solution to start from is not proven ({} violations); solve \
         with the exact method first", .0.len(), .0.len()
    )]
    NotProven(Vec<Violation>),
    /// A price is so large that sums could leave 64 bits.
    #[error(
        "右点 {right} 的价格 {price} 过大；请先用 exact 求解 / the price {price} of right node {right} is too large; solve with \
         the exact method first"
    )]
    PriceTooLarge {
        /// The right node.
        right: u32,
        /// Its price.
        price: i64,
    },
    /// There is no such left node, or no longer.
    #[error("没有左点 {left}，或已移除、已固定 / there is no left node {left}, or it was removed or pinned")]
    NoLeft {
        /// The number given.
        left: u32,
    },
    /// There is no such right node, or no longer.
    #[error("没有右点 {right}，或已移除 / there is no right node {right}, or it was removed")]
    NoRight {
        /// The number given.
        right: u32,
    },
    /// Two left nodes cannot be pinned to one unit.
    #[error(
        "右点 {right} 已没有可固定的名额；请先提高容量 / right node {right} has no unit left to pin; raise its capacity first"
    )]
    NoUnit {
        /// The right node.
        right: u32,
    },
    /// Only who is pinned can come back.
    #[error("左点 {left} 未被固定 / left node {left} is not pinned")]
    NotPinned {
        /// The number given.
        left: u32,
    },
    /// An amount or an arc that no problem may have.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// After the amendment some left nodes that must be assigned would have too few neighbours.
    #[error(
        "修改后不存在完整的指派：{} 个左点合起来只有容量为 {} 的邻点 / no complete assignment would be left: {} left nodes \
         have neighbours of capacity {} in all", .0.left.len(), .0.capacity, .0.left.len(), .0.capacity
    )]
    Infeasible(HallWitness),
}
