//! What is written on things, the titles of works, and what is not to be seen: "a VHS labelled Pretty Woman", "GOD SAVE THE
//! QUEEN on a bridge", "negative prompt: man, woman". Words of persons there are nobody: they stay on the device and open nothing.
//!
//! Only the form decides (quotes, capitals and what governs them), so every value of an axis is read alike.

use std::ops::Range;

use obclip_protocol::Vocabulary;

use super::Scene;
use super::abroad;
use super::called;
use super::capitals::{is_all_capitals, is_title_case};
use super::grammar::{Little, PICTURES, is_in, little};
use super::term::{Fate, Sense, Term};
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::Token;

/// Takes the words of persons that are only written, titles or unwanted out of the reading.
pub(crate) fn mark(scene: &mut Scene, text: &str) {
    let mut spans = Vec::new();
    unwanted(&scene.tokens, text, &mut spans);
    if scene.tokens.iter().any(|token| token.capital || token.quoted) {
        written(&scene.tokens, &mut spans);
        called::names(&scene.tokens, &mut spans);
    }
    abroad::things(&scene.tokens, &mut spans);
    for (span, why) in spans {
        for term in &mut scene.terms {
            let inside = span.contains(&term.tokens.start) && term.tokens.end <= span.end;
            if inside && !is_plain(&scene.tokens, term) && !term.kept && term.own.is_none() {
                (term.sense, term.fate) = (Sense::Written, Fate::Hold(why));
            }
        }
    }
}

/// What would travel whatever stands around it.
fn is_plain(tokens: &[Token], term: &Term) -> bool {
    match term.sense {
        Sense::Comma | Sense::Little(_) => true,
        Sense::Word(_) => Vocabulary::v1().contains(&tokens[term.tokens.start].text),
        _ => false,
    }
}

type Spans = Vec<(Range<usize>, &'static str)>;

/// "negative prompt: man, woman", "Avoid: people", "--no people, girls"
fn unwanted(tokens: &[Token], text: &str, spans: &mut Spans) {
    const ASKS: &str = "negative negatives neg avoid exclude unwanted";
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let assigns = |at: usize| tokens.get(at).is_some_and(|token| token.assigns);
    let option = |at: usize| text[..tokens[at].start].ends_with("--");
    let prompts = |at: usize| is_in("prompt prompts", word(at));
    for at in 0..tokens.len() {
        let opens = at == 0 || tokens[at - 1].is_break();
        let asked = is_in("negative neg", word(at)) && prompts(at + 1)
            || opens && is_in(ASKS, word(at)) && assigns(at + 1);
        let end = if asked {
            let positive = |at: &usize| prompts(*at) && assigns(at + 1);
            (at + 2..tokens.len()).find(positive)
        } else if word(at) == "no" && option(at) {
            (at + 1..tokens.len()).find(|&at| option(at))
        } else {
            continue;
        };
        return spans.push((at + 1..end.unwrap_or(tokens.len()), UNWANTED));
    }
}

/// Quotes, capitals and titles that something governs.
fn written(tokens: &[Token], spans: &mut Spans) {
    let title = is_title_case(tokens) || is_all_capitals(tokens);
    let small = tokens.iter().filter(|token| !token.capital && !token.is_break()).count();
    let shouted = tokens.iter().filter(|token| token.upper).count();
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].quoted {
            let end = end_of(tokens, at, |token| token.quoted);
            if is_quoted_lettering(tokens, at..end) {
                spans.push((at..end, WRITTEN));
            }
            at = end;
            continue;
        }
        let starts = !title && starts_name(tokens, at);
        let end = starts.then(|| capitals(tokens, at, small > shouted)).flatten();
        if let Some(end) = end {
            spans.push((at..end, WRITTEN));
        }
        at = end.unwrap_or(at + 1).max(at + 1);
    }
}

fn end_of(tokens: &[Token], at: usize, inside: impl Fn(&Token) -> bool) -> usize {
    at + tokens[at..].iter().take_while(|token| inside(token)).count()
}

/// A capital, or a figure before one ("12 Angry Men").
fn starts_name(tokens: &[Token], at: usize) -> bool {
    let capital = |at: usize| tokens.get(at).is_some_and(|token| token.capital);
    capital(at) || is_figure(&tokens[at]) && capital(at + 1)
}

fn is_figure(token: &Token) -> bool {
    token.text.starts_with(|c: char| c.is_ascii_digit())
}

/// The end of the letters or of the title that start at `at`.
fn capitals(tokens: &[Token], at: usize, lettered: bool) -> Option<usize> {
    // "a logo with the face of a GENTLEMAN"
    let article =
        at.checked_sub(1).is_some_and(|before| matches!(tokens[before].text.as_str(), "a" | "an"));
    if lettered && !article && is_upper(&tokens[at]) {
        let end = end_of(tokens, at, |token| is_upper(token) || is_figure(token));
        let longest = tokens[at..end].iter().map(|token| token.text.len()).max().unwrap_or(0);
        if longest > 2 && is_lettering(tokens, at..end) {
            return Some(end);
        }
    }
    is_titled(tokens, at)
}

fn is_upper(token: &Token) -> bool {
    token.upper || token.capital && token.text.len() == 1
}

/// The word before `at`, over a break; and whether it was over one.
fn word_before(tokens: &[Token], at: usize) -> (Option<usize>, bool) {
    let Some(before) = at.checked_sub(1) else { return (None, false) };
    match tokens[before].is_break() {
        true => (before.checked_sub(1).filter(|&at| !tokens[at].is_break()), true),
        false => (Some(before), false),
    }
}

/// `banner "Just Married"`, `"Kids eat free" on a chalkboard`, `locomotive "Duchess"`; not `a "blind" man beside a sign`.
fn is_quoted_lettering(tokens: &[Token], span: Range<usize>) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let before: Vec<usize> =
        (0..span.start).rev().filter(|&at| !tokens[at].is_break()).take(NEAR).collect();
    let modifies = {
        let next =
            tokens.get(span.end + 1).filter(|_| tokens.get(span.end).is_some_and(Token::is_break));
        let article = before.first().is_some_and(|&at| {
            matches!(little(word(at)), Some(Little::Article | Little::Determiner))
        });
        article && next.is_some_and(|next| !next.is_break() && little(&next.text).is_none())
    };
    let shown = before.first().is_some_and(|&at| is_of_picture(tokens, at));
    let governs =
        |at: usize| is_in(CARRIERS, word(at)) || is_in(LETTERS, word(at)) || is_in(WORKS, word(at));
    let directly = before.first().is_some_and(|&at| is_in(NAMED_THINGS, word(at)));
    let after = (span.end..tokens.len())
        .filter(|&at| !tokens[at].is_break() && !tokens[at].quoted)
        .take(NEAR)
        .any(|at| is_in(CARRIERS, word(at)) && word(at + 1) != "of");
    // "lean, laughing," read the card under the photo: said of whom the photo shows.
    let quoted =
        |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_some_and(|token| token.quoted);
    let listed = quoted(Some(span.end + 1)) || quoted(span.start.checked_sub(2));
    let photo =
        |token: &Token| !token.quoted && is_in("photo photos photograph portrait", &token.text);
    let described = listed && tokens.iter().any(photo);
    !modifies && !shown && !described && (directly || before.iter().any(|&at| governs(at)) || after)
}

/// How many words may stand between letters and what they are on.
const NEAR: usize = 5;

/// "painting titled", "portrait of": what is named there is what the picture shows.
fn is_of_picture(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| tokens[at].text.as_str();
    let link = is_in("titled entitled called named captioned of", word(at));
    let first = if link { at.checked_sub(1) } else { Some(at) };
    first.is_some_and(|at| is_in(PICTURES, word(at)) && word(at) != "poster")
}

/// "billboard in a desert: JESUS SAVES", "blocks that spell GRANNY", "LADIES on a brass plate"
fn is_lettering(tokens: &[Token], span: Range<usize>) -> bool {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let (before, broken) = word_before(tokens, span.start);
    let governs = |at: usize| is_in(LETTERS, word(at)) || is_in(CARRIERS, word(at));
    let colon = span.start > 0 && tokens[span.start - 1].assigns;
    let directly = before.is_some_and(|at| governs(at) && (!broken || colon));
    // "UK", "LGBT" and other short words
    let long = span.len() > 1 || tokens[span.start].text.len() > SHORT;
    let far = |at: usize| !tokens[at].quoted && governs(at);
    let near = span.start.saturating_sub(2 * NEAR)..span.start;
    let after = span.end..(span.end + NEAR).min(tokens.len());
    directly || long && (near.into_iter().any(far) || after.into_iter().any(far))
}

const SHORT: usize = 4;

/// "paperback The Old Man and the Sea", "DVD of 12 Angry Men", "a novel called Emma": the end of the title at `at`.
fn is_titled(tokens: &[Token], at: usize) -> Option<usize> {
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let (before, broken) = word_before(tokens, at);
    let before = before?;
    let colon = tokens[at - 1].assigns;
    let back = |n: usize| before.checked_sub(n).map_or("", word);
    // "swatches named Tan, Ebony and Olive"
    let several = back(1).ends_with('s') && is_in(CARRIERS, back(1));
    let end = end_of_title(tokens, at, colon || several);
    let of_word = matches!(word(before), "of" | "for" | "from" | "to");
    let work = is_in(WORKS, word(before));
    let governed = if of_word {
        // "DVD box of", "a poster for"
        let works = is_in(WORKS, back(1))
            || is_in(WORKS, back(2)) && is_in("box case sleeve cover kit ray disc", back(1));
        let shown =
            is_in("poster posters tickets ticket stub trailer", back(1)) && back(2) != "wanted";
        !broken && (works || word(before) == "for" && shown)
    } else if is_in("called named reading reads read says saying", word(before)) {
        !broken && (is_in(CARRIERS, back(1)) || is_in(WORKS, back(1)))
            || !broken && is_in("that which", back(1)) && is_in(CARRIERS, back(2))
    } else if colon {
        is_in(BOARDS, word(before))
    } else if broken {
        is_in(RECORDS, word(before)) && !speaks_of_somebody(tokens)
    } else {
        work || is_in(CARRIERS, word(before))
            || is_in(LETTERS, word(before)) && !is_of_picture(tokens, before)
    };
    // "paperback Korean novels", "a copy of Vogue"
    let one = end == at + 1;
    let describes =
        one && tokens.get(end).is_some_and(|next| !next.is_break() && little(&next.text).is_none());
    (governed && !describes).then_some(end)
}

/// A title's words: capitals and figures, and small little words between them; over commas in a list after a colon.
fn end_of_title(tokens: &[Token], at: usize, listed: bool) -> usize {
    let part = |at: usize| tokens.get(at).is_some_and(|token| token.capital || is_figure(token));
    let links = |at: usize| {
        tokens.get(at).is_some_and(|token| {
            token.is_break() && listed && !token.stop
                || is_in(
                    "of the and & for in on to from with a an at by his her my or de la",
                    &token.text,
                )
        })
    };
    let mut end = at + 1;
    loop {
        let linked = (end..end + 3).take_while(|&at| links(at)).count();
        if !part(end + linked) || linked > 2 {
            return end;
        }
        end += linked + 1;
    }
}

/// Whether a word in small letters, but for those of works, speaks of somebody.
fn speaks_of_somebody(tokens: &[Token]) -> bool {
    let small = |token: &&Token| !token.capital && !is_in(RECORDS, &token.text);
    tokens
        .iter()
        .filter(small)
        .any(|token| !matches!(Lexicon::v1().entry(&token.text), None | Some(Entry::Plain(_))))
}

/// What bears letters.
const CARRIERS: &str = "sign signs signboard banner banners billboard billboards placard placards plaque plaques sticker stickers headline \
headlines chalkboard blackboard whiteboard marquee neon doormat mug mugs t-shirt tee tshirt nameplate plate badge badges poster posters \
label labels tag tab graffiti stencil mural-text letters lettering blocks keycap button buttons card postcard stamp \
ticket tombstone gravestone headstone letterbox mailbox crate jar tin bumper cushion pillow towel magnet magnets keyring notice lunchbox lunchboxes shopfront awning swatch swatches shades lipsticks drawers \
text logo wordmark typography typeface font word words phrase slogan subtitle tattoo envelope scroll ribbon sash jersey";
/// What says that something is written.
const LETTERS: &str = "labelled labeled lettered marked titled entitled inscribed engraved stencilled stenciled embroidered \
stitched spelling spelled spelt spells spell stamped subtitled chalked sprayed scrawled carved etched printed painted emblazoned written word words";
/// Works that have a title.
const WORKS: &str = "paperback paperbacks hardback hardcover novel book comic dvd dvds vhs blu videotape cassette cassettes tape album \
vinyl lp single record cd cds soundtrack sleeve music score libretto programme program playbill copy edition script screenplay musical \
opera film movie song kit jigsaw game jukebox";
/// Works on a disc, a tape or paper.
const RECORDS: &str = "paperback hardback dvd vhs cassette album vinyl lp single sleeve cd";
/// What lists or shows words after a colon.
const BOARDS: &str = "marquee banner billboard placard plaque headline chalkboard blackboard neon jukebox buttons button sticker graffiti sign label";
/// What has a name of its own in quotes.
const NAMED_THINGS: &str = "locomotive engine tug ferry ship boat yacht barge schooner trawler freighter tanker liner lifeboat narrowboat steamer \
submarine train tram bus plane aircraft bomber pub inn tavern cafe shop bar hotel house cottage villa rose tulip dahlia apple \
cultivar variety racehorse horse";
/// Why words are held that are written or a title.
pub(super) const WRITTEN: &str = "written on a thing, or a title";
/// Why the words of a negative prompt are held.
const UNWANTED: &str = "not to be seen";

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn titles_and_letters_are_nobody() {
        check("a VHS labelled Pretty Woman in ballpoint", 0);
        check("a VHS and a Pretty Woman in ballpoint", 1);
        check("worn paperback The Old Man and the Sea on a towel", 0);
        check("a man with a paperback, old and tired", 1);
        check("DVD of 12 Angry Men in a bin, a first edition of The Invisible Man", 0);
        check("a painting titled Old Woman With Cat on a wall", 1);
        check("headline PRESIDENT RESIGNS on wet pavement", 0);
        check("wooden blocks that spell GRANNY on a shelf", 0);
        check("a \"blind\" man beside a sign", 1);
        check("picture book page: Granny in her garden", 1);
    }

    #[test]
    fn what_is_not_to_be_seen_is_nobody() {
        check("alpine hut, negative prompt: man, woman, child, text", 0);
        check("negative prompt: man, woman; prompt: a nurse in a hut", 1);
        check("a forest cabin --no people, man --ar 16:9", 0);
        check("no, a man in a hut", 1);
    }

    #[test]
    fn adjectives_of_things_abroad_are_nobody() {
        check("un vieux moulin au bord de la rivière", 0);
        check("un vieux avec une pipe", 1);
        check("una bicicleta vieja, roja", 0);
        check("una vieja en el banco", 1);
    }
}
