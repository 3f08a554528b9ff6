//! Text about a person that must not slip into logs, errors or debug output.

use std::fmt;

/// A name, phone or ID number. `Debug` hides it, there is no `Display`: showing it takes a visible call.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Private(Box<str>);

impl Private {
    /// Wraps a personal text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the few outputs that may carry it (`people.csv`, rosters).
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with only its first character kept (`张*`), or for digits the usual `138****1234`.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Masks a personal text: names keep their first character, long numbers their first three and last four.
///
/// # Example
/// ```
/// use jiedui::model::private::mask;
/// assert_eq!(mask("张小明"), "张**");
/// assert_eq!(mask("13812341234"), "138****1234");
/// ```
pub fn mask(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let digits = characters.iter().filter(|c| c.is_ascii_digit()).count();
    match characters.len() {
        0 => String::new(),
        1 => "*".to_owned(),
        n if n >= 11 && digits + 1 >= n => {
            let head: String = characters[..3].iter().collect();
            let tail: String = characters[n - 4..].iter().collect();
            format!("{head}{}{tail}", "*".repeat(n - 7))
        }
        n => format!("{}{}", characters[0], "*".repeat((n - 1).min(8))),
    }
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("«private»")
    }
}
