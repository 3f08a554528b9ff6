//! What follows from the audit trail: whatever a change records under the word of an event is announced with it.
//!
//! So nobody can forget an event, and the trail and the outbox tell the same story. Who is told of what by a message of her own is
//! said here for pairs; offers carry a link and concerns choose whom they are told to, so these announce their messages themselves.

use sqlx::FromRow;

use super::{Announcement, Channel, EventKind, Recipient};
use crate::store::statement::{bound, statements};
use crate::store::{AuditEvent, Change, StoreError};

statements! {
    /// Whose pair it is.
    VOLUNTEER = "SELECT volunteer_id FROM pairings WHERE id = $1";
}

#[derive(FromRow)]
struct Volunteer {
    volunteer_id: String,
}

/// The table of an event's subject; `None` where it is none that events tell of.
fn subject_table(event: &AuditEvent) -> Option<&'static str> {
    let tables = ["runs", "proposals", "offers", "pairings", "contacts", "concerns"];
    tables.into_iter().find(|table| *table == event.subject.table)
}

impl Change {
    /// Announces what was recorded; an event that the change announced itself is not told twice.
    pub(in crate::store) async fn announce_recorded(&mut self) -> Result<(), StoreError> {
        let recorded: Vec<(EventKind, &'static str, String, String)> = self
            .recorded()
            .iter()
            .filter_map(|event| {
                let kind = EventKind::of_word(&event.action)?;
                Some((kind, subject_table(event)?, event.subject.id.clone()?, event.region_code.clone()))
            })
            .collect();
        for (kind, table, id, region_code) in recorded {
            if self.was_announced(kind, &id) {
                continue;
            }
            let event = Announcement::event(kind, table, &id, &region_code);
            if let Some(volunteer_id) = self.told_of(kind, &id).await? {
                let to = Recipient::Volunteer(&volunteer_id);
                self.announce(event.clone().to(to, Channel::Sms)).await?;
            }
            self.announce(event).await?;
        }
        Ok(())
    }

    /// The volunteer who is told what became of her pair.
    async fn told_of(&mut self, kind: EventKind, id: &str) -> Result<Option<String>, StoreError> {
        let hers = matches!(
            kind,
            EventKind::PairingActivated
                | EventKind::PairingSuspended
                | EventKind::PairingResumed
                | EventKind::PairingEnded
        );
        if !hers {
            return Ok(None);
        }
        let found: Option<Volunteer> = self.optional(VOLUNTEER, bound![id]).await?;
        Ok(found.map(|found| found.volunteer_id))
    }
}
