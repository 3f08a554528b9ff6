//! Proposals and offers.

use serde_json::{Value, json};

use super::Asking;
use crate::season::model::operation::Verb;
use crate::season::model::world::Request;

/// States of a proposal from which something is to come.
const OPEN: [&str; 4] = ["draft", "pinned", "approved", "offered"];

impl Asking<'_> {
    fn proposal_in(&self, states: &[&str]) -> Option<&str> {
        let row = self.pick_of("proposals", |row| states.contains(&row.text("state")))?;
        Some(row.text("id"))
    }

    fn of_proposal(&self, states: &[&str], verb: &str, body: Value) -> Option<Request> {
        Some(self.step(("proposals", self.proposal_in(states)?, verb), body))
    }

    fn offer(&self) -> Option<(&str, &str)> {
        let row = self.pick_of("offers", |row| row.says("state", "sent"))?;
        Some((row.text("id"), row.text("volunteer_id")))
    }

    /// A request by the link of an offer, now and then by a link that was replaced or never given.
    fn by_link(&self, verb: &str, body: Value) -> Option<Request> {
        let (id, _) = self.offer()?;
        let token = self.world.tokens.get(id)?;
        let former = &self.world.former_tokens;
        let (token, id) = match self.operation.c % 16 {
            0 if !former.is_empty() => (former[self.operation.b as usize % former.len()].as_str(), ""),
            1 => ("0123456789abcdefghjkmnpqrs", ""),
            _ => (token.as_str(), id),
        };
        let method = if verb.is_empty() { "GET" } else { "POST" };
        Some(self.of("", method, format!("/offer-links/{token}{verb}"), body).about(id))
    }

    fn mine(&self, verb: &str, body: Value) -> Option<Request> {
        let (id, owner) = self.offer()?;
        Some(self.of(owner, "POST", format!("/me/offers/{id}/{verb}"), body).about(id))
    }

    /// Many of one run.
    fn many(&self, state: &str, verb: &str) -> Option<Request> {
        let run = self.pick_of("runs", |run| run.says("state", "published"))?.text("id");
        let ids: Vec<&str> = self
            .rows
            .of("proposals")
            .filter(|row| {
                row.says("run_id", run) && (row.says("state", state) || self.operation.b.is_multiple_of(4))
            })
            .map(|row| row.text("id"))
            .take(4)
            .collect();
        let request = self.step(("runs", run, &format!("proposals/{verb}")), json!({"proposal_ids": ids}));
        (!ids.is_empty()).then_some(request)
    }

    pub(super) fn of_promises(&self) -> Option<Request> {
        match self.operation.verb {
            Verb::Pin => self.of_proposal(&["draft"], "pin", json!({})),
            Verb::Unpin => self.of_proposal(&["pinned", "approved"], "unpin", json!({})),
            Verb::Reject => {
                self.of_proposal(&["draft", "pinned", "approved"], "reject", json!({"reason": "fit"}))
            }
            Verb::Swap => {
                let volunteer = self.any_volunteer();
                let only =
                    if self.operation.c.is_multiple_of(3) { "swap?validate_only=true" } else { "swap" };
                let body = json!({"volunteer_id": volunteer});
                let request = self.of_proposal(&["draft"], only, body)?.and(&volunteer);
                Some(request.saying(if self.operation.c.is_multiple_of(3) { "price" } else { "" }))
            }
            Verb::Approve => self.of_proposal(&["draft", "pinned"], "approve", json!({})),
            Verb::ApproveMany => self.many("draft", "approve"),
            Verb::Offer => self.of_proposal(&["approved"], "offer", json!({})),
            Verb::OfferMany => self.many("approved", "offer"),
            Verb::ShowProposal => {
                let id = self.proposal_in(&OPEN)?;
                Some(self.get(format!("/proposals/{id}")).about(id))
            }
            Verb::ListProposals => Some(self.get("/proposals".to_owned())),
            Verb::Resend | Verb::Revoke | Verb::RecordOffer | Verb::ShowOffer => self.of_offer(),
            Verb::LinkShow => self.by_link("", Value::Null),
            Verb::LinkAccept => self.by_link("/accept", json!({})),
            Verb::LinkDecline => self.by_link("/decline", json!({"reason": "time"})),
            Verb::LinkConflict => self.by_link("/conflict", json!({"kind": "kinship"})),
            Verb::MyOffers => {
                let (_, owner) = self.offer()?;
                Some(self.of(owner, "GET", "/me/offers".to_owned(), Value::Null))
            }
            Verb::MyAccept => self.mine("accept", json!({})),
            Verb::MyDecline => self.mine("decline", json!({})),
            Verb::MyConflict => self.mine("conflict", json!({"kind": "debt"})),
            _ => None,
        }
    }

    fn of_offer(&self) -> Option<Request> {
        let (id, _) = self.offer()?;
        Some(match self.operation.verb {
            Verb::Resend => self.step(("offers", id, "resend"), json!({})),
            Verb::Revoke => self.step(("offers", id, "revoke"), json!({"reason": "mistake"})),
            Verb::RecordOffer => {
                let answer = self.word(&["accept", "accept", "accept", "decline", "conflict"]);
                let body = json!({"answer": answer, "channel": "phone", "witness": "向证某"});
                self.step(("offers", id, "record"), body).saying(answer)
            }
            _ => self.get(format!("/offers/{id}")).about(id),
        })
    }
}
