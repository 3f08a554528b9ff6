//! Work that takes much memory: so many at once, so many who wait.

use std::sync::LazyLock;
use std::time::Duration;

use futures_util::FutureExt;
use jiedui::http::problem::Code;
use jiedui::http::turns::{Held, Turns};

use crate::store::ground::runtime;

#[test]
fn whoever_comes_when_too_many_wait_is_asked_to_come_again() {
    let turns = Turns::new(1, 1);
    let first = turns.take().now_or_never().unwrap().unwrap();
    let mut second = Box::pin(turns.take());
    assert!((&mut second).now_or_never().is_none());
    let third = turns.take().now_or_never().unwrap();
    assert_eq!(third.unwrap_err().code, Code::RateLimited);
    drop(first);
    assert!(second.now_or_never().unwrap().is_ok());
    assert!(turns.take().now_or_never().unwrap().is_ok());
}

#[test]
fn what_is_held_for_too_long_gives_its_turn_back_though_nobody_takes_it() {
    static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(1, 1));
    runtime().block_on(async {
        let held = Held::new(vec![1], TURNS.take().await.unwrap(), Duration::from_mins(10));
        assert_eq!(held.with(|content| content.len()), Some(1));
        drop(held);
        let held =
            Held::new(vec![1], TURNS.take().now_or_never().unwrap().unwrap(), Duration::from_millis(1));
        // Nobody drops it: the turn comes back all the same.
        let next = TURNS.take().await.unwrap();
        assert_eq!(held.with(|content| content.len()), None);
        drop(next);
    });
}
