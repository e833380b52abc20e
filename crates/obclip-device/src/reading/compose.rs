//! Terms to template pieces, and the tidying around what was taken out.

use obclip_protocol::{Piece, PronounForm, Vocabulary};

use super::Scene;
use super::grammar::{Little, little};
use super::predicates::is_noun_said_of;
use super::term::{Fate, Sense, Term};
use crate::lexicon::{Lexicon, WordKind};
use crate::masked::MAX_PERSONS;

/// The pieces of the masked text.
pub(crate) fn pieces(scene: &Scene) -> Vec<Piece> {
    compose(scene, Persons::Bundled)
}

/// The pieces without persons, for a negative prompt.
pub(crate) fn pieces_without_persons(scene: &Scene) -> Vec<Piece> {
    compose(scene, Persons::Held)
}

#[derive(Clone, Copy, PartialEq)]
enum Persons {
    Bundled,
    Held,
}

/// A piece, or the place where something was taken out.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Piece(Piece),
    /// A held word: what hung on it goes with it.
    Gap,
    /// A description that went into a bundle.
    Dropped,
    /// A noun that said a person again: its article goes with it.
    DroppedNoun,
}

impl Item {
    fn is_dropped(&self) -> bool {
        matches!(self, Self::Dropped | Self::DroppedNoun)
    }
}

/// Whatever the lists say, a role or a plural that is not published stays.
fn hold_unpublished(scene: &Scene, items: &mut [Item]) {
    for item in items {
        if matches!(item, Item::Piece(Piece::Word(word)) if !scene.rules.lets_travel(word)) {
            *item = Item::Gap;
        }
    }
}

fn compose(scene: &Scene, persons: Persons) -> Vec<Piece> {
    let mut items = Vec::new();
    for (at, term) in scene.terms.iter().enumerate() {
        if term.article_before && persons == Persons::Bundled {
            items.push(word("a"));
        }
        let first = items.len();
        push(scene, at, persons, &mut items);
        if !term.kept {
            hold_unpublished(scene, &mut items[first..]);
        }
        // "the nurses station", "the people's bicycles"
        let several = matches!(items.last(), Some(Item::Piece(Piece::Word(word))) if word.ends_with('s'))
            && scene.tokens[term.tokens.end - 1].owners;
        if term.genitive && !several && matches!(items.last(), Some(Item::Piece(_))) {
            items.push(Item::Piece(Piece::Genitive));
        }
    }
    tidy(&mut items);
    let pieces = items.into_iter().filter_map(|item| match item {
        Item::Piece(piece) => Some(piece),
        Item::Gap | Item::Dropped | Item::DroppedNoun => None,
    });
    punctuate(without_commas_after_bundles(scene, singular_verbs(pieces.collect())))
}

/// "they wear" and "she wears" are the same to the cloud: the singular travels, and rendering makes it agree.
fn singular_verbs(mut pieces: Vec<Piece>) -> Vec<Piece> {
    for at in 1..pieces.len() {
        let subject = matches!(pieces[at - 1], Piece::Pronoun(_, PronounForm::Subject));
        if let Piece::Word(word) = &pieces[at]
            && subject
            && let Some(singular) = singular_verb(word)
        {
            pieces[at] = Piece::Word(singular);
        }
    }
    pieces
}

fn singular_verb(word: &str) -> Option<String> {
    let irregular = match word {
        "are" => Some("is"),
        "were" => Some("was"),
        "have" => Some("has"),
        "do" => Some("does"),
        "go" => Some("goes"),
        _ => None,
    };
    if let Some(singular) = irregular {
        return Some(singular.to_owned());
    }
    let base = (Lexicon::v1().kind(word) == Some(WordKind::Verb) || word == "wear")
        && !["s", "ed", "ing"].iter().any(|ending| word.ends_with(ending));
    let hissing = ["ch", "sh", "x", "z"].iter().any(|ending| word.ends_with(ending));
    let singular = if hissing { format!("{word}es") } else { format!("{word}s") };
    let governs = matches!(little(word), None | Some(Little::Governor));
    (base && governs && Vocabulary::v1().contains(&singular)).then_some(singular)
}

/// "a baker, with flour" reads like "a baker with flour": a description between the two may have gone.
/// Before an article or another person the comma stays, since that is another thing.
fn without_commas_after_bundles(scene: &Scene, pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut bundle_end = None;
    for (at, piece) in pieces.iter().enumerate() {
        if let Piece::Person(person_idx) = piece {
            bundle_end = Some(at + scene.persons[*person_idx].role.split_whitespace().count());
        }
        let goes_on = pieces.get(at + 1).is_some_and(|next| !starts_with_article(next));
        if *piece == Piece::Comma && at > 0 && bundle_end == Some(at - 1) && goes_on {
            bundle_end = Some(at);
            continue;
        }
        kept.push(piece.clone());
    }
    kept
}

fn starts_with_article(piece: &Piece) -> bool {
    match piece {
        Piece::Word(word) => matches!(little(word), Some(Little::Article | Little::Determiner)),
        Piece::Person(_) => true,
        _ => false,
    }
}

/// "who is a man", "a nurse, an old lady,": the noun of a phrase that says a person again. In "man nurse" the role
/// that follows is the noun.
fn said_again(scene: &Scene, at: usize) -> bool {
    let mut phrase = scene.terms[at + 1..].iter().take_while(|term| term.in_run());
    let leads_to_head = phrase.any(|term| matches!(term.fate, Fate::Person(_)));
    let noun = matches!(scene.terms[at].sense, Sense::Head(..));
    (noun || stands_as_noun_again(scene, at)) && !leads_to_head
}

/// "my uncle, a diabetic,": after a comma and an article behind its person.
fn stands_as_noun_again(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let nominal = matches!(
        term.sense,
        Sense::Trait { nominal: true, .. } | Sense::Attribute { nominal: true, .. }
    );
    let behind = matches!(term.fate, Fate::Drop(Some(person)) if scene.persons[person].head < at);
    let sense = |back: usize| at.checked_sub(back).map(|at| &scene.terms[at].sense);
    nominal
        && behind
        && sense(1) == Some(&Sense::Little(Little::Article))
        && (sense(2) == Some(&Sense::Comma) || is_noun_said_of(scene, at))
}

fn push(scene: &Scene, at: usize, persons: Persons, items: &mut Vec<Item>) {
    let term = &scene.terms[at];
    match &term.fate {
        Fate::Keep if term.sense == Sense::Comma => items.push(Item::Piece(Piece::Comma)),
        Fate::Keep => {
            let plain = |text: String| if text == "an" { "a".to_owned() } else { text };
            items.extend(scene.wire_words(term).into_iter().map(plain).map(|text| word(&text)));
        }
        Fate::Hold(_) => items.push(Item::Gap),
        Fate::Drop(Some(_)) if said_again(scene, at) => items.push(Item::DroppedNoun),
        Fate::Drop(_) => items.push(Item::Dropped),
        Fate::Person(person_idx) => push_person(scene, term, *person_idx, persons, items),
        Fate::Pronoun(..) if persons == Persons::Held => items.push(Item::Gap),
        // Beyond the most persons a template can have, all are neutral.
        Fate::Pronoun(person_idx, _) if *person_idx >= MAX_PERSONS => items.push(Item::Gap),
        Fate::Pronoun(person_idx, form) => {
            items.push(Item::Piece(Piece::Pronoun(*person_idx, *form)));
        }
        Fate::Write(text) => items.extend(text.split(' ').map(word)),
    }
}

fn push_person(
    scene: &Scene,
    term: &Term,
    person_idx: usize,
    persons: Persons,
    items: &mut Vec<Item>,
) {
    let marked = scene.tokens[term.tokens.clone()].iter().any(|token| token.marked);
    let person = &scene.persons[person_idx];
    let role: Vec<_> = person.role.split(' ').filter(|word| !word.is_empty()).collect();
    match persons {
        Persons::Bundled if person_idx < MAX_PERSONS => {
            items.push(Item::Piece(Piece::Person(person_idx)));
        }
        Persons::Bundled if role.is_empty() => items.push(word("person")),
        Persons::Held if role.is_empty() => items.push(Item::Gap),
        _ => {}
    }
    if marked {
        items.push(Item::Gap);
    } else {
        items.extend(role.into_iter().map(word));
    }
}

fn word(text: &str) -> Item {
    Item::Piece(Piece::Word(text.to_owned()))
}

/// Takes out what cannot stand without what was taken out beside it, until nothing changes.
fn tidy(items: &mut [Item]) {
    drop_articles_of_nouns(items);
    drop_commas_around_descriptions(items);
    let mut at = 0;
    while at < items.len() {
        let taken_out = items[at] == Item::Gap || items[at].is_dropped();
        if let Some(stray) = stray_beside(items, at).filter(|_| taken_out) {
            // What goes leaves the same gap behind.
            items[stray] = items[at].clone();
            at = stray.min(at);
            continue;
        }
        at += 1;
    }
}

/// The article before a noun that said a person again, whatever stands between.
fn drop_articles_of_nouns(items: &mut [Item]) {
    for at in (0..items.len()).filter(|&at| items[at] == Item::DroppedNoun).collect::<Vec<_>>() {
        let between = |item: &&Item| matches!(item, Item::Gap | Item::Dropped | Item::DroppedNoun);
        let n_between = items[..at].iter().rev().take_while(between).count();
        let before = (at - n_between).checked_sub(1);
        if let Some(before) = before.filter(|&before| class(&items[before]) == Some(Class::Article))
        {
            items[before] = Item::DroppedNoun;
        }
    }
}

/// "a man, 72 years old, wearing" reads like "an old man wearing": commas around descriptions go
/// with them where these follow their person or stand before a noun.
fn drop_commas_around_descriptions(items: &mut [Item]) {
    let comma = |item: &Item| *item == Item::Piece(Piece::Comma);
    let mut start = 0;
    while start < items.len() {
        let in_segment = |item: &&Item| comma(item) || item.is_dropped();
        let end = start + items[start..].iter().take_while(in_segment).count();
        if items[start..end].iter().any(Item::is_dropped) {
            let n_commas = items[start..end].iter().filter(|item| comma(item)).count();
            let trailing_only = n_commas == 1 && comma(&items[end - 1]) && !comma(&items[start]);
            let after_person = start > 0 && ends_person(items, start - 1) && !trailing_only;
            let after_article = start > 0 && class(&items[start - 1]) == Some(Class::Article);
            let before_noun = after_article && items.get(end).is_some_and(is_content);
            if after_person || before_noun {
                // ", 72 years old, oil painting": what follows is a phrase of its own.
                let next = items.get(end);
                let article = next.is_some_and(|item| class(item) == Some(Class::Article));
                let own_phrase = after_person && (article || next.is_some_and(is_noun_phrase));
                let last = end - usize::from(own_phrase && comma(&items[end - 1]));
                items[start..last].fill(Item::Dropped);
            }
        }
        start = end.max(start + 1);
    }
}

/// Whether the item at `at` belongs to a bundle: its placeholder, its role, its descriptions.
fn ends_person(items: &[Item], at: usize) -> bool {
    items[..=at].iter().rev().take(3).any(|item| matches!(item, Item::Piece(Piece::Person(_))))
        || items[at].is_dropped()
}

/// A neighbour of the gap at `at` that hangs in the air.
fn stray_beside(items: &[Item], at: usize) -> Option<usize> {
    let soft = items[at].is_dropped();
    let noun = items[at] == Item::DroppedNoun;
    let before = items[..at].iter().rposition(is_piece);
    let after = items[at..].iter().position(is_piece).map(|offset| at + offset);
    let content_after = after.is_some_and(|after| is_content(&items[after]));
    let after_comma = after.and_then(|after| items[after + 1..].iter().find(|item| is_piece(item)));
    let person_after_comma =
        after_comma.is_some_and(|item| matches!(item, Item::Piece(Piece::Person(_))));
    let class = |at: Option<usize>| at.and_then(|at| class(&items[at]));
    let relative_before_be = before
        .and_then(|before| items[..before].last())
        .is_some_and(|item| self::class(item) == Some(Class::Relative));
    let starts = before.is_none() || class(before) == Some(Class::Comma);
    let verb_follows = after.and_then(|after| items.get(after + 1)).is_some_and(is_participle);
    match (class(before), class(after)) {
        (Some(Class::Article), Some(Class::Comma)) if person_after_comma => after,
        (Some(Class::Article), _) if !content_after => before,
        (Some(Class::Link), Some(Class::And)) if !soft && !verb_follows => after,
        (Some(Class::Link), next) if !content_after && next != Some(Class::Article) => before,
        (Some(Class::Be), next) if !content_after && next != Some(Class::Article) => before,
        (Some(Class::Be), _) if noun => before,
        (Some(Class::Copula), next) if soft && !content_after && next != Some(Class::Article) => {
            before
        }
        (Some(Class::Be | Class::Copula), next)
            if soft && relative_before_be && next != Some(Class::And) =>
        {
            before
        }
        (Some(Class::Relative), next) if soft && next != Some(Class::And) => before,
        (Some(Class::Relative), _) if !content_after => before,
        (Some(Class::And), next) if next != Some(Class::Article) && !content_after => before,
        (Some(Class::Subject), None | Some(Class::Comma | Class::And)) => before,
        (_, Some(Class::Link)) if starts && !soft => after,
        (_, Some(Class::And)) if starts => after,
        (Some(Class::And), None) => before,
        _ => None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Class {
    Article,
    Link,
    Be,
    /// "looks": like "is" before a description.
    Copula,
    Relative,
    And,
    Comma,
    /// A masked "she".
    Subject,
}

fn class(item: &Item) -> Option<Class> {
    match item {
        Item::Piece(Piece::Comma) => Some(Class::Comma),
        Item::Piece(Piece::Pronoun(_, PronounForm::Subject)) => Some(Class::Subject),
        Item::Piece(Piece::Word(word)) if is_copula(word) => Some(Class::Copula),
        Item::Piece(Piece::Word(word)) => match little(word)? {
            Little::Article => Some(Class::Article),
            Little::Determiner => Some(Class::Article),
            Little::Preposition | Little::Governor => Some(Class::Link),
            Little::Be => Some(Class::Be),
            Little::Relative => Some(Class::Relative),
            Little::And => Some(Class::And),
            Little::Other => None,
        },
        _ => None,
    }
}

fn is_copula(word: &str) -> bool {
    matches!(
        word,
        "looks"
            | "look"
            | "looked"
            | "looking"
            | "seems"
            | "seem"
            | "appears"
            | "appear"
            | "feels"
            | "became"
            | "becomes"
            | "remains"
    )
}

fn is_piece(item: &Item) -> bool {
    matches!(item, Item::Piece(_))
}

/// A word that can be what an article or preposition waits for.
fn is_content(item: &Item) -> bool {
    match item {
        Item::Piece(Piece::Word(word)) => little(word).is_none() && !is_participle(item),
        Item::Piece(Piece::Person(_) | Piece::Pronoun(..)) => true,
        _ => false,
    }
}

/// Content that is no verb.
fn is_noun_phrase(item: &Item) -> bool {
    let verb = |word: &str| Lexicon::v1().kind(word) == Some(WordKind::Verb);
    is_content(item) && !matches!(item, Item::Piece(Piece::Word(word)) if verb(word))
}

fn is_participle(item: &Item) -> bool {
    matches!(item, Item::Piece(Piece::Word(word)) if word.ends_with("ing") && word.len() > 5)
}

/// No comma at the start, at the end or after another; no genitive on a comma.
fn punctuate(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        // "a tired, {P1}": the comma stood between adjectives.
        if matches!(piece, Piece::Person(_)) && kept.last() == Some(&Piece::Comma) {
            kept.pop();
        }
        let attached = matches!(piece, Piece::Comma | Piece::Genitive);
        let hangs = matches!(kept.last(), None | Some(Piece::Comma))
            || piece == Piece::Genitive && kept.last() == Some(&Piece::Genitive);
        let doubled_article = piece == Piece::Word("a".to_owned())
            && kept.last() == Some(&Piece::Word("a".to_owned()));
        if !(attached && hangs || doubled_article) {
            kept.push(piece);
        }
    }
    while kept.last() == Some(&Piece::Comma) {
        kept.pop();
    }
    kept
}
