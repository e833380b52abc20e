//! Words of persons in Chinese, Japanese, Korean, Russian, Arabic and Hindi, read as English ones at their place.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::tokens::{Clitic, Token, normalize};

/// What a word of another script says, and what is left of it; nothing where no list has any of it.
pub(super) fn in_other_script(token: &Token, prompt: &str) -> Option<Vec<Token>> {
    if token.text.is_ascii() {
        return None;
    }
    match token.text.chars().any(is_run_together) {
        true => of_run(token, prompt),
        false => of_word(&token.text).map(|words| said(token, words)),
    }
}

/// "девушкой", "할머니가", "الرجل": a word with what its language writes behind or before it.
fn of_word(word: &str) -> Option<&'static str> {
    let arabic = ["وال", "بال", "ال", "لل", "و", "ب"];
    let stems = std::iter::once(word).chain(arabic.iter().filter_map(|end| word.strip_prefix(end)));
    stems.into_iter().find_map(|stem| {
        let ends = stem.char_indices().map(|(at, _)| at).skip(1).chain([stem.len()]);
        let prefixes = ends.map(|end| stem.split_at(end)).collect::<Vec<_>>();
        let longest_first = prefixes.into_iter().rev();
        longest_first
            .filter(|(_, rest)| rest.chars().count() <= longest_ending(rest))
            .find_map(|(prefix, _)| WORDS.get(prefix).copied())
    })
}

/// How many letters an ending has: of a case in Russian, of a particle in Korean (whose letters stand apart by now).
fn longest_ending(ending: &str) -> usize {
    match ending.chars().next() {
        Some('\u{1100}'..='\u{11ff}') => 6,
        Some('\u{600}'..='\u{6ff}' | '\u{900}'..='\u{97f}') => 0,
        _ => 3,
    }
}

/// "一个老人坐在椅子上": no spaces between words; the longest word at each place.
fn of_run(token: &Token, prompt: &str) -> Option<Vec<Token>> {
    let letters: Vec<(usize, char)> = token.text.char_indices().collect();
    // Nearly always each sign is one of three bytes in the prompt; else every word stands for the whole run.
    let written = &prompt[token.start..token.end];
    let signs = || written.chars().all(|c| c.len_utf8() == 3);
    let places = written.len() == 3 * letters.len() && signs();
    let part = |from: usize, to: usize, text: &str| {
        let (start, end) = match places {
            true => (token.start + 3 * from, token.start + 3 * to),
            false => (token.start, token.end),
        };
        Token { text: text.to_owned(), start, end, clitic: Clitic::None, ..token.clone() }
    };
    let (mut found, mut unknown, mut at, mut any) = (Vec::new(), 0, 0, false);
    let byte = |at: usize| letters.get(at).map_or(token.text.len(), |(byte, _)| *byte);
    while at < letters.len() {
        let lengths = (1..=LONGEST.min(letters.len() - at)).rev();
        let word = lengths.into_iter().find_map(|len| {
            let alone = len > 1 || stands_alone(&letters, at);
            let text = &token.text[byte(at)..byte(at + len)];
            WORDS.get(text).filter(|_| alone).map(|words| (len, *words))
        });
        let Some((len, words)) = word else {
            at += 1;
            continue;
        };
        if unknown < at {
            found.push(part(unknown, at, &token.text[byte(unknown)..byte(at)]));
        }
        found.extend(words.split(' ').map(|word| part(at, at + len, word)));
        at += len;
        (unknown, any) = (at, true);
    }
    if unknown < at {
        found.push(part(unknown, at, &token.text[byte(unknown)..]));
    }
    any.then_some(found)
}

/// "母と娘": one sign is a word between kana only; "字母" is none. Man and woman stand before everything.
fn stands_alone(letters: &[(usize, char)], at: usize) -> bool {
    let sign =
        |at: usize| letters.get(at).is_some_and(|(_, c)| matches!(c, '\u{3400}'..='\u{9fff}'));
    matches!(letters[at].1, '男' | '女') || !(at > 0 && sign(at - 1) || sign(at + 1))
}

fn said(token: &Token, words: &'static str) -> Vec<Token> {
    let word = |word: &str| Token { text: word.to_owned(), ..token.clone() };
    words.split(' ').map(word).collect()
}

fn is_run_together(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

/// Keyed as the prompt's words are.
static WORDS: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let lines = SCRIPTS.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| line.split_once(": "));
    lines
        .flat_map(|(said, words)| words.split(' ').map(move |word| (normalize(word), said)))
        .collect()
});

const LONGEST: usize = 8;
const SCRIPTS: &str = include_str!("../../data/scripts-v1.txt");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: &str) {
        let found = in_other_script(&tokenize(text)[0], text);
        let words = found.map(|tokens| {
            let shown = |token: &Token| format!("{}={}", &text[token.start..token.end], token.text);
            tokens.iter().map(shown).collect::<Vec<_>>().join(" ")
        });
        assert_eq!(words.unwrap_or_default(), expected, "{text}");
    }

    #[test]
    fn words_of_persons_are_read_in_other_scripts() {
        check("一个老人坐着", "一个=一个 老人=oldster 坐着=坐着");
        check("少女", "少女=girl");
        check("おばあさん", "おばあさん=grandmother");
        check("할머니가", "할머니가=grandmother");
        check("девушкой", "девушкой=girl");
        check("الرجل", "الرجل=man");
        check("लड़की", "लड़की=girl");
        check("लड़का", "लड़का=boy");
    }

    #[test]
    fn other_words_are_left() {
        check("字母", "");
        check("椅子", "");
        check("старт", "");
    }
}
