//! Tokens to terms: the longest lexicon phrase, age phrase or single word at each place.

use std::ops::Range;

use obclip_protocol::{PronounForm, Vocabulary};

use super::ages::{AgePhrase, age_phrase, bare_age, loose_age, said_age};
use super::grammar::{Little, is_picture, little};
use crate::axis::{Axis, Stated, Values};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// One or more tokens read together.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// Positions of its tokens.
    pub(crate) tokens: Range<usize>,
    /// What it is.
    pub(crate) sense: Sense,
    /// What becomes of it.
    pub(crate) fate: Fate,
    /// Whether an article is written before it.
    pub(crate) article_before: bool,
    /// Whether it ends with a genitive.
    pub(crate) genitive: bool,
    /// Whether a person noun before it is no person ("baby carriage").
    pub(crate) listed_thing: bool,
    /// Whether it says what somebody does ("plating", "reading").
    pub(crate) acts: bool,
    /// Whether it is more often an adjective than a person ("human skull").
    pub(crate) adjectival: bool,
    /// Whether it is a word for pictures ("doctor portrait" is about the doctor).
    pub(crate) is_picture: bool,
}

/// What a term is. The `Stated` and `Values` inside are secret and decide nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sense {
    /// A noun that can be one person.
    Head(Category, Values),
    /// Several persons.
    Group { wire: String },
    /// An adjective of an axis; `nominal` where it can stand for a person.
    Attribute {
        axis: Axis,
        stated: Stated,
        nominal: bool,
        figure: bool,
        possessive: Option<Stated>,
    },
    /// An ethnicity only beside a person.
    Colour(Stated),
    /// A figure that may be an age.
    Figure(Stated),
    /// A country or region.
    Place(Stated),
    /// "skin"
    Skin,
    /// A pronoun: its class of form and what it states.
    Pronoun(Form, Option<Stated>),
    /// "my"
    OtherPronoun,
    /// A thing held with its phrase.
    CorrelateThing,
    /// An adjective held alone.
    CorrelateWord,
    /// Held only beside a person.
    Small,
    /// Held as a single word.
    Other,
    /// A little word.
    Little(Little),
    /// A break.
    Comma,
    /// An ordinary word.
    Word(Option<WordKind>),
}

/// The category of a person noun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Category {
    /// "woman"
    Person,
    /// "grandmother"
    Kin,
    /// "person"
    Neutral,
    /// "doctor", "waitress": travels as these words
    Role { wire: String, gendered: bool },
}

/// The form of a pronoun as far as both genders share it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// she, he, they
    Subject,
    /// herself, himself
    Reflexive,
    /// her, him, his, hers: which of them is decided by what follows
    Oblique,
}

/// What becomes of a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Travels if its words are in the vocabulary.
    Keep,
    /// Stays on the device and leaves a gap.
    Hold(&'static str),
    /// Goes into the bundle of a person (or of none) and leaves no trace.
    Drop(Option<usize>),
    /// The head noun of a person.
    Person(usize),
    /// A masked pronoun.
    Pronoun(usize, PronounForm),
    /// Other words travel in its place.
    Write(String),
}

impl Term {
    pub(crate) fn is_person_noun(&self) -> bool {
        matches!(self.sense, Sense::Head(..))
    }

    /// Whether it is a content word that belongs to the phrase around it.
    pub(crate) fn in_run(&self) -> bool {
        let outside = matches!(
            self.sense,
            Sense::Little(_) | Sense::Comma | Sense::Pronoun(..) | Sense::OtherPronoun
        );
        !outside
    }

    /// Whether it describes the noun after it.
    pub(crate) fn is_adjective(&self) -> bool {
        matches!(
            self.sense,
            Sense::Attribute { .. } | Sense::Colour(_) | Sense::Small | Sense::CorrelateWord
        ) || self.sense == Sense::Word(Some(WordKind::Adjective))
    }

    pub(crate) fn is_noun_word(&self) -> bool {
        use WordKind::{Animal, Noun, Thing};
        matches!(self.sense, Sense::Word(Some(Animal | Thing | Noun)) | Sense::CorrelateThing)
    }
}

/// Splits the tokens into terms.
pub(crate) fn terms(tokens: &[Token]) -> Vec<Term> {
    let title_case = is_title_case(tokens);
    let mut terms = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (n_tokens, sense) = read_at(tokens, at, title_case);
        let plain = matches!(sense, Sense::Word(_)) && n_tokens > 1;
        let step = if plain && !is_hyphenated(tokens, at, n_tokens) { 1 } else { n_tokens };
        for first in (at..at + n_tokens).step_by(step) {
            let tokens_of = first..(first + step).min(at + n_tokens);
            let last = &tokens[tokens_of.end - 1];
            let genitive = last.clitic == Clitic::Genitive && sense != Sense::OtherPronoun;
            let sense = sense.clone();
            let listed_thing = Lexicon::v1().not_person(&tokens[first].text);
            let (fate, article_before) = (Fate::Keep, false);
            let is_picture = is_picture(&tokens[first].text);
            let adjectival = matches!(tokens[first].text.as_str(), "human" | "individual");
            let acts = tokens[first].text.ends_with("ing") && tokens[first].text.len() > 5;
            terms.push(Term {
                tokens: tokens_of,
                sense,
                fate,
                article_before,
                genitive,
                listed_thing,
                acts,
                adjectival,
                is_picture,
            });
        }
        at += n_tokens;
    }
    terms
}

fn read_at(tokens: &[Token], at: usize, title_case: bool) -> (usize, Sense) {
    if tokens[at].is_break() {
        return (1, Sense::Comma);
    }
    if let Some((n_tokens, sense)) = read_age(tokens, at) {
        return (n_tokens, sense);
    }
    for n_tokens in (2..=MAX_PHRASE_TOKENS).rev() {
        if let Some(sense) = phrase(tokens, at, n_tokens).and_then(|text| lexicon_sense(&text)) {
            return (n_tokens, sense);
        }
        if is_hyphenated(tokens, at, n_tokens) {
            return (n_tokens, Sense::Word(None));
        }
    }
    (1, read_word(tokens, at, title_case))
}

fn read_age(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let age = age_phrase(tokens, at)
        .or_else(|| said_age(tokens, at))
        .or_else(|| age_after_person(tokens, at))?;
    if age.plural {
        return Some((age.n_tokens, Sense::Group { wire: "people".to_owned() }));
    }
    let possessive = age.possessive.and_then(|idx| match lexicon_sense(&tokens[idx].text) {
        Some(Sense::Pronoun(_, gender)) => gender,
        _ => None,
    });
    let (stated, nominal) = (age.stated, age.nominal);
    if age.noun {
        let values = Values::default().with(Axis::Age, stated);
        return Some((age.n_tokens, Sense::Head(Category::Person, values)));
    }
    let sense = Sense::Attribute { axis: Axis::Age, stated, nominal, figure: true, possessive };
    Some((age.n_tokens, sense))
}

/// "a boy of seven", "a man over 60": only right after a person noun, and not before a noun.
fn age_after_person(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    let before = tokens.get(at.checked_sub(1)?).filter(|token| !token.is_break());
    let before = before.or_else(|| tokens.get(at.checked_sub(2)?))?;
    let noun = lexicon_sense(&before.text)?;
    let age = matches!(noun, Sense::Head(..)).then(|| loose_age(tokens, at)).flatten()?;
    let next = tokens.get(at + age.n_tokens).map_or("", |token| token.text.as_str());
    let is_noun = |kind| matches!(kind, WordKind::Animal | WordKind::Thing | WordKind::Noun);
    let counts = Lexicon::v1().kind(next).is_some_and(is_noun)
        || matches!(lexicon_sense(next), Some(Sense::Group { .. } | Sense::CorrelateThing));
    (!counts).then_some(age)
}

fn read_word(tokens: &[Token], at: usize, title_case: bool) -> Sense {
    let token = &tokens[at];
    let lexicon = Lexicon::v1();
    let after_title = at > 0 && lexicon.is_title(&tokens[at - 1].text);
    if after_title && token.capital {
        return Sense::Other;
    }
    if token.clitic == Clitic::Genitive && is_anybody(&token.text) {
        return Sense::OtherPronoun;
    }
    if let Some(sense) = lexicon_sense(&token.text) {
        return sense;
    }
    if !title_case && is_name(tokens, at) {
        return Sense::Other;
    }
    if let Some(little) = little(&token.text) {
        return Sense::Little(little);
    }
    if let Some(stated) = lexicon.colour(&token.text) {
        return Sense::Colour(stated);
    }
    if lexicon.is_small(&token.text) {
        return Sense::Small;
    }
    if let Some(stated) = bare_age(tokens, at) {
        return Sense::Figure(stated);
    }
    Sense::Word(lexicon.kind(&token.text))
}

/// "someone's grandmother": a determiner like "my".
fn is_anybody(word: &str) -> bool {
    matches!(word, "someone" | "somebody" | "anyone" | "anybody" | "everyone" | "everybody")
}

/// "Rose" inside a sentence, or at its start before what a person does.
fn is_name(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if !(token.capital && Lexicon::v1().is_name_word(&token.text)) {
        return false;
    }
    let starts_sentence = at == 0 || tokens[at - 1].stop;
    let acts = tokens.get(at + 1).is_some_and(|next| {
        matches!(little(&next.text), Some(Little::Be | Little::And | Little::Governor))
            || next.text.ends_with("ing")
    });
    !starts_sentence || acts || token.clitic == Clitic::Genitive
}

fn lexicon_sense(text: &str) -> Option<Sense> {
    let lexicon = Lexicon::v1();
    Some(match lexicon.entry(text)?.clone() {
        Entry::Person(values) | Entry::Title(values) => Sense::Head(Category::Person, values),
        Entry::Kin(values) => Sense::Head(Category::Kin, values),
        Entry::Neutral => Sense::Head(Category::Neutral, Values::default()),
        Entry::Role(wire) => {
            let wire = wire.unwrap_or(text).to_owned();
            let category = Category::Role { wire, gendered: false };
            Sense::Head(category, Values::default())
        }
        Entry::GenderedRole(values, wire) => {
            Sense::Head(Category::Role { wire: wire.to_owned(), gendered: true }, values)
        }
        Entry::Group(wire, _) => Sense::Group { wire: wire.unwrap_or_else(|| text.to_owned()) },
        Entry::Attribute(axis, stated) => {
            Sense::Attribute { axis, stated, nominal: true, figure: false, possessive: None }
        }
        Entry::Place(stated) => Sense::Place(stated),
        Entry::Skin => Sense::Skin,
        Entry::Pronoun(gender) => Sense::Pronoun(form(text), gender),
        Entry::OtherPronoun => Sense::OtherPronoun,
        Entry::CorrelateThing => Sense::CorrelateThing,
        Entry::CorrelateWord => Sense::CorrelateWord,
        Entry::Other => Sense::Other,
        Entry::Plain => Sense::Word(Some(WordKind::Thing)),
    })
}

fn form(pronoun: &str) -> Form {
    match pronoun {
        "she" | "he" | "they" | "xe" | "ze" => Form::Subject,
        _ if pronoun.ends_with("self") || pronoun.ends_with("selves") => Form::Reflexive,
        _ => Form::Oblique,
    }
}

/// The words from `at`, joined by spaces; none across a break or a genitive inside.
fn phrase(tokens: &[Token], at: usize, n_tokens: usize) -> Option<String> {
    let words = tokens.get(at..at + n_tokens)?;
    let whole = words.iter().all(|token| !token.is_break());
    let text = |(idx, token): (usize, &Token)| match token.clitic {
        Clitic::Genitive if idx + 1 < n_tokens => format!("{}'s", token.text),
        _ => token.text.clone(),
    };
    whole.then(|| words.iter().enumerate().map(text).collect::<Vec<_>>().join(" "))
}

/// Whether the tokens are one hyphenated word of the vocabulary ("t-shirt").
fn is_hyphenated(tokens: &[Token], at: usize, n_tokens: usize) -> bool {
    let Some(words) = tokens.get(at..at + n_tokens).filter(|_| n_tokens > 1) else { return false };
    let joined = words[1..].iter().all(|token| token.hyphen);
    let text = || words.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join("-");
    joined && Vocabulary::v1().contains(&text())
}

/// In a title most words have capitals, so a capital says nothing.
fn is_title_case(tokens: &[Token]) -> bool {
    // Not counting the words of the lexicon, whose capitals would speak of values ("Asian", "old").
    let ordinary = |token: &&Token| Lexicon::v1().entry(&token.text).is_none();
    let words = || tokens.iter().filter(|token| token.text.len() > 3).filter(ordinary);
    2 * words().filter(|token| token.capital).count() > words().count()
}

/// The longest phrase of the lexicon has four words.
const MAX_PHRASE_TOKENS: usize = 4;
