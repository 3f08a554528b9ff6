//! How large a workbook is, before anything of it is opened.
//!
//! A workbook is a zip archive, and what its directory says of sizes may be a lie: every part is unpacked once into
//! nothing, and counted. Memory: one buffer; time: that of unpacking, which ends at the first bound.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::TableProblem;

/// More parts than any list needs.
const MOST_PARTS: usize = 4096;
/// Bytes of all parts together, unpacked.
const MOST_BYTES: u64 = 1 << 29;
/// Bytes of one part that is kept in memory (texts, formats), unpacked; sheets are read as a stream.
const MOST_HELD_BYTES: u64 = 1 << 28;
/// A part may always be this large.
const SMALL_BYTES: u64 = 1 << 23;
/// Beyond that, how many times its packed size. Lists pack 5 to 40 times; a bomb a thousand times.
const MOST_RATIO: u64 = 200;

/// Counts what unpacking would give.
pub(super) fn measure(path: &Path) -> Result<(), TableProblem> {
    let file = File::open(path).map_err(|error| TableProblem::unreadable(&error))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|_| TableProblem::BrokenWorkbook)?;
    if archive.len() > MOST_PARTS {
        return Err(TableProblem::too_large(
            format!("工作簿有 {MOST_PARTS} 个以上的部件"),
            format!("a workbook of more than {MOST_PARTS} parts"),
        ));
    }
    let mut left = MOST_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| TableProblem::BrokenWorkbook)?;
        let streamed = part.name().is_ok_and(|name| name.starts_with("xl/worksheets/"));
        let held = if streamed { MOST_BYTES } else { MOST_HELD_BYTES };
        let packed = SMALL_BYTES.max(part.compressed_size().saturating_mul(MOST_RATIO));
        let bound = held.min(packed).min(left);
        left -= unpacked(part, bound)?;
    }
    Ok(())
}

/// Unpacks into nothing, at most `bound` bytes.
fn unpacked(part: impl Read, bound: u64) -> Result<u64, TableProblem> {
    let mut part = part.take(bound + 1);
    let size = std::io::copy(&mut part, &mut std::io::sink()).map_err(|_| TableProblem::BrokenWorkbook)?;
    if size > bound {
        return Err(TableProblem::too_large(
            format!("工作簿解压后的一个部件超过 {} MB", bound >> 20),
            format!("a part of the workbook is more than {} MB when unpacked", bound >> 20),
        ));
    }
    Ok(size)
}
