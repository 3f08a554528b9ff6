//! Administrative divisions (行政区划): twelve digits, kept as text because leading digits carry meaning.

use std::fmt;

/// A code of the statistical divisions: 2 province + 2 prefecture + 2 county + 3 township + 3 village.
/// Shorter official codes (6 digits of GB/T 2260, 9 digits of a township) are filled with zeros.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RegionCode([u8; 12]);

impl RegionCode {
    /// Reads 2, 4, 6, 9 or 12 ASCII digits; `None` for anything else.
    ///
    /// # Example
    /// ```
    /// use jiedui::model::RegionCode;
    /// let township = RegionCode::parse("422827100").unwrap();
    /// assert_eq!(township.to_string(), "422827100000");
    /// assert!(RegionCode::parse("422827").unwrap().contains(township));
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        let complete = matches!(digits.len(), 2 | 4 | 6 | 9 | 12);
        if !complete || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let mut code = [b'0'; 12];
        code[..digits.len()].copy_from_slice(digits);
        Some(Self(code))
    }

    /// All twelve digits.
    pub fn as_str(&self) -> &str {
        // Only `parse` makes codes, from ASCII digits.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The digits that carry meaning: the code without the zeros of the levels below it.
    pub fn prefix(&self) -> &str {
        let text = self.as_str();
        for length in [2, 4, 6, 9] {
            if text[length..].bytes().all(|digit| digit == b'0') {
                return &text[..length];
            }
        }
        text
    }

    /// Whether `other` is this division or lies inside it.
    pub fn contains(&self, other: Self) -> bool {
        let prefix = self.prefix().as_bytes();
        other.0[..prefix.len()] == *prefix
    }

    /// This division and all that it lies in, each once: whatever [contains](Self::contains) it.
    pub fn enclosing(self) -> impl Iterator<Item = Self> {
        // A code of zeros at some level is that of the level above.
        let mut last = None;
        let levels = [2, 4, 6, 9, 12].into_iter().map(move |digits| self.to_level(digits));
        levels.filter(move |code| last.replace(*code) != Some(*code))
    }

    /// The township (乡镇, nine digits) that this code lies in.
    #[must_use]
    pub fn township(&self) -> Self {
        self.to_level(9)
    }

    /// Its first digits, zeros behind them.
    fn to_level(self, digits: usize) -> Self {
        let mut code = self.0;
        code[digits..].fill(b'0');
        Self(code)
    }
}

impl fmt::Display for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for RegionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
