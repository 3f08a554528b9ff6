//! The county of Guang'an (invented people) through the API: what `match` makes of the same people.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use jiedui::assignment::Method;
use jiedui::input::write::canonical::{self, digest};
use jiedui::input::{LoadOptions, load};
use jiedui::model::child::ConsentGiver;
use jiedui::model::volunteer::{Adult, ScreeningResult};
use jiedui::model::{Child, Role, Volunteer};
use jiedui::pipeline::make_plan;
use jiedui::plan::PlanOptions;
use serde_json::{Value, json};

use super::ground::{made_run, policy, stored};
use crate::http::server::{Client, Server};

const CSV: &str = "text/csv";

/// Where the sheets lie.
pub(crate) fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/guangan"))
}

/// Loads some of its counties into a server, by the first six digits of their codes: places, people. The server's clock then stands
/// on the day of the county's run.
pub(crate) fn load_county(server: &Server, counties: &[&str]) -> Client {
    // 2026-11-24, noon in Beijing.
    server.clock.advance_ms(1_795_492_800_000 - crate::http::server::BEGIN_MS);
    let client = server.log_in_as_in(Role::Coordinator, "511600000000");
    let file = |name: &str| std::fs::read(folder().join(name)).unwrap();
    let headers = [("content-type", CSV)];
    let put = client.send_bytes("PUT", "/api/v1/regions/511600/places", &headers, Some(file("places.csv")));
    put.expect(200);
    for kind in ["volunteers", "children"] {
        let sheets = by_county(&file(&format!("{kind}.csv")));
        for (county, sheet) in sheets.into_iter().filter(|(county, _)| counties.contains(&county.as_str())) {
            let path = format!("/imports?kind={kind}&region={county}");
            let import = client.upload(&path, CSV, sheet).expect(201).body;
            let commit = format!("/imports/{}/commit", import["id"].as_str().unwrap());
            client.post(&commit, &Value::Null).expect(200);
        }
    }
    client
}

/// The rows of a sheet by county: each county takes in its own people. An adult who says nothing of where she lives is of the county
/// of the others of her unit.
fn by_county(sheet: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let text = sheet.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sheet);
    let mut reader = csv::Reader::from_reader(text);
    let headers = reader.headers().unwrap().clone();
    let column = |name: &str| headers.iter().position(|header| header == name);
    let region = column("行政区划代码").unwrap();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let unit = |row: &csv::StringRecord| column("组队编号").map_or("", |unit| &row[unit]).to_owned();
    let of_unit: BTreeMap<String, String> = (rows.iter())
        .filter(|row| !row[region].is_empty())
        .map(|row| (unit(row), row[region][..6].to_owned()))
        .collect();
    let mut counties: BTreeMap<String, csv::Writer<Vec<u8>>> = BTreeMap::new();
    for row in &rows {
        let county = row[region].get(..6).map_or_else(|| of_unit[&unit(row)].clone(), str::to_owned);
        let writer = counties.entry(county).or_insert_with(|| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&headers).unwrap();
            writer
        });
        writer.write_record(row).unwrap();
    }
    counties.into_iter().map(|(county, writer)| (county, writer.into_inner().unwrap())).collect()
}

/// The same counties as a folder of sheets.
fn sheets_of(counties: &[&str]) -> tempfile::TempDir {
    let cut = tempfile::tempdir().unwrap();
    for name in ["places.csv", "policy.toml"] {
        std::fs::copy(folder().join(name), cut.path().join(name)).unwrap();
    }
    for kind in ["volunteers.csv", "children.csv"] {
        let mut whole = Vec::new();
        let sheets = by_county(&std::fs::read(folder().join(kind)).unwrap());
        for (_, sheet) in sheets.into_iter().filter(|(county, _)| counties.contains(&county.as_str())) {
            let below = sheet.iter().position(|byte| *byte == b'\n').unwrap() + 1;
            whole.extend_from_slice(if whole.is_empty() { &sheet } else { &sheet[below..] });
        }
        std::fs::write(cut.path().join(kind), whole).unwrap();
    }
    cut
}

/// The same people, cell by cell. Households bear their county's code in a run over several; a consent to be registered that a carer
/// alone gave is none in the store.
fn alike(one: &jiedui::model::Instance, other: &jiedui::model::Instance) {
    let lines = |instance: &jiedui::model::Instance| {
        let mut children = instance.children.clone();
        for child in &mut children {
            child.legal_basis =
                child.legal_basis.take().filter(|_| child.consent.giver != ConsentGiver::CarerAlone);
        }
        let sheets = [canonical::children(&children), canonical::volunteers(&instance.volunteers)];
        let text = String::from_utf8(sheets.concat()).unwrap();
        text.replace("511603-GA-H", "GA-H").replace("511681-GA-H", "GA-H")
    };
    let (one, other) = (lines(one), lines(other));
    for (one, other) in one.lines().zip(other.lines()) {
        assert_eq!(one, other);
    }
    assert_eq!(one.lines().count(), other.lines().count());
}

#[test]
fn a_county_through_the_api_gets_the_plan_that_match_makes_of_its_sheets() {
    let counties = ["511603", "511681"];
    let server = Server::start();
    let client = load_county(&server, &counties);
    let content = std::fs::read_to_string(folder().join("policy.toml")).unwrap();
    let policy_id = server.run(policy(&server.store, &content));
    let body = json!({"region_code": "5116", "policy_id": policy_id, "date": "2026-11-24"});
    let run = made_run(&server, &client, &body);
    assert_eq!(run["state"], "succeeded", "{run}");
    let id = run["id"].as_str().unwrap();
    let (_, snapshot) = server.run(stored(&server.store, id));

    let mut sheets = load(sheets_of(&counties).path(), &LoadOptions::default()).unwrap();
    // A sheet takes 监护人同意 at its word; the store wants to know whose consent it was, and a carer's alone is none (S10).
    let here: BTreeSet<String> =
        snapshot.instance.children.iter().map(|child| child.id.to_string()).collect();
    let (taking_part, others): (Vec<Child>, Vec<Child>) =
        sheets.instance.children.into_iter().partition(|child| here.contains(child.id.as_str()));
    assert!(others.iter().all(|child| child.consent.giver == ConsentGiver::CarerAlone));
    sheets.instance.children = taking_part;
    // Whoever is barred, or whose ID number is broken, has no arc; of the store she takes no part, and her unit neither.
    let here: BTreeSet<String> =
        snapshot.instance.volunteers.iter().map(|unit| unit.id.to_string()).collect();
    let (taking_part, others): (Vec<Volunteer>, Vec<Volunteer>) =
        sheets.instance.volunteers.into_iter().partition(|unit| here.contains(unit.id.as_str()));
    let out = |adult: &Adult| {
        let result = adult.screening.as_ref().map(|screening| screening.result);
        adult.held || result == Some(ScreeningResult::Barred)
    };
    assert!(others.iter().all(|unit| unit.adults.iter().any(out)), "{others:?}");
    sheets.instance.volunteers = taking_part;
    let of = |instance: &jiedui::model::Instance, policy: &jiedui::model::Policy| {
        let options = PlanOptions {
            seed: 0,
            method: Method::Exact,
            provisional: false,
            digest: digest(instance, policy),
        };
        let plan = make_plan(instance, policy, options, &mut |_, _| ControlFlow::Continue(())).unwrap();
        let mut pairs: Vec<(String, String)> = (plan.pairs.iter())
            .map(|pair| {
                let child = instance.children[pair.child as usize].id.to_string();
                (child, instance.volunteers[pair.volunteer as usize].id.to_string())
            })
            .collect();
        pairs.sort();
        let total = plan.passes.iter().map(|pass| pass.solution.objective.total()).sum::<i128>();
        (pairs, total)
    };
    alike(&snapshot.instance, &sheets.instance);
    let (by_api, api_total) = of(&snapshot.instance, &snapshot.policy);
    let (by_sheets, sheets_total) = of(&sheets.instance, &sheets.policy);
    let ids = |instance: &jiedui::model::Instance| {
        instance.children.iter().map(|child| child.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&snapshot.instance).len(), ids(&sheets.instance).len(), "the same children take part");
    assert_eq!(by_api, by_sheets);
    assert_eq!(api_total, sheets_total);
    assert_eq!(run["metrics"]["counts"]["paired"].as_u64().unwrap() as usize, by_sheets.len());
}
