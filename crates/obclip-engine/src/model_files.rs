//! A model folder: on disk, inside the program, or made by a test. The reading code sees no
//! difference.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// Where the files of a diffusers folder come from.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    Folder(PathBuf),
    Table(&'static [(&'static str, &'static [u8])]),
    Memory(BTreeMap<String, Vec<u8>>),
}

impl ModelFiles {
    /// A folder on disk, which must exist.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, Error> {
        let folder = folder.into();
        match std::fs::metadata(&folder) {
            Ok(metadata) if metadata.is_dir() => Ok(Self { source: Source::Folder(folder) }),
            Ok(_) => Err(Error::ReadFile {
                path: folder,
                source: std::io::Error::from(std::io::ErrorKind::NotADirectory),
            }),
            Err(source) => Err(Error::ReadFile { path: folder, source }),
        }
    }

    /// Files embedded in the program: (path in the folder, with `/`; content).
    pub fn from_table(table: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { source: Source::Table(table) }
    }

    /// Files held in memory, by path in the folder.
    pub fn from_memory(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { source: Source::Memory(files) }
    }

    /// True if the folder has this file.
    pub fn contains(&self, path: &str) -> bool {
        match &self.source {
            Source::Folder(folder) => folder.join(path).is_file(),
            Source::Table(table) => table.iter().any(|(name, _)| *name == path),
            Source::Memory(files) => files.contains_key(path),
        }
    }

    /// A file's content.
    pub fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, Error> {
        let missing = || Error::MissingFile { expected: path.to_owned() };
        match &self.source {
            Source::Folder(folder) => read_from_disk(&folder.join(path), path).map(Cow::Owned),
            Source::Table(table) => table
                .iter()
                .find(|(name, _)| *name == path)
                .map(|&(_, content)| Cow::Borrowed(content))
                .ok_or_else(missing),
            Source::Memory(files) => {
                files.get(path).map(|content| Cow::Borrowed(content.as_slice())).ok_or_else(missing)
            }
        }
    }

    /// A file parsed as JSON.
    pub(crate) fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let bytes = self.read(path)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::Json { file: path.to_owned(), reason: error.to_string() })
    }
}

fn read_from_disk(path: &Path, name: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Error::MissingFile { expected: name.to_owned() },
        _ => Error::ReadFile { path: path.to_owned(), source },
    })
}
