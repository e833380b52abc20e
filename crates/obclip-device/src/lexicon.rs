//! The words that describe a person, by category. Data: `data/lexicon-v1.txt`, `roles-v1.txt`,
//! `words-v1.txt`, `name-words-v1.txt`; their origin is in `data/SOURCES.md`.

mod endings;

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::OnceLock;

use crate::axis::{Axis, Colour, Stated, Values};
use crate::spelling::{Rank, Spelling, Word, Written};
use crate::tokens::normalize;
use endings::{as_its_noun, is_feminine, is_status};
pub(crate) use endings::{gender_of_ending, regular_plural};

/// The lists are ours and the same for everybody: their maps need no secret keys, and have the same order in every process.
type Map<K, V> = HashMap<K, V, BuildHasherDefault<Fnv>>;
type Set<K> = HashSet<K, BuildHasherDefault<Fnv>>;

/// FNV-1a of 64 bits.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        let mix = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        self.0 = bytes.iter().fold(self.0, mix);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// All lists, keyed by normalised words with single spaces.
pub(crate) struct Lexicon {
    entries: Map<String, Entry>,
    small: Set<String>,
    colours: Map<String, Colour>,
    not_person: Set<String>,
    /// Things that can be seen, beside those of `kinds`.
    seen: Set<String>,
    /// Words that are no misspelt words of persons.
    spelled: Set<String>,
    kinds: Map<&'static str, WordKind>,
    name_words: Set<&'static str>,
    first_names: Set<&'static str>,
    /// First names of many origins, known by their capital only.
    given_names: Set<String>,
    /// More ordinary words that are first names.
    more_name_words: Set<String>,
    /// Words that only phrases have ("soxers" of "bobby soxers").
    in_phrases: Set<String>,
    /// Names of one person only that are ordinary words ("sting").
    stage_names: Set<String>,
    /// Names of two words or more, and the first words of these.
    full_names: Set<String>,
    full_name_starts: Set<String>,
    /// Names that are held in small letters too.
    known_names: Set<String>,
    /// First names that are words without their capital.
    words_too: Set<String>,
    /// Breeds of animals, many of them named after places and peoples.
    breeds: Set<String>,
    /// Names of things, places and times that nobody has.
    proper: Set<String>,
    /// Ordinary words that are common surnames.
    surnames: Set<String>,
    makers: Set<String>,
    artists: Set<String>,
    /// Places that are first names as well.
    gazetted: Set<String>,
    topics: Map<String, Vec<&'static str>>,
    /// Words that are a person at the end of a noun phrase only ("a general salutes"), and what they travel as.
    sometimes: Map<String, (Values, Option<&'static str>)>,
    /// Peoples and places that are other words without their capital ("Pole", "Cork").
    by_capital: Map<String, Entry>,
    /// Things of an axis that is not expanded, and of no other list.
    axis_things: Set<String>,
    /// Words so common that short misspellings of them are read too, and words that stand beside persons ("hair").
    often: Set<String>,
    /// Countries and towns, by hand.
    countries: Vec<String>,
    /// To find misspelt words by.
    spelling: Spelling,
}

/// What an entry is, and what it states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Entry {
    /// "man", "girl", "teenager"
    Person(Values),
    /// "grandmother"
    Kin(Values),
    /// "person": opens nothing
    Neutral,
    /// "police officer": opens nothing, travels as the word given, else as written
    Role(Option<&'static str>),
    /// "waitress": opens gender, travels as the word given
    GenderedRole(Values, &'static str),
    /// Several persons; travels as the word given, else as written
    Group(Option<String>, Values),
    /// "elderly", "nigerian"
    Attribute(Axis, Stated),
    /// "nigeria"
    Place(Stated),
    /// "skin"
    Skin,
    /// "mrs"
    Title(Values),
    /// "she": its gender, or nothing for "they"
    Pronoun(Option<Stated>),
    /// "my"
    OtherPronoun,
    /// "beard": a thing held with its phrase
    CorrelateThing,
    /// "pregnant"
    CorrelateWord,
    /// Held as a single word
    Other,
    /// "refugee", "madwoman": a noun of an axis that the cloud never expands
    TraitNoun(Values),
    /// A word of an axis that the cloud never expands
    Trait {
        /// Only where it describes a person
        near: bool,
        /// Whether it can stand for a person
        nominal: bool,
    },
    /// A phrase whose words are read one by one without the lexicon, as words of this kind
    Plain(WordKind),
}

impl Entry {
    /// Whether it is a noun of one person or several, whatever it states.
    pub(crate) fn is_person_noun(&self) -> bool {
        matches!(
            self,
            Self::Person(_)
                | Self::Kin(_)
                | Self::Neutral
                | Self::Role(_)
                | Self::GenderedRole(..)
                | Self::Group(..)
                | Self::TraitNoun(_)
        )
    }

    /// Whether it is a noun of persons, or a pronoun that tells a gender.
    pub(crate) fn speaks_of_somebody(&self) -> bool {
        self.is_person_noun() || matches!(self, Self::Pronoun(Some(_)))
    }

    /// What a noun of a person states.
    fn values_of_noun(&self) -> Option<Values> {
        match self {
            Self::Person(values)
            | Self::Kin(values)
            | Self::GenderedRole(values, _)
            | Self::TraitNoun(values)
            | Self::Group(_, values) => Some(*values),
            _ => None,
        }
    }
}

/// What an ordinary word mostly is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WordKind {
    Animal,
    Thing,
    Noun,
    Adjective,
    Verb,
}

impl Lexicon {
    /// The lists as shipped.
    pub(crate) fn v1() -> &'static Self {
        static V1: OnceLock<Lexicon> = OnceLock::new();
        V1.get_or_init(Self::build)
    }

    pub(crate) fn entry(&self, phrase: &str) -> Option<&Entry> {
        self.entries.get(phrase)
    }

    pub(crate) fn is_small(&self, word: &str) -> bool {
        self.small.contains(word)
    }

    /// What a word states that is a person only where a noun phrase ends with it, and the role it travels as.
    pub(crate) fn sometimes(&self, word: &str) -> Option<(Values, Option<&'static str>)> {
        self.sometimes.get(word).copied()
    }

    /// What a word is that is a people or a place only with a capital.
    pub(crate) fn by_capital(&self, word: &str) -> Option<&Entry> {
        self.by_capital.get(word)
    }

    pub(crate) fn colour(&self, word: &str) -> Option<Colour> {
        self.colours.get(word).copied()
    }

    /// Whether a person noun before this word is no person ("baby carriage").
    pub(crate) fn not_person(&self, word: &str) -> bool {
        self.not_person.contains(word)
    }

    /// Whether it is a word of its own and no misspelt word of a person ("gills").
    pub(crate) fn is_spelled(&self, word: &str) -> bool {
        self.spelled.contains(word)
    }

    /// Whether it is an animal or a thing that can be seen.
    pub(crate) fn is_seen(&self, word: &str) -> bool {
        matches!(self.kind(word), Some(WordKind::Animal | WordKind::Thing))
            || self.seen.contains(word)
    }

    /// Whether it is one of the words most often misspelt.
    pub(crate) fn is_often(&self, word: &str) -> bool {
        self.often.contains(word)
    }

    pub(crate) fn kind(&self, word: &str) -> Option<WordKind> {
        self.kinds.get(word).copied()
    }

    /// Whether an ordinary word is a first name as well ("rose").
    pub(crate) fn is_name_word(&self, word: &str) -> bool {
        self.name_words.contains(word) || self.more_name_words.contains(word)
    }

    /// Whether an ordinary word is the one name of somebody ("sting").
    pub(crate) fn is_stage_name(&self, word: &str) -> bool {
        self.stage_names.contains(word)
    }

    /// Whether a full name starts with this word.
    pub(crate) fn starts_full_name(&self, word: &str) -> bool {
        self.full_name_starts.contains(word)
    }

    /// Whether these words are the name of somebody, although each is an ordinary word ("ice cube").
    pub(crate) fn is_full_name(&self, phrase: &str) -> bool {
        self.full_names.contains(phrase)
    }

    /// Whether everybody knows the name, so that it is held in small letters too ("elon musk").
    pub(crate) fn is_known_name(&self, phrase: &str) -> bool {
        self.known_names.contains(phrase)
    }

    /// Whether it is a first name and no ordinary word.
    pub(crate) fn is_first_name(&self, word: &str) -> bool {
        self.first_names.contains(word)
    }

    /// Whether it is a first name, which its capital shows.
    pub(crate) fn is_given_name(&self, word: &str) -> bool {
        self.is_first_name(word) || self.given_names.contains(word)
    }

    /// Whether it is a name that things, places or times have, and nobody ("Stonehenge").
    pub(crate) fn is_proper_of_thing(&self, word: &str) -> bool {
        self.proper.contains(word)
    }

    /// Whether it is a breed of animals ("labrador").
    pub(crate) fn is_breed(&self, word: &str) -> bool {
        self.breeds.contains(word)
    }

    /// Whether a first name is a word without its capital ("aurora").
    pub(crate) fn is_word_too(&self, word: &str) -> bool {
        self.words_too.contains(word)
    }

    /// Whether an ordinary word is a common surname as well ("woods").
    pub(crate) fn is_surname(&self, word: &str) -> bool {
        self.surnames.contains(word)
    }

    /// Whether it is a maker or a brand ("Chevrolet").
    pub(crate) fn is_maker(&self, word: &str) -> bool {
        self.makers.contains(word)
    }

    /// Whether it is the surname of an artist whose works are named by it ("a Vermeer kitchen").
    pub(crate) fn is_artist(&self, word: &str) -> bool {
        self.artists.contains(word)
    }

    /// Whether it is a place as well as a first name ("Florence").
    pub(crate) fn is_gazetted(&self, word: &str) -> bool {
        self.gazetted.contains(word)
    }

    /// Whether a name follows ("Mrs").
    pub(crate) fn is_title(&self, word: &str) -> bool {
        matches!(self.entry(word), Some(Entry::Title(_))) || matches!(word, "dr" | "prof")
    }

    /// All entries, in no order.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries.iter().map(|(phrase, entry)| (phrase.as_str(), entry))
    }

    /// Every single word of a person or attribute, for the check that none may travel.
    #[cfg(test)]
    pub(crate) fn person_words(&self) -> impl Iterator<Item = &str> {
        let travels = |phrase: &str, entry: &Entry| match entry {
            Entry::Role(_) | Entry::Neutral | Entry::Group(..) | Entry::Plain(_) => true,
            Entry::Trait { near, .. } => *near,
            Entry::GenderedRole(_, wire) => phrase == *wire,
            _ => false,
        };
        self.entries
            .iter()
            .filter(move |(phrase, entry)| !phrase.contains(' ') && !travels(phrase, entry))
            .map(|(phrase, _)| phrase.as_str())
    }

    fn build() -> Self {
        let mut lexicon = Self {
            entries: Map::default(),
            small: Set::default(),
            colours: Map::default(),
            not_person: Set::default(),
            seen: Set::default(),
            spelled: Set::default(),
            kinds: WORDS.lines().filter_map(word_kind).collect(),
            name_words: NAME_WORDS.lines().collect(),
            first_names: FIRST_NAMES.lines().collect(),
            given_names: Set::default(),
            more_name_words: Set::default(),
            in_phrases: Set::default(),
            stage_names: Set::default(),
            full_names: Set::default(),
            full_name_starts: Set::default(),
            known_names: Set::default(),
            words_too: Set::default(),
            breeds: Set::default(),
            proper: Set::default(),
            surnames: Set::default(),
            makers: Set::default(),
            artists: Set::default(),
            gazetted: Set::default(),
            topics: Map::default(),
            sometimes: Map::default(),
            by_capital: Map::default(),
            axis_things: Set::default(),
            often: Set::default(),
            countries: Vec::new(),
            spelling: Spelling::default(),
        };
        lexicon.add_lists(LEXICON);
        lexicon.add_lists(SPELLED);
        for role in ROLES.lines() {
            lexicon.add("role", "-", role);
        }
        // Of the towns in the other lists many are names or words of other languages.
        let by_hand = lexicon.countries.clone();
        lexicon.add_women();
        lexicon.add_axes(AXES);
        // Of two entries for one word the one written by hand stays.
        lexicon.add_axes(WORDNET_AXES);
        lexicon.add_lists(WORDNET);
        lexicon.add_lists(NAMES);
        lexicon.countries = by_hand;
        lexicon.inherit();
        lexicon.mirror_pronouns();
        lexicon.drop_described();
        lexicon.index_phrases();
        lexicon.index_spelling();
        lexicon
    }

    /// `[section]`, then lines `values: word word`.
    fn add_lists(&mut self, text: &'static str) {
        let mut section = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
            } else if let Some((head, words)) = line.split_once(": ") {
                words.split(' ').for_each(|word| self.add(section, head, word));
            }
        }
    }

    /// Whoever lists "handyman" has said "handywoman" too.
    fn add_women(&mut self) {
        let men: Vec<(String, Values, &'static str)> = self
            .entries
            .iter()
            .filter_map(|(word, entry)| match entry {
                Entry::GenderedRole(values, wire) => {
                    Some((word.strip_suffix("man")?.to_owned(), *values, *wire))
                }
                _ => None,
            })
            .filter(|(stem, ..)| !stem.ends_with("wo"))
            .collect();
        for (stem, values, wire) in men {
            let female = values.with(Axis::Gender, Values::parse("female").stated());
            let woman = Entry::GenderedRole(female, wire);
            self.entries.entry(format!("{stem}woman")).or_insert(woman);
            let women = Entry::Group(Some(regular_plural(wire)), female);
            self.entries.entry(format!("{stem}women")).or_insert(women);
        }
    }

    /// "refugee boy" and "mother of three" say what "boy" and "mother" say.
    fn inherit(&mut self) {
        let phrases: Vec<String> =
            self.entries.keys().filter(|phrase| phrase.contains(' ')).cloned().collect();
        for phrase in phrases {
            let words: Vec<&str> = phrase.split(' ').collect();
            let (mut said, mut topics) = (Values::default(), Vec::new());
            for word in words.iter().rev() {
                topics.extend_from_slice(self.topics(word));
                if let Some(values) = self.entries.get(*word).and_then(Entry::values_of_noun) {
                    said = said.or(values);
                }
            }
            let noun = words.last().and_then(|last| self.entries.get(*last)).cloned();
            let Some(entry) = self.entries.get_mut(&phrase) else { continue };
            let values = match entry {
                Entry::TraitNoun(values) => Some(values.or(said)),
                Entry::Trait { near: false, nominal: true } => Some(said),
                _ => None,
            };
            if let Some(read) =
                values.and_then(|values| as_its_noun(&phrase, noun.as_ref(), values))
            {
                *entry = read;
            }
            match entry {
                Entry::Person(values)
                | Entry::Kin(values)
                | Entry::GenderedRole(values, _)
                | Entry::TraitNoun(values)
                | Entry::Group(_, values) => *values = values.or(said),
                Entry::Trait { near: false, .. } | Entry::Role(_) => {}
                // "Kiwi bloke"
                Entry::Attribute(Axis::Ethnicity, stated) if said.of(Axis::Gender).is_some() => {
                    *entry = Entry::Person(said.with(Axis::Ethnicity, *stated));
                }
                _ => continue,
            }
            let of_phrase = self.topics.entry(phrase).or_default();
            of_phrase.extend(topics);
            of_phrase.sort_unstable();
            of_phrase.dedup();
        }
    }

    /// "ethiopian orthodox", "ukrainian refugee" and "old fella" are read word by word, so that the people and the age
    /// are not lost.
    fn drop_described(&mut self) {
        let people = |word: &str| {
            matches!(self.entries.get(word), Some(Entry::Attribute(Axis::Ethnicity, _)))
        };
        let aged =
            |word: &str| matches!(self.entries.get(word), Some(Entry::Attribute(Axis::Age, _)));
        let by_itself = |rest: &str| {
            !matches!(
                self.entries.get(rest),
                None | Some(Entry::Attribute(..) | Entry::Place(_) | Entry::Plain(_))
            )
        };
        let gendered = |rest: &str| match self.entries.get(rest) {
            Some(Entry::Person(values) | Entry::Group(_, values)) => {
                values.of(Axis::Gender).is_some()
            }
            _ => false,
        };
        let read_apart = |first: &str, rest: &str| {
            first != "roman" && people(first) && by_itself(rest)
                || aged(first) && gendered(rest) && rest != "maid"
        };
        let phrases: Vec<String> = (self.entries.iter())
            .filter(|(_, entry)| !matches!(entry, Entry::Attribute(..) | Entry::Plain(_)))
            .filter_map(|(phrase, _)| {
                phrase.split_once(' ').map(|(first, rest)| (phrase, first, rest))
            })
            .filter(|(_, first, rest)| read_apart(first, rest))
            .map(|(phrase, ..)| phrase.clone())
            .collect();
        for phrase in phrases {
            self.entries.remove(&phrase);
        }
    }

    fn index_phrases(&mut self) {
        let phrases = self.entries.keys().filter(|phrase| phrase.contains(' '));
        let words = phrases.flat_map(|phrase| phrase.split(' '));
        let alone = words.filter(|word| word.len() > 2 && !self.entries.contains_key(*word));
        self.in_phrases = alone.map(str::to_owned).collect();
    }

    /// Whether only phrases of the lists have the word, so that it is spelt as it should be.
    pub(crate) fn is_in_phrase(&self, word: &str) -> bool {
        self.in_phrases.contains(word)
    }

    fn index_spelling(&mut self) {
        // Of the short names of peoples only those that are written often: "gelato" is no misspelt "galatian".
        let rare = |word: &str| {
            let people =
                matches!(self.entries.get(word), Some(Entry::Attribute(Axis::Ethnicity, _)));
            people
                && word.len() < SHORTEST_RARE_PEOPLE
                && !OFTEN_MISSPELT.split(' ').any(|often| often == word)
        };
        let listed = self.entries.iter().filter(|(word, _)| !word.contains(' ') && !rare(word));
        let listed = listed.filter_map(|(word, entry)| {
            let things = matches!(entry, Entry::CorrelateThing) && word.len() > 5;
            let rank = match entry {
                Entry::Group(..) => Rank::Several,
                Entry::Trait { near: true, .. } if word.len() > 5 => Rank::InPhrase,
                _ if things || self.describes(word) => Rank::Listed,
                _ => return None,
            };
            let proper = matches!(entry, Entry::Attribute(Axis::Ethnicity, _))
                || self.topics(word).contains(&"religion");
            (word.len() > 3).then(|| Word::new(word.clone(), rank, proper))
        });
        let places = self.countries.iter().filter(|word| word.len() > 5);
        let places = places.map(|word| Word::new(word.clone(), Rank::Listed, true));
        let inside = self.in_phrases.iter().filter(|word| word.len() > 4);
        let inside = inside.map(|word| Word::new(word.clone(), Rank::InPhrase, false));
        let proper = |word: &str| {
            matches!(self.entries.get(word), Some(Entry::Attribute(Axis::Ethnicity, _)))
        };
        let often = self.often.iter();
        let often = often.map(|word| Word::new(word.clone(), Rank::Often, proper(word)));
        self.spelling = Spelling::new(listed.chain(places).chain(inside).chain(often).collect());
    }

    fn describes(&self, word: &str) -> bool {
        let listed = matches!(
            self.entries.get(word),
            Some(
                Entry::Person(_)
                    | Entry::Kin(_)
                    | Entry::Role(_)
                    | Entry::GenderedRole(..)
                    | Entry::Group(..)
                    | Entry::Attribute(..)
                    | Entry::TraitNoun(_)
                    | Entry::Trait { near: false, .. }
                    | Entry::CorrelateWord
                    | Entry::Other
            )
        );
        listed && word.len() > 2
    }

    /// The word of a person that somebody meant who wrote another.
    pub(crate) fn near(&self, written: Written<'_>) -> Option<&str> {
        self.spelling.meant(written, |word| self.kinds.contains_key(word))
    }

    /// Words of the axes that are not expanded: `[axis]`, then lines `kind: word word`.
    fn add_axes(&mut self, text: &'static str) {
        let mut axis = "";
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some(name) = line.strip_prefix('[') {
                axis = name.trim_end_matches(']');
            } else if let Some((kind, words)) = line.split_once(": ") {
                words.split(' ').for_each(|word| self.add_trait(axis, kind, word));
            }
        }
    }

    fn add_trait(&mut self, axis: &'static str, kind: &str, word: &str) {
        let (singular, plural) = match word.split_once('/') {
            Some((singular, plural)) => (key(singular), key(plural)),
            None => (key(word), regular_plural(&key(word))),
        };
        let values = match gender_of_ending(&singular) {
            none if none == Values::default() && kind == "noun" && is_feminine(&singular) => {
                Values::parse("female")
            }
            values => values,
        };
        let entry = match kind {
            // "demigirl" speaks of gender like "woman".
            "noun" | "both" | "word" if axis == "gender-identity" => {
                Some(Entry::Attribute(Axis::Gender, Stated::Unlisted))
            }
            // "orphan" is said of somebody as "cousin" is.
            "noun" if axis == "family" && !is_status(word) => Some(Entry::Kin(values)),
            "noun" => Some(Entry::TraitNoun(values)),
            "both" => Some(Entry::Trait { near: false, nominal: true }),
            "near" => Some(Entry::Trait { near: true, nominal: false }),
            "near-noun" => Some(Entry::Trait { near: true, nominal: true }),
            "thing" => Some(Entry::CorrelateThing),
            "word" => Some(Entry::Trait { near: false, nominal: false }),
            // Words that the lexicon has already, for their topic alone.
            _ => None,
        };
        let role = matches!(self.entries.get(&singular), Some(Entry::Role(_)));
        let near_role = role && kind.starts_with("near");
        if kind.ends_with("noun") || kind == "both" || kind == "thing" || near_role {
            // "widows" says of gender what the lexicon says of it.
            let (replaces, said) = match self.entries.get(&plural) {
                None | Some(Entry::Other | Entry::Role(_) | Entry::CorrelateWord) => (true, values),
                Some(Entry::Group(_, said)) => (true, values.or(*said)),
                // The list has "landowners" too.
                Some(Entry::TraitNoun(said)) if kind == "noun" => (true, values.or(*said)),
                Some(_) => (false, values),
            };
            let plural_entry = match kind {
                "thing" => Entry::CorrelateThing,
                _ => Entry::Group(Some("people".to_owned()), said),
            };
            if (kind != "near-noun" || role) && replaces && !singular.starts_with("of ") {
                self.entries.insert(plural.clone(), plural_entry);
            }
            self.topics.entry(plural).or_default().push(axis);
        }
        if let Some(mut entry) = entry {
            let replaces = match self.entries.get_mut(&singular) {
                None | Some(Entry::Other | Entry::CorrelateWord) => true,
                Some(Entry::Role(_)) => {
                    // "a fugitive" is somebody, whatever a fugitive glance is.
                    if let Entry::Trait { nominal, .. } = &mut entry {
                        *nominal = true;
                    }
                    true
                }
                // A word that is listed as a noun too can stand for a person.
                Some(Entry::Trait { nominal, .. }) => {
                    *nominal |= kind.ends_with("noun");
                    false
                }
                Some(_) => false,
            };
            let by_place = self.small.contains(&singular) || self.colours.contains_key(&singular);
            if replaces && !by_place {
                if entry == Entry::CorrelateThing {
                    self.axis_things.extend([singular.clone(), regular_plural(&singular)]);
                }
                self.entries.insert(singular.clone(), entry);
            }
        }
        // "topic: protester" is said of protesters too.
        let several = regular_plural(&singular);
        if kind == "topic" && self.entries.contains_key(&several) {
            self.topics.entry(several).or_default().push(axis);
        }
        self.topics.entry(singular).or_default().push(axis);
    }

    /// Whether a thing is held for an axis that is not expanded, and for no other reason.
    pub(crate) fn is_axis_thing(&self, phrase: &str) -> bool {
        self.axis_things.contains(phrase)
    }

    /// The axes that are not expanded and of which the words speak.
    pub(crate) fn topics(&self, phrase: &str) -> &[&'static str] {
        self.topics.get(phrase).map_or(&[], Vec::as_slice)
    }

    /// Every phrase that speaks of such an axis.
    #[cfg(test)]
    pub(crate) fn phrases_of_axes(&self) -> impl Iterator<Item = &str> {
        self.topics.keys().map(String::as_str)
    }

    fn add(&mut self, section: &str, head: &'static str, word: &str) {
        let (values, wire) = match head.split_once(" > ") {
            Some((values, wire)) => (values, Some(wire)),
            None => (head, None),
        };
        let (singular, plural) = match word.split_once('/') {
            Some((singular, plural)) => (key(singular), key(plural.trim_start_matches('='))),
            None => (key(word), regular_plural(&key(word))),
        };
        let values = Values::parse(values);
        let to_people = Entry::Group(Some("people".to_owned()), values);
        let (entry, plural_entry) = match section {
            "person" => (Entry::Person(values), Some(to_people)),
            "kin" => (Entry::Kin(values), Some(to_people)),
            "neutral" if word.contains("/=") => (Entry::Neutral, None),
            "neutral" => (Entry::Neutral, Some(Entry::Group(None, values))),
            "role" => {
                let group = wire.map(regular_plural);
                (Entry::Role(wire), Some(Entry::Group(group, values)))
            }
            "gendered-role" => {
                let wire = wire.unwrap_or("person");
                // "host" is said of both and contrasts with "hostess".
                let values = match values.of(Axis::Gender) {
                    Some(_) => values,
                    None => values.with(Axis::Gender, Stated::Unlisted),
                };
                let group = Entry::Group(Some(regular_plural(wire)), values);
                (Entry::GenderedRole(values, wire), Some(group))
            }
            "group" => (Entry::Group(wire.map(str::to_owned), values), None),
            "age" => (Entry::Attribute(Axis::Age, values.stated()), None),
            "gender" => (Entry::Attribute(Axis::Gender, values.stated()), None),
            "ethnicity" => {
                // "she polishes": no people is called so.
                let several = !["shes", "ches", "eses"].iter().any(|end| plural.ends_with(end));
                (Entry::Attribute(Axis::Ethnicity, values.stated()), several.then_some(to_people))
            }
            "place" => {
                self.countries.push(singular.clone());
                (Entry::Place(values.stated()), None)
            }
            "skin" => (Entry::Skin, None),
            "title" => (Entry::Title(values), None),
            "pronoun" if head == "other" => (Entry::OtherPronoun, None),
            "pronoun" => (Entry::Pronoun((head != "-").then(|| values.stated())), None),
            "correlate" if head == "word" => (Entry::CorrelateWord, None),
            "correlate" => (Entry::CorrelateThing, None),
            "other" => (Entry::Other, None),
            "plain" => {
                let kind = match head {
                    "verb" => WordKind::Verb,
                    "animal" => WordKind::Animal,
                    "adjective" => WordKind::Adjective,
                    _ => WordKind::Thing,
                };
                let several = (kind != WordKind::Verb).then_some(Entry::Plain(kind));
                (Entry::Plain(kind), several)
            }
            "maker" => {
                self.makers.insert(singular);
                return;
            }
            "given-name" => {
                self.given_names.insert(singular);
                return;
            }
            "breed" => {
                self.breeds.insert(singular);
                return;
            }
            "proper" => {
                self.proper.insert(singular);
                return;
            }
            "name-word" => {
                self.more_name_words.insert(singular);
                return;
            }
            "stage-name" => {
                self.stage_names.insert(singular);
                return;
            }
            "full-name" | "known-name" => {
                let first = singular.split(' ').next().unwrap_or_default();
                self.full_name_starts.insert(first.to_owned());
                if section == "known-name" {
                    self.known_names.insert(singular.clone());
                }
                self.full_names.insert(singular);
                return;
            }
            "word-too" => {
                self.words_too.insert(singular);
                return;
            }
            "surname" => {
                self.surnames.insert(singular);
                return;
            }
            "gazetteer" => {
                self.gazetted.insert(singular);
                return;
            }
            "artist" => {
                self.artists.insert(singular);
                return;
            }
            "people-by-capital" => {
                self.by_capital.insert(plural, to_people);
                let stated = values.stated();
                self.by_capital.insert(singular, Entry::Attribute(Axis::Ethnicity, stated));
                return;
            }
            "place-by-capital" => {
                self.by_capital.insert(singular, Entry::Place(values.stated()));
                return;
            }
            "sometimes" => {
                self.sometimes.insert(singular, (values, wire));
                return;
            }
            "small" => {
                self.small.insert(singular);
                return;
            }
            "colour" | "tone" => {
                self.colours.insert(singular, Colour::new(values, section == "tone"));
                return;
            }
            "often" => {
                self.often.insert(singular);
                return;
            }
            "spelled" => {
                self.spelled.insert(singular);
                return;
            }
            "seen" => {
                self.seen.insert(singular);
                return;
            }
            "not-person" => {
                self.not_person.extend([singular, plural]);
                return;
            }
            other => unreachable!("the embedded lexicon has no section {other}"),
        };
        let topic = match section {
            "kin" => Some("family"),
            "role" | "gendered-role" => Some("occupation"),
            _ => None,
        };
        let neutral = matches!(self.entries.get(&singular), Some(Entry::Neutral));
        if let Some(topic) = topic.filter(|_| !neutral) {
            self.topics.entry(plural.clone()).or_default().push(topic);
            self.topics.entry(singular.clone()).or_default().push(topic);
        }
        if let Some(plural_entry) = plural_entry.filter(|_| plural != singular) {
            self.entries.entry(plural).or_insert(plural_entry);
        }
        self.entries.entry(singular).or_insert(entry);
    }
}

/// As the reader sees it: normalised, `_` and `-` as spaces.
fn key(word: &str) -> String {
    // Most of the lists is plain already.
    match word.bytes().all(|c| c.is_ascii_lowercase() || c == b'_' || c == b'-') {
        true => word.replace(['_', '-'], " "),
        false => normalize(word).replace(['_', '-'], " "),
    }
}

const SHORTEST_RARE_PEOPLE: usize = 8;
const OFTEN_MISSPELT: &str = "asian african indian german french greek irish dutch danish swedish finnish welsh scottish english \
korean cuban mexican latino latina iranian iraqi syrian afghan somali kenyan turkish russian chinese spanish italian british \
persian egyptian israeli tibetan mongolian brazilian chilean peruvian haitian jamaican ghanaian angolan libyan lebanese kurdish \
belgian austrian serbian croatian bosnian latvian estonian maltese romanian czech slovak hispanic chicano maori samoan tongan fijian \
hawaiian inuit cherokee navajo apache lakota mohawk bengali punjabi gujarati nepali nepalese burmese khmer yoruba hausa zulu xhosa \
polish thai arab arabic yemeni omani kuwaiti saudi moroccan tunisian algerian gypsy romani viking celtic nordic slavic hmong filipino \
filipina uzbek kazakh kyrgyz turkmen uyghur berber bedouin maasai masai caucasian oriental western european canadian american mulatto \
creole mestizo japanese";

fn word_kind(line: &'static str) -> Option<(&'static str, WordKind)> {
    let (word, kind) = line.split_once(' ')?;
    let kind = match kind {
        "l" => WordKind::Animal,
        "t" => WordKind::Thing,
        "n" => WordKind::Noun,
        "a" => WordKind::Adjective,
        _ => WordKind::Verb,
    };
    Some((word, kind))
}

const LEXICON: &str = include_str!("../data/lexicon-v1.txt");
const AXES: &str = include_str!("../data/axes-v1.txt");
const WORDNET: &str = include_str!("../data/wordnet-v1.txt");
const WORDNET_AXES: &str = include_str!("../data/wordnet-axes-v1.txt");
const SPELLED: &str = include_str!("../data/spelled-v1.txt");
const ROLES: &str = include_str!("../data/roles-v1.txt");
const WORDS: &str = include_str!("../data/words-v1.txt");
const FIRST_NAMES: &str = include_str!("../data/first-names-v1.txt");
const NAMES: &str = include_str!("../data/names-v1.txt");
const NAME_WORDS: &str = include_str!("../data/name-words-v1.txt");

mod mirror;
#[cfg(test)]
mod tests;
