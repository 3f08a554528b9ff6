//! A volunteer's own offers, by her account: as by their links.

pub(in crate::http) mod answers;
pub(in crate::http) mod get;
pub(in crate::http) mod list;

use schemars::JsonSchema;
use serde::Serialize;

use crate::http::v1::offer_links::OfferSeen;
use crate::model::Role;

/// The group in the API's documentation.
const GROUP: &str = "我的邀请 my offers";
/// Whose they are.
const HERSELF: &[Role] = &[Role::Volunteer];

/// One of her offers.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "MyOffer")]
pub(super) struct MyOffer {
    id: String,
    #[serde(flatten)]
    seen: OfferSeen,
}
