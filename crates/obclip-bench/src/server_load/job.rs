//! Jobs without a prompt: a template, open axes, a fresh seed each.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use obclip_client::{NetworkCloud, PinFile, Policy, Target, Trust};
use obclip_device::CloudError;
use obclip_protocol::{
    AxisSet, Bundle, Catalogue, Catalogues, Guidance, LatentShape, Limits, Options, Request, Seed,
    Template, encode_request,
};

use super::ServerLoad;

/// Makes requests and sends them.
pub(crate) struct Jobs {
    request: Request,
    client: NetworkCloud,
    n_made: AtomicU64,
}

/// How one job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ended {
    /// `ok`, a refusal's code, `cancelled` or `unreachable`.
    pub(crate) code: String,
    /// From the first byte sent to the end.
    pub(crate) took: Duration,
}

impl Jobs {
    /// Asks the cloud once which pair it serves.
    pub(crate) fn new(args: &ServerLoad) -> anyhow::Result<Self> {
        let trust = match args.cloud_fingerprint {
            Some(fingerprint) => Trust::Pinned(fingerprint),
            None => Trust::FirstUse(PinFile::new(
                std::env::temp_dir().join("obclip-bench-known-clouds"),
            )),
        };
        let target = Target { address: args.cloud.clone(), proxy: None, trust, token: None };
        let answer = obclip_client::capabilities(&target, Duration::from_secs(10))?;
        let pair = *answer.capabilities.pairs.first().context("the cloud serves no pair")?;
        let catalogue = Catalogue::v1();
        // Bits of the axes in the catalogue's order: age (3), ethnicity (5), gender (2).
        let bits = match args.members {
            1 => 0b000,
            2 => 0b100,
            6 => 0b101,
            30 => 0b111,
            other => bail!("--members: expected 1, 2, 6 or 30, found {other}"),
        };
        let open = AxisSet::from_bits(bits, &catalogue)?;
        let request = Request {
            catalogue: catalogue.into(),
            pair: pair.id,
            template: Template::parse("portrait of a {P1}")?,
            bundles: vec![Bundle { open, role: false }],
            negative: Template::parse("")?,
            options: Options {
                steps: 25,
                cloud_steps: args.cloud_steps,
                guidance: Guidance { milli: 3000 },
                width: pair.default_side,
                height: pair.default_side,
                sampler: "dpmpp-2m".to_owned(),
                plan: "plain".to_owned(),
            },
            seed: Seed([0; 32]),
        };
        let side = pair.default_side / SIDE_OF_LATENT;
        let client = NetworkCloud {
            target,
            shape: LatentShape::new(args.latent_channels, side, side)?,
            limits: Limits::default(),
            catalogues: Catalogues::default(),
            policy: Policy { try_timeout: Duration::from_secs(120), pauses: Vec::new() },
            cancelled: Arc::new(AtomicBool::new(false)),
        };
        Ok(Self { request, client, n_made: AtomicU64::new(0) })
    }

    /// One whole job, without further tries.
    pub(crate) async fn run(&self) -> Ended {
        self.send(&self.next_request(), usize::MAX).await
    }

    /// A job that is cancelled after so many steps.
    pub(crate) async fn cancel_after(&self, steps: usize) -> Ended {
        self.send(&self.next_request(), steps).await
    }

    /// A job that every cloud must refuse: of a pair that nobody serves.
    pub(crate) async fn nonsense(&self) -> Ended {
        let mut request = self.request.clone();
        request.pair.0 = [0xff; 32];
        self.send(&encoded(&request), usize::MAX).await
    }

    async fn send(&self, request: &[u8], cancel_after: usize) -> Ended {
        let start = Instant::now();
        let mut on_step = |done, _| match done >= cancel_after {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let outcome = match obclip_client::fresh_key() {
            Ok(key) => self.client.denoise_as(key, request, &mut on_step).await,
            Err(error) => Err(error),
        };
        let code = match outcome {
            Ok(_) => "ok".to_owned(),
            Err(CloudError::Refused(refusal)) => refusal.code,
            Err(CloudError::Cancelled) => "cancelled".to_owned(),
            Err(CloudError::Unreachable { .. }) => "unreachable".to_owned(),
        };
        Ended { code, took: start.elapsed() }
    }

    fn next_request(&self) -> Vec<u8> {
        let mut request = self.request.clone();
        let number = self.n_made.fetch_add(1, Ordering::Relaxed);
        request.seed.0[..8].copy_from_slice(&number.to_le_bytes());
        encoded(&request)
    }
}

fn encoded(request: &Request) -> Vec<u8> {
    encode_request(request).expect("a request of known words has an encoding")
}

/// Pixels per latent position of SD-1.x autoencoders.
const SIDE_OF_LATENT: u32 = 8;
