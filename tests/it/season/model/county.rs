//! People of a county, registered through the API as an office would: girls and boys below and above the ages at which they are
//! asked, brothers and sisters, women, a man, a couple. Every text by which somebody could be known is remembered.

use jiedui::model::Role;
use jiff::civil::Date;
use rand::{Rng, RngExt};
use serde_json::{Value, json};

use super::world::{Person, Request, World};
use crate::http::server::{COUNTY, fields};
use crate::people::made::{Cells, VILLAGE, cells, id_number, phone};

/// When most have time.
pub(crate) const SATURDAY: &str = "周六 09:00-12:00";
/// When few have.
pub(crate) const SUNDAY: &str = "周日 15:00-18:00";

/// A sign that is nobody else's.
fn sign(serial: u32) -> char {
    char::from_u32(0x4e00 + serial % 20_000).unwrap_or('一')
}

fn born(birth: &str) -> Date {
    birth.parse().unwrap()
}

/// A child to be: remembered, and as her row.
fn child(serial: u32, random: &mut impl Rng) -> (Person, Cells) {
    let man = random.random_bool(0.4);
    let birth =
        ["2015-05-01", "2014-03-09", "2019-11-20", "2018-06-15", "2011-02-02"][random.random_range(0..5)];
    let class = random.random_range(0..3);
    let saturday = random.random_bool(0.85);
    let together = if random.random_bool(0.3) { "户一" } else { "" };
    let name = format!("向试{}", sign(serial));
    let guardian = format!("田护{}", sign(serial));
    let village = format!("儿村{}", sign(serial));
    let number = id_number(&birth.replace('-', ""), serial % 400 * 2 + u32::from(man) + 100);
    let row = cells(&[
        ("name", &name),
        ("sex", if man { "男" } else { "女" }),
        ("birth_date", birth),
        ("id_number", &number),
        ("phone", &phone(serial)),
        ("guardian", &guardian),
        ("categories", "农村留守儿童"),
        ("risk", ["高", "中", "低"][class]),
        ("risk_assessed_on", "2026-01-10"),
        ("languages", "西南官话"),
        ("household", together),
        ("needs", "陪伴走访（必需，线下，每周60分钟）"),
        ("availability", if saturday { SATURDAY } else { SUNDAY }),
        ("township", "示例镇"),
        ("village", &village),
        ("longitude", "109.40123"),
        ("latitude", "29.50321"),
        ("datum", "WGS-84"),
    ]);
    let person = Person {
        id: String::new(),
        man,
        born: born(birth),
        class,
        together: together.to_owned(),
        saturday,
        secrets: vec![name, guardian, phone(serial), number],
        village,
        serial,
        lead: true,
    };
    (person, row)
}

/// A volunteer to be. `serial` of another gives the same person anew.
fn volunteer(
    serial: u32,
    (man, together, leads): (bool, &str, bool),
    random: &mut impl Rng,
) -> (Person, Cells) {
    let name = format!("彭志{}", sign(serial));
    let number = id_number("19880312", serial % 400 * 2 + u32::from(man) + 100);
    let capacity = random.random_range(1..=2).to_string();
    let mut row = cells(&[
        ("name", &name),
        ("sex", if man { "男" } else { "女" }),
        ("birth_date", "1988-03-12"),
        ("id_number", &number),
        ("phone", &phone(serial + 5_000)),
        ("kinds", "巾帼志愿者"),
        ("training", "已完成"),
        ("agreement", "已签"),
        ("capacity", &capacity),
        ("languages", "西南官话"),
        ("reach_km", "15"),
        ("availability", SATURDAY),
        ("township", "示例镇"),
        ("village", "示例村"),
        ("longitude", "109.402"),
        ("latitude", "29.504"),
        ("datum", "WGS-84"),
    ]);
    if !together.is_empty() {
        row.extend(cells(&[("unit", together), ("unit_kind", "家庭")]));
        if leads {
            row.extend(cells(&[("lead", "是")]));
        }
    }
    let person = Person {
        id: String::new(),
        man,
        born: born("1988-03-12"),
        class: 0,
        together: together.to_owned(),
        saturday: true,
        secrets: vec![name, phone(serial + 5_000), number],
        village: String::new(),
        serial,
        lead: together.is_empty() || leads,
    };
    (person, row)
}

fn post(by: usize, path: String, body: Value) -> Request {
    Request {
        by: Some(by),
        method: "POST",
        path,
        body,
        seen: None,
        target: String::new(),
        other: String::new(),
        word: "",
    }
}

impl World {
    /// Where somebody of a role who works here stands among the users.
    pub(crate) fn user_of(&self, role: Role) -> usize {
        self.users.iter().position(|user| user.role == role && user.is_here()).unwrap()
    }

    /// The body of a registration, and who it makes.
    pub(crate) fn new_child(serial: u32, random: &mut impl Rng) -> (Person, Value) {
        let (person, cells) = child(serial, random);
        (person, json!({"number": format!("C{serial:04}"), "region_code": VILLAGE, "cells": cells}))
    }

    /// As above; some are the same person as another by their ID number.
    pub(crate) fn new_volunteer(
        &self,
        serial: u32,
        same_as: Option<u32>,
        random: &mut impl Rng,
    ) -> (Person, Value) {
        let known = same_as.and_then(|serial| self.volunteers.iter().find(|known| known.serial == serial));
        let man = known.map_or_else(|| random.random_bool(0.2), |known| known.man);
        let (mut person, cells) = volunteer(same_as.unwrap_or(serial), (man, "", false), random);
        person.serial = same_as.unwrap_or(serial);
        (person, json!({"number": format!("V{serial:04}"), "region_code": VILLAGE, "cells": cells}))
    }

    /// Remembers a volunteer who was registered, and gives her an account.
    pub(crate) async fn keep_volunteer(&mut self, person: Person) {
        let mut hers = fields(Role::Volunteer, COUNTY);
        hers.volunteer_id = Some(person.id.clone());
        self.volunteers.push(person);
        self.add_user(&hers).await;
    }

    async fn must(&mut self, request: &Request, status: u16) -> Value {
        let answer = self.send(request).await;
        assert_eq!(answer.status, status, "{request:?}: {}", answer.text);
        answer.body
    }

    /// Registers everybody of a county, most of them with all papers.
    pub(crate) async fn people(&mut self, random: &mut impl Rng) {
        let coordinator = self.user_of(Role::Coordinator);
        for serial in 0..random.random_range(6..=10) {
            let (mut person, body) = Self::new_child(serial, random);
            let made = self.must(&post(coordinator, "/children".to_owned(), body), 201).await;
            person.id = made["id"].as_str().unwrap().to_owned();
            let of = |verb: &str| format!("/children/{}/{verb}", person.id);
            for purpose in ["processing", "pairing"] {
                if random.random_bool(0.93) {
                    self.must(&post(coordinator, of("consents"), consent(purpose, "yes")), 201).await;
                }
            }
            if random.random_bool(0.93) {
                let wish = json!({"answer": "yes", "asked_on": "2026-02-20"});
                self.must(&post(coordinator, of("wishes"), wish), 200).await;
            }
            self.children.push(person);
        }
        let couple = random.random_bool(0.5);
        for serial in 0..random.random_range(4..=6) {
            let (man, together, leads) = match serial {
                0 => (true, "", false),
                1 if couple => (false, "家庭一", true),
                2 if couple => (random.random_bool(0.5), "家庭一", false),
                _ => (false, "", false),
            };
            let (mut person, cells) = volunteer(serial, (man, together, leads), random);
            let body = json!({"number": format!("V{serial:04}"), "region_code": VILLAGE, "cells": cells});
            let made = self.must(&post(coordinator, "/volunteers".to_owned(), body), 201).await;
            person.id = made["id"].as_str().unwrap().to_owned();
            let path = format!("/volunteers/{}/screenings", person.id);
            if random.random_bool(0.93) {
                let through = ["2026-04-12", "2026-05-10", "2027-02-20"][random.random_range(0..3)];
                let body = screening("employment", "passed", "2026-02-20", Some(through));
                self.must(&post(coordinator, path, body), 200).await;
            }
            self.keep_volunteer(person).await;
        }
    }
}

/// A guardian's answer on the wire.
pub(crate) fn consent(purpose: &str, answer: &str) -> Value {
    json!({"purpose": purpose, "answer": answer, "giver": "guardian", "relation": "mother",
        "method": "thumbprint", "channel": "paper_thumbprint", "text_version": "2026-1",
        "given_on": "2026-02-20"})
}

/// A check on the wire.
pub(crate) fn screening(kind: &str, result: &str, day: &str, through: Option<&str>) -> Value {
    json!({"kind": kind, "result": result, "authority": "来凤县公安局", "screened_on": day,
        "valid_through": through, "query_consent": true, "reference": "试-1"})
}
