//! What a word that the lists do not know speaks of, judged by its letters, its neighbours and the words it is used like.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::Scene;
use super::ages::bare_age;
use super::grammar::Little;
use super::names::is_name;
use super::term::{Category, Fate, Form, Sense, Term};
use super::things::speaks_of_persons;
use crate::axis::{Axis, Stated};
use crate::lexicon::Lexicon;
use crate::tagger::{Encoded, Judged, Seen, SeenFate, Tagger};
use crate::tokens::JOINED;

/// What the network makes of a scene, worked out when it is first asked.
pub(super) struct Tagging<'a> {
    scene: &'a Scene,
    encoded: OnceCell<Encoded>,
}

impl<'a> Tagging<'a> {
    pub(super) fn of(scene: &'a Scene) -> Self {
        Self { scene, encoded: OnceCell::new() }
    }

    /// Axes that the lists did not give the term, with the likeliest value; `given` are those that they gave.
    pub(super) fn axes(&self, at: usize, given: &[&str]) -> Vec<Judged> {
        let term = &self.scene.terms[at];
        let least = match term.fate {
            _ if is_held(term) && self.somebody() => HELD_WITH_PERSONS,
            _ if is_held(term) => HELD_ALONE,
            // "a belle" is a person by the lists; what more she is may be in none.
            Fate::Person(_) | Fate::Drop(Some(_)) => OF_A_PERSON,
            // What travels is not judged: a label would promise what the wire does not keep.
            _ => return Vec::new(),
        };
        let likely = |judged: &Judged| judged.probability >= least && !given.contains(&judged.axis);
        let figure = bare_age(&self.scene.tokens, term.tokens.start);
        let no_age = self.is_no_age(term);
        let likely = |judged: &Judged| likely(judged) && !(no_age && judged.axis == "age");
        let exact = |judged: Judged| match (judged.axis, figure) {
            ("age", Some(Stated::Value(value))) => Judged { value: Some(value), ..judged },
            ("age", Some(Stated::Unlisted)) => Judged { value: None, ..judged },
            _ => judged,
        };
        self.judged(at).into_iter().filter(likely).map(exact).collect()
    }

    /// The value of an axis that the lists gave the term without one ("soprano").
    pub(super) fn value(&self, at: usize, axis: &str) -> Option<&'static str> {
        let told = matches!(axis, "age" | "gender");
        let judged = self.judged(at).into_iter().filter(|judged| told && judged.axis == axis);
        judged.filter(|judged| judged.probability >= OF_A_VALUE).find_map(|judged| judged.value)
    }

    /// The likeliest people of a word that says a nation.
    pub(super) fn people(&self, at: usize) -> Option<Judged> {
        self.judged(at).into_iter().find(|judged| judged.axis == "ethnicity")
    }

    /// Which word the network went by.
    pub(super) fn why(&self, at: usize, judged: &Judged) -> Cow<'static, str> {
        let telling = Tagger::v1().most_telling(self.encoded(), at, judged.axis);
        match telling == at {
            true => Cow::Borrowed("judged by what it is used like"),
            false => {
                let last = self.scene.terms[telling].tokens.end - 1;
                Cow::Owned(format!(
                    "judged by \u{201c}{}\u{201d} near it",
                    self.scene.tokens[last].text
                ))
            }
        }
    }

    /// Whether a word that looks like a name is one of a person ("Bentley" in the snow).
    pub(super) fn is_name(&self, at: usize) -> bool {
        let name = self.judged(at).into_iter().find(|judged| judged.axis == "name");
        let least = if self.somebody() { NAME_WITH_PERSONS } else { NAME_ALONE };
        name.is_none_or(|name| name.probability >= least)
    }

    /// "4:5", and figures in a scene that speaks of nobody.
    fn is_no_age(&self, term: &Term) -> bool {
        let text = self.scene.word(term);
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let named = || self.scene.terms.iter().any(|term| is_name(self.scene, term));
        text.contains(JOINED)
            || digits && !self.somebody() && !speaks_of_persons(self.scene) && !named()
    }

    fn somebody(&self) -> bool {
        !self.scene.persons.is_empty() || self.scene.has_group()
    }

    fn judged(&self, at: usize) -> Vec<Judged> {
        Tagger::v1().judge(self.encoded(), at)
    }

    fn encoded(&self) -> &Encoded {
        self.encoded.get_or_init(|| {
            let seen: Vec<_> = (0..self.scene.terms.len()).map(|at| seen(self.scene, at)).collect();
            Tagger::v1().encode(&seen)
        })
    }
}

/// How likely an axis must be to be shown: chosen on prompts that the weights were not made from (`results/detector`).
const HELD_WITH_PERSONS: f32 = 0.2;
const HELD_ALONE: f32 = 0.7;
/// For what belongs to a person already.
const OF_A_PERSON: f32 = 0.4;
/// For a value where the lists give the axis alone.
const OF_A_VALUE: f32 = 0.5;
/// How likely a name must be to stay one: beside persons, and where there are none.
const NAME_WITH_PERSONS: f32 = 0.1;
const NAME_ALONE: f32 = 0.4;

/// Held, or gone with whom it describes though it states no axis of its own ("little").
fn is_held(term: &Term) -> bool {
    let goes = matches!(term.fate, Fate::Drop(_))
        && matches!(term.sense, Sense::Small | Sense::CorrelateWord);
    goes || matches!(term.fate, Fate::Hold(_))
}

pub(crate) fn seen(scene: &Scene, at: usize) -> Seen {
    let term = &scene.terms[at];
    let fate = match term.fate {
        Fate::Keep => SeenFate::Travels,
        _ if is_held(term) => SeenFate::Held,
        _ => SeenFate::Found,
    };
    Seen {
        word: scene.tokens[term.tokens.end - 1].text.clone(),
        symbol: symbol(scene, at),
        shape: shape(scene, term),
        place: place(scene, at),
        fate,
        listed: listed(scene, term),
    }
}

/// The axes that the lists give the words, whatever stands around them.
fn listed(scene: &Scene, term: &Term) -> Vec<&'static str> {
    let words: Vec<_> =
        scene.tokens[term.tokens.clone()].iter().map(|token| token.text.as_str()).collect();
    let mut axes = Lexicon::v1().topics(&words.join(" ")).to_vec();
    axes.extend(super::telling::stated(&term.sense).into_iter().map(|(axis, _)| axis.name()));
    axes.extend(match &term.sense {
        Sense::Head(Category::Kin, _) => Some("family"),
        Sense::Head(Category::Role { .. }, _) => Some("occupation"),
        Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_) => Some("nationality"),
        Sense::Skin => Some("skin-tone"),
        Sense::Pronoun(Form::Subject | Form::Reflexive | Form::Oblique, _) => Some("gender"),
        _ => None,
    });
    axes.extend(is_name(scene, term).then_some("name"));
    axes.sort_unstable();
    axes.dedup();
    axes
}

fn shape(scene: &Scene, term: &Term) -> &'static str {
    let token = &scene.tokens[term.tokens.end - 1];
    let digits = token.text.chars().any(|c| c.is_ascii_digit());
    match (digits, token.upper, token.capital, token.hyphen) {
        (true, ..) => "digits",
        (_, true, ..) => "capitals",
        (_, _, true, true) => "-Capital",
        (_, _, true, false) if term.tokens.start == 0 => "First",
        (_, _, true, false) => "Capital",
        (_, _, false, true) => "-small",
        (_, _, false, false) => "small",
    }
}

/// A neighbour as far as it matters: its category where it is one of a person, else its word.
fn symbol(scene: &Scene, at: usize) -> &'static str {
    let term = &scene.terms[at];
    let token = &scene.tokens[term.tokens.end - 1];
    match &term.sense {
        Sense::Head(Category::Kin, _) => "<kin>",
        Sense::Head(..) => "<person>",
        Sense::Group { .. } => "<group>",
        Sense::Attribute { axis: Axis::Age, .. } => "<age>",
        Sense::Attribute { axis: Axis::Ethnicity, .. } => "<ethnicity>",
        Sense::Attribute { axis: Axis::Gender, .. } => "<gender>",
        Sense::Colour(_) => "<colour>",
        Sense::Figure(_) => "<figure>",
        Sense::Place(_) => "<place>",
        Sense::Pronoun(..) => "<pronoun>",
        Sense::OtherPronoun => "<whose>",
        Sense::CorrelateThing => "<feature>",
        Sense::Trait { .. } => "<trait>",
        Sense::Comma => ",",
        Sense::Little(Little::Article) => "<a>",
        _ if token.text.chars().all(|c| c.is_ascii_digit()) => "<digits>",
        _ if is_held(term) && token.capital => "<Unknown>",
        _ if is_held(term) => "<unknown>",
        Sense::Little(_) => "<little>",
        Sense::CorrelateWord | Sense::Small | Sense::Skin | Sense::Other => "<other>",
        _ => "<word>",
    }
}

/// Where the term stands by the persons of the scene.
fn place(scene: &Scene, at: usize) -> &'static str {
    if matches!(scene.terms[at].fate, Fate::Person(_)) {
        return "head";
    }
    let mut rest = scene.terms[at + 1..].iter().take_while(|term| term.in_run());
    if rest.any(|term| {
        matches!(term.fate, Fate::Person(_)) || matches!(term.sense, Sense::Group { .. })
    }) {
        return "before-head";
    }
    match scene.persons.iter().any(|person| person.head < at) {
        true => "after-a-person",
        false if scene.persons.is_empty() => "nobody",
        false => "before-a-person",
    }
}
