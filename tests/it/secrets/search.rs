//! Blind indexes, tags and tokens: equal for what is equal, different for all else.

use jiedui::secrets::{IndexKey, Keyring, Token};
use proptest::prelude::{Just, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::dice;

fn full_width(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xfee0).unwrap() } else { c })
        .collect()
}

proptest! {
    /// Mobile numbers as people write them: the oracle is the bare number.
    #[test]
    fn a_mobile_number_has_one_index_however_it_is_written(
        number in "1[3-9][0-9]{9}",
        prefix in prop_oneof![Just(""), Just("+86"), Just("+86 "), Just("0086-"), Just("(+86)"), Just("86 ")],
        between in prop_oneof![Just(""), Just(" "), Just("-"), Just("－"), Just("\u{a0}"), Just("\u{202d}"), Just("—")],
        wide: bool,
    ) {
        let index = IndexKey::generate(&mut dice(1));
        let written = format!("{prefix}{}{between}{}{between}{}", &number[..3], &number[3..7], &number[7..]);
        let written = if wide { full_width(&written) } else { written };
        prop_assert_eq!(index.phone(&written), index.phone(&number), "{}", written);
    }

    #[test]
    fn an_id_number_has_one_index_however_it_is_written(
        number in "[1-9][0-9]{16}[0-9X]",
        between in prop_oneof![Just(""), Just(" "), Just("-"), Just("\u{200b}"), Just("　")],
        wide: bool,
        lower: bool,
    ) {
        let index = IndexKey::generate(&mut dice(1));
        let written = format!("{}{between}{}{between}{}", &number[..6], &number[6..14], &number[14..]);
        let written = if lower { written.to_lowercase() } else { written };
        let written = if wide { full_width(&written) } else { written };
        prop_assert_eq!(index.id_number(&written), index.id_number(&number), "{}", written);
    }

    #[test]
    fn different_numbers_and_kinds_have_different_indexes(one in "1[0-9]{10}", other in "1[0-9]{10}") {
        let index = IndexKey::generate(&mut dice(1));
        prop_assert_eq!(index.phone(&one) == index.phone(&other), one == other);
        prop_assert!(index.phone(&one) != index.id_number(&one));
        prop_assert!(index.phone(&one) != IndexKey::generate(&mut dice(2)).phone(&one));
    }

    #[test]
    fn a_tag_is_good_for_its_bytes_and_its_use_alone(bytes: Vec<u8>, other: Vec<u8>, bit in 0_usize..128) {
        let keyring = Keyring::generate(&mut dice(3));
        let (cursor, csrf) = (keyring.cursor_mac(), keyring.csrf_mac());
        let mut tag = cursor.mac(&bytes);
        prop_assert!(cursor.verify(&bytes, &tag));
        prop_assert!(!csrf.verify(&bytes, &tag));
        prop_assert_eq!(cursor.verify(&other, &tag), other == bytes);
        prop_assert!(!cursor.verify(&bytes, &tag[..15]));
        tag[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!cursor.verify(&bytes, &tag));
    }
}

/// The specimen number printed in GB 11643, and what it would have been before 1999.
#[test]
fn an_id_number_of_fifteen_digits_is_the_eighteen_it_became() {
    let index = IndexKey::generate(&mut dice(4));
    assert_eq!(index.id_number("110105491231002"), index.id_number("11010519491231002X"));
    assert_ne!(index.id_number("110105491231003"), index.id_number("11010519491231002X"));
}

#[test]
fn land_lines_and_foreign_numbers_have_one_index_each() {
    let index = IndexKey::generate(&mut dice(5));
    let same = |one: &str, other: &str| index.phone(one) == index.phone(other);
    assert!(same("0718-0000000", "+86 718 0000000"));
    assert!(same("0718 0000000", "0086 (0718) 0000000"));
    assert!(same("+44 20 0000 0000", "0044 2000000000"));
    assert!(!same("+1 380 000 0000", "13800000000"[1..].trim()), "another country is another number");
    assert!(!same("+1 3800000000", "13800000000"), "nor is a foreign number ours without its plus");
}

#[test]
fn nothing_has_no_index() {
    let index = IndexKey::generate(&mut dice(6));
    for empty in ["", "  ", "-", "无", "+"] {
        assert_eq!(index.phone(empty), "", "{empty:?}");
    }
    assert_eq!(index.id_number(" - "), "");
}

#[test]
fn tags_outlive_a_rotation_until_their_key_is_retired() {
    let rng = &mut dice(7);
    let keyring = Keyring::generate(rng);
    let first = keyring.current_id();
    let tag = keyring.cursor_mac().mac(b"page 2");
    let keyring = keyring.with_new_current(rng);
    assert_ne!(keyring.cursor_mac().mac(b"page 2"), tag);
    assert!(keyring.cursor_mac().verify(b"page 2", &tag));
    assert!(!keyring.retire(first).unwrap().cursor_mac().verify(b"page 2", &tag));
}

#[test]
fn a_token_is_known_by_its_hash_however_it_is_typed() {
    let rng = &mut dice(8);
    for token in [Token::generate(rng), Token::generate_api_key(rng)] {
        let (text, hash) = (token.expose(), Token::hash(token.expose()));
        assert_eq!(text.trim_start_matches("jd_").len(), 32);
        assert!(Token::matches(text, &hash));
        assert!(Token::matches(
            &format!(" {} ", text.to_uppercase().replace('0', "O").replace('1', "l")),
            &hash
        ));
        assert!(!Token::matches(&text[1..], &hash));
        assert!(!Token::matches(text, ""));
        assert!(!Token::matches(Token::generate(rng).expose(), &hash));
        assert!(!hash.contains(&text[3..]));
    }
    assert!(Token::generate_api_key(rng).expose().starts_with("jd_"));
}
