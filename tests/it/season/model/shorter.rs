//! A history that fails → a shorter one that fails alike: pieces are left out, ever smaller ones, as long as it still does.

use super::history::{Played, play};
use super::operation::Operation;

/// Histories played to find a shorter one, at most.
const MOST_PLAYED: usize = 120;

/// What sort of fault it is: the safeguard that is broken.
fn sort(wrong: &[String]) -> String {
    let first = wrong.first().map_or("", String::as_str);
    first.split([':', '[']).next().unwrap_or_default().to_owned()
}

/// How many operations are left, and the history that they make; none where nothing shorter fails.
pub(crate) fn shorten(seed: u64, operations: &[Operation], wrong: &[String]) -> (usize, Option<Played>) {
    let sort_of = sort(wrong);
    let (mut kept, mut shortest, mut played) = (operations.to_vec(), None, 0);
    let mut piece = kept.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < kept.len() && played < MOST_PLAYED {
            let mut tried = kept.clone();
            tried.drain(at..(at + piece).min(tried.len()));
            played += 1;
            let history = play(seed, &tried);
            match &history.fault {
                Some((last, wrong)) if sort(wrong) == sort_of => {
                    tried.truncate(last + 1);
                    kept = tried;
                    shortest = Some(history);
                }
                _ => at += piece,
            }
        }
        piece /= 2;
    }
    (kept.len(), shortest)
}
