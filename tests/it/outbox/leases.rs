//! Rows of the outbox: they come with their change, are told under a lease, tried again, given up.

use jiedui::delivery::text;
use jiedui::model::Role;
use jiedui::model::private::Private;
use jiedui::store::{Actor, Announcement, Channel, EventKind, Outcome, RegionSpan, Store, UserFields};

use super::{column, offer, offered, writer, written};
use crate::people::made::{VILLAGE, add_volunteer, everybody, new_volunteer, phone};
use crate::store::ground::on_both;

const CHANNELS: &[Channel] = Channel::ALL;

#[test]
fn an_event_is_told_where_its_change_took_effect_and_nowhere_else() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let event = |id| Announcement::event(EventKind::RunCreated, "runs", id, VILLAGE);
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.announce(event("undone")).await.unwrap();
        drop(change);
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let id = change.announce(event("done")).await.unwrap();
        change.commit(None).await.unwrap();
        let worker = writer(&ground, &store);
        assert_eq!(worker.round().await.unwrap(), 1);
        assert_eq!(worker.round().await.unwrap(), 0);
        let told = written(&ground.folder.path().join("messages"));
        assert_eq!(told.len(), 1);
        assert_eq!((&told[0]["id"], &told[0]["subject_id"]), (&id.into(), &"done".into()));
        store.close().await;
    });
}

#[test]
fn a_message_goes_to_the_phone_she_has_now_and_its_link_is_nowhere_in_clear() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        assert!(!column(&ground, &id, "sealed").await.contains("canary"));
        assert_eq!(writer(&ground, &store).round().await.unwrap(), 1);
        let told = written(&ground.folder.path().join("messages"));
        assert_eq!(told[0]["to"], phone(5_001));
        let text = told[0]["text"].as_str().unwrap();
        assert!(text.contains("https://example.org/i/canary-link") && text.contains("婉拒"), "{text}");
        assert_eq!(column(&ground, &id, "state").await, "delivered");
        assert_eq!(column(&ground, &id, "sealed").await, "{}", "what was told is not kept");
        store.close().await;
    });
}

#[test]
fn a_lease_that_ran_out_is_taken_over_under_the_same_id_and_the_first_ones_mark_is_void() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        let first = store.claim_messages("first", CHANNELS, 10).await.unwrap();
        assert_eq!((first.len(), &first[0].id, first[0].attempt), (1, &id, 1));
        assert!(store.claim_messages("second", CHANNELS, 10).await.unwrap().is_empty(), "it is leased");
        ground.clock.advance_ms(45_001);
        let second = store.claim_messages("second", CHANNELS, 10).await.unwrap();
        assert_eq!((&second[0].id, second[0].attempt), (&id, 2));
        assert!(!store.settle_message("first", &first[0], Outcome::Failed("late")).await.unwrap());
        assert!(store.settle_message("second", &second[0], Outcome::Delivered).await.unwrap());
        assert_eq!(column(&ground, &id, "state").await, "delivered");
        store.close().await;
    });
}

#[test]
fn a_message_that_does_not_go_is_tried_after_longer_and_longer_waits_and_then_given_up() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        let waits_s = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000];
        for (attempt, wait_s) in (1..).zip(waits_s) {
            let taken = store.claim_messages("sender", CHANNELS, 10).await.unwrap();
            assert_eq!(taken[0].attempt, attempt);
            assert!(store.settle_message("sender", &taken[0], Outcome::Again("refused")).await.unwrap());
            ground.clock.advance_ms(wait_s * 1_000 - 1);
            assert!(store.claim_messages("sender", CHANNELS, 10).await.unwrap().is_empty(), "{wait_s}");
            ground.clock.advance_ms(1);
        }
        let last = store.claim_messages("sender", CHANNELS, 10).await.unwrap();
        assert!(store.settle_message("sender", &last[0], Outcome::Again("refused")).await.unwrap());
        assert_eq!(column(&ground, &id, "state").await, "failed");
        assert_eq!(column(&ground, &id, "fault").await, "refused");
        store.close().await;
    });
}

#[test]
fn a_message_nobody_could_be_told_for_three_days_is_told_no_more() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (_, id) = offered(&store, 1).await;
        ground.clock.advance_ms(3 * 86_400_000 + 1);
        assert_eq!(writer(&ground, &store).round().await.unwrap(), 0);
        assert_eq!(column(&ground, &id, "fault").await, "too_late");
        ground.clock.advance_ms(90 * 86_400_000);
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        assert_eq!(change.forget_old_events().await.unwrap(), 1);
        change.commit(None).await.unwrap();
        store.close().await;
    });
}

#[test]
fn whoever_is_erased_is_told_nothing_any_more() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (volunteer, id) = offered(&store, 1).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_volunteer(&everybody(), &volunteer, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        assert_eq!(column(&ground, &id, "state").await, "withdrawn");
        assert_eq!(column(&ground, &id, "sealed").await, "{}");
        // One that comes after her finds nobody.
        let later = offer(&store, &volunteer, "https://example.org/i/other").await;
        assert_eq!(writer(&ground, &store).round().await.unwrap(), 1);
        assert_eq!(column(&ground, &later, "fault").await, "nobody");
        assert!(written(&ground.folder.path().join("messages")).is_empty());
        store.close().await;
    });
}

async fn staff(store: &Store, login: &str, role: Role, region_code: &str, email: &str) -> String {
    let fields = UserFields {
        role,
        region_code: region_code.to_owned(),
        team_id: None,
        volunteer_id: None,
        name: Private::new("覃试"),
        phone: Private::new("19900000001"),
        email: Private::new(email),
    };
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let id = change.add_user(login, &fields, &RegionSpan::everywhere()).await.unwrap();
    let user = change.credentials(&id).await.unwrap();
    change.set_password(&user, "no hash").await.unwrap();
    change.commit(None).await.unwrap();
    id
}

#[test]
fn everybody_of_a_role_who_answers_for_the_division_is_told_by_letter_or_where_she_has_none_by_phone() {
    on_both(|ground| async move {
        let store = ground.open().await;
        staff(&store, "village", Role::Supervisor, VILLAGE, "a@example.org").await;
        staff(&store, "county", Role::Supervisor, "422827000000", "").await;
        staff(&store, "everywhere", Role::Supervisor, "", "c@example.org").await;
        staff(&store, "elsewhere", Role::Supervisor, "422802000000", "d@example.org").await;
        staff(&store, "another", Role::Coordinator, VILLAGE, "e@example.org").await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let event = Announcement::event(EventKind::ConcernDue, "concerns", "one", VILLAGE);
        assert_eq!(change.announce_to_role(Role::Supervisor, &event).await.unwrap(), 3);
        change.commit(None).await.unwrap();
        writer(&ground, &store).round().await.unwrap();
        let told = written(&ground.folder.path().join("messages"));
        let to: Vec<&str> = told.iter().map(|message| message["to"].as_str().unwrap()).collect();
        assert_eq!(to, ["a@example.org", "19900000001", "c@example.org"]);
        store.close().await;
    });
}

#[test]
fn a_volunteer_who_has_neither_phone_nor_address_is_not_tried_again() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut new = new_volunteer(1, VILLAGE);
        new.cells.remove("phone");
        let volunteer = add_volunteer(&store, new).await;
        let id = offer(&store, &volunteer, "https://example.org/i/x").await;
        assert_eq!(writer(&ground, &store).round().await.unwrap(), 1);
        assert_eq!(column(&ground, &id, "state").await, "failed");
        assert_eq!(column(&ground, &id, "fault").await, "no_address");
        store.close().await;
    });
}

#[test]
fn every_event_has_a_word_of_its_own_and_a_text_in_chinese_and_english() {
    let needs = [("link", "https://example.org/i/x"), ("day", "2026-03-01")];
    let needs = needs.map(|(name, text)| (name.to_owned(), text.to_owned())).into();
    for kind in EventKind::ALL {
        assert_eq!(EventKind::of_word(kind.word()), Some(*kind), "{}", kind.word());
        let said = text(*kind, &needs).unwrap();
        assert!(!said.text.contains('{') && said.text.contains('\n'), "{}", said.text);
        assert!(said.text.is_char_boundary(0) && said.subject.starts_with("【结对】"), "{}", said.subject);
        let (zh, en) = said.text.split_once('\n').unwrap();
        assert!(zh.chars().any(|c| ('一'..='鿿').contains(&c)) && en.is_ascii(), "{}", said.text);
    }
    assert_eq!(text(EventKind::OfferMade, &std::collections::BTreeMap::new()), None, "no link, no message");
}
