//! Which nouns are persons, and which words say the same person again.

use obclip_protocol::AxisSet;

use super::Scene;
use super::appositions::is_said_again;
use super::attributes::DEGREES;
use super::company;
use super::deeds::{
    is_deed_of_one, is_done_by_one, is_done_to_several, is_move_of_one, is_taken_home,
};
use super::doing::do_they;
use super::grammar::{BODY, Little, OF_PLACES, OWNED, is_in};
use super::members::{is_second_who_acts, is_taken_out};
use super::policies;
use super::predicates::{
    begins_with_status, contracted_is, is_done_by_status, is_one_of_group, is_status, names_event,
    open_subject, subject_of_noun,
};
use super::pronouns::has_parts_of_animal;
use super::said::{LOOKS, is_of_another};
use super::scenery;
use super::term::{Category, Fate, Form, Sense, Term};
use super::things;
use crate::axis::{Axis, Mentioned, Stated, Values};
use crate::lexicon::{Lexicon, WordKind};

/// One person of the prompt.
#[derive(Debug, Clone, Default)]
pub(crate) struct Person {
    /// The term at which the bundle stands.
    pub(crate) head: usize,
    /// The role words that follow the bundle; empty for a bare person.
    pub(crate) role: String,
    /// Axes that the prompt mentions. Value-free.
    pub(crate) mentioned: Mentioned,
    /// What the prompt states. Secret.
    pub(crate) values: Values,
    /// Mentions of axes that the user published, by their place in the catalogue. Value-free.
    pub(crate) own: AxisSet,
    /// What the prompt states of them first. Secret.
    pub(crate) own_values: Vec<(usize, Option<usize>)>,
    ranks: [u8; 3],
    nouns: Nouns,
}

/// What the bare nouns of a person speak of first: categories of words, not values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Nouns {
    /// "woman", "boy"
    gender: bool,
    /// "teenager"
    age: bool,
}

impl Person {
    pub(crate) fn at(head: usize) -> Self {
        Self { head, ..Self::default() }
    }

    /// Notes a mention; of several statements the one of the highest rank counts.
    pub(crate) fn mention(&mut self, axis: Axis, stated: Option<Stated>, rank: u8) {
        self.mentioned.insert(axis);
        self.state(axis, stated, rank);
    }

    /// Notes what the cloud's half is drawn with where the axis is open for another reason.
    pub(crate) fn hint(&mut self, axis: Axis, stated: Stated) {
        self.state(axis, Some(stated), HINT_RANK);
    }

    /// Notes a word of an axis that the user published; of several the first counts.
    pub(crate) fn mention_own(&mut self, axis_idx: usize, value_idx: Option<usize>) {
        if !self.own.contains(axis_idx) {
            self.own_values.push((axis_idx, value_idx));
        }
        self.own = self.own.with(axis_idx);
    }

    /// Notes an adjective. "a nonbinary person" speaks of what "a woman" speaks of.
    pub(crate) fn describe(&mut self, axis: Axis, stated: Stated, rank: u8) {
        self.mention(axis, Some(stated), rank);
        if axis == Axis::Gender {
            self.nouns.gender = true;
        }
    }

    fn state(&mut self, axis: Axis, stated: Option<Stated>, rank: u8) {
        if let Some(stated) = stated.filter(|_| rank > self.ranks[axis as usize]) {
            self.values = self.values.with(axis, stated);
            self.ranks[axis as usize] = rank;
        }
    }

    /// Whether a bare noun or its adjective says who they are.
    pub(super) fn has_noun(&self) -> bool {
        self.nouns != Nouns::default()
    }

    fn state_all(&mut self, values: Values) {
        Axis::ALL.into_iter().for_each(|axis| self.state(axis, values.of(axis), NOUN_RANK));
    }

    /// A bare noun alone speaks of age and gender ("girl", "teenager"), beside a role of one
    /// ("woman doctor", "teenage doctor"): so that all words of the category open the same.
    ///
    /// Without a role all that is said of age or gender opens both: "an old person" and "a senior", "a person with
    /// her dog" and "a woman with her dog" are the same to the cloud.
    pub(crate) fn settle_noun(&mut self) {
        let alone = self.role.is_empty();
        let said = self.mentioned.contains(Axis::Age) || self.mentioned.contains(Axis::Gender);
        if alone && said {
            self.mentioned.insert(Axis::Age);
            self.mentioned.insert(Axis::Gender);
        }
        let Nouns { gender, age } = self.nouns;
        if gender || alone && age {
            self.mentioned.insert(Axis::Gender);
        }
        if age || alone && gender {
            self.mentioned.insert(Axis::Age);
        }
    }
}

/// Finds the persons in reading order.
pub(crate) fn find(scene: &mut Scene) {
    let of_things = things::words_of_things(scene);
    let mut at = 0;
    while at < scene.terms.len() {
        at = match scene.terms[at].sense {
            _ if is_taken_out(scene, at) => at + 1,
            Sense::Head(..)
                if of_things[at]
                    || modifies_thing(scene, at)
                    || is_of_animal(scene, at)
                    || is_piece_or_bird(scene, at)
                    || names_place(scene, at)
                    || owns_thing_alone(scene, at)
                    || company::is_thing(scene, at)
                    || scenery::describes_scenery(scene, at) =>
            {
                scene.terms[at].fate = match scene.terms[at].sense {
                    // "the old person's bicycle" travels as "the octogenarian's bicycle" does.
                    Sense::Head(Category::Neutral, _) if scene.terms[at].genitive => {
                        Fate::Hold(OF_THING)
                    }
                    Sense::Head(Category::Neutral, _) => Fate::Keep,
                    Sense::Head(Category::Role { gendered: false, .. }, _) => Fate::Keep,
                    _ => Fate::Hold(OF_THING),
                };
                let held = scene.terms[at].fate == Fate::Hold(OF_THING);
                if held
                    && (company::is_beside_its_things(scene, at) || company::is_absent(scene, at))
                {
                    scene.terms[at].sense = Sense::Written;
                }
                at + 1
            }
            Sense::Group { .. }
                if of_things[at]
                    || is_group_of_things(scene, at)
                    || scenery::are_young_goats(scene, at)
                    || scenery::are_animals_named_after(scene, at)
                    || company::is_thing(scene, at) =>
            {
                scene.terms[at].sense = Sense::Word(Some(WordKind::Noun));
                at + 1
            }
            Sense::Group { .. } if owns_thing_alone(scene, at) || names_place(scene, at) => {
                scene.terms[at].fate = Fate::Hold(OF_THING);
                at + 1
            }
            Sense::Head(..) => cluster(scene, at),
            Sense::Group { .. } if describes_group(&scene.terms[at + 1..]) => {
                // "women doctors"
                scene.terms[at].fate = Fate::Drop(None);
                at + 1
            }
            Sense::Attribute { nominal: true, .. } | Sense::Trait { nominal: true, .. }
                if (stands_for_person(scene, at) || alone_in_prompt(scene, at))
                    && !is_piece_or_bird(scene, at)
                    && !has_parts_of_animal(scene)
                    && !is_breed_here(scene, at)
                    && !of_things[at]
                    && (scene.terms[at].is_people_noun
                        || !company::is_thing(scene, at)
                            && !scenery::describes_scenery(scene, at)
                            && !describes_seen_thing(scene, at))
                    && same_person(scene, at, at + 1).is_none() =>
            {
                open_person(scene, at);
                policies::keep_role(scene, at);
                at + 1
            }
            _ => at + 1,
        };
    }
}

/// Nouns in a row that name one person ("woman doctor"); returns the position after them.
fn cluster(scene: &mut Scene, first: usize) -> usize {
    let heads = cluster_heads(scene, first);
    let end = heads[heads.len() - 1] + 1;
    if describes_group(&scene.terms[end..]) {
        heads.iter().for_each(|&at| scene.terms[at].fate = Fate::Drop(None));
        return end;
    }
    let role =
        |at: &&usize| matches!(scene.terms[**at].sense, Sense::Head(Category::Role { .. }, _));
    let principal = *heads.iter().rev().find(role).unwrap_or(&heads[heads.len() - 1]);
    let same = same_person(scene, first, end);
    if let Some(subject) = subject_of_noun(scene, first).filter(|_| !role(&&principal)) {
        open_subject(scene, subject);
        let end = cluster(scene, first);
        // "she's"
        scene.terms[subject].genitive = false;
        return end;
    }
    let person_idx = match same {
        Some(Same::Predicate) if role(&&principal) => {
            predicate_role(scene, principal);
            return end;
        }
        Some(Same::Predicate | Same::Apposition) => scene.persons.len() - 1,
        None => {
            open_person(scene, principal);
            scene.persons.len() - 1
        }
    };
    for &at in &heads {
        let Sense::Head(category, values) = scene.terms[at].sense.clone() else { continue };
        let is_head = same.is_none() && at == principal;
        match same {
            Some(Same::Apposition) if is_status(scene, at) => {
                scene.persons[person_idx].state_all(values);
            }
            _ => note(&mut scene.persons[person_idx], &category, values, at == principal),
        }
        match category {
            _ if is_head => {}
            Category::Role { gendered: false, .. } if same.is_none() && at < principal => {}
            _ => scene.terms[at].fate = Fate::Drop(Some(person_idx)),
        }
    }
    end
}

/// "she is a doctor": the role is a word of the scene, the person has its bundle.
fn predicate_role(scene: &mut Scene, at: usize) {
    let Sense::Head(Category::Role { wire, gendered: true }, values) =
        scene.terms[at].sense.clone()
    else {
        return;
    };
    scene.terms[at].fate = Fate::Write(wire);
    if let Some(person) = scene.persons.last_mut() {
        person.mention(Axis::Gender, values.of(Axis::Gender), NOUN_RANK);
    }
}

/// "female doctors": the nouns describe several persons.
fn describes_group(rest: &[Term]) -> bool {
    let noun = rest.iter().find(|term| !(term.is_adjective() || term.is_part));
    noun.is_some_and(|term| matches!(term.sense, Sense::Group { .. }))
}

fn note(person: &mut Person, category: &Category, values: Values, principal: bool) {
    person.state_all(values);
    match category {
        Category::Person => {
            // "Frenchwoman", "Filipina": a noun of a people speaks of all three.
            if values.of(Axis::Ethnicity).is_some() {
                person.mentioned.insert(Axis::Ethnicity);
            }
            let only_age = values.of(Axis::Gender).is_none();
            person.nouns.age |= only_age;
            person.nouns.gender |= !only_age;
        }
        Category::Kin => {
            person.mentioned.insert(Axis::Age);
            person.mentioned.insert(Axis::Gender);
        }
        // "madwoman"
        Category::Trait if values.of(Axis::Gender).is_some() => {
            person.mentioned.insert(Axis::Gender);
        }
        Category::Neutral | Category::Trait => {}
        Category::Role { wire, gendered } => {
            if *gendered {
                person.mentioned.insert(Axis::Gender);
            }
            if principal && person.role.is_empty() {
                person.role.clone_from(wire);
            }
        }
    }
}

fn open_person(scene: &mut Scene, head: usize) {
    scene.terms[head].fate = Fate::Person(scene.persons.len());
    scene.persons.push(Person::at(head));
}

/// Person nouns from `first` on with nothing but adjectives between them; between a bare noun
/// and a role there may be other nouns ("woman hotel receptionist").
fn cluster_heads(scene: &Scene, first: usize) -> Vec<usize> {
    let terms = &scene.terms;
    let mut heads = vec![first];
    let mut crossed_noun = false;
    for (at, term) in terms.iter().enumerate().skip(first + 1) {
        let last_genitive = terms[at - 1].genitive;
        match &term.sense {
            _ if last_genitive => break,
            Sense::Head(category, _) => {
                let role = matches!(category, Category::Role { .. });
                let bare = terms[heads[heads.len() - 1]].sense_is_bare();
                if crossed_noun && !(role && bare) || modifies_thing(scene, at) {
                    break;
                }
                heads.push(at);
                crossed_noun = false;
            }
            _ if term.is_adjective() => {}
            Sense::Word(Some(WordKind::Thing | WordKind::Noun)) => crossed_noun = true,
            _ => break,
        }
    }
    heads
}

impl Term {
    pub(super) fn sense_is_bare(&self) -> bool {
        matches!(self.sense, Sense::Head(Category::Person, _))
    }
}

enum Same {
    /// "who is a woman"
    Predicate,
    /// "a doctor, female,"
    Apposition,
}

/// Whether the nouns from `first` to `end` speak of the person before them.
fn same_person(scene: &Scene, first: usize, end: usize) -> Option<Same> {
    if scene.persons.is_empty() {
        return None;
    }
    let terms = &scene.terms;
    let mut start = first;
    while start > 0
        && (terms[start - 1].is_adjective()
            || terms[start - 1].sense == Sense::Skin
            || scene.is_one_of(start - 1, DEGREES)
            || scene.is_part(start - 1))
    {
        start -= 1;
    }
    let before = |n: usize| start.checked_sub(n).map(|at| &terms[at]);
    let is = |term: Option<&Term>, little| term.is_some_and(|t| t.sense == Sense::Little(little));
    // "he's the darkest kid"
    let the =
        start > 1 && scene.is_one_of(start - 1, &["the"]) && is_predicate_verb(scene, start - 2);
    let article = usize::from(is(before(1), Little::Article) || the);
    let verb = start.checked_sub(1 + article);
    let as_word = article == 1 && verb.is_some_and(|verb| scene.word(&terms[verb]) == "as");
    // "is she a redhead?"
    let asked = verb.is_some_and(|subject| {
        matches!(terms[subject].fate, Fate::Person(_))
            && matches!(terms[subject].sense, Sense::Pronoun(..))
            && is(subject.checked_sub(1).map(|at| &terms[at]), Little::Be)
    });
    if as_word || asked || verb.is_some_and(|verb| is_predicate_verb(scene, verb)) {
        return Some(Same::Predicate);
    }
    is_said_again(scene, first..end, start, article).then_some(Same::Apposition)
}

/// "its mother"
fn is_of_animal(scene: &Scene, at: usize) -> bool {
    let before = scene.terms[..at].iter().rfind(|term| !term.is_adjective());
    let animal = |term: &Term| term.sense == Sense::Word(Some(WordKind::Animal));
    // "an elephant calf under his mother"
    // "an elephant mother and baby", not "a cat lady"
    let young = scene.is_one_of(at, &["baby", "babies", "male", "female"]);
    let of_family = matches!(scene.terms[at].sense, Sense::Head(Category::Kin, _)) || young;
    let directly = at
        .checked_sub(1)
        .is_some_and(|before| animal(&scene.terms[before]) && !scene.terms[before].genitive);
    let beside = at > 1
        && scene.is_one_of(at - 1, &["and"])
        && scene.terms[at - 2].fate == Fate::Hold(OF_THING)
        && at > 2
        && animal(&scene.terms[at - 3]);
    if of_family && (directly || beside) {
        return true;
    }
    let kin = (matches!(scene.terms[at].sense, Sense::Head(Category::Kin, _))
        || scene.is_one_of(at, &["baby", "babies"]))
        && scene.persons.is_empty()
        && scene.terms[..at].iter().any(animal);
    before.is_some_and(|term| {
        of_family && scene.word(term) == "its"
            || kin && matches!(term.sense, Sense::Pronoun(Form::Oblique, _))
    })
}

/// "the white queen" beside a chessboard, "a cardinal on a snowy branch".
fn is_piece_or_bird(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let seen = |words: &[&str]| terms.iter().any(|term| words.contains(&scene.word(term)));
    let plays = terms.get(at + 1).is_some_and(|term| {
        let verb = term.sense == Sense::Word(Some(WordKind::Verb)) && term.ends_in_s;
        verb || term.acts || term.sense == Sense::Little(Little::Governor)
    });
    let pronoun = terms.iter().any(|term| matches!(term.sense, Sense::Pronoun(..)));
    let piece = scene.is_one_of(at, &["king", "queen", "knight", "bishop", "pawn", "jack"])
        && seen(&["chess", "chessboard", "checkmate", "rook", "pawn"]);
    let bird = scene
        .is_one_of(at, &["cardinal", "capuchin", "monarch", "emperor", "king", "queen"])
        && seen(&[
            "perched", "branch", "feeder", "nest", "feathers", "wings", "beak", "twig", "milkweed",
            "conch",
        ]);
    // "a ginger kid with a goat"
    let beside = terms.get(at + 1).is_some_and(|term| scene.word(term) == "with");
    let young = scene.is_one_of(at, &["kid", "kids"]) && seen(&["goat", "goats"]) && !beside;
    (piece || bird) && !plays && !pronoun || young && !plays
}

/// "a queer little shed", "a twenty-year-old Honda", "a Sikh gurdwara": the noun after the description is a thing.
fn describes_seen_thing(scene: &Scene, at: usize) -> bool {
    if scene.terms[at].genitive || is_deed_of_one(scene, at) {
        return false;
    }
    let run = scene.terms[at + 1..].iter().take_while(|term| term.in_run() && !term.acts);
    let made = |term: &Term| Lexicon::v1().is_maker(scene.word(term));
    let seen = |term: &Term| {
        let word = scene.word(term);
        let thing = Lexicon::v1().kind(word) == Some(WordKind::Thing);
        matches!(term.sense, Sense::Word(_))
            && Lexicon::v1().is_seen(word)
            && (thing || !word.ends_with('s'))
    };
    // "in the African plains"
    let place = |term: &Term| is_in(LANDS, scene.word(term));
    run.last().is_some_and(|last| (made(last) || seen(last) || place(last)) && !last.is_picture)
}

/// Lands that are called by a people, beside the things of the lists.
const LANDS: &str = "plains savanna savannah savannas steppe steppes highlands lowlands outback tundra moors fens wetlands bush veld pampas \
countryside coastline riviera archipelago badlands uplands woodlands grasslands foothills dolomites alps cuisine culture mythology \
folklore tradition traditions restaurant takeaway embassy consulate bakery deli grocery architecture countryside landscape \
landscapes scenery wilderness";

/// "the Burmese and the Manx share a windowsill, one with no tail": a people where parts of animals are seen.
fn is_breed_here(scene: &Scene, at: usize) -> bool {
    const PARTS: &str = "tail tails paw paws purring miaowing meowing hooves muzzle feathers kennel litter mane saddle foal kitten \
kittens puppies lamb lambs antlers";
    let people = matches!(scene.terms[at].sense, Sense::Attribute { axis: Axis::Ethnicity, .. });
    const PLACES: &str = "cat cats dog dogs horse pony radiator windowsill bookshelf laundry basket rug hearth paddock stable fence leash \
collar lead kennels show";
    let breed = Lexicon::v1().is_breed(scene.word(&scene.terms[at]));
    people
        && scene
            .terms
            .iter()
            .any(|term| is_in(PARTS, scene.word(term)) || breed && is_in(PLACES, scene.word(term)))
}

/// "the Three Sisters mountains", "Old Man Island"
fn names_place(scene: &Scene, at: usize) -> bool {
    if is_after_maker(scene, at) {
        return true;
    }
    let capital = |at: usize| scene.tokens[scene.terms[at].tokens.start].capital;
    let Some(next) = scene.terms.get(at + 1) else { return false };
    let place = is_in(OF_PLACES, scene.word(next)) && scene.word(next).len() > 3;
    let counted = at > 0 && scene.is_one_of(at - 1, &["three", "seven", "twelve", "two", "five"]);
    // "Ms Park"
    let called = next.sense == Sense::Other && Lexicon::v1().is_title(scene.word(&scene.terms[at]));
    capital(at) && place && !called && (counted || capital(at + 1))
}

/// "a Harley Davidson Fat Boy": the rest of a name that starts with a maker's.
fn is_after_maker(scene: &Scene, at: usize) -> bool {
    let token = |at: usize| &scene.tokens[scene.terms[at].tokens.start];
    if !token(at).capital {
        return false;
    }
    let run = (0..at).rev().take_while(|&before| token(before).capital);
    run.into_iter().any(|before| Lexicon::v1().is_maker(&token(before).text))
}

/// "men's shoes in a window", "an old man's cap on a peg", "a nun's priory": a kind of thing, where nothing else speaks of
/// anybody. What is said of the owner belongs to the kind.
fn owns_thing_alone(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let several = matches!(terms[at].sense, Sense::Group { .. });
    let owner = match &terms[at].sense {
        Sense::Head(Category::Neutral | Category::Role { gendered: false, .. }, _) => false,
        Sense::Head(..) | Sense::Group { .. } => true,
        _ => false,
    };
    let kinds = ["men", "women", "kids", "children", "boys", "girls", "ladies", "gentlemen"];
    let act = do_they(&scene.tokens, terms[at].tokens.end);
    let genitive = terms[at].genitive || several && scene.is_one_of(at, &kinds) && !act;
    if !(owner && genitive) {
        return false;
    }
    let start = (0..at).rev().take_while(|&before| terms[before].is_adjective()).last();
    let start = start.unwrap_or(at);
    let bare = start.checked_sub(1).is_none_or(|before| {
        use Little::{And, Article, Determiner, Preposition};
        let little =
            matches!(terms[before].sense, Sense::Little(Article | Determiner | Preposition | And));
        little || terms[before].sense == Sense::Comma
    });
    let known = things::is_definite(scene, at);
    let others = terms.iter().enumerate().any(|(other, term)| {
        // "men's boots drying on a rail"
        let of_thing = !known && is_in(things::DONE_BY_THINGS, scene.word(term));
        (other < start || other > at) && speaks_of_anybody(term) && !of_thing
    });
    bare && !others && is_owned_thing(scene, at)
}

/// Whether the noun phrase after an owner ends with a thing that can be seen, and no part of a body.
fn is_owned_thing(scene: &Scene, at: usize) -> bool {
    let kind =
        |word: &str| matches!(Lexicon::v1().kind(word), Some(WordKind::Thing | WordKind::Animal));
    // "women's running shoes", not "women riding bikes"
    let owner = scene.terms[at].genitive;
    let goes_on = |term: &&Term| term.in_run() && (!term.acts || owner && term.purpose);
    let run = scene.terms[at + 1..].iter().take_while(goes_on);
    let owned = run.filter(|term| term.is_noun_word() || term.inflected).last();
    let first = scene.terms.get(at + 1);
    let brand = first.is_some_and(|term| scene.tokens[term.tokens.start].capital);
    owned.or(first.filter(|term| scene_free_base(term))).is_some_and(|term| {
        let word = scene.word(term);
        // "a boy's kite": the kite is a bird as well.
        let seen = kind(word)
            || term.sense == Sense::Word(Some(WordKind::Thing))
            || word.strip_suffix('s').is_some_and(kind)
            || term.sense == Sense::CorrelateThing
            || brand
            || is_compound_of_thing(word)
            || scene_free_base(term);
        seen && !term.is_picture && !is_in(BODY, word) || is_in(OWNED, word)
    })
}

/// "handbell", "walkingstick": an unknown word that ends with a thing.
fn is_compound_of_thing(word: &str) -> bool {
    const THINGS: &[&str] = &[
        "bell", "stick", "book", "box", "board", "boat", "chair", "stool", "basket", "bench",
        "knife", "wheel", "cart", "bowl", "spoon", "glass", "case", "chest", "desk", "table",
        "lamp", "clock",
    ];
    Lexicon::v1().kind(word).is_none()
        && THINGS.iter().any(|thing| word.strip_suffix(thing).is_some_and(|stem| stem.len() > 2))
}

/// "a family of ducks", "a Canada goose family": a word for several of a kind, which are no persons.
fn is_group_of_things(scene: &Scene, at: usize) -> bool {
    const OF_A_KIND: &str = "family families couple group team crew band troop gang army crowd choir chorus orchestra trio duo \
quartet community party colony parade pair brotherhood sisterhood parliament council regiment platoon squad fleet class clan tribe dynasty \
generation generations gathering procession queue";
    let terms = &scene.terms;
    let animal = |term: &Term| {
        let kind = || Lexicon::v1().kind(scene.word(term)) == Some(WordKind::Animal);
        matches!(term.sense, Sense::Word(Some(_))) && kind()
            || term.sense == Sense::Word(Some(WordKind::Animal))
    };
    if !is_in(OF_A_KIND, scene.word(&terms[at])) {
        return false;
    }
    let after_animal = at > 0 && animal(&terms[at - 1]);
    // "community centre", "team bus"
    let names_thing = scene.is_one_of(at, &["community", "team", "crew", "band"])
        && terms
            .get(at + 1)
            .is_some_and(|next| next.is_noun_word() && !next.acts && !next.is_picture);
    // "a family group of orangutans"
    let at = at + usize::from(terms.get(at + 1).is_some_and(|next| scene.word(next) == "group"));
    let of = terms.get(at + 1).is_some_and(|_| scene.is_one_of(at + 1, &["of"]));
    let mut run = terms.get(at + 2..).unwrap_or(&[]).iter().take_while(|term| term.in_run());
    let things = of && run.clone().any(Term::is_noun_word) && !run.any(speaks_of_anybody);
    after_animal || names_thing || things
}

/// Words of persons, and what is said or done only by them.
fn speaks_of_anybody(term: &Term) -> bool {
    let described = term.is_adjective() && term.sense != Sense::Word(Some(WordKind::Adjective));
    let several = matches!(term.sense, Sense::Group { .. });
    let pronoun = matches!(term.sense, Sense::Pronoun(..) | Sense::OtherPronoun);
    term.is_person_noun() || described || several || pronoun || term.acts && !term.purpose
}

/// "baby elephant", "king bed", "human skull": the noun describes a thing.
fn modifies_thing(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let Sense::Head(category, _) = &terms[at].sense else { return false };
    let Some(next) = terms.get(at + 1).filter(|_| !terms[at].genitive) else { return false };
    // "baby elephant", "adult brown bear"
    // "an adult male lion"
    let sex = |term: &Term| term.sense_is_bare() && !term.genitive;
    let noun = terms[at + 1..].iter().find(|term| !(term.is_adjective() || sex(term)));
    let animal = noun.is_some_and(|noun| noun.sense == Sense::Word(Some(WordKind::Animal)));
    let thing = next.is_noun_word() && !next.acts;
    // "a baker dusted with flour"
    let dressed = scene.word(next).ends_with("ed")
        && terms.get(at + 2).is_some_and(|term| term.sense == Sense::Little(Little::Preposition));
    let seen_thing = next.sense == Sense::Word(Some(WordKind::Thing))
        && !dressed
        && !next.is_picture
        && !next.acts
        && !is_verb_of_one(scene, at);
    if is_second_who_acts(scene, at) || is_taken_home(scene, at) {
        return false;
    }
    match category {
        Category::Neutral if !terms[at].adjectival => animal || next.listed_thing,
        Category::Neutral => {
            let article = at
                .checked_sub(1)
                .is_some_and(|before| terms[before].sense == Sense::Little(Little::Article));
            // "an individual waves", "individual anime style"
            let verb = article && next.ends_in_s;
            thing && next.sense != Sense::CorrelateThing && !verb && !next.is_picture
        }
        // "refugee camp"
        // "a sexton digs" is no thing for digging.
        // "an orphan black sock"
        Category::Trait => {
            let last = terms[at + 1..].iter().find(|term| !term.is_adjective());
            let far = !thing
                && last.is_some_and(|last| {
                    last.sense == Sense::Word(Some(WordKind::Thing)) && !last.is_picture
                })
                && next.is_adjective();
            thing && !next.is_picture && !next.ends_in_s || far
        }
        Category::Role { gendered, .. } => {
            // "colonist ants", not "a nurse bears a tray"
            let beside = next.sense == Sense::Word(Some(WordKind::Animal))
                && !is_verb_of_one(scene, at)
                && terms
                    .get(at + 2)
                    .is_none_or(|after| !after.is_person_noun() && (next.ends_in_s || !after.acts));
            seen_thing || beside || *gendered && before_things(terms, at)
        }
        // "Mr Fox" is somebody.
        // "sister peaks"
        Category::Person | Category::Kin => {
            // "a man fishes"
            animal && !is_verb_of_one(scene, at)
                || (next.listed_thing || next.of_place) && next.sense != Sense::Other
        }
    }
}

/// "a ballerina music box": nouns of which the last is a thing.
fn before_things(terms: &[Term], at: usize) -> bool {
    let article = (at.checked_sub(1))
        .is_some_and(|before| terms[before].sense == Sense::Little(Little::Article));
    let run = || terms[at + 1..].iter().take_while(|term| term.is_noun_word() && !term.acts);
    let last = run().last();
    let thing = last.is_some_and(|last| {
        last.sense == Sense::Word(Some(WordKind::Thing)) && !last.is_picture && !last.ends_in_s
    });
    article && thing && run().count() == 2
}

/// "a runner crosses the line", "the queen steps from a car", "a baker pipes icing", not "the pirate ships": after one person a word
/// in -s is a verb, where "a" says that it is one or a noun phrase follows.
fn is_verb_of_one(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let mut start = at;
    while start > 0 && (terms[start - 1].is_adjective() || terms[start - 1].in_run()) {
        start -= 1;
    }
    let article = start
        .checked_sub(1)
        .is_some_and(|before| terms[before].sense == Sense::Little(Little::Article));
    let object = terms.get(at + 2).is_some_and(|term| {
        let determiner = matches!(term.sense, Sense::Little(Little::Article | Little::Determiner));
        determiner || matches!(term.sense, Sense::Pronoun(..) | Sense::OtherPronoun)
    });
    // "an actor smokes": "a" is of one, so what ends in -s is no noun of several.
    let object = object || is_done_to_several(scene, at + 1) || is_move_of_one(scene, at + 1);
    let from = terms.get(at + 2).is_none_or(|term| {
        matches!(term.sense, Sense::Comma | Sense::Little(Little::Preposition | Little::And))
    });
    terms[at + 1].ends_in_s && (object || article && from || is_done_by_one(scene, start, at + 1))
}

/// "an asian eating", "the 7-year-old": an adjective without a noun after an article.
fn stands_for_person(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let mut start = at;
    while start > 0 && terms[start - 1].is_adjective() {
        start -= 1;
    }
    let article = start.checked_sub(1).is_some_and(|before| {
        matches!(terms[before].sense, Sense::Little(Little::Article | Little::Determiner))
            || matches!(terms[before].sense, Sense::Pronoun(Form::Oblique, _) | Sense::OtherPronoun)
                && !scene.is_one_of(before, &["them", "us", "i"])
    });
    let be = start.checked_sub(2).is_some_and(|verb| is_predicate_verb(scene, verb));
    let rest = if terms[at].genitive { &[] } else { &terms[at + 1..] };
    let (first, figure) =
        (at + 1, matches!(terms[at].sense, Sense::Attribute { figure: true, .. }));
    // "an Egyptian writing letters": "a" is of one, so what several are called is not its noun.
    let of_one = start
        .checked_sub(1)
        .is_some_and(|before| terms[before].sense == Sense::Little(Little::Article) && start == at);
    let to_several = |at: usize| {
        let objects = rest[at + 1..].iter().take_while(|term| term.is_noun_word());
        of_one && objects.last().is_some_and(|term| term.ends_in_s)
    };
    let acts = |at: usize| {
        rest.get(at).is_some_and(|term| term.acts && (does_something(rest, at) || to_several(at)))
            || at == 0
                && !rest.is_empty()
                && (figure && is_done_by_one(scene, start, first)
                    || is_deed_of_one(scene, first - 1))
            || at == 0 && is_done_by_status(scene, first)
    };
    let attribute = matches!(terms[at].sense, Sense::Attribute { .. });
    let phrase =
        (0..rest.len()).take_while(|&at| rest[at].in_run() && !acts(at) && !rest[at].follows);
    let followed = phrase.map(|at| &rest[at]).any(|term| {
        let group = matches!(term.sense, Sense::Group { .. });
        // Of several ("a turkish senior") the last one is the noun.
        let later = matches!(
            term.sense,
            Sense::Attribute { nominal: true, .. } | Sense::Trait { nominal: true, .. }
        );
        let name = term.sense == Sense::Other || later;
        // "an Egyptian pyramid": no verb of one person is without an ending.
        let word = scene_free_base(term);
        term.is_noun_word()
            || names_event(scene, term)
            || word
            || term.is_person_noun()
            || group
            || name
    }) || attribute
        && rest.first().is_some_and(|term| {
            // "an Indian thali", "an aged cheddar", "a Spanish hacienda": an unknown word without the ending of a verb is a noun;
            // of a person where he or she does something ("an Aussie sparky drilling a wall").
            let works =
                term.by_nickname && rest.get(1).is_some_and(|next| next.acts && !next.purpose);
            term.sense == Sense::Word(None) && !term.inflected && !works
        });
    let aged = matches!(terms[at].sense, Sense::Attribute { axis: Axis::Age, figure: false, .. });
    // "the Muslim one"
    let one = rest.first().is_some_and(|next| is_in("one ones", scene.word(next)));
    // "a Turk baking bread"
    let noun = terms[at].is_people_noun && !rest.first().is_some_and(is_noun_of_persons);
    let stands = noun || !followed && !adjectives_go_on(rest, aged);
    article && !be && !one && stands && !is_one_of_group(scene, start) && !is_of_another(scene, at)
}

fn is_noun_of_persons(term: &Term) -> bool {
    term.is_person_noun() || matches!(term.sense, Sense::Group { .. } | Sense::Attribute { .. })
}

/// "is", "she's", "isn't", "looks", "became": what follows is said of the subject, without or with "not".
pub(super) fn is_predicate_verb(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let verb = |at: usize| {
        let term = &scene.terms[at];
        term.sense == Sense::Little(Little::Be)
            || contracted_is(scene, Some(term))
            || is_in(LOOKS, scene.word(term))
    };
    verb(at) || is_in("not also now still both", scene.word(term)) && at > 0 && verb(at - 1)
}

/// "pic of Mongolian at gym", "Arab, golden hour", "cool Dane with sunglasses", "African profile pic": a people's name
/// without a noun, in a prompt that names nobody else.
fn alone_in_prompt(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let people = matches!(
        terms[at].sense,
        Sense::Attribute { axis: Axis::Ethnicity | Axis::Gender, nominal: true, .. }
    ) || at == 0
        && matches!(terms[at].sense, Sense::Attribute { figure: true, nominal: true, .. })
        || matches!(terms[at].sense, Sense::Trait { .. })
        || matches!(scene.word(&terms[at]), "senior" | "elder");
    // "Nigerian with a drum, he's eighty": a pronoun after it is the same person; "Cardinal on a twig, his mate below" is a bird.
    let origin = matches!(terms[at].sense, Sense::Attribute { axis: Axis::Ethnicity, .. });
    let somebody = |(other, term): (usize, &Term)| {
        term.is_person_noun()
            || matches!(term.sense, Sense::Group { .. })
            || (other < at || !origin) && matches!(term.sense, Sense::Pronoun(..))
    };
    // "a waterfall, derelict", "a moon, thin as a thread"
    let of_things_too = matches!(terms[at].sense, Sense::Trait { .. })
        && (is_in("derelict melancholic nostalgic", scene.word(&terms[at]))
            || scene.tokens[terms[at].tokens.clone()].iter().any(|token| token.text == "as"));
    let begins_alone = begins_with_status(scene, at);
    if !people
        || of_things_too
        || scenery::is_style_of_thing(scene, at)
        || !scene.persons.is_empty()
        || terms.iter().enumerate().any(somebody) && !begins_alone
    {
        return false;
    }
    // "textile, scandinavian style"
    let of_style =
        "style styled styles inspired themed inspiration influence motif pattern design font";
    if terms.get(at + 1).is_some_and(|next| is_in(of_style, scene.word(next))) {
        return false;
    }
    let mut start = at;
    while start > 0 && terms[start - 1].is_adjective() {
        start -= 1;
    }
    let begins = start == 0
        || terms[start - 1].sense == Sense::Comma
        || scene.is_one_of(start - 1, &["of"]) && start > 1 && terms[start - 2].is_picture;
    let described = terms[start..at]
        .iter()
        .any(|term| matches!(term.sense, Sense::Attribute { .. } | Sense::Trait { .. }));
    let ends = terms.get(at + 1).is_none_or(|next| {
        let link = matches!(
            next.sense,
            Sense::Little(Little::Preposition | Little::Governor | Little::Be | Little::Relative)
        ) && scene.word(next) != "of";
        // "street food, Vietnamese, at night" may be food, "Kenyan, sitting" is not.
        let noun = terms[at].is_people_noun;
        let comma = next.sense == Sense::Comma && (start == at || described || noun);
        let acts = next.acts && does_something(&terms[at + 1..], 0);
        // "Aucklander in her seventies"
        next.is_age_phrase() || link || comma || acts || next.is_picture || next.follows
    });
    begins && ends
}

/// A word that is mostly a verb, without the ending that it would need after one person.
fn scene_free_base(term: &Term) -> bool {
    term.sense == Sense::Word(Some(WordKind::Verb)) && !term.acts && !term.inflected
}

/// "an Indian cutting onions" and "baking bread", not "an Indian cooking pot".
fn does_something(rest: &[Term], at: usize) -> bool {
    let next = rest.get(at + 1);
    let person = next.is_some_and(Term::is_person_noun);
    let thing = next.is_some_and(|next| next.is_noun_word() && !next.is_fare);
    !(person || thing && rest[at].purpose)
}

/// "an old, tired woman": a comma or "and" between adjectives does not end the phrase.
fn adjectives_go_on(rest: &[Term], aged: bool) -> bool {
    let connects = |term: &Term| matches!(term.sense, Sense::Comma | Sense::Little(Little::And));
    // "a half-Chinese, half-Thai girl"
    let describes = |term: &Term| term.is_adjective() || term.is_part;
    let noun = rest.iter().skip(1).find(|term| !describes(term));
    let person = noun.is_some_and(|t| t.is_person_noun() || matches!(t.sense, Sense::Group { .. }));
    // "an old, rusty fire hydrant", "an old and mossy garden bench"
    let thing = noun.is_some_and(|term| {
        aged && matches!(
            term.sense,
            Sense::Word(Some(WordKind::Thing | WordKind::Animal | WordKind::Noun))
        ) && !term.acts
            && !term.is_picture
    });
    rest.first().is_some_and(connects) && rest.get(1).is_some_and(describes) && (person || thing)
}

/// Why a word of persons is held that names none.
pub(crate) const OF_THING: &str = "a person word that describes a thing";
/// A colour of the skin says of a people the least.
const HINT_RANK: u8 = 1;
/// A pronoun says less than a noun.
pub(crate) const PRONOUN_RANK: u8 = 2;
const NOUN_RANK: u8 = 3;
/// An adjective corrects a noun ("a young grandmother").
pub(crate) const ADJECTIVE_RANK: u8 = 4;
/// A figure is the most exact.
pub(crate) const FIGURE_RANK: u8 = 5;
