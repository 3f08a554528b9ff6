//! Concerns.

use jiedui::model::Role;
use serde_json::{Value, json};

use super::Asking;
use crate::http::server::COUNTY;
use crate::season::model::operation::Verb;
use crate::season::model::rows::Row;
use crate::season::model::world::Request;

impl Asking<'_> {
    fn of_concern(&self, like: impl Fn(&Row) -> bool, verb: &str, body: Value) -> Option<Request> {
        let row = self.pick_of("concerns", like)?;
        Some(self.step(("concerns", row.text("id"), verb), body))
    }

    /// What nobody else has said.
    fn text(&self) -> String {
        format!("虑言{:08x}", self.operation.c)
    }

    /// About a pair, a volunteer, a colleague or nobody who is registered.
    fn report(&self) -> Option<Request> {
        let text = self.text();
        let mut body = json!({"kind": "boundary", "severity": self.word(&["emergency", "serious", "worrying"]),
            "text": text, "subject_kind": "unknown", "reporter_kind": "neighbour", "channel": "phone"});
        let mut owner = String::new();
        match self.operation.b / 3 % 5 {
            0 | 1 => {
                let row = self.pick_of("pairings", |row| row.says("state", "active"))?;
                body["pairing_id"] = json!(row.text("id"));
                body["subject_kind"] = json!("volunteer");
                row.text("volunteer_id").clone_into(&mut owner);
            }
            2 => {
                let volunteer = self.pick_of("volunteers", |_| true)?.text("id");
                body["subject_volunteer_id"] = json!(volunteer);
                body["subject_kind"] = json!("volunteer");
                volunteer.clone_into(&mut owner);
            }
            3 => {
                let staff = |row: &Row| row.says("role", "supervisor") || row.says("role", "coordinator");
                let colleague = self.pick_of("users", staff)?.text("id");
                body["subject_user_id"] = json!(colleague);
                body["subject_kind"] = json!("staff");
                body["region_code"] = json!(COUNTY);
            }
            _ => {
                body["child_id"] = json!(self.pick_of("children", |_| true)?.text("id"));
                body["region_code"] = json!(COUNTY);
            }
        }
        Some(self.of(&owner, "POST", "/concerns".to_owned(), body).and(&text))
    }

    pub(super) fn of_concerns(&self) -> Option<Request> {
        let open = |row: &Row| row.says("state", "open") || row.says("state", "assigned");
        match self.operation.verb {
            Verb::Report => self.report(),
            Verb::Assign => {
                let users = &self.world.users;
                let handlers: Vec<&str> = users
                    .iter()
                    .filter(|user| {
                        let fits =
                            [Role::Supervisor, Role::Coordinator, Role::ChildDirector].contains(&user.role);
                        fits || self.operation.c.is_multiple_of(8)
                    })
                    .map(|user| user.id.as_str())
                    .collect();
                let chosen = handlers[(self.operation.b / 8) as usize % handlers.len()];
                Some(self.of_concern(open, "assign", json!({"user_id": chosen}))?.and(chosen))
            }
            Verb::AddEntry => self.of_concern(|_| true, "entries", json!({"kind": "note", "text": "已了解"})),
            Verb::TellAuthority => {
                let body =
                    json!({"authority": "police", "reference": "报案-1", "told_at": "2026-03-02T00:00:00Z"});
                self.of_concern(|row| !row.has("reported_to_authority_at_ms"), "report", body)
            }
            Verb::Close => {
                let row = self.pick_of("concerns", |row| !row.says("state", "closed"))?;
                // Mostly the second finds what the first found.
                let asked = ["confirmed", "unfounded"].into_iter().find(|word| row.says("outcome", word));
                let outcome = asked.filter(|_| !self.operation.b.is_multiple_of(4));
                let outcome = outcome.unwrap_or_else(|| self.further(&["confirmed", "unfounded"]));
                let body = json!({"outcome": outcome, "text": "已核实"});
                Some(self.step(("concerns", row.text("id"), "close"), body).saying(outcome))
            }
            Verb::Reopen => {
                let closed = |row: &Row| row.says("state", "closing") || row.says("state", "closed");
                self.of_concern(closed, "reopen", json!({"text": "有新情况"}))
            }
            Verb::ShowConcern => {
                let id = self.pick_of("concerns", |_| true)?.text("id");
                Some(self.get(format!("/concerns/{id}")).about(id))
            }
            Verb::ListConcerns => Some(self.get("/concerns".to_owned())),
            Verb::MyConcerns => Some(self.get("/me/concerns".to_owned())),
            _ => None,
        }
    }
}
