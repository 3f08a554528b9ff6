//! A commit whose program is killed: sent again to the next program, it goes on where it stopped.

use std::time::Duration;

use serde_json::{Value, json};

use super::sheets::{CSV, cells};
use crate::postgres::Cluster;
use crate::served::{Client, Place, Served};
use crate::store::ground::runtime;

const ROWS: usize = 1_500;

fn sheet() -> Vec<u8> {
    let mut sheet = "儿童编号,姓名,性别,出生日期,法律依据,结对同意,同意人身份,行政区划代码\n".to_owned();
    for number in 0..ROWS {
        sheet.extend([format!("C-{number},覃,女,2015-05-01,监护人同意,同意,监护人,422827101201\n")]);
    }
    sheet.into_bytes()
}

async fn is_killed_and_goes_on(place: &Place) {
    let served = Served::start(place);
    let client = Client::first_admin(&served).await;
    let path = "/api/v1/imports?kind=children&region=422827";
    let import = client.upload(path, "upload", CSV, sheet()).await.good();
    let path = format!("/api/v1/imports/{}", import["id"].as_str().unwrap());
    let commit = format!("{path}/commit");
    let asked = {
        let (client, commit) = (client.clone(), commit.clone());
        tokio::spawn(async move { client.try_keyed(&commit, "commit", &json!({})).await })
    };
    // Killed once some rows are done, and not all.
    let done = |import: &Value| import["rows_done"].as_i64().unwrap();
    let before = loop {
        let now = client.get(&path).await.good();
        if done(&now) > 0 {
            break now;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    served.kill();
    let answered = asked.await.unwrap();
    assert!(answered.is_err() || done(&before) as usize == ROWS, "it was killed before it could answer");

    let served = Served::start(place);
    let client = client.at(&served);
    let between = client.get(&path).await.good();
    assert!(done(&between) >= done(&before), "what was told to be done is done");
    eprintln!("killed after {} of {ROWS} rows", done(&between));
    let committed = client.try_keyed(&commit, "commit", &json!({})).await.unwrap().good();
    assert_eq!((&committed["state"], done(&committed)), (&json!("committed"), ROWS as i64));
    let again = client.try_keyed(&commit, "commit", &json!({})).await.unwrap();
    assert_eq!(again.headers["idempotent-replayed"], "true");
    let body = json!({"purpose": "correct_record"});
    let exported = client.post("/api/v1/exports/children.csv", &body).await;
    let table = cells(&exported.body);
    assert_eq!(table.len(), ROWS + 1, "each row is one child");
    served.stop();
}

#[test]
fn a_commit_that_was_killed_goes_on_and_makes_each_child_once() {
    let folder = tempfile::tempdir().unwrap();
    runtime().block_on(is_killed_and_goes_on(&Place::sqlite(folder.path())));
}

#[test]
fn a_commit_that_was_killed_goes_on_and_makes_each_child_once_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::postgres(folder.path(), Cluster::shared().database(""));
    runtime().block_on(is_killed_and_goes_on(&place));
}
