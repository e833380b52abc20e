//! What a cloud says it serves. For people and tools: a device never lets it change a request.

use prost::Message;

use crate::codec;
use crate::error::Error;
use crate::limits::{self, Limits};
use crate::message::{
    CapabilitiesMessage, CapabilitiesRequestMessage, CatalogueVersionMessage, CloudLimitsMessage,
    PairMessage,
};
use crate::request::{CatalogueRef, PROTOCOL_VERSION, PairId};

/// What a cloud serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The model pairs, by the cloud's half.
    pub pairs: Vec<Pair>,
    /// The catalogues, by name and hash.
    pub catalogues: Vec<CatalogueRef>,
    /// What a request may ask for at most.
    pub limits: Limits,
    /// Cost units that one job may have at most.
    pub cost_units: u64,
    /// Names of samplers.
    pub samplers: Vec<String>,
    /// Names of step plans.
    pub plans: Vec<String>,
    /// Name and version of the program.
    pub software: String,
}

/// A model pair as its cloud names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// What the request calls it.
    pub id: PairId,
    /// SHA-256 of the cloud model's weights.
    pub weights_sha256: [u8; 32],
    /// Width and height in pixels it was trained at.
    pub default_side: u32,
    /// Sides must be multiples of this, in pixels.
    pub size_multiple: u32,
}

impl Capabilities {
    /// The bytes that ask for capabilities.
    pub fn request() -> Vec<u8> {
        CapabilitiesRequestMessage { protocol_version: PROTOCOL_VERSION }.encode_to_vec()
    }

    /// Checks the bytes that ask: another version of the protocol is refused.
    pub fn check_request(bytes: &[u8]) -> Result<(), Error> {
        limits::check("request bytes", bytes.len(), limits::MIN_REQUEST_BYTES)?;
        let message = CapabilitiesRequestMessage::decode(bytes).map_err(|_| Error::Malformed)?;
        codec::check_version(message.protocol_version)
    }

    /// The answer's bytes.
    pub fn encode(&self) -> Vec<u8> {
        let Limits { members, steps, pixels } = self.limits;
        let pair = |pair: &Pair| PairMessage {
            pair_id: pair.id.0.to_vec(),
            weights_sha256: pair.weights_sha256.to_vec(),
            default_side: pair.default_side,
            size_multiple: pair.size_multiple,
        };
        let catalogue = |catalogue: &CatalogueRef| CatalogueVersionMessage {
            id: catalogue.id.clone(),
            sha256: catalogue.sha256.to_vec(),
        };
        CapabilitiesMessage {
            protocol_version: PROTOCOL_VERSION,
            pairs: self.pairs.iter().map(pair).collect(),
            catalogues: self.catalogues.iter().map(catalogue).collect(),
            limits: Some(CloudLimitsMessage {
                members: u32::try_from(members).unwrap_or(u32::MAX),
                steps,
                pixels,
                request_bytes: limits::MAX_REQUEST_BYTES as u32,
                cost_units: self.cost_units,
            }),
            samplers: self.samplers.clone(),
            plans: self.plans.clone(),
            software: self.software.clone(),
        }
        .encode_to_vec()
    }

    /// Parses the answer. Its texts come from the cloud: show them as its words, not ours.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        limits::check("capabilities bytes", bytes.len(), limits::MAX_REQUEST_BYTES)?;
        let message = CapabilitiesMessage::decode(bytes).map_err(|_| Error::Malformed)?;
        codec::check_version(message.protocol_version)?;
        let limits = message.limits.ok_or(Error::Malformed)?;
        let pair = |pair: &PairMessage| -> Result<Pair, Error> {
            Ok(Pair {
                id: PairId(codec::fixed("pair id", &pair.pair_id)?),
                weights_sha256: codec::fixed("weights hash", &pair.weights_sha256)?,
                default_side: pair.default_side,
                size_multiple: pair.size_multiple,
            })
        };
        let catalogue = |catalogue: CatalogueVersionMessage| -> Result<CatalogueRef, Error> {
            let sha256 = codec::fixed("catalogue hash", &catalogue.sha256)?;
            Ok(CatalogueRef { id: catalogue.id, sha256 })
        };
        Ok(Self {
            pairs: message.pairs.iter().map(pair).collect::<Result<_, _>>()?,
            catalogues: message.catalogues.into_iter().map(catalogue).collect::<Result<_, _>>()?,
            limits: Limits {
                members: limits.members as usize,
                steps: limits.steps,
                pixels: limits.pixels,
            },
            cost_units: limits.cost_units,
            samplers: message.samplers,
            plans: message.plans,
            software: message.software,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    #[test]
    fn capabilities_round_trip() {
        let capabilities = Capabilities {
            pairs: vec![Pair {
                id: PairId([1; 32]),
                weights_sha256: [2; 32],
                default_side: 128,
                size_multiple: 16,
            }],
            catalogues: vec![CatalogueRef::from(&Catalogue::v1())],
            limits: Limits::default(),
            cost_units: 1 << 40,
            samplers: vec!["ddim".to_owned()],
            plans: vec!["plain".to_owned()],
            software: "obclip-cloud 0.1.0".to_owned(),
        };
        assert_eq!(Capabilities::decode(&capabilities.encode()), Ok(capabilities));
        assert_eq!(Capabilities::check_request(&Capabilities::request()), Ok(()));
    }

    #[test]
    fn another_version_and_other_bytes_are_refused() {
        assert_eq!(
            Capabilities::check_request(&[0x08, 0x7f]).map_err(|error| error.code()),
            Err("protocol-version")
        );
        assert_eq!(Capabilities::check_request(&[0xff]), Err(Error::Malformed));
        assert!(Capabilities::decode(&[]).is_err());
        assert!(Capabilities::decode(&[0xff; 40]).is_err());
    }
}
