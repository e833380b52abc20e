//! Pronouns written as they are said: "hes 40ish", "theyre", "'er Sunday best", "shed dropped her keys".
//!
//! What stands for "he" is read wherever what stands for "she" is, but for words that have another sense ("shed", "shell").

use super::grammar::{Little, is_in, little};
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// Rewrites pronouns that lack an apostrophe or a letter. Places in the prompt stay.
pub(crate) fn spell_out(text: &str, mut tokens: Vec<Token>) -> Vec<Token> {
    for at in 0..tokens.len() {
        if tokens[at].is_break() || tokens[at].clitic == Clitic::Verb {
            continue;
        }
        let word = tokens[at].text.as_str();
        let clipped = || clipped(word).filter(|_| is_clipped(text, &tokens, at));
        if let Some((pronoun, clitic)) = run_on(&tokens, at) {
            pronoun.clone_into(&mut tokens[at].text);
            tokens[at].clitic = clitic;
        } else if let Some(whole) = clipped() {
            whole.clone_into(&mut tokens[at].text);
        }
    }
    tokens
}

/// "hes", "theyll", "whos", and "shed", "hell" and "shell" where only a verb can stand.
fn run_on(tokens: &[Token], at: usize) -> Option<(&'static str, Clitic)> {
    if tokens[at].clitic != Clitic::None {
        return None;
    }
    let next = tokens.get(at + 1).map_or("", |next| next.text.as_str());
    let will = is_in("be have never always probably", next);
    Some(match tokens[at].text.as_str() {
        "hes" => ("he", Clitic::Genitive),
        "shes" => ("she", Clitic::Genitive),
        "whos" => ("who", Clitic::Genitive),
        "theyre" | "theyll" | "theyve" | "theyd" => ("they", Clitic::Verb),
        "hed" => ("he", Clitic::Verb),
        "shed" if has_done(tokens, at) => ("she", Clitic::Verb),
        "hell" if will => ("he", Clitic::Verb),
        "shell" if will => ("she", Clitic::Verb),
        _ => return None,
    })
}

/// "shed been waiting", "shed dropped her keys", not "a shed", "shed covered in ivy" nor "shed painted red".
fn has_done(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let before = at.checked_sub(1).map_or("", word);
    let starts = matches!(before, "" | "," | "and" | "but" | "because" | "while" | "like")
        || is_in("when if as that where who until before after", before);
    let object =
        matches!(little(word(at + 2)), Some(Little::Article | Little::Determiner | Little::Other))
            || is_in("his her their my our off up out down asleep away over", word(at + 2));
    let participle = word(at + 1).ends_with("ed") || word(at + 1).ends_with("en");
    let sure = is_in(
        "been never always just rather already have love like gone got lost forgotten had be",
        word(at + 1),
    );
    starts && (sure || participle && object)
}

/// What is left of a pronoun that lost its "h", or its "th".
fn clipped(word: &str) -> Option<&'static str> {
    Some(match word {
        "er" => "her",
        "im" => "him",
        "is" => "his",
        "e" => "he",
        "erself" => "herself",
        "imself" | "isself" => "himself",
        "em" => "them",
        "har" => "her",
        "hisself" => "himself",
        _ => return None,
    })
}

/// Right after an apostrophe that opens no quotation; "har headtie" is written without one.
fn is_clipped(text: &str, tokens: &[Token], at: usize) -> bool {
    let token = &tokens[at];
    let next = tokens.get(at + 1);
    let noun = |next: &Token| {
        !next.capital
            && little(&next.text).is_none()
            && next.text != token.text
            && matches!(
                Lexicon::v1().kind(&next.text),
                Some(WordKind::Thing | WordKind::Noun) | None
            )
    };
    match token.text.as_str() {
        "hisself" => return true,
        "har" => return !token.capital && next.is_some_and(|next| !next.is_break() && noun(next)),
        _ => {}
    }
    let apostrophe = |c: char| matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʼ');
    let mut before = text[..token.start].chars().rev();
    let opens =
        before.next().is_some_and(apostrophe) && before.next().is_none_or(|c| !c.is_alphanumeric());
    let quoted = text[token.end..].starts_with(apostrophe)
        && !text[token.end..].chars().nth(1).is_some_and(char::is_alphanumeric);
    let asks = token.text == "is" && !next.is_some_and(|next| !next.is_break() && noun(next));
    opens && !quoted && !asks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: &str) {
        let tokens = spell_out(text, tokenize(text));
        let words: Vec<_> = tokens.into_iter().map(|token| token.text).collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn pronouns_without_their_apostrophe_are_read() {
        check("hes 40 and shes 30, theyre late", "he 40 and she 30 , they late");
        check("in 'er best, give ’er 'is hat", "in her best , give her his hat");
        check("'im with the ferret, 'e's late", "him with the ferret , he late");
        check("shed been crying in a shed", "she been crying in a shed");
        check("har headtie", "her headtie");
    }

    #[test]
    fn other_words_stay() {
        check(
            "a shed covered in ivy, shed painted red",
            "a shed covered in ivy , shed painted red",
        );
        check("er, a shell on a beach, the letter 'e'", "er , a shell on a beach , the letter e");
        check("'is this art' sign", "is this art sign");
        check("har har har", "har har har");
    }
}
