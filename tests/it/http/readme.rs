//! The lines of the READMEs about the server, executed as they are printed.

use std::path::Path;
use std::process::Command;

use crate::postgres::Cluster;
use crate::served::{Place, Served};

/// Stands between the outputs of two commands.
const MARK: &str = "@@@";

/// Commands of the second block of a section, each with the lines it is said to print.
fn commands(text: &str, heading: &str) -> Vec<(String, Vec<String>)> {
    let section = text.split_once(heading).unwrap().1;
    let block = section.split("```console\n").nth(2).unwrap().split("```").next().unwrap();
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => found.push((command.to_owned(), Vec::new())),
            None => found.last_mut().unwrap().1.push(line.to_owned()),
        }
    }
    found
}

/// Whether a line is the printed one, `…` standing for anything.
fn is_as_printed(line: &str, printed: &str) -> bool {
    let mut parts = printed.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

fn runs_as_printed(readme: &str, heading: &str, place: impl FnOnce(&Path) -> Place) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join(readme)).unwrap();
    let commands = commands(&text, heading);
    assert!(commands.len() > 8, "the block was found");
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&place(folder.path()));
    let mut script = "set -euo pipefail\n".to_owned();
    for (command, _) in &commands {
        // The port is the one thing that differs: several tests run at once.
        let command = command.replace("http://127.0.0.1:8080", &served.url);
        let command = command.replace("docs/", &format!("{}/docs/", root.display()));
        for part in [&command, "\necho\necho ", MARK, "\n"] {
            script.push_str(part);
        }
    }
    let token = served.setup_token.clone().unwrap();
    let output = Command::new("bash").args(["-c", &script]).env("TOKEN", token).current_dir(&folder).output();
    let output = output.expect("bash runs");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for ((command, printed), said) in commands.iter().zip(said.split(MARK)) {
        let said: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        let same = said.len() == printed.len()
            && said.iter().zip(printed).all(|(said, printed)| is_as_printed(said, printed));
        assert!(same, "{command}\nprinted: {printed:#?}\nsaid: {said:#?}");
    }
    assert!(served.stop());
}

/// The READMEs, each with its section about the server.
const READMES: [(&str, &str); 2] = [("README.md", "## Serve\n"), ("README.zh-CN.md", "## 启动服务\n")];

#[test]
fn the_readmes_lines_work_as_printed() {
    for (readme, heading) in READMES {
        runs_as_printed(readme, heading, Place::sqlite);
    }
}

#[test]
fn the_readmes_lines_work_as_printed_over_postgresql() {
    for (readme, heading) in READMES {
        runs_as_printed(readme, heading, |folder| Place::postgres(folder, Cluster::shared().database("")));
    }
}
