//! `jiedui template`: empty sheets to fill in, with Chinese headers and an example row.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;

use crate::files::{Files, write_folder};
use crate::input::policy;
use crate::input::write::template::{SHEETS, WORKBOOK, csv, workbook};

/// 生成待填写的空表 / Write empty sheets to fill in
#[derive(Debug, Args)]
pub struct TemplateArguments {
    /// 新文件夹 / A new folder
    #[arg(long, value_name = "DIR", default_value = "jiedui-template")]
    pub out: PathBuf,
    /// 写一个 Excel 工作簿，而不是 CSV / One Excel workbook instead of CSV files
    #[arg(long)]
    pub xlsx: bool,
}

/// Runs the verb.
///
/// # Errors
/// The folder exists, or the disk refuses; nothing is left half-written.
pub fn run(arguments: &TemplateArguments) -> anyhow::Result<ExitCode> {
    let out = &arguments.out;
    anyhow::ensure!(
        !out.exists(),
        "{} 已存在，请用 --out 另指 / {} exists: name another with --out",
        out.display(),
        out.display()
    );
    let mut files: Files = if arguments.xlsx {
        Files::from([(WORKBOOK, workbook())])
    } else {
        SHEETS.iter().map(|sheet| (sheet.file, csv(sheet))).collect()
    };
    let commented = policy::preset(policy::DEFAULT_PRESET).unwrap_or_default();
    files.insert("policy.toml", commented.as_bytes().to_vec());
    write_folder(out, &files)
        .with_context(|| format!("写不出 {} / cannot write {}", out.display(), out.display()))?;
    println!("已写出 / written: {}", out.display());
    Ok(ExitCode::SUCCESS)
}
