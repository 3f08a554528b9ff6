//! One-time codes and recovery codes: good for a short time, and once.

use std::collections::BTreeSet;

use jiedui::secrets::{KeyTextError, RecoveryCodes, Totp};
use secrecy::ExposeSecret;

use super::dice;

/// RFC 6238: the code of second 59 (step 1) for its secret.
const SECRET: &str = "gezd gnbv gy3t qojq gezd gnbv gy3t qojq";
const CODE: &str = "287082";

#[test]
fn a_code_is_good_in_its_step_and_one_to_either_side() {
    let totp = Totp::from_base32(SECRET).unwrap();
    for seconds in 0..=200 {
        let near = (seconds / 30_u64).abs_diff(1) <= 1;
        assert_eq!(totp.verify(CODE, seconds, None), near.then_some(1), "at {seconds}");
    }
}

#[test]
fn a_code_is_good_once_and_no_older_one_after_it() {
    let totp = Totp::from_base32(SECRET).unwrap();
    assert_eq!(totp.verify(CODE, 59, Some(0)), Some(1));
    assert_eq!(totp.verify(CODE, 59, Some(1)), None, "used");
    assert_eq!(totp.verify(CODE, 59, Some(2)), None, "a later one was used");
}

#[test]
fn codes_are_read_as_people_type_them_and_no_other_way() {
    let totp = Totp::from_base32(SECRET).unwrap();
    assert_eq!(totp.verify(" 287 082 ", 59, None), Some(1));
    assert_eq!(totp.verify("２８７０８２", 59, None), Some(1));
    for wrong in ["", "28708", "2870820", "287083", "+287082", "abcdef"] {
        assert_eq!(totp.verify(wrong, 59, None), None, "{wrong}");
    }
    assert_eq!(totp.verify(CODE, u64::MAX, None), None, "the end of time does not overflow");
}

#[test]
fn the_address_for_apps_escapes_names() {
    let totp = Totp::from_base32(SECRET).unwrap();
    assert_eq!(
        totp.uri("li@x&y", "结对").expose_secret(),
        "otpauth://totp/%E7%BB%93%E5%AF%B9:li%40x%26y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
         &issuer=%E7%BB%93%E5%AF%B9&algorithm=SHA1&digits=6&period=30"
    );
}

#[test]
fn a_secret_of_another_length_or_alphabet_is_refused() {
    assert_eq!(Totp::from_base32("GEZDGNBV").unwrap_err(), KeyTextError::Length { bytes: 5 });
    assert_eq!(Totp::from_base32("1111").unwrap_err(), KeyTextError::Characters);
    let fresh = Totp::generate(&mut dice(1));
    let again = Totp::from_base32(fresh.to_base32().expose_secret()).unwrap();
    assert_eq!(again.to_base32().expose_secret(), fresh.to_base32().expose_secret());
}

#[test]
fn each_recovery_code_is_found_by_its_hash_and_then_gone() {
    let codes = RecoveryCodes::generate(&mut dice(2));
    let mut hashes = codes.hashes();
    assert_eq!(codes.expose().collect::<BTreeSet<_>>().len(), RecoveryCodes::COUNT);
    assert_eq!(hashes.len(), 10);
    for (at, code) in codes.expose().enumerate() {
        assert_eq!(code.len(), 19);
        assert_eq!(RecoveryCodes::find(code, &codes.hashes()), Some(at));
        assert_eq!(RecoveryCodes::find(&code.to_uppercase().replace('-', " "), &hashes), Some(0));
        assert!(hashes.iter().all(|hash| !hash.contains(&code.replace('-', ""))));
        hashes.remove(0);
        assert_eq!(RecoveryCodes::find(code, &hashes), None, "used");
    }
    assert_eq!(RecoveryCodes::find("", &codes.hashes()), None);
}
