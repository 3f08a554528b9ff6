//! Cells that hold several things, and cells that hold one of a code list.

use super::{Text, ValueProblem, half_width, narrowed};

/// The items of a list parted by 、 ， , ； ; / or line breaks, trimmed, without blanks.
pub fn items(text: &str) -> Vec<String> {
    text.split(['、', '，', ',', '；', ';', '/', '／', '\n', '\r'])
        .map(half_width)
        .filter(|item| !item.is_empty() && item != "无")
        .collect()
}

/// The pieces between any of some separators, leaving brackets whole: `辅导（必需，线下）；陪伴` gives two.
pub fn pieces_outside_brackets(text: &str, separators: &[char]) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' | '（' | '[' | '【' => depth += 1,
            ')' | '）' | ']' | '】' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && separators.contains(&c) {
            pieces.push(String::new());
        } else if let Some(piece) = pieces.last_mut() {
            piece.push(c);
        }
    }
    pieces.iter().map(|piece| half_width(piece)).filter(|piece| !piece.is_empty()).collect()
}

/// Takes one trailing bracket off: `辅导(必需)` gives `辅导` and `必需`. Expects half-width text.
///
/// # Errors
/// Where brackets do not close or text follows them.
pub fn split_bracket(text: &str) -> Result<(&str, &str), ValueProblem> {
    let Some((head, rest)) = text.split_once('(') else {
        return if text.contains(')') { Err(open_bracket()) } else { Ok((text.trim(), "")) };
    };
    match rest.trim_end().strip_suffix(')') {
        Some(inside) if !inside.contains(['(', ')']) => Ok((head.trim(), inside.trim())),
        _ => Err(open_bracket()),
    }
}

/// Looks a word up in a code list; the problem names the words that would do.
///
/// # Errors
/// Where the word is not in the list.
pub fn one_of<T: Copy>(text: &str, codes: &[(T, &[&str])]) -> Result<T, ValueProblem> {
    let word = narrowed(text);
    let find = |word: &str| codes.iter().find(|(_, words)| words.contains(&word)).map(|(value, _)| *value);
    // Chinese words, which nearly all are, have no capitals.
    find(&word).or_else(|| find(&word.to_lowercase())).ok_or_else(|| {
        let first: Vec<&str> = codes.iter().filter_map(|(_, words)| words.first().copied()).collect();
        ValueProblem::new(
            Text::fixed("不在可选项之内", "not one of the words of this column"),
            Text::composed(
                format!("写其中之一：{}", first.join("、")),
                format!("write one of: {}", first.join(", ")),
            ),
        )
    })
}

fn open_bracket() -> ValueProblem {
    ValueProblem::new(
        Text::fixed("括号不成对", "a bracket is not closed"),
        Text::fixed(
            "补上括号，如“学业辅导：数学（必需）”",
            "close the bracket, as in 学业辅导：数学（必需）",
        ),
    )
}
