//! Erasure: nothing readable is left of a person, and what counted her still adds up.

use jiedui::model::Role;
use jiedui::model::private::Private;
use jiedui::store::{Actor, UserFields};

use super::made::{
    VILLAGE, add_child, add_consent, add_duty, add_volunteer, child_cells, consent, everybody, everywhere,
    new_child, new_volunteer,
};
use crate::store::ground::on_both;

#[test]
fn an_erased_child_cannot_be_found_opened_or_searched_and_her_row_still_counts() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        add_consent(&store, &id, &consent("processing", "yes")).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_child(&everywhere(), &id, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        let gone = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap_err();
        assert_eq!(gone.to_string(), "no such child");

        let mut beside = ground.beside().await;
        let mut left = async |column: &str| {
            beside.text(&format!("SELECT CAST({column} AS TEXT) FROM children WHERE id = '{id}'")).await
        };
        assert_eq!(left("phone_index").await, None);
        assert_eq!(left("id_number_index").await, None);
        assert_eq!(left("sealed").await.as_deref(), Some("{}"));
        assert_eq!(left("number").await.as_deref(), Some(id.as_str()), "her number is free again");
        assert_eq!(left("region_code").await.as_deref(), Some("422827000000"), "no place below the county");
        let cells = left("cells").await.unwrap();
        assert_eq!(cells, r#"{"birth_year":"2015","categories":"农村留守儿童","risk":"中","sex":"女"}"#);
        let keys = &format!("SELECT CAST(COUNT(*) AS TEXT) FROM data_keys WHERE subject_id = '{id}'");
        let keys = beside.text(keys).await;
        assert_eq!(keys.as_deref(), Some("0"), "her key is destroyed");

        // She may be registered anew, with number and ID number.
        add_child(&store, new_child(1, VILLAGE)).await;
        store.close().await;
    });
}

#[test]
fn the_archived_are_erased_after_thirty_days_and_not_before() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let (gone, back) =
            (add_child(&store, new_child(1, VILLAGE)).await, add_child(&store, new_child(2, VILLAGE)).await);
        let volunteer = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        for id in [&gone, &back] {
            change.archive_child(&everywhere(), id, 1).await.unwrap();
        }
        change.archive_volunteer(&everybody(), &volunteer, 1).await.unwrap();
        change.commit(None).await.unwrap();

        let day_ms = 86_400_000;
        ground.clock.advance_ms(30 * day_ms - 1);
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        assert_eq!(change.purge_due(100).await.unwrap().children, 0, "not a moment early");
        change.restore_child(&everywhere(), &back).await.unwrap();
        change.commit(None).await.unwrap();
        ground.clock.advance_ms(1);
        let mut change = store.change(Actor::SYSTEM).await.unwrap();
        let purged = change.purge_due(100).await.unwrap();
        assert_eq!((purged.children, purged.volunteers), (1, 1));
        change.commit(None).await.unwrap();
        let mut view = store.view().await.unwrap();
        assert!(view.child(&everywhere(), &gone).await.is_err());
        assert!(view.child(&everywhere(), &back).await.is_ok());
        assert!(view.volunteer(&everybody(), &volunteer).await.is_err());
        drop(view);
        store.close().await;
    });
}

#[test]
fn the_audit_trail_keeps_that_she_was_there_and_nothing_of_her() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_child(&everywhere(), &id, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();
        let mut view = store.view().await.unwrap();
        let (rows, fault) = view.verify_audit().await.unwrap();
        assert!(rows >= 2 && fault.is_none());
        let history = view.history("children", &id, &jiedui::store::PageRequest::default()).await.unwrap();
        let actions: Vec<&str> = history.items.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(actions, ["child.created", "child.erased"]);
        let text = format!("{history:?}");
        let cells = child_cells(1);
        for key in ["name", "guardian", "phone", "id_number", "birth_date", "longitude", "latitude"] {
            assert!(!text.contains(&cells[key]), "{key} stands in the audit trail");
        }
        drop(view);
        store.close().await;
    });
}

#[test]
fn an_erased_volunteer_leaves_no_account_to_log_in_by_and_no_duty_names_an_erased_child() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let child = add_child(&store, new_child(1, VILLAGE)).await;
        add_duty(&store, &child).await;
        let volunteer = add_volunteer(&store, new_volunteer(1, VILLAGE)).await;
        let fields = UserFields {
            role: Role::Volunteer,
            region_code: VILLAGE.to_owned(),
            team_id: None,
            volunteer_id: Some(volunteer.clone()),
            name: Private::new("彭志某"),
            phone: Private::new(""),
            email: Private::default(),
        };
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        let user = change.add_user("pengzhimou", &fields, &everywhere()).await.unwrap();
        change.commit(None).await.unwrap();
        let mut change = store.change(Actor::COMMAND).await.unwrap();
        change.erase_volunteer(&everybody(), &volunteer, "subject_request").await.unwrap();
        change.erase_child(&everywhere(), &child, "subject_request").await.unwrap();
        change.commit(None).await.unwrap();

        let mut view = store.view().await.unwrap();
        assert!(view.credentials_of_login("pengzhimou").await.unwrap().is_none());
        assert!(view.credentials(&user).await.unwrap().disabled_at_ms.is_some());
        drop(view);
        let mut beside = ground.beside().await;
        let sealed = beside.text(&format!("SELECT sealed FROM users WHERE id = '{user}'")).await;
        assert_eq!(sealed.as_deref(), Some("{}"));
        let keys = format!("SELECT CAST(COUNT(*) AS TEXT) FROM data_keys WHERE subject_id = '{user}'");
        assert_eq!(beside.text(&keys).await.as_deref(), Some("0"), "its key is destroyed");
        let duty = format!("SELECT authority || document FROM legal_bases WHERE child_id = '{child}'");
        assert_eq!(beside.text(&duty).await.as_deref(), Some(""));
        store.close().await;
    });
}

#[test]
fn what_a_sheet_writes_of_a_person_into_a_record_is_not_kept_in_clear() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let mut new = new_child(1, VILLAGE);
        let duty = format!("法定职责：来凤县民政局，{}案", new.cells["name"]);
        new.cells.insert("legal_basis".to_owned(), duty);
        new.cells.insert("excluded_volunteers".to_owned(), "V0001、19976543211".to_owned());
        let id = add_child(&store, new).await;
        let mut new = new_volunteer(1, VILLAGE);
        new.cells.insert("screening_result".to_owned(), "查询中".to_owned());
        new.cells.insert("screening_authority".to_owned(), "王警官 199 7654 3214".to_owned());
        add_volunteer(&store, new).await;
        let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
        assert!(!child.ready, "it stands for no basis");
        let mut beside = ground.beside().await;
        let duties = beside.text("SELECT CAST(COUNT(*) AS TEXT) FROM legal_bases").await;
        assert_eq!(duties.as_deref(), Some("0"));
        let authority = beside.text("SELECT authority FROM screenings").await;
        assert_eq!(authority.as_deref(), Some(""));
        let numbers =
            beside.text("SELECT MAX(volunteer_number) || CAST(COUNT(*) AS TEXT) FROM conflicts").await;
        assert_eq!(numbers.as_deref(), Some("V00011"), "one, by a number");
        store.close().await;
    });
}
