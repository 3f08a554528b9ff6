//! Many at once: one wins, and nothing is lost of what the others did.

use jiedui::store::people::PersonPatch;
use jiedui::store::{Actor, Store, StoreError};

use super::made::{VILLAGE, add_child, add_consent, consent, everywhere, new_child};
use crate::store::ground::on_both;

async fn patch(store: Store, id: String, text: String) -> Result<(), StoreError> {
    let mut change = store.change(Actor::COMMAND).await?;
    let patch = PersonPatch::of_cells([("languages".to_owned(), Some(text))]);
    change.patch_child(&everywhere(), &id, 1, &patch).await?;
    change.commit(None).await
}

#[test]
fn of_many_patches_of_one_version_one_wins() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let id = add_child(&store, new_child(1, VILLAGE)).await;
        let racers: Vec<_> = (0..16)
            .map(|racer| tokio::spawn(patch(store.clone(), id.clone(), format!("方言{racer}"))))
            .collect();
        let mut won = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(()) => won += 1,
                Err(StoreError::Stale { version, .. }) => assert_eq!(version, 2),
                Err(error) => panic!("{error}"),
            }
        }
        assert_eq!(won, 1);
        store.close().await;
    });
}

#[test]
fn of_many_registrations_of_one_number_one_wins() {
    on_both(|ground| async move {
        let store = ground.open().await;
        let racers: Vec<_> = (0..16)
            .map(|racer| {
                let store = store.clone();
                tokio::spawn(async move {
                    // Half of them race for the number, half for the ID number.
                    let mut new = new_child(1, VILLAGE);
                    if racer % 2 == 0 {
                        new.number = format!("C1{racer:03}");
                    } else {
                        new.cells.remove("id_number");
                    }
                    let mut change = store.change(Actor::COMMAND).await.unwrap();
                    let added = change.add_child(new).await.map_err(|error| error.to_string());
                    change.commit(None).await.unwrap();
                    added
                })
            })
            .collect();
        let mut won = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(_) => won += 1,
                Err(word) => assert_eq!(word, "already_exists"),
            }
        }
        assert_eq!(won, 2, "one a number, one an ID number");
        store.close().await;
    });
}

#[test]
fn consents_recorded_at_once_leave_a_standing_that_knows_both() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for serial in 0..8 {
            let id = add_child(&store, new_child(serial, VILLAGE)).await;
            let racers = ["processing", "pairing"].map(|purpose| {
                let (store, id) = (store.clone(), id.clone());
                tokio::spawn(async move { add_consent(&store, &id, &consent(purpose, "yes")).await })
            });
            for racer in racers {
                racer.await.unwrap();
            }
            let child = store.view().await.unwrap().child(&everywhere(), &id).await.unwrap();
            let standing = (child.ready, child.legal_basis.as_str(), child.consent.as_str(), child.version);
            assert_eq!(standing, (true, "guardian_consent", "yes", 3));
        }
        store.close().await;
    });
}
