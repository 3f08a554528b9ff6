//! What a day brings (S2, S27): checks that ran out suspend, renewals fall due, contacts are overdue, terms end.
//!
//! To be called as often as anybody likes: a day is gone through once. Every step is one that does nothing the second time, so a
//! program that is killed in the middle, or two programs at once, do it once all the same. Each transaction holds few rows,
//! so that nobody waits long for the writer.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use sqlx::FromRow;

use super::overdue::{COORDINATOR_DAYS, SUPERVISOR_DAYS};
use super::{NewTask, Pairing, PairingFilter, PairingScope};
use crate::input::values::dates::parse_date;
use crate::model::Role;
use crate::store::people::china_day;
use crate::store::statement::{Statement, bound, statements};
use crate::store::{
    Actor, Announcement, Channel, EventKind, PageRequest, Recipient, Store, StoreError, View,
};

/// Name of this tick.
const DAILY: &str = "pairings";
/// How often a pair is begun with.
const ATTEMPTS: usize = 4;
/// Rows of one transaction.
const MOST_ROWS: i64 = 100;
/// Days before the end of a check at which its renewal is asked for, and by which word.
const RENEWALS: [(i64, &str); 3] =
    [(7, "renew_screening_7"), (30, "renew_screening_30"), (60, "renew_screening_60")];
/// Days after which somebody is told that an answer or a decision is waited for.
const WAITING: [(i64, Role); 2] = [(14, Role::Coordinator), (28, Role::Supervisor)];
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// Days before the end of a term at which it is prepared.
const TERM_DAYS: i64 = 14;

statements! {
    /// Which day was gone through last.
    FIND_DAY = "SELECT day FROM ticks WHERE name = $1";
    /// Notes the day.
    PUT_DAY = "INSERT INTO ticks (name, day, ended_at_ms) VALUES ($1, $2, $3)
        ON CONFLICT (name) DO UPDATE SET day = excluded.day, ended_at_ms = excluded.ended_at_ms";
    /// Pairs that meet, of whose unit somebody's check ran out.
    LIST_EXPIRED = "SELECT p.id, p.volunteer_id
        FROM pairings p
        JOIN volunteers l ON l.id = p.volunteer_id
        WHERE p.state = 'active' AND p.id > $2
            AND (l.screened_through IS NULL OR l.screened_through < $1
                OR (l.unit IS NOT NULL AND EXISTS (
                    SELECT o.id
                    FROM volunteers o
                    WHERE o.county_code = l.county_code AND o.unit = l.unit AND o.deleted_at_ms IS NULL
                        AND o.erased_at_ms IS NULL AND (o.screened_through IS NULL OR o.screened_through < $1))))
        ORDER BY p.id
        LIMIT $3";
    /// Volunteers whose check ends between two days.
    LIST_ENDING = "SELECT id, region_code, screened_through AS day
        FROM volunteers
        WHERE screened_through BETWEEN $1 AND $2 AND id > $3 AND screening = 'passed' AND deleted_at_ms IS NULL
            AND erased_at_ms IS NULL
        ORDER BY id
        LIMIT $4";
    /// Pairs that live.
    LIST_LIVING = "SELECT id FROM pairings WHERE state <> 'ended' AND id > $1 ORDER BY id LIMIT $2";
    /// Pairs that meet though everybody knew that they would not any more.
    LIST_OVER = "SELECT id, volunteer_id FROM pairings
        WHERE state = 'active' AND ends_on < $1 AND id > $2
        ORDER BY id
        LIMIT $3";
    /// Pairings of which nothing has come for a time: nobody answered, or nobody decided.
    LIST_WAITING = "SELECT id, region_code, updated_at_ms AS since_ms FROM pairings
        WHERE state IN ('awaiting_guardian', 'suspended') AND updated_at_ms <= $1 AND id > $2
        ORDER BY id
        LIMIT $3";
    /// Pairings whose known end comes between two days.
    LIST_TERMS = "SELECT id, region_code, ends_on AS day
        FROM pairings
        WHERE ends_on <= $1 AND state <> 'ended' AND id > $2
        ORDER BY id
        LIMIT $3";
}

#[derive(FromRow)]
struct Day {
    day: String,
}

#[derive(FromRow)]
struct Expired {
    id: String,
    volunteer_id: String,
}

#[derive(FromRow)]
struct Waiting {
    id: String,
    region_code: String,
    since_ms: i64,
}

#[derive(FromRow)]
struct Id {
    id: String,
}

#[derive(FromRow)]
struct Due {
    id: String,
    region_code: String,
    day: String,
}

impl View {
    /// Ids of pairs that live, after this one.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn living_pairing_ids(&mut self, after: &str, most: i64) -> Result<Vec<String>, StoreError> {
        let found: Vec<Id> = self.all(LIST_LIVING, bound![after, most]).await?;
        Ok(found.into_iter().map(|pair| pair.id).collect())
    }
}

impl Store {
    /// Goes through the day, where nobody has yet; whether it did.
    ///
    /// # Errors
    /// Where the database fails; what is not done is done by the next call.
    pub async fn tick(&self) -> Result<bool, StoreError> {
        if self.is_gone_through(DAILY).await? {
            return Ok(false);
        }
        let today = china_day(self.now_ms());
        let day = today.to_string();
        let failed = self.suspend_all(LIST_EXPIRED, &day, "screening_expired").await?;
        let not_over = self.suspend_all(LIST_OVER, &day, "term_ended").await?;
        self.ask_for_renewals(today).await?;
        self.prepare_ends_of_terms(today).await?;
        self.tell_of_overdue_contacts(today).await?;
        self.tell_of_waiting(today).await?;
        if let Some(failed) = failed.or(not_over) {
            // Everything else was done; the day is gone through again until these are suspended too.
            return Err(failed);
        }
        self.note_settling_of_all().await?;
        self.note_gone_through(DAILY).await?;
        Ok(true)
    }

    /// Whether somebody went through today under this name.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_gone_through(&self, name: &str) -> Result<bool, StoreError> {
        let today = china_day(self.now_ms()).to_string();
        let last: Option<Day> = self.view().await?.optional(FIND_DAY, bound![name]).await?;
        // A clock stood wrong; what it wrote down does not keep the days until then from being gone through.
        if let Some(last) = last.as_ref().filter(|last| last.day > today) {
            tracing::error!(noted = last.day, today, "a day was gone through that has not come");
        }
        Ok(last.is_some_and(|last| last.day == today))
    }

    /// Notes that today was gone through.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_gone_through(&self, name: &str) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        let values = bound![name, china_day(change.now_ms()).to_string(), change.now_ms()];
        change.execute(PUT_DAY, values).await?;
        change.commit(None).await
    }

    /// Pairs that a statement names are suspended on that day: a check of the unit ran out (S2), or the term is over. One that cannot be is passed over; why.
    async fn suspend_all(
        &self,
        named: Statement,
        day: &str,
        reason: &'static str,
    ) -> Result<Option<StoreError>, StoreError> {
        let (mut after, mut failed) = (String::new(), None);
        let mut told = BTreeSet::new();
        loop {
            let expired: Vec<Expired> = self.view().await?.all(named, bound![day, &after, MOST_ROWS]).await?;
            let Some(last) = expired.last() else { return Ok(failed) };
            after.clone_from(&last.id);
            for pair in &expired {
                if let Err(error) = self.suspend_in_turn(pair, reason, &mut told).await {
                    tracing::error!(pairing = pair.id, %error, "a pair could not be suspended");
                    failed = Some(error);
                }
            }
        }
    }

    /// As below, begun again where another transaction was first: two that hold several people each may wait for each other.
    async fn suspend_in_turn(
        &self,
        pair: &Expired,
        reason: &'static str,
        told: &mut BTreeSet<String>,
    ) -> Result<(), StoreError> {
        for _ in 1..ATTEMPTS {
            match self.suspend_one(pair, reason, told).await {
                Err(error) if error.was_overtaken() => {}
                done => return done,
            }
        }
        self.suspend_one(pair, reason, told).await
    }

    async fn suspend_one(
        &self,
        pair: &Expired,
        reason: &'static str,
        told: &mut BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let mut change = self.change(Actor::SYSTEM).await?;
        change.hold_unit(&pair.volunteer_id).await?;
        if change.suspend_at_once(&pair.id, reason).await?
            && reason == "screening_expired"
            && !told.contains(&pair.volunteer_id)
        {
            let event =
                Announcement::event(EventKind::ScreeningExpired, "volunteers", &pair.volunteer_id, "");
            change.announce(event.to(Recipient::Volunteer(&pair.volunteer_id), Channel::Sms)).await?;
        }
        change.commit(None).await?;
        told.insert(pair.volunteer_id.clone());
        Ok(())
    }

    /// Renewal lists go out 60, 30 and 7 days before a check ends.
    async fn ask_for_renewals(&self, today: Date) -> Result<(), StoreError> {
        let until = later(today, RENEWALS[RENEWALS.len() - 1].0).to_string();
        let mut after = String::new();
        loop {
            let values = bound![today.to_string(), &until, &after, MOST_ROWS];
            let ending: Vec<Due> = self.view().await?.all(LIST_ENDING, values).await?;
            let Some(last) = ending.last() else { return Ok(()) };
            after.clone_from(&last.id);
            let mut change = self.change(Actor::SYSTEM).await?;
            for volunteer in &ending {
                let Ok(due_on) = parse_date(&volunteer.day) else { continue };
                let near = RENEWALS.iter().find(|(days, _)| due_on <= later(today, *days));
                let Some((_, kind)) = near else { continue };
                let (region_code, subject) = (&volunteer.region_code, ("volunteers", volunteer.id.as_str()));
                let task = NewTask { kind, role: Role::Coordinator, region_code, subject, due_on };
                if change.put_task(&task).await? {
                    let kind = EventKind::ScreeningEnding;
                    let event = Announcement::event(kind, "volunteers", &volunteer.id, region_code);
                    let event = event.with("day", &volunteer.day);
                    change.announce(event.to(Recipient::Volunteer(&volunteer.id), Channel::Sms)).await?;
                }
            }
            change.commit(None).await?;
        }
    }

    /// An end that everybody knows beforehand is prepared, not suffered.
    async fn prepare_ends_of_terms(&self, today: Date) -> Result<(), StoreError> {
        let until = later(today, TERM_DAYS).to_string();
        let mut after = String::new();
        loop {
            let ending: Vec<Due> =
                self.view().await?.all(LIST_TERMS, bound![&until, &after, MOST_ROWS]).await?;
            let Some(last) = ending.last() else { return Ok(()) };
            after.clone_from(&last.id);
            let mut change = self.change(Actor::SYSTEM).await?;
            for pairing in &ending {
                let Ok(due_on) = parse_date(&pairing.day) else { continue };
                change
                    .put_task(&NewTask {
                        kind: "term_ends",
                        role: Role::Coordinator,
                        region_code: &pairing.region_code,
                        subject: ("pairings", &pairing.id),
                        due_on,
                    })
                    .await?;
            }
            change.commit(None).await?;
        }
    }

    /// Whoever waits for an answer or a decision is not forgotten: the coordinator is told after two weeks, the supervisor after four.
    async fn tell_of_waiting(&self, today: Date) -> Result<(), StoreError> {
        let mut after = String::new();
        let before_ms = self.now_ms() - WAITING[0].0 * DAY_MS;
        loop {
            let waiting: Vec<Waiting> =
                self.view().await?.all(LIST_WAITING, bound![before_ms, &after, MOST_ROWS]).await?;
            let Some(last) = waiting.last() else { return Ok(()) };
            after.clone_from(&last.id);
            let mut change = self.change(Actor::SYSTEM).await?;
            for pairing in &waiting {
                for (days, role) in WAITING {
                    let due_on = later(china_day(pairing.since_ms), days);
                    if due_on > today {
                        continue;
                    }
                    let (region_code, subject) = (&pairing.region_code, ("pairings", pairing.id.as_str()));
                    let task = NewTask { kind: "decide_pairing", role, region_code, subject, due_on };
                    change.put_task(&task).await?;
                }
            }
            change.commit(None).await?;
        }
    }

    /// The coordinator is told three days after a contact was due, the supervisor after fourteen (S27).
    async fn tell_of_overdue_contacts(&self, today: Date) -> Result<(), StoreError> {
        let filter = PairingFilter {
            scope: PairingScope::everywhere(),
            state: String::new(),
            child_id: String::new(),
            volunteer_id: String::new(),
            overdue: true,
        };
        let mut page = PageRequest { after: String::new(), limit: MOST_ROWS };
        loop {
            let found = self.view().await?.pairings(&filter, &page).await?;
            let mut change = self.change(Actor::SYSTEM).await?;
            for pairing in &found.items {
                for task in late_tasks(pairing, today) {
                    if change.put_task(&task).await? {
                        let (kind, table) = (EventKind::ContactOverdue, "pairings");
                        let event = Announcement::event(kind, table, &pairing.id, &pairing.region_code);
                        change.announce_to_role(task.role, &event).await?;
                    }
                }
            }
            change.commit(None).await?;
            let Some(after) = found.next_after else { return Ok(()) };
            page.after = after;
        }
    }
}

/// Whom to tell of a pairing's overdue contact.
fn late_tasks(pairing: &Pairing, today: Date) -> Vec<NewTask<'_>> {
    let Some(overdue) = pairing.overdue(today) else { return Vec::new() };
    let told = [(COORDINATOR_DAYS, Role::Coordinator), (SUPERVISOR_DAYS, Role::Supervisor)];
    let told = told.into_iter().filter(|(days, _)| overdue.days >= *days);
    told.map(|(_, role)| NewTask {
        kind: "contact_overdue",
        role,
        region_code: &pairing.region_code,
        subject: ("pairings", &pairing.id),
        due_on: overdue.due_on,
    })
    .collect()
}

fn later(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}
