//! Milliseconds ↔ RFC 3339 in UTC.

use jiff::Timestamp;

/// `2026-11-28T09:30:00Z`; fractions of a second only where there are any.
pub fn rfc3339(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(|_| String::new(), |time| time.to_string())
}

/// Milliseconds of a time with any offset; `None` for a text that is none.
pub fn milliseconds(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_millisecond)
}
