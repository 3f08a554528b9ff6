//! Search through the blind index: whatever spelling somebody typed, and nobody else.

use jiedui::store::people::{ChildFilter, VolunteerFilter};
use jiedui::store::{PageRequest, Store};

use super::made::{
    ELSEWHERE, VILLAGE, add_child, add_volunteer, everybody, everywhere, id_number, new_child, new_volunteer,
    phone,
};
use crate::store::ground::on_both;

fn exactly(text: &str) -> ChildFilter {
    ChildFilter {
        region: everywhere(),
        need: String::new(),
        ready: None,
        archived: false,
        updated_since_ms: i64::MIN,
        exactly: text.to_owned(),
    }
}

async fn found(store: &Store, filter: &ChildFilter) -> Vec<String> {
    let page = store.view().await.unwrap().children(filter, &PageRequest::default()).await.unwrap();
    page.items.into_iter().map(|child| child.number).collect()
}

#[test]
fn every_spelling_of_a_phone_or_id_number_finds_its_child() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for serial in 1..=3 {
            add_child(&store, new_child(serial, VILLAGE)).await;
        }
        let (mobile, number) = (phone(2), id_number("20150501", 104));
        let spellings = [
            mobile.clone(),
            format!("+86 {}-{}", &mobile[..3], &mobile[3..]),
            mobile.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect(),
            number.to_lowercase(),
            format!("{} {} {}", &number[..6], &number[6..14], &number[14..]),
            "C0002".to_owned(),
            "Ｃ０００２".to_owned(),
        ];
        for text in &spellings {
            assert_eq!(found(&store, &exactly(text)).await, ["C0002"], "{text}");
        }
        assert!(found(&store, &exactly("19900000009")).await.is_empty());
        assert!(found(&store, &exactly("向试")).await.is_empty(), "names are not searched");
        let elsewhere =
            ChildFilter { region: jiedui::store::RegionSpan::of_prefix(ELSEWHERE), ..exactly(&mobile) };
        assert!(found(&store, &elsewhere).await.is_empty(), "nor what lies in another county");
        store.close().await;
    });
}

#[test]
fn lists_go_through_everybody_once_in_pages_and_filters_hold() {
    on_both(|ground| async move {
        let store = ground.open().await;
        for serial in 0..25 {
            let mut new = new_child(serial, if serial % 2 == 0 { VILLAGE } else { "422827100200" });
            if serial % 5 == 0 {
                new.cells.insert("needs".to_owned(), "学业辅导：数学".to_owned());
            }
            add_child(&store, new).await;
            add_volunteer(&store, new_volunteer(serial, VILLAGE)).await;
        }
        let (mut after, mut seen) = (String::new(), Vec::new());
        loop {
            let page = PageRequest { after, limit: 7 };
            let page = store.view().await.unwrap().children(&exactly(""), &page).await.unwrap();
            seen.extend(page.items.into_iter().map(|child| child.number));
            match page.next_after {
                Some(next) => after = next,
                None => break,
            }
        }
        let sorted: std::collections::BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), sorted.len()), (25, 25));
        let tutoring = ChildFilter { need: "tutoring".to_owned(), ..exactly("") };
        assert_eq!(found(&store, &tutoring).await.len(), 5);
        let village =
            ChildFilter { region: jiedui::store::RegionSpan::of_prefix("422827101"), ..exactly("") };
        assert_eq!(found(&store, &village).await.len(), 13);
        let ready = ChildFilter { ready: Some(true), ..exactly("") };
        assert_eq!(found(&store, &ready).await.len(), 0, "no legal basis yet");
        let later = ChildFilter { updated_since_ms: store.now_ms() + 1, ..exactly("") };
        assert_eq!(found(&store, &later).await.len(), 0);

        let filter = VolunteerFilter {
            scope: everybody(),
            skill: "tutoring".to_owned(),
            ready: Some(true),
            archived: false,
            updated_since_ms: i64::MIN,
            exactly: String::new(),
        };
        let page = PageRequest { limit: 10, ..PageRequest::default() };
        let page = store.view().await.unwrap().volunteers(&filter, &page).await.unwrap();
        assert_eq!(page.items.len(), 10);
        assert!(page.next_after.is_some());
        store.close().await;
    });
}
