//! Which axes a term speaks of, for the labels on the user's screen. Nothing that leaves depends on it.

use obclip_protocol::Vocabulary;

use super::Scene;
use super::company;
use super::grammar::{is_in, little};
use super::holding::UNKNOWN;
use super::names::{is_name, is_of_things};
use super::persons::OF_THING;
use super::pronouns::{is_animal, is_it};
use super::scenery::{describes_scenery, is_part_of_thing};
use super::term::{Category, Fate, Sense, Term, WORKERS};
use crate::axis::{Axis, Colour, Stated};
use crate::lexicon::{Entry, Lexicon};
use crate::rules::OCCUPATION;
use crate::tokens::{Clitic, Token};

/// The axes beside the expanded ones that a term speaks of. In a scene without persons a word is just a word.
pub(super) fn topics(scene: &Scene, term: &Term, somebody: bool) -> Vec<&'static str> {
    let persons = !scene.persons.is_empty() || scene.has_group();
    let name = is_name(scene, term);
    let next = scene.terms.iter().find(|next| next.tokens.start == term.tokens.end);
    let acts = !persons && next.is_some_and(|next| acts_alone(scene, term, next));
    let of_thing = term.fate == Fate::Hold(OF_THING) && !acts || of_place_name(scene, term);
    let of_name = somebody && is_look_of_body(scene, term);
    if of_thing || !(persons || name || of_name || speaks_of_somebody(scene, term)) {
        return Vec::new();
    }
    let words: Vec<_> =
        scene.tokens[term.tokens.clone()].iter().map(|token| token.text.as_str()).collect();
    let mut topics = Lexicon::v1().topics(&words.join(" ")).to_vec();
    if topics.is_empty() {
        topics.extend_from_slice(Lexicon::v1().topics(&with_genitives(scene, term)));
    }
    // "with alopecia": what the words behind the link tell
    let behind = if term.follows { 1..words.len() } else { 0..0 };
    for first in behind {
        topics.extend_from_slice(Lexicon::v1().topics(&words[first..].join(" ")));
    }
    let next = scene.tokens.get(term.tokens.end);
    let somebody = !next.is_some_and(|next| next.text.ends_with("ing"))
        && (matches!(term.fate, Fate::Person(_) | Fate::Drop(_))
            || matches!(term.sense, Sense::Group { .. }));
    topics.extend((somebody && matches!(words[..], ["adult" | "adults"])).then_some("age"));
    topics.extend(is_same_sex_couple(scene, term).then_some("orientation"));
    // "Ms" before a name is no illness.
    let title =
        words == ["ms"] && scene.tokens.get(term.tokens.end).is_some_and(|next| next.capital);
    topics.retain(|topic| !(title && *topic == "disability"));
    // "Buddy in a toque" is nobody's buddy.
    let alone = || scene.tokens.get(term.tokens.end).is_none_or(|next| !next.capital);
    if name && term.sense == Sense::Other && term.tokens.len() == 1 && alone() {
        topics.clear();
    }
    topics.extend(term.topic);
    topics.extend(name.then_some("name"));
    if is_of_church(scene, term) {
        topics.extend(["religion", OCCUPATION]);
    }
    topics.extend(are_children_of_somebody(scene, term).then_some("family"));
    topics.extend(match &term.sense {
        Sense::Head(Category::Kin, _) => Some("family"),
        Sense::Head(Category::Role { .. }, _) if !term.kept => Some(OCCUPATION),
        Sense::Group { wire, .. } if wire == WORKERS => Some(OCCUPATION),
        Sense::Head(_, values) | Sense::Group { values, .. }
            if values.of(Axis::Ethnicity).is_some() && !is_broad(&words) =>
        {
            Some("nationality")
        }
        _ if matches!(term.fate, Fate::Hold(_)) => None,
        Sense::Attribute { axis: Axis::Ethnicity, .. } if is_broad(&words) => None,
        Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_) => Some("nationality"),
        Sense::Skin => Some("skin-tone"),
        _ => None,
    });
    let from = term.tokens.start.checked_sub(1).map(|before| scene.tokens[before].text.as_str());
    let origin = name || matches!(term.sense, Sense::Word(_));
    let linked = from.is_some_and(|from| is_in("from fae frae frum outta in of", from));
    if origin && matches!(term.fate, Fate::Drop(_)) && linked {
        topics.retain(|topic| *topic != "name");
        topics.extend(["nationality", "ethnicity"]);
    }
    topics.sort_unstable();
    topics.dedup();
    topics
}

/// "alzheimer's patient", as the lists are keyed.
fn with_genitives(scene: &Scene, term: &Term) -> String {
    let tokens = &scene.tokens[term.tokens.clone()];
    let word = |(idx, token): (usize, &Token)| match token.clitic {
        Clitic::Genitive if idx + 1 < tokens.len() => format!("{}'s", token.text),
        _ => token.text.clone(),
    };
    tokens.iter().enumerate().map(word).collect::<Vec<_>>().join(" ")
}

/// "his kids", "their baby"
fn are_children_of_somebody(scene: &Scene, term: &Term) -> bool {
    let whose = term.tokens.start.checked_sub(1).map_or("", |at| scene.tokens[at].text.as_str());
    matches!(scene.word(term), "kid" | "kids" | "child" | "children" | "baby" | "babies")
        && matches!(whose, "his" | "her" | "their" | "my" | "our")
}

/// "her bump", "without his wife": a pronoun inside a phrase of another axis.
pub(super) fn gender_inside(scene: &Scene, term: &Term) -> Option<Stated> {
    let inside =
        term.tokens.len() > 1 && matches!(term.sense, Sense::Trait { .. } | Sense::CorrelateThing);
    let said = |at: usize| match Lexicon::v1().entry(&scene.tokens[at].text) {
        Some(Entry::Pronoun(gender)) => *gender,
        _ => None,
    };
    term.tokens.clone().find_map(said).filter(|_| inside)
}

/// "two mums", "two grooms"
fn is_same_sex_couple(scene: &Scene, term: &Term) -> bool {
    let two = term.tokens.start.checked_sub(1).is_some_and(|at| scene.tokens[at].text == "two");
    let spouses =
        ["mums", "moms", "dads", "mothers", "fathers", "wives", "husbands", "brides", "grooms"];
    two && spouses.contains(&scene.word(term))
}

/// "in his fifties": an age that only a person has.
pub(super) fn says_whose(sense: &Sense) -> bool {
    matches!(sense, Sense::Attribute { figure: true, possessive: Some(_), .. })
}

/// An age in several words that no thing follows, where a person or a name is.
pub(super) fn is_age_of_somebody(scene: &Scene, term: &Term) -> bool {
    let age = matches!(term.sense, Sense::Attribute { axis: Axis::Age, .. });
    if !age || term.tokens.len() < 2 {
        return false;
    }
    let at = scene.terms.iter().position(|other| other.tokens == term.tokens).unwrap_or(0);
    let thing = scene.terms.get(at + 1).is_some_and(|next| next.in_run() && !next.acts);
    let somebody = || {
        !scene.persons.is_empty()
            || scene.has_group()
            || scene.terms.iter().any(|term| is_name(scene, term))
    };
    !thing && somebody()
}

/// "ancient Greek sculptor"
pub(super) fn before_people(scene: &Scene, term: &Term) -> bool {
    let at = scene.terms.iter().position(|other| other.tokens == term.tokens).unwrap_or(0);
    scene.terms.get(at + 1).is_some_and(|next| {
        matches!(next.sense, Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_))
    })
}

/// "a wee lassie", "the li'l gal": said of children, and held with its person.
pub(super) fn is_of_children(scene: &Scene, term: &Term) -> bool {
    term.sense == Sense::Small
        && matches!(scene.word(term), "little" | "wee" | "lil" | "li'l" | "lil'")
}

/// "Sister Bernadette", "Father Brown": the word of kin is a title of the church before a name.
fn is_of_church(scene: &Scene, term: &Term) -> bool {
    let title = matches!(scene.word(term), "sister" | "brother" | "father" | "mother");
    let next = scene.tokens.get(term.tokens.end);
    let name = next.is_some_and(|token| {
        token.capital
            && (Lexicon::v1().is_first_name(&token.text) || !Vocabulary::v1().contains(&token.text))
    });
    title && name && scene.tokens[term.tokens.start].capital
}

/// "olive skin, hazel eyes, portrait", "urban poor queueing": where nobody is named, what only a person has or is.
fn speaks_of_somebody(scene: &Scene, term: &Term) -> bool {
    let at = scene.terms.iter().position(|other| other.tokens == term.tokens).unwrap_or(0);
    let not_alive = ["statue", "doll", "mannequin", "puppet", "robot", "toy", "figurine", "bust"];
    let other = |other: &Term| is_it(scene, other) || not_alive.contains(&scene.word(other));
    let of_body = |term: &Term| {
        let last = scene.tokens[term.tokens.end - 1].text.as_str();
        matches!(term.sense, Sense::CorrelateThing | Sense::Skin) && is_in(SEEN_OF_A_BODY, last)
    };
    let next = scene.terms.get(at + 1);
    let event = |term: &Term| EVENTS.split(' ').any(|event| event == scene.word(term));
    let ends = next.is_none_or(|next| {
        event(next)
            || acts_alone(scene, term, next)
            || matches!(next.sense, Sense::Comma | Sense::Little(_))
                && !is_in("of to", scene.word(next))
            || next.acts && !next.purpose && !scene.tokens[next.tokens.start].hyphen
    });
    let several = scene.terms.iter().filter(|term| of_body(term)).count() > 1;
    let body = of_body(term) && (several || scene.terms.iter().any(|term| term.is_picture));
    let last = scene.tokens[term.tokens.end - 1].text.as_str();
    let described = matches!(term.sense, Sense::Trait { near: false, .. })
        && !is_in("park parks estate estates", last);
    matches!(term.fate, Fate::Hold(_))
        && ends
        && !scene.terms.iter().any(other)
        && !is_part_of_thing(scene, at)
        && !company::is_thing(scene, at)
        && !describes_scenery(scene, at)
        && (body || described)
}

/// "grey beard", "amber eyes", "pale": where somebody is named, of that one; an axis that things have too is not asked.
fn is_look_of_body(scene: &Scene, term: &Term) -> bool {
    let tokens = &scene.tokens[term.tokens.clone()];
    let part = tokens.iter().any(|token| is_in(SEEN_OF_A_BODY, &token.text));
    let beast = scene.terms.iter().any(|other| is_animal(scene, other));
    let thing = part && tokens.len() > 1 && term.sense == Sense::CorrelateThing;
    let said = matches!(term.sense, Sense::Colour(_));
    (thing || said) && !matches!(term.fate, Fate::Keep) && !beast
}

/// "jihadi silhouetted on a ridge", "a tree-sitter knitting": a noun of persons before what only its owner does.
fn acts_alone(scene: &Scene, term: &Term, next: &Term) -> bool {
    let word = scene.word(next);
    let after = scene.tokens.get(next.tokens.end);
    let closes = after.is_none_or(|after| after.is_break() || little(&after.text).is_some());
    matches!(term.sense, Sense::Trait { nominal: true, .. })
        && matches!(next.sense, Sense::Word(_))
        && (word.ends_with("ing") && !is_in(THINGS_IN_ING, word) || word.ends_with("ed"))
        && word.len() > 5
        && closes
}

const THINGS_IN_ING: &str = "housing building clothing parking painting drawing ceiling string spring morning evening wedding \
crossing dwelling lodging landing meeting hearing training warning marking bedding wiring fencing";

/// What is said of an animal as of a person.
pub(super) const SEEN_OF_ANIMALS: &[&str] = &[
    "age",
    "body-type",
    "disability",
    "family",
    "gender",
    "gender-identity",
    "hair-eye-colour",
    "orientation",
    "pregnancy",
    "skin-tone",
];

/// An animal is what is seen, and nothing else that could be somebody: no name, no role, no nation.
pub(super) fn is_of_animals(scene: &Scene) -> bool {
    let compound = |term: &Term| {
        let next = scene.tokens.get(term.tokens.end);
        scene.tokens[term.tokens.start].hyphen || next.is_some_and(|next| next.hyphen)
    };
    // "Suffolk ewe"
    let before_animal = |term: &Term| {
        let next = scene.terms.iter().find(|next| next.tokens.start == term.tokens.end);
        next.is_some_and(|next| is_animal(scene, next))
    };
    let somebody = |term: &Term| {
        let head = matches!(term.sense, Sense::Head(..) | Sense::Group { .. } | Sense::Field);
        head && term.fate != Fate::Hold(OF_THING)
            || says_whose(&term.sense)
            || is_name(scene, term) && !before_animal(term)
    };
    // "Buffalo bar"
    let place = |term: &Term| {
        let capital = scene.tokens[term.tokens.start].capital;
        capital && Lexicon::v1().by_capital(scene.word(term)).is_some()
    };
    scene.terms.iter().any(|term| is_animal(scene, term) && !compound(term) && !place(term))
        && !scene.terms.iter().any(somebody)
}

/// "Don Ciccio", "Kaiser Wilhelm": a title before a name that only men or only women have. Tokens have no accents.
pub(super) fn title_gender(scene: &Scene, term: &Term) -> Option<&'static str> {
    let title = scene.word(term);
    let men = is_in(TITLES_OF_MEN, title);
    let name = scene.terms.iter().find(|next| next.tokens.start == term.tokens.end);
    let named = scene.tokens[term.tokens.start].capital
        && term.tokens.len() == 1
        && (men || is_in(TITLES_OF_WOMEN, title))
        && name.is_some_and(|name| is_name(scene, name));
    named.then_some(if men { "male" } else { "female" })
}

const TITLES_OF_MEN: &str = "don dom tio kaiser tsar czar nawab maharaja raja sultan emir effendi bey pasha sahib shri sri herr \
signor senor senhor monsieur meneer padre frate fray frere pere abbe pater shah mullah hajji haji maulana ras duce master abuelo";
const TITLES_OF_WOMEN: &str = "dona tia frau fraulein senora senorita senhora signora signorina madame mademoiselle mevrouw begum rani \
maharani tsarina czarina sultana ranee srimati smt khanum hanim bibi madre suora sœur abuela kaiserin";

/// "DH, DS (4) and DD": how the forums of parents write their kin, where there are two of them.
pub(super) fn kin_of_forums(scene: &Scene, term: &Term) -> Option<&'static str> {
    let kin = |term: &Term| {
        let upper = term.tokens.len() == 1 && scene.tokens[term.tokens.start].upper;
        upper.then(|| match scene.word(term) {
            "dh" | "ds" | "dss" | "dgs" | "fil" | "bil" => Some("male"),
            "dw" | "dd" | "dsd" | "dgd" | "mil" | "sil" => Some("female"),
            _ => None,
        })?
    };
    let several = || scene.terms.iter().filter(|term| kin(term).is_some()).count() > 1;
    kin(term).filter(|_| several())
}

/// "old mna with pichfork": two letters of an unknown word change places.
pub(super) fn transposed(scene: &Scene, term: &Term) -> Option<&'static str> {
    match term.fate == Fate::Hold(UNKNOWN) {
        true => match scene.word(term) {
            "mna" | "amn" | "mne" | "emn" | "byo" | "oby" | "byos" | "obys" | "ugy" => Some("male"),
            "womna" | "woamn" | "wmoan" | "owman" | "womne" | "woemn" | "wmoen" | "gilr"
            | "igrl" | "gilrs" | "layd" | "lday" => Some("female"),
            _ => None,
        },
        false => None,
    }
}

/// "a widow's veil", "Men's socks": whose thing it is, where nobody is.
pub(super) fn owns_a_thing(scene: &Scene, term: &Term) -> bool {
    // "Nana's button box" speaks of one's own.
    let own = is_in("nana nan granny gran grandma grandpa mum dad mama papa", scene.word(term));
    let genitive = scene.tokens[term.tokens.end - 1].clitic == Clitic::Genitive && !own;
    let next = scene.tokens.get(term.tokens.end).map_or("", |next| next.text.as_str());
    genitive && term.fate == Fate::Hold(OF_THING) && !is_in(SEEN_OF_A_BODY, next) && next != "braid"
}

/// Where there are persons without a word for them.
const EVENTS: &str = "wedding weddings parade rally protest march procession funeral congregation choir service couple \
pair triad trio duo";
const SEEN_OF_A_BODY: &str = "hair eyes skin hands belly tummy locks curls tresses ponytail braids pigtails beard moustache \
lashes eyebrows freckles complexion bump";

/// A title or word of kin that is part of the name of a place.
pub(super) fn of_place_name(scene: &Scene, term: &Term) -> bool {
    let capital = scene.tokens[term.tokens.start].capital;
    capital && matches!(scene.word(term), "saint" | "st" | "santa") && is_of_things(scene, term)
}

/// Peoples of a continent or a look, of no country.
fn is_broad(words: &[&str]) -> bool {
    const BROAD: &[&str] = &[
        "asian",
        "african",
        "european",
        "caucasian",
        "latino",
        "latina",
        "latinx",
        "hispanic",
        "oriental",
        "negro",
        "ebony",
        "mixed",
        "biracial",
        "multiracial",
        "ethnic",
        "western",
        "desi",
        "black",
        "white",
    ];
    let south = |pair: &[&str]| matches!(pair, ["south" | "central" | "north", "african"]);
    // "Black British" is of a country.
    let people = |word: &&str| {
        matches!(
            Lexicon::v1().entry(word),
            Some(Entry::Attribute(Axis::Ethnicity, _) | Entry::Place(_))
        ) && !BROAD.contains(word)
    };
    let country = words.windows(2).any(south) || words.len() > 1 && words.iter().any(people);
    !country && words.iter().any(|word| BROAD.contains(word) || *word == "skinned")
}

pub(super) fn stated(sense: &Sense) -> Vec<(Axis, Stated)> {
    match sense {
        Sense::Head(_, values) | Sense::Group { values, .. } => Axis::ALL
            .into_iter()
            .filter_map(|axis| values.of(axis).map(|stated| (axis, stated)))
            .collect(),
        Sense::Attribute { axis, stated, possessive: Some(gender), .. } => {
            vec![(*axis, *stated), (Axis::Gender, *gender)]
        }
        Sense::Attribute { axis, stated, .. } => vec![(*axis, *stated)],
        Sense::Colour(colour) if colour.of_skin => Vec::new(),
        Sense::Colour(Colour { stated, .. }) | Sense::Place(stated) => {
            vec![(Axis::Ethnicity, *stated)]
        }
        Sense::Figure(stated) => vec![(Axis::Age, *stated)],
        Sense::Pronoun(_, Some(stated)) => vec![(Axis::Gender, *stated)],
        _ => Vec::new(),
    }
}
