//! Which of several somebody is: "two assistants, one of them Swiss", "three sailors, all of whom are blind". Several persons
//! have no bundle, so what is said of some of them stays on the device with the words that say of whom: whatever is said,
//! nothing is left of it.

use super::Scene;
use super::attributes::DEGREES;
use super::deeds::is_said_of_deeds;
use super::grammar::{Little, is_in};
use super::pronouns::is_determiner;
use super::term::{Category, Fate, Sense, Term};
use crate::lexicon::WordKind;

/// Takes out what is said of some of those named before, with its commas where a verb follows.
pub(super) fn drop_said_of_some(scene: &mut Scene) {
    for of in 1..scene.terms.len() {
        let Some(last) = said_of_some(scene, of) else { continue };
        let mut first = of - 1;
        // "only one of them", "at least one of them"
        while first > 0 && is_in("only at least just about", scene.word(&scene.terms[first - 1])) {
            first -= 1;
        }
        let comma = |at: Option<&Term>| at.is_some_and(|term| term.sense == Sense::Comma);
        let before = first.checked_sub(1).filter(|&at| comma(scene.terms.get(at)));
        let verb = scene.terms.get(last + 2).is_some_and(|term| {
            let verb = term.sense == Sense::Word(Some(WordKind::Verb));
            let base = matches!(term.sense, Sense::Word(_)) && !term.inflected;
            base && (verb || is_said_of_deeds(scene.word(term)))
                || matches!(term.sense, Sense::Little(Little::Be))
        });
        let commas = verb && before.is_some() && comma(scene.terms.get(last + 1));
        let around = if commas { first - 1..=last + 1 } else { first..=last };
        around.for_each(|at| scene.drop_term(at, None));
    }
}

/// What was said of several between commas leaves nothing either: "two welders, both [Korean], wait".
pub(super) fn drop_said_of_all(scene: &mut Scene) {
    const WHOM: &str =
        "both all each mostly mainly chiefly themselves originally only just still now some half";
    for comma in 1..scene.terms.len() {
        let open = scene.terms[comma].sense == Sense::Comma
            && matches!(scene.terms[comma - 1].sense, Sense::Group { .. })
            && scene.terms[comma].fate == Fate::Keep;
        if !open {
            continue;
        }
        let rest = scene.terms.get(comma + 1..).unwrap_or(&[]);
        // "both women"
        let women = rest.get(1).is_some_and(|term| matches!(term.sense, Sense::Group { .. }))
            && rest.first().is_some_and(|term| is_in("both all each", scene.word(term)));
        let said = |(idx, term): &(usize, &Term)| {
            let dropped = matches!(term.fate, Fate::Drop(None)) && term.sense != Sense::Comma;
            let joins = matches!(term.sense, Sense::Little(Little::And | Little::Article));
            dropped || joins || is_in(WHOM, scene.word(term)) || women && *idx == 1
        };
        let n_said = rest.iter().enumerate().take_while(said).count();
        let dropped =
            women || rest[..n_said].iter().any(|term| matches!(term.fate, Fate::Drop(None)));
        let close = comma + 1 + n_said;
        let closed = scene.terms.get(close).is_none_or(|term| term.sense == Sense::Comma);
        if !(dropped && closed) {
            continue;
        }
        let listed = scene.terms.get(close + 1).is_none_or(|next| {
            matches!(next.sense, Sense::Little(Little::Article | Little::Determiner))
                || next.is_noun_word() && !is_said_of_deeds(scene.word(next))
                || next.is_person_noun()
        });
        let last = if listed { close - 1 } else { close };
        let first = if listed { comma + 1 } else { comma };
        (first..=last).for_each(|at| {
            if at < scene.terms.len() {
                scene.drop_term(at, None);
            }
        });
    }
}

/// "tea pickers, Tamil women, move", "acrobats on a beach, Moroccan boys, seen from below": who the several are that were named by
/// what they do. A list of several goes on: "men, women, children".
pub(super) fn drop_named_again(scene: &mut Scene) {
    let groups: Vec<usize> = (0..scene.terms.len())
        .filter(|&at| matches!(scene.terms[at].sense, Sense::Group { .. }))
        .collect();
    let &[named, again] = &groups[..] else { return };
    let bare = |at: usize| {
        let Sense::Group { wire, .. } = &scene.terms[at].sense else { return false };
        wire == "people"
    };
    if !scene.persons.is_empty() || bare(named) || !bare(again) {
        return;
    }
    let described = |at: &usize| matches!(scene.terms[*at].fate, Fate::Drop(None));
    let first = (0..again).rev().take_while(described).last().unwrap_or(again);
    let Some(comma) = first.checked_sub(1) else { return };
    let rest = &scene.terms[again + 1..];
    let last = again + rest.iter().take_while(|term| matches!(term.fate, Fate::Drop(None))).count();
    let is_comma = |at: usize| scene.terms.get(at).is_none_or(|term| term.sense == Sense::Comma);
    if !(is_comma(comma) && is_comma(last + 1)) {
        return;
    }
    let deed = scene.terms.get(last + 2).is_some_and(|next| {
        matches!(next.sense, Sense::Word(_))
            && !next.inflected
            && is_said_of_deeds(scene.word(next))
    });
    let around = if deed { comma..=last + 1 } else { first..=last };
    around.for_each(|at| scene.terms[at].fate = Fate::Drop(None));
}

/// The last word of what is said of some of several, where "of" at `of` stands between how many and "them".
fn said_of_some(scene: &Scene, of: usize) -> Option<usize> {
    const HOW_MANY: &str = "one two three four five six seven eight nine ten some all both most many half none several each any few another \
youngest oldest eldest others rest majority";
    let terms = &scene.terms;
    let word = |at: usize| terms.get(at).map_or("", |term| scene.word(term));
    if word(of) != "of" || !is_in("them whom us", word(of + 1)) || !is_in(HOW_MANY, word(of - 1)) {
        return None;
    }
    let several = terms[..of].iter().any(|term| matches!(term.sense, Sense::Group { .. }));
    let be = terms.get(of + 2).is_some_and(|term| term.sense == Sense::Little(Little::Be));
    let first = of + 2 + usize::from(be);
    let rest = terms.get(first..)?;
    let n_terms = rest.iter().take_while(|term| may_be_said(scene, term)).count();
    let said = rest.get(..n_terms)?;
    let closed = rest.get(n_terms).is_none_or(|term| {
        matches!(term.sense, Sense::Comma | Sense::Little(Little::And | Little::Preposition))
    });
    (several && closed && said.iter().any(tells)).then(|| first + n_terms - 1)
}

/// What may be said of somebody without a verb: "Swiss", "in her thirties", "a Nigerian woman", "from Ghana", "very old".
fn may_be_said(scene: &Scene, term: &Term) -> bool {
    let little = matches!(term.sense, Sense::Little(Little::Article))
        || is_in("from the", scene.word(term))
        || scene.word(term) != "not" && DEGREES.contains(&scene.word(term));
    little
        || tells(term)
        || term.is_adjective()
        || matches!(term.sense, Sense::Other)
        || term.is_part
}

/// Whether the word tells something of somebody, whatever it is; a trade travels.
fn tells(term: &Term) -> bool {
    match &term.sense {
        Sense::Head(category, _) => !matches!(category, Category::Role { .. }),
        Sense::Group { .. } | Sense::Figure(_) | Sense::Place(_) => true,
        _ => term.is_adjective() && term.sense != Sense::Word(Some(WordKind::Adjective)),
    }
}

/// "a man and a white boy plant rice": after two persons a word without an ending is what they do, though the second alone
/// might be a kind of it ("a baby plant").
pub(super) fn is_second_who_acts(scene: &Scene, at: usize) -> bool {
    const KINDS: &str = "baby infant toddler child kid doll king queen princess";
    let terms = &scene.terms;
    let start = (0..at).rev().take_while(|&before| terms[before].is_adjective()).last();
    let start = start.unwrap_or(at);
    let article = start.checked_sub(1).filter(|&before| is_determiner(&terms[before]));
    let and = article.and_then(|article| article.checked_sub(1));
    let joined = and.is_some_and(|and| {
        let before = and.checked_sub(1).map(|before| &terms[before]);
        terms[and].sense == Sense::Little(Little::And)
            && before.is_some_and(|term| match term.sense {
                Sense::Head(..) | Sense::Group { .. } | Sense::Other => !term.genitive,
                // "a man in green and a boy plant"
                _ => terms[..and].iter().any(Term::is_person_noun),
            })
    });
    let act = |term: &Term| {
        let word = scene.word(term);
        let base = matches!(term.sense, Sense::Word(_)) && !term.inflected && !term.acts;
        base && is_said_of_deeds(word)
    };
    joined
        && !is_in(KINDS, scene.word(&terms[at]))
        && !terms[at].genitive
        && terms.get(at + 1).is_some_and(act)
        && !terms.get(at + 2).is_some_and(|after| after.ends_in_s && after.acts)
}

/// Whether the word at `at` was taken out before persons are looked for.
pub(super) fn is_taken_out(scene: &Scene, at: usize) -> bool {
    scene.terms[at].fate == Fate::Drop(None)
}

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn what_is_said_of_some_opens_nobody() {
        check("two lab assistants, one of them Swiss, cheer", 0);
        check("two lab assistants, one of them a Nigerian woman, cheer", 0);
        check("three sailors, one of whom is blind, haul a rope", 0);
        check("four chairs, one of them old, in a row", 0);
    }
}
