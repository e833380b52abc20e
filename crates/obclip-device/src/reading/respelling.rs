//! Words that the lexicon would know if they were written as usual: misspelt, run together, with figures for letters, or
//! as a picture of a person.

use obclip_protocol::Vocabulary;

use super::abroad::is_foreign;
use super::grammar::{is_in, little};
use super::scripts::in_other_script;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::rules::Rules;
use crate::spelling::Written;
use crate::tokens::{Clitic, Token};

/// Rewrites the words that are not known but look like a word of the lexicon. Places in the prompt stay.
pub(crate) fn respell(text: &str, tokens: Vec<Token>, rules: &Rules) -> Vec<Token> {
    let mut respelt = Vec::with_capacity(tokens.len());
    // Words of other languages are no misspelt English ("weiches Licht").
    let abroad = is_foreign(&tokens);
    for mut token in letters_apart(tokens) {
        if token.is_break() || is_known(&token.text) || rules.is_spelt_so(&token.text) {
            respelt.push(token);
        } else if let Some(words) = pictures(&token).or_else(|| in_other_script(&token, text)) {
            respelt.extend(words);
        } else if let Some(word) = of_figures(&token.text) {
            token.text = word;
            respelt.push(token);
        } else if let Some((first, second)) =
            run_together(&token).filter(|_| !is_surname(respelt.last(), &token))
        {
            respelt.extend([first, second]);
        } else if let Some(word) = misspelt(&token, true).filter(|_| !abroad) {
            word.clone_into(&mut token.text);
            respelt.push(token);
        } else {
            respelt.push(token);
        }
    }
    joined(respelt)
}

/// "Fairchild" of "William Fairchild" is no fair child.
fn is_surname(before: Option<&Token>, token: &Token) -> bool {
    let given = |first: &Token| {
        !first.is_break() && first.capital && Lexicon::v1().is_given_name(&first.text)
    };
    token.capital && !token.upper && before.is_some_and(given)
}

/// "sales man", "grand mother's", "step-son": a noun of the lists that is written as two words.
fn joined(tokens: Vec<Token>) -> Vec<Token> {
    let mut joined: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let whole = joined.last().filter(|_| is_in(LAST_HALVES, &token.text)).and_then(|first| {
            let whole = format!("{}{}", first.text, token.text);
            is_written_apart(first, &token, &whole).then_some(whole)
        });
        match (whole, joined.last_mut()) {
            (Some(whole), Some(first)) => {
                first.text = whole;
                first.end = token.end;
                first.clitic = token.clitic;
                first.upper &= token.upper;
            }
            _ => joined.push(token),
        }
    }
    joined
}

/// Not "old man" and "French woman", whose first word says something alone, nor a phrase of the lists.
fn is_written_apart(first: &Token, last: &Token, whole: &str) -> bool {
    let lexicon = Lexicon::v1();
    let word = first.text.as_str();
    let alone = lexicon.colour(word).is_some()
        || lexicon.is_small(word)
        || little(word).is_some()
        || lexicon.kind(word) == Some(WordKind::Adjective) && !is_in("grand gentle noble", word)
        || matches!(
            lexicon.entry(word),
            Some(
                Entry::Attribute(..)
                    | Entry::Person(_)
                    | Entry::Kin(_)
                    | Entry::Trait { .. }
                    | Entry::Pronoun(_)
                    | Entry::OtherPronoun
                    | Entry::Title(_)
                    | Entry::Place(_)
            )
        );
    // "left-wing man" is no wingman.
    !first.is_break()
        && !first.hyphen
        && first.clitic == Clitic::None
        && !alone
        && lexicon.entry(whole).is_some_and(Entry::is_person_noun)
        && lexicon.entry(&format!("{word} {}", last.text)).is_none()
}

fn is_known(word: &str) -> bool {
    let lexicon = Lexicon::v1();
    Vocabulary::v1().contains(word)
        || lexicon.entry(word).is_some()
        || lexicon.colour(word).is_some()
        || lexicon.is_small(word)
        || lexicon.is_first_name(word)
        || lexicon.is_in_phrase(word)
        || little(word).is_some()
        || lexicon.is_spelled(word)
        || is_inflected(word)
}

/// "waters" is no misspelt "waiters".
fn is_inflected(word: &str) -> bool {
    let base = |ending: &str| word.strip_suffix(ending).filter(|base| base.len() > 2);
    let known = |base: &str| Vocabulary::v1().contains(base);
    // "sittin"
    let dropped = word.ends_with("in") && known(&format!("{word}g"));
    // "handicaped" wants a second letter.
    let doubled = |ending: &str| {
        base(ending).and_then(|base| Some((base, base.get(base.len() - 1..)?))).is_some_and(
            |(base, last)| Lexicon::v1().entry(&format!("{base}{last}{ending}")).is_some(),
        )
    };
    let inflected = ["s", "es", "ed", "ing"].iter().filter_map(|end| base(end)).any(known);
    dropped || inflected && !doubled("ed") && !doubled("ing")
}

/// "o l d  w o m a n" and "b.l.a.c.k": three single letters or more that spell words of the lexicon.
fn letters_apart(tokens: Vec<Token>) -> Vec<Token> {
    let letter =
        |token: &Token| token.text.len() == 1 && token.text.as_bytes()[0].is_ascii_alphabetic();
    let mut joined = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let mut letters = Vec::new();
        let mut end = at;
        while let Some(token) = tokens.get(end) {
            // The dot of "o.l.d" stands right between two letters.
            let dot = token.is_break()
                && !letters.is_empty()
                && tokens.get(end + 1).is_some_and(|next| letter(next) && next.start == token.end);
            if letter(token) {
                letters.push(token.clone());
            } else if !dot {
                break;
            }
            end += 1;
        }
        // "h.e is old", not "H.E. Bates"
        let he = || {
            let word: String = letters.iter().map(|letter| letter.text.as_str()).collect();
            word == "he" && !letters[0].capital
        };
        match (letters.len() > 2 || he()).then(|| spelled(&letters)).flatten() {
            Some(words) => joined.extend(words),
            None => joined.extend(tokens[at..end.max(at + 1)].iter().cloned()),
        }
        at = end.max(at + 1);
    }
    joined
}

/// What is spelled out with other words, or alone ("h.e").
const OF_TWO_LETTERS: &str = "he is in on at of by my";

/// The letters as words, each as long as possible; an article may stand before them.
fn spelled(letters: &[Token]) -> Option<Vec<Token>> {
    let listed = |word: &str| {
        Lexicon::v1().entry(word).is_some()
            || Lexicon::v1().colour(word).is_some()
            || Vocabulary::v1().contains(word)
    };
    let mut words = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        let word =
            |end: usize| letters[at..end].iter().map(|l| l.text.as_str()).collect::<String>();
        let found = (at + 3..=letters.len()).rev().find(|&end| listed(&word(end)));
        // "s h e i s o l d"
        let two = at + 2;
        let short = two <= letters.len() && is_in(OF_TWO_LETTERS, &word(two));
        let end = match found {
            Some(end) => end,
            None if short => two,
            None if letters[at].text == "a" => at + 1,
            None => return None,
        };
        let text = word(end);
        words.push(Token { text, end: letters[end - 1].end, ..letters[at].clone() });
        at = end;
    }
    Some(words)
}

/// "👩🏿‍⚕️", "👵🏽", "🇯🇵" and the signs of Venus and Mars: what they show, each at its own place.
fn pictures(token: &Token) -> Option<Vec<Token>> {
    let shown: Vec<&str> = token
        .text
        .chars()
        .filter_map(|c| PICTURES.iter().find(|(picture, _)| *picture == c))
        .map(|(_, words)| *words)
        .collect();
    if shown.is_empty() {
        return None;
    }
    // Where a person is shown, the noun comes last: "👩🏿" is "black-skinned woman".
    let words = shown.iter().rev().flat_map(|words| words.split([' ', '-']));
    Some(
        words.map(|word| Token { text: word.to_owned(), hyphen: false, ..token.clone() }).collect(),
    )
}

const PICTURES: &[(char, &str)] = &[
    ('👵', "grandmother"),
    ('👴', "grandfather"),
    ('🧓', "oldster"),
    ('👩', "woman"),
    ('👨', "man"),
    ('👧', "girl"),
    ('👦', "boy"),
    ('🧒', "child"),
    ('👶', "baby"),
    ('🧔', "bearded man"),
    ('👱', "blond person"),
    ('🧑', "person"),
    ('👰', "bride"),
    ('🤵', "groom"),
    ('👸', "princess"),
    ('🤴', "prince"),
    ('♀', "female"),
    ('♂', "male"),
    ('⚧', "transgender"),
    ('🤰', "pregnant woman"),
    ('🫃', "pregnant man"),
    ('🫄', "pregnant person"),
    ('🤱', "breastfeeding mother"),
    ('🧕', "muslim woman"),
    ('👳', "turbaned sikh"),
    ('👲', "chinese boy"),
    ('👮', "police officer"),
    ('👷', "builder"),
    ('💂', "guard"),
    ('🕵', "detective"),
    ('🎅', "santa"),
    ('🤶', "mrs claus"),
    ('🧙', "mage"),
    ('🧛', "vampire"),
    ('🧜', "merperson"),
    ('💃', "dancing woman"),
    ('🕺', "dancing man"),
    ('👫', "man woman"),
    ('👬', "two gay men"),
    ('👭', "two lesbian women"),
    ('👪', "family"),
    ('💏', "couple"),
    ('💑', "couple"),
    ('🧏', "deaf person"),
    ('🏄', "surfer"),
    ('🚴', "cyclist"),
    ('🏊', "swimmer"),
    ('🏃', "runner"),
    ('⚕', "doctor"),
    ('🍳', "cook"),
    ('🌾', "farmer"),
    ('🎓', "student"),
    ('🏫', "teacher"),
    ('🔧', "mechanic"),
    ('🏭', "worker"),
    ('💼', "office worker"),
    ('🔬', "scientist"),
    ('💻', "programmer"),
    ('🎤', "singer"),
    ('🎨', "artist"),
    ('✈', "pilot"),
    ('🚀', "astronaut"),
    ('🚒', "firefighter"),
    ('🦽', "wheelchair"),
    ('🦼', "wheelchair"),
    ('🦯', "blind"),
    ('🦰', "redheaded"),
    ('🦱', "curly-haired"),
    ('🦳', "white-haired"),
    ('🦲', "bald"),
    ('🏻', "light-skinned"),
    ('🏼', "fair-skinned"),
    ('🏽', "brown-skinned"),
    ('🏾', "dark-skinned"),
    ('🏿', "black-skinned"),
];

/// "m4n", "0ld", "60plus"
fn of_figures(word: &str) -> Option<String> {
    let figures = word.chars().filter(char::is_ascii_digit).count();
    if figures == 0 || figures == word.len() {
        return None;
    }
    if let Some(years) = word.strip_suffix("plus").filter(|years| years.parse::<u32>().is_ok()) {
        return Some(years.to_owned());
    }
    // "80yo" is an age, "0ld" is a word.
    let after_figures = word.trim_start_matches(|c: char| c.is_ascii_digit());
    let figures_first = word.len() - after_figures.len();
    if figures_first == figures && !(figures == 1 && word.starts_with('0')) && figures_first > 0 {
        return None;
    }
    let letter = |c: char| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        '8' => 'b',
        _ => c,
    };
    let read: String = word.chars().map(letter).collect();
    let lexicon = Lexicon::v1();
    let listed = lexicon.entry(&read).is_some()
        || lexicon.colour(&read).is_some()
        || lexicon.is_small(&read)
        || lexicon.is_often(&read);
    (word.len() > 2 && listed).then_some(read)
}

/// "asianwoman": a description and the noun of a person; "highschooler": a phrase of the lists.
fn run_together(token: &Token) -> Option<(Token, Token)> {
    let lexicon = Lexicon::v1();
    let word = token.text.as_str();
    let clitic = if token.clitic == Clitic::None { 0 } else { 2 };
    // "Grayson" is no gray son.
    if token.capital && lexicon.is_given_name(word) {
        return None;
    }
    // Only where every letter has its own byte in the prompt, so that both halves have a place.
    if !word.is_ascii() || token.end - token.start != word.len() + clitic {
        return None;
    }
    let describes = |left: &str| {
        let entry = lexicon.entry(left);
        matches!(entry, Some(Entry::Attribute(..) | Entry::Trait { .. } | Entry::Person(_)))
            || lexicon.colour(left).is_some()
            || lexicon.is_small(left)
    };
    let is_person = |right: &str| {
        let entry = lexicon.entry(right);
        matches!(entry, Some(Entry::Person(_) | Entry::Kin(_) | Entry::Neutral | Entry::Group(..)))
    };
    let mut halves = (3..word.len().saturating_sub(2)).map(|at| word.split_at(at));
    let listed = |(left, right): &(&str, &str)| lexicon.entry(&format!("{left} {right}")).is_some();
    let (left, right) = (halves.clone())
        .find(|(left, right)| describes(left) && is_person(right))
        .or_else(|| halves.find(listed))?;
    let (mut first, mut second) = (token.clone(), token.clone());
    first.text = left.to_owned();
    first.end = first.start + left.len();
    first.clitic = Clitic::None;
    second.text = right.to_owned();
    second.start = first.end;
    second.capital = false;
    Some((first, second))
}

/// A slip of the pen in a word that is no name.
fn misspelt(token: &Token, capitals_mean_names: bool) -> Option<&'static str> {
    let word = token.text.as_str();
    let letters = word.bytes().all(|c| c.is_ascii_lowercase());
    let capital = token.capital && capitals_mean_names;
    let named = token.capital && Lexicon::v1().is_given_name(word);
    if !letters || named {
        return None;
    }
    Lexicon::v1().near(Written { word, capital })
}

/// What nouns of persons end with that are written apart.
const LAST_HALVES: &str = "man men woman women mother mothers father fathers son sons daughter daughters child children sister \
sisters brother brothers parent parents boy boys girl girls lady ladies wife wives person persons people maid maids mum mom dad";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: &str) {
        let words: Vec<_> = respell(text, tokenize(text), &Rules::default())
            .into_iter()
            .map(|token| token.text)
            .collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn misspelt_words_of_persons_are_read() {
        check("an eldery womann", "an elderly woman");
        check("a grandmohter and a gril", "a grandmother and a girl");
        check("asianwoman, youngman's hat", "asian woman , young man hat");
        check("0ld m4n", "old man");
        check("an o l d  w o m a n, b.l.a.c.k hat", "an old woman , black hat");
        check("h.e is old, s h e i s o l d, H.E. Bates", "he is old , she is old , h , e , bates");
        check("h.e, i.e. e g", "he , i , e , e g");
        check(
            "a sales man, a grand mother's hat, an old man",
            "a salesman , a grandmother hat , an old man",
        );
        check(
            "a yuong woman with brown hiar in a weelchair",
            "a young woman with brown hair in a wheelchair",
        );
        check("👵🏽 with a ♂ nurse", "brown skinned grandmother with a male nurse");
    }

    #[test]
    fn other_words_stay() {
        check("a 4k photo of a castel, 35mm", "a 4k photo of a castle , 35mm");
        check("a papermaker, a glas, a longsword", "a papermaker , a glas , a longsword");
        check("a women at the waters edge, bridges", "a women at the waters edge , bridges");
    }
}
