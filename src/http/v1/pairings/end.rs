//! `POST /pairings/{pairing_id}/end`: ends a pairing with reason, what was told to the child, farewell and what follows (S30); or says
//! the last three of one that was ended at once.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{DECIDERS, PairingShown, reply, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::v1::people::words::words;
use crate::store::{Change, Ending};

words! {
    /// Why a pairing ends.
    EndReason {
        /// Its term is over.
        TermEnded "term_ended",
        /// The volunteer goes.
        VolunteerLeaves "volunteer_leaves",
        /// Guardian or child wishes it.
        FamilyWish "family_wish",
        /// The child moves away.
        ChildMoves "child_moves",
        /// What was needed is no longer needed.
        NoLongerNeeded "no_longer_needed",
        /// The two do not get along.
        DoNotGetAlong "do_not_get_along",
        /// For the child's safety.
        Safety "safety",
        /// Another reason.
        Other "other",
    }
}

words! {
    /// What was told to the child.
    EndNotice {
        /// Face to face, by somebody she knows.
        InPerson "in_person",
        /// By phone.
        Phone "phone",
        /// Guardian or carer told her.
        ByCarer "by_carer",
        /// She is too young to be told.
        TooYoung "too_young",
        /// Nobody has told her yet.
        Pending "pending",
    }
}

words! {
    /// Whether there was a farewell, or why none.
    EndFarewell {
        /// They met.
        Met "met",
        /// They spoke by phone or video.
        Called "called",
        /// None: the child did not want one.
        NoneChildDeclined "none_child_declined",
        /// None: the volunteer could not be reached.
        NoneUnreachable "none_unreachable",
        /// None: it would not have been safe.
        NoneUnsafe "none_unsafe",
        /// None: they had never met.
        NoneNeverMet "none_never_met",
        /// Not yet.
        Pending "pending",
    }
}

words! {
    /// What follows.
    EndReplacement {
        /// The child takes part in the next run, at the head of her class.
        NextRun "next_run",
        /// No other volunteer is wished.
        NotWished "not_wished",
        /// None is needed.
        NotNeeded "not_needed",
        /// Not decided yet.
        Pending "pending",
    }
}

/// An end.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PairingEnd")]
struct Body {
    reason: EndReason,
    /// Whether both would meet again; `false` keeps them apart for good.
    #[serde(default)]
    went_well: Option<bool>,
    notice: EndNotice,
    farewell: EndFarewell,
    replacement: EndReplacement,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/end";
    Endpoint::changes(Method::POST, path, "end_pairing", |call, change| end(call, change).boxed())
        .says(super::GROUP, "结束结对", "End a pairing")
        .allows(Access::Roles(DECIDERS), Scope::Region)
        .takes::<Body>()
        .gives::<PairingShown>(StatusCode::OK)
        .fails(&[Code::StateConflict])
}

async fn end(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (scope, id) = (scope(call)?, call.id("pairing_id")?);
    let body: Body = call.body()?;
    let ending = Ending {
        reason: body.reason.word().to_owned(),
        went_well: body.went_well,
        notice: body.notice.word().to_owned(),
        farewell: body.farewell.word().to_owned(),
        replacement: body.replacement.word().to_owned(),
    };
    let pairing = change.end_pairing(&scope, id, &ending).await?;
    Ok(reply(call, pairing))
}
