//! What a capital says: names that are words as well, surnames, titles of pictures.

use obclip_protocol::Vocabulary;

use super::ages::bare_age;
use super::doing::says_doing;
use super::grammar::{CALLED_SHE, Little, OF_PLACES, PICTURES, is_in, little};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// "Rose" inside a sentence, or at its start before what a person does.
pub(super) fn is_name(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    if is_full_name_of_words(tokens, at) {
        return true;
    }
    if !token.capital {
        return false;
    }
    let inside = at > 0 && !tokens[at - 1].stop;
    let shown = inside && Lexicon::v1().is_artist(&token.text) && !is_title_case(tokens);
    if shown || is_stage_name(tokens, at) {
        return true;
    }
    if !Lexicon::v1().is_name_word(&token.text) {
        return false;
    }
    let starts_sentence = at == 0 || tokens[at - 1].stop;
    let aged = tokens.get(at + 1).is_some_and(Token::is_break)
        && tokens.get(at + 2).is_some()
        && (bare_age(tokens, at + 2).is_some()
            || matches!(Lexicon::v1().entry(&tokens[at + 2].text), Some(Entry::Pronoun(Some(_)))));
    // "Wolf howling at the moon"
    let beast = is_in(RARELY_NAMES, &token.text);
    let acts = tokens.get(at + 1).is_some_and(|next| {
        let verb = Lexicon::v1().kind(&next.text) == Some(WordKind::Verb);
        verb && next.text.ends_with('s') && !is_in(SCENES, &token.text)
            || next.capital
                && (little(&next.text).is_none() || Lexicon::v1().is_name_word(&next.text))
                && !is_in(OF_PLACES, &next.text)
            || matches!(little(&next.text), Some(Little::Be | Little::And | Little::Governor))
            || next.text.ends_with("ing") && !beast && !is_in(DONE_BY_THINGS, &next.text)
            || does_to_something(tokens, at)
    });
    let seen = starts_sentence && is_seen_with_own_things(tokens, at);
    let introduced = || starts_sentence && (is_introduced(tokens, at) || has_pronoun(tokens, at));
    !starts_sentence || acts || aged || seen || token.clitic == Clitic::Genitive || introduced()
}

/// "Rose waters the roses", "Lily paints her boat": a noun in the plural before an article is a verb; not "Ivy covers the wall".
fn does_to_something(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let verb = word(at + 1);
    let object = matches!(little(word(at + 2)), Some(Little::Article | Little::Determiner))
        || is_in("his her their my the", word(at + 2));
    let animal = Lexicon::v1().kind(&tokens[at].text) == Some(WordKind::Animal);
    verb.len() > 3
        && verb.ends_with('s')
        && !verb.ends_with("ss")
        && little(verb).is_none()
        && object
        && !animal
        && (!is_in(SCENES, &tokens[at].text)
            || is_in("hammers stirs kneads sews bakes knits mends kisses hugs types", verb))
        && !is_in(RARELY_NAMES, &tokens[at].text)
        && !is_in(COVERS, verb)
}

/// What plants, weather and light do to what is seen.
const COVERS: &str = "covers climbs frames fills lines drapes carpets overgrows swallows smothers hides borders surrounds shades clads encircles engulfs blankets brightens lights touches strikes crowns edges bathes washes colours colors paves splits cuts leaves";
/// Words in -ing of what flows, grows and shines.
pub(super) const DONE_BY_THINGS: &str = "dripping pouring melting oozing flowing growing blooming flowering blossoming rising falling drifting spilling \
climbing creeping burning glowing breaking fading ripening swirling trickling sprouting wilting budding gleaming glinting";

/// "Sting with a lute", "Slash in a top hat", "Common rapping": the one name of somebody that is an ordinary word, at the start
/// of a sentence and where only somebody can be meant, or between names.
fn is_stage_name(tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let lexicon = Lexicon::v1();
    if !token.capital || token.clitic != Clitic::None || !lexicon.is_stage_name(&token.text) {
        return false;
    }
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let animal = lexicon.kind(&token.text) == Some(WordKind::Animal);
    let plays = word(at + 1) == "playing"
        && [at + 2, at + 3]
            .iter()
            .any(|&at| is_in(CARRIED, word(at)) || is_in("bass drums piano keyboards", word(at)));
    let performs = plays || is_in(SINGS, word(at + 1)) || !animal && is_in(PERFORMS, word(at + 1));
    let named = |token: &Token| {
        token.capital
            && (lexicon.is_stage_name(&token.text)
                || lexicon.is_name_word(&token.text)
                || lexicon.is_given_name(&token.text))
    };
    let beside = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(named);
    let joined = word(at + 1) == "and" && beside(Some(at + 2))
        || at > 1 && word(at - 1) == "and" && beside(at.checked_sub(2));
    let starts_sentence = at == 0 || tokens[at - 1].stop;
    starts_sentence
        && (performs
            || is_seen_with_own_things(tokens, at)
            || is_introduced(tokens, at)
            || has_pronoun(tokens, at))
        || joined && !is_title_case(tokens)
}

/// "Robin, a postwoman", "Misty, barmaid at the Pheasant": what somebody is, after a comma; "Sparky the electrician".
pub(super) fn is_introduced(tokens: &[Token], at: usize) -> bool {
    let lexicon = Lexicon::v1();
    let word = tokens[at].text.as_str();
    let is_role = |at: usize| {
        let entry = tokens
            .get(at)
            .filter(|token| !token.capital)
            .and_then(|token| lexicon.entry(&token.text));
        matches!(entry, Some(Entry::Role(_) | Entry::GenderedRole(..)))
    };
    if tokens.get(at + 1).is_some_and(|next| next.text == "the") && is_role(at + 2) {
        return true;
    }
    let comma =
        tokens.get(at + 1).is_some_and(|next| next.is_break() && !next.stop && !next.assigns);
    if !comma || is_in(SCENES, word) {
        return false;
    }
    let rest = tokens[at + 2..].iter().take(LONGEST_INTRODUCTION);
    let noun = rest.take_while(|token| !token.is_break()).find(|token| {
        let entry = lexicon.entry(&token.text);
        let described = matches!(
            entry,
            Some(
                Entry::Attribute(..) | Entry::Trait { .. } | Entry::CorrelateWord | Entry::Place(_)
            )
        ) || matches!(little(&token.text), Some(Little::Article))
            || token.text == "the"
            || token.text.starts_with(|c: char| c.is_ascii_digit())
            || lexicon.kind(&token.text) == Some(WordKind::Adjective) && entry.is_none()
            || lexicon.is_small(&token.text);
        !described
    });
    let phrase_at = |token: &Token| {
        let start = tokens.iter().position(|other| other.start == token.start);
        start.and_then(|start| super::words::phrase(tokens, start, 2))
    };
    noun.filter(|token| !token.capital).is_some_and(|token| {
        let role =
            |entry: Option<&Entry>| matches!(entry, Some(Entry::Role(_) | Entry::GenderedRole(..)));
        let adjective = lexicon.kind(word) == Some(WordKind::Adjective);
        let person = matches!(lexicon.entry(&token.text), Some(Entry::Kin(_) | Entry::Person(_)));
        role(lexicon.entry(&token.text))
            || phrase_at(token).is_some_and(|text| {
                let entry = lexicon.entry(&text);
                role(entry) || matches!(entry, Some(Entry::Person(_)))
            })
            || person && !adjective && lexicon.is_name_word(word) && !lexicon.is_stage_name(word)
    })
}

/// "Rose with a rose between her teeth": a pronoun follows of which nothing else can be meant.
fn has_pronoun(tokens: &[Token], at: usize) -> bool {
    let lexicon = Lexicon::v1();
    let of_nobody = |word: &str| {
        lexicon.kind(word) == Some(WordKind::Animal)
            || lexicon.is_breed(word)
            || is_in(CALLED_SHE, word)
    };
    let adjective = lexicon.kind(&tokens[at].text) == Some(WordKind::Adjective);
    if adjective || of_nobody(&tokens[at].text) || is_in(SCENES, &tokens[at].text) {
        return false;
    }
    let mut rest = tokens[at + 1..].iter();
    let somebody =
        |token: &Token| lexicon.entry(&token.text).is_some_and(Entry::speaks_of_somebody);
    let first = rest.find(|token| token.stop || of_nobody(&token.text) || somebody(token));
    first.is_some_and(|token| matches!(lexicon.entry(&token.text), Some(Entry::Pronoun(Some(_)))))
}

/// How many words may stand before what somebody is.
const LONGEST_INTRODUCTION: usize = 6;
const SINGS: &str = "slapping singing rapping crooning strumming drumming busking preaching";
const PERFORMS: &str = "performing delivering slapping signing arguing laughing grinning smiling posing dancing reading writing \
cooking knitting whispering sipping drinking roaring shaving winking weeping crying praying blowing waving driving";
/// Animals that are far more often animals than names.
pub(super) const RARELY_NAMES: &str = "bear wolf tiger fox lion lynx hawk falcon eagle raven crow swan dove deer doe fawn colt otter lamb \
bunny bee cricket cub seal fish salmon trout flea beetle hare rabbit panther leopard cheetah jaguar cougar badger beaver owl sparrow swallow \
starling swift magpie heron crane goose duck drake pony stallion mare bull ox stag buck";
/// What opens a description of a scene: "Dawn, a fisherman".
const SCENES: &str = "dawn summer autumn winter spring sky forest river ocean meadow rain snow storm sunshine rainbow night sunset \
april may june august coast harbour galaxy nova comet echo orbit ember blaze";

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
    // "in black,"
    let in_colour = link == "in" && noun == at + 3 && Lexicon::v1().colour(word(at + 2)).is_some();
    // "a top hat"
    let two_words = noun > at + 2 && is_in(list, word(noun + 1));
    is_in(list, word(noun))
        || two_words
        || in_colour
            && tokens.get(noun).is_none_or(Token::is_break)
            && Lexicon::v1().is_stage_name(word(at))
}

pub(super) const WORN: &str = "dungarees overalls jeans jacket coat raincoat dress gown suit shirt blouse skirt shorts trousers pants hat cap \
bonnet scarf hoodie sweater jumper cardigan uniform apron boots wellies pyjamas pajamas swimsuit bikini armour armor robe \
sari kimono kilt tutu leotard tracksuit tuxedo sunglasses glasses helmet cape cloak gloves pigtails braids tears heels sneakers \
hammock sandals waistcoat vest t-shirt leather denim sequins furs pearls";
const RIDDEN: &str = "horse horseback bike bicycle motorbike motorcycle scooter skateboard moped swing trampoline trapeze tricycle \
unicycle surfboard sofa couch bus hammock yacht stage stilts skis skates rollerblades camel donkey elephant tightrope treadmill";
const CARRIED: &str = "suitcase briefcase backpack rucksack handbag umbrella guitar lute violin ukulele microphone camera phone lute banjo \
mandolin harp cello trumpet saxophone trombone flute accordion fiddle tambourine mic megaphone bouquet walkman boombox \
laptop skateboard cigarette pipe eyes freckles mouth lips hair fringe ponytail plaits beard moustache glasses friend friends brother sister mother father dog puppy";

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
    let called = is_in("named called nicknamed christened dubbed alias aka", &before.text)
        || is_in("him her me them us", &before.text)
            && word(2).is_some_and(|verb| {
                is_in(
                    "call calls called calling nickname nicknamed name named dub dubbed",
                    &verb.text,
                )
            });
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
    // "William the Silent"
    let by_name = before.text == "the"
        && plain
        && word(2).is_some_and(|name| name.capital && lexicon.is_given_name(&name.text))
        && next.is_none_or(|next| !next.capital || next.is_break());
    let stands = ordinary && (of_person || called || joined || titled) || by_name;
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
    // "Van der Berg opens a door", "De Niro": the particle opens the name with a capital of its own.
    let particle = |token: &Token| is_in(PARTICLES, &token.text);
    let starts = at == 0 || tokens[at - 1].stop;
    let follows = |at: usize| tokens.get(at).is_some_and(|next| next.capital && !next.is_break());
    let links = tokens.get(at + 1).is_some_and(|next| !next.capital && particle(next));
    if starts && token.capital && !is_title_case(tokens) && token.text.len() > 1 {
        return is_in("van von de di du della", &token.text)
            && (links && follows(at + 2) || tokens.get(at + 1).is_some_and(part));
    }
    // "Nguyen Van An", "Van der Berg"
    let chain = at.checked_sub(1).is_some_and(|before| {
        let other = &tokens[before];
        other.capital && particle(other) && other.text.len() > 1
    });
    let after_name = chain || at.checked_sub(1).is_some_and(|before| part(&tokens[before]));
    let before_name = tokens.get(at + 1).is_some_and(part)
        || chain && follows(at + 1)
        || tokens.get(at + 2).is_some_and(part) && is_in(PARTICLES, &tokens[at + 1].text);
    let last = token.capital && tokens.get(at + 1).is_none_or(|next| !next.capital);
    // "shepherd van Dijk"
    let after_person = !token.capital
        && is_in("van von bin ibn della di af av", &token.text)
        && at.checked_sub(1).is_some_and(|before| {
            Lexicon::v1().entry(&tokens[before].text).is_some_and(Entry::is_person_noun)
        });
    after_name && (before_name || last) || after_person && tokens.get(at + 1).is_some_and(part)
}

/// "the Millers", "the Khans": a family by its name, whose singular is a role or a title.
pub(super) fn is_family(tokens: &[Token], at: usize) -> bool {
    const FAMILIES: &str = "khans smiths millers bakers taylors potters coopers fishers cooks masons carters turners parkers butlers porters \
gardners fowlers weavers fletchers sawyers tanners glovers wrights chandlers marshalls singhs youngs blacks whites browns greys grays longs \
shorts littles armstrongs goodmans blackmans wisemans";
    let token = &tokens[at];
    let the = at.checked_sub(1).is_some_and(|the| tokens[the].text == "the");
    let alone = tokens.get(at + 1).is_none_or(|next| next.is_break() || !next.capital);
    token.capital && !token.upper && the && alone && is_in(FAMILIES, &token.text)
}

const LONGEST_PARTICLE: usize = 4;

/// "Emma Stone", "Okonkwo Rivers", "Captain Haddock": a capital right after a name or a title is part of the name, whatever else
/// the word means. In a title only a first name tells.
pub(super) fn is_surname(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return false };
    let lexicon = Lexicon::v1();
    // "Van der Berg"
    let particle = at > 1 && !before.capital && is_particle(tokens, at - 1);
    let joined =
        (before.capital || particle) && !before.is_break() && before.clitic == Clitic::None;
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
    // "Dr. Nkechi Eze", "Amara Eze": a word of persons that English does not have
    let titled_name = unknown && before_title(tokens, at);
    let abroad = !ordinary && (titled_name || unknown && !Vocabulary::v1().contains(word));
    let first_name = lexicon.is_given_name(&before.text)
        && !says_of_persons(&before.text)
        && !word_in_capitals
        && (ordinary || !lexicon.is_gazetted(&before.text));
    let named = ordinary && (unknown || titled) || is_name(tokens, at - 1);
    first_name || particle || !is_all_capitals(tokens) && (named || abroad)
}

/// "Dr." of "Dr. Nkechi Eze"
fn before_title(tokens: &[Token], at: usize) -> bool {
    let title = at.checked_sub(2).map_or("", |title| tokens[title].text.as_str());
    Lexicon::v1().is_title(title) || is_in("dr prof professor mr mrs ms miss mx", title)
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

/// "Ice Cube chewing", "Sitting Bull signing": how many words are the name of one person, each with its capital, and the next
/// without.
pub(super) fn full_name(tokens: &[Token], at: usize) -> Option<usize> {
    let lexicon = Lexicon::v1();
    // "Lady", "Mr" and "Captain" are read for what they say.
    let starts = lexicon.starts_full_name(&tokens[at].text);
    let known = |&n_tokens: &usize| {
        super::words::phrase(tokens, at, n_tokens).is_some_and(|text| lexicon.is_known_name(&text))
    };
    if let Some(n_tokens) = (2..=4).rev().filter(|_| starts).find(known) {
        return Some(n_tokens);
    }
    let entry = lexicon.entry(&tokens[at].text);
    let titled = matches!(entry, Some(Entry::Title(_) | Entry::Kin(_) | Entry::GenderedRole(..)))
        || is_in(ROLES_AS_TITLES, &tokens[at].text);
    if titled || !tokens[at].capital || !starts {
        return None;
    }
    (2..=4).rev().find(|&n_tokens| {
        let Some(words) = tokens.get(at..at + n_tokens) else { return false };
        let capitals = words.iter().all(|word| word.capital || little(&word.text).is_some());
        let last = words[n_tokens - 1].capital && !is_shouted(tokens);
        let next = tokens.get(at + n_tokens);
        // "Peter Pan collar"
        let made = next.is_some_and(|next| {
            let noun = matches!(
                lexicon.kind(&next.text),
                Some(WordKind::Thing | WordKind::Noun | WordKind::Animal)
            );
            noun && little(&next.text).is_none()
                && !says_doing(&next.text)
                && !is_in(PICTURES, &next.text)
        });
        let ends = !made && next.is_none_or(|next| !next.capital || next.is_break());
        capitals
            && last
            && ends
            && super::words::phrase(tokens, at, n_tokens)
                .is_some_and(|text| lexicon.is_full_name(&text))
    })
}

/// The "B" of "B. B. King": one letter with a dot, before a capital or another.
pub(super) fn is_initial(tokens: &[Token], at: usize) -> bool {
    let (token, Some(dot), Some(next)) = (&tokens[at], tokens.get(at + 1), tokens.get(at + 2))
    else {
        return false;
    };
    let letter = token.text.len() == 1 && token.text.bytes().all(|c| c.is_ascii_lowercase());
    let dotted = dot.stop && dot.start == token.end && dot.end == dot.start + 1;
    let follows = next.capital == token.capital && !next.is_break() && little(&next.text).is_none();
    let close = next.start <= dot.end + 1;
    let starts = at.checked_sub(1).is_none_or(|before| {
        let before = &tokens[before];
        before.is_break() || before.capital || little(&before.text).is_some()
    });
    // "e. e. cummings", not "at 5 p. m. today"
    let several =
        token.capital || next.text.len() == 1 && at + 4 < tokens.len() && tokens[at + 3].stop;
    letter && dotted && follows && close && starts && several
}

/// "King" of "B. B. King", "Booker" of "Booker T. Washington".
pub(super) fn beside_initial(tokens: &[Token], at: usize) -> bool {
    let after = at > 1
        && tokens[at - 1].is_break()
        && (is_initial(tokens, at - 2) || at > 3 && is_initial(tokens, at - 4))
        && tokens[at - 2].text.len() == 1;
    let titled = matches!(
        Lexicon::v1().entry(&tokens[at].text),
        Some(Entry::Title(_) | Entry::Kin(_) | Entry::Person(_))
    );
    let before = tokens[at].capital
        && !titled
        && tokens.get(at + 1).is_some_and(|next| next.capital && next.start > tokens[at].end)
        && is_initial(tokens, at + 1)
        && tokens.get(at + 3).is_some_and(|next| next.text.len() > 1);
    after && !tokens[at].is_break() || before
}

/// "mr bean": what follows such a title is a name, with its capital or without.
pub(super) fn after_short_title(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| &tokens[before]);
    let title = before.is_some_and(|before| is_in("mr mrs mx", &before.text));
    let dotted = at > 1
        && before.is_some_and(|dot| dot.stop && dot.start == tokens[at - 2].end)
        && is_in("mr mrs mx", &tokens[at - 2].text);
    (title || dotted)
        && !tokens[at].is_break()
        && little(&tokens[at].text).is_none()
        && !matches!(
            Lexicon::v1().entry(&tokens[at].text),
            Some(Entry::Person(_) | Entry::Title(_))
        )
}

/// "Malik Farouk", "Sherlock Holmes", "Turner": a role that is a first name too, before a name; no title ("King Charles").
pub(super) fn is_named_like_role(tokens: &[Token], at: usize) -> bool {
    let (lexicon, token) = (Lexicon::v1(), &tokens[at]);
    let Some(next) = tokens.get(at + 1).filter(|next| next.capital && !next.is_break()) else {
        return false;
    };
    let role = matches!(lexicon.entry(&token.text), Some(Entry::Role(_)));
    let first = lexicon.is_given_name(&token.text)
        || lexicon.is_name_word(&token.text)
        || lexicon.is_stage_name(&token.text);
    let surname = lexicon.is_surname(&next.text)
        || lexicon.entry(&next.text).is_none() && !Vocabulary::v1().contains(&next.text);
    token.capital
        && token.clitic == Clitic::None
        && role
        && first
        && surname
        && !is_in(ROLES_AS_TITLES, &token.text)
        && !is_title_case(tokens)
        && !is_all_capitals(tokens)
}

pub(super) const ROLES_AS_TITLES: &str = "king queen prince princess duke earl baron bishop dean major marshal marshall judge pope abbot deacon \
general sergeant captain colonel sheriff senator rabbi imam guru chief president doctor professor nurse coach chef governor \
chancellor minister premier mayor lord lady count viscount marquis sultan emir rajah chaplain vicar parson pastor priest monk \
friar saint sir khan shah czar tsar emperor empress admiral commodore lieutenant corporal private cadet constable inspector \
detective officer agent commander cardinal";

/// "BIG SHOW TONIGHT"
fn is_shouted(tokens: &[Token]) -> bool {
    tokens.iter().filter(|token| token.upper).count() > 2
}

/// "boy": a word of persons that is a first name to some list.
fn says_of_persons(word: &str) -> bool {
    use Entry::{Attribute, Group, Kin, Neutral, Person};
    let entry = Lexicon::v1().entry(word);
    matches!(entry, Some(Person(_) | Kin(_) | Neutral | Group(..) | Attribute(..)))
}

/// In a title most words have capitals, so a capital says nothing.
pub(super) fn is_title_case(tokens: &[Token]) -> bool {
    // Not counting the words of the lexicon, whose capitals would speak of values ("Asian", "old"), nor names.
    let ordinary = |token: &&Token| {
        let lexicon = Lexicon::v1();
        lexicon.entry(&token.text).is_none()
            && !lexicon.is_stage_name(&token.text)
            && (Vocabulary::v1().contains(&token.text) || !lexicon.is_given_name(&token.text))
    };
    let words = || tokens.iter().filter(|token| token.text.len() > 3).filter(ordinary);
    // "Jasper and Olive baking" is no title.
    words().count() > 3 && 2 * words().filter(|token| token.capital).count() > words().count()
}

/// "An Old Castle Under Stormy Skies": every word of a title.
pub(super) fn is_all_capitals(tokens: &[Token]) -> bool {
    let figure = |token: &Token| token.text.starts_with(|c: char| c.is_ascii_digit());
    let words = || tokens.iter().filter(|token| !token.is_break() && !figure(token));
    words().count() > 3 && words().all(|token| token.capital)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn named(text: &str) -> bool {
        is_name(&tokenize(text), 0) || full_name(&tokenize(text), 0).is_some()
    }

    #[test]
    fn ordinary_words_are_names_where_only_somebody_can_be_meant() {
        for text in [
            "Sting with a lute in an abbey",
            "Slash in a top hat",
            "Pink on stage",
            "Flea slapping a bass",
            "Misty, barmaid at the Pheasant",
            "Robin, a postwoman",
            "Sparky the electrician asleep",
            "Rose with a rose between her teeth",
            "Ice Cube chewing an ice cube",
            "Sitting Bull signing autographs",
            "elon musk riding a horse",
        ] {
            assert!(named(text), "{text}");
        }
    }

    #[test]
    fn ordinary_words_at_the_start_are_no_names() {
        for text in [
            "Cat sitting on a mat",
            "Fish swimming in a pond",
            "Seal smiling on a rock",
            "Pink roses and a hat",
            "Rose in a vase",
            "Ice cube in a glass",
            "Peter Pan collar, starched",
            "Dawn, a fisherman casting",
            "Rain on her window",
        ] {
            assert!(!named(text), "{text}");
        }
    }

    #[test]
    fn initials_are_parts_of_names() {
        let tokens = tokenize("B. B. King on stage");
        assert!(is_initial(&tokens, 0) && is_initial(&tokens, 2) && beside_initial(&tokens, 4));
        let tokens = tokenize("plan B. the end");
        assert!(!is_initial(&tokens, 1));
    }
}
