//! One's own account: password, second factor, sessions; and a volunteer's own pairings, hours and capacity.

pub(in crate::http) mod begin_totp;
pub(in crate::http) mod change_password;
pub(in crate::http) mod confirm_totp;
pub(in crate::http) mod create_contact;
pub(in crate::http) mod end_session;
pub(in crate::http) mod end_sessions;
pub(in crate::http) mod get_availability;
pub(in crate::http) mod get_capacity;
pub(in crate::http) mod get_me;
pub(in crate::http) mod list_pairings;
pub(in crate::http) mod list_sessions;
pub(in crate::http) mod offers;
pub(in crate::http) mod put_availability;
pub(in crate::http) mod put_capacity;
pub(in crate::http) mod report_conflict;
pub(in crate::http) mod reveal_pairing;

use crate::http::authentication::Caller;
use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::v1::sessions::{login_at, refused};
use crate::store::{Change, Credentials, LoginSubject, LoginSubjectKind};

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

/// The caller's own record; a volunteer's account without one finds nothing.
pub(super) fn own_record(call: &Call) -> Result<&str, Problem> {
    call.caller()?.volunteer_id.as_deref().ok_or(Problem::new(Code::NotFound))
}

/// Makes sure that a password is the caller's own. One that is not counts like a failed log-in.
pub(super) async fn prove_password(
    call: &Call,
    known: &Credentials,
    password: String,
) -> Result<(), Problem> {
    let at = login_at(call, &known.login);
    let subject = LoginSubject { kind: LoginSubjectKind::LoginAt, of: &at };
    let mut view = call.app.store.view().await?;
    let is_locked_out = view.is_locked_out(&[subject]).await?;
    drop(view);
    if is_locked_out {
        return Err(refused(call));
    }
    if call.app.passwords.verify(password, known.password_hash.clone()).await? {
        return Ok(());
    }
    let mut change = call.app.store.change(call.actor()).await?;
    change.count_login_failure(&[subject]).await?;
    change.commit(None).await?;
    Err(refused(call))
}

/// A transaction in which the password that was proven is still hers, and no pause has begun meanwhile.
pub(super) async fn with_password_proven(
    call: &Call,
    known: &Credentials,
) -> Result<(Change, Credentials), Problem> {
    let at = login_at(call, &known.login);
    let subject = LoginSubject { kind: LoginSubjectKind::LoginAt, of: &at };
    let mut change = call.app.store.change(call.actor()).await?;
    let now = change.credentials(&known.user_id).await?;
    if now.password_hash != known.password_hash || change.is_locked_out(&[subject]).await? {
        return Err(refused(call));
    }
    Ok((change, now))
}
