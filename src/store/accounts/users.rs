//! Users as they are read: one, a page, and what is known of them.

use sqlx::FromRow;

use crate::model::Role;
use crate::model::private::Private;
use crate::store::error::StoreError;
use crate::store::paging::{Page, PageRequest};
use crate::store::scope::RegionSpan;
use crate::store::statement::{bound, statements};
use crate::store::view::View;

macro_rules! columns {
    () => {
        "u.id, u.version, u.login, u.role, u.region_code, u.team_id, u.volunteer_id, u.sealed, k.wrapped,
            u.password_hash IS NOT NULL AS has_password, u.totp_secret IS NOT NULL AS enrolled,
            u.disabled_at_ms, u.created_at_ms, u.updated_at_ms
        FROM users u JOIN data_keys k ON k.subject_id = u.id"
    };
}

statements! {
    /// A user within a span of divisions.
    FIND = concat!("SELECT ", columns!(), " WHERE u.id = $1 AND u.region_code BETWEEN $2 AND $3");
    /// A page of the users within a span.
    LIST = concat!("SELECT ", columns!(), "
        WHERE u.id > $1 AND u.region_code BETWEEN $2 AND $3 AND ($4 = '' OR u.role = $4) AND ($5 = '' OR u.login = $5)
        ORDER BY u.id
        LIMIT $6");
    /// Whether there is any user.
    ANY = "SELECT id FROM users ORDER BY id LIMIT 1";
}

/// What of a user can be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserFields {
    /// Her role.
    pub role: Role,
    /// The division she answers for, twelve digits; empty for the whole deployment.
    pub region_code: String,
    /// Her team.
    pub team_id: Option<String>,
    /// Her own record, for a volunteer.
    pub volunteer_id: Option<String>,
    /// Her name.
    pub name: Private,
    /// Her phone; may be empty.
    pub phone: Private,
    /// Her address for letters; may be empty.
    pub email: Private,
}

/// Where an account stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserState {
    /// Nobody has set a password yet.
    Invited,
    /// She can log in.
    Active,
    /// She cannot.
    Disabled,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Id.
    pub id: String,
    /// Counts changes.
    pub version: i64,
    /// The word she logs in with.
    pub login: String,
    /// Role, division, name and the rest.
    pub fields: UserFields,
    /// Where the account stands.
    pub state: UserState,
    /// Whether an authenticator app has been set up.
    pub enrolled: bool,
    /// When it was made, milliseconds.
    pub created_at_ms: i64,
    /// When it was last changed, milliseconds.
    pub updated_at_ms: i64,
}

/// Which users.
#[derive(Clone, Debug)]
pub struct UserFilter {
    /// Within these divisions.
    pub span: RegionSpan,
    /// Of this role.
    pub role: Option<Role>,
    /// With this login; empty for all.
    pub login: String,
}

#[derive(FromRow)]
struct Row {
    id: String,
    version: i64,
    login: String,
    role: String,
    region_code: String,
    team_id: Option<String>,
    volunteer_id: Option<String>,
    sealed: String,
    wrapped: String,
    has_password: bool,
    enrolled: bool,
    disabled_at_ms: Option<i64>,
    created_at_ms: i64,
    updated_at_ms: i64,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

/// The role of a stored word.
pub(super) fn role_of(word: &str, row: &str) -> Result<Role, StoreError> {
    Role::of_word(word).ok_or_else(|| StoreError::Broken {
        table: "users",
        column: "role",
        row: row.to_owned(),
        cause: "no role has this word".to_owned(),
    })
}

impl View {
    fn user_of(&self, row: Row) -> Result<User, StoreError> {
        let key = self.unwrap_person_key("users", &row.id, &row.wrapped)?;
        let mut clear = self.open(&key, &row.sealed, None)?;
        let mut field = |name: &str| Private::new(clear.remove(name).unwrap_or_default());
        let state = match (row.disabled_at_ms, row.has_password) {
            (Some(_), _) => UserState::Disabled,
            (None, true) => UserState::Active,
            (None, false) => UserState::Invited,
        };
        let fields = UserFields {
            role: role_of(&row.role, &row.id)?,
            region_code: row.region_code,
            team_id: row.team_id,
            volunteer_id: row.volunteer_id,
            name: field("name"),
            phone: field("phone"),
            email: field("email"),
        };
        Ok(User {
            id: row.id,
            version: row.version,
            login: row.login,
            fields,
            state,
            enrolled: row.enrolled,
            created_at_ms: row.created_at_ms,
            updated_at_ms: row.updated_at_ms,
        })
    }

    /// A user within a span of divisions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] also for one outside it.
    pub async fn user(&mut self, id: &str, span: &RegionSpan) -> Result<User, StoreError> {
        let row: Option<Row> = self.optional(FIND, bound![id, &span.first, &span.last]).await?;
        self.user_of(row.ok_or(StoreError::not_found("user"))?)
    }

    /// A page of users, in the order of their ids.
    pub async fn users(&mut self, filter: &UserFilter, page: &PageRequest) -> Result<Page<User>, StoreError> {
        let role = filter.role.map_or("", Role::word);
        let values =
            bound![&page.after, &filter.span.first, &filter.span.last, role, &filter.login, page.rows()];
        let rows: Vec<Row> = self.all(LIST, values).await?;
        let page = page.page(rows, |row| row.id.clone());
        let items = page.items.into_iter().map(|row| self.user_of(row)).collect::<Result<_, _>>()?;
        Ok(Page { items, next_after: page.next_after })
    }

    /// Whether there is any user at all.
    pub async fn has_users(&mut self) -> Result<bool, StoreError> {
        let any: Option<Id> = self.optional(ANY, bound![]).await?;
        Ok(any.is_some_and(|row| !row.id.is_empty()))
    }
}
