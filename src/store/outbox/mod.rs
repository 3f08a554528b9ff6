//! The outbox: what is to be told, stored in the transaction of the change that caused it.
//!
//! In: [`Change::announce`], once for each who is to be told; and whatever the audit trail records under the word of an event
//! ([`derived`]). Out: rows that a sender takes under a lease ([`delivery`]),
//! tells, and marks. A row exists where its change took effect and nowhere else, so no event is lost and none made up; a
//! sender that dies between telling and marking tells again, under the same id: at least once.
//!
//! Nobody's phone or address stands here. It is looked up at the moment of telling, so that whoever was erased meanwhile is told
//! nothing, and whoever changed her number is reached by the new one. What a message needs beside its kind (a link, a day) is
//! sealed under the outbox's key, bound to the row, and taken out once it was told.

mod delivery;
mod derived;
mod events;
mod recipients;

use std::collections::BTreeMap;

pub use delivery::{Claimed, Outcome};
pub use events::EventKind;
pub use recipients::Reached;
pub(in crate::store) use recipients::upward;

use crate::model::Role;
use crate::store::statement::{Statement, bound, statements};
use crate::store::{Change, StoreError};

/// The statements of the files of this folder.
pub(super) const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("outbox/delivery", delivery::STATEMENTS),
    ("outbox/derived", derived::STATEMENTS),
    ("outbox/mod", STATEMENTS),
    ("outbox/recipients", recipients::STATEMENTS),
];

/// The table, also the name of its key.
const TABLE: &str = "outbox";

statements! {
    /// Adds an event.
    ADD = "INSERT INTO outbox
        (id, kind, channel, recipient_kind, recipient_id, subject_table, subject_id, region_code, sealed, state,
         attempts, next_attempt_at_ms, fault, created_at_ms)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'queued', 0, $10, '', $10)";
    /// What a person was to be told goes with her.
    WITHDRAW = "UPDATE outbox
        SET state = 'withdrawn', sealed = '{}', leased_by = NULL, leased_until_ms = NULL
        WHERE recipient_id = $1 AND state = 'queued'";
    /// Messages about a thing that is no longer so, such as the link of a revoked offer.
    WITHDRAW_SUBJECT = "UPDATE outbox
        SET state = 'withdrawn', sealed = '{}', leased_by = NULL, leased_until_ms = NULL
        WHERE subject_id = $1 AND kind = $2 AND channel <> 'event' AND state = 'queued'";
    /// Old events go.
    FORGET = "DELETE FROM outbox WHERE created_at_ms < $1";
}

/// By what somebody is told. A person is reached by the other one where this one does not reach her.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// A short message to a phone.
    Sms,
    /// A letter to an address.
    Email,
    /// Nobody is written to: the event itself, for programs.
    Event,
}

impl Channel {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Sms, Self::Email, Self::Event];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Event => "event",
        }
    }

    fn of_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|channel| channel.word() == word)
    }
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recipient<'a> {
    /// A volunteer, by the id of her record.
    Volunteer(&'a str),
    /// Somebody with an account, by its id.
    User(&'a str),
    /// Nobody in particular; goes with [`Channel::Event`].
    Nobody,
}

impl Recipient<'_> {
    fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Volunteer(id) => ("volunteer", id),
            Self::User(id) => ("user", id),
            Self::Nobody => ("nobody", ""),
        }
    }
}

/// An event, and who is to hear of it.
#[derive(Clone, Debug)]
pub struct Announcement<'a> {
    /// What happened.
    pub kind: EventKind,
    /// By what to tell it.
    pub channel: Channel,
    /// Whom.
    pub recipient: Recipient<'a>,
    /// To a row of which table it happened.
    pub subject_table: &'static str,
    /// To which row.
    pub subject_id: &'a str,
    /// In which division.
    pub region_code: &'a str,
    /// What the message needs beside its kind; the texts in `delivery` say what each kind needs.
    pub sealed: BTreeMap<String, String>,
}

impl<'a> Announcement<'a> {
    /// The bare event, for programs.
    pub fn event(
        kind: EventKind,
        subject_table: &'static str,
        subject_id: &'a str,
        region_code: &'a str,
    ) -> Self {
        Self {
            kind,
            channel: Channel::Event,
            recipient: Recipient::Nobody,
            subject_table,
            subject_id,
            region_code,
            sealed: BTreeMap::new(),
        }
    }

    /// The same, told to somebody.
    #[must_use]
    pub fn to(mut self, recipient: Recipient<'a>, channel: Channel) -> Self {
        self.recipient = recipient;
        self.channel = channel;
        self
    }

    /// With something the message needs.
    #[must_use]
    pub fn with(mut self, name: &str, text: &str) -> Self {
        self.sealed.insert(name.to_owned(), text.to_owned());
        self
    }
}

impl Change {
    /// Puts an event into the outbox; its id, which every attempt to tell it bears.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn announce(&mut self, announcement: Announcement<'_>) -> Result<String, StoreError> {
        let id = self.store().new_id();
        let sealed = if announcement.sealed.is_empty() {
            "{}".to_owned()
        } else {
            let key = self.table_key(TABLE).await?.of_row(&id);
            self.seal(&key, &announcement.sealed)
        };
        let (recipient_kind, recipient_id) = announcement.recipient.columns();
        let values = bound![
            &id,
            announcement.kind.word(),
            announcement.channel.word(),
            recipient_kind,
            recipient_id,
            announcement.subject_table,
            announcement.subject_id,
            announcement.region_code,
            sealed,
            self.now_ms()
        ];
        self.execute(ADD, values).await?;
        if announcement.channel == Channel::Event {
            self.note_announced(announcement.kind, announcement.subject_id);
        }
        Ok(id)
    }

    /// Tells everybody of a role who answers for the division and can log in, one message each; how many they are. What the
    /// announcement says of its recipient does not count.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn announce_to_role(
        &mut self,
        role: Role,
        announcement: &Announcement<'_>,
    ) -> Result<usize, StoreError> {
        let users = self.users_for(role, announcement.region_code).await?;
        for user_id in &users {
            let told = announcement.clone().to(Recipient::User(user_id), Channel::Email);
            self.announce(told).await?;
        }
        Ok(users.len())
    }

    /// What a person was still to be told is not told any more.
    pub(in crate::store) async fn withdraw_messages_to(&mut self, id: &str) -> Result<(), StoreError> {
        self.execute(WITHDRAW, bound![id]).await.map(|_| ())
    }

    /// Messages of a kind about a thing are told no more, where they were not told yet; how many they were.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn withdraw_messages_about(
        &mut self,
        kind: EventKind,
        subject_id: &str,
    ) -> Result<u64, StoreError> {
        self.execute(WITHDRAW_SUBJECT, bound![subject_id, kind.word()]).await
    }

    /// Removes events older than ninety days, told or not; how many.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_old_events(&mut self) -> Result<u64, StoreError> {
        let before_ms = self.now_ms() - KEPT_MS;
        self.execute(FORGET, bound![before_ms]).await
    }
}

/// How long an event is kept.
const KEPT_MS: i64 = 90 * 86_400_000;
