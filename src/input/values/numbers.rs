//! Numbers and yes/no cells.

use super::{Text, ValueProblem, half_width};

/// Reads a whole number within bounds; `3.0`, `3户`, `60分钟` and full-width digits count.
///
/// # Errors
/// Where the text is no whole number or lies outside the bounds; the remedy names them.
pub fn parse_whole(text: &str, least: u32, most: u32) -> Result<u32, ValueProblem> {
    const UNITS: [&str; 12] = ["分钟", "min", "户", "名", "个", "人", "家", "岁", "分", "km", "公里", "%"];
    let text = half_width(text).to_lowercase();
    let bare = UNITS.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text).trim();
    let bare = bare
        .split_once('.')
        .map_or(bare, |(whole, rest)| if rest.bytes().all(|byte| byte == b'0') { whole } else { bare });
    let problem = |cause| {
        ValueProblem::new(
            cause,
            Text::composed(
                format!("写 {least} 至 {most} 之间的整数"),
                format!("write a whole number from {least} to {most}"),
            ),
        )
    };
    let digits = bare.strip_prefix('-').unwrap_or(bare);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(problem(Text::fixed("不是整数", "this is no whole number")));
    }
    match bare.parse::<u32>() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        _ => Err(problem(Text::fixed("数值超出范围", "the number is out of range"))),
    }
}

/// Reads a decimal number within bounds.
///
/// # Errors
/// Where the text is no finite number or lies outside the bounds; the remedy names them.
pub fn parse_decimal(text: &str, least: f64, most: f64) -> Result<f64, ValueProblem> {
    const UNITS: [&str; 4] = ["公里", "千米", "km", "°"];
    let text = half_width(text).to_lowercase();
    let bare = UNITS.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(&text).trim();
    let problem = |cause| {
        ValueProblem::new(
            cause,
            Text::composed(
                format!("写 {least} 至 {most} 之间的数"),
                format!("write a number from {least} to {most}"),
            ),
        )
    };
    match bare.parse::<f64>() {
        Ok(number) if !number.is_finite() => Err(problem(Text::fixed("不是数", "this is no number"))),
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) => Err(problem(Text::fixed("数值超出范围", "the number is out of range"))),
        Err(_) => Err(problem(Text::fixed("不是数", "this is no number"))),
    }
}

/// Reads 是/否 and its kin.
///
/// # Errors
/// Where the text is neither.
pub fn parse_yes_no(text: &str) -> Result<bool, ValueProblem> {
    match half_width(text).to_lowercase().as_str() {
        "是" | "有" | "对" | "√" | "✓" | "✔" | "y" | "yes" | "true" | "1" => Ok(true),
        "否" | "无" | "没有" | "不" | "不是" | "×" | "✗" | "n" | "no" | "false" | "0" => Ok(false),
        _ => Err(ValueProblem::new(
            Text::fixed("既不是“是”也不是“否”", "neither yes nor no"),
            Text::fixed("写“是”或“否”", "write 是 or 否"),
        )),
    }
}
