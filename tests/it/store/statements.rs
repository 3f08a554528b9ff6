//! One text for both databases: every statement is prepared on both, and none is forgotten.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiedui::store::Store;

use super::ground::{Ground, on_both, runtime};

#[test]
fn every_statement_prepares() {
    on_both(|ground| async move {
        let store = ground.open().await;
        assert!(store.prepare_every_statement().await.unwrap() >= Store::statement_files().count());
        store.close().await;
    });
}

#[test]
fn every_statement_prepares_under_another_collation() {
    let ground = Ground::postgres("LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C.UTF-8'");
    runtime().block_on(async {
        let store = ground.open().await;
        store.prepare_every_statement().await.unwrap();
        store.close().await;
    });
}

fn sources(of: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(of).unwrap().fold(Vec::new(), |mut found, entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
        found
    })
}

#[test]
fn every_file_with_statements_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let listed: BTreeSet<String> = Store::statement_files().map(|file| file.replace("::", "/")).collect();
    let declaring: BTreeSet<String> = sources(&folder)
        .into_iter()
        .filter(|path| {
            let text = std::fs::read_to_string(path).unwrap();
            text.lines().any(|line| line.starts_with("statements! {"))
        })
        .map(|path| {
            let relative = path.strip_prefix(&folder).unwrap().with_extension("");
            relative.to_string_lossy().into_owned()
        })
        .collect();
    assert_eq!(
        listed, declaring,
        "left: what every_statement.rs lists; right: files that declare statements"
    );
}
