//! What the words at a place are: the longest phrase of the lists, an age, a compound or a single word.

use obclip_protocol::Vocabulary;

use super::adherents::{
    acts_for, degrees_before, draws_before_person, is_party_alone, takes_degrees,
};
use super::ages::{
    AgePhrase, age_phrase, bare_age, loose_age, of_years, said_age, two_word_number,
};
use super::capitals::{
    after_short_title, beside_initial, full_name, is_family, is_initial, is_name,
    is_named_like_role, is_particle, is_place_of_persons, is_surname, stands_as_name,
};
use super::compounds::{Compound, compound, is_double_origin};
use super::deeds::is_what_one_does;
use super::doing::says_doing;
use super::expecting::expecting;
use super::features::{Feature, feature};
use super::forms::{counted, field, shorthand};
use super::grammar::{PICTURES, is_in, little};
use super::holders::holder;
use super::lives::life;
use super::looks::look;
use super::means::means;
use super::measures::measure;
use super::openings::{is_place_called, is_role_called, opens_as_name};
use super::origins::{is_people_before_person, origin_by_capital, people, stem_of_people};
use super::sometimes::{all_of_a_kind, determined};
use super::states::state;
use super::term::{Category, Form, Sense, WORKERS};
use super::trades::{star, trade, works_with_thing};
use crate::axis::{Axis, Stated, Values};
use crate::lexicon::{Entry, Lexicon, WordKind, gender_of_ending};
use crate::rules::OCCUPATION;
use crate::tokens::{Clitic, Token};

pub(super) fn read_at(
    tokens: &[Token],
    at: usize,
    title_case: bool,
) -> (usize, Sense, Option<&'static str>) {
    // "a staunch conservative", "legally separated", "once devout"
    let n_degrees = degrees_before(tokens, at);
    for n_before in (1..=n_degrees).rev() {
        let first = at + n_before;
        let (n_tokens, sense, axis) = read_plain(tokens, first, title_case);
        if takes_degrees(tokens, first, &sense) {
            let listed = || phrase(tokens, first, n_tokens).and_then(|text| label(&text));
            return (n_before + n_tokens, sense, axis.or_else(listed));
        }
    }
    read_plain(tokens, at, title_case)
}

/// What the words at a place are, without degrees before them: so that a row of degrees is read once.
fn read_plain(
    tokens: &[Token],
    at: usize,
    title_case: bool,
) -> (usize, Sense, Option<&'static str>) {
    if let Some((n_tokens, sense, axis)) = holder(tokens, at) {
        return (n_tokens, sense, Some(axis));
    }
    if let Some((n_tokens, sense)) = acts_for(tokens, at) {
        return (n_tokens, sense, Some("political"));
    }
    if !title_case && is_party_alone(tokens, at) {
        // "one a Tory, the other a Green"
        let one = at.checked_sub(1).is_some_and(|before| is_in("a an", &tokens[before].text));
        return (1, Sense::Trait { near: !one, nominal: one }, Some("political"));
    }
    if draws_before_person(tokens, at) {
        return (1, Sense::Trait { near: false, nominal: false }, Some("orientation"));
    }
    if let Some(found) = frame(tokens, at) {
        return found;
    }
    if let Some((n_tokens, found)) = look(tokens, at)
        .or_else(|| expecting(tokens, at))
        .or_else(|| life(tokens, at))
        .or_else(|| means(tokens, at))
    {
        let (sense, axis) = match found {
            Compound::Near(axis) => (Sense::Trait { near: true, nominal: false }, axis),
            Compound::Trait(axis) => (Sense::Trait { near: false, nominal: true }, axis),
            Compound::Said(axis) => (Sense::Trait { near: false, nominal: false }, axis),
            Compound::Thing(axis) => (Sense::CorrelateThing, axis),
            Compound::People => (Sense::Other, "nationality"),
        };
        return (n_tokens, sense, Some(axis));
    }
    let (n_tokens, sense) = match listed_at(tokens, at) {
        Some(found) => found,
        None => match compound(tokens, at) {
            Some((n_tokens, Compound::Trait(axis))) => {
                let sense = Sense::Trait { near: false, nominal: true };
                return (n_tokens, sense, Some(axis));
            }
            Some((n_tokens, Compound::Said(axis))) => {
                return (n_tokens, Sense::Trait { near: false, nominal: false }, Some(axis));
            }
            Some((n_tokens, Compound::Thing(axis))) => {
                return (n_tokens, Sense::CorrelateThing, Some(axis));
            }
            Some((n_tokens, Compound::Near(axis))) => {
                return (n_tokens, Sense::Trait { near: true, nominal: false }, Some(axis));
            }
            // "Anna Müller", "Mrs. Müller"
            Some((1, Compound::People)) if is_called(tokens, at) => (1, Sense::Other),
            Some((n_tokens, Compound::People)) => {
                return (n_tokens, people(value_of_people(&tokens[at..at + n_tokens])), None);
            }
            None => star(tokens, at)
                .or_else(|| hyphenated_word(tokens, at))
                .or_else(|| number_of_two_words(tokens, at))
                .unwrap_or_else(|| (1, read_word(tokens, at, title_case))),
        },
    };
    let works = n_tokens == 1 && works_with_thing(tokens, at);
    (n_tokens, sense, works.then_some("occupation"))
}

/// The axis of a listed phrase, for its label.
fn label(text: &str) -> Option<&'static str> {
    Lexicon::v1().topics(text).iter().copied().find(|topic| *topic != OCCUPATION)
}

/// A phrase about a body with the little words around it, whatever it says.
fn frame(tokens: &[Token], at: usize) -> Option<(usize, Sense, Option<&'static str>)> {
    if tokens[at].is_break() {
        return None;
    }
    let phrase = Sense::Trait { near: false, nominal: false };
    if let Some(n_tokens) = measure(tokens, at) {
        return Some((n_tokens, phrase, Some("body-type")));
    }
    if let Some((n_tokens, axis)) = state(tokens, at) {
        return Some((n_tokens, phrase, Some(axis)));
    }
    let (n_tokens, found) = feature(tokens, at)?;
    Some(match found {
        Feature::Phrase(axis) => (n_tokens, phrase, Some(axis)),
        Feature::Part(axis) => (n_tokens, Sense::CorrelateThing, Some(axis)),
        Feature::Link => (n_tokens, Sense::Little(little(&tokens[at].text)?), None),
    })
}

/// What "Somali" means in "Somali-born", and "Aucklander" by its town.
fn value_of_people(tokens: &[Token]) -> Stated {
    if let [token] = tokens {
        return match lexicon_sense(&token.text) {
            Some(Sense::Attribute { axis: Axis::Ethnicity, stated, .. }) => stated,
            _ => stem_of_people(&token.text).unwrap_or(Stated::Unlisted),
        };
    }
    // Of two origins the one outside Europe is meant, else the first of them.
    if is_double_origin(tokens, 0) {
        return match tokens[0].text.as_str() {
            "afro" | "sudano" => Stated::Value("african"),
            "sino" | "nippo" => Stated::Value("asian"),
            "indo" | "perso" | "arabo" | "syro" | "libano" => Stated::Value("indian"),
            "latino" | "brasilo" => Stated::Value("latino"),
            _ => value_of_people(&tokens[1..]),
        };
    }
    let listed = (1..tokens.len()).rev().find_map(|n_tokens| phrase(tokens, 0, n_tokens));
    // "Suffolk-born", "Bath-born"
    if let Some(Entry::Place(stated) | Entry::Attribute(_, stated)) =
        Lexicon::v1().by_capital(&tokens[0].text)
    {
        return *stated;
    }
    match listed.and_then(|text| lexicon_sense(&text)) {
        Some(Sense::Place(stated) | Sense::Attribute { axis: Axis::Ethnicity, stated, .. }) => {
            stated
        }
        _ => Stated::Unlisted,
    }
}

/// A break, an age, a form field or the longest phrase of the lexicon with two words or more.
fn listed_at(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    if tokens[at].is_break() {
        return Some((1, Sense::Comma));
    }
    if let Some(n_tokens) = full_name(tokens, at) {
        return Some((n_tokens, Sense::Other));
    }
    if let Some(found) = read_age(tokens, at).or_else(|| shorthand(tokens, at)) {
        return Some(found);
    }
    if let Some(found) = field(tokens, at) {
        return Some(found);
    }
    (2..=MAX_PHRASE_TOKENS).rev().find_map(|n_tokens| {
        // "a man made of stone" is somebody, only "man-made" is not; "has been" is nobody, only "has-been" is.
        let somebody = |text: &String| {
            matches!(
                text.as_str(),
                "man made" | "baby sitting" | "has been" | "also ran" | "by blow"
            ) && !tokens[at + 1].hyphen
                || text == "black and white" && shows_persons(tokens, at + n_tokens)
        };
        let listed = phrase(tokens, at, n_tokens).filter(|text| !somebody(text));
        let sense = listed.and_then(|text| lexicon_sense(&text))?;
        // "the South African baker" is not from the South.
        if tokens[at].text == "the" && is_longer_after_the(tokens, at, n_tokens) {
            return None;
        }
        (!is_of_peoples_maker(tokens, at, n_tokens, &sense)).then_some((n_tokens, sense))
    })
}

/// Whether the words after "the" are the beginning of a longer people's name.
fn is_longer_after_the(tokens: &[Token], at: usize, n_tokens: usize) -> bool {
    let longer = phrase(tokens, at + 1, n_tokens).and_then(|text| lexicon_sense(&text));
    matches!(longer, Some(Sense::Attribute { axis: Axis::Ethnicity, .. }))
}

/// "Persian carpet repairer" as "Belgian carpet repairer", "Turkish coffee seller": a thing called after a people, before
/// somebody who makes or sells it. An animal's name stays whole ("German shepherd trainer").
fn is_of_peoples_maker(tokens: &[Token], at: usize, n_tokens: usize, sense: &Sense) -> bool {
    let thing = matches!(sense, Sense::Word(kind) if *kind != Some(WordKind::Animal))
        || *sense == Sense::CorrelateThing;
    let entry = |at: usize| tokens.get(at).and_then(|token| Lexicon::v1().entry(&token.text));
    thing
        && matches!(entry(at), Some(Entry::Attribute(Axis::Ethnicity, _)))
        && entry(at + n_tokens)
            .is_some_and(|next| matches!(next, Entry::Role(_) | Entry::GenderedRole(..)))
}

/// "black and white soldiers", not "a black and white photo of soldiers" nor "black and white, soldiers".
fn shows_persons(tokens: &[Token], at: usize) -> bool {
    let entry = tokens.get(at).and_then(|token| Lexicon::v1().entry(&token.text));
    // "a black and white family photo"
    let picture = tokens.get(at + 1).is_some_and(|next| is_in(PICTURES, &next.text));
    !picture
        && entry.is_some_and(|entry| entry.is_person_noun() || matches!(entry, Entry::Group(..)))
}

/// "t-shirt": one word of the vocabulary.
fn hyphenated_word(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let lengths = (2..=MAX_PHRASE_TOKENS).rev();
    let n_tokens = lengths.into_iter().find(|&n_tokens| is_hyphenated(tokens, at, n_tokens))?;
    Some((n_tokens, Sense::Word(None)))
}

/// "forty-eight" alone beside a person.
fn number_of_two_words(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let joined = tokens.get(at + 1).is_some_and(|token| !token.is_break());
    let years = two_word_number(tokens, at).filter(|_| joined)?;
    Some((2, Sense::Figure(of_years(years))))
}

fn read_age(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let age = age_phrase(tokens, at)
        .or_else(|| said_age(tokens, at))
        .or_else(|| age_after_person(tokens, at))?;
    // "over-60s discount sticker"
    let reduced = tokens.get(at + age.n_tokens).is_some_and(|next| {
        is_in("discount discounts pass passes ticket tickets railcard sticker rate rates tariff concession menu", &next.text)
    });
    if age.plural && !reduced {
        let values = Values::default().with(Axis::Age, age.stated);
        return Some((age.n_tokens, Sense::Group { wire: "people".to_owned(), values }));
    }
    let possessive = age.possessive.and_then(|idx| match lexicon_sense(&tokens[idx].text) {
        Some(Sense::Pronoun(_, gender)) => gender,
        _ => None,
    });
    let (stated, nominal) = (age.stated, age.nominal);
    if age.noun {
        let values = Values::default().with(Axis::Age, stated);
        return Some((age.n_tokens, Sense::Head(Category::Person, values)));
    }
    let sense = Sense::Attribute { axis: Axis::Age, stated, nominal, figure: true, possessive };
    Some((age.n_tokens, sense))
}

/// "a boy of seven", "a man over 60": only right after a person noun, and not before a noun.
fn age_after_person(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    let before = tokens.get(at.checked_sub(1)?).filter(|token| !token.is_break());
    let before = before.or_else(|| tokens.get(at.checked_sub(2)?))?;
    let noun = lexicon_sense(&before.text);
    let named = before.capital
        && tokens[at].text == "at"
        && (Lexicon::v1().is_given_name(&before.text) || !Vocabulary::v1().contains(&before.text))
        && noun.is_none();
    // "lads of fourteen", "Mother Superior of seventy-six"
    let several = matches!(noun, Some(Sense::Group { .. }));
    let longer = || {
        let two = at.checked_sub(2).and_then(|first| phrase(tokens, first, 2));
        matches!(
            two.and_then(|text| lexicon_sense(&text)),
            Some(Sense::Head(..) | Sense::Group { .. })
        )
    };
    // "a Scot of seventy", "an old Greek pushing fifty"
    let article =
        |back: usize| at.checked_sub(back).is_some_and(|at| is_in("a an", &tokens[at].text));
    let people = matches!(noun, Some(Sense::Attribute { axis: Axis::Ethnicity, .. }))
        && (article(2) || article(3));
    let somebody = named || several || people || matches!(noun, Some(Sense::Head(..))) || longer();
    let kin = matches!(noun, Some(Sense::Head(Category::Kin, _)));
    if let Some(age) = bare_age_of_kin(tokens, at).filter(|_| kin) {
        return Some(age);
    }
    let age = somebody.then(|| loose_age(tokens, at)).flatten()?;
    let after = at + age.n_tokens;
    let next = tokens.get(after).map_or("", |token| token.text.as_str());
    // "a boxer past sixty tapes his hands"
    let object = tokens.get(after + 1).is_some_and(|token| {
        is_in("his her their a an the", &token.text) && next.ends_with('s') && next.len() > 3
    });
    let is_noun = |kind| matches!(kind, WordKind::Animal | WordKind::Thing | WordKind::Noun);
    let counts = little(next).is_none()
        && !says_doing(next)
        && Lexicon::v1().kind(next).is_some_and(is_noun)
        || matches!(lexicon_sense(next), Some(Sense::Group { .. } | Sense::CorrelateThing));
    // "a crowd of 60", "teams of five"
    let each = ["s", "men", "ren"].iter().any(|end| before.text.ends_with(end));
    // "kids of six"
    let young = matches!(noun, Some(Sense::Group { values, .. }) if values.of(Axis::Age).is_some());
    let crowd =
        several && !young && tokens[at].text == "of" && (!each || is_small_count(tokens, at + 1));
    // "a lad of seventeen blinks", not "a father of three sons"
    let one = matches!(noun, Some(Sense::Head(ref category, _)) if *category != Category::Kin);
    let of_one =
        tokens[at].text == "of" && (one || people || !several && !is_small_count(tokens, at + 1));
    let range = age.n_tokens > 2 && tokens[at].text == "of";
    (object || of_one || !counts && (!crowd || range)).then_some(age)
}

/// "daughter 7 with a plaster cast": a figure right after a word of kin, before what goes on about the same person.
fn bare_age_of_kin(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    let years: u32 = tokens[at].text.parse().ok().filter(|years| (1..=110).contains(years))?;
    let next = tokens.get(at + 1).map_or("with", |next| next.text.as_str());
    let stated = of_years(years);
    let phrase = AgePhrase {
        n_tokens: 1,
        stated,
        nominal: false,
        possessive: None,
        plural: false,
        noun: false,
    };
    is_in("with in on at holding wearing who", next).then_some(phrase)
}

/// Up to twelve, where several persons may be counted ("teams of five").
fn is_small_count(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        is_in(
            "two three four five six seven eight nine ten eleven twelve 2 3 4 5 6 7 8 9 10 11 12",
            &token.text,
        )
    })
}

/// "Fatou", which no list has.
fn is_nobody_known(text: &str) -> bool {
    !Vocabulary::v1().contains(text) && Lexicon::v1().entry(text).is_none()
}

fn read_word(tokens: &[Token], at: usize, title_case: bool) -> Sense {
    let token = &tokens[at];
    let lexicon = Lexicon::v1();
    if token.capital
        && (after_title(tokens, at)
            || !title_case && after_rank(tokens, at)
            || is_surname(tokens, at)
            || stands_as_name(tokens, at))
        || is_particle(tokens, at)
        || !title_case && is_family(tokens, at)
        || is_initial(tokens, at)
        || beside_initial(tokens, at)
        || after_short_title(tokens, at)
        || is_named_like_role(tokens, at)
        || opens_as_name(tokens, at)
        || is_role_called(tokens, at)
        || is_place_called(tokens, at)
    {
        return Sense::Other;
    }
    // "little Sophie"
    if is_in("little wee lil li'l", &token.text)
        && tokens.get(at + 1).is_some_and(|next| {
            next.capital
                && (lexicon.is_first_name(&next.text)
                    || !title_case && !token.capital && is_nobody_known(&next.text))
        })
    {
        let (axis, stated) = (Axis::Age, Stated::Value("young"));
        return Sense::Attribute { axis, stated, nominal: false, figure: false, possessive: None };
    }
    if !title_case && is_place_of_persons(tokens, at) {
        return Sense::Place(Stated::Unlisted);
    }
    if token.clitic == Clitic::Genitive && is_anybody(&token.text) {
        return Sense::OtherPronoun;
    }
    if token.text == "ms" && token.capital && tokens.get(at + 1).is_some_and(|next| next.capital) {
        return Sense::Head(Category::Person, Values::parse("female"));
    }
    if let Some(sense) = origin_by_capital(tokens, at, title_case) {
        return sense;
    }
    if is_word_when_small(tokens, at) {
        return Sense::Word(lexicon.kind(&token.text));
    }
    if is_what_one_does(tokens, at) {
        return Sense::Word(Some(WordKind::Verb));
    }
    // A GI is a soldier, a gi is what a karateka wears.
    if token.text == "gi" && token.upper {
        let category = Category::Role { wire: "soldier".to_owned(), gendered: false };
        return Sense::Head(category, Values::default());
    }
    let found = determined(tokens, at)
        .or_else(|| all_of_a_kind(tokens, at))
        .or_else(|| lexicon_sense(&token.text));
    if let Some(sense) = found.or_else(|| counted(&token.text)) {
        return sense;
    }
    // "ein kleiner Hund"
    let german = at > 0 && is_in("ein kein der dieser mein", &tokens[at - 1].text);
    if let Some(several) = trade(&token.text).filter(|_| !token.capital && !german) {
        if several {
            return Sense::Group { wire: WORKERS.to_owned(), values: Values::default() };
        }
        let category = Category::Role { wire: "worker".to_owned(), gendered: false };
        return Sense::Head(category, Values::default());
    }
    if let Some(gendered) = gendered_compound(token) {
        return gendered;
    }
    if !title_case && is_people_before_person(tokens, at) {
        return people(stem_of_people(&token.text).unwrap_or(Stated::Unlisted));
    }
    if !title_case && is_name(tokens, at) {
        return Sense::Other;
    }
    if let Some(little) = little(&token.text) {
        return Sense::Little(little);
    }
    if let Some(colour) = lexicon.colour(&token.text) {
        return Sense::Colour(colour);
    }
    if lexicon.is_small(&token.text) {
        return Sense::Small;
    }
    if let Some(stated) = bare_age(tokens, at) {
        return Sense::Figure(stated);
    }
    Sense::Word(lexicon.kind(&token.text))
}

/// "Mrs. Müller", "Señora Cook"
fn after_title(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).map(|before| &tokens[before]).is_some_and(|before| {
        Lexicon::v1().is_title(&before.text) || before.capital && is_in(TITLES_ABROAD, &before.text)
    })
}

/// "Professor Cook gives a lecture": a word with a capital after a rank that has one is a name, a role or an age though it be.
fn after_rank(tokens: &[Token], at: usize) -> bool {
    let ranked = at.checked_sub(1).is_some_and(|before| {
        tokens[before].capital && !tokens[before].upper && is_in(RANKS, &tokens[before].text)
    });
    let word = lexicon_sense(&tokens[at].text);
    let other = matches!(
        word,
        Some(Sense::Head(Category::Role { .. }, _) | Sense::Attribute { axis: Axis::Age, .. })
    );
    ranked && other && !tokens[at].upper && !tokens.get(at + 1).is_some_and(|next| next.capital)
}

/// Whether a word that looks like a people's is somebody's name by what stands before it.
fn is_called(tokens: &[Token], at: usize) -> bool {
    let rank = || at.checked_sub(1).is_some_and(|before| is_in(RANKS, &tokens[before].text));
    tokens[at].capital && (after_title(tokens, at) || rank() || is_surname(tokens, at))
}

/// Before a name with a capital of their own.
const RANKS: &str = "professor prof doctor dr judge captain detective inspector sergeant officer nurse coach chef president senator governor \
colonel lieutenant corporal admiral commander constable chancellor mayor pastor reverend rev";

/// "the titanic on her maiden voyage", "RMS Titanic": the ship, where no noun follows.
fn is_ship(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
    let ends = tokens.get(at + 1).is_none_or(|next| {
        next.is_break() || little(&next.text).is_some() || next.text.ends_with("ing")
    });
    ends && (tokens[at].capital || is_in("the rms ss", before))
}

/// "wasps on a plum", "brush and polish": peoples that are ordinary words without a capital, where no person follows.
fn is_word_when_small(tokens: &[Token], at: usize) -> bool {
    const WORDS: &str = "wasp wasps ewe ewes lapis ute utes riff riffs brule";
    const OFTEN: &str =
        "polish creek crow crows fox sac mandarin turkey china jersey danish danishes";
    let token = &tokens[at];
    // The lists know a grandmother by this name.
    if is_in("meme memes", &token.text) {
        return !token.capital;
    }
    // "it ate his hat", not "my ate"; "a cat that has chosen her lap"
    let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
    match token.text.as_str() {
        "ate" if !token.capital && !tokens.get(at + 1).is_some_and(|next| next.capital) => {
            return !is_in("my her his our your their the an", before);
        }
        "chosen" if !token.capital => return before != "the",
        "titanic" => return is_ship(tokens, at),
        _ => {}
    }
    let (word, often) = (is_in(WORDS, &token.text), is_in(OFTEN, &token.text));
    if token.capital || !(word || often) {
        return false;
    }
    let people = matches!(
        lexicon_sense(&token.text),
        Some(Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Group { .. })
    );
    let person = |token: &Token| {
        use Entry::{Attribute, GenderedRole, Group, Kin, Neutral, Person, Role, TraitNoun};
        matches!(
            Lexicon::v1().entry(&token.text),
            Some(
                Attribute(..)
                    | GenderedRole(..)
                    | Group(..)
                    | Kin(_)
                    | Neutral
                    | Person(_)
                    | Role(_)
                    | TraitNoun(_)
            )
        )
    };
    let mut others = tokens.iter().enumerate().filter(|(other, _)| *other != at);
    people && (word || !others.any(|(_, token)| person(token)))
}

/// "leatherman", "bin girl": an unknown noun that ends with a man or woman.
fn gendered_compound(token: &Token) -> Option<Sense> {
    let word = token.text.as_str();
    let known = token.capital || word.len() < 6 || Vocabulary::v1().contains(word);
    let values = Some(gender_of_ending(word)).filter(|_| !known)?;
    values.of(Axis::Gender)?;
    if word.ends_with("men") || word.ends_with('s') {
        return Some(Sense::Group { wire: "people".to_owned(), values });
    }
    Some(Sense::Head(Category::Role { wire: "person".to_owned(), gendered: true }, values))
}

/// "someone's grandmother": a determiner like "my".
fn is_anybody(word: &str) -> bool {
    matches!(word, "someone" | "somebody" | "anyone" | "anybody" | "everyone" | "everybody")
}

pub(super) fn lexicon_sense(text: &str) -> Option<Sense> {
    let lexicon = Lexicon::v1();
    Some(match lexicon.entry(text)?.clone() {
        Entry::Person(values) | Entry::Title(values) => Sense::Head(Category::Person, values),
        Entry::Kin(values) => group_sense(text).unwrap_or(Sense::Head(Category::Kin, values)),
        Entry::Neutral => Sense::Head(Category::Neutral, Values::default()),
        Entry::Role(wire) => {
            let wire = wire.unwrap_or(text).to_owned();
            let category = Category::Role { wire, gendered: false };
            Sense::Head(category, Values::default())
        }
        Entry::GenderedRole(values, wire) => {
            Sense::Head(Category::Role { wire: wire.to_owned(), gendered: true }, values)
        }
        Entry::Group(wire, values) => {
            Sense::Group { wire: wire.unwrap_or_else(|| text.to_owned()), values }
        }
        Entry::TraitNoun(values) => {
            group_sense(text).unwrap_or(Sense::Head(Category::Trait, values))
        }
        Entry::Attribute(axis, stated) => {
            // "a boyish grin" is nobody; "an elderly" is somebody.
            let like = ["ish", "like", "ful", "looking", "faced"];
            let nominal = axis != Axis::Age || !like.iter().any(|ending| text.ends_with(ending));
            // "in her dotage"
            let possessive = text.split(' ').find_map(|word| match lexicon.entry(word) {
                Some(Entry::Pronoun(gender)) => *gender,
                _ => None,
            });
            Sense::Attribute { axis, stated, nominal, figure: false, possessive }
        }
        Entry::Place(stated) => Sense::Place(stated),
        Entry::Skin => Sense::Skin,
        Entry::Pronoun(gender) => Sense::Pronoun(form(text), gender),
        Entry::OtherPronoun => Sense::OtherPronoun,
        Entry::CorrelateThing => Sense::CorrelateThing,
        Entry::CorrelateWord => Sense::CorrelateWord,
        Entry::Other => Sense::Other,
        // "an adoptive family", "a cash-strapped family"
        Entry::Trait { near, nominal } => {
            group_sense(text).unwrap_or(Sense::Trait { near, nominal })
        }
        Entry::Plain(kind) => Sense::Word(Some(kind)),
    })
}

/// "married couple", "homeless people": several persons, like "gay couple" and "poor people" that no list has; not "runt of
/// the family".
fn group_sense(text: &str) -> Option<Sense> {
    let (before, last) = text.rsplit_once(' ')?;
    let inside = before.split(' ').any(|word| little(word).is_some());
    match Lexicon::v1().entry(last) {
        Some(Entry::Group(wire, values)) if !inside => {
            let wire = wire.clone().unwrap_or_else(|| last.to_owned());
            Some(Sense::Group { wire, values: *values })
        }
        _ => None,
    }
}

fn form(pronoun: &str) -> Form {
    match pronoun {
        "she" | "he" | "they" | "xe" | "ze" => Form::Subject,
        _ if pronoun.ends_with("self") || pronoun.ends_with("selves") => Form::Reflexive,
        _ => Form::Oblique,
    }
}

/// The words from `at`, joined by spaces; none across a break or a genitive inside.
pub(super) fn phrase(tokens: &[Token], at: usize, n_tokens: usize) -> Option<String> {
    let words = tokens.get(at..at + n_tokens)?;
    let whole = words.iter().all(|token| !token.is_break());
    let text = |(idx, token): (usize, &Token)| match token.clitic {
        Clitic::Genitive if idx + 1 < n_tokens => format!("{}'s", token.text),
        _ => token.text.clone(),
    };
    whole.then(|| words.iter().enumerate().map(text).collect::<Vec<_>>().join(" "))
}

/// Whether the tokens are one hyphenated word of the vocabulary ("t-shirt").
pub(super) fn is_hyphenated(tokens: &[Token], at: usize, n_tokens: usize) -> bool {
    let Some(words) = tokens.get(at..at + n_tokens).filter(|_| n_tokens > 1) else { return false };
    let joined = words[1..].iter().all(|token| token.hyphen);
    let text = || words.iter().map(|token| token.text.as_str()).collect::<Vec<_>>().join("-");
    joined && Vocabulary::v1().contains(&text())
}

/// Persons, roles and believers whose name follows when they have a capital.
pub(super) const TITLES_ABROAD: &str = "senor senora senorita senhor senhora monsieur madame mademoiselle signor signora signore signorina \
herr frau fraulein mijnheer mevrouw don dona shri sri smt shrimati kumari haji hajji ustad ustadhah pandit sahib begum babu";
/// The longest phrase of the lexicon has six words.
const MAX_PHRASE_TOKENS: usize = 6;
