//! Places in the prompt, and which of its words have no place in the template.

use std::fmt;

use obclip_protocol::Piece;
use zeroize::Zeroize;

use crate::reading::Finding;
use crate::tokens::{Token, tokenize};

/// A stretch of the prompt. Secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Span {
    /// The user's own letters.
    pub text: String,
    /// Where it starts, in Unicode code points from 0.
    pub start: usize,
    /// Where it ends, in Unicode code points: the first one after it.
    pub end: usize,
    /// Where it starts, in bytes of UTF-8.
    pub start_byte: usize,
    /// Where it ends, in bytes of UTF-8.
    pub end_byte: usize,
}

impl Span {
    /// The bytes `start..end` of `text`, cut to what the text has.
    pub(super) fn new(text: &str, start_byte: usize, end_byte: usize) -> Self {
        let start_byte = text.floor_char_boundary(start_byte);
        let end_byte = text.floor_char_boundary(end_byte).max(start_byte);
        let start = text[..start_byte].chars().count();
        let inside = &text[start_byte..end_byte];
        let end = start + inside.chars().count();
        Self { text: inside.to_owned(), start, end, start_byte, end_byte }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

/// The words of `text` that are in no finding and in no piece: the words of both are laid side by
/// side (longest common subsequence), and what has no partner was left out.
pub(super) fn left_out(text: &str, findings: &[Finding], pieces: &[Piece]) -> Vec<Span> {
    let covered =
        |token: &Token| findings.iter().any(|f| f.start < token.end && token.start < f.end);
    let tokens: Vec<Token> =
        tokenize(text).into_iter().filter(|token| !token.is_break() && !covered(token)).collect();
    let words: Vec<&str> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Word(word) => Some(word.as_str()),
            _ => None,
        })
        .flat_map(|word| word.split('-'))
        .collect();
    let partnered = partnered(&tokens, &words);
    let alone = tokens.iter().zip(partnered).filter(|(_, has_partner)| !has_partner);
    alone.map(|(token, _)| Span::new(text, token.start, token.end)).collect()
}

/// For each token whether a longest common subsequence has a word for it.
fn partnered(tokens: &[Token], words: &[&str]) -> Vec<bool> {
    let width = words.len() + 1;
    // lengths[i * width + j]: the longest for tokens[i..] and words[j..].
    let mut lengths = vec![0_u16; (tokens.len() + 1) * width];
    for i in (0..tokens.len()).rev() {
        for j in (0..words.len()).rev() {
            lengths[i * width + j] = match travels_as(&tokens[i].text, words[j]) {
                true => lengths[(i + 1) * width + j + 1].saturating_add(1),
                false => lengths[(i + 1) * width + j].max(lengths[i * width + j + 1]),
            };
        }
    }
    let mut j = 0;
    let mut has_partner = |i: usize| {
        while j < words.len() {
            if travels_as(&tokens[i].text, words[j])
                && lengths[i * width + j] == lengths[(i + 1) * width + j + 1].saturating_add(1)
            {
                j += 1;
                return true;
            }
            if lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                return false;
            }
            j += 1;
        }
        false
    };
    (0..tokens.len()).map(&mut has_partner).collect()
}

/// Articles travel as "a", verbs after masked pronouns in the singular.
fn travels_as(token: &str, word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    let pair = (token, word);
    token == word
        || pair == ("an", "a")
        || token == singular
        || token.len() > 3 && word.strip_suffix("es") == Some(token)
        || [("are", "is"), ("were", "was"), ("have", "has")].contains(&pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, words: &str, expected: &[&str]) {
        let pieces: Vec<Piece> =
            words.split_whitespace().map(|word| Piece::Word(word.to_owned())).collect();
        let found = left_out(text, &[], &pieces);
        let found: Vec<&str> = found.iter().map(|span| span.text.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_without_a_partner_were_left_out() {
        check("a dog on a mat", "a dog on a mat", &[]);
        check(
            "a dog with a beard, on an old mat",
            "a dog on a mat",
            &["with", "a", "beard", "old"],
        );
        check("an apple", "a apple", &[]);
        check("they wear hats", "wears hats", &["they"]);
        check("half-timbered house", "half-timbered house", &[]);
        check("", "a", &[]);
        check("only this", "", &["only", "this"]);
    }

    #[test]
    fn offsets_count_code_points_and_bytes() {
        let span = Span::new("déjà vu", 7, 9);
        assert_eq!((span.text.as_str(), span.start, span.end), ("vu", 5, 7));
        assert_eq!((span.start_byte, span.end_byte), (7, 9));
        assert_eq!(Span::new("é", 1, 99).text, "é");
        assert_eq!(format!("{span:?}"), "[redacted]");
    }
}
