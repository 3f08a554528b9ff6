//! Empty sheets to fill in: headers in Chinese, and one row of an invented person to show how.
//!
//! The example is marked by 示例 in its number (of a place: in its township). The reader skips the row and lists it
//! among the skipped, so a sheet in which it was left standing still loads. In the workbook all cells are text, which
//! keeps Excel from rounding ID numbers, and a last sheet explains every column.

use rust_xlsxwriter::{Color, DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::rows::{cell, render};
use crate::input::columns::{self, Column};

/// A sheet of the template.
#[derive(Clone, Copy, Debug)]
pub struct TemplateSheet {
    /// File name as CSV.
    pub file: &'static str,
    /// Name of the sheet in the workbook.
    pub name: &'static str,
    /// What it is for, Chinese and English.
    pub purpose: (&'static str, &'static str),
    /// Its columns.
    pub columns: &'static [Column],
}

/// Every sheet. Only the first two are needed.
pub const SHEETS: [TemplateSheet; 5] = [
    TemplateSheet {
        file: "children.csv",
        name: "儿童",
        purpose: ("每行一名儿童，必需", "a row a child; needed"),
        columns: columns::children::ALL,
    },
    TemplateSheet {
        file: "volunteers.csv",
        name: "志愿者",
        purpose: ("每行一名成年人，必需", "a row an adult; needed"),
        columns: columns::volunteers::ALL,
    },
    TemplateSheet {
        file: "places.csv",
        name: "地点",
        purpose: (
            "乡镇与村的坐标，人员表没有坐标时需要",
            "where townships and villages are; needed where people have no coordinates",
        ),
        columns: columns::places::ALL,
    },
    TemplateSheet {
        file: "existing_pairs.csv",
        name: "已有结对",
        purpose: ("已在结对、指定或已结束的", "pairs that are alive, set, or over"),
        columns: columns::existing_pairs::ALL,
    },
    TemplateSheet {
        file: "replies.csv",
        name: "答复",
        purpose: ("对建议的答复", "how people answered proposals"),
        columns: columns::replies::ALL,
    },
];

/// File name of the workbook.
pub const WORKBOOK: &str = "结对名单.xlsx";
/// Name of the sheet that explains the columns.
pub const NOTES: &str = "填写说明";

/// A sheet as CSV: headers and the example.
pub fn csv(sheet: &TemplateSheet) -> Vec<u8> {
    render(sheet.columns, std::slice::from_ref(sheet), |sheet, _| {
        sheet.columns.iter().map(|column| cell(column, column.example)).collect()
    })
    .concat()
}

/// All sheets and their notes as one workbook. The same bytes on every machine and day.
///
/// # Panics
/// Never: every name, size and text is fixed here and within the bounds of the format.
pub fn workbook() -> Vec<u8> {
    workbook_of(&SHEETS)
}

/// Some of the sheets and their notes as one workbook.
///
/// # Panics
/// Never, as [`workbook`].
pub fn workbook_of(sheets: &[TemplateSheet]) -> Vec<u8> {
    written(sheets).expect("the template is within the bounds of the format")
}

fn written(sheets: &[TemplateSheet]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The crate would take the day from the clock.
    let made = ExcelDateTime::from_ymd(2026, 11, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    for sheet in sheets {
        write_sheet(workbook.add_worksheet(), sheet)?;
    }
    write_notes(workbook.add_worksheet(), sheets)?;
    workbook.save_to_buffer()
}

fn header_format() -> Format {
    Format::new().set_bold().set_background_color(Color::RGB(0x00DD_EBF7))
}

fn write_sheet(worksheet: &mut Worksheet, sheet: &TemplateSheet) -> Result<(), XlsxError> {
    let text = Format::new().set_num_format("@");
    let example = Format::new().set_num_format("@").set_italic().set_font_color(Color::RGB(0x007F_7F7F));
    worksheet.set_name(sheet.name)?.set_freeze_panes(1, 0)?;
    for (place, column) in (0u16..).zip(sheet.columns) {
        let widest = column.zh.chars().count().max(column.example.chars().count());
        worksheet.set_column_format(place, &text)?;
        worksheet.set_column_width(place, (2 * widest).clamp(10, 40) as f64)?;
        worksheet.write_string_with_format(0, place, column.zh, &header_format())?;
        worksheet.write_string_with_format(1, place, column.example, &example)?;
    }
    Ok(())
}

fn write_notes(worksheet: &mut Worksheet, sheets: &[TemplateSheet]) -> Result<(), XlsxError> {
    let headers =
        [("工作表", 12.0), ("列", 18.0), ("说明", 44.0), ("示例", 44.0), ("column", 26.0), ("note", 60.0)];
    worksheet.set_name(NOTES)?.set_freeze_panes(1, 0)?;
    for (place, (header, width)) in (0u16..).zip(headers) {
        worksheet.set_column_width(place, width)?;
        worksheet.write_string_with_format(0, place, header, &header_format())?;
    }
    let of_sheet = |sheet: &TemplateSheet| [sheet.name, "", sheet.purpose.0, "", sheet.file, sheet.purpose.1];
    let of_column = |sheet: &TemplateSheet, column: &Column| {
        [sheet.name, column.zh, column.note_zh, column.example, column.key, column.note_en]
    };
    let example_row = [
        "",
        "",
        "编号以“示例”开头的行，以及地点表中“示例镇”的行是示例，读入时略过，填写时请删去",
        "",
        "",
        "rows with a number that begins with 示例, and places in 示例镇, are examples: they are skipped, and should be deleted",
    ];
    let mut lines = vec![example_row];
    for sheet in sheets {
        lines.push(of_sheet(sheet));
        lines.extend(sheet.columns.iter().map(|column| of_column(sheet, column)));
    }
    for (row, line) in (1u32..).zip(lines) {
        for (place, cell) in (0u16..).zip(line) {
            worksheet.write_string(row, place, cell)?;
        }
    }
    Ok(())
}
