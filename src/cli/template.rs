//! `jiedui template`: empty sheets for an office to fill in, as five CSV files or with `--xlsx` as one workbook, and
//! beside them `policy.toml` with every rule as it holds by default.
//!
//! CSV or a workbook, because a folder with both would be refused when it is read: nobody could say which of them
//! holds the people. Every file is written aside and renamed; a file that exists is never touched, since it may
//! already hold people.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::input::policy::{self, DEFAULT_PRESET};
use crate::input::write::template;

/// Where the rules stand beside the sheets.
const POLICY: &str = "policy.toml";

/// 生成空白名单 / Make empty sheets to fill in
#[derive(Debug, Args)]
pub struct TemplateArguments {
    /// 写到哪个文件夹，没有则新建 / The folder to write to; made where it is missing
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
    /// 写成一个 Excel 工作簿，附填写说明 / One Excel workbook with notes, in place of CSV files
    #[arg(long)]
    pub xlsx: bool,
}

/// Writes the sheets: all of them, or none.
///
/// # Errors
/// Where one of the files exists, or the folder cannot be written.
pub fn run(arguments: &TemplateArguments) -> anyhow::Result<ExitCode> {
    let mut files = if arguments.xlsx {
        vec![(template::WORKBOOK, template::workbook())]
    } else {
        template::SHEETS.iter().map(|sheet| (sheet.file, template::csv(sheet))).collect()
    };
    let rules = policy::preset(DEFAULT_PRESET).context("没有默认规则 / there are no default rules")?;
    files.push((POLICY, rules.as_bytes().to_vec()));
    let folder = &arguments.out;
    fs::create_dir_all(folder).with_context(|| {
        format!("建不了文件夹 {0}，请换一处 / cannot make the folder {0}: choose another", folder.display())
    })?;
    let targets: Vec<Target> =
        files.into_iter().map(|(name, bytes)| Target::new(folder, name, bytes)).collect();
    for path in targets.iter().flat_map(|target| [&target.path, &target.aside]) {
        refuse_existing(path)?;
    }
    put_all(&targets)?;
    let mut terminal = io::stdout().lock();
    for target in &targets {
        writeln!(terminal, "已生成 / wrote {}", target.path.display())?;
    }
    writeln!(
        terminal,
        "示例行读入时略过，填写时请删去；CSV 中的身份证号列先设为文本再录入，或改用 --xlsx / the example row is skipped \
         when read, delete it as you fill in; in CSV format the ID-number column as text first, or use --xlsx"
    )?;
    Ok(ExitCode::SUCCESS)
}

/// A file to be written, and where it stands until it is complete.
struct Target {
    path: PathBuf,
    aside: PathBuf,
    bytes: Vec<u8>,
}

impl Target {
    fn new(folder: &Path, name: &str, bytes: Vec<u8>) -> Self {
        Self { path: folder.join(name), aside: folder.join(format!("{name}.part")), bytes }
    }

    fn write_aside(&self) -> io::Result<()> {
        let mut out = File::create_new(&self.aside)?;
        out.write_all(&self.bytes)?;
        out.sync_all()
    }
}

/// A link that leads nowhere counts as a file: renaming would replace it.
fn refuse_existing(path: &Path) -> anyhow::Result<()> {
    anyhow::ensure!(
        fs::symlink_metadata(path).is_err(),
        "{0} 已存在，不会覆盖；请移走它，或用 --out 另选文件夹 / {0} exists and is not overwritten: move it away, or \
         name another folder with --out",
        path.display()
    );
    Ok(())
}

/// Writes every file aside, then renames them one by one. After a failure nothing of this run is left.
fn put_all(targets: &[Target]) -> anyhow::Result<()> {
    let mut made: Vec<&Path> = Vec::new();
    let outcome = put_each(targets, &mut made);
    if outcome.is_err() {
        for path in made {
            // The first error is the one to report.
            let _ = fs::remove_file(path);
        }
    }
    outcome
}

/// Keeps account in `made` of every path that this run brought into being.
fn put_each<'a>(targets: &'a [Target], made: &mut Vec<&'a Path>) -> anyhow::Result<()> {
    let failed = |path: &Path| format!("写不了 {0} / cannot write {0}", path.display());
    for target in targets {
        match target.write_aside() {
            // Somebody else made it since it was looked for, so it is theirs.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => refuse_existing(&target.aside)?,
            written => {
                made.push(&target.aside);
                written.with_context(|| failed(&target.aside))?;
            }
        }
    }
    for target in targets {
        refuse_existing(&target.path)?;
        fs::rename(&target.aside, &target.path).with_context(|| failed(&target.path))?;
        made.push(&target.path);
    }
    Ok(())
}
