//! People as files again, masked or in full, and figures without persons.

pub(in crate::http) mod get;
pub(in crate::http) mod reveal;
mod sheet;
pub(in crate::http) mod statistics;

use std::io;
use std::time::Duration;

use axum::body::Bytes;
use encoding_rs::GB18030;
use futures_util::{Stream, stream};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::http::call::Call;
use crate::http::problem::{Code, Problem};
use crate::http::reply::Reply;
use crate::http::turns::Held;
use crate::http::upload::{self, XLSX};
use crate::input::person_check::Cells;
use crate::input::sheet_kind::SheetKind;
use crate::model::{RegionCode, Role};
use crate::spreadsheet::{BOM, SafeCsv};
use crate::store::people::{ChildFilter, PeopleScope, Shown, VolunteerFilter, china_day};
use crate::store::{AuditEvent, Page, PageRequest, RegionSpan, Store, StoreError, View};

/// Who may have people as files.
const EXPORTERS: &[Role] = &[Role::Admin, Role::Coordinator];
/// Most people of one workbook; a CSV file takes more.
const MOST_WORKBOOK_ROWS: i64 = 20_000;
/// Most people of one file.
const MOST_ROWS: i64 = 200_000;
/// How long a file may take to be sent.
const LONGEST: Duration = Duration::from_mins(10);

/// How the text of a CSV file is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(rename = "ExportEncoding", inline)]
pub(super) enum Encoding {
    /// UTF-8 with the mark by which Excel knows it.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// GBK, for old programs; signs beyond it as GB18030.
    #[serde(rename = "gbk")]
    Gbk,
}

/// The file that is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Asked {
    kind: SheetKind,
    workbook: bool,
}

/// What may be asked of an export.
struct Wanted {
    asked: Asked,
    encoding: Encoding,
    span: RegionSpan,
    shown: Shown,
    purpose: &'static str,
}

fn asked(call: &Call) -> Result<Asked, Problem> {
    let (stem, ending) = call.path("file").split_once('.').unwrap_or_default();
    let kind = SheetKind::of_word(stem);
    match (kind, ending) {
        (Some(kind), "csv") => Ok(Asked { kind, workbook: false }),
        (Some(kind), "xlsx") => Ok(Asked { kind, workbook: true }),
        _ => Err(Problem::new(Code::NotFound)),
    }
}

/// The part of the caller's divisions that is asked for.
fn span(call: &Call, region: Option<&str>) -> Result<RegionSpan, Problem> {
    let own = call.span()?;
    let Some(region) = region else { return Ok(own) };
    let said = call.language.pick("须为您管辖的区划代码", "a code of your divisions is needed");
    let code = RegionCode::parse(region).filter(|code| own.holds(code.as_str()));
    let code = code.ok_or_else(|| Problem::of_field("region", "invalid", said))?;
    Ok(RegionSpan::of_prefix(code.as_str()).within(&own))
}

/// Everybody of the span, some at a time.
async fn next_page(view: &mut View, wanted: &Wanted, page: &PageRequest) -> Result<Page<Cells>, StoreError> {
    match wanted.asked.kind {
        SheetKind::Children => {
            let filter = ChildFilter {
                region: wanted.span.clone(),
                need: String::new(),
                ready: None,
                archived: false,
                updated_since_ms: 0,
                exactly: String::new(),
            };
            view.child_sheet_rows(&filter, wanted.shown, page).await
        }
        SheetKind::Volunteers => {
            let filter = VolunteerFilter {
                scope: PeopleScope::region(wanted.span.clone()),
                skill: String::new(),
                ready: None,
                archived: false,
                updated_since_ms: 0,
                exactly: String::new(),
            };
            view.volunteer_sheet_rows(&filter, wanted.shown, page).await
        }
    }
}

/// Makes the file, one a core at a time, and notes who got whose data and why before the first of them leaves. A CSV file is
/// read while it is sent, a page at a time; a workbook is made in memory, of a bounded number of people. The turn lasts
/// until the last byte is sent, and at most [`LONGEST`].
async fn export(call: &Call, wanted: Wanted) -> Result<Reply, Problem> {
    let turn = upload::turn().await?;
    let most = if wanted.asked.workbook { MOST_WORKBOOK_ROWS } else { MOST_ROWS };
    let mut view = call.app.store.view().await?;
    let count = match wanted.asked.kind {
        SheetKind::Children => view.count_children(&wanted.span).await?,
        SheetKind::Volunteers => view.count_volunteers(&wanted.span).await?,
    };
    drop(view);
    if count > most {
        return Err(too_many(call, wanted.asked.workbook));
    }
    let name = call.path("file").to_owned();
    if wanted.asked.workbook {
        let (written, count) = workbook(call, &wanted).await?;
        let event = event(&wanted, count);
        let pieces = sheet::pieces(Held::new(written, turn, LONGEST));
        return Ok(Reply::stream(XLSX, pieces).download(&name).reading([event]));
    }
    let event = event(&wanted, count);
    let rows = Rows { store: call.app.store.clone(), wanted, page: Some(first_page()), begun: false };
    let pieces = rows.pieces(Held::new((), turn, LONGEST));
    Ok(Reply::stream("text/csv", pieces).download(&name).reading([event]))
}

fn first_page() -> PageRequest {
    PageRequest { after: String::new(), limit: 200 }
}

/// A workbook's bytes, and of how many people.
async fn workbook(call: &Call, wanted: &Wanted) -> Result<(Bytes, i64), Problem> {
    let (mut rows, mut page) = (Vec::new(), Some(first_page()));
    while let Some(asked) = page.take() {
        let mut view = call.app.store.view().await?;
        let found = next_page(&mut view, wanted, &asked).await?;
        rows.extend(found.items);
        // People may come in while it is made.
        if rows.len() as i64 > MOST_WORKBOOK_ROWS {
            return Err(too_many(call, true));
        }
        page = found.next_after.map(|after| PageRequest { after, ..asked });
    }
    let (kind, count) = (wanted.asked.kind, rows.len() as i64);
    let today = china_day(call.app.store.now_ms());
    let written = upload::apart(move || sheet::workbook(kind, &rows, today)).await?;
    let written =
        written.map_err(|error| Problem { cause: Some(Box::new(error)), ..Problem::new(Code::Internal) })?;
    Ok((written.into(), count))
}

/// People on their way into a CSV file.
struct Rows {
    store: Store,
    wanted: Wanted,
    /// The next page; none after the last.
    page: Option<PageRequest>,
    /// Whether the headers are sent.
    begun: bool,
}

impl Rows {
    /// The file, a page of people at a time.
    fn pieces(self, turn: Held<()>) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::try_unfold((self, turn), |(mut rows, turn)| async move {
            let Some(page) = rows.page.take() else { return Ok(None) };
            if turn.with(|()| ()).is_none() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let piece = rows.piece(page).await.map_err(|error| {
                tracing::error!(%error, "an export broke off");
                io::Error::from(io::ErrorKind::BrokenPipe)
            })?;
            Ok(Some((piece, (rows, turn))))
        })
    }

    async fn piece(&mut self, page: PageRequest) -> Result<Bytes, StoreError> {
        let kind = self.wanted.asked.kind;
        let mut view = self.store.view().await?;
        let found = next_page(&mut view, &self.wanted, &page).await?;
        drop(view);
        let mut csv = if self.begun { SafeCsv::without_headers() } else { sheet::begin(kind) };
        self.begun = true;
        found.items.iter().for_each(|cells| sheet::add(&mut csv, kind, cells));
        self.page = found.next_after.map(|after| PageRequest { after, ..page });
        Ok(encoded(csv.finish(), self.wanted.encoding).into())
    }
}

/// The text of a CSV file in the encoding asked for.
fn encoded(text: Vec<u8>, encoding: Encoding) -> Vec<u8> {
    if encoding == Encoding::Utf8 {
        return text;
    }
    let text = String::from_utf8_lossy(text.strip_prefix(BOM).unwrap_or(&text));
    GB18030.encode(&text).0.into_owned()
}

fn event(wanted: &Wanted, count: i64) -> AuditEvent {
    let (action, table) = match wanted.asked.kind {
        SheetKind::Children => ("children.exported", "children"),
        SheetKind::Volunteers => ("volunteers.exported", "volunteers"),
    };
    let mut event = AuditEvent::new(action, table, "", &wanted.span.first);
    event.subject.id = None;
    let shown = if wanted.shown == Shown::Full { "" } else { ":masked" };
    let column = |column: &crate::input::columns::Column| {
        format!("{}{}", column.key, if column.personal { shown } else { "" })
    };
    let columns = wanted.asked.kind.columns().iter().map(column);
    event.of_fields(std::iter::once(format!("rows:{count}")).chain(columns)).for_purpose(wanted.purpose)
}

fn too_many(call: &Call, workbook: bool) -> Problem {
    let (zh, en) = if workbook {
        (
            "超过 20,000 人，请改用 .csv，或用 region 限定区划",
            "more than 20,000 people: take .csv, or one region",
        )
    } else {
        ("超过 200,000 人，请用 region 限定区划", "more than 200,000 people: take one region")
    };
    Problem::of_field("region", "too_many", call.language.pick(zh, en))
}
