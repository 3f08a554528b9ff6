//! Which part of the country somebody answers for: a span of division codes, held in SQL and not after it.

/// Digits of a division code.
const DIGITS: usize = 12;

/// A span of twelve-digit codes. Codes hold digits only, so they compare alike under every collation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionSpan {
    /// The first code in it.
    pub first: String,
    /// The last code in it.
    pub last: String,
}

impl RegionSpan {
    /// Everything, with what belongs to no division.
    pub fn everywhere() -> Self {
        Self { first: String::new(), last: "9".repeat(DIGITS) }
    }

    /// All codes that begin with these digits. Trailing pairs of zeros of a full code are no digits of it: `422800000000` is a
    /// prefecture and spans what begins with `4228`.
    pub fn of_prefix(prefix: &str) -> Self {
        let significant = match prefix.len() {
            DIGITS => {
                let trimmed = prefix.trim_end_matches('0').len();
                // Levels end after 2, 4, 6, 9 and 12 digits.
                [2, 4, 6, 9, 12].into_iter().find(|level| *level >= trimmed).unwrap_or(DIGITS)
            }
            shorter => shorter,
        };
        let digits = &prefix[..significant.min(prefix.len())];
        Self { first: format!("{digits:0<DIGITS$}"), last: format!("{digits:9<DIGITS$}") }
    }

    /// Whether a code lies in it.
    pub fn holds(&self, code: &str) -> bool {
        self.first.as_str() <= code && code <= self.last.as_str()
    }

    /// What lies in both; empty spans hold nothing.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self {
            first: self.first.clone().max(other.first.clone()),
            last: self.last.clone().min(other.last.clone()),
        }
    }
}
