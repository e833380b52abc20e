//! Stage one: the prompt is split into a value-free [`Masked`] text and a [`Secret`].
//!
//! Every pass works on the terms of the sentence. What a pass decides (which person, which fate,
//! which axis opens) depends on the category of the words, never on the value they state.

mod abroad;
mod adherents;
mod ages;
mod ailments;
mod antecedents;
mod appositions;
mod articles;
mod attributes;
mod bodies;
mod called;
mod capitals;
mod clauses;
mod company;
mod compose;
mod compounds;
mod conditions;
mod correlates;
mod deeds;
mod doing;
mod expecting;
mod features;
mod finding;
mod forms;
mod fortunes;
mod grammar;
mod heard;
mod hedges;
mod histories;
mod holders;
mod holding;
mod lives;
mod looks;
mod means;
mod measures;
mod members;
mod names;
mod openings;
mod origins;
mod persons;
mod policies;
mod predicates;
mod pronouns;
mod respelling;
mod said;
mod scenery;
mod scripts;
mod skin;
mod sometimes;
mod states;
mod tagging;
mod telling;
mod term;
mod things;
mod trades;
mod words;
mod written;

pub use finding::{Finding, Policy, ThisRevealsThePrompt};

use crate::error::Error;
use crate::lexicon::Lexicon;
use crate::masked::{Beyond, Masked, MaskedPerson};
use crate::prompt::Prompt;
use crate::rules::{OCCUPATION, Rules};
use crate::secret::{Head, Secret};
use crate::tagger::{Seen, Tagger};
use crate::tokens::{Clitic, Token, tokenize};
use std::ops::Range;

use obclip_protocol::{Piece, Template};
use persons::Person;
use term::{Category, Fate, Sense, Term};

/// A prompt that was read: what may leave and what must stay.
#[derive(Debug)]
pub struct Reading {
    /// Value-free: everything later stages may see.
    pub masked: Masked,
    /// Everything else.
    pub(crate) secret: Secret,
}

impl Reading {
    /// Reads a prompt by the published policies, as if every person were covered.
    pub fn of(prompt: &Prompt) -> Self {
        Self::by(&Rules::default(), prompt)
    }

    /// Reads a prompt by the rules that were settled before it.
    pub fn by(rules: &Rules, prompt: &Prompt) -> Self {
        let scene = Scene::read(prompt.text(), rules);
        let pieces = compose::pieces(&scene);
        let beyond = scene.beyond(&pieces);
        let masked = Masked::new(pieces, scene.masked_persons(), scene.has_group(), beyond);
        let heads = scene.persons.iter().map(|person| scene.head(person)).collect();
        let values = scene.persons.iter().map(|person| person.values).collect();
        let own = scene.persons.iter().map(|person| person.own_values.clone()).collect();
        let findings = finding::findings(&scene, prompt.text());
        let secret = Secret::new(prompt.clone(), values, own, heads, findings);
        Self { masked, secret }
    }

    /// What the tagger sees of a prompt's terms and where these stand, for its training.
    pub fn seen_by_tagger(
        rules: &Rules,
        prompt: &Prompt,
        _: ThisRevealsThePrompt,
    ) -> Vec<(Range<usize>, Seen)> {
        let scene = Scene::read(prompt.text(), rules);
        let place = |term: &Term| {
            scene.tokens[term.tokens.start].start..scene.tokens[term.tokens.end - 1].end
        };
        let terms = scene.terms.iter().enumerate();
        terms.map(|(at, term)| (place(term), tagging::seen(&scene, at))).collect()
    }

    /// Reads a negative prompt: person words and correlates stay, the rest travels.
    pub fn words_without_persons(rules: &Rules, prompt: &Prompt) -> Result<Template, Error> {
        let scene = Scene::read(prompt.text(), rules);
        let pieces = compose::pieces_without_persons(&scene);
        let beyond = scene.beyond(&pieces);
        Ok(Template::with_allowed(pieces, &beyond.words)?)
    }

    /// What was found, span by span, for the user's own screen.
    pub fn findings(&self, _: ThisRevealsThePrompt) -> &[Finding] {
        self.secret.findings()
    }
}

/// Builds the word lists and unpacks the tagger's weights, which the first reading does otherwise (0.1 s). To be called
/// beside other work; nothing of a prompt goes in.
pub fn load_lists() {
    Lexicon::v1();
    Tagger::v1();
}

/// Whether a role of several words speaks of another axis too.
fn tells_more(tokens: &[Token]) -> bool {
    let words = || tokens.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    tokens.len() > 1 && Lexicon::v1().topics(&words()).iter().any(|topic| *topic != OCCUPATION)
}

/// The sentence while it is being read. Holds the prompt's words: never leaves this module.
pub(crate) struct Scene {
    pub(crate) tokens: Vec<Token>,
    pub(crate) terms: Vec<Term>,
    pub(crate) persons: Vec<Person>,
    pub(crate) rules: Rules,
}

impl Scene {
    fn read(text: &str, rules: &Rules) -> Self {
        let tokens = heard::spell_out(text, forms::part_letters(tokenize(text)));
        let tokens = respelling::respell(text, tokens, rules);
        let terms = term::terms(&tokens);
        let mut scene = Self { tokens, terms, persons: Vec::new(), rules: rules.clone() };
        policies::apply(&mut scene);
        written::mark(&mut scene, text);
        let taken = clauses::take_out(&mut scene);
        predicates::mark_adjectival(&mut scene);
        members::drop_said_of_some(&mut scene);
        persons::find(&mut scene);
        pronouns::open_person_if_none(&mut scene);
        attributes::bind(&mut scene);
        members::drop_said_of_all(&mut scene);
        members::drop_named_again(&mut scene);
        appositions::drop_empty_relatives(&mut scene);
        appositions::drop_commas(&mut scene);
        pronouns::bind(&mut scene);
        scene.persons.iter_mut().for_each(Person::settle_noun);
        articles::write(&mut scene);
        holding::hold(&mut scene);
        clauses::put_back(&mut scene, taken);
        scene
    }

    /// The word of a term of one token; empty for longer terms.
    pub(crate) fn word(&self, term: &Term) -> &str {
        match term.tokens.len() {
            1 => &self.tokens[term.tokens.start].text,
            _ => "",
        }
    }

    pub(crate) fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(&self.terms[at]))
    }

    /// Takes a term into a bundle; a head noun keeps its place.
    pub(crate) fn drop_term(&mut self, at: usize, person_idx: Option<usize>) {
        if !matches!(self.terms[at].fate, Fate::Person(_)) {
            self.terms[at].fate = Fate::Drop(person_idx);
        }
    }

    /// "half", "part" and "mixed" before a people's name.
    pub(crate) fn is_part(&self, at: usize) -> bool {
        self.terms[at].is_part
    }

    /// The nearest person before `at`, else the first after it.
    pub(crate) fn nearest_person(&self, at: usize) -> Option<usize> {
        let before = self.persons.iter().rposition(|person| person.head < at);
        before.or((!self.persons.is_empty()).then_some(0))
    }

    /// Whether the user allowed the words of a term.
    pub(crate) fn is_allowed(&self, term: &Term) -> bool {
        self.wire_words(term).iter().any(|word| self.rules.allows(word))
    }

    /// Which of these pieces are beyond the vocabulary, and by what right they travel.
    fn beyond(&self, pieces: &[Piece]) -> Beyond {
        let kept = self.terms.iter().filter(|term| term.kept);
        let kept: Vec<_> = kept.map(|term| policies::phrase(&self.tokens, term)).collect();
        let mut beyond = Beyond::default();
        for piece in pieces {
            let Piece::Word(word) = piece else { continue };
            if self.rules.allows(word) {
                beyond.allow(word);
            }
            for phrase in kept.iter().filter(|phrase| phrase.split(' ').any(|w| w == word)) {
                beyond.keep(word, Lexicon::v1().topics(phrase));
            }
        }
        beyond
    }

    fn has_group(&self) -> bool {
        // "no visitors"
        let absent = |at: usize| {
            at.checked_sub(1).is_some_and(|before| self.is_one_of(before, &["no", "without"]))
        };
        let mut terms = self.terms.iter().enumerate();
        terms.any(|(at, term)| matches!(term.sense, Sense::Group { .. }) && !absent(at))
    }

    /// The words a term travels as, if it travels.
    pub(crate) fn wire_words(&self, term: &Term) -> Vec<String> {
        let tokens = &self.tokens[term.tokens.clone()];
        let joined = tokens.len() > 1 && tokens[1..].iter().all(|token| token.hyphen);
        match &term.sense {
            Sense::Group { wire, .. } => wire.split(' ').map(str::to_owned).collect(),
            // "she is a pro-choice protester"
            // "a Tory supporter"
            Sense::Head(Category::Role { wire, .. }, _)
                if tells_more(tokens) || term.topic.is_some() && tokens.len() > 1 =>
            {
                wire.split(' ').map(str::to_owned).collect()
            }
            Sense::Word(_) if joined => {
                let words: Vec<_> = tokens.iter().map(|token| token.text.as_str()).collect();
                vec![words.join("-")]
            }
            _ => tokens.iter().map(|token| token.text.clone()).collect(),
        }
    }

    fn masked_persons(&self) -> Vec<MaskedPerson> {
        let masked = |person: &Person| {
            let head = &self.tokens[self.terms[person.head].tokens.clone()];
            let role = !person.role.is_empty() && !head.iter().any(|token| token.marked);
            MaskedPerson { mentioned: person.mentioned, own: person.own, role }
        };
        self.persons.iter().map(masked).collect()
    }

    /// Where drawn words are inserted for the device's own text.
    fn head(&self, person: &Person) -> Option<Head> {
        let term = &self.terms[person.head];
        if matches!(term.sense, Sense::Pronoun(..)) {
            return None;
        }
        let first = term.tokens.start;
        let article = first.checked_sub(1).map(|before| &self.tokens[before]);
        let article = article.filter(|token| {
            matches!(token.text.as_str(), "a" | "an") && token.clitic == Clitic::None
        });
        Some(Head {
            at: self.tokens[first].start,
            article: article.map(|token| token.start..token.end),
        })
    }
}

#[cfg(test)]
mod tests;
