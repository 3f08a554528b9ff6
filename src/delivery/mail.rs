//! The sender for letters: SMTP, over TLS where the address says so (`smtps://`, or `smtp://…?tls=required`).
//!
//! Letters are few and go out on threads that may block: an asynchronous client would bring a second set of macros into the build
//! and send none of them sooner.

use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{SmtpTransport, Transport};

use super::{Fault, Message, Sender, Unusable};
use crate::store::Channel;

/// How long the server may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Sends letters.
pub struct MailSender {
    transport: SmtpTransport,
    from: Mailbox,
}

impl MailSender {
    /// For a mail server, from an address.
    ///
    /// # Errors
    /// [`Unusable`] where either cannot be read.
    pub fn new(url: &str, from: Option<&str>) -> Result<Self, Unusable> {
        let from = from.and_then(|from| from.parse().ok()).ok_or(Unusable {
            setting: "mail_from",
            zh: "须填写发件地址，例如 结对 <jiedui@example.org>",
            en: "write the address that letters come from",
        })?;
        let builder = SmtpTransport::from_url(url).map_err(|_| Unusable {
            setting: "smtp_url",
            zh: "应为 smtps://用户:密码@主机 或 smtp://主机:端口",
            en: "write smtps://user:password@host or smtp://host:port",
        })?;
        Ok(Self { transport: builder.timeout(Some(TIMEOUT)).build(), from })
    }

    fn letter(&self, message: &Message) -> Option<lettre::Message> {
        let domain = self.from.email.domain();
        lettre::Message::builder()
            .message_id(Some(format!("<{}@{domain}>", message.id)))
            .from(self.from.clone())
            .to(message.to.parse().ok()?)
            .subject(message.subject.clone())
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .ok()
    }
}

impl Sender for MailSender {
    fn channels(&self) -> &'static [Channel] {
        &[Channel::Email]
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Fault>> {
        async move {
            let letter = self.letter(message).ok_or(Fault::Never("bad_address"))?;
            let transport = self.transport.clone();
            let sent = tokio::task::spawn_blocking(move || transport.send(&letter)).await;
            match sent.map_err(|_| Fault::Later("unreachable"))? {
                Ok(_) => Ok(()),
                Err(error) if error.is_timeout() => Err(Fault::Later("timeout")),
                Err(error) if error.is_permanent() || error.is_transient() => Err(Fault::Later("refused")),
                Err(_) => Err(Fault::Later("unreachable")),
            }
        }
        .boxed()
    }
}
