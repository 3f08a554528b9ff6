//! The page behind a link: small, without scripts, telling nothing it may not, changing nothing when it is looked at.

use serde_json::json;

use super::ground::{Published, link_of};
use crate::http::server::Answer;

fn page(county: &Published, path: &str) -> Answer {
    county.server.anonymous().send_bytes("GET", path, &[], None)
}

fn send(county: &Published, path: &str, form: &str) -> Answer {
    // As a browser sends it whose page asked for no referrer.
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "null"),
        ("sec-fetch-site", "same-origin"),
    ];
    county.server.anonymous().send_bytes("POST", path, &headers, Some(form.as_bytes().to_vec()))
}

#[test]
fn the_page_is_small_plain_and_tells_nothing_it_may_not() {
    let county = Published::of(1, 1);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    let shown = page(&county, &link).expect(200);
    assert!(shown.header("content-type").starts_with("text/html"));
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    assert_eq!(shown.header("cache-control"), "no-store");
    let style = page(&county, "/i.css").expect(200);
    assert!(shown.text.len() + style.text.len() < 30 << 10, "{} bytes", shown.text.len() + style.text.len());
    for said in ["接受", "婉拒", "我认识这个家庭", "陪伴走访", "示例镇", "公里", "Accept", "Decline"]
    {
        assert!(shown.text.contains(said), "{said} is missing: {}", shown.text);
    }
    let told = [
        "示例村",
        "向试",
        "田护",
        "199",
        "109.4",
        "29.5",
        &draft.child_ids[0],
        &draft.volunteer_id,
        "<script",
    ];
    for secret in told {
        assert!(!shown.text.contains(secret), "{secret} stands on the page");
        let seen = county.server.anonymous().get(&link_of(&link)).expect(200);
        assert!(!seen.text.contains(secret), "{secret} stands in the answer");
    }
}

#[test]
fn looking_at_a_link_changes_nothing_but_the_trail() {
    let county = Published::of(1, 1);
    let (_, link) = county.offered(&county.draft().id);
    let trail = ["audit_events", "audit_head"];
    let before = county.server.dump(&trail);
    for path in [link.clone(), format!("{link}?utm=1"), "/i.css".to_owned()] {
        let _ = page(&county, &path);
    }
    county.server.anonymous().get(&link_of(&link)).expect(200);
    for verb in ["accept", "decline", "conflict"] {
        let looked = page(&county, &format!("{link}/{verb}"));
        assert_eq!(looked.status, 405, "{}", looked.text);
    }
    assert_eq!(county.server.dump(&trail), before);
    assert!(county.server.counted("audit_events WHERE action = 'offer.shown'") >= 2);
}

#[test]
fn a_form_accepts_and_whoever_comes_back_is_thanked() {
    let county = Published::of(1, 1);
    let draft = county.draft();
    let (_, link) = county.offered(&draft.id);
    let sent = send(&county, &format!("{link}/accept"), "").expect(303);
    assert_eq!(sent.header("location"), link);
    assert!(page(&county, &link).expect(200).text.contains("已接受"));
    assert_eq!(county.state_of(&draft.id), "accepted");
    let twice = send(&county, &format!("{link}/accept"), "").expect(409);
    assert!(twice.text.contains("已答复"));
}

#[test]
fn forms_decline_and_report_with_a_word_of_the_list() {
    let county = Published::of(2, 2);
    let drafts = county.proposals("draft");
    let (_, one) = county.offered(&drafts[0].id);
    let (_, other) = county.offered(&drafts[1].id);
    send(&county, &format!("{one}/decline"), "reason=distance").expect(303);
    assert!(page(&county, &one).expect(200).text.contains("婉拒不会带来任何影响"));
    send(&county, &format!("{other}/conflict"), "kind=nonsense").expect(422);
    send(&county, &format!("{other}/conflict"), "kind=dispute").expect(303);
    assert_eq!(county.server.counted("offers WHERE reason = 'distance'"), 1);
    assert_eq!(county.server.counted("conflicts WHERE kind = 'dispute'"), 1);
}

#[test]
fn a_link_that_is_none_leads_nowhere() {
    let county = Published::of(1, 1);
    let missing = page(&county, "/i/0123456789abcdefghjkmnpqrs").expect(404);
    assert!(missing.header("content-type").starts_with("text/html"));
    send(&county, "/i/0123456789abcdefghjkmnpqrs/accept", "").expect(404);
    county.server.anonymous().post("/offer-links/nothing/accept", &json!({})).expect(404);
}

#[test]
fn a_token_is_short_enough_for_a_message_and_long_enough_to_be_guessed_by_nobody() {
    let county = Published::of(1, 1);
    let (_, link) = county.offered(&county.draft().id);
    // 26 letters of 5 bits, 128 of them random.
    assert_eq!(link.len(), "/i/".len() + 26);
}
