//! Printable rosters: the only output with names. One page a volunteer, or one a village.
//!
//! Plan pairs and people in, HTML for the printer and rows for a spreadsheet out. Every text is escaped; a
//! provisional plan is stamped on every page.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::candidates::rules::{Holder, verdict};
use crate::candidates::{Prepared, Scope};
use crate::input::write::week::week_parts;
use crate::model::availability::WeekMask;
use crate::model::child::Sex;
use crate::model::{Child, Season, Volunteer};
use crate::scoring::Met;
use crate::spreadsheet::SafeCsv;

/// How the sheets are cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RosterBy {
    /// One page a volunteer.
    Volunteer,
    /// One page a village.
    Village,
}

/// A pair of the plan as the roster needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterPair {
    /// Child index.
    pub child: u32,
    /// Volunteer index.
    pub volunteer: u32,
    /// Children placed together with it, itself among them: a pair waits for the papers of all.
    pub together: Vec<u32>,
    /// Whether it ends with her commitment.
    pub seasonal: bool,
    /// Backup volunteer index.
    pub backup: Option<u32>,
}

/// Columns of a roster.
pub const COLUMNS: [&str; 15] = [
    "志愿者",
    "志愿者电话",
    "儿童",
    "性别",
    "年龄",
    "乡镇",
    "村",
    "监护人",
    "联系电话",
    "需求",
    "共同时段",
    "语言",
    "结对类型",
    "候补",
    "待办手续",
];

/// One row of a roster, in the order of [`COLUMNS`].
pub type RosterRow = [String; COLUMNS.len()];

/// Pages by title, each with its rows: titles and rows in stable order of text and number.
pub fn pages(prepared: &Prepared<'_>, pairs: &[RosterPair], by: RosterBy) -> Vec<(String, Vec<RosterRow>)> {
    let mut pages: BTreeMap<(String, String), Vec<(String, RosterRow)>> = BTreeMap::new();
    for pair in pairs {
        let (child, unit) = (prepared.child_of(pair.child), prepared.volunteer_of(pair.volunteer));
        let key = match by {
            RosterBy::Volunteer => (unit.id.to_string(), unit_name(unit)),
            RosterBy::Village => (child.place.region.to_string(), village(child)),
        };
        pages.entry(key).or_default().push((child.id.to_string(), row(prepared, pair)));
    }
    let sorted = pages.into_iter().map(|((_, title), mut rows)| {
        rows.sort();
        (title, rows.into_iter().map(|(_, row)| row).collect())
    });
    sorted.collect()
}

/// The named lead, and how many come with her.
fn unit_name(unit: &Volunteer) -> String {
    let lead = unit.lead().name.expose();
    match unit.adults.len() {
        1 => lead.to_owned(),
        adults => format!("{lead}等 {adults} 人"),
    }
}

fn village(child: &Child) -> String {
    format!("{}{}", child.place.township, child.place.village)
}

fn row(prepared: &Prepared<'_>, pair: &RosterPair) -> RosterRow {
    let (child, unit) = (prepared.child_of(pair.child), prepared.volunteer_of(pair.volunteer));
    let phone = |phone: &Option<crate::model::Private>| {
        phone.as_ref().map(|phone| phone.expose().to_owned()).unwrap_or_default()
    };
    let sex = if child.sex == Sex::Female { "女" } else { "男" };
    let kind = match unit.committed_through.filter(|_| pair.seasonal) {
        Some(day) => format!("季节结对，至 {day}"),
        None => "长期结对".to_owned(),
    };
    [
        unit_name(unit),
        phone(&unit.lead().phone),
        child.name.expose().to_owned(),
        sex.to_owned(),
        prepared.children[pair.child as usize].age.to_string(),
        child.place.township.to_string(),
        child.place.village.to_string(),
        child.guardian.expose().to_owned(),
        phone(&child.phone),
        needs_met(prepared, pair),
        common_hours(prepared, pair),
        common_languages(child, unit),
        kind,
        pair.backup.map(|backup| unit_name(prepared.volunteer_of(backup))).unwrap_or_default(),
        papers_awaited(prepared, pair),
    ]
}

/// The needs that this pair meets.
fn needs_met(prepared: &Prepared<'_>, pair: &RosterPair) -> String {
    let child = prepared.child_of(pair.child);
    let Some(met) = Met::of(prepared, pair.child, pair.volunteer, Scope::Lead) else { return String::new() };
    let required = prepared.children[pair.child as usize].required.iter().chain(&met.wished);
    required.map(|need| child.needs[*need].to_string()).collect::<Vec<_>>().join("、")
}

/// Languages that both speak.
fn common_languages(child: &Child, unit: &Volunteer) -> String {
    let common = child.languages.iter().filter(|language| unit.languages.contains(language));
    common.map(|language| &*language.0).collect::<Vec<_>>().join("、")
}

/// Papers that a provisional plan counts as arrived, with whose they are.
fn papers_awaited(prepared: &Prepared<'_>, pair: &RosterPair) -> String {
    let awaited = verdict(prepared, &pair.together, pair.volunteer, Scope::Lead).awaited;
    let texts = awaited.iter().map(|missing| {
        let whose = match missing.holder {
            Holder::Child(child) if child == pair.child => "儿童",
            Holder::Child(_) => "兄弟姐妹",
            Holder::Adult(..) => "志愿者",
        };
        format!("{whose}：{}", missing.paper.texts().0)
    });
    texts.collect::<Vec<_>>().join("；")
}

/// Hours in common by season of the period served; seasons with the same hours together.
fn common_hours(prepared: &Prepared<'_>, pair: &RosterPair) -> String {
    let hours = |season: Season| -> WeekMask {
        let child = &prepared.children[pair.child as usize].hours[season.index()].anywhere;
        child.and(&prepared.volunteers[pair.volunteer as usize].hours[season.index()])
    };
    let mut texts: Vec<(String, String)> = Vec::new();
    for season in prepared.seasons.iter().copied() {
        let text = week_parts(&hours(season)).join("，");
        let name = season.names().0;
        match texts.iter_mut().find(|(_, known)| *known == text) {
            Some((names, _)) => names.extend(["、", name]),
            None => texts.push((name.to_owned(), text)),
        }
    }
    texts.into_iter().map(|(names, text)| format!("{names}：{text}")).collect::<Vec<_>>().join("；")
}

const STYLE: &str = "@page{size:A4 landscape;margin:12mm}body{font:14pt/1.5 'Noto Sans CJK SC','Microsoft YaHei',\
SimSun,sans-serif;margin:0}section{page-break-after:always}h1{font-size:20pt;margin:0 0 4mm}table{border-collapse:\
collapse;width:100%;font-size:11pt}th,td{border:1px solid #333;padding:1.5mm;text-align:left;vertical-align:top}\
.stamp{border:2px solid #b00;color:#b00;padding:1mm 3mm;display:inline-block;font-weight:bold}";

/// The roster as one page of HTML that needs nothing else; sections break for the printer.
pub fn html(pages: &[(String, Vec<RosterRow>)], provisional: bool) -> String {
    let mut text = format!(
        "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>结对名册</title><style>{STYLE}</style></head><body>\n"
    );
    for (title, rows) in pages {
        let _infallible = writeln!(text, "<section><h1>{}</h1>", escaped(title));
        if provisional {
            text.push_str("<p class=\"stamp\">预排，不得发出</p>\n");
        }
        text.push_str("<table><thead><tr>");
        text.extend(COLUMNS.iter().map(|column| format!("<th>{column}</th>")));
        text.push_str("</tr></thead><tbody>\n");
        for row in rows {
            text.push_str("<tr>");
            text.extend(row.iter().map(|cell| format!("<td>{}</td>", escaped(cell))));
            text.push_str("</tr>\n");
        }
        text.push_str("</tbody></table><p>含个人信息，用后收回销毁。</p></section>\n");
    }
    text.push_str("</body></html>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The roster as CSV for a spreadsheet; a provisional one says so in every row.
pub fn csv(pages: &[(String, Vec<RosterRow>)], provisional: bool) -> Vec<u8> {
    let stamp = provisional.then_some("预排，不得发出");
    let mut text = SafeCsv::new(["名册"].into_iter().chain(COLUMNS).chain(stamp.map(|_| "状态")));
    for (title, rows) in pages {
        for row in rows {
            let cells = std::iter::once(title.as_str()).chain(row.iter().map(String::as_str));
            text.row(cells.chain(stamp));
        }
    }
    text.finish()
}
