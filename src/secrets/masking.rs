//! A name, phone or ID number → what may be seen of it without a reason.
//!
//! Longer values show more, never more than the rule says; short ones show nothing. Only what is empty stays empty: whether
//! there is a value at all may be known.

use super::text;

const STAR: &str = "*";
/// More stars than this tell only how long a name is.
const LONGEST_NAME: usize = 8;

/// The first character, and a star for each other: `张三丰` → `张**`. A single character is a star.
pub fn mask_name(name: &str) -> String {
    let characters: Vec<char> = name.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    match characters[..] {
        [] if name.trim().is_empty() => String::new(),
        [] | [_] => STAR.to_owned(),
        [first, ..] => format!("{first}{}", STAR.repeat((characters.len() - 1).min(LONGEST_NAME))),
    }
}

/// First three and last four of eleven digits or more: `138****1234`; from seven on the last two; of fewer nothing.
pub fn mask_phone(phone: &str) -> String {
    // Letters are counted too: an extension or a word in this column must not pass unmasked.
    let typed = text::letters_and_digits(phone);
    let digits = text::phone(phone);
    let plain = if typed.chars().all(|c| c.is_ascii_digit()) { digits.replace('+', "") } else { typed };
    match plain.chars().count() {
        11.. => keep(phone, &plain, 3, 4),
        7..=10 => keep(phone, &plain, 0, 2),
        _ => keep(phone, &plain, 0, 0),
    }
}

/// First two and last four of fifteen characters or more: `42************1234`; from eight on the last two (passports,
/// permits); of fewer nothing.
pub fn mask_id_number(number: &str) -> String {
    let plain = text::letters_and_digits(number).to_uppercase();
    match plain.chars().count() {
        15.. => keep(number, &plain, 2, 4),
        8..=14 => keep(number, &plain, 0, 2),
        _ => keep(number, &plain, 0, 0),
    }
}

/// The first letter and the host: `z***@example.org`.
pub fn mask_email(email: &str) -> String {
    let email = email.trim();
    match email.split_once('@') {
        _ if email.is_empty() => String::new(),
        Some((user, host)) if !host.contains('@') => {
            format!("{}{}@{host}", user.chars().next().unwrap_or('*'), STAR.repeat(3))
        }
        _ => STAR.to_owned(),
    }
}

fn keep(given: &str, plain: &str, head: usize, tail: usize) -> String {
    let characters: Vec<char> = plain.chars().collect();
    if characters.is_empty() {
        return if given.trim().is_empty() { String::new() } else { STAR.to_owned() };
    }
    let from = characters.len() - tail;
    let first: String = characters[..head].iter().collect();
    let last: String = characters[from..].iter().collect();
    format!("{first}{}{last}", STAR.repeat(from - head))
}

/// Marks without width, and those that turn the direction of writing: a name must not begin with one.
fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
