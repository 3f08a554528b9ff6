//! Named files ↔ one zip: what is kept of a run, and what may be downloaded of it. The same files give the same bytes.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::RunFault;
use crate::plan::folder::hexadecimal;

fn unreadable() -> RunFault {
    RunFault::Unreadable("archive")
}

/// Packs files in the order of their names.
///
/// # Errors
/// Where a name or a size is none that an archive can hold.
pub fn pack<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, RunFault> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(name, options).map_err(|_| unreadable())?;
        writer.write_all(bytes).map_err(|_| unreadable())?;
    }
    let done = writer.finish().map_err(|_| unreadable())?;
    Ok(done.into_inner())
}

/// Unpacks what [`pack`] packed.
///
/// # Errors
/// Where it is no archive.
pub fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, RunFault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| unreadable())?;
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(|_| unreadable())?;
        let name = file.name().map_err(|_| unreadable())?.into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(|_| unreadable())?;
        files.insert(name, content);
    }
    Ok(files)
}

/// SHA-256 over names and contents in the order of the names, each led by its length.
pub fn digest<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        for piece in [name.as_bytes(), bytes] {
            hash.update((piece.len() as u64).to_be_bytes());
            hash.update(piece);
        }
    }
    hexadecimal(&hash.finalize())
}
