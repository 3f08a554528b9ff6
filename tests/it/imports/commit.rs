//! From an uploaded sheet to people: what becomes somebody, what does not, and nothing twice.

use jiedui::model::Role;
use jiedui::store::people::{ChildFilter, StoredChild};
use jiedui::store::{Actor, PageRequest, RegionSpan};
use serde_json::{Value, json};

use super::sheets::{CSV, cells, commit, load_divisions, rows, upload_children, upload_volunteers};
use crate::http::server::{COUNTY, Client, ELSEWHERE, Server};

const HEADER: &str =
    "儿童编号,姓名,性别,出生日期,联系电话,法律依据,结对同意,同意日期,同意人身份,行政区划代码,乡镇,村\n";

fn all_children(server: &Server) -> Vec<StoredChild> {
    let filter = ChildFilter {
        region: RegionSpan::everywhere(),
        need: String::new(),
        ready: None,
        archived: false,
        updated_since_ms: 0,
        exactly: String::new(),
    };
    let page = PageRequest { after: String::new(), limit: 200 };
    let mut children = server.run(async {
        let mut view = server.store.view().await.unwrap();
        view.children(&filter, &page).await.unwrap().items
    });
    children.sort_by(|one, other| one.number.cmp(&other.number));
    children
}

fn exported(client: &Client, file: &str) -> Vec<Vec<String>> {
    let answer = client.post(&format!("/exports/{file}"), &json!({"purpose": "correct_record"})).expect(200);
    cells(&answer.bytes)
}

fn coordinator(server: &Server) -> Client {
    load_divisions(&server.log_in_as(Role::Admin));
    server.log_in_as(Role::Coordinator)
}

#[test]
fn good_rows_become_children_and_faulty_ones_stay_to_be_corrected() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!(
        "{HEADER}\
        C-1,覃一,女,2015-05-01,13800000001,监护人同意,同意,2026-01-05,监护人,422827101201,,\n\
        C-2,覃二,,,,监护人同意,,,,422827101201,,\n\
        C-3,覃三,女,2015-05-01,,监护人同意,,,,430101,,\n\
        C-4,覃四,女,2015-05-01,,监护人同意,,,,,,\n\
        C-4,覃五,女,2015-05-01,,监护人同意,,,,,,\n\
        ,覃六,女,2015-05-01,,监护人同意,,,,,,\n"
    );
    let import = upload_children(&client, &sheet);
    assert_eq!((&import["state"], &import["rows_total"]), (&json!("checked"), &json!(6)));
    assert_eq!((&import["rows_good"], &import["rows_faulty"]), (&json!(1), &json!(5)));
    let faulty = rows(&client, &import, "faulty");
    for (row, rule) in faulty.iter().zip(["I021", "I094", "I006", "I006", "I020"]) {
        let findings = row["findings"].as_array().unwrap();
        assert!(findings.iter().any(|finding| finding["rule"] == rule), "{rule}: {row}");
    }
    assert_eq!(server.counted("children"), 0);
    let committed = commit(&client, &import);
    assert_eq!((&committed["state"], &committed["rows_done"]), (&json!("committed"), &json!(1)));
    let children = all_children(&server);
    assert_eq!(children.len(), 1);
    assert!(children[0].ready, "{:?}", children[0].findings);
    assert_eq!((children[0].consent.as_str(), children[0].legal_basis.as_str()), ("yes", "guardian_consent"));
    let done = rows(&client, &import, "committed");
    assert_eq!(done[0]["subject_id"], children[0].id.as_str());
}

#[test]
fn a_name_or_a_phone_is_no_number_and_is_not_shown_as_one() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!(
        "{HEADER}\
        覃金丝雀,覃金丝雀,女,2015-05-01,,监护人同意,,,,422827101201,,\n\
        13812345678,覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n"
    );
    let import = upload_children(&client, &sheet);
    assert_eq!(import["rows_faulty"], 2);
    for row in rows(&client, &import, "faulty") {
        assert!(row["findings"].as_array().unwrap().iter().any(|finding| finding["rule"] == "I070"), "{row}");
        assert!(!row.to_string().contains("金丝雀") && !row.to_string().contains("13812345678"), "{row}");
    }
}

#[test]
fn a_child_under_fourteen_without_a_legal_basis_is_kept_and_takes_no_part() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,,,,,422827101201,,\n");
    let import = upload_children(&client, &sheet);
    assert_eq!(import["rows_good"], 1);
    commit(&client, &import);
    let children = all_children(&server);
    assert_eq!(children.len(), 1);
    assert!(!children[0].ready);
    assert!(children[0].findings.iter().any(|finding| finding.rule == "I024"));
}

#[test]
fn the_names_of_township_and_village_tell_the_division() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!(
        "{HEADER}\
        C-1,覃一,女,2015-05-01,,监护人同意,,,,,百福司镇,兴安村\n\
        C-2,覃二,女,2015-05-01,,监护人同意,,,,,百福司,河东社区\n\
        C-3,覃三,女,2015-05-01,,监护人同意,,,,,翔凤镇,无此村\n\
        C-4,覃四,女,2015-05-01,,监护人同意,,,,,无此镇,\n"
    );
    let import = upload_children(&client, &sheet);
    commit(&client, &import);
    let regions: Vec<String> = all_children(&server).into_iter().map(|child| child.region_code).collect();
    assert_eq!(regions, ["422827101201", "422827101202", "422827100000", "422827000000"]);
}

#[test]
fn a_number_that_is_known_changes_its_person_and_a_blank_cell_says_nothing() {
    let server = Server::start();
    let client = coordinator(&server);
    let first = format!("{HEADER}C-1,覃一,女,2015-05-01,13800000001,监护人同意,,,,422827101201,,\n");
    commit(&client, &upload_children(&client, &first));
    let second = format!("{HEADER}C-1,覃新,女,2015-05-01,,监护人同意,,,,422827100201,,\n");
    commit(&client, &upload_children(&client, &second));
    assert_eq!(server.counted("children"), 1);
    let table = exported(&client, "children.csv");
    let cell = |header: &str| {
        let place = table[0].iter().position(|name| name == header).unwrap();
        table[1][place].clone()
    };
    assert_eq!((cell("姓名"), cell("联系电话")), ("覃新".to_owned(), "13800000001".to_owned()));
    assert_eq!(cell("行政区划代码"), "422827100201");
}

#[test]
fn nobody_outside_the_callers_divisions_is_changed_by_her_number() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,,,,422827100201,,\n");
    commit(&client, &upload_children(&client, &sheet));
    let township = server.log_in_as_in(Role::Coordinator, "422827101000");
    let taken = format!("{HEADER}C-1,覃他,女,2015-05-01,,监护人同意,,,,422827101201,,\n");
    let path = "/imports?kind=children&region=422827101";
    let import = township.upload(path, CSV, taken.into_bytes()).expect(201).body;
    let committed = commit(&township, &import);
    assert_eq!((&committed["rows_done"], &committed["rows_faulty"]), (&json!(0), &json!(1)));
    assert_eq!(all_children(&server)[0].region_code, "422827100201");
    assert_eq!(exported(&client, "children.csv")[1][1], "覃一");
}

#[test]
fn an_old_sheet_does_not_bring_a_withdrawn_consent_back_and_a_new_no_counts() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,同意,2026-01-05,监护人,422827101201,,\n");
    commit(&client, &upload_children(&client, &sheet));
    let refused = sheet.replace(",同意,2026-01-05,", ",不同意,,");
    commit(&client, &upload_children(&client, &refused));
    assert_eq!(all_children(&server)[0].consent, "no");
    commit(&client, &upload_children(&client, &sheet));
    assert_eq!(all_children(&server)[0].consent, "no", "the sheet is older than the no");
}

#[test]
fn a_barred_person_stays_out_under_any_number() {
    let server = Server::start();
    let client = coordinator(&server);
    let header = "志愿者编号,姓名,性别,出生日期,身份证号,查询类型,查询结果,查询机关,查询日期,行政区划代码\n";
    // A made-up number with a right check digit.
    let number = "11010519491231002X";
    let failed =
        format!("{header}V-1,彭一,女,1949-12-31,{number},从业查询,未通过,某局,2026-01-01,422827101201\n");
    commit(&client, &upload_volunteers(&client, &failed));
    let again = format!(
        "{header}V-2,彭二,女,1949-12-31,{number},,,,,422827101201\nV-3,彭三,女,1980-01-01,,,,,,422827101201\n"
    );
    let import = upload_volunteers(&client, &again);
    let committed = commit(&client, &import);
    assert_eq!((&committed["rows_done"], &committed["rows_faulty"]), (&json!(1), &json!(1)));
    let faulty = rows(&client, &import, "faulty");
    let last = faulty[0]["findings"].as_array().unwrap().last().unwrap().clone();
    assert!(last["cause"].as_str().unwrap().contains("不符合条件"), "{last}");
    assert_eq!(server.counted("volunteers"), 2);
}

#[test]
fn a_commit_that_broke_off_goes_on_and_does_nothing_twice() {
    let server = Server::start();
    let client = coordinator(&server);
    let mut sheet = HEADER.to_owned();
    for number in 0..7 {
        sheet.extend([format!("C-{number},覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n")]);
    }
    let import = upload_children(&client, &sheet);
    let id = import["id"].as_str().unwrap().to_owned();
    server.run(async {
        let everywhere = RegionSpan::everywhere();
        let stored = server.store.view().await.unwrap().import(&everywhere, &id).await.unwrap();
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        assert_eq!(change.commit_import_rows(&everywhere, &stored, 3).await.unwrap().done, 3);
        change.commit(None).await.unwrap();
        // This one dies before it commits.
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        assert_eq!(change.commit_import_rows(&everywhere, &stored, 3).await.unwrap().done, 3);
        drop(change);
    });
    let between = client.get(&format!("/imports/{id}")).expect(200);
    assert_eq!((&between.body["state"], &between.body["rows_done"]), (&json!("committing"), &json!(3)));
    let (key, path) = (client.new_key(), format!("/imports/{id}/commit"));
    let send = || client.send("POST", &path, &[("idempotency-key", key.as_str())], Some(&Value::Null));
    let first = send().expect(200);
    assert_eq!((&first.body["state"], &first.body["rows_done"]), (&json!("committed"), &json!(7)));
    let again = send().expect(200);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(first.text, again.text);
    assert_eq!(server.counted("children"), 7);
    assert_eq!(client.post(&path, &Value::Null).expect(409).code(), "state_conflict");
}

#[test]
fn the_same_upload_under_the_same_key_is_one_import() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n");
    let send = || {
        let headers = [("idempotency-key", "once"), ("content-type", CSV)];
        let path = "/api/v1/imports?kind=children&region=422827";
        client.send_bytes("POST", path, &headers, Some(sheet.clone().into_bytes())).expect(201)
    };
    let (first, again) = (send(), send());
    assert_eq!(first.text, again.text);
    assert_eq!(server.counted("imports"), 1);
    let other = [("idempotency-key", "once"), ("content-type", CSV)];
    let path = "/api/v1/imports?kind=children&region=422827";
    let reused = client.send_bytes("POST", path, &other, Some(format!("{sheet}\n").into_bytes()));
    assert_eq!(reused.expect(422).code(), "idempotency_key_reused");
}

#[test]
fn discarding_destroys_rows_and_key_and_no_name_is_in_the_database_before_or_after() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃金丝雀,女,2015-05-01,13812345678,监护人同意,,,,422827101201,,\n");
    let path =
        "/imports?kind=children&region=422827&file_name=%E9%87%91%E4%B8%9D%E9%9B%80%E5%90%8D%E5%8D%95.csv";
    let import = client.upload(path, CSV, sheet.into_bytes()).expect(201).body;
    assert_eq!(import["file_name"], "金丝雀名单.csv");
    let shown = rows(&client, &import, "good");
    assert_eq!(shown[0]["name"], "覃***");
    assert!(!server.stores("金丝雀") && !server.stores("13812345678"));
    let id = import["id"].as_str().unwrap();
    let discarded = client.post(&format!("/imports/{id}/discard"), &Value::Null).expect(200);
    assert_eq!((&discarded.body["state"], &discarded.body["file_name"]), (&json!("discarded"), &json!("")));
    assert_eq!(server.counted("import_rows"), 0);
    assert_eq!(server.counted(&format!("data_keys WHERE subject_id = '{id}'")), 0);
    client.post(&format!("/imports/{id}/commit"), &Value::Null).expect(409);
    client.post(&format!("/imports/{id}/errors.xlsx"), &Value::Null).expect(409);
}

#[test]
fn a_row_that_became_somebody_keeps_no_copy_of_her() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n");
    let import = upload_children(&client, &sheet);
    assert_eq!(server.counted("import_rows WHERE sealed <> ''"), 1);
    commit(&client, &import);
    assert_eq!(server.counted("import_rows WHERE sealed <> ''"), 0);
}

#[test]
fn imports_are_their_own_offices() {
    let server = Server::start();
    let client = coordinator(&server);
    let stranger = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n");
    let id = upload_children(&client, &sheet)["id"].as_str().unwrap().to_owned();
    for path in [format!("/imports/{id}"), format!("/imports/{id}/rows")] {
        stranger.get(&path).expect(404);
    }
    for verb in ["commit", "discard", "errors.xlsx"] {
        stranger.post(&format!("/imports/{id}/{verb}"), &Value::Null).expect(404);
    }
    let path = format!("/imports?kind=children&region={COUNTY}");
    stranger.upload(&path, CSV, sheet.into_bytes()).expect(422);
    assert_eq!(stranger.get("/imports").expect(200).body["items"], json!([]));
    server.log_in_as(Role::TeamLeader).get(&format!("/imports/{id}")).expect(403);
}

#[test]
fn uploads_that_broke_off_and_old_cells_are_forgotten() {
    let server = Server::start();
    let client = coordinator(&server);
    let sheet = format!("{HEADER}C-1,覃一,女,2015-05-01,,监护人同意,,,,422827101201,,\n");
    upload_children(&client, &sheet);
    server.wait_minutes(31 * 24 * 60);
    assert_eq!(server.run(server.store.forget_old_imports()).unwrap(), 1);
    assert_eq!(server.run(server.store.forget_old_imports()).unwrap(), 0);
    assert_eq!(server.counted("import_rows"), 0);
    assert_eq!(server.counted("imports WHERE state = 'discarded'"), 1);
}

crate::http::server::on_postgres_too! {
    a_name_or_a_phone_is_no_number_and_is_not_shown_as_one
    good_rows_become_children_and_faulty_ones_stay_to_be_corrected
    a_child_under_fourteen_without_a_legal_basis_is_kept_and_takes_no_part
    the_names_of_township_and_village_tell_the_division
    a_number_that_is_known_changes_its_person_and_a_blank_cell_says_nothing
    nobody_outside_the_callers_divisions_is_changed_by_her_number
    an_old_sheet_does_not_bring_a_withdrawn_consent_back_and_a_new_no_counts
    a_barred_person_stays_out_under_any_number
    a_commit_that_broke_off_goes_on_and_does_nothing_twice
    the_same_upload_under_the_same_key_is_one_import
    discarding_destroys_rows_and_key_and_no_name_is_in_the_database_before_or_after
    a_row_that_became_somebody_keeps_no_copy_of_her
    imports_are_their_own_offices
    uploads_that_broke_off_and_old_cells_are_forgotten
}
