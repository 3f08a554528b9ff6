//! Users as they are made and changed, and the rules no change may break: there is always an admin who can log in, and
//! whoever is changed in what she may do has to log in anew.

use sqlx::FromRow;

use super::users::{User, UserFields};
use crate::model::Role;
use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::scope::RegionSpan;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};

statements! {
    /// Adds a user without password.
    ADD = "INSERT INTO users
        (id, version, login, role, region_code, team_id, volunteer_id, sealed, recovery_codes,
         created_at_ms, updated_at_ms, created_by)
        VALUES ($1, 1, $2, $3, $4, $5, $6, $7, '[]', $8, $8, $9)";
    /// Changes a user whose version is known.
    CHANGE = "UPDATE users
        SET version = version + 1, role = $3, region_code = $4, team_id = $5, volunteer_id = $6, sealed = $7,
            updated_at_ms = $8
        WHERE id = $1 AND version = $2";
    /// Disables or enables a user.
    SET_DISABLED = "UPDATE users SET version = version + 1, disabled_at_ms = $2, updated_at_ms = $3 WHERE id = $1";
    /// Makes an open invitation void.
    END_INVITATION = "UPDATE users SET invite_hash = NULL, invite_expires_at_ms = NULL WHERE id = $1";
    /// Takes the one row by which changes of admins queue up: two admins must not disable each other at once.
    QUEUE_UP = "INSERT INTO settings (name, content) VALUES ('admin_queue', '')
        ON CONFLICT (name) DO UPDATE SET content = excluded.content";
    /// Another admin who can log in.
    OTHER_ADMIN = "SELECT id FROM users
        WHERE role = 'admin' AND id <> $1 AND disabled_at_ms IS NULL AND password_hash IS NOT NULL
        ORDER BY id
        LIMIT 1";
    /// A team within a span.
    TEAM = "SELECT id FROM teams WHERE id = $1 AND region_code BETWEEN $2 AND $3";
    /// A volunteer within a span.
    VOLUNTEER = "SELECT id FROM volunteers
        WHERE id = $1 AND region_code BETWEEN $2 AND $3 AND deleted_at_ms IS NULL";
}

#[derive(FromRow)]
struct Id {
    id: String,
}

fn clear(fields: &UserFields) -> Clear {
    let texts = [("name", &fields.name), ("phone", &fields.phone), ("email", &fields.email)];
    let filled = texts.into_iter().filter(|(_, text)| !text.is_empty());
    filled.map(|(field, text)| (field.to_owned(), text.expose().to_owned())).collect()
}

/// Names of the fields in which two states of a user differ.
fn changed(old: &UserFields, new: &UserFields) -> Vec<&'static str> {
    let all = [
        ("role", old.role != new.role),
        ("region_code", old.region_code != new.region_code),
        ("team_id", old.team_id != new.team_id),
        ("volunteer_id", old.volunteer_id != new.volunteer_id),
        ("name", old.name != new.name),
        ("phone", old.phone != new.phone),
        ("email", old.email != new.email),
    ];
    all.into_iter().filter(|(_, differs)| *differs).map(|(field, _)| field).collect()
}

impl Change {
    /// Adds a user, who has no password until she accepts an invitation. Her team and record must lie within `span`.
    ///
    /// # Errors
    /// `already_exists` where the login or the volunteer's record has a user, [`StoreError::NotFound`] for team or record.
    pub async fn add_user(
        &mut self,
        login: &str,
        fields: &UserFields,
        span: &RegionSpan,
    ) -> Result<String, StoreError> {
        self.check_links(fields, span).await?;
        let id = self.store().new_id();
        let key = self.new_person_key("users", &id).await?;
        let sealed = self.seal(&key, &clear(fields));
        let values = bound![
            &id,
            login,
            fields.role.word(),
            &fields.region_code,
            fields.team_id.clone(),
            fields.volunteer_id.clone(),
            sealed,
            self.now_ms(),
            self.actor().id.clone()
        ];
        self.execute(ADD, values).await.map_err(StoreError::unique_is_conflict)?;
        self.record(AuditEvent::new("user.created", "users", &id, &fields.region_code));
        Ok(id)
    }

    /// Changes a user. Another role, division, team or record ends her sessions, keys and open invitation: all carry what
    /// she may do.
    ///
    /// # Errors
    /// [`StoreError::Stale`], `last_admin`, and those of [`add_user`](Self::add_user).
    pub async fn change_user(
        &mut self,
        user: &User,
        version: i64,
        fields: &UserFields,
        span: &RegionSpan,
    ) -> Result<(), StoreError> {
        let stale = StoreError::Stale { what: "user", version: user.version };
        if user.version != version {
            return Err(stale);
        }
        let differing = changed(&user.fields, fields);
        if differing.contains(&"team_id") || differing.contains(&"volunteer_id") {
            self.check_links(fields, span).await?;
        }
        if user.fields.role == Role::Admin && fields.role != Role::Admin {
            self.keep_an_admin(&user.id).await?;
        }
        let key = self.person_key("users", &user.id).await?.ok_or(StoreError::not_found("user"))?;
        let sealed = self.seal(&key, &clear(fields));
        let values = bound![
            &user.id,
            version,
            fields.role.word(),
            &fields.region_code,
            fields.team_id.clone(),
            fields.volunteer_id.clone(),
            sealed,
            self.now_ms()
        ];
        if self.execute(CHANGE, values).await.map_err(StoreError::unique_is_conflict)? != 1 {
            return Err(stale);
        }
        if differing.iter().any(|field| !matches!(*field, "name" | "phone" | "email")) {
            self.end_access(&user.id).await?;
        }
        let event = AuditEvent::new("user.changed", "users", &user.id, &fields.region_code);
        self.record(event.of_fields(differing));
        Ok(())
    }

    /// Disables a user: she is out at once, with all her sessions and keys, and an invitation lets her in no more.
    ///
    /// # Errors
    /// `last_admin` where nobody else could let others in.
    pub async fn disable_user(&mut self, user: &User) -> Result<(), StoreError> {
        if user.fields.role == Role::Admin {
            self.keep_an_admin(&user.id).await?;
        }
        let now_ms = self.now_ms();
        self.execute(SET_DISABLED, bound![&user.id, Some(now_ms), now_ms]).await?;
        self.end_access(&user.id).await?;
        self.record(AuditEvent::new("user.disabled", "users", &user.id, &user.fields.region_code));
        Ok(())
    }

    /// Lets a user in again.
    pub async fn enable_user(&mut self, user: &User) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        self.execute(SET_DISABLED, bound![&user.id, None::<i64>, now_ms]).await?;
        self.record(AuditEvent::new("user.enabled", "users", &user.id, &user.fields.region_code));
        Ok(())
    }

    /// Ends every session and key of a user, her open invitation, and what is kept to be answered to her again.
    pub(super) async fn end_access(&mut self, user_id: &str) -> Result<(), StoreError> {
        self.end_sessions(user_id).await?;
        self.revoke_api_keys(user_id).await?;
        self.execute(END_INVITATION, bound![user_id]).await?;
        self.forget_replies_of(user_id).await
    }

    async fn keep_an_admin(&mut self, without: &str) -> Result<(), StoreError> {
        self.execute(QUEUE_UP, bound![]).await?;
        let other: Option<Id> = self.optional(OTHER_ADMIN, bound![without]).await?;
        match other {
            Some(other) if !other.id.is_empty() => Ok(()),
            _ => Err(StoreError::conflict("last_admin")),
        }
    }

    async fn check_links(&mut self, fields: &UserFields, span: &RegionSpan) -> Result<(), StoreError> {
        for (link, statement, what) in
            [(&fields.team_id, TEAM, "team"), (&fields.volunteer_id, VOLUNTEER, "volunteer")]
        {
            let Some(id) = link else { continue };
            let found: Option<Id> = self.optional(statement, bound![id, &span.first, &span.last]).await?;
            found.filter(|found| found.id == *id).ok_or(StoreError::not_found(what))?;
        }
        Ok(())
    }
}
