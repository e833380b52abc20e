//! Certificate and key: the provider's files, or a certificate that signs itself, made once and kept.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{ServerConfig, version};
use zeroize::Zeroizing;

use crate::config::Tls;
use crate::tokens::hex;

/// What TLS needs, and the fingerprint that clients pin.
pub struct Identity {
    /// For the listener.
    pub acceptor: TlsAcceptor,
    /// `sha256:` and 64 hexadecimal digits: of the leaf certificate.
    pub fingerprint: String,
}

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read or written.
    #[error("tls: expected to read or write {path}, found: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file holds something else.
    #[error("tls: expected {expected} in {path}, found something else")]
    Pem {
        /// What should be there.
        expected: &'static str,
        /// Where.
        path: PathBuf,
    },
    /// Certificate and key do not belong together, or are of a kind we do not speak.
    #[error("tls: expected a certificate and its key, found: {0}")]
    Pair(#[from] tokio_rustls::rustls::Error),
    /// No certificate could be made.
    #[error("tls: expected to make a certificate, found: {0}")]
    Make(#[from] rcgen::Error),
}

/// Reads the files, or makes them.
pub fn identity(config: &Tls) -> Result<Identity, TlsError> {
    match config {
        Tls::Files { certificate, key } => load(certificate, key),
        Tls::SelfSigned { folder, names } => {
            let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
            if !certificate.exists() || !key.exists() {
                make(names, &certificate, &key)?;
            }
            load(&certificate, &key)
        }
    }
}

fn load(certificate: &Path, key: &Path) -> Result<Identity, TlsError> {
    let pem = read(certificate)?;
    let chain: Vec<_> = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok).collect();
    let leaf = chain
        .first()
        .ok_or(TlsError::Pem { expected: "a certificate", path: certificate.to_owned() })?;
    let fingerprint = format!("sha256:{}", hex(&Sha256::digest(leaf)));
    let pem = Zeroizing::new(read(key)?);
    let key = PrivateKeyDer::from_pem_slice(&pem)
        .map_err(|_| TlsError::Pem { expected: "a private key", path: key.to_owned() })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Identity { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint })
}

fn make(names: &[String], certificate: &Path, key: &Path) -> Result<(), TlsError> {
    let made = rcgen::generate_simple_self_signed(names)?;
    // The key first: a certificate without its key would be taken for whole on the next start.
    write(key, &Zeroizing::new(made.signing_key.serialize_pem()))?;
    write(certificate, &made.cert.pem())
}

/// Temporary files are readable by their owner only, and stay so: one of them is the key.
fn write(path: &Path, text: &str) -> Result<(), TlsError> {
    let attempt = || -> std::io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    attempt().map_err(|source| TlsError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_self_signed_certificate_is_made_once_and_its_key_is_private() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let tls = Tls::SelfSigned {
            folder: folder.path().join("state"),
            names: vec!["localhost".to_owned(), "127.0.0.1".to_owned()],
        };
        let first = identity(&tls).expect("a certificate").fingerprint;
        assert_eq!(identity(&tls).expect("the same certificate").fingerprint, first);
        assert_eq!(first.len(), "sha256:".len() + 64);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let key = std::fs::metadata(folder.path().join("state/key.pem")).expect("the key");
            assert_eq!(key.permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn broken_files_are_refused_by_name() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let files = |certificate: &str, key: &str| Tls::Files {
            certificate: path(certificate),
            key: path(key),
        };
        let said = |tls: &Tls| identity(tls).err().expect("an error").to_string();
        assert!(said(&files("none.pem", "none.pem")).contains("none.pem"));
        std::fs::write(path("empty.pem"), "").expect("a writable folder");
        assert!(said(&files("empty.pem", "empty.pem")).contains("expected a certificate"));
        let names = vec!["localhost".to_owned()];
        for side in ["a", "b"] {
            identity(&Tls::SelfSigned { folder: path(side), names: names.clone() }).expect("made");
        }
        assert!(said(&files("a/certificate.pem", "empty.pem")).contains("a private key"));
        let foreign = files("a/certificate.pem", "b/key.pem");
        assert!(said(&foreign).contains("certificate and its key"), "{}", said(&foreign));
    }
}
