//! Misspelt words of persons: which word of the lists somebody meant.
//!
//! One slip is found by a table of words with one letter taken out, two slips (in long words) among the words that start
//! with the same letter. A slip is the likelier the lower it stands in [`Slip`].

use std::cmp::Reverse;

/// The words that can be meant.
#[derive(Default)]
pub(crate) struct Spelling {
    words: Vec<Word>,
    /// Where the words of each first letter start in `words`.
    starts: Vec<usize>,
    /// Hashes of the words, whole and with one letter taken out, and whose they are; in order.
    shortened: Vec<(u64, u32)>,
}

/// A word that can be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) rank: Rank,
    /// Whether it is written with a capital ("Pakistan").
    pub(crate) proper: bool,
    /// The letters it has, a bit each.
    letters: u32,
}

/// How likely a word is meant where several are as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// So common that short misspellings of it are read too.
    Often,
    /// A word of a person or an attribute.
    Listed,
    /// Several persons.
    Several,
    /// A word that only phrases of the lists have ("wheelchair").
    InPhrase,
}

/// How a written word differs from the one that was meant, the likeliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slip {
    /// "yuong"
    Swapped,
    /// "skiny", "brunnette"
    Doubled,
    /// "wman"
    Dropped,
    /// A key beside the right one, or a letter that sounds alike: "eldarly", "womam"
    Neighbour,
    /// "womaen"
    Added,
    /// "wodan"
    Replaced,
    /// Two of these
    Two,
}

/// How a word stands in the prompt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Written<'a> {
    /// In small letters.
    pub(crate) word: &'a str,
    /// Whether its capital may be that of a name.
    pub(crate) capital: bool,
}

impl Word {
    pub(crate) fn new(text: String, rank: Rank, proper: bool) -> Self {
        let letters = letters_of(&text);
        Self { text, rank, proper, letters }
    }
}

impl Spelling {
    pub(crate) fn new(mut words: Vec<Word>) -> Self {
        words.retain(|word| {
            word.text.len() > 2 && word.text.bytes().all(|c| c.is_ascii_lowercase())
        });
        words.sort_unstable_by(|a, b| (&a.text, a.rank).cmp(&(&b.text, b.rank)));
        words.dedup_by(|next, first| next.text == first.text);
        let starts =
            (b'a'..=b'z' + 1).map(|c| words.partition_point(|word| word.text.as_bytes()[0] < c));
        let starts = starts.collect();
        let mut shortened: Vec<(u64, u32)> = (words.iter().zip(0..))
            .flat_map(|(word, idx)| shortened_hashes(&word.text).map(move |hash| (hash, idx)))
            .collect();
        shortened.sort_unstable();
        Self { words, starts, shortened }
    }

    /// The word that is meant, if one is near enough; `is_ordinary` knows the words that tell nothing.
    pub(crate) fn meant(
        &self,
        written: Written<'_>,
        is_ordinary: impl Fn(&str) -> bool,
    ) -> Option<&str> {
        let one = self.sharing_letters(written.word).filter_map(|word| {
            let slip = slip(written.word.as_bytes(), word.text.as_bytes())?;
            is_likely(written, word, slip).then_some((slip, word))
        });
        let nearest = one.min_by_key(|(slip, word)| {
            let rare = word.rank != Rank::Often || *slip > Slip::Neighbour;
            (rare, *slip, word.rank, Reverse(word.text.len()), &word.text)
        });
        let (slip, word) = nearest.or_else(|| self.two_slips(written))?;
        let often = word.rank == Rank::Often;
        let sure = often && (slip <= Slip::Doubled || written.word.len() > 4);
        let is_other = |other: &str| is_ordinary(other) && other != word.text;
        let ordinary = || {
            is_slip_of(written.word, if often { Slip::Doubled } else { slip }, is_other)
                || !often && slip > Slip::Neighbour && is_compound(written.word, is_other)
        };
        (sure || !ordinary()).then_some(word.text.as_str())
    }

    /// Words that are this one, whole or with one letter taken out of either; and few others.
    fn sharing_letters(&self, word: &str) -> impl Iterator<Item = &Word> {
        shortened_hashes(word).flat_map(|hash| {
            let start = self.shortened.partition_point(|&(known, _)| known < hash);
            let same = self.shortened[start..].iter().take_while(move |&&(known, _)| known == hash);
            same.map(|&(_, idx)| &self.words[idx as usize])
        })
    }

    /// "granmohter": among the words that start alike, only those with nearly the same letters are compared.
    fn two_slips(&self, written: Written<'_>) -> Option<(Slip, &Word)> {
        let word = written.word.as_bytes();
        let long = if written.capital { SHORTEST_NAME_OF_TWO_SLIPS } else { SHORTEST_OF_TWO_SLIPS };
        if word.len() < long {
            return None;
        }
        let letter = usize::from(word[0].checked_sub(b'a')?);
        let alike = &self.words[*self.starts.get(letter)?..*self.starts.get(letter + 1)?];
        let letters = letters_of(written.word);
        let near = alike.iter().filter(|other| {
            (other.letters ^ letters).count_ones() < 5
                && other.rank != Rank::InPhrase
                && other.text.len() >= SHORTEST_OF_TWO_SLIPS
                && other.text.len().abs_diff(word.len()) < 3
                && (other.proper || !written.capital)
                && is_two_slips(word, other.text.as_bytes())
        });
        near.min_by_key(|word| (word.rank, &word.text)).map(|word| (Slip::Two, word))
    }
}

/// Whether a slip is likelier than that the word is one nobody knows: short words are often other words, and a word with a
/// capital is often a name.
fn is_likely(written: Written<'_>, meant: &Word, slip: Slip) -> bool {
    use Slip::{Dropped, Neighbour, Swapped};
    let len = written.word.len();
    let often = meant.rank == Rank::Often;
    if written.capital {
        let named = len > 5 && meant.proper && slip <= Dropped;
        return named || len > 7 && meant.rank != Rank::InPhrase;
    }
    match len {
        0..3 => false,
        3 => often && matches!(slip, Swapped | Dropped),
        4 => often && slip <= Neighbour || slip == Swapped && meant.rank != Rank::InPhrase,
        _ if meant.rank == Rank::InPhrase => slip <= Dropped || len > 6 && slip == Neighbour,
        _ => true,
    }
}

/// "papermaker", "mudbanks"
fn is_compound(word: &str, is_ordinary: impl Fn(&str) -> bool) -> bool {
    let ends = 3..(word.len() + 1).saturating_sub(3);
    ends.into_iter().any(|at| is_ordinary(&word[..at]) && is_ordinary(&word[at..]))
}

/// Whether as likely a slip makes it of an ordinary word: "glas" is glass and not gals.
fn is_slip_of(word: &str, than: Slip, is_ordinary: impl Fn(&str) -> bool) -> bool {
    let mut typed = word.as_bytes().to_vec();
    let known = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(&is_ordinary);
    for at in 1..typed.len() {
        typed.swap(at - 1, at);
        let swapped = known(&typed);
        typed.swap(at - 1, at);
        let letter = typed[at];
        typed.insert(at, letter);
        let doubled = known(&typed);
        typed.remove(at);
        if swapped || doubled {
            return true;
        }
        if typed[at - 1] == letter {
            typed.remove(at);
            let single = known(&typed);
            typed.insert(at, letter);
            if single {
                return true;
            }
        }
    }
    than > Slip::Neighbour
        && (1..=typed.len()).any(|at| {
            typed.insert(at, b'a');
            let found = (b'a'..=b'z').any(|letter| {
                typed[at] = letter;
                known(&typed)
            });
            typed.remove(at);
            found
        })
}

/// The one slip between two words, if it is one; the first letter is mostly right.
fn slip(typed: &[u8], meant: &[u8]) -> Option<Slip> {
    let start = typed.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (rest, other) = (&typed[start..], &meant[start..]);
    let end = rest.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    let beside = |word: &[u8], letter: u8| {
        start.checked_sub(1).is_some_and(|before| word[before] == letter)
            || word.get(start + 1) == Some(&letter)
    };
    let slip = match (&rest[..rest.len() - end], &other[..other.len() - end]) {
        (&[letter], []) if beside(typed, letter) => Slip::Doubled,
        ([], &[letter]) if beside(meant, letter) => Slip::Doubled,
        (&[_], []) => Slip::Added,
        ([], &[_]) => Slip::Dropped,
        (&[one], &[other]) if is_neighbour(one, other) => Slip::Neighbour,
        (&[_], &[_]) => Slip::Replaced,
        (&[a, b], &[c, d]) if (a, b) == (d, c) => Slip::Swapped,
        _ => return None,
    };
    let first = start > 0 || slip == Slip::Swapped || slip == Slip::Dropped && typed.len() > 5;
    first.then_some(slip)
}

/// Whether two slips make one word of the other; neighbours that are swapped count once.
fn is_two_slips(one: &[u8], other: &[u8]) -> bool {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(|(a, b)| a == b).count();
    // "abdicates" is no misspelt "abdicator".
    if end < 2 {
        return false;
    }
    let (one, other) = (&one[..one.len() - end], &other[..other.len() - end]);
    if one.len() > LONGEST || other.len() > LONGEST {
        return false;
    }
    let mut rows = [[0_u8; LONGEST + 1]; 3];
    for (at, cell) in (0..).zip(&mut rows[0][..=other.len()]) {
        *cell = at;
    }
    for at in 1..=one.len() {
        let (now, before, earlier) = (at % 3, (at + 2) % 3, (at + 1) % 3);
        rows[now][0] = u8::try_from(at).unwrap_or(u8::MAX);
        for column in 1..=other.len() {
            let changed = u8::from(one[at - 1] != other[column - 1]);
            let mut least = (rows[before][column - 1] + changed)
                .min(rows[before][column] + 1)
                .min(rows[now][column - 1] + 1);
            let swapped = at > 1
                && column > 1
                && (one[at - 1], one[at - 2]) == (other[column - 2], other[column - 1]);
            if swapped {
                least = least.min(rows[earlier][column - 2] + 1);
            }
            rows[now][column] = least;
        }
    }
    rows[one.len() % 3][other.len()] < 3
}

/// Keys side by side, and letters that sound alike.
fn is_neighbour(one: u8, other: u8) -> bool {
    const ALIKE: [&[u8]; 6] = [b"aeiouy", b"ck", b"ckq", b"sz", b"vw", b"gj"];
    let place = |letter: u8| {
        KEYS.iter().zip(0_i8..).find_map(|(row, y)| {
            let x = row.iter().position(|&key| key == letter)?;
            Some((i8::try_from(x).unwrap_or(0), y))
        })
    };
    let beside = place(one).zip(place(other)).is_some_and(|((x, y), (u, v))| {
        y == v && x.abs_diff(u) == 1
            || v == y + 1 && (u == x || u + 1 == x)
            || y == v + 1 && (x == u || x + 1 == u)
    });
    beside || ALIKE.iter().any(|alike| alike.contains(&one) && alike.contains(&other))
}

fn letters_of(word: &str) -> u32 {
    word.bytes()
        .filter(u8::is_ascii_lowercase)
        .fold(0, |letters, letter| letters | 1 << (letter - b'a'))
}

/// Of the word and of what is left of it without each of its letters (FNV-1a; who looks one up compares the words).
fn shortened_hashes(word: &str) -> impl Iterator<Item = u64> {
    let without = move |gap: usize| {
        let kept = word.bytes().enumerate().filter(move |(at, _)| *at != gap);
        kept.fold(0xcbf2_9ce4_8422_2325_u64, |hash, (_, byte)| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    // There is no letter at the word's end, so nothing is left out.
    (0..=word.len()).map(without)
}

const KEYS: [&[u8]; 3] = [b"qwertyuiop", b"asdfghjkl", b"zxcvbnm"];
const SHORTEST_OF_TWO_SLIPS: usize = 8;
const SHORTEST_NAME_OF_TWO_SLIPS: usize = 9;
const LONGEST: usize = 24;

#[cfg(test)]
mod tests {
    use super::*;

    fn spelling() -> Spelling {
        let word = |(text, rank, proper): &(&str, Rank, bool)| {
            Word::new((*text).to_owned(), *rank, *proper)
        };
        let words = [
            ("young", Rank::Often, false),
            ("woman", Rank::Often, false),
            ("kid", Rank::Often, false),
            ("grandmother", Rank::Listed, false),
            ("pakistan", Rank::Listed, true),
            ("bride", Rank::Often, false),
            ("gals", Rank::Several, false),
            ("pacemaker", Rank::Listed, false),
            ("teacher", Rank::Often, false),
            ("etcher", Rank::Listed, false),
            ("wheelchair", Rank::InPhrase, false),
        ];
        Spelling::new(words.iter().map(word).collect())
    }

    fn check(word: &str, capital: bool, expected: Option<&str>) {
        let ordinary = |word: &str| ["bird", "glass", "paper", "maker"].contains(&word);
        assert_eq!(spelling().meant(Written { word, capital }, ordinary), expected, "{word}");
    }

    #[test]
    fn slips_are_mended() {
        check("yuong", false, Some("young"));
        check("yung", false, Some("young"));
        check("kdi", false, Some("kid"));
        check("owman", false, Some("woman"));
        check("womaan", false, Some("woman"));
        check("techer", false, Some("teacher"));
        check("granmohter", false, Some("grandmother"));
        check("wheelchiar", false, Some("wheelchair"));
        check("Pakisan".to_lowercase().as_str(), true, Some("pakistan"));
    }

    #[test]
    fn other_words_are_left() {
        check("brid", false, None);
        check("glas", false, None);
        check("papermaker", false, None);
        check("kim", false, None);
        check("yongle", true, None);
        check("xylophonic", false, None);
    }
}
