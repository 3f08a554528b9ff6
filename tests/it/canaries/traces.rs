//! What was looked at, and which canary sang there.

use std::collections::BTreeMap;
use std::sync::Mutex;

use aho_corasick::AhoCorasick;

use super::people::Canary;

/// Searches bytes for every canary, in every way it may be written.
pub(super) struct Traces {
    finder: AhoCorasick,
    patterns: Vec<String>,
    /// Places where one was found, with the first text and what stood around it.
    found: Mutex<BTreeMap<String, String>>,
}

/// As an address has it: every byte beyond ASCII in percent signs.
pub(super) fn in_an_address(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// As cautious JSON has it: every sign beyond ASCII as `\uXXXX`.
fn in_ascii_json(text: &str) -> String {
    text.chars()
        .map(|sign| if sign.is_ascii() { sign.to_string() } else { format!("\\u{:04x}", u32::from(sign)) })
        .collect()
}

impl Traces {
    pub(super) fn of(people: &[Canary]) -> Self {
        let texts = people.iter().flat_map(Canary::texts);
        let mut patterns: Vec<String> = texts
            .flat_map(|text| {
                let hexadecimal = data_encoding::HEXLOWER.encode(text.as_bytes());
                [text.to_owned(), in_an_address(text), in_ascii_json(text), hexadecimal]
            })
            .collect();
        patterns.sort();
        patterns.dedup();
        let finder = AhoCorasick::builder().ascii_case_insensitive(true).build(&patterns).unwrap();
        Self { finder, patterns, found: Mutex::default() }
    }

    /// The first canary in these bytes, with its surroundings.
    pub(super) fn first(&self, bytes: &[u8]) -> Option<String> {
        let hit = self.finder.find(bytes)?;
        let around = &bytes[hit.start().saturating_sub(120)..bytes.len().min(hit.end() + 60)];
        Some(format!("{} in …{}…", self.patterns[hit.pattern().as_usize()], String::from_utf8_lossy(around)))
    }

    /// How many different texts stand in these bytes.
    pub(super) fn count(&self, bytes: &[u8]) -> usize {
        let found: std::collections::BTreeSet<_> =
            self.finder.find_iter(bytes).map(|hit| hit.pattern()).collect();
        found.len()
    }

    /// Notes where a canary is found in what should hold none.
    pub(super) fn look(&self, what: &str, bytes: &[u8]) {
        if let Some(found) = self.first(bytes) {
            self.found.lock().unwrap().entry(what.to_owned()).or_insert(found);
        }
    }

    /// None was found anywhere.
    pub(super) fn check(&self) {
        let found = self.found.lock().unwrap();
        let told: Vec<String> = found.iter().map(|(what, found)| format!("{what}: {found}")).collect();
        assert!(told.is_empty(), "{} places:\n{}", told.len(), told.join("\n"));
    }
}
