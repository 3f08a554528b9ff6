//! The link by which the first admin is made.

use crate::secrets::Token;

/// The link to be printed where the program is started. The token stands behind `#`, so that no browser, proxy or log on the
/// way gets to see it; the page there sends it in the body of `POST /api/v1/setup`.
///
/// `base` is where the server is reached, such as `http://127.0.0.1:8080`.
pub fn link(base: &str, token: &Token) -> String {
    format!("{}/setup#{}", base.trim_end_matches('/'), token.expose())
}
