//! Every living pair, once a day → the rules asked again (S1–S3, S12, S16, S17): what no longer holds is suspended, what comes with an
//! age is asked for a month before, and nobody who came of age is paired any more.
//!
//! What changes by a record stops its pairs in that record's transaction. This is for what changes by itself, as ages do, and for whatever
//! nobody thought of. Rules that keep a child from harm suspend; of those that say whether a pair is a good one (reach, hours, language) the
//! coordinator is told, who decides. Each pair is looked at without a lock first, and held only where something is to be done.

use jiff::ToSpan;
use jiff::civil::Date;

use super::eligibility::{self, Eligibility};
use crate::model::{Role, Rule};
use crate::store::people::china_day;
use crate::store::{
    ACTIVE, Actor, Change, NewTask, Pairing, PairingScope, RULES_TO_CHECK, Store, StoreError, View,
};

/// The name under which a day is noted.
const NAME: &str = "rules";
/// Pairs that are listed at once.
const MOST: i64 = 200;
/// How often a pair is begun with, where the database could not.
const ATTEMPTS: usize = 4;
/// Children are under this age.
const ADULT_AGE: u8 = 18;
/// Days before a birthday on which what comes with it is asked for.
const DAYS_BEFORE: i64 = 30;
/// Rules that keep a child from harm. A check that runs out is the tick's, to the day.
const PROTECTING: &[Rule] = &[
    Rule::GuardianConsent,
    Rule::EntitledGuardian,
    Rule::ChildWish,
    Rule::NotBarred,
    Rule::IdentityClear,
    Rule::QueryConsent,
    Rule::ScreeningPassed,
    Rule::TrainingDone,
    Rule::AdultVolunteer,
    Rule::Gender,
    Rule::NoConflict,
];

/// What is to be done about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    End(&'static str),
    Suspend(&'static str),
    Tell(&'static str, Role, Date),
}

/// Asks the rules about every living pair, where nobody has today; of how many something was to be done.
///
/// # Errors
/// Where the database fails. A pair that cannot be read is logged and passed over.
pub async fn check_living(store: &Store) -> Result<usize, StoreError> {
    if store.is_gone_through(NAME).await? {
        return Ok(0);
    }
    let (mut after, mut done) = (String::new(), 0);
    loop {
        let ids = store.view().await?.living_pairing_ids(&after, MOST).await?;
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        for id in &ids {
            done += usize::from(check_one(store, id).await);
        }
    }
    store.note_gone_through(NAME).await?;
    Ok(done)
}

/// Whether something was to be done about this pair.
async fn check_one(store: &Store, id: &str) -> bool {
    for _ in 0..ATTEMPTS {
        match look_and_do(store, id).await {
            Ok(done) => return done,
            Err(StoreError::NotFound { .. }) => return false,
            Err(error) if error.was_overtaken() => {}
            Err(error) => tracing::error!(pairing = id, %error, "the rules could not be asked about a pair"),
        }
    }
    false
}

async fn look_and_do(store: &Store, id: &str) -> Result<bool, StoreError> {
    let mut view = store.view().await?;
    let pairing = view.pairing(&PairingScope::everywhere(), id).await?;
    let due = due_of(&mut view, &pairing).await?;
    drop(view);
    if due.is_empty() {
        return Ok(false);
    }
    let mut change = store.change(Actor::SYSTEM).await?;
    let pairing = change.hold_for_rules(&PairingScope::everywhere(), id).await?;
    // Asked again, now that nobody can change it.
    for due in due_of(&mut change, &pairing).await? {
        carry_out(&mut change, &pairing, due).await?;
    }
    change.commit(None).await?;
    Ok(true)
}

async fn carry_out(change: &mut Change, pairing: &Pairing, due: Due) -> Result<(), StoreError> {
    match due {
        Due::End(reason) => change.end_at_once(&pairing.id, reason).await,
        Due::Suspend(reason) => change.suspend_at_once(&pairing.id, reason).await.map(|_| ()),
        Due::Tell(kind, role, due_on) => {
            let subject = ("pairings", pairing.id.as_str());
            let task = NewTask { kind, role, region_code: &pairing.region_code, subject, due_on };
            change.put_task(&task).await.map(|_| ())
        }
    }
}

async fn due_of(view: &mut View, pairing: &Pairing) -> Result<Vec<Due>, StoreError> {
    if !pairing.lives() {
        return Ok(Vec::new());
    }
    let today = china_day(view.store().now_ms());
    let birth = view.birth_of_child(&pairing.child_id).await?;
    let birthday = |age: u8| birth.and_then(|day| day.checked_add(i64::from(age).years()).ok());
    let soon = today.checked_add(DAYS_BEFORE.days()).unwrap_or(Date::MAX);
    let comes_of_age = birthday(ADULT_AGE).filter(|day| *day <= soon);
    if comes_of_age.is_some_and(|day| day <= today) {
        return Ok(vec![Due::End("came_of_age")]);
    }
    let mut due: Vec<Due> =
        comes_of_age.map(|day| Due::Tell("comes_of_age", Role::Coordinator, day)).into_iter().collect();
    if pairing.state != ACTIVE {
        return Ok(due);
    }
    let says = eligibility::of_pairing(view, pairing).await?;
    let unasked = pairing.child_answer != "yes";
    if unasked && says.asked_children.contains(&pairing.child_id) {
        due.push(Due::Suspend("wish_missing"));
        due.push(Due::Tell("ask_child", Role::ChildDirector, today));
        return Ok(due);
    }
    due.extend(against(&says, today));
    let asked_on =
        says.wish_from_age.and_then(birthday).filter(|day| unasked && *day > today && *day <= soon);
    due.extend(asked_on.map(|day| Due::Tell("ask_child", Role::ChildDirector, day)));
    Ok(due)
}

/// What the rules stand against.
fn against(says: &Eligibility, today: Date) -> Option<Due> {
    if says.holds() {
        return None;
    }
    let harmless = says.absent_children.is_empty()
        && !says.volunteer_absent
        && !says.under_concern
        && !says.broken.iter().any(|rule| PROTECTING.contains(rule));
    // The task stands for all days on which it is not done.
    let month = today.first_of_month();
    Some(if harmless {
        Due::Tell(RULES_TO_CHECK, Role::Coordinator, month)
    } else {
        Due::Suspend(RULES_TO_CHECK)
    })
}
