//! The policy file: what it means, and what it refuses.

use jiedui::input::policy::{PRESETS, parse, preset};

#[test]
fn presets_parse_and_differ_from_each_other() {
    let policies: Vec<_> = PRESETS
        .iter()
        .map(|(name, ..)| {
            let file = parse(preset(name).unwrap(), name).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(file.policy.name, *name);
            file.policy
        })
        .collect();
    for (position, policy) in policies.iter().enumerate() {
        for other in &policies[..position] {
            assert_ne!(policy.exchange, other.exchange);
            assert_ne!(policy.travel, other.travel);
            assert_eq!(policy.classes, other.classes);
        }
    }
    assert!(preset("no-such").is_none());
}
