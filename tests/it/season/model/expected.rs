//! What a request must be answered, as far as the reference can say: who may not, is refused; what a state does not allow, is refused
//! with its word; what nothing stands against, is done.

#![expect(
    clippy::match_same_arms,
    clippy::unnecessary_wraps,
    reason = "a rule a line, in the order in which they hold"
)]

use jiedui::model::Role;

use super::facts::Facts;
use super::operation::{May, Operation, Verb};
use super::rows::Row;
use super::world::{Request, User};

/// Answers of which one must come: status and code, an empty code for success.
pub(crate) type Answers = Vec<(u16, &'static str)>;

fn one(status: u16, code: &'static str) -> Option<Answers> {
    Some(vec![(status, code)])
}

fn conflict(code: &'static str) -> Option<Answers> {
    one(409, code)
}

/// What must be answered; none where the reference does not say.
pub(crate) fn expected(facts: &Facts<'_>, operation: Operation, request: &Request) -> Option<Answers> {
    let user = request.by.map(|by| &facts.world.users[by]);
    refused_as_whom(facts, operation.verb, request, user)
        .or_else(|| of_proposals(facts, operation.verb, request))
        .or_else(|| of_offers(facts, operation.verb, request, user))
        .or_else(|| of_pairings(facts, operation.verb, request, user))
        .or_else(|| of_concerns(facts, operation.verb, request, user))
        .or_else(|| of_bars(facts, operation.verb, request, user))
}

/// Who may not ask at all, or not about this.
fn refused_as_whom(facts: &Facts<'_>, verb: Verb, request: &Request, user: Option<&User>) -> Option<Answers> {
    let Some(user) = user else {
        return if verb.may() == May::Bearer { None } else { one(401, "unauthenticated") };
    };
    let row = facts.rows.find("users", &user.id)?;
    if row.has("disabled_at_ms") {
        return if verb.may() == May::Bearer { None } else { one(401, "unauthenticated") };
    }
    if matches!(verb, Verb::EnableUser | Verb::DisableUser) {
        // Who may about whom is the accounts' own matter.
        return None;
    }
    let allowed = match verb.may() {
        May::Roles(roles) => roles.contains(&user.role),
        May::Own => user.role == Role::Volunteer,
        May::Anyone | May::Bearer | May::Clock => true,
    };
    // Who is left without anybody is told to those alone who decide.
    let decides = request.word != "/unmatched" || user.role == Role::Coordinator;
    if !allowed || !decides {
        return one(403, "forbidden");
    }
    let named = !request.target.is_empty();
    // A concern that is assigned to her is hers wherever she works.
    let of_concern = matches!(verb, Verb::Assign | Verb::AddEntry | Verb::TellAuthority | Verb::Close)
        || matches!(verb, Verb::Reopen | Verb::ShowConcern);
    let roles = matches!(verb.may(), May::Roles(_));
    if named && roles && !of_concern && !user.is_here() {
        // What is sent may be looked at before whom it is about.
        return Some(vec![(404, "not_found"), (422, "validation_failed")]);
    }
    None
}

fn is_published(facts: &Facts<'_>, proposal: &Row) -> bool {
    facts.rows.find("runs", proposal.text("run_id")).is_some_and(|run| run.says("state", "published"))
}

/// draft → pinned, approved → offered; rejected.
fn of_proposals(facts: &Facts<'_>, verb: Verb, request: &Request) -> Option<Answers> {
    let proposal = facts.rows.find("proposals", &request.target)?;
    let state = proposal.text("state");
    let taken = facts.children_of(&request.target).iter().any(|child| facts.is_taken(child, &request.target));
    let published = is_published(facts, proposal);
    match verb {
        Verb::Pin | Verb::Unpin | Verb::Approve | Verb::Swap if !published => conflict("run_not_published"),
        Verb::Pin if state != "draft" => conflict("state_conflict"),
        Verb::Approve if !["draft", "pinned"].contains(&state) => conflict("state_conflict"),
        Verb::Pin | Verb::Approve if state == "draft" && taken => conflict("already_paired"),
        Verb::Unpin if !["pinned", "approved"].contains(&state) => conflict("state_conflict"),
        Verb::Reject if !["draft", "pinned", "approved"].contains(&state) => conflict("state_conflict"),
        Verb::Pin | Verb::Unpin | Verb::Approve | Verb::Reject => one(200, ""),
        Verb::Swap if state != "draft" || proposal.says("volunteer_id", &request.other) => {
            conflict("state_conflict")
        }
        // What the plan of the run knows of the two is its own to say.
        Verb::Swap => None,
        Verb::Offer => {
            if state != "approved" {
                conflict("state_conflict")
            } else if !facts.may_be_offered(proposal) {
                conflict("not_eligible")
            } else {
                one(201, "")
            }
        }
        Verb::ShowProposal => one(200, ""),
        _ => None,
    }
}

/// What an answer to an offer meets.
fn answered(facts: &Facts<'_>, offer: &Row, accepts: bool) -> Option<Answers> {
    let open = offer.says("state", "sent");
    let proposal = facts.rows.find("proposals", offer.text("proposal_id"))?;
    let volunteer = facts.rows.find("volunteers", offer.text("volunteer_id"))?;
    match offer.text("state") {
        "revoked" => conflict("offer_revoked"),
        "expired" => conflict("offer_expired"),
        _ if !open => conflict("offer_used"),
        _ if offer.whole("expires_at_ms") <= facts.now_ms => conflict("offer_expired"),
        _ if volunteer.has("erased_at_ms") => one(404, "not_found"),
        _ if accepts && !facts.may_be_offered(proposal) => conflict("not_eligible"),
        _ if accepts
            && facts.children_of(proposal.text("id")).iter().any(|c| facts.living_of(c).next().is_some()) =>
        {
            conflict("already_paired")
        }
        _ if accepts && facts.places(volunteer.text("id")) as i64 >= volunteer.whole("capacity") => {
            conflict("capacity_exhausted")
        }
        _ => one(200, ""),
    }
}

/// sent → accepted, declined, expired, revoked, conflict reported.
fn of_offers(facts: &Facts<'_>, verb: Verb, request: &Request, user: Option<&User>) -> Option<Answers> {
    let by_link = matches!(verb, Verb::LinkShow | Verb::LinkAccept | Verb::LinkDecline | Verb::LinkConflict);
    if by_link && request.target.is_empty() {
        return one(404, "not_found");
    }
    let offer = facts.rows.find("offers", &request.target)?;
    let own = user.is_some_and(|user| user.volunteer_id.as_deref() == Some(offer.text("volunteer_id")));
    match verb {
        Verb::MyAccept | Verb::MyDecline | Verb::MyConflict if !own => one(404, "not_found"),
        Verb::LinkShow | Verb::ShowOffer => one(200, ""),
        Verb::LinkAccept | Verb::MyAccept => answered(facts, offer, true),
        Verb::LinkDecline | Verb::LinkConflict | Verb::MyDecline | Verb::MyConflict => {
            answered(facts, offer, false)
        }
        Verb::RecordOffer => answered(facts, offer, request.word == "accept"),
        Verb::Resend | Verb::Revoke if !offer.says("state", "sent") => conflict("state_conflict"),
        Verb::Resend | Verb::Revoke => one(200, ""),
        _ => None,
    }
}

/// `awaiting_guardian` → active ⇄ suspended → ended.
fn of_pairings(facts: &Facts<'_>, verb: Verb, request: &Request, user: Option<&User>) -> Option<Answers> {
    let pairing = facts.rows.find("pairings", &request.target)?;
    let (state, child) = (pairing.text("state"), pairing.text("child_id"));
    let own = user.is_some_and(|user| user.volunteer_id.as_deref() == Some(pairing.text("volunteer_id")));
    let before = if verb == Verb::ChildAnswer { "child_answer" } else { "guardian_answer" };
    let answerable = match state {
        "ended" => false,
        "active" => request.word == "no" || !pairing.says(before, "yes"),
        _ => true,
    };
    match verb {
        Verb::GuardianAnswer if request.other == "carer" && request.word == "yes" => {
            one(422, "validation_failed")
        }
        Verb::GuardianAnswer | Verb::ChildAnswer if !answerable => conflict("state_conflict"),
        // A yes is a wish as well, and nothing is recorded of whoever is archived.
        Verb::ChildAnswer
            if request.word == "yes"
                && facts.wish(child) != "yes"
                && facts.rows.find("children", child).is_some_and(|row| row.has("deleted_at_ms")) =>
        {
            conflict("state_conflict")
        }
        Verb::GuardianAnswer | Verb::ChildAnswer => one(200, ""),
        Verb::Activate if state != "awaiting_guardian" => conflict("state_conflict"),
        Verb::Resume if state != "suspended" => conflict("state_conflict"),
        Verb::Activate | Verb::Resume => entering(facts, pairing),
        Verb::Suspend if state != "active" => conflict("state_conflict"),
        Verb::Suspend => one(200, ""),
        Verb::End
            if state == "ended"
                && !["notice", "farewell", "replacement"].iter().any(|c| pairing.says(c, "pending")) =>
        {
            conflict("state_conflict")
        }
        Verb::End | Verb::ShowPairing | Verb::History => one(200, ""),
        Verb::MyContact if request.word == "overnight" => one(422, "validation_failed"),
        Verb::RevealMine | Verb::MyContact if !own => one(404, "not_found"),
        Verb::RevealMine if state != "active" => conflict("state_conflict"),
        Verb::RevealMine => one(200, ""),
        Verb::AddContact if request.word == "overnight" => one(422, "validation_failed"),
        _ => None,
    }
}

/// Every entry to `active` asks the same questions.
fn entering(facts: &Facts<'_>, pairing: &Row) -> Option<Answers> {
    let asked = facts.can_be_asked(pairing) && facts.age(pairing.text("child_id")) >= 8;
    if pairing.text("approved_by").is_empty() {
        conflict("approval_missing")
    } else if !pairing.says("guardian_answer", "yes") {
        conflict("consent_missing")
    } else if asked && !pairing.says("child_answer", "yes") {
        conflict("wish_missing")
    } else if !facts.may_be_met(pairing) || facts.concern_is_to_be_closed(pairing) {
        conflict("not_eligible")
    } else if !facts.concerns_are_heard() {
        conflict("no_concern_handler")
    } else {
        one(200, "")
    }
}

/// Whether somebody may read a concern: a supervisor of its division or whom it is assigned to, and nobody who is its subject.
pub(crate) fn may_read(concern: &Row, user: &User) -> bool {
    let supervises = user.role == Role::Supervisor && user.is_here();
    let hers = concern.says("assigned_to", &user.id);
    let volunteer = user.volunteer_id.as_deref().is_some_and(|id| concern.says("subject_volunteer_id", id));
    (supervises || hers) && !concern.says("subject_user_id", &user.id) && !volunteer
}

/// open → assigned → closing → closed, by two.
fn of_concerns(facts: &Facts<'_>, verb: Verb, request: &Request, user: Option<&User>) -> Option<Answers> {
    let concern = facts.rows.find("concerns", &request.target)?;
    let (state, user) = (concern.text("state"), user?);
    let readable = may_read(concern, user);
    let supervises = user.role == Role::Supervisor && user.is_here();
    match verb {
        Verb::Assign
        | Verb::AddEntry
        | Verb::TellAuthority
        | Verb::Close
        | Verb::Reopen
        | Verb::ShowConcern
            if !readable =>
        {
            one(404, "not_found")
        }
        Verb::AddEntry | Verb::TellAuthority | Verb::ShowConcern => one(200, ""),
        Verb::Close => match state {
            "closed" => conflict("state_conflict"),
            "closing"
                if supervises
                    && !concern.says("close_asked_by", &user.id)
                    && concern.says("outcome", request.word) =>
            {
                one(200, "")
            }
            "closing" => conflict("second_person_needed"),
            _ => one(202, ""),
        },
        Verb::Reopen if ["closing", "closed"].contains(&state) => one(200, ""),
        Verb::Reopen => conflict("state_conflict"),
        _ => None,
    }
}

/// Two persons lift a bar.
fn of_bars(facts: &Facts<'_>, verb: Verb, request: &Request, user: Option<&User>) -> Option<Answers> {
    let bar = facts.rows.find("bars", &request.target).filter(|_| verb == Verb::LiftBar)?;
    if bar.has("lifted_at_ms") {
        conflict("state_conflict")
    } else if !bar.has("lift_asked_by") {
        one(202, "")
    } else if bar.says("lift_asked_by", &user?.id) {
        conflict("second_person_needed")
    } else {
        one(200, "")
    }
}
