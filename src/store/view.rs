//! A connection to read from, and what every reading method needs: statements, sealed fields, the store.

use super::Store;
use super::database::{Connection, Stored};
use super::error::StoreError;
use super::statement::{Statement, Value};

/// Reads. Methods are added by the file of each subject.
pub struct View {
    store: Store,
    connection: Connection,
}

impl View {
    pub(super) fn new(store: Store, connection: Connection) -> Self {
        Self { store, connection }
    }

    /// The store this reads from.
    pub fn store(&self) -> &Store {
        &self.store
    }

    pub(super) fn into_connection(self) -> Connection {
        self.connection
    }

    pub(super) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub(super) async fn execute(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<u64, StoreError> {
        self.connection.execute(statement, values).await
    }

    pub(super) async fn all<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        self.connection.all(statement, values).await
    }

    pub(super) async fn optional<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<Option<T>, StoreError> {
        self.connection.optional(statement, values).await
    }

    pub(super) async fn one<T: Stored>(
        &mut self,
        statement: Statement,
        values: Vec<Value>,
    ) -> Result<T, StoreError> {
        self.connection.one(statement, values).await
    }
}
