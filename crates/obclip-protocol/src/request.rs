//! The request as a checked type: everything the cloud is told, nothing it is not.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::bundle::Bundle;
use crate::catalogue::Catalogue;
use crate::enumeration::Enumeration;
use crate::error::Error;
use crate::limits::{self, Limits};
use crate::members::{self, Members};
use crate::template::Template;

/// The version of message, rendering and vocabulary together.
pub const PROTOCOL_VERSION: u32 = members::RENDERING_VERSION;

/// What the device asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The catalogue the device pinned.
    pub catalogue: Arc<Catalogue>,
    /// The model pair the device expects the cloud's half of.
    pub pair: PairId,
    /// The masked text.
    pub template: Template,
    /// One per person of the template.
    pub bundles: Vec<Bundle>,
    /// The negative prompt: words only, no persons.
    pub negative: Template,
    /// Public options.
    pub options: Options,
    /// Fresh for every job; the initial noise is drawn from it.
    pub seed: Seed,
}

/// Options that are fixed before the prompt is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Denoising steps in all.
    pub steps: u32,
    /// Steps the cloud does, at most `steps`.
    pub cloud_steps: u32,
    /// Classifier-free guidance.
    pub guidance: Guidance,
    /// Picture width in pixels.
    pub width: u32,
    /// Picture height in pixels.
    pub height: u32,
    /// Name of the sampler, for example `dpmpp-2m`.
    pub sampler: String,
    /// Name of the step plan, for example `plain`.
    pub plan: String,
}

/// Guidance in thousandths, so that it has one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Guidance {
    /// Thousandths.
    pub milli: u32,
}

/// A catalogue by name and hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueRef {
    /// The published name.
    pub id: String,
    /// SHA-256 of the file's bytes.
    pub sha256: [u8; 32],
}

/// Fingerprint of a model pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairId(pub [u8; 32]);

/// The seed of the initial noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seed(pub [u8; 32]);

impl Guidance {
    /// Rounds to thousandths; refuses what is negative, not finite or too large.
    pub fn new(scale: f64) -> Result<Self, Error> {
        let milli = (scale * 1000.0).round();
        let most = limits::MAX_GUIDANCE_MILLI;
        if !(0.0..=most as f64).contains(&milli) {
            let found = if milli > 0.0 { milli as u64 } else { 0 };
            return Err(Error::Limit { name: "guidance in thousandths", expected: most, found });
        }
        Ok(Self { milli: milli as u32 })
    }

    /// The factor.
    pub fn scale(self) -> f64 {
        f64::from(self.milli) / 1000.0
    }

    /// Whether an unconditional row is computed beside every conditional one.
    pub fn needs_unconditional(self) -> bool {
        self.milli != 1000
    }
}

impl From<&Catalogue> for CatalogueRef {
    fn from(catalogue: &Catalogue) -> Self {
        Self { id: catalogue.id().to_owned(), sha256: *catalogue.sha256() }
    }
}

impl Request {
    /// The words of template and negative prompt that are not in the vocabulary, sorted, each once: a user allowed
    /// them, or keeps their axis.
    pub fn words_beyond_vocabulary(&self) -> BTreeSet<&str> {
        let templates = [&self.template, &self.negative];
        templates.into_iter().flat_map(Template::words_beyond_vocabulary).collect()
    }

    /// All members of the class, in canonical order.
    pub fn members(&self, limits: &Limits) -> Result<Members, Error> {
        Members::render(&self.catalogue, &self.template, &self.bundles, limits.members)
    }

    /// The open axes in canonical order, each by its number in the catalogue and how many values it has: all that a
    /// step plan may depend on.
    pub fn open_axes(&self) -> Result<Vec<(usize, usize)>, Error> {
        Ok(Enumeration::new(&self.catalogue, &self.bundles).open_axes())
    }

    /// The text of a step plan's trunk: see [`Members::render_trunk`].
    pub fn trunk_text(&self, member_idx: usize, open: &[usize]) -> Result<String, Error> {
        let (template, bundles) = (&self.template, &self.bundles);
        Ok(Members::render_trunk(&self.catalogue, template, bundles, member_idx, open))
    }

    /// How many members the class has.
    pub fn n_members(&self) -> Result<usize, Error> {
        Ok(Enumeration::new(&self.catalogue, &self.bundles).n_members())
    }

    /// Checks everything against the catalogue and the limits.
    pub fn check(&self, limits: &Limits) -> Result<(), Error> {
        members::check_axes(&self.catalogue, &self.bundles)?;
        if self.bundles.len() != self.template.n_persons() {
            let (expected, found) = (self.template.n_persons(), self.bundles.len());
            return Err(Error::BundleCount { expected, found });
        }
        if self.negative.n_persons() != 0 {
            return Err(Error::PersonInNegative { found: self.negative.n_persons() });
        }
        let beyond = self.words_beyond_vocabulary();
        limits::check("allowed words", beyond.len(), limits::MAX_ALLOWED_WORDS)?;
        if let Some(idx) = beyond.iter().position(|word| self.catalogue.says(word)) {
            return Err(Error::AllowedWord { idx });
        }
        limits::check("members", self.n_members()?, limits.members)?;
        self.options.check(limits)
    }
}

impl Options {
    /// Checks the options against the limits.
    pub fn check(&self, limits: &Limits) -> Result<(), Error> {
        let steps = u64::from(self.steps);
        limits::check_range("steps", steps, 1, u64::from(limits.steps))?;
        limits::check_range("cloud steps", u64::from(self.cloud_steps), 1, steps)?;
        let milli = u64::from(self.guidance.milli);
        limits::check_range("guidance in thousandths", milli, 0, limits::MAX_GUIDANCE_MILLI)?;
        for (name, side) in [("width", self.width), ("height", self.height)] {
            let (side, multiple) = (u64::from(side), limits::SIDE_MULTIPLE);
            limits::check_range(name, side, limits::MIN_SIDE, limits::MAX_SIDE)?;
            if side % multiple != 0 {
                return Err(Error::NotMultiple { name, expected: multiple, found: side });
            }
        }
        let pixels = u64::from(self.width) * u64::from(self.height);
        limits::check_range("pixels", pixels, 1, limits.pixels)?;
        check_name("sampler", &self.sampler)?;
        check_name("plan", &self.plan)
    }
}

fn check_name(name: &'static str, found: &str) -> Result<(), Error> {
    limits::check(name, found.len(), limits::MAX_NAME_BYTES)?;
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+._".contains(c);
    match !found.is_empty() && found.chars().all(allowed) {
        true => Ok(()),
        false => Err(Error::Name { name }),
    }
}
