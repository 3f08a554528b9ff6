//! A county of invented people over the store, and everything that can befall a pairing of theirs, by chance.

use jiedui::model::Role;
use jiedui::runs::eligibility;
use jiedui::store::people::{NewConflict, NewScreening, NewWish, PersonPatch, Withdrawal};
use jiedui::store::{
    Actor, ChildSays, Ending, Heard, NewContact, NewRegion, PairingScope, Store, StoreError,
};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::http::server::fields;
use crate::people::made::{
    VILLAGE, add_child, add_consent, add_volunteer, consent, everybody, everywhere, new_child, new_volunteer,
};
use crate::store::ground::{Beside, Ground};

const DAY_MS: i64 = 86_400_000;
const COUNTY: &str = "422827000000";

pub(super) struct World {
    ground: Ground,
    pub(super) store: Store,
    pub(super) beside: Beside,
    random: ChaCha8Rng,
    children: Vec<String>,
    volunteers: Vec<String>,
    pairings: Vec<String>,
    run_id: String,
    groups: u32,
    pub(super) told: Vec<String>,
}

pub(super) fn word(text: &str) -> String {
    text.to_owned()
}

impl World {
    pub(super) async fn new(ground: Ground, seed: u64) -> Self {
        let store = ground.open().await;
        let beside = ground.beside().await;
        let run_id = "01900000-0000-7000-8000-000000000001".to_owned();
        let mut world = Self {
            ground,
            store,
            beside,
            random: ChaCha8Rng::seed_from_u64(seed),
            children: Vec::new(),
            volunteers: Vec::new(),
            pairings: Vec::new(),
            run_id,
            groups: 0,
            told: Vec::new(),
        };
        world.settle().await;
        world
    }

    /// A county that hears concerns, a run, six children, five volunteers, two of them a unit.
    async fn settle(&mut self) {
        let mut change = self.store.change(Actor::COMMAND).await.unwrap();
        let county = NewRegion { code: word(COUNTY), name: word("来凤县"), parent_code: None, level: 3 };
        change.import_regions(&[county]).await.unwrap();
        let seen = (COUNTY, change.region(COUNTY).await.unwrap().version);
        change.set_region_phones(&everywhere(), seen, None, Some("0718-0000000")).await.unwrap();
        let fields = fields(Role::Supervisor, COUNTY);
        change.add_user("supervisor.one", &fields, &everywhere()).await.unwrap();
        let policy = change.add_policy("规则", COUNTY, "").await.unwrap().id;
        change.commit(None).await.unwrap();
        self.beside.execute("UPDATE users SET password_hash = 'set'").await;
        let run = &self.run_id;
        self.beside
            .execute(&format!(
                "INSERT INTO runs (id, version, region_code, policy_id, state, stage, progress, today, period_first,
                    period_last, solver, seed, provisional, metrics, changes, created_by, created_at_ms)
                VALUES ('{run}', 1, '{COUNTY}', '{policy}', 'succeeded', '', 100, '2026-03-01', '2026-03-01', '2026-03-31',
                    'exact', 0, FALSE, '{{}}', 0, '', 1)"
            ))
            .await;
        for serial in 0..6 {
            let child = add_child(&self.store, new_child(serial, VILLAGE)).await;
            for purpose in ["processing", "pairing"] {
                add_consent(&self.store, &child, &consent(purpose, "yes")).await;
            }
            self.children.push(child);
        }
        for serial in 0..5_u32 {
            let mut new = new_volunteer(serial, VILLAGE);
            let home = [
                ("languages", "西南官话"),
                ("longitude", "109.402"),
                ("latitude", "29.503"),
                ("datum", "WGS-84"),
            ];
            new.cells.extend(home.map(|(key, text)| (word(key), word(text))));
            new.cells.insert(word("capacity"), (1 + serial % 3).to_string());
            if serial >= 3 {
                new.cells.insert(word("unit"), word("家庭一"));
                new.cells.insert(word("unit_kind"), word("家庭"));
                new.cells.insert(word("lead"), word(if serial == 3 { "是" } else { "否" }));
            }
            for (key, text) in [
                ("query_consent", "是"),
                ("screening_kind", "从业查询"),
                ("screening_result", "通过"),
                ("screening_authority", "来凤县公安局"),
                ("screening_date", "2026-02-20"),
                ("screening_reference", "试-0001"),
            ] {
                new.cells.insert(word(key), word(text));
            }
            let volunteer = add_volunteer(&self.store, new).await;
            self.volunteers.push(volunteer);
        }
    }

    fn child(&mut self) -> String {
        self.children.choose(&mut self.random).unwrap().clone()
    }

    fn volunteer(&mut self) -> String {
        self.volunteers.choose(&mut self.random).unwrap().clone()
    }

    /// Mostly a pairing that lives.
    async fn pairing(&mut self) -> Option<String> {
        let mut chosen = None;
        for _ in 0..6 {
            let id = self.pairings.choose(&mut self.random)?.clone();
            let mut view = self.store.view().await.unwrap();
            let lives = view.pairing(&PairingScope::everywhere(), &id).await.unwrap().lives();
            chosen = Some(id);
            if lives || self.random.random_bool(0.1) {
                break;
            }
        }
        chosen
    }

    pub(super) fn today(&self) -> String {
        jiedui::store::people::china_day(self.store.now_ms()).to_string()
    }

    /// One step of the history: its name, and whether it was done.
    pub(super) async fn step(&mut self) -> (&'static str, Result<(), StoreError>) {
        match self.random.random_range(0..100) {
            0..12 => ("accept", self.accept().await),
            12..36 => ("guardian or child answers", self.answer().await),
            36..60 => ("activate or resume", self.enter().await),
            60..68 => ("suspend or end", self.leave().await),
            68..72 => ("consents", self.consents().await),
            72..74 => ("wish", self.wish().await),
            74..81 => ("standing of a volunteer", self.standing().await),
            81..89 => ("check", self.check().await),
            89..91 => ("archive or restore", self.archive().await),
            91..93 => ("conflict", self.conflict().await),
            93..95 => ("concern", self.concern().await),
            95..96 => ("capacity", self.capacity().await),
            96..98 => ("contact", self.contact().await),
            _ => ("days go by", self.days().await),
        }
    }

    async fn accept(&mut self) -> Result<(), StoreError> {
        self.groups += 1;
        // Of the unit the lead alone is proposed.
        let (child, volunteer) = (self.child(), self.volunteers[self.random.random_range(0..4)].clone());
        let other = self.child();
        let (id, group, run) =
            (format!("01900000-0000-7000-9000-{:012}", self.groups), self.groups, &self.run_id);
        let approved = if self.random.random_bool(0.95) { "'somebody'" } else { "NULL" };
        let mut rows = vec![format!(
            "INSERT INTO proposals (id, version, run_id, region_code, group_number, volunteer_id, kind, origin, state,
                reason, cost, approved_by, approved_at_ms, created_at_ms, updated_at_ms)
            VALUES ('{id}', 1, '{run}', '{COUNTY}', {group}, '{volunteer}', 'lead', 'proposed', 'offered', '', 0,
                {approved}, 1, 1, 1)"
        )];
        let children =
            if self.random.random_bool(0.2) && other != child { vec![child, other] } else { vec![child] };
        rows.extend(children.iter().map(|child| {
            format!("INSERT INTO proposal_children (proposal_id, child_id, is_open) VALUES ('{id}', '{child}', FALSE)")
        }));
        for row in rows {
            self.beside.execute(&row).await;
        }
        let mut change = self.store.change(Actor::COMMAND).await?;
        let begun = change.begin_pairings(&id).await?;
        change.commit(None).await?;
        self.pairings.extend(begun);
        Ok(())
    }

    async fn answer(&mut self) -> Result<(), StoreError> {
        let Some(id) = self.pairing().await else { return Ok(()) };
        let answer = if self.random.random_bool(0.95) { "yes" } else { "no" };
        let by_child = self.random.random_bool(0.5);
        let (scope, today) = (PairingScope::everywhere(), self.today());
        let mut change = self.store.change(Actor::COMMAND).await?;
        if by_child {
            let said = ChildSays { answer: word(answer), asked_on: today, heard: Heard::default() };
            change.record_child_answer(&scope, &id, &said).await?;
        } else {
            change.record_guardian_answer(&scope, &id, &consent("", answer)).await?;
        }
        change.commit(None).await
    }

    async fn enter(&mut self) -> Result<(), StoreError> {
        let Some(id) = self.pairing().await else { return Ok(()) };
        let scope = PairingScope::everywhere();
        let mut change = self.store.change(Actor::COMMAND).await?;
        let pairing = change.hold_for_rules(&scope, &id).await?;
        let rules = eligibility::of_pairing(&mut change, &pairing).await?.said();
        if pairing.state == "suspended" {
            change.resume_pairing(&scope, &id, &rules).await?;
        } else {
            change.activate_pairing(&scope, &id, &rules).await?;
        }
        change.commit(None).await
    }

    async fn leave(&mut self) -> Result<(), StoreError> {
        let Some(id) = self.pairing().await else { return Ok(()) };
        let end = self.random.random_bool(0.5);
        let well = [None, Some(true), Some(true), Some(false)][self.random.random_range(0..4)];
        let scope = PairingScope::everywhere();
        let mut change = self.store.change(Actor::COMMAND).await?;
        if end {
            let ending = Ending {
                reason: word("other"),
                went_well: well,
                notice: word("in_person"),
                farewell: word("met"),
                replacement: word("next_run"),
            };
            change.end_pairing(&scope, &id, &ending).await?;
        } else {
            change.suspend_pairing(&scope, &id, "other").await?;
        }
        change.commit(None).await
    }

    async fn consents(&mut self) -> Result<(), StoreError> {
        let child = self.child();
        let (purpose, answer) =
            [("pairing", "yes"), ("processing", "yes"), ("pairing", "no"), ("processing", "no")]
                [self.random.random_range(0..4)];
        let withdraw = self.random.random_bool(0.2);
        let mut change = self.store.change(Actor::COMMAND).await?;
        if withdraw {
            let known = change.consents(&everywhere(), &child).await?;
            let Some(one) = known.choose(&mut self.random) else { return Ok(()) };
            let withdrawal = Withdrawal { channel: word("phone") };
            change.withdraw_consent(&everywhere(), &one.id, &withdrawal).await?;
        } else {
            change.add_consent(&everywhere(), &child, &consent(purpose, answer)).await?;
            if self.random.random_bool(0.9) {
                change.add_consent(&everywhere(), &child, &consent("processing", "yes")).await?;
                change.add_consent(&everywhere(), &child, &consent("pairing", "yes")).await?;
            }
        }
        change.commit(None).await
    }

    async fn wish(&mut self) -> Result<(), StoreError> {
        let (child, today) = (self.child(), self.today());
        let answer = ["yes", "yes", "yes", "no", "unknown"][self.random.random_range(0..5)];
        let mut change = self.store.change(Actor::COMMAND).await?;
        let wish = NewWish { answer: word(answer), asked_on: today };
        change.add_wish(&everywhere(), &child, &wish).await?;
        change.commit(None).await
    }

    async fn standing(&mut self) -> Result<(), StoreError> {
        let volunteer = self.volunteer();
        let what = self.random.random_range(0..10);
        let mut change = self.store.change(Actor::COMMAND).await?;
        match what {
            0 => change.suspend_volunteer(&everybody(), &volunteer, "unavailable").await?,
            1..4 => change.resume_volunteer(&everybody(), &volunteer).await?,
            4 => change.bar_volunteer(&everybody(), &volunteer, "incident").await.map(|_| ())?,
            _ => {
                let bars = change.bars(&everywhere(), &jiedui::store::PageRequest::default()).await?;
                for bar in bars.items.iter().filter(|bar| bar.lifted_at_ms.is_none()) {
                    for person in ["one", "two"] {
                        change.lift_bar(&everywhere(), &bar.id, person).await?;
                    }
                }
            }
        }
        change.commit(None).await
    }

    async fn check(&mut self) -> Result<(), StoreError> {
        let (volunteer, today) = (self.volunteer(), self.today());
        let result = if self.random.random_bool(0.98) { "passed" } else { "barred" };
        let mut change = self.store.change(Actor::COMMAND).await?;
        let new = NewScreening {
            kind: word("employment"),
            result: word(result),
            authority: word("来凤县公安局"),
            screened_on: today,
            valid_through: None,
            query_consent: word("yes"),
            reference: word("试-0001"),
        };
        change.add_screening(&everybody(), &volunteer, &new).await?;
        change.commit(None).await
    }

    async fn archive(&mut self) -> Result<(), StoreError> {
        let (child, volunteer) = (self.child(), self.volunteer());
        let what = self.random.random_range(0..6);
        let mut change = self.store.change(Actor::COMMAND).await?;
        match what {
            0 => {
                let version = change.child(&everywhere(), &child).await?.version;
                change.archive_child(&everywhere(), &child, version).await?;
            }
            1 => {
                let version = change.volunteer(&everybody(), &volunteer).await?.version;
                change.archive_volunteer(&everybody(), &volunteer, version).await?;
            }
            2..4 => change.restore_child(&everywhere(), &child).await?,
            _ => change.restore_volunteer(&everybody(), &volunteer).await?,
        }
        change.commit(None).await
    }

    async fn conflict(&mut self) -> Result<(), StoreError> {
        let (child_id, volunteer_id) = (self.child(), self.volunteer());
        let record = self.random.random_bool(0.4);
        let mut change = self.store.change(Actor::COMMAND).await?;
        if record {
            let new = NewConflict { child_id, volunteer_id, kind: word("kinship") };
            change.add_conflict(&everywhere(), &new).await?;
        } else {
            let filter = jiedui::store::people::ConflictFilter {
                region: everywhere(),
                child_id: String::new(),
                volunteer_id: String::new(),
            };
            let all = change
                .conflicts(&filter, &jiedui::store::PageRequest { after: String::new(), limit: 200 })
                .await?;
            for conflict in all.items.iter().filter(|conflict| conflict.cleared_at_ms.is_none()) {
                change.clear_conflict(&everywhere(), &conflict.id).await?;
            }
            change.commit(None).await?;
            // What was refused stays refused; a history would come to nothing.
            self.beside.execute("DELETE FROM refusals").await;
            self.beside.execute("UPDATE pairings SET went_well = NULL").await;
            return Ok(());
        }
        change.commit(None).await
    }

    async fn concern(&mut self) -> Result<(), StoreError> {
        if self.random.random_bool(0.6) {
            self.beside.execute("UPDATE concerns SET state = 'closed', closed_at_ms = 9000000000000").await;
            return Ok(());
        }
        let (volunteer, number) = (self.volunteer(), self.told.len());
        self.beside
            .execute(&format!(
                "INSERT INTO concerns (id, version, region_code, subject_kind, subject_volunteer_id, kind, severity, state,
                    sealed, reported_by, reporter_kind, channel, report_due_at_ms, outcome, created_at_ms, updated_at_ms)
                VALUES ('concern {number}', 1, '{COUNTY}', 'volunteer', '{volunteer}', 'other', 'high', 'open', '', 'x',
                    'user', 'phone', 1, '', 1, 1)"
            ))
            .await;
        let mut change = self.store.change(Actor::COMMAND).await?;
        change.suspend_pairs_of_volunteer(&volunteer, "concern").await?;
        change.commit(None).await
    }

    async fn capacity(&mut self) -> Result<(), StoreError> {
        let volunteer = self.volunteer();
        let capacity = self.random.random_range(0..4).to_string();
        let mut change = self.store.change(Actor::COMMAND).await?;
        let version = change.volunteer(&everybody(), &volunteer).await?.version;
        let patch = PersonPatch::of_cells([(word("capacity"), Some(capacity))]);
        change.patch_volunteer(&everybody(), &volunteer, version, &patch).await?;
        change.commit(None).await
    }

    async fn contact(&mut self) -> Result<(), StoreError> {
        let Some(id) = self.pairing().await else { return Ok(()) };
        let kind =
            ["support_volunteer", "support_carer", "support_child", "visit"][self.random.random_range(0..4)];
        let new = NewContact {
            kind: word(kind),
            setting: word(if kind == "visit" { "facilitated" } else { "" }),
            took_place: self.random.random_bool(0.8),
            happened_on: self.today(),
            ..NewContact::default()
        };
        let mut change = self.store.change(Actor::COMMAND).await?;
        change.add_contact(&PairingScope::everywhere(), &id, &new).await?;
        change.commit(None).await
    }

    async fn days(&mut self) -> Result<(), StoreError> {
        let days = [1, 1, 3, 20, 60][self.random.random_range(0..5)];
        self.ground.clock.advance_ms(days * DAY_MS);
        self.store.tick().await?;
        jiedui::runs::daily::check_living(&self.store).await.map(|_| ())
    }
}
