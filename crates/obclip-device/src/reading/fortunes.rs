//! Wealth and want by how the phrase is made: "living in a shelter", "down to her last tenner", "cannot afford shoes",
//! "cash-strapped", "cheque-to-cheque", "not a farthing to his name". Read beside a person only.

use super::compounds::Compound;
use super::grammar::{is_in, run, word};
use super::looks::{ends, phrase_end};
use crate::tokens::Token;

/// The phrase about means that starts at `at` and its number of tokens.
pub(super) fn fortune(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let n_tokens = lives_in(tokens, at)
        .or_else(|| last_of(tokens, at))
        .or_else(|| affords(tokens, at))
        .or_else(|| joined(tokens, at))
        .or_else(|| owns(tokens, at))
        .or_else(|| neighbourhood(tokens, at))?;
    Some((n_tokens, Compound::Near("socioeconomic")))
}

const WHOSE: &str = "a an the his her their my our its some two three";

/// "living in a shelter", "sleeps in his car", "raised in squalor", "living off dividends", "born into money".
fn lives_in(tokens: &[Token], at: usize) -> Option<usize> {
    if !is_in(LIVES, word(tokens, at)) {
        return None;
    }
    let link = at + 1 + usize::from(word(tokens, at + 1) == "up");
    if !is_in("in on off under into from out to amid through", word(tokens, link)) {
        return None;
    }
    let mut place = link + 1 + run(tokens, link + 1, WHOSE);
    place += run(
        tokens,
        place,
        "homeless bus shop cardboard family public trust old great deep dire grinding council state food",
    );
    is_in(MEANS, word(tokens, place)).then_some(place + 1 - at)
}

/// "down to her last tenner", "not a farthing to his name", "without two coins to rub together".
fn last_of(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    if first == "down" && word(tokens, at + 1) == "to" && is_in(WHOSE, word(tokens, at + 2)) {
        return (word(tokens, at + 3) == "last")
            .then(|| phrase_end(tokens, at + 4).unwrap_or(at + 4) - at);
    }
    if !is_in("not without hardly barely no nae", first) {
        return None;
    }
    // "not a brass farthing to her name"
    let to = (at + 2..(at + 6).min(tokens.len())).find(|&at| word(tokens, at) == "to")?;
    let name = is_in("his her their my", word(tokens, to + 1)) && word(tokens, to + 2) == "name";
    let rub = word(tokens, to + 1) == "rub" && word(tokens, to + 2) == "together";
    (name || rub).then_some(to + 3 - at)
}

/// "cannot afford shoes", "unable to pay the rent", "no money", "behind on the rent", "worth millions".
fn affords(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    if is_in("cannot can't cant couldn't could can unable barely hardly", first) {
        let verb = at + 1 + run(tokens, at + 1, "to not barely hardly scarcely never even");
        let pays = word(tokens, verb) == "afford"
            || is_in("pay make", word(tokens, verb)) && is_in("rent bills", word(tokens, verb + 2));
        return pays.then(|| phrase_end(tokens, verb + 1).unwrap_or(verb + 1) - at);
    }
    if is_in("no little scant plenty lots much enough", first) {
        let money = at + 1 + usize::from(word(tokens, at + 1) == "of");
        return is_in("money cash savings dosh dough wealth", word(tokens, money))
            .then_some(money + 1 - at);
    }
    let amount = at + 1 + run(tokens, at + 1, WHOSE);
    let worth = first == "worth"
        && is_in("millions billions fortune bob mint packet", word(tokens, amount));
    worth.then_some(amount + 1 - at)
}

/// "cash-strapped", "house-poor", "debt-ridden", "cheque-to-cheque".
fn joined(tokens: &[Token], at: usize) -> Option<usize> {
    if !tokens.get(at + 1)?.hyphen {
        return None;
    }
    if is_in(MONEY, word(tokens, at)) && is_in(BURDENED, word(tokens, at + 1)) {
        return Some(2);
    }
    let twice = word(tokens, at + 1) == "to" && word(tokens, at) == word(tokens, at + 2);
    (twice && is_in("cheque check paycheck payday hand", word(tokens, at))).then_some(3)
}

/// "owns half of the county", "heir to a fortune", "inherited a brewery".
fn owns(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    if is_in("owns owned owning own", first) && is_in("half most all", word(tokens, at + 1)) {
        return phrase_end(tokens, at + 1).map(|end| end - at);
    }
    let fortune = at + 1 + run(tokens, at + 1, WHOSE);
    let made = is_in("made lost inherited squandered gambled inherits inheriting", first)
        && is_in(
            "fortune fortunes millions billions pile mansion estate title wealth money",
            word(tokens, fortune),
        );
    (made && ends(tokens, fortune + 1)).then_some(fortune + 1 - at)
}

/// "a rough neighbourhood", "the smart end of town", "a run-down estate".
fn neighbourhood(tokens: &[Token], at: usize) -> Option<usize> {
    if !is_in(STANDING, word(tokens, at)) {
        return None;
    }
    let place = at + 1;
    let of_town = is_in("part end side", word(tokens, place))
        && word(tokens, place + 1) == "of"
        && word(tokens, place + 2) == "town";
    let area = "neighbourhood neighborhood neighbourhoods estate suburb suburbs district postcode background upbringing";
    match of_town {
        true => Some(4),
        false => is_in(area, word(tokens, place)).then_some(2),
    }
}

const STANDING: &str = "rough bad deprived poor rich nice leafy affluent wealthy exclusive smart posh rundown tough wrong right \
privileged modest humble disadvantaged gated fashionable struggling impoverished respectable";
const LIVES: &str = "living lives lived live sleep sleeping sleeps slept raised reared born grew growing squatting squats camping kipping \
dossing surviving survives scraping brought risen moved";
/// Where and on what the poor and the rich live.
const MEANS: &str = "shelter shelters hostel hostels car cars van tent tents slum slums shack shacks shanty squat bedsit doorway doorways \
underpass street streets gutter ghetto projects project favela tenement trailer mansion mansions palace penthouse villa manor \
chateau poverty luxury squalor comfort splendour splendor wealth money riches privilege penury want hardship benefits welfare \
dole handouts tips savings interest dividends allowance scraps debt credit charity stamps bank breadline pennies peanuts pittance \
inheritance rags workhouse orphanage care estate barrio banlieue chawl basti station housing fund";
const MONEY: &str = "cash money asset house land debt rent mortgage poverty property dirt dollar time-share cent coin credit loan \
affluenza tax wealth";
const BURDENED: &str = "strapped poor rich starved stripped burdened ridden stricken laden saddled hungry bound trapped";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<usize>) {
        let found = fortune(&tokenize(text), 0).map(|(n_tokens, _)| n_tokens);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn wealth_and_want_are_read_by_how_the_phrase_is_made() {
        check("living in a shelter", Some(4));
        check("sleeps in his car", Some(4));
        check("down to her last tenner", Some(5));
        check("not a brass farthing to his name", Some(7));
        check("cannot afford shoes", Some(3));
        check("cash-strapped", Some(2));
        check("cheque-to-cheque", Some(3));
        check("owns half of the county", Some(5));
        check("rough neighbourhood", Some(2));
    }

    #[test]
    fn other_phrases_are_nothing() {
        for text in [
            "living in Paris",
            "not a cloud to the east",
            "no dogs",
            "lives on a boat",
            "rent book",
        ] {
            check(text, None);
        }
    }
}
