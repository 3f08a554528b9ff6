//! Sealed fields and wrapped keys open in their own place, whole, and with their own keys; in every other case they do not.

use jiedui::secrets::envelope::wrapped_by;
use jiedui::secrets::{DataKey, HeldKey, IndexKey, Keyring, Place, SecretError};
use proptest::prelude::{prop_assert_eq, prop_assert_ne, proptest};

use super::{KEY, NAME, dice};

proptest! {
    #[test]
    fn what_was_sealed_opens_in_its_place_and_is_new_each_time(text in ".{0,60}", seed: u64) {
        let rng = &mut dice(seed);
        let key = DataKey::generate(rng);
        let (first, second) = (key.seal(NAME, &text, rng), key.seal(NAME, &text, rng));
        prop_assert_eq!(first.len(), text.len() + 41);
        prop_assert_ne!(&first, &second);
        prop_assert_eq!(key.open(NAME, &first), Ok(text.clone()));
        prop_assert_eq!(key.open(NAME, &second), Ok(text));
    }

    /// Few letters and short names, so that places often differ only in where one name ends and the next begins.
    #[test]
    fn stored_bytes_open_in_no_other_place(
        here in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"],
        there in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"],
    ) {
        let place = |[table, id, column]: &[String; 3]| {
            (table.clone(), id.clone(), column.clone())
        };
        let ((t, i, c), (u, j, d)) = (place(&here), place(&there));
        let here = Place { table: &t, id: &i, column: &c };
        let there = Place { table: &u, id: &j, column: &d };
        let rng = &mut dice(1);
        let (keyring, key) = (Keyring::generate(rng), DataKey::generate(rng));
        let (sealed, wrapped) = (key.seal(here, "13800000000", rng), keyring.wrap(&key, here, rng));
        prop_assert_eq!(key.open(there, &sealed).is_ok(), here == there);
        prop_assert_eq!(keyring.unwrap(&wrapped, there).is_ok(), here == there);
    }

    #[test]
    fn bytes_of_any_kind_never_panic(bytes: Vec<u8>) {
        let rng = &mut dice(2);
        let (keyring, key) = (Keyring::generate(rng), DataKey::generate(rng));
        assert!(key.open(NAME, &bytes).is_err());
        assert!(keyring.unwrap(&bytes, KEY).is_err());
        assert!(keyring.rewrap(&bytes, KEY, rng).is_err());
    }
}

#[test]
fn names_joined_otherwise_are_another_place() {
    let rng = &mut dice(3);
    let key = DataKey::generate(rng);
    let sealed = key.seal(Place { table: "a", id: "bc", column: "d" }, "王", rng);
    for (table, id, column) in [("ab", "c", "d"), ("a", "b", "cd"), ("", "abc", "d"), ("a", "bcd", "")] {
        assert_eq!(key.open(Place { table, id, column }, &sealed), Err(SecretError::Refused));
    }
}

#[test]
fn every_single_changed_bit_is_refused() {
    let rng = &mut dice(4);
    let (keyring, key, held) = (Keyring::generate(rng), DataKey::generate(rng), HeldKey::generate(rng));
    let index = IndexKey::generate(rng);
    let stored = [
        key.seal(NAME, "欧阳小明", rng),
        keyring.wrap(&key, KEY, rng),
        keyring.wrap_held(&held, KEY, rng),
        keyring.wrap_index(&index, KEY, rng),
    ];
    let opens = |which: usize, bytes: &[u8]| match which {
        0 => key.open(NAME, bytes).is_ok(),
        1 => keyring.unwrap(bytes, KEY).is_ok(),
        2 => keyring.unwrap_held(bytes, KEY).is_ok(),
        _ => keyring.unwrap_index(bytes, KEY).is_ok(),
    };
    for (which, bytes) in stored.iter().enumerate() {
        assert!(opens(which, bytes));
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!opens(which, &changed), "value {which}, bit {bit}");
        }
    }
}

#[test]
fn every_shorter_and_every_longer_value_is_refused() {
    let rng = &mut dice(5);
    let key = DataKey::generate(rng);
    let sealed = key.seal(NAME, "王小燕", rng);
    for end in 0..sealed.len() {
        assert!(key.open(NAME, &sealed[..end]).is_err(), "{end} bytes");
    }
    assert_eq!(key.open(NAME, &sealed[..40]), Err(SecretError::TooShort { bytes: 40 }));
    assert!(key.open(NAME, &[sealed.as_slice(), &[0]].concat()).is_err());
}

#[test]
fn an_unknown_cipher_is_told_by_its_number() {
    let rng = &mut dice(6);
    let key = DataKey::generate(rng);
    let mut sealed = key.seal(NAME, "王小燕", rng);
    sealed[0] = 2;
    assert_eq!(key.open(NAME, &sealed), Err(SecretError::UnknownAlgorithm { algorithm: 2 }));
}

#[test]
fn one_persons_key_opens_nothing_of_another() {
    let rng = &mut dice(7);
    let (hers, his) = (DataKey::generate(rng), DataKey::generate(rng));
    let sealed = hers.seal(NAME, "王小燕", rng);
    assert_eq!(his.open(NAME, &sealed), Err(SecretError::Refused));
}

#[test]
fn a_key_of_one_kind_is_never_taken_for_another() {
    let rng = &mut dice(8);
    let keyring = Keyring::generate(rng);
    let held = keyring.wrap_held(&HeldKey::generate(rng), KEY, rng);
    assert_eq!(keyring.unwrap(&held, KEY).err(), Some(SecretError::WrongKind));
    assert_eq!(keyring.unwrap_index(&held, KEY).err(), Some(SecretError::WrongKind));
    // Nor does relabelling help: the kind chooses the derivation and is authenticated.
    let mut relabelled = held;
    relabelled[0] = 1;
    assert_eq!(keyring.unwrap(&relabelled, KEY).err(), Some(SecretError::Refused));
}

#[test]
fn a_rotation_opens_old_and_new_and_leaves_fields_alone() {
    let rng = &mut dice(9);
    let keyring = Keyring::generate(rng);
    let first = keyring.current_id();
    let (old_key, held, index) = (DataKey::generate(rng), HeldKey::generate(rng), IndexKey::generate(rng));
    let name = old_key.seal(NAME, "王小燕", rng);
    let concern = held.seal(NAME, "关切", rng);
    let phone = index.phone("13800000000");
    let old = [
        keyring.wrap(&old_key, KEY, rng),
        keyring.wrap_held(&held, KEY, rng),
        keyring.wrap_index(&index, KEY, rng),
    ];

    let keyring = keyring.with_new_current(rng);
    assert_ne!(keyring.current_id(), first);
    assert_eq!(keyring.unwrap(&old[0], KEY).unwrap().open(NAME, &name).unwrap(), "王小燕");
    let new = keyring.wrap(&DataKey::generate(rng), KEY, rng);
    assert!(keyring.unwrap(&new, KEY).is_ok());
    assert_eq!((keyring.awaits_rewrap(&old[0]), keyring.awaits_rewrap(&new)), (Ok(true), Ok(false)));

    let moved = old.clone().map(|wrapped| keyring.rewrap(&wrapped, KEY, rng).unwrap());
    let keyring = keyring.retire(first).unwrap();
    assert_eq!(keyring.unwrap(&moved[0], KEY).unwrap().open(NAME, &name).unwrap(), "王小燕");
    assert_eq!(keyring.unwrap_held(&moved[1], KEY).unwrap().open(NAME, &concern).unwrap(), "关切");
    assert_eq!(keyring.unwrap_index(&moved[2], KEY).unwrap().phone("13800000000"), phone);
    for wrapped in &moved {
        assert_eq!(wrapped_by(wrapped), Ok(keyring.current_id()));
    }
    assert_eq!(keyring.unwrap(&old[0], KEY).err(), Some(SecretError::MissingKey { id: first }));
}

#[test]
fn without_the_old_key_the_missing_id_is_named() {
    let rng = &mut dice(10);
    let (theirs, ours) = (Keyring::generate(rng), Keyring::generate(rng));
    let wrapped = theirs.wrap(&DataKey::generate(rng), KEY, rng);
    let error = ours.unwrap(&wrapped, KEY).unwrap_err();
    assert_eq!(error, SecretError::MissingKey { id: theirs.current_id() });
    assert!(error.to_string().contains(&theirs.current_id().to_string()));
}
