//! Stage one: the prompt is split into a value-free [`Masked`] text and a [`Secret`].
//!
//! Every pass works on the terms of the sentence. What a pass decides (which person, which fate,
//! which axis opens) depends on the category of the words, never on the value they state.

mod ages;
mod articles;
mod attributes;
mod compose;
mod finding;
mod grammar;
mod holding;
mod persons;
mod pronouns;
mod respelling;
mod term;

pub use finding::{Finding, Policy, ThisRevealsThePrompt};

use crate::masked::{Masked, MaskedPerson};
use crate::prompt::Prompt;
use crate::secret::{Head, Secret};
use crate::tokens::{Clitic, Token, tokenize};
use obclip_protocol::Piece;
use persons::Person;
use term::{Fate, Sense, Term};

/// A prompt that was read: what may leave and what must stay.
#[derive(Debug)]
pub struct Reading {
    /// Value-free: everything later stages may see.
    pub masked: Masked,
    /// Everything else.
    pub(crate) secret: Secret,
}

impl Reading {
    /// Reads a prompt.
    pub fn of(prompt: &Prompt) -> Self {
        let scene = Scene::read(prompt.text());
        let masked =
            Masked::new(compose::pieces(&scene), scene.masked_persons(), scene.has_group());
        let heads = scene.persons.iter().map(|person| scene.head(person)).collect();
        let values = scene.persons.iter().map(|person| person.values).collect();
        let findings = finding::findings(&scene, prompt.text());
        let secret = Secret::new(prompt.clone(), values, heads, findings);
        Self { masked, secret }
    }

    /// Reads a negative prompt: person words and correlates stay, the rest travels.
    pub fn words_without_persons(prompt: &Prompt) -> Vec<Piece> {
        compose::pieces_without_persons(&Scene::read(prompt.text()))
    }

    /// What was found, span by span, for the user's own screen.
    pub fn findings(&self, _: ThisRevealsThePrompt) -> &[Finding] {
        self.secret.findings()
    }
}

/// The sentence while it is being read. Holds the prompt's words: never leaves this module.
pub(crate) struct Scene {
    pub(crate) tokens: Vec<Token>,
    pub(crate) terms: Vec<Term>,
    pub(crate) persons: Vec<Person>,
}

impl Scene {
    fn read(text: &str) -> Self {
        let tokens = respelling::respell(tokenize(text));
        let terms = term::terms(&tokens);
        let mut scene = Self { tokens, terms, persons: Vec::new() };
        persons::find(&mut scene);
        pronouns::open_person_if_none(&mut scene);
        attributes::bind(&mut scene);
        pronouns::bind(&mut scene);
        scene.persons.iter_mut().for_each(Person::settle_noun);
        articles::write(&mut scene);
        holding::hold(&mut scene);
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

    fn has_group(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.sense, Sense::Group { .. }))
    }

    /// The words a term travels as, if it travels.
    pub(crate) fn wire_words(&self, term: &Term) -> Vec<String> {
        let tokens = &self.tokens[term.tokens.clone()];
        let joined = tokens.len() > 1 && tokens[1..].iter().all(|token| token.hyphen);
        match &term.sense {
            Sense::Group { wire, .. } => wire.split(' ').map(str::to_owned).collect(),
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
            MaskedPerson { mentioned: person.mentioned, role }
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
