//! A page of a list on the wire: its items, and where the next page is, as a cursor and as a link.

use axum::http::header;
use schemars::JsonSchema;
use serde::Serialize;

use super::call::Call;
use super::reply::Reply;
use crate::store::Page;

/// Most items of a page.
pub const MOST_ITEMS: i64 = 200;

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub struct ListOf<T> {
    /// The items.
    pub items: Vec<T>,
    /// Where the next page begins; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Answers a page, each item as it is shown. `filter` is the one [`Call::page`] was given.
pub fn page<T, S: Serialize>(call: &Call, page: Page<T>, filter: &str, shown: impl FnMut(T) -> S) -> Reply {
    let next_cursor = call.next_cursor(page.next_after.as_deref(), filter);
    let link = next_cursor.as_deref().map(|cursor| format!("<{}>; rel=\"next\"", next(call, cursor)));
    let reply = Reply::ok(&ListOf { items: page.items.into_iter().map(shown).collect(), next_cursor });
    match link {
        Some(link) => reply.header(header::LINK, &link),
        None => reply,
    }
}

/// The address of the next page: this one's, with its whole query but another cursor.
fn next(call: &Call, cursor: &str) -> String {
    let mut address = "/api/v1".to_owned();
    for part in call.endpoint.path.split('/').skip(1) {
        let name = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        address.push('/');
        address.push_str(name.map_or(part, |name| call.path(name)));
    }
    address.push('?');
    for pair in call.query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("cursor=")) {
        match pair.strip_prefix("limit=").and_then(|limit| limit.parse::<i64>().ok()) {
            // As it was taken: whatever number somebody sent is not sent back.
            Some(limit) => {
                address.push_str("limit=");
                address.push_str(&limit.clamp(1, MOST_ITEMS).to_string());
            }
            None => address.push_str(pair),
        }
        address.push('&');
    }
    address + "cursor=" + cursor
}
