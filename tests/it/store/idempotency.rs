//! Keyed requests: one effect a key, whatever happens between.

use jiedui::store::{Actor, AuditEvent, Keyed, KeyedRequest, Store, StoredReply};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::ground::on_both;

fn request(key: &str, fingerprint: &str) -> KeyedRequest {
    KeyedRequest {
        principal: "user:1".into(),
        route: "POST /things".into(),
        key: key.into(),
        fingerprint: fingerprint.into(),
    }
}

fn reply() -> StoredReply {
    let headers = vec![("location".to_owned(), "/api/v1/things/1".to_owned())];
    let readings = vec![AuditEvent::new("child.shown", "children", "1", "").of_fields(["name"])];
    StoredReply { status: 201, headers, body: "{\"token\":\"shown once\"}".into(), readings }
}

/// Does the request: its effect is a row of the trail.
async fn perform(store: &Store, key: &str, fingerprint: &str) -> Keyed {
    let mut change = store.change(Actor::SYSTEM).await.unwrap();
    let keyed = change.keyed(request(key, fingerprint)).await.unwrap();
    if keyed == Keyed::First {
        change.record(AuditEvent::new("thing.created", "things", key, ""));
        change.commit(Some(reply())).await.unwrap();
    }
    keyed
}

async fn effects(store: &Store) -> i64 {
    store.view().await.unwrap().verify_audit().await.unwrap().0
}

#[test]
fn a_key_gives_its_reply_again_and_has_one_effect() {
    on_both(|ground| async move {
        let store = ground.open().await;
        assert_eq!(perform(&store, "a", "f").await, Keyed::First);
        for _ in 0..3 {
            assert_eq!(perform(&store, "a", "f").await, Keyed::Answered(reply()));
        }
        assert_eq!(perform(&store, "a", "another body").await, Keyed::Reused);
        assert_eq!(perform(&store, "b", "f").await, Keyed::First);
        assert_eq!(effects(&store).await, 2);
        store.close().await;
        let store = ground.open().await;
        assert_eq!(perform(&store, "a", "f").await, Keyed::Answered(reply()), "after a restart too");
        store.close().await;
    });
}

#[test]
fn what_was_sent_is_kept_under_a_key_and_known_again_after_a_rotation() {
    on_both(|ground| async move {
        let store = ground.open().await;
        assert_eq!(perform(&store, "a", "f").await, Keyed::First);
        let kept = ground.beside().await.text("SELECT fingerprint FROM idempotency_replies").await.unwrap();
        assert_eq!(kept.len(), 32, "{kept}");
        let rotated = ground.keyring().with_new_current(&mut ChaCha20Rng::seed_from_u64(3));
        store.take_keyring(rotated).await.unwrap();
        assert_eq!(perform(&store, "a", "f").await, Keyed::Answered(reply()));
        assert_eq!(perform(&store, "a", "another body").await, Keyed::Reused);
        store.close().await;
    });
}

#[test]
fn a_request_rolled_back_leaves_its_key_free() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        assert_eq!(change.keyed(request("a", "f")).await.unwrap(), Keyed::First);
        change.record(AuditEvent::new("thing.created", "things", "a", ""));
        drop(change);
        assert_eq!(perform(&store, "a", "f").await, Keyed::First);
        assert_eq!(effects(&store).await, 1);
        store.close().await;
    });
}

#[test]
fn of_many_at_once_one_is_first() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for round in 0..10 {
            let key = format!("round {round}");
            let all = (0..8).map(|_| {
                let (store, key) = (store.clone(), key.clone());
                tokio::spawn(async move { perform(&store, &key, "f").await })
            });
            let mut firsts = 0;
            for one in all.collect::<Vec<_>>() {
                match one.await.unwrap() {
                    Keyed::First => firsts += 1,
                    Keyed::Answered(again) => assert_eq!(again, reply()),
                    other => panic!("{other:?}"),
                }
            }
            assert_eq!(firsts, 1);
        }
        assert_eq!(effects(&store).await, 10);
        store.close().await;
    });
}

#[test]
fn replies_are_sealed_and_forgotten_after_a_day() {
    on_both(|ground| async move {
        let store = ground.open().await;
        perform(&store, "a", "f").await;
        let body = ground.beside().await.text("SELECT body FROM idempotency_replies").await.unwrap();
        assert!(!body.contains("shown once") && !body.is_empty());
        ground.clock.advance_ms(24 * 60 * 60 * 1000);
        let forget = || async {
            let mut change = store.change(Actor::SYSTEM).await.unwrap();
            let forgotten = change.forget_old_replies().await.unwrap();
            change.commit(None).await.unwrap();
            forgotten
        };
        assert_eq!(forget().await, 0, "a day is kept to its end");
        ground.clock.advance_ms(1);
        assert_eq!(forget().await, 1);
        assert_eq!(perform(&store, "a", "f").await, Keyed::First);
        store.close().await;
    });
}
