//! What the words at a place are: the longest phrase of the lists, an age, a compound or a single word.

use obclip_protocol::Vocabulary;

use super::ages::{
    AgePhrase, age_phrase, bare_age, loose_age, of_years, said_age, two_word_number,
};
use super::capitals::{is_name, is_particle, is_place_of_persons, is_surname, stands_as_name};
use super::compounds::{Compound, compound};
use super::forms::{counted, field, shorthand};
use super::grammar::little;
use super::sometimes::{all_of_a_kind, determined};
use super::term::{Category, Form, Sense, WORKERS};
use super::trades::trade;
use crate::axis::{Axis, Stated, Values};
use crate::lexicon::{Entry, Lexicon, WordKind, gender_of_ending};
use crate::tokens::{Clitic, Token};

pub(super) fn read_at(
    tokens: &[Token],
    at: usize,
    title_case: bool,
) -> (usize, Sense, Option<&'static str>) {
    let (n_tokens, sense) = match listed_at(tokens, at) {
        Some(found) => found,
        None => match compound(tokens, at) {
            Some((n_tokens, Compound::Trait(axis))) => {
                let sense = Sense::Trait { near: false, nominal: true };
                return (n_tokens, sense, Some(axis));
            }
            Some((n_tokens, Compound::Thing(axis))) => {
                return (n_tokens, Sense::CorrelateThing, Some(axis));
            }
            Some((n_tokens, Compound::People)) => {
                let axis = Axis::Ethnicity;
                let stated = value_of_people(&tokens[at..at + n_tokens]);
                let possessive = None;
                let sense =
                    Sense::Attribute { axis, stated, nominal: true, figure: false, possessive };
                return (n_tokens, sense, None);
            }
            None => hyphenated_word(tokens, at)
                .or_else(|| number_of_two_words(tokens, at))
                .unwrap_or_else(|| (1, read_word(tokens, at, title_case))),
        },
    };
    (n_tokens, sense, None)
}

/// What "Somali" means in "Somali-born".
fn value_of_people(tokens: &[Token]) -> Stated {
    let listed = (1..tokens.len()).rev().find_map(|n_tokens| phrase(tokens, 0, n_tokens));
    match listed.and_then(|text| lexicon_sense(&text)) {
        Some(Sense::Place(stated) | Sense::Attribute { axis: Axis::Ethnicity, stated, .. }) => {
            stated
        }
        _ => Stated::Unlisted,
    }
}

/// A break, an age, a form field or the longest phrase of the lexicon with two words or more.
fn listed_at(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    if tokens[at].is_break() {
        return Some((1, Sense::Comma));
    }
    if let Some(found) = read_age(tokens, at).or_else(|| shorthand(tokens, at)) {
        return Some(found);
    }
    if let Some(found) = field(tokens, at) {
        return Some(found);
    }
    (2..=MAX_PHRASE_TOKENS).rev().find_map(|n_tokens| {
        // "a man made of stone" is somebody, only "man-made" is not.
        let somebody = |text: &String| text == "man made" && !tokens[at + 1].hyphen;
        let listed = phrase(tokens, at, n_tokens).filter(|text| !somebody(text));
        listed.and_then(|text| lexicon_sense(&text)).map(|sense| (n_tokens, sense))
    })
}

/// "t-shirt": one word of the vocabulary.
fn hyphenated_word(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let lengths = (2..=MAX_PHRASE_TOKENS).rev();
    let n_tokens = lengths.into_iter().find(|&n_tokens| is_hyphenated(tokens, at, n_tokens))?;
    Some((n_tokens, Sense::Word(None)))
}

/// "forty-eight" alone beside a person.
fn number_of_two_words(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let joined = tokens.get(at + 1).is_some_and(|token| !token.is_break());
    let years = two_word_number(tokens, at).filter(|_| joined)?;
    Some((2, Sense::Figure(of_years(years))))
}

fn read_age(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let age = age_phrase(tokens, at)
        .or_else(|| said_age(tokens, at))
        .or_else(|| age_after_person(tokens, at))?;
    if age.plural {
        let values = Values::default().with(Axis::Age, age.stated);
        return Some((age.n_tokens, Sense::Group { wire: "people".to_owned(), values }));
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
    let noun = lexicon_sense(&before.text);
    let named = before.capital
        && tokens[at].text == "at"
        && (Lexicon::v1().is_given_name(&before.text) || !Vocabulary::v1().contains(&before.text))
        && noun.is_none();
    let somebody = named || matches!(noun, Some(Sense::Head(..)));
    let age = somebody.then(|| loose_age(tokens, at)).flatten()?;
    let next = tokens.get(at + age.n_tokens).map_or("", |token| token.text.as_str());
    let is_noun = |kind| matches!(kind, WordKind::Animal | WordKind::Thing | WordKind::Noun);
    let counts = little(next).is_none() && Lexicon::v1().kind(next).is_some_and(is_noun)
        || matches!(lexicon_sense(next), Some(Sense::Group { .. } | Sense::CorrelateThing));
    (!counts).then_some(age)
}

fn read_word(tokens: &[Token], at: usize, title_case: bool) -> Sense {
    let token = &tokens[at];
    let lexicon = Lexicon::v1();
    let after_title = at > 0 && lexicon.is_title(&tokens[at - 1].text);
    if token.capital && (after_title || is_surname(tokens, at) || stands_as_name(tokens, at))
        || is_particle(tokens, at)
    {
        return Sense::Other;
    }
    if !title_case && is_place_of_persons(tokens, at) {
        return Sense::Place(Stated::Unlisted);
    }
    if token.clitic == Clitic::Genitive && is_anybody(&token.text) {
        return Sense::OtherPronoun;
    }
    if token.text == "ms" && token.capital && tokens.get(at + 1).is_some_and(|next| next.capital) {
        return Sense::Head(Category::Person, Values::parse("female"));
    }
    let found = determined(tokens, at)
        .or_else(|| all_of_a_kind(tokens, at))
        .or_else(|| lexicon_sense(&token.text));
    if let Some(sense) = found.or_else(|| counted(&token.text)) {
        return sense;
    }
    if let Some(several) = trade(&token.text).filter(|_| !token.capital) {
        if several {
            return Sense::Group { wire: WORKERS.to_owned(), values: Values::default() };
        }
        let category = Category::Role { wire: "worker".to_owned(), gendered: false };
        return Sense::Head(category, Values::default());
    }
    if let Some(gendered) = gendered_compound(token) {
        return gendered;
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

/// "leatherman", "bin girl": an unknown noun that ends with a man or woman.
fn gendered_compound(token: &Token) -> Option<Sense> {
    let word = token.text.as_str();
    let known = token.capital || word.len() < 6 || Vocabulary::v1().contains(word);
    let values = Some(gender_of_ending(word)).filter(|_| !known)?;
    values.of(Axis::Gender)?;
    if word.ends_with("men") || word.ends_with('s') {
        return Some(Sense::Group { wire: "people".to_owned(), values });
    }
    Some(Sense::Head(Category::Role { wire: "person".to_owned(), gendered: true }, values))
}

/// "someone's grandmother": a determiner like "my".
fn is_anybody(word: &str) -> bool {
    matches!(word, "someone" | "somebody" | "anyone" | "anybody" | "everyone" | "everybody")
}

pub(super) fn lexicon_sense(text: &str) -> Option<Sense> {
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
        Entry::Group(wire, values) => {
            Sense::Group { wire: wire.unwrap_or_else(|| text.to_owned()), values }
        }
        Entry::TraitNoun(values) => Sense::Head(Category::Trait, values),
        Entry::Attribute(axis, stated) => {
            // "a boyish grin" is nobody; "an elderly" is somebody.
            let like = ["ish", "like", "ful", "looking", "faced"];
            let nominal = axis != Axis::Age || !like.iter().any(|ending| text.ends_with(ending));
            // "in her dotage"
            let possessive = text.split(' ').find_map(|word| match lexicon.entry(word) {
                Some(Entry::Pronoun(gender)) => *gender,
                _ => None,
            });
            Sense::Attribute { axis, stated, nominal, figure: false, possessive }
        }
        Entry::Place(stated) => Sense::Place(stated),
        Entry::Skin => Sense::Skin,
        Entry::Pronoun(gender) => Sense::Pronoun(form(text), gender),
        Entry::OtherPronoun => Sense::OtherPronoun,
        Entry::CorrelateThing => Sense::CorrelateThing,
        Entry::CorrelateWord => Sense::CorrelateWord,
        Entry::Other => Sense::Other,
        Entry::Trait { near, nominal } => Sense::Trait { near, nominal },
        Entry::Plain(kind) => Sense::Word(Some(kind)),
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
pub(super) fn phrase(tokens: &[Token], at: usize, n_tokens: usize) -> Option<String> {
    let words = tokens.get(at..at + n_tokens)?;
    let whole = words.iter().all(|token| !token.is_break());
    let text = |(idx, token): (usize, &Token)| match token.clitic {
        Clitic::Genitive if idx + 1 < n_tokens => format!("{}'s", token.text),
        _ => token.text.clone(),
    };
    whole.then(|| words.iter().enumerate().map(text).collect::<Vec<_>>().join(" "))
}

/// Whether the tokens are one hyphenated word of the vocabulary ("t-shirt").
pub(super) fn is_hyphenated(tokens: &[Token], at: usize, n_tokens: usize) -> bool {
    let Some(words) = tokens.get(at..at + n_tokens).filter(|_| n_tokens > 1) else { return false };
    let joined = words[1..].iter().all(|token| token.hyphen);
    let text = || words.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join("-");
    joined && Vocabulary::v1().contains(&text())
}

/// The longest phrase of the lexicon has six words.
const MAX_PHRASE_TOKENS: usize = 6;
