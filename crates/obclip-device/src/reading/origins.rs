//! Peoples and places that no list has: "Hamar woman", "Aucklander", "a Tokyo native", and words that are one with a capital
//! only ("Pole", "Cork").

use obclip_protocol::Vocabulary;

use super::Scene;
use super::attributes::{FROM, IN_PLACES};
use super::grammar::{PICTURES, is_in, little};
use super::term::Sense;
use crate::axis::{Axis, Stated};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "a Kiwi dad", "a man from Cork", "foreman, Pole, forty": at the start of a sentence, where every word has a capital, only
/// before a person.
pub(super) fn origin_by_capital(tokens: &[Token], at: usize, title_case: bool) -> Option<Sense> {
    let token = &tokens[at];
    if is_mixed(tokens, at) {
        return Some(people(Stated::Unlisted));
    }
    if is_black_people(tokens, at, title_case) {
        return Some(people(Stated::Value("african")));
    }
    if is_san(tokens, at, title_case) {
        return Some(people(Stated::Value("african")));
    }
    let entry = Lexicon::v1().by_capital(&token.text).filter(|_| token.capital && !title_case)?;
    let starts = at == 0 || tokens[at - 1].stop;
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    // "Peter Crow"
    let named = before.is_some_and(|before| before.capital && !before.is_break() && at > 1);
    let person = is_person(tokens, at + 1);
    let several = matches!(entry, Entry::Group(..));
    let shouted = token.upper && tokens.iter().filter(|token| token.upper).count() > 1;
    // "Pole in his sixties"
    let word = |step: usize| tokens.get(at + step).map_or("", |token| token.text.as_str());
    let aged = word(1) == "aged" || word(1) == "in" && is_in("his her their", word(2));
    let name = Lexicon::v1().is_given_name(&token.text);
    // "Kiwi in London, her scarf red", "Poles dancing on a cart"
    let doing = starts && !name && is_doing(tokens, at);
    if (starts || shouted || named || name) && !(person || aged || doing)
        || several && starts && !doing
    {
        return None;
    }
    match entry {
        Entry::Attribute(_, stated) => Some(people(*stated)),
        Entry::Place(stated) => Some(Sense::Place(*stated)),
        Entry::Group(wire, values) => {
            let wire = wire.clone().unwrap_or_else(|| token.text.clone());
            Some(Sense::Group { wire, values: *values })
        }
        _ => None,
    }
}

/// "San tracker", "San women": not the saint of a town.
fn is_san(tokens: &[Token], at: usize, title_case: bool) -> bool {
    let token = &tokens[at];
    token.text == "san" && token.capital && !token.upper && !title_case && is_person(tokens, at + 1)
}

/// What follows is done by persons alone.
fn is_doing(tokens: &[Token], at: usize) -> bool {
    const DONE: &str = "dancing singing laughing talking chatting drinking eating reading writing playing praying cooking knitting \
sewing weaving smoking marching queueing queuing arguing haggling selling buying wearing posing smiling shouting cheering camping \
hiking cycling skiing surfing fishing hunting working protesting celebrating waving hugging kissing";
    tokens.get(at + 1).is_some_and(|next| is_in(DONE, &next.text))
}

pub(super) fn people(stated: Stated) -> Sense {
    let axis = Axis::Ethnicity;
    Sense::Attribute { axis, stated, nominal: true, figure: false, possessive: None }
}

/// "a mixed girl", "granddaughter (mixed, 10)"
fn is_mixed(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1);
    let person = next.is_some_and(|next| {
        matches!(Lexicon::v1().entry(&next.text), Some(Entry::Person(_) | Entry::Kin(_)))
    });
    tokens[at].text == "mixed" && person
}

/// "and a Black page": the people is written with a capital inside a sentence, where no name goes on.
fn is_black_people(tokens: &[Token], at: usize, title_case: bool) -> bool {
    let token = &tokens[at];
    let inside = at > 0 && !tokens[at - 1].stop;
    let alone =
        |other: Option<&Token>| other.is_none_or(|other| !other.capital || other.is_break());
    token.text == "black"
        && token.capital
        && !token.upper
        && !title_case
        && inside
        && alone(tokens.get(at - 1))
        && alone(tokens.get(at + 1))
}

/// What follows the name of whom one addresses, in Asia and Africa.
const BEHIND_NAMES: &str = "uncle aunty auntie aunt bhai bhaiya bhaiyya didi dada ji sensei san sama kun chan senpai sempai saan \
sahib saheb sahab bey hanim hanum abi abla aga efendi effendi agha khan begum bibi amma akka anna appa mama mami kaka kaki chacha \
chachi mausi mamu nana nani masi hyung oppa unnie noona nuna ssi nim ge jie gege jiejie shifu laoshi pak bu mbak mas";

/// "a Hamar woman", "Sirmauri shepherd": an unknown word with a capital right before a person is a people more often than a
/// name, where it is no name, maker or artist that anybody knows.
pub(super) fn is_people_before_person(tokens: &[Token], at: usize) -> bool {
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    let text = token.text.as_str();
    let unknown = token.capital
        && !token.upper
        && token.clitic == Clitic::None
        && text.len() > 1
        && text.chars().all(|c| c.is_alphabetic())
        && !Vocabulary::v1().contains(text)
        && lexicon.entry(text).is_none()
        // "Plump baby"
        && !lexicon.is_small(text)
        && lexicon.topics(text).is_empty()
        && little(text).is_none();
    // "Rajesh uncle", "Kobayashi-sensei", "Guddu bhaiya"
    let addressed = tokens.get(at + 1).is_some_and(|next| is_in(BEHIND_NAMES, &next.text));
    if !unknown || addressed || !is_person(tokens, at + 1) {
        return false;
    }
    let starts = at == 0 || tokens[at - 1].stop;
    let ordinary = starts
        && ["ed", "ing", "less", "ful", "ous", "ly", "able", "y"]
            .iter()
            .any(|end| text.ends_with(end));
    let party =
        ["ista", "istas", "nik", "niks", "ist", "ists"].iter().any(|end| text.ends_with(end));
    let named = lexicon.is_given_name(text)
        || ordinary
        || party
        || lexicon.is_maker(text)
        || lexicon.is_artist(text)
        || lexicon.is_surname(text)
        || lexicon.is_proper_of_thing(text)
        || is_in(MAKERS_OF_FIGURES, text);
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let in_name = before.is_some_and(|before| {
        let people =
            matches!(lexicon.entry(&before.text), Some(Entry::Attribute(Axis::Ethnicity, _)));
        before.capital && !before.is_break() && at > 1 && !people && little(&before.text).is_none()
            || is_in("named called by", &before.text)
    });
    !(named || in_name)
}

/// A noun of a person right there, or behind one or two words that describe it ("Hamar young woman").
fn is_person(tokens: &[Token], at: usize) -> bool {
    // "Komi reindeer herder"
    let noun = |token: &Token| {
        !token.capital
            && little(&token.text).is_none()
            && !token.text.ends_with("ing")
            && Lexicon::v1().entry(&token.text).is_none_or(|entry| matches!(entry, Entry::Plain(_)))
            && Lexicon::v1().kind(&token.text).is_some_and(|kind| kind != WordKind::Verb)
    };
    let describes = |token: &Token| {
        noun(token)
            || matches!(
                Lexicon::v1().entry(&token.text),
                Some(Entry::Attribute(Axis::Age, _) | Entry::Trait { .. })
            )
    };
    let rest = tokens.get(at..).unwrap_or(&[]);
    let noun = rest.iter().take(3).find(|token| !describes(token));
    noun.is_some_and(|token| {
        let entry = Lexicon::v1().entry(&token.text);
        let person = entry.is_some_and(Entry::is_person_noun);
        let house =
            token.is_break() || is_in(HOUSEHOLDS, &token.text) || is_in(PICTURES, &token.text);
        person && !token.capital && !house
    })
}

/// "Aucklander", "Asmaran", "Penangite": who lives in a town that is listed.
pub(super) fn is_inhabitant(word: &str) -> bool {
    stem_of_people(word).is_some()
        || word.len() > 5 && LOAN_ENDINGS.split(' ').any(|ending| word.ends_with(ending))
}

/// What the town or country means whose inhabitants are called so.
pub(super) fn stem_of_people(word: &str) -> Option<Stated> {
    let place = |stem: &str| match Lexicon::v1().entry(stem) {
        Some(Entry::Place(stated)) => Some(*stated),
        _ => match Lexicon::v1().by_capital(stem) {
            Some(Entry::Place(stated)) => Some(*stated),
            _ => None,
        },
    };
    let one =
        word.strip_suffix('s').filter(|one| one.len() > 5 && !one.ends_with('s')).unwrap_or(word);
    // "Ferrari" is not of Ferrara.
    if !word.is_ascii() || Lexicon::v1().is_maker(word) || Lexicon::v1().is_proper_of_thing(word) {
        return None;
    }
    ENDINGS.split(' ').find_map(|ending| {
        let stem = one.strip_suffix(ending).filter(|stem| stem.len() > 3)?;
        let doubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
        place(stem)
            .or_else(|| STEM_ENDS.split(' ').find_map(|end| place(&format!("{stem}{end}"))))
            .or_else(|| doubled.then(|| place(&stem[..stem.len() - 1])).flatten())
    })
}

const ENDINGS: &str = "ians ian ans an ers er ites ite iote ese i eno ena enos enas ois oise ais aise ien ienne eans ean \
ensis enser onian lander woman women man men";
/// What an ending has taken from the name of the town.
const STEM_ENDS: &str = "a e o y ia es as";
/// Endings of loan words for who lives somewhere; accents are gone by now.
const LOAN_ENDINGS: &str =
    "eno ena enos enas ense enses ois oise ais aise ienne iennes ovite jaya otte";
/// "the Olsen family"
const HOUSEHOLDS: &str = "family families brothers sisters twins household clan siblings parents kids children couple band trio quartet \
orchestra choir team crew gang army fans fan impersonator lookalike cosplayer scholar style group company troupe";
/// Who draws or names figures by themselves ("a Disney princess").
const MAKERS_OF_FIGURES: &str = "disney pixar ghibli marvel netflix vogue starbucks nintendo dreamworks lego playmobil tolkien dickens \
shakespeare pilates pullman klondike chernobyl midsommar naadam holi meretz polisario barbie pokemon zelda yale harvard google amazon microsoft facebook nasa instagram tiktok victorian edwardian \
georgian elizabethan jacobean tudor regency renaissance baroque rococo bauhaus medieval gothic";

/// "from" or "born in" right before, and no noun after it ("from Greek villages").
pub(super) fn is_from_there(scene: &Scene, at: usize) -> bool {
    let before = |back: usize, words: &[&str]| {
        at.checked_sub(back).is_some_and(|at| scene.is_one_of(at, words))
    };
    let from = before(1, FROM) || before(1, &["in"]) && before(2, IN_PLACES);
    let described = scene.terms.get(at + 1).is_some_and(|next| {
        next.is_noun_word()
            || next.is_adjective()
            || next.is_person_noun()
            || matches!(next.sense, Sense::Group { .. } | Sense::Other)
    });
    from && !described
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn towns_name_their_inhabitants() {
        assert_eq!(stem_of_people("nairobian"), Some(Stated::Value("african")));
        assert_eq!(stem_of_people("osakan"), Some(Stated::Value("asian")));
        assert_eq!(stem_of_people("lisboner"), Some(Stated::Value("european")));
        assert_eq!(stem_of_people("banister"), None);
        assert_eq!(stem_of_people("ferrari"), None);
    }

    #[test]
    fn a_saint_is_no_people() {
        let check = |text: &str, at: usize| is_san(&tokenize(text), at, false);
        assert!(check("a San woman by the sea", 1));
        assert!(!check("a San Diego woman by the sea", 1));
    }

    #[test]
    fn an_unknown_capital_before_a_person_is_a_people() {
        let check = |text: &str, at: usize| is_people_before_person(&tokenize(text), at);
        assert!(check("a Vorbach woman by the sea", 1));
        assert!(check("a Vorbach young shepherd by the sea", 1));
        assert!(!check("a Disney princess by the sea", 1));
        assert!(!check("the Vorbach family by the sea", 1));
        assert!(!check("a man named Vorbach king of cards", 3));
        assert!(!check("a Vorbach clock by the sea", 1));
    }
}
