//! What a phrase says of somebody's life by how it is made: "of the Sikh faith", "belongs to the Amish church", "converted to
//! Islam", "raised Catholic", "attracted to men", "with liberal views", "known as a populist", "in an open marriage", "a father of
//! twins", "from a gated community". Which word stands in it decides nothing: the phrase is taken whole, known word or not.

use obclip_protocol::Vocabulary;

use super::adherents::{degrees_before, is_adverb};
use super::compounds::Compound;
use super::doing::says_doing;
use super::grammar::{is_in, little, run, word};
use super::histories::history;
use super::looks::ends;
use super::term::{Category, Sense};
use super::words::{lexicon_sense, phrase};
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

/// The phrase about a life that starts at `at` and its number of tokens.
pub(super) fn life(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = tokens.get(at).filter(|first| !first.is_break())?.text.as_str();
    if is_in("of from in to with holding holds has having", first) {
        if let Some(found) = history(tokens, at) {
            return Some(found);
        }
        return of_faith(tokens, at)
            .or_else(|| of_church(tokens, at))
            .or_else(|| parent_of(tokens, at))
            .or_else(|| bound_to(tokens, at))
            .or_else(|| from_home(tokens, at))
            .or_else(|| with_views(tokens, at))
            .or_else(|| convert_to(tokens, at));
    }
    if let Some(found) = history(tokens, at) {
        return Some(found);
    }
    belongs(tokens, at)
        .or_else(|| converted(tokens, at))
        .or_else(|| raised(tokens, at))
        .or_else(|| attracted(tokens, at))
        .or_else(|| known_as(tokens, at))
        .or_else(|| party(tokens, at))
        .or_else(|| bound_to(tokens, at))
        .or_else(|| votes(tokens, at))
        .or_else(|| shelter(tokens, at))
}

/// Where the noun of the list stands that ends the phrase from `at` on: after at most so many words of content.
fn noun_after(tokens: &[Token], at: usize, most: usize, nouns: &'static str) -> Option<usize> {
    let mut noun = at;
    while noun <= at + most {
        let token = tokens.get(noun).filter(|token| !token.is_break())?;
        if is_in(nouns, &token.text) && !tokens.get(noun + 1).is_some_and(|next| next.hyphen) {
            return Some(noun);
        }
        if little(&token.text).is_some() && !token.hyphen {
            return None;
        }
        noun += 1;
    }
    None
}

/// Which axis the words speak of, for the label; what leaves does not depend on it.
fn topic(tokens: &[Token], first: usize, end: usize, default: &'static str) -> &'static str {
    let told = |n_tokens: usize| {
        (first..end).filter(move |at| at + n_tokens <= end).find_map(|at| {
            let text = phrase(tokens, at, n_tokens)?;
            let topics = Lexicon::v1().topics(&text).iter().copied();
            topics.into_iter().find(|topic| *topic != "occupation" && *topic != "age")
        })
    };
    told(2).or_else(|| told(1)).unwrap_or(default)
}

/// Whether a people or a place stands between: then it says where somebody is from.
fn has_people(tokens: &[Token], first: usize, end: usize) -> bool {
    (first..end).any(|at| {
        matches!(
            lexicon_sense(word(tokens, at)),
            Some(
                Sense::Attribute { axis: Axis::Ethnicity, .. } | Sense::Place(_) | Sense::Colour(_)
            )
        )
    })
}

/// Whether somebody is named between: "a group of people of rank".
fn has_person(tokens: &[Token], first: usize, end: usize) -> bool {
    (first..end).any(|at| {
        matches!(
            lexicon_sense(word(tokens, at)),
            Some(
                Sense::Head(Category::Person | Category::Kin | Category::Neutral, _)
                    | Sense::Group { .. }
            )
        )
    })
}

/// Whether a word that stands for somebody is at `at`.
pub(super) fn is_somebody(tokens: &[Token], at: usize) -> bool {
    let Some(token) = tokens.get(at).filter(|token| !token.is_break()) else { return false };
    is_in("who he she they i someone", &token.text)
        || token.capital && Lexicon::v1().is_given_name(&token.text)
        || matches!(
            lexicon_sense(&token.text),
            Some(
                Sense::Head(..)
                    | Sense::Group { .. }
                    | Sense::Attribute { nominal: true, .. }
                    | Sense::Trait { nominal: true, .. }
            )
        )
}

fn follows_somebody(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| is_somebody(tokens, before))
}

/// A phrase that says such a thing of whoever stands right before it, a name too; else one only beside a person.
fn said(tokens: &[Token], at: usize, axis: &'static str) -> Compound {
    if follows_somebody(tokens, at) { Compound::Said(axis) } else { Compound::Near(axis) }
}

/// Whether a phrase that begins with this word stands after the noun that it describes.
pub(super) fn stands_after_noun(word: &str) -> bool {
    is_in(FOLLOWING, word)
}

fn follows_thing(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        !is_somebody(tokens, before)
            && Lexicon::v1().kind(word(tokens, before)) == Some(WordKind::Thing)
    })
}

/// "of the Sikh faith", "of no religion", "in the Coptic faith", "of the Lutheran persuasion".
fn of_faith(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if !is_in("of from in", word(tokens, at)) {
        return None;
    }
    let first =
        at + 1 + run(tokens, at + 1, "the a an no all any every many both his her their some");
    let noun = noun_after(tokens, first, 4, FAITHS)?;
    let told = noun > first || is_in("no all any every many", word(tokens, first - 1));
    let axis = topic(tokens, first, noun, "religion");
    // "in good faith"
    let said = told && !is_in("good bad blind", word(tokens, first));
    said.then_some((noun + 1 - at, Compound::Said(axis)))
}

/// "of the Orthodox Church" after a person: whose church is named.
fn of_church(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if !(is_in("of from in", word(tokens, at)) && follows_somebody(tokens, at)) {
        return None;
    }
    let first = at + 1 + run(tokens, at + 1, "the a an his her their local same");
    church(tokens, first, CHURCHES)
        .filter(|_| tokens.get(first).is_some_and(|x| x.capital))
        .map(|end| (end - at, Compound::Said("religion")))
}

/// The end of "Orthodox Church", "Church of England", "church": with what it is called.
fn church(tokens: &[Token], first: usize, nouns: &'static str) -> Option<usize> {
    let noun = noun_after(tokens, first, 4, nouns)?;
    let of = noun + 1;
    let named = of + 1 + usize::from(word(tokens, of + 1) == "the");
    let called = word(tokens, of) == "of" && tokens.get(named).is_some_and(|x| x.capital);
    let end = (named..named + 3).take_while(|&at| tokens.get(at).is_some_and(|x| x.capital));
    Some(if called { named + end.count() } else { of })
}

/// "belongs to the Amish church", "attends a mosque", "joined the Communist Party".
fn belongs(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let to = match word(tokens, at) {
        "belongs" | "belong" | "belonging" | "belonged" => {
            usize::from(word(tokens, at + 1) == "to")
        }
        // "goes to mosque every week"
        "goes" | "go" | "going" | "went" if word(tokens, at + 1) == "to" => {
            let prayers = is_in(
                "church mosque temple synagogue mass chapel shul confession",
                word(tokens, at + 2),
            );
            return prayers.then_some((3, Compound::Said("religion")));
        }
        first if is_in("attends attending joined leaves left", first) => 0,
        _ => return None,
    };
    let belonging = to == 1;
    if !belonging && is_in("belongs belong belonging belonged", word(tokens, at)) {
        return None;
    }
    let first = at + 1 + to + run(tokens, at + 1 + to, "the a an his her their local same some no");
    // "leaves an old church"
    let named = belonging || tokens.get(first).is_some_and(|x| x.capital);
    let end = church(tokens, first, BELONGED)
        .filter(|_| named && !has_people(tokens, first, first + 1))?;
    let default = if word(tokens, end - 1) == "party" { "political" } else { "religion" };
    Some((end - at, Compound::Said(topic(tokens, first, end, default))))
}

/// "converted to Islam", "reverted to Catholicism", "left Islam", "practises Buddhism".
fn converted(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    // "a convert to Islam" is somebody.
    let somebody = first == "convert"
        && at.checked_sub(1).is_some_and(|at| {
            is_in("a an the one recent new", word(tokens, at)) || is_adverb(tokens, at)
        });
    if is_in(CONVERTS, first)
        && !somebody
        && is_in("to from", word(tokens, at + 1))
        && !follows_thing(tokens, at)
    {
        return belief(tokens, at + 2).map(|end| (end - at, Compound::Said("religion")));
    }
    if is_in(PRACTISES, first) {
        let end = at + 1 + is_religion(tokens, at + 1)?;
        return Some((end - at, Compound::Near("religion")));
    }
    None
}

/// "to Islam" after "a convert".
fn convert_to(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let before = at.checked_sub(1).map_or("", |before| word(tokens, before));
    let convert = word(tokens, at) == "to" && is_in("convert converts revert reverts", before);
    let end = belief(tokens, at + 1).filter(|_| convert)?;
    Some((end - at, Compound::Said("religion")))
}

/// The end of what somebody converts to: a name with a capital, or a word of a religion.
fn belief(tokens: &[Token], at: usize) -> Option<usize> {
    let first = at + usize::from(is_in("the", word(tokens, at)));
    if let Some(noun) = noun_after(tokens, first, 3, FAITHS) {
        return Some(noun + 1);
    }
    if let Some(n_tokens) = is_religion(tokens, at) {
        return Some(at + n_tokens);
    }
    let named = (at..at + 3)
        .take_while(|&at| tokens.get(at).is_some_and(|x| x.capital && !x.is_break() && !x.upper))
        .count();
    (named > 0).then_some(at + named)
}

/// How many words name a religion: "Islam", "Reform Judaism", "Zarnism".
fn is_religion(tokens: &[Token], at: usize) -> Option<usize> {
    (1..=3).rev().find(|&n_tokens| {
        phrase(tokens, at, n_tokens).is_some_and(|text| {
            let made = tokens[at].capital && ["ism", "ology"].iter().any(|end| text.ends_with(end));
            let inside = (at..at + n_tokens).all(|at| little(word(tokens, at)).is_none());
            inside && (made || Lexicon::v1().topics(&text).contains(&"religion"))
        })
    })
}

/// "raised Catholic", "brought up as a Quaker", "grew up rich", "born poor", "raised in a strict home".
fn raised(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let (first, up) = (word(tokens, at), usize::from(word(tokens, at + 1) == "up"));
    let raised = is_in("raised reared born christened baptised baptized", first)
        || up == 1 && is_in("brought grew grown growing grows", first);
    if !raised || follows_thing(tokens, at) {
        return None;
    }
    let after = at + 1 + up;
    if is_in("in into", word(tokens, after)) {
        let inside = after + 1 + run(tokens, after + 1, "a an the his her their some");
        if is_in(BORN_INTO, word(tokens, inside)) {
            return Some((inside + 1 - at, said(tokens, at, "socioeconomic")));
        }
        let noun = noun_after(tokens, inside, 3, HOMES)?;
        let told = noun > inside && !has_people(tokens, inside, noun);
        let axis = topic(tokens, inside, noun, "socioeconomic");
        return told.then_some((noun + 1 - at, said(tokens, at, axis)));
    }
    let mut told = after + run(tokens, after, "as a an both very");
    told += degrees_before(tokens, told);
    let end = status(tokens, told)?;
    let capital = tokens.get(told).is_some_and(|token| token.capital);
    let default = if capital { "religion" } else { "socioeconomic" };
    Some((end - at, said(tokens, at, topic(tokens, told, end, default))))
}

/// The end of what somebody is said to be, where nothing else follows: words of an axis that is not expanded, or one other word
/// that is no thing, nobody's work and no people.
pub(super) fn status(tokens: &[Token], at: usize) -> Option<usize> {
    if let Some(n_tokens) = (1..=4).rev().find(|&n_tokens| is_trait(tokens, at, n_tokens)) {
        return Some(at + n_tokens);
    }
    let token = tokens.get(at).filter(|token| !token.is_break())?;
    let free = lexicon_sense(&token.text).is_none() && little(&token.text).is_none();
    let thing = matches!(
        Lexicon::v1().kind(&token.text),
        Some(WordKind::Thing | WordKind::Animal | WordKind::Verb | WordKind::Noun)
    );
    let unknown = token.capital || !Vocabulary::v1().contains(&token.text);
    let word = free && (!thing || token.capital) && (unknown || ends(tokens, at + 1));
    (word && !token.text.ends_with("ing")).then_some(at + 1)
}

/// Whether the words are of an axis that the cloud never expands.
fn is_trait(tokens: &[Token], at: usize, n_tokens: usize) -> bool {
    let listed = phrase(tokens, at, n_tokens).and_then(|text| lexicon_sense(&text));
    matches!(listed, Some(Sense::Trait { .. } | Sense::Head(Category::Trait, _)))
}

/// "attracted to all genders", "into women", "dates guys".
fn attracted(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    let to = usize::from(word(tokens, at + 1) == "to");
    let draws = to == 1 && is_in("attracted drawn oriented", first);
    let likes = is_in("into likes like dates dating fancies loves prefers desires", first)
        && (follows_somebody(tokens, at)
            || at.checked_sub(1).is_some_and(|be| is_in("is was only mostly", word(tokens, be))));
    if !(draws || likes) {
        return None;
    }
    let whom = at + 1 + to;
    let end = genders(tokens, whom).filter(|&end| draws || closes(tokens, end))?;
    Some((end - at, Compound::Said("orientation")))
}

/// Whether no noun follows: nothing, a little word or what somebody does.
fn closes(tokens: &[Token], at: usize) -> bool {
    ends(tokens, at)
        || tokens.get(at).is_some_and(|next| {
            let noun =
                matches!(Lexicon::v1().kind(&next.text), Some(WordKind::Thing | WordKind::Animal));
            next.text.ends_with('s') && !noun || says_doing(&next.text)
        })
}

/// The end of "men", "both men and women", "nobody", "people of any gender", "the same sex".
fn genders(tokens: &[Token], at: usize) -> Option<usize> {
    let mut end = at
        + run(
            tokens,
            at,
            "only mostly just mainly all both other many more than one the same opposite any either no of every",
        );
    let someone = run(tokens, end, GENDERS);
    // "both", "no one"
    let alone = end > at && is_in("both one either all", word(tokens, end - 1));
    if someone == 0 && !alone {
        return None;
    }
    end += someone;
    while is_in("and or of regardless", word(tokens, end)) {
        let next = end
            + 1
            + run(
                tokens,
                end + 1,
                "the same opposite any all either both every other of their more than one",
            );
        let more = run(tokens, next, GENDERS);
        if more == 0 {
            break;
        }
        end = next + more;
    }
    Some(end)
}

/// "with liberal views", "of radical politics", "has socialist sympathies"; not a room with a view.
fn with_views(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if !is_in("with holding holds has having of", word(tokens, at)) {
        return None;
    }
    let first = at + 1 + run(tokens, at + 1, "a an the his her their some very strong strongly");
    let noun = noun_after(tokens, first, 3, BELIEFS)?;
    let views = is_in("views opinions values outlook", word(tokens, noun));
    let seen = is_in("of over across from onto towards toward", word(tokens, noun + 1))
        || noun > first && is_in(SCENIC, word(tokens, noun - 1));
    if views && (seen || !follows_somebody(tokens, at)) || has_people(tokens, first, noun) {
        return None;
    }
    Some((noun + 1 - at, said(tokens, at, topic(tokens, first, noun, "political"))))
}

/// "known as a populist", "identifies as queer", "described as a devout Catholic"; not as a baker.
fn known_as(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    // "who came out as gay"
    let verb = at + usize::from(word(tokens, at) == "who");
    if !is_in(KNOWN, word(tokens, verb)) {
        return None;
    }
    let oneself =
        verb + 1 + usize::from(is_in("himself herself themselves out", word(tokens, verb + 1)));
    if word(tokens, oneself) != "as" {
        return None;
    }
    let mut said = oneself + 1 + run(tokens, oneself + 1, "a an the being");
    let described = |at: usize| {
        is_adverb(tokens, at) || Lexicon::v1().kind(word(tokens, at)) == Some(WordKind::Adjective)
    };
    while said < oneself + 4 && described(said) && !is_trait(tokens, said, 1) {
        said += 1;
    }
    let end = status(tokens, said)?;
    Some((end - at, Compound::Said(topic(tokens, said, end, "political"))))
}

/// "Green Party", "Zarnian National Party", "communist party"; not a birthday party.
fn party(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let token = tokens.get(at).filter(|token| !token.is_break())?;
    let political = || Lexicon::v1().topics(&token.text).contains(&"political");
    if !token.capital && (word(tokens, at + 1) != "party" || !political()) {
        return None;
    }
    if little(&token.text).is_some() || is_in(FEASTS, &token.text) || has_people(tokens, at, at + 1)
    {
        return None;
    }
    let noun = noun_after(tokens, at + 1, 2, "party parties")?;
    let named = (at..=noun).all(|at| tokens[at].capital && !is_in(FEASTS, &tokens[at].text));
    let small = noun == at + 1 && political();
    (named || small).then_some((noun + 1 - at, Compound::Said("political")))
}

/// "votes liberal", "supports the Greens", "backs the Labour Party".
fn votes(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    let votes = is_in("votes vote voted voting", first);
    if !votes && !is_in("supports supporting backs backing opposes opposing", first) {
        return None;
    }
    let side = at + 1 + run(tokens, at + 1, "for against the a");
    if let Some((n_tokens, _)) = party(tokens, side) {
        return Some((side + n_tokens - at, Compound::Said("political")));
    }
    let token = tokens.get(side).filter(|token| !token.is_break())?;
    let one = token.text.strip_suffix('s').unwrap_or(&token.text);
    let political = [token.text.as_str(), one]
        .iter()
        .any(|text| Lexicon::v1().topics(text).contains(&"political"));
    let sides = is_in(
        "greens left right tories monarchy government opposition union revolution regime",
        &token.text,
    );
    // "who supports the miners"
    let whom = at.checked_sub(1).is_some_and(|who| word(tokens, who) == "who")
        && side > at + 1
        && token.text.ends_with('s')
        && ends(tokens, side + 1);
    let named = votes
        && (token.capital
            || is_in("left right green red blue independent yes no leave remain", &token.text));
    (political || sides && closes(tokens, side + 1) || named || whom)
        .then_some((side + 1 - at, Compound::Said("political")))
}

/// "of twins", "of two girls", "of grown children" after a parent.
fn parent_of(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let parent = at.checked_sub(1).is_some_and(|before| is_in(PARENTS, word(tokens, before)));
    if word(tokens, at) != "of" || !parent {
        return None;
    }
    let counted = run(tokens, at + 1, COUNTED);
    let child = at + 1 + counted;
    let children = is_in(CHILDREN, word(tokens, child));
    let many = counted > 0 && is_in(NUMBERS, word(tokens, child - 1)) && closes(tokens, child);
    let end = child + usize::from(children);
    (children || many).then_some((end - at, Compound::Said("family")))
}

/// "in an open marriage", "in a long-distance relationship", "of her second marriage".
fn bound_to(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let through = usize::from(
        is_in("going goes went gone", word(tokens, at)) && word(tokens, at + 1) == "through",
    );
    let whose = is_in("a an his her their some", word(tokens, at + 1 + through));
    if !((through == 1 || is_in("in of from", word(tokens, at))) && whose) {
        return None;
    }
    let first = at + 2 + through;
    let noun = noun_after(tokens, first, 4, BONDS)?;
    let work = (first..noun)
        .any(|at| is_in("trade business student credit working symbiotic", word(tokens, at)));
    (!work).then_some((noun + 1 - at, said(tokens, at, "family")))
}

/// "from a gated community", "from a Catholic family", "of humble birth": where and among whom somebody grew up.
fn from_home(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let nouns = match word(tokens, at) {
        "from" => HOMES,
        "of" => BIRTHS,
        _ => return None,
    };
    let before = at.checked_sub(1).map_or("", |before| word(tokens, before));
    let comes = is_in(
        "comes came come coming hails hailing is was are originally one other another both ,",
        before,
    );
    let somebody = comes || follows_somebody(tokens, at) || at > 0 && tokens[at - 1].is_break();
    let first = at + 1 + run(tokens, at + 1, "a an the some");
    let from = word(tokens, at) == "from";
    let noun = noun_after(tokens, first, 3, nouns)
        .or_else(|| {
            let place = noun_after(tokens, first, 2, PLACES).filter(|_| from)?;
            is_in("socioeconomic religion", topic(tokens, first, place, "")).then_some(place)
        })
        // "one from a wealthy family, the other from a poor one"
        .or_else(|| noun_after(tokens, first, 3, "one").filter(|_| is_in("one other", before)))
        .filter(|_| somebody)?;
    let told = noun > first
        && !has_people(tokens, first, noun)
        && !(word(tokens, at) == "of" && has_person(tokens, first, noun));
    let axis = topic(tokens, first, noun, "socioeconomic");
    told.then_some((noun + 1 - at, said(tokens, at, axis)))
}

/// "asylum hostel", "refugee centre"
fn shelter(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let seekers = is_in(SHELTERED, word(tokens, at));
    let shelter = tokens.get(at + 1).is_some_and(|next| is_in(SHELTERS, &next.text));
    (seekers && shelter).then_some((2, Compound::Thing("immigration")))
}

/// The words that open what stands after its noun, beside prepositions and words in -ing.
const FOLLOWING: &str = "belongs belong belonged attends joined leaves left converted converts convert reverted practises practices embraced \
embraces renounced renounces abandoned follows preaches rejected found studies observes raised reared born christened baptised baptized \
brought grew grown grows attracted drawn oriented likes like dates fancies loves prefers desires known described seen regarded viewed \
branded considered identifies identified identify registered outed goes went gone got get gets lost came arrived votes vote voted supports backs opposes to into";
const PLACES: &str = "school village town area district city place house street region part county";
const BORN_INTO: &str = "poverty wealth money privilege aristocracy nobility royalty slavery serfdom bondage gentry luxury squalor debt";
const FAITHS: &str = "faith faiths religion religions creed creeds denomination denominations persuasion persuasions sect sects";
const CHURCHES: &str = "church churches congregation order sect parish synod diocese communion";
const BELONGED: &str = "church churches congregation order sect parish mosque synagogue temple gurdwara chapel cult faith religion \
community party movement brethren denomination";
const CONVERTS: &str = "converted converts converting reverted reverting convert";
const PRACTISES: &str = "practises practices practising practicing embraced embraces embracing renounced renounces abandoned left \
follows preaches preaching rejected found studies studying observes";
const HOMES: &str = "family household home background upbringing community neighbourhood neighborhood neighbourhoods suburb suburbs \
estate faith church tradition religion sect cult commune kibbutz orphanage \
manor mansion slum slums ghetto shantytown favela";
const BIRTHS: &str = "birth birth means breeding upbringing background origins stock rank";
const GENDERS: &str = "men women man woman girls boys guys gals ladies lads dudes gents gentlemen females males nobody everybody \
everyone anyone anybody none neither genders gender sexes sex people persons folk bodies";
const BELIEFS: &str = "views politics beliefs leanings sympathies convictions opinions ideology loyalties values allegiances \
principles outlook ideals";
const SCENIC: &str = "sea ocean mountain city panoramic stunning beautiful scenic harbour harbor lake river garden street aerial \
spectacular great lovely nice sweeping valley skyline bay park multiple different several two three four side front";
const KNOWN: &str = "known described seen regarded viewed branded considered identifying identifies identified identify registered outed \
came come comes coming";
const FEASTS: &str = "birthday tea dinner wedding garden pool christmas halloween house cocktail costume slumber block office search \
hunting beach bachelor bachelorette hen stag surprise dress retirement farewell engagement toga foam dance disco lunch picnic \
easter year eve office pizza pyjama pajama graduation anniversary baby shower third our the a this my new old street home \
summer winter spring boat after works kids children children's fancy masked mad hatter's launch lawn theme themed";
const PARENTS: &str = "father mother parent dad mum mom mummy mommy daddy mama papa parents fathers mothers guardian stepfather \
stepmother grandmother grandfather grandparent granny grandma grandpa";
const COUNTED: &str = "one two three four five six seven eight nine ten eleven twelve a an many several numerous adult grown young \
small little teenage teen identical newborn adopted conjoined multiple school-age foster no only both 2 3 4 5 6 7 8 9 10";
const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve many several 2 3 4 5 6 7 8 9 10";
const CHILDREN: &str = "twins triplets quadruplets quintuplets sextuplets septuplets girls boys kids children sons daughters toddlers \
teenagers teens babies multiples stepchildren grandchildren newborns infants";
const BONDS: &str = "relationship relationships marriage marriages partnership partnerships union situationship throuple polycule \
entanglement engagement courtship romance affair divorce separation breakup";
const SHELTERED: &str = "refugee refugees asylum migrant migrants immigrant immigrants detention deportation resettlement immigration";
const SHELTERS: &str = "hostel hostels centre centres center centers shelter shelters camp camps home homes housing accommodation \
hotel hotels dormitory barracks";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    /// How many tokens the phrase at the word of number `at` has.
    fn check(text: &str, at: usize, expected: Option<usize>) {
        let found = life(&tokenize(text), at).map(|(n_tokens, _)| n_tokens);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn lives_are_read_by_how_the_phrase_is_made() {
        for x in ["Sikh", "Islamic", "Zarnian"] {
            check(&format!("of the {x} faith"), 0, Some(4));
            check(&format!("belongs to the {x} church"), 0, Some(5));
            check(&format!("she was raised {x}"), 2, Some(2));
            check(&format!("who converted to {x} last year"), 1, Some(3));
            check(&format!("{x} Party"), 0, Some(2));
        }
        check("attracted to all genders", 0, Some(4));
        check("attracted to both men and women", 0, Some(6));
        check("a guy with far-right views", 2, Some(4));
        check("known as a populist", 0, Some(4));
        check("a father of two girls", 2, Some(3));
        check("in an open marriage", 0, Some(4));
        check("teens from a gated community", 1, Some(4));
    }

    #[test]
    fn other_phrases_are_nothing() {
        check("a leap of faith", 2, None);
        check("the bell of the old church", 2, None);
        check("with raised hands", 1, None);
        check("a barn converted to a cafe", 2, None);
        check("moths attracted to the lamp", 1, None);
        check("a room with sea views", 2, None);
        check("known as a baker", 0, None);
        check("Birthday Party", 0, None);
        check("a view from a gated community", 2, None);
        check("father of the bride", 1, None);
    }
}
