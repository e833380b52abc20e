//! Who has what, dwells where or sides with whom, by the noun of an agent: "a mansion owner", "an H-1B holder", "a trailer-park
//! resident", "a Labour supporter". The phrase is one held noun, whatever stands in it, so that none of its words is left alone.

use super::conditions::is_party;
use super::grammar::{is_in, little, word};
use super::term::{Category, Sense};
use super::words::lexicon_sense;
use crate::axis::{Axis, Values};
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::{Clitic, Token};

/// The phrase that starts at `at`, its number of tokens and its axis.
pub(super) fn holder(tokens: &[Token], at: usize) -> Option<(usize, Sense, &'static str)> {
    let first = tokens.get(at).filter(|first| !first.is_break())?;
    if little(&first.text).is_some() {
        return None;
    }
    if let Some((n_tokens, axis)) = member_of(tokens, at) {
        let sense = somebody(tokens, at);
        return Some((n_tokens, sense, axis));
    }
    let noun = agent_after(tokens, at)?;
    let agent = word(tokens, noun);
    let axis = axis_of(tokens, at, noun, agent.strip_suffix('s').unwrap_or(agent))?;
    // "a Tory voter" as "a blind voter"
    let sense = match is_in("voter voters", agent) {
        true => lexicon_sense(agent)?,
        false => somebody(tokens, noun),
    };
    Some((noun + 1 - at, sense, axis))
}

/// One person or several, by the agent.
fn somebody(tokens: &[Token], noun: usize) -> Sense {
    let values = Values::default();
    let several = tokens
        .get(noun)
        .is_some_and(|last| last.text.ends_with('s') && last.clitic == Clitic::None);
    match several {
        true => Sense::Group { wire: "people".to_owned(), values },
        false => Sense::Head(Category::Trait, values),
    }
}

/// "member of the local mosque", "parishioners of St Mary's church", "a member of the BJP"; not of a band.
fn member_of(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let member =
        is_in("member members parishioner parishioners congregant congregants", word(tokens, at));
    if !member || word(tokens, at + 1) != "of" {
        return None;
    }
    let first = (at + 2..at + 5)
        .find(|&at| !is_in("the a an his her their our my local same", word(tokens, at)))?;
    let named = tokens.get(first).filter(|named| !named.is_break())?;
    let congregation = (first..first + 3)
        .take_while(|&at| tokens.get(at).is_some_and(|token| !token.is_break()))
        .find(|&at| is_in(CONGREGATIONS, word(tokens, at)))
        .filter(|&at| {
            !is_in("choir band council board committee team group bench", word(tokens, at + 1))
        });
    if let Some(noun) = congregation {
        return Some((noun + 1 - at, "religion"));
    }
    let party = (first + 1..first + 4).find(|&at| is_in("party union", word(tokens, at)));
    if let Some(noun) = party.filter(|_| named.capital) {
        return Some((noun + 1 - at, "political"));
    }
    let political = Lexicon::v1().topics(&named.text).contains(&"political");
    (is_party(named) || political && named.capital).then_some((first + 1 - at, "political"))
}

/// Where the agent stands: after one word, one joined by hyphens or two words of which the first may be joined to nothing.
fn agent_after(tokens: &[Token], at: usize) -> Option<usize> {
    let is_agent = |at: usize| {
        let noun = word(tokens, at);
        is_in(AGENTS, noun.strip_suffix('s').unwrap_or(noun))
    };
    let mut noun = at + 1;
    while tokens.get(noun).is_some_and(|token| token.hyphen) && !is_agent(noun) {
        noun += 1;
    }
    if is_agent(noun) {
        return Some(noun);
    }
    let second = tokens.get(noun).filter(|second| !second.is_break())?;
    // "a Plaid Cymru supporter"
    let named = second.capital && !second.upper && tokens.get(at).is_some_and(|x| x.capital);
    ((named || is_in(IN_TWO_WORDS, &second.text)) && is_agent(noun + 1)).then_some(noun + 1)
}

fn axis_of(tokens: &[Token], at: usize, noun: usize, agent: &str) -> Option<&'static str> {
    let what = word(tokens, noun.checked_sub(1)?);
    match agent {
        "owner" | "proprietor" => {
            (is_in(DWELLINGS, what) || is_in(PROPERTY, what)).then_some("socioeconomic")
        }
        "resident" | "tenant" | "dweller" | "lodger" | "renter" | "occupant" | "inhabitant"
        | "leaseholder" | "homeowner" => is_in(DWELLINGS, what).then_some("socioeconomic"),
        "holder" => {
            // "an H-1B holder"
            let coded = noun == at + 2
                && word(tokens, at).len() == 1
                && what.chars().any(|c| c.is_ascii_digit());
            let card = what == "card" && noun > at + 1 && is_in(CARDS, word(tokens, at));
            (coded || card || is_in(PAPERS, what)).then_some("immigration")
        }
        "recipient" | "claimant" | "beneficiary" if is_in(PAPERS, what) => Some("immigration"),
        "recipient" | "claimant" | "beneficiary" => is_in(SUPPORT, what).then_some("socioeconomic"),
        "member" if is_in(CONGREGATIONS, what) => Some("religion"),
        "member" => {
            let party = tokens.get(at).is_some_and(is_party)
                || is_in("party union", what)
                || Lexicon::v1().topics(word(tokens, at)).contains(&"political");
            party.then_some("political")
        }
        "supporter" | "voter" | "backer" => sides(tokens, at).then_some("political"),
        _ => None,
    }
}

/// "Labour", "Sanders", "swing" before a supporter or voter; not "Latino voters" nor "happy voters".
fn sides(tokens: &[Token], at: usize) -> bool {
    let Some(first) = tokens.get(at) else { return false };
    let lexicon = Lexicon::v1();
    let topics = lexicon.topics(&first.text);
    if is_party(first) || topics.contains(&"political") {
        return true;
    }
    let other = matches!(
        lexicon_sense(&first.text),
        Some(
            Sense::Attribute { axis: Axis::Age | Axis::Gender | Axis::Ethnicity, .. }
                | Sense::Place(_)
                | Sense::Head(..)
                | Sense::Group { .. }
                | Sense::Colour(_)
        )
    );
    // At the beginning a capital says nothing by itself.
    let named = first.capital && (at > 0 && !first.upper || lexicon.kind(&first.text).is_none());
    let sport = matches!(lexicon.kind(&first.text), Some(WordKind::Animal));
    !other && !sport && (named || is_in(VOTING, &first.text))
}

const AGENTS: &str = "owner proprietor resident tenant dweller lodger renter occupant inhabitant leaseholder homeowner holder recipient \
claimant supporter voter backer member";
/// The second of two words before an agent: "council house tenant", "food stamp recipient", "work visa holder".
const IN_TWO_WORDS: &str = "house housing flat park camp centre center hostel shelter estate apartment home visa permit card passport stamp \
stamps benefit benefits site block row jet car island aid relief party";
const DWELLINGS: &str = "houseboat mansion penthouse villa hostel shelter slum ghetto favela shanty shantytown shack tenement bedsit flat estate castle \
chateau manor palace apartment condo loft bungalow cottage house housing home council trailer caravan trailer-park park camp \
commune squat barrack barracks project projects street pavement underpass tent workhouse almshouse townhouse brownstone duplex \
studio suburb suburban suburbia site block basement attic barrio suite motel row yurt";
const PROPERTY: &str = "yacht jet land property plantation slave mill mine lamborghini ferrari bentley rolls-royce royce island second-home \
oilfield vineyard racehorse supercar skyscraper sweatshop";
const PAPERS: &str =
    "visa permit passport green-card residency citizenship asylum daca nationality";
const CARDS: &str = "green blue residence resident residency ration immigration oci pr refugee asylum citizenship settlement";
const CONGREGATIONS: &str =
    "church mosque synagogue temple gurdwara chapel congregation parish cult sect mandir shul";
const SUPPORT: &str = "stimulus grant bursary welfare benefit benefits stamp stamps aid dole relief charity medicaid snap voucher scholarship bursary \
universal-credit credit pension handout allowance";
/// What voters are called by how or whether they vote.
const VOTING: &str = "undecided swing independent floating registered first-time first early absentee likely wavering disaffected \
disillusioned disenfranchised tactical protest postal";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn agents_are_read_with_what_they_have() {
        let n_tokens = |text: &str| holder(&tokenize(text), 0).map(|(n_tokens, ..)| n_tokens);
        for (text, expected) in [
            ("swing voters", 2),
            ("Sanders supporter", 2),
            ("mansion owner", 2),
            ("trailer-park resident", 3),
            ("council house tenant", 3),
            ("H-1B holder", 3),
            ("blue-card holder", 3),
            ("food stamp recipient", 3),
            ("member of the local gurdwara", 5),
            ("member of the Labour Party", 5),
        ] {
            assert_eq!(n_tokens(text), Some(expected), "{text}");
        }
        for text in [
            "Latino voters",
            "happy voters",
            "candle holder",
            "dog owner",
            "card holder",
            "gold card holder",
            "member of a band",
            "plant",
        ] {
            assert_eq!(n_tokens(text), None, "{text}");
        }
    }
}
