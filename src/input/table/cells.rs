//! Cells of a workbook as the text that a person sees in them.

use std::fmt::Write as _;

use calamine::{DataRef, ExcelDateTime};

/// Whole numbers have no decimals (of an ID number that Excel rounded, all digits with the zeros it left), dates are
/// `YYYY-MM-DD`, truth values 是 and 否. A formula's error is shown, so that the reader of the column refuses it.
pub(super) fn text_of(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(moment) => moment_text(*moment),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.strip_suffix("T00:00:00").unwrap_or(text).to_owned()
        }
        DataRef::Error(error) => error.to_string(),
    }
}

fn number_text(number: f64) -> String {
    // Display of a float writes all digits and no exponent; above 2^53 these are the digits of the rounded value.
    if number == 0.0 { "0".to_owned() } else { number.to_string() }
}

fn moment_text(moment: ExcelDateTime) -> String {
    let days = moment.as_f64();
    if moment.is_duration() || (0.0..1.0).contains(&days) {
        let minutes = (days * 1440.0).round() as i64;
        return format!("{:02}:{:02}", minutes / 60, minutes % 60);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) != (0, 0, 0, 0) {
        let _ = write!(text, " {hour:02}:{minute:02}");
    }
    text
}
