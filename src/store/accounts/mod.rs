//! Accounts: who may do what, and how she proves who she is.
//!
//! A user has a role, a division and, by role, a team or her own volunteer's record. She comes in with password and second
//! factor and gets a session, or makes a key for a program. Tokens are handed out once and stored as hashes. Whatever makes
//! a credential doubtful (disabled, other role, other password) ends her sessions and keys in the same transaction.

pub(super) mod api_keys;
pub(super) mod credentials;
pub(super) mod erased;
pub(super) mod login_failures;
pub(super) mod second_factor;
pub(super) mod sessions;
pub(super) mod setup;
pub(super) mod teams;
pub(super) mod user_changes;
pub(super) mod users;

pub use api_keys::{ApiKey, LiveKey, NewApiKey};
pub use credentials::{Credentials, INVITATION_MS, is_a_login};
pub use login_failures::{LoginSubject, LoginSubjectKind};
pub use second_factor::SecondFactor;
pub(super) use sessions::Touches;
pub use sessions::{ABSOLUTE_MS, IDLE_MS, Identity, LiveSession, Session};
pub use setup::SETUP_MS;
pub use teams::{Team, TeamFields};
pub use users::{User, UserFields, UserFilter, UserState};
