//! The properties that hold exactly or not at all: for every member of a class in turn as the choice, coins equal, the
//! adversary sees the same.

use obclip_protocol::{AxisSet, Catalogue, Limits, Refusal, Request, decode_request};
use serde::Serialize;

use super::attack::Spoiling;
use super::client::{Client, Ending, Job};
use super::line::{Answer, Answering, Crossing, Tap, honest};
use super::subject::Subject;

/// Numbered as in the literature on oblivious protocols that we test against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Property {
    /// P1: every member of the class opens the same class.
    Closure,
    /// P2: the request's bytes are a function of the class and the coins.
    RequestBytes,
    /// P3: what crosses after the request, and what the client says, does not depend on the choice.
    Handling,
    /// P4: no value, no noun and no pronoun of an axis that the cloud expands is in the request's texts.
    NoValueOnTheWire,
    /// P5: the members stand in canonical order, whichever is chosen.
    Order,
    /// P6: options and number of messages are the same, whatever the cloud answers.
    AdaptiveChoices,
    /// P7: one seed for each request, the job's own.
    OneSeed,
}

/// What a run over all members found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PropertiesResult {
    /// Jobs that were run.
    pub jobs: usize,
    /// Members of the largest class.
    pub members: usize,
    /// Bytes that differed between two requests that should be equal.
    pub differing_bytes: usize,
    /// Every violation; empty for a correct client.
    pub violations: Vec<Property>,
}

/// Runs `n_runs` draws of coins and of the cloud's behaviour; each draw with every member of one class as the choice.
pub fn check_properties(
    client: &dyn Client,
    subjects: &[Subject],
    n_runs: usize,
    seed: u64,
) -> PropertiesResult {
    let rng = &mut fastrand::Rng::with_seed(seed);
    let mut result = PropertiesResult::default();
    for run in 0..n_runs {
        let subject = &subjects[run % subjects.len()];
        let coins: [u8; 32] = std::array::from_fn(|_| rng.u8(..));
        let mood = Mood::draw(subject.n_members(), rng);
        let mut first: Option<View> = None;
        for choice in 0..subject.n_members() {
            let view = View::of(client, &Job { subject, choice, coins }, mood);
            result.jobs += 1;
            result.check_alone(&view, subject, &coins);
            match &first {
                None => first = Some(view),
                Some(first) => result.check_equal(first, &view),
            }
        }
        result.members = result.members.max(subject.n_members());
    }
    result
}

/// How the cloud behaves for one draw: the same for every choice.
#[derive(Debug, Clone, Copy)]
enum Mood {
    Honest,
    Spoiling(Spoiling, usize),
    Refusing(&'static str),
    Short,
    Silent,
}

impl Mood {
    fn draw(n_members: usize, rng: &mut fastrand::Rng) -> Self {
        const CODES: [&str; 3] = ["limit-exceeded", "draining", "model-failed"];
        match rng.usize(..6) {
            0 => Self::Spoiling(Spoiling::ALL[rng.usize(..4)], rng.usize(..n_members)),
            1 => Self::Refusing(CODES[rng.usize(..CODES.len())]),
            2 => Self::Short,
            3 => Self::Silent,
            _ => Self::Honest,
        }
    }

    fn answer(self, message: &[u8]) -> Answer {
        match self {
            Self::Honest => honest(message, 0),
            Self::Spoiling(spoiling, member_idx) => spoiling.answer(message, member_idx),
            Self::Refusing(code) => {
                Answer::Refuse(Refusal { code: code.to_owned(), detail: "expected later".into() })
            }
            Self::Short => match honest(message, 0) {
                Answer::Reply(mut pieces) => {
                    pieces.pop();
                    Answer::Reply(pieces)
                }
                other => other,
            },
            Self::Silent => Answer::Nothing,
        }
    }
}

/// Everything outside the user's own picture.
struct View {
    crossings: Vec<Crossing>,
    said: Vec<String>,
}

impl View {
    fn of(client: &dyn Client, job: &Job<'_>, mood: Mood) -> Self {
        let answering: &mut Answering<'_> = &mut |message: &[u8], _: usize| mood.answer(message);
        let mut tap = Tap::new(answering);
        let Ending { said, .. } = client.paint(job, &mut tap);
        Self { crossings: tap.crossings, said }
    }

    fn sent(&self) -> Vec<&[u8]> {
        let sent = self.crossings.iter().filter_map(|crossing| match crossing {
            Crossing::Sent(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        sent.collect()
    }

    fn after_requests(&self) -> Vec<&Crossing> {
        let is_after = |crossing: &&Crossing| !matches!(crossing, Crossing::Sent(_));
        self.crossings.iter().filter(is_after).collect()
    }

    /// The first message as a request, if it is one.
    fn request(&self) -> Option<Request> {
        decode_request(self.sent().first()?, &Limits::default()).ok()
    }
}

impl PropertiesResult {
    fn note(&mut self, property: Property, holds: bool) {
        if !holds {
            self.violations.push(property);
        }
    }

    fn check_alone(&mut self, view: &View, subject: &Subject, coins: &[u8; 32]) {
        let Some(request) = view.request() else {
            return self.note(Property::Closure, false);
        };
        let members = request.members(&Limits::default()).map(|members| members.texts);
        let members = members.unwrap_or_default();
        let sorted = |texts: &[String]| {
            let mut texts = texts.to_vec();
            texts.sort();
            texts
        };
        self.note(Property::Closure, sorted(&members) == sorted(&subject.prompts));
        self.note(Property::Order, members == subject.prompts);
        self.note(Property::NoValueOnTheWire, !names_a_value(&request));
        self.note(Property::OneSeed, request.seed.0 == *coins);
    }

    fn check_equal(&mut self, first: &View, other: &View) {
        let (one, two) = (first.sent().concat(), other.sent().concat());
        let unequal = one.iter().zip(&two).filter(|(one, two)| one != two).count();
        let differing = unequal + one.len().abs_diff(two.len());
        self.differing_bytes += differing;
        self.note(Property::RequestBytes, differing == 0);
        let same_after = first.after_requests() == other.after_requests();
        self.note(Property::Handling, same_after && first.said == other.said);
        let options = |view: &View| view.request().map(|request| request.options);
        let same_number = first.sent().len() == other.sent().len();
        self.note(Property::AdaptiveChoices, same_number && options(first) == options(other));
    }
}

/// A word of an axis that the cloud expands, in template or negative prompt. The values of the other axes ("light",
/// "short", "single") are words of scenes as well.
fn names_a_value(request: &Request) -> bool {
    let texts = [request.template.text(), request.negative.text()].join(" ");
    let catalogue = Catalogue::v1();
    let expanded = AxisSet::expandable(&catalogue);
    let words = expanded.iter().map(|axis_idx| &catalogue.axes()[axis_idx]).flat_map(|axis| {
        let pronouns = axis.pronouns.iter().flat_map(|p| [&p.subject, &p.object, &p.possessive]);
        axis.values.iter().chain(&axis.nouns).chain(pronouns)
    });
    let of_a_word = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let found: Vec<&str> = texts.split(|c| !of_a_word(c)).collect();
    words.into_iter().any(|word| found.contains(&word.as_str()))
}
