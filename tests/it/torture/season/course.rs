//! The course of one pair: its steps in their order, and what was acknowledged of them.

use serde_json::{Value, json};

use super::county::today;
use crate::served::Answer;

/// A step of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    Approve,
    Offer,
    Decline,
    Accept,
    GuardianSaysYes,
    ChildSaysYes,
    Activate,
    Visit,
    End,
}

impl Step {
    /// What the trail says of each, once.
    pub(super) const EVENTS: &[(Self, &str)] = &[
        (Self::Approve, "proposal.approved"),
        (Self::Offer, "offer.made"),
        (Self::Decline, "offer.declined"),
        (Self::Accept, "offer.accepted"),
        (Self::Accept, "pairing.begun"),
        (Self::GuardianSaysYes, "pairing.guardian_answered"),
        (Self::ChildSaysYes, "pairing.child_answered"),
        (Self::Activate, "pairing.activated"),
        (Self::Visit, "contact.recorded"),
        (Self::End, "pairing.ended"),
    ];

    /// Whether whoever has the link takes it: without a key.
    pub(super) fn is_by_link(self) -> bool {
        matches!(self, Self::Decline | Self::Accept)
    }
}

/// A pair on its way.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) proposal_id: String,
    pub(super) child_id: String,
    pub(super) pairing_id: Option<String>,
    steps: Vec<Step>,
    done: Vec<Step>,
    link: String,
    /// The plan changed under it before it was approved.
    is_over: bool,
}

impl Course {
    /// Three of ten decline; every fourth of the others ends.
    pub(super) fn of(number: usize, proposal: &Value) -> Self {
        let mut steps = vec![Step::Approve, Step::Offer];
        if number % 10 < 3 {
            steps.push(Step::Decline);
        } else {
            steps.extend([
                Step::Accept,
                Step::GuardianSaysYes,
                Step::ChildSaysYes,
                Step::Activate,
                Step::Visit,
            ]);
        }
        if number % 4 == 3 && steps.contains(&Step::Visit) {
            steps.push(Step::End);
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            proposal_id: text(&proposal["id"]),
            child_id: text(&proposal["child_ids"][0]),
            pairing_id: None,
            steps,
            done: Vec::new(),
            link: String::new(),
            is_over: false,
        }
    }

    /// What comes next.
    pub(super) fn next(&self) -> Option<Step> {
        let next = self.steps.get(self.done.len()).copied();
        next.filter(|_| !self.is_over)
    }

    pub(super) fn did(&self, step: Step) -> bool {
        self.done.contains(&step)
    }

    /// Takes an answer up.
    pub(super) fn went(&mut self, step: Step, answer: &Answer) {
        if self.did(step) || self.is_over {
            return;
        }
        let used = step.is_by_link() && answer.status.as_u16() == 409;
        if answer.status.is_success() || used {
            if step == Step::Offer {
                let link = answer.json()["link"].as_str().unwrap().to_owned();
                self.link = format!("/api/v1/offer-links/{}", link.trim_start_matches("/i/"));
            }
            self.done.push(step);
            return;
        }
        // A no of somebody else changes the plan; drafts follow it.
        assert_eq!(step, Step::Approve, "{answer:?}");
        self.is_over = true;
    }

    /// The request of a step.
    pub(super) fn request(&self, step: Step) -> (String, Value) {
        let proposal = format!("/api/v1/proposals/{}", self.proposal_id);
        let pairing = format!("/api/v1/pairings/{}", self.pairing_id.as_deref().unwrap_or_default());
        match step {
            Step::Approve => (format!("{proposal}/approve"), json!({})),
            Step::Offer => (format!("{proposal}/offer"), json!({})),
            Step::Decline => (format!("{}/decline", self.link), json!({})),
            Step::Accept => (format!("{}/accept", self.link), json!({})),
            Step::GuardianSaysYes => {
                let said = json!({"answer": "yes", "giver": "guardian", "relation": "grandparent",
                    "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1",
                    "given_on": today(0), "witness": "向证某"});
                (format!("{pairing}/guardian-answer"), said)
            }
            Step::ChildSaysYes => {
                let said = json!({"answer": "yes", "channel": "in_person", "asked_on": today(0), "witness": "向证某"});
                (format!("{pairing}/child-answer"), said)
            }
            Step::Activate => (format!("{pairing}/activate"), json!({})),
            Step::Visit => {
                let met = json!({"kind": "visit", "setting": "facilitated", "took_place": true, "minutes": 60,
                    "happened_on": today(0), "present": ["child", "volunteer", "child_director"]});
                (format!("{pairing}/contacts"), met)
            }
            Step::End => {
                let end = json!({"reason": "volunteer_leaves", "notice": "in_person", "farewell": "met",
                    "replacement": "next_run"});
                (format!("{pairing}/end"), end)
            }
        }
    }

    /// Whether its proposal may be in a state. A draft that nobody approved goes where the plan goes.
    pub(super) fn proposal_may_be(&self, state: &str) -> bool {
        let expected = self.done.iter().rev().find_map(|step| match step {
            Step::Approve => Some("approved"),
            Step::Offer => Some("offered"),
            Step::Decline => Some("declined"),
            Step::Accept => Some("accepted"),
            _ => None,
        });
        expected.is_none_or(|expected| expected == state)
    }

    /// The state in which its pairing must be, where it has one.
    pub(super) fn pairing_state(&self) -> Option<&'static str> {
        self.done.last().and_then(|step| match step {
            Step::Accept | Step::GuardianSaysYes | Step::ChildSaysYes => Some("awaiting_guardian"),
            Step::Activate | Step::Visit => Some("active"),
            Step::End => Some("ended"),
            _ => None,
        })
    }
}
