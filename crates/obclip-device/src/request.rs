//! The bytes that may leave, and what waits for the reply.

use std::sync::Arc;

use obclip_engine::ModelSpec;
use obclip_protocol::{
    Catalogue, LatentShape, Limits, Options, PairId, Request, Seed, Template, encode_request,
};

use crate::building::Class;
use crate::coins::Coins;
use crate::error::Error;
use crate::generate::Settings;
use crate::reading::Reading;
use crate::select::Pending;

/// What is fixed before the prompt is read.
#[derive(Debug, Clone)]
pub struct Job {
    /// Steps, guidance, size, sampler, plan.
    pub options: Options,
    /// Fingerprint of the model pair.
    pub pair: PairId,
    /// The latents the device's model reads.
    pub latent: LatentShape,
    /// The seed of the initial noise: public, fresh for every job.
    pub seed: Seed,
    /// Limits the device pins for itself.
    pub limits: Limits,
}

impl Job {
    /// The job for a model pair, named by either of its halves.
    pub fn new(spec: &ModelSpec, settings: &Settings, seed: Seed) -> Result<Self, Error> {
        let options = settings.options.clone();
        check_sides(&options, spec.size_multiple)?;
        let [_, channels, height, width] =
            spec.latent_shape(options.width as usize, options.height as usize);
        let latent = LatentShape::new(channels as u32, height as u32, width as u32)?;
        let pair = PairId(spec.pairing());
        Ok(Self { options, pair, latent, seed, limits: settings.limits.clone() })
    }
}

/// The U-Net halves the latent; sides that it cannot halve evenly are refused before anything is sent.
fn check_sides(options: &Options, multiple: usize) -> Result<(), Error> {
    for (name, side) in [("width", options.width), ("height", options.height)] {
        if !(side as usize).is_multiple_of(multiple) {
            let (expected, found) = (multiple as u64, u64::from(side));
            return Err(obclip_protocol::Error::NotMultiple { name, expected, found }.into());
        }
    }
    Ok(())
}

/// A sealed request: a function of the class, the job and its seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestBytes(Vec<u8>);

impl AsRef<[u8]> for RequestBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Seals the request. `negative` comes from [`Reading::words_without_persons`]; `coins` draw
/// what the prompt leaves open and never travel.
pub fn seal(
    reading: Reading,
    class: &Class,
    negative: Template,
    catalogue: &Catalogue,
    job: &Job,
    coins: &mut Coins,
) -> Result<(RequestBytes, Pending), Error> {
    let bytes = encode(class, negative, catalogue, job)?.1;
    let settled = reading.secret.settle(catalogue, &class.bundles, coins)?;
    Ok((bytes, Pending::new(job.latent, class.n_members, settled)))
}

/// The request of a class and its bytes. Nothing of the secret half is an argument.
pub(crate) fn encode(
    class: &Class,
    negative: Template,
    catalogue: &Catalogue,
    job: &Job,
) -> Result<(Request, RequestBytes), Error> {
    let request = Request {
        catalogue: Arc::new(catalogue.clone()),
        pair: job.pair,
        template: class.template.clone(),
        bundles: class.bundles.clone(),
        negative,
        options: job.options.clone(),
        seed: job.seed,
    };
    request.check(&job.limits)?;
    let bytes = RequestBytes(encode_request(&request)?);
    Ok((request, bytes))
}

#[cfg(test)]
mod tests;
