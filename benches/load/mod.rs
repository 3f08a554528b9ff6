//! Ways to ask: at set times, as fast as answers come, and past the program through a driver alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, Row};

/// Transactions that the raw measurements make.
const RAW: usize = 3_000;

const CHILD: &str = "SELECT c.id, c.version, c.cells, c.sealed, k.wrapped FROM children c
    LEFT JOIN data_keys k ON k.subject_id = c.id WHERE c.id = $1";
const TOUCH: &str = "UPDATE children SET version = version + 1, cells = cells, sealed = sealed WHERE id = $1";
const HEAD: &str = "UPDATE audit_head SET sequence = sequence + 1 WHERE id = 1";
const EVENT: &str =
    "INSERT INTO audit_events (sequence, at_ms, actor_kind, action, subject_table, region_code, fields,
        purpose, reason, previous_hash, hash)
    SELECT sequence, 0, 'raw', 'raw', 'children', '', '', '', '', $1, $1 FROM audit_head";
const REPLY: &str = "INSERT INTO idempotency_replies
        (principal, route, request_key, fingerprint, status, headers, body, readings, created_at_ms)
    VALUES ('raw', 'raw', $1, $1, 201, '[]', $1, '[]', 0)";

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Prints a line; the rate in it.
fn told(what: &str, mut times: Vec<Duration>, failed: usize, over: Duration) -> f64 {
    times.sort_unstable();
    let at =
        |share: f64| times.get(((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1)));
    let part = |share: f64| at(share).map_or(0.0, |time| millis(*time));
    let rate = times.len() as f64 / over.as_secs_f64();
    println!(
        "{what}: {rate:.0}/s, p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, most {:.1} ms, failed {failed}",
        part(0.5),
        part(0.9),
        part(0.99),
        part(1.0)
    );
    rate
}

/// Sends so many requests a second, each at its time.
pub(crate) async fn open_loop<F>(what: &str, rate: u32, time: Duration, ask: impl Fn(usize) -> F)
where
    F: Future<Output = bool> + Send + 'static,
{
    let (count, begun) = ((f64::from(rate) * time.as_secs_f64()) as usize, Instant::now());
    let mut asked = Vec::with_capacity(count);
    for number in 0..count {
        let due = begun + Duration::from_secs_f64(number as f64 / f64::from(rate));
        tokio::time::sleep_until(due.into()).await;
        let request = ask(number);
        asked.push(tokio::spawn(async move { (request.await, due.elapsed()) }));
    }
    let (mut times, mut failed) = (Vec::with_capacity(count), 0);
    for one in asked {
        let (well, time) = one.await.unwrap();
        if well { times.push(time) } else { failed += 1 }
    }
    told(&format!("{what}, {rate}/s asked for"), times, failed, begun.elapsed());
}

/// So many clients, each asking again as soon as it is answered; answers a second.
pub(crate) async fn flat_out<F>(
    what: &str,
    clients: usize,
    time: Duration,
    ask: impl Fn(usize) -> F + Clone + Send + 'static,
) -> f64
where
    F: Future<Output = bool> + Send + 'static,
{
    let (next, begun) = (Arc::new(AtomicUsize::new(0)), Instant::now());
    let all = (0..clients).map(|_| {
        let (ask, next) = (ask.clone(), Arc::clone(&next));
        tokio::spawn(async move {
            let (mut times, mut failed) = (Vec::new(), 0);
            while begun.elapsed() < time {
                let sent = Instant::now();
                let request = ask(next.fetch_add(1, Ordering::Relaxed));
                if request.await { times.push(sent.elapsed()) } else { failed += 1 }
            }
            (times, failed)
        })
    });
    let (mut times, mut failed) = (Vec::new(), 0);
    for one in all.collect::<Vec<_>>() {
        let (some, others) = one.await.unwrap();
        times.extend(some);
        failed += others;
    }
    told(&format!("{what}, {clients} clients flat out"), times, failed, begun.elapsed())
}

/// One connection, one statement after the other, every commit on disk.
macro_rules! raw {
    ($connection:expr, $begin:expr, $ids:expr) => {{
        let mut connection = $connection;
        let begun = Instant::now();
        for number in 0..RAW {
            let id = &$ids[number.wrapping_mul(7_919) % $ids.len()];
            let row = sqlx::query(CHILD).bind(id).fetch_one(&mut connection).await.unwrap();
            assert_eq!(&row.get::<String, _>(0), id);
        }
        let reads =
            told("raw reads, one connection", vec![begun.elapsed() / RAW as u32; RAW], 0, begun.elapsed());
        let (begun, mut times) = (Instant::now(), Vec::new());
        for number in 0..RAW {
            let sent = Instant::now();
            let (id, key) = (&$ids[number % $ids.len()], format!("raw {number}"));
            connection.execute($begin).await.unwrap();
            sqlx::query(REPLY).bind(&key).execute(&mut connection).await.unwrap();
            sqlx::query(TOUCH).bind(id).execute(&mut connection).await.unwrap();
            sqlx::query(HEAD).execute(&mut connection).await.unwrap();
            sqlx::query(EVENT).bind(&key).execute(&mut connection).await.unwrap();
            connection.execute("COMMIT").await.unwrap();
            times.push(sent.elapsed());
        }
        let writes = told("raw durable writes, one connection", times, 0, begun.elapsed());
        connection.close().await.unwrap();
        (reads, writes)
    }};
}

/// Statements of the same kind through the driver alone; reads and durable writes a second.
pub(crate) async fn raw(url: &str, ids: &[String]) -> (f64, f64) {
    if url.starts_with("postgres") {
        raw!(PgConnection::connect(url).await.unwrap(), "BEGIN", ids)
    } else {
        let options = SqliteConnectOptions::new().filename(url).synchronous(SqliteSynchronous::Full);
        raw!(options.connect().await.unwrap(), "BEGIN IMMEDIATE", ids)
    }
}
