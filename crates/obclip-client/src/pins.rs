//! Fingerprints of clouds seen before: one line each, `host:port sha256:hex`.

use std::io::Write;
use std::path::PathBuf;

/// SHA-256 of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

/// No fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("fingerprint: expected sha256: and 64 hexadecimal digits, found something else")]
pub struct BadFingerprint;

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = BadFingerprint;

    fn from_str(text: &str) -> Result<Self, BadFingerprint> {
        let hex = text.strip_prefix("sha256:").ok_or(BadFingerprint)?;
        // A sign is a digit to the parser of numbers.
        if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(BadFingerprint);
        }
        let mut bytes = [0; 32];
        for (idx, byte) in bytes.iter_mut().enumerate() {
            *byte =
                u8::from_str_radix(&hex[2 * idx..2 * idx + 2], 16).map_err(|_| BadFingerprint)?;
        }
        Ok(Self(bytes))
    }
}

/// A file of pins. Names clouds, nothing about jobs.
#[derive(Debug, Clone)]
pub struct PinFile {
    path: PathBuf,
}

impl PinFile {
    /// The file need not exist yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// The pin of `authority`. A file that cannot be read or understood is an error: it must not silently forget.
    pub fn get(&self, authority: &str) -> std::io::Result<Option<Fingerprint>> {
        for line in self.read()?.lines().filter(|line| !line.is_empty()) {
            let (host, pin) = line.split_once(' ').ok_or_else(invalid)?;
            let pin = pin.parse().map_err(|_| invalid())?;
            if host == authority {
                return Ok(Some(pin));
            }
        }
        Ok(None)
    }

    /// Adds a pin; the file is replaced as a whole.
    pub fn add(&self, authority: &str, pin: Fingerprint) -> std::io::Result<()> {
        let mut text = self.read()?;
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        text.push_str(&format!("{authority} {pin}\n"));
        let folder = self.path.parent().ok_or_else(invalid)?;
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn read(&self) -> std::io::Result<String> {
        match std::fs::read_to_string(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            other => other,
        }
    }
}

fn invalid() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::InvalidData, "expected lines of host:port sha256:hex")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pins_are_kept_and_found() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pins = PinFile::new(folder.path().join("state/known-clouds"));
        assert_eq!(pins.get("a:1").expect("no file is no pin"), None);
        pins.add("a:1", Fingerprint([1; 32])).expect("a writable folder");
        pins.add("a:10", Fingerprint([2; 32])).expect("a writable folder");
        assert_eq!(pins.get("a:1").expect("a good file"), Some(Fingerprint([1; 32])));
        assert_eq!(pins.get("a:10").expect("a good file"), Some(Fingerprint([2; 32])));
        assert_eq!(pins.get("b:1").expect("a good file"), None);
    }

    #[test]
    fn a_broken_file_is_an_error_and_not_a_new_first_use() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("known-clouds");
        for broken in ["a:1\n", "a:1 sha256:12\n", "a:1 md5:00\n"] {
            std::fs::write(&path, broken).expect("a writable folder");
            assert!(PinFile::new(&path).get("b:1").is_err(), "{broken}");
        }
    }

    #[test]
    fn fingerprints_round_trip() {
        let pin = Fingerprint(std::array::from_fn(|idx| idx as u8 * 8));
        assert_eq!(pin.to_string().parse(), Ok(pin));
        for wrong in [
            "",
            "sha256:",
            &format!("sha256:{}", "zz".repeat(32)),
            &"00".repeat(32),
            &format!("sha256:{}", "+a".repeat(32)),
        ] {
            assert!(wrong.parse::<Fingerprint>().is_err(), "{wrong}");
        }
    }
}
