//! What stands beside a noun between commas and says who that is: "the gardener, a Scot of seventy, ties up his peas", "the
//! poet on stage, a man of eighty, leans". Not a list: "a nurse, an old man, a dog".
//!
//! What the noun states decides nothing; only what stands around it does.

use std::ops::Range;

use obclip_protocol::Vocabulary;

use super::Scene;
use super::grammar::{Little, is_in};
use super::predicates::is_status_between_commas;
use super::term::{Category, Fate, Sense, Term};
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};

/// How sure it is that a noun phrase after a comma speaks of the person before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apposition {
    /// It stands before a comma or the end of the prompt; only after a noun of a trade is it said of that person.
    Closed,
    /// The comma after it leads back to the verb of the person before: "the poet on stage, a man of eighty, leans".
    BeforeVerb,
}

/// Whether the nouns at `nouns`, whose phrase begins at `start` after `article` articles, say again who the last person is.
pub(super) fn is_said_again(
    scene: &Scene,
    nouns: Range<usize>,
    start: usize,
    article: usize,
) -> bool {
    let terms = &scene.terms;
    let Some(person) = scene.persons.last() else { return false };
    let Some(comma) = start.checked_sub(1 + article) else { return false };
    if terms[comma].sense != Sense::Comma {
        return false;
    }
    let (first, end) = (nouns.start, nouns.end);
    let role = |term: &Term| matches!(term.sense, Sense::Head(Category::Role { .. }, _));
    let says_who = says_who(&terms[first]) && !terms[nouns].iter().any(role);
    let found = apposition(scene, end);
    let before_verb = found == Some(Apposition::BeforeVerb) && says_who && article > 0;
    let in_tags = article == 0 && is_said_in_tags(scene, first, end);
    // "a doctor, a woman of forty": with an article only after a role.
    let aged = matches!(terms[person.head].sense, Sense::Attribute { axis: Axis::Age, .. });
    let new_noun = match person.role.is_empty() {
        true => terms[first].sense_is_bare() && !aged,
        false => says_who,
    };
    let again = article == 0
        || new_noun && !person.has_noun()
        || is_said_between_commas(terms, first, end)
        || is_status_between_commas(scene, first, end);
    (before_verb || in_tags || found.is_some() && again)
        && leads_back(scene, comma, before_verb || in_tags)
}

/// What was said between commas leaves nothing: "the poet on stage leans", as if it had not been said.
pub(super) fn drop_commas(scene: &mut Scene) {
    let mut open = None;
    for at in 0..scene.terms.len() {
        if scene.terms[at].sense != Sense::Comma {
            continue;
        }
        let Some(first) = open.replace(at).filter(|&first| is_left_empty(scene, first, at)) else {
            continue;
        };
        if is_verb_of_one(scene, at + 1) {
            (first..=at).for_each(|at| scene.drop_term(at, None));
        } else if scene.terms[first + 1].sense == Sense::Little(Little::Article) {
            (first + 1..at).for_each(|at| scene.drop_term(at, None));
        }
    }
}

/// Whether all between two commas went with a person, but for an article and plain adjectives: "a cheerful [Scot]".
fn is_left_empty(scene: &Scene, first: usize, close: usize) -> bool {
    let dropped = |term: &Term| matches!(term.fate, Fate::Drop(_));
    let between = &scene.terms[first + 1..close];
    let little = |term: &Term| {
        term.sense == Sense::Little(Little::Article)
            || term.sense == Sense::Word(Some(WordKind::Adjective))
    };
    // "with a [beard], sixty, grips" keeps the comma that closes the gap.
    let stays = |before: usize| match scene.terms[before].fate {
        Fate::Person(_) => true,
        Fate::Keep => matches!(scene.terms[before].sense, Sense::Word(_)),
        _ => false,
    };
    between.iter().any(dropped)
        && between.iter().all(|term| dropped(term) || little(term))
        && first.checked_sub(1).is_some_and(stays)
}

/// Whether only descriptions of the last person stand between its head and the comma, or, where `loose`, other phrases.
fn leads_back(scene: &Scene, comma: usize, loose: bool) -> bool {
    let last = scene.persons.len().saturating_sub(1);
    for term in scene.terms[..comma].iter().rev() {
        let passes = match term.fate {
            Fate::Person(idx) if idx == last => return true,
            Fate::Drop(_) => true,
            _ if term.is_adjective() || term.sense == Sense::Comma => true,
            // The name after a title.
            _ if term.sense == Sense::Other || matches!(term.sense, Sense::Figure(_)) => true,
            _ => loose && may_stand_between(term),
        };
        if !passes {
            return false;
        }
    }
    false
}

/// Whether the noun phrase that ends before `end`, with the origin and the age after it, is closed.
fn apposition(scene: &Scene, end: usize) -> Option<Apposition> {
    let close = end_of_phrase(scene, end, false);
    let verb = |close: Option<usize>| close.is_some_and(|close| is_verb_of_one(scene, close + 1));
    let described = end_of_phrase(scene, end, true);
    if verb(close) || verb(described) {
        return Some(Apposition::BeforeVerb);
    }
    let closed = close.filter(|&close| !is_listed(scene, close));
    closed.map(|_| Apposition::Closed)
}

/// A noun that says who somebody is without a trade: "a woman", "a widow", "a Sikh", "a Scot".
fn says_who(term: &Term) -> bool {
    matches!(
        term.sense,
        Sense::Head(Category::Person | Category::Kin | Category::Trait | Category::Neutral, _)
            | Sense::Trait { nominal: true, .. }
            | Sense::Attribute { nominal: true, .. }
    )
}

/// A word of a people or of an age by itself, which is an adjective as well: "a witch with a staff, Filipina, adolescent".
fn is_said_in_tags(scene: &Scene, first: usize, end: usize) -> bool {
    let term = &scene.terms[first];
    let people = match &term.sense {
        Sense::Head(Category::Person, values) => values.of(Axis::Ethnicity).is_some(),
        Sense::Attribute { axis: Axis::Ethnicity | Axis::Gender, .. } => true,
        _ => false,
    };
    let aged = is_in("adolescent juvenile adult minor", scene.word(term));
    let comma = |at: Option<usize>| {
        at.and_then(|at| scene.terms.get(at)).is_none_or(|term| term.sense == Sense::Comma)
    };
    (people || aged) && end == first + 1 && comma(first.checked_sub(1)) && comma(Some(end))
}

/// The words that may stand between a noun and the comma before its apposition: "on stage", "in the red hat".
fn may_stand_between(term: &Term) -> bool {
    match term.sense {
        Sense::Little(little) => {
            matches!(little, Little::Preposition | Little::Article | Little::Determiner)
        }
        Sense::Word(Some(WordKind::Verb)) => !term.inflected,
        Sense::Word(_) => !term.acts,
        Sense::Place(_) | Sense::CorrelateThing | Sense::OtherPronoun => true,
        _ => false,
    }
}

/// The comma (or the end) after a noun: past its age and origin, and, where `described`, past what it has or wears.
fn end_of_phrase(scene: &Scene, end: usize, described: bool) -> Option<usize> {
    const LONGEST: usize = 9;
    let mut linked = false;
    for at in end..=end + LONGEST {
        let Some(term) = scene.terms.get(at) else { return Some(at) };
        match term.sense {
            Sense::Comma => return Some(at),
            Sense::Little(Little::Preposition) => {
                linked = true;
                let plain = is_in("of from", scene.word(term));
                if !(plain || described) {
                    return None;
                }
            }
            Sense::Little(Little::Article | Little::Determiner) if linked => {}
            _ if term.is_adjective() || matches!(term.sense, Sense::Figure(_)) => {}
            Sense::Other | Sense::Place(_) | Sense::Word(_) | Sense::CorrelateThing
                if linked && !term.acts => {}
            Sense::Skin | Sense::Pronoun(..) | Sense::OtherPronoun if linked && described => {}
            _ => return None,
        }
    }
    None
}

/// Whether a list of persons goes on after the comma at `close`: "a doctor, a woman, a child".
fn is_listed(scene: &Scene, close: usize) -> bool {
    let rest = scene.terms.get(close + 1..).unwrap_or(&[]);
    let joins = rest.first().is_some_and(|term| term.sense == Sense::Little(Little::And));
    let rest = &rest[usize::from(joins)..];
    let article = rest.first().is_some_and(|term| term.sense == Sense::Little(Little::Article));
    let mut noun = rest.iter().skip(1).skip_while(|term| {
        matches!(term.sense, Sense::Word(Some(WordKind::Adjective)))
            || !says_who(term) && term.is_adjective()
    });
    article && noun.next().is_some_and(|term| term.is_person_noun() || says_who(term))
}

/// "ties up his peas", "leans into", "is", "sat": a verb of one person right after a comma.
fn is_verb_of_one(scene: &Scene, at: usize) -> bool {
    let Some(term) = scene.terms.get(at) else { return false };
    // "slowly leans"
    let adverb = scene.word(term).ends_with("ly") && matches!(term.sense, Sense::Word(_));
    if adverb && scene.terms.get(at + 1).is_some() {
        return is_verb_of_one(scene, at + 1);
    }
    if let Sense::Little(little) = term.sense {
        let verb = scene.word(term).ends_with('s') || is_in("has had wore held", scene.word(term));
        return little == Little::Be && scene.word(term) != "being"
            || little == Little::Governor && verb
            || is_in("will would can could must does did", scene.word(term));
    }
    if !matches!(term.sense, Sense::Word(_)) || term.acts {
        return false;
    }
    let word = scene.word(term);
    let ends = |end: &str| word.strip_suffix(end).filter(|stem| stem.len() > 1);
    let Some(stem) = ends("s").or_else(|| ends("ed")) else { return false };
    if !is_said_of_deeds(stem) && term.sense != Sense::Word(Some(WordKind::Verb)) {
        return false;
    }
    let next = scene.terms.get(at + 1);
    let word = next.map_or("", |next| scene.word(next));
    let object = next.is_some_and(|next| {
        matches!(next.sense, Sense::Little(Little::Article | Little::Determiner))
            || matches!(next.sense, Sense::Pronoun(..) | Sense::OtherPronoun)
    });
    let goes = is_in(
        "up down out off away back over into onto through across at to toward towards against for along",
        word,
    );
    let verb = term.sense == Sense::Word(Some(WordKind::Verb)) && term.ends_in_s;
    verb || (object || goes) && !is_in("dressed seated", scene.word(term))
}

/// Whether a word in -ing of this stem is a common word: "tie" by "tying", "lean" by "leaning", not "hedge".
pub(super) fn is_said_of_deeds(stem: &str) -> bool {
    let known = |word: &str| {
        Vocabulary::v1().contains(word) || Lexicon::v1().kind(word) == Some(WordKind::Verb)
    };
    let cut = stem.strip_suffix('e').unwrap_or(stem);
    let tied = stem.strip_suffix("ie").map(|stem| format!("{stem}ying"));
    let short = stem.strip_suffix('e').map(str::to_owned);
    known(&format!("{stem}ing"))
        || known(&format!("{cut}ing"))
        || tied.is_some_and(|doing| known(&doing))
        // "watches"
        || short.is_some_and(|short| known(&format!("{short}ing")))
}

/// "my uncle, a widower, wants a painting": what somebody is, and what they do after it. A list goes on otherwise.
fn is_said_between_commas(terms: &[Term], first: usize, end: usize) -> bool {
    let status = matches!(
        terms[first].sense,
        Sense::Head(Category::Kin | Category::Trait, _)
            | Sense::Trait { nominal: true, .. }
            | Sense::Attribute { nominal: true, .. }
    );
    let closed = terms.get(end).is_some_and(|term| term.sense == Sense::Comma);
    let goes_on = terms.get(end + 1).is_some_and(|next| match next.sense {
        Sense::Word(Some(WordKind::Verb)) => next.ends_in_s,
        Sense::Little(little) => matches!(little, Little::Be | Little::Relative),
        _ => next.acts,
    });
    status && closed && goes_on
}

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn what_is_said_between_commas_opens_nobody() {
        check("the gardener, a Scot of seventy, ties up his sweet peas", 1);
        check("the poet on stage, a man of eighty, leans into the microphone", 1);
        check("the captain, a Norwegian with a grey beard, steers the boat", 1);
        check("a fortune teller, a woman from Seville, reading cards", 1);
        check("a witch with a crooked staff, Filipina, adolescent, raven", 1);
    }

    #[test]
    fn a_list_names_several() {
        check("a man on a bench, a woman, a dog", 2);
        check("a doctor, a Dane, and a child wait", 3);
        check("a seven-year-old, an elderly lady, a young man", 3);
        check("a nurse with a tray, an old man in the bed, curtains", 2);
    }
}
