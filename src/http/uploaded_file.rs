//! An uploaded file on disk. On Linux it has no name, so that a program that is killed leaves no list of children behind;
//! elsewhere it has one until it is dropped.

use std::fs::File;
use std::io;
use std::path::PathBuf;

/// A file of this request.
#[derive(Debug)]
pub struct UploadedFile {
    #[cfg(target_os = "linux")]
    file: File,
    #[cfg(not(target_os = "linux"))]
    file: tempfile::NamedTempFile,
}

#[cfg(target_os = "linux")]
impl UploadedFile {
    /// An empty file.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::tempfile()? })
    }

    /// A path it can be opened by while this is held.
    pub fn path(&self) -> PathBuf {
        use std::os::fd::AsRawFd;
        PathBuf::from(format!("/proc/self/fd/{}", self.file.as_raw_fd()))
    }
}

#[cfg(not(target_os = "linux"))]
impl UploadedFile {
    /// An empty file.
    ///
    /// # Errors
    /// Where there is no room for it.
    pub fn new() -> io::Result<Self> {
        Ok(Self { file: tempfile::NamedTempFile::new()? })
    }

    /// A path it can be opened by while this is held.
    pub fn path(&self) -> PathBuf {
        self.file.path().to_owned()
    }
}

impl UploadedFile {
    /// Opens it to be written.
    ///
    /// # Errors
    /// Where the system does not give it.
    pub fn writer(&self) -> io::Result<File> {
        File::options().write(true).open(self.path())
    }

    /// Opens it to be read from its beginning.
    ///
    /// # Errors
    /// Where the system does not give it.
    pub fn reader(&self) -> io::Result<File> {
        File::open(self.path())
    }
}
