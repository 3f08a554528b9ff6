//! Bars (S3): they meet the same person again, outlive her record, and two persons lift them. Conflicts (S17).

use jiedui::model::Role;
use jiedui::model::private::Private;
use jiedui::store::people::{Lifted, NewScreening, PersonPatch};
use jiedui::store::{Actor, PageRequest, Store, UserFields};

use super::made::{
    VILLAGE, add_child, add_conflict, add_consent, add_volunteer, bar, cells, consent, everybody, everywhere,
    id_number, new_child, new_volunteer,
};
use crate::store::ground::on_both;

fn check(result: &str) -> NewScreening {
    NewScreening {
        kind: "employment".to_owned(),
        result: result.to_owned(),
        authority: "来凤县公安局".to_owned(),
        screened_on: "2026-02-20".to_owned(),
        valid_through: None,
        query_consent: "yes".to_owned(),
        reference: "试-0001".to_owned(),
    }
}

async fn screen(store: &Store, id: &str, result: &str) {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    change.add_screening(&everybody(), id, &check(result)).await.unwrap();
    change.commit(None).await.unwrap();
}

async fn lift(store: &Store, bar_id: &str, user: &str) -> Result<Lifted, String> {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let lifted = change.lift_bar(&everywhere(), bar_id, user).await.map_err(|error| error.to_string())?;
    change.commit(None).await.unwrap();
    Ok(lifted)
}

#[test]
fn a_finding_bars_and_meets_the_same_id_number_again() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        screen(&store, &id, "passed").await;
        let before = store.view().await.unwrap().volunteer(&everybody(), &id).await.unwrap();
        assert_eq!((before.ready, before.screening.as_str()), (true, "passed"));
        assert_eq!(before.screened_through.as_deref(), Some("2027-02-20"), "365 days, S2");

        screen(&store, &id, "barred").await;
        let after = store.view().await.unwrap().volunteer(&everybody(), &id).await.unwrap();
        assert_eq!((after.ready, after.screening.as_str()), (false, "barred"));

        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_volunteer(&everybody(), &id, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        // Another name, another number, the ID number in the old form of the dashes: the same person.
        let mut again = new_volunteer(2, VILLAGE);
        let dashed: String = id_number("19880312", 102).chars().flat_map(|digit| [digit, ' ']).collect();
        again.cells.extend(cells(&[("name", "换名"), ("id_number", &dashed)]));
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let refused = change.add_volunteer(again).await.unwrap_err();
        assert_eq!(refused.to_string(), "barred");
        // The transaction goes on with others.
        change.add_volunteer(new_volunteer(3, VILLAGE)).await.unwrap();
        change.commit(None).await.unwrap();
        store.close().await;
    });
}

#[test]
fn two_persons_lift_a_bar() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        screen(&store, &id, "passed").await;
        let bar_id = bar(&store, &id).await;
        assert_eq!(lift(&store, &bar_id, "one").await, Ok(Lifted::Asked));
        assert_eq!(lift(&store, &bar_id, "one").await, Err("second_person_needed".to_owned()));
        assert_eq!(lift(&store, &bar_id, "two").await, Ok(Lifted::Done));
        assert_eq!(lift(&store, &bar_id, "three").await, Err("state_conflict".to_owned()));
        let volunteer = store.view().await.unwrap().volunteer(&everybody(), &id).await.unwrap();
        assert_eq!((volunteer.ready, volunteer.screening.as_str()), (true, "passed"));
        store.close().await;
    });
}

#[test]
fn an_id_number_can_neither_leave_a_bar_behind_nor_walk_into_one() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let barred = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        bar(&store, &barred).await;
        let free = add_volunteer(&store, new_volunteer(2, VILLAGE)).await;
        let number = |serial| Some(id_number("19880312", serial));
        let patch = |number: Option<String>| PersonPatch::of_cells([("id_number".to_owned(), number)]);
        let version = |id: String| async {
            let id = id;
            store.view().await.unwrap().volunteer(&everybody(), &id).await.unwrap().version
        };
        let seen = version(barred.clone()).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let away = change.patch_volunteer(&everybody(), &barred, seen, &patch(number(500))).await;
        assert_eq!(away.unwrap_err().to_string(), "barred");
        drop(change);
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let into = change.patch_volunteer(&everybody(), &free, 1, &patch(number(102))).await;
        assert_eq!(into.unwrap_err().to_string(), "barred");
        drop(change);

        // A bar made before any number was known learns it.
        let mut unnumbered = new_volunteer(3, VILLAGE);
        unnumbered.cells.remove("id_number");
        let id = add_volunteer(&store, unnumbered).await;
        bar(&store, &id).await;
        let seen = version(id.clone()).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.patch_volunteer(&everybody(), &id, seen, &patch(number(600))).await.unwrap();
        change.erase_volunteer(&everybody(), &id, "mistake").await.unwrap();
        let mut again = new_volunteer(4, VILLAGE);
        again.cells.extend(cells(&[("id_number", &number(600).unwrap())]));
        assert_eq!(change.add_volunteer(again).await.unwrap_err().to_string(), "barred");
        drop(change);
        store.close().await;
    });
}

#[test]
fn a_conflict_reaches_the_row_of_the_child_until_it_is_cleared() {
    on_both(|ground| async move {
        let store = ground.open().await;
        // The sheet of children names a volunteer who is not registered yet, and one by name.
        let mut new = new_child(1, VILLAGE);
        new.cells
            .extend(cells(&[("legal_basis", "监护人同意"), ("excluded_volunteers", "V0002、V0007、田某某")]));
        let child_id = add_child(&store, new).await;
        let known = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let named = add_volunteer(&store, new_volunteer(2, VILLAGE)).await;
        let conflict_id = add_conflict(&store, &child_id, &known).await;
        let mut view = store.view().await.unwrap();
        let row = view.child_cells_for_run(&everywhere(), &child_id).await.unwrap().unwrap();
        assert_eq!(row["excluded_volunteers"], "V0001、V0002、V0007、田某某");
        let filter = jiedui::store::people::ConflictFilter {
            region: everywhere(),
            child_id: String::new(),
            volunteer_id: named.clone(),
        };
        let met = view.conflicts(&filter, &PageRequest::default()).await.unwrap().items;
        assert_eq!(met.len(), 1, "the number met its volunteer");
        drop(view);

        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.clear_conflict(&everywhere(), &conflict_id).await.unwrap();
        change.commit(None).await.unwrap();
        let mut view = store.view().await.unwrap();
        let row = view.child_cells_for_run(&everywhere(), &child_id).await.unwrap().unwrap();
        assert_eq!(row["excluded_volunteers"], "V0002、V0007、田某某");
        drop(view);
        store.close().await;
    });
}

#[test]
fn a_suspended_volunteer_takes_no_part_until_she_is_resumed() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.suspend_volunteer(&everybody(), &id, "papers").await.unwrap();
        let again = change.suspend_volunteer(&everybody(), &id, "papers").await.unwrap_err();
        assert_eq!(again.to_string(), "state_conflict");
        drop(change);
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.suspend_volunteer(&everybody(), &id, "papers").await.unwrap();
        assert_eq!(change.volunteer_cells_for_run(&everywhere(), &id).await.unwrap(), None);
        change.resume_volunteer(&everybody(), &id).await.unwrap();
        assert!(change.volunteer_cells_for_run(&everywhere(), &id).await.unwrap().is_some());
        change.commit(None).await.unwrap();
        store.close().await;
    });
}

async fn take_in(store: &Store, serial: u32, day: &str, reference: &str) -> Result<String, String> {
    let mut new = new_volunteer(serial, VILLAGE);
    let record = [("screening_kind", "从业查询"), ("screening_result", "未通过"), ("screening_date", day)];
    new.cells.extend(cells(&record));
    new.cells.extend(cells(&[("screening_reference", reference)]));
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let done = change.take_in_volunteer(&everywhere(), new.number, VILLAGE, new.cells).await;
    change.commit(None).await.unwrap();
    done.map_err(|error| error.to_string())
}

async fn bars(store: &Store) -> Vec<jiedui::store::people::Bar> {
    store.view().await.unwrap().bars(&everywhere(), &PageRequest::default()).await.unwrap().items
}

#[test]
fn a_later_finding_of_a_sheet_bars_anew_and_the_same_one_does_not() {
    on_both(|ground| async move {
        let store = ground.open().await;
        add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        take_in(&store, 1, "2026-01-10", "试-1").await.unwrap();
        let first = bars(&store).await;
        assert_eq!(first.len(), 1);
        lift(&store, &first[0].id, "one").await.unwrap();
        lift(&store, &first[0].id, "two").await.unwrap();
        take_in(&store, 1, "2026-01-10", "试-1").await.unwrap();
        assert_eq!(bars(&store).await.len(), 1, "the finding whose bar was lifted");
        let id = take_in(&store, 1, "2026-01-10", "试-2").await.unwrap();
        assert_eq!(bars(&store).await.len(), 2, "another finding");
        let volunteer = store.view().await.unwrap().volunteer(&everybody(), &id).await.unwrap();
        assert_eq!(volunteer.screening, "barred");
        store.close().await;
    });
}

#[test]
fn an_archived_volunteer_can_be_barred_by_hand_by_a_check_and_by_a_sheet() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for serial in 1..=3 {
            let id = add_volunteer(&store, new_volunteer(serial, VILLAGE)).await;
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            change.archive_volunteer(&everybody(), &id, 1).await.unwrap();
            change.commit(None).await.unwrap();
            match serial {
                1 => drop(bar(&store, &id).await),
                2 => screen(&store, &id, "barred").await,
                _ => {
                    let refused = take_in(&store, serial, "2026-01-10", "试-1").await;
                    assert_eq!(refused, Err("state_conflict".to_owned()), "her row is not taken in");
                }
            }
            assert_eq!(bars(&store).await.len(), serial as usize);
            let mut again = new_volunteer(serial + 10, VILLAGE);
            again
                .cells
                .insert("id_number".to_owned(), new_volunteer(serial, VILLAGE).cells["id_number"].clone());
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            assert_eq!(change.add_volunteer(again).await.unwrap_err().to_string(), "barred");
            drop(change);
        }
        store.close().await;
    });
}

#[test]
fn no_account_that_the_first_person_made_or_invited_meanwhile_lifts_a_bar() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let by = |user: &str| Actor { kind: "user", id: Some(user.to_owned()), request_id: None };
        let fields = UserFields {
            role: Role::Supervisor,
            region_code: VILLAGE.to_owned(),
            team_id: None,
            volunteer_id: None,
            name: Private::new("彭志某"),
            phone: Private::new(""),
            email: Private::default(),
        };
        let make = async |login: &str, maker: &str| {
            let mut change = store.change(by(maker)).await.unwrap();
            let id = change.add_user(login, &fields, &everywhere()).await.unwrap();
            change.commit(None).await.unwrap();
            id
        };
        let invite = async |id: &str, inviter: &str| {
            let mut change = store.change(by(inviter)).await.unwrap();
            let user = change.user(id, &everywhere()).await.unwrap();
            change.invite_user(&user, true).await.unwrap();
            change.commit(None).await.unwrap();
        };
        let first = make("first", "admin").await;
        let colleague = make("colleague", &first).await;
        let volunteer = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let bar_id = bar(&store, &volunteer).await;
        ground.clock.advance_ms(1_000);
        assert_eq!(lift(&store, &bar_id, &first).await, Ok(Lifted::Asked));
        ground.clock.advance_ms(1_000);
        let puppet = make("puppet", &first).await;
        let other = make("other", "admin").await;
        invite(&other, &first).await;
        for id in [&puppet, &other] {
            assert_eq!(lift(&store, &bar_id, id).await, Err("second_person_needed".to_owned()));
        }
        // Who was there before is somebody else, and so is who was let in again by somebody else.
        invite(&colleague, "admin").await;
        assert_eq!(lift(&store, &bar_id, &colleague).await, Ok(Lifted::Done));
        store.close().await;
    });
}

#[test]
fn conflicts_and_suspensions_meet_the_same_id_number_again() {
    on_both(|ground| async move {
        for erased in [false, true] {
            let store = ground.open().await;
            let serial = if erased { 50 } else { 10 };
            let child = add_child(&store, new_child(serial, VILLAGE)).await;
            let volunteer = add_volunteer(&store, new_volunteer(serial, VILLAGE)).await;
            add_consent(&store, &child, &consent("processing", "yes")).await;
            add_conflict(&store, &child, &volunteer).await;
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            change.suspend_volunteer(&everybody(), &volunteer, "papers").await.unwrap();
            let version = change.volunteer(&everybody(), &volunteer).await.unwrap().version;
            change.archive_volunteer(&everybody(), &volunteer, version).await.unwrap();
            if erased {
                change.erase_volunteer(&everybody(), &volunteer, "subject_request").await.unwrap();
            }
            change.commit(None).await.unwrap();

            let mut again = new_volunteer(serial + 1, VILLAGE);
            let id_number = new_volunteer(serial, VILLAGE).cells["id_number"].clone();
            again.cells.insert("id_number".to_owned(), id_number);
            let id = add_volunteer(&store, again).await;
            let mut view = store.view().await.unwrap();
            let row = view.child_cells_for_run(&everywhere(), &child).await.unwrap().unwrap();
            assert_eq!(row["excluded_volunteers"], format!("V{:04}", serial + 1));
            let registered = view.volunteer(&everybody(), &id).await.unwrap();
            // Erasure leaves of her only what protects a child.
            assert_eq!(registered.suspended_reason.as_deref(), (!erased).then_some("papers"));
            drop(view);

            // The child too, archived and registered anew.
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            let version = change.child(&everywhere(), &child).await.unwrap().version;
            change.archive_child(&everywhere(), &child, version).await.unwrap();
            let mut again = new_child(serial + 1, VILLAGE);
            let id_number = new_child(serial, VILLAGE).cells["id_number"].clone();
            again.cells.extend(cells(&[("id_number", &id_number), ("legal_basis", "监护人同意")]));
            let child = change.add_child(again).await.unwrap();
            let row = change.child_cells_for_run(&everywhere(), &child).await.unwrap().unwrap();
            assert_eq!(row["excluded_volunteers"], format!("V{:04}", serial + 1));
            change.commit(None).await.unwrap();
            store.close().await;
        }
    });
}

#[test]
fn an_erased_childs_conflicts_meet_her_registered_anew() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (child, volunteer) = (
            add_child(&store, new_child(1, VILLAGE)).await,
            add_volunteer(&store, new_volunteer(1, VILLAGE)).await,
        );
        add_conflict(&store, &child, &volunteer).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_child(&everywhere(), &child, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        for serial in [2, 3] {
            // Somebody else first, whom they are no concern of.
            let mut again = new_child(serial, VILLAGE);
            if serial == 3 {
                again.cells.insert("id_number".to_owned(), new_child(1, VILLAGE).cells["id_number"].clone());
            }
            again.cells.insert("legal_basis".to_owned(), "监护人同意".to_owned());
            let child = add_child(&store, again).await;
            let mut view = store.view().await.unwrap();
            let row = view.child_cells_for_run(&everywhere(), &child).await.unwrap().unwrap();
            let met = row.get("excluded_volunteers").map_or("", String::as_str);
            assert_eq!(met, if serial == 3 { "V0001" } else { "" });
        }
        let kept = ground.beside().await.text("SELECT CAST(COUNT(child_index) AS TEXT) FROM conflicts").await;
        assert_eq!(kept.as_deref(), Some("0"), "it stands with her record again");
        store.close().await;
    });
}

#[test]
fn a_finding_of_a_row_that_is_not_taken_in_bars_whoever_bears_the_id_number() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let known = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let mut row = new_volunteer(2, VILLAGE).cells;
        row.extend(cells(&[
            ("id_number", &new_volunteer(1, VILLAGE).cells["id_number"]),
            ("screening_kind", "从业查询"),
            ("screening_result", "未通过"),
            ("screening_date", "2026-02-01"),
        ]));
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        // The second time she is known to be barred.
        for code in ["already_exists", "barred"] {
            let number = "V-9".to_owned();
            let refused = change.take_in_volunteer(&everywhere(), number, VILLAGE, row.clone()).await;
            assert_eq!(refused.unwrap_err().to_string(), code);
        }
        change.commit(None).await.unwrap();
        let barred = store.view().await.unwrap().volunteer(&everybody(), &known).await.unwrap();
        assert_eq!(barred.screening, "barred");
        let bars = ground.beside().await.text("SELECT CAST(COUNT(*) AS TEXT) FROM bars").await;
        assert_eq!(bars.as_deref(), Some("1"), "once");
        store.close().await;
    });
}
