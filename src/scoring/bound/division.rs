//! What several administrative divisions have in common.

use crate::model::RegionCode;

/// The leading digits that several divisions share; none of them where no division is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Division {
    digits: [u8; 12],
    length: u8,
}

impl Division {
    /// The whole country and more.
    pub(super) const ANY: Self = Self { digits: [b'0'; 12], length: 0 };

    /// All that lies in a division.
    pub(super) fn all_of(code: RegionCode) -> Self {
        Self::of_digits(code.prefix().as_bytes())
    }

    /// One place: every digit of its code.
    pub(super) fn place(code: RegionCode) -> Self {
        Self::of_digits(code.as_str().as_bytes())
    }

    fn of_digits(meant: &[u8]) -> Self {
        let mut digits = [b'0'; 12];
        digits[..meant.len()].copy_from_slice(meant);
        Self { digits, length: meant.len() as u8 }
    }

    /// What both share.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        let most = self.length.min(other.length) as usize;
        let shared = self.digits.iter().zip(&other.digits).take(most).take_while(|(own, its)| own == its);
        let length = shared.count();
        Self::of_digits(&self.digits[..length])
    }

    /// Whether one of the two may lie in the other.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let common = self.length.min(other.length) as usize;
        self.digits[..common] == other.digits[..common]
    }

    /// Whether it is a county or a part of one.
    pub(super) fn is_within_county(&self) -> bool {
        self.length >= 6
    }

    /// The first digits, down to the county.
    pub(super) fn county(&self) -> [u8; 6] {
        std::array::from_fn(|digit| self.digits[digit])
    }
}
