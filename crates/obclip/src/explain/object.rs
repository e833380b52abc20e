//! A dry run as one JSON object. It tells the prompt's secrets to whoever asked for it: the user.

use std::borrow::Cow;

use obclip_device::{Class, Explanation, Found, Leaves, Span, Stays};
use obclip_protocol::Request;
use serde::Serialize;

use crate::screen;

/// `start` and `end` are Unicode code points from 0; `start_byte` and `end_byte` are bytes of UTF-8.
#[derive(Serialize)]
pub(super) struct Object<'a> {
    /// Which line of standard input, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    template: String,
    n: usize,
    members: &'a [String],
    open_axes: Vec<Vec<String>>,
    found: Vec<FoundObject<'a>>,
    held: Vec<&'a str>,
    left_out: Vec<&'a str>,
    drawn: Vec<DrawnObject<'a>>,
    /// Which of the members is meant, from 0.
    member: usize,
    device_text: &'a str,
    negative: NegativeObject<'a>,
    warnings: Vec<String>,
    k_eff: f64,
    min_entropy_bits: f64,
    guess_rate: f64,
    attacker: &'static str,
    telling: Vec<TellingObject<'a>>,
    request: RequestObject<'a>,
}

#[derive(Serialize)]
struct FoundObject<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    start_byte: usize,
    end_byte: usize,
    axis: Option<&'a str>,
    value: Option<&'a str>,
    /// From 0.
    person: Option<usize>,
    policy: &'static str,
    why: Cow<'static, str>,
}

#[derive(Serialize)]
struct DrawnObject<'a> {
    person: usize,
    axis: &'a str,
    value: &'a str,
    in_picture: bool,
}

#[derive(Serialize)]
struct NegativeObject<'a> {
    travels: String,
    held: Vec<&'a str>,
}

#[derive(Serialize)]
struct TellingObject<'a> {
    text: &'a str,
    nats: f64,
}

#[derive(Serialize)]
struct RequestObject<'a> {
    n_bytes: usize,
    hex: String,
    catalogue: &'a str,
    catalogue_sha256: String,
    pair: String,
    seed: String,
    steps: u32,
    cloud_steps: u32,
    guidance: f64,
    width: u32,
    height: u32,
    sampler: &'a str,
    plan: &'a str,
}

impl<'a> Object<'a> {
    pub(super) fn new(
        explanation: &'a Explanation,
        attacker: &'static str,
        line: Option<usize>,
    ) -> Self {
        let Explanation { leaves, stays } = explanation;
        Self {
            line,
            template: leaves.class.template.text(),
            n: leaves.class.n_members,
            members: &leaves.members.texts,
            open_axes: screen::open_axes(&leaves.class, &leaves.request),
            found: stays.found().iter().map(FoundObject::new).collect(),
            held: stays.held().map(text).collect(),
            left_out: stays.left_out().iter().map(text).collect(),
            drawn: drawn(stays),
            member: stays.member_idx(),
            device_text: stays.text().reveal(),
            negative: NegativeObject {
                travels: leaves.request.negative.text(),
                held: stays.negative_held().iter().map(text).collect(),
            },
            warnings: warnings(leaves),
            k_eff: rounded(leaves.prior.k_eff()),
            min_entropy_bits: rounded(leaves.prior.min_entropy_bits()),
            guess_rate: rounded(leaves.prior.guess_rate()),
            attacker,
            telling: telling(leaves),
            request: RequestObject::new(&leaves.request, leaves.bytes.as_ref()),
        }
    }
}

impl<'a> FoundObject<'a> {
    fn new(found: &'a Found) -> Self {
        let Span { text, start, end, start_byte, end_byte } = &found.span;
        Self {
            text,
            start: *start,
            end: *end,
            start_byte: *start_byte,
            end_byte: *end_byte,
            axis: found.axis.as_deref(),
            value: found.value.as_deref(),
            person: found.person,
            policy: found.policy.name(),
            why: found.why.clone(),
        }
    }
}

impl<'a> RequestObject<'a> {
    fn new(request: &'a Request, bytes: &[u8]) -> Self {
        let Request { catalogue, pair, options, seed, .. } = request;
        Self {
            n_bytes: bytes.len(),
            hex: screen::hex(bytes),
            catalogue: catalogue.id(),
            catalogue_sha256: screen::hex(catalogue.sha256()),
            pair: screen::hex(&pair.0),
            seed: screen::hex(&seed.0),
            steps: options.steps,
            cloud_steps: options.cloud_steps,
            guidance: options.guidance.scale(),
            width: options.width,
            height: options.height,
            sampler: &options.sampler,
            plan: &options.plan,
        }
    }
}

/// What the user should know, the telling words of the template included.
pub(super) fn warnings(leaves: &Leaves) -> Vec<String> {
    let Class { warnings, .. } = &leaves.class;
    let mut texts: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    if !leaves.telling.is_empty() {
        let words: Vec<&str> = leaves.telling.iter().map(|(word, _)| word.as_str()).collect();
        texts.push(format!(
            "words that travel make some members likelier than others: {}; {{{{…}}}} holds them here",
            words.join(", ")
        ));
    }
    texts
}

fn drawn(stays: &Stays) -> Vec<DrawnObject<'_>> {
    stays
        .drawn()
        .map(|drawn| DrawnObject {
            person: drawn.person,
            axis: drawn.axis,
            value: drawn.value,
            in_picture: drawn.in_picture,
        })
        .collect()
}

fn telling(leaves: &Leaves) -> Vec<TellingObject<'_>> {
    leaves.telling.iter().map(|(text, nats)| TellingObject { text, nats: rounded(*nats) }).collect()
}

fn text(span: &Span) -> &str {
    &span.text
}

/// Four digits after the point.
fn rounded(figure: f64) -> f64 {
    (figure * 10_000.0).round() / 10_000.0
}
