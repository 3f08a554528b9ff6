//! Published vectors, and the stored formats computed once by another program (plain Python after the drafts and RFCs, itself
//! checked against the published vectors). When one of these fails, data stored by an earlier version no longer opens.

use data_encoding::{BASE64, HEXLOWER};
use jiedui::secrets::{
    Cipher, DataKey, HeldKey, IndexKey, Keyring, MasterKey, Password, RecoveryCodes, SecretError, Token,
    Totp, XChaCha,
};
use secrecy::ExposeSecret;

use super::{Counting, KEY, NAME};

/// 00 01 … 1f, what [`Counting`] draws first.
const MASTER: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}

fn counting_keyring() -> Keyring {
    Keyring::of(MasterKey::from_hex(MASTER).unwrap())
}

/// draft-irtf-cfrg-xchacha-03, appendix A.3.1.
#[test]
fn xchacha20_poly1305_gives_the_bytes_of_the_draft() {
    let key: [u8; 32] = std::array::from_fn(|i| 0x80 + u8::try_from(i).unwrap());
    let nonce: [u8; 24] = std::array::from_fn(|i| 0x40 + u8::try_from(i).unwrap());
    let additional = hex("50515253c0c1c2c3c4c5c6c7");
    let plaintext = b"Ladies and Gentlemen of the class of '99: \
        If I could offer you only one tip for the future, sunscreen would be it.";
    let expected = hex(
        "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39\
         ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9\
         21f9664c97637da9768812f615c68b13b52ec0875924c1c7987947deafd8780acf49",
    );
    assert_eq!(XChaCha.seal(&key, &nonce, &additional, plaintext), expected);
    assert_eq!(XChaCha.open(&key, &nonce, &additional, &expected).unwrap().as_slice(), plaintext);
    assert_eq!(XChaCha.open(&key, &nonce, b"", &expected), Err(SecretError::Refused));
}

#[test]
fn a_master_key_has_the_same_id_in_every_spelling() {
    let bytes = hex(MASTER);
    assert_eq!(counting_keyring().current_id().to_string(), "01c69e19");
    assert_eq!(MasterKey::from_hex(&MASTER.to_uppercase()).unwrap().id().to_string(), "01c69e19");
    assert_eq!(MasterKey::from_base64(&BASE64.encode(&bytes)).unwrap().id().to_string(), "01c69e19");
    assert_eq!(MasterKey::generate(&mut Counting(0)).id().to_string(), "01c69e19");
}

#[test]
fn wrapped_keys_and_fields_are_written_as_documented() {
    let keyring = counting_keyring();
    let body = "0101c69e1901404142434445464748494a4b4c4d4e4f5051525354555657";
    let (person, held, index) = (
        format!(
            "{body}62be0fb95884b26b0cd858f3dea3be9adf49de737642a96d7148e7b8ba1382612fe0c0ea935a50ebc596dcadd3261123"
        ),
        format!(
            "02{}32c630deee29ca92366927d5c6d06f4027bad2a74abf987be4c0927fe201b21697ea0c26c70fca1de8a50e5fdb180eec",
            &body[2..]
        ),
        format!(
            "03{}69fe6c05eb797b8765d7231098a1957bc9af1f8cb05269d9c97793d41016186b8419b4c97255b063d5ce400c7e4eb318",
            &body[2..]
        ),
    );
    let field = "0158595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f4ca07866e35e3a812482a87f862c123b8f777d07dae77c1fc2";

    let mut rng = Counting(32);
    let key = DataKey::generate(&mut rng);
    assert_eq!(HEXLOWER.encode(&keyring.wrap(&key, KEY, &mut rng)), person);
    assert_eq!(HEXLOWER.encode(&key.seal(NAME, "张三丰", &mut rng)), field);
    assert_eq!(keyring.unwrap(&hex(&person), KEY).unwrap().open(NAME, &hex(field)).unwrap(), "张三丰");

    let mut rng = Counting(32);
    let key = HeldKey::generate(&mut rng);
    assert_eq!(HEXLOWER.encode(&keyring.wrap_held(&key, KEY, &mut rng)), held);

    let mut rng = Counting(32);
    let key = IndexKey::generate(&mut rng);
    assert_eq!(HEXLOWER.encode(&keyring.wrap_index(&key, KEY, &mut rng)), index);
}

#[test]
fn indexes_tags_and_hashes_are_those_of_another_program() {
    let index = IndexKey::generate(&mut Counting(0));
    assert_eq!(index.phone("13800000000"), "dc7e71d858ae45695bcab97d4b37b2df");
    // The specimen number printed in GB 11643, nobody's.
    assert_eq!(index.id_number("11010519491231002X"), "6d9d9ee4f1ba38fde111738de1f9b4a9");

    let keyring = counting_keyring();
    assert_eq!(HEXLOWER.encode(&keyring.cursor_mac().mac(b"page 2")), "a3a6ee3a01e5308d49a4ef7e9db94853");
    assert_eq!(HEXLOWER.encode(&keyring.csrf_mac().mac(b"page 2")), "31e88ba28b3ba8a0656f9e1832bdce04");

    let token = Token::generate(&mut Counting(0));
    assert_eq!(token.expose(), "000g40r40m30e209185gr38e1w8124gk");
    let hash = "8e402293617bee369b304da9f7314307fd4d0f818e5c677c02e52254010b422a";
    assert_eq!(Token::hash(token.expose()), hash);

    let codes = RecoveryCodes::generate(&mut Counting(0));
    assert_eq!(codes.expose().next().unwrap(), "000g-40r4-0m30-e209");
    assert_eq!(codes.hashes()[0], "35fcdb2655cf8c1eae4dbfdd520e5470b9f579cce791a6e0329cd7dcd35fef0e");
}

/// RFC 6238, appendix B, SHA-1: its eight digits end in our six.
#[test]
fn one_time_codes_are_those_of_rfc_6238() {
    let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"; // "12345678901234567890"
    let totp = Totp::from_base32(secret).unwrap();
    assert_eq!(totp.to_base32().expose_secret(), secret);
    for (seconds, eight_digits) in [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ] {
        assert_eq!(totp.verify(&eight_digits[2..], seconds, None), Some(seconds / 30), "at {seconds}");
        assert_eq!(totp.verify(eight_digits, seconds, None), None, "eight digits are not six");
    }
}

/// The test suite of Argon2's reference implementation: 256 KiB, two passes, one lane.
#[test]
fn argon2id_gives_the_hash_of_the_reference_implementation() {
    let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    assert!(Password::verify("password", stored));
    assert!(!Password::verify("passwore", stored));
}
