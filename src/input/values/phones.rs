//! Phone numbers: mobile and landline, as people dial them inside China.

use super::{Text, ValueProblem, half_width};
use crate::model::Private;

/// Reads a mobile number of eleven digits or a landline with its area code; +86, spaces and dashes may stand.
///
/// # Errors
/// Where the digits are no such number.
pub fn parse_phone(text: &str) -> Result<Private, ValueProblem> {
    let text = half_width(text);
    if text.contains(['E', 'e']) {
        return Err(ValueProblem::new(
            Text::fixed(
                "电话被 Excel 写成科学计数",
                "Excel turned the phone number into scientific notation",
            ),
            Text::fixed("把该列设为“文本”格式后重新录入", "format the column as text, then enter it again"),
        ));
    }
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let mut digits: String =
        text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '—' | '\'')).collect();
    for prefix in ["+86", "0086"] {
        if let Some(rest) = digits.strip_prefix(prefix) {
            digits = String::from(rest);
        }
    }
    if digits.len() == 13 && digits.starts_with("861") {
        digits.drain(..2);
    }
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let mobile = digits.len() == 11 && digits.starts_with('1') && digits.as_bytes()[1] >= b'3';
    let landline = (7..=12).contains(&digits.len()) && !digits.starts_with('1');
    if all_digits && (mobile || landline) {
        Ok(Private::new(digits))
    } else {
        Err(ValueProblem::new(
            Text::fixed("电话号码位数不对", "the phone number has the wrong number of digits"),
            Text::fixed(
                "写11位手机号，或带区号的座机",
                "write a mobile number of 11 digits, or a landline with its area code",
            ),
        ))
    }
}
