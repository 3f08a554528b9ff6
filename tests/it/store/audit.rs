//! The audit trail: nothing can be changed, taken out, put in or cut off unseen, and no read is answered before it is written.

use jiedui::store::{Actor, AuditEvent, AuditFilter, ChainFault, PageRequest, RegionSpan, Store};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

use super::ground::{Beside, Ground, on_both};

const COLUMNS: [&str; 14] = [
    "sequence",
    "at_ms",
    "actor_kind",
    "actor_id",
    "request_id",
    "action",
    "subject_table",
    "subject_id",
    "region_code",
    "fields",
    "purpose",
    "reason",
    "previous_hash",
    "hash",
];

fn actor(number: i64) -> Actor {
    Actor {
        kind: "user",
        id: Some(format!("actor-{}", number % 3)),
        request_id: Some(format!("request-{number}")),
    }
}

fn event(number: i64) -> AuditEvent {
    let region = ["422827000000", "422825000000", ""][(number % 3) as usize];
    AuditEvent::new("child.read", "children", &format!("child-{number}"), region)
        .of_fields(["name", "phone"])
        .for_purpose("visit")
        .because("asked")
}

async fn append(store: &Store, numbers: std::ops::Range<i64>) {
    for number in numbers {
        let mut change = store.change(actor(number)).await.unwrap();
        change.record(event(number));
        change.commit(None).await.unwrap();
    }
}

async fn verified(store: &Store) -> (i64, Option<ChainFault>) {
    store.view().await.unwrap().verify_audit().await.unwrap()
}

/// Where the chain is said to be broken.
async fn fault_at(store: &Store) -> Option<i64> {
    verified(store).await.1.map(|fault| fault.sequence)
}

#[test]
fn an_untouched_chain_holds() {
    on_both(|ground| async move {
        let store = ground.open().await;
        assert_eq!(verified(&store).await, (0, None));
        append(&store, 0..25).await;
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        (25..1_300).for_each(|number| change.record(event(number)));
        change.commit(None).await.unwrap();
        assert_eq!(verified(&store).await, (1_300, None));
        store.close().await;
    });
}

#[test]
fn a_change_rolled_back_leaves_no_row() {
    on_both(|ground| async move {
        let store = ground.open().await;
        append(&store, 0..3).await;
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        change.record(event(3));
        drop(change);
        append(&store, 4..5).await;
        assert_eq!(verified(&store).await, (4, None));
        store.close().await;
    });
}

/// Changes one byte of a text to another that both databases take, or a whole number to one that differs in a digit.
fn edited(text: &str, random: &mut ChaCha20Rng) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let at = random.random_range(0..bytes.len());
    let digit = bytes[at].is_ascii_digit();
    let before = bytes[at];
    while bytes[at] == before {
        bytes[at] = if digit { random.random_range(b'0'..=b'9') } else { random.random_range(b'a'..=b'z') };
    }
    String::from_utf8(bytes).unwrap()
}

async fn edit_once(store: &Store, beside: &mut Beside, rows: i64, random: &mut ChaCha20Rng) {
    let row = random.random_range(1..=rows);
    let column = COLUMNS[random.random_range(0..COLUMNS.len())];
    let is_number = matches!(column, "sequence" | "at_ms");
    let read = format!("SELECT CAST({column} AS TEXT) FROM audit_events WHERE sequence = {row}");
    let before = beside.text(&read).await.unwrap();
    if before.is_empty() {
        return;
    }
    let after = edited(&before, random);
    let quoted = |text: &str| if is_number { text.to_owned() } else { format!("'{text}'") };
    let edit = format!("UPDATE audit_events SET {column} = {} WHERE sequence = {row}", quoted(&after));
    if beside.try_execute(&edit).await.is_err() {
        assert_eq!(column, "sequence", "only a number that is taken is refused");
        return;
    }
    let found = fault_at(store).await;
    let now = if column == "sequence" { after.parse().unwrap() } else { row };
    assert!(
        found == Some(row) || found == Some(now),
        "{column} of row {row}: {before} -> {after}, found {found:?}"
    );
    let back = format!("UPDATE audit_events SET {column} = {} WHERE sequence = {now}", quoted(&before));
    beside.execute(&back).await;
}

#[test]
fn any_byte_edited_is_found_at_its_row() {
    on_both(|ground| async move {
        let store = ground.open().await;
        append(&store, 0..40).await;
        let mut beside = ground.beside().await;
        if !ground.is_sqlite() {
            // The edits need not survive anything.
            beside.execute("SET synchronous_commit = off").await;
        }
        let mut random = ChaCha20Rng::seed_from_u64(7);
        for _ in 0..1_000 {
            edit_once(&store, &mut beside, 40, &mut random).await;
        }
        assert_eq!(verified(&store).await, (40, None), "every edit was undone");
        store.close().await;
    });
}

async fn tampered(ground: &Ground, statements: &[&str]) -> Option<ChainFault> {
    let store = ground.open().await;
    let mut beside = ground.beside().await;
    for statement in statements {
        beside.execute(statement).await;
    }
    let found = verified(&store).await.1;
    store.close().await;
    found
}

#[test]
fn rows_taken_out_put_in_or_cut_off_are_found() {
    on_both(|ground| async move {
        let store = ground.open().await;
        append(&store, 0..9).await;
        store.close().await;
        drop(store);
        let fault = |sequence, fault| Some(ChainFault { sequence, fault });
        let take = |row: &str| format!("DELETE FROM audit_events WHERE sequence = {row}");
        let copy = |to: &str, from: &str| {
            format!(
                "INSERT INTO audit_events SELECT {to}, at_ms, actor_kind, actor_id, request_id, action, subject_table,
                 subject_id, region_code, fields, purpose, reason, previous_hash, hash
                 FROM audit_events WHERE sequence = {from}"
            )
        };
        assert_eq!(tampered(&ground, &[&copy("10", "9")]).await.unwrap().sequence, 10);
        assert_eq!(tampered(&ground, &[&take("10"), &copy("0", "1")]).await, fault(0, "added"));
        assert_eq!(tampered(&ground, &[&take("0"), &take("9")]).await, fault(9, "end cut off"));
        assert_eq!(tampered(&ground, &[&take("4")]).await, fault(4, "missing"));
        let absent = "UPDATE audit_events SET actor_id = NULL WHERE sequence = 2";
        assert_eq!(tampered(&ground, &[absent]).await, fault(2, "changed"));
    });
}

#[test]
fn a_read_is_on_disk_before_its_answer_leaves() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let all = (0..200).map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                store.record_readings(actor(number), vec![event(number), event(number)]).await.unwrap();
                let mut view = store.view().await.unwrap();
                let page = PageRequest::default();
                let found = view.history("children", &format!("child-{number}"), &page).await.unwrap();
                assert_eq!(found.items.len(), 2);
                assert_eq!(found.items[0].request_id, Some(format!("request-{number}")));
            })
        });
        for one in all.collect::<Vec<_>>() {
            one.await.unwrap();
        }
        assert_eq!(verified(&store).await, (400, None));
        store.close().await;
        assert!(
            store.record_readings(actor(1), vec![event(1)]).await.is_err(),
            "a closed store writes nothing"
        );
    });
}

async fn listed(store: &Store, filter: &AuditFilter, limit: i64) -> Vec<i64> {
    let mut view = store.view().await.unwrap();
    let (mut found, mut after) = (Vec::new(), String::new());
    loop {
        let page = view.audit_events(filter, &PageRequest { after, limit }).await.unwrap();
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items.iter().map(|row| row.sequence));
        match page.next_after {
            Some(next) => after = next,
            None => return found,
        }
    }
}

#[test]
fn pages_of_any_size_hold_every_row_once_and_filters_hold() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for number in 0..30 {
            append(&store, number..number + 1).await;
            ground.clock.advance_ms(1_000);
        }
        let all = AuditFilter {
            region: RegionSpan::everywhere(),
            action: String::new(),
            actor_id: String::new(),
            from_ms: i64::MIN,
            before_ms: i64::MAX,
        };
        for limit in [1, 7, 10, 29, 30, 31, 200] {
            assert_eq!(listed(&store, &all, limit).await, (1..=30).collect::<Vec<_>>(), "pages of {limit}");
        }
        let county = AuditFilter { region: RegionSpan::of_prefix("422827"), ..all.clone() };
        assert_eq!(listed(&store, &county, 4).await, (1..=30).step_by(3).collect::<Vec<_>>());
        let prefecture = AuditFilter { region: RegionSpan::of_prefix("422800000000"), ..all.clone() };
        assert_eq!(listed(&store, &prefecture, 200).await.len(), 20);
        let one_actor = AuditFilter { actor_id: "actor-1".into(), ..all.clone() };
        assert_eq!(listed(&store, &one_actor, 3).await, (2..=30).step_by(3).collect::<Vec<_>>());
        let first = super::ground::NOON_MS;
        let hours = AuditFilter { from_ms: first + 5_000, before_ms: first + 8_000, ..all.clone() };
        assert_eq!(listed(&store, &hours, 2).await, vec![6, 7, 8]);
        let none = AuditFilter { action: "child.erased".into(), ..all };
        assert!(listed(&store, &none, 2).await.is_empty());
        store.close().await;
    });
}
