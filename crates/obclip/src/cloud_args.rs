//! `--cloud` and what belongs to it: where the cloud is, and how to know it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use obclip_client::{Address, Fingerprint, NetworkCloud, PinFile, Policy, Proxy, Target, Trust};
use obclip_protocol::{Catalogues, LatentShape, Limits, Options, Redacted};

/// Which cloud, on which way.
#[derive(Debug, Clone, Args)]
pub(crate) struct CloudArgs {
    /// The cloud: https://host:port, or http:// on this machine [default: one inside this program]
    #[arg(long, value_name = "URL")]
    pub(crate) cloud: Option<Address>,

    /// File that holds the cloud's bearer token
    #[arg(long, value_name = "FILE", requires = "cloud")]
    pub(crate) cloud_token: Option<PathBuf>,

    /// Accept only the certificate with this fingerprint (sha256:…) [default: the system's roots, else the one of the
    /// first use]
    #[arg(long, value_name = "SHA256", requires = "cloud")]
    pub(crate) cloud_fingerprint: Option<Fingerprint>,

    /// Go through this proxy, which also resolves the cloud's name: socks5h://host:port
    #[arg(long, value_name = "URL", requires = "cloud")]
    pub(crate) proxy: Option<Proxy>,

    /// Seconds for one try; there are four
    #[arg(long, value_name = "SECONDS", default_value_t = 300,
          value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub(crate) cloud_timeout: u64,
}

impl CloudArgs {
    /// The cloud to connect to, if one was named.
    pub(crate) fn target(&self) -> anyhow::Result<Option<Target>> {
        let Some(address) = self.cloud.clone() else { return Ok(None) };
        let trust = match self.cloud_fingerprint {
            Some(fingerprint) => Trust::Pinned(fingerprint),
            None => Trust::FirstUse(PinFile::new(known_clouds()?)),
        };
        let token = self.cloud_token.as_deref().map(read_token).transpose()?;
        Ok(Some(Target { address, proxy: self.proxy.clone(), trust, token }))
    }

    /// When to try again and when to give up.
    pub(crate) fn policy(&self) -> Policy {
        Policy { try_timeout: Duration::from_secs(self.cloud_timeout), ..Policy::default() }
    }

    /// The cloud on the network, for jobs of these options.
    pub(crate) fn connect(
        &self,
        target: Target,
        options: &Options,
        spec: &obclip_engine::ModelSpec,
        catalogues: Catalogues,
        cancelled: Arc<AtomicBool>,
    ) -> anyhow::Result<NetworkCloud> {
        let [_, channels, height, width] =
            spec.latent_shape(options.width as usize, options.height as usize);
        let shape = LatentShape::new(channels as u32, height as u32, width as u32)?;
        let policy = self.policy();
        Ok(NetworkCloud { target, shape, limits: Limits::default(), catalogues, policy, cancelled })
    }
}

/// `$XDG_STATE_HOME/obclip/known-clouds`, by default below `~/.local/state`.
fn known_clouds() -> anyhow::Result<PathBuf> {
    let state = std::env::var_os("XDG_STATE_HOME").filter(|path| !path.is_empty());
    let state = match state {
        Some(path) => PathBuf::from(path),
        None => {
            let home = std::env::home_dir().context(
                "cannot remember the cloud's certificate: expected HOME or XDG_STATE_HOME, found neither; \
                 use --cloud-fingerprint",
            )?;
            home.join(".local/state")
        }
    };
    Ok(state.join("obclip/known-clouds"))
}

fn read_token(path: &Path) -> anyhow::Result<Redacted<String>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("--cloud-token: cannot read {}", path.display()))?;
    let token = Redacted::new(text.trim().to_owned());
    if token.reveal().is_empty() || !token.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
        bail!("--cloud-token: expected one token in {}, found something else", path.display());
    }
    Ok(token)
}
