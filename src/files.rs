//! Folders that are there whole or not at all, readable by their owner only.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Contents by file name.
pub type Files = BTreeMap<&'static str, Vec<u8>>;

/// Hears how many bytes of how many are written, and may break off: then nothing is left behind.
pub type Heard<'a> = &'a mut dyn FnMut(u64, u64) -> ControlFlow<()>;

/// Bytes written between two reports.
const STRETCH: usize = 1 << 22;

/// Writes the files into `folder`, which must not exist: into a folder beside it, readable by its owner
/// only, then renamed.
///
/// # Errors
/// The folder exists, or the disk refuses; nothing is left behind.
pub fn write_folder(folder: &Path, files: &Files) -> io::Result<()> {
    write_folder_heard(folder, files, &mut |_, _| ControlFlow::Continue(()))
}

/// As [`write_folder`], step by step.
///
/// # Errors
/// As there, and [`io::ErrorKind::Interrupted`] where `heard` broke off.
pub fn write_folder_heard(folder: &Path, files: &Files, heard: Heard<'_>) -> io::Result<()> {
    if folder.exists() {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "the folder exists"));
    }
    write_aside(folder, files, heard, |aside| std::fs::rename(aside, folder))
}

/// Puts the files in the place of a folder that exists; the former folder becomes `kept`, which must not exist. It
/// is moved only once the new one is whole on the disk.
///
/// # Errors
/// `kept` exists, or the disk refuses; then the former folder stands where it stood and nothing is left behind.
pub fn replace_folder(folder: &Path, kept: &Path, files: &Files) -> io::Result<()> {
    replace_folder_heard(folder, kept, files, &mut |_, _| ControlFlow::Continue(()))
}

/// As [`replace_folder`], step by step.
///
/// # Errors
/// As there, and [`io::ErrorKind::Interrupted`] where `heard` broke off; the former folder then stands where it stood.
pub fn replace_folder_heard(folder: &Path, kept: &Path, files: &Files, heard: Heard<'_>) -> io::Result<()> {
    if kept.exists() {
        return Err(io::Error::new(
            io::ErrorKind::AlreadyExists,
            "the folder to keep the former one in exists",
        ));
    }
    write_aside(folder, files, heard, |aside| {
        std::fs::rename(folder, kept)?;
        std::fs::rename(aside, folder).inspect_err(|_| {
            // The first error is the one to report.
            let _ignored = std::fs::rename(kept, folder);
        })
    })
}

/// Writes everything into a hidden folder beside `folder` and lets `place` move it; whatever fails, that one is gone.
fn write_aside(
    folder: &Path,
    files: &Files,
    heard: Heard<'_>,
    place: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    let aside = beside(folder)?;
    let placed = write_all(&aside, files, heard).and_then(|()| place(&aside));
    if placed.is_err() {
        // The first error is the one to report; a folder that cannot be removed either is named by it.
        let _ignored = std::fs::remove_dir_all(&aside);
    }
    placed
}

fn beside(folder: &Path) -> io::Result<PathBuf> {
    let name = folder.file_name().ok_or_else(|| io::Error::other("a plan folder needs a name"))?;
    let mut hidden = std::ffi::OsString::from(".");
    hidden.push(name);
    hidden.push(format!(".{}", std::process::id()));
    Ok(folder.with_file_name(hidden))
}

fn write_all(folder: &Path, files: &Files, heard: Heard<'_>) -> io::Result<()> {
    private_folder(folder)?;
    let total = files.values().map(|bytes| bytes.len() as u64).sum();
    let mut done = 0;
    for (name, bytes) in files {
        let mut file = private_file(&folder.join(name))?;
        for stretch in bytes.chunks(STRETCH) {
            io::Write::write_all(&mut file, stretch)?;
            done += stretch.len() as u64;
            go_on(heard(done, total))?;
        }
        file.sync_all()?;
        go_on(heard(done, total))?;
    }
    Ok(())
}

fn go_on(answer: ControlFlow<()>) -> io::Result<()> {
    match answer {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(io::Error::new(io::ErrorKind::Interrupted, "writing was broken off")),
    }
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().create(folder)
}

#[cfg(unix)]
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private_file(path: &Path) -> io::Result<std::fs::File> {
    std::fs::OpenOptions::new().write(true).create_new(true).open(path)
}
