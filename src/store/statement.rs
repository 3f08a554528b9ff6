//! Statements: constant SQL text that both databases take, and the values bound to it.
//!
//! Every statement is declared by [`statements!`], so that one test can prepare all of them on both databases. Only
//! `store/database.rs` and `store/bulk.rs` know which database is open.

/// A statement. Binds are `$1`, `$2` …; columns are named one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Statement(pub(super) &'static str);

/// Declares the statements of a module and lists them all in `STATEMENTS`.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $text:expr;)+) => {
        $($(#[$doc])* const $name: $crate::store::statement::Statement =
            $crate::store::statement::Statement($text);)+

        /// All of them, to be prepared by a test on both databases.
        pub(in crate::store) const STATEMENTS: &[(&str, $crate::store::statement::Statement)] =
            &[$((stringify!($name), $name)),+];
    };
}
pub(super) use statements;

/// A value to bind. Whole numbers are 64 bits wide, bytes travel as base64 text, times are milliseconds.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Text or none.
    Text(Option<String>),
    /// A whole number or none.
    Whole(Option<i64>),
    /// Yes, no or none.
    Truth(Option<bool>),
    /// A number with a point, or none.
    Real(Option<f64>),
}

macro_rules! value_from {
    ($($from:ty => |$value:ident| $made:expr;)+) => {
        $(impl From<$from> for Value {
            fn from($value: $from) -> Self {
                $made
            }
        })+
    };
}

value_from! {
    &str => |value| Self::Text(Some(value.to_owned()));
    String => |value| Self::Text(Some(value));
    &String => |value| Self::Text(Some(value.clone()));
    Option<String> => |value| Self::Text(value);
    Option<&str> => |value| Self::Text(value.map(str::to_owned));
    i64 => |value| Self::Whole(Some(value));
    Option<i64> => |value| Self::Whole(value);
    bool => |value| Self::Truth(Some(value));
    f64 => |value| Self::Real(Some(value));
    Option<f64> => |value| Self::Real(value);
}

/// Values in the order of the binds.
macro_rules! bound {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::statement::Value::from($value)),*] };
}
pub(super) use bound;
