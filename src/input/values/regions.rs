//! Division codes: twelve digits as text, or the shorter official forms; spoiled by Excel in known ways.

use super::{Text, ValueProblem, half_width};
use crate::model::RegionCode;

/// Reads a code of 2, 4, 6, 9 or 12 digits. `422827.0` is a code that Excel took for a number and is read;
/// `4.22827E+11` has lost digits and is refused.
///
/// # Errors
/// Where the text is no such code.
pub fn parse_region(text: &str) -> Result<RegionCode, ValueProblem> {
    let text = half_width(text);
    let text = text.trim_matches(|c| matches!(c, '\'' | '"' | '’' | '‘' | '`'));
    if text.contains(['E', 'e']) && text.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(ValueProblem::new(
            Text::fixed(
                "区划代码被 Excel 写成科学计数，位数已丢失",
                "Excel turned the code into scientific notation and lost digits",
            ),
            Text::fixed(
                "把该列设为“文本”格式后重新录入",
                "format the column as text, then enter the code again",
            ),
        ));
    }
    let digits =
        text.split_once('.').filter(|(_, rest)| rest.bytes().all(|b| b == b'0')).map_or(text, |(d, _)| d);
    RegionCode::parse(digits).filter(|code| code.as_str() > "1").ok_or_else(|| {
        ValueProblem::new(
            Text::fixed("不是行政区划代码", "this is no division code"),
            Text::fixed(
                "写6位（县）、9位（乡镇）或12位（村）数字，如 422827100000",
                "write 6 digits (county), 9 (township) or 12 (village), such as 422827100000",
            ),
        )
    })
}
