//! Legal bases, consents and wishes: what they open, and that a withdrawal closes at once.

use jiedui::store::people::{NewWish, Withdrawal};
use jiedui::store::{Actor, Store};

use super::made::{VILLAGE, add_child, add_consent, add_duty, cells, consent, everywhere, new_child};
use crate::store::ground::on_both;

async fn cells_for_run(store: &Store, id: &str) -> Option<super::made::Cells> {
    store.view().await.unwrap().child_cells_for_run(&everywhere(), id).await.unwrap()
}

async fn withdraw(store: &Store, consent_id: &str) -> Result<(), String> {
    let mut change = store.change(Actor::COMMAND).await.unwrap();
    let withdrawal = Withdrawal { channel: "phone".to_owned() };
    let done = change.withdraw_consent(&everywhere(), consent_id, &withdrawal).await;
    done.map_err(|error| error.to_string())?;
    change.commit(None).await.unwrap();
    Ok(())
}

#[test]
fn a_child_under_fourteen_without_a_legal_basis_takes_no_part() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert!(!child.ready);
        let rules: Vec<&str> = child.findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert!(rules.contains(&"I024"), "{rules:?}");
        assert_eq!(cells_for_run(&store, &id).await, None);

        add_consent(&store, &id, &consent("processing", "yes")).await;
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert!(child.ready, "{:?}", child.findings);
        assert_eq!((child.legal_basis.as_str(), child.version), ("guardian_consent", 2));
        let row = cells_for_run(&store, &id).await.unwrap();
        assert_eq!(row["legal_basis"], "监护人同意");
        assert!(!row.contains_key("consent"), "to keep her data is not to pair her");
        store.close().await;
    });
}

#[test]
fn a_duty_of_an_authority_is_a_basis_too() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let duty = add_duty(&store, &id).await;
        let row = cells_for_run(&store, &id).await.unwrap();
        assert_eq!(row["legal_basis"], "法定职责：来凤县民政局，试〔2026〕1号");
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.end_duty(&everywhere(), &duty).await.unwrap();
        change.commit(None).await.unwrap();
        assert_eq!(cells_for_run(&store, &id).await, None, "it no longer holds");
        store.close().await;
    });
}

#[test]
fn a_withdrawn_pairing_is_a_no_in_the_next_row_and_keeps_the_record() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        add_consent(&store, &id, &consent("processing", "yes")).await;
        let pairing = add_consent(&store, &id, &consent("pairing", "yes")).await;
        let row = cells_for_run(&store, &id).await.unwrap();
        let said = (row["consent"].as_str(), row["consent_date"].as_str(), row["consent_giver"].as_str());
        assert_eq!(said, ("同意", "2026-02-20", "监护人"));

        withdraw(&store, &pairing).await.unwrap();
        let row = cells_for_run(&store, &id).await.unwrap();
        assert_eq!(row["consent"], "不同意");
        assert_eq!(withdraw(&store, &pairing).await, Err("state_conflict".to_owned()), "once");
        let kept = store.view().await.unwrap().consent(&everywhere(), &pairing).await.unwrap();
        assert!(kept.withdrawn_at_ms.is_some() && kept.answer == "yes");

        add_consent(&store, &id, &consent("pairing", "yes")).await;
        assert_eq!(cells_for_run(&store, &id).await.unwrap()["consent"], "同意", "asked anew");
        store.close().await;
    });
}

#[test]
fn who_withdraws_processing_takes_the_child_out_at_any_age_and_sets_the_day_of_erasure() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut older = new_child(1, VILLAGE);
        older.cells.extend(cells(&[("birth_date", "2009-05-01"), ("id_number", "")]));
        let id = add_child(&store, older).await;
        let processing = add_consent(&store, &id, &consent("processing", "yes")).await;
        add_consent(&store, &id, &consent("pairing", "yes")).await;
        assert_eq!(cells_for_run(&store, &id).await.unwrap()["consent"], "同意");

        withdraw(&store, &processing).await.unwrap();
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert_eq!((child.ready, child.consent.as_str(), child.legal_basis.as_str()), (false, "no", ""));
        assert_eq!(child.purge_at_ms, Some(store.now_ms() + 30 * 86_400_000));
        assert_eq!(cells_for_run(&store, &id).await, None);

        add_consent(&store, &id, &consent("processing", "yes")).await;
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert_eq!((child.ready, child.purge_at_ms), (true, None), "asked anew, she stays");
        store.close().await;
    });
}

#[test]
fn a_carer_alone_cannot_consent() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let mut carer = consent("processing", "yes");
        carer.giver = "carer".to_owned();
        let refused = change.add_consent(&everywhere(), &id, &carer).await.unwrap_err();
        assert_eq!(refused.to_string(), "carer_alone");
        drop(change);
        store.close().await;
    });
}

#[test]
fn the_last_wish_counts() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        add_consent(&store, &id, &consent("processing", "yes")).await;
        for (answer, cell) in [("yes", Some("愿意")), ("no", Some("不愿意")), ("unknown", None)] {
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            let wish = NewWish { answer: answer.to_owned(), asked_on: "2026-02-21".to_owned() };
            change.add_wish(&everywhere(), &id, &wish).await.unwrap();
            change.commit(None).await.unwrap();
            let row = cells_for_run(&store, &id).await.unwrap();
            assert_eq!(row.get("wish").map(String::as_str), cell);
        }
        let wishes = store.view().await.unwrap().wishes(&everywhere(), &id).await.unwrap();
        assert_eq!(wishes.iter().filter(|wish| wish.superseded_at_ms.is_none()).count(), 1);
        store.close().await;
    });
}

#[test]
fn no_patch_can_set_what_a_record_stands_for() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let sent = [("legal_basis", "监护人同意"), ("consent", "同意"), ("wish", "愿意")];
        let sent = sent.map(|(key, text)| (key.to_owned(), Some(text.to_owned())));
        let patch = jiedui::store::people::PersonPatch::of_cells(sent);
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.patch_child(&everywhere(), &id, 1, &patch).await.unwrap();
        change.commit(None).await.unwrap();
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert_eq!((child.ready, child.legal_basis.as_str(), child.consent.as_str()), (false, "", ""));
        store.close().await;
    });
}

#[test]
fn to_withdraw_an_answer_that_a_later_one_replaced_withdraws_the_later_one() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        add_consent(&store, &id, &consent("processing", "yes")).await;
        let first = add_consent(&store, &id, &consent("pairing", "yes")).await;
        add_consent(&store, &id, &consent("pairing", "yes")).await;
        withdraw(&store, &first).await.unwrap();
        assert_eq!(cells_for_run(&store, &id).await.unwrap()["consent"], "不同意");
        assert_eq!(withdraw(&store, &first).await, Err("state_conflict".to_owned()), "once");
        store.close().await;
    });
}

#[test]
fn processing_is_withdrawn_of_an_archived_child_whose_erasure_no_restoring_puts_off() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (id, twin) =
            (add_child(&store, new_child(1, VILLAGE)).await, add_child(&store, new_child(2, VILLAGE)).await);
        let processing = add_consent(&store, &id, &consent("processing", "yes")).await;
        let other = add_consent(&store, &twin, &consent("processing", "yes")).await;
        let (day_ms, start_ms) = (86_400_000, store.now_ms());
        let archive = async |id: &str| {
            let mut change = store.change(Actor::COMMAND).await.unwrap();
            let version = change.child(&everywhere(), id).await.unwrap().version;
            change.archive_child(&everywhere(), id, version).await.unwrap();
            change.commit(None).await.unwrap();
        };
        let purge_day = async |id: &str| {
            let child = store.view().await.unwrap().child(&everywhere(), id).await.unwrap();
            child.purge_at_ms.map(|at_ms| (at_ms - start_ms) / day_ms)
        };
        // Archived first, withdrawn later.
        archive(&id).await;
        // Withdrawn first, archived later.
        withdraw(&store, &other).await.unwrap();
        ground.clock.advance_ms(10 * day_ms);
        withdraw(&store, &processing).await.unwrap();
        archive(&twin).await;
        assert_eq!((purge_day(&id).await, purge_day(&twin).await), (Some(30), Some(30)));
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        for id in [&id, &twin] {
            change.restore_child(&everywhere(), id).await.unwrap();
        }
        change.commit(None).await.unwrap();
        assert_eq!((purge_day(&id).await, purge_day(&twin).await), (Some(30), Some(30)));
        store.close().await;
    });
}

#[test]
fn a_sheet_rests_on_the_consent_of_whoever_may_give_it() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let row = |serial, giver: &str| {
            let mut new = new_child(serial, VILLAGE);
            new.cells.extend(cells(&[("legal_basis", "监护人同意"), ("consent_giver", giver)]));
            new
        };
        for (serial, giver, basis) in
            [(1, "监护人", "guardian_consent"), (2, "", "guardian_consent"), (3, "照料人", "")]
        {
            let id = add_child(&store, row(serial, giver)).await;
            let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
            assert_eq!((child.legal_basis.as_str(), child.ready), (basis, !basis.is_empty()), "{giver}");
        }
        // The guardian's word comes with a later sheet.
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let later = row(3, "监护人");
        let id = change.take_in_child(&everywhere(), later.number, VILLAGE, later.cells).await.unwrap();
        change.commit(None).await.unwrap();
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert_eq!(child.legal_basis, "guardian_consent");
        store.close().await;
    });
}
