//! The columns of the sheets, by Chinese and English header: the one list that reader, writers and templates
//! share. One file a sheet.

pub mod children;
pub mod existing_pairs;
pub mod places;
pub mod regions;
pub mod replies;
pub mod volunteers;

/// A column of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// English header, also the stable key.
    pub key: &'static str,
    /// Chinese header.
    pub zh: &'static str,
    /// Other headers that offices use.
    pub aliases: &'static [&'static str],
    /// Whether cells are masked in every message.
    pub personal: bool,
    /// What a template shows; empty for nothing.
    pub example: &'static str,
    /// Note for the template, Chinese.
    pub note_zh: &'static str,
    /// Note for the template, English.
    pub note_en: &'static str,
}

impl Column {
    const fn new(key: &'static str, zh: &'static str, aliases: &'static [&'static str]) -> Self {
        Self { key, zh, aliases, personal: false, example: "", note_zh: "", note_en: "" }
    }

    const fn personal(self) -> Self {
        Self { personal: true, ..self }
    }

    const fn example(self, example: &'static str) -> Self {
        Self { example, ..self }
    }

    const fn note(self, note_zh: &'static str, note_en: &'static str) -> Self {
        Self { note_zh, note_en, ..self }
    }
}
