//! Several files in one: a ZIP archive, and the list of what is in it.

use std::io::{Cursor, Write as _};

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::Error;
use super::text::hexadecimal;
use super::workbook::broken;

/// A file of an archive: its name and what is in it.
pub type File = (&'static str, Vec<u8>);

/// A file as the list of an archive has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Its name.
    pub name: &'static str,
    /// How long it is.
    pub bytes: usize,
    /// What is in it.
    pub sha256: String,
}

impl Listed {
    /// The entry of a file.
    pub fn of((name, content): &File) -> Self {
        Self { name, bytes: content.len(), sha256: hexadecimal(&Sha256::digest(content)) }
    }
}

/// The files as one archive; the same files make the same archive, byte for byte.
pub fn pack(files: impl IntoIterator<Item = File>) -> Result<Vec<u8>, Error> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in files {
        archive.start_file(name, options).map_err(broken)?;
        archive.write_all(&content).map_err(broken)?;
    }
    Ok(archive.finish().map_err(broken)?.into_inner())
}
