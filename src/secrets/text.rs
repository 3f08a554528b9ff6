//! What people type → one spelling of it.

/// The ASCII character of a full-width one (`１` → `1`, `Ｘ` → `X`), any other as it is.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => u32::from(c).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// Letters and digits alone, half-width: no spaces, hyphens, or the invisible marks that come along from chat programs.
pub(super) fn letters_and_digits(text: &str) -> String {
    text.chars().map(half_width).filter(|c| c.is_alphanumeric()).collect()
}

/// A phone number in one spelling: digits; of a Chinese one without `+86`, of any other with its `+` and country code.
pub(super) fn phone(text: &str) -> String {
    let typed: String = text.chars().map(half_width).collect();
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let plus = typed.chars().find(|c| c.is_ascii_digit() || *c == '+') == Some('+');
    let abroad = if plus { Some(digits.as_str()) } else { digits.strip_prefix("00") };
    match (abroad, digits.strip_prefix("86")) {
        (Some(number), _) => match number.strip_prefix("86") {
            Some(number) => at_home(number),
            None => format!("+{number}"),
        },
        // Without plus or zeros, 86 is the country's code only before a whole mobile number.
        (None, Some(number)) if is_mobile(number) => number.to_owned(),
        (None, _) => digits,
    }
}

/// A number that stood behind `+86`: mobiles as they are, area codes with the 0 that is left out there.
fn at_home(number: &str) -> String {
    if number.is_empty() || is_mobile(number) || number.starts_with('0') {
        number.to_owned()
    } else {
        format!("0{number}")
    }
}

/// Whether these digits are a whole Chinese mobile number.
pub(super) fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && digits.bytes().all(|b| b.is_ascii_digit())
}

/// An ID number in one spelling: upper case, no separators; the old numbers of 15 digits as the 18 they became.
pub(super) fn id_number(text: &str) -> String {
    let plain = letters_and_digits(text).to_uppercase();
    if plain.len() == 15 && plain.bytes().all(|b| b.is_ascii_digit()) { of_eighteen(&plain) } else { plain }
}

/// GB 11643: the year of birth gains its century, and a check character (ISO 7064, MOD 11-2) is added.
fn of_eighteen(fifteen: &str) -> String {
    const WEIGHT: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let mut number = format!("{}19{}", &fifteen[..6], &fifteen[6..]);
    let sum: u32 = number.bytes().zip(WEIGHT).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    number.push(char::from(CHECK[(sum % 11) as usize]));
    number
}
