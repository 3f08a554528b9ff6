//! Amounts rounded down to 31 bits: a processor compares four of them at once where it compares one in 64 bits.
//!
//! Rounding down keeps order, and a sum of amounts rounded down is no more than their sum rounded down. So what is found to be above
//! a limit here is above it; only the rest is looked at exactly.

/// Costs looked at together: enough for the widest registers.
pub(super) const LANES: usize = 16;

/// By how many binary places amounts are rounded.
#[derive(Clone, Copy)]
pub(super) struct Coarse {
    shift: u32,
}

impl Coarse {
    /// As little as keeps sums of two amounts up to `most` within 31 bits.
    pub(super) fn for_amounts_to(most: i64) -> Self {
        Self { shift: (i64::BITS - most.leading_zeros()).saturating_sub(30) }
    }

    /// An amount that is not negative, or what counts as infinite.
    pub(super) fn of(self, amount: i64) -> i32 {
        i32::try_from(amount >> self.shift).unwrap_or(i32::MAX)
    }

    fn cost(self, cost: i64) -> i32 {
        (cost as u64 >> self.shift) as i32
    }

    /// Which costs may be at most `limit` or at most their own limits, a bit for each.
    pub(super) fn within(self, costs: &[i64; LANES], limit: i32, limits: &[i32; LANES]) -> u32 {
        // All are looked at: without branches, many at once.
        let costs = costs.map(|cost| self.cost(cost));
        let mut within = 0;
        for (lane, (cost, own)) in costs.iter().zip(limits).enumerate() {
            within |= (u32::from(*cost <= limit) | u32::from(cost <= own)) << lane;
        }
        within
    }

    /// Whether a cost and its price may be at most `limit` together.
    pub(super) fn any_sum_within(self, costs: &[i64], prices: &[i32], limit: i32) -> bool {
        let within = |(cost, price): (&i64, &i32)| i32::from(self.cost(*cost) + price <= limit);
        costs.iter().zip(prices).map(within).fold(0, |any, within| any | within) > 0
    }
}
