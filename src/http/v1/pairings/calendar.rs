//! `GET /pairings/{pairing_id}/calendar.ics`: the days that belong to a pairing, for anybody's calendar (RFC 5545). Nothing in it
//! tells of a person: the days on which the office is to speak with each side, and the day on which it is known to end.

use axum::http::StatusCode;
use futures_util::future::FutureExt;
use icalendar::{Calendar, Component, Event, Property};
use jiff::civil::Date;

use super::{READERS, scope};
use crate::http::call::Call;
use crate::http::endpoint::{Access, Endpoint, Scope};
use crate::http::language::Language;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::input::values::dates::parse_date;
use crate::store::{ACTIVE, Pairing, Side, View, due_on};

const MEDIA_TYPE: &str = "text/calendar; charset=utf-8";

pub(in crate::http) fn endpoint() -> Endpoint {
    let path = "/pairings/{pairing_id}/calendar.ics";
    Endpoint::reads(path, "get_pairing_calendar", |call, view| calendar(call, view).boxed())
        .says(
            super::GROUP,
            "结对日历（不含个人信息）",
            "The days of a pairing as a calendar, without personal data",
        )
        .allows(Access::Roles(READERS), Scope::Region)
        .gives_file(MEDIA_TYPE)
}

async fn calendar(call: &Call, view: &mut View) -> Result<Reply, Problem> {
    let pairing = view.pairing(&scope(call)?, call.id("pairing_id")?).await?;
    let text = written(&pairing, call.language);
    let event = pairing.read_event("pairing.read");
    let reply = Reply::file(StatusCode::OK, MEDIA_TYPE, text).download("pairing.ics");
    Ok(reply.version(pairing.version).reading([event]))
}

/// The days of a pairing: uid, day, Chinese and English summary.
fn days(pairing: &Pairing) -> Vec<(String, Date, (&'static str, &'static str))> {
    let day = |text: &Option<String>| text.as_deref().and_then(|day| parse_date(day).ok());
    let mut days = Vec::new();
    if let Some(began_on) = day(&pairing.began_on).filter(|_| pairing.state == ACTIVE) {
        for side in Side::ALL {
            let due = due_on(began_on, pairing.last_contacts.with(side));
            let summary = match side {
                Side::Volunteer => ("结对回访：志愿者", "Pairing: speak with the volunteer"),
                Side::Carer => ("结对回访：监护人", "Pairing: speak with the carer"),
                Side::Child => ("结对回访：儿童", "Pairing: speak with the child"),
            };
            days.push((format!("{}-{}@jiedui", pairing.id, side.word()), due, summary));
        }
    }
    if let Some(end) = day(&pairing.ends_on).filter(|_| pairing.lives()) {
        days.push((format!("{}-end@jiedui", pairing.id), end, ("结对到期", "Pairing: the term ends")));
    }
    days
}

fn written(pairing: &Pairing, language: Language) -> String {
    let mut calendar = Calendar::new();
    let stamp = jiff::Timestamp::from_millisecond(pairing.updated_at_ms).unwrap_or_default();
    let stamp = stamp.strftime("%Y%m%dT%H%M%SZ").to_string();
    for (uid, day, (zh, en)) in days(pairing) {
        let mut event = Event::new();
        let mut start = Property::new("DTSTART", day.strftime("%Y%m%d").to_string());
        start.add_parameter("VALUE", "DATE");
        event.uid(&uid).add_property("DTSTAMP", &stamp).summary(language.pick(zh, en)).append_property(start);
        calendar.push(event.done());
    }
    calendar.done().to_string()
}
