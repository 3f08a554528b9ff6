//! Offers (邀请): a volunteer is asked, answers by her link or her account, or has her answer written down.

pub(in crate::http) mod get;
pub(in crate::http) mod list;
pub(in crate::http) mod record;
pub(in crate::http) mod resend;
pub(in crate::http) mod revoke;

use axum::http::StatusCode;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::reply::Reply;
use crate::http::time::rfc3339;
use crate::http::v1::people::words::words;
use crate::secrets::Token;
use crate::store::offers::Offer;

/// The group in the API's documentation.
pub(super) const GROUP: &str = "邀请 offers";

words! {
    /// What has become of an offer.
    OfferState {
        /// About to be sent.
        Queued "queued",
        /// Sent, and not answered.
        Sent "sent",
        /// Accepted.
        Accepted "accepted",
        /// Declined.
        Declined "declined",
        /// Nobody answered in time.
        Expired "expired",
        /// Taken back.
        Revoked "revoked",
        /// She knows the family.
        ConflictReported "conflict_reported",
    }
}

words! {
    /// Why a volunteer declines; she need not say more than `other`.
    DeclineReason {
        /// No time.
        Time "time",
        /// Too far.
        Distance "distance",
        /// Illness or family.
        Personal "personal",
        /// The needs are not hers to meet.
        Needs "needs",
        /// Another reason, or none.
        Other "other",
    }
}

words! {
    /// What ties a volunteer to a family she knows.
    InterestKind {
        /// Relatives.
        Kinship "kinship",
        /// A dispute.
        Dispute "dispute",
        /// Lender and debtor.
        Debt "debt",
        /// An incident.
        Incident "incident",
        /// Something else.
        Other "other",
    }
}

/// An offer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Offer")]
pub(in crate::http) struct OfferShown {
    id: String,
    version: i64,
    proposal_id: String,
    volunteer_id: String,
    region_code: String,
    state: String,
    /// Why it came to nothing; empty otherwise.
    reason: String,
    expires_at: String,
    times_sent: i64,
    /// Who wrote down the answer: a user's id, or `link`; empty before.
    answered_by: String,
    /// By which channel it came.
    channel: String,
    created_by: String,
    created_at: String,
    answered_at: Option<String>,
    updated_at: String,
}

impl From<Offer> for OfferShown {
    fn from(offer: Offer) -> Self {
        Self {
            expires_at: rfc3339(offer.expires_at_ms),
            created_at: rfc3339(offer.created_at_ms),
            answered_at: offer.answered_at_ms.map(rfc3339),
            updated_at: rfc3339(offer.updated_at_ms),
            id: offer.id,
            version: offer.version,
            proposal_id: offer.proposal_id,
            volunteer_id: offer.volunteer_id,
            region_code: offer.region_code,
            state: offer.state,
            reason: offer.reason,
            times_sent: offer.times_sent,
            answered_by: offer.answered_by,
            channel: offer.channel,
            created_by: offer.created_by,
        }
    }
}

/// An offer with its link, shown once.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OfferMade")]
pub(in crate::http) struct OfferMade {
    offer: OfferShown,
    /// The path of the volunteer's page, for a letter or a phone call. Whoever has it may answer; it is not kept.
    link: String,
}

/// Answers an offer with its link.
pub(in crate::http) fn made(status: StatusCode, offer: Offer, token: &Token) -> Reply {
    let event = offer.read_event();
    let version = offer.version;
    let link = format!("/i/{}", token.expose());
    let shown = OfferMade { offer: OfferShown::from(offer), link };
    Reply::json(status, &shown).version(version).reading([event])
}

/// Answers an offer.
fn reply(offer: Offer) -> Reply {
    let (event, version) = (offer.read_event(), offer.version);
    Reply::ok(&OfferShown::from(offer)).version(version).reading([event])
}
