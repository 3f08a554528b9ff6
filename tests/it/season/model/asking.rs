//! An operation and what stands in the database → the request it means now. Mostly somebody asks who may, about something in a state
//! in which it may be asked; often enough not.

mod concerns;
mod pairings;
mod people;
mod promises;

use jiedui::model::Role;
use jiff::ToSpan;
use serde_json::{Value, json};

use super::operation::{May, Operation, Verb};
use super::rows::{Row, Rows};
use super::world::{Request, World};
use crate::http::samples::NOBODY;
use crate::http::server::COUNTY;

/// An operation about to become a request.
pub(crate) struct Asking<'a> {
    pub(crate) world: &'a World,
    pub(crate) rows: &'a Rows,
    pub(crate) operation: Operation,
}

/// The request of an operation; none where there is nothing that it could be about.
pub(crate) fn request(world: &World, rows: &Rows, operation: Operation) -> Option<Request> {
    let asking = Asking { world, rows, operation };
    asking
        .of_runs()
        .or_else(|| asking.of_promises())
        .or_else(|| asking.of_pairings())
        .or_else(|| asking.of_children())
        .or_else(|| asking.of_volunteers())
        .or_else(|| asking.of_concerns())
}

impl Asking<'_> {
    /// One of some, chosen by the operation's second number: mostly one that is preferred.
    fn pick<'r>(
        &'r self,
        all: impl Iterator<Item = &'r Row>,
        preferred: impl Fn(&Row) -> bool,
    ) -> Option<&'r Row> {
        let all: Vec<&Row> = all.collect();
        let liked: Vec<&Row> = all.iter().copied().filter(|row| preferred(row)).collect();
        let from = if liked.is_empty() || self.operation.a.is_multiple_of(8) { all } else { liked };
        let at = (self.operation.a / 8) as usize;
        (!from.is_empty()).then(|| from[at % from.len()])
    }

    /// As above, of a table.
    fn pick_of(&self, table: &'static str, preferred: impl Fn(&Row) -> bool) -> Option<&Row> {
        self.pick(self.rows.of(table), preferred)
    }

    /// One word of some, by the third number.
    fn word(&self, words: &[&'static str]) -> &'static str {
        words[self.operation.b as usize % words.len()]
    }

    /// Another one, by the fourth.
    fn further(&self, words: &[&'static str]) -> &'static str {
        words[self.operation.c as usize % words.len()]
    }

    /// So many days from today.
    fn day(&self, days: i64) -> String {
        self.world.today().checked_add(days.days()).unwrap().to_string()
    }

    /// Who asks about something of a volunteer's, or of nobody's.
    fn by(&self, owner: &str) -> Option<usize> {
        let users = &self.world.users;
        let at = (self.operation.by / 16) as usize;
        let anybody = || (at % (users.len() + 1)).checked_sub(1);
        if self.operation.by.is_multiple_of(16) {
            return anybody();
        }
        let right: Vec<usize> = match self.operation.verb.may() {
            May::Bearer | May::Clock => return None,
            May::Anyone => (0..users.len()).collect(),
            May::Roles(roles) => (0..users.len())
                .filter(|at| roles.contains(&users[*at].role) && users[*at].is_here())
                .filter(|at| {
                    users[*at].role != Role::Volunteer || users[*at].volunteer_id.as_deref() == Some(owner)
                })
                .collect(),
            May::Own => {
                (0..users.len()).filter(|at| users[*at].volunteer_id.as_deref() == Some(owner)).collect()
            }
        };
        if right.is_empty() { anybody() } else { Some(right[at % right.len()]) }
    }

    fn of(&self, owner: &str, method: &'static str, path: String, body: Value) -> Request {
        Request {
            by: self.by(owner),
            method,
            path,
            body,
            seen: None,
            target: String::new(),
            other: String::new(),
            word: "",
        }
    }

    fn get(&self, path: String) -> Request {
        self.of("", "GET", path, Value::Null)
    }

    /// A step of something.
    fn step(&self, (resource, id, verb): (&str, &str, &str), body: Value) -> Request {
        self.of("", "POST", format!("/{resource}/{id}/{verb}"), body).about(id)
    }

    /// Runs.
    fn of_runs(&self) -> Option<Request> {
        Some(match self.operation.verb {
            Verb::CreateRun | Verb::CreateAndPublish => {
                let provisional =
                    self.operation.verb == Verb::CreateRun && self.operation.c.is_multiple_of(8);
                let body = json!({"region_code": COUNTY, "policy_id": self.world.policy_id,
                    "period_first": self.day(1), "period_last": self.day(14 + i64::from(self.operation.b % 20)),
                    "seed": self.operation.a % 5, "provisional": provisional});
                self.of("", "POST", "/runs".to_owned(), body)
            }
            Verb::PublishRun => {
                let run = self.pick_of("runs", |run| run.says("state", "succeeded"))?;
                self.step(("runs", run.text("id"), "publish"), json!({}))
            }
            Verb::CancelRun => {
                let run = self.pick_of("runs", |run| run.says("state", "queued"))?;
                self.step(("runs", run.text("id"), "cancel"), json!({}))
            }
            Verb::ShowRun => {
                let run = self.pick_of("runs", |run| run.says("state", "published"))?;
                let part = self.word(&["", "/metrics", "/unmatched"]);
                self.get(format!("/runs/{}{part}", run.text("id"))).about(run.text("id")).saying(part)
            }
            _ => return None,
        })
    }

    /// A volunteer's id, who may be nobody.
    fn any_volunteer(&self) -> String {
        let volunteers: Vec<&Row> = self.rows.of("volunteers").collect();
        let at = (self.operation.b / 4) as usize;
        let found = (!volunteers.is_empty()).then(|| volunteers[at % volunteers.len()].text("id").to_owned());
        found.filter(|_| !self.operation.b.is_multiple_of(64)).unwrap_or_else(|| NOBODY.to_owned())
    }
}

impl Request {
    /// About something.
    fn about(mut self, id: &str) -> Self {
        id.clone_into(&mut self.target);
        self
    }

    /// And something else.
    fn and(mut self, id: &str) -> Self {
        id.clone_into(&mut self.other);
        self
    }

    /// Saying a word.
    fn saying(mut self, word: &'static str) -> Self {
        self.word = word;
        self
    }

    /// Of a version, mostly the present one.
    fn of_version(mut self, row: &Row) -> Self {
        self.seen = Some(row.whole("version"));
        self
    }
}
