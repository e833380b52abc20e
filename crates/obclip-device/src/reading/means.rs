//! What somebody has, lacks or lives on, by the noun: "with huge debts", "without a residence permit", "on six figures", "deep in debt",
//! "living on inherited wealth", "lives in social housing". The phrase is taken whole, so that nothing is left of it that depends
//! on which words before the noun our lists know.

use super::compounds::Compound;
use super::grammar::{is_in, little, word};
use super::lives::is_somebody;
use super::looks::ends;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

/// The phrase that starts at `at` and its number of tokens.
pub(super) fn means(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let token = tokens.get(at).filter(|token| !token.is_break())?;
    if is_in(LINKS, &token.text) {
        return has(tokens, at);
    }
    if is_in(LIVING, &token.text) {
        return lives(tokens, at);
    }
    if is_in(DEEP, &token.text) && is_in("in of on off", word(tokens, at + 1)) {
        let (noun, axis) = noun_of_life(tokens, at + 2)?;
        return Some((noun + 1 - at, Compound::Near(axis)));
    }
    None
}

const LINKS: &str = "with without on under of having has had holding";
const DEEP: &str = "deep rolling swimming drowning short free rich low born buried knee-deep flush";

/// "with a work permit", "on minimum wage", right after somebody.
fn has(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let before = at.checked_sub(1)?;
    if !is_somebody(tokens, before) {
        return None;
    }
    let (noun, axis) = noun_of_life(tokens, at + 1)?;
    Some((with_tail(tokens, noun + 1) - at, Compound::Said(axis)))
}

/// "to her name", "in the bank"
fn with_tail(tokens: &[Token], at: usize) -> usize {
    let named = word(tokens, at) == "to" && word(tokens, at + 2) == "name";
    let banked = word(tokens, at) == "in" && word(tokens, at + 2) == "bank";
    if named || banked { at + 3 } else { at }
}

/// "living on benefits", "lives from paycheck to paycheck", "living in luxury", "lives below the poverty line".
fn lives(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let link = word(tokens, at + 1);
    let said = |end: usize, axis| Some((end - at, Compound::Said(axis)));
    if let Some((noun, axis)) = (little(link).is_some())
        .then(|| noun_of_life(tokens, at + 2))
        .flatten()
        .filter(|(_, axis)| *axis == "socioeconomic")
    {
        let end = noun + 1;
        // "from paycheck to paycheck", "from hand to mouth"
        let again = link == "from" && word(tokens, end) == "to";
        return said(if again { end + 2 } else { end }, axis);
    }
    let sleeps = is_in("sleeping sleeps raised", word(tokens, at));
    if !sleeps && is_in("on off below above beyond", link) {
        let end = at + 2 + content(tokens, at + 2);
        return (end > at + 2).then_some((end - at, Compound::Near("socioeconomic")));
    }
    if link == "in" {
        let noun = noun_after(tokens, at + 2, DWELLINGS)?;
        return said(noun + 1, "socioeconomic");
    }
    None
}

const LIVING: &str =
    "live lives living lived survive survives surviving subsisting sleeping sleeps raised";
const DWELLINGS: &str = "housing shelter shelters hostel hostels squat squats slum slums mansion mansions villa villas penthouse penthouses \
projects trailer trailers shanty shantytown favela ghetto manor palace castle homelessness luxury squalor poverty comfort style splendour \
splendor misery plenty abundance hardship means tent tents car cars van vans bedsit tenement tenements almshouse workhouse suburb suburbs";

/// How many words of content follow, with their article.
fn content(tokens: &[Token], at: usize) -> usize {
    let first = at + usize::from(is_in("a an the his her their", word(tokens, at)));
    let ordinary = |at: &usize| {
        tokens.get(*at).is_some_and(|token| {
            !token.is_break() && little(&token.text).is_none() && !token.text.ends_with("ing")
        })
    };
    let n_words = (first..first + 2).take_while(ordinary).count();
    // "hangs laundry": the last of two words in -s is what somebody does.
    let verb = n_words == 2 && word(tokens, first + 1).ends_with('s');
    first - at + n_words - usize::from(verb)
}

/// The first noun of the list in the phrase from `at` on.
fn noun_after(tokens: &[Token], at: usize, nouns: &'static str) -> Option<usize> {
    let mut n_words = 0;
    (at..tokens.len())
        .take_while(|&at| {
            n_words += usize::from(little(word(tokens, at)).is_none());
            is_inside(tokens, at) && n_words <= LONGEST
        })
        .find(|&at| is_in(nouns, word(tokens, at)))
}

/// Words of content up to the noun, with it.
const LONGEST: usize = 4;

fn is_inside(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| {
        !token.is_break()
            && (little(&token.text).is_none()
                || token.hyphen
                || is_in("a an the no any some every another both one very too", &token.text))
    })
}

/// The noun of somebody's life that ends the phrase from `at` on, and its axis.
fn noun_of_life(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    const NOUNS: [(&str, &str); 5] = [
        ("socioeconomic", MONEY),
        ("immigration", PAPERS),
        ("religion", "faith religion religions belief beliefs creed god upbringing"),
        ("gender-identity", "identity pronouns transition past history"),
        ("orientation", "orientation sexuality"),
    ];
    // "with no home", "without a roof"
    let lacks = is_in("no a any without", word(tokens, at));
    let last = at + usize::from(is_in("no a any", word(tokens, at)));
    if lacks && is_in("home roof job work", word(tokens, last)) && ends(tokens, last + 1) {
        return Some((last, "socioeconomic"));
    }
    let found = NOUNS.iter().filter_map(|(axis, nouns)| {
        let noun = noun_after(tokens, at, nouns)?;
        // "a work permit", "the poverty line"
        let joins = |at: &usize| {
            let next = tokens.get(*at).filter(|next| !next.is_break());
            next.is_some_and(|next| is_in(MONEY, &next.text) || is_in(PAPERS, &next.text))
        };
        let noun = noun + (noun + 1..noun + 3).take_while(joins).count();
        // "with a passport photo", "on a visa poster": the noun is of a thing.
        let goes_on = tokens
            .get(noun + 1)
            .is_some_and(|next| !next.is_break() && (next.hyphen || is_in(THINGS, &next.text)));
        // "with work gloves", "in a home cinema"
        let worn = is_in("contract credit status", word(tokens, noun))
            && tokens.get(noun + 1).is_some_and(|next| !next.is_break())
            && Lexicon::v1().kind(word(tokens, noun + 1)) == Some(WordKind::Thing);
        (!goes_on && !worn).then_some((noun, *axis))
    });
    // "with a degree and a work visa": the nearest.
    found.min_by_key(|(noun, _)| *noun)
}

const MONEY: &str = "debt debts savings fortune fortunes money wealth means income incomes wage wages salary salaries mortgage mortgages loan loans \
pension pensions benefits welfare dividends stamps poverty comfort contract contracts paycheck paycheque paychecks credit cash inheritance allowance stipend \
dole figures degree degrees diploma diplomas education schooling qualifications scholarship riches handouts luck line";
const PAPERS: &str = "visa visas permit permits papers passport passports status citizenship citizenships residency asylum nationality documents";
const THINGS: &str = "photo photos poster posters office offices bag bags chart charts sign signs box boxes book books queue desk stamp seeker seekers hostel hostels centre centres center centers shelter shelters camp camps";
