//! Sixty-four at once answer one offer: one yes counts, the others are told.

use std::sync::Barrier;

use serde_json::json;

use super::ground::{Published, link_of};
use crate::http::server::on_postgres_too;

const CLIENTS: usize = 64;

fn rounds() -> u32 {
    std::env::var("JIEDUI_RACE_ROUNDS").map_or(3, |text| text.parse().unwrap())
}

#[test]
fn of_sixty_four_answers_to_one_offer_one_counts() {
    let rounds = rounds();
    for lot in 0..rounds.div_ceil(100) {
        race(rounds.saturating_sub(lot * 100).min(100));
    }
}

/// A county of as many children as there are rounds.
fn race(rounds: u32) {
    let county = Published::of(rounds, rounds);
    for round in 0..rounds {
        // Asked for each time: a no has changed the plan.
        let draft = county.draft();
        let (_, link) = county.offered(&draft.id);
        let begin = Barrier::new(CLIENTS);
        let statuses: Vec<(u16, String)> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..CLIENTS)
                .map(|number| {
                    let (county, begin, link) = (&county, &begin, &link);
                    scope.spawn(move || {
                        let bearer = county.server.anonymous();
                        // Every eighth says no.
                        let verb = if number % 8 == 7 { "decline" } else { "accept" };
                        begin.wait();
                        let path = format!("{}/{verb}", link_of(link));
                        let answer = bearer.post(&path, &json!({}));
                        (answer.status, answer.code().to_owned())
                    })
                })
                .collect();
            racers.into_iter().map(|racer| racer.join().unwrap()).collect()
        });
        let counted = statuses.iter().filter(|(status, _)| *status == 200).count();
        assert_eq!(counted, 1, "round {round}: {statuses:?}");
        for (status, code) in statuses.iter().filter(|(status, _)| *status != 200) {
            assert_eq!((*status, code.as_str()), (409, "offer_used"), "round {round}");
        }
        let live = format!("pairings WHERE proposal_id = '{}' AND state <> 'ended'", draft.id);
        let expected = i64::from(county.state_of(&draft.id) == "accepted");
        assert_eq!(county.server.counted(&live), expected, "round {round}");
    }
}

on_postgres_too! { of_sixty_four_answers_to_one_offer_one_counts }
