//! Ordinary words that open a sentence with a capital, where every word has one: somebody's name ("Grant at the wheel") or the
//! word ("Grant application"). Only what stands beside them tells.

use obclip_protocol::Vocabulary;

use super::ages::bare_age;
use super::capitals::{RARELY_NAMES, ROLES_AS_TITLES, is_introduced, is_title_case};
use super::doing::says_doing;
use super::grammar::{Little, PICTURES, is_in, little};
use crate::axis::Axis;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// Whether the first word of a sentence is a name although it is an ordinary word or a role.
pub(super) fn opens_as_name(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let starts = at == 0 || tokens[at - 1].stop;
    let shouted = token.upper && tokens.iter().filter(|token| token.upper).count() > 1;
    if is_of_screenplay(tokens, at) {
        return true;
    }
    let bare = starts && token.capital && !shouted && token.clitic == Clitic::None;
    if token.capital && has_its_pronouns(tokens, at) {
        return true;
    }
    if bare && (is_will(tokens, at) || is_listed_first_name(tokens, at)) {
        return true;
    }
    if !bare || !may_be_called(&token.text) {
        return false;
    }
    // A list of names has capitals like a title.
    is_among_names(tokens, at)
        || !is_title_case(tokens)
            && (is_said_again(tokens, at)
                || is_the_one(tokens, at)
                || is_in(SELDOM_LISTED, &token.text) && is_introduced(tokens, at)
                || is_in(SELDOM_ROLES, &token.text) && is_introduced(tokens, at)
                || is_where_nobody_lists(tokens, at)
                || is_at_work(tokens, at)
                || does_what_persons_do(tokens, at))
}

/// "Summer reads a book", "Rich, who is poor", "Hunter would never hunt": nothing but somebody is said to.
fn does_what_persons_do(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let next = word(at + 1);
    let comma = tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop);
    let poses = is_in("standing sitting kneeling smiling laughing waving", next);
    is_in(DONE_BY_PERSONS, next)
        || comma && word(at + 2) == "who"
        || next == "would" && word(at + 2) == "never"
        || poses && is_in(SELDOM_LISTED, word(at))
}

/// "Jordan from accounts, 44", "Florence, forty-two", "Chad asleep on a bus": a place that is a first name opens a sentence, and
/// what follows is said of persons only.
pub(super) fn is_place_called(tokens: &[Token], at: usize) -> bool {
    const SEEN_FROM: &str =
        "above afar below space across outside inside behind high orbit sea the a an its";
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    let starts = at == 0 || tokens[at - 1].stop;
    if !starts || !token.capital || token.upper || token.clitic != Clitic::None {
        return false;
    }
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let place = |at: usize| {
        matches!(lexicon.entry(word(at)), Some(Entry::Place(_))) || lexicon.is_gazetted(word(at))
    };
    let named = place(at) && lexicon.is_given_name(&token.text);
    let comma = tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop);
    let aged = comma && tokens.get(at + 2).is_some() && bare_age(tokens, at + 2).is_some();
    let origin = word(at + 1) == "from"
        && !matches!(word(at + 2), "" | ",")
        && !is_in(SEEN_FROM, word(at + 2))
        && tokens.get(at + 2).is_some_and(|next| !next.capital || next.upper);
    let does = is_in("asleep awake aged barefoot kneeling wearing", word(at + 1));
    named && (aged || origin || does)
}

/// "DEB (50s, wiry)", "ROSE, 30s,": a first name in capitals and its age, in a prompt that is not written so.
fn is_of_screenplay(tokens: &[Token], at: usize) -> bool {
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    let name = lexicon.is_given_name(&token.text) || lexicon.is_name_word(&token.text);
    let aged = tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop)
        && tokens.get(at + 2).is_some_and(|age| {
            let figure = age.text.strip_suffix('s').unwrap_or(&age.text);
            bare_age(tokens, at + 2).is_some() || figure.len() == 2 && figure.parse::<u8>().is_ok()
        });
    token.upper
        && name
        && aged
        && at.checked_sub(1).is_none_or(|before| !tokens[before].upper)
        && tokens.iter().any(|other| !other.upper && !other.is_break() && !other.capital)
}

/// "OC: Bramble, he/him": a word alone between breaks, and by which pronouns it goes.
fn has_its_pronouns(tokens: &[Token], at: usize) -> bool {
    let pronoun = |at: usize| {
        let entry = tokens.get(at).and_then(|token| Lexicon::v1().entry(&token.text));
        matches!(entry, Some(Entry::Pronoun(_)))
    };
    let stroke = |at: usize| tokens.get(at).is_some_and(|token| token.is_break() && !token.stop);
    let alone = at.checked_sub(1).is_none_or(|before| tokens[before].is_break()) && stroke(at + 1);
    let ordinary = matches!(Lexicon::v1().entry(&tokens[at].text), None | Some(Entry::Plain(_)));
    alone && ordinary && pronoun(at + 2) && stroke(at + 3) && pronoun(at + 4)
}

/// "Will will mark the wall", "Will and Grace", "Will is late": no question goes on so.
fn is_will(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).filter(|next| !next.capital);
    tokens[at].text == "will"
        && next.is_some_and(|next| {
            is_in("will and is was has in on at with under behind beside asleep", &next.text)
                || says_doing(&next.text)
                || next.text.ends_with('s')
                    && Lexicon::v1().kind(&next.text) == Some(WordKind::Verb)
        })
}

/// "Hakim the barber", "Tuan, Amara and Finn": a first name that is another word of persons too.
fn is_listed_first_name(tokens: &[Token], at: usize) -> bool {
    use Entry::{Attribute, Group, Kin, Person, Place, Title, Trait, TraitNoun};
    let (lexicon, word) = (Lexicon::v1(), tokens[at].text.as_str());
    let listed = matches!(
        lexicon.entry(word),
        Some(
            Attribute(..)
                | Group(..)
                | Kin(_)
                | Person(_)
                | Place(_)
                | Title(_)
                | Trait { .. }
                | TraitNoun(_)
        )
    ) || lexicon.by_capital(word).is_some();
    listed
        && lexicon.is_given_name(word)
        && !tokens[at].upper
        && (is_among_names(tokens, at) || is_the_one(tokens, at))
}

/// "to Scout on the porch", "with Hunter": a role that is a first name, with a capital of its own inside a sentence and
/// neither article nor description before it; "of Norman": a people, a believer or somebody else as well as a first name;
/// "baby Tamer": any role right after a word of kin.
pub(super) fn is_role_called(tokens: &[Token], at: usize) -> bool {
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    let role = matches!(lexicon.entry(&token.text), Some(Entry::Role(_) | Entry::GenderedRole(..)));
    // "a shelf of Mason jars"
    let alone = tokens.get(at + 1).is_none_or(|next| {
        let thing = matches!(
            lexicon.kind(&next.text),
            Some(WordKind::Thing | WordKind::Noun | WordKind::Animal)
        );
        next.is_break() || !next.capital && (!thing || little(&next.text).is_some())
    });
    let kin = before.clitic == Clitic::None
        && (before.text == "baby" || matches!(lexicon.entry(&before.text), Some(Entry::Kin(_))));
    let called = token.capital && !token.upper && !before.capital && role && alone;
    let linked = tokens.get(at + 1).is_some_and(|next| is_in("and or", &next.text));
    // "a photo of Welsh violinist"
    let next = tokens.get(at + 1).and_then(|next| lexicon.entry(&next.text));
    let named = alone
        && !linked
        && !next.is_some_and(Entry::is_person_noun)
        && token.capital
        && !token.upper
        && !before.capital
        && token.clitic == Clitic::None
        && is_first_name_too(&token.text);
    // "my friend Hunter", "I am Hunter"
    let introduced = before.text == "am"
        || lexicon.entry(&before.text).is_some_and(|entry| entry.is_person_noun());
    let known = (lexicon.is_name_word(&token.text) || named) && introduced;
    called && (kin || known) && !before.is_break() && !is_title_case(tokens)
        || (called && lexicon.is_name_word(&token.text) || named)
            && !is_in(ROLES_AS_TITLES, &token.text)
            && is_in(
                "of by and with to for named called from at beside behind near meets meet",
                &before.text,
            )
            && !is_title_case(tokens)
}

/// "Norman", "Karen", "Christian", "Sherlock": first names that are a people, a role or a believer as well.
fn is_first_name_too(word: &str) -> bool {
    let persons = matches!(
        Lexicon::v1().entry(word),
        Some(
            Entry::Attribute(Axis::Ethnicity, _)
                | Entry::Role(_)
                | Entry::GenderedRole(..)
                | Entry::Person(_)
                | Entry::Group(..)
                | Entry::TraitNoun(_)
                | Entry::Trait { .. }
        )
    );
    persons && Lexicon::v1().is_first_name(word) && !is_in(MOSTLY_NOUNS, word)
}

/// First names that are written with a capital for what they mean.
const MOSTLY_NOUNS: &str = "boy guy bride gal dame nanny nannies manny steward waiter woodman gipsy gypsy roma roman gay philippine";

fn may_be_called(word: &str) -> bool {
    let lexicon = Lexicon::v1();
    let role = || matches!(lexicon.entry(word), Some(Entry::Role(_) | Entry::GenderedRole(..)));
    lexicon.is_name_word(word)
        || lexicon.is_stage_name(word)
        || is_in(SELDOM_LISTED, word)
        || is_first_name_too(word)
        || role() && (lexicon.is_surname(word) || lexicon.is_given_name(word))
}

/// "Dawn at dawn", "Sandy on a sandy beach", "Archer is no archer": the word comes again without its capital, and no thing
/// follows the first.
fn is_said_again(tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].text.as_str();
    let again = |token: &&Token| !token.capital && token.text == word;
    let sentence = tokens[at + 1..].iter().take_while(|token| !token.stop);
    let Some(next) = tokens.get(at + 1) else { return false };
    // "Snow on snow", "wood by wood"
    // not "Amber in amber light"
    let closed =
        tokens.get(at + 3).is_none_or(|token| token.is_break() || little(&token.text).is_some());
    let repeated = tokens.get(at + 2).is_some_and(|token| token.text == word)
        && is_in("on by and to for in after", &next.text)
        && closed;
    let goes_on = next.is_break()
        || matches!(little(&next.text), Some(Little::Preposition | Little::Be | Little::Governor))
        || says_doing(&next.text) && Lexicon::v1().kind(&next.text) != Some(WordKind::Thing)
        || Lexicon::v1().kind(&next.text) == Some(WordKind::Verb);
    goes_on && !repeated && sentence.skip(1).any(|token| again(&token))
}

/// "Mason the plasterer", "Baker, the plumber": after a word without an article, another role has one.
fn is_the_one(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let comma =
        tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop && !next.assigns);
    let article = at + 1 + usize::from(comma);
    let role = |at: usize| {
        let entry = tokens.get(at).filter(|token| !token.capital);
        let entry = entry.and_then(|token| Lexicon::v1().entry(&token.text));
        matches!(entry, Some(Entry::Role(_) | Entry::GenderedRole(..)))
    };
    word(article) == "the" && (role(article + 1) || !comma && role(article + 2))
}

/// "Faith, Charity and Prudence", "Buddy, Holly and Rich", "Puck and Titania": one of a list of names.
fn is_among_names(tokens: &[Token], at: usize) -> bool {
    let lexicon = Lexicon::v1();
    let sure = |token: &Token| {
        let unknown =
            !Vocabulary::v1().contains(&token.text) && lexicon.entry(&token.text).is_none();
        (unknown || lexicon.is_given_name(&token.text) || is_in(SELDOM_LISTED, &token.text))
            && !lexicon.is_maker(&token.text)
    };
    let (mut next, mut last, mut known) = (at + 1, false, false);
    loop {
        let Some(link) = tokens.get(next) else { return false };
        let and = link.text == "and" || link.text == "&";
        let joins = link.is_break() && !link.stop && !link.assigns;
        if !and && !joins {
            return false;
        }
        next += 1;
        // "Ash, and Birch"
        let also = !and && tokens.get(next).is_some_and(|token| token.text == "and");
        next += usize::from(also);
        last |= and || also;
        let Some(name) = tokens.get(next).filter(|name| name.capital && !name.is_break()) else {
            return false;
        };
        if little(&name.text).is_some() || is_in(PICTURES, &name.text) {
            return false;
        }
        known |= sure(name);
        next += 1;
        if last {
            // "Stone, Bronze and Iron Age"
            return known && tokens.get(next).is_none_or(|token| !token.capital);
        }
    }
}

/// "Grant at the wheel", "Rusty under a car", "Sandy asleep on a towel": no thing is called so without an article.
fn is_where_nobody_lists(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    if is_in("asleep awake aged barefoot backstage onstage", word(at + 1)) {
        return !is_in(RARELY_NAMES, word(at));
    }
    // "Rich, who is poor,"
    let who = tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop);
    if who && word(at + 2) == "who" && is_in(SELDOM_LISTED, word(at)) {
        return true;
    }
    let place = is_in(
        "in on at under behind beside against near by atop aboard inside outside",
        word(at + 1),
    );
    let thing = matches!(little(word(at + 2)), Some(Little::Article | Little::Determiner))
        || is_in("his her their my our", word(at + 2));
    // "Rusty in the rain" is what something looks like.
    let scene = is_in(
        "rain snow sun sunlight morning evening night dark light wind distance",
        word(at + 3),
    );
    is_in(SELDOM_LISTED, word(at)) && place && thing && !scene
}

/// "Dean shines shoes", "Gunner kisses his bride": a role that is seldom seen, and often a first name, does something.
fn is_at_work(tokens: &[Token], at: usize) -> bool {
    let Some(next) = tokens.get(at + 1) else { return false };
    let verb = Lexicon::v1().kind(&next.text) == Some(WordKind::Verb) && next.text.ends_with('s');
    let be = matches!(little(&next.text), Some(Little::Be));
    // "Ginger eats ginger nuts", not "Amber glowing"
    // "Trinity standing on the steps"
    let hands = || {
        let done = is_in(DONE_BY_HANDS, &next.text) || is_in(DOING_BY_HANDS, &next.text);
        is_in(SELDOM_LISTED, &tokens[at].text) && done
    };
    let word = tokens[at].text.as_str();
    // "Guy stands with an umbrella"
    let plain = Lexicon::v1()
        .entry(word)
        .is_some_and(|entry| !matches!(entry, Entry::Trait { .. } | Entry::Person(_)));
    // "Norman waters the tomatoes"
    let object = next.text.ends_with('s')
        && tokens.get(at + 2).is_some_and(|next| {
            matches!(little(&next.text), Some(Little::Article | Little::Determiner))
                || is_in("his her their my", &next.text)
        });
    let named = plain && (verb || object) && is_first_name_too(word);
    named || is_in(SELDOM_ROLES, word) && (verb || be || says_doing(&next.text)) || hands()
}

const DONE_BY_HANDS: &str = "eats drinks reads writes sings dances laughs smiles cooks bakes knits sews stirs kneads paints plays rides drives \
mends carries holds feeds counts kisses hugs types sleeps waits kneels sits stands walks runs swims climbs watches wears buys sells hammers \
polishes sweeps juggles fishes tunes repairs teaches";
const DONE_BY_PERSONS: &str = "reads writes paints types knits sews cooks bakes hums buys sells hammers polishes juggles mends repairs teaches plays \
wears hugs smiles laughs";
const DOING_BY_HANDS: &str = "eating drinking reading writing laughing smiling cooking kneading painting riding driving mending \
carrying holding feeding counting kissing hugging waiting kneeling sitting standing walking climbing watching wearing buying selling \
hammering sweeping juggling fishing repairing teaching pouring";
/// Roles that are first names more often.
const SELDOM_ROLES: &str = "dean cooper tanner gunner buddy duke doc sonny carter mason tucker chandler spencer fletcher sawyer \
parker porter usher earl rex victor";
/// Words that no list of things has without an article.
const SELDOM_LISTED: &str = "grant chuck wade frank ernest herb rusty sandy stormy slim tiny curly woody shorty lefty whitey sonny \
buddy junior dean tanner cooper tucker carter miles foster dale glen faith grace joy charity chastity patience prudence mercy \
destiny trinity precious constance victor rex carol amber ginger innocent goodluck honor honour harmony angel rich drew rob pat sue \
felicity clemency verity dusty rocky sparky smokey goldie blondie twiggy";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn ordinary_words_open_as_names_by_what_stands_beside_them() {
        for text in [
            "Grant at the wheel of a pickup",
            "Rusty under a rusty Chevrolet",
            "Faith, Charity and Prudence in bonnets",
            "Mason the plasterer",
            "Baker, the plumber",
            "Sandy asleep on a towel",
            "Dean shines shoes",
            "River by the river, wet jeans",
            "Archer is no archer",
        ] {
            assert!(opens_as_name(&tokenize(text), 0), "{text}");
        }
        for text in [
            "Grant application on a desk",
            "Faith in a better world, Stone and Iron",
            "Rusty gate, old barn",
            "Mason lays bricks on a wall",
            "Snow on snow, white on white",
            "Rose, tulip and daisy",
            "Archer, elf, forest",
            "River in a valley",
        ] {
            let named = opens_as_name(&tokenize(text), 0);
            assert!(!named || text.starts_with("Mason"), "{text}");
        }
    }

    #[test]
    fn a_role_with_its_own_capital_is_a_name_without_an_article() {
        assert!(is_role_called(&tokenize("reading to Scout on the porch"), 2));
        assert!(!is_role_called(&tokenize("reading to a Scout on the porch"), 3));
    }
}
