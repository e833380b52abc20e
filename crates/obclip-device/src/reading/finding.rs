//! What was found where, for the user's own screen.

use std::borrow::Cow;

use zeroize::Zeroize;

use obclip_protocol::Vocabulary;

use super::Scene;
use super::abroad::is_foreign;
use super::company;
use super::forms::is_in_form;
use super::grammar::{is_in, little};
use super::holding::{CORRELATE, UNKNOWN};
use super::names::{is_name, is_of_things};
use super::persons::OF_THING;
use super::policies::phrase;
use super::pronouns::{is_animal, is_it};
use super::scenery::{describes_scenery, is_part_of_thing, is_said_of_scenery};
use super::tagging::Tagging;
use super::term::{Category, Fate, Sense, Term, WORKERS};
use crate::axis::{Axis, Colour, Stated};
use crate::lexicon::{Entry, Lexicon};
use crate::rules::{OCCUPATION, OwnAxis};
use crate::tokens::Clitic;

/// Whoever holds this wants to print what the prompt says.
#[derive(Debug, Clone, Copy)]
pub struct ThisRevealsThePrompt;

/// One span of the prompt and what became of it. Device only: no `Display`, `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// The words as the user wrote them.
    pub text: String,
    /// Byte offset of their start in the prompt.
    pub start: usize,
    /// Byte offset of their end.
    pub end: usize,
    /// The name of the axis they speak of.
    pub axis: Option<Cow<'static, str>>,
    /// The catalogue value they state, if it has one.
    pub value: Option<Cow<'static, str>>,
    /// Which person they describe, from 0.
    pub person: Option<usize>,
    /// What became of them.
    pub policy: Policy,
    /// Why.
    pub why: Cow<'static, str>,
}

/// What becomes of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Its axis is open: the cloud computes every value.
    Expand,
    /// Its axis is neutral on the wire: nothing or a neutral word travels, the device has the words.
    Neutralise,
    /// It travels as written.
    Keep,
    /// It stays on the device for another reason: unknown, marked, or it shifts the odds of an axis.
    Hold,
}

impl Policy {
    /// One word for lists and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Neutralise => "neutralise",
            Self::Keep => "keep",
            Self::Hold => "hold",
        }
    }
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finding").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Zeroize for Finding {
    fn zeroize(&mut self) {
        self.text.zeroize();
        // It can name a word of the prompt.
        std::mem::take(&mut self.why).into_owned().zeroize();
        (self.start, self.end, self.axis, self.value, self.person) = (0, 0, None, None, None);
    }
}

/// The findings of a scene, in reading order; `prompt` is its text.
pub(crate) fn findings(scene: &Scene, prompt: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let nobody = scene.persons.is_empty() && !scene.has_group();
    let beast = nobody && is_of_animals(scene);
    let abroad = nobody && is_foreign(&scene.tokens);
    let tagging = Tagging::of(scene);
    // "Brunhilde with a spear, flaxen braids"
    let somebody = !nobody || scene.terms.iter().any(|term| is_name(scene, term));
    for (at, term) in scene.terms.iter().enumerate() {
        let outcome = match term.kept && term.fate == Fate::Keep {
            true => Some((Policy::Keep, None, "you keep its axis: it travels as written")),
            false => outcome(&term.fate, &term.sense),
        };
        let Some((policy, person, why)) = outcome else { continue };
        let why = Cow::Borrowed(why);
        let start = scene.tokens[term.tokens.start].start;
        let end = scene.tokens[term.tokens.end - 1].end;
        // What describes no person here states nothing of one.
        let stated = match term.fate {
            // "her wig"
            Fate::Hold(CORRELATE) if beast && matches!(term.sense, Sense::Pronoun(..)) => {
                Vec::new()
            }
            Fate::Hold(CORRELATE) if matches!(term.sense, Sense::Pronoun(..)) => {
                stated(&term.sense)
            }
            Fate::Hold(CORRELATE) | Fate::Drop(_) if !nobody && is_of_children(scene, term) => {
                vec![(Axis::Age, Stated::Value("young"))]
            }
            // "getting on a bit, Mavis abseils"
            Fate::Hold(_) if is_age_of_somebody(scene, term) => stated(&term.sense),
            Fate::Hold(CORRELATE) | Fate::Drop(_)
                if !nobody && scene.word(term) == "ancient" && !before_people(scene, term) =>
            {
                vec![(Axis::Age, Stated::Value("old"))]
            }
            // "a cross-dresser in his fifties"
            Fate::Hold(_) if says_whose(&term.sense) => stated(&term.sense),
            // "sex: m, age: 33", of nobody who is named
            Fate::Hold(_) if is_in_form(&scene.tokens, &term.tokens) => stated(&term.sense),
            Fate::Hold(_) => Vec::new(),
            // "Santa Maria church"
            _ if of_place_name(scene, term) => Vec::new(),
            // "a mare with her foal"
            _ if nobody && matches!(term.sense, Sense::Pronoun(..)) => continue,
            _ => stated(&term.sense),
        };
        let text = prompt[start..end].to_owned();
        let bare = Finding { text, start, end, axis: None, value: None, person, policy, why };
        if term.sense == Sense::Written {
            findings.push(bare);
            continue;
        }
        if let Some(own) = term.own {
            let axis = scene.rules.own_axis(own.axis);
            let name = Some(Cow::Owned(axis.name.clone()));
            let value = axis.value_of(&phrase(&scene.tokens, term));
            let value = value.map(|value| Cow::Owned(value.to_owned()));
            let policy = match (own.axis, person) {
                (OwnAxis::Expanded(_), Some(_)) => Policy::Expand,
                _ => Policy::Neutralise,
            };
            let why = Cow::Borrowed("of an axis of your own");
            findings.push(Finding { axis: name, value, policy, why, ..bare });
            continue;
        }
        let mut topics = topics(scene, term, somebody);
        topics.retain(|topic| *topic != "name" || tagging.is_name(at));
        let mut stated = stated;
        stated.extend(gender_inside(scene, term).map(|gender| (Axis::Gender, gender)));
        if !stated.iter().any(|(axis, _)| *axis == Axis::Gender) && !topics.contains(&"gender") {
            let told = title_gender(scene, term).or_else(|| transposed(scene, term));
            stated.extend(told.map(|gender| (Axis::Gender, Stated::Value(gender))));
            let uncle = told.is_some() && is_in("tio tia abuelo abuela", scene.word(term));
            topics.extend((uncle && !topics.contains(&"family")).then_some("family"));
        }
        let kin = kin_of_forums(scene, term);
        if let Some(gender) = kin {
            topics.retain(|topic| *topic != "name");
            topics.push("family");
            stated.retain(|(axis, _)| *axis != Axis::Gender);
            stated.push((Axis::Gender, Stated::Value(gender)));
        }
        if matches!(scene.word(term), "lesbian" | "lesbians" | "dyke" | "dykes")
            && !topics.is_empty()
        {
            stated.push((Axis::Gender, Stated::Value("female")));
        }
        let given = topics.iter().copied().chain(stated.iter().map(|(axis, _)| axis.name()));
        let given: Vec<_> = given.collect();
        let mut judged = tagging.axes(at, &given);
        // Whoever says the nation says the ethnicity, if only that there is one.
        let nation = given.contains(&"nationality")
            || judged.iter().any(|judged| judged.axis == "nationality");
        let people =
            given.contains(&"ethnicity") || judged.iter().any(|judged| judged.axis == "ethnicity");
        judged.extend((nation && !people).then(|| tagging.people(at)).flatten());
        // "a pregnant cat", "A widow's veil under glass"
        let figure = matches!(term.sense, Sense::Figure(_));
        let of_beast = beast && !figure;
        judged.retain(|judged| !(of_beast && SEEN_OF_ANIMALS.contains(&judged.axis)));
        topics.retain(|topic| !(of_beast && SEEN_OF_ANIMALS.contains(topic)));
        // "a vixen and her brothers"
        judged
            .retain(|judged| !(of_beast && bare.policy == Policy::Hold && judged.axis == "family"));
        judged.retain(|judged| !(kin.is_some() && judged.axis == "name"));
        let of_thing = owns_a_thing(scene, term) || is_said_of_scenery(scene, at);
        if nobody && (of_thing || bare.why == UNKNOWN && abroad) {
            judged.clear();
        }
        if stated.is_empty() && topics.is_empty() && judged.is_empty() {
            findings.push(bare);
            continue;
        }
        let travels = matches!(term.sense, Sense::Head(Category::Role { .. }, _))
            && !scene.rules.holds_roles()
            && !matches!(term.fate, Fate::Hold(_));
        findings.extend(judged.into_iter().map(|judged| Finding {
            axis: Some(Cow::Borrowed(judged.axis)),
            value: judged.value.map(Cow::Borrowed),
            // Whatever it is held for, that stays the reason; an unknown word has none of its own.
            why: match bare.policy != Policy::Hold || bare.why == UNKNOWN {
                true => tagging.why(at, &judged),
                false => bare.why.clone(),
            },
            policy: match bare.policy {
                Policy::Hold => Policy::Hold,
                _ if travels => Policy::Keep,
                _ => Policy::Neutralise,
            },
            ..bare.clone()
        }));
        findings.extend(topics.into_iter().map(|topic| {
            // "tenor" tells the gender, and travels as a role.
            let told = matches!(topic, "age" | "gender")
                && matches!(term.sense, Sense::Head(Category::Role { gendered: false, .. }, _));
            let role = topic == OCCUPATION || told;
            let kept = term.kept || role && !scene.rules.holds_roles();
            let policy = if kept { Policy::Keep } else { Policy::Neutralise };
            let axis = scene.rules.catalogue().axis(topic);
            let value = axis.and_then(|axis| axis.value_of(&phrase(&scene.tokens, term)));
            let value = value.map(|value| Cow::Owned(value.to_owned()));
            let value = value.or_else(|| tagging.value(at, topic).map(Cow::Borrowed));
            Finding { axis: Some(Cow::Borrowed(topic)), value, policy, ..bare.clone() }
        }));
        findings.extend(stated.into_iter().map(|(axis, stated)| {
            let value = match stated {
                Stated::Value(value) => Some(Cow::Borrowed(value)),
                Stated::Unlisted => None,
            };
            Finding { axis: Some(Cow::Borrowed(axis.name())), value, ..bare.clone() }
        }));
    }
    findings
}

/// The axes beside the expanded ones that a term speaks of. In a scene without persons a word is just a word.
fn topics(scene: &Scene, term: &Term, somebody: bool) -> Vec<&'static str> {
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
    let word = |(idx, token): (usize, &crate::tokens::Token)| match token.clitic {
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
fn gender_inside(scene: &Scene, term: &Term) -> Option<Stated> {
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
fn says_whose(sense: &Sense) -> bool {
    matches!(sense, Sense::Attribute { figure: true, possessive: Some(_), .. })
}

/// An age in several words that no thing follows, where a person or a name is.
fn is_age_of_somebody(scene: &Scene, term: &Term) -> bool {
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
fn before_people(scene: &Scene, term: &Term) -> bool {
    let at = scene.terms.iter().position(|other| other.tokens == term.tokens).unwrap_or(0);
    scene.terms.get(at + 1).is_some_and(|next| {
        matches!(next.sense, Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_))
    })
}

/// "a wee lassie", "the li'l gal": said of children, and held with its person.
fn is_of_children(scene: &Scene, term: &Term) -> bool {
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
const SEEN_OF_ANIMALS: &[&str] = &[
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
fn is_of_animals(scene: &Scene) -> bool {
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
fn title_gender(scene: &Scene, term: &Term) -> Option<&'static str> {
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
fn kin_of_forums(scene: &Scene, term: &Term) -> Option<&'static str> {
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
fn transposed(scene: &Scene, term: &Term) -> Option<&'static str> {
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
fn owns_a_thing(scene: &Scene, term: &Term) -> bool {
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
fn of_place_name(scene: &Scene, term: &Term) -> bool {
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

fn outcome(fate: &Fate, sense: &Sense) -> Option<(Policy, Option<usize>, &'static str)> {
    let opens = !stated(sense).is_empty();
    match fate {
        Fate::Keep if matches!(sense, Sense::Group { .. }) => {
            Some((Policy::Neutralise, None, "several persons: no attribute is opened"))
        }
        Fate::Keep | Fate::Write(_)
            if !opens && matches!(sense, Sense::Head(Category::Role { .. }, _)) =>
        {
            Some((Policy::Keep, None, "a role travels"))
        }
        Fate::Keep if matches!(sense, Sense::Colour(_) | Sense::Figure(_) | Sense::Place(_)) => {
            None
        }
        Fate::Keep | Fate::Write(_) if !opens => None,
        Fate::Keep | Fate::Write(_) => Some((Policy::Neutralise, None, "a neutral word travels")),
        Fate::Hold(why) => Some((Policy::Hold, None, why)),
        Fate::Drop(None) => Some((Policy::Neutralise, None, "describes a group")),
        Fate::Drop(person) if opens => Some((Policy::Expand, *person, "describes a person")),
        Fate::Drop(person) => Some((Policy::Hold, *person, "belongs to a description")),
        Fate::Person(person) => Some((Policy::Expand, Some(*person), "names a person")),
        Fate::Pronoun(person, _) => Some((Policy::Expand, Some(*person), "a pronoun")),
    }
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
