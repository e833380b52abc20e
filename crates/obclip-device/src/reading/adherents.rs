//! How firmly, how openly and since when somebody is what a word says: "a staunch conservative", "a lapsed Catholic", "a
//! self-described feminist", "legally separated", "now divorced". The words before go with the word, whatever it is, so that
//! none of them is left alone. So do whoever campaigns and what for: "climate activist".

use super::conditions::is_party;
use super::grammar::{is_in, little, word};
use super::term::{Category, Sense};
use super::words::lexicon_sense;
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

fn joined(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.hyphen)
}

/// How many words before the word that they modify say how or since when somebody is what it says.
pub(super) fn degrees_before(tokens: &[Token], at: usize) -> usize {
    let mut end = at;
    while let Some(n_tokens) = degree(tokens, end).filter(|_| end < at + MOST_DEGREES) {
        end += n_tokens;
    }
    end - at
}

/// Whether words before may go with what is read so: what somebody is, of an axis that is not expanded.
pub(super) fn takes_degrees(tokens: &[Token], at: usize, sense: &Sense) -> bool {
    match sense {
        Sense::Trait { .. } | Sense::Head(Category::Trait, _) => true,
        Sense::CorrelateWord | Sense::Small | Sense::Attribute { axis: Axis::Gender, .. } => {
            !Lexicon::v1().topics(word(tokens, at)).is_empty()
        }
        _ => false,
    }
}

fn degree(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    let second = joined(tokens, at + 1).then(|| word(tokens, at + 1));
    let n_tokens = match (first, second) {
        ("self", Some(described)) if is_in(DESCRIBED, described) => 2,
        (
            "non" | "card" | "die" | "long" | "one" | "first",
            Some("practising" | "practicing" | "carrying" | "hard" | "time" | "term"),
        ) => 2,
        ("would", Some("be"))
        | ("born", Some("again"))
        | ("newly" | "once" | "freshly", Some(_)) => 2,
        ("part" | "full", Some("time")) => 2,
        // "an out lesbian"
        ("out", None)
            if at.checked_sub(1).is_some_and(|at| is_in("a an the", word(tokens, at))) =>
        {
            1
        }
        ("half" | "luke" | "whole", Some("hearted" | "warm")) => 2,
        // "ex-Muslim", "non-religious"
        (prefix, Some(_)) if is_in("ex non half semi quasi pseudo crypto ultra never", prefix) => 1,
        ("no", None) if word(tokens, at + 1) == "longer" => 2,
        (mood, None) if is_in(MOODS, mood) && stands_for_one(tokens, at + 1) => 1,
        (_, None) if is_in(FIRM, first) || is_adverb(tokens, at) => 1,
        _ => return None,
    };
    let next = tokens.get(at + n_tokens).filter(|next| !next.is_break());
    next.map(|_| n_tokens)
}

/// Whether a word of an axis is at `at` that stands for somebody itself: "a happy heterosexual", not "a happy Catholic woman".
fn stands_for_one(tokens: &[Token], at: usize) -> bool {
    let status = matches!(
        lexicon_sense(word(tokens, at)),
        Some(Sense::Trait { near: false, nominal: true } | Sense::Head(Category::Trait, _))
    );
    let ends = tokens.get(at + 1).is_none_or(|next| {
        next.is_break() || little(&next.text).is_some() || next.text.ends_with("ing")
    });
    status && ends
}

/// "legally", "fiercely"; not "lovely", "early" and "Emily".
pub(super) fn is_adverb(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at) else { return false };
    token.text.len() > SHORTEST_ADVERB
        && token.text.ends_with("ly")
        && !(token.capital && at > 0)
        && Lexicon::v1().kind(&token.text).is_none()
        && Lexicon::v1().entry(&token.text).is_none()
}

/// "climate activist", "Labour campaigner": the whole phrase, read as its noun is.
pub(super) fn acts_for(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let joined = usize::from(joined(tokens, at + 1));
    let noun = at + 1 + joined;
    if !is_in("activist activists campaigner campaigners", word(tokens, noun)) {
        return None;
    }
    let first =
        tokens.get(at).filter(|first| !first.is_break() && little(&first.text).is_none())?;
    let topics = Lexicon::v1().topics(&first.text);
    let political = is_party(first) || topics.contains(&"political");
    let thing = matches!(Lexicon::v1().kind(&first.text), Some(WordKind::Noun | WordKind::Thing));
    let cause = topics.is_empty() && thing && !first.capital;
    let other = matches!(
        lexicon_sense(&first.text),
        Some(Sense::Attribute { .. } | Sense::Place(_) | Sense::Head(..) | Sense::Colour(_))
    );
    let told = political || cause && !other;
    let sense = lexicon_sense(word(tokens, noun)).filter(|_| told)?;
    Some((noun + 1 - at, sense))
}

/// "Green" and "Labour" with a capital, inside a sentence and by themselves: a party.
pub(super) fn is_party_alone(tokens: &[Token], at: usize) -> bool {
    let capital =
        |at: usize| tokens.get(at).is_some_and(|token| token.capital && !token.is_break());
    let before = at
        .checked_sub(1)
        .is_some_and(|before| !tokens[before].is_break() && !tokens[before].capital);
    is_party(&tokens[at]) && !tokens[at].upper && before && !capital(at + 1)
}

/// "pan", "ace" and "poly" right before somebody: no pan of a cook's, no flying ace.
pub(super) fn draws_before_person(tokens: &[Token], at: usize) -> bool {
    if !is_in("pan ace poly", word(tokens, at)) || joined(tokens, at + 1) {
        return false;
    }
    let described = |at: &usize| {
        is_in("best old young teenage black white trans", word(tokens, *at))
            || matches!(lexicon_sense(word(tokens, *at)), Some(Sense::Attribute { .. }))
    };
    let noun = (at + 1..tokens.len()).find(|at| !described(at)).unwrap_or(at);
    let person = matches!(
        lexicon_sense(word(tokens, noun)),
        Some(
            Sense::Head(Category::Person | Category::Kin | Category::Neutral, _)
                | Sense::Group { .. }
        )
    );
    person && Lexicon::v1().kind(word(tokens, noun)) != Some(WordKind::Thing)
        || is_in("friend friends couple", word(tokens, noun))
}

/// "early", "Emily"
const SHORTEST_ADVERB: usize = 5;
const MOST_DEGREES: usize = 3;
const DESCRIBED: &str =
    "described proclaimed identified declared professed confessed styled avowed";
/// What others say of somebody's mood is said of whoever is seen where a noun follows.
const MOODS: &str = "happy unhappy lonely bitter content contented cheerful quiet true genuine real typical average model regular \
respectable upstanding new local firm cradle armchair weekend ashamed disgruntled cynical solitary rural urban provincial";
/// What a conviction or a state is called by how firm or how old it is.
const FIRM: &str = "staunch ardent devout avowed fervent diehard lapsed practising practicing lifelong longtime recent former onetime \
erstwhile committed confirmed strict observant pious fanatical hardcore hardline registered staunchly now once twice thrice formerly previously \
already outspoken dyed-in-the-wool proudly newly long-time still proud ordinary lukewarm disillusioned disenchanted disaffected discreet \
secret nominal zealous fervid passionate earnest reluctant wavering loyal moderate half-hearted wholehearted jaded embittered \
unrepentant unapologetic unashamed devoted casual fierce convinced tentative hesitant uncertain vocal undercover accidental reformed \
hereditary cultural would-be aspiring self-confessed no-longer hitherto freshly";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn degrees_are_words_before_a_status() {
        let degrees = |text: &str| degrees_before(&tokenize(text), 0);
        assert_eq!(degrees("staunch conservative"), 1);
        assert_eq!(degrees("self-described feminist"), 2);
        assert_eq!(degrees("legally separated"), 1);
        assert_eq!(degrees("no longer married"), 2);
        assert_eq!(degrees("lovely garden"), 0);
        assert_eq!(degrees("early bird"), 0);
        assert_eq!(degrees("staunch"), 0);
    }
}
