//! "a" or "an", chosen by the sound of the next word.

/// Marks the place of an article in a text that is not finished.
pub(super) const ARTICLE: char = '\u{1}';
/// The same at the start of a sentence.
pub(super) const ARTICLE_CAPITAL: char = '\u{2}';

/// Replaces the article marks.
pub(super) fn resolve(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            ARTICLE => out.push_str(article(&text[at + 1..])),
            ARTICLE_CAPITAL if article(&text[at + 1..]) == "an" => out.push_str("An"),
            ARTICLE_CAPITAL => out.push('A'),
            _ => out.push(c),
        }
    }
    out
}

/// The article before `rest`; brackets and spaces are not heard.
pub(super) fn article(rest: &str) -> &'static str {
    let heard = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word: String = heard.chars().take_while(|c| c.is_alphanumeric()).collect();
    if starts_with_vowel_sound(&word.to_lowercase()) { "an" } else { "a" }
}

fn starts_with_vowel_sound(word: &str) -> bool {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() {
        return digits.starts_with('8') || digits == "11" || digits == "18";
    }
    let silent_h = ["heir", "honest", "hour"].iter().any(|p| word.starts_with(p));
    let spoken_y = ["eu", "uk", "uga", "uni", "uru"].iter().any(|p| word.starts_with(p));
    let spoken_w = word == "one" || word == "once";
    silent_h || (word.starts_with(['a', 'e', 'i', 'o', 'u']) && !spoken_y && !spoken_w)
}
