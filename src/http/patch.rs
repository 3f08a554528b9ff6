//! A field of a JSON merge patch (RFC 7396): left as it is, removed, or set.

use serde::{Deserialize, Deserializer};

/// What a patch says of a field. Give the field `#[serde(default)]` and `#[schemars(with = "…")]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// Nothing.
    #[default]
    Keep,
    /// `null`: it is removed.
    Remove,
    /// A new value.
    Set(T),
}

impl<T> Patch<T> {
    /// The value after the patch.
    pub fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Keep => old,
            Self::Remove => None,
            Self::Set(new) => Some(new),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Remove, Self::Set))
    }
}
