//! A model folder: on disk, inside the program, or made by a test. The reading code sees no
//! difference.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::Error;

/// Where the files of a diffusers folder come from.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    source: Source,
    on_load: OnLoad,
}

/// How far the weights of one part of a model have been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loading<'a> {
    /// The part's folder, such as `unet`.
    pub part: &'a str,
    /// Bytes of its tensors that have been read.
    pub done: u64,
    /// Bytes of all its tensors.
    pub of: u64,
}

/// Who is told, if anybody.
#[derive(Clone, Default)]
pub(crate) struct OnLoad(Option<Arc<Tell>>);

type Tell = dyn Fn(Loading<'_>) + Send + Sync;

impl OnLoad {
    pub(crate) fn tell(&self, loading: Loading<'_>) {
        if let Some(tell) = &self.0 {
            tell(loading);
        }
    }
}

impl fmt::Debug for OnLoad {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnLoad" } else { "nobody" })
    }
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
            Ok(metadata) if metadata.is_dir() => Ok(Self::new(Source::Folder(folder))),
            Ok(_) => Err(Error::ReadFile {
                path: folder,
                source: std::io::Error::from(std::io::ErrorKind::NotADirectory),
            }),
            Err(source) => Err(Error::ReadFile { path: folder, source }),
        }
    }

    /// Files embedded in the program: (path in the folder, with `/`; content).
    pub fn from_table(table: &'static [(&'static str, &'static [u8])]) -> Self {
        Self::new(Source::Table(table))
    }

    /// Files held in memory, by path in the folder.
    pub fn from_memory(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self::new(Source::Memory(files))
    }

    fn new(source: Source) -> Self {
        Self { source, on_load: OnLoad::default() }
    }

    /// The same files; `tell` is called after every tensor that a model takes from them.
    pub fn on_load(self, tell: impl Fn(Loading<'_>) + Send + Sync + 'static) -> Self {
        Self { on_load: OnLoad(Some(Arc::new(tell))), ..self }
    }

    pub(crate) fn observer(&self) -> OnLoad {
        self.on_load.clone()
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
        match self.find(path)? {
            Found::Disk(file) => read_from_disk(&file, path).map(Cow::Owned),
            Found::Static(content) => Ok(Cow::Borrowed(content)),
            Found::Memory(content) => Ok(Cow::Borrowed(content)),
        }
    }

    /// A file to be read piece by piece.
    pub(crate) fn pieces(&self, path: &str) -> Result<Pieces, Error> {
        match self.find(path)? {
            Found::Disk(file) => Pieces::open(file, path),
            Found::Static(content) => Ok(Pieces::Static(content)),
            Found::Memory(content) => Ok(Pieces::Memory(content.into())),
        }
    }

    fn find(&self, path: &str) -> Result<Found<'_>, Error> {
        let found = match &self.source {
            Source::Folder(folder) => Some(Found::Disk(folder.join(path))),
            Source::Table(table) => {
                let entry = table.iter().find(|(name, _)| *name == path);
                entry.map(|&(_, content)| Found::Static(content))
            }
            Source::Memory(files) => files.get(path).map(|content| Found::Memory(content)),
        };
        found.ok_or_else(|| Error::MissingFile { expected: path.to_owned() })
    }

    /// A file parsed as JSON.
    pub(crate) fn read_json<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<T, Error> {
        let bytes = self.read(path)?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::Json { file: path.to_owned(), reason: error.to_string() })
    }
}

/// Where a file lies; one on disk may still be missing.
enum Found<'a> {
    Disk(PathBuf),
    Static(&'static [u8]),
    Memory(&'a [u8]),
}

fn read_from_disk(path: &Path, name: &str) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| read_error(path, name, source))
}

fn read_error(path: &Path, name: &str, source: std::io::Error) -> Error {
    match source.kind() {
        std::io::ErrorKind::NotFound => Error::MissingFile { expected: name.to_owned() },
        _ => Error::ReadFile { path: path.to_owned(), source },
    }
}

/// A file of which only the piece that is asked for is in memory. Not mapped: a mapped file that somebody shortens ends the
/// process, a read of it is an error.
#[derive(Clone, Debug)]
pub(crate) enum Pieces {
    Disk { path: PathBuf, file: Arc<Mutex<File>>, len: u64 },
    Static(&'static [u8]),
    Memory(Arc<[u8]>),
}

impl Pieces {
    fn open(path: PathBuf, name: &str) -> Result<Self, Error> {
        let file = File::open(&path).map_err(|source| read_error(&path, name, source))?;
        let metadata = file.metadata().map_err(|source| read_error(&path, name, source))?;
        if !metadata.is_file() {
            let source = std::io::Error::from(std::io::ErrorKind::IsADirectory);
            return Err(read_error(&path, name, source));
        }
        Ok(Self::Disk { path, file: Arc::new(Mutex::new(file)), len: metadata.len() })
    }

    /// Bytes of the whole file.
    pub(crate) fn len(&self) -> u64 {
        match self {
            Self::Disk { len, .. } => *len,
            Self::Static(bytes) => bytes.len() as u64,
            Self::Memory(bytes) => bytes.len() as u64,
        }
    }

    /// So many bytes from `start` on. What lies beyond the end is an error.
    pub(crate) fn read(&self, start: u64, len: usize) -> Result<Cow<'_, [u8]>, Error> {
        let bytes: &[u8] = match self {
            Self::Disk { path, file, .. } => return read_piece(path, file, start, len),
            Self::Static(bytes) => bytes,
            Self::Memory(bytes) => bytes,
        };
        let start = usize::try_from(start).ok();
        let range = start.and_then(|start| Some(start..start.checked_add(len)?));
        let piece = range.and_then(|range| bytes.get(range)).map(Cow::Borrowed);
        piece.ok_or_else(|| Error::ReadFile {
            path: PathBuf::from("embedded file"),
            source: std::io::Error::from(std::io::ErrorKind::UnexpectedEof),
        })
    }
}

fn read_piece<'a>(
    path: &Path,
    file: &Mutex<File>,
    start: u64,
    len: usize,
) -> Result<Cow<'a, [u8]>, Error> {
    let mut piece = vec![0; len];
    // A reader that panicked left no more than another position behind.
    let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
    file.seek(SeekFrom::Start(start))
        .and_then(|_| file.read_exact(&mut piece))
        .map_err(|source| Error::ReadFile { path: path.to_owned(), source })?;
    Ok(Cow::Owned(piece))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_shortened_while_it_is_read_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("weights");
        std::fs::write(&path, [7; 100]).expect("written");
        let files = ModelFiles::open(folder.path()).expect("a folder");
        let pieces = files.pieces("weights").expect("a file");
        assert_eq!(pieces.read(90, 10).expect("the last ten").as_ref(), [7; 10]);
        File::create(&path).and_then(|file| file.set_len(50)).expect("shortened");
        assert!(matches!(pieces.read(90, 10), Err(Error::ReadFile { .. })));
        assert!(matches!(pieces.read(45, 10), Err(Error::ReadFile { .. })));
        let embedded = Pieces::Static(&[1, 2, 3]);
        assert_eq!(embedded.read(1, 2).expect("there").as_ref(), [2, 3]);
        assert!(embedded.read(2, 2).is_err() && embedded.read(u64::MAX, 2).is_err());
    }
}
