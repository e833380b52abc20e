//! The wire vocabulary: the published list of words that may leave the device.
//!
//! It is an allow-list of common words without person and attribute words. How the list is made,
//! from which source and under which licence is said in `data/README.md`.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use crate::error::Error;
use crate::limits;

/// A sorted list of words that may travel.
#[derive(Debug)]
pub struct Vocabulary {
    words: Vec<&'static str>,
}

impl Vocabulary {
    /// The published list, version 1.
    pub fn v1() -> &'static Self {
        static V1: OnceLock<Vocabulary> = OnceLock::new();
        V1.get_or_init(|| Self { words: WORDS.lines().collect() })
    }

    /// Whether `word` (lower case) may travel.
    pub fn contains(&self, word: &str) -> bool {
        self.words.binary_search(&word).is_ok()
    }

    /// All words, sorted.
    pub fn words(&self) -> &[&'static str] {
        &self.words
    }
}

/// Words beyond the published list that may travel too, because a user said so before any prompt was read. A request
/// lists those it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AllowedWords(BTreeSet<String>);

impl AllowedWords {
    /// Plain lower-case words; refuses any other.
    pub fn new(words: impl IntoIterator<Item = String>) -> Result<Self, Error> {
        let mut allowed = BTreeSet::new();
        for (idx, word) in words.into_iter().enumerate() {
            // Every article travels as "a"; rendering makes it agree.
            if !is_plain_word(&word) || word == "an" {
                return Err(Error::AllowedWord { idx });
            }
            allowed.insert(word);
        }
        Ok(Self(allowed))
    }

    /// Whether `word` is one of them.
    pub fn contains(&self, word: &str) -> bool {
        self.0.contains(word)
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// These and one more, which is a plain word.
    pub fn insert(&mut self, word: &str) -> Result<(), Error> {
        self.0.extend(Self::new([word.to_owned()])?.0);
        Ok(())
    }
}

/// One lower-case word of letters, digits and hyphens: what can travel at all.
pub fn is_plain_word(word: &str) -> bool {
    let of_a_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    (1..=limits::MAX_WORD_BYTES).contains(&word.len()) && word.chars().all(of_a_word)
}

const WORDS: &str = include_str!("../data/wire-vocabulary-v1.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_lower_case_and_of_the_promised_size() {
        let words = Vocabulary::v1().words();
        assert!(words.is_sorted_by(|a, b| a < b), "binary search needs strict order");
        assert!((5_000..50_000).contains(&words.len()), "found {} words", words.len());
        let of_a_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(words.iter().all(|word| word.chars().all(of_a_word) && word.len() <= 32));
    }

    #[test]
    fn ordinary_words_travel_and_person_words_do_not() {
        let vocabulary = Vocabulary::v1();
        for word in ["a", "portrait", "of", "wearing", "glasses", "doctor", "street", "black"] {
            assert!(vocabulary.contains(word), "{word}");
        }
        for word in ["an", "she", "his", "woman", "old", "asian", "grandmother", "beard", "mary"] {
            assert!(!vocabulary.contains(word), "{word}");
        }
    }
}
