//! Data flows one way: the imports of each layer are read from the sources and held against the design.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What each layer may import of ours. `main.rs` and `cli` join everything.
const ALLOWED: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("assignment", &[]),
    ("spreadsheet", &[]),
    ("files", &[]),
    ("secrets", &[]),
    ("input", &["model", "spreadsheet"]),
    ("candidates", &["model"]),
    ("scoring", &["model", "candidates"]),
    ("plan", &["model", "candidates", "scoring", "assignment", "spreadsheet", "files"]),
    ("explanation", &["model", "candidates", "scoring", "assignment", "plan"]),
    ("pipeline", &["model", "candidates", "scoring", "assignment", "plan"]),
    (
        "report",
        &[
            "model",
            "candidates",
            "scoring",
            "assignment",
            "plan",
            "explanation",
            "pipeline",
            "spreadsheet",
            "input",
            "store",
        ],
    ),
    ("store", &["model", "secrets", "input", "spreadsheet"]),
    (
        "runs",
        &[
            "model",
            "candidates",
            "scoring",
            "assignment",
            "plan",
            "explanation",
            "pipeline",
            "report",
            "input",
            "files",
            "secrets",
            "store",
        ],
    ),
    ("delivery", &["input", "store"]),
    ("http", &["model", "secrets", "input", "spreadsheet", "report", "store", "runs"]),
    ("synthetic", &["model", "spreadsheet", "input"]),
];

/// Crates that a layer must not know.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("model", &["serde", "serde_json", "toml", "csv", "sqlx", "axum", "rand"]),
    ("assignment", &["serde", "csv", "geo", "rstar", "jiff"]),
    ("candidates", &["serde", "csv", "calamine"]),
    ("scoring", &["serde", "csv"]),
    ("store", &["axum", "hyper", "schemars", "clap"]),
    ("runs", &["axum", "hyper", "schemars", "clap", "sqlx"]),
    ("delivery", &["axum", "sqlx", "clap"]),
    ("http", &["clap"]),
    ("secrets", &["sqlx", "axum", "serde"]),
];

fn sources(of: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(of).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The first path segment after each `crate::`, outside comments.
fn imports(text: &str, opening: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| {
        line.match_indices(opening).map(|(at, _)| line[at + opening.len()..].to_owned()).collect::<Vec<_>>()
    })
    .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
    .collect()
}

fn layer_of(file: &Path, src: &Path) -> String {
    let first = file.strip_prefix(src).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn no_layer_imports_upward() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&src);
    assert!(files.len() > 50, "the sources were found");
    let mut seen = BTreeSet::new();
    for file in files {
        let layer = layer_of(&file, &src);
        if matches!(layer.as_str(), "main" | "lib" | "cli") {
            continue;
        }
        let allowed = ALLOWED.iter().find(|(name, _)| *name == layer);
        let (_, allowed) =
            allowed.unwrap_or_else(|| panic!("{}: {layer} has no place in the design", file.display()));
        let text = std::fs::read_to_string(&file).unwrap();
        for import in imports(&text, "crate::") {
            let own = import == layer || import.is_empty();
            assert!(own || allowed.contains(&import.as_str()), "{} imports {import} upward", file.display());
        }
        seen.insert(layer);
    }
    for (layer, _) in ALLOWED {
        assert!(seen.contains(*layer), "{layer} is in the table but not in the tree");
    }
}

#[test]
fn the_core_does_not_know_the_edges_crates() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (layer, crates) in FORBIDDEN {
        for file in sources(&src.join(layer)) {
            let text = std::fs::read_to_string(&file).unwrap();
            for name in *crates {
                let known = imports(&text, "use ").contains(*name) || text.contains(&format!(" {name}::"));
                assert!(!known, "{} knows {name}", file.display());
            }
        }
    }
}
