//! Random histories of every verb of a season never reach a state that the safeguards forbid.
//!
//! In small counties of invented people, users of every role ask for anything of the season's API, mostly what may be asked, and the
//! clock goes on. Every request goes through the whole dispatch. After each, the answer is held against a reference written from
//! SAFEGUARDS (S1–S3, S8–S14, S16–S20, S22, S25, S27–S30, S41, S43; of S42 nothing can be asked yet, there are no calls), and
//! so is what stands in the database, read past the store.
//!
//! | file | |
//! |---|---|
//! | `operation` | every verb, who may, how often |
//! | `asking` | an operation → the request it means now |
//! | `facts` | the reference: who may meet whom, from records alone |
//! | `expected` | what must be answered |
//! | `standing` | what must hold at every moment |
//! | `passing` | what one step may do |
//! | `coverage` | what a plan must do |
//! | `telling` | what may and must be told |
//! | `history`, `shorter` | playing, and finding the shortest that fails |
//!
//! A failure prints its seed: `JIEDUI_MODEL_SEED=seed cargo test --test it season::model` plays that history alone.
//! `JIEDUI_MODEL_OPERATIONS` asks for more, `JIEDUI_MODEL_FIRST` begins at other seeds.

mod asking;
mod county;
mod coverage;
mod expected;
mod facts;
mod history;
mod operation;
mod passing;
mod rows;
mod shorter;
mod standing;
mod telling;
mod world;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use history::{Played, play};
use operation::{Operation, Verb};

/// Requests at least; `JIEDUI_MODEL_OPERATIONS` asks for as many as there is time for.
const OPERATIONS: u64 = 100_000;
/// Operations of one history.
const LENGTH: usize = 300;
/// Worlds at once: each waits for its database half of the time.
const THREADS: usize = 4;

fn asked_for(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

/// The operations of a seed.
fn operations(seed: u64) -> Vec<Operation> {
    let mut random = ChaCha20Rng::seed_from_u64(seed ^ 0x5ea5);
    (0..LENGTH).map(|_| Operation::random(&mut random)).collect()
}

/// A history that failed, as short as can be found, as text.
fn told(seed: u64, played: Played) -> String {
    let (at, wrong) = played.fault.unwrap_or_default();
    let (kept, shortest) = shorter::shorten(seed, &operations(seed)[..=at], &wrong);
    let (lines, wrong) =
        shortest.map_or((played.lines, wrong), |played| (played.lines, played.fault.unwrap_or_default().1));
    format!(
        "JIEDUI_MODEL_SEED={seed}: wrong after {} operations, and after these {}:\n{}\n{}",
        at + 1,
        kept,
        lines.join("\n"),
        wrong.join("\n")
    )
}

#[test]
fn no_history_reaches_a_state_that_the_safeguards_forbid() {
    if let Some(seed) = asked_for("JIEDUI_MODEL_SEED") {
        let played = play(seed, &operations(seed));
        assert!(played.fault.is_none(), "{}", told(seed, played));
        return;
    }
    let wanted = asked_for("JIEDUI_MODEL_OPERATIONS").unwrap_or(OPERATIONS);
    let (next, asked) = (AtomicU64::new(asked_for("JIEDUI_MODEL_FIRST").unwrap_or(1)), AtomicU64::new(0));
    let counts: Mutex<BTreeMap<Verb, (u64, u64)>> = Mutex::default();
    let failed: Mutex<Option<(u64, Played)>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while asked.load(Ordering::SeqCst) < wanted && failed.lock().unwrap().is_none() {
                    let seed = next.fetch_add(1, Ordering::SeqCst);
                    let played = play(seed, &operations(seed));
                    asked.fetch_add(played.counted.len() as u64, Ordering::SeqCst);
                    let mut counts = counts.lock().unwrap();
                    for (verb, done) in &played.counted {
                        let count = counts.entry(*verb).or_default();
                        count.0 += 1;
                        count.1 += u64::from(*done);
                    }
                    if played.fault.is_some() {
                        failed.lock().unwrap().get_or_insert((seed, played));
                    }
                }
            });
        }
    });
    if let Some((seed, played)) = failed.into_inner().unwrap() {
        panic!("{}", told(seed, played));
    }
    let counts = counts.into_inner().unwrap();
    println!("{} requests: {counts:?}", asked.into_inner());
    // What never succeeds tests nothing; of a few histories chance alone may leave something out.
    if wanted >= OPERATIONS {
        for (verb, _) in Verb::ALL.iter().filter(|(verb, _)| !matches!(verb, Verb::Clock)) {
            assert!(counts.get(verb).is_some_and(|(_, done)| *done > 0), "{verb:?} was never done");
        }
    }
}
