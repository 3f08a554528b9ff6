//! A county of people whom nothing keeps from being paired today, put into a database before the program serves it.

use jiedui::store::people::{NewScreening, NewWish};
use jiedui::store::{Actor, NewRegion, RegionSpan, Store};
use jiff::{Span, Timestamp};

use crate::people::made;
use crate::served::{Place, seconds_now};
use crate::torture::kill::options_of;

/// The county.
pub(super) const COUNTY: &str = "422827000000";

/// The day in China so many days from now.
pub(super) fn today(days: i64) -> String {
    let now = Timestamp::from_second(i64::try_from(seconds_now()).unwrap()).unwrap();
    let china = jiff::tz::Offset::constant(8).to_datetime(now).date();
    china.checked_add(Span::new().days(days)).unwrap().to_string()
}

/// As many children as volunteers; the policy's id.
pub(super) async fn fill(place: &Place, people: u32) -> String {
    let store = Store::open(options_of(place)).await.unwrap();
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let county =
        NewRegion { code: COUNTY.to_owned(), name: "来凤县".to_owned(), parent_code: None, level: 3 };
    change.import_regions(&[county]).await.unwrap();
    let content = format!("[run]\ndate = {}\nfrom = {}\nto = {}\n", today(0), today(1), today(150));
    let policy = change.add_policy("规则", "", &content).await.unwrap();
    change.publish_policy(&RegionSpan::everywhere(), &policy.id).await.unwrap();
    change.commit(None).await.unwrap();
    for serial in 0..people {
        add_child(&store, serial).await;
        add_volunteer(&store, serial).await;
    }
    policy.id
}

/// A place of their own, near each other.
fn place_of(serial: u32) -> [(String, String); 3] {
    let (row, column) = (f64::from(serial / 20), f64::from(serial % 20));
    let point = [
        ("longitude", format!("{:.5}", 109.4 + column * 0.002)),
        ("latitude", format!("{:.5}", 29.5 + row * 0.002)),
        ("datum", "WGS-84".to_owned()),
    ];
    point.map(|(key, text)| (key.to_owned(), text))
}

async fn add_child(store: &Store, serial: u32) {
    let everywhere = RegionSpan::everywhere();
    let mut new = made::new_child(serial, made::VILLAGE);
    new.cells.remove("id_number");
    new.cells.insert("birth_date".to_owned(), today(-11 * 365));
    new.cells.insert("risk_assessed_on".to_owned(), today(-30));
    new.cells.extend(place_of(serial));
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_child(new).await.unwrap();
    for purpose in ["processing", "pairing"] {
        let mut consent = made::consent(purpose, "yes");
        consent.given_on = today(-10);
        change.add_consent(&everywhere, &id, &consent).await.unwrap();
    }
    let wish = NewWish { answer: "yes".to_owned(), asked_on: today(-10) };
    change.add_wish(&everywhere, &id, &wish).await.unwrap();
    change.commit(None).await.unwrap();
}

async fn add_volunteer(store: &Store, serial: u32) {
    let mut new = made::new_volunteer(serial, made::VILLAGE);
    new.cells.remove("id_number");
    new.cells.insert("languages".to_owned(), "西南官话".to_owned());
    new.cells.extend(place_of(serial));
    let screening = NewScreening {
        kind: "employment".to_owned(),
        result: "passed".to_owned(),
        authority: "来凤县公安局".to_owned(),
        screened_on: today(-30),
        valid_through: None,
        query_consent: "yes".to_owned(),
        reference: "试-1".to_owned(),
    };
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_volunteer(new).await.unwrap();
    change.add_screening(&made::everybody(), &id, &screening).await.unwrap();
    change.commit(None).await.unwrap();
}
