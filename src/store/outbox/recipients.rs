//! Whom an event reaches: the phone and address of its recipient now, and who of a role answers for a division.

use sqlx::FromRow;

use crate::model::Role;
use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

statements! {
    /// A volunteer who is registered still.
    VOLUNTEER = "SELECT v.id, v.sealed, k.wrapped
        FROM volunteers v
        JOIN data_keys k ON k.subject_id = v.id
        WHERE v.id = $1 AND v.erased_at_ms IS NULL AND v.deleted_at_ms IS NULL";
    /// Somebody who can log in, or will.
    USER = "SELECT u.id, u.sealed, k.wrapped
        FROM users u
        JOIN data_keys k ON k.subject_id = u.id
        WHERE u.id = $1 AND u.disabled_at_ms IS NULL";
    /// Users of a role whose division is one of these or the whole deployment.
    OF_ROLE = "SELECT id
        FROM users
        WHERE role = $1 AND disabled_at_ms IS NULL AND password_hash IS NOT NULL
            AND region_code IN ('', $2, $3, $4, $5, $6)
        ORDER BY id";
}

#[derive(FromRow)]
struct SealedRow {
    id: String,
    sealed: String,
    wrapped: String,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

/// Where somebody is reached. Never printed.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Reached {
    /// Her phone; empty where none is known.
    pub phone: String,
    /// Her address for letters; empty where none is known.
    pub email: String,
}

/// A division with those above it: full codes of the levels that end after 2, 4, 6, 9 and 12 digits.
pub(in crate::store) fn upward(region_code: &str) -> [String; 5] {
    [2, 4, 6, 9, 12].map(|digits| {
        let digits = region_code.get(..digits).unwrap_or(region_code);
        format!("{digits:0<12}")
    })
}

impl View {
    /// Where a recipient is reached now; `None` where there is nobody any more.
    ///
    /// # Errors
    /// Where the database fails or a field cannot be opened.
    pub(in crate::store) async fn reached(
        &mut self,
        recipient_kind: &str,
        recipient_id: &str,
    ) -> Result<Option<Reached>, StoreError> {
        let (table, statement) = match recipient_kind {
            "volunteer" => ("volunteers", VOLUNTEER),
            "user" => ("users", USER),
            _ => return Ok(None),
        };
        let Some(row) = self.optional::<SealedRow>(statement, bound![recipient_id]).await? else {
            return Ok(None);
        };
        let key = self.unwrap_person_key(table, &row.id, &row.wrapped)?;
        let mut clear = self.open(&key, &row.sealed, Some(&["phone", "email"]))?;
        let mut field = |name: &str| clear.remove(name).unwrap_or_default();
        Ok(Some(Reached { phone: field("phone"), email: field("email") }))
    }
}

impl Change {
    /// Ids of the users of a role who answer for a division and can log in.
    pub(in crate::store) async fn users_for(
        &mut self,
        role: Role,
        region_code: &str,
    ) -> Result<Vec<String>, StoreError> {
        let [province, prefecture, county, township, village] = upward(region_code);
        let found: Vec<Id> =
            self.all(OF_ROLE, bound![role.word(), province, prefecture, county, township, village]).await?;
        Ok(found.into_iter().map(|user| user.id).collect())
    }
}
