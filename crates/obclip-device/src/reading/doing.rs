//! Words in -ing that say what somebody does.

use obclip_protocol::Vocabulary;

use super::grammar::{Little, is_in, little};
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::tokens::Token;

/// "painting a wall", not "a painting on a wall": a thing in -ing is something to do where what it is done to follows.
pub(super) fn acts_at(tokens: &[Token], at: usize) -> bool {
    let word = tokens[at].text.as_str();
    if !says_doing(word) {
        return false;
    }
    let next = tokens.get(at + 1).map_or("", |next| next.text.as_str());
    let object = matches!(little(next), Some(Little::Article | Little::Determiner))
        || matches!(next, "her" | "his" | "their" | "my" | "its");
    // "a fisherman mending nets"
    let somebody = at.checked_sub(1).is_some_and(|before| {
        Lexicon::v1().entry(&tokens[before].text).is_some_and(Entry::is_person_noun)
    });
    object || somebody || !is_thing(word)
}

/// "building", "painting", "housing": what can be seen and ends in -ing.
fn is_thing(word: &str) -> bool {
    const POSTURES: &str = "sitting standing kneeling leaning lying squatting walking running dancing praying sleeping laughing smiling \
crying waiting eating drinking riding skating swimming";
    if is_in(POSTURES, word) {
        return false;
    }
    let listed = matches!(word, "housing" | "lighting" | "clothing" | "bedding");
    listed || Lexicon::v1().kind(word) == Some(WordKind::Thing)
}

/// "tying", not "ring".
pub(super) fn says_doing(word: &str) -> bool {
    let noun =
        matches!(word, "thing" | "sting" | "swing" | "sling" | "string" | "spring" | "bring");
    word.ends_with("ing") && word.len() > 4 && !noun && !is_no_verb(word)
}

/// "dumpling", "starling": a known noun whose stem is no word.
fn is_no_verb(word: &str) -> bool {
    let kind = |word: &str| Lexicon::v1().kind(word);
    let stem = word.strip_suffix("ing").unwrap_or(word);
    let doubled = stem.as_bytes().last_chunk::<2>().is_some_and(|[a, b]| a == b);
    let stem_known = kind(stem).is_some()
        || kind(&format!("{stem}e")).is_some()
        || stem
            .strip_suffix('y')
            .is_some_and(|stem| kind(&format!("{stem}ie")).is_some() || stem == "t")
        || doubled && kind(&stem[..stem.len() - 1]).is_some();
    let noun = matches!(kind(word), Some(WordKind::Thing | WordKind::Animal | WordKind::Noun));
    noun && !stem_known
}

/// "two men walk down", "skiers stand on their skis": a verb without an ending after several persons, though it is a thing
/// elsewhere. Its form in -ing is a common word, and no thing follows it.
pub(super) fn do_they(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| !token.hyphen && !token.capital) else {
        return false;
    };
    let word = token.text.as_str();
    if word.len() < 3 || word.ends_with('s') || word.ends_with("ing") || little(word).is_some() {
        return false;
    }
    let cut = word.strip_suffix('e').unwrap_or(word);
    let last = &word[word.char_indices().next_back().map_or(0, |(at, _)| at)..];
    let doing = [format!("{word}ing"), format!("{cut}ing"), format!("{word}{last}ing")];
    let verb = doing.iter().any(|doing| Vocabulary::v1().contains(doing));
    let next = tokens.get(at + 1);
    let object = |next: &Token| {
        matches!(
            little(&next.text),
            Some(
                Little::Preposition
                    | Little::Article
                    | Little::Determiner
                    | Little::And
                    | Little::Other
            )
        ) || matches!(
            next.text.as_str(),
            "their" | "his" | "her" | "its" | "together" | "each" | "quietly" | "side"
        )
    };
    verb && next.is_none_or(|next| next.is_break() || object(next))
}
