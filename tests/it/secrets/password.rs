//! Which passwords are taken, and that only the right one is verified.

use jiedui::secrets::{Password, PasswordFault, PasswordRule};

use super::dice;

#[test]
fn a_hash_verifies_its_password_alone() {
    let rng = &mut dice(1);
    let (first, second) =
        (Password::hash("爱心妈妈们的春天 8", rng), Password::hash("爱心妈妈们的春天 8", rng));
    assert!(first.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    assert_ne!(first, second, "each has its own salt");
    assert!(
        Password::verify("爱心妈妈们的春天 8", &first) && Password::verify("爱心妈妈们的春天 8", &second)
    );
    assert!(!Password::verify("爱心妈妈们的春天 9", &first));
    assert!(!Password::verify("", &first));
}

#[test]
fn nobody_has_the_password_of_a_damaged_string() {
    let good = Password::hash("correct horse battery", &mut dice(2));
    for damaged in [
        "",
        "$argon2id$",
        "correct horse battery",
        &good[..good.len() - 44],
        &good.replace("argon2id", "md5"),
    ] {
        assert!(!Password::verify("correct horse battery", damaged), "{damaged}");
    }
    assert!(!Password::dummy_verify("correct horse battery"));
}

#[test]
fn long_unusual_passwords_are_taken() {
    for password in ["correct horse battery", "夏天的风吹过山岗上的麦田", "x7#kQ2!mZp", "  spaces count  "]
    {
        assert_eq!(PasswordRule::check(password, "wangfang"), Ok(()), "{password}");
    }
    assert_eq!(PasswordRule::check(&"风吹麦浪起山歌又一年了吗".repeat(10), "wangfang"), Ok(()));
}

#[test]
fn length_counts_characters_not_bytes() {
    assert_eq!(PasswordRule::check("夏天的风吹过山岗上", "w"), Err(PasswordFault::TooShort));
    assert_eq!(PasswordRule::check("夏天的风吹过山岗上的", "w"), Ok(()));
    let long = |n: usize| "x7#kQ2!mZp夏天的风".chars().cycle().take(n).collect::<String>();
    assert_eq!(PasswordRule::check(&long(128), "w"), Ok(()));
    assert_eq!(PasswordRule::check(&long(129), "w"), Err(PasswordFault::TooLong));
}

#[test]
fn what_everybody_tries_first_is_refused() {
    for password in [
        "password123",
        "PassWord123",
        "ｐａｓｓｗｏｒｄ１２３",
        "1234567890",
        "0987654321",
        "abcdefghijkl",
        "aaaaaaaaaaaa",
        "123123123123",
        "woaini1314520",
        "qwertyuiop",
        "13800000000",
    ] {
        assert_eq!(PasswordRule::check(password, "wangfang"), Err(PasswordFault::Common), "{password}");
    }
}

#[test]
fn the_login_with_little_added_is_refused() {
    for password in ["wangfang-lf", "WangFang1234", "2024wangfang", "gnafgnaw123", "wangfangwangfang"] {
        assert_eq!(PasswordRule::check(password, "wangfang"), Err(PasswordFault::LikeLogin), "{password}");
    }
    assert_eq!(PasswordRule::check("laifeng-fulian", "laifeng-fulian"), Err(PasswordFault::LikeLogin));
    assert_eq!(PasswordRule::check("the hills of wangfang", "wangfang"), Ok(()));
}

#[test]
fn each_refusal_speaks_chinese_first_and_english() {
    use PasswordFault::{Common, LikeLogin, TooLong, TooShort};
    for fault in [TooShort, TooLong, Common, LikeLogin] {
        assert_eq!(fault.to_string(), format!("{} / {}", fault.chinese(), fault.english()));
        assert!(!fault.chinese().is_ascii() && fault.english().is_ascii());
    }
}
