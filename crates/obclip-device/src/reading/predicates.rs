//! Nouns that say again who somebody is after a verb: "she is a redhead".

use super::Scene;
use super::attributes::{DEGREES, leads_to_person};
use super::grammar::{Little, is_in};
use super::persons::{PRONOUN_RANK, Person, is_predicate_verb};
use super::policies::phrase;
use super::said::{LOOKS, before_adverbs, is_said};
use super::term::{Category, Fate, Form, Sense, Term};
use crate::axis::{Axis, Values};
use crate::lexicon::{Lexicon, WordKind};

/// "she" of "she is a redhead", "he used to be an expat": a pronoun of one, where nobody is named before. It is the person, as
/// where an adjective follows; the noun says the same person again.
pub(super) fn subject_of_noun(scene: &Scene, noun: usize) -> Option<usize> {
    if !scene.persons.is_empty() || scene.has_group() {
        return None;
    }
    let terms = &scene.terms;
    let plain = |at: &usize| {
        let article =
            terms[*at].sense == Sense::Little(Little::Article) || scene.is_one_of(*at, &["the"]);
        article || terms[*at].is_adjective() || scene.is_one_of(*at, DEGREES)
    };
    let be = (0..noun).rev().find(|at| !plain(at))?;
    let asked = |at: usize| at > 0 && terms[at - 1].sense == Sense::Little(Little::Be);
    let helps = |at: &usize| {
        is_in("used to will would could might may must not never always", scene.word(&terms[*at]))
    };
    let subject = match terms[be].sense {
        Sense::Little(Little::Be) => (0..be).rev().find(|at| !helps(at))?,
        // "is she a redhead?"
        _ if contracted_is(scene, Some(&terms[be])) || asked(be) => be,
        _ if is_in(LOOKS, scene.word(&terms[be])) => (0..be).rev().find(|at| !helps(at))?,
        _ => return None,
    };
    matches!(terms[subject].sense, Sense::Pronoun(Form::Subject, Some(_))).then_some(subject)
}

/// The pronoun at `at` is the person: it has the bundle.
pub(super) fn open_subject(scene: &mut Scene, at: usize) {
    let mut person = Person::at(at);
    if let Sense::Pronoun(_, Some(gender)) = scene.terms[at].sense {
        person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
        person.mention(Axis::Age, None, PRONOUN_RANK);
    }
    scene.terms[at].fate = Fate::Person(scene.persons.len());
    scene.terms[at].article_before = true;
    scene.persons.push(person);
}

/// "who's", "she's"
pub(super) fn contracted_is(scene: &Scene, term: Option<&Term>) -> bool {
    term.is_some_and(|term| {
        term.genitive && (scene.word(term) == "who" || matches!(term.sense, Sense::Pronoun(..)))
    })
}

/// "the soldier, an orphan, in a tent", "my uncle, a widower, painted a boat": what somebody is, and what they do or where after it.
pub(super) fn is_status_between_commas(scene: &Scene, first: usize, end: usize) -> bool {
    let terms = &scene.terms;
    let status = is_of_family(scene, first)
        || matches!(
            terms[first].sense,
            Sense::Head(Category::Trait, _) | Sense::Trait { nominal: true, .. }
        );
    // "a parent of two, in a garden"
    let end = end + terms.iter().skip(end).take_while(|term| term.follows).count();
    let closed = terms.get(end).is_some_and(|term| term.sense == Sense::Comma);
    let goes_on = terms.get(end + 1).is_some_and(|next| match next.sense {
        Sense::Word(Some(WordKind::Verb)) => next.inflected,
        Sense::Little(little) => {
            use Little::{Be, Governor, Preposition, Relative};
            matches!(little, Be | Relative | Preposition | Governor)
        }
        _ => next.acts || does_now(scene, end + 1),
    });
    status && closed && goes_on
}

/// "orphan", "only child", "parent": a word of family that tells no gender. It says what somebody is, as "widower" does.
pub(super) fn is_status(scene: &Scene, at: usize) -> bool {
    let gendered = match &scene.terms[at].sense {
        Sense::Head(_, values) => values.of(Axis::Gender).is_some(),
        _ => true,
    };
    !gendered && is_of_family(scene, at)
}

/// "widow", "orphan": a noun that the lists have as one of family, beside the words of kin.
fn is_of_family(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    matches!(term.sense, Sense::Head(..))
        && Lexicon::v1().topics(&phrase(&scene.tokens, term)).contains(&"family")
}

/// "reading a letter", "waters a rose": a word in -ing, or one in -s before a noun phrase of its own.
fn does_now(scene: &Scene, at: usize) -> bool {
    let (term, next) = (&scene.terms[at], scene.terms.get(at + 1));
    let object = next.is_some_and(|next| {
        matches!(next.sense, Sense::Little(_) | Sense::Pronoun(..) | Sense::OtherPronoun)
    });
    let word = scene.word(term);
    matches!(term.sense, Sense::Word(_))
        && (word.ends_with("ing") && term.inflected || term.ends_in_s && object)
}

/// "Muslim holding a baby", "Lutheran with her dog": who opens the prompt is somebody, whoever comes after.
pub(super) fn begins_with_status(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let begins = scene.terms[..at].iter().all(Term::is_adjective);
    let goes_on = scene.terms.get(at + 1).is_some_and(|next| match next.sense {
        Sense::Little(Little::Preposition | Little::Governor) => scene.word(next) != "of",
        _ => next.acts,
    });
    matches!(term.sense, Sense::Trait { nominal: true, .. }) && begins && goes_on
}

/// "two movers, one Danish, one tired", "some Muslim, some not": one or some of those who were named, whatever is said of them.
pub(super) fn is_one_of_group(scene: &Scene, start: usize) -> bool {
    let Some(before) = start.checked_sub(1) else { return false };
    let several =
        scene.terms[..before].iter().any(|term| matches!(term.sense, Sense::Group { .. }));
    // "one of them gay"
    let of_them = before > 0
        && scene.is_one_of(before, &["them", "us", "these", "those"])
        && scene.is_one_of(before - 1, &["of"]);
    // "one tired and the other gay"
    let other = scene.is_one_of(start, &["other", "others"]);
    // "one shepherd is elderly, the other teenage": nobody else is named.
    let last = scene.is_one_of(before, &["the"])
        && scene.is_one_of(start, &["other"])
        && !scene.persons.is_empty()
        && scene.terms.get(start + 2).is_none_or(|term| term.sense == Sense::Comma);
    last || several
        && (of_them
            || other
            || scene
                .is_one_of(before, &["one", "another", "some", "others", "each", "any", "both"]))
}

/// "a baker who is Greek taps a wheel": what follows is done by whom it is said of.
pub(super) fn is_said_by_relative(scene: &Scene, at: usize) -> bool {
    const HELP: &[&str] =
        &["is", "was", "are", "were", "be", "been", "has", "have", "had", "will", "now"];
    let helps = |at: &usize| scene.is_one_of(*at, DEGREES) || scene.is_one_of(*at, HELP);
    let start = (0..at).rev().take_while(helps).last().unwrap_or(at);
    let who = start.checked_sub(1).is_some_and(|who| scene.is_one_of(who, &["who"]));
    let does = scene
        .terms
        .get(at + 1)
        .is_some_and(|next| next.ends_in_s || !next.is_noun_word() || scene.word(next) == "home");
    who && (does || scene.terms[at].is_age_phrase())
}

/// "Baptist" of "who is Baptist arranges tulips", "atheist" of "who is an atheist": said of the person before by a verb.
pub(super) fn is_predicate(scene: &Scene, at: usize) -> bool {
    is_said(scene, at) && has_verb(scene, at) || is_noun_said_of(scene, at)
}

/// Whether "is", "seems" or the like stands before `at` and its adverbs.
fn has_verb(scene: &Scene, at: usize) -> bool {
    before_adverbs(scene, at).is_some_and(|verb| is_predicate_verb(scene, verb))
}

/// "an atheist" of "who is an atheist arranges tulips".
pub(super) fn is_noun_said_of(scene: &Scene, at: usize) -> bool {
    let nominal = matches!(
        scene.terms[at].sense,
        Sense::Trait { nominal: true, .. } | Sense::Attribute { nominal: true, .. }
    );
    let article = at
        .checked_sub(1)
        .is_some_and(|before| scene.terms[before].sense == Sense::Little(Little::Article));
    let followed = scene.terms.get(at + 1).is_some_and(|next| {
        next.is_person_noun()
            || matches!(next.sense, Sense::Group { .. })
            || next.is_noun_word() && !next.ends_in_s
    });
    nominal && article && !followed && at > 1 && is_predicate_verb(scene, at - 2)
}

/// "Nigerian parents on a beach": no "boy of Nigerian parents".
pub(super) fn are_there_themselves(scene: &Scene, at: usize) -> bool {
    let several =
        scene.terms.get(at + 1).is_some_and(|next| matches!(next.sense, Sense::Group { .. }));
    let link = (0..at).rev().find(|&before| !scene.terms[before].is_adjective());
    let of =
        link.is_some_and(|link| scene.is_one_of(link, &["of", "from", "to", "with", "by", "both"]));
    several && !of
}

/// "a Muslim wedding": a word of family that names what happens and nobody.
pub(super) fn names_event(scene: &Scene, term: &Term) -> bool {
    is_in("wedding weddings marriage honeymoon baptism christening divorce", scene.word(term))
}

/// "kneads" of "the Muslim kneads dough": a verb in -s after a word that stands for somebody.
pub(super) fn is_done_by_status(scene: &Scene, verb: usize) -> bool {
    let status = verb.checked_sub(1).is_some_and(|before| {
        matches!(scene.terms[before].sense, Sense::Trait { near: false, nominal: true })
    });
    let base = |term: &Term| matches!(term.sense, Sense::Word(Some(WordKind::Verb) | None));
    status && scene.terms.get(verb).is_some_and(|term| term.ends_in_s && base(term))
}

/// Nouns that stand where an adjective does are read as one: "she is Tory", "one expat, one tired", "an expat couple", "a
/// Satanist, tall baker". So all words of an axis are read alike there, whether the lists have them as nouns or not.
pub(crate) fn mark_adjectival(scene: &mut Scene) {
    for at in 0..scene.terms.len() {
        let Sense::Head(Category::Trait, values) = &scene.terms[at].sense else { continue };
        if *values == Values::default() && !scene.terms[at].kept && is_adjectival(scene, at) {
            scene.terms[at].sense = Sense::Trait { near: false, nominal: true };
        }
    }
}

fn is_adjectival(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let mut start = at;
    while start > 0 && terms[start - 1].is_adjective() {
        start -= 1;
    }
    if terms[at].genitive {
        return false;
    }
    let next = terms.get(at + 1);
    let looking = next.is_some_and(|next| scene.tokens[next.tokens.start].hyphen);
    let said = before_adverbs(scene, at).is_some_and(|verb| is_predicate_verb(scene, verb));
    let joins =
        next.is_some_and(|next| matches!(next.sense, Sense::Comma | Sense::Little(Little::And)));
    let described = terms.get(at + 2).is_some_and(Term::is_adjective);
    let article = start
        .checked_sub(1)
        .is_some_and(|before| terms[before].sense == Sense::Little(Little::Article));
    let goes_on = joins && described && article && leads_to_person(scene, at + 2);
    let before_person = next.is_some() && leads_to_person(scene, at + 1);
    // "I am a Jew" as "I am a Muslim"
    let noun_said = article && start > 1 && is_predicate_verb(scene, start - 2);
    looking || said || noun_said || goes_on || before_person || is_one_of_group(scene, start)
}
