//! The account of a volunteer who is erased: nobody logs in by it, and nothing in it can be read.

use sqlx::FromRow;

use crate::store::audit::AuditEvent;
use crate::store::change::Change;
use crate::store::error::StoreError;
use crate::store::statement::{bound, statements};

statements! {
    /// The account of a volunteer's record.
    FIND = "SELECT id, region_code FROM users WHERE volunteer_id = $1";
    /// Leaves of an account that it was there. Its login may be a name.
    ERASE = "UPDATE users
        SET version = version + 1, updated_at_ms = $2, disabled_at_ms = COALESCE(disabled_at_ms, $2), login = id,
            sealed = '{}', password_hash = NULL, totp_secret = NULL, totp_pending = NULL, recovery_codes = '[]',
            invite_hash = NULL, invite_expires_at_ms = NULL
        WHERE id = $1";
}

#[derive(FromRow)]
struct Account {
    id: String,
    region_code: String,
}

impl Change {
    /// Disables the account of a volunteer, ends its sessions and keys, and destroys what is sealed in it.
    pub(in crate::store) async fn erase_account_of(&mut self, volunteer_id: &str) -> Result<(), StoreError> {
        let Some(account) = self.optional::<Account>(FIND, bound![volunteer_id]).await? else {
            return Ok(());
        };
        let now_ms = self.now_ms();
        self.execute(ERASE, bound![&account.id, now_ms]).await?;
        self.end_access(&account.id).await?;
        self.withdraw_messages_to(&account.id).await?;
        self.destroy_person_key(&account.id).await?;
        let event = AuditEvent::new("user.disabled", "users", &account.id, &account.region_code);
        self.record(event.because("erased"));
        Ok(())
    }
}
