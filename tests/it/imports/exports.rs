//! People as files again: masked, in full for a purpose, and figures without small cells.

use encoding_rs::GB18030;
use jiedui::model::Role;
use serde_json::json;

use super::sheets::{cells, commit, load_divisions, upload_children, upload_volunteers};
use crate::http::server::{Client, ELSEWHERE, Server};

const HEADER: &str =
    "儿童编号,姓名,性别,出生日期,身份证号,联系电话,监护人,类别,法律依据,行政区划代码,家庭编号\n";

/// A server with a child, and a coordinator.
fn with_child(server: &Server) -> Client {
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let row = "C-1,覃金丝雀,女,2015-05-01,,13812345678,覃监护,农村留守儿童,监护人同意,422827101201,\"=HYPERLINK(\"\"x\"\")\"\n";
    commit(&client, &upload_children(&client, &format!("{HEADER}{row}")));
    client
}

fn cell(table: &[Vec<String>], header: &str) -> String {
    let place = table[0].iter().position(|name| name == header).unwrap();
    table[1][place].clone()
}

#[test]
fn an_export_is_masked_and_one_in_full_needs_a_purpose_which_is_written_down() {
    let server = Server::start();
    let client = with_child(&server);
    let masked = client.get("/exports/children.csv").expect(200);
    assert!(masked.bytes.starts_with(b"\xef\xbb\xbf"));
    let table = cells(&masked.bytes);
    assert_eq!(
        (cell(&table, "姓名"), cell(&table, "联系电话")),
        ("覃***".to_owned(), "138****5678".to_owned())
    );
    assert_eq!((cell(&table, "监护人"), cell(&table, "出生日期")), ("覃**".to_owned(), "2015".to_owned()));
    assert_eq!(cell(&table, "家庭编号"), "'=HYPERLINK(\"x\")");
    assert_eq!(
        server.counted("audit_events WHERE action = 'children.exported' AND fields LIKE '%name:masked%'"),
        1
    );
    client.send("POST", "/exports/children.csv", &[], Some(&json!({}))).expect(422);
    let body = json!({"purpose": "offline_work"});
    let full = client.send("POST", "/exports/children.csv", &[], Some(&body)).expect(200);
    assert_eq!(cell(&cells(&full.bytes), "姓名"), "覃金丝雀");
    assert_eq!(
        server.counted("audit_events WHERE action = 'children.exported' AND purpose = 'offline_work'"),
        1
    );
}

#[test]
fn old_programs_get_gbk_and_excel_a_workbook_of_text() {
    let server = Server::start();
    let client = with_child(&server);
    let gbk = client.get("/exports/children.csv?encoding=gbk").expect(200);
    let (text, _, broken) = GB18030.decode(&gbk.bytes);
    assert!(!broken && text.starts_with("儿童编号"));
    let workbook = client.get("/exports/children.xlsx").expect(200);
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(&workbook.bytes)).unwrap();
    let range = calamine::Reader::worksheet_range(&mut book, "儿童").unwrap();
    assert_eq!(range.get_value((1, 0)).unwrap().to_string(), "C-1");
    client.get("/exports/children.pdf").expect(404);
    client.get("/exports/users.csv").expect(404);
    client.get("/exports/children.csv?encoding=latin1").expect(422);
}

#[test]
fn an_office_gets_its_own_divisions() {
    let server = Server::start();
    let client = with_child(&server);
    let stranger = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    assert_eq!(cells(&stranger.get("/exports/children.csv").expect(200).bytes).len(), 1);
    stranger.get("/exports/children.csv?region=422827").expect(422);
    assert_eq!(cells(&client.get("/exports/children.csv?region=422827100").expect(200).bytes).len(), 1);
    assert_eq!(cells(&client.get("/exports/children.csv?region=422827101").expect(200).bytes).len(), 2);
    for role in [Role::Analyst, Role::TeamLeader, Role::Volunteer, Role::Auditor] {
        server.log_in_as(role).get("/exports/children.csv").expect(403);
    }
}

#[test]
fn volunteers_are_exported_with_what_their_records_say() {
    let server = Server::start();
    let client = server.log_in_as(Role::Coordinator);
    let sheet = "志愿者编号,姓名,性别,出生日期,查询类型,查询结果,查询机关,查询日期,查询编号,行政区划代码\n\
        V-1,彭金丝雀,女,1980-01-01,从业查询,通过,某局,2026-01-01,金丝雀第一号,422827101201\n";
    commit(&client, &upload_volunteers(&client, sheet));
    let masked = cells(&client.get("/exports/volunteers.csv").expect(200).bytes);
    assert_eq!((cell(&masked, "姓名"), cell(&masked, "查询结果")), ("彭***".to_owned(), "通过".to_owned()));
    assert_eq!(cell(&masked, "查询编号"), "***");
}

#[test]
fn figures_tell_no_count_below_five() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let mut sheet = HEADER.to_owned();
    for number in 0..11 {
        // Five of one category, four of another, in one township; two of both in the other.
        let (category, region) = match number {
            0..5 => ("农村留守儿童", "422827101201"),
            5..9 => ("孤儿", "422827101202"),
            _ => ("农村留守儿童、孤儿", "422827100201"),
        };
        sheet.extend([format!("C-{number},覃,女,2015-05-01,,,,{category},监护人同意,{region},\n")]);
    }
    commit(&client, &upload_children(&client, &sheet));
    let analyst = server.log_in_as(Role::Analyst);
    let table = cells(&analyst.get("/exports/statistics.csv").expect(200).bytes);
    let expected = [
        ["township_code", "category", "category_zh", "children"],
        ["422827100000", "orphan", "孤儿", "<5"],
        ["422827100000", "left_behind", "农村留守儿童", "<5"],
        ["422827101000", "orphan", "孤儿", "<5"],
        ["422827101000", "left_behind", "农村留守儿童", "5"],
    ];
    assert_eq!(table, expected.map(|row| row.map(str::to_owned).to_vec()));
}

#[test]
fn figures_are_of_townships_and_whoever_got_them_is_written_down() {
    let server = Server::start();
    let analyst = server.log_in_as(Role::Analyst);
    analyst.get("/exports/statistics.csv?region=422827101201").expect(422);
    analyst.get("/exports/statistics.csv?region=422827101").expect(200);
    assert_eq!(server.counted("audit_events WHERE action = 'children.counted'"), 1);
}

crate::http::server::on_postgres_too! {
    an_export_is_masked_and_one_in_full_needs_a_purpose_which_is_written_down
    old_programs_get_gbk_and_excel_a_workbook_of_text
    an_office_gets_its_own_divisions
    volunteers_are_exported_with_what_their_records_say
    figures_tell_no_count_below_five
}
