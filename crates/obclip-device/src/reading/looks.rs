//! Looks of skin, hair and eyes that no list can hold: "eyes like rainwater", "cheeks two pippins", "pale as birch",
//! "golden-brown shoulders", "hair dyed cobalt". What a thing is compared with says its colour, whatever the thing is.

mod lists;

use std::collections::HashMap;
use std::sync::OnceLock;

use obclip_protocol::Vocabulary;

use lists::{
    AGES, COLOURS, DEGREES_OF_TONE, DYED, EYES_AND_HAIR, FOREIGN_HAIR, FOREIGN_SKIN, HIDES, LINKS,
    LOOSE_HAIR, MATERIALS, OF_HAIR, OF_SKIN, PLAIN, QUALITIES, SKIN, SKIN_TONES, WEATHERED,
    WEATHERS,
};

use super::compounds::Compound;
use super::grammar::{Little, is_in, little, word};
use super::trades::trade;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// The look that starts at `at` and its number of tokens, in a prompt that speaks of somebody.
pub(super) fn look(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if tokens[at].is_break() {
        return None;
    }
    if let Some(found) = chain_of_part(tokens, at) {
        return Some(found);
    }
    if let Some(n_tokens) = field_of_part(tokens, at) {
        return Some((n_tokens, Compound::Thing("hair-eye-colour")));
    }
    let joined = tokens.get(at + 1).is_some_and(|next| next.hyphen);
    let first = tokens[at].text.as_str();
    // "an afro under a hat", not "Afro-Brazilian"
    if matches!(first, "afro" | "afros") && ends(tokens, at + 1) && !joined {
        return Some((1, Compound::Thing("hair-eye-colour")));
    }
    let on = |kind: Kind| is(kind, first);
    let degree = is_in(DEGREES_OF_TONE, first);
    let found = part_with_look(tokens, at)
        .or_else(|| look_with_part(tokens, at))
        .or_else(|| compared(tokens, at))
        .or_else(|| (joined || degree).then(|| toned(tokens, at)).flatten())
        .or_else(|| on(Kind::Turning).then(|| turned(tokens, at)).flatten())
        .or_else(|| on(Kind::Tans).then(|| tan(tokens, at)).flatten())
        .or_else(|| colour_of_part(tokens, at))
        .or_else(|| on(Kind::Hides).then(|| like_hide(tokens, at)).flatten())
        .or_else(|| one_eye(tokens, at))
        .or_else(|| foreign(tokens, at))?;
    is_somebody(tokens).then_some(found)
}

/// The lists of this module.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Colours,
    Materials,
    EyesAndHair,
    LooseHair,
    Skin,
    Plain,
    Qualities,
    Hides,
    Weathered,
    Weathers,
    Links,
    Dyed,
    OfHair,
    OfSkin,
    SkinTones,
    ForeignHair,
    ForeignSkin,
    /// Words that [`turned`] starts with
    Turning,
    /// What a tan is said to be
    Tans,
    Comparatives,
}

/// Whether a word is on a list: all lists are one table, so that a word is looked up and not searched.
fn is(kind: Kind, word: &str) -> bool {
    kinds(word) >> kind as u32 & 1 == 1
}

/// The lists that a word is on, a bit each.
fn kinds(word: &str) -> u32 {
    static TABLE: OnceLock<HashMap<&str, u32>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        let mut table = HashMap::new();
        for (kind, list) in LISTS {
            for word in list.split(' ') {
                *table.entry(word).or_insert(0) |= 1 << *kind as u32;
            }
        }
        table
    });
    table.get(word).copied().unwrap_or(0)
}

const LISTS: &[(Kind, &str)] = &[
    (Kind::Colours, COLOURS),
    (Kind::Materials, MATERIALS),
    (Kind::EyesAndHair, EYES_AND_HAIR),
    (Kind::LooseHair, LOOSE_HAIR),
    (Kind::Skin, SKIN),
    (Kind::Plain, PLAIN),
    (Kind::Qualities, QUALITIES),
    (Kind::Hides, HIDES),
    (Kind::Weathered, WEATHERED),
    (Kind::Weathers, WEATHERS),
    (Kind::Links, LINKS),
    (Kind::Dyed, DYED),
    (Kind::OfHair, OF_HAIR),
    (Kind::OfSkin, OF_SKIN),
    (Kind::SkinTones, SKIN_TONES),
    (Kind::ForeignHair, FOREIGN_HAIR),
    (Kind::ForeignSkin, FOREIGN_SKIN),
    (Kind::Turning, TURNING),
    (Kind::Tans, TANS),
    (Kind::Comparatives, COMPARATIVES),
];
const COMPARATIVES: &str = "bluer greener greyer grayer browner blacker whiter redder paler darker lighter fairer blonder blonder \
yellower pinker bluest greenest greyest grayest brownest blackest whitest reddest palest darkest lightest fairest blondest";
/// What a tan is said to be: "a leathery tan". Sand and leather are tan too: "light tan boots".
const TANS: &str = "lifelong leathery streaky fading faded permanent stage summer holiday winter ski trucker trucker's builder's \
cyclist's sailor's surfer's swimmer's golfer's perfect even uneven patchy fake spray bottle orange glowing beach farmer farmer's \
healthy natural slight tropical californian mediterranean outdoor year-round peeling bikini sunbed solarium self deepening \
expensive rich";
const WITH_GINGER: &str =
    "freckled freckly frizzy curly natural wiry bearded bushy wee both and one";
const TURNING: &str = "prematurely gone going turned turning went burnt burned baked beetroot puce purple black grey gray white silver \
raven ginger auburn titian flaxen pale ashen \
flushed pink pallid ruddy crimson scarlet red one both the streaked shot threaded flecked tipped dyed tinted rinsed bleached hennaed";

/// Where a part of the body stands, and the axis that its look tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// "eyes", "beard": nothing else is called so
    Hair,
    /// "roots", "crop": of a person only with a colour
    LooseHair,
    /// "cheeks"
    Skin,
}

impl Part {
    fn at(tokens: &[Token], at: usize) -> Option<Self> {
        let part = word(tokens, at);
        if is(Kind::EyesAndHair, part) {
            Some(Self::Hair)
        } else if is(Kind::LooseHair, part) {
            Some(Self::LooseHair)
        } else if is(Kind::Skin, part) {
            Some(Self::Skin)
        } else {
            None
        }
    }

    fn axis(self) -> &'static str {
        match self {
            Self::Skin => "skin-tone",
            _ => "hair-eye-colour",
        }
    }
}

pub(super) fn is_colour(word: &str) -> bool {
    is(Kind::Colours, word)
        || word.strip_suffix("ish").is_some_and(|base| {
            is(Kind::Colours, base) || is_in("redd blu whit purpl orang tannn", base)
        })
}

/// "long", "bright": said of eyes, hair and skin beside a colour.
pub(super) fn is_quality(word: &str) -> bool {
    is(Kind::Qualities, word)
}

/// "ash", "rainwater", "pistachio": a noun that is compared with, no animal and no plain modifier ("glass eyes").
pub(super) fn is_material(token: &Token) -> bool {
    let text = token.text.as_str();
    if is(Kind::Plain, text) || little(text).is_some() || text.ends_with("ing") {
        return false;
    }
    let noun = || {
        matches!(Lexicon::v1().kind(text), Some(WordKind::Thing))
            && Lexicon::v1().entry(text).is_none_or(|entry| matches!(entry, Entry::Plain(_)))
    };
    is(Kind::Materials, text) || noun()
}

/// "sea-glass eyes", "long sandy hair", "golden-brown shoulders", "gold-flecked eyes", "brick-red neck".
fn look_with_part(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let mut coloured = false;
    let mut compared = false;
    for end in at..(at + LONGEST_LOOK).min(tokens.len()) {
        let token = &tokens[end];
        if end > at && (coloured || compared) {
            // "eye" is one of somebody's only with a colour: "blue eye".
            let one_eye = token.text == "eye"
                && coloured
                && !token.hyphen
                && word(tokens, end - 1) != "black";
            let lenses = is_in("contacts lenses", &token.text) && coloured;
            let part = Part::at(tokens, end).filter(|_| !token.hyphen && joins(tokens, end));
            let told = part.filter(|part| match part {
                Part::Hair => true,
                Part::LooseHair => coloured,
                Part::Skin => coloured || is(Kind::Hides, word(tokens, end - 1)),
            });
            if let Some(part) = told {
                return Some((end + 1 - at, Compound::Thing(part.axis())));
            }
            if one_eye || lenses {
                return Some((end + 1 - at, Compound::Thing("hair-eye-colour")));
            }
        }
        let weathered = token.hyphen && is(Kind::Weathered, &token.text);
        if is_colour(&token.text)
            || weathered && is(Kind::Weathers, word(tokens, end.saturating_sub(1)))
        {
            coloured = true;
        } else if shades(tokens, end)
            || is(Kind::Weathers, &token.text)
                && tokens.get(end + 1).is_some_and(|next| next.hyphen)
        {
            // "fox-brown", "wind-chapped"
            compared = true;
        } else if is_material(token) && (end == at || token.hyphen || !coloured) {
            compared = true;
        } else if !is(Kind::Qualities, &token.text) {
            return None;
        }
    }
    None
}

/// The part is the noun: "brown hands", not "brown hand luggage".
fn joins(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return true };
    let thing = matches!(next.text.as_str(), "ring" | "rings" | "paint" | "powder" | "beard")
        || matches!(Lexicon::v1().kind(&next.text), Some(WordKind::Thing | WordKind::Animal))
            && little(&next.text).is_none()
            && !next.text.ends_with("ing")
            && !next.text.ends_with("ed")
            && Part::at(tokens, at + 1).is_none();
    !(next.hyphen || thing)
}

/// "eyes like rainwater", "eyes of faded denim", "eyes the blue of gas", "throat white as hawthorn", "locks grey",
/// "bangs dyed cobalt", "cheeks two pippins", "brows still black".
fn part_with_look(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let part = Part::at(tokens, at)?;
    if tokens[at].clitic != Clitic::None {
        return None;
    }
    let end = value_of_field(tokens, at, part)
        .or_else(|| compared_after(tokens, at, part))
        .or_else(|| coloured_after(tokens, at, part))
        .or_else(|| said_colour(tokens, at, part))?;
    Some((end - at, Compound::Thing(part.axis())))
}

/// "light-brown-skinned", "salt-and-pepper-bearded": a word with three parts or more that ends with what is looked at.
fn chain_of_part(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    // "medium brown-skinned"
    let lead = (at..at + 2).take_while(|&at| {
        let coloured = is_colour(word(tokens, at)) || is(Kind::Qualities, word(tokens, at));
        let leads = coloured && word(tokens, at) != "and" || is_in("medium snow", word(tokens, at));
        leads && tokens.get(at + 1).is_some_and(|next| !next.hyphen && !next.is_break())
    });
    let first = at + lead.count();
    let joined = tokens.iter().skip(first + 1).take(4).take_while(|token| token.hyphen).count();
    let n_joined = first - at + joined;
    let last = at + n_joined;
    if joined == 0 {
        return None;
    }
    let axis = match word(tokens, last) {
        "skinned" | "complexioned" | "complected" => "skin-tone",
        "haired" | "eyed" | "bearded" | "browed" => "hair-eye-colour",
        _ => return None,
    };
    let coloured = (at..last).any(|at| is_colour(word(tokens, at)));
    (n_joined > 1 && coloured).then_some((n_joined + 1, Compound::Trait(axis)))
}

/// "hair color: long black", "eye colour brown": fields of a form; how many tokens.
fn field_of_part(tokens: &[Token], at: usize) -> Option<usize> {
    let part = is_in("hair eye eyes beard iris", word(tokens, at));
    if !part || !is_in("color colour colors colours", word(tokens, at + 1)) {
        return None;
    }
    let assigns = tokens.get(at + 2).is_some_and(|token| token.assigns);
    let first = at + 2 + usize::from(assigns || is_in("is are", word(tokens, at + 2)));
    let run = |at: &usize| is_colour(word(tokens, *at)) || is(Kind::Qualities, word(tokens, *at));
    let last = (first..first + 4).take_while(run).filter(|&at| is_colour(word(tokens, at))).last();
    last.map(|last| last + 1 - at)
}

/// "eyes: green": where the look ends.
fn value_of_field(tokens: &[Token], at: usize, part: Part) -> Option<usize> {
    if tokens.get(at + 1).is_some_and(|next| next.assigns) && part != Part::LooseHair {
        let colours = (at + 2..at + 6).take_while(|&at| {
            is_colour(word(tokens, at))
                || is(Kind::Qualities, word(tokens, at))
                || shades(tokens, at)
        });
        let end = at + 2 + colours.count();
        return (end > at + 2 && is_colour(word(tokens, end - 1))).then_some(end);
    }
    None
}

/// "eyes like rainwater", "eyes of faded denim", "cheeks raw as beef", "eyes the blue of gas": where the look ends.
fn compared_after(tokens: &[Token], at: usize, part: Part) -> Option<usize> {
    let (first, second) = (word(tokens, at + 1), word(tokens, at + 2));
    let of = word(tokens, at + 3) == "of";
    match first {
        "like"
            if part == Part::Hair
                || is_in(
                    "fringe mane bun cheek cheeks face faces skin flesh hide",
                    word(tokens, at),
                ) =>
        {
            phrase_end(tokens, at + 2)
        }
        "bright" | "clear" | "soft" | "shiny" | "raw" | "deep" | "cold" if second == "as" => {
            phrase_end(tokens, at + 3)
        }
        "as" if is_colour(second) && word(tokens, at + 3) == "as" => phrase_end(tokens, at + 4),
        // "hair as jet-black as"
        "as" if is_colour(word(tokens, at + 3)) && word(tokens, at + 4) == "as" => {
            phrase_end(tokens, at + 5)
        }
        "two" if word(tokens, at) == "cheeks" => phrase_end(tokens, at + 2),
        "of" if part == Part::Hair && of_colour(tokens, at + 2).is_some() => {
            of_colour(tokens, at + 2)
        }
        "of" if part == Part::Hair => {
            let thing = is_colour(second)
                || tokens.get(at + 2).is_some_and(|token| is_material(token) && !token.capital)
                || is(Kind::Qualities, second);
            phrase_end(tokens, at + 2).filter(|_| thing)
        }
        "the" if of && (is_colour(second) || is_in("colour color shade hue tint", second)) => {
            phrase_end(tokens, at + 4)
        }
        _ => None,
    }
}

/// "blown glass blue", "a washed turquoise", "that wicked blue": where the colour ends that one or two words come before.
fn of_colour(tokens: &[Token], at: usize) -> Option<usize> {
    let start = at + usize::from(is_in("a an the that this such", word(tokens, at)));
    let colour = (start..start + 4).take_while(|&at| {
        // "a washed-out blue"
        let little = |token: &Token| !token.hyphen && little(&token.text).is_some();
        tokens.get(at).is_some_and(|token| !token.is_break() && !little(token))
    });
    let last = colour.filter(|&at| is_colour(word(tokens, at))).last()?;
    ends(tokens, last + 1).then_some(last + 1)
}

/// "eyes, a startling green", "eyes are still that wicked blue", "eyes bluer than Delft", "eyes so dark they": where the
/// look ends.
fn said_colour(tokens: &[Token], at: usize, part: Part) -> Option<usize> {
    if part != Part::Hair {
        return None;
    }
    let comma = usize::from(tokens.get(at + 1).is_some_and(Token::is_break));
    let mut next = at + 1 + comma;
    while comma == 0 && is_in("are is were was still now once", word(tokens, next)) {
        next += 1;
    }
    let first = word(tokens, next);
    if is_in("a an that", first) && (comma > 0 || next > at + 1 || first == "a") {
        return of_colour(tokens, next);
    }
    if comma > 0 {
        return (is_colour(first) && word(tokens, next + 1) == "as")
            .then(|| phrase_end(tokens, next + 2))
            .flatten();
    }
    if is_in("so too very that more less as", first) {
        let quality = is(Kind::Qualities, word(tokens, next + 1))
            && matches!(word(tokens, next + 2), "and" | "or");
        let colour = next + 1 + if quality { 2 } else { 0 };
        return is_colour(word(tokens, colour)).then_some(colour + 1);
    }
    (is(Kind::Comparatives, first) && word(tokens, next + 1) == "than")
        .then(|| phrase_end(tokens, next + 2))
        .flatten()
}

/// "locks grey", "bangs dyed cobalt", "throat white as hawthorn", "beards black to white": where the look ends.
fn coloured_after(tokens: &[Token], at: usize, part: Part) -> Option<usize> {
    let mut next = at + 1;
    while is(Kind::Links, word(tokens, next)) && next < at + 5 {
        next += 1;
    }
    let linked = next > at + 1;
    // "hand-tinted", "face painted white"
    let painted = (at + 1..next).any(|at| is_in("painted tinted dyed with", word(tokens, at)));
    if part == Part::Skin && painted {
        return None;
    }
    let first_colour = next;
    while next < first_colour + 4 && (is_colour(word(tokens, next)) || shades(tokens, next)) {
        next += 1;
    }
    if next == first_colour {
        let last = word(tokens, next.saturating_sub(1));
        // "her mullet bleached", "bangs dyed cobalt"
        if is(Kind::Dyed, last) && ends(tokens, next) {
            return Some(next);
        }
        let material = tokens.get(next).is_some_and(is_material) && ends(tokens, next + 1);
        return (linked && is(Kind::Dyed, last) && material).then_some(next + 1);
    }
    // "beards black to white", "hair dyed half pink and half blue"
    let joins = is_in("to and or", word(tokens, next));
    let half = joins && word(tokens, next + 1) == "half";
    if joins && is_colour(word(tokens, next + 1 + usize::from(half))) {
        next += 2 + usize::from(half);
    }
    if word(tokens, next) == "as" {
        return phrase_end(tokens, next + 1);
    }
    next += usize::from(is_in("once now again already yet", word(tokens, next)));
    ends(tokens, next).then_some(next)
}

/// The first word of "fox-red", "fern green".
fn shades(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1).filter(|next| is_colour(&next.text)) else { return false };
    let token = &tokens[at];
    !token.is_break() && little(&token.text).is_none() && (next.hyphen || is_material(token))
}

/// "pale as birch", "as brown as palm sugar", "tanned to leather": of the skin, where the hair is not named just before.
fn compared(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let colour = if word(tokens, at) == "as" { at + 1 } else { at };
    let first = word(tokens, colour);
    let link = word(tokens, colour + 1);
    let links = link == "as" && is_colour(first)
        || link == "like"
            && is_in("tanned brown pale bronzed browned red", first)
            && begins(tokens, at)
        || link == "to"
            && is_in("tanned bleached burnt burned baked browned weathered faded cured", first);
    if !links || is_in("light fair clear bright", first) && colour == at {
        return None;
    }
    let end = phrase_end(tokens, colour + 2)?;
    let of_hair = is_in("blond blonde ginger auburn silver flaxen carroty hoary grizzled", first);
    let of_beast = is_in("grey gray white", first)
        && is_in("badger goose heron wolf seal fox", word(tokens, end - 1));
    let hair = matches!(first, "bleached" | "faded")
        || of_hair
        || of_beast
        || at > 0 && matches!(Part::at(tokens, at - 1), Some(Part::Hair))
        || matches!(word(tokens, at.saturating_sub(1)), "chops" | "sideburns" | "braids");
    let axis = if hair { "hair-eye-colour" } else { "skin-tone" };
    Some((end - at, Compound::Near(axis)))
}

/// "copper-toned", "cherry-cheeked", "sun-leathered", "wind-burned", "teak-brown", "dark bronze", "grey-lashed".
fn toned(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let joined = tokens.get(at + 1).is_some_and(|next| next.hyphen);
    let (first, second) = (word(tokens, at), word(tokens, at + 1));
    let near = |axis| Some((2, Compound::Near(axis)));
    let sure = |axis| Some((2, Compound::Trait(axis)));
    if joined && is(Kind::Weathers, first) {
        return match second {
            _ if is(Kind::Weathered, second) => sure("skin-tone"),
            "bleached" | "lightened" | "streaked" | "blond" | "blonde" => near("hair-eye-colour"),
            _ => None,
        };
    }
    if joined && is(Kind::OfHair, second) && (is_colour(first) || is(Kind::Materials, first)) {
        return sure("hair-eye-colour");
    }
    if joined && is(Kind::OfSkin, second) && (is_colour(first) || is(Kind::Hides, first)) {
        let of_things = is_in("toned tinted faced handed hued", second);
        let alone = begins(tokens, at) && ends(tokens, at + 2);
        return if of_things && !alone { near("skin-tone") } else { sure("skin-tone") };
    }
    let compared = is_colour(first) || tokens.get(at).is_some_and(is_material);
    let degree = is_in(DEGREES_OF_TONE, first);
    let tone = joined && compared && is(Kind::SkinTones, second)
        || !joined && degree && is(Kind::SkinTones, second);
    if !tone || tokens.get(at + 2).is_some_and(|third| third.hyphen) {
        return None;
    }
    let greying = is_in("grey gray white silver blond blonde", second);
    let alone = ends(tokens, at + 2) && begins(tokens, at);
    (alone || before_person(tokens, at + 2) && !greying).then_some(())?;
    near(if greying { "hair-eye-colour" } else { "skin-tone" })
}

/// "a lifelong tan", "mahogany stage tan": where the noun phrase ends with it.
fn tan(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let tan = matches!(word(tokens, at + 1), "tan" | "tans") && ends(tokens, at + 2);
    tan.then_some((2, Compound::Thing("skin-tone")))
}

/// "a caramel woman", "she is chocolate": what skin is compared with, right before a bare noun of a person or said of one.
fn like_hide(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let person = |at: usize| {
        is_in("women men girls boys people", word(tokens, at))
            || matches!(Lexicon::v1().entry(word(tokens, at)), Some(Entry::Person(_)))
    };
    let pronoun = |at: usize| is_in("she he they", word(tokens, at));
    let before = at.checked_sub(2).filter(|_| is_in("is are was were", word(tokens, at - 1)));
    let said =
        before.is_some_and(|before| pronoun(before) || person(before)) && ends(tokens, at + 1);
    let made = is_in("wax marble clay terracotta brick sand", word(tokens, at));
    (said || person(at + 1) && ends(tokens, at + 2) && !made)
        .then_some((1, Compound::Near("skin-tone")))
}

/// "blue of eye", "fair of face": a colour and the part that has it.
fn colour_of_part(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if word(tokens, at + 1) != "of" || !is_colour(word(tokens, at)) {
        return None;
    }
    let axis = match word(tokens, at + 2) {
        "eye" | "hair" | "beard" | "brow" => "hair-eye-colour",
        "face" | "skin" | "cheek" | "complexion" => "skin-tone",
        _ => return None,
    };
    ends(tokens, at + 3).then_some((3, Compound::Trait(axis)))
}

/// "one eye green, the other brown", "left eye blue": where the second colour ends, or the first.
fn one_eye(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    // "one blue eye and one green"
    if word(tokens, at) == "one"
        && is_colour(word(tokens, at + 1))
        && is_in("eye iris", word(tokens, at + 2))
        && word(tokens, at + 3) == "and"
        && is_in("one a", word(tokens, at + 4))
        && is_colour(word(tokens, at + 5))
    {
        let eye = usize::from(is_in("eye iris", word(tokens, at + 6)));
        return Some((6 + eye, Compound::Thing("hair-eye-colour")));
    }
    let which = is_in("one left right other each either", word(tokens, at));
    let eye = word(tokens, at + 1) == "eye";
    let colour = |at: usize| {
        is_colour(word(tokens, at))
            || tokens.get(at).is_some_and(is_material) && ends(tokens, at + 1)
    };
    let first = at + 2 + usize::from(is_in("is was", word(tokens, at + 2)));
    if !(which && eye && colour(first)) {
        return None;
    }
    let mut end = first + 1;
    let comma = usize::from(tokens.get(end).is_some_and(Token::is_break));
    let and = usize::from(is_in("and but", word(tokens, end + comma)));
    let other = end + comma + and;
    let step = if word(tokens, other) == "the" { 2 } else { 1 };
    if is_in("other one", word(tokens, other + step - 1)) {
        let is = usize::from(is_in("is was", word(tokens, other + step)));
        if colour(other + step + is) && ends(tokens, other + step + is + 1) {
            end = other + step + is + 1;
        }
    }
    Some((end - at, Compound::Thing("hair-eye-colour")))
}

/// "prematurely grey", "dyed acid green", "grey at the temples", "streaked with white".
fn turned(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    greyed(tokens, at)
        .or_else(|| dyed(tokens, at))
        .map(|n_tokens| (n_tokens, Compound::Near("hair-eye-colour")))
        .or_else(|| Some((flushed(tokens, at)?, Compound::Near("skin-tone"))))
}

/// "prematurely grey", "grey at forty", "grey at the temples", "raven beauty", "both ginger": how many tokens.
fn greyed(tokens: &[Token], at: usize) -> Option<usize> {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    // "frizzy ginger", "freckled and ginger"
    let before = at.checked_sub(1).map_or("", |before| word(tokens, before));
    if first == "ginger" && is_in(WITH_GINGER, before) && ends(tokens, at + 1) {
        return Some(1);
    }
    let greys = |word: &str| is_in("grey gray white silver", word);
    // "grey at forty", "raven beauty"
    if greys(first) && second == "at" && begins(tokens, at) && is_in(AGES, third)
        || is_in("raven ginger auburn titian flaxen", first) && second == "beauty"
    {
        return Some(2);
    }
    if matches!(first, "one" | "both")
        && is_in("ginger blond blonde auburn redheaded", second)
        && ends(tokens, at + 2)
    {
        return Some(2);
    }
    if is_in("prematurely gone going turned turning", first)
        && greys(second)
        && ends(tokens, at + 2)
    {
        return Some(2);
    }
    if greys(first)
        && second == "at"
        && third == "the"
        && is_in(
            "temples temple roots tips sides crown ends front back nape edges",
            word(tokens, at + 3),
        )
    {
        return Some(4);
    }
    None
}

/// "pale from lamplight", "he is the brown of a varnished oar": how many tokens.
fn flushed(tokens: &[Token], at: usize) -> Option<usize> {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    if is_in(
        "pale ashen flushed pink pallid ruddy crimson scarlet grey white red beetroot puce purple black",
        first,
    ) && matches!(second, "from" | "with")
        && begins(tokens, at)
    {
        return phrase_end(tokens, at + 2).map(|end| end - at);
    }
    // "gone brown", "turned lobster-red"
    let turns = is_in("gone going turned turning went burnt burned baked", first);
    if turns && is(Kind::SkinTones, second) && ends(tokens, at + 2) && begins(tokens, at) {
        return Some(2);
    }
    // "the colour of weak tea and the shape of a teapot, she pours"
    if at == 0 && first == "the" && is_in("colour color shade", second) && third == "of" {
        return phrase_end(tokens, 3);
    }
    if first == "the"
        && is_colour(second)
        && third == "of"
        && at > 0
        && is_in("is was gone turned", word(tokens, at - 1))
    {
        return phrase_end(tokens, at + 3).map(|end| end - at);
    }
    None
}

/// "dyed with henna", "streaked with white", "dyed acid green": how many tokens.
fn dyed(tokens: &[Token], at: usize) -> Option<usize> {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    if is(Kind::Dyed, first) && second == "with" && begins(tokens, at) {
        return phrase_end(tokens, at + 2).map(|end| end - at);
    }
    if is_in("streaked shot threaded flecked tipped", first)
        && matches!(second, "with" | "through")
        && is_colour(third)
        && ends(tokens, at + 3)
        && begins(tokens, at)
    {
        return Some(3);
    }
    if is(Kind::Dyed, first) && begins(tokens, at) {
        let mut end = at + 1;
        while end < at + 4
            && (is_colour(word(tokens, end)) || tokens.get(end).is_some_and(is_material))
        {
            end += 1;
        }
        let coloured = end > at + 1 && is_colour(word(tokens, end - 1));
        return (coloured && ends(tokens, end)).then_some(end - at);
    }
    None
}

/// "pelo morado", "blaue Augen", "cheveux gris": parts of the body and their colours in other languages.
fn foreign(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let unknown = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            !token.is_break()
                && !Vocabulary::v1().contains(&token.text)
                && little(&token.text).is_none()
                || is_in("negro negra noir noire brun brune roux verdes", &token.text)
        })
    };
    let (first, second) = (word(tokens, at), word(tokens, at + 1));
    if is_in("haare haar augen bart zopf", second) && unknown(at) {
        return Some((2, Compound::Thing("hair-eye-colour")));
    }
    if first == "haut" && unknown(at + 1) || second == "haut" && unknown(at) {
        return Some((2, Compound::Thing("skin-tone")));
    }
    let axis = if is(Kind::ForeignHair, first) {
        "hair-eye-colour"
    } else if is(Kind::ForeignSkin, first) {
        "skin-tone"
    } else {
        return None;
    };
    let n_tokens = 1 + (1..3).take_while(|step| unknown(at + step)).count();
    (n_tokens > 1).then_some((n_tokens, Compound::Thing(axis)))
}

/// Where the noun phrase at `at` ends: "a crow's wing", "milky blue", "a well-baked loaf", "bruised plums"; none where
/// there is none. It ends before whatever speaks of a person.
pub(super) fn phrase_end(tokens: &[Token], at: usize) -> Option<usize> {
    let mut start = at;
    while is_in("a an the two twin some wet his her their my", word(tokens, start)) {
        start += 1;
    }
    let mut end = start;
    while end < start + LONGEST_PHRASE
        && tokens.get(end).is_some_and(|token| goes_on(token, end > start))
    {
        end += 1;
    }
    if end == start {
        return None;
    }
    let of =
        word(tokens, end) == "of" && tokens.get(end + 1).is_some_and(|token| !token.is_break());
    Some(if of { phrase_end_of(tokens, end + 1).unwrap_or(end) } else { end })
}

/// "… of the sea"
fn phrase_end_of(tokens: &[Token], at: usize) -> Option<usize> {
    let start = at + usize::from(is_in("a an the", word(tokens, at)));
    let run =
        tokens[start.min(tokens.len())..].iter().take(2).take_while(|token| goes_on(token, true));
    let n_tokens = run.count();
    (n_tokens > 0).then_some(start + n_tokens)
}

fn goes_on(token: &Token, later: bool) -> bool {
    let person = matches!(
        Lexicon::v1().entry(&token.text),
        Some(
            Entry::Person(_)
                | Entry::Kin(_)
                | Entry::Role(_)
                | Entry::GenderedRole(..)
                | Entry::Group(..)
                | Entry::Attribute(..)
                | Entry::Pronoun(_)
                | Entry::OtherPronoun
        )
    );
    let acts = later && token.text.ends_with("ing");
    let pronoun = is_in("her his she he they their my", &token.text);
    let ends = token.is_break() || little(&token.text).is_some() || pronoun;
    !(ends || person && later || acts)
}

/// Nothing that the words before could describe follows.
pub(super) fn ends(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(|next| {
        next.is_break()
            || next.text.ends_with("ing")
            || matches!(
                little(&next.text),
                Some(
                    Little::Preposition
                        | Little::And
                        | Little::Governor
                        | Little::Be
                        | Little::Other
                        | Little::Relative
                )
            ) && next.text != "of"
    })
}

fn begins(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| {
        tokens[before].is_break()
            || is_in("and is are was were one both so very all", &tokens[before].text)
    })
}

fn before_person(tokens: &[Token], at: usize) -> bool {
    matches!(
        Lexicon::v1().entry(word(tokens, at)),
        Some(Entry::Person(_) | Entry::Kin(_) | Entry::Role(_) | Entry::GenderedRole(..))
    )
}

/// Whether any word of the prompt is one of a person; the category decides, whoever it is.
pub(super) fn is_somebody(tokens: &[Token]) -> bool {
    let lexicon = Lexicon::v1();
    tokens.iter().any(|token| {
        let listed = lexicon.entry(&token.text).is_some_and(Entry::speaks_of_somebody);
        let people =
            token.capital && matches!(lexicon.entry(&token.text), Some(Entry::Attribute(..)));
        // "pregnant", "three-month-old", "pearl diver"
        let described =
            matches!(lexicon.entry(&token.text), Some(Entry::Trait { near: false, .. }))
                || token.text == "old" && token.hyphen
                || lexicon.sometimes(&token.text).is_some()
                || trade(&token.text).is_some();
        listed
            || people
            || described
            || token.capital
                && (lexicon.is_given_name(&token.text)
                    || !token.is_break() && !Vocabulary::v1().contains(&token.text))
    })
}

const LONGEST_LOOK: usize = 6;
const LONGEST_PHRASE: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<(usize, &str)>) {
        // Looks are of somebody.
        let tokens = tokenize(&format!("{text}, a woman"));
        let found = look(&tokens, 0).map(|(n_tokens, found)| match found {
            Compound::Thing(axis)
            | Compound::Near(axis)
            | Compound::Trait(axis)
            | Compound::Said(axis) => (n_tokens, axis),
            Compound::People => (n_tokens, "people"),
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn comparisons_tell_a_colour() {
        check("eyes like rainwater", Some((3, "hair-eye-colour")));
        check("eyes the blue of gas", Some((5, "hair-eye-colour")));
        check("fringe emerald", Some((2, "hair-eye-colour")));
        check("pale as birch", Some((3, "skin-tone")));
        check("throat white as hawthorn", Some((4, "skin-tone")));
        check("golden-brown shoulders", Some((3, "skin-tone")));
        check("cherry-cheeked", Some((2, "skin-tone")));
        check("gold-flecked eyes", Some((3, "hair-eye-colour")));
        check("prematurely grey", Some((2, "hair-eye-colour")));
        check("eyes a washed-out blue", Some((5, "hair-eye-colour")));
        check("eyes so dark they glow", Some((3, "hair-eye-colour")));
        check("one eye green, the other brown", Some((7, "hair-eye-colour")));
        check("blue of eye", Some((3, "hair-eye-colour")));
        check("salt-and-pepper-bearded", Some((4, "hair-eye-colour")));
        check("lifelong tan", Some((2, "skin-tone")));
        check("caramel man", Some((1, "skin-tone")));
    }

    #[test]
    fn plain_modifiers_tell_none() {
        for text in [
            "kind eyes",
            "tired eyes",
            "hands of stone",
            "brown hand luggage",
            "glass eyes",
            "eyes closed",
            "light tan boots",
            "chocolate maker",
            "eye of a storm",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn without_anybody_there_is_no_look() {
        for text in ["a cat with eyes like rainwater", "pale as birch", "a flamingo with pink legs"]
        {
            let tokens = tokenize(text);
            assert!((0..tokens.len()).all(|at| look(&tokens, at).is_none()), "{text}");
        }
    }
}
