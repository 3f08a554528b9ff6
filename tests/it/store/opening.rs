//! When a database is refused, and what is said.

use jiedui::secrets::Keyring;
use jiedui::store::{Location, Store, StoreError, is_sqlite_new_enough};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::ground::{Ground, on_both, runtime};

/// What the refusal says.
fn refusal(outcome: Result<Store, StoreError>) -> String {
    match outcome {
        Err(StoreError::Refused(text)) => text,
        Err(other) => panic!("not a refusal: {other:?}"),
        Ok(_) => panic!("it was opened"),
    }
}

#[test]
fn a_store_opens_again_with_what_was_in_it() {
    on_both(|ground| async move {
        let store = ground.open().await;
        assert!(store.is_ready().await.is_ok());
        let mac = store.cursor_mac().mac(b"text");
        store.close().await;
        let store = ground.open().await;
        assert_eq!(store.cursor_mac().mac(b"text"), mac, "the keys are the same");
        store.close().await;
    });
}

#[test]
fn a_migration_of_a_newer_program_is_refused() {
    on_both(|ground| async move {
        ground.open().await.close().await;
        let copy = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            SELECT 9001, 'later', success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
        ground.beside().await.execute(copy).await;
        let said = refusal(ground.try_open().await);
        assert!(said.contains("newer program") && said.contains("9001"), "{said}");
    });
}

#[test]
fn a_second_writer_of_a_file_is_refused_until_the_first_ends() {
    let ground = Ground::sqlite();
    runtime().block_on(async {
        let first = ground.open().await;
        let said = refusal(ground.try_open().await);
        assert!(said.contains("another program writes to it"), "{said}");
        first.close().await;
        drop(first);
        ground.open().await.close().await;
    });
}

#[test]
fn the_log_is_emptied_at_the_end_and_not_while_others_work() {
    let ground = Ground::sqlite();
    let Location::Sqlite(path) = &ground.location else { panic!("a file") };
    let log = path.with_file_name("test.sqlite3-wal");
    runtime().block_on(async {
        let store = ground.open().await;
        // An idle connection keeps SQLite from removing the log by itself.
        let mut beside = ground.beside().await;
        beside.text("SELECT content FROM settings WHERE name = 'index_key'").await.unwrap();
        store.checkpoint().await.unwrap();
        assert!(std::fs::metadata(&log).unwrap().len() > 0, "nobody was waited for");
        store.close().await;
        assert_eq!(std::fs::metadata(&log).unwrap().len(), 0, "nothing that was deleted is left in it");
    });
}

#[test]
fn several_servers_share_one_postgresql() {
    let ground = Ground::postgres("");
    runtime().block_on(async {
        let (first, second) = tokio::join!(ground.open(), ground.open());
        assert_eq!(first.cursor_mac().mac(b"text"), second.cursor_mac().mac(b"text"));
        first.close().await;
        second.close().await;
    });
}

#[test]
fn another_servers_key_file_is_refused() {
    on_both(|ground| async move {
        ground.open().await.close().await;
        let mut options = ground.options();
        options.keyring = Keyring::generate(&mut ChaCha20Rng::seed_from_u64(99));
        let said = refusal(Store::open(options).await);
        assert!(said.contains("key file does not fit"), "{said}");
    });
}

#[test]
fn sqlite_before_the_repaired_log_is_refused() {
    for old in ["3.7.0", "3.46.1", "3.51.2", "3", "", "three"] {
        assert!(!is_sqlite_new_enough(old), "{old}");
    }
    for new in ["3.51.3", "3.51.10", "3.52.0", "4.0.0"] {
        assert!(is_sqlite_new_enough(new), "{new}");
    }
}

#[test]
fn an_address_is_a_file_or_a_postgresql_server() {
    for (text, file) in [("data/a.sqlite3", "data/a.sqlite3"), ("sqlite:///a", "/a"), ("sqlite:a", "a")] {
        assert_eq!(text.parse::<Location>().unwrap(), Location::Sqlite(file.into()));
    }
    assert!(matches!("postgres://u@h/d".parse(), Ok(Location::Postgres(_))));
    for text in ["", "mysql://h/d", "sqlite://"] {
        assert!(text.parse::<Location>().is_err(), "{text}");
    }
}
