//! The links by which the first admin is made, and by which somebody sets her password.

use crate::secrets::Token;

/// The link to be printed where the program is started. The token stands behind `#`, so that no browser, proxy or log on the
/// way gets to see it; the page there sends it in the body of `POST /api/v1/setup`.
///
/// `base` is where the server is reached, such as `http://127.0.0.1:8080`.
pub fn link(base: &str, token: &Token) -> String {
    at(base, "setup", token)
}

/// The link of an invitation, whose page sends the token in the body of `POST /api/v1/invitations/accept`.
pub fn invitation_link(base: &str, token: &Token) -> String {
    at(base, "invitation", token)
}

fn at(base: &str, page: &str, token: &Token) -> String {
    format!("{}/{page}#{}", base.trim_end_matches('/'), token.expose())
}
