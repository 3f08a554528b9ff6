//! Cells → store → cells for a run → the reader of sheets: the same child and the same volunteer as from a sheet.

use jiedui::input::person_check::{Outcome, PersonCheck};
use jiedui::input::policy;
use jiedui::model::instance::Flag;
use jiedui::model::{Child, Volunteer};
use jiedui::store::PageRequest;
use jiedui::store::people::{ConflictFilter, NewChild, NewVolunteer, PersonPatch};
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::made::{
    Cells, VILLAGE, add_child, add_volunteer, cells, child_cells, everywhere, volunteer_cells,
};
use crate::store::ground::{Ground, runtime};

/// Some of the words that offices write into a column, sound and unsound; blank stands for what they leave out.
const CHILD_WORDS: &[(&str, &[&str])] = &[
    ("sex", &["女", "男", "", "2"]),
    ("birth_date", &["2015-05-01", "2009.3.2", "41395", "", "二零一五"]),
    ("id_number", &["", "990101201505011023", "不详"]),
    ("phone", &["19900000001", "", "无", "０７１８－８２８８８８８"]),
    ("categories", &["孤儿、留守", "", "困境儿童"]),
    ("risk", &["高", "", "中", "?"]),
    ("living_alone", &["是", "否", ""]),
    ("household", &["H1", "", "向家大院"]),
    ("legal_basis", &["监护人同意", "法定职责：县民政局，1号", "", "口头"]),
    ("consent", &["同意", "不同意", "", "未问", "随便"]),
    ("consent_date", &["2026-01-02", "2026/2/3", "", "昨天", "2027-01-01"]),
    ("consent_giver", &["监护人", "受托照护人（有协议）", "照料人", "", "奶奶"]),
    ("wish", &["愿意", "不愿意", "", "考虑中"]),
    ("wish_date", &["2026-01-03", "", "2027-05-05"]),
    ("languages", &["西南官话", "", "普通话、土家语"]),
    ("previous_volunteers", &["", "V1、V2", "田某某"]),
    ("excluded_volunteers", &["", "V3", "V4、V5", "向某某、V6"]),
    ("needs", &["陪伴走访", "学业辅导：数学 三年级（希望）；亲情连线", "", "打电话 19912345678"]),
    ("availability", &["周六 09:00-11:30", "", "有空就行"]),
    ("parent_standing", &["正常", "在押", ""]),
    ("parents_home", &["2027.1.25-2027.2.20", "2027-01-25至2027-02-20", ""]),
    ("village", &["示例村", ""]),
    ("longitude", &["109.40123", ""]),
];

const VOLUNTEER_WORDS: &[(&str, &[&str])] = &[
    ("sex", &["女", "男", ""]),
    ("id_number", &["", "990101198803121020"]),
    ("query_consent", &["是", "否", "", "?"]),
    ("screening_kind", &["从业查询", "无犯罪记录证明", "", "自查"]),
    ("screening_result", &["通过", "查询中", "", "大概可以"]),
    ("screening_authority", &["来凤县公安局", ""]),
    ("screening_date", &["2026-01-15", "2027-01-15", "", "去年"]),
    ("screening_valid_through", &["2026-12-31", "", "永久"]),
    ("screening_reference", &["试-0001", ""]),
    ("training", &["已完成", "2026-01-05", ""]),
    ("capacity", &["1", "", "3"]),
    ("service_capacity", &["", "4"]),
    ("skills", &["学业辅导：数学（至六年级）", "", "心理支持（二级心理咨询师，有效期至2028-06-30）"]),
    ("reach_km", &["15", ""]),
    ("age_range", &["6-12", ""]),
    ("regions", &["422827100000", ""]),
    ("availability", &["周六上午", ""]),
    ("excluded_villages", &["王家村、李家村", ""]),
];

fn rows(
    base: Cells,
    words: &'static [(&'static str, &'static [&'static str])],
) -> impl Strategy<Value = Cells> {
    let choices: Vec<_> = words.iter().map(|(_, words)| 0..words.len()).collect();
    choices.prop_map(move |choices| {
        let mut row = base.clone();
        let chosen = words.iter().zip(choices).map(|((key, words), choice)| (*key, words[choice]));
        row.extend(cells(&chosen.collect::<Vec<_>>()));
        row
    })
}

fn with_check<T>(body: impl FnOnce(PersonCheck<'_>) -> T) -> T {
    let policy = policy::parse(policy::preset("balanced").unwrap(), "balanced.toml").unwrap().policy;
    body(PersonCheck { policy: &policy, today: date(2026, 3, 1), datum: None })
}

/// As the sheet would have it.
fn in_sheet(row: &Cells, number: &str) -> Cells {
    let mut row = row.clone();
    row.extend(cells(&[("id", number), ("region_code", VILLAGE)]));
    row
}

fn child_of(number: &str, cells: Cells) -> NewChild {
    NewChild { number: number.to_owned(), region_code: VILLAGE.to_owned(), cells, ..NewChild::default() }
}

fn conflicts_of_everybody() -> ConflictFilter {
    ConflictFilter { region: everywhere(), child_id: String::new(), volunteer_id: String::new() }
}

#[test]
fn a_child_comes_back_as_the_same_child() {
    let runtime = runtime();
    let ground = Ground::sqlite();
    let store = runtime.block_on(ground.open());
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 192, failure_persistence: None, ..Config::default() });
    let run = runner.run(&rows(child_cells(1), CHILD_WORDS), |row| {
        number.set(number.get() + 1);
        let own = format!("C{}", number.get());
        let new = child_of(&own, row.clone());
        let mut said = in_sheet(&row, &own);
        // A server rests on no consent of somebody who may not give it.
        if row["legal_basis"] == "监护人同意" && ["照料人", "奶奶"].contains(&row["consent_giver"].as_str())
        {
            said.insert("legal_basis".to_owned(), String::new());
        }
        let read = with_check(|check| check.child(&said));
        // Nobody's ID number stands twice, so the next child may have it.
        let cells = runtime.block_on(async {
            let id = add_child(&store, new).await;
            let cells = store.view().await.unwrap().child_cells_for_run(&everywhere(), &id).await.unwrap();
            let mut change = store.change(jiedui::store::Actor::COMMAND).await.unwrap();
            // Whom she must not meet would meet the next with her ID number.
            let of_her = ConflictFilter { child_id: id.clone(), ..conflicts_of_everybody() };
            let page = PageRequest { after: String::new(), limit: 200 };
            for conflict in change.conflicts(&of_her, &page).await.unwrap().items {
                change.clear_conflict(&everywhere(), &conflict.id).await.unwrap();
            }
            change.erase_child(&everywhere(), &id, "mistake").await.unwrap();
            change.commit(None).await.unwrap();
            cells
        });
        if let Some(cells) = cells {
            let again = with_check(|check| check.child(&cells));
            prop_assert_eq!(read.person.map(told_child), again.person.map(told_child));
        } else {
            prop_assert_ne!(read.outcome, Outcome::Usable);
        }
        Ok(())
    });
    run.unwrap();
    runtime.block_on(store.close());
}

/// Columns that records stand for.
const RECORDED: [&str; 7] =
    ["legal_basis", "consent", "consent_date", "consent_giver", "wish", "wish_date", EXCLUDED];
const EXCLUDED: &str = "excluded_volunteers";

#[test]
fn what_is_noted_of_a_new_child_is_what_any_later_reading_of_her_row_notes() {
    let runtime = runtime();
    let ground = Ground::sqlite();
    let store = runtime.block_on(ground.open());
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 192, failure_persistence: None, ..Config::default() });
    // Mostly without a record, so that registering reads her row but once.
    let sort = (rows(child_cells(1), CHILD_WORDS), 0..4_u8);
    let run = runner.run(&sort, |(mut row, part)| {
        number.set(number.get() + 1);
        // Whom she must not meet may be a name, which makes no record.
        let kept = |key: &str| part == 0 || !RECORDED.contains(&key) || (part == 1 && key == EXCLUDED);
        row.retain(|key, _| key != "id_number" && kept(key));
        let new = child_of(&format!("C{}", number.get()), row);
        let [noted, again] = runtime.block_on(async {
            let id = add_child(&store, new).await;
            let noted = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
            let mut change = store.change(jiedui::store::Actor::COMMAND).await.unwrap();
            let patch = PersonPatch::default();
            change.patch_child(&everywhere(), &id, noted.version, &patch).await.unwrap();
            let again = change.child(&everywhere(), &id).await.unwrap();
            change.commit(None).await.unwrap();
            [noted, again].map(|child| {
                (child.ready, child.findings, child.legal_basis, child.consent, child.wish, child.purge_at_ms)
            })
        });
        prop_assert_eq!(noted, again);
        Ok(())
    });
    run.unwrap();
    runtime.block_on(store.close());
}

/// A cell of a record that could not be read is told when it is recorded, and blank from then on. Whom she must not
/// meet is a set.
fn told_child(mut child: Child) -> Child {
    child.excluded_volunteers.sort();
    child.flags.retain(|flag| *flag != Flag::FieldDropped);
    child
}

#[test]
fn a_volunteer_comes_back_as_the_same_volunteer() {
    let runtime = runtime();
    let ground = Ground::sqlite();
    let store = runtime.block_on(ground.open());
    let number = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: 192, failure_persistence: None, ..Config::default() });
    let run = runner.run(&rows(volunteer_cells(1), VOLUNTEER_WORDS), |row| {
        number.set(number.get() + 1);
        let own = format!("V{}", number.get());
        let new = NewVolunteer {
            number: own.clone(),
            region_code: VILLAGE.to_owned(),
            cells: row.clone(),
            ..NewVolunteer::default()
        };
        let read = with_check(|check| check.volunteer(&in_sheet(&row, &own)));
        let cells = runtime.block_on(async {
            let id = add_volunteer(&store, new).await;
            let cells =
                store.view().await.unwrap().volunteer_cells_for_run(&everywhere(), &id).await.unwrap();
            let mut change = store.change(jiedui::store::Actor::COMMAND).await.unwrap();
            change.erase_volunteer(&super::made::everybody(), &id, "mistake").await.unwrap();
            change.commit(None).await.unwrap();
            cells
        });
        if let Some(cells) = cells {
            let again = with_check(|check| check.volunteer(&cells));
            prop_assert_eq!(read.person.map(told_volunteer), again.person.map(told_volunteer));
        } else {
            prop_assert_ne!(read.outcome, Outcome::Usable);
        }
        Ok(())
    });
    run.unwrap();
    runtime.block_on(store.close());
}

/// As of children.
fn told_volunteer(mut volunteer: Volunteer) -> Volunteer {
    volunteer.flags.retain(|flag| *flag != Flag::FieldDropped);
    volunteer
}
