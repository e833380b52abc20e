//! Where the name of an illness begins and ends, and what is said with it: "with a bad back", "who has asthma", "living with
//! dementia", "battling a stammer". How it is told that somebody has it decides what goes, not which illness it is.

use super::compounds::Compound;
use super::conditions::{PARTS, condition};
use super::grammar::{is_in, little, run, word};
use super::measures::is_person;
use super::words::phrase;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

/// "a missing tooth", "asthma", "a bad back": where the phrase that names an illness ends, after "with" or another word that has it.
pub(super) fn ill_phrase(tokens: &[Token], at: usize) -> Option<usize> {
    let start =
        at + run(tokens, at, "a an the his her their my some only just one two no very such");
    let described = start..(start + MOST_DESCRIBED).min(tokens.len());
    let found = described
        .take_while(|&at| at == start || describes(tokens, at - 1))
        .find_map(|at| Some(at + named_at(tokens, at)?));
    // "with a cold", "with one leg": phrases that are none without their article
    let whole = || {
        (2..=4).rev().find_map(|n_tokens| {
            let text = phrase(tokens, at, n_tokens)?;
            is_of_health(&format!("with {text}")).then_some(at + n_tokens)
        })
    };
    found.or_else(whole).filter(|&end| closes(tokens, end))
}

/// "living with", "lives with", "coping with", "battling": how many tokens lead to an illness.
pub(super) fn leads_to_illness(tokens: &[Token], at: usize) -> usize {
    let (first, second) = (word(tokens, at), word(tokens, at + 1));
    let lives = is_in(LIVES, first) && second == "with";
    let mends = is_in("recovering recovers recovered", first) && second == "from";
    if lives || mends { 2 } else { usize::from(is_in(FIGHTS, first)) }
}

/// "left arm is missing", "eyesight is failing", "hearing has gone": a part, and that it is lost or hurt; how many tokens.
pub(super) fn is_hurt(tokens: &[Token], at: usize) -> Option<usize> {
    let part = at + run(tokens, at, "left right upper lower");
    let verb = part + 1;
    let still = "is are was were has have had been be now still partly badly slowly almost both";
    let said = verb + run(tokens, verb, still);
    let hurt = said + run(tokens, said, "in a an");
    let told = is_in(PARTS, word(tokens, part)) && said > verb && is_in(HURT, word(tokens, hurt));
    told.then_some(hurt + 1 - at)
}

/// How many tokens name an illness or what is hurt.
fn named_at(tokens: &[Token], at: usize) -> Option<usize> {
    // "using a stick"
    if is_in("stick sticks", word(tokens, at)) {
        return None;
    }
    let listed = (1..=4)
        .rev()
        .find(|&n_tokens| phrase(tokens, at, n_tokens).is_some_and(|text| is_of_health(&text)));
    listed.or_else(|| match condition(tokens, at)? {
        (n_tokens, Compound::Near(axis) | Compound::Trait(axis) | Compound::Thing(axis)) => {
            (axis == "disability").then_some(n_tokens)
        }
        _ => None,
    })
}

fn is_of_health(text: &str) -> bool {
    Lexicon::v1().topics(text).contains(&"disability")
}

/// "mild", "severe": neither a thing ("a celery stick") nor somebody ("an infant in a sling").
fn describes(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let thing = matches!(
        Lexicon::v1().kind(&token.text),
        Some(WordKind::Thing | WordKind::Noun | WordKind::Animal)
    );
    !token.is_break() && little(&token.text).is_none() && !thing && !is_person(tokens, at)
}

/// Not before the person who has it: "with a deaf friend".
fn closes(tokens: &[Token], end: usize) -> bool {
    // "and black-eyed Susans"
    if tokens.get(end).is_some_and(|next| next.capital && !next.is_break()) {
        return false;
    }
    tokens.get(end).is_none_or(|next| {
        next.is_break()
            || little(&next.text).is_some_and(|_| next.text != "of")
            || next.text.ends_with("ing")
            || next.text.ends_with('s')
            || next.text.ends_with("ed")
            || Lexicon::v1().kind(&next.text) == Some(WordKind::Verb)
            || is_in("he she they i we you who but his her", &next.text)
    }) && !tokens.get(end).is_some_and(|next| next.hyphen)
}

/// What is said of a part that is lost or hurt.
const HURT: &str = "missing amputated paralysed paralyzed gone failing lost prosthetic artificial numb broken fractured bandaged useless \
withered deformed disabled impaired damaged injured crippled lame bionic wooden plastic sling cast splint brace fading weak ruined \
twisted crushed severed bad poor";
/// "a mild facial scar"
const MOST_DESCRIBED: usize = 4;
const LIVES: &str =
    "living lives lived coping copes coped struggling struggles struggled dealing deals born";
const FIGHTS: &str = "battling battles battled fighting fights managing manages surviving survived overcoming overcame using \
uses";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn illnesses_end_where_somebody_does_something() {
        let end = |text: &str| ill_phrase(&tokenize(text), 0);
        assert_eq!(end("asthma feeds pigeons"), Some(1));
        assert_eq!(end("a missing tooth laughs"), Some(3));
        assert_eq!(end("a cold and a red apron"), Some(2));
        assert_eq!(end("a deaf friend"), None);
        assert_eq!(end("a red apron"), None);
    }
}
