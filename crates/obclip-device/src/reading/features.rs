//! Where a phrase about somebody's body begins and ends: "with wide hips", "born with a heart defect", "whose hair is dyed
//! bright green", "his hands are milky pale". The part of the body and the frame tell it; what is said of the part decides nothing,
//! so that nothing of the frame is left over beside one word and not beside another.

use obclip_protocol::Vocabulary;

use super::ailments::{ill_phrase, is_hurt, leads_to_illness};
use super::doing::{do_they, says_doing};
use super::expecting::baby_due;
use super::grammar::{is_in, little, run, word};
use super::looks::{ends, is_colour, is_material, is_quality, is_somebody};
use super::measures::is_person;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// A phrase about a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feature {
    /// Follows its noun and goes with it: "with wide hips"
    Phrase(&'static str),
    /// A part of somebody and what is said of it: "eyes are pale grey"
    Part(&'static str),
    /// "with" of "with wide hips and a red scarf": it stays with the scarf
    Link,
}

/// The phrase about a body that starts at `at` and its number of tokens, in a prompt that speaks of somebody.
pub(super) fn feature(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let first = word(tokens, at);
    let found = if is_in("born was were who whose", first) {
        born_with(tokens, at).or_else(|| whose_part(tokens, at))
    } else if is_in(HAS, first) || first == "and" {
        has_part(tokens, at)
    } else if is_in("since from", first)
        && is_in("birth infancy childhood", word(tokens, at + 1))
        && ends(tokens, at + 2)
    {
        Some((2, Feature::Phrase("disability")))
    } else if first == "of" {
        of_build(tokens, at)
    } else if leads_to_illness(tokens, at) > 0 {
        lives_with(tokens, at)
    } else {
        part_is(tokens, at)
            .or_else(|| Some((is_hurt(tokens, at)?, Feature::Part("disability"))))
            .or_else(|| part_between(tokens, at))
            .or_else(|| bare_part(tokens, at))
            .or_else(|| colour_of_part(tokens, at))
            .or_else(|| lighter_of_several(tokens, at))
    }?;
    let last = word(tokens, at + found.0 - 1);
    let bare = (is_in(BARE, first) || is_in(BARE, last))
        && !tokens.iter().any(|token| is_animal(&token.text));
    (is_somebody(tokens) || bare && !of_clock(tokens)).then_some(found)
}

/// The hands and the face of a clock.
fn of_clock(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| is_in("clock watch clocks watches cards poker dial", &token.text))
}

/// "born with a heart defect", "who was born without a left hand": whatever somebody is born with is told of a body.
fn born_with(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let born = at + run(tokens, at, "who that was were is are");
    let with = is_in("with without missing minus", word(tokens, born + 1));
    if word(tokens, born) != "born" || !with {
        return None;
    }
    let end = phrase_end(tokens, born + 2)?;
    Some((end - at, Feature::Phrase("disability")))
}

/// Where a noun phrase ends: before a break, a little word or what somebody does; "in the heart", "over one eye" belong to it.
pub(super) fn phrase_end(tokens: &[Token], at: usize) -> Option<usize> {
    let start = at + run(tokens, at, "a an the his her their its only just some two one no");
    let mut end = start;
    while end < start + LONGEST && goes_on(tokens, end, start) {
        end += 1;
    }
    let named = end > start || start > at;
    let placed = is_in("in on over of across under below above", word(tokens, end))
        && is_in("the his her their one both each", word(tokens, end + 1));
    if placed {
        let part = end + 2 + run(tokens, end + 2, "left right upper lower");
        let bodily = is_in(SHAPED, word(tokens, part))
            || is_in(HAIRY, word(tokens, part))
            || is_in(INNER, word(tokens, part));
        return bodily.then_some(part + 1).or(Some(end));
    }
    named.then_some(end)
}

fn goes_on(tokens: &[Token], at: usize, start: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| !token.is_break()) else { return false };
    let text = token.text.as_str();
    if token.hyphen {
        return true;
    }
    let pronoun = is_in("he she they i we you him them his her their my", text);
    // "Down syndrome"
    let little = little(text).is_some() && !(token.capital && at == start);
    !(pronoun || little || at > start && acts(tokens, at))
}

/// "mixes", "plays the drum", "adjusting": what somebody does, after a noun.
fn acts(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    if says_doing(text) {
        return true;
    }
    let kind = |word: &str| Lexicon::v1().kind(word);
    let Some(base) = text.strip_suffix('s').filter(|base| !base.ends_with('s')) else {
        return false;
    };
    let verb = kind(text).or_else(|| kind(base)).or_else(|| kind(base.strip_suffix('e')?));
    let object = is_in("a an the his her their my its", word(tokens, at + 1));
    verb == Some(WordKind::Verb) || object
}

/// "whose hair is dyed purple", "whose long legs are thin": the whole clause.
fn whose_part(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    if word(tokens, at) != "whose" {
        return None;
    }
    let described = (at + 1..tokens.len()).take(3).take_while(|&at| {
        axis_of(word(tokens, at)).is_none()
            && !tokens[at].is_break()
            && little(word(tokens, at)).is_none()
    });
    let part = at + 1 + described.count();
    let (end, axis) = said_of(tokens, part)?;
    Some((end - at, Feature::Phrase(axis)))
}

/// "eyes are pale grey", "hair dyed bright green", "skin a shade darker than hers".
fn part_is(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    if tokens[at].hyphen {
        return None;
    }
    let (end, axis) = said_of(tokens, at)?;
    Some((end - at, Feature::Part(axis)))
}

/// "deep brown of his eyes", "gold of her hair".
fn colour_of_part(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    if !is_colour(word(tokens, at)) && !leads_to_colour(tokens, at) {
        return None;
    }
    let of = colour_end(tokens, at, false)?;
    let whose = is_in("his her their my your", word(tokens, of + 1));
    let axis = colour_axis(word(tokens, of + 2))?;
    (word(tokens, of) == "of" && whose).then_some((of + 3 - at, Feature::Part(axis)))
}

/// "the lighter of the two sisters", as "the darker of the two".
fn lighter_of_several(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let light = is_in("lighter lightest", word(tokens, at)) && word(tokens, at + 1) == "of";
    let several = is_in("them us", word(tokens, at + 2))
        || word(tokens, at + 2) == "the" && is_in("two three four five", word(tokens, at + 3));
    (light && several).then_some((1, Feature::Phrase("skin-tone")))
}

/// What is said of the part of a body at `part` with a verb, or without one where nothing follows: where it ends.
fn said_of(tokens: &[Token], part: usize) -> Option<(usize, &'static str)> {
    let text = word(tokens, part);
    let axis = axis_of(text).filter(|_| tokens[part].clitic == Clitic::None)?;
    let adverbs = part + 1 + run(tokens, part + 1, STILL);
    let verb = adverbs + run(tokens, adverbs, IS);
    // "her hair dyed red"
    let dyed = is_in("dyed bleached tinted highlighted turned gone", word(tokens, verb));
    let verb_said = verb > adverbs || dyed && is_in(HAIRY, text);
    let first = verb + run(tokens, verb, STILL);
    if let Some(end) = than_another(tokens, first) {
        return Some((end, axis));
    }
    // What is said of a skin colours the picture that the cloud draws: read term by term.
    if is_in("skin complexion complexions", text) {
        return None;
    }
    if let Some(end) = shape_end(tokens, first).filter(|_| verb_said && is_in(SHAPED, text)) {
        return Some((end, axis));
    }
    coloured_end(tokens, part, first, verb_said)
}

/// Where the colour of the part at `part` ends, and the axis it tells; without a verb nothing may follow.
fn coloured_end(
    tokens: &[Token],
    part: usize,
    first: usize,
    verb_said: bool,
) -> Option<(usize, &'static str)> {
    let text = word(tokens, part);
    let axis = colour_axis(text)?;
    let loose = is_in(LOOSE, text);
    let broken = tokens.get(first).is_some_and(Token::is_break);
    let comma = !verb_said && first == part + 1 && broken;
    if comma && axis == "skin-tone" {
        return None;
    }
    let end = colour_end(tokens, first + usize::from(comma), verb_said)?;
    let goes_on = tokens.get(end).is_some_and(|next| !next.is_break() && next.text != "and");
    let closes = ends(tokens, end) && !(comma && goes_on);
    (verb_said && !loose || closes && axis != "skin-tone").then_some((end, axis))
}

/// "a shade darker than hers", "much paler than his": where the comparison ends.
fn than_another(tokens: &[Token], at: usize) -> Option<usize> {
    let degree = at
        + run(
            tokens,
            at,
            "a an the shade shades touch tone tones bit lot little much far even slightly several two more less no any",
        );
    let than = degree + 1;
    if word(tokens, than) != "than" || little(word(tokens, degree)).is_some() {
        return None;
    }
    let other = than + 1;
    Some(match word(tokens, other) {
        "hers" | "his" | "theirs" | "mine" | "ours" | "him" | "them" | "yours" => other + 1,
        _ => phrase_end(tokens, other + run(tokens, other, "his her their my"))?,
    })
}

/// "almost black", "a deep shade of blue", "honey-coloured", "the colour of slate", "bright green and blue": where a colour ends.
/// After a verb an unknown word and what is compared with are colours too.
fn colour_end(tokens: &[Token], at: usize, verb_said: bool) -> Option<usize> {
    let start = at + run(tokens, at, "a an the that this such");
    // "her eyes are like honey"
    if verb_said && word(tokens, start) == "like" {
        return phrase_end(tokens, start + 1);
    }
    let mut next = start + run(tokens, start, DEGREES);
    // "her hair bleached"
    let treated = next > start && is_in(TREATED, word(tokens, next - 1));
    let mut last = treated.then_some(next);
    while next < start + LONGEST && tokens.get(next).is_some_and(|token| !token.is_break()) {
        if is_colouring(tokens, next, verb_said) {
            last = Some(next + 1);
        } else if is_shade_of(tokens, next) {
            last = phrase_end(tokens, next + 2).or(last);
            break;
        } else if !(is_streaked_with(tokens, next) || leads_to_colour(tokens, next)) {
            break;
        }
        next += 1;
    }
    let end = last?;
    let and = is_in("and or to", word(tokens, end));
    let second = end + 1 + run(tokens, end + 1, DEGREES);
    let second = second + usize::from(word(tokens, second) == "one");
    let quality = is_quality(word(tokens, second)) && ends(tokens, second + 1);
    let joins = and && (is_colour(word(tokens, second)) || quality);
    Some(if joins { second + 1 } else { end })
}

fn is_colouring(tokens: &[Token], at: usize, verb_said: bool) -> bool {
    let token = &tokens[at];
    let text = token.text.as_str();
    if is_colour(text)
        || is_in("coloured colored dyed bleached highlighted tanned mismatched", text)
    {
        return true;
    }
    let unknown = little(text).is_none()
        && !Vocabulary::v1().contains(text)
        && !is_person(tokens, at)
        && !token.capital;
    verb_said && (unknown || is_material(token) && ends(tokens, at + 1))
}

/// "with" of "streaked with blue"
fn is_streaked_with(tokens: &[Token], at: usize) -> bool {
    let treated = at.checked_sub(1).is_some_and(|before| is_in(TREATED, word(tokens, before)));
    treated && is_in("with in of", word(tokens, at))
}

/// "shade of", "colour of", "kind of"
fn is_shade_of(tokens: &[Token], at: usize) -> bool {
    is_in(
        "shade color colour tone hue tint mix mixture kind sort touch pools pool",
        word(tokens, at),
    ) && word(tokens, at + 1) == "of"
}

/// "bright", "very", "fire-engine" before "red", "bubblegum" before "pink".
fn leads_to_colour(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    // "dyed a deep blue"
    if text == "one" {
        return is_colour(word(tokens, at + 1));
    }
    if is_in("a an the", text) {
        return at
            .checked_sub(1)
            .is_some_and(|before| is_in("dyed tinted painted", word(tokens, before)));
    }
    if is_quality(text)
        || is_in(DEGREES, text)
        || text.len() > LONGEST_ADJECTIVE_IN_LY && text != "elderly" && text.ends_with("ly")
    {
        return !is_in("and", text);
    }
    let colour =
        |at: usize| is_colour(word(tokens, at)) || is_in("coloured colored", word(tokens, at));
    let compound = tokens.get(at + 1).is_some_and(|next| next.hyphen && colour(at + 2));
    little(text).is_none() && (colour(at + 1) || compound) && !acts(tokens, at)
}

/// "very broad and strong" of a part that is said to be so: where the shape ends.
fn shape_end(tokens: &[Token], at: usize) -> Option<usize> {
    let first = at + run(tokens, at, DEGREES);
    let shaped = first + run(tokens, first, SHAPES);
    let and = word(tokens, shaped) == "and" && is_in(SHAPES, word(tokens, shaped + 1));
    let end = shaped + if and { 2 } else { 0 };
    (shaped > first && ends(tokens, end)).then_some(end)
}

/// "with wide hips", "who has a pot belly", "and thin legs": with the link where nothing else hangs on it.
fn has_part(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let link = at;
    let start = at + 1;
    if is_of_animal(tokens, link) {
        return None;
    }
    let (mut end, axis) = told_phrase(tokens, start)?;
    let first = end;
    if word(tokens, at) == "and" {
        return Some((end - at, Feature::Phrase(axis)));
    }
    // "with wide hips and thin legs and a red scarf": another thing hangs on the link.
    while let Some((next, _)) = joined_part(tokens, end) {
        end = next;
    }
    Some(if hangs(tokens, end) { (1, Feature::Link) } else { (first - at, Feature::Phrase(axis)) })
}

/// "and thin legs", ", thin legs" after a part.
fn joined_part(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let joins = word(tokens, at) == "and" || tokens.get(at).is_some_and(Token::is_break);
    joins.then(|| told_phrase(tokens, at + 1)).flatten()
}

/// A part of a body and what it is like, or an illness.
fn told_phrase(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    part_phrase(tokens, at)
        .or_else(|| Some((ill_phrase(tokens, at)?, "disability")))
        .or_else(|| Some((at + baby_due(tokens, at)?, "pregnancy")))
}

/// "living with asthma", "who lives with dementia", "battling a stammer".
fn lives_with(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let end = ill_phrase(tokens, at + leads_to_illness(tokens, at))?;
    // "battling a giant", "managing a ward"
    let other = is_in("ward wards clinic hospital giant dwarf", word(tokens, end - 1));
    let last = &tokens[end - 1];
    let person = Lexicon::v1().entry(&last.text).is_some_and(Entry::is_person_noun);
    if other || person && !last.capital && last.text != "pacemaker" {
        return None;
    }
    Some((end - at, Feature::Phrase("disability")))
}

/// "of slight build", "of average height": whatever is said of a build.
fn of_build(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let start = at + 1 + run(tokens, at + 1, "a an the");
    let build =
        (start..(start + LONGEST).min(tokens.len())).find(|&at| is_in(BUILDS, word(tokens, at)))?;
    let described = build > start && (start..build).all(|at| describes(tokens, at, false));
    let of_person = at
        .checked_sub(1)
        .is_some_and(|before| is_person(tokens, before) || tokens[before].is_break());
    (described && of_person && ends_or_acts(tokens, build + 1))
        .then_some((build + 1 - at, Feature::Phrase("body-type")))
}

fn ends_or_acts(tokens: &[Token], at: usize) -> bool {
    ends(tokens, at) || tokens.get(at).is_some_and(|next| !next.hyphen && next.text.ends_with('s'))
}

/// "and a red scarf"
fn hangs(tokens: &[Token], at: usize) -> bool {
    let noun = |at: usize| {
        is_in("a an the his her their some one two no", word(tokens, at))
            || tokens.get(at).is_some_and(|token| {
                !token.is_break()
                    && little(&token.text).is_none()
                    && !acts(tokens, at)
                    && !is_person(tokens, at)
            })
    };
    // "and a woman with" is somebody else.
    let article = usize::from(is_in("a an the one two", word(tokens, at + 1)));
    let somebody = (1..4).map(|step| at + article + step).take_while(|&at| {
        tokens.get(at).is_some_and(|token| !token.is_break() && little(&token.text).is_none())
    });
    let mut somebody = somebody.filter(|&at| is_person(tokens, at));
    word(tokens, at) == "and" && noun(at + 1) && somebody.next().is_none()
}

/// "big ears" of ", big ears," and "known for her big ears": without a link.
fn bare_part(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let before = at.checked_sub(1).map_or(",", |before| word(tokens, before));
    let stands = is_in(", a an his her their my of in on for by under over and", before);
    let first = word(tokens, at);
    let whose = is_in("his her their my", first);
    let begins = (little(first).is_none() && !whose || is_in(DEGREES, first)) && !tokens[at].hyphen;
    let animal = at.checked_sub(2).is_some_and(|link| is_of_animal(tokens, link));
    if !stands || !begins || animal {
        return None;
    }
    let (end, axis) = part_phrase(tokens, at)?;
    let of_things = is_in(THINGS_TOO, word(tokens, end - 1));
    let toned = axis == "skin-tone";
    (toned || axis == "body-type" && !of_things).then_some((end - at, Feature::Part(axis)))
}

/// "wide hips and" of "with wide hips and a red scarf".
fn part_between(tokens: &[Token], at: usize) -> Option<(usize, Feature)> {
    let link = at.checked_sub(1).filter(|&link| is_in(HAS, word(tokens, link)))?;
    if is_of_animal(tokens, link) {
        return None;
    }
    let (end, axis) = told_phrase(tokens, at)?;
    (word(tokens, end) == "and").then_some((end + 1 - at, Feature::Phrase(axis)))
}

/// "a dog with short legs"
fn is_of_animal(tokens: &[Token], link: usize) -> bool {
    let Some(before) = link.checked_sub(1) else { return false };
    !is_person(tokens, before) && is_animal(word(tokens, before))
}

fn is_animal(text: &str) -> bool {
    let kind = |word: &str| Lexicon::v1().kind(word) == Some(WordKind::Animal);
    kind(text) || text.strip_suffix('s').is_some_and(kind)
}

/// "a very round belly", "thin legs", "pale grey eyes": a part of a body and what it is like, where it ends.
fn part_phrase(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let start = at
        + run(tokens, at, "a an the his her their my such very some quite rather really extremely");
    let part = (start..(start + LONGEST).min(tokens.len()))
        .find(|&at| axis_of(word(tokens, at)).is_some() && closes(tokens, at))?;
    let text = word(tokens, part);
    let (bump, mods) = (is_in("bump bumps", text), || start..part);
    if part == start && !bump || mods().any(|at| !describes(tokens, at, bump)) {
        return None;
    }
    let carries =
        |at: usize| is_in(CARRIES, word(tokens, at)) || is_in("month months", word(tokens, at));
    if bump && !is_in("on in to", word(tokens, part + 1))
        || is_in(OF_BODY, text) && mods().any(carries)
    {
        return Some((part + 1, "pregnancy"));
    }
    let coloured = |at: usize| is_colouring(tokens, at, false);
    if let Some(axis) = colour_axis(text).filter(|_| !is_in("skin complexion complexions", text)) {
        let hair = axis == "hair-eye-colour";
        if mods().any(|at| coloured(at) || hair && is_unknown(tokens, at)) {
            return Some((part + 1, axis));
        }
    }
    if is_in("head scalp", text) {
        let bald = mods().any(|at| is_in("bald balding shaved shaven hairless", word(tokens, at)));
        return bald.then_some((part + 1, "hair-eye-colour"));
    }
    let shaped = is_in(SHAPED, text) && !bump && mods().all(|at| shapes(tokens, at, text));
    shaped.then_some((part + 1, "body-type"))
}

/// Nothing follows that the part would only describe: "hip flask", "belly dancer".
fn closes(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return true };
    let thing = |word: &str| {
        matches!(
            Lexicon::v1().kind(word),
            Some(WordKind::Thing | WordKind::Animal | WordKind::Noun)
        )
    };
    let text = next.text.as_str();
    let part = word(tokens, at);
    let alone = is_in(OF_BODY, part) || is_in(HAIRY, part) || part.ends_with('s');
    let worn = !alone || is_in(WORN, text);
    let several = text.strip_suffix('s').filter(|one| worn && thing(one) && !acts(tokens, at + 1));
    let verb =
        text.ends_with("ed") || text.ends_with('s') && several.is_none() && (!worn || !thing(text));
    let said = is_in("he she they i we you who one both other but his her worn held shorn", text)
        || acts(tokens, at + 1);
    // "two women with a small waist try on hats"
    let made = is_in("tie brace ring band paint job rest mask bag sling cast", text);
    let they = alone && Lexicon::v1().kind(text) == Some(WordKind::Verb)
        || do_they(tokens, at + 1) && !made && !is_in(THINGS_TOO, part);
    !next.hyphen && (ends(tokens, at + 1) || verb || said || they)
}

/// A word that can stand before the part: no break, no little word but "and" between two.
fn describes(tokens: &[Token], at: usize, bump: bool) -> bool {
    let token = &tokens[at];
    let before = at.checked_sub(1).map_or("", |before| word(tokens, before));
    let joined = || is_colour(before) || is_quality(before) || is_in(SHAPES, before);
    let and = token.text == "and" && (token.hyphen || joined());
    let degree = is_in(DEGREES, &token.text);
    !token.is_break()
        && (and || degree || little(&token.text).is_none())
        && token.clitic == Clitic::None
        && !tells_more(token)
        && (!is_person(tokens, at) || is_colour(&token.text) || bump)
}

/// "elderly hands", "with Nigerian features": words of the axes that the cloud expands are read by themselves.
fn tells_more(token: &Token) -> bool {
    let listed = Lexicon::v1().entry(&token.text);
    let place = matches!(listed, Some(Entry::Attribute(..) | Entry::Place(_)));
    place || token.capital && !is_colour(&token.text)
}

/// Whether a word says how a part is made: anything of hips and bellies that is no pose; of arms and faces a shape or what nobody knows.
fn shapes(tokens: &[Token], at: usize, part: &str) -> bool {
    let text = word(tokens, at);
    let of_body = is_in(OF_BODY, part);
    is_in(SHAPES, text)
        || is_in(DEGREES, text)
        || text == "and"
        || !text.ends_with("ed") && (is_unknown(tokens, at) || tokens[at].hyphen)
        || is_in(FACIAL, part) && is_in(OF_FACES, text)
        || of_body && !is_in(POSES, text) && (!text.ends_with("ed") || text.ends_with("shaped"))
}

fn is_unknown(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    little(text).is_none() && !Vocabulary::v1().contains(text)
}

/// The axis that a part of a body tells by what it is like.
fn axis_of(part: &str) -> Option<&'static str> {
    if is_in(SHAPED, part) { Some("body-type") } else { colour_axis(part) }
}

/// The axis that a part of a body tells by its colour.
fn colour_axis(part: &str) -> Option<&'static str> {
    if is_in(HAIRY, part) {
        Some("hair-eye-colour")
    } else {
        is_in(SKINNED, part).then_some("skin-tone")
    }
}

const LONGEST: usize = 6;
/// "jelly", "belly"
const LONGEST_ADJECTIVE_IN_LY: usize = 5;
const HAS: &str = "with has have had having";
const IS: &str = "going used to will would must might can could is are was were has have had been be being looks look looked turned gone went became remain remains stay stays";
const STILL: &str = "still now always both all naturally currently already once again also no longer not never just only";
const DEGREES: &str = "very really extremely quite fairly rather so too almost nearly slightly somewhat pretty deeply more less half partly mostly \
entirely completely dyed bleached tinted painted rinsed streaked coloured colored not quite just as";
/// Parts by whose shape somebody is described.
const SHAPED: &str = "hips hip waist thighs thigh belly bellies tummy stomach paunch gut bust bosom breasts buttocks bottom bum rump backside behind \
chest torso back shoulders arms forearms biceps legs calves neck chin chins jaw jowls nose figure physique build frame \
body muscles abs ribs ribcage limbs midriff handles pack middle bump bumps waistline silhouette knees ankles wrists feet fingers cheekbones cheeks hands face lips ear ears head scalp brow forehead \
six-pack love-handles stature posture";
/// Of these the parts that every adjective but a pose describes as a build.
const OF_BODY: &str = "hips hip waist thighs thigh belly bellies tummy paunch gut bust bosom breasts buttocks bottom bum rump backside \
figure physique build frame waistline stature torso biceps abs midriff chins jowls";
/// Parts by whose colour somebody is described.
const HAIRY: &str = "hair eyes eyebrows brows beard moustache mustache irises curls braids locks lashes eyelashes stubble ponytail pigtails \
dreadlocks fringe bangs mohawk afro whiskers sideburns goatee tresses ringlets mane plaits cornrows dreads";
/// Parts of hair that things have too.
const LOOSE: &str = "fringe bangs locks mane curls";
const SKINNED: &str = "skin complexion complexions hands arms face faces cheeks shoulders legs fingers forearms neck palms forehead knuckles nose limbs";
/// Parts that are somebody's where no animal is in the scene.
const BARE: &str = "hand hands fingers palms face faces eyes hair beard lips";
/// What makes a belly one of somebody who is pregnant.
const CARRIES: &str =
    "pregnant postpartum postnatal expectant expecting maternity baby term trimester gravid";
/// Parts inside a body.
const INNER: &str = "heart spine brain lung lungs lip palate skull head face eye hand foot leg arm ear nose tongue foot";
/// Parts of a face, and what is said of them alone.
const FACIAL: &str = "ear ears chin lips cheekbones cheeks nose jaw brow forehead face";
const OF_FACES: &str = "snub pug roman hawklike beaky pert turned-up high full pointed square cleft weak hairy upturned sharp freckled wrinkled angular oval heart-shaped \
dimpled receding";
/// Parts that are read only after a link: things and scenes have them too.
const THINGS_TOO: &str = "figure silhouette frame back body bottom behind chest pack handles middle feet face build posture head";
/// Things that are called by the part they are for.
const WORN: &str = "flasks dancers drawers buttons bags bands coats chains rings clips ties brushes dryers salons dyes styles extensions \
lids drops glasses products pins nets cuts oils combs patches tests charts";
/// What is done to hair.
const TREATED: &str =
    "dyed bleached tinted streaked highlighted coloured colored rinsed shot threaded tipped";
/// What somebody is said to be of.
const BUILDS: &str =
    "build builds stature physique height weight girth proportions frame figure size bulk";
/// What a body does with a part, and what happens to it: no shape.
const POSES: &str = "raised crossed folded outstretched bare open closed spread wet dirty muddy sandy cold warm free empty own other left right \
bent tied bound linked joined tired aching sore bleeding trembling swaying moving turning swinging tattooed painted pierced bandaged \
hot full happy good best whole upper lower front visible exposed naked covered";
/// What the size and shape of a body and its parts are said to be.
const SHAPES: &str = "small big large huge tiny broad broader wide wider narrow narrower thick thicker thin thinner slim slimmer slender \
long short shorter heavy heavier lean leaner flat soft softer ample generous plump plumper fat fatter fleshy meaty beefy brawny \
muscular strong powerful massive mighty enormous immense bony knobbly skinny scrawny spindly sturdy stout solid bulky bulging \
rounded round sagging saggy pendulous dimpled toned taut sculpted chiselled chiseled ripped wiry sinewy corded ropy stringy hollow \
sunken protruding prominent stooped sloping hunched padded pudgy podgy chubby chunky portly gangly bandy bowed knock-kneed rotund flabby wobbly delicate dainty petite shapely curvy \
voluptuous trim neat pillowy doughy swollen dumpy stocky stubby squat hefty larger bigger smaller fuller impressive hourglass \
athletic normal average ordinary medium double barrel pot beer love six-pack six pigeon tree pear apple washboard lanky gaunt slight \
bulbous crooked aquiline hooked button athletic fit healthy girlish boyish womanly manly feminine masculine statuesque";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    /// The words of the phrase at `at`.
    fn check(text: &str, at: usize, expected: &str) {
        let tokens = tokenize(text);
        let n_tokens = feature(&tokens, at).map_or(0, |(n_tokens, _)| n_tokens);
        let words: Vec<_> =
            tokens[at..at + n_tokens].iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn frames_go_with_whatever_is_said_of_a_part() {
        check("a woman with wide hips tries on hats", 2, "with wide hips");
        check("a dancer with a big bottom and a red scarf", 3, "a big bottom and");
        check("a man who has a saggy belly walks a dog", 3, "has a saggy belly");
        check("a painter born with a heart defect mixes colours", 2, "born with a heart defect");
        check(
            "a girl whose hair is dyed bright green stands in line",
            2,
            "whose hair is dyed bright green",
        );
        check("a girl, her eyes are deep blue and a scarf", 4, "eyes are deep blue");
        check("hands kneading, the hands are milky pale, flour", 4, "hands are milky pale");
        check(
            "a couple, his skin a shade lighter than hers, lights",
            4,
            "skin a shade lighter than hers",
        );
    }

    #[test]
    fn what_a_part_does_travels() {
        for text in [
            "a man with raised arms",
            "a woman with closed eyes",
            "a boy with open hands",
            "a girl with a belly button ring",
        ] {
            check(text, 2, "");
        }
        check("a dog with short legs beside a man", 2, "");
        check("a girl, her hair is wet", 4, "");
        check("a wall with wide stones", 2, "");
    }
}
