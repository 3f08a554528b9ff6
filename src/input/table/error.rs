//! Why a file is no table: place, cause and remedy, Chinese first. A message never shows a cell.

use std::fmt;

use super::{MOST_COLUMNS, MOST_RECORD_BYTES};

/// A file that could not be read as a table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct TableError {
    /// File name, of a workbook with `#` and the sheet's name where it is known.
    pub file: String,
    /// What is wrong.
    pub problem: TableProblem,
}

impl TableError {
    pub(super) fn new(file: &str, problem: TableProblem) -> Self {
        Self { file: file.to_owned(), problem }
    }
}

impl fmt::Display for TableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Words { cause_zh, cause_en, remedy_zh, remedy_en } = self.problem.words();
        let (place_zh, place_en) = match self.problem.row() {
            Some(row) => (format!("第{row}行"), format!("row {row}, ")),
            None => (String::new(), String::new()),
        };
        let file = &self.file;
        write!(f, "{file}{place_zh}：{cause_zh}；{remedy_zh} / {place_en}{cause_en}; {remedy_en}")
    }
}

/// What is wrong with a file. Rows are numbered as Excel shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableProblem {
    /// The system does not give the file.
    Unreadable {
        /// The system's word for it, without the path.
        reason: String,
    },
    /// Nothing in it.
    Empty,
    /// An `.xls`, or an `.xlsx` with a password.
    OldOrLocked,
    /// Named like a workbook, and none.
    NoWorkbook,
    /// A workbook whose parts cannot be read.
    BrokenWorkbook,
    /// More than a workbook may hold; which bound, in Chinese and English.
    TooLarge {
        /// Chinese.
        bound_zh: String,
        /// English.
        bound_en: String,
    },
    /// No sheet of the name.
    NoSheet {
        /// The names that would do.
        wanted: Vec<String>,
        /// The names there are.
        found: Vec<String>,
    },
    /// Bytes that are no text in the encoding of the file.
    Undecodable {
        /// The row.
        row: u32,
        /// The encoding.
        encoding: &'static str,
    },
    /// A record beyond all measure.
    RecordTooLong {
        /// Its row.
        row: u32,
    },
    /// A quote that nothing closes.
    OpenQuote {
        /// The row where the record begins.
        row: u32,
    },
    /// Something stands farther right than any table goes.
    TooManyColumns {
        /// The row.
        row: u32,
    },
    /// More cells than the header has.
    RowTooWide {
        /// The row.
        row: u32,
        /// Its cells.
        cells: usize,
        /// The header's.
        headers: usize,
    },
    /// No row that is a header of this kind of sheet.
    NoHeader {
        /// The known headers of the likeliest row.
        found: Vec<&'static str>,
        /// The first columns of the kind.
        wanted: Vec<&'static str>,
    },
    /// Two columns with one meaning.
    DuplicateHeader {
        /// The row of the header.
        row: u32,
        /// The column.
        header: &'static str,
        /// Where they stand, as Excel calls them.
        places: Vec<String>,
    },
}

/// Cause and remedy.
struct Words {
    cause_zh: String,
    cause_en: String,
    remedy_zh: String,
    remedy_en: String,
}

fn words(cause_zh: &str, cause_en: &str, remedy_zh: &str, remedy_en: &str) -> Words {
    Words {
        cause_zh: cause_zh.to_owned(),
        cause_en: cause_en.to_owned(),
        remedy_zh: remedy_zh.to_owned(),
        remedy_en: remedy_en.to_owned(),
    }
}

impl TableProblem {
    /// The row it concerns.
    pub fn row(&self) -> Option<u32> {
        match self {
            Self::Undecodable { row, .. }
            | Self::RecordTooLong { row }
            | Self::OpenQuote { row }
            | Self::TooManyColumns { row }
            | Self::RowTooWide { row, .. }
            | Self::DuplicateHeader { row, .. } => Some(*row),
            _ => None,
        }
    }

    pub(super) fn unreadable(error: &std::io::Error) -> Self {
        Self::Unreadable { reason: error.kind().to_string() }
    }

    pub(super) fn too_large(bound_zh: String, bound_en: String) -> Self {
        Self::TooLarge { bound_zh, bound_en }
    }

    fn words(&self) -> Words {
        match self {
            Self::Unreadable { .. }
            | Self::Empty
            | Self::OldOrLocked
            | Self::NoWorkbook
            | Self::BrokenWorkbook
            | Self::TooLarge { .. }
            | Self::NoSheet { .. } => self.words_of_file(),
            Self::NoHeader { .. } | Self::DuplicateHeader { .. } => self.words_of_header(),
            _ => self.words_of_row(),
        }
    }

    fn words_of_file(&self) -> Words {
        const SAVE_ZH: &str = "用 Excel 或 WPS 打开，另存为 .xlsx 或“CSV UTF-8”";
        const SAVE_EN: &str = "open it in Excel or WPS and save it as .xlsx or \"CSV UTF-8\"";
        match self {
            Self::Unreadable { reason } => Words {
                cause_zh: format!("文件打不开（{reason}）"),
                cause_en: format!("the file cannot be opened ({reason})"),
                remedy_zh: "核对文件名与权限，先在 Excel 中关闭它".to_owned(),
                remedy_en: "check its name and rights, and close it in Excel".to_owned(),
            },
            Self::Empty => words(
                "文件是空的",
                "the file is empty",
                "用 jiedui template 生成模板后填写",
                "write a template with `jiedui template` and fill it in",
            ),
            Self::OldOrLocked => words(
                "旧版 .xls，或加了密码",
                "an old .xls, or protected by a password",
                "去掉密码，另存为 .xlsx",
                "take the password off and save it as .xlsx",
            ),
            Self::NoWorkbook => words("不是 Excel 工作簿", "no Excel workbook", SAVE_ZH, SAVE_EN),
            Self::BrokenWorkbook => words("工作簿已损坏", "the workbook is broken", SAVE_ZH, SAVE_EN),
            Self::TooLarge { bound_zh, bound_en } => Words {
                cause_zh: format!("文件过大：{bound_zh}"),
                cause_en: format!("the file is too large: {bound_en}"),
                remedy_zh: "只保留名单，拆成几个文件，或另存为 CSV".to_owned(),
                remedy_en: "keep only the list, split it, or save it as CSV".to_owned(),
            },
            Self::NoSheet { wanted, found } => Words {
                cause_zh: format!("没有名为“{}”的工作表（现有：{}）", wanted.join("”“"), found.join("、")),
                cause_en: format!("no sheet named {} (there are: {})", wanted.join(", "), found.join(", ")),
                remedy_zh: "改工作表的名称".to_owned(),
                remedy_en: "rename the sheet".to_owned(),
            },
            _ => words("", "", "", ""),
        }
    }

    fn words_of_header(&self) -> Words {
        match self {
            Self::NoHeader { found, wanted } => Words {
                cause_zh: format!(
                    "前 {} 行中找不到表头（认出的列：{}）",
                    super::header::FIRST_ROWS,
                    if found.is_empty() { "无".to_owned() } else { found.join("、") }
                ),
                cause_en: format!(
                    "no header in the first {} rows (columns recognised: {})",
                    super::header::FIRST_ROWS,
                    if found.is_empty() { "none".to_owned() } else { found.join(", ") }
                ),
                remedy_zh: format!(
                    "第一行写列名，如：{} …，或用 jiedui template 生成模板",
                    wanted.join("、")
                ),
                remedy_en: format!(
                    "write column names such as {} into the first row, or start from `jiedui template`",
                    wanted.join(", ")
                ),
            },
            Self::DuplicateHeader { header, places, .. } => Words {
                cause_zh: format!("“{header}”有 {} 列（{}）", places.len(), places.join("、")),
                cause_en: format!("{} columns are \"{header}\" ({})", places.len(), places.join(", ")),
                remedy_zh: "只留一列，其余改名或删去".to_owned(),
                remedy_en: "keep one, rename or delete the others".to_owned(),
            },
            _ => words("", "", "", ""),
        }
    }

    fn words_of_row(&self) -> Words {
        match self {
            Self::Undecodable { encoding, .. } => Words {
                cause_zh: format!("有不属于 {encoding} 的字节"),
                cause_en: format!("bytes that are no {encoding} text"),
                remedy_zh: "用 Excel 打开核对该行，另存为“CSV UTF-8”".to_owned(),
                remedy_en: "check the row in Excel and save the file as \"CSV UTF-8\"".to_owned(),
            },
            Self::RecordTooLong { .. } => Words {
                cause_zh: format!("一行超过 {} KB", MOST_RECORD_BYTES >> 10),
                cause_en: format!("a row of more than {} KB", MOST_RECORD_BYTES >> 10),
                remedy_zh: "检查换行与成对的双引号".to_owned(),
                remedy_en: "check line breaks and that every quote is closed".to_owned(),
            },
            Self::OpenQuote { .. } => words(
                "双引号没有配对",
                "a quote is never closed",
                "补上或删去双引号；单元格内的双引号写两个",
                "close it or delete it; a quote inside a cell is written twice",
            ),
            Self::TooManyColumns { .. } => Words {
                cause_zh: format!("第 {MOST_COLUMNS} 列以外还有内容"),
                cause_en: format!("something stands beyond column {MOST_COLUMNS}"),
                remedy_zh: "删去表格右侧多余的列".to_owned(),
                remedy_en: "delete the columns right of the table".to_owned(),
            },
            Self::RowTooWide { cells, headers, .. } => Words {
                cause_zh: format!("有 {cells} 个单元格，表头只有 {headers} 列"),
                cause_en: format!("{cells} cells under {headers} headers"),
                remedy_zh: "含逗号的单元格加双引号，或改用“、”".to_owned(),
                remedy_en: "quote cells that hold a comma".to_owned(),
            },
            _ => words("", "", "", ""),
        }
    }
}
