//! The two sheets that hold people: their columns, their column of numbers, their names in a workbook.

use super::columns::{self, Column};
use super::table::{Sheet, TableError, TableFile, read_file};

/// What a sheet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    /// A child a row.
    Children,
    /// An adult a row.
    Volunteers,
}

impl SheetKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Children, Self::Volunteers];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::Volunteers => "volunteers",
        }
    }

    /// The kind of a stable word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its columns, in the order of the template.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Children => columns::children::ALL,
            Self::Volunteers => columns::volunteers::ALL,
        }
    }

    /// The column of numbers.
    pub const fn id(self) -> &'static Column {
        match self {
            Self::Children => &columns::children::ID,
            Self::Volunteers => &columns::volunteers::ID,
        }
    }

    /// Names the sheet may have in a workbook; the first is that of the template.
    pub const fn sheet_names(self) -> &'static [&'static str] {
        match self {
            Self::Children => &["儿童", "儿童名单", "儿童信息", "children"],
            Self::Volunteers => &["志愿者", "志愿者名单", "志愿者信息", "volunteers"],
        }
    }

    /// Reads the sheet of a file.
    ///
    /// # Errors
    /// Where the file is no table of this kind.
    pub fn read(self, file: TableFile<'_>) -> Result<Sheet, TableError> {
        read_file(file, self.columns(), self.sheet_names())
    }
}
