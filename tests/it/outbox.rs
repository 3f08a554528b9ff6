//! The outbox: nothing that happened is untold, and nothing is told that did not happen. All persons are invented.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod gateway;
mod killed;
mod leases;
mod senders;

use std::sync::Arc;

use jiedui::delivery::{FileSender, Senders, Worker};
use jiedui::store::{Actor, Announcement, Channel, EventKind, Recipient, Store};
use serde_json::Value;

use crate::people::made::{VILLAGE, add_volunteer, new_volunteer};
use crate::store::ground::Ground;

/// Makes a volunteer and an offer to her, which is only an id here.
async fn offered(store: &Store, serial: u32) -> (String, String) {
    let volunteer = add_volunteer(store, new_volunteer(serial, VILLAGE)).await;
    let id = offer(store, &volunteer, "https://example.org/i/canary-link").await;
    (volunteer, id)
}

async fn offer(store: &Store, volunteer: &str, link: &str) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let made = Announcement::event(EventKind::OfferMade, "offers", "an-offer", VILLAGE);
    let made = made.to(Recipient::Volunteer(volunteer), Channel::Sms).with("link", link);
    let id = change.announce(made).await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// A worker that writes into the ground's folder.
fn writer(ground: &Ground, store: &Store) -> Worker {
    let sender = FileSender::new(&ground.folder.path().join("messages")).unwrap();
    Worker::new(store.clone(), Arc::new(Senders::new(vec![Box::new(sender)])))
}

/// Every message in a folder, in the order of their ids.
fn written(folder: &std::path::Path) -> Vec<Value> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .map(|found| found.map(|file| file.unwrap().path()).collect())
        .unwrap_or_default();
    names.retain(|name| name.extension().is_some_and(|ending| ending == "json"));
    names.sort();
    names.iter().map(|name| serde_json::from_slice(&std::fs::read(name).unwrap()).unwrap()).collect()
}

/// A column of an outbox row.
async fn column(ground: &Ground, id: &str, name: &str) -> String {
    let statement = format!("SELECT CAST({name} AS TEXT) FROM outbox WHERE id = '{id}'");
    ground.beside().await.text(&statement).await.unwrap_or_default()
}
