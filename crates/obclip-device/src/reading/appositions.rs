//! What stands beside a noun between commas and says who that is: "the gardener, a Scot of seventy, ties up his peas", "the
//! poet on stage, a man of eighty, leans". Not a list: "a nurse, an old man, a dog".
//!
//! What the noun states decides nothing; only what stands around it does.

use std::ops::Range;

use super::Scene;
use super::attributes::DEGREES;
use super::deeds::{is_said_of_deeds, is_verb_of_one};
use super::grammar::{Little, is_in};
use super::predicates::is_status_between_commas;
use super::term::{Category, Fate, Sense, Term};
use crate::axis::Axis;
use crate::lexicon::WordKind;

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
    // "a pilot, maybe a Maori, on a horse"
    let perhaps = start.checked_sub(1 + article).is_some_and(|before| {
        is_in(
            "maybe perhaps probably possibly clearly obviously apparently likely",
            scene.word(&terms[before]),
        )
    });
    let Some(comma) = start.checked_sub(1 + article + usize::from(perhaps)) else { return false };
    if terms[comma].sense != Sense::Comma {
        return false;
    }
    let (first, end) = (nouns.start, nouns.end);
    let role = |term: &Term| matches!(term.sense, Sense::Head(Category::Role { .. }, _));
    let says_who = says_who(&terms[first]) && !terms[nouns].iter().any(role);
    let found = apposition(scene, end);
    // "a viewer in row F, an old man, who is knitting"
    let relative = || {
        let close = end_of_phrase(scene, end, false);
        let who = close.and_then(|close| terms.get(close + 1));
        who.is_some_and(|who| scene.word(who) == "who")
            && !person.role.is_empty()
            && !person.has_noun()
    };
    let before_verb = says_who
        && article > 0
        && (found == Some(Apposition::BeforeVerb) || relative() || is_asked(scene, comma, end));
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
    let titled = article == 0 && role(&terms[first]) && is_titled_in_tags(scene, end);
    found.is_some() && says_who && is_said_at_last(scene, first, end, article)
        || (before_verb || in_tags || titled || found.is_some() && again)
            && leads_back(scene, comma, before_verb || in_tags)
}

/// "welder, sparks, dark workshop, woman, 28", "a beekeeper lifting a frame, a man of seventy": after all else that is seen, of the one
/// who is there by a trade alone. With an article only where an age or an origin is said; "a nurse with a tray, a boy" are two.
fn is_said_at_last(scene: &Scene, first: usize, end: usize, article: usize) -> bool {
    let [person] = &scene.persons[..] else { return false };
    let kin = matches!(scene.terms[first].sense, Sense::Head(Category::Kin, _));
    let told = scene
        .terms
        .get(end)
        .is_some_and(|next| next.is_age_phrase() || is_in("of from in aged", scene.word(next)));
    !person.role.is_empty()
        && !person.has_noun()
        && !kin
        && !scene.has_group()
        && (article == 0 || told)
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
        if is_verb_of_one(scene, at + 1) || is_asked(scene, first, at) {
            (first..=at).for_each(|at| scene.drop_term(at, None));
        } else if scene.terms[first + 1].sense == Sense::Little(Little::Article) {
            (first + 1..at).for_each(|at| scene.drop_term(at, None));
        }
    }
}

/// "a cheesemaker who has just turned [seventy] taps a wheel": the words that led to what was said of somebody go with it.
pub(super) fn drop_empty_relatives(scene: &mut Scene) {
    const HELP: &str = "is was are were be been being has have had will would soon just only now recently already finally reached still grew";
    for who in 1..scene.terms.len() {
        if !scene.is_one_of(who, &["who"]) || scene.terms[who].fate != Fate::Keep {
            continue;
        }
        let whom = match (&scene.terms[who - 1].fate, &scene.terms[who - 1].sense) {
            (Fate::Person(idx) | Fate::Drop(Some(idx)), _) => Some(*idx),
            (_, Sense::Group { .. }) => None,
            _ => continue,
        };
        let rest = &scene.terms[who + 1..];
        let n_help = rest.iter().take_while(|term| is_in(HELP, scene.word(term))).count();
        let said = rest[n_help..].iter().take_while(|term| matches!(term.fate, Fate::Drop(_)));
        let end = who + 1 + n_help + said.count();
        // "who is [old] but strong"
        let closed = scene.terms.get(end).is_none_or(|term| {
            !term.is_adjective()
                && term.sense != Sense::Little(Little::And)
                && !is_in("but yet though than too enough", scene.word(term))
        });
        if end > who + 1 + n_help && closed {
            (who..end).for_each(|at| scene.drop_term(at, whom));
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
            _ if term.is_adjective() || term.follows || term.sense == Sense::Comma => true,
            // The name after a title.
            _ if term.sense == Sense::Other || matches!(term.sense, Sense::Figure(_)) => true,
            // "a chef from Lisbon, hero of the tale"
            _ if matches!(term.sense, Sense::Place(_)) || is_in(OF_ORIGIN, scene.word(term)) => {
                true
            }
            _ => loose && may_stand_between(term),
        };
        if !passes {
            return false;
        }
    }
    false
}

/// Words of an origin or an age after a noun.
const OF_ORIGIN: &str = "from of born originally raised descent origin origins heritage half who is was has just turned";

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
    // "archer, female on horseback"
    let sex = is_in("female male", scene.word(term));
    let goes_on = scene
        .terms
        .get(end)
        .is_some_and(|next| next.acts || next.sense == Sense::Little(Little::Preposition));
    let alone = end == first + 1 && comma(first.checked_sub(1));
    alone && ((people || aged || sex) && comma(Some(end)) || sex && goes_on)
}

/// "Romanian girl, gymnast on the beam": tags begin with who somebody is, and go on with his or her trade in its place.
fn is_titled_in_tags(scene: &Scene, end: usize) -> bool {
    let terms = &scene.terms;
    let Some(person) = scene.persons.last().filter(|person| person.role.is_empty()) else {
        return false;
    };
    let first = (0..person.head).rev().take_while(|&at| terms[at].is_adjective()).last();
    let begins = first.unwrap_or(person.head) == 0;
    let place =
        terms.get(end).is_some_and(|term| is_in("on in at with wearing holding", scene.word(term)));
    let beside = terms.get(end + 1..).unwrap_or(&[]).iter().take(4).any(|term| {
        matches!(term.sense, Sense::Pronoun(..))
            || is_in("background foreground side distance", scene.word(term))
    });
    scene.persons.len() == 1 && begins && person.has_noun() && place && !beside
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
            // "a Norwegian with a grey beard": one phrase
            _ if term.follows => linked = true,
            _ if described && term.tokens.len() > 1 && is_looks(term) => {}
            // "a woman barely twenty"
            _ if DEGREES.contains(&scene.word(term)) => {}
            Sense::Other | Sense::Place(_) | Sense::Word(_) | Sense::CorrelateThing
                if linked && !term.acts => {}
            Sense::Skin | Sense::Pronoun(..) | Sense::OtherPronoun if linked && described => {}
            _ => return None,
        }
    }
    None
}

/// "what would the speaker, an old woman, look like": the verb of a question after what is said between commas.
fn is_asked(scene: &Scene, comma: usize, end: usize) -> bool {
    let verb = end_of_phrase(scene, end, false).and_then(|close| scene.terms.get(close + 1));
    let base = verb.is_some_and(|verb| {
        matches!(verb.sense, Sense::Word(_))
            && !verb.inflected
            && is_said_of_deeds(scene.word(verb))
    });
    let helps = |term: &Term| is_in("would does did should could can will let", scene.word(term));
    base && scene.terms[..comma]
        .iter()
        .rev()
        .take_while(|term| !term.sense.eq(&Sense::Comma))
        .any(helps)
}

/// "with a grey beard", read as one.
fn is_looks(term: &Term) -> bool {
    matches!(term.sense, Sense::CorrelateThing | Sense::Trait { .. } | Sense::Other | Sense::Skin)
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
        check("welder, sparks, dark workshop, leather apron, woman, 28", 1);
        check("photograph of a beekeeper lifting a frame, a man of seventy", 1);
    }

    #[test]
    fn a_list_names_several() {
        check("a man on a bench, a woman, a dog", 2);
        check("a doctor, a Dane, and a child wait", 3);
        check("a seven-year-old, an elderly lady, a young man", 3);
        check("a nurse with a tray, an old man in the bed, curtains", 2);
    }
}
