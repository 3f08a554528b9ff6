//! Nothing that holds a secret can be printed or copied: a known key is looked for in all that is printed.

use std::fmt::{Debug, Display};

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER, HEXUPPER};
use jiedui::secrets::{DataKey, HeldKey, IndexKey, Keyring, Mac, MasterKey, RecoveryCodes, Token, Totp};

use super::Counting;

/// What [`Counting`] draws from here: a1 a2 … c0.
const START: u8 = 0xa1;

fn assert_silent(what: &dyn Debug, also: &[&str]) {
    let bytes: Vec<u8> = (0..32).map(|i| START + i).collect();
    for printed in [format!("{what:?}"), format!("{what:#?}")] {
        let flat: String = printed.chars().filter(|c| !c.is_whitespace()).collect();
        for pair in bytes.windows(2) {
            assert!(!flat.contains(&format!("{},{}", pair[0], pair[1])), "{printed}");
        }
        for three in bytes.windows(3) {
            for spelt in [HEXLOWER.encode(three), HEXUPPER.encode(three), BASE64.encode(three)] {
                assert!(!flat.contains(&spelt), "{printed}");
            }
        }
        assert!(!flat.contains(&BASE32_NOPAD.encode(&bytes[..5])), "{printed}");
        assert!(also.iter().all(|text| !flat.contains(text)), "{printed}");
    }
}

#[test]
fn debug_output_of_no_type_holds_a_byte_of_its_secret() {
    let rng = || Counting(START);
    assert_silent(&MasterKey::generate(&mut rng()), &[]);
    assert_silent(&DataKey::generate(&mut rng()), &[]);
    assert_silent(&HeldKey::generate(&mut rng()), &[]);
    assert_silent(&IndexKey::generate(&mut rng()), &[]);
    let keyring = Keyring::generate(&mut rng());
    assert_silent(&keyring, &[]);
    assert_silent(&keyring.cursor_mac(), &[]);
    assert_silent(&keyring.to_text(), &[]);
    let totp = Totp::generate(&mut rng());
    assert_silent(&totp, &[]);
    assert_silent(&totp.uri("wang", "jiedui"), &["otpauth"]);
    assert_silent(&totp.to_base32(), &[]);
    let token = Token::generate(&mut rng());
    assert_silent(&token, &[&token.expose()[..6]]);
    let codes = RecoveryCodes::generate(&mut rng());
    assert_silent(&codes, &codes.expose().map(|code| &code[..4]).collect::<Vec<_>>());
}

/// Holds for every type in one way, and for those that are `$trait` in a second: then the name is ambiguous and this file
/// does not compile.
macro_rules! assert_never {
    ($trait:path: $($type:ty),+) => {
        const _: () = {
            trait Ambiguous<A> {
                fn here() {}
            }
            struct Second;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + $trait> Ambiguous<Second> for T {}
            $(let _ = <$type as Ambiguous<_>>::here;)+
        };
    };
}

assert_never!(Clone: MasterKey, DataKey, HeldKey, IndexKey, Keyring, Mac, Totp, Token, RecoveryCodes);
assert_never!(Display: MasterKey, DataKey, HeldKey, IndexKey, Keyring, Mac, Totp, Token, RecoveryCodes);
