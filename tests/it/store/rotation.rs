//! Changing the master key: every key is wrapped anew, nothing is lost, and whoever works meanwhile does not notice.

use data_encoding::BASE64;
use jiedui::secrets::{DataKey, Keyring, Place};
use jiedui::store::{Actor, AuditEvent, RegionSpan, Store, StoreError};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use secrecy::ExposeSecret;

use super::ground::{Beside, Ground, on_both, runtime};
use crate::people::made;

const PERSONS: usize = 1_234;

fn person(number: usize) -> String {
    format!("person-{number:05}")
}

fn place(id: &str) -> Place<'_> {
    Place { table: "children", id, column: "data_key" }
}

/// Makes persons' keys; a field sealed with each.
async fn fill(ground: &Ground, beside: &mut Beside) -> Vec<Vec<u8>> {
    let mut random = ChaCha20Rng::seed_from_u64(5);
    let mut sealed = Vec::new();
    for number in 0..PERSONS {
        let (id, key) = (person(number), DataKey::generate(&mut random));
        let wrapped = ground.keyring().wrap(&key, place(&id), &mut random);
        sealed.push(key.seal(place(&id), &id, &mut random));
        let values = format!("('{id}', 'children', '{}')", BASE64.encode(&wrapped));
        beside
            .execute(&format!("INSERT INTO data_keys (subject_id, subject_table, wrapped) VALUES {values}"))
            .await;
    }
    sealed
}

/// Every field opens with this ring alone.
async fn all_open(ring: &Keyring, beside: &mut Beside, sealed: &[Vec<u8>]) {
    for (number, sealed) in sealed.iter().enumerate() {
        let id = person(number);
        let wrapped =
            beside.text(&format!("SELECT wrapped FROM data_keys WHERE subject_id = '{id}'")).await.unwrap();
        let key = ring.unwrap(&BASE64.decode(wrapped.as_bytes()).unwrap(), place(&id)).unwrap();
        assert_eq!(key.open(place(&id), sealed).unwrap(), id);
    }
}

/// The same keys again.
fn copy(ring: &Keyring) -> Keyring {
    Keyring::parse(ring.to_text().expose_secret()).unwrap()
}

async fn wrapped_by(store: &Store) -> Vec<(String, u64)> {
    store
        .wrapped_by()
        .await
        .unwrap()
        .into_iter()
        .map(|wrapped| (wrapped.id.to_string(), wrapped.keys))
        .collect()
}

#[test]
fn every_key_is_wrapped_anew_while_the_store_is_used() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut beside = ground.beside().await;
        let sealed = fill(&ground, &mut beside).await;
        let old = ground.keyring().current_id();
        let all = PERSONS as u64 + 2;
        assert_eq!(wrapped_by(&store).await, [(old.to_string(), all)]);
        assert_eq!(store.rotate(&Actor::SYSTEM, |_| {}).await.unwrap(), 0, "nothing awaits it");

        let ring = ground.keyring().with_new_current(&mut ChaCha20Rng::seed_from_u64(6));
        let current = ring.current_id();
        store.take_keyring(copy(&ring)).await.unwrap();
        let busy = tokio::spawn({
            let store = store.clone();
            async move {
                for number in 0..200 {
                    let mut change = store.change(Actor::SYSTEM).await.unwrap();
                    change.record(AuditEvent::new("team.created", "teams", &number.to_string(), ""));
                    change.commit(None).await.unwrap();
                }
            }
        });
        // Two at once, as two servers on one PostgreSQL would: between them each key is done once.
        let (first, second) =
            tokio::join!(store.rotate(&Actor::SYSTEM, |_| {}), store.rotate(&Actor::SYSTEM, |_| {}));
        assert_eq!(first.unwrap() + second.unwrap(), all);
        busy.await.unwrap();
        assert_eq!(wrapped_by(&store).await, [(current.to_string(), all)]);
        let ring = ring.retire(old).unwrap();
        all_open(&ring, &mut beside, &sealed).await;
        store.close().await;

        let mut options = ground.options();
        options.keyring = ring;
        let store = Store::open(options).await.unwrap();
        let (rows, fault) = store.view().await.unwrap().verify_audit().await.unwrap();
        assert!(rows >= 201 && fault.is_none(), "the old key is not needed any more");
        store.close().await;
    });
}

#[test]
fn a_rotation_broken_off_goes_on_where_keys_await_it() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut beside = ground.beside().await;
        let sealed = fill(&ground, &mut beside).await;
        let ring = ground.keyring().with_new_current(&mut ChaCha20Rng::seed_from_u64(7));
        store.take_keyring(copy(&ring)).await.unwrap();
        // Broken off as a killed process is: at whatever await it stands after the first stretch.
        let (first, stretch) = tokio::sync::oneshot::channel();
        let mut first = Some(first);
        tokio::select! {
            biased;
            done = stretch => done.unwrap(),
            _ = store.rotate(&Actor::SYSTEM, move |_| { first.take().map(|first| first.send(())); }) => {
                panic!("more than one stretch is needed");
            }
        }
        let left = wrapped_by(&store).await;
        assert_eq!(left.len(), 2, "some are done and some are not: {left:?}");
        beside.execute("DELETE FROM data_keys WHERE subject_id = 'person-01200'").await;
        store.rotate(&Actor::SYSTEM, |_| {}).await.unwrap();
        assert_eq!(wrapped_by(&store).await, [(ring.current_id().to_string(), PERSONS as u64 + 1)]);
        all_open(&ring, &mut beside, &sealed[..1_200]).await;
        store.close().await;
    });
}

#[test]
fn a_ring_that_lacks_a_needed_key_is_not_taken() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let other = Keyring::generate(&mut ChaCha20Rng::seed_from_u64(8));
        assert!(store.take_keyring(other).await.is_err());
        let mac = store.cursor_mac().mac(b"text");
        assert_eq!(mac, ground.keyring().cursor_mac().mac(b"text"), "it keeps what it has");
        store.close().await;
    });
}

#[test]
fn a_server_with_an_old_key_file_wraps_nothing_and_reads_the_file_again() {
    let ground = Ground::postgres("");
    runtime().block_on(async {
        let (first, second) = (ground.open().await, ground.open().await);
        let ring = ground.keyring().with_new_current(&mut ChaCha20Rng::seed_from_u64(6));
        first.take_keyring(copy(&ring)).await.unwrap();
        first.rotate(&Actor::SYSTEM, |_| {}).await.unwrap();

        let refused = second.rotate(&Actor::SYSTEM, |_| {}).await.unwrap_err();
        assert!(matches!(&refused, StoreError::Refused(said) if said.contains("out of date")), "{refused}");
        let made = |serial| made::new_child(serial, made::VILLAGE);
        let mut change = second.change(Actor::COMMAND).await.unwrap();
        assert!(matches!(change.add_child(made(1)).await.unwrap_err(), StoreError::KeysChanged));
        drop(change);
        let known = made::add_child(&first, made(2)).await;
        let mut view = second.view().await.unwrap();
        let unread = view.child(&RegionSpan::everywhere(), &known).await.unwrap_err();
        assert!(matches!(unread, StoreError::KeysChanged), "{unread}");
        drop(view);

        let file = ring.to_text().expose_secret().to_owned();
        second.read_keys_again_by(move || Keyring::parse(&file).ok());
        second.view().await.unwrap().child(&RegionSpan::everywhere(), &known).await.unwrap();
        made::add_child(&second, made(3)).await;
        assert_eq!(second.rotate(&Actor::SYSTEM, |_| {}).await.unwrap(), 0);
        let current = ring.current_id().to_string();
        let counts = wrapped_by(&first).await;
        assert!(counts.len() == 1 && counts[0].0 == current, "{counts:?}");
        // Nor does a server start with the old file.
        first.close().await;
        second.close().await;
        assert!(matches!(ground.try_open().await, Err(StoreError::Refused(_))));
    });
}
