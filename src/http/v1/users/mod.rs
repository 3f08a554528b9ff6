//! Users as admins and coordinators see them, and what may be sent about them.

pub(in crate::http) mod change_user;
pub(in crate::http) mod create_user;
pub(in crate::http) mod disable_user;
pub(in crate::http) mod enable_user;
pub(in crate::http) mod get_user;
pub(in crate::http) mod invite_user;
pub(in crate::http) mod list_users;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::http::authentication::Caller;
use crate::http::checks::Checks;
use crate::http::problem::{Code, Problem};
use crate::http::time::rfc3339;
use crate::model::Role;
use crate::secrets::PasswordRule;
use crate::secrets::masking::{mask_email, mask_name, mask_phone};
use crate::store::{User, UserFields, UserState, is_a_login};

macro_rules! role_words {
    ($($role:ident),+) => {
        /// A role.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[schemars(rename = "Role")]
        pub(in crate::http) enum RoleWord { $($role),+ }

        impl From<Role> for RoleWord {
            fn from(role: Role) -> Self {
                match role { $(Role::$role => Self::$role),+ }
            }
        }

        impl From<RoleWord> for Role {
            fn from(word: RoleWord) -> Self {
                match word { $(RoleWord::$role => Self::$role),+ }
            }
        }
    };
}

role_words!(Admin, Coordinator, ChildDirector, Supervisor, TeamLeader, Volunteer, Analyst, Auditor);

/// Where an account stands.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "UserState")]
pub(in crate::http) enum StateWord {
    /// Nobody has set a password yet.
    Invited,
    /// She can log in.
    Active,
    /// She cannot.
    Disabled,
}

/// A user. Name, phone and e-mail are masked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "User")]
pub(in crate::http) struct UserShown {
    id: String,
    /// Counts changes; also the `ETag`.
    version: i64,
    /// The word to log in with.
    login: String,
    role: RoleWord,
    /// The division she answers for; empty for the whole deployment.
    region_code: String,
    team_id: Option<String>,
    /// Her own record, for a volunteer.
    volunteer_id: Option<String>,
    /// Masked.
    name: String,
    /// Masked.
    phone: String,
    /// Masked.
    email: String,
    state: StateWord,
    /// Whether an authenticator app has been set up.
    second_factor_enrolled: bool,
    created_at: String,
    updated_at: String,
}

impl UserShown {
    /// As it goes out.
    pub(in crate::http) fn of(user: User) -> Self {
        Self {
            id: user.id,
            version: user.version,
            login: user.login,
            role: user.fields.role.into(),
            region_code: user.fields.region_code,
            team_id: user.fields.team_id,
            volunteer_id: user.fields.volunteer_id,
            name: mask_name(user.fields.name.expose()),
            phone: mask_phone(user.fields.phone.expose()),
            email: mask_email(user.fields.email.expose()),
            state: match user.state {
                UserState::Invited => StateWord::Invited,
                UserState::Active => StateWord::Active,
                UserState::Disabled => StateWord::Disabled,
            },
            second_factor_enrolled: user.enrolled,
            created_at: rfc3339(user.created_at_ms),
            updated_at: rfc3339(user.updated_at_ms),
        }
    }
}

/// An invitation as it is handed out, once.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::http) struct Invitation {
    /// To be given to the user by a safe way; shown only now.
    pub(in crate::http) token: String,
    pub(in crate::http) expires_at: String,
}

/// A user with her invitation.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::http) struct InvitedUser {
    pub(in crate::http) user: UserShown,
    pub(in crate::http) invitation: Invitation,
}

/// Who works on accounts.
pub(in crate::http) const KEEPERS: &[Role] = &[Role::Admin, Role::Coordinator];

/// Whether a caller may make, change, disable or invite a user of this role and division: an admin anyone, a coordinator
/// whoever works under her.
pub(in crate::http) fn check_authority(
    caller: &Caller,
    role: Role,
    region_code: &str,
) -> Result<(), Problem> {
    let under_her = matches!(role, Role::ChildDirector | Role::TeamLeader | Role::Volunteer);
    let may = caller.role == Role::Admin
        || (caller.role == Role::Coordinator && under_her && caller.span.holds(region_code));
    if may { Ok(()) } else { Err(Problem::new(Code::Forbidden)) }
}

pub(in crate::http) fn check_login(checks: &mut Checks, pointer: &str, login: &str) {
    checks.hold(
        is_a_login(login),
        pointer,
        "login",
        "须以小写字母开头，由 3 至 32 个小写字母、数字或 . _ - 组成",
        "must begin with a lower-case letter and have 3 to 32 lower-case letters, digits or . _ -",
    );
}

pub(in crate::http) fn check_name(checks: &mut Checks, name: &str) {
    checks.length("/name", name.trim(), 1..=60);
}

pub(in crate::http) fn check_password(checks: &mut Checks, password: &str, login: &str) {
    if let Err(fault) = PasswordRule::check(password, login) {
        checks.hold(false, "/password", "password", fault.chinese(), fault.english());
    }
}

/// Role, division, team, record, name and phone fit each other.
pub(in crate::http) fn check_fields(checks: &mut Checks, fields: &UserFields) {
    let role = fields.role;
    let local = matches!(role, Role::Coordinator | Role::ChildDirector | Role::TeamLeader | Role::Volunteer);
    checks.region_code("/region_code", &fields.region_code, !local);
    let whole = role != Role::Admin || fields.region_code.is_empty();
    let (zh, en) =
        ("管理员负责全部地区，此处须留空", "an admin answers for the whole deployment, leave it empty");
    checks.hold(whole, "/region_code", "role", zh, en);
    check_name(checks, fields.name.expose());
    let phone = fields.phone.expose();
    let written = phone.chars().all(|c| c.is_ascii_digit() || "+- ".contains(c));
    checks.hold(
        phone.is_empty() || (written && (5..=20).contains(&phone.len())),
        "/phone",
        "phone",
        "须为 5 至 20 位的电话号码",
        "must be a phone number of 5 to 20 digits",
    );
    let email = fields.email.expose();
    let good = email.split_once('@').is_some_and(|(user, host)| {
        let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        plain(user) && plain(host) && !host.contains('@') && email.len() <= 100
    });
    checks.hold(email.is_empty() || good, "/email", "email", "须为电子邮箱地址", "must be an e-mail address");
    if let Some(team_id) = &fields.team_id {
        checks.id("/team_id", team_id);
    }
    if let Some(volunteer_id) = &fields.volunteer_id {
        checks.id("/volunteer_id", volunteer_id);
        let (zh, en) =
            ("只有志愿者账号可以关联志愿者档案", "only a volunteer's account has a volunteer's record");
        checks.hold(role == Role::Volunteer, "/volunteer_id", "role", zh, en);
    }
}
