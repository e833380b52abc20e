//! The little words of English.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use crate::tokens::Token;

/// What a little word does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Little {
    /// a, an
    Article,
    /// the, this, some
    Determiner,
    /// of, in, with
    Preposition,
    /// and, or
    And,
    /// is, was
    Be,
    /// who, that
    Relative,
    /// wearing, has: a verb that cannot stand without its thing
    Governor,
    /// will, not, then
    Other,
}

/// Whether the word is one of the list, whose words stand between spaces.
///
/// Lists are asked for every word of a prompt, by many rules. A short one is read by bytes; a long one becomes a set when
/// it is first asked, found again by its place in the program. Most words are in none: their length or first letter says so.
pub(crate) fn is_in(list: &'static str, word: &str) -> bool {
    thread_local! {
        static LISTS: RefCell<HashMap<(usize, usize), List, BuildHasherDefault<Quick>>> = RefCell::default();
    }
    let Some(&first) = word.as_bytes().first() else { return false };
    if list.len() <= SHORT_LIST {
        return is_in_short(list, word);
    }
    LISTS.with_borrow_mut(|lists| {
        let place = (list.as_ptr() as usize, list.len());
        let list = lists.entry(place).or_insert_with(|| List::of(list));
        list.may_have(first, word.len()) && list.words.contains(word)
    })
}

fn is_in_short(list: &'static str, word: &str) -> bool {
    let (list, word) = (list.as_bytes(), word.as_bytes());
    let mut start = 0;
    while start + word.len() <= list.len() {
        let end = start + word.len();
        let closed = list.get(end).is_none_or(|&next| next == b' ');
        if closed && list[start..end] == *word {
            return !word.contains(&b' ');
        }
        match list[start..].iter().position(|&byte| byte == b' ') {
            Some(space) => start += space + 1,
            None => return false,
        }
    }
    false
}

/// A long list as a set, with what most words are told apart by.
struct List {
    words: HashSet<&'static str, BuildHasherDefault<Quick>>,
    /// One bit for each first byte, modulo 64, and for each length, at most 63.
    firsts: u64,
    lengths: u64,
}

impl List {
    fn of(list: &'static str) -> Self {
        let words: HashSet<_, _> = list.split_ascii_whitespace().collect();
        let bits =
            |bit: fn(&str) -> usize| words.iter().fold(0, |bits, word| bits | 1 << bit(word));
        let firsts = bits(|word| usize::from(word.as_bytes()[0] % 64));
        let lengths = bits(|word| word.len().min(63));
        Self { words, firsts, lengths }
    }

    fn may_have(&self, first: u8, len: usize) -> bool {
        self.firsts >> (first % 64) & 1 == 1 && self.lengths >> len.min(63) & 1 == 1
    }
}

/// A quick hash of words in lists of our own: nobody outside can choose what is in them.
#[derive(Default)]
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 29
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut whole = [0; 8];
            whole[..part.len()].copy_from_slice(part);
            self.write_u64(u64::from_le_bytes(whole));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

/// The word at `at`; empty beyond the end.
pub(super) fn word(tokens: &[Token], at: usize) -> &str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}

/// How many words of the list follow each other from `at` on.
pub(super) fn run(tokens: &[Token], at: usize, list: &'static str) -> usize {
    (at..tokens.len()).take_while(|&at| is_in(list, word(tokens, at))).count()
}

/// Up to this many bytes a list is searched faster than a set.
const SHORT_LIST: usize = 64;

/// The words of a list, for lists that are long and asked often.
pub(crate) fn set(list: &'static str) -> HashSet<&'static str> {
    list.split_ascii_whitespace().collect()
}

pub(crate) fn little(word: &str) -> Option<Little> {
    static ALL: LazyLock<HashMap<&str, Little>> = LazyLock::new(|| {
        let lists = [
            (OTHERS, Little::Other),
            (GOVERNORS, Little::Governor),
            (RELATIVES, Little::Relative),
            (BE, Little::Be),
            ("and or nor", Little::And),
            (PREPOSITIONS, Little::Preposition),
            (DETERMINERS, Little::Determiner),
            (ARTICLES, Little::Article),
        ];
        // Of two lists with one word the later counts.
        let words = |(list, class): (&'static str, Little)| {
            set(list).into_iter().map(move |word| (word, class))
        };
        lists.into_iter().flat_map(words).collect()
    });
    ALL.get(word).copied()
}

const ARTICLES: &str = "a an";
const DETERMINERS: &str = "the this these those some any one another each every no";
const PREPOSITIONS: &str = "of in on at with without from by for to into onto over under near beside behind \
between among through during across around against along above below inside outside before after toward \
towards upon within beneath next off out down amid amidst via as like past aboard atop alongside about than backstage onstage offstage upstairs downstairs indoors outdoors overseas midair";
const BE: &str = "is are was were be been being";
const RELATIVES: &str = "who that which whose where when while";
const GOVERNORS: &str = "wearing wears wore wear having has have had sporting holding holds carrying carries \
using dressed clad showing featuring wielding donning rocking putting named called";
const OTHERS: &str = "it its there here then not so but if because will would can could should may might must do \
does did just also only both either neither very too up";
/// Words after which a people's name describes a person: "of nigerian descent".
pub(crate) const DESCENT: &str = "descent origin origins heritage ancestry background ethnicity nationality roots appearance \
blood stock extraction parentage ancestors forebears kin folk features complexion skin race lineage parents";
/// Words for pictures: a person noun before them is still a person.
pub(crate) const PICTURES: &str = "portrait portraits photo photos photograph photography painting drawing illustration headshot \
closeup selfie image picture render rendering art artwork character cartoon icon emoji avatar sketch poster print \
figure background face faces head style profile pic headshots anime selfies";
/// -ing words that say what a thing is for: "cooking pot".
pub(crate) const PURPOSES: &str = "cooking dining drinking sewing washing writing wedding building painting drawing walking \
hiking swimming fishing racing training landing meeting parking shopping sleeping dressing reading knitting weaving \
smoking baking hunting sailing riding rocking waiting living working mixing serving sitting standing carving clothing \
gardening printing bathing boxing skiing climbing camping heating lighting evening morning ceiling king ring spring \
string wing pudding stocking dumpling seasoning stuffing filling nesting";
/// Ships, stars and the like, of which one says "she".
pub(crate) const CALLED_SHE: &str = "titanic rms hms uss ss lightship tug ferry narrowboat launch lifeboat minesweeper cruiser dinghy ketch dredger icebreaker warship catamaran gondola dhow hovercraft \
ship ships boat boats yacht schooner frigate clipper galleon steamer vessel sloop barge tugboat \
trawler liner submarine locomotive engine train plane aeroplane airplane rocket moon sun earth planet saturn venus jupiter \
mars mercury neptune uranus star comet galaxy sea ocean nature storm hurricane winter spring night dawn city country";
/// Words of places that end a name ("Lake Victoria", "Baker Street", "Chrysler Building").
pub(crate) const OF_PLACES: &str = "mount mountain mountains lake river street road lane avenue boulevard square circus tower building \
bridge hall castle falls park dam hole memorial monument column cathedral basilica abbey church chapel temple beach bay \
island islands isle valley city town village station museum gallery hill hills canyon desert palace garden gardens market \
stadium arena airport bar hotel cafe pier skyline coast cape cliff cliffs gate fort harbor harbour port ridge peak range \
plains plaza opera theatre theater university college school hospital library zoo highway freeway expressway interstate \
county province district quarter gulf strait sea ocean glacier volcano creek forest woods reef national international st san santa \
grotto arch trolley pines peaches wharf docks mill house rock mont";
/// Things that are said to be women's, children's or a maid's without anybody there.
pub(crate) const OWNED: &str = "book books room rooms club clubs sign toilet toilets restroom restrooms drawing drawings magazine section \
department ward packs pack rack racks display displays rail rails label labels collection range catalogue packaging trailer scull sculls stall stand \
hospital museum home homes playground menu crown throne sword tomb trailer world bicycle bicycles bike bikes \
jumper day";
/// Parts of the body that end a held phrase: "laugh lines around his eyes".
pub(crate) const BODY: &str = "eyes eye face head cheek cheeks forehead chin mouth neck hands lips brow nose temples ears jaw \
body chest shoulders arms";
