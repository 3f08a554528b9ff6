//! Telling people what happened: the outbox's rows → short messages, letters, files.
//!
//! In: an open store and how messages leave the house ([`Settings`]). Out: every row of the outbox told at least once, or given
//! up with a word for why (`worker`). A [`Sender`] is one way out; it gets a finished [`Message`] and says whether it went. The
//! id of a message is the same at every attempt, so whoever receives one twice can tell.
//!
//! What a message says is in `texts`: Chinese, then English, and never a child's name. Without any sender the outbox fills and
//! forgets; nothing else depends on it.

mod file;
mod mail;
mod sms;
mod texts;
mod worker;

use std::collections::BTreeMap;
use std::path::PathBuf;

use futures_util::future::BoxFuture;
use thiserror::Error;

pub use file::FileSender;
pub use mail::MailSender;
pub use sms::SmsSender;
pub use texts::{Text, text};
pub use worker::Worker;

use crate::store::Channel;

/// What leaves the house.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Stable over every attempt.
    pub id: String,
    /// What happened, a word.
    pub kind: &'static str,
    /// By which way.
    pub channel: Channel,
    /// A phone's digits, or an address for letters; empty for the bare event.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// To a row of which table it happened.
    pub subject_table: String,
    /// To which.
    pub subject_id: String,
    /// In which division.
    pub region_code: String,
    /// When, milliseconds since 1970.
    pub created_at_ms: i64,
}

/// Why a message did not go; a word, nothing of what was sent or answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// It may go later.
    #[error("{0}")]
    Later(&'static str),
    /// It never will.
    #[error("{0}")]
    Never(&'static str),
}

/// A way out.
pub trait Sender: Send + Sync {
    /// What it takes.
    fn channels(&self) -> &'static [Channel];

    /// Sends a message; done means that the other side has taken it.
    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Fault>>;
}

/// How messages leave the house.
#[derive(Clone, Default)]
pub struct Settings {
    /// A folder into which everything is written instead: for trials.
    pub folder: Option<PathBuf>,
    /// A mail server, `smtps://user:password@host`.
    pub smtp_url: Option<String>,
    /// From whom letters are.
    pub mail_from: Option<String>,
    /// The gateway for short messages.
    pub sms: Option<SmsSettings>,
}

/// A gateway for short messages. `{phone}`, `{text}` and `{id}` stand for what is sent, in address and body.
#[derive(Clone)]
pub struct SmsSettings {
    /// Its address.
    pub url: String,
    /// What is posted; without it, the address is fetched.
    pub body: Option<String>,
    /// The body's type, which says how texts in it are escaped.
    pub content_type: String,
    /// Further headers, such as a key.
    pub headers: BTreeMap<String, String>,
    /// What a good answer holds, where its status alone does not tell.
    pub good_answer: Option<String>,
}

/// A setting that cannot be used; no value is repeated, it may be a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("{setting}: {zh} / {en}")]
pub struct Unusable {
    /// Which.
    pub setting: &'static str,
    /// Why, in Chinese.
    pub zh: &'static str,
    /// Why, in English.
    pub en: &'static str,
}

/// Every way out that is set up.
#[derive(Default)]
pub struct Senders(Vec<Box<dyn Sender>>);

impl Senders {
    /// These.
    pub fn new(senders: Vec<Box<dyn Sender>>) -> Self {
        Self(senders)
    }

    /// Those of the settings. With a folder for trials, nothing leaves the house.
    ///
    /// # Errors
    /// [`Unusable`] names the setting.
    pub fn of(settings: &Settings) -> Result<Self, Unusable> {
        if let Some(folder) = &settings.folder {
            return Ok(Self(vec![Box::new(FileSender::new(folder)?)]));
        }
        let mut senders: Vec<Box<dyn Sender>> = Vec::new();
        if let Some(url) = &settings.smtp_url {
            senders.push(Box::new(MailSender::new(url, settings.mail_from.as_deref())?));
        }
        if let Some(sms) = &settings.sms {
            senders.push(Box::new(SmsSender::new(sms.clone())?));
        }
        Ok(Self(senders))
    }

    /// The one that takes a channel.
    fn of_channel(&self, channel: Channel) -> Option<&dyn Sender> {
        self.0.iter().find(|sender| sender.channels().contains(&channel)).map(AsRef::as_ref)
    }

    /// Channels of which rows can be told: somebody who is not reached by one may be by the other.
    fn channels(&self) -> Vec<Channel> {
        let people = [Channel::Sms, Channel::Email];
        let reaches = people.iter().any(|channel| self.of_channel(*channel).is_some());
        let wanted = |channel: &&Channel| {
            if **channel == Channel::Event { self.of_channel(Channel::Event).is_some() } else { reaches }
        };
        Channel::ALL.iter().filter(wanted).copied().collect()
    }
}
