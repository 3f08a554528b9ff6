//! `kill -9` while a season is played: no acknowledged step of it is lost, none happens twice, and each has its event.
//!
//! The server is the real program. Eight coordinators' hands play proposals of a published run, each its own: approve, offer, the
//! volunteer's yes or no by her link, the guardian's yes, the child's, a living pair, a visit, an end. After a moment drawn from the
//! seed the server is killed and started again, and every step since is sent again three times. All people are invented.
//! `JIEDUI_KILL_CYCLES` asks for more cycles.

mod county;
mod course;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiedui::store::EventKind;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};

use super::kill::{cycles, examine_place};
use crate::postgres::Cluster;
use crate::served::{Answer, Client, Place, Served};
use crate::store::ground::runtime;
use county::{COUNTY, today};
use course::{Course, Step};

const WRITERS: usize = 8;
/// Pairs that a cycle needs at most.
const PAIRS_PER_CYCLE: usize = 12;

/// A step that was sent, and what was answered, if anything was.
type Sent = (usize, Step, Option<Answer>);

/// Who plays.
#[derive(Clone)]
struct Office {
    coordinator: Client,
    anybody: Client,
}

impl Office {
    async fn open(served: &Served) -> Self {
        let admin = Client::first_admin(served).await;
        admin.colleague(served, "supervisor", "supervisor.one", COUNTY).await;
        let coordinator = admin.coordinator(served, "coordinator.one", COUNTY).await;
        Self { coordinator, anybody: Client::new(served) }
    }

    fn at(&self, served: &Served) -> Self {
        Self { coordinator: self.coordinator.at(served), anybody: Client::new(served) }
    }

    /// The proposals of a run over the county, published.
    async fn publish(&self, policy_id: &str) -> Vec<Value> {
        let region = format!("/api/v1/regions/{COUNTY}");
        let etag = self.coordinator.get(&region).await.headers["etag"].to_str().unwrap().to_owned();
        let phone = json!({"duty_phone": "0000-12345"});
        let client = self.coordinator.clone().with("if-match", &etag);
        client.try_send(axum::http::Method::PATCH, &region, Some(&phone)).await.unwrap().good();
        let body = json!({"region_code": COUNTY, "policy_id": policy_id, "date": today(0)});
        let run = self.coordinator.try_keyed("/api/v1/runs", "run", &body).await.unwrap().good();
        let path = format!("/api/v1/runs/{}", run["id"].as_str().unwrap());
        for _ in 0..1_200 {
            let run = self.coordinator.get(&path).await.good();
            match run["state"].as_str().unwrap() {
                "succeeded" => break,
                "queued" | "running" => tokio::time::sleep(Duration::from_millis(100)).await,
                _ => panic!("{run}"),
            }
        }
        let published = self.coordinator.try_keyed(&format!("{path}/publish"), "publish", &json!({})).await;
        published.unwrap().good();
        self.coordinator.all(&format!("{path}/proposals")).await
    }

    async fn send(&self, course: &Course, step: Step) -> Result<Answer, String> {
        let (path, body) = course.request(step);
        if step.is_by_link() {
            return self.anybody.try_send(axum::http::Method::POST, &path, Some(&body)).await;
        }
        self.coordinator.try_keyed(&path, &format!("{}-{step:?}", course.proposal_id), &body).await
    }

    /// Plays courses until the server is gone or they are over.
    async fn play(self, mut courses: Vec<(usize, Course)>, journal: Arc<Mutex<Vec<Sent>>>) {
        for (number, course) in &mut courses {
            while let Some(step) = course.next() {
                let at = {
                    let mut journal = journal.lock().unwrap();
                    journal.push((*number, step, None));
                    journal.len() - 1
                };
                match self.send(course, step).await {
                    Ok(answer) if answer.status.as_u16() < 500 => {
                        course.went(step, &answer);
                        journal.lock().unwrap()[at].2 = Some(answer);
                    }
                    // The database under it may be gone first; no other fault is forgiven.
                    Ok(answer) if answer.status.as_u16() == 503 => return,
                    Ok(answer) => panic!("{answer:?}"),
                    Err(_) => return,
                }
                if step.is_by_link() && !self.find_pairing(course).await {
                    return;
                }
            }
        }
    }

    /// The pairing that a yes began; whether the server was there to tell.
    async fn find_pairing(&self, course: &mut Course) -> bool {
        let path = format!("/api/v1/pairings?child_id={}", course.child_id);
        let Ok(found) = self.coordinator.try_send(axum::http::Method::GET, &path, None).await else {
            return false;
        };
        if !found.status.is_success() {
            return false;
        }
        let items = found.json()["items"].as_array().unwrap().clone();
        let own = items.iter().find(|pairing| pairing["proposal_id"] == course.proposal_id.as_str());
        course.pairing_id = own.map(|pairing| pairing["id"].as_str().unwrap().to_owned());
        true
    }

    /// Sends a step three times more: what was acknowledged is answered in the same words, and what was not is done now.
    async fn replay(&self, course: &mut Course, (_, step, acknowledged): Sent) {
        let mut first = acknowledged;
        for _ in 0..3 {
            let again = self.send(course, step).await.unwrap();
            let code = if again.status.is_success() { Value::Null } else { again.json()["code"].clone() };
            if step.is_by_link() {
                // A link is good once; the state it led to is looked at in the end.
                assert!(again.status.is_success() || code == "offer_used", "{step:?}: {again:?}");
            } else if let Some(first) = first.as_ref().filter(|first| first.status.is_success()) {
                assert_eq!((again.status, &again.body), (first.status, &first.body), "{step:?}");
                assert_eq!(again.headers["idempotent-replayed"], "true", "{step:?}");
            }
            first.get_or_insert(again);
        }
        course.went(step, &first.unwrap());
        if step.is_by_link() {
            assert!(self.find_pairing(course).await);
        }
    }
}

/// How many rows there are, read past the program.
async fn counted(place: &Place, from: &str) -> i64 {
    let statement = AssertSqlSafe(format!("SELECT COUNT(*) FROM {from}"));
    if place.database_url.starts_with("postgres") {
        let mut beside = PgConnection::connect(&place.database_url).await.unwrap();
        return sqlx::query_scalar(statement).fetch_one(&mut beside).await.unwrap();
    }
    let mut beside = SqliteConnection::connect(&format!("sqlite://{}", place.database_url)).await.unwrap();
    sqlx::query_scalar(statement).fetch_one(&mut beside).await.unwrap()
}

/// Everything is where the acknowledged steps led, once.
async fn check(place: &Place, office: &Office, courses: &[Course]) {
    for course in courses {
        let path = format!("/api/v1/proposals/{}", course.proposal_id);
        let proposal = office.coordinator.get(&path).await.good();
        let state = proposal["state"].as_str().unwrap();
        assert!(course.proposal_may_be(state), "{state}: {course:?}");
        if let (Some(pairing_id), Some(expected)) = (&course.pairing_id, course.pairing_state()) {
            let pairing = office.coordinator.get(&format!("/api/v1/pairings/{pairing_id}")).await.good();
            assert_eq!(pairing["state"], expected, "{course:?}");
        }
    }
    for (step, action) in Step::EVENTS {
        let done = i64::try_from(courses.iter().filter(|course| course.did(*step)).count()).unwrap();
        let said = counted(place, &format!("audit_events WHERE action = '{action}'")).await;
        assert_eq!(said, done, "{action}");
    }
    for (table, step) in [("pairings", Step::Accept), ("contacts", Step::Visit)] {
        let done = i64::try_from(courses.iter().filter(|course| course.did(step)).count()).unwrap();
        assert_eq!(counted(place, table).await, done, "{table}");
    }
    for kind in EventKind::ALL.iter().map(|kind| kind.word()) {
        let told = counted(place, &format!("outbox WHERE kind = '{kind}' AND channel = 'event'")).await;
        assert_eq!(counted(place, &format!("audit_events WHERE action = '{kind}'")).await, told, "{kind}");
    }
}

/// Every message went out, each under its own id.
async fn check_messages(place: &Place, courses: &[Course]) {
    let queued = "outbox WHERE channel <> 'event' AND state = 'queued'";
    for _ in 0..600 {
        if counted(place, queued).await == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(counted(place, queued).await, 0, "messages wait");
    let delivered = counted(place, "outbox WHERE channel <> 'event' AND state = 'delivered'").await;
    let files = std::fs::read_dir(place.folder.join("messages")).unwrap();
    let written =
        files.filter(|file| file.as_ref().unwrap().path().extension() == Some("json".as_ref())).count();
    // A message may have gone and its offer have been answered before that was noted.
    assert!(i64::try_from(written).unwrap() >= delivered, "{written} files, {delivered} delivered");
    let offered = courses.iter().filter(|course| course.did(Step::Offer)).count();
    let told = counted(place, "outbox WHERE kind = 'offer.made' AND channel <> 'event'").await;
    assert_eq!(told, i64::try_from(offered).unwrap(), "one message for each offer");
}

/// Plays as long as there are cycles; `kill` ends the server or what is under it and gives back a running one.
fn torture(place: &Place, cycles: usize, seed: u64, kill: impl Fn(Served) -> Served) {
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let runtime = runtime();
    assert!(Served::start(place).stop(), "keys and tables are made");
    let people = u32::try_from(cycles * PAIRS_PER_CYCLE).unwrap();
    let policy_id = runtime.block_on(county::fill(place, people));
    let mut served = start(place);
    let mut office = runtime.block_on(Office::open(&served));
    let proposals = runtime.block_on(office.publish(&policy_id));
    let mut courses: Vec<Course> = (0..).zip(&proposals).map(|(at, one)| Course::of(at, one)).collect();
    assert!(courses.len() >= people as usize / 2, "{} pairs", courses.len());
    let (mut sent, mut acknowledged) = (0, 0);
    for _ in 0..cycles {
        let journals: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let own = courses.iter().cloned().enumerate().filter(|(at, _)| at % WRITERS == writer);
                let journal = Arc::new(Mutex::new(Vec::new()));
                let played = runtime.spawn(office.clone().play(own.collect(), Arc::clone(&journal)));
                (played, journal)
            })
            .collect();
        std::thread::sleep(Duration::from_millis(random.random_range(5..=500)));
        served = kill(served);
        office = office.at(&served);
        runtime.block_on(async {
            for (played, journal) in journals {
                played.await.unwrap();
                let journal = std::mem::take(&mut *journal.lock().unwrap());
                sent += journal.len();
                acknowledged += journal.iter().filter(|(_, _, answer)| answer.is_some()).count();
                for step in journal {
                    office.replay(&mut courses[step.0], step).await;
                }
            }
        });
    }
    runtime.block_on(async {
        check(place, &office, &courses).await;
        check_messages(place, &courses).await;
        examine_place(place).await;
    });
    let living = courses.iter().filter(|course| course.did(Step::Activate)).count();
    eprintln!(
        "{cycles} cycles, {sent} steps, {acknowledged} acknowledged before a kill, {living} pairs lived"
    );
    assert!(acknowledged > cycles && living > 0, "the season was played");
    assert!(served.stop(), "it ends well when asked");
}

fn start(place: &Place) -> Served {
    let messages = place.folder.join("messages").display().to_string();
    let settings = [("JIEDUI_MESSAGE_FOLDER", messages.as_str()), ("JIEDUI_LOGINS_PER_MINUTE", "1000000")];
    Served::start_under(place, &[], &settings)
}

#[test]
fn no_step_of_a_season_is_lost_or_doubled_when_the_server_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place::sqlite(folder.path());
    torture(&place, cycles(20), 3, |served| {
        served.kill();
        start(&place)
    });
}

#[test]
fn no_step_of_a_season_is_lost_or_doubled_when_postgresql_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = Cluster::start();
    let place = Place::postgres(folder.path(), cluster.database(""));
    torture(&place, cycles(50).div_ceil(10), 4, |served| {
        cluster.stop_at_once();
        served.kill();
        cluster.go_on();
        start(&place)
    });
}
