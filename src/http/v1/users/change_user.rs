//! `PATCH /users/{user_id}`: role, division, team, record, name, phone, e-mail. Another role or reach logs the user out.

use axum::http::{Method, StatusCode};
use futures_util::future::FutureExt;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{KEEPERS, RoleWord, UserShown, check_authority, check_fields};
use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::patch::Patch;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::model::Role;
use crate::model::private::Private;
use crate::store::{Change, UserFields};

/// What changes; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UserPatch {
    #[serde(default)]
    #[schemars(with = "RoleWord")]
    role: Patch<RoleWord>,
    #[serde(default)]
    #[schemars(with = "String", regex(pattern = "^([0-9]{12})?$"))]
    region_code: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    team_id: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>")]
    volunteer_id: Patch<String>,
    #[serde(default)]
    #[schemars(with = "String", length(min = 1, max = 60))]
    name: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 20))]
    phone: Patch<String>,
    #[serde(default)]
    #[schemars(with = "Option<String>", length(max = 100))]
    email: Patch<String>,
}

pub(in crate::http) fn endpoint() -> Endpoint {
    Endpoint::changes(Method::PATCH, "/users/{user_id}", "change_user", |call, change| {
        change_user(call, change).boxed()
    })
    .says("账号 accounts", "修改账号", "Change an account")
    .allows(Access::Roles(KEEPERS), Scope::Region)
    .in_session()
    .takes::<UserPatch>()
    .gives::<UserShown>(StatusCode::OK)
    .fails(&[Code::AlreadyExists, Code::LastAdmin])
}

async fn change_user(call: &Call, change: &mut Change) -> Result<Reply, Problem> {
    let (patch, caller): (UserPatch, _) = (call.body()?, call.caller()?);
    let user = change.user(call.id("user_id")?, &caller.span).await?;
    let old = user.fields.clone();
    let mut checks = Checks::new(call.language);
    for (pointer, removed) in [
        ("/role", patch.role == Patch::Remove),
        ("/region_code", patch.region_code == Patch::Remove),
        ("/name", patch.name == Patch::Remove),
    ] {
        checks.hold(!removed, pointer, "required", "不能删除", "cannot be removed");
    }
    let name = patch.name.over(Some(old.name.expose().to_owned())).unwrap_or_default();
    let phone = patch.phone.over(Some(old.phone.expose().to_owned())).unwrap_or_default();
    let email = patch.email.over(Some(old.email.expose().to_owned())).unwrap_or_default();
    let fields = UserFields {
        role: patch.role.over(Some(old.role.into())).map_or(old.role, Role::from),
        region_code: patch.region_code.over(Some(old.region_code)).unwrap_or_default(),
        team_id: patch.team_id.over(old.team_id),
        volunteer_id: patch.volunteer_id.over(old.volunteer_id),
        name: Private::new(name.trim()),
        phone: Private::new(phone),
        email: Private::new(email),
    };
    // Both who she was and who she becomes must be the caller's to decide.
    check_authority(caller, user.fields.role, &user.fields.region_code)?;
    check_authority(caller, fields.role, &fields.region_code)?;
    check_fields(&mut checks, &fields);
    checks.done()?;
    change.change_user(&user, call.if_match()?, &fields, &caller.span).await?;
    let user = change.user(&user.id, &caller.span).await?;
    let version = user.version;
    Ok(Reply::ok(&UserShown::of(user)).version(version))
}
