//! Cells too long, too many faults, unseen signs, and commits that cannot go on: nothing of it may hold an office up.

use jiedui::model::Role;
use jiedui::store::{Actor, RegionSpan};
use serde_json::{Value, json};

use super::sheets::{CSV, TABLE, cells, commit, load_divisions, rows, upload_children, upload_volunteers};
use crate::http::server::Server;

const HEADER: &str = "儿童编号,姓名,性别,出生日期,法律依据,行政区划代码,需求\n";

#[test]
fn a_row_of_many_faults_is_told_in_few_and_comes_back_as_a_workbook() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let many: Vec<String> = (0..1_500).map(|number| format!("无{number}")).collect();
    let many = many.join("、");
    let long = "无此需求、".repeat(20_000);
    let row = |id: &str, sex: &str, needs: &str| {
        format!("{id},覃,{sex},2015-05-01,监护人同意,422827101201,{needs}\n")
    };
    let sheet = format!("{HEADER}{}{}", row("C-1", "无", &many), row("C-2", "女", &long));
    let import = upload_children(&client, &sheet);
    let faulty = rows(&client, &import, "faulty");
    let rules = |row: &Value| -> Vec<String> {
        let findings = row["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    let (many, long) = (rules(&faulty[0]), rules(&faulty[1]));
    assert_eq!(many.len(), 21, "{many:?}");
    assert!(many.contains(&"I021".to_owned()) && many.contains(&"I072".to_owned()), "{many:?}");
    assert!(long.contains(&"I071".to_owned()), "{long:?}");
    let path = format!("/imports/{}/errors.xlsx", import["id"].as_str().unwrap());
    client.send("POST", &path, &[], Some(&Value::Null)).expect(200);
}

#[test]
fn unseen_signs_are_blanks_and_a_number_is_short() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    admin.upload("/regions/import", CSV, TABLE.replace("和平村", "和\u{0}平村").into()).expect(200);
    assert_eq!(admin.get("/regions/422827100201").expect(200).body["name"], "和 平村");
    let client = server.log_in_as(Role::Coordinator);
    let sheet = format!("{HEADER}C\u{0}1,覃\u{7}一,女,2015-05-01,监护人同意,422827101201,\n");
    commit(&client, &upload_children(&client, &sheet));
    let exported = client.post("/exports/children.csv", &json!({"purpose": "correct_record"})).expect(200);
    assert_eq!(cells(&exported.bytes)[1][0], "C 1");
    let header = "志愿者编号,姓名,性别,出生日期,行政区划代码,组队编号\n";
    let unit = "队".repeat(6_000);
    let sheet =
        format!("{header}V-1,彭,女,1980-01-01,422827101201,{unit}\nV-2,彭,女,1980-01-01,422827101201,\n");
    let import = upload_volunteers(&client, &sheet);
    assert_eq!((&import["rows_good"], &import["rows_faulty"]), (&json!(1), &json!(1)));
    commit(&client, &import);
}

#[test]
fn a_commit_that_stopped_midway_can_be_ended() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let row = |number: u8| format!("C-{number},覃一,女,2015-05-01,监护人同意,422827101201,\n");
    let import = upload_children(&client, &format!("{HEADER}{}{}", row(1), row(2)));
    let id = import["id"].as_str().unwrap();
    server.run(async {
        let everywhere = RegionSpan::everywhere();
        let stored = server.store.view().await.unwrap().import(&everywhere, id).await.unwrap();
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        assert_eq!(change.commit_import_rows(&everywhere, &stored, 1).await.unwrap().done, 1);
        change.commit(None).await.unwrap();
    });
    let discarded = client.post(&format!("/imports/{id}/discard"), &Value::Null).expect(200);
    assert_eq!((&discarded.body["state"], &discarded.body["rows_done"]), (&json!("discarded"), &json!(1)));
    assert_eq!((server.counted("children"), server.counted("import_rows")), (1, 0));
    client.post(&format!("/imports/{id}/commit"), &Value::Null).expect(409);
}

#[test]
fn two_offices_commit_the_same_people_at_once() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let (one, other) = (server.log_in_as(Role::Coordinator), server.log_in_as(Role::Coordinator));
    let mut sheet = HEADER.to_owned();
    for number in 0..60 {
        sheet.extend([format!("C-{number},覃一,女,2015-05-01,监护人同意,422827101201,\n")]);
    }
    let imports = [upload_children(&one, &sheet), upload_children(&other, &sheet)];
    std::thread::scope(|scope| {
        for (client, import) in [&one, &other].into_iter().zip(&imports) {
            scope.spawn(move || assert_eq!(commit(client, import)["rows_done"], 60));
        }
    });
    assert_eq!(server.counted("children"), 60);
}

#[test]
fn a_commit_that_nobody_ended_is_forgotten_with_all_it_holds() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let row = |number: u16| format!("C-{number},覃一,女,2015-05-01,监护人同意,422827101201,\n");
    let sheet = format!("{HEADER}{}", (0..2_500).map(row).collect::<String>());
    let import = upload_children(&client, &sheet);
    let id = import["id"].as_str().unwrap();
    server.run(async {
        let everywhere = RegionSpan::everywhere();
        let stored = server.store.view().await.unwrap().import(&everywhere, id).await.unwrap();
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        change.commit_import_rows(&everywhere, &stored, 1).await.unwrap();
        change.commit(None).await.unwrap();
    });
    server.wait_minutes(31 * 24 * 60);
    // An upload does not have to wait for it.
    upload_children(&server.log_in_as(Role::Coordinator), &format!("{HEADER}{}", row(1)));
    assert_eq!(server.counted("import_rows"), 2_501);
    assert_eq!(server.run(server.store.forget_old_imports()).unwrap(), 1);
    assert_eq!(server.counted("import_rows"), 1);
    assert_eq!(server.counted("imports WHERE state = 'discarded' AND sealed = '{}'"), 1);
    assert_eq!(server.counted(&format!("data_keys WHERE subject_id = '{id}'")), 0);
}

#[test]
fn erasing_a_child_reaches_rows_that_became_nobody() {
    let server = Server::start();
    load_divisions(&server.log_in_as(Role::Admin));
    let client = server.log_in_as(Role::Coordinator);
    let header = "儿童编号,姓名,性别,出生日期,身份证号,法律依据,行政区划代码\n";
    let row =
        |number: &str, card: &str| format!("{number},覃一,女,2015-05-01,{card},监护人同意,422827101201\n");
    let card = "422827201505010021";
    commit(&client, &upload_children(&client, &format!("{header}{}", row("C-1", card))));
    let again = format!("{header}{}{}{}", row("C-1", ""), row("C-2", card), row("C-3", ""));
    let left = upload_children(&client, &again);
    server.run(async {
        let mut change = server.store.change(Actor::COMMAND).await.unwrap();
        let everywhere = RegionSpan::everywhere();
        let filter = jiedui::store::people::ChildFilter {
            region: everywhere.clone(),
            need: String::new(),
            ready: None,
            archived: false,
            updated_since_ms: 0,
            exactly: String::new(),
        };
        let page = jiedui::store::PageRequest { after: String::new(), limit: 10 };
        let child = change.children(&filter, &page).await.unwrap().items.remove(0);
        change.erase_child(&everywhere, &child.id, "request").await.unwrap();
        change.commit(None).await.unwrap();
    });
    assert_eq!(server.counted("import_rows WHERE sealed <> ''"), 1);
    assert_eq!(server.counted("import_rows WHERE sealed = '' AND findings <> '[]'"), 0);
    commit(&client, &left);
    assert_eq!(server.counted("children WHERE erased_at_ms IS NULL"), 1);
}

crate::http::server::on_postgres_too! {
    a_commit_that_nobody_ended_is_forgotten_with_all_it_holds
    erasing_a_child_reaches_rows_that_became_nobody
    a_row_of_many_faults_is_told_in_few_and_comes_back_as_a_workbook
    unseen_signs_are_blanks_and_a_number_is_short
    a_commit_that_stopped_midway_can_be_ended
    two_offices_commit_the_same_people_at_once
}
