//! Text to words, each with its place in the original.
//!
//! Letters are brought to one form first (compatibility forms, accents, look-alikes of other
//! alphabets, zero-width characters), so that spelling tricks cannot smuggle a word past the
//! lexicon. What cannot be brought to plain letters stays unknown, and unknown words are held.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word or a break, with byte offsets into the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    /// Normalised, lower case, without `'s`; "," for a break.
    pub(crate) text: String,
    /// Where it starts in the original.
    pub(crate) start: usize,
    /// Where it ends in the original.
    pub(crate) end: usize,
    /// Whether it starts with a capital.
    pub(crate) capital: bool,
    /// Whether it has two letters or more and all are capitals.
    pub(crate) upper: bool,
    /// Whether a hyphen joins it to the word before.
    pub(crate) hyphen: bool,
    /// What was cut off its end.
    pub(crate) clitic: Clitic,
    /// Whether it stands between `{{` and `}}`.
    pub(crate) marked: bool,
    /// Whether it stands between double quotes.
    pub(crate) quoted: bool,
    /// Whether it is a break that ends a sentence.
    pub(crate) stop: bool,
    /// Whether it is a break that gives a value ("age: 40", "age=40").
    pub(crate) assigns: bool,
    /// Whether it is of several owners ("nurses' station").
    pub(crate) owners: bool,
}

/// A contraction at the end of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clitic {
    /// None.
    None,
    /// `'s`
    Genitive,
    /// `'re`, `'ll`, `'ve`, `'d`, `'m`
    Verb,
}

impl Token {
    pub(crate) fn is_break(&self) -> bool {
        self.text == ","
    }
}

#[derive(Debug, Clone, Copy)]
struct Letter {
    c: char,
    start: usize,
    end: usize,
    capital: bool,
    marked: bool,
}

/// Splits the text. Never fails: any text gives some tokens.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let letters = letters(text);
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    let (mut quoted, mut single) = (false, false);
    while at < letters.len() {
        let len = word_len(&letters[at..]);
        if len > 0 {
            let hyphen = at > 1 && letters[at - 1].c == '-' && is_word(letters[at - 2].c);
            let owners = !single && is_of_owners(&letters, at + len);
            let mut token = Token { quoted, owners, ..word(&letters[at..at + len], hyphen) };
            keep_accent(&mut token, text);
            tokens.push(token);
            at += len;
            continue;
        }
        let word_follows = letters.get(at + 1).is_some_and(|next| is_word(next.c));
        single |= letters[at].c == '\'' && word_follows;
        quoted = match letters[at].c {
            '"' => !quoted && letters[at + 1..].iter().any(|letter| letter.c == '"'),
            '“' => true,
            '”' => false,
            _ => quoted,
        };
        if is_break(letters[at].c) && !ends_abbreviation(&tokens, letters[at]) {
            tokens.push(break_token(letters[at]));
        }
        at += 1;
    }
    tokens
}

/// A divorcé is somebody, a divorce is not: without its accent it is spelt as the English word for both.
fn keep_accent(token: &mut Token, text: &str) {
    let accented = || !text[token.start..token.end].is_ascii();
    match token.text.as_str() {
        "divorce" if accented() => "divorcee".clone_into(&mut token.text),
        "divorces" if accented() => "divorcees".clone_into(&mut token.text),
        _ => {}
    }
}

/// "nurses' station": an apostrophe after the s of several, before another word. After a single quote it may end the quote.
fn is_of_owners(letters: &[Letter], end: usize) -> bool {
    let c = |at: usize| letters.get(at).map_or(' ', |letter| letter.c);
    c(end) == '\'' && c(end - 1) == 's' && c(end + 1) == ' ' && is_word(c(end + 2))
}

/// One spelling for each word: what the lexicon is keyed by.
pub(crate) fn normalize(text: &str) -> String {
    letters(text).into_iter().map(|letter| letter.c).collect()
}

fn letters(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut marked = false;
    let mut skip = false;
    for (start, original) in text.char_indices() {
        if std::mem::take(&mut skip) {
            continue;
        }
        let rest = &text[start..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            marked = rest.starts_with('{');
            skip = true;
            letters.push(Letter { c: ' ', start, end: start + 2, capital: false, marked });
            continue;
        }
        let end = start + original.len_utf8();
        let capital = original.is_uppercase();
        for part in std::iter::once(original).nfkd().filter(|&c| !is_accent(c)) {
            for c in plain(part).to_lowercase().filter(|&c| !is_invisible(c)) {
                letters.push(Letter { c, start, end, capital, marked });
            }
        }
    }
    join_notation(join_years_old(without_emphasis(letters)))
}

/// "(old:1.3) man" and "((old)) man" are how pictures are asked for with emphasis: no breaks.
fn without_emphasis(mut letters: Vec<Letter>) -> Vec<Letter> {
    let mut open = Vec::new();
    for at in 0..letters.len() {
        match letters[at].c {
            '(' | '[' => open.push(at),
            ')' | ']' => {
                let Some(start) = open.pop() else { continue };
                let weight = weight_len(&letters[start + 1..at]);
                let doubled = start > 0
                    && letters[start - 1].c == letters[start].c
                    && letters.get(at + 1).is_some_and(|next| next.c == letters[at].c);
                if doubled {
                    letters[start - 1].c = ' ';
                    letters[at + 1].c = ' ';
                }
                if doubled || weight > 0 {
                    letters[start].c = ' ';
                    letters[at - weight..=at].iter_mut().for_each(|letter| letter.c = ' ');
                }
            }
            _ => {}
        }
    }
    letters
}

/// The length of ":1.3" at the end, 0 where there is none.
fn weight_len(letters: &[Letter]) -> usize {
    let is_figure = |letter: &&Letter| letter.c.is_ascii_digit() || letter.c == '.';
    let figures = letters.iter().rev().take_while(is_figure).count();
    let colon = letters.len().checked_sub(figures + 1).is_some_and(|at| letters[at].c == ':');
    if figures > 0 && colon { figures + 1 } else { 0 }
}

/// "44 y/o" and "53 y.o." are one word, not three and a break.
fn join_years_old(letters: Vec<Letter>) -> Vec<Letter> {
    let c = |at: usize| letters.get(at).map_or(' ', |letter| letter.c);
    let joins = |at: usize| {
        let after_figure = at > 0 && (c(at - 1).is_ascii_digit() || !is_word(c(at - 1)));
        after_figure
            && c(at) == 'y'
            && "/.".contains(c(at + 1))
            && c(at + 2) == 'o'
            && !is_word(c(at + 3))
    };
    let starts: Vec<usize> = (0..letters.len()).filter(|&at| joins(at)).collect();
    let goes =
        |at: usize| starts.iter().any(|&start| at == start + 1 || at == start + 3 && c(at) == '.');
    let kept = (0..letters.len()).filter(|&at| !goes(at)).map(|at| letters[at]);
    kept.collect()
}

/// "f/16" is an aperture, "1/250" a shutter time, "16:9" a ratio, "3/4 view" an angle and "--ar 16:9" an option of a generator: a
/// word each, no ages and no genders. By the form alone: "m/16" is one too, "F/16" and "24/F" are not.
fn join_notation(mut letters: Vec<Letter>) -> Vec<Letter> {
    // Nearly all words of the lists come through here when they are built.
    if !letters.iter().any(|letter| letter.c.is_ascii_digit()) {
        return letters;
    }
    for at in 0..letters.len() {
        if let Some(joint) = figure_joint(&letters, at) {
            letters[joint].c = JOINED;
        }
    }
    for at in 0..letters.len() {
        if let Some(joint) = option_joint(&letters, at) {
            letters[joint].c = JOINED;
        }
    }
    letters
}

/// The colon of a ratio or the stroke of an aperture, a shutter time or a fraction whose word starts at `at`.
fn figure_joint(letters: &[Letter], at: usize) -> Option<usize> {
    let joint = word_end(letters, at).filter(|&end| end < letters.len())?;
    let stop = word_end(letters, joint + 1)?;
    let figure = |range: &[Letter]| range.len() < 5 && range.iter().all(|l| l.c.is_ascii_digit());
    let aperture = matches!(letters[at].c, 'f' | 'm')
        && joint == at + 1
        && !letters[at].capital
        && letters[joint].c == '/';
    let ratio = letters[joint].c == ':' && figure(&letters[at..joint]);
    let stroke = letters[joint].c == '/';
    let shutter = stroke && joint == at + 1 && letters[at].c == '1' && {
        let seconds = usize::from(stop > joint + 3 && letters[stop - 1].c == 's');
        stop - seconds > joint + 2 && figure(&letters[joint + 1..stop - seconds])
    };
    let fraction = stroke && joint == at + 1 && stop == joint + 2 && is_before_angle(letters, stop);
    // "m/29/Dutch" is a person.
    let goes_on = letters.get(stop).is_some_and(|next| next.c == '/');
    let whole = figure(&letters[joint + 1..stop]);
    let fraction = fraction && figure(&letters[at..joint]);
    (!goes_on && (whole && (aperture || ratio || fraction) || shutter)).then_some(joint)
}

/// "view" of "3/4 view", "length" of "3/4-length"
fn is_before_angle(letters: &[Letter], at: usize) -> bool {
    const ANGLES: &[&str] =
        &["view", "profile", "length", "angle", "shot", "turn", "face", "portrait", "pose", "body"];
    let end = word_end(letters, at + 1);
    end.is_some_and(|end| {
        let word: String = letters[at + 1..end].iter().map(|letter| letter.c).collect();
        ANGLES.contains(&word.as_str())
    })
}

/// The space between "--ar", or "iso", and its figure.
fn option_joint(letters: &[Letter], at: usize) -> Option<usize> {
    let joint = word_end(letters, at).filter(|&end| end < letters.len())?;
    let figure = letters[joint].c == ' ' && letters.get(joint + 1)?.c.is_ascii_digit();
    let name: String = letters[at..joint].iter().map(|letter| letter.c).collect();
    let dashes = at > 1 && letters[at - 2..at].iter().all(|letter| letter.c == '-');
    let option = dashes && OPTIONS.contains(&name.as_str()) || name == "iso";
    (figure && option).then_some(joint)
}

/// Where the word ends that starts at `at`, if one does.
fn word_end(letters: &[Letter], at: usize) -> Option<usize> {
    let starts = is_word(letters.get(at)?.c) && (at == 0 || !is_word(letters[at - 1].c));
    let rest = letters[at..].iter();
    starts.then(|| at + rest.take_while(|letter| is_word(letter.c)).count())
}

/// A sign that no word of a list has.
pub(crate) const JOINED: char = '×';
/// Options of image generators whose value is a figure.
const OPTIONS: &[&str] = &[
    "ar", "aspect", "c", "chaos", "cw", "h", "height", "iw", "niji", "q", "quality", "r", "repeat",
    "s", "seed", "steps", "stop", "stylize", "sw", "v", "version", "w", "weird", "width",
];

/// Letters of other alphabets that look like ours, and the many dashes and quotes.
fn plain(c: char) -> char {
    if c.is_ascii() && c != '`' {
        return c;
    }
    const FROM: &str = "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢꜰɑɡⅼаеорсухіјѕԁһӏтнквмАЕОРСУХІЈЅТНКВМαονρτικυΑΒΕΖΗΙΚΜΝΟΡΤΥΧıłøđð’‘ʼ`´′‐‑−";
    const TO: &str = "abcdeghijklmnoprstuvwyzfaglaeopcyxijsdhltnkbmAEOPCYXIJSTHKBMaovptikuABEZHIKMNOPTYXilodd''''''---";
    let position = FROM.chars().position(|from| from == c);
    position.and_then(|position| TO.chars().nth(position)).unwrap_or(c)
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
        || is_accent(c)
}

/// The vowel signs of the scripts of India are no accents: boy and girl differ by one in Hindi.
fn is_accent(c: char) -> bool {
    is_combining_mark(c) && !matches!(c, '\u{900}'..='\u{dff}')
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() && !c.is_whitespace() && !is_break(c) && c != '·'
}

fn is_break(c: char) -> bool {
    ",.;:!?()[]|/\n\\+=—–…。，、•\"“”".contains(c)
}

/// A run of letters and figures; an apostrophe, or a dot between figures, may stand inside.
fn word_len(letters: &[Letter]) -> usize {
    let at = |i: usize| letters.get(i).map_or(' ', |letter| letter.c);
    let mut len = 0;
    loop {
        let inner = len > 0 && is_word(at(len + 1));
        let figures = inner && at(len - 1).is_ascii_digit() && at(len + 1).is_ascii_digit();
        match at(len) {
            c if is_word(c) => len += 1,
            '\'' if inner => len += 1,
            '.' | ',' if figures => len += 1,
            _ => return len,
        }
    }
}

fn word(letters: &[Letter], hyphen: bool) -> Token {
    let full: String = letters.iter().map(|letter| letter.c).collect();
    let verb = ["'re", "'ll", "'ve", "'d", "'m"].into_iter().find_map(|end| full.strip_suffix(end));
    let (text, clitic) = match (full.strip_suffix("'s"), verb) {
        (Some(stem), _) => (stem, Clitic::Genitive),
        (_, Some(stem)) => (stem, Clitic::Verb),
        _ => (full.as_str(), Clitic::None),
    };
    Token {
        text: text.to_owned(),
        start: letters[0].start,
        end: letters[letters.len() - 1].end,
        capital: letters[0].capital,
        upper: letters.len() > 1 && letters.iter().all(|letter| letter.capital),
        hyphen,
        clitic,
        marked: letters[0].marked,
        quoted: false,
        stop: false,
        assigns: false,
        owners: false,
    }
}

fn break_token(letter: Letter) -> Token {
    Token {
        text: ",".to_owned(),
        start: letter.start,
        end: letter.end,
        capital: false,
        upper: false,
        hyphen: false,
        clitic: Clitic::None,
        marked: false,
        quoted: false,
        stop: ".!?\n".contains(letter.c),
        assigns: matches!(letter.c, ':' | '='),
        owners: false,
    }
}

/// The dot of "Mrs." is no break.
fn ends_abbreviation(tokens: &[Token], letter: Letter) -> bool {
    let titles = ["mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs"];
    let title = |last: &Token| titles.contains(&last.text.as_str()) && last.end == letter.start;
    letter.c == '.' && tokens.last().is_some_and(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let words: Vec<_> = tokenize(text).into_iter().map(|token| token.text).collect();
        assert_eq!(words.join(" "), expected, "{text:?}");
    }

    #[test]
    fn words_breaks_and_hyphens() {
        check("An 18-year-old girl, smiling.", "an 18 year old girl , smiling ,");
        check("Mrs. Jones's café (1.5)", "mrs jones cafe , 1.5 ,");
        check("five o’clock shadow", "five o'clock shadow");
        check("", "");
    }

    #[test]
    fn emphasis_is_no_break() {
        check("(old:1.3) (asian:1.1) man, ((tall)) hat", "old asian man , tall hat");
        check("a nurse (25), [left", "a nurse , 25 , , , left");
    }

    #[test]
    fn notation_of_cameras_and_generators_is_no_age_and_no_gender() {
        check("lake, f/16, m/8, 16:9", "lake , f×16 , m×8 , 16×9");
        check("a barn --ar 16:9 --v 6 --tile", "a barn ar×16×9 v×6 tile");
        check("F/24, 24/F, woman: 24", "f , 24 , 24 , f , woman , 24");
        check("m/29/Dutch", "m , 29 , dutch");
        check("lake, 1/250, 1/60s, 1/2, 30/40", "lake , 1×250 , 1×60s , 1 , 2 , 30 , 40");
        check("3/4 view, 3/4 years old", "3×4 view , 3 , 4 years old");
        check("one -- v 6, f/, 1:", "one v 6 , f , , 1 ,");
        check("nurse, ISO 100, 7:30, f/1.4", "nurse , iso×100 , 7×30 , f×1.4");
    }

    #[test]
    fn spelling_tricks_come_to_one_form() {
        check("ｗｏｍａｎ", "woman");
        check("wo\u{200b}man", "woman");
        check("wоmаn", "woman");
        check("señora, SENÕRA", "senora , senora");
        check("w\u{301}oman", "woman");
    }

    #[test]
    fn offsets_name_the_original() {
        let text = "Ｏｌｄ “wo\u{200b}man” — it’s";
        for token in tokenize(text) {
            assert!(text.get(token.start..token.end).is_some(), "{token:?}");
        }
        let woman = &tokenize(text)[2];
        assert_eq!(&text[woman.start..woman.end], "wo\u{200b}man");
    }

    #[test]
    fn several_own_with_an_apostrophe() {
        let owners = |text: &str| tokenize(text).iter().any(|token| token.owners);
        assert!(owners("the nurses' station"));
        assert!(!owners("the sign 'all nurses' hangs"));
        assert!(!owners("a nurse's cap, 2 nurses'"));
    }

    #[test]
    fn marks_cover_the_words_between_braces() {
        let marked: Vec<_> = tokenize("a {{red car}} here").iter().map(|t| t.marked).collect();
        assert_eq!(marked, [false, true, true, false]);
    }
}
