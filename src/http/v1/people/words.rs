//! Words of code lists that requests about persons hold, and bodies and queries of more than one endpoint.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::checks::Checks;
use crate::store::people::PersonPatch;

/// The words of a choice as a code list shows them.
pub(in crate::http) trait Listed {
    /// Chinese name and stable word of each, in their order.
    const NAMES: &'static [(&'static str, &'static str)];
}

/// An enumeration of stable words. Behind a word stands its Chinese name where a code list shows it.
macro_rules! words {
    (@name $word:literal $zh:literal) => { $zh };
    (@name $word:literal) => { $word };
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident $word:literal $($zh:literal)?,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "snake_case")]
        pub(in crate::http) enum $name { $($(#[$word_doc])* $variant,)+ }

        impl $name {
            /// The stable word.
            pub(in crate::http) const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl $crate::http::v1::people::words::Listed for $name {
            const NAMES: &'static [(&'static str, &'static str)] =
                &[$(($crate::http::v1::people::words::words!(@name $word $($zh)?), $word)),+];
        }
    };
}
pub(in crate::http) use words;

words! {
    /// Why fields are shown in full.
    RevealPurpose {
        /// To reach the guardian, carer or volunteer.
        Contact "contact" "联系",
        /// To arrange a visit or a meeting.
        ArrangeVisit "arrange_visit" "安排走访或见面",
        /// To check who somebody is.
        VerifyIdentity "verify_identity" "核实身份",
        /// To put a record right.
        CorrectRecord "correct_record" "更正档案",
        /// A guardian or volunteer asked for her data.
        SubjectRequest "subject_request" "本人或监护人要求",
        /// Somebody may be in danger.
        Emergency "emergency" "紧急情况",
    }
}

words! {
    /// Why somebody is erased.
    EraseReason {
        /// A guardian or volunteer asked for it.
        SubjectRequest "subject_request" "本人或监护人要求",
        /// A consent was withdrawn.
        ConsentWithdrawn "consent_withdrawn" "同意已撤回",
        /// Registered by mistake, or twice.
        Mistake "mistake" "误登或重复",
        /// No longer needed.
        NoLongerNeeded "no_longer_needed" "不再需要",
    }
}

words! {
    /// Yes or no.
    YesNo {
        /// Yes.
        Yes "yes",
        /// No.
        No "no",
    }
}

words! {
    /// Which of two, where nobody may have answered yet.
    KnownAnswer {
        /// Yes.
        Yes "yes",
        /// No, or withdrawn.
        No "no",
        /// Asked, not answered yet.
        Unknown "unknown",
    }
}

impl KnownAnswer {
    /// The answer of a stored word; none where nobody answered.
    pub(in crate::http) fn of(word: &str) -> Option<Self> {
        match word {
            "yes" => Some(Self::Yes),
            "no" => Some(Self::No),
            "unknown" => Some(Self::Unknown),
            _ => None,
        }
    }
}

/// Hours of a week in the words of the sheets; empty where there are none.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Availability")]
pub(in crate::http) struct AvailabilityTexts {
    /// In every season without hours of its own, such as `周六 09:00-11:30`.
    #[schemars(length(max = 2_000))]
    pub(in crate::http) availability: String,
    /// In term.
    #[schemars(length(max = 2_000))]
    pub(in crate::http) term_hours: String,
    /// In the winter holiday.
    #[schemars(length(max = 2_000))]
    pub(in crate::http) winter_holiday_hours: String,
    /// At Spring Festival.
    #[schemars(length(max = 2_000))]
    pub(in crate::http) spring_festival_hours: String,
    /// In the summer holiday.
    #[schemars(length(max = 2_000))]
    pub(in crate::http) summer_holiday_hours: String,
}

/// Columns of hours.
pub(in crate::http) const HOUR_COLUMNS: [&str; 5] =
    ["availability", "term_hours", "winter_holiday_hours", "spring_festival_hours", "summer_holiday_hours"];

impl AvailabilityTexts {
    /// Out of cells.
    pub(in crate::http) fn of(cells: &std::collections::BTreeMap<String, String>) -> Self {
        let cell = |key: &str| cells.get(key).cloned().unwrap_or_default();
        Self {
            availability: cell("availability"),
            term_hours: cell("term_hours"),
            winter_holiday_hours: cell("winter_holiday_hours"),
            spring_festival_hours: cell("spring_festival_hours"),
            summer_holiday_hours: cell("summer_holiday_hours"),
        }
    }

    /// As a patch: all five, whatever stood there.
    pub(in crate::http) fn into_patch(self, checks: &mut Checks) -> PersonPatch {
        let cells = self.cells().map(|(column, text)| {
            checks.length(&format!("/{column}"), &text, 0..=2_000);
            (column.to_owned(), Some(text))
        });
        PersonPatch::of_cells(cells)
    }

    /// As cells, in the order of [`HOUR_COLUMNS`].
    fn cells(self) -> [(&'static str, String); 5] {
        let texts = [
            self.availability,
            self.term_hours,
            self.winter_holiday_hours,
            self.spring_festival_hours,
            self.summer_holiday_hours,
        ];
        let mut texts = texts.into_iter();
        HOUR_COLUMNS.map(|column| (column, texts.next().unwrap_or_default()))
    }
}

/// A request to show fields in full.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Reveal")]
pub(in crate::http) struct RevealRequest {
    /// Keys of the fields, such as `name`, `phone`, `id_number`.
    #[schemars(length(min = 1, max = 60), inner(length(max = 64)))]
    pub(in crate::http) fields: Vec<String>,
    /// What for.
    pub(in crate::http) purpose: RevealPurpose,
}

/// Somebody who is sought.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Search")]
pub(in crate::http) struct SearchRequest {
    /// A phone, an ID number or a number of the county's own, in any spelling.
    #[schemars(length(min = 1, max = 64), regex(pattern = r"\S"))]
    pub(in crate::http) text: String,
    /// Among the archived ones instead of the others.
    #[serde(default)]
    pub(in crate::http) archived: bool,
}

/// Fields in full.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Revealed")]
pub(in crate::http) struct RevealedShown {
    /// Whose.
    pub(in crate::http) id: String,
    /// By key; a field that holds nothing is left out.
    pub(in crate::http) fields: std::collections::BTreeMap<String, String>,
}

/// A request to erase.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Erase")]
pub(in crate::http) struct EraseRequest {
    /// Why.
    pub(in crate::http) reason: EraseReason,
}

/// Records of one person. There are few, so they come at once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}Records")]
pub(in crate::http) struct Records<T> {
    /// The records, the oldest first.
    pub(in crate::http) items: Vec<T>,
}
