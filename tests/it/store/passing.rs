//! Faults of the database that pass by themselves are told apart from ours, on both databases.

use jiedui::store::{Actor, AuditEvent, Store, StoreError};

use super::ground::{Ground, runtime};

/// Writes a row of the trail.
async fn write(store: &Store) -> Result<(), StoreError> {
    let mut change = store.change(Actor::SYSTEM).await?;
    change.record(AuditEvent::new("thing.done", "things", "1", ""));
    change.commit(None).await
}

fn passes(done: &Result<(), StoreError>) -> bool {
    matches!(done, Err(StoreError::Unavailable(_)))
}

#[test]
fn a_database_that_may_only_be_read_now_is_not_a_fault_of_a_statement() {
    let ground = Ground::sqlite();
    runtime().block_on(async {
        ground.open().await.close().await;
        let store = Store::inspect(ground.options()).await.unwrap();
        let done = write(&store).await;
        assert!(passes(&done), "{done:?}");
    });
    let ground = Ground::postgres("");
    runtime().block_on(async {
        let store = ground.open().await;
        let mut beside = ground.beside().await;
        let name = beside.text("SELECT current_database()::text").await.unwrap();
        beside.execute(&format!("ALTER DATABASE \"{name}\" SET default_transaction_read_only = on")).await;
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()";
        beside.execute(others).await;
        let done = write(&store).await;
        assert!(passes(&done), "{done:?}");
    });
}

#[test]
fn a_lock_that_is_held_too_long_passes() {
    let ground = Ground::postgres("");
    runtime().block_on(async {
        let store = ground.open().await;
        let mut beside = ground.beside().await;
        beside.execute("BEGIN").await;
        beside.execute("LOCK TABLE audit_head IN ACCESS EXCLUSIVE MODE").await;
        let done = write(&store).await;
        assert!(passes(&done), "{done:?}");
        beside.execute("ROLLBACK").await;
        write(&store).await.unwrap();
    });
}

#[test]
fn tables_that_cannot_be_read_are_not_taken_for_old_ones() {
    let ground = Ground::sqlite();
    runtime().block_on(async {
        ground.open().await.close().await;
        let mut beside = ground.beside().await;
        beside.execute("ALTER TABLE _sqlx_migrations RENAME COLUMN success TO good").await;
        let looked = Store::inspect(ground.options()).await;
        assert!(matches!(looked, Err(StoreError::Statement(_))), "{:?}", looked.err());
        beside.execute("DROP TABLE _sqlx_migrations").await;
        let looked = Store::inspect(ground.options()).await;
        assert!(matches!(looked, Err(StoreError::Refused(_))), "{:?}", looked.err());
    });
}
