//! Living pairs, contacts and tasks.

use serde_json::{Value, json};

use super::Asking;
use crate::season::model::operation::Verb;
use crate::season::model::rows::Row;
use crate::season::model::world::Request;

impl Asking<'_> {
    fn pairing_in(&self, states: &[&str]) -> Option<&Row> {
        self.pick_of("pairings", |row| states.contains(&row.text("state")))
    }

    fn of_pairing(&self, states: &[&str], verb: &str, body: Value) -> Option<Request> {
        Some(self.step(("pairings", self.pairing_in(states)?.text("id"), verb), body))
    }

    fn showing(&self, part: &str) -> Option<Request> {
        let id = self.pairing_in(&["active", "suspended", "ended"])?.text("id");
        Some(self.get(format!("/pairings/{id}{part}")).about(id))
    }

    /// A pairing to be answered to: mostly one that has not been.
    fn awaiting(&self, column: &'static str) -> Option<&str> {
        let row = self.pick_of("pairings", |row| {
            row.says("state", "awaiting_guardian") && !row.says(column, "yes")
                || (self.operation.c.is_multiple_of(8) && !row.says("state", "ended"))
        })?;
        Some(row.text("id"))
    }

    /// Mostly yes.
    fn yes(&self) -> &'static str {
        if self.operation.b.is_multiple_of(8) { "no" } else { "yes" }
    }

    fn guardian_answer(&self) -> Option<Request> {
        let answer = self.yes();
        let giver = if self.operation.c % 12 == 1 { "carer" } else { "guardian" };
        let body = json!({"answer": answer, "giver": giver, "relation": "grandparent", "method": "thumbprint",
            "channel": "paper_thumbprint", "text_version": "2026-1", "given_on": self.day(0),
            "giver_name": "田护某", "witness": "向证某"});
        let request = self.step(("pairings", self.awaiting("guardian_answer")?, "guardian-answer"), body);
        Some(request.saying(answer).and(giver))
    }

    fn child_answer(&self) -> Option<Request> {
        let answer = self.yes();
        let body =
            json!({"answer": answer, "channel": "in_person", "asked_on": self.day(0), "witness": "向证某"});
        let request = self.step(("pairings", self.awaiting("child_answer")?, "child-answer"), body);
        Some(request.saying(answer))
    }

    /// A contact: mostly one that may be.
    fn contact(&self) -> (Value, &'static str) {
        let sorts =
            ["visit", "activity", "video_call", "support_volunteer", "support_carer", "support_child"];
        let kind = self.word(&sorts);
        let day = self.day(-i64::from(self.operation.c % 16 / 3));
        let setting = match kind {
            "visit" | "activity" => {
                self.further(&["facilitated", "site_observable", "community", "overnight"])
            }
            "video_call" => "video_observed",
            _ => "",
        };
        let mut body = json!({"kind": kind, "took_place": !self.operation.c.is_multiple_of(5), "happened_on": day,
            "minutes": 45, "present": ["child", "volunteer", "child_director"], "note": "一切安好"});
        if !setting.is_empty() {
            body["setting"] = json!(setting);
        }
        (body, setting)
    }

    pub(super) fn of_pairings(&self) -> Option<Request> {
        match self.operation.verb {
            Verb::GuardianAnswer => self.guardian_answer(),
            Verb::ChildAnswer => self.child_answer(),
            Verb::Activate => {
                let row = self.pick_of("pairings", |row| {
                    row.says("state", "awaiting_guardian")
                        && (row.says("guardian_answer", "yes") || self.operation.b.is_multiple_of(4))
                })?;
                Some(self.step(("pairings", row.text("id"), "activate"), json!({})))
            }
            Verb::Suspend => self.of_pairing(&["active"], "suspend", json!({"reason": "other"})),
            Verb::Resume => self.of_pairing(&["suspended"], "resume", json!({})),
            Verb::End => self.end(),
            Verb::ShowPairing => self.showing(""),
            Verb::History => self.showing("/history"),
            Verb::Calendar => self.showing("/calendar.ics"),
            Verb::ListOverdue => Some(self.get("/pairings?overdue=true".to_owned())),
            Verb::AddContact => {
                let (body, setting) = self.contact();
                let request = self.of_pairing(&["active", "suspended"], "contacts", body)?;
                Some(request.saying(setting))
            }
            Verb::AmendContact => {
                let id = self.pick_of("contacts", |_| true)?.text("id");
                let (body, setting) = self.contact();
                Some(self.step(("contacts", id, "amend"), body).saying(setting))
            }
            Verb::MyContact | Verb::MyPairings | Verb::RevealMine => self.of_mine(),
            Verb::ListTasks => Some(self.get("/tasks".to_owned())),
            Verb::DoTask => {
                let task =
                    self.pick_of("tasks", |row| !row.has("done_at_ms") && row.says("role", "coordinator"))?;
                Some(self.step(("tasks", task.text("id"), "done"), json!({})))
            }
            _ => None,
        }
    }

    fn end(&self) -> Option<Request> {
        let notice = self.word(&["in_person", "phone", "pending"]);
        let body = json!({"reason": "term_ended", "went_well": !self.operation.c.is_multiple_of(3), "notice": notice,
            "farewell": "met", "replacement": "next_run"});
        let row =
            self.pick_of("pairings", |row| !row.says("state", "ended") || row.says("notice", "pending"))?;
        Some(self.step(("pairings", row.text("id"), "end"), body).saying(notice))
    }

    fn of_mine(&self) -> Option<Request> {
        let row = self.pairing_in(&["active", "suspended"])?;
        let (id, owner) = (row.text("id"), row.text("volunteer_id"));
        Some(match self.operation.verb {
            Verb::MyContact => {
                let (body, setting) = self.contact();
                self.of(owner, "POST", format!("/me/pairings/{id}/contacts"), body).about(id).saying(setting)
            }
            Verb::MyPairings => self.of(owner, "GET", "/me/pairings".to_owned(), Value::Null),
            _ => {
                let body = json!({"purpose": "contact"});
                self.of(owner, "POST", format!("/me/pairings/{id}/reveal"), body).about(id)
            }
        })
    }
}
