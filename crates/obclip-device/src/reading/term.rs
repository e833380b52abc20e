//! Tokens to terms: the longest lexicon phrase, age phrase or single word at each place.

use std::ops::Range;

use obclip_protocol::{PronounForm, Vocabulary};

use super::ages::{
    AgePhrase, age_phrase, bare_age, loose_age, of_years, said_age, two_word_number,
};
use super::compounds::{Compound, compound};
use super::grammar::{Little, is_of_place, is_picture, is_purpose, little};
use crate::axis::{Axis, Stated, Values};
use crate::lexicon::{Entry, Lexicon, WordKind, gender_of_ending};
use crate::rules::OwnPhrase;
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
    /// "half", "part" and "mixed" before a people's name.
    pub(crate) is_part: bool,
    /// Whether a noun after it is often a thing made for it ("cooking pot").
    pub(crate) purpose: bool,
    /// Whether it may be a verb of one person ("waves").
    pub(crate) ends_in_s: bool,
    /// Whether it has the ending of a verb ("waves", "dressed", "sitting").
    pub(crate) inflected: bool,
    /// Whether it is written as a name is, or ends as names of trades do in talk ("cabbie", "sparky", "garbo").
    pub(crate) by_nickname: bool,
    /// Whether it is more often an adjective than a person ("human skull").
    pub(crate) adjectival: bool,
    /// Whether the user keeps its axis: it travels as written.
    pub(crate) kept: bool,
    /// Which axis of the user's it belongs to, and what it means there.
    pub(crate) own: Option<OwnPhrase>,
    /// Whether it is a word for pictures ("doctor portrait" is about the doctor).
    pub(crate) is_picture: bool,
    /// The axis that a compound speaks of ("three-fingered").
    pub(crate) topic: Option<&'static str>,
}

/// What a term is. The `Stated` and `Values` inside are secret and decide nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sense {
    /// A noun that can be one person.
    Head(Category, Values),
    /// Several persons.
    Group { wire: String, values: Values },
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
    /// A word of an axis that the cloud never expands; `near` where it is one only beside a person.
    Trait { near: bool, nominal: bool },
    /// The name of a field ("gender:").
    Field,
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
    /// "refugee": a person and a word of an axis that is never expanded
    Trait,
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
            Sense::Attribute { .. }
                | Sense::Colour(_)
                | Sense::Small
                | Sense::CorrelateWord
                | Sense::Trait { .. }
        ) || self.sense == Sense::Word(Some(WordKind::Adjective))
    }

    /// "aged 50", "in her sixties"
    pub(crate) fn is_age_phrase(&self) -> bool {
        matches!(self.sense, Sense::Attribute { figure: true, .. }) && self.tokens.len() > 1
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
        let (n_tokens, sense, topic) = read_at(tokens, at, title_case);
        let plain = matches!(sense, Sense::Word(_)) && n_tokens > 1;
        let step = if plain && !is_hyphenated(tokens, at, n_tokens) { 1 } else { n_tokens };
        for first in (at..at + n_tokens).step_by(step) {
            let tokens_of = first..(first + step).min(at + n_tokens);
            let last = &tokens[tokens_of.end - 1];
            let genitive = last.clitic == Clitic::Genitive && sense != Sense::OtherPronoun;
            let sense = sense.clone();
            let listed_thing =
                tokens_of.len() == 1 && Lexicon::v1().not_person(&tokens[first].text);
            let (fate, article_before) = (Fate::Keep, false);
            let is_picture = is_picture(&tokens[first].text);
            let adjectival = matches!(tokens[first].text.as_str(), "human" | "individual")
                && tokens_of.len() == 1;
            let purpose = is_purpose(&tokens[first].text);
            let ends_in_s = tokens[first].text.ends_with('s');
            let inflected = ["s", "ed", "ing"].iter().any(|end| tokens[first].text.ends_with(end));
            let by_nickname = tokens[first].capital
                || ["ie", "y", "o", "er", "or", "a"]
                    .iter()
                    .any(|end| tokens[first].text.ends_with(end));
            let acts = says_doing(&tokens[first].text) && matches!(sense, Sense::Word(_));
            terms.push(Term {
                tokens: tokens_of,
                sense,
                fate,
                article_before,
                genitive,
                listed_thing,
                acts,
                is_part: is_part(&tokens[first].text),
                purpose,
                ends_in_s,
                inflected,
                by_nickname,
                adjectival,
                kept: false,
                own: None,
                is_picture,
                topic,
            });
        }
        at += n_tokens;
    }
    terms
}

fn read_at(tokens: &[Token], at: usize, title_case: bool) -> (usize, Sense, Option<&'static str>) {
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
                let (axis, stated) = (Axis::Ethnicity, Stated::Unlisted);
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

/// "a minor on the stage", "the count descends the stairs", "a Pole", "a one-eyed general": words that are a person only
/// after an article or a description of a person, and without a noun behind them.
fn determined(tokens: &[Token], at: usize) -> Option<Sense> {
    let token = &tokens[at];
    let pole = token.text == "pole" && token.capital;
    let of_one = Lexicon::v1().sometimes(&token.text);
    let of_several = || token.text.strip_suffix('s').and_then(|one| Lexicon::v1().sometimes(one));
    let several = of_one.is_none() && !pole;
    // A role says more than "a person".
    let role = matches!(
        Lexicon::v1().entry(&token.text),
        Some(Entry::Role(_) | Entry::GenderedRole(..) | Entry::Group(..))
    );
    let sometimes = of_one.or_else(of_several).filter(|_| token.clitic == Clitic::None);
    if role || !pole && sometimes.is_none() {
        return None;
    }
    let (values, wire) = sometimes.unwrap_or_default();
    let before = at.checked_sub(1).map_or(",", |before| tokens[before].text.as_str());
    let article = matches!(little(before), Some(Little::Article | Little::Determiner));
    // "a snowboarder chick"
    let of_role = sometimes
        .is_some_and(|(values, wire)| wire.is_none() && values != Values::default())
        && matches!(Lexicon::v1().entry(before), Some(Entry::Role(_) | Entry::GenderedRole(..)));
    let person = of_role || describes_persons(tokens, at);
    let next = tokens.get(at + 1).map_or(",", |next| next.text.as_str());
    let verb = Lexicon::v1().kind(next) == Some(WordKind::Verb) || says_doing(next);
    let ends = next == "," || verb || next != "of" && little(next).is_some();
    // A bird is a woman only where a word of persons says so.
    // A migrant bird is a bird.
    let migrant = before == "migrant";
    let animal = Lexicon::v1().kind(&token.text) == Some(WordKind::Animal)
        || matches!(token.text.as_str(), "figure" | "silhouette");
    if !(ends && !migrant && (person || article && !animal && !several)) {
        return None;
    }
    if pole {
        let (axis, stated) = (Axis::Ethnicity, Values::parse("european").stated());
        let (nominal, figure, possessive) = (true, false, None);
        return Some(Sense::Attribute { axis, stated, nominal, figure, possessive });
    }
    if several {
        let wire = if wire.is_some() { WORKERS } else { "people" };
        return Some(Sense::Group { wire: wire.to_owned(), values });
    }
    let gendered = values.of(Axis::Gender).is_some();
    let category = match wire {
        Some(wire) => Category::Role { wire: wire.to_owned(), gendered },
        None => Category::Person,
    };
    Some(Sense::Head(category, values))
}

/// Whether the words right before `at` describe a person: "Mexican", "HIV-positive", "one-eyed", "posh".
fn describes_persons(tokens: &[Token], at: usize) -> bool {
    let of_persons = |sense: &Sense| matches!(sense, Sense::Attribute { .. } | Sense::Trait { .. });
    (1..=3).filter_map(|n_tokens| Some((at.checked_sub(n_tokens)?, n_tokens))).any(|(first, n)| {
        let listed = phrase(tokens, first, n).and_then(|text| lexicon_sense(&text));
        let made = || compound(tokens, first).filter(|(n_tokens, _)| *n_tokens == n);
        listed.is_some_and(|sense| of_persons(&sense))
            || matches!(made(), Some((_, Compound::Trait(_) | Compound::People)))
    })
}

/// "the poor of London", "the old and the young", "the sick laid out": everybody of a kind, where no noun follows.
fn all_of_a_kind(tokens: &[Token], at: usize) -> Option<Sense> {
    const KINDS: &str = "poor rich sick blind deaf lame wounded injured infirm dying homeless wealthy unemployed needy \
destitute starving hungry privileged faithful old young elderly aged oppressed disabled afflicted";
    let the = tokens.get(at.checked_sub(1)?).is_some_and(|before| before.text == "the");
    let named = KINDS.split(' ').any(|kind| kind == tokens[at].text);
    let next = tokens.get(at + 1).map_or(",", |next| next.text.as_str());
    let verb = says_doing(next) || next.ends_with("ed") || matches!(next, "laid" | "sit" | "wait");
    let ends = next == "," || verb || little(next).is_some() && next != "one";
    // "the blind on the window" is a thing.
    let at_window = matches!(next, "on" | "in") && tokens[at].text == "blind";
    if !(the && named && ends && !at_window) || tokens[at].hyphen {
        return None;
    }
    let values = match lexicon_sense(&tokens[at].text) {
        Some(Sense::Attribute { axis, stated, .. }) => Values::default().with(axis, stated),
        _ => Values::default(),
    };
    Some(Sense::Group { wire: "people".to_owned(), values })
}

/// "beekeeper", "stonemasons", "quilter", "mosaicist": a trade by its ending, where the word itself is not known; and
/// whether several are meant.
fn trade(word: &str) -> Option<bool> {
    if Vocabulary::v1().contains(word) {
        return None;
    }
    let one = word.strip_suffix('s').filter(|one| !one.ends_with('s'));
    is_trade(one.unwrap_or(word)).then_some(one.is_some())
}

fn is_trade(word: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "keeper", "maker", "smith", "wright", "monger", "worker", "ologist", "ographer", "player",
        "driver", "seller", "herder", "fighter", "hunter", "dresser", "cleaner", "catcher",
        "picker", "sitter", "mason", "grower", "breeder", "binder", "blower", "minder", "jockey",
    ];
    let stem = ENDINGS.iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| stem.len() > 2) || does_what(word)
}

/// "sifter", "netballer", "mosaicist": who does or makes what the stem says.
fn does_what(word: &str) -> bool {
    let lexicon = Lexicon::v1();
    let known = |stem: &str| {
        let kind = lexicon.kind(stem);
        stem.len() > 2
            && kind.is_some()
            && !matches!(kind, Some(WordKind::Adjective | WordKind::Animal))
    };
    let stem = ["eer", "er", "ist"].iter().find_map(|ending| word.strip_suffix(ending));
    stem.is_some_and(|stem| {
        let undoubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
        known(stem) || known(&format!("{stem}e")) || undoubled && known(&stem[..stem.len() - 1])
    })
}

/// "1girl", "2boys": the tags of picture sites.
fn counted(text: &str) -> Option<Sense> {
    let noun = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = noun.len() < text.len();
    let sense = lexicon_sense(noun).filter(|_| counted)?;
    matches!(sense, Sense::Head(Category::Person, _) | Sense::Group { .. }).then_some(sense)
}

/// "f 50," and "32m": sex and age as in small advertisements, alone between commas.
fn shorthand(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let edge = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_none_or(Token::is_break);
    if !edge(at.checked_sub(1)) {
        return None;
    }
    let text = tokens[at].text.as_str();
    if let Some(values) = letter_alone(tokens, at) {
        return Some((1, Sense::Head(Category::Person, values)));
    }
    let two = || Some((text, tokens.get(at + 1)?.text.as_str()));
    let figures = |text: &str| text.parse::<u32>().ok().filter(|years| (10..100).contains(years));
    let letters = |text: &str| matches!(text, "f" | "m" | "nb");
    let split =
        text.find(|c: char| c.is_ascii_digit() != text.starts_with(|c: char| c.is_ascii_digit()));
    let (n_tokens, first, second) = match split {
        Some(middle) => (1, &text[..middle], &text[middle..]),
        None => two().map(|(first, second)| (2, first, second))?,
    };
    let (letter, years) = match (letters(first), letters(second)) {
        (true, false) => (first, figures(second)?),
        (false, true) => (second, figures(first)?),
        _ => return None,
    };
    let gender = gender_of_letter(letter);
    let values = Values::default().with(Axis::Gender, gender).with(Axis::Age, of_years(years));
    edge(Some(at + n_tokens)).then_some((n_tokens, Sense::Head(Category::Person, values)))
}

fn gender_of_letter(letter: &str) -> Stated {
    match letter {
        "f" => Stated::Value("female"),
        "m" => Stated::Value("male"),
        _ => Stated::Unlisted,
    }
}

/// "F, 34, Chilean" and "m/29/Dutch": the letter of a form, before an age between breaks.
fn letter_alone(tokens: &[Token], at: usize) -> Option<Values> {
    let letter = matches!(tokens[at].text.as_str(), "f" | "m" | "nb");
    let edge = tokens.get(at + 1).is_some_and(Token::is_break);
    let age_at = at + 2;
    let aged = tokens.get(age_at).is_some()
        && (bare_age(tokens, age_at).is_some() || age_phrase(tokens, age_at).is_some());
    let gender = gender_of_letter(&tokens[at].text);
    (letter && edge && aged).then(|| Values::default().with(Axis::Gender, gender))
}

/// "Gender: female." and "origin=Korean;": the name of a field, and of "gender" its value too.
fn field(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let starts = at.checked_sub(1).is_none_or(|before| tokens[before].is_break());
    let assigns = |at: usize| tokens.get(at).is_some_and(|token| token.assigns);
    if starts && assigns(at + 1) && is_field(&tokens[at].text) {
        return Some((1, Sense::Field));
    }
    let of_gender =
        at > 1 && assigns(at - 1) && matches!(tokens[at - 2].text.as_str(), "gender" | "sex");
    let Some(Sense::Head(Category::Person, values)) = lexicon_sense(&tokens[at].text) else {
        return None;
    };
    let stated = values.of(Axis::Gender).filter(|_| of_gender)?;
    let (axis, nominal) = (Axis::Gender, false);
    Some((1, Sense::Attribute { axis, stated, nominal, figure: false, possessive: None }))
}

fn is_field(word: &str) -> bool {
    matches!(
        word,
        "gender"
            | "sex"
            | "age"
            | "ethnicity"
            | "race"
            | "origin"
            | "nationality"
            | "heritage"
            | "religion"
    )
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
    let noun = lexicon_sense(&before.text)?;
    let age = matches!(noun, Sense::Head(..)).then(|| loose_age(tokens, at)).flatten()?;
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
    if token.capital && (after_title || is_surname(tokens, at)) {
        return Sense::Other;
    }
    if token.clitic == Clitic::Genitive && is_anybody(&token.text) {
        return Sense::OtherPronoun;
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

fn is_part(word: &str) -> bool {
    matches!(word, "half" | "part" | "mixed" | "partly")
}

/// "tying", not "ring".
pub(super) fn says_doing(word: &str) -> bool {
    let noun =
        matches!(word, "thing" | "sting" | "swing" | "sling" | "string" | "spring" | "bring");
    word.ends_with("ing") && word.len() > 4 && !noun && !is_no_verb(word)
}

/// "dumpling", "starling": a known noun whose stem is no word.
fn is_no_verb(word: &str) -> bool {
    let kind = |word: &str| Lexicon::v1().kind(word);
    let stem = word.strip_suffix("ing").unwrap_or(word);
    let doubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
    let stem_known = kind(stem).is_some()
        || kind(&format!("{stem}e")).is_some()
        || stem
            .strip_suffix('y')
            .is_some_and(|stem| kind(&format!("{stem}ie")).is_some() || stem == "t")
        || doubled && kind(&stem[..stem.len() - 1]).is_some();
    let noun = matches!(kind(word), Some(WordKind::Thing | WordKind::Animal | WordKind::Noun));
    noun && !stem_known
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
    let aged = tokens.get(at + 1).is_some_and(Token::is_break)
        && tokens.get(at + 2).is_some()
        && bare_age(tokens, at + 2).is_some();
    let acts = tokens.get(at + 1).is_some_and(|next| {
        let verb = Lexicon::v1().kind(&next.text) == Some(WordKind::Verb);
        verb && next.text.ends_with('s')
            || next.capital && little(&next.text).is_none() && !is_of_place(&next.text)
            || matches!(little(&next.text), Some(Little::Be | Little::And | Little::Governor))
            || next.text.ends_with("ing")
    });
    !starts_sentence || acts || aged || token.clitic == Clitic::Genitive
}

/// "Emma Stone", "Okonkwo Rivers", "Captain Haddock": a capital right after a name or a title is part of the name, whatever else
/// the word means. In a title only a first name tells.
fn is_surname(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    let lexicon = Lexicon::v1();
    let joined = before.capital && !before.is_break() && before.clitic == Clitic::None;
    let word = tokens[at].text.as_str();
    let own = matches!(
        lexicon.entry(word),
        Some(Entry::Person(_) | Entry::Kin(_) | Entry::Group(..) | Entry::Neutral)
    );
    let people = tokens[at].hyphen && matches!(lexicon.entry(word), Some(Entry::Attribute(..)));
    if !joined || own || people || little(word).is_some() || is_of_place(word) || is_picture(word) {
        return false;
    }
    let entry = lexicon.entry(&before.text);
    let unknown = entry.is_none()
        && little(&before.text).is_none()
        && !Vocabulary::v1().contains(&before.text);
    let titled = matches!(entry, Some(Entry::Role(_) | Entry::GenderedRole(..) | Entry::Kin(_)));
    // "a Yolngu Elder", "Sydney Lebanese cook": what speaks of persons is a surname only after a sure name.
    let ordinary = matches!(lexicon.entry(word), None | Some(Entry::Plain(_)));
    let first_name =
        lexicon.is_first_name(&before.text) && (ordinary || !lexicon.is_gazetted(&before.text));
    let named = ordinary && (unknown || titled) || is_name(tokens, at - 1);
    first_name || !is_all_capitals(tokens) && named
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
    // "Jasper and Olive baking" is no title.
    words().count() > 3 && 2 * words().filter(|token| token.capital).count() > words().count()
}

/// "An Old Castle Under Stormy Skies": every word of a title.
fn is_all_capitals(tokens: &[Token]) -> bool {
    let words = || tokens.iter().filter(|token| !token.is_break());
    words().count() > 3 && words().all(|token| token.capital)
}

/// What a trade in the plural travels as.
pub(crate) const WORKERS: &str = "workers";
/// The longest phrase of the lexicon has six words.
const MAX_PHRASE_TOKENS: usize = 6;
