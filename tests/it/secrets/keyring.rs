//! The key file: read as documented, written as read, and its faults told by line without a byte of a key.

use jiedui::secrets::keyring::{LineFault, RetireError};
use jiedui::secrets::{DataKey, KeyTextError, Keyring, KeyringError, MasterKey};
use proptest::prelude::{any, proptest};
use secrecy::ExposeSecret;

use super::{KEY, dice};

/// 00 … 1f and 20 … 3f.
const FIRST: &str = "01c69e19 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const FIRST_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND_KEY: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";

fn second() -> String {
    format!("{} {SECOND_KEY}", MasterKey::from_base64(SECOND_KEY).unwrap().id())
}

fn fault(text: &str) -> (usize, LineFault) {
    match Keyring::parse(text).unwrap_err() {
        KeyringError::Line { line, fault } => (line, fault),
        KeyringError::Empty => panic!("a line was at fault"),
    }
}

#[test]
fn the_first_key_of_a_file_is_current_and_the_others_are_kept() {
    let text = format!("\u{feff}# 主密钥\r\n\r\n{FIRST}\r\n# old\r\n  {}  \r\n", second());
    let keyring = Keyring::parse(&text).unwrap();
    assert_eq!(keyring.current_id().to_string(), "01c69e19");
    assert_eq!(keyring.ids().count(), 2);
}

#[test]
fn an_environment_variable_says_the_same_on_one_line() {
    let value = format!("{}, {}", second().replace(' ', ":"), FIRST.replace(' ', ":"));
    let keyring = Keyring::parse_environment(&value).unwrap();
    assert_eq!(keyring.current_id(), MasterKey::from_base64(SECOND_KEY).unwrap().id());
    assert_eq!(keyring.ids().count(), 2);
    assert_eq!(Keyring::parse_environment("").unwrap_err(), KeyringError::Empty);
}

#[test]
fn a_written_keyring_reads_back_with_the_same_keys() {
    let rng = &mut dice(1);
    let keyring = Keyring::generate(rng).with_new_current(rng).with_new_current(rng);
    let again = Keyring::parse(keyring.to_text().expose_secret()).unwrap();
    assert_eq!(again.current_id(), keyring.current_id());
    assert_eq!(again.ids().collect::<Vec<_>>(), keyring.ids().collect::<Vec<_>>());
    let wrapped = keyring.wrap(&DataKey::generate(rng), KEY, rng);
    assert!(again.unwrap(&wrapped, KEY).is_ok());
    assert_eq!(again.to_text().expose_secret(), keyring.to_text().expose_secret());
}

#[test]
fn each_fault_is_told_by_line_and_kind() {
    let actual = MasterKey::from_base64(SECOND_KEY).unwrap().id();
    let first = MasterKey::from_base64(FIRST_KEY).unwrap().id();
    assert_eq!(Keyring::parse("# nothing\n\n").unwrap_err(), KeyringError::Empty);
    assert_eq!(fault(&format!("# a\n{FIRST_KEY}")), (2, LineFault::Shape));
    assert_eq!(fault(&format!("{FIRST_KEY} 01c69e19")), (1, LineFault::Id));
    assert_eq!(fault(&FIRST.replace("01c6", "01xx")), (1, LineFault::Id));
    assert_eq!(fault("01c69e19 AAEC*w=="), (1, LineFault::Key(KeyTextError::Characters)));
    assert_eq!(fault("01c69e19 AAEC"), (1, LineFault::Key(KeyTextError::Length { bytes: 3 })));
    assert_eq!(fault(&format!("01c69e19 {SECOND_KEY}")), (1, LineFault::OtherId { actual }));
    let twice = LineFault::Twice { id: first, first: 1 };
    assert_eq!(fault(&format!("{FIRST}\n{}\n{FIRST}", second())), (3, twice));
    let zeros = format!("01c69e19 {}=", "A".repeat(43));
    assert_eq!(fault(&zeros), (1, LineFault::Placeholder));
}

#[test]
fn keys_of_other_lengths_and_alphabets_are_refused() {
    assert_eq!(MasterKey::from_hex("00").unwrap_err(), KeyTextError::Length { bytes: 1 });
    assert_eq!(MasterKey::from_hex(&"zz".repeat(32)).unwrap_err(), KeyTextError::Characters);
    assert_eq!(MasterKey::from_base64(&FIRST_KEY[..40]).unwrap_err(), KeyTextError::Length { bytes: 30 });
}

#[test]
fn the_current_key_and_an_unknown_one_cannot_be_retired() {
    let rng = &mut dice(2);
    let keyring = Keyring::generate(rng);
    let id = keyring.current_id();
    assert_eq!(keyring.retire(id).unwrap_err(), RetireError::Current { id });
    assert_eq!(Keyring::generate(rng).retire(id).unwrap_err(), RetireError::Unknown { id });
}

proptest! {
    /// The file is damaged in one place, or its parts change places; the message must not carry six characters of a key.
    #[test]
    fn no_message_repeats_a_part_of_a_key(at in 0_usize..107, with in any::<char>(), swapped: bool, one_line: bool) {
        let other = second();
        let mut characters: Vec<char> = format!("{FIRST}\n{other}").chars().collect();
        characters[at] = with;
        let text: String = characters.into_iter().collect();
        let text = if swapped { text.split(' ').rev().collect::<Vec<_>>().join(" ") } else { text };
        let parsed = if one_line { Keyring::parse_environment(&text) } else { Keyring::parse(&text) };
        let told = match parsed {
            Ok(keyring) => format!("{keyring:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        for key in [FIRST_KEY, SECOND_KEY] {
            for from in 0..key.len() - 6 {
                assert!(!told.contains(&key[from..from + 6]), "{told}");
            }
        }
    }
}
