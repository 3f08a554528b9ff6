//! What several administrative divisions have in common.

use crate::model::RegionCode;

/// Digits of a code.
const DIGITS: u32 = 12;
/// Bits of a digit.
const BITS: u32 = 4;

/// The leading digits that several divisions share; none of them where no division is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Division {
    /// The digits shared, the first highest, zeros behind them.
    digits: u64,
    length: u32,
}

impl Division {
    /// The whole country and more.
    pub(super) const ANY: Self = Self { digits: 0, length: 0 };

    /// All that lies in a division.
    pub(super) fn all_of(code: RegionCode) -> Self {
        Self::of_digits(code.prefix())
    }

    /// One place: every digit of its code.
    pub(super) fn place(code: RegionCode) -> Self {
        Self::of_digits(code.as_str())
    }

    fn of_digits(meant: &str) -> Self {
        let length = meant.len() as u32;
        let read = meant.bytes().fold(0, |digits, digit| digits << BITS | u64::from(digit - b'0'));
        Self { digits: read << (BITS * (DIGITS - length)), length }
    }

    /// The first digits of it.
    fn first(self, length: u32) -> u64 {
        self.digits >> (BITS * (DIGITS - length))
    }

    /// What both share.
    #[must_use]
    pub(super) fn join(&self, other: &Self) -> Self {
        let differ = self.digits ^ other.digits;
        let alike = (differ.leading_zeros() - (u64::BITS - BITS * DIGITS)) / BITS;
        let length = alike.min(self.length).min(other.length);
        Self { digits: self.first(length) << (BITS * (DIGITS - length)), length }
    }

    /// Whether one of the two may lie in the other.
    pub(super) fn meets(&self, other: &Self) -> bool {
        let common = self.length.min(other.length);
        self.first(common) == other.first(common)
    }

    /// Whether it is a county or a part of one.
    pub(super) fn is_within_county(&self) -> bool {
        self.length >= 6
    }

    /// The first digits, down to the county.
    pub(super) fn county(&self) -> u64 {
        self.first(6)
    }
}
