//! The archives of a run, in parts that are sealed under the run's key.

use data_encoding::BASE64;
use sqlx::FromRow;

use super::TABLE;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{Change, StoreError, View};

/// Places, pairs, answers and the policy, as they went into the run.
pub const INPUTS: &str = "inputs.zip";
/// The plan folder without `people.csv`: what may be checked elsewhere.
pub const PLAN: &str = "plan.zip";
/// Who is who in the plan folder, by ids of the store: what `people.csv` would tell by numbers. Not given out.
pub const KEY: &str = "key.zip";
/// Bytes of a part.
const PART_BYTES: usize = 512 << 10;

statements! {
    /// Adds a part.
    ADD = "INSERT INTO run_files (run_id, name, part, sealed) VALUES ($1, $2, $3, $4)";
    /// Forgets an archive that was not finished.
    FORGET = "DELETE FROM run_files WHERE run_id = $1 AND name = $2";
    /// A part.
    FIND = "SELECT sealed FROM run_files WHERE run_id = $1 AND name = $2 AND part = $3";
}

#[derive(FromRow)]
struct Part {
    sealed: String,
}

fn field(name: &str, part: i64) -> String {
    format!("run_files/{name}/{part}")
}

fn broken(run_id: &str, cause: String) -> StoreError {
    StoreError::Broken { table: "run_files", column: "sealed", row: run_id.to_owned(), cause }
}

impl View {
    /// An archive of a run; `None` where there is none.
    pub async fn run_file(&mut self, run_id: &str, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(key) = self.person_key(TABLE, run_id).await? else { return Ok(None) };
        let (mut bytes, mut number) = (Vec::new(), 0);
        loop {
            let part: Option<Part> = self.optional(FIND, bound![run_id, name, number]).await?;
            let Some(part) = part else { break };
            let field = field(name, number);
            let text = self.open(&key, &part.sealed, Some(&[field.as_str()]))?.remove(&field);
            let text = text.ok_or_else(|| broken(run_id, "no part".to_owned()))?;
            let decoded =
                BASE64.decode(text.as_bytes()).map_err(|error| broken(run_id, error.to_string()))?;
            bytes.extend_from_slice(&decoded);
            number += 1;
        }
        Ok((number > 0).then_some(bytes))
    }

    /// The parts of an archive, sealed, before the transactions that store them.
    pub async fn seal_run_file(
        &mut self,
        run_id: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Vec<String>, StoreError> {
        let key = self.person_key(TABLE, run_id).await?.ok_or(StoreError::not_found("run"))?;
        let parts = bytes.chunks(PART_BYTES).zip(0_i64..);
        let sealed = parts.map(|(part, number)| {
            self.seal(&key, &Clear::from([(field(name, number), BASE64.encode(part))]))
        });
        Ok(sealed.collect())
    }
}

impl Change {
    /// Forgets what was stored of an archive that was not finished.
    pub async fn forget_run_file(&mut self, run_id: &str, name: &str) -> Result<(), StoreError> {
        self.execute(FORGET, bound![run_id, name]).await.map(|_| ())
    }

    /// Stores a part.
    pub async fn add_run_part(
        &mut self,
        run_id: &str,
        (name, part): (&str, i64),
        sealed: String,
    ) -> Result<(), StoreError> {
        self.execute(ADD, bound![run_id, name, part, sealed]).await.map(|_| ())
    }
}
