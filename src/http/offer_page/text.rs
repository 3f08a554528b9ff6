//! What the page says: the JSON of an offer → HTML. Every text from outside is escaped; there is none from outside but a township.

use serde_json::Value;

use crate::http::language::Language;
use crate::http::problem::Code;
use crate::model::need::{Mode, NeedKind, Strength, Subject};
use crate::model::season::Season;
use crate::runs::offered::DistanceBand;

/// Chinese with the English below it.
fn both(zh: &str, en: &str) -> String {
    format!("{} <span class=\"en\" lang=\"en\">{}</span>", escaped(zh), escaped(en))
}

/// Text as HTML shows it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// A whole page round what is to be said.
fn whole(title: (&str, &str), inner: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{}</title>\n<link rel=\"stylesheet\" href=\"/i.css\">\n\
         </head>\n<body>\n<main>\n<h1>{}</h1>\n{inner}\n</main>\n</body>\n</html>\n",
        escaped(title.0),
        both(title.0, title.1),
    )
}

fn paragraph(zh: &str, en: &str) -> String {
    format!("<p>{}</p>\n", both(zh, en))
}

/// The page of an offer. `path` is that of the link.
pub(super) fn offer(seen: &Value, path: &str) -> String {
    match seen["state"].as_str().unwrap_or_default() {
        "open" => open(seen, path),
        "accepted" => whole(
            ("谢谢，您已接受邀请", "Thank you, you have accepted"),
            &paragraph(
                "协调员会征求监护人和孩子的意见，然后与您联系。在此之前请勿自行联系。",
                "The coordinator asks the guardian and the child, and will then call you. Please do not make contact before that.",
            ),
        ),
        "declined" => whole(
            ("已婉拒，谢谢您的答复", "You have declined, thank you for the answer"),
            &paragraph(
                "婉拒不会带来任何影响，您仍可接受其他邀请。",
                "A no is held against nobody; you may take other offers.",
            ),
        ),
        "conflict_reported" => whole(
            ("已登记：您认识这个家庭", "Noted: you know the family"),
            &paragraph(
                "谢谢告知，不会为您安排这个家庭。",
                "Thank you for telling; you will not be paired with this family.",
            ),
        ),
        "revoked" => refused(Code::OfferRevoked),
        _ => refused(Code::OfferExpired),
    }
}

/// The page where nothing can be done.
pub(super) fn refused(code: Code) -> String {
    let (zh, en) = (code.title(Language::Chinese), code.title(Language::English));
    whole(
        (zh, en),
        &paragraph("如有疑问，请与协调员联系。", "If you have a question, please call the coordinator."),
    )
}

fn open(seen: &Value, path: &str) -> String {
    let offered = &seen["offered"];
    let children = offered["children"].as_u64().unwrap_or(1);
    let mut inner = String::new();
    inner.push_str(&if children > 1 {
        paragraph(
            &format!("有 {children} 名兄弟姐妹需要一位志愿者。"),
            &format!("{children} brothers and sisters are looking for a volunteer."),
        )
    } else {
        paragraph("有一名孩子需要一位志愿者。", "A child is looking for a volunteer.")
    });
    section(&mut inner, ("需求", "Needs"), needs(&offered["needs"]));
    section(&mut inner, ("可服务时段", "Hours"), hours(&offered["hours"]));
    section(&mut inner, ("地点", "Where"), place(offered));
    let until = seen["expires_at"].as_str().unwrap_or_default();
    inner.push_str(&paragraph(
        &format!("请于 {} 前答复。", china_time(until)),
        &format!("Please answer before {} (Beijing time).", china_time(until)),
    ));
    inner.push_str(&paragraph(
        "接受之前不会显示姓名和住址；婉拒不会带来任何影响。",
        "Names and addresses are not shown before; a no is held against nobody.",
    ));
    inner.push_str(&forms(path));
    whole(("结对邀请", "An offer"), &inner)
}

fn section(inner: &mut String, title: (&str, &str), items: Vec<String>) {
    if items.is_empty() {
        return;
    }
    inner.extend(["<h2>", &both(title.0, title.1), "</h2>\n<ul>\n"]);
    for item in items {
        inner.extend(["<li>", &item, "</li>\n"]);
    }
    inner.push_str("</ul>\n");
}

fn needs(needs: &Value) -> Vec<String> {
    let word = |need: &Value, field: &str| need[field].as_str().unwrap_or_default().to_owned();
    let named = |need: &Value| {
        let kind = NeedKind::ALL.into_iter().find(|kind| kind.names().1 == word(need, "kind"))?.names();
        let subject = Subject::ALL.into_iter().find(|subject| subject.names().1 == word(need, "subject"));
        let mode = Mode::ALL.into_iter().find(|mode| mode.names().1 == word(need, "mode"))?.names();
        let strength = Strength::ALL.into_iter().find(|known| known.names().1 == word(need, "strength"))?;
        let minutes = need["minutes_per_week"].as_u64().unwrap_or_default();
        let subject = subject.map(Subject::names);
        let (subject_zh, subject_en) = subject
            .map_or((String::new(), String::new()), |(zh, en)| (format!("（{zh}）"), format!(" ({en})")));
        Some(both(
            &format!("{}{subject_zh}：{}，{}，每周 {minutes} 分钟", kind.0, strength.names().0, mode.0),
            &format!(
                "{}{subject_en}: {}, {}, {minutes} minutes a week",
                kind.1.replace('_', " "),
                strength.names().1,
                mode.1.replace('_', " ")
            ),
        ))
    };
    needs.as_array().map_or_else(Vec::new, |needs| needs.iter().filter_map(named).collect())
}

fn hours(hours: &Value) -> Vec<String> {
    let told = |entry: &Value| {
        let word = entry["season"].as_str().unwrap_or_default();
        let season = Season::ALL.into_iter().find(|season| season.names().1 == word)?.names();
        let hours: Vec<&str> = entry["hours"].as_array()?.iter().filter_map(Value::as_str).collect();
        let hours = hours.join("；");
        (!hours.is_empty()).then(|| both(&format!("{}：{hours}", season.0), &season.1.replace('_', " ")))
    };
    hours.as_array().map_or_else(Vec::new, |hours| hours.iter().filter_map(told).collect())
}

fn place(offered: &Value) -> Vec<String> {
    let mut items = Vec::new();
    let township = offered["township"].as_str().unwrap_or_default();
    if !township.is_empty() {
        items.push(escaped(township));
    }
    let word = offered["distance"].as_str().unwrap_or_default();
    if let Some((zh, en, _)) =
        DistanceBand::ALL.map(DistanceBand::names).into_iter().find(|names| names.2 == word)
    {
        items.push(both(&format!("离您{zh}"), &format!("{en} from you")));
    }
    items
}

/// `2026-03-05 09:00` in China, of a time in UTC.
fn china_time(text: &str) -> String {
    let time: Result<jiff::Timestamp, _> = text.parse();
    let china = |time| jiff::tz::Offset::constant(8).to_datetime(time);
    time.map_or_else(|_| String::new(), |time| china(time).strftime("%Y-%m-%d %H:%M").to_string())
}

fn forms(path: &str) -> String {
    let path = escaped(path);
    let option = |(word, zh, en): &(&str, &str, &str)| format!("<option value=\"{word}\">{zh} {en}</option>");
    let reasons: String = [
        ("other", "不说明", "no reason given"),
        ("time", "时间不合适", "no time"),
        ("distance", "太远", "too far"),
        ("personal", "个人或家庭原因", "personal"),
        ("needs", "需求不适合我", "the needs are not mine to meet"),
    ]
    .iter()
    .map(option)
    .collect();
    let ties: String = [
        ("other", "不说明", "not said"),
        ("kinship", "亲属", "relatives"),
        ("dispute", "有纠纷", "a dispute"),
        ("debt", "借贷", "a debt"),
        ("incident", "有过事故", "an incident"),
    ]
    .iter()
    .map(option)
    .collect();
    format!(
        "<form method=\"post\" action=\"{path}/accept\"><button class=\"yes\">接受 Accept</button></form>\n\
         <details><summary>婉拒 Decline</summary>\n<form method=\"post\" action=\"{path}/decline\">\
         <label>原因（可不说明） Reason (you need not say)<select name=\"reason\">{reasons}</select></label>\
         <button>婉拒 Decline</button></form></details>\n\
         <details><summary>我认识这个家庭 I know this family</summary>\n\
         <form method=\"post\" action=\"{path}/conflict\">\
         <label>关系（可不说明） How (you need not say)<select name=\"kind\">{ties}</select></label>\
         <button>我认识这个家庭 I know this family</button></form></details>\n"
    )
}
