//! How tall or heavy somebody is, with the little words that belong to it: "who is over six foot six", "is barely 45 kilos",
//! ", around 300 pounds,", "of nearly two metres". The figure decides nothing: whose measure it is does.

use obclip_protocol::Vocabulary;

use super::grammar::{Little, is_in, little, run, word};
use super::looks::is_somebody;
use super::trades::trade;
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

/// The measure of somebody that starts at `at` with its verb or link: how many tokens.
pub(super) fn measure(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    let contracted = at > 0 && tokens[at - 1].clitic != Clitic::None;
    let (start, weighs) = lead(tokens, at);
    let begins = start == at;
    // Most words can start none of these.
    if begins && !(contracted || is_in(ABOUT, first) || is_number(tokens, at)) {
        return None;
    }
    let end = amount_end(tokens, start, weighs)?;
    let told = match first {
        "of" => at.checked_sub(1).is_some_and(|before| is_person(tokens, before)),
        _ if begins && is_before_person(tokens, end) => true,
        _ if begins => {
            contracted && is_person(tokens, at - 1) || stands_after_person(tokens, at, end)
        }
        _ => is_said_of_somebody(tokens, at),
    };
    (told && !is_distance(tokens, end)).then_some(end - at)
}

/// Where the measure starts after "who is", "weighs", "standing", "of", and whether a weight is said.
fn lead(tokens: &[Token], at: usize) -> (usize, bool) {
    let mut start = at + run(tokens, at, "who that");
    let verb = start + run(tokens, start, "must would could might may can will should has have");
    let said = run(tokens, verb, "is are was were am be been");
    if said > 0 {
        start = verb + said;
    } else if is_in(WEIGHS, word(tokens, verb)) {
        return (verb + 1 + run(tokens, verb + 1, "in at"), true);
    } else if is_in(STANDS, word(tokens, verb)) {
        return (verb + 1, false);
    } else if start > at {
        return (at, false);
    }
    if word(tokens, at) == "of" {
        return (at + 1, false);
    }
    let doing =
        usize::from(is_in("weighing standing measuring", word(tokens, start)) && start > at);
    (start + doing, doing > 0)
}

/// "over six foot six", "1.90 m tall", "half a ton", "next to nothing": where it ends.
fn amount_end(tokens: &[Token], at: usize, weighs: bool) -> Option<usize> {
    let number = at + run(tokens, at, ABOUT);
    if weighs {
        if word(tokens, number) == "nothing" {
            return Some(number + 1);
        }
        if number > at && is_in("ton tonne", word(tokens, number)) {
            return Some(number + 1);
        }
        if word(tokens, number) == "half" && word(tokens, number + 1) == "a" {
            return Some(number + 3).filter(|end| *end <= tokens.len());
        }
    }
    let mut end = number;
    let mut measured = false;
    while end < number + LONGEST {
        let digits = end + (end..tokens.len()).take_while(|&at| is_number(tokens, at)).count();
        if digits == end {
            break;
        }
        let feet_and_inches = word(tokens, digits - 1).contains('\'');
        let unit = is_in(UNITS, word(tokens, digits));
        measured |= unit || feet_and_inches;
        if !unit && !measured {
            break;
        }
        end = digits + usize::from(unit);
        end += usize::from(is_in("and", word(tokens, end)) && is_number(tokens, end + 1));
    }
    let plain = measured.then_some(end)?;
    let end = plain + run(tokens, plain, "tall high heavy tallish");
    Some(end + of_what(tokens, end))
}

/// "in height", "in his socks", "of muscle": what may follow a measure.
fn of_what(tokens: &[Token], at: usize) -> usize {
    let whose = run(tokens, at + 1, "his her their my its pure solid");
    let noun = word(tokens, at + 1 + whose);
    let link = word(tokens, at);
    let told = link == "in" && is_in("height weight stature socks heels boots shoes", noun)
        || link == "of" && is_in("muscle flesh bone sinew fat lard", noun)
        || link == "or" && noun == "so";
    if told { 2 + whose } else { 0 }
}

/// "is six feet from the wall", "stands two metres behind her": no measure of a body.
fn is_distance(tokens: &[Token], end: usize) -> bool {
    is_in(
        "from away apart behind deep wide long under underground above below beneath off down up ahead into back beyond out across away \
inside tides thick of overboard",
        word(tokens, end),
    ) || tokens.get(end).is_some_and(|next| next.hyphen)
}

/// "a 300 pounds man", as "a 300-pound man"; a sprinter runs a hundred metres.
fn is_before_person(tokens: &[Token], end: usize) -> bool {
    let race = is_in("m metre metres meter meters", word(tokens, end - 1));
    let pronoun = is_in(
        "he she they i we you who one someone somebody everyone both other",
        word(tokens, end),
    );
    !race && !pronoun && is_person(tokens, end)
}

/// "a postman, 6'4", at a door", "a man six feet tall": between breaks after somebody, or tall right after one.
fn stands_after_person(tokens: &[Token], at: usize, end: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    let tall = is_in("tall heavy socks muscle height weight", word(tokens, end - 1));
    if !tokens[before].is_break() {
        return tall && is_person(tokens, before);
    }
    let closes =
        tokens.get(end).is_none_or(|next| next.is_break() || is_in("with in and who", &next.text));
    closes && ends_with_person(tokens, before)
}

/// "a postman,": the last word before a break is a person, or the phrase of one stands before it.
fn ends_with_person(tokens: &[Token], end: usize) -> bool {
    let mut phrase = (0..end).rev().take(4).take_while(|&at| !tokens[at].is_break());
    phrase.any(|at| is_person(tokens, at))
}

/// The subject of the verb at `at`: "who" and "that" of a person, a person, or one before "on the left".
fn is_said_of_somebody(tokens: &[Token], at: usize) -> bool {
    let who = word(tokens, at) == "who";
    let Some(before) = at.checked_sub(1) else { return is_somebody(tokens) };
    if tokens[before].is_break() {
        return who || ends_with_person(tokens, before);
    }
    if is_person(tokens, before) || who {
        return true;
    }
    if word(tokens, at) == "that" {
        return false;
    }
    // "the man on the left is"
    let mut words = (0..before).rev().take(4).take_while(|&at| !tokens[at].is_break());
    let link = words.find(|&at| little(word(tokens, at)) == Some(Little::Preposition));
    link.and_then(|link| link.checked_sub(1)).is_some_and(|noun| is_person(tokens, noun))
}

/// A noun of a person, a pronoun or a name; "blond" and "pregnant" are said of one.
pub(super) fn is_person(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| !token.is_break()) else { return false };
    let text = token.text.as_str();
    let lexicon = Lexicon::v1();
    let named =
        || token.capital && (lexicon.is_given_name(text) || !Vocabulary::v1().contains(text));
    is_in("he she they i we you who one someone somebody everyone both other", text)
        || lexicon.entry(text).is_some_and(Entry::speaks_of_somebody)
        || lexicon.sometimes(text).is_some()
        || trade(text).is_some()
        || named()
}

fn is_number(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    text.starts_with(|first: char| first.is_ascii_digit()) || is_in(NUMBERS, text)
}

const LONGEST: usize = 8;
const ABOUT: &str = "both each already over under around about barely nearly almost at least most close to more less than just only roughly approximately some \
up exactly a little bit well north of easily maybe probably all not quite mere hardly scarcely upwards past beyond above below nigh \
on next probably an hardly no";
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen \
eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred half";
const UNITS: &str = "foot feet ft inch inches cm cms centimetre centimetres centimeter centimeters m metre metres meter meters kg kgs kilo \
kilos kilogram kilograms kilogramme kilogrammes lb lbs pound pounds stone stones st ton tons tonne tonnes";
const WEIGHS: &str = "weigh weighs weighed weighing";
const STANDS: &str = "stands stood measures measured measuring standing";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, at: usize, expected: Option<usize>) {
        assert_eq!(measure(&tokenize(text), at), expected, "{text}");
    }

    #[test]
    fn measures_of_somebody_go_with_their_verb() {
        check("a commuter who is over six foot six squeezes in", 2, Some(6));
        check("a commuter who is barely 45 kilos squeezes in", 2, Some(5));
        check("she is close to 400 lbs and smiles", 1, Some(5));
        check("a nurse weighing around 300 pounds in a hall", 2, Some(4));
        check("a chef who weighs next to nothing tastes", 2, Some(5));
        check("a postman, about 120 kg, cycling", 3, Some(3));
        check("a man of under five feet by a gate", 2, Some(4));
        check("a man six feet four inches tall by a gate", 2, Some(5));
    }

    #[test]
    fn measures_of_things_are_nothing() {
        check("a wall that is six feet tall beside a man", 2, None);
        check("a tower is over 300 feet tall, a man", 2, None);
        check("a cake of two pounds, a man", 2, None);
        check("he is ten metres from the goal", 1, None);
        check("a man, two kg of rice", 3, None);
    }
}
