//! The code table: imported whole or not at all, searched, and what an office adds to it.

use jiedui::model::Role;
use jiedui::store::{Actor, NewRegion, PageRequest, RegionFilter, Store};
use serde_json::json;

use super::sheets::{CSV, TABLE, load_divisions};
use crate::http::server::{ELSEWHERE, Server};

#[test]
fn a_published_table_is_imported_and_importing_it_again_changes_nothing() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let first = admin.upload("/regions/import", CSV, TABLE.into()).expect(200);
    assert_eq!(first.body, json!({"rows": 8, "changed": 8}));
    let again = admin.upload("/regions/import", CSV, TABLE.into()).expect(200);
    assert_eq!(again.body, json!({"rows": 8, "changed": 0}));
    let renamed = TABLE.replace("和平村", "太平村");
    let again = admin.upload("/regions/import", CSV, renamed.into()).expect(200);
    assert_eq!(again.body, json!({"rows": 8, "changed": 1}));
    let village = admin.get("/regions/422827100201").expect(200);
    assert_eq!(village.body["name"], "太平村");
    assert_eq!(village.body["parent_code"], "422827100000");
    assert_eq!(village.body["level"], 5);
    assert_eq!(village.etag(), "\"2\"");
    // A code of nine digits is the township's full code.
    let township = admin.get("/regions/422827100").expect(200);
    assert_eq!(township.body["code"], "422827100000");
}

#[test]
fn one_faulty_line_keeps_the_whole_table_out_and_every_fault_names_its_line() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let table = "code,name,provinceCode,cityCode
42,湖北省,,
4228,恩施州,42,
422827,来凤县,42,4228
422827,来凤,42,4228
42282,五位数,42,4228
422801,,42,4228
430101,长沙,42,4228
4302,株洲,43,
";
    let refused = admin.upload("/regions/import", CSV, table.into()).expect(422);
    assert_eq!(refused.code(), "validation_failed");
    let places: Vec<String> =
        refused.body["errors"].as_array().unwrap().iter().map(|error| error["pointer"].to_string()).collect();
    let expected = ["row 5 / code", "row 6 / code", "row 7 / name", "row 8 / city_code", "row 9 / parent"];
    assert_eq!(places, expected.map(|place| format!("\"{place}\"")));
    assert!(
        refused.body["errors"][0]["detail"].as_str().unwrap().contains("第 4 行重复"),
        "{}",
        refused.text
    );
    admin.get("/regions/42").expect(404);
}

#[test]
fn lists_filter_by_what_is_above_level_and_beginning_of_the_name() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    load_divisions(&admin);
    let names = |query: &str| -> Vec<String> {
        let answer = admin.get(&format!("/regions?{query}")).expect(200);
        answer.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("parent=422827"), ["翔凤镇", "百福司镇"]);
    assert_eq!(names("level=5"), ["和平村", "兴安村委会", "河东社区居委会"]);
    assert_eq!(names("parent=422827101&q=%E6%B2%B3"), ["河东社区居委会"]);
    assert_eq!(names("q=%E7%99%BE%E7%A6%8F"), ["百福司镇"]);
    // A sign with a meaning in patterns means itself.
    assert!(names("q=%25").is_empty() && names("q=_").is_empty());
    admin.get("/regions?parent=4").expect(422);
    admin.get("/regions?level=6").expect(422);
    admin.get("/regions?unknown=1").expect(422);
}

#[test]
fn pages_follow_their_link_through_the_whole_table() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    load_divisions(&admin);
    let mut path = "/regions?limit=3".to_owned();
    let mut seen = Vec::new();
    loop {
        let answer = admin.get(&path).expect(200);
        seen.extend(answer.body["items"].as_array().unwrap().iter().map(|item| item["code"].to_string()));
        let Some(next) = answer.header("link").split(['<', '>']).nth(1) else { break };
        path = next.strip_prefix("/api/v1").unwrap().to_owned();
    }
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(seen.len(), 8);
    assert_eq!(seen, sorted);
}

#[test]
fn phones_and_boundary_belong_to_the_offices_own_divisions_and_to_the_version_seen() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    load_divisions(&admin);
    let stranger = server.log_in_as_in(Role::Coordinator, ELSEWHERE);
    let coordinator = server.log_in_as(Role::Coordinator);
    let path = "/regions/422827101000";
    let phones = json!({"duty_phone": "0718-6288000", "emergency_phone": "120"});
    stranger.patch(path, "\"1\"", &phones).expect(404);
    let changed = coordinator.patch(path, "\"1\"", &phones).expect(200);
    assert_eq!(changed.body["duty_phone"], "0718-6288000");
    assert_eq!(coordinator.patch(path, "\"1\"", &phones).expect(412).code(), "precondition_failed");
    let cleared = coordinator.patch(path, "\"2\"", &json!({"emergency_phone": null})).expect(200);
    assert_eq!(
        (&cleared.body["emergency_phone"], &cleared.body["duty_phone"]),
        (&json!(null), &json!("0718-6288000"))
    );
    coordinator.patch(path, "\"3\"", &json!({"duty_phone": "张三"})).expect(422);

    let boundary = format!("{path}/boundary");
    coordinator.get(&boundary).expect(404);
    let ring = json!([[109.123_456_7, 29.0], [109.5, 29.0], [109.5, 29.5], [109.123_456_7, 29.0]]);
    let polygon = json!({"type": "Polygon", "coordinates": [ring]});
    coordinator.put(&boundary, "\"3\"", &polygon).expect(200);
    let read = coordinator.get(&boundary).expect(200);
    assert_eq!(read.header("content-type"), "application/geo+json");
    assert_eq!(read.body["coordinates"][0][0], json!([109.12346, 29.0]));
    stranger.put(&boundary, "\"4\"", &polygon).expect(404);
    let open = json!([[109.0, 29.0], [109.5, 29.0], [109.5, 29.5], [109.1, 29.0]]);
    let far = json!([[29.0, 109.0], [29.0, 109.5], [29.5, 109.5], [29.0, 109.0]]);
    for bad in [json!([[open]]), json!([[far]]), json!([[]]), json!([])] {
        let bad = json!({"type": "MultiPolygon", "coordinates": bad});
        coordinator.put(&boundary, "\"4\"", &bad).expect(422);
    }
    coordinator.put(&boundary, "\"4\"", &json!({"type": "Point", "coordinates": [1, 2]})).expect(422);
}

#[test]
fn a_table_of_more_than_fifty_thousand_rows_is_too_large() {
    let server = Server::start();
    let admin = server.log_in_as(Role::Admin);
    let mut table = "code,name\n".to_owned();
    (0..50_001).for_each(|number| table.extend([format!("{},村\n", 422_827_100_000_u64 + number)]));
    let refused = admin.upload("/regions/import", CSV, table.into()).expect(413);
    assert_eq!(refused.code(), "import_too_large");
    assert!(refused.text_of("/detail").contains("拆成几个文件"), "{}", refused.text);
}

/// Every division of a store, by code.
async fn all(store: &Store) -> Vec<(String, String, Option<String>, i64)> {
    let mut view = store.view().await.unwrap();
    let (mut found, mut page) = (Vec::new(), PageRequest { after: String::new(), limit: 200 });
    loop {
        let next = view.regions(&RegionFilter::default(), &page).await.unwrap();
        found.extend(
            next.items.into_iter().map(|region| (region.code, region.name, region.parent_code, region.level)),
        );
        match next.next_after {
            Some(after) => page.after = after,
            None => return found,
        }
    }
}

#[test]
fn rows_inserted_together_equal_rows_inserted_one_by_one() {
    let (together, singly) = (Server::start(), Server::start());
    // More than two statements' worth, and names that would break a text that is put together carelessly.
    let rows: Vec<NewRegion> = (0..4_000)
        .map(|number| NewRegion {
            code: format!("{:012}", 422_827_000_000_u64 + number),
            name: format!("村{number} '); $1 ? -- \\"),
            parent_code: (number % 3 != 0).then(|| "422827000000".to_owned()),
            level: 5,
        })
        .collect();
    together.run(async {
        let mut change = together.store.change(Actor::COMMAND).await.unwrap();
        assert_eq!(change.import_regions(&rows).await.unwrap(), 4_000);
        change.commit(None).await.unwrap();
    });
    singly.run(async {
        let mut change = singly.store.change(Actor::COMMAND).await.unwrap();
        for row in &rows {
            assert_eq!(change.import_regions(std::slice::from_ref(row)).await.unwrap(), 1);
        }
        change.commit(None).await.unwrap();
    });
    assert_eq!(together.run(all(&together.store)), singly.run(all(&singly.store)));
}

crate::http::server::on_postgres_too! {
    a_published_table_is_imported_and_importing_it_again_changes_nothing
    one_faulty_line_keeps_the_whole_table_out_and_every_fault_names_its_line
    lists_filter_by_what_is_above_level_and_beginning_of_the_name
    pages_follow_their_link_through_the_whole_table
    phones_and_boundary_belong_to_the_offices_own_divisions_and_to_the_version_seen
    a_table_of_more_than_fifty_thousand_rows_is_too_large
    rows_inserted_together_equal_rows_inserted_one_by_one
}
