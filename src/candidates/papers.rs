//! Papers that may still arrive: what a provisional plan assumes and a worklist asks for.

/// A missing paper. What is refused is not missing: a «no» has no paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paper {
    /// The guardian's yes to the pairing.
    GuardianConsent,
    /// The signature of somebody entitled to give it.
    EntitledSignature,
    /// The child's own wish.
    ChildWish,
    /// Consent to the record check.
    QueryConsent,
    /// The record check.
    Screening,
    /// A newer record check, for the days the old one does not cover.
    ScreeningRenewal,
    /// Training.
    Training,
    /// The signed agreement.
    Agreement,
}

impl Paper {
    /// Chinese and English name.
    pub const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::GuardianConsent => ("监护人结对同意书", "guardian's consent"),
            Self::EntitledSignature => {
                ("监护人签字或委托照护协议", "signature of the guardian, or care agreement")
            }
            Self::ChildWish => ("儿童本人意愿", "child's own wish"),
            Self::QueryConsent => ("同意从业查询", "consent to the record check"),
            Self::Screening => ("从业查询", "record check"),
            Self::ScreeningRenewal => ("从业查询续期", "renewed record check"),
            Self::Training => ("岗前培训", "training"),
            Self::Agreement => ("服务协议", "signed agreement"),
        }
    }

    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::GuardianConsent => "guardian_consent",
            Self::EntitledSignature => "entitled_signature",
            Self::ChildWish => "child_wish",
            Self::QueryConsent => "query_consent",
            Self::Screening => "screening",
            Self::ScreeningRenewal => "screening_renewal",
            Self::Training => "training",
            Self::Agreement => "agreement",
        }
    }
}
