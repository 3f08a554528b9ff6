//! A small invented county as sheets on disk, for the tests of the reader.

use std::collections::BTreeMap;

use jiedui::input::{Finding, InputError, InputReport, LoadOptions, Loaded, load};
use jiedui::model::{Child, Period, Volunteer};
use jiff::civil::date;
use tempfile::TempDir;

/// A row by Chinese header.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells(pub(crate) BTreeMap<String, String>);

impl Cells {
    pub(crate) fn of(cells: &[(&str, &str)]) -> Self {
        Self(cells.iter().map(|(header, cell)| ((*header).to_owned(), (*cell).to_owned())).collect())
    }

    fn cell(&self, header: &str) -> &str {
        self.0.get(header).map_or("", String::as_str)
    }

    pub(crate) fn with(mut self, header: &str, cell: &str) -> Self {
        self.0.insert(header.to_owned(), cell.to_owned());
        self
    }
}

/// Every header of some rows, sorted.
fn headers_of(rows: &[Cells]) -> Vec<&String> {
    let mut headers: Vec<&String> = rows.iter().flat_map(|row| row.0.keys()).collect();
    headers.sort();
    headers.dedup();
    headers
}

/// A child about whom nothing is to be told.
pub(crate) fn sound_child(id: &str) -> Cells {
    Cells::of(&[
        ("儿童编号", id),
        ("姓名", "甲某某"),
        ("性别", "女"),
        ("出生日期", "2015.5.1"),
        ("联系电话", "13800000001"),
        ("类别", "农村留守儿童"),
        ("监护风险", "中"),
        ("监护人", "乙某某"),
        ("法律依据", "监护人同意"),
        ("结对同意", "同意"),
        ("同意日期", "2026-10-01"),
        ("同意人身份", "监护人"),
        ("本人意愿", "愿意"),
        ("语言", "普通话"),
        ("需求", "陪伴"),
        ("可服务时段", "周六上午"),
        ("父母状况", "正常"),
        ("乡镇", "甲镇"),
        ("村", "东村"),
    ])
}

/// A volunteer about whom nothing is to be told.
pub(crate) fn sound_volunteer(id: &str) -> Cells {
    Cells::of(&[
        ("志愿者编号", id),
        ("姓名", "丙某某"),
        ("性别", "女"),
        ("出生日期", "1985/3/12"),
        ("手机", "13900000001"),
        ("同意查询", "是"),
        ("查询类型", "从业查询"),
        ("查询结果", "通过"),
        ("查询机关", "示例县公安局"),
        ("查询日期", "2026-09-15"),
        ("查询编号", "示例-0001"),
        ("培训", "已完成"),
        ("协议", "已签"),
        ("可服务时段", "周六上午"),
        ("乡镇", "甲镇"),
        ("村", "东村"),
    ])
}

/// The sheets of a county.
#[derive(Debug)]
pub(crate) struct County {
    pub(crate) children: Vec<Cells>,
    pub(crate) volunteers: Vec<Cells>,
    pub(crate) places: Vec<Cells>,
    pub(crate) pairs: Vec<Cells>,
    pub(crate) replies: Vec<Cells>,
    pub(crate) policy: Option<String>,
    pub(crate) options: LoadOptions,
    pub(crate) folder: TempDir,
}

impl County {
    /// One sound child, one sound volunteer, three places of one township and the seat of another.
    pub(crate) fn sound() -> Self {
        let place = |code: &str, township: &str, village: &str, east: &str| {
            Cells::of(&[
                ("行政区划代码", code),
                ("乡镇", township),
                ("村", village),
                ("经度", east),
                ("纬度", "29.5"),
                ("坐标系", "WGS-84"),
            ])
        };
        Self {
            children: vec![sound_child("C1")],
            volunteers: vec![sound_volunteer("V1")],
            places: vec![
                place("990101101000", "甲镇", "", "109.40"),
                place("990101101201", "甲镇", "东村", "109.42"),
                place("990101101202", "甲镇", "西村", "109.38"),
                place("990101102000", "乙乡", "", "109.50"),
            ],
            pairs: Vec::new(),
            replies: Vec::new(),
            policy: None,
            options: LoadOptions {
                today: Some(date(2026, 11, 24)),
                period: Period::new(date(2026, 12, 1), date(2027, 6, 30)),
                ..LoadOptions::default()
            },
            folder: TempDir::new().expect("a temporary folder"),
        }
    }

    /// The sound county with its child changed.
    pub(crate) fn with_child(header: &str, cell: &str) -> Self {
        let mut county = Self::sound();
        county.children[0] = sound_child("C1").with(header, cell);
        county
    }

    /// The sound county with its volunteer changed.
    pub(crate) fn with_volunteer(header: &str, cell: &str) -> Self {
        let mut county = Self::sound();
        county.volunteers[0] = sound_volunteer("V1").with(header, cell);
        county
    }

    /// Writes every sheet that has rows.
    pub(crate) fn write(&self) {
        self.sheet("children.csv", &self.children);
        self.sheet("volunteers.csv", &self.volunteers);
        self.sheet("places.csv", &self.places);
        self.sheet("existing_pairs.csv", &self.pairs);
        self.sheet("replies.csv", &self.replies);
        if let Some(policy) = &self.policy {
            std::fs::write(self.folder.path().join("policy.toml"), policy).expect("written");
        }
    }

    fn sheet(&self, file: &str, rows: &[Cells]) {
        if rows.is_empty() {
            return;
        }
        let headers = headers_of(rows);
        let mut writer = csv::Writer::from_path(self.folder.path().join(file)).expect("created");
        writer.write_record(&headers).expect("written");
        for row in rows {
            let cells: Vec<&str> = headers.iter().map(|header| row.cell(header)).collect();
            writer.write_record(cells).expect("written");
        }
        writer.flush().expect("written");
    }

    /// The same sheets as one workbook, every cell as text.
    pub(crate) fn write_workbook(&self, path: &std::path::Path) {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheets = [
            ("儿童", &self.children),
            ("志愿者", &self.volunteers),
            ("地点", &self.places),
            ("已有结对", &self.pairs),
            ("答复", &self.replies),
        ];
        for (name, rows) in sheets.into_iter().filter(|(_, rows)| !rows.is_empty()) {
            let sheet = book.add_worksheet().set_name(name).expect("a sheet's name");
            for (column, header) in headers_of(rows).into_iter().enumerate() {
                sheet.write_string(0, column as u16, header).expect("written");
                for (row, cells) in rows.iter().enumerate() {
                    sheet.write_string(row as u32 + 1, column as u16, cells.cell(header)).expect("written");
                }
            }
        }
        book.save(path).expect("saved");
    }

    pub(crate) fn try_load(&self) -> Result<Loaded, InputError> {
        self.write();
        load(self.folder.path(), &self.options)
    }

    pub(crate) fn load(&self) -> Loaded {
        self.try_load().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The only child and what was told.
    pub(crate) fn child(&self) -> (Child, InputReport) {
        let mut loaded = self.load();
        (loaded.instance.children.pop().expect("the child loads"), loaded.report)
    }

    /// The only unit and what was told.
    pub(crate) fn volunteer(&self) -> (Volunteer, InputReport) {
        let mut loaded = self.load();
        (loaded.instance.volunteers.pop().expect("the volunteer loads"), loaded.report)
    }
}

/// The names of the rules that were told, in order.
pub(crate) fn told(report: &InputReport) -> Vec<String> {
    report.findings.iter().map(|finding| format!("{:?}", finding.rule)).collect()
}

/// The only finding of a rule.
pub(crate) fn only<'a>(report: &'a InputReport, rule: &str) -> &'a Finding {
    let mut found = report.findings.iter().filter(|finding| format!("{:?}", finding.rule) == rule);
    let first = found.next().unwrap_or_else(|| panic!("{rule} is told: {report}"));
    assert!(found.next().is_none(), "{rule} is told once: {report}");
    first
}
