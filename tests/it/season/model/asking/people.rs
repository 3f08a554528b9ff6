//! Children and volunteers: what is recorded of them, and what keeps them out.

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};

use super::Asking;
use crate::http::server::COUNTY;
use crate::season::model::county::{SATURDAY, SUNDAY, consent, screening};
use crate::season::model::operation::Verb;
use crate::season::model::rows::Row;
use crate::season::model::world::{Request, World};

/// Nobody archived or erased.
fn is_there(row: &Row) -> bool {
    !row.has("deleted_at_ms")
}

/// Archived, and may be brought back.
fn is_archived(row: &Row) -> bool {
    row.has("deleted_at_ms") && !row.has("erased_at_ms")
}

impl Asking<'_> {
    fn of_child(&self, verb: &str, body: Value) -> Option<Request> {
        let id = self.pick_of("children", is_there)?.text("id");
        Some(self.step(("children", id, verb), body))
    }

    fn of_volunteer(&self, like: impl Fn(&Row) -> bool, verb: &str, body: Value) -> Option<Request> {
        let row = self.pick_of("volunteers", like)?;
        let id = row.text("id");
        Some(self.of(id, "POST", format!("/volunteers/{id}/{verb}"), body).about(id))
    }

    /// Hours, mostly those that most have.
    fn hours(&self) -> (&'static str, &'static str) {
        if self.operation.b.is_multiple_of(8) { (SUNDAY, "sunday") } else { (SATURDAY, "saturday") }
    }

    /// What is registered anew is random under a number of the operation.
    fn random(&self) -> ChaCha20Rng {
        ChaCha20Rng::seed_from_u64(u64::from(self.operation.c))
    }

    pub(super) fn of_children(&self) -> Option<Request> {
        match self.operation.verb {
            Verb::Consent => {
                let purpose = self.word(&["processing", "pairing"]);
                let answer = if self.operation.c.is_multiple_of(9) { "no" } else { "yes" };
                let mut body = consent(purpose, answer);
                let giver = if self.operation.c % 11 == 1 { "carer" } else { "guardian" };
                body["giver"] = json!(giver);
                Some(self.of_child("consents", body)?.saying(answer).and(giver))
            }
            Verb::WithdrawConsent => {
                let id = self.pick_of("consents", |row| !row.has("withdrawn_at_ms"))?.text("id");
                Some(self.step(("consents", id, "withdraw"), json!({"channel": "phone"})))
            }
            Verb::Wish => {
                let answer = self.word(&["yes", "yes", "yes", "yes", "yes", "yes", "no", "unknown"]);
                self.of_child("wishes", json!({"answer": answer, "asked_on": self.day(0)}))
            }
            Verb::AddDuty => {
                let body = json!({"authority": "来凤县民政局", "document": "试〔2026〕1号"});
                self.of_child("legal-bases", body)
            }
            Verb::EndDuty => {
                let row = self.pick_of("legal_bases", |row| row.says("kind", "statutory_duty"))?;
                Some(self.step(("legal-bases", row.text("id"), "end"), json!({})))
            }
            Verb::ChildHours | Verb::ChangeChild | Verb::ArchiveChild => self.change_child(),
            Verb::RestoreChild => {
                let id = self.pick_of("children", is_archived)?.text("id");
                Some(self.step(("children", id, "restore"), json!({})))
            }
            Verb::EraseChild => self.of_child("erase", json!({"reason": "subject_request"})),
            Verb::NewChild => {
                let serial = 100 + self.world.children.len() as u32;
                let (_, body) = World::new_child(serial, &mut self.random());
                Some(self.of("", "POST", "/children".to_owned(), body))
            }
            Verb::ShowChild => {
                let id = self.pick_of("children", is_there)?.text("id");
                let part = self.word(&["", "/consents", "/wishes", "/history"]);
                Some(self.get(format!("/children/{id}{part}")).about(id))
            }
            Verb::RevealChild => self.of_child("reveal", json!({"fields": ["name"], "purpose": "contact"})),
            _ => None,
        }
    }

    fn change_child(&self) -> Option<Request> {
        let row = self.pick_of("children", is_there)?;
        let id = row.text("id");
        let request = match self.operation.verb {
            Verb::ChildHours => {
                let (hours, word) = self.hours();
                let body = json!({"availability": hours});
                self.of("", "PUT", format!("/children/{id}/availability"), body).saying(word)
            }
            Verb::ChangeChild => {
                // The office finds that a row says another sex than the person has.
                let word = self.word(&["男", "女"]);
                let body = json!({"cells": {"sex": word}});
                self.of("", "PATCH", format!("/children/{id}"), body).saying(word)
            }
            _ => self.of("", "DELETE", format!("/children/{id}"), Value::Null),
        };
        Some(request.about(id).of_version(row))
    }

    pub(super) fn of_volunteers(&self) -> Option<Request> {
        match self.operation.verb {
            Verb::Screen => {
                let result =
                    self.word(&["passed", "passed", "passed", "passed", "passed", "pending", "barred"]);
                let kind = if self.operation.c.is_multiple_of(6) { "no_conviction" } else { "employment" };
                let through = self.day(i64::from(self.operation.c % 120) - 3);
                let on = self.day(-i64::from(self.operation.c % 40));
                let through = (!self.operation.c.is_multiple_of(4)).then_some(through.as_str());
                self.of_volunteer(is_there, "screenings", screening(kind, result, &on, through))
            }
            Verb::Bar => self.of_volunteer(|_| true, "bar", json!({"reason": "incident"})),
            Verb::LiftBar => {
                let bar = self.pick_of("bars", |row| !row.has("lifted_at_ms"))?;
                Some(self.step(("bars", bar.text("id"), "lift"), json!({})))
            }
            Verb::SuspendVolunteer => self.of_volunteer(is_there, "suspend", json!({"reason": "papers"})),
            Verb::ResumeVolunteer => {
                self.of_volunteer(|row| is_there(row) && row.has("suspended_at_ms"), "resume", json!({}))
            }
            Verb::Capacity
            | Verb::MyCapacity
            | Verb::VolunteerHours
            | Verb::MyHours
            | Verb::ArchiveVolunteer => self.change_volunteer(),
            Verb::RestoreVolunteer => self.of_volunteer(is_archived, "restore", json!({})),
            Verb::EraseVolunteer => {
                self.of_volunteer(|_| true, "erase", json!({"reason": "subject_request"}))
            }
            Verb::NewVolunteer => Some(self.new_one()),
            Verb::ListVolunteers => Some(self.get("/volunteers".to_owned())),
            Verb::AddConflict => {
                let child = self.pick_of("children", is_there)?.text("id");
                let volunteer = self.any_volunteer();
                let kind = self.further(&["kinship", "dispute"]);
                let body = json!({"child_id": child, "volunteer_id": volunteer, "kind": kind});
                Some(self.of("", "POST", "/conflicts".to_owned(), body).about(child).and(&volunteer))
            }
            Verb::ClearConflict => {
                let row = self.pick_of("conflicts", |row| !row.has("cleared_at_ms"))?;
                Some(self.step(("conflicts", row.text("id"), "clear"), json!({})))
            }
            Verb::Phones => {
                let row = self.rows.of("regions").find(|row| row.says("code", COUNTY))?;
                let phone =
                    if self.operation.b.is_multiple_of(5) { Value::Null } else { json!("0718-1111111") };
                let request =
                    self.of("", "PATCH", format!("/regions/{COUNTY}"), json!({"duty_phone": phone}));
                Some(request.of_version(row))
            }
            Verb::DisableUser | Verb::EnableUser => {
                let verb = if self.operation.verb == Verb::DisableUser { "disable" } else { "enable" };
                let like = |row: &Row| {
                    row.says("role", "supervisor") && row.has("disabled_at_ms") == (verb == "enable")
                };
                let user =
                    self.pick(self.rows.of("users").filter(|row| row.says("role", "supervisor")), like)?;
                Some(self.step(("users", user.text("id"), verb), json!({})))
            }
            _ => None,
        }
    }

    fn change_volunteer(&self) -> Option<Request> {
        // Mostly somebody who was asked whether she takes a child.
        let asked = |row: &Row| {
            self.rows
                .of("offers")
                .any(|offer| offer.says("volunteer_id", row.text("id")) && offer.says("state", "sent"))
        };
        let lowers = matches!(self.operation.verb, Verb::Capacity | Verb::MyCapacity);
        let row = self.pick_of("volunteers", |row| is_there(row) && (!lowers || asked(row)))?;
        let id = row.text("id");
        let capacity = json!({"capacity": self.operation.b % 3});
        let (hours, word) = self.hours();
        let hours = json!({"availability": hours});
        let request = match self.operation.verb {
            Verb::Capacity => self.of(id, "PUT", format!("/volunteers/{id}/capacity"), capacity),
            Verb::MyCapacity => self.of(id, "PUT", "/me/capacity".to_owned(), capacity),
            Verb::VolunteerHours => {
                self.of(id, "PUT", format!("/volunteers/{id}/availability"), hours).saying(word)
            }
            Verb::MyHours => self.of(id, "PUT", "/me/availability".to_owned(), hours).saying(word),
            _ => self.of(id, "DELETE", format!("/volunteers/{id}"), Value::Null),
        };
        Some(request.about(id).of_version(row))
    }

    /// Somebody new, or somebody archived who comes back under another number.
    fn new_one(&self) -> Request {
        let serial = 100 + self.world.volunteers.len() as u32;
        let archived = self.pick(self.rows.of("volunteers").filter(|row| row.has("deleted_at_ms")), |_| true);
        let same_as =
            archived.and_then(|row| self.world.volunteer(row.text("id"))).map(|person| person.serial);
        let (_, body) = self.world.new_volunteer(serial, same_as, &mut self.random());
        self.of("", "POST", "/volunteers".to_owned(), body)
    }
}
