//! Whom to believe on the other end of a TLS connection.

use std::sync::{Arc, Mutex, PoisonError};

use sha2::{Digest, Sha256};
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{Resumption, WebPkiServerVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, version,
};

use crate::pins::{Fingerprint, PinFile};

/// How a cloud proves who it is.
#[derive(Debug, Clone)]
pub enum Trust {
    /// By this certificate, whatever it says.
    Pinned(Fingerprint),
    /// By the pin of an earlier job, else by the system's roots, else by whatever it shows at first: then it is pinned.
    FirstUse(PinFile),
}

/// What a handshake is checked against, and the certificate it showed if that was new.
#[derive(Debug)]
pub(crate) struct Verifier {
    pin: Option<Fingerprint>,
    roots: Option<Arc<WebPkiServerVerifier>>,
    first_seen: Mutex<Option<Fingerprint>>,
    provider: Arc<CryptoProvider>,
}

impl Verifier {
    /// Reads the pin of `authority`; without one, the system's roots.
    pub(crate) fn new(trust: &Trust, authority: &str) -> std::io::Result<Arc<Self>> {
        let pin = match trust {
            Trust::Pinned(pin) => Some(*pin),
            Trust::FirstUse(file) => file.get(authority)?,
        };
        let provider = Arc::new(ring::default_provider());
        let roots = if pin.is_none() { system_roots(&provider) } else { None };
        Ok(Arc::new(Self { pin, roots, first_seen: Mutex::new(None), provider }))
    }

    /// The certificate to pin, if no pin and no root vouched for it.
    pub(crate) fn first_seen(&self) -> Option<Fingerprint> {
        *self.first_seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// TLS 1.3 and nothing that links one job to the next.
    pub(crate) fn config(self: &Arc<Self>) -> Result<ClientConfig, Error> {
        let verifier = Arc::clone(self);
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&version::TLS13])?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        // A resumed session would tell the cloud that two jobs come from one device.
        config.resumption = Resumption::disabled();
        Ok(config)
    }
}

fn system_roots(provider: &Arc<CryptoProvider>) -> Option<Arc<WebPkiServerVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::clone(provider);
    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let found = Fingerprint(Sha256::digest(end_entity).into());
        if let Some(expected) = self.pin {
            return match found == expected {
                true => Ok(ServerCertVerified::assertion()),
                false => Err(Error::General(PIN_MISMATCH.to_owned())),
            };
        }
        let vouched = self.roots.as_ref().map(|roots| {
            roots.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
        });
        if let Some(Ok(verified)) = vouched {
            return Ok(verified);
        }
        *self.first_seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("expected tls 1.3, found tls 1.2".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Said when a pinned cloud shows another certificate.
pub(crate) const PIN_MISMATCH: &str = "certificate: expected the pinned one, found another";
