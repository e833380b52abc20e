//! Messages to bytes and back. What decodes re-encodes to the same bytes.

use prost::Message;

use crate::bundle::{AxisSet, Bundle};
use crate::catalogue::Catalogues;
use crate::error::Error;
use crate::latent_frame::LatentShape;
use crate::limits::{self, Limits};
use crate::message::{BundleMessage, ReplyMessage, RequestMessage};
use crate::reply::Reply;
use crate::request::{Guidance, Options, PROTOCOL_VERSION, PairId, Request, Seed};
use crate::template::Template;
use crate::vocabulary::AllowedWords;

/// The request's bytes, padded to a power of two so that the length says little.
pub fn encode_request(request: &Request) -> Result<Vec<u8>, Error> {
    let mut message = request_message(request);
    let unpadded = message.encoded_len();
    let (_, padding_len) = padding(unpadded)?;
    message.padding = vec![0; padding_len];
    Ok(message.encode_to_vec())
}

/// Parses and checks a request that names an embedded catalogue. Refuses all but what [`encode_request`] writes.
pub fn decode_request(bytes: &[u8], limits: &Limits) -> Result<Request, Error> {
    decode_request_with(bytes, limits, &Catalogues::default())
}

/// The same for a side that knows these catalogues.
pub fn decode_request_with(
    bytes: &[u8],
    limits: &Limits,
    catalogues: &Catalogues,
) -> Result<Request, Error> {
    limits::check("request bytes", bytes.len(), limits::MAX_REQUEST_BYTES)?;
    let message = RequestMessage::decode(bytes).map_err(|_| Error::Malformed)?;
    check_version(message.protocol_version)?;
    let request = parse_request(message, catalogues)?;
    request.check(limits)?;
    let canonical = encode_request(&request)?;
    check_canonical(&canonical, bytes)?;
    Ok(request)
}

/// The reply's bytes.
pub fn encode_reply(reply: &Reply) -> Vec<u8> {
    let LatentShape { channels, height, width } = reply.shape;
    let latents = reply.latents.clone();
    ReplyMessage { protocol_version: PROTOCOL_VERSION, channels, height, width, latents }
        .encode_to_vec()
}

/// Parses a reply and checks count, shape and length of all latents; values are checked by
/// [`crate::check_latent`]. `shape` and `n_members` are what the device expects.
pub fn decode_reply(bytes: &[u8], shape: LatentShape, n_members: usize) -> Result<Reply, Error> {
    let expected = reply_len(shape, n_members);
    limits::check("reply bytes", bytes.len(), expected)?;
    let message = ReplyMessage::decode(bytes).map_err(|_| Error::Malformed)?;
    check_version(message.protocol_version)?;
    let found =
        LatentShape { channels: message.channels, height: message.height, width: message.width };
    if found != shape {
        return Err(Error::LatentShape { expected: shape.dims(), found: found.dims() });
    }
    if message.latents.len() != n_members {
        return Err(Error::LatentCount { expected: n_members, found: message.latents.len() });
    }
    for latent in &message.latents {
        check_len("latent", latent.len(), shape.n_bytes())?;
    }
    let reply = Reply { shape, latents: message.latents };
    check_canonical(&encode_reply(&reply), bytes)?;
    Ok(reply)
}

/// The exact length of a reply: the same for every choice.
fn reply_len(shape: LatentShape, n_members: usize) -> usize {
    let LatentShape { channels, height, width } = shape;
    let head = ReplyMessage {
        protocol_version: PROTOCOL_VERSION,
        channels,
        height,
        width,
        latents: Vec::new(),
    };
    let latent = prost::encoding::encoded_len_varint(shape.n_bytes() as u64) + 1 + shape.n_bytes();
    head.encoded_len() + n_members * latent
}

fn request_message(request: &Request) -> RequestMessage {
    let bundle = |b: &Bundle| BundleMessage { axes: b.open.bits(), role: b.role };
    RequestMessage {
        protocol_version: PROTOCOL_VERSION,
        catalogue_id: request.catalogue.id().to_owned(),
        catalogue_sha256: request.catalogue.sha256().to_vec(),
        pair_id: request.pair.0.to_vec(),
        template: request.template.text(),
        bundles: request.bundles.iter().map(bundle).collect(),
        negative: request.negative.text(),
        steps: request.options.steps,
        cloud_steps: request.options.cloud_steps,
        guidance_milli: request.options.guidance.milli,
        width: request.options.width,
        height: request.options.height,
        sampler: request.options.sampler.clone(),
        plan: request.options.plan.clone(),
        seed: request.seed.0.to_vec(),
        padding: Vec::new(),
        allowed: request.words_beyond_vocabulary().into_iter().map(str::to_owned).collect(),
    }
}

fn parse_request(message: RequestMessage, known: &Catalogues) -> Result<Request, Error> {
    limits::check("bundles", message.bundles.len(), limits::MAX_PERSONS)?;
    let sha256 = fixed("catalogue hash", &message.catalogue_sha256)?;
    let catalogue = known.find(&message.catalogue_id, &sha256)?;
    let bundle = |b: &BundleMessage| -> Result<Bundle, Error> {
        Ok(Bundle { open: AxisSet::from_bits(b.axes, &catalogue)?, role: b.role })
    };
    let bundles = message.bundles.iter().map(bundle).collect::<Result<_, _>>()?;
    limits::check("allowed words", message.allowed.len(), limits::MAX_ALLOWED_WORDS)?;
    let allowed = AllowedWords::new(message.allowed)?;
    Ok(Request {
        catalogue,
        pair: PairId(fixed("pair id", &message.pair_id)?),
        template: Template::parse_with_allowed(&message.template, &allowed)?,
        bundles,
        negative: Template::parse_with_allowed(&message.negative, &allowed)?,
        options: Options {
            steps: message.steps,
            cloud_steps: message.cloud_steps,
            guidance: Guidance { milli: message.guidance_milli },
            width: message.width,
            height: message.height,
            sampler: message.sampler,
            plan: message.plan,
        },
        seed: Seed(fixed("seed", &message.seed)?),
    })
}

/// Total length and padding for a message of `unpadded` bytes: the smallest power of two that a
/// padding field can reach exactly (its own length prefix makes a few lengths unreachable).
fn padding(unpadded: usize) -> Result<(usize, usize), Error> {
    let mut bucket = unpadded.next_power_of_two().max(limits::MIN_REQUEST_BYTES);
    loop {
        limits::check("request bytes", bucket, limits::MAX_REQUEST_BYTES)?;
        let reach = |len: usize| unpadded + PADDING_TAG_BYTES + varint_len(len) + len;
        let room = bucket - unpadded;
        let exact = (1..=room).rev().take(8).find(|&len| reach(len) == bucket);
        match (room, exact) {
            (0, _) => return Ok((bucket, 0)),
            (_, Some(len)) => return Ok((bucket, len)),
            _ => bucket *= 2,
        }
    }
}

fn varint_len(value: usize) -> usize {
    prost::encoding::encoded_len_varint(value as u64)
}

pub(crate) fn check_version(found: u32) -> Result<(), Error> {
    match found == PROTOCOL_VERSION {
        true => Ok(()),
        false => Err(Error::Version { expected: PROTOCOL_VERSION, found }),
    }
}

pub(crate) fn check_canonical(canonical: &[u8], bytes: &[u8]) -> Result<(), Error> {
    match canonical == bytes {
        true => Ok(()),
        false => Err(Error::NotCanonical { expected: canonical.len(), found: bytes.len() }),
    }
}

fn check_len(name: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    match found == expected {
        true => Ok(()),
        false => Err(Error::FieldLength { name, expected, found }),
    }
}

pub(crate) fn fixed(name: &'static str, bytes: &[u8]) -> Result<[u8; 32], Error> {
    bytes.try_into().map_err(|_| Error::FieldLength { name, expected: 32, found: bytes.len() })
}

/// Field 16 of wire type 2: the first field number whose tag takes two bytes.
const PADDING_TAG_BYTES: usize = 2;

#[cfg(test)]
pub(crate) mod tests;
