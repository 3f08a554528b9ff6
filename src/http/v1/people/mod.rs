//! What children and volunteers have in common on the wire: cells, findings, purposes, history; and who reaches whom.
//!
//! # Who sees persons
//!
//! Least privilege (S32). Coordinators register and change; a child director registers and changes children and reads
//! volunteers; a supervisor reads; a team leader reads her own team without checks, numbers and limits; a volunteer has her
//! own record. Admins see no person: they are asked for as the second one when a bar is lifted, and may erase where a
//! guardian's request cannot wait. Analysts and auditors reach nobody.

pub(in crate::http) mod cells;
pub(in crate::http) mod findings;
pub(in crate::http) mod history;
pub(in crate::http) mod words;

use jiff::civil::Date;

use crate::http::call::Call;
use crate::http::checks::Checks;
use crate::http::patch::Patch;
use crate::http::problem::Problem;
use crate::model::{NeedKind, RegionCode, Role};
use crate::store::people::{Edit, PeopleScope, china_day, is_a_number};
use crate::store::{RegionSpan, View};

/// Who registers and changes children.
pub(in crate::http) const CHILD_EDITORS: &[Role] = &[Role::Coordinator, Role::ChildDirector];
/// Who reads children.
pub(in crate::http) const CHILD_READERS: &[Role] =
    &[Role::Coordinator, Role::ChildDirector, Role::Supervisor];
/// Who registers and changes volunteers.
pub(in crate::http) const VOLUNTEER_EDITORS: &[Role] = &[Role::Coordinator];
/// Who reads volunteers' checks and reveals their fields.
pub(in crate::http) const VOLUNTEER_READERS: &[Role] =
    &[Role::Coordinator, Role::ChildDirector, Role::Supervisor];
/// Who finds volunteers in lists.
pub(in crate::http) const VOLUNTEER_LISTERS: &[Role] =
    &[Role::Coordinator, Role::ChildDirector, Role::Supervisor, Role::TeamLeader];
/// Who looks at a volunteer, herself among them.
pub(in crate::http) const VOLUNTEER_VIEWERS: &[Role] =
    &[Role::Coordinator, Role::ChildDirector, Role::Supervisor, Role::TeamLeader, Role::Volunteer];
/// Who says when and how much a volunteer serves.
pub(in crate::http) const OWN_HOURS: &[Role] = &[Role::Coordinator, Role::Volunteer];
/// Who erases.
pub(in crate::http) const ERASERS: &[Role] = &[Role::Coordinator, Role::Admin];
/// Who bars.
pub(in crate::http) const BARRERS: &[Role] = &[Role::Coordinator, Role::Supervisor];
/// Who lifts bars, two of them.
pub(in crate::http) const LIFTERS: &[Role] = &[Role::Coordinator, Role::Supervisor, Role::Admin];

/// Nobody's id: for a leader without a team and a volunteer without a record.
const NOBODY: &str = "-";

/// Which volunteers the caller reaches.
pub(in crate::http) fn scope(call: &Call) -> Result<PeopleScope, Problem> {
    let caller = call.caller()?;
    let or_nobody = |id: &Option<String>| Some(id.clone().unwrap_or_else(|| NOBODY.to_owned()));
    Ok(match caller.role {
        Role::TeamLeader => PeopleScope {
            region: caller.span.clone(),
            team_id: or_nobody(&caller.team_id),
            volunteer_id: None,
        },
        // Her record is hers wherever she moved.
        Role::Volunteer => PeopleScope {
            region: RegionSpan::everywhere(),
            team_id: None,
            volunteer_id: or_nobody(&caller.volunteer_id),
        },
        _ => PeopleScope::region(caller.span.clone()),
    })
}

/// A division of a person: twelve digits, at least of a county, and one of the caller's.
pub(in crate::http) fn check_region(call: &Call, checks: &mut Checks, code: &str) -> Result<(), Problem> {
    let county = RegionCode::parse(code).is_some_and(|code| code.prefix().len() >= 6);
    let full = code.len() == 12 && county;
    checks.hold(
        full && call.span()?.holds(code),
        "/region_code",
        "region_code",
        "须为您管辖范围内、县级以下的 12 位行政区划代码",
        "must be a code of 12 digits of a county or below it, within your divisions",
    );
    Ok(())
}

/// A person's number.
pub(in crate::http) fn check_number(checks: &mut Checks, number: &str) {
    checks.hold(
        is_a_number(number),
        "/number",
        "number",
        "须为 1 至 64 个字符的自编号，不得是姓名、电话或身份证号",
        "must be a number of the county's own of 1 to 64 characters, no name, phone or ID number",
    );
}

/// A client's own reference: visible ASCII, and nothing that looks like a person's number.
pub(in crate::http) fn check_reference(checks: &mut Checks, reference: &str) {
    let visible = reference.len() <= 100 && reference.bytes().all(|byte| byte.is_ascii_graphic());
    checks.hold(
        visible && (reference.len() > 64 || is_a_number(reference)),
        "/external_ref",
        "external_ref",
        "须为 1 至 100 个可见 ASCII 字符，不得是电话或身份证号",
        "must be 1 to 100 visible ASCII characters, no phone or ID number",
    );
}

/// Which records to look at: `true` and `false` of a query as text, so that anything else is told.
pub(in crate::http) fn since_ms(call: &Call, text: Option<&str>) -> Result<i64, Problem> {
    let Some(text) = text else { return Ok(i64::MIN) };
    crate::http::time::milliseconds(text).ok_or_else(|| {
        let said = call.language.pick("须为 RFC 3339 时间", "must be a time in RFC 3339");
        Problem::of_field("updated_since", "invalid", said)
    })
}

/// The number that a list is asked for. A phone or an ID number is sought by a body, never in an address.
pub(in crate::http) fn exactly(call: &Call, text: Option<String>) -> Result<String, Problem> {
    let text = text.unwrap_or_default().trim().to_owned();
    if !text.is_empty() && !is_a_number(&text) {
        let said = call.language.pick(
            "须为自编号；电话和身份证号请用 POST …/search 查找",
            "must be a number of the county's own; seek phones and ID numbers by POST …/search",
        );
        return Err(Problem::of_field("q", "invalid", said));
    }
    Ok(text)
}

/// The exact text that is searched for.
pub(in crate::http) fn sought(call: &Call, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    let mut checks = Checks::new(call.language);
    checks.length("/text", text, 1..=64);
    checks.done()?;
    Ok(text.to_owned())
}

/// A filter's digest for cursors: what was searched for must not be read from a log of addresses.
pub(in crate::http) fn filter_of(parts: &[&str]) -> String {
    parts.join("\u{1f}")
}

/// The part of the caller's divisions that a query names.
pub(in crate::http) fn region_within(call: &Call, code: Option<&str>) -> Result<RegionSpan, Problem> {
    let span = call.span()?;
    let Some(code) = code else { return Ok(span) };
    let Some(code) = RegionCode::parse(code) else {
        let said = call.language.pick("须为 2、4、6、9 或 12 位数字", "2, 4, 6, 9 or 12 digits are needed");
        return Err(Problem::of_field("region", "invalid", said));
    };
    Ok(span.within(&RegionSpan::of_prefix(code.prefix())))
}

/// A kind of need as a query names it.
pub(in crate::http) fn need_word(call: &Call, name: &str, word: Option<&str>) -> Result<String, Problem> {
    let Some(word) = word else { return Ok(String::new()) };
    let known = NeedKind::ALL.into_iter().find(|kind| kind.names().1 == word);
    let known = known.map(|kind| kind.names().1.to_owned());
    known.ok_or_else(|| {
        let said = call.language.pick("不在需求代码表中", "is no word of the code list need_kinds");
        Problem::of_field(name, "invalid", said)
    })
}

/// A day that is not in the future: ISO 8601, as it is stored.
pub(in crate::http) fn check_day(call: &Call, checks: &mut Checks, pointer: &str, text: &str) -> String {
    let day = text.parse::<Date>().ok().filter(|day| day.year() >= 1900);
    let (zh, en) = ("须为日期，如 2026-11-20", "must be a date such as 2026-11-20");
    checks.hold(day.is_some(), pointer, "date", zh, en);
    let today = china_day(call.app.store.now_ms());
    let (zh, en) = ("日期不能晚于今天", "must not lie after today");
    checks.hold(day.is_none_or(|day| day <= today), pointer, "future", zh, en);
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// A team of the caller's divisions, where one is named.
pub(in crate::http) async fn check_team(
    call: &Call,
    view: &mut View,
    checks: &mut Checks,
    team_id: Option<&str>,
) -> Result<(), Problem> {
    let Some(team_id) = team_id else { return Ok(()) };
    let known = crate::store::is_id(team_id) && view.has_team(&call.span()?, team_id).await?;
    checks.hold(known, "/team_id", "unknown", "没有这支志愿服务队", "there is no such team");
    Ok(())
}

/// What a merge patch says of a field, as the store takes it.
pub(in crate::http) fn edit(patch: Patch<String>) -> Edit {
    match patch {
        Patch::Keep => Edit::Keep,
        Patch::Remove => Edit::Remove,
        Patch::Set(text) => Edit::Put(text),
    }
}
