//! Backups: of either database into either, never changed, never half there, and with nothing that lets somebody in.

use std::collections::BTreeMap;
use std::path::Path;

use data_encoding::{BASE64, HEXLOWER};
use jiedui::secrets::{DataKey, Keyring, Place};
use jiedui::store::{
    Actor, AuditEvent, BackupReport, KeyedRequest, Location, RestoreOptions, RestoreReport, Store,
    StoreError, StoredReply, backup, examine, restore,
};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sha2::{Digest, Sha256};

use super::ground::{Beside, Ground, runtime};

/// Every pair of kinds.
fn pairs() -> Vec<(Ground, Ground)> {
    let both = || [Ground::sqlite(), Ground::postgres("")];
    both()
        .into_iter()
        .flat_map(|_| 0..2)
        .enumerate()
        .map(|(at, to)| {
            let [sqlite, postgres] = both();
            let from = if at < 2 { sqlite } else { postgres };
            let [sqlite, postgres] = both();
            (from, if to == 0 { sqlite } else { postgres })
        })
        .collect()
}

/// Puts a person's key, a team, people who can get in, and rows of the trail into a database.
async fn fill(ground: &Ground) -> Store {
    let store = ground.open().await;
    let mut beside = ground.beside().await;
    let mut random = ChaCha20Rng::seed_from_u64(3);
    for number in 0..1_500 {
        let id = format!("person-{number:05}");
        let place = Place { table: "users", id: &id, column: "data_key" };
        let wrapped = ground.keyring().wrap(&DataKey::generate(&mut random), place, &mut random);
        let row = format!(
            "INSERT INTO data_keys (subject_id, subject_table, wrapped) VALUES ('{id}', 'users', '{}')",
            BASE64.encode(&wrapped)
        );
        beside.execute(&row).await;
    }
    beside
        .execute(
            "INSERT INTO teams (id, version, name, region_code, external_ref, created_at_ms, updated_at_ms)
        VALUES ('t', 1, '翔凤镇 ''志愿'' 队', '422827000000', NULL, 1, 2)",
        )
        .await;
    beside
        .execute(
            "INSERT INTO users (id, version, login, role, region_code, team_id, sealed, recovery_codes,
            invite_hash, invite_expires_at_ms, password_hash, created_at_ms, updated_at_ms)
        VALUES ('u', 1, 'somebody', 'team_leader', '422827000000', 't', '{}', '[]', 'hash', 9, 'kept', 1, 2)",
        )
        .await;
    beside
        .execute(
            "INSERT INTO sessions (id, token_hash, user_id, created_at_ms, used_at_ms)
        VALUES ('s', 'hash', 'u', 1, 2)",
        )
        .await;
    beside
        .execute(
            "INSERT INTO api_keys (id, name, token_hash, user_id, scopes, expires_at_ms, created_at_ms)
        VALUES ('k', 'key', 'hash', 'u', '', 9, 1)",
        )
        .await;
    beside.execute("INSERT INTO settings (name, content) VALUES ('setup_token', 'hash 9')").await;
    for number in 0..30 {
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let key = format!("key {number}");
        let request = KeyedRequest { principal: "p".into(), route: "r".into(), key, fingerprint: "f".into() };
        change.keyed(request).await.unwrap();
        change.record(AuditEvent::new("team.created", "teams", "t", "422827000000").of_fields(["name"]));
        change
            .commit(Some(StoredReply {
                status: 201,
                headers: Vec::new(),
                body: "{}".into(),
                readings: Vec::new(),
            }))
            .await
            .unwrap();
    }
    store
}

fn options(from: &Path, to: &Ground, keys: &Ground) -> RestoreOptions {
    RestoreOptions {
        from: from.to_owned(),
        to: to.location.clone(),
        keyring: keys.keyring(),
        clock: to.clock.clone(),
        random: ChaCha20Rng::seed_from_u64(4),
        despite_broken_chain: false,
    }
}

fn digest(path: &Path) -> String {
    HEXLOWER.encode(&Sha256::digest(std::fs::read(path).unwrap()))
}

/// How many rows each table holds, and what stands in some.
async fn contents(beside: &mut Beside) -> BTreeMap<&'static str, Option<String>> {
    let asked = [
        "SELECT CAST(COUNT(*) AS TEXT) FROM data_keys",
        "SELECT MAX(wrapped) FROM data_keys WHERE subject_id = 'person-00700'",
        "SELECT name FROM teams",
        "SELECT CAST(created_at_ms AS TEXT) FROM teams",
        "SELECT password_hash FROM users",
        "SELECT CAST(COUNT(*) AS TEXT) FROM audit_events WHERE sequence <= 30",
        "SELECT hash FROM audit_events WHERE sequence = 30",
        "SELECT content FROM settings WHERE name = 'index_key'",
    ];
    let mut found = BTreeMap::new();
    for statement in asked {
        found.insert(statement, beside.text(statement).await);
    }
    found
}

#[test]
fn a_backup_restores_into_either_database_without_what_lets_somebody_in() {
    for (from, to) in pairs() {
        eprintln!("{:?} -> {:?}", from.location, to.location);
        runtime().block_on(async {
            let store = fill(&from).await;
            let before = contents(&mut from.beside().await).await;
            let file = from.folder.path().join("backup");
            // The store stays open: a backup is made beside a running server.
            let report = backup(&from.location, &file).await.unwrap();
            let BackupReport { bytes, persons, audit_rows } = report;
            assert_eq!((bytes, persons, audit_rows), (std::fs::metadata(&file).unwrap().len(), 1_500, 30));
            store.close().await;
            let whole = digest(&file);

            let report = restore(options(&file, &to, &from)).await.unwrap();
            assert_eq!(report, RestoreReport { audit_rows: 30, fault: None, dropped: 34 });
            assert_eq!(digest(&file), whole, "the backup is not written to");
            let mut beside = to.beside().await;
            assert_eq!(contents(&mut beside).await, before);
            let left = "SELECT CAST((SELECT COUNT(*) FROM sessions) + (SELECT COUNT(*) FROM api_keys)
                + (SELECT COUNT(*) FROM idempotency_replies) + (SELECT COUNT(*) FROM users WHERE invite_hash IS NOT NULL)
                + (SELECT COUNT(*) FROM settings WHERE name = 'setup_token') AS TEXT)";
            assert_eq!(beside.text(left).await.unwrap(), "0");
            for check in examine(to.options()).await {
                assert!(check.cure.is_none() || check.what.1 == "disk", "{check:?}");
            }
            let restored = to.open().await;
            assert_eq!(restored.view().await.unwrap().verify_audit().await.unwrap(), (31, None));
            restored.close().await;
            let again = restore(options(&file, &to, &from)).await;
            assert!(matches!(again, Err(StoreError::Refused(said)) if said.contains("the target holds data")));
            assert_eq!(contents(&mut to.beside().await).await, before, "what is there is left alone");
        });
    }
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_and_overwrites_nothing() {
    use std::os::unix::fs::PermissionsExt;
    super::ground::on_both(|ground| async move {
        ground.open().await.close().await;
        let file = ground.folder.path().join("backup");
        backup(&ground.location, &file).await.unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let whole = digest(&file);
        let again = backup(&ground.location, &file).await;
        assert!(matches!(again, Err(StoreError::Refused(said)) if said.contains("there already")));
        assert_eq!(digest(&file), whole);
        let beside: Vec<_> = std::fs::read_dir(ground.folder.path()).unwrap().flatten().collect();
        assert!(
            beside.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with('.')),
            "nothing is left"
        );
    });
}

#[test]
fn a_backup_that_cannot_be_trusted_is_refused_and_the_target_stays_empty() {
    let (from, to) = (Ground::sqlite(), Ground::sqlite());
    let Location::Sqlite(target) = to.location.clone() else { panic!("a file") };
    runtime().block_on(async {
        fill(&from).await.close().await;
        let file = from.folder.path().join("backup");
        from.beside().await.execute("UPDATE audit_events SET reason = 'x' WHERE sequence = 12").await;
        backup(&from.location, &file).await.unwrap();
        let refused = |outcome: Result<RestoreReport, StoreError>| match outcome {
            Err(StoreError::Refused(said)) => said,
            other => panic!("{other:?}"),
        };
        assert!(refused(restore(options(&file, &to, &from)).await).contains("broken at row 12"));
        let mut other_keys = options(&file, &to, &from);
        other_keys.keyring = Keyring::generate(&mut ChaCha20Rng::seed_from_u64(9));
        assert!(refused(restore(other_keys).await).contains("key file does not fit"));
        let text = from.folder.path().join("text");
        std::fs::write(&text, "no database at all").unwrap();
        assert!(refused(restore(options(&text, &to, &from)).await).contains("no backup"));
        assert!(!target.exists());
        assert!(std::fs::read_dir(to.folder.path()).unwrap().next().is_none(), "nothing is left behind");
        let report =
            restore(RestoreOptions { despite_broken_chain: true, ..options(&file, &to, &from) }).await;
        assert_eq!(report.unwrap().fault.unwrap().sequence, 12, "when asked, it is restored and told");
    });
}

#[test]
fn nothing_is_restored_beside_what_another_database_left() {
    let (from, to) = (Ground::sqlite(), Ground::sqlite());
    let Location::Sqlite(target) = to.location.clone() else { panic!("a file") };
    runtime().block_on(async {
        fill(&from).await.close().await;
        let file = from.folder.path().join("backup");
        backup(&from.location, &file).await.unwrap();
        for end in ["wal", "shm", "journal"] {
            let left = target.with_extension(format!("sqlite3-{end}"));
            std::fs::write(&left, "what a killed server left").unwrap();
            let outcome = restore(options(&file, &to, &from)).await;
            assert!(matches!(outcome, Err(StoreError::Refused(said)) if said.contains(&format!("-{end}"))));
            assert!(!target.exists());
            std::fs::remove_file(left).unwrap();
        }
        restore(options(&file, &to, &from)).await.unwrap();
    });
}

#[test]
fn a_postgresql_database_that_is_not_empty_is_left_as_it_was() {
    let (from, to) = (Ground::sqlite(), Ground::postgres(""));
    runtime().block_on(async {
        fill(&from).await.close().await;
        let file = from.folder.path().join("backup");
        backup(&from.location, &file).await.unwrap();
        let mut beside = to.beside().await;
        beside.execute("CREATE TABLE visits (id BIGINT)").await;
        beside.execute("INSERT INTO visits VALUES (1)").await;
        let outcome = restore(options(&file, &to, &from)).await;
        assert!(matches!(outcome, Err(StoreError::Refused(said)) if said.contains("visits")));
        let tables = "SELECT CAST(COUNT(*) AS TEXT) FROM pg_tables WHERE schemaname = 'public'";
        assert_eq!(beside.text(tables).await.unwrap(), "1", "no table was made in it");
        beside.execute("DROP TABLE visits").await;
        // A server was begun here: its keys would be lost.
        to.open().await.close().await;
        let outcome = restore(options(&file, &to, &from)).await;
        assert!(matches!(outcome, Err(StoreError::Refused(said)) if said.contains("settings")));
    });
}

#[test]
fn what_a_killed_backup_left_is_in_nobodys_way() {
    let ground = Ground::sqlite();
    runtime().block_on(async {
        ground.open().await.close().await;
        let file = ground.folder.path().join("backup");
        std::fs::write(ground.folder.path().join(format!(".backup.{}", std::process::id())), "").unwrap();
        backup(&ground.location, &file).await.unwrap();
    });
}

#[test]
fn the_doctor_names_what_is_wrong() {
    super::ground::on_both(|ground| async move {
        let store = fill(&ground).await;
        let faults = || async {
            let checks = examine(ground.options()).await;
            checks
                .into_iter()
                .filter(|check| check.cure.is_some() && check.what.1 != "disk")
                .map(|check| check.what.1)
                .collect::<Vec<_>>()
        };
        assert!(faults().await.is_empty(), "also while a server runs: {:?}", faults().await);
        let mut beside = ground.beside().await;
        beside.execute("UPDATE audit_events SET action = 'x' WHERE sequence = 3").await;
        assert_eq!(faults().await, ["audit chain"]);
        let wrapped =
            beside.text("SELECT wrapped FROM data_keys WHERE subject_id = 'person-00001'").await.unwrap();
        let mut bytes = BASE64.decode(wrapped.as_bytes()).unwrap();
        bytes[2] ^= 1;
        beside
            .execute(&format!(
                "UPDATE data_keys SET wrapped = '{}' WHERE subject_id = 'person-00001'",
                BASE64.encode(&bytes)
            ))
            .await;
        assert_eq!(faults().await, ["master keys", "audit chain"]);
        beside.execute("ALTER TABLE teams RENAME COLUMN external_ref TO renamed").await;
        assert!(
            faults().await.contains(&"statements")
                || !Store::statement_files().any(|file| file.contains("teams"))
        );
        beside.execute("DELETE FROM _sqlx_migrations WHERE version >= 5").await;
        assert_eq!(faults().await, ["tables"]);
        store.close().await;
        let mut options = ground.options();
        options.location = Location::Sqlite(ground.folder.path().join("missing"));
        assert_eq!(examine(options).await[0].what.1, "database");
    });
}

#[test]
fn nothing_is_restored_under_a_server_and_no_server_starts_while_something_is() {
    let (from, to) = (Ground::sqlite(), Ground::postgres(""));
    runtime().block_on(async {
        fill(&from).await.close().await;
        let file = from.folder.path().join("backup");
        backup(&from.location, &file).await.unwrap();
        // What a server holds that has made no table yet, and what restoring holds.
        let (shared, alone) =
            ("pg_advisory_lock_shared(29952231729359104)", "pg_advisory_lock(29952231729359104)");
        let mut beside = to.beside().await;
        beside.execute(&format!("SELECT {shared}")).await;
        let outcome = restore(options(&file, &to, &from)).await;
        assert!(matches!(outcome, Err(StoreError::Refused(said)) if said.contains("server")));
        drop(beside);
        let mut beside = to.beside().await;
        beside.execute(&format!("SELECT {alone}")).await;
        let outcome = to.try_open().await;
        assert!(matches!(outcome, Err(StoreError::Refused(said)) if said.contains("being restored")));
        drop(beside);
        restore(options(&file, &to, &from)).await.unwrap();
    });
}
