//! Letters and short messages, sent to a mail server and a gateway of the test's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiedui::delivery::{Senders, Settings, SmsSettings, Worker};
use jiedui::model::Role;
use jiedui::model::private::Private;
use jiedui::store::{Actor, Announcement, Channel, EventKind, Recipient, RegionSpan, Store, UserFields};

use super::gateway::{gateway, mail_server};
use super::{column, offer, offered};
use crate::people::made::{VILLAGE, phone};
use crate::store::ground::{Ground, runtime};

fn sms(port: u16) -> SmsSettings {
    SmsSettings {
        url: format!("http://127.0.0.1:{port}/send?sign=%E7%BB%93"),
        body: Some(r#"{"to":["{phone}"],"text":"{text}","id":"{id}"}"#.to_owned()),
        content_type: "application/json".to_owned(),
        headers: BTreeMap::from([("x-key".to_owned(), "canary-key".to_owned())]),
        good_answer: Some("\"ok\"".to_owned()),
    }
}

fn worker(store: &Store, settings: &Settings) -> Worker {
    Worker::new(store.clone(), Arc::new(Senders::of(settings).unwrap()))
}

async fn add_supervisor(store: &Store) -> String {
    let fields = UserFields {
        role: Role::Supervisor,
        region_code: VILLAGE.to_owned(),
        team_id: None,
        volunteer_id: None,
        name: Private::new("覃试"),
        phone: Private::default(),
        email: Private::new("supervisor@example.org"),
    };
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_user("somebody", &fields, &RegionSpan::everywhere()).await.unwrap();
    let told = Announcement::event(EventKind::ConcernReported, "concerns", "one", VILLAGE);
    let told = change.announce(told.to(Recipient::User(&id), Channel::Email)).await.unwrap();
    change.commit(None).await.unwrap();
    told
}

#[test]
fn a_letter_arrives_whole_under_its_stable_id_after_the_server_was_busy() {
    runtime().block_on(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let id = add_supervisor(&store).await;
        let (port, taken) = mail_server(1, "451 come back later");
        let settings = Settings {
            smtp_url: Some(format!("smtp://127.0.0.1:{port}")),
            mail_from: Some("结对 <jiedui@example.org>".to_owned()),
            ..Settings::default()
        };
        let worker = worker(&store, &settings);
        assert_eq!(worker.round().await.unwrap(), 1);
        assert_eq!(column(&ground, &id, "fault").await, "refused");
        ground.clock.advance_ms(5_000);
        assert_eq!(worker.round().await.unwrap(), 1);
        assert_eq!(column(&ground, &id, "state").await, "delivered");
        let letters = taken.lock().unwrap().clone();
        assert_eq!(letters.len(), 1);
        assert!(letters[0].contains("RCPT TO:<supervisor@example.org>"), "{}", letters[0]);
        assert!(letters[0].contains(&format!("Message-ID: <{id}@example.org>")), "{}", letters[0]);
        store.close().await;
    });
}

#[test]
fn a_short_message_fills_the_template_and_a_refusal_in_a_good_status_is_one() {
    runtime().block_on(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        let (port, taken) =
            gateway(&["200 OK|{\"code\":\"limit\"}", "500 Broken|", "200 OK|{\"code\":\"ok\"}"]);
        let worker = worker(&store, &Settings { sms: Some(sms(port)), ..Settings::default() });
        for wait_ms in [0, 5_000, 300_000] {
            assert_ne!(column(&ground, &id, "state").await, "delivered");
            ground.clock.advance_ms(wait_ms);
            assert_eq!(worker.round().await.unwrap(), 1);
        }
        assert_eq!(column(&ground, &id, "state").await, "delivered");
        let requests = taken.lock().unwrap().clone();
        assert_eq!(requests.len(), 3);
        for request in requests {
            let (head, body) = request.split_once("\r\n\r\n").unwrap();
            assert!(head.starts_with("POST /send?sign=%E7%BB%93 HTTP/1.1"), "{head}");
            assert!(head.contains("x-key: canary-key"), "{head}");
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!((&body["to"][0], &body["id"]), (&phone(5_001).into(), &id.clone().into()));
            assert!(body["text"].as_str().unwrap().contains("canary-link"), "{body}");
        }
        store.close().await;
    });
}

#[test]
fn a_text_with_quotes_and_ampersands_stays_one_value_in_an_address_and_in_a_form() {
    runtime().block_on(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let (volunteer, _) = offered(&store, 1).await;
        offer(&store, &volunteer, "https://example.org/?a=1&b=\"{id}\"").await;
        let (port, taken) = gateway(&["200 OK|"]);
        let get = SmsSettings {
            url: format!("http://127.0.0.1:{port}/get?p={{phone}}&t={{text}}"),
            body: None,
            good_answer: None,
            ..sms(port)
        };
        let worker = worker(&store, &Settings { sms: Some(get), ..Settings::default() });
        assert_eq!(worker.round().await.unwrap(), 2);
        let requests = taken.lock().unwrap().join("\n");
        assert!(requests.contains("a%3D1%26b%3D%22%7Bid%7D%22"), "{requests}");
        assert!(requests.starts_with("GET /get?p=199"), "{requests}");
        store.close().await;
    });
}

#[test]
fn a_sender_that_cannot_be_reached_leaves_the_message_for_later() {
    runtime().block_on(async {
        let ground = Ground::sqlite();
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let worker = worker(&store, &Settings { sms: Some(sms(free)), ..Settings::default() });
        assert_eq!(worker.round().await.unwrap(), 1);
        assert_eq!(column(&ground, &id, "fault").await, "unreachable");
        assert_eq!(column(&ground, &id, "state").await, "queued");
        store.close().await;
    });
}

#[test]
fn a_setting_that_cannot_be_used_is_named_and_its_value_is_not() {
    let with = |change: fn(&mut SmsSettings)| {
        let mut settings = sms(1);
        change(&mut settings);
        Settings { sms: Some(settings), ..Settings::default() }
    };
    for (settings, named) in [
        (with(|sms| sms.url = "canary".to_owned()), "sms_url"),
        (with(|sms| sms.url = "ftp://canary/{phone}{text}".to_owned()), "sms_url"),
        (with(|sms| sms.body = Some("canary {phone}".to_owned())), "sms_body"),
        (with(|sms| sms.content_type = "canary".to_owned()), "sms_content_type"),
        (with(|sms| drop(sms.headers.insert("a b".to_owned(), "canary".to_owned()))), "sms_headers"),
        (Settings { smtp_url: Some("smtp://canary".to_owned()), ..Settings::default() }, "mail_from"),
        (
            Settings {
                smtp_url: Some("canary".to_owned()),
                mail_from: Some("a@example.org".to_owned()),
                ..Settings::default()
            },
            "smtp_url",
        ),
    ] {
        let Err(error) = Senders::of(&settings) else { panic!("{named} was taken") };
        let said = error.to_string();
        assert!(said.starts_with(named) && !said.contains("canary"), "{said}");
    }
}
