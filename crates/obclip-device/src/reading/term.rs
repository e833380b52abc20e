//! What a prompt is read as: tokens that mean something together, what they are and what becomes of them.

use std::ops::Range;

use obclip_protocol::PronounForm;

use super::capitals::is_title_case;
use super::doing::acts_at;
use super::grammar::{Little, PICTURES, PURPOSES, is_in, little};
use super::lives::stands_after_noun;
use super::words::{is_hyphenated, read_at};
use crate::axis::{Axis, Colour, Stated, Values};
use crate::lexicon::{Lexicon, WordKind};
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
    /// Whether it ends names of places ("peak", "bay").
    pub(crate) of_place: bool,
    /// "with a limp", "of slight build", "leaning on a cane": a phrase that stands after its noun.
    pub(crate) follows: bool,
    /// A people's name that is no adjective ("Turk").
    pub(crate) is_people_noun: bool,
    /// What is eaten or drunk.
    pub(crate) is_fare: bool,
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
    /// An ethnicity or a colour of the skin, only beside a person.
    Colour(Colour),
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
    /// A word of persons that is only written somewhere, or said of a thing: held, and nobody's.
    Written,
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
            let genitive =
                (last.clitic == Clitic::Genitive || last.owners) && sense != Sense::OtherPronoun;
            let sense = sense.clone();
            let listed_thing =
                tokens_of.len() == 1 && Lexicon::v1().not_person(&tokens[first].text);
            let tokens_of_one = tokens_of.len() == 1;
            let (fate, article_before) = (Fate::Keep, false);
            let is_picture = is_in(PICTURES, &tokens[first].text);
            let adjectival = matches!(tokens[first].text.as_str(), "human" | "individual")
                && tokens_of.len() == 1;
            let purpose = is_in(PURPOSES, &tokens[first].text) || names_a_thing(tokens, first);
            // "dress" and "bus" are no verbs.
            let ends_in_s = tokens[first].text.ends_with('s')
                && !["ss", "us", "lens", "canvas", "gas"]
                    .iter()
                    .any(|end| tokens[first].text.ends_with(end));
            // "pass", "glass"
            let base = tokens[first].text.ends_with("ss") && !tokens[first].text.ends_with("less");
            let inflected =
                !base && ["s", "ed", "ing"].iter().any(|end| tokens[first].text.ends_with(end));
            let by_nickname = tokens[first].capital
                || ["ie", "y", "o", "er", "or", "a"]
                    .iter()
                    .any(|end| tokens[first].text.ends_with(end));
            let acts = matches!(sense, Sense::Word(_)) && acts_at(tokens, first);
            let follows = matches!(sense, Sense::Trait { .. })
                && !tokens_of_one
                && (tokens[first].text.ends_with("ing")
                    || topic.is_some() && stands_after_noun(&tokens[first].text)
                    || is_in("born weighs stands", &tokens[first].text)
                    || matches!(
                        little(&tokens[first].text),
                        Some(
                            Little::Preposition
                                | Little::Relative
                                | Little::Be
                                | Little::And
                                | Little::Governor
                        )
                    ));
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
                follows,
                of_place: ends_place_name(&tokens[first].text) && tokens_of_one,
                is_people_noun: tokens_of_one && is_in(PEOPLE_NOUNS, &tokens[first].text),
                is_fare: is_in(FARE, &tokens[first].text),
                topic,
            });
        }
        at += n_tokens;
    }
    terms
}

/// "a singing bowl", "running shoes", "a floating market": nothing is done to the thing, so the word is part of its name.
fn names_a_thing(tokens: &[Token], at: usize) -> bool {
    const DONE_TO_NOTHING: &str =
        "singing running dancing floating weeping sliding creeping talking revolving rotating";
    // "milking stool", "chopping board"
    const DONE_WITH: &str = "milking chopping watering rolling frying ironing spinning steering measuring pruning wrapping sharpening \
boarding changing fitting voting weighing";
    const TOOLS: &str = "stool board boards can cans pin pins pan pans wheel wheels cup cups jug shears house paper parlour machine machines \
block stone table room booth scales station stations shed";
    let (word, next) = (&tokens[at].text, tokens.get(at + 1).filter(|next| !next.hyphen));
    next.is_some_and(|next| {
        let kind = |word: &str| Lexicon::v1().kind(word) == Some(WordKind::Thing);
        let thing = kind(&next.text) || next.text.strip_suffix('s').is_some_and(kind);
        is_in(DONE_TO_NOTHING, word) && thing || is_in(DONE_WITH, word) && is_in(TOOLS, &next.text)
    })
}

/// "peaks", "bay"; not "school", "bar" and "club", where persons are.
fn ends_place_name(word: &str) -> bool {
    is_in("peaks mountains rocks islands lakes rivers hills falls cliffs bay canyon glacier", word)
}

fn is_part(word: &str) -> bool {
    matches!(word, "half" | "part" | "mixed" | "partly")
}

const PEOPLE_NOUNS: &str = "turk finn dane swede pole scot serb croat briton brit spaniard slav celt jew kurd lett balt hun icelander \
greenlander netherlander luxembourger fleming lapp gaul tartar azeri laplander thailander new-zealander argentine sudeten frisian \
bosniak viking norseman montenegrin macedonian kosovar ossete circassian ingush chechen";
const FARE: &str = "bread loaf loaves cake cakes pie pies biscuits cookies pizza rice beer ale tea coffee wine soup broth noodles stew fish \
pasta curry dinner breakfast lunch supper food meat lamb pork chicken beef vodka whisky whiskey rum sake milk juice lemonade cocoa \
porridge dumplings pancakes waffles tortillas tamales flatbread meals meal vegetables potatoes beans eggs sausages kebabs crepes";

/// What a trade in the plural travels as.
pub(crate) const WORKERS: &str = "workers";
