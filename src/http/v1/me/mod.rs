//! One's own account: password, second factor, sessions.

pub(in crate::http) mod begin_totp;
pub(in crate::http) mod change_password;
pub(in crate::http) mod confirm_totp;
pub(in crate::http) mod end_session;
pub(in crate::http) mod end_sessions;
pub(in crate::http) mod get_me;
pub(in crate::http) mod list_sessions;

use crate::http::authentication::Caller;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem};

/// The caller and her session. A key of a program has none: it changes nobody's account. Whoever has set up an app must
/// have given a code first; the password alone must not be enough to replace password or app.
pub(in crate::http) fn in_session(call: &Call) -> Result<(&Caller, &str), Problem> {
    let caller = call.caller()?;
    let session_id = caller.session_id.as_deref().ok_or(Problem::new(Code::Forbidden))?;
    if caller.enrolled && !caller.second_factor {
        return Err(Problem::new(Code::MfaRequired));
    }
    Ok((caller, session_id))
}
