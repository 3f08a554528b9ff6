//! Bytes of a text file → UTF-8 text, as a bounded stream.
//!
//! Encoding: a byte order mark decides. Without one, text that is UTF-8 from end to end is UTF-8, since GBK text of
//! more than a few signs never is by chance; text that is UTF-8 but for a few bytes is broken UTF-8 and is refused
//! where it breaks, instead of being read as nonsense; the rest is GB18030, of which GBK is a part. Decoding is
//! strict: a sign that was guessed could be a child's name. Line breaks of any system become `\n`.
//! Cost: two passes over the file, a buffer of some kilobytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, Encoding};

use super::TableProblem;

/// Bytes read at a time.
const CHUNK: usize = 1 << 14;
/// How much of a file that is not all UTF-8 is looked at.
const SAMPLE: u64 = 1 << 20;
/// Signs of three bytes and more for each broken place, from which on text is taken for broken UTF-8. GBK text breaks
/// UTF-8 at almost every sign, and hardly ever looks like a sign of three bytes.
const SIGNS_A_BREAK: u64 = 2;
/// Ends every stream as a record of its own, so that a quote left open shows. The old mark for the end of a text.
pub(super) const END: &str = "\u{1a}";

/// The encoding of a file, and where its text begins.
#[derive(Clone, Copy)]
pub(super) struct TextEncoding {
    encoding: &'static Encoding,
    begins: u64,
}

impl TextEncoding {
    /// Its name, for messages.
    pub(super) fn name(self) -> &'static str {
        self.encoding.name()
    }
}

/// Finds the encoding of a file.
pub(super) fn detect(path: &Path) -> Result<TextEncoding, TableProblem> {
    let unreadable = |error: io::Error| TableProblem::unreadable(&error);
    let mut file = File::open(path).map_err(unreadable)?;
    let mut head = Vec::new();
    file.by_ref().take(3).read_to_end(&mut head).map_err(unreadable)?;
    if let Some((encoding, length)) = Encoding::for_bom(&head) {
        return Ok(TextEncoding { encoding, begins: length as u64 });
    }
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    let encoding = if looks_like_utf8(&mut file).map_err(unreadable)? {
        encoding_rs::UTF_8
    } else {
        encoding_rs::GB18030
    };
    Ok(TextEncoding { encoding, begins: 0 })
}

/// Whether a file is UTF-8, or so nearly that it was meant to be.
fn looks_like_utf8(file: &mut File) -> io::Result<bool> {
    let (mut signs, mut breaks, mut seen) = (0u64, 0u64, 0u64);
    let mut buffer: Vec<u8> = Vec::with_capacity(CHUNK + 4);
    loop {
        let read = file.by_ref().take(CHUNK as u64).read_to_end(&mut buffer)?;
        seen += read as u64;
        let mut rest = buffer.as_slice();
        loop {
            let (valid, broken) = match std::str::from_utf8(rest) {
                Ok(_) => (rest.len(), None),
                Err(error) => (error.valid_up_to(), Some(error.error_len())),
            };
            signs += rest[..valid].iter().filter(|byte| **byte >= 0xe0).count() as u64;
            rest = &rest[valid..];
            match broken {
                Some(Some(length)) => {
                    breaks += 1;
                    rest = &rest[length..];
                }
                // A sign cut by the end of the chunk, or by that of the file.
                Some(None) | None => break,
            }
        }
        let cut = rest.to_vec();
        if read == 0 {
            breaks += u64::from(!cut.is_empty());
            break;
        }
        if breaks > 0 && seen >= SAMPLE {
            break;
        }
        buffer.clear();
        buffer.extend_from_slice(&cut);
    }
    Ok(breaks == 0 || signs > SIGNS_A_BREAK * breaks)
}

/// Why a text gives no more.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// It is over.
    End,
    /// The next byte is no text.
    Malformed,
    /// More was asked for than was allowed.
    Exceeded,
}

/// The text of a file. Fails at the first byte that is no text, and once more was read than was allowed.
pub(super) struct DecodedText {
    file: File,
    decoder: Decoder,
    raw: Vec<u8>,
    decoded: Vec<u8>,
    /// Text that was decoded and not yet given out.
    text: Vec<u8>,
    given: usize,
    after_return: bool,
    /// How many more bytes may be given out.
    pub(super) allowance: usize,
    /// Set once no more is decoded.
    pub(super) stop: Option<Stop>,
}

impl DecodedText {
    pub(super) fn open(path: &Path, encoding: TextEncoding) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(encoding.begins))?;
        Ok(Self {
            file,
            decoder: encoding.encoding.new_decoder_without_bom_handling(),
            raw: Vec::new(),
            // GB18030 takes two bytes for a sign that takes three in UTF-8.
            decoded: vec![0; 2 * CHUNK],
            text: Vec::new(),
            given: 0,
            after_return: false,
            allowance: 0,
            stop: None,
        })
    }

    /// Decodes the next chunk. Text before a broken byte is given out first.
    fn decode(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && self.stop.is_none() {
            if self.raw.is_empty() {
                self.file.by_ref().take(CHUNK as u64).read_to_end(&mut self.raw)?;
            }
            let last = self.raw.is_empty();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(&self.raw, &mut self.decoded, last);
            self.raw.drain(..read);
            for byte in &self.decoded[..written] {
                let completes_return = *byte == b'\n' && self.after_return;
                self.after_return = *byte == b'\r';
                if !completes_return {
                    self.text.push(if self.after_return { b'\n' } else { *byte });
                }
            }
            if matches!(result, DecoderResult::Malformed(..)) {
                self.stop = Some(Stop::Malformed);
            } else if last {
                self.stop = Some(Stop::End);
                self.text.extend_from_slice(format!("\n{END}\n").as_bytes());
            }
        }
        Ok(())
    }
}

impl Read for DecodedText {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.decode()?;
        }
        let rest = &self.text[self.given..];
        if rest.is_empty() {
            let over = self.stop == Some(Stop::End);
            return if over { Ok(0) } else { Err(io::ErrorKind::InvalidData.into()) };
        }
        if self.allowance == 0 {
            self.stop = Some(Stop::Exceeded);
            return Err(io::ErrorKind::InvalidData.into());
        }
        let length = rest.len().min(buffer.len()).min(self.allowance);
        buffer[..length].copy_from_slice(&rest[..length]);
        self.given += length;
        self.allowance -= length;
        Ok(length)
    }
}
