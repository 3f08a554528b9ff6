//! The sender for trials and tests: a message becomes a file `<id>.json` that only its owner reads.
//!
//! Written aside, synced, renamed: a file that is there is whole, and a message that is sent twice is one file.

use std::fs::{DirBuilder, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use futures_util::future::{BoxFuture, FutureExt};
use serde::Serialize;

use super::{Fault, Message, Sender, Unusable};
use crate::store::Channel;

/// What stands in a file.
#[derive(Serialize)]
struct Written<'a> {
    id: &'a str,
    kind: &'a str,
    channel: &'a str,
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    subject_table: &'a str,
    subject_id: &'a str,
    region_code: &'a str,
    created_at_ms: i64,
}

/// Writes messages into a folder.
pub struct FileSender {
    folder: PathBuf,
}

impl FileSender {
    /// For a folder, which is made where it is not there.
    ///
    /// # Errors
    /// [`Unusable`] where it cannot be made.
    pub fn new(folder: &Path) -> Result<Self, Unusable> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|_| Unusable {
            setting: "message_folder",
            zh: "无法创建该目录",
            en: "the folder cannot be made",
        })?;
        Ok(Self { folder: folder.to_owned() })
    }
}

fn write(folder: &Path, id: &str, content: &[u8]) -> std::io::Result<()> {
    let aside = folder.join(format!("{id}.new"));
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&aside)?;
    file.write_all(content)?;
    file.sync_all()?;
    std::fs::rename(&aside, folder.join(format!("{id}.json")))
}

impl Sender for FileSender {
    fn channels(&self) -> &'static [Channel] {
        Channel::ALL
    }

    fn send<'a>(&'a self, message: &'a Message) -> BoxFuture<'a, Result<(), Fault>> {
        let written = Written {
            id: &message.id,
            kind: message.kind,
            channel: message.channel.word(),
            to: &message.to,
            subject: &message.subject,
            text: &message.text,
            subject_table: &message.subject_table,
            subject_id: &message.subject_id,
            region_code: &message.region_code,
            created_at_ms: message.created_at_ms,
        };
        let content = serde_json::to_vec_pretty(&written);
        let (folder, id) = (self.folder.clone(), message.id.clone());
        async move {
            let content = content.map_err(|_| Fault::Never("unwritable"))?;
            let done = tokio::task::spawn_blocking(move || write(&folder, &id, &content)).await;
            match done {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) | Err(_) => Err(Fault::Later("unwritable")),
            }
        }
        .boxed()
    }
}
