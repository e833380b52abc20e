//! The picture as a PNG file: whole or not at all, and without the prompt unless asked.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use obclip_engine::Rgb8Image;

/// A place a picture will be written to, checked before the long work starts.
#[derive(Debug)]
pub(crate) struct Destination {
    path: PathBuf,
    parent: PathBuf,
}

impl Destination {
    /// Refuses a path that cannot become a file, before any time is spent on the picture.
    pub(crate) fn check(path: &Path) -> anyhow::Result<Self> {
        if path.is_dir() {
            bail!("--out must name a file, found a folder: {}", path.display());
        }
        if path.file_name().is_none() {
            bail!("--out must name a file, found {}", path.display());
        }
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        // Creating and dropping a temporary file is the one test of writability that holds for every file system.
        tempfile::NamedTempFile::new_in(&parent)
            .with_context(|| format!("cannot write into the folder {}", parent.display()))?;
        Ok(Self { path: path.to_owned(), parent })
    }

    /// The file's path.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes `bytes` to a temporary file beside the destination, then renames it: a reader sees the old file or the
    /// whole new one, and an interrupted run leaves nothing.
    pub(crate) fn write(&self, bytes: &[u8]) -> anyhow::Result<()> {
        write_whole(&self.path, &self.parent, bytes)
    }
}

/// The same for any file in the folder `parent`.
pub(crate) fn write_whole(path: &Path, parent: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(parent)
        .with_context(|| format!("cannot write into the folder {}", parent.display()))?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    make_readable(file.as_file())?;
    file.persist(path).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(())
}

/// Temporary files are private to the user; a finished picture has the usual permissions.
#[cfg(unix)]
fn make_readable(file: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// The path of picture `idx` of `count`: `portrait.png`, or `portrait-1.png`, `portrait-2.png`, …
pub(crate) fn numbered(path: &Path, idx: usize, count: usize) -> PathBuf {
    if count <= 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(extension) => format!("{stem}-{}.{}", idx + 1, extension.to_string_lossy()),
        None => format!("{stem}-{}", idx + 1),
    };
    path.with_file_name(name)
}

/// Encodes an image as PNG with `metadata` as `tEXt`/`iTXt` entries.
pub(crate) fn encode_png(
    image: &Rgb8Image,
    metadata: &[(String, String)],
) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width as u32, image.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    for (key, value) in metadata {
        encoder.add_itxt_chunk(key.clone(), value.clone())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&image.pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_get_numbers_before_the_extension() {
        let path = Path::new("a/portrait.png");
        assert_eq!(numbered(path, 0, 1), Path::new("a/portrait.png"));
        assert_eq!(numbered(path, 1, 3), Path::new("a/portrait-2.png"));
        assert_eq!(numbered(Path::new("x"), 0, 2), Path::new("x-1"));
    }

    #[test]
    fn an_unwritable_place_is_refused_before_the_work() {
        assert!(Destination::check(Path::new("/nonexistent-folder/x.png")).is_err());
        assert!(Destination::check(Path::new("/")).is_err());
        assert!(Destination::check(Path::new("/tmp")).is_err());
    }

    #[test]
    fn writing_replaces_the_file_and_leaves_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.png");
        fs::write(&path, b"old").unwrap();
        Destination::check(&path).unwrap().write(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
