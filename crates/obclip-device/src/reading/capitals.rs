//! What a capital says: names that are words as well, surnames, titles of pictures.

use obclip_protocol::Vocabulary;

use super::ages::bare_age;
use super::doing::says_doing;
use super::grammar::{Little, OF_PLACES, PICTURES, is_in, little};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "Rose" inside a sentence, or at its start before what a person does.
pub(super) fn is_name(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if is_full_name_of_words(tokens, at) {
        return true;
    }
    if !token.capital || !Lexicon::v1().is_name_word(&token.text) {
        return false;
    }
    let starts_sentence = at == 0 || tokens[at - 1].stop;
    let aged = tokens.get(at + 1).is_some_and(Token::is_break)
        && tokens.get(at + 2).is_some()
        && (bare_age(tokens, at + 2).is_some()
            || matches!(Lexicon::v1().entry(&tokens[at + 2].text), Some(Entry::Pronoun(Some(_)))));
    let acts = tokens.get(at + 1).is_some_and(|next| {
        let verb = Lexicon::v1().kind(&next.text) == Some(WordKind::Verb);
        verb && next.text.ends_with('s')
            || next.capital && little(&next.text).is_none() && !is_in(OF_PLACES, &next.text)
            || matches!(little(&next.text), Some(Little::Be | Little::And | Little::Governor))
            || next.text.ends_with("ing")
    });
    let seen = starts_sentence && is_seen_with_own_things(tokens, at);
    !starts_sentence || acts || aged || seen || token.clitic == Clitic::Genitive
}

/// "Daisy in dungarees", "Faith on a horse", "Basil with a suitcase": what only persons wear, ride and carry.
fn is_seen_with_own_things(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let link = word(at + 1);
    let list = match link {
        "in" => WORN,
        "on" => RIDDEN,
        "with" => CARRIED,
        "at" => "school work home church",
        _ => return false,
    };
    let mut noun = at + 2;
    let describes = |word: &str| {
        matches!(little(word), Some(Little::Article | Little::Determiner))
            || matches!(Lexicon::v1().kind(word), Some(WordKind::Adjective))
            || Lexicon::v1().colour(word).is_some()
            || matches!(word, "his" | "her" | "their" | "my")
    };
    while describes(word(noun)) {
        noun += 1;
    }
    is_in(list, word(noun))
}

const WORN: &str = "dungarees overalls jeans jacket coat raincoat dress gown suit shirt blouse skirt shorts trousers pants hat cap \
bonnet scarf hoodie sweater jumper cardigan uniform apron boots wellies pyjamas pajamas swimsuit bikini armour armor robe \
sari kimono kilt tutu leotard tracksuit tuxedo sunglasses glasses helmet cape cloak gloves pigtails braids tears heels sneakers \
hammock sandals waistcoat vest t-shirt leather denim sequins furs pearls";
const RIDDEN: &str = "horse horseback bike bicycle motorbike motorcycle scooter skateboard moped swing trampoline trapeze tricycle \
unicycle surfboard sofa couch bus hammock yacht stage stilts skis skates rollerblades camel donkey elephant tightrope treadmill";
const CARRIED: &str = "suitcase briefcase backpack rucksack handbag umbrella guitar lute violin ukulele microphone camera phone \
laptop skateboard cigarette pipe beard moustache glasses friend friends brother sister mother father dog puppy";

/// "in Queens", "from Wells": a capital right after the preposition of a place, on a word that several persons or a role have
/// without one; nobody says so of persons.
pub(super) fn is_place_of_persons(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if !token.capital {
        return false;
    }
    let before = at.checked_sub(1).map_or("", |before| tokens[before].text.as_str());
    let listed = matches!(Lexicon::v1().entry(&token.text), Some(Entry::Group(..)));
    let alone = tokens.get(at + 1).is_none_or(|next| !next.capital || next.is_break());
    let placed = matches!(before, "in" | "to" | "through" | "across" | "near" | "from");
    listed && alone && placed && token.clitic == Clitic::None
}

/// "my friend Sky", "Adunni and Tolu", "a dog named Biscuit": an ordinary word with a capital inside a sentence that is
/// otherwise without them, where a name stands.
pub(super) fn stands_as_name(tokens: &[Token], at: usize) -> bool {
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    if !token.capital {
        return false;
    }
    let word = |back: usize| at.checked_sub(back).map(|at| &tokens[at]);
    let plain = matches!(lexicon.entry(&token.text), None | Some(Entry::Plain(_)))
        && little(&token.text).is_none()
        && !is_in(PICTURES, &token.text)
        && !is_in(OF_PLACES, &token.text);
    let ordinary = plain && !matches!(lexicon.kind(&token.text), Some(WordKind::Adjective));
    let unknown = |token: &Token| {
        token.capital
            && !token.is_break()
            && !lexicon.is_maker(&token.text)
            && (lexicon.is_given_name(&token.text) || !Vocabulary::v1().contains(&token.text))
            && lexicon.entry(&token.text).is_none()
            && !lexicon.is_proper_of_thing(&token.text)
    };
    // "Sherlock Holmes in the fog", "Sun Yat-sen"
    let next = tokens.get(at + 1);
    let noun = !matches!(lexicon.kind(&token.text), Some(WordKind::Verb | WordKind::Adjective));
    let title = is_title_case(tokens) || is_all_capitals(tokens);
    let Some(before) = word(1).filter(|before| !before.stop) else {
        return noun
            && plain
            && !title
            && token.clitic == Clitic::None
            && next.is_some_and(unknown);
    };
    let of_person = matches!(
        lexicon.entry(&before.text),
        Some(Entry::Person(_) | Entry::Kin(_) | Entry::Role(_) | Entry::GenderedRole(..))
    ) && !before.capital
        && before.clitic == Clitic::None;
    // "Slim Aarons colours": inside a sentence, and a name follows.
    let leads = next.is_some_and(unknown) && token.clitic == Clitic::None;
    let called = matches!(before.text.as_str(), "named" | "called");
    // "Adunni and Tolu", "Joan of Arc", "Bob the Builder"
    let joined =
        matches!(before.text.as_str(), "and" | "of" | "the") && word(2).is_some_and(unknown);
    // "Chief Sitting Bull"
    let titled = before.capital
        && word(2).is_some_and(|title| {
            title.capital
                && (lexicon.is_title(&title.text)
                    || matches!(
                        lexicon.entry(&title.text),
                        Some(Entry::Role(_) | Entry::GenderedRole(..))
                    ))
        });
    let stands = ordinary && (of_person || called || joined || titled);
    !token.hyphen && !title && (stands || plain && leads)
}

/// "Vincent van Gogh", "Charles de Gaulle", "Nguyen Van An": a little word inside a name tells where it is from.
pub(super) fn is_particle(tokens: &[Token], at: usize) -> bool {
    const PARTICLES: &str = "van von de del der den la le di da do dos das du bin ibn bint al el ten ter y zu af av ap ben a an e";
    let token = &tokens[at];
    if token.text.len() > LONGEST_PARTICLE || !is_in(PARTICLES, &token.text) {
        return false;
    }
    let part = |token: &Token| {
        token.capital
            && !token.is_break()
            && (Lexicon::v1().is_given_name(&token.text) || !Vocabulary::v1().contains(&token.text))
    };
    let after_name = at.checked_sub(1).is_some_and(|before| part(&tokens[before]));
    let before_name = tokens.get(at + 1).is_some_and(part)
        || tokens.get(at + 2).is_some_and(part) && is_in(PARTICLES, &tokens[at + 1].text);
    let last = token.capital && tokens.get(at + 1).is_none_or(|next| !next.capital);
    after_name && (before_name || last)
}

const LONGEST_PARTICLE: usize = 4;

/// "Emma Stone", "Okonkwo Rivers", "Captain Haddock": a capital right after a name or a title is part of the name, whatever else
/// the word means. In a title only a first name tells.
pub(super) fn is_surname(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    let lexicon = Lexicon::v1();
    let joined = before.capital && !before.is_break() && before.clitic == Clitic::None;
    let word = tokens[at].text.as_str();
    let own = matches!(
        lexicon.entry(word),
        Some(Entry::Person(_) | Entry::Kin(_) | Entry::Group(..) | Entry::Neutral)
    );
    let people = tokens[at].hyphen && matches!(lexicon.entry(word), Some(Entry::Attribute(..)));
    if joined && !is_title_case(tokens) && is_full_name_of_words(tokens, at - 1) {
        return true;
    }
    if !joined
        || own
        || people
        || little(word).is_some()
        || is_in(OF_PLACES, word)
        || is_in(PICTURES, word)
    {
        return false;
    }
    let entry = lexicon.entry(&before.text);
    let unknown = entry.is_none()
        && little(&before.text).is_none()
        && !Vocabulary::v1().contains(&before.text);
    let titled = matches!(entry, Some(Entry::Role(_) | Entry::GenderedRole(..) | Entry::Kin(_)));
    // "a Yolngu Elder", "Sydney Lebanese cook": what speaks of persons is a surname only after a sure name.
    let ordinary = matches!(lexicon.entry(word), None | Some(Entry::Plain(_)));
    // In capitals a word is a word: "BOY HOLDING A KITE", "JEAN JACKET".
    let word_in_capitals = is_all_capitals(tokens) && Vocabulary::v1().contains(word);
    let first_name = lexicon.is_given_name(&before.text)
        && !says_of_persons(&before.text)
        && !word_in_capitals
        && (ordinary || !lexicon.is_gazetted(&before.text));
    let named = ordinary && (unknown || titled) || is_name(tokens, at - 1);
    first_name || !is_all_capitals(tokens) && named
}

/// "Tiger Woods", "River Phoenix": two words with capitals of which the second is a common surname or no word at all, and the
/// first a noun; what follows is no part of a place's name.
pub(super) fn is_full_name_of_words(tokens: &[Token], at: usize) -> bool {
    let (first, Some(second)) = (&tokens[at], tokens.get(at + 1)) else { return false };
    if !(first.capital && second.capital) {
        return false;
    }
    let lexicon = Lexicon::v1();
    let noun = matches!(
        lexicon.kind(&first.text),
        Some(WordKind::Animal | WordKind::Thing | WordKind::Noun)
    );
    let plain =
        |word: &str| !is_in(OF_PLACES, word) && !is_in(PICTURES, word) && little(word).is_none();
    let surname = lexicon.is_surname(&second.text);
    let joined = first.clitic == Clitic::None;
    let third = tokens.get(at + 2).map_or(",", |third| third.text.as_str());
    let shouted = first.upper && second.upper;
    let ends = third == ","
        || little(third).is_some()
        || says_doing(third)
        || second.clitic == Clitic::Genitive;
    let place = is_in(OF_PLACES, &second.text) && !says_doing(third);
    joined && !shouted && noun && surname && plain(&first.text) && !place && ends
}

/// "boy": a word of persons that is a first name to some list.
fn says_of_persons(word: &str) -> bool {
    use Entry::{Attribute, Group, Kin, Neutral, Person};
    let entry = Lexicon::v1().entry(word);
    matches!(entry, Some(Person(_) | Kin(_) | Neutral | Group(..) | Attribute(..)))
}

/// In a title most words have capitals, so a capital says nothing.
pub(super) fn is_title_case(tokens: &[Token]) -> bool {
    // Not counting the words of the lexicon, whose capitals would speak of values ("Asian", "old").
    let ordinary = |token: &&Token| Lexicon::v1().entry(&token.text).is_none();
    let words = || tokens.iter().filter(|token| token.text.len() > 3).filter(ordinary);
    // "Jasper and Olive baking" is no title.
    words().count() > 3 && 2 * words().filter(|token| token.capital).count() > words().count()
}

/// "An Old Castle Under Stormy Skies": every word of a title.
fn is_all_capitals(tokens: &[Token]) -> bool {
    let figure = |token: &Token| token.text.starts_with(|c: char| c.is_ascii_digit());
    let words = || tokens.iter().filter(|token| !token.is_break() && !figure(token));
    words().count() > 3 && words().all(|token| token.capital)
}
