//! The workbook of rows to be corrected: what was uploaded, marked, harmless, and good to be uploaded again.

use calamine::{Data, Reader, Xlsx};
use jiedui::model::Role;
use serde_json::Value;

use super::sheets::{XLSX, commit, load_divisions, upload_children};
use crate::http::server::{Client, Server};

const HEADER: &str = "儿童编号,姓名,性别,出生日期,法律依据,行政区划代码,村\n";

fn downloaded(client: &Client, import: &Value) -> Vec<u8> {
    let path = format!("/imports/{}/errors.xlsx", import["id"].as_str().unwrap());
    let answer = client.send("POST", &path, &[], Some(&Value::Null)).expect(200);
    assert_eq!(answer.header("content-type"), XLSX);
    answer.bytes
}

fn table(workbook: &[u8], sheet: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(workbook)).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let text = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        other => panic!("every cell is text: {other:?}"),
    };
    range.rows().map(|row| row.iter().map(text).collect()).collect()
}

#[test]
fn faulty_rows_come_back_as_they_were_with_their_faults_and_can_be_corrected() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let sheet = format!(
        "{HEADER}\
        C-1,覃一,女,2015-05-01,监护人同意,422827101201,\n\
        C-2,\"=cmd|' /C calc'!A0\",男女,2015-05-01,监护人同意,422827101201,@SUM(A1)\n"
    );
    let import = upload_children(&client, &sheet);
    assert_eq!(import["rows_faulty"], 1);
    let workbook = downloaded(&client, &import);
    let rows = table(&workbook, "儿童");
    assert_eq!(rows[0][..7], ["儿童编号", "姓名", "性别", "出生日期", "法律依据", "行政区划代码", "村"]);
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1][..3], ["C-2", "'=cmd|' /C calc'!A0", "男女"]);
    assert_eq!(rows[1][6..8], ["'@SUM(A1)", "3"]);
    assert!(rows[1][8].contains("I021"), "{}", rows[1][8]);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&workbook)).unwrap();
    let mut note = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/comments1.xml").unwrap(), &mut note).unwrap();
    assert!(note.contains("ref=\"C2\"") && note.contains("I021"), "{note}");
    let mut cells = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut cells)
        .unwrap();
    assert!(!cells.contains("<f>"), "no cell is a formula");

    let mut corrected = rust_xlsxwriter::Workbook::new();
    let page = corrected.add_worksheet().set_name("儿童").unwrap();
    for (number, row) in (0u32..).zip(&rows) {
        for (place, cell) in (0u16..).zip(row) {
            let cell = if cell == "男女" { "女" } else { cell };
            page.write_string(number, place, cell).unwrap();
        }
    }
    let path = "/imports?kind=children&region=422827&file_name=errors.xlsx";
    let again = client.upload(path, XLSX, corrected.save_to_buffer().unwrap()).expect(201).body;
    assert_eq!((&again["rows_good"], &again["rows_faulty"]), (&1.into(), &0.into()));
    commit(&client, &again);
    assert_eq!(server.counted("children"), 1);
}

#[test]
fn getting_the_rows_is_written_down_with_its_purpose() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let import = upload_children(&client, &format!("{HEADER}C-1,覃一,,,,,\n"));
    downloaded(&client, &import);
    let where_it_is = "audit_events WHERE action = 'import.errors_downloaded' AND purpose = 'correct_import' \
        AND fields LIKE 'rows:1,%' AND fields LIKE '%name%'";
    assert_eq!(server.counted(where_it_is), 1);
}

#[test]
fn more_rows_than_a_workbook_takes_are_counted_on_a_sheet_of_their_own() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let mut sheet = "儿童编号,姓名\n".to_owned();
    for number in 0..10_050 {
        sheet.extend([format!("C-{number},覃\n")]);
    }
    let import = upload_children(&client, &sheet);
    assert_eq!(import["rows_faulty"], 10_050);
    let workbook = downloaded(&client, &import);
    assert_eq!(table(&workbook, "儿童").len(), 10_001);
    let told = &table(&workbook, "未列出的行")[0][0];
    assert!(told.contains("10050") && told.contains("10000"), "{told}");
}

crate::http::server::on_postgres_too! {
    faulty_rows_come_back_as_they_were_with_their_faults_and_can_be_corrected
    getting_the_rows_is_written_down_with_its_purpose
    more_rows_than_a_workbook_takes_are_counted_on_a_sheet_of_their_own
}
