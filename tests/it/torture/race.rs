//! Sixty-four clients want the one thing that can be had once.

use axum::http::StatusCode;
use serde_json::json;

use crate::postgres::Cluster;
use crate::served::{Client, Place, Served};
use crate::store::ground::runtime;

const CLIENTS: usize = 64;

fn rounds() -> usize {
    std::env::var("JIEDUI_RACE_ROUNDS").map_or(20, |text| text.parse().unwrap())
}

async fn race(client: &Client, round: usize) {
    let body = json!({"name": format!("round {round}"), "region_code": "422827000000"});
    let all = (0..CLIENTS).map(|number| {
        let (client, body) = (client.clone(), body.clone());
        tokio::spawn(async move {
            client.try_keyed("/api/v1/teams", &format!("{round}-{number}"), &body).await.unwrap()
        })
    });
    let (mut made, mut refused) = (0, 0);
    for one in all.collect::<Vec<_>>() {
        let answer = one.await.unwrap();
        match answer.status {
            StatusCode::CREATED => made += 1,
            StatusCode::CONFLICT => {
                assert_eq!(answer.json()["code"], "already_exists");
                refused += 1;
            }
            _ => panic!("{answer:?}"),
        }
    }
    assert_eq!((made, refused), (1, CLIENTS - 1), "round {round}");
}

/// The same request, under the same key, from everybody at once: one effect, and one answer for all.
async fn repeat(client: &Client, round: usize) {
    let key = format!("repeated-{round}");
    let body = json!({"name": key, "region_code": "422825000000"});
    let all = (0..CLIENTS).map(|_| {
        let (client, key, body) = (client.clone(), key.clone(), body.clone());
        tokio::spawn(async move { client.try_keyed("/api/v1/teams", &key, &body).await.unwrap() })
    });
    let mut bodies = Vec::new();
    for one in all.collect::<Vec<_>>() {
        let answer = one.await.unwrap();
        assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
        bodies.push(answer.body);
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1);
}

fn races(place: &Place) {
    let served = Served::start(place);
    runtime().block_on(async {
        let client = Client::first_admin(&served).await;
        for round in 0..rounds() {
            race(&client, round).await;
            repeat(&client, round).await;
        }
        assert_eq!(client.all("/api/v1/teams").await.len(), 2 * rounds());
    });
}

#[test]
fn one_of_sixty_four_gets_the_one_thing_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    races(&Place::sqlite(folder.path()));
}

#[test]
fn one_of_sixty_four_gets_the_one_thing_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    races(&Place::postgres(folder.path(), Cluster::shared().database("")));
}
