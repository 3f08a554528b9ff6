//! Children and volunteers: registered, changed, paired off against each other, shown to every role, ended.

use jiedui::input::columns::{self, Column};
use serde_json::{Map, Value, json};

use super::accounts::{COUNTY, Staff};
use super::office::Office;
use super::people::Canary;

/// Columns of names of places, teams and authorities, where any words may be what the column is for; and of figures of their
/// own.
const OTHER_WORDS: [&str; 22] = [
    "id",
    "region_code",
    "name",
    "guardian",
    "phone",
    "id_number",
    "birth_date",
    "longitude",
    "latitude",
    "datum",
    "township",
    "village",
    "school_township",
    "school_village",
    "excluded_villages",
    "region_scope",
    "regions",
    "team",
    "legal_basis",
    "screening_authority",
    "sex",
    "categories",
];

/// A row as an office fills it in: her own columns, and what somebody says of her in whichever column it was put.
pub(super) fn cells(columns: &'static [Column], somebody: &Canary) -> Map<String, Value> {
    let mut cells = Map::new();
    let mut put = |key: &str, text: &str| {
        if columns.iter().any(|column| column.key == key) {
            cells.insert(key.to_owned(), json!(text));
        }
    };
    put("name", &somebody.name);
    put("guardian", &somebody.other_name);
    put("phone", &somebody.phone);
    put("id_number", &somebody.id_number);
    put("birth_date", &somebody.birth());
    put("sex", "女");
    put("township", "示例镇");
    put("village", &somebody.house);
    put("longitude", &somebody.longitude);
    put("latitude", "29.50321");
    put("datum", "WGS-84");
    put("categories", "农村留守儿童");
    let open: Vec<&Column> = columns.iter().filter(|column| !OTHER_WORDS.contains(&column.key)).collect();
    let column = open[somebody.number as usize % open.len()];
    let texts = [&somebody.words, &somebody.name, &somebody.phone, &somebody.id_number, &somebody.longitude];
    let text = texts[somebody.number as usize / open.len() % texts.len()];
    put(column.key, &format!("{}；{text}", column.example));
    cells
}

/// The columns that are cells of the API: records stand for the others.
fn sent(cells: Map<String, Value>) -> Map<String, Value> {
    let records = [
        "legal_basis",
        "consent",
        "consent_date",
        "consent_giver",
        "wish",
        "wish_date",
        "excluded_volunteers",
    ];
    let is_record =
        |key: &str| records.contains(&key) || key.starts_with("screening_") || key == "query_consent";
    cells.into_iter().filter(|(key, _)| !is_record(key)).collect()
}

/// Ids of those who were registered one by one.
pub(super) struct Made {
    pub(super) children: Vec<String>,
    pub(super) volunteers: Vec<String>,
    pub(super) consents: Vec<String>,
}

/// Registers people one by one, with all that is recorded of them.
pub(super) fn register(office: &Office<'_>, children: &[Canary], volunteers: &[Canary]) -> Made {
    let mut made = Made { children: Vec::new(), volunteers: Vec::new(), consents: Vec::new() };
    for somebody in children {
        child(office, somebody, &mut made);
    }
    for somebody in volunteers {
        volunteer(office, somebody, &mut made);
    }
    for (child_id, volunteer_id) in made.children.iter().zip(&made.volunteers).take(20) {
        let conflict = json!({"child_id": child_id, "volunteer_id": volunteer_id, "kind": "kinship"});
        let conflict = office.post("/conflicts", &conflict).expect(201).text_of("/id");
        office.post(&format!("/conflicts/{conflict}/clear"), &json!({})).expect(200);
    }
    office.all("/conflicts");
    made
}

fn child(office: &Office<'_>, somebody: &Canary, made: &mut Made) {
    let cells = sent(cells(columns::children::ALL, somebody));
    let body = json!({"number": format!("C-{}", somebody.number), "region_code": COUNTY, "cells": cells});
    let answer = office.post("/children", &body).expect(201);
    let path = format!("/children/{}", answer.text_of("/id"));
    made.children.push(answer.text_of("/id"));
    office.post("/children", &body).expect(409);
    let corrected = json!({"cells": {"household": somebody.words, "phone": somebody.phone}});
    office.patch(&path, &answer.etag(), &corrected).expect(200);
    office.patch(&path, &answer.etag(), &corrected).expect(412);
    let consent = json!({"purpose": "processing", "answer": "yes", "giver": "guardian", "relation": "mother",
        "method": "spoken_with_witness", "channel": "read_aloud", "text_version": "1", "given_on": "2026-02-01",
        "giver_name": somebody.other_name, "witness": somebody.name, "on_behalf_of": somebody.words});
    let consent = office.post(&format!("{path}/consents"), &consent).expect(201);
    made.consents.push(consent.text_of("/consent/id"));
    office.post(&format!("{path}/wishes"), &json!({"answer": "yes", "asked_on": "2026-02-01"})).expect(200);
    for (authority, document, status) in [
        ("来凤县民政局", "试〔2026〕1号", 200),
        (&somebody.name[..], &somebody.phone[..], 422),
        ("来凤县民政局", &somebody.id_number[..], 422),
        ("来凤县民政局", &somebody.other_name[..], 422),
        (&somebody.phone[..], "试〔2026〕1号", 422),
    ] {
        let duty = json!({"authority": authority, "document": document});
        office.post(&format!("{path}/legal-bases"), &duty).expect(status);
    }
    let needs = json!({"needs": format!("陪伴走访；{}", somebody.words)});
    let version = office.get(&path).expect(200).etag();
    office.put(&format!("{path}/needs"), &version, &needs);
    let hours = json!({"availability": somebody.words});
    office.put(&format!("{path}/availability"), &version, &hours);
    let asked = json!({"fields": ["name", "phone", "id_number", "village"], "purpose": "contact"});
    let revealed = office.client.post(&format!("{path}/reveal"), &asked).expect(200);
    assert_eq!(office.traces.count(&revealed.bytes), 4, "{}", revealed.text);
    for text in somebody.texts() {
        let wrong = json!({"fields": [text], "purpose": text});
        office.post(&format!("{path}/reveal"), &wrong).expect(422);
        let sought = office.post("/children/search", &json!({"text": text}));
        let found = sought.body["items"].as_array().map_or(0, Vec::len);
        assert_eq!(found, usize::from(text == somebody.phone || text == somebody.id_number), "{text}");
    }
}

fn volunteer(office: &Office<'_>, somebody: &Canary, made: &mut Made) {
    let cells = sent(cells(columns::volunteers::ALL, somebody));
    let body = json!({"number": format!("V-{}", somebody.number), "region_code": COUNTY, "cells": cells});
    let answer = office.post("/volunteers", &body).expect(201);
    let path = format!("/volunteers/{}", answer.text_of("/id"));
    made.volunteers.push(answer.text_of("/id"));
    office.post("/volunteers", &body).expect(409);
    for (authority, status) in [("来凤县公安局", 200), (&somebody.name[..], 422), (&somebody.phone[..], 422)]
    {
        let screening = json!({"kind": "employment", "result": "passed", "authority": authority,
            "screened_on": "2026-02-01", "query_consent": true, "reference": somebody.words});
        office.post(&format!("{path}/screenings"), &screening).expect(status);
    }
    let asked = json!({"fields": ["name", "phone", "id_number", "village"], "purpose": "contact"});
    let revealed = office.client.post(&format!("{path}/reveal"), &asked).expect(200);
    assert_eq!(office.traces.count(&revealed.bytes), 4, "{}", revealed.text);
    let found = office.post("/volunteers/search", &json!({"text": somebody.phone})).expect(200);
    assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
}

/// Every list and every record, asked for by everybody.
pub(super) fn shown_to_everybody(staff: &Staff<'_>, admin: &Office<'_>, made: &Made) {
    for office in staff.everybody().chain([admin]) {
        for list in [
            "/children",
            "/volunteers",
            "/users",
            "/teams",
            "/imports",
            "/bars",
            "/conflicts",
            "/audit-events",
            "/api-keys",
        ] {
            if office.get(list).status == 200 {
                office.all(list);
            }
        }
        office.get("/audit-events/export");
        office.get("/exports/statistics.csv");
        for id in &made.children[..10] {
            for part in ["", "/consents", "/legal-bases", "/wishes", "/availability", "/history"] {
                office.get(&format!("/children/{id}{part}"));
            }
        }
        for id in &made.volunteers[..10] {
            for part in ["", "/screenings", "/availability", "/history"] {
                office.get(&format!("/volunteers/{id}{part}"));
            }
        }
    }
}

/// Suspended, barred, withdrawn, archived, erased.
pub(super) fn ended(staff: &Staff<'_>, made: &Made) {
    let office = &staff.coordinator;
    for id in &made.consents[..10] {
        office.post(&format!("/consents/{id}/withdraw"), &json!({"channel": "phone"})).expect(200);
    }
    for (child, volunteer) in made.children.iter().zip(&made.volunteers).take(10) {
        office.post(&format!("/volunteers/{volunteer}/suspend"), &json!({"reason": "papers"})).expect(200);
        office.post(&format!("/volunteers/{volunteer}/bar"), &json!({"reason": "incident"})).expect(200);
        for path in [format!("/children/{child}"), format!("/volunteers/{volunteer}")] {
            let version = office.get(&path).expect(200).etag();
            let answer = office.client.delete(&path, Some(&version));
            office.keep("DELETE", &path, answer).expect(204);
            office.post(&format!("{path}/erase"), &json!({"reason": "subject_request"})).expect(204);
            office.get(&path).expect(404);
        }
    }
    let bars = office.all("/bars");
    assert_eq!(bars.len(), 10);
    office.post(&format!("/bars/{}/lift", bars[0]["id"].as_str().unwrap()), &json!({})).expect(202);
}
