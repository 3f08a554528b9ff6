//! H01–H03: what the child's side must have said.

use super::{Holder, MissingPaper, Outcome};
use crate::candidates::papers::Paper;
use crate::candidates::prepared::Prepared;
use crate::model::child::{Answer, ConsentGiver};

fn missing(child: u32, paper: Paper) -> Outcome {
    Outcome::Missing(vec![MissingPaper { holder: Holder::Child(child), paper }])
}

pub(super) fn h01_guardian_consent(prepared: &Prepared<'_>, child: u32) -> Outcome {
    match prepared.child_of(child).consent.answer {
        Answer::Yes(_) => Outcome::Holds,
        Answer::No => Outcome::Broken,
        Answer::Unknown => missing(child, Paper::GuardianConsent),
    }
}

pub(super) fn h02_entitled_guardian(prepared: &Prepared<'_>, child: u32) -> Outcome {
    let consent = &prepared.child_of(child).consent;
    match (consent.answer, consent.giver) {
        (Answer::Yes(_), ConsentGiver::CarerAlone) => missing(child, Paper::EntitledSignature),
        _ => Outcome::Holds,
    }
}

/// A recorded «no» binds at every age; a «yes» is asked for from the policy's age.
pub(super) fn h03_child_wish(prepared: &Prepared<'_>, child: u32) -> Outcome {
    let asked = prepared.children[child as usize].age >= prepared.policy.eligibility.wish_from_age;
    match prepared.child_of(child).wish {
        Answer::No => Outcome::Broken,
        Answer::Unknown if asked => missing(child, Paper::ChildWish),
        Answer::Unknown | Answer::Yes(_) => Outcome::Holds,
    }
}
