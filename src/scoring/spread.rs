//! How unevenly amounts are spread: the arithmetic that measures and frontiers share. Definitions: docs/MEASURES.md.

/// The value below which a share of the sorted values lies (nearest rank); `None` of nothing.
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// Gini coefficient: half the mean absolute difference over the mean; 0 of nothing or of all zeros.
///
/// # Complexity
/// O(n log n): with sorted costs xᵢ, G = Σ (2i − n − 1)·xᵢ / (n·Σ xᵢ), i from 1.
pub fn gini(costs: &mut [i64]) -> f64 {
    costs.sort_unstable();
    let count = costs.len() as i128;
    let total: i128 = costs.iter().map(|cost| i128::from(*cost)).sum();
    if total == 0 {
        return 0.0;
    }
    let weighted: i128 =
        costs.iter().zip(1_i128..).map(|(cost, rank)| (2 * rank - count - 1) * i128::from(*cost)).sum();
    weighted as f64 / (count * total) as f64
}
