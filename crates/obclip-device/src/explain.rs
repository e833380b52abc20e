//! What would leave the device and what would stay, for the user's own screen. Nothing is sent.

mod span;

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroize;

use obclip_prior::{Associations, CORRELATE_NATS, Posterior, View};
use obclip_protocol::{Bundle, Catalogue, Limits, Members, Redacted, Request};

use crate::building::{Class, build};
use crate::coins::Coins;
use crate::error::Error;
use crate::generate::{Settings, Wish};
use crate::reading::{Finding, Policy, Reading, ThisRevealsThePrompt};
use crate::request::{Job, RequestBytes, encode};
use crate::secret::Settled;
pub use span::Span;

/// A dry run of one job. Only this crate can make one; no `Display`, no `Serialize`, `Debug` shows nothing.
pub struct Explanation {
    /// What the cloud would learn, all of it.
    pub leaves: Leaves,
    /// What it would not.
    pub stays: Stays,
}

/// A function of the class alone.
#[derive(Debug, Clone)]
pub struct Leaves {
    /// Template, open axes, N, warnings.
    pub class: Class,
    /// The texts the cloud would denoise.
    pub members: Members,
    /// The request, decoded.
    pub request: Request,
    /// The request, byte for byte. A real job has a seed of its own.
    pub bytes: RequestBytes,
    /// What our attacker, who knows the language, believes of the members.
    pub prior: Posterior,
    /// Words of the template that tell something about the members, and how much in nats.
    pub telling: Vec<(String, f64)>,
}

/// The secret half.
pub struct Stays {
    found: Vec<Found>,
    left_out: Vec<Span>,
    negative_held: Vec<Span>,
    settled: Settled,
}

/// One span of the prompt and what becomes of it.
#[derive(Clone)]
pub struct Found {
    /// Where it stands and what it says.
    pub span: Span,
    /// The name of the axis it speaks of.
    pub axis: Option<Cow<'static, str>>,
    /// The catalogue value it states, if it has one.
    pub value: Option<Cow<'static, str>>,
    /// Which person it describes, from 0.
    pub person: Option<usize>,
    /// What becomes of it in this class.
    pub policy: Policy,
    /// Why.
    pub why: Cow<'static, str>,
}

/// A value that the prompt leaves open, as the coins fell this time.
#[derive(Clone, Copy)]
pub struct DrawnValue<'a> {
    /// Which person, from 0.
    pub person: usize,
    /// Which axis.
    pub axis: &'a str,
    /// The value.
    pub value: &'a str,
    /// Whether the picture shows it; else it is the cloud's half only, and the picture shows the
    /// user's own word.
    pub in_picture: bool,
}

/// A dry run: everything up to the request, which is not sent.
pub fn explain(
    wish: &Wish,
    settings: &Settings,
    job: &Job,
    coins: &mut Coins,
    reveals: ThisRevealsThePrompt,
) -> Result<Explanation, Error> {
    let Settings { catalogue, cover, limits, .. } = settings;
    let text = wish.prompt.text();
    let rules = settings.rules();
    let reading = Reading::by(&rules, &wish.prompt);
    let class = build(&reading.masked, catalogue, *cover, limits.members)?;
    let negative = wish.negative.as_ref();
    let negative_words = negative.map(|prompt| Reading::words_without_persons(&rules, prompt));
    let negative_words = negative_words.transpose()?.unwrap_or_default();
    let negative_held =
        negative.map(|prompt| span::left_out(prompt.text(), &[], negative_words.pieces()));
    let (request, bytes) = encode(&class, negative_words, catalogue, job)?;
    let leaves = Leaves::new(class, request, bytes, catalogue, limits)?;

    let bundles = &leaves.class.bundles;
    let findings = reading.findings(reveals).to_vec();
    let left_out = span::left_out(text, &findings, leaves.class.template.pieces());
    let found = |finding: &Finding| Found::new(finding, text, bundles, catalogue);
    let found = findings.iter().map(found).collect();
    let settled = reading.secret.settle(catalogue, bundles, coins)?;
    let negative_held = negative_held.unwrap_or_default();
    Ok(Explanation { leaves, stays: Stays { found, left_out, negative_held, settled } })
}

impl Leaves {
    fn new(
        class: Class,
        request: Request,
        bytes: RequestBytes,
        catalogue: &Catalogue,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let members = Members::render(catalogue, &class.template, &class.bundles, limits.members)?;
        let view = View::new(catalogue, &class.bundles, &members)?;
        let prior = Associations::v1().posterior(&view);
        let telling = match members.texts.len() {
            1 => Vec::new(),
            _ => telling(&members.neutral, catalogue),
        };
        Ok(Self { class, members, request, bytes, prior, telling })
    }
}

/// The words that a reader of correlates would hold, most telling first.
fn telling(text: &str, catalogue: &Catalogue) -> Vec<(String, f64)> {
    let mut telling = Associations::v1().correlates(text, catalogue);
    telling.retain(|(_, nats)| *nats > CORRELATE_NATS);
    telling.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    telling
}

impl Found {
    fn new(finding: &Finding, text: &str, bundles: &[Bundle], catalogue: &Catalogue) -> Self {
        let is_open = |person: usize, axis: &str| {
            let axis_idx = catalogue.axis_idx(axis);
            let bundle = bundles.get(person);
            axis_idx.is_some_and(|idx| bundle.is_some_and(|bundle| bundle.open.contains(idx)))
        };
        let closed = match (finding.person, &finding.axis) {
            (Some(person), Some(axis)) => !is_open(person, axis),
            _ => false,
        };
        let policy = match finding.policy {
            Policy::Expand if closed => Policy::Neutralise,
            policy => policy,
        };
        let Finding { start, end, axis, value, person, why, .. } = finding.clone();
        Self { span: Span::new(text, start, end), axis, value, person, policy, why }
    }
}

impl Stays {
    /// What was found, in the order of the prompt. A word that speaks of two axes stands here twice.
    pub fn found(&self) -> &[Found] {
        &self.found
    }

    /// Words that stay on the device and open no axis, each once.
    pub fn held(&self) -> impl Iterator<Item = &Span> {
        let stays = |policy: Policy| matches!(policy, Policy::Hold | Policy::Neutralise);
        let of_span = |span: &Span, other: &Found| {
            other.span.start_byte < span.end_byte && span.start_byte < other.span.end_byte
        };
        let mut last_end = 0;
        self.found.iter().map(|found| &found.span).filter(move |span| {
            let mut here = self.found.iter().filter(|found| of_span(span, found));
            let is_new = span.start_byte >= last_end;
            last_end = last_end.max(span.end_byte);
            is_new && here.all(|found| stays(found.policy))
        })
    }

    /// Words that hung on what was taken out and do not travel either.
    pub fn left_out(&self) -> &[Span] {
        &self.left_out
    }

    /// Words of the negative prompt that do not travel.
    pub fn negative_held(&self) -> &[Span] {
        &self.negative_held
    }

    /// Values that the prompt leaves open, as the coins fell this time.
    pub fn drawn(&self) -> impl Iterator<Item = DrawnValue<'_>> {
        self.settled.drawn.iter().map(|drawn| DrawnValue {
            person: drawn.person_idx,
            axis: &drawn.axis,
            value: &drawn.value,
            in_picture: drawn.in_picture,
        })
    }

    /// Which member the device would keep.
    pub fn member_idx(&self) -> usize {
        self.settled.choice.member_idx()
    }

    /// The text the device's own model reads.
    pub fn text(&self) -> &Redacted<String> {
        &self.settled.text
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Explanation").field("leaves", &self.leaves).finish_non_exhaustive()
    }
}

impl fmt::Debug for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        // It can name a word of the prompt, like the span, which sees to itself.
        std::mem::take(&mut self.why).into_owned().zeroize();
    }
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests;
