//! Some children and one volunteer of the store → what the hard rules say of them today.
//!
//! The same reader and the same rules as a run's: their rows become an instance of a few people, which is prepared and asked.
//! Asked before an offer is accepted and at every entry of a pairing to `active`. Cost: some statements, the places of a county,
//! and a policy to be read; a few milliseconds.

use std::collections::BTreeSet;

use crate::candidates::Prepared;
use crate::candidates::rules::{Scope, siblings_fit, verdict};
use crate::input::rows::PeopleRows;
use crate::input::{Loaded, policy};
use crate::model::Rule;
use crate::model::instance::RunDates;
use crate::store::{ChildFacts, PairFacts, Pairing, RulesSay, StoreError, View};

/// What stands against a pair.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eligibility {
    /// Rules that forbid it, in counting order.
    pub broken: Vec<Rule>,
    /// Children who take no part at present: archived, quarantined, without a legal basis.
    pub absent_children: Vec<String>,
    /// Whether an adult of the volunteer's unit takes no part at present: barred, suspended, held, archived.
    pub volunteer_absent: bool,
    /// Whether something about her is being looked into.
    pub under_concern: bool,
    /// Children of an age at which their own yes is needed.
    pub asked_children: BTreeSet<String>,
    /// That age; none where the policy was not read.
    pub wish_from_age: Option<u8>,
}

impl Eligibility {
    /// Whether nothing stands against the pair.
    pub fn holds(&self) -> bool {
        self.broken.is_empty()
            && self.absent_children.is_empty()
            && !self.volunteer_absent
            && !self.under_concern
    }

    /// As the store takes it.
    pub fn said(&self) -> RulesSay {
        RulesSay { hold: self.holds(), asked_children: self.asked_children.clone() }
    }
}

/// What stands today against the children of a proposal and its volunteer. Whether there is a place left is the store's to say.
///
/// # Errors
/// [`StoreError::NotFound`] where there is no such proposal.
pub async fn of_proposal(view: &mut View, proposal_id: &str) -> Result<Eligibility, StoreError> {
    judge(view.facts_of_proposal(proposal_id).await?, None)
}

/// What stands today against a pairing that lives. Brothers and sisters who are with the same volunteer count for her limit, and each
/// answers for herself alone.
///
/// # Errors
/// [`StoreError::NotFound`] where what it came from is gone.
pub async fn of_pairing(view: &mut View, pairing: &Pairing) -> Result<Eligibility, StoreError> {
    judge(view.facts_of_living(&pairing.proposal_id).await?, Some(&pairing.child_id))
}

/// Asks the rules. For a pairing that lives, `living` is its child: it holds its place already, so that a capacity of 0 speaks of
/// further ones.
fn judge(facts: PairFacts, living: Option<&str>) -> Result<Eligibility, StoreError> {
    let mut eligibility = Eligibility { under_concern: facts.under_concern, ..Eligibility::default() };
    let served = facts.children.len() + facts.joined;
    eligibility.volunteer_absent = facts.adults.is_none();
    let is_asked = |child: &&ChildFacts| living.is_none_or(|one| one == child.id);
    let (there, gone): (Vec<&ChildFacts>, Vec<&ChildFacts>) =
        facts.children.iter().filter(is_asked).partition(|child| child.cells.is_some());
    let ids =
        |children: &[&ChildFacts]| -> Vec<String> { children.iter().map(|child| child.id.clone()).collect() };
    eligibility.absent_children = ids(&gone);
    let asked = ids(&there);
    let Some(loaded) = read(facts)? else { return Ok(eligibility) };
    let (instance, policy) = (&loaded.instance, &loaded.policy);
    eligibility.wish_from_age = Some(policy.eligibility.wish_from_age);
    let mut present = Vec::new();
    for id in asked {
        match instance.children.iter().position(|child| child.id.as_str() == id) {
            Some(index) => present.push(index as u32),
            None => eligibility.absent_children.push(id),
        }
    }
    let prepared = Prepared::new(instance, policy, 0, false);
    for child in &present {
        if prepared.children[*child as usize].age >= policy.eligibility.wish_from_age {
            eligibility.asked_children.insert(prepared.child_of(*child).id.as_str().to_owned());
        }
    }
    // A unit of which somebody takes no part is none.
    if instance.volunteers.len() != 1 {
        eligibility.volunteer_absent = true;
        return Ok(eligibility);
    }
    eligibility.broken = verdict(&prepared, &present, 0, Scope::Lead).broken;
    if living.is_some() {
        // The term is asked for where two begin; then she serves until its last day.
        let still_committed =
            instance.volunteers[0].committed_through.is_none_or(|last| last >= instance.dates.today);
        eligibility.broken.retain(|rule| match rule {
            Rule::Capacity | Rule::Siblings => false,
            Rule::Commitment => !still_committed,
            _ => true,
        });
    }
    // Brothers and sisters who are with her already, or not asked about here, count too.
    if !eligibility.broken.contains(&Rule::Siblings) && !siblings_fit(&prepared, 0, served) {
        eligibility.broken.push(Rule::Siblings);
        eligibility.broken.sort_unstable();
    }
    Ok(eligibility)
}

/// The few people as a run would read them; none where there is no child or no whole unit left to be asked about.
pub(super) fn read(facts: PairFacts) -> Result<Option<Loaded>, StoreError> {
    let Some(adults) = facts.adults else { return Ok(None) };
    let row_id = facts.policy_id;
    let broken =
        |cause: String| StoreError::Broken { table: "policies", column: "content", row: row_id, cause };
    let policy = match policy::parse(&facts.policy, "policy.toml") {
        Ok(policy) => policy,
        Err(error) => return Err(broken(error.to_string())),
    };
    let mut rows = PeopleRows::default();
    for place in &facts.places {
        rows.add_place(place);
    }
    // The places that are taken are hers to whom the children were proposed, so that her number of them counts, whoever leads by now.
    let capacity = adults.first().and_then(|adult| adult.get("capacity")).cloned().unwrap_or_default();
    for mut adult in adults {
        adult.insert("capacity".to_owned(), capacity.clone());
        rows.add_volunteer(&adult);
    }
    let mut anybody = false;
    for child in facts.children {
        let Some(mut cells) = child.cells else { continue };
        // Numbers are unique in a county alone; nothing else in these rows names a child.
        cells.insert("id".to_owned(), child.id.clone());
        rows.add_child(&cells);
        anybody = true;
        if child.refused {
            let reply =
                [("child", child.id.as_str()), ("volunteer", &facts.volunteer_number), ("answer", "婉拒")];
            rows.add_reply(&reply.map(|(key, text)| (key.to_owned(), text.to_owned())).into());
        }
    }
    if !anybody {
        return Ok(None);
    }
    let dates = RunDates { today: facts.today, period: facts.period };
    rows.read(policy, dates).map(Some).map_err(|error| broken(error.to_string()))
}
