//! Who was looked at by a run: the rows as they were then, each sealed under its person's own key.

use sqlx::FromRow;

use super::super::people::RunPerson;
use crate::input::person_check::Cells;
use crate::store::sealing::Clear;
use crate::store::statement::{bound, statements};
use crate::store::{Change, Store, StoreError, View, json};

/// Children.
pub const CHILD: &str = "children";
/// Adults who volunteer.
pub const VOLUNTEER: &str = "volunteers";

statements! {
    /// Adds somebody.
    ADD = "INSERT INTO run_people (run_id, kind, position, subject_id, region_code, sealed)
        VALUES ($1, $2, $3, $4, $5, $6)";
    /// Forgets a snapshot that was not finished.
    FORGET = "DELETE FROM run_people WHERE run_id = $1";
    /// The next people after a position, with their keys.
    LIST = "SELECT p.position, p.subject_id, p.region_code, p.sealed, k.wrapped
        FROM run_people p
        LEFT JOIN data_keys k ON k.subject_id = p.subject_id
        WHERE p.run_id = $1 AND p.kind = $2 AND p.position > $3
        ORDER BY p.position
        LIMIT $4";
    /// Who they are, and nothing of them.
    LIST_SUBJECTS = "SELECT position, subject_id, region_code FROM run_people
        WHERE run_id = $1 AND kind = $2
        ORDER BY position";
    /// Nothing is left of somebody who was erased but that she was there.
    ERASE = "UPDATE run_people SET sealed = '' WHERE subject_id = $1";
    /// How many of a run were erased; -1 where nobody's row is kept any more.
    COUNT_ERASED = "SELECT CASE
            WHEN EXISTS (SELECT 1 FROM run_people WHERE run_id = $1)
            THEN (SELECT COUNT(*) FROM run_people WHERE run_id = $1 AND sealed = '')
            ELSE -1 END AS number";
    /// Whether somebody was looked at.
    FIND_POSITION = "SELECT position, subject_id, region_code FROM run_people
        WHERE subject_id = $1 AND run_id = $2";
}

/// Somebody's row, sealed, before the transaction that stores it.
pub struct SealedRunPerson {
    kind: &'static str,
    position: i64,
    subject_id: String,
    region_code: String,
    sealed: String,
}

/// Somebody's row as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRunPerson {
    /// The number of her row, from 1.
    pub position: i64,
    /// Her id.
    pub subject_id: String,
    /// Her division then.
    pub region_code: String,
    /// Her row; `None` once she was erased.
    pub cells: Option<Cells>,
}

/// Somebody who was looked at.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RunSubject {
    /// The number of her row, from 1.
    pub position: i64,
    /// Her id.
    pub subject_id: String,
    /// Her division then.
    pub region_code: String,
}

#[derive(FromRow)]
struct Row {
    position: i64,
    subject_id: String,
    region_code: String,
    sealed: String,
    wrapped: Option<String>,
}

#[derive(FromRow)]
struct Counted {
    number: i64,
}

fn field(run_id: &str) -> String {
    format!("run_people/{run_id}")
}

impl Store {
    /// Seals somebody's row under her own key.
    pub fn seal_run_person(
        &self,
        run_id: &str,
        (kind, position): (&'static str, i64),
        person: &RunPerson,
        cells: &Cells,
    ) -> SealedRunPerson {
        let clear = Clear::from([(field(run_id), json(cells))]);
        SealedRunPerson {
            kind,
            position,
            subject_id: person.id.clone(),
            region_code: person.region_code.clone(),
            sealed: self.seal(&person.key, &clear),
        }
    }
}

impl View {
    /// The next people of a kind after a position, with their rows; none at the end.
    pub async fn run_people(
        &mut self,
        run_id: &str,
        kind: &'static str,
        after: i64,
        most: i64,
    ) -> Result<Vec<StoredRunPerson>, StoreError> {
        let rows: Vec<Row> = self.all(LIST, bound![run_id, kind, after, most]).await?;
        let field = field(run_id);
        let mut people = Vec::with_capacity(rows.len());
        for row in rows {
            let broken = |cause: String| StoreError::Broken {
                table: "run_people",
                column: "sealed",
                row: row.subject_id.clone(),
                cause,
            };
            let cells = match &row.wrapped {
                None => None,
                Some(_) if row.sealed.is_empty() => None,
                Some(wrapped) => {
                    let key = self.unwrap_person_key(kind, &row.subject_id, wrapped)?;
                    let mut clear = self.open(&key, &row.sealed, Some(&[field.as_str()]))?;
                    let text = clear.remove(&field).ok_or_else(|| broken("no row".to_owned()))?;
                    Some(serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?)
                }
            };
            let Row { position, subject_id, region_code, .. } = row;
            people.push(StoredRunPerson { position, subject_id, region_code, cells });
        }
        Ok(people)
    }

    /// Who was looked at, in the order of their rows. Nothing of them is opened.
    pub async fn run_subjects(
        &mut self,
        run_id: &str,
        kind: &'static str,
    ) -> Result<Vec<RunSubject>, StoreError> {
        self.all(LIST_SUBJECTS, bound![run_id, kind]).await
    }

    /// How many of those who were looked at were erased since; -1 where nobody's row is kept any more.
    pub async fn erased_of_run(&mut self, run_id: &str) -> Result<i64, StoreError> {
        let counted: Counted = self.one(COUNT_ERASED, bound![run_id]).await?;
        Ok(counted.number)
    }

    /// The row of somebody in a run, where she was looked at.
    pub async fn run_subject(
        &mut self,
        run_id: &str,
        subject_id: &str,
    ) -> Result<Option<RunSubject>, StoreError> {
        self.optional(FIND_POSITION, bound![subject_id, run_id]).await
    }
}

impl Change {
    /// Adds people to a run's snapshot.
    pub async fn add_run_people(
        &mut self,
        run_id: &str,
        people: Vec<SealedRunPerson>,
    ) -> Result<(), StoreError> {
        let rows = people.into_iter().map(|person| {
            let SealedRunPerson { kind, position, subject_id, region_code, sealed } = person;
            bound![run_id, kind, position, subject_id, region_code, sealed]
        });
        self.insert_many(ADD, rows.collect()).await.map(|_| ())
    }

    /// Leaves nothing in any run of somebody who is erased. Plans in force are others without her.
    pub(in crate::store) async fn erase_from_runs(&mut self, subject_id: &str) -> Result<(), StoreError> {
        self.execute(ERASE, bound![subject_id]).await?;
        self.note_settling_with(subject_id).await
    }

    /// Forgets a snapshot that was not finished.
    pub async fn forget_run_people(&mut self, run_id: &str) -> Result<(), StoreError> {
        self.execute(FORGET, bound![run_id]).await.map(|_| ())
    }
}
