//! Invented people: rows of sheets, and records in a store. Nobody of them lives.

use std::collections::BTreeMap;

use jiedui::input::values::id_number::check_sign;
use jiedui::store::people::{NewChild, NewConflict, NewConsent, NewDuty, NewVolunteer, PeopleScope};
use jiedui::store::{Actor, RegionSpan, Store};

/// Texts by column.
pub(crate) type Cells = BTreeMap<String, String>;

/// A village of the tests' county.
pub(crate) const VILLAGE: &str = "422827101203";
/// A county in another prefecture.
pub(crate) const ELSEWHERE: &str = "422802000000";

/// Cells out of pairs.
pub(crate) fn cells(pairs: &[(&str, &str)]) -> Cells {
    pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

/// A sound ID number of nobody: area 990101 is none.
pub(crate) fn id_number(birth: &str, serial: u32) -> String {
    let seventeen = format!("990101{birth}{serial:03}");
    format!("{seventeen}{}", char::from(check_sign(seventeen.as_bytes())))
}

/// A child of eleven, whose row lacks nothing.
pub(crate) fn child_cells(serial: u32) -> Cells {
    cells(&[
        ("name", &format!("向试{}", letter(serial))),
        ("sex", "女"),
        ("birth_date", "2015-05-01"),
        ("id_number", &id_number("20150501", serial % 400 * 2 + 100)),
        ("phone", &phone(serial)),
        ("guardian", &format!("田护{}", letter(serial))),
        ("categories", "农村留守儿童"),
        ("risk", "中"),
        ("risk_assessed_on", "2026-01-10"),
        ("languages", "西南官话"),
        ("needs", "陪伴走访（必需，线下，每周60分钟）"),
        ("availability", "周六 09:00-11:30"),
        ("township", "示例镇"),
        ("village", "示例村"),
        ("longitude", "109.40123"),
        ("latitude", "29.50321"),
        ("datum", "WGS-84"),
    ])
}

/// An adult whose row lacks nothing but her check.
pub(crate) fn volunteer_cells(serial: u32) -> Cells {
    cells(&[
        ("name", &format!("彭志{}", letter(serial))),
        ("sex", "女"),
        ("birth_date", "1988-03-12"),
        ("id_number", &id_number("19880312", serial % 400 * 2 + 100)),
        ("phone", &phone(serial + 5_000)),
        ("kinds", "巾帼志愿者"),
        ("training", "已完成"),
        ("agreement", "已签"),
        ("capacity", "2"),
        ("skills", "学业辅导：数学（至六年级）"),
        ("reach_km", "15"),
        ("availability", "周六上午"),
        ("township", "示例镇"),
        ("village", "示例村"),
    ])
}

fn letter(serial: u32) -> char {
    char::from_u32(0x4e00 + serial % 20_000).unwrap_or('一')
}

/// A mobile number that no operator gives out.
pub(crate) fn phone(serial: u32) -> String {
    format!("199{serial:08}")
}

/// A child to be registered.
pub(crate) fn new_child(serial: u32, region_code: &str) -> NewChild {
    NewChild {
        number: format!("C{serial:04}"),
        region_code: region_code.to_owned(),
        external_ref: None,
        cells: child_cells(serial),
    }
}

/// A volunteer to be registered.
pub(crate) fn new_volunteer(serial: u32, region_code: &str) -> NewVolunteer {
    NewVolunteer {
        number: format!("V{serial:04}"),
        region_code: region_code.to_owned(),
        cells: volunteer_cells(serial),
        ..NewVolunteer::default()
    }
}

/// A guardian's answer.
pub(crate) fn consent(purpose: &str, answer: &str) -> NewConsent {
    NewConsent {
        purpose: purpose.to_owned(),
        answer: answer.to_owned(),
        giver: "guardian".to_owned(),
        relation: "mother".to_owned(),
        method: "thumbprint".to_owned(),
        channel: "paper_thumbprint".to_owned(),
        text_version: "2026-1".to_owned(),
        given_on: "2026-02-20".to_owned(),
        giver_name: "田护某".to_owned(),
        on_behalf_of: String::new(),
        witness: "向证某".to_owned(),
    }
}

/// All divisions.
pub(crate) fn everywhere() -> RegionSpan {
    RegionSpan::everywhere()
}

/// Everybody.
pub(crate) fn everybody() -> PeopleScope {
    PeopleScope::region(everywhere())
}

/// Registers a child in a transaction of its own.
pub(crate) async fn add_child(store: &Store, new: NewChild) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_child(new).await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// Registers a volunteer in a transaction of its own.
pub(crate) async fn add_volunteer(store: &Store, new: NewVolunteer) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_volunteer(new).await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// Records an answer in a transaction of its own.
pub(crate) async fn add_consent(store: &Store, child_id: &str, new: &NewConsent) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_consent(&everywhere(), child_id, new).await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// Records an authority's duty in a transaction of its own.
pub(crate) async fn add_duty(store: &Store, child_id: &str) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let duty =
        NewDuty { authority: "来凤县民政局".to_owned(), document: "试〔2026〕1号".to_owned() };
    let id = change.add_duty(&everywhere(), child_id, &duty).await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// Bars a volunteer in a transaction of its own.
pub(crate) async fn bar(store: &Store, volunteer_id: &str) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.bar_volunteer(&everybody(), volunteer_id, "incident").await.unwrap();
    change.commit(None).await.unwrap();
    id
}

/// Records a conflict in a transaction of its own.
pub(crate) async fn add_conflict(store: &Store, child_id: &str, volunteer_id: &str) -> String {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let new = NewConflict {
        child_id: child_id.to_owned(),
        volunteer_id: volunteer_id.to_owned(),
        kind: "kinship".to_owned(),
    };
    let id = change.add_conflict(&everywhere(), &new).await.unwrap();
    change.commit(None).await.unwrap();
    id
}
