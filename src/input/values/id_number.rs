//! 公民身份号码, GB 11643: six digits of address, eight of birth, three of sequence (odd = male), one check sign.
//!
//! In: the text of a cell, and what the other columns say of sex and birth. Out: the number with birth and sex.
//! Method: ISO 7064 MOD 11-2. Excel keeps only fifteen digits of a number: the spoiled forms (…000, E+17) are
//! told apart from slips of the pen, because their cure is another one.

use jiff::civil::Date;

use super::{Text, ValueProblem, half_width};
use crate::model::Private;
use crate::model::child::Sex;

/// A sound number and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdNumber {
    /// Eighteen signs, the last perhaps `X`.
    pub number: Private,
    /// Birth date.
    pub birth: Date,
    /// Sex.
    pub sex: Sex,
}

/// Reads and checks one number.
///
/// # Errors
/// Where it is no sound number of eighteen signs.
///
/// # Example
/// ```
/// use jiedui::input::values::id_number::parse_id_number;
/// use jiedui::model::child::Sex;
/// // The standard's own example.
/// assert_eq!(parse_id_number("11010519491231002x").unwrap().sex, Sex::Female);
/// ```
pub fn parse_id_number(text: &str) -> Result<IdNumber, ValueProblem> {
    let number: String = half_width(text)
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '\'' | '’' | '‘' | '"' | '`'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let bytes = number.as_bytes();
    if number.contains("E+") || number.contains('.') {
        return Err(spoiled_by_excel());
    }
    let body_is_digits = bytes.len() >= 15 && bytes[..bytes.len() - 1].iter().all(u8::is_ascii_digit);
    if bytes.len() == 15 && body_is_digits && bytes[14].is_ascii_digit() {
        return Err(old_number());
    }
    let last_fits = bytes.last().is_some_and(|sign| sign.is_ascii_digit() || *sign == b'X');
    if bytes.len() != 18 || !body_is_digits || !last_fits {
        return Err(not_eighteen());
    }
    if bytes[17] != check_sign(&bytes[..17]) {
        return Err(if number.ends_with("000") { spoiled_by_excel() } else { wrong_check_sign() });
    }
    // An Excel-spoiled number passes the check one time in eleven, and its sequence 00 is not given out.
    if number.ends_with("000") && bytes[14] == b'0' {
        return Err(spoiled_by_excel());
    }
    let field = |range: std::ops::Range<usize>| number[range].parse::<i16>().unwrap_or_default();
    let birth = Date::new(field(6..10), field(10..12) as i8, field(12..14) as i8)
        .ok()
        .filter(|birth| birth.year() >= 1900)
        .ok_or_else(impossible_birth)?;
    let sex = if bytes[16] % 2 == 1 { Sex::Male } else { Sex::Female };
    Ok(IdNumber { number: Private::new(number), birth, sex })
}

/// Compares the number with what the columns say of the person.
///
/// # Errors
/// Where sex or birth date differ.
pub fn agree(id: &IdNumber, sex: Option<Sex>, birth: Option<Date>) -> Result<(), ValueProblem> {
    let remedy = || {
        Text::fixed(
            "对照户口簿，改正身份证号或该栏",
            "correct the number or the column from the household register",
        )
    };
    if birth.is_some_and(|birth| birth != id.birth) {
        let cause = Text::fixed("身份证号与出生日期不符", "the ID number contradicts the birth date");
        return Err(ValueProblem::new(cause, remedy()));
    }
    if sex.is_some_and(|sex| sex != id.sex) {
        let cause = Text::fixed("身份证号与性别不符", "the ID number contradicts the sex");
        return Err(ValueProblem::new(cause, remedy()));
    }
    Ok(())
}

/// The check sign of the first seventeen digits.
pub fn check_sign(seventeen: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = seventeen
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight)
        .sum();
    b"10X98765432"[(sum % 11) as usize]
}

fn spoiled_by_excel() -> ValueProblem {
    ValueProblem::new(
        Text::fixed(
            "身份证号被 Excel 当作数字，后几位已丢失",
            "Excel took the ID number for a number and lost its last digits",
        ),
        Text::fixed(
            "先把该列设为“文本”格式，再重新录入号码",
            "format the column as text first, then enter the number again",
        ),
    )
}

fn old_number() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("十五位旧身份证号，已停用", "an old number of fifteen digits, no longer valid"),
        Text::fixed("改录现行十八位号码", "enter the present number of eighteen signs"),
    )
}

fn not_eighteen() -> ValueProblem {
    ValueProblem::new(
        Text::fixed(
            "身份证号不是十七位数字加一位校验码",
            "the ID number is not seventeen digits and a check sign",
        ),
        Text::fixed("对照证件重新录入十八位号码", "enter all eighteen signs again from the document"),
    )
}

fn wrong_check_sign() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("身份证号校验码不符，有一位录错", "the check sign does not fit: a digit is wrong"),
        Text::fixed("对照证件逐位核对", "compare with the document digit by digit"),
    )
}

fn impossible_birth() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("身份证号中的出生日期不存在", "the birth date inside the ID number does not exist"),
        Text::fixed("对照证件重新录入", "enter it again from the document"),
    )
}
