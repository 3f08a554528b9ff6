//! What the child herself wishes (S12), asked from age eight. The last answer counts; a no binds.

use sqlx::FromRow;

use crate::input::values::codes::parse_agreement;
use crate::input::values::dates::parse_date;
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, RegionSpan, StoreError, View};

statements! {
    /// Records an answer.
    ADD = "INSERT INTO wishes
        (id, child_id, answer, asked_on, asked_by, recorded_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// The earlier answers no longer count.
    SUPERSEDE = "UPDATE wishes
        SET superseded_at_ms = $2
        WHERE child_id = $1 AND superseded_at_ms IS NULL";
    /// Every answer of a child.
    LIST = "SELECT id, child_id, answer, asked_on, asked_by, recorded_at_ms, superseded_at_ms
        FROM wishes
        WHERE child_id = $1
        ORDER BY id";
}

/// A recorded wish.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Wish {
    /// Id.
    pub id: String,
    /// The child.
    pub child_id: String,
    /// `yes`, `no` or `unknown`.
    pub answer: String,
    /// The day she was asked; empty where a sheet did not say.
    pub asked_on: String,
    /// Which user recorded it.
    pub asked_by: String,
    /// When it was recorded.
    pub recorded_at_ms: i64,
    /// When a later answer took its place.
    pub superseded_at_ms: Option<i64>,
}

/// A wish to be recorded.
#[derive(Clone, Debug)]
pub struct NewWish {
    /// `yes`, `no` or `unknown`.
    pub answer: String,
    /// The day she was asked.
    pub asked_on: String,
}

impl View {
    pub(super) async fn wish_rows(&mut self, child_id: &str) -> Result<Vec<Wish>, StoreError> {
        self.all(LIST, bound![child_id]).await
    }

    /// Every answer of a child, the latest last.
    pub async fn wishes(&mut self, span: &RegionSpan, child_id: &str) -> Result<Vec<Wish>, StoreError> {
        self.child_row(span, child_id).await?;
        self.wish_rows(child_id).await
    }
}

impl Change {
    async fn put_wish(&mut self, child_id: &str, new: &NewWish) -> Result<String, StoreError> {
        let (id, now_ms, recorder) = (self.store().new_id(), self.now_ms(), self.recorder());
        self.execute(SUPERSEDE, bound![child_id, now_ms]).await?;
        self.execute(ADD, bound![&id, child_id, &new.answer, &new.asked_on, recorder, now_ms]).await?;
        Ok(id)
    }

    /// Records what the child wishes; its id.
    pub async fn add_wish(
        &mut self,
        span: &RegionSpan,
        child_id: &str,
        new: &NewWish,
    ) -> Result<String, StoreError> {
        self.touch_child(span, child_id, None).await?;
        let id = self.put_wish(child_id, new).await?;
        self.refresh_child(span, child_id).await?;
        let region_code = self.child_row(span, child_id).await?.region_code;
        let event = AuditEvent::new("wish.recorded", "children", child_id, &region_code);
        self.record(event.of_fields(["wish"]));
        Ok(id)
    }

    /// The cells 本人意愿, 意愿日期 of a sheet.
    pub(super) async fn record_wish_cells(
        &mut self,
        child_id: &str,
        wish: &str,
        day: &str,
    ) -> Result<(), StoreError> {
        let Some(yes) = parse_agreement(wish).ok().flatten() else { return Ok(()) };
        let asked_on = parse_date(day).map(|day| day.to_string()).unwrap_or_default();
        let answer = if yes { "yes" } else { "no" }.to_owned();
        self.put_wish(child_id, &NewWish { answer, asked_on }).await.map(|_| ())
    }
}
