//! Sheets with faults of every kind, as CSV and as workbooks: uploaded, looked at, corrected, committed, discarded; and what
//! leaves again as a file.

use std::io::{Cursor, Read};

use jiedui::input::columns::{self, Column};
use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value, json};

use super::office::Office;
use super::people::Canary;
use super::persons::cells;

const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Townships and villages of a county (invented names under codes of a real one).
const DIVISIONS: &str = "code,name,provinceCode,cityCode,areaCode,streetCode
42,湖北省,,,,
4228,恩施州,42,,,
422827,来凤县,42,4228,,
422827100,翔凤镇,42,4228,422827,
422827100201,和平村,42,4228,422827,422827100
";

pub(super) fn load_divisions(admin: &Office<'_>) {
    admin.upload("/regions/import", CSV, DIVISIONS.into()).expect(200);
    admin.get("/regions").expect(200);
}

/// What is wrong with a row, by its number: every fourth lacks nothing.
fn spoil(row: &mut Map<String, Value>, somebody: &Canary) {
    let faults = [
        ("id", somebody.name.clone()),
        ("id", somebody.phone.clone()),
        ("id_number", format!("{}9", somebody.id_number)),
        ("birth_date", format!("{} {}", somebody.words, somebody.phone)),
        ("region_code", somebody.id_number.clone()),
        ("longitude", somebody.words.clone()),
        ("sex", format!("{} {}", somebody.words, somebody.phone)),
        ("phone", format!("{}{}", somebody.phone, somebody.phone)),
        ("categories", somebody.words.clone()),
    ];
    if !somebody.number.is_multiple_of(4) {
        let (key, text) = &faults[somebody.number as usize / 4 % faults.len()];
        row.insert((*key).to_owned(), json!(text));
    }
}

/// The rows of a sheet, headers first. One column is known to nobody and headed by a name.
fn table(columns: &'static [Column], people: &[Canary]) -> Vec<Vec<String>> {
    let headers = columns.iter().map(|column| column.zh.to_owned()).chain([people[0].other_name.clone()]);
    let mut rows = vec![headers.collect()];
    for somebody in people {
        let mut row = cells(columns, somebody);
        row.insert("id".to_owned(), json!(format!("S-{}", somebody.number)));
        spoil(&mut row, somebody);
        let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        rows.push(columns.iter().map(|column| text(column.key)).chain([somebody.words.clone()]).collect());
    }
    rows
}

fn as_csv(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

fn as_workbook(rows: &[Vec<String>]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("儿童").unwrap();
    for (at, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(row) {
            sheet.write_string(at, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Uploads a sheet under somebody's numbers, looks at its rows in every way, and gives its path.
fn upload(office: &Office<'_>, kind: &str, media_type: &str, file: Vec<u8>, somebody: &Canary) -> String {
    let name = super::traces::in_an_address(&format!("{} {}.csv", somebody.id_number, somebody.phone));
    let address = format!("/imports?kind={kind}&region=422827&file_name={name}");
    let import = office.upload(&address, media_type, file).expect(201);
    let path = format!("/imports/{}", import.text_of("/id"));
    assert!(import.body["rows_faulty"].as_i64().unwrap() > 20, "{}", import.text);
    for status in ["good", "faulty"] {
        office.all(&format!("{path}/rows?status={status}"));
    }
    let book = office.client.post(&format!("{path}/errors.xlsx"), &json!({})).expect(200);
    let mut book = zip::ZipArchive::new(Cursor::new(book.bytes)).unwrap();
    let mut texts = Vec::new();
    for part in 0..book.len() {
        book.by_index(part).unwrap().read_to_end(&mut texts).unwrap();
    }
    assert!(office.traces.count(&texts) > 100, "the rows to be corrected are there in full");
    path
}

/// Every sheet, most of them committed.
pub(super) fn every_sheet(office: &Office<'_>, people: &[Canary]) {
    let (first, rest) = people.split_at(250);
    let (second, rest) = rest.split_at(250);
    let (third, fourth) = rest.split_at(100);
    let children = columns::children::ALL;
    let sheets = [
        upload(office, "children", CSV, as_csv(&table(children, first)), &first[0]),
        upload(office, "children", XLSX, as_workbook(&table(children, second)), &second[0]),
        upload(office, "children", CSV, as_csv(&table(children, third)), &third[0]),
        upload(office, "volunteers", CSV, as_csv(&table(columns::volunteers::ALL, fourth)), &fourth[0]),
    ];
    for (place, path) in sheets.iter().enumerate() {
        let verb = if place == 2 { "discard" } else { "commit" };
        let done = office.post(&format!("{path}/{verb}"), &json!({})).expect(200);
        assert!(place == 2 || done.body["rows_done"].as_i64().unwrap() > 20, "{}", done.text);
        office.all(&format!("{path}/rows"));
    }
    refused(office, first);
}

/// Files that are no table.
fn refused(office: &Office<'_>, people: &[Canary]) {
    let rows = table(columns::children::ALL, people);
    let without_headers = as_csv(&rows[1..]);
    let mut broken = as_workbook(&rows);
    broken.truncate(broken.len() / 2);
    let mut gbk =
        encoding_rs::GBK.encode(&String::from_utf8(without_headers.clone()).unwrap()).0.into_owned();
    gbk.extend([0x81, 0x20, 0xff]);
    let unquoted = format!("儿童编号,姓名\n\"{},{}\n", people[0].name, people[0].phone).into_bytes();
    let address = "/imports?kind=children&region=422827";
    for (media_type, file) in [(CSV, without_headers), (XLSX, broken), (CSV, gbk), (CSV, unquoted)] {
        let status = office.upload(address, media_type, file).status;
        assert!([201, 422].contains(&status), "{status}");
    }
    let divisions = format!(
        "code,name\n{},{}\n{},{}\n",
        people[0].phone, people[0].name, people[0].name, people[0].words
    );
    office.upload("/regions/import", CSV, divisions.into_bytes());
}

/// People as files again.
pub(super) fn exports(office: &Office<'_>) {
    let files = ["children", "volunteers"].map(|sheet| [(sheet, "csv"), (sheet, "xlsx")]);
    for (sheet, format) in files.into_iter().flatten() {
        let file = format!("{sheet}.{format}");
        let path = format!("/exports/{file}");
        let masked = office.get(&path).expect(200);
        if format == "xlsx" {
            let mut book = zip::ZipArchive::new(Cursor::new(masked.bytes)).unwrap();
            for part in 0..book.len() {
                let mut text = Vec::new();
                book.by_index(part).unwrap().read_to_end(&mut text).unwrap();
                office.traces.look(&format!("a part of {file}, masked"), &text);
            }
            continue;
        }
        let full = office.client.post(&path, &json!({"purpose": "offline_work"})).expect(200);
        assert!(office.traces.count(&full.bytes) > 100, "{file}");
    }
}
