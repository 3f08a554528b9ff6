//! Template, filled in, uploaded, committed, exported in full: the same cells.

use std::collections::BTreeMap;

use jiedui::input::columns::{Column, children, volunteers};
use jiedui::model::Role;
use jiedui::spreadsheet::{SafeCsv, plain};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use serde_json::json;

use super::sheets::{CSV, cells, commit};
use crate::http::server::{Client, Server};

type Row = BTreeMap<&'static str, String>;

/// What an office may write into a cell that is nobody's number: also what begins like a formula, and signs of CSV.
fn text() -> impl Strategy<Value = String> {
    let signs = "[-=+@'\",;，。、a-z0-9一-龥 ]{0,10}";
    prop_oneof![Just(String::new()), signs.prop_map(|text| text.trim().to_owned())]
}

/// Cells of records, in the words in which they are exported.
fn child() -> impl Strategy<Value = Row> {
    let free = [
        &children::HOUSEHOLD,
        &children::NEEDS,
        &children::AVAILABILITY,
        &children::LANGUAGES,
        &children::CATEGORIES,
        &children::RISK,
        &children::PARENT_HOURS,
        &children::SCHOOL_VILLAGE,
        &children::VILLAGE,
        &children::GUARDIAN,
        &children::NAME,
    ];
    let texts = proptest::collection::vec(text(), free.len());
    (texts, any::<[bool; 4]>()).prop_map(move |(texts, [consent, yes, wish, conflict])| {
        let mut row: Row = free.iter().zip(texts).map(|(column, text)| (column.key, text)).collect();
        row.insert("sex", "女".to_owned());
        row.insert("birth_date", "2015-05-01".to_owned());
        row.insert("legal_basis", "监护人同意".to_owned());
        if consent {
            row.insert("consent", if yes { "同意" } else { "不同意" }.to_owned());
            row.insert("consent_giver", "监护人".to_owned());
            if yes {
                row.insert("consent_date", "2026-01-05".to_owned());
            }
        }
        if wish {
            row.insert("wish", if yes { "愿意" } else { "不愿意" }.to_owned());
            if yes {
                row.insert("wish_date", "2026-01-06".to_owned());
            }
        }
        if conflict {
            row.insert("excluded_volunteers", "V-7、V-8".to_owned());
        }
        row.insert("region_code", "422827101201".to_owned());
        row
    })
}

fn volunteer() -> impl Strategy<Value = Row> {
    let free = [
        &volunteers::TEAM,
        &volunteers::AVAILABILITY,
        &volunteers::SKILLS,
        &volunteers::LANGUAGES,
        &volunteers::EXCLUDED_VILLAGES,
        &volunteers::VILLAGE,
        &volunteers::NAME,
    ];
    let texts = proptest::collection::vec(text(), free.len());
    (texts, any::<bool>()).prop_map(move |(texts, checked)| {
        let mut row: Row = free.iter().zip(texts).map(|(column, text)| (column.key, text)).collect();
        row.insert("sex", "男".to_owned());
        row.insert("birth_date", "1980-05-01".to_owned());
        if checked {
            for (key, text) in [
                ("query_consent", "是"),
                ("screening_kind", "从业查询"),
                ("screening_result", "通过"),
                ("screening_authority", "某局"),
                ("screening_date", "2026-01-01"),
                ("screening_valid_through", "2026-12-31"),
                ("screening_reference", "第一号"),
            ] {
                row.insert(key, text.to_owned());
            }
        }
        row.insert("region_code", "422827101201".to_owned());
        row
    })
}

/// Uploads rows under the headers of the template that the server gives, and gives back what it exports of them.
fn there_and_back(
    server: &Server,
    client: &Client,
    kind: &str,
    columns: &[Column],
    rows: &[Row],
) -> Vec<Row> {
    let template = client.get(&format!("/import-templates/{kind}.csv")).expect(200);
    let headers = cells(&template.bytes).remove(0);
    let mut sheet = SafeCsv::new(&headers);
    for row in rows {
        sheet.row(columns.iter().map(|column| row.get(column.key).map_or("", String::as_str)));
    }
    let path = format!("/imports?kind={kind}&region=422827");
    let import = client.upload(&path, CSV, sheet.finish()).expect(201).body;
    assert_eq!(import["rows_faulty"], 0, "{import}");
    let committed = commit(client, &import);
    assert_eq!(committed["rows_done"], rows.len(), "{committed}");
    let body = json!({"purpose": "correct_record"});
    let exported = client.send("POST", &format!("/exports/{kind}.csv"), &[], Some(&body)).expect(200);
    let mut table = cells(&exported.bytes);
    assert_eq!(table.remove(0), headers, "on {}", server.base);
    let mut back: Vec<Row> = table
        .iter()
        .map(|cells| {
            columns.iter().zip(cells).map(|(column, cell)| (column.key, plain(cell).to_owned())).collect()
        })
        .collect();
    back.sort_by(|one, other| one["id"].cmp(&other["id"]));
    back
}

fn whole(columns: &[Column], rows: Vec<Row>) -> Vec<Row> {
    let filled = rows.into_iter().enumerate().map(|(number, mut row)| {
        row.insert("id", format!("N-{number:03}"));
        columns.iter().map(|column| (column.key, row.get(column.key).cloned().unwrap_or_default())).collect()
    });
    filled.collect()
}

proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(12))]

    #[test]
    fn children_come_back_as_they_went_in(rows in proptest::collection::vec(child(), 1..6)) {
        let server = Server::start();
        let client = server.log_in_as(Role::Coordinator);
        let rows = whole(children::ALL, rows);
        let back = there_and_back(&server, &client, "children", children::ALL, &rows);
        assert_eq!(back, rows);
    }

    #[test]
    fn volunteers_come_back_as_they_went_in(rows in proptest::collection::vec(volunteer(), 1..6)) {
        let server = Server::start();
        let client = server.log_in_as(Role::Coordinator);
        let rows = whole(volunteers::ALL, rows);
        let back = there_and_back(&server, &client, "volunteers", volunteers::ALL, &rows);
        assert_eq!(back, rows);
    }
}
