//! The bytes that may leave, and what waits for the reply.

use obclip_protocol::{
    Catalogue, CatalogueRef, LatentShape, Limits, Options, PairId, Piece, Request, Seed, Template,
    encode_request,
};

use crate::building::Class;
use crate::coins::Coins;
use crate::error::Error;
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
    negative: Vec<Piece>,
    catalogue: &Catalogue,
    job: &Job,
    coins: &mut Coins,
) -> Result<(RequestBytes, Pending), Error> {
    let request = Request {
        catalogue: CatalogueRef::from(catalogue),
        pair: job.pair,
        template: class.template.clone(),
        bundles: class.bundles.clone(),
        negative: Template::new(negative)?,
        options: job.options.clone(),
        seed: job.seed,
    };
    request.check(&job.limits)?;
    let bytes = RequestBytes(encode_request(&request)?);
    let settled = reading.secret.settle(catalogue, &class.bundles, coins)?;
    Ok((bytes, Pending::new(job.latent, class.n_members, settled)))
}

#[cfg(test)]
mod tests;
