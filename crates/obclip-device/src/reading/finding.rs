//! What was found where, for the user's own screen.

use std::borrow::Cow;

use zeroize::Zeroize;

use super::Scene;
use super::abroad::is_foreign;
use super::clauses::LIFE;
use super::forms::is_in_form;
use super::grammar::is_in;
use super::holding::{CORRELATE, UNKNOWN};
use super::names::is_name;
use super::policies::phrase;
use super::scenery::is_said_of_scenery;
use super::tagging::Tagging;
use super::telling::{
    SEEN_OF_ANIMALS, before_people, gender_inside, is_age_of_somebody, is_of_animals,
    is_of_children, kin_of_forums, of_place_name, owns_a_thing, says_whose, stated, title_gender,
    topics, transposed,
};
use super::term::{Category, Fate, Sense, Term};
use crate::axis::{Axis, Stated};
use crate::rules::{OCCUPATION, OwnAxis, OwnPhrase};
use crate::tagger::Judged;

/// Whoever holds this wants to print what the prompt says.
#[derive(Debug, Clone, Copy)]
pub struct ThisRevealsThePrompt;

/// One span of the prompt and what became of it. Device only: no `Display`, `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The words as the user wrote them.
    pub text: String,
    /// Byte offset of their start in the prompt.
    pub start: usize,
    /// Byte offset of their end.
    pub end: usize,
    /// The name of the axis they speak of.
    pub axis: Option<Cow<'static, str>>,
    /// The catalogue value they state, if it has one.
    pub value: Option<Cow<'static, str>>,
    /// Which person they describe, from 0.
    pub person: Option<usize>,
    /// What became of them.
    pub policy: Policy,
    /// Why.
    pub why: Cow<'static, str>,
}

/// What becomes of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Its axis is open: the cloud computes every value.
    Expand,
    /// Its axis is neutral on the wire: nothing or a neutral word travels, the device has the words.
    Neutralise,
    /// It travels as written.
    Keep,
    /// It stays on the device for another reason: unknown, marked, or it shifts the odds of an axis.
    Hold,
}

impl Policy {
    /// One word for lists and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Neutralise => "neutralise",
            Self::Keep => "keep",
            Self::Hold => "hold",
        }
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finding").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Zeroize for Finding {
    fn zeroize(&mut self) {
        self.text.zeroize();
        // It can name a word of the prompt.
        std::mem::take(&mut self.why).into_owned().zeroize();
        (self.start, self.end, self.axis, self.value, self.person) = (0, 0, None, None, None);
    }
}

/// The findings of a scene, in reading order; `prompt` is its text.
pub(crate) fn findings(scene: &Scene, prompt: &str) -> Vec<Finding> {
    let view = View::of(scene, prompt);
    (0..scene.terms.len()).flat_map(|at| view.of_term(at)).collect()
}

/// A scene, with what decides for all of its terms.
struct View<'a> {
    scene: &'a Scene,
    prompt: &'a str,
    tagging: Tagging<'a>,
    /// No person and no group.
    nobody: bool,
    /// Nobody, but an animal.
    beast: bool,
    /// Nobody, and another language.
    abroad: bool,
    /// Somebody, if only by name: "Brunhilde with a spear, flaxen braids"
    somebody: bool,
}

/// What a term tells.
struct Told {
    /// Of the axes that the cloud expands.
    stated: Vec<(Axis, Stated)>,
    /// Other axes, by the lists.
    topics: Vec<&'static str>,
    /// Axes by the tagger.
    judged: Vec<Judged>,
}

impl<'a> View<'a> {
    fn of(scene: &'a Scene, prompt: &'a str) -> Self {
        let nobody = scene.persons.is_empty() && !scene.has_group();
        Self {
            scene,
            prompt,
            tagging: Tagging::of(scene),
            nobody,
            beast: nobody && is_of_animals(scene),
            abroad: nobody && is_foreign(&scene.tokens),
            somebody: !nobody || scene.terms.iter().any(|term| is_name(scene, term)),
        }
    }

    fn of_term(&self, at: usize) -> Vec<Finding> {
        let term = &self.scene.terms[at];
        let (Some(bare), Some(stated)) = (self.bare(term), self.stated(term)) else {
            return Vec::new();
        };
        if term.sense == Sense::Written {
            return vec![bare];
        }
        if let Some(own) = term.own {
            return vec![self.of_own_axis(term, own, bare)];
        }
        let told = self.told(at, stated, &bare);
        if told.stated.is_empty() && told.topics.is_empty() && told.judged.is_empty() {
            return vec![bare];
        }
        let judged = told.judged.iter().map(|judged| self.of_judged(at, judged, &bare));
        let topics = told.topics.iter().map(|topic| self.of_topic(at, topic, &bare));
        let stated = told.stated.iter().map(|stated| of_stated(*stated, &bare));
        judged.chain(topics).chain(stated).collect()
    }

    /// Where a term stands and what became of it; nothing if it just travels.
    fn bare(&self, term: &Term) -> Option<Finding> {
        let outcome = match term.kept && term.fate == Fate::Keep {
            true => Some((Policy::Keep, None, "you keep its axis: it travels as written")),
            false => outcome(&term.fate, &term.sense),
        };
        let (policy, person, why) = outcome?;
        let start = self.scene.tokens[term.tokens.start].start;
        let end = self.scene.tokens[term.tokens.end - 1].end;
        let (text, why) = (self.prompt[start..end].to_owned(), Cow::Borrowed(why));
        Some(Finding { text, start, end, axis: None, value: None, person, policy, why })
    }

    /// What a term states here: what describes no person states nothing of one. `None` for what is no finding at all.
    fn stated(&self, term: &Term) -> Option<Vec<(Axis, Stated)>> {
        let (scene, nobody) = (self.scene, self.nobody);
        let pronoun = matches!(term.sense, Sense::Pronoun(..));
        let ancient = || scene.word(term) == "ancient" && !before_people(scene, term);
        Some(match term.fate {
            // "her wig"
            Fate::Hold(CORRELATE) if self.beast && pronoun => Vec::new(),
            Fate::Hold(CORRELATE) if pronoun => stated(&term.sense),
            Fate::Hold(CORRELATE) | Fate::Drop(_) if !nobody && is_of_children(scene, term) => {
                vec![(Axis::Age, Stated::Value("young"))]
            }
            // "getting on a bit, Mavis abseils"
            Fate::Hold(_) if is_age_of_somebody(scene, term) => stated(&term.sense),
            Fate::Hold(CORRELATE) | Fate::Drop(_) if !nobody && ancient() => {
                vec![(Axis::Age, Stated::Value("old"))]
            }
            // "who left her husband"
            Fate::Hold(LIFE) => stated(&term.sense),
            // "a cross-dresser in his fifties"
            Fate::Hold(_) if says_whose(&term.sense) => stated(&term.sense),
            // "sex: m, age: 33", of nobody who is named
            Fate::Hold(_) if is_in_form(&scene.tokens, &term.tokens) => stated(&term.sense),
            Fate::Hold(_) => Vec::new(),
            // "Santa Maria church"
            _ if of_place_name(scene, term) => Vec::new(),
            // "a mare with her foal"
            _ if nobody && pronoun => return None,
            _ => stated(&term.sense),
        })
    }

    /// Everything a term tells, by the lists first; the tagger is asked about the rest.
    fn told(&self, at: usize, stated: Vec<(Axis, Stated)>, bare: &Finding) -> Told {
        let (scene, term) = (self.scene, &self.scene.terms[at]);
        let mut topics = topics(scene, term, self.somebody);
        topics.retain(|topic| *topic != "name" || self.tagging.is_name(at));
        let mut told = Told { stated, topics, judged: Vec::new() };
        told.add_gender(scene, term);
        let kin = kin_of_forums(scene, term);
        if let Some(gender) = kin {
            told.set_kin(gender);
        }
        let lesbian = matches!(scene.word(term), "lesbian" | "lesbians" | "dyke" | "dykes");
        if lesbian && !told.topics.is_empty() {
            told.stated.push((Axis::Gender, Stated::Value("female")));
        }
        told.judged = self.judged(at, &told);
        told.judged.retain(|judged| !(kin.is_some() && judged.axis == "name"));
        self.leave_to_animals(term, &mut told);
        let of_thing = owns_a_thing(scene, term) || is_said_of_scenery(scene, at);
        if self.nobody && (of_thing || bare.why == UNKNOWN && self.abroad) {
            told.judged.clear();
        }
        told
    }

    fn judged(&self, at: usize, told: &Told) -> Vec<Judged> {
        let stated = told.stated.iter().map(|(axis, _)| axis.name());
        let given: Vec<_> = told.topics.iter().copied().chain(stated).collect();
        let mut judged = self.tagging.axes(at, &given);
        // Whoever says the nation says the ethnicity, if only that there is one.
        let has = |axis: &str| given.contains(&axis) || judged.iter().any(|j| j.axis == axis);
        let people = has("nationality") && !has("ethnicity");
        judged.extend(people.then(|| self.tagging.people(at)).flatten());
        judged
    }

    /// "a pregnant cat", "A widow's veil under glass", "a vixen and her brothers"
    fn leave_to_animals(&self, term: &Term, told: &mut Told) {
        if !self.beast || matches!(term.sense, Sense::Figure(_)) {
            return;
        }
        told.judged.retain(|judged| !SEEN_OF_ANIMALS.contains(&judged.axis));
        told.topics.retain(|topic| !SEEN_OF_ANIMALS.contains(topic));
    }

    fn of_own_axis(&self, term: &Term, own: OwnPhrase, bare: Finding) -> Finding {
        let axis = self.scene.rules.own_axis(own.axis);
        let value = axis.value_of(&phrase(&self.scene.tokens, term));
        let policy = match (own.axis, bare.person) {
            (OwnAxis::Expanded(_), Some(_)) => Policy::Expand,
            _ => Policy::Neutralise,
        };
        Finding {
            axis: Some(Cow::Owned(axis.name.clone())),
            value: value.map(|value| Cow::Owned(value.to_owned())),
            policy,
            why: Cow::Borrowed("of an axis of your own"),
            ..bare
        }
    }

    fn of_judged(&self, at: usize, judged: &Judged, bare: &Finding) -> Finding {
        let term = &self.scene.terms[at];
        let travels = matches!(term.sense, Sense::Head(Category::Role { .. }, _))
            && !self.scene.rules.holds_roles()
            && !matches!(term.fate, Fate::Hold(_));
        Finding {
            axis: Some(Cow::Borrowed(judged.axis)),
            value: judged.value.map(Cow::Borrowed),
            // Whatever it is held for, that stays the reason; an unknown word has none of its own.
            why: match bare.policy != Policy::Hold || bare.why == UNKNOWN {
                true => self.tagging.why(at, judged),
                false => bare.why.clone(),
            },
            policy: match bare.policy {
                Policy::Hold => Policy::Hold,
                _ if travels => Policy::Keep,
                _ => Policy::Neutralise,
            },
            ..bare.clone()
        }
    }

    fn of_topic(&self, at: usize, topic: &'static str, bare: &Finding) -> Finding {
        let (scene, term) = (self.scene, &self.scene.terms[at]);
        // "tenor" tells the gender, and travels as a role.
        let told = matches!(topic, "age" | "gender")
            && matches!(term.sense, Sense::Head(Category::Role { gendered: false, .. }, _));
        let role = topic == OCCUPATION || told;
        let kept = term.kept || role && !scene.rules.holds_roles();
        let policy = if kept { Policy::Keep } else { Policy::Neutralise };
        let axis = scene.rules.catalogue().axis(topic);
        let value = axis.and_then(|axis| axis.value_of(&phrase(&scene.tokens, term)));
        let value = value.map(|value| Cow::Owned(value.to_owned()));
        let value = value.or_else(|| self.tagging.value(at, topic).map(Cow::Borrowed));
        Finding { axis: Some(Cow::Borrowed(topic)), value, policy, ..bare.clone() }
    }
}

fn of_stated((axis, stated): (Axis, Stated), bare: &Finding) -> Finding {
    let value = match stated {
        Stated::Value(value) => Some(Cow::Borrowed(value)),
        Stated::Unlisted => None,
    };
    Finding { axis: Some(Cow::Borrowed(axis.name())), value, ..bare.clone() }
}

impl Told {
    /// A gender that the lists do not give the word: of a phrase, a title, a misspelling.
    fn add_gender(&mut self, scene: &Scene, term: &Term) {
        self.stated.extend(gender_inside(scene, term).map(|gender| (Axis::Gender, gender)));
        let has_gender = self.stated.iter().any(|(axis, _)| *axis == Axis::Gender);
        if has_gender || self.topics.contains(&"gender") {
            return;
        }
        let told = title_gender(scene, term).or_else(|| transposed(scene, term));
        self.stated.extend(told.map(|gender| (Axis::Gender, Stated::Value(gender))));
        let uncle = told.is_some() && is_in("tio tia abuelo abuela", scene.word(term));
        self.topics.extend((uncle && !self.topics.contains(&"family")).then_some("family"));
    }

    fn set_kin(&mut self, gender: &'static str) {
        self.topics.retain(|topic| *topic != "name");
        self.topics.push("family");
        self.stated.retain(|(axis, _)| *axis != Axis::Gender);
        self.stated.push((Axis::Gender, Stated::Value(gender)));
    }
}

fn outcome(fate: &Fate, sense: &Sense) -> Option<(Policy, Option<usize>, &'static str)> {
    let opens = !stated(sense).is_empty();
    match fate {
        Fate::Keep if matches!(sense, Sense::Group { .. }) => {
            Some((Policy::Neutralise, None, "several persons: no attribute is opened"))
        }
        Fate::Keep | Fate::Write(_)
            if !opens && matches!(sense, Sense::Head(Category::Role { .. }, _)) =>
        {
            Some((Policy::Keep, None, "a role travels"))
        }
        Fate::Keep if matches!(sense, Sense::Colour(_) | Sense::Figure(_) | Sense::Place(_)) => {
            None
        }
        Fate::Keep | Fate::Write(_) if !opens => None,
        Fate::Keep | Fate::Write(_) => Some((Policy::Neutralise, None, "a neutral word travels")),
        Fate::Hold(why) => Some((Policy::Hold, None, why)),
        Fate::Drop(None) => Some((Policy::Neutralise, None, "describes a group")),
        Fate::Drop(person) if opens => Some((Policy::Expand, *person, "describes a person")),
        Fate::Drop(person) => Some((Policy::Hold, *person, "belongs to a description")),
        Fate::Person(person) => Some((Policy::Expand, Some(*person), "names a person")),
        Fate::Pronoun(person, _) => Some((Policy::Expand, Some(*person), "a pronoun")),
    }
}
