//! What a phrase tells of how somebody came to be what he or she is, and by which papers: "came here as a refugee", "just got
//! divorced", "lost his wife", "raised by two dads", "believes in God", "a student visa", "a Labour cap". Read as [`super::lives`]
//! reads a life: whole, whatever word stands in it.

use super::adherents::degrees_before;
use super::compounds::Compound;
use super::conditions::is_party;
use super::grammar::{is_in, run, word};
use super::lives::status;
use super::looks::ends;
use super::term::{Category, Sense};
use super::words::lexicon_sense;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

/// The phrase about what happened to somebody that starts at `at` and its number of tokens.
pub(super) fn history(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    arrived(tokens, at)
        .or_else(|| wedded(tokens, at))
        .or_else(|| lost(tokens, at))
        .or_else(|| raised_by(tokens, at))
        .or_else(|| believes(tokens, at))
        .or_else(|| of_parents(tokens, at))
        .or_else(|| papers(tokens, at))
        .or_else(|| emblem(tokens, at))
}

/// "came here as an asylum seeker", "arrived as a refugee", "is here illegally".
fn arrived(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    let legally = is_in("illegally legally unlawfully lawfully", word(tokens, at + 1));
    if is_in("here", first) && legally {
        return Some((2, Compound::Said("immigration")));
    }
    if !is_in("came arrived comes arriving entered moved landed come", first) {
        return None;
    }
    let there = (at + 1..at + 5).take_while(|&at| {
        is_in("here over to in this the country", word(tokens, at))
            || tokens.get(at).is_some_and(|token| token.capital && !token.is_break())
    });
    let link = at + 1 + there.count();
    let mut what = link + 1 + run(tokens, link + 1, "a an");
    what += degrees_before(tokens, what);
    let end = status(tokens, what).filter(|_| word(tokens, link) == "as")?;
    // "came here as a refugee as a child"
    let young = word(tokens, end) == "as"
        && is_in("a an", word(tokens, end + 1))
        && is_in(
            "child kid baby toddler teenager teen boy girl minor infant",
            word(tokens, end + 2),
        );
    let end = end + 3 * usize::from(young);
    Some((end - at, Compound::Said("immigration")))
}

/// "just got divorced", "about to get married", "getting engaged", "married to a nurse".
fn wedded(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let before = run(tokens, at, "just recently newly about to soon going finally");
    let verb = at + before;
    let state = verb + run(tokens, verb, "got get gets getting be being been");
    let alone =
        before > 0 && is_in("divorced remarried separated married split", word(tokens, state));
    let told = (state > verb || alone) && is_in(WEDDED, word(tokens, state));
    told.then_some((state + 1 - at, Compound::Said("family")))
}

/// "lost his wife", "lost both parents": who is lost is not there to be seen.
fn lost(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if !is_in("lost losing buried mourning mourns", word(tokens, at)) {
        return None;
    }
    let whom =
        at + 1 + run(tokens, at + 1, "a his her their my both late first second only young old");
    let kin = matches!(lexicon_sense(word(tokens, whom)), Some(Sense::Head(Category::Kin, _)))
        || is_in(
            "parents wife husband family son daughter child children spouse",
            word(tokens, whom),
        );
    (kin && whom > at + 1).then_some((whom + 1 - at, Compound::Said("family")))
}

/// "raised by two dads", "brought up by his grandmother", "raised by wolves".
fn raised_by(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let up = usize::from(word(tokens, at) == "brought" && word(tokens, at + 1) == "up");
    let raised = up == 1 || is_in("raised reared fostered adopted", word(tokens, at));
    if !raised || word(tokens, at + 1 + up) != "by" {
        return None;
    }
    let first = at + 2 + up;
    let noun = (first..first + 4).find(|&at| {
        let somebody =
            matches!(lexicon_sense(word(tokens, at)), Some(Sense::Head(..) | Sense::Group { .. }));
        let last = tokens.get(at).is_some_and(|token| !token.is_break());
        let animal = Lexicon::v1().kind(word(tokens, at)) == Some(WordKind::Animal)
            || word(tokens, at) == "wolves";
        last && (somebody || animal)
    })?;
    let broken = (first..noun).any(|at| tokens[at].is_break());
    (!broken).then_some((noun + 1 - at, Compound::Said("family")))
}

/// "with divorced parents", "has Muslim parents": whatever the parents are.
fn of_parents(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = at + 1;
    let has = is_in("with has having", word(tokens, at));
    let end =
        status(tokens, first).filter(|&end| has && is_in("parents folks", word(tokens, end)))?;
    Some((end + 1 - at, Compound::Said("family")))
}

/// "believes in God", "believing in nothing".
fn believes(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let believes = is_in("believes believe believing believed", word(tokens, at));
    if !believes || word(tokens, at + 1) != "in" {
        return None;
    }
    let whom = at + 2 + run(tokens, at + 2, "a an the one many any no");
    let told = is_in(
        "god gods goddess goddesses allah jesus christ krishna nothing anything spirits reincarnation karma heaven afterlife angels \
resurrection miracles prophecy prayer providence witchcraft",
        word(tokens, whom),
    ) || Lexicon::v1().topics(word(tokens, whom)).contains(&"religion");
    told.then_some((whom + 1 - at, Compound::Said("religion")))
}

/// "a student visa", "dual citizenship", "refugee status", "awaiting deportation", "waiting for her papers".
fn papers(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let wait = match (word(tokens, at), word(tokens, at + 1)) {
        ("awaiting" | "awaits" | "seeking" | "seeks", _) => Some(at + 1),
        ("waiting" | "waits" | "applying" | "applies", "for") => Some(at + 2),
        _ => None,
    };
    if let Some(wait) = wait {
        let what = wait + run(tokens, wait, "a an his her their the first");
        let told = is_in(AWAITED, word(tokens, what));
        // "waiting for his deportation hearing"
        let end = what
            + 1
            + run(
                tokens,
                what + 1,
                "hearing decision ceremony interview application appeal claim ruling verdict order card",
            );
        return told.then_some((end - at, Compound::Said("immigration")));
    }
    let papers = is_in(
        "visa visas citizenship residency status permit papers passports",
        word(tokens, at + 1),
    );
    let holder = is_in("holder holders", word(tokens, at + 2));
    let told = is_in(PAPERS_OF, word(tokens, at)) && papers && !holder;
    told.then_some((2, Compound::Thing("immigration")))
}

/// "a Labour cap", "a Trump flag": whose side is worn.
fn emblem(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = tokens.get(at).filter(|first| !first.is_break())?;
    let worn = tokens.get(at + 1).is_some_and(|next| is_in(EMBLEMS, &next.text));
    let side = || match first.capital {
        true => {
            is_party(first)
                || is_in(POLITICIANS, &first.text)
                || Lexicon::v1().topics(&first.text).contains(&"political")
        }
        // "a communist badge", not "a party hat"
        false => {
            let adjective =
                matches!(lexicon_sense(&first.text), Some(Sense::Trait { near: false, .. }));
            adjective && Lexicon::v1().topics(&first.text).contains(&"political")
        }
    };
    (worn && side() && ends(tokens, at + 2)).then_some((2, Compound::Thing("political")))
}

const WEDDED: &str = "married divorced engaged hitched separated widowed remarried wed betrothed wedded unmarried dumped";
const AWAITED: &str = "asylum deportation citizenship naturalisation naturalization visa visas papers residency removal resettlement \
extradition amnesty";
const PAPERS_OF: &str = "student work tourist spousal dual permanent temporary refugee legal illegal immigration protected visitor \
fiance fiancee residence settled undocumented humanitarian expired";
const EMBLEMS: &str = "cap hat shirt t-shirt tee badge pin sticker sign flag rosette button hoodie banner poster scarf tattoo mug placard";
const POLITICIANS: &str = "trump biden obama bernie sanders clinton hillary harris corbyn boris thatcher reagan lenin mao stalin che \
guevara putin modi macron lula bolsonaro milei meloni merkel starmer farage kennedy nixon desantis aoc castro chavez erdogan";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<usize>) {
        let found = history(&tokenize(text), 0).map(|(n_tokens, _)| n_tokens);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn histories_are_read_by_how_the_phrase_is_made() {
        check("came here as an asylum seeker", Some(6));
        check("arrived as a refugee", Some(4));
        check("just got divorced", Some(3));
        check("about to get married", Some(4));
        check("lost his wife", Some(3));
        check("raised by two dads", Some(4));
        check("believes in God", Some(3));
        check("student visa", Some(2));
        check("Labour cap", Some(2));
    }

    #[test]
    fn other_phrases_are_nothing() {
        for text in [
            "came here as a baker",
            "got wet",
            "lost his keys",
            "raised by a crane",
            "student desk",
            "Red cap",
        ] {
            check(text, None);
        }
    }
}
