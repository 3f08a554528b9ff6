//! Refused pairs: declined by the volunteer, refused by guardian or child, rejected by a coordinator. No run and no repair
//! brings one back by itself.

use sqlx::FromRow;

use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

statements! {
    /// Records a refusal; the first one stays.
    ADD = "INSERT INTO refusals (child_id, volunteer_id, said_by, reason, at_ms)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (child_id, volunteer_id) DO NOTHING";
    /// Whether a pair was refused.
    FIND = "SELECT child_id, volunteer_id, said_by, reason, at_ms
        FROM refusals
        WHERE child_id = $1 AND volunteer_id = $2";
}

/// A refused pair.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Refusal {
    /// The child.
    pub child_id: String,
    /// The volunteer.
    pub volunteer_id: String,
    /// `volunteer`, `guardian`, `child`, `coordinator`, or `expiry` where nobody answered.
    pub said_by: String,
    /// A word of a code list.
    pub reason: String,
    /// When.
    pub at_ms: i64,
}

impl View {
    /// The refusal of a pair, where there is one.
    pub async fn refusal(
        &mut self,
        child_id: &str,
        volunteer_id: &str,
    ) -> Result<Option<Refusal>, StoreError> {
        self.optional(FIND, bound![child_id, volunteer_id]).await
    }
}

impl Change {
    /// Records that a volunteer and some children are not to be proposed to each other again. It counts against nobody (S8).
    pub async fn add_refusals(
        &mut self,
        child_ids: &[String],
        volunteer_id: &str,
        said_by: &'static str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let now_ms = self.now_ms();
        for child_id in child_ids {
            self.execute(ADD, bound![child_id, volunteer_id, said_by, reason, now_ms]).await?;
        }
        Ok(())
    }
}
