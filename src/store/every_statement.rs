//! Every statement of the store, prepared: what a test asks of both databases, and `doctor` of the one at hand.

use sqlx::{Executor, SqlSafeStr};

use super::accounts::{
    api_keys, credentials, erased, login_failures, second_factor, sessions, setup, teams, user_changes, users,
};
use super::database::Database;
use super::error::StoreError;
use super::statement::Statement;
use super::{
    Store, audit, concerns, held, idempotency, imports, keys, offers, outbox, pairings, people, policies,
    proposals, regions, restore, rotation, runs, sealing, trail,
};

/// The statements of every file of the store. A file that is left out is found by a test that reads the sources.
const FILES: &[(&str, &[(&str, Statement)])] = &[
    ("accounts/api_keys", api_keys::STATEMENTS),
    ("accounts/credentials", credentials::STATEMENTS),
    ("accounts/erased", erased::STATEMENTS),
    ("accounts/login_failures", login_failures::STATEMENTS),
    ("accounts/second_factor", second_factor::STATEMENTS),
    ("accounts/sessions", sessions::STATEMENTS),
    ("accounts/setup", setup::STATEMENTS),
    ("accounts/teams", teams::STATEMENTS),
    ("accounts/user_changes", user_changes::STATEMENTS),
    ("accounts/users", users::STATEMENTS),
    ("audit", audit::STATEMENTS),
    ("held", held::STATEMENTS),
    ("idempotency", idempotency::STATEMENTS),
    ("keys", keys::STATEMENTS),
    ("policies", policies::STATEMENTS),
    ("regions", regions::STATEMENTS),
    ("restore", restore::STATEMENTS),
    ("rotation", rotation::STATEMENTS),
    ("sealing", sealing::STATEMENTS),
    ("trail", trail::STATEMENTS),
];

/// Those of this file and of every folder.
fn every_file() -> impl Iterator<Item = &'static (&'static str, &'static [(&'static str, Statement)])> {
    let folders = [
        concerns::FILES,
        imports::FILES,
        offers::FILES,
        outbox::FILES,
        pairings::FILES,
        people::FILES,
        proposals::FILES,
        runs::FILES,
    ];
    FILES.iter().chain(folders.into_iter().flatten())
}

impl Store {
    /// Names of the files that declare statements, in order.
    pub fn statement_files() -> impl Iterator<Item = &'static str> {
        every_file().map(|(file, _)| *file)
    }

    /// Prepares every statement; how many there are.
    ///
    /// # Errors
    /// [`StoreError::Refused`] with file and name of the first that the database does not take.
    pub async fn prepare_every_statement(&self) -> Result<usize, StoreError> {
        let mut prepared = 0;
        for (file, statements) in every_file() {
            for (name, statement) in *statements {
                let done = match self.database() {
                    Database::Sqlite { readers, .. } => {
                        readers.prepare(statement.0.into_sql_str()).await.map(|_| ())
                    }
                    Database::Postgres { readers, .. } => {
                        readers.prepare(statement.0.into_sql_str()).await.map(|_| ())
                    }
                };
                done.map_err(|error| {
                    StoreError::Refused(format!("{file}::{name} cannot be prepared: {error}"))
                })?;
                prepared += 1;
            }
        }
        Ok(prepared)
    }
}
