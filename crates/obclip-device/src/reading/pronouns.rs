//! Pronouns follow their person; which one, and in which role, never depends on the gender.

use obclip_protocol::{PronounForm, Vocabulary};

use super::Scene;
use super::grammar::{CALLED_SHE, Little, is_in};
use super::persons::{PRONOUN_RANK, Person};
use super::term::{Fate, Form, Sense, Term};
use crate::axis::Axis;
use crate::lexicon::{Entry, Lexicon, WordKind};

/// Gives every pronoun a fate.
pub(crate) fn bind(scene: &mut Scene) {
    for at in 0..scene.terms.len() {
        match scene.terms[at].sense.clone() {
            Sense::Pronoun(form, gender) => {
                if matches!(scene.terms[at].fate, Fate::Person(_)) {
                    continue;
                }
                let form = form_in_place(scene, at, form);
                let Some(person_idx) = antecedent(scene, at) else {
                    let animal = !scene.has_group()
                        && scene.terms[..at].iter().any(|term| is_it(scene, term));
                    scene.terms[at].fate = if animal { of_animal(form) } else { of_group(form) };
                    continue;
                };
                if let Some(gender) = gender {
                    let person = &mut scene.persons[person_idx];
                    person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
                }
                if scene.terms[at].fate == Fate::Keep {
                    scene.terms[at].fate = Fate::Pronoun(person_idx, form);
                }
            }
            Sense::OtherPronoun if scene.terms[at].fate == Fate::Keep => {
                // "my brother", "someone's brother"; "I want" and "show me" have no possessive.
                let bare = scene
                    .is_one_of(at, &["i", "me", "we", "us", "you", "mine", "ours", "yours"])
                    || scene.word(&scene.terms[at]).ends_with("self")
                    || scene.word(&scene.terms[at]).ends_with("selves");
                let possessive = form_in_place(scene, at, Form::Oblique) == PronounForm::Possessive;
                scene.terms[at].fate = match possessive && !bare {
                    true => Fate::Write("the".to_owned()),
                    false => Fate::Hold("a pronoun"),
                };
            }
            _ => {}
        }
    }
}

/// "she is smiling" with nobody else: the first pronoun is the person.
pub(crate) fn open_person_if_none(scene: &mut Scene) {
    let somebody = |term: &Term| matches!(term.sense, Sense::Group { .. });
    if !scene.persons.is_empty() || scene.terms.iter().any(somebody) {
        return;
    }
    if let Some(head) = described_name(scene) {
        let mut at = head + 1;
        while at < scene.terms.len() && is_name(scene, at) {
            scene.drop_term(at, Some(0));
            at += 1;
        }
        scene.persons.push(Person::at(head));
        scene.terms[head].fate = Fate::Person(0);
        return;
    }
    if let Some(head) = described_nobody(scene) {
        scene.persons.push(Person::at(head));
        scene.terms[head].fate = Fate::Person(0);
        return;
    }
    let pronoun = |term: &Term| matches!(term.sense, Sense::Pronoun(..));
    // "a cat with his paw hanging down", "the ship and her sails"
    if scene.terms.iter().take_while(|term| !pronoun(term)).any(|term| is_it(scene, term)) {
        return;
    }
    let Some(head) = scene.terms.iter().position(pronoun) else { return };
    if has_parts_of_animal(scene) {
        return;
    }
    let possessive = matches!(scene.terms[head].sense, Sense::Pronoun(Form::Oblique, _))
        && form_in_place(scene, head, Form::Oblique) == PronounForm::Possessive;
    let mut person = Person::at(head);
    let Sense::Pronoun(_, gender) = scene.terms[head].sense else { return };
    if let Some(gender) = gender {
        person.mention(Axis::Gender, Some(gender), PRONOUN_RANK);
        person.mention(Axis::Age, None, PRONOUN_RANK);
    }
    scene.persons.push(person);
    scene.terms[head].fate = Fate::Person(0);
    scene.terms[head].article_before = true;
    scene.terms[head].genitive = possessive;
}

/// "a labrador, his tail wagging"
fn has_parts_of_animal(scene: &Scene) -> bool {
    const PARTS: &str = "tail tails paw paws muzzle hooves hoof snout beak claws feathers antlers horns udder litter puppies \
kittens cubs foal calf pups chicks whiskers";
    let own = |at: usize| matches!(scene.terms[at].sense, Sense::Pronoun(Form::Oblique, _));
    let part = |at: usize| scene.terms.get(at).is_some_and(|term| is_in(PARTS, scene.word(term)));
    (0..scene.terms.len()).any(|at| own(at) && (part(at + 1) || part(at + 2)))
}

/// Animals, ships and stars: of which one says "she" too.
pub(super) fn is_it(scene: &Scene, term: &Term) -> bool {
    let animal = |word: &str| {
        let kind = |word: &str| Lexicon::v1().kind(word) == Some(WordKind::Animal);
        kind(word) || word.strip_suffix('s').is_some_and(kind)
    };
    // "no spring chicken" is somebody.
    let words = match term.sense {
        Sense::Word(_) | Sense::Other | Sense::Place(_) => &scene.tokens[term.tokens.clone()],
        _ => &[],
    };
    term.sense == Sense::Word(Some(WordKind::Animal))
        || words.iter().any(|token| {
            is_in(CALLED_SHE, &token.text)
                || animal(&token.text)
                || Lexicon::v1().is_breed(&token.text)
        })
}

/// "Ngozi in her twenties", "Malee arranging orchids, 63": a name, known or not, in a prompt that says something of somebody.
fn described_name(scene: &Scene) -> Option<usize> {
    let terms = &scene.terms;
    let of_somebody = |at: usize| match terms[at].sense {
        Sense::Attribute { figure, possessive, .. } => figure || possessive.is_some(),
        Sense::Pronoun(..) | Sense::Trait { near: false, .. } => true,
        Sense::Figure(_) => {
            let edge = |at: Option<&Term>| at.is_none_or(|term| term.sense == Sense::Comma);
            edge(at.checked_sub(1).map(|at| &terms[at])) && edge(terms.get(at + 1))
        }
        _ => false,
    };
    let alone = |at: usize| match terms[at].sense {
        Sense::Attribute { axis: Axis::Age | Axis::Gender, .. } => {
            at > 0 && terms[at - 1].sense == Sense::Comma
        }
        _ => false,
    };
    // "by the Aga"
    let article = |at: usize| {
        at.checked_sub(1).is_some_and(|before| {
            matches!(terms[before].sense, Sense::Little(Little::Article | Little::Determiner))
        })
    };
    let named = |at: usize| is_name(scene, at) && !article(at) && !is_it(scene, &terms[at]);
    let head = (0..terms.len()).find(|&at| named(at))?;
    let mut end = head;
    while end < terms.len() && is_name(scene, end) {
        end += 1;
    }
    let noun = terms.get(end).is_some_and(|term| term.is_noun_word() && !term.acts);
    let described = (0..terms.len()).any(|at| of_somebody(at) || alone(at));
    (described && !noun).then_some(head)
}

fn is_name(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let token = &scene.tokens[term.tokens.start];
    // By its capital, or a name that is a word too.
    let other = matches!(Lexicon::v1().entry(&token.text), None | Some(Entry::Plain(_)));
    let unknown = term.sense == Sense::Other && other
        || matches!(term.sense, Sense::Word(None)) && !Vocabulary::v1().contains(&token.text);
    token.capital && unknown && term.tokens.len() == 1
}

/// "kenyan, non-binary, 28 y/o, portrait" and "kenyan smiling": descriptions without a noun, of two axes or of one
/// that does something, are a person.
fn described_nobody(scene: &Scene) -> Option<usize> {
    let terms = &scene.terms;
    let axis_at = |at: usize| match terms[at].sense {
        Sense::Attribute { axis, nominal: true, .. } => {
            let mut run = terms[at + 1..].iter().take_while(|term| term.in_run());
            run.all(|term| !term.is_noun_word() || term.acts).then_some(axis)
        }
        _ => None,
    };
    let first = (0..terms.len()).find(|&at| axis_at(at).is_some())?;
    let axes: Vec<Axis> = (first..terms.len()).filter_map(axis_at).collect();
    let acts = terms.get(first + 1).is_some_and(|term| term.acts);
    (acts || axes.iter().any(|axis| *axis != axes[0])).then_some(first)
}

/// The nearest person before the pronoun, else the first after it; `None` for a group.
fn antecedent(scene: &Scene, at: usize) -> Option<usize> {
    let group = scene.terms[..at].iter().rposition(|t| matches!(t.sense, Sense::Group { .. }));
    let before = scene.persons.iter().rposition(|person| person.head < at);
    match (before, group) {
        (Some(idx), Some(group)) if scene.persons[idx].head < group => None,
        (None, Some(_)) => None,
        (Some(idx), _) => Some(idx),
        (None, None) => (!scene.persons.is_empty()).then_some(0),
    }
}

/// A possessive stands before a noun phrase. Only what follows decides: "her" and "him" must not
/// differ, nor "her" and "his".
fn form_in_place(scene: &Scene, at: usize, form: Form) -> PronounForm {
    let before_noun = || {
        let next = scene.terms.get(at + 1);
        next.is_some_and(|term| term.in_run() && !scene.word(term).ends_with("ing"))
    };
    match form {
        Form::Subject => PronounForm::Subject,
        Form::Reflexive => PronounForm::Reflexive,
        Form::Oblique if before_noun() => PronounForm::Possessive,
        Form::Oblique => PronounForm::Object,
    }
}

/// A group has no bundle: "their dogs" becomes "the dogs", "they" and "them" become "people".
fn of_group(form: PronounForm) -> Fate {
    match form {
        PronounForm::Possessive => Fate::Write("the".to_owned()),
        PronounForm::Reflexive => Fate::Hold("a pronoun of a group"),
        _ => Fate::Write("people".to_owned()),
    }
}

/// "a cat, she looks annoyed" travels as "it looks annoyed".
fn of_animal(form: PronounForm) -> Fate {
    match form {
        PronounForm::Possessive => Fate::Write("its".to_owned()),
        PronounForm::Reflexive => Fate::Hold("a pronoun of an animal"),
        _ => Fate::Write("it".to_owned()),
    }
}

/// Whether a term can be the determiner of a person's phrase.
pub(crate) fn is_determiner(term: &Term) -> bool {
    matches!(
        term.sense,
        Sense::Little(Little::Article | Little::Determiner)
            | Sense::Pronoun(Form::Oblique, _)
            | Sense::OtherPronoun
    )
}
