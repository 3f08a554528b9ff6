//! Masking shows what its rule says, and never more.

use jiedui::secrets::masking::{mask_id_number, mask_name, mask_phone};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

#[test]
fn usual_values_show_what_the_rule_says() {
    for (name, masked) in
        [("张三丰", "张**"), ("王五", "王*"), ("王", "*"), ("", ""), (" ", ""), ("阿卜·买买提", "阿*****")]
    {
        assert_eq!(mask_name(name), masked, "{name}");
    }
    for (phone, masked) in [
        ("13800001234", "138****1234"),
        ("+86 138-0000-1234", "138****1234"),
        ("１３８００００１２３４", "138****1234"),
        ("0718-0001234", "071****1234"),
        ("8200012", "*****12"),
        ("110", "***"),
        ("", ""),
        ("  ", ""),
        ("-", "*"),
    ] {
        assert_eq!(mask_phone(phone), masked, "{phone}");
    }
    for (number, masked) in [
        ("420000201501011234", "42************1234"),
        ("42000020150101123x", "42************123X"),
        ("420000150101123", "42*********1123"),
        ("E00000012", "*******12"),
        ("E000001", "*******"),
        ("", ""),
        ("无", "*"),
    ] {
        assert_eq!(mask_id_number(number), masked, "{number}");
    }
}

/// How many characters at the head and the tail are no star, and whether all between are.
fn shown(masked: &str) -> (usize, usize, bool) {
    let characters: Vec<char> = masked.chars().collect();
    let head = characters.iter().take_while(|c| **c != '*').count();
    let tail = characters.iter().rev().take_while(|c| **c != '*').count();
    let between = characters.len().saturating_sub(head + tail);
    (head, tail, characters.iter().skip(head).take(between).all(|c| *c == '*'))
}

proptest! {
    #[test]
    fn no_value_shows_more_than_its_rule_allows(value in "\\PC{0,24}") {
        prop_assert_eq!(mask_name(&value).is_empty(), value.trim().is_empty());
        prop_assert_eq!(mask_phone(&value).is_empty(), value.trim().is_empty());
        prop_assert_eq!(mask_id_number(&value).is_empty(), value.trim().is_empty());
        for (masked, head, tail) in [(mask_name(&value), 1, 0), (mask_phone(&value), 3, 4), (mask_id_number(&value), 2, 4)] {
            if masked.is_empty() || value.contains('*') {
                continue;
            }
            let (first, last, stars) = shown(&masked);
            prop_assert!(stars && first <= head && last <= tail && masked.contains('*'), "{} of {}", masked, value);
        }
    }

    #[test]
    fn numbers_hide_at_least_four_digits_or_all(number in "[0-9]{1,24}") {
        for masked in [mask_phone(&number), mask_id_number(&number)] {
            let stars = masked.chars().filter(|c| *c == '*').count();
            prop_assert!(stars >= 4 || stars == masked.len(), "{} of {}", masked, number);
        }
    }
}
