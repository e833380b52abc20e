//! `vectors/protocol/v1/bad_replies.toml`, read as the device reads a reply.

use obclip_device::{Coins, Cover, Error, Job, Pending, Reading, build, seal};
use obclip_protocol::{Catalogue, LatentShape, Limits, PROTOCOL_VERSION, PairId, Seed};
use serde::Deserialize;

use super::{Overwrite, bytes_of, delimited, varint};
use crate::world;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bad {
    name: String,
    version: Option<u64>,
    shape: Option<[u64; 3]>,
    n: Option<usize>,
    resize: Option<Resize>,
    fill: Option<Fill>,
    put: Option<Put>,
    /// So many bytes of the first latent belong to the second.
    moved: Option<usize>,
    keep: Option<usize>,
    drop: Option<usize>,
    append: Option<String>,
    overwrite: Option<Overwrite>,
    #[serde(default)]
    twice: bool,
    /// Version and channels change places.
    #[serde(default)]
    swap_head: bool,
    zeros: Option<usize>,
    whole: Option<String>,
    code: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Resize {
    latent: usize,
    len: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fill {
    latent: usize,
    half: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Put {
    latent: usize,
    at: usize,
    hex: String,
}

const SHAPE: LatentShape = LatentShape { channels: 8, height: 8, width: 8 };
const N_MEMBERS: usize = 6;

pub(super) fn read() -> Vec<Bad> {
    super::read("protocol/v1/bad_replies.toml", |bad: &Bad| &bad.name)
}

impl Bad {
    fn bytes(&self) -> Vec<u8> {
        if let Some(hex) = &self.whole {
            return bytes_of(hex);
        }
        if let Some(n) = self.zeros {
            return vec![0; n];
        }
        let mut bytes = self.head();
        self.latents().iter().for_each(|latent| delimited(5, latent, &mut bytes));
        if let Some(overwrite) = &self.overwrite {
            overwrite.apply(&mut bytes);
        }
        if self.twice {
            bytes.extend_from_within(..);
        }
        bytes.truncate(self.keep.unwrap_or(usize::MAX).min(bytes.len() - self.drop.unwrap_or(0)));
        bytes.extend(self.append.as_deref().map(bytes_of).unwrap_or_default());
        bytes
    }

    fn head(&self) -> Vec<u8> {
        let shape = self.shape.unwrap_or(SHAPE.dims().map(u64::from));
        let version = self.version.unwrap_or(PROTOCOL_VERSION.into());
        let mut fields = vec![(1_u64, version)];
        fields.extend([2, 3, 4].into_iter().zip(shape));
        if self.swap_head {
            fields.swap(0, 1);
        }
        let mut bytes = Vec::new();
        for (number, value) in fields.into_iter().filter(|(_, value)| *value != 0) {
            varint(number << 3, &mut bytes);
            varint(value, &mut bytes);
        }
        bytes
    }

    fn latents(&self) -> Vec<Vec<u8>> {
        // One half.
        let latent = [0x00, 0x38].repeat(SHAPE.n_values());
        let mut latents = vec![latent; self.n.unwrap_or(N_MEMBERS)];
        if let Some(Resize { latent, len }) = &self.resize {
            latents[*latent].resize(*len, 0x38);
        }
        if let Some(Fill { latent, half }) = &self.fill {
            latents[*latent] = bytes_of(half).repeat(SHAPE.n_values());
        }
        if let Some(Put { latent, at, hex }) = &self.put {
            latents[*latent][*at..*at + 2].copy_from_slice(&bytes_of(hex));
        }
        if let Some(moved) = self.moved {
            let kept = latents[0].len() - moved;
            let tail = latents[0].split_off(kept);
            latents[1].splice(..0, tail);
        }
        latents
    }
}

/// What waits for the reply to a job of six members.
fn pending(prompt: &str) -> Pending {
    let (catalogue, limits) = (Catalogue::v1(), Limits::default());
    let reading = Reading::of(&world::wish(prompt).prompt);
    let class = build(&reading.masked, &catalogue, Cover::Mentioned, limits.members)
        .expect("one person is under the cap");
    let options = obclip_bench::audit::settings(Cover::Mentioned).options;
    let (pair, seed) = (PairId([0; 32]), Seed([0; 32]));
    let job = Job { options, pair, latent: SHAPE, seed, limits };
    seal(
        reading,
        &class,
        obclip_protocol::Template::default(),
        &catalogue,
        &job,
        &mut Coins::from_key([0; 32]),
    )
    .expect("the class seals")
    .1
}

/// The same code and the same words, whichever member is meant.
#[test]
fn bad_replies_give_one_error_for_every_choice() {
    let mut wrong = Vec::new();
    for bad in read() {
        let bytes = bad.bytes();
        let mut said = Vec::new();
        for prompt in ["portrait of a young woman", "portrait of an old man"] {
            said.push(match pending(prompt).select(&bytes) {
                Err(Error::Protocol(error)) => (error.code(), error.to_string()),
                Err(other) => ("another error", other.to_string()),
                Ok(_) => ("no error", String::new()),
            });
        }
        if said[0] != said[1] || said[0].0 != bad.code {
            wrong.push((bad.name, bad.code, said));
        }
    }
    assert!(wrong.is_empty(), "name, expected, found: {wrong:#?}");
}

#[test]
fn the_unedited_reply_is_good() {
    let mut bytes = read().remove(0);
    bytes.version = None;
    assert!(pending("portrait of an old man").select(&bytes.bytes()).is_ok());
}
