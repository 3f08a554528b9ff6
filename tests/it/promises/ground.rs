//! A county with a published run.

use jiedui::model::Role;
use jiedui::store::proposals::{Proposal, ProposalFilter, ProposalsOf};
use jiedui::store::{PageRequest, RegionSpan};
use serde_json::{Value, json};

use crate::http::server::{Client, Server};
use crate::runs::ground::{POLICY, body, child, made_run, policy, volunteer};

/// A server, a coordinator, and a published run.
pub(crate) struct Published {
    pub(crate) server: Server,
    pub(crate) coordinator: Client,
    pub(crate) run_id: String,
}

impl Published {
    /// So many children and volunteers, who take two households each.
    pub(crate) fn of(children: u32, volunteers: u32) -> Self {
        let server = Server::start();
        server.run(async {
            for serial in 0..children {
                child(&server.store, serial).await;
            }
            for serial in 0..volunteers {
                volunteer(&server.store, serial).await;
            }
        });
        Self::by(server)
    }

    /// The people whom a server knows.
    pub(crate) fn by(server: Server) -> Self {
        let policy_id = server.run(policy(&server.store, POLICY));
        let coordinator = server.log_in_as(Role::Coordinator);
        let run = made_run(&server, &coordinator, &body(&policy_id));
        let run_id = run["id"].as_str().unwrap().to_owned();
        coordinator.post(&format!("/runs/{run_id}/publish"), &json!({})).expect(200);
        Self { server, coordinator, run_id }
    }

    /// Every proposal of the run in a state, oldest first; behind the API's back.
    pub(crate) fn proposals(&self, state: &str) -> Vec<Proposal> {
        let filter = ProposalFilter {
            region: RegionSpan::everywhere(),
            state: state.to_owned(),
            volunteer_id: String::new(),
            of: ProposalsOf::Run(self.run_id.clone()),
        };
        let page = PageRequest { limit: 200, ..PageRequest::default() };
        self.server.run(async {
            let mut view = self.server.store.view().await.unwrap();
            view.proposals(&filter, &page).await.unwrap().items
        })
    }

    /// The first draft.
    pub(crate) fn draft(&self) -> Proposal {
        self.proposals("draft").remove(0)
    }

    /// A step of a proposal: what it answers.
    pub(crate) fn step(&self, id: &str, verb: &str, body: &Value) -> crate::http::server::Answer {
        self.coordinator.post(&format!("/proposals/{id}/{verb}"), body)
    }

    /// Approves a draft and offers it: the offer's id, and the path of its link.
    pub(crate) fn offered(&self, proposal_id: &str) -> (String, String) {
        self.step(proposal_id, "approve", &json!({})).expect(200);
        let made = self.step(proposal_id, "offer", &json!({})).expect(201);
        (made.text_of("/offer/id"), made.text_of("/link"))
    }

    /// Lets time go by; the coordinator, whose session ends meanwhile, logs in again.
    pub(crate) fn wait_minutes(&mut self, minutes: i64) {
        self.server.wait_minutes(minutes);
        self.coordinator = self.server.session_of(&self.coordinator.user_id);
    }

    /// The state of a proposal.
    pub(crate) fn state_of(&self, proposal_id: &str) -> String {
        self.coordinator.get(&format!("/proposals/{proposal_id}")).expect(200).text_of("/state")
    }
}

/// The JSON of a link.
pub(crate) fn link_of(path: &str) -> String {
    format!("/offer-links/{}", path.trim_start_matches("/i/"))
}
