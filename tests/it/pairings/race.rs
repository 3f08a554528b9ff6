//! Sixty-four acceptances for one child, and for a volunteer's last place: one begins, the others hear why not.

use jiedui::store::{Actor, Store, StoreError};

use super::made::{APPROVER, child, proposal, volunteer, volunteer_with};
use crate::http::server::{Server, on_postgres_too};

const CLIENTS: usize = 64;

on_postgres_too! {
    of_sixty_four_acceptances_for_one_child_one_begins
    of_sixty_four_acceptances_for_the_last_place_one_begins
}

fn rounds() -> usize {
    std::env::var("JIEDUI_RACE_ROUNDS").map_or(2, |text| text.parse().unwrap())
}

async fn begin(store: Store, proposal_id: String) -> Result<(), StoreError> {
    // As the dispatcher does: whoever was overtaken for another's sake tries again.
    loop {
        let mut change = store.change(Actor::COMMAND).await?;
        let begun = match change.begin_pairings(&proposal_id).await {
            Ok(_) => change.commit(None).await,
            Err(error) => Err(error),
        };
        match begun {
            Err(StoreError::Unavailable(_)) => tokio::task::yield_now().await,
            other => return other,
        }
    }
}

/// Lets all of them begin at once; which words those heard who did not.
fn race(server: &Server, proposals: Vec<String>) -> Vec<String> {
    server.run(async {
        let racers: Vec<_> = proposals
            .into_iter()
            .map(|proposal| tokio::spawn(begin(server.store.clone(), proposal)))
            .collect();
        let mut refused = Vec::new();
        for racer in racers {
            if let Err(error) = racer.await.unwrap() {
                refused.push(error.to_string());
            }
        }
        refused
    })
}

fn check(server: &Server, refused: &[String], word: &str) {
    assert_eq!(refused.len(), CLIENTS - 1);
    assert!(refused.iter().all(|said| said == word), "{refused:?}");
    assert_eq!(server.counted("pairings WHERE state <> 'ended'"), 1);
    assert_eq!(server.counted("pairing_places"), 1);
    assert_eq!(server.counted("pairing_steps"), 1);
    server.behind(&[
        "DELETE FROM pairing_steps".to_owned(),
        "DELETE FROM pairing_places".to_owned(),
        "DELETE FROM pairings".to_owned(),
    ]);
}

#[test]
fn of_sixty_four_acceptances_for_one_child_one_begins() {
    let server = Server::start();
    let child = child(&server);
    let volunteers: Vec<String> = (0..CLIENTS).map(|_| volunteer(&server)).collect();
    let proposals: Vec<String> =
        volunteers.iter().map(|volunteer| proposal(&server, volunteer, &[&child], Some(APPROVER))).collect();
    for _ in 0..rounds() {
        check(&server, &race(&server, proposals.clone()), "already_paired");
    }
}

#[test]
fn of_sixty_four_acceptances_for_the_last_place_one_begins() {
    let server = Server::start();
    let volunteer = volunteer_with(&server, &[("capacity", "1")]);
    let children: Vec<String> = (0..CLIENTS).map(|_| child(&server)).collect();
    let proposals: Vec<String> =
        children.iter().map(|child| proposal(&server, &volunteer, &[child], Some(APPROVER))).collect();
    for _ in 0..rounds() {
        check(&server, &race(&server, proposals.clone()), "capacity_exhausted");
    }
}
