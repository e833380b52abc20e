//! One article before every person, whatever stood there: "the woman", "my grandmother", "waitress".

use obclip_protocol::Vocabulary;

use super::Scene;
use super::attributes::DEGREES;
use super::pronouns::is_determiner;
use super::term::{Fate, Sense, Term};
use crate::lexicon::WordKind;

/// Writes "a" before the phrase of every person.
pub(crate) fn write(scene: &mut Scene) {
    for person_idx in 0..scene.persons.len() {
        let head = scene.persons[person_idx].head;
        if matches!(scene.terms[head].sense, Sense::Pronoun(..)) {
            continue;
        }
        match find(scene, head) {
            Place::Determiner(at) => scene.terms[at].fate = Fate::Write("a".to_owned()),
            Place::Before(at) => scene.terms[at].article_before = true,
            Place::Genitive => {}
        }
    }
}

enum Place {
    /// A determiner to replace.
    Determiner(usize),
    /// No determiner: the article stands before this term.
    Before(usize),
    /// "the woman's mother": the genitive is the determiner.
    Genitive,
}

fn find(scene: &Scene, head: usize) -> Place {
    let terms = &scene.terms;
    let mut only_adjectives = true;
    let mut first_adjective = head;
    let mut at = head;
    while at > 0 {
        let before = &terms[at - 1];
        let own_noun = before.is_person_noun() && matches!(before.fate, Fate::Drop(_) | Fate::Keep);
        // "a dog beside its owner"
        let determiner = is_determiner(before) || scene.word(before) == "its";
        if determiner && !matches!(before.fate, Fate::Person(_)) {
            return Place::Determiner(at - 1);
        }
        if before.genitive && at - 1 < head && !own_noun {
            // "the woman's mother", "the world's mother"; an unknown name will be held.
            let person = matches!(before.fate, Fate::Person(_))
                || matches!(before.sense, Sense::Group { .. })
                || Vocabulary::v1().contains(scene.word(before));
            return if person { Place::Genitive } else { Place::Before(first_adjective) };
        }
        let describes = describes(scene, before) || own_noun;
        let joins = only_adjectives
            && before.sense == Sense::Comma
            && at > 1
            && terms[at - 2].is_adjective()
            && terms[at].is_adjective() | (at == head);
        let degree = only_adjectives && DEGREES.contains(&scene.word(before));
        if !(before.in_run() && !matches!(before.fate, Fate::Person(_)) || joins || degree) {
            break;
        }
        only_adjectives &= describes || joins;
        if only_adjectives && describes {
            first_adjective = at - 1;
        }
        at -= 1;
    }
    Place::Before(first_adjective)
}

/// Adjectives and participles that stand before a noun.
fn describes(scene: &Scene, term: &Term) -> bool {
    let word = scene.word(term);
    let participle = term.sense == Sense::Word(Some(WordKind::Verb))
        && (word.ends_with("ing") || word.ends_with("ed"));
    let unknown = term.sense == Sense::Word(None) && !Vocabulary::v1().contains(word);
    let degree = DEGREES.contains(&word);
    term.is_adjective() || participle || unknown || degree || term.sense == Sense::Skin
}
