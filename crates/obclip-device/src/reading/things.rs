//! Words of persons in a scene of things and animals: "a nurse's cape on a peg", "mom jeans", "no vendor", "the vixen and her
//! brothers".
//!
//! A scene is one of things where every word of a person in it belongs to a thing, and nothing else in it is said of persons.
//! One word that stands for somebody makes all of them persons again.

use obclip_protocol::Vocabulary;

use super::Scene;
use super::attributes::DEGREES;
use super::capitals::WORN;
use super::deeds::{is_done_to_several, is_move_of_one, is_taken_home};
use super::doing::{do_they, says_doing};
use super::grammar::{BODY, Little, is_in};
use super::pronouns::{is_animal, is_it};
use super::term::{Category, Sense, Term};
use crate::lexicon::{Lexicon, WordKind};

/// For each term whether it is a word of persons that names nobody; all false where somebody is in the scene.
pub(crate) fn words_of_things(scene: &Scene) -> Vec<bool> {
    let nobody = vec![false; scene.terms.len()];
    if !scene.terms.iter().any(is_somebody) {
        return nobody;
    }
    if let Some(pieces) = pieces(scene) {
        return pieces;
    }
    if speaks_of_persons(scene) {
        return nobody;
    }
    let animals = scene.terms.iter().position(|term| is_animal(scene, term));
    let found: Vec<bool> = scene.terms.iter().map(is_somebody).collect();
    let all = (0..found.len()).all(|at| !found[at] || is_of_thing(scene, at, animals));
    if all { found } else { nobody }
}

/// "both queens missing from the chessboard", "a jack and a king on green baize": every word of a person is a piece or a card.
fn pieces(scene: &Scene) -> Option<Vec<bool>> {
    const PIECES: &str = "king kings queen queens knight knights bishop bishops pawn pawns jack jacks joker jokers hermit fool magician \
empress emperor hierophant priestess page lovers";
    let piece = |term: &Term| is_somebody(term) && is_in(PIECES, scene.word(term));
    let all = scene.terms.iter().all(|term| piece(term) || !is_somebody(term));
    let worn = scene.terms.iter().any(|term| is_in(ONLY_PERSONS, scene.word(term)));
    (all && !worn && has_chess(scene)).then(|| scene.terms.iter().map(piece).collect())
}

/// Whether a board or a pack of cards is in the scene.
pub(super) fn has_chess(scene: &Scene) -> bool {
    const BOARD: &str = "chess chessboard chessboards checkmate rook rooks baize poker blackjack solitaire pinochle tarot";
    const PACK: &str = "table deck pack suit suits ace aces spades hearts clubs diamonds king queen jack joker fan trick hand";
    // "he takes cards as well"
    let pack = || scene.terms.iter().any(|term| is_in(PACK, scene.word(term)));
    let cards = |term: &Term| scene.word(term) == "cards" && pack();
    // "black knight takes white bishop, board in close up"
    let piece = |term: &&Term| is_in("king queen knight bishop pawn", scene.word(term));
    let board = || {
        scene.terms.iter().any(|term| scene.word(term) == "board")
            && scene.terms.iter().filter(piece).count() > 1
    };
    // "playing cards, king and jack"
    let of_cards = |at: usize| scene.terms.get(at + 1).is_some_and(&cards);
    let player = |(at, term): (usize, &Term)| {
        matches!(scene.word(term), "player" | "players")
            || scene.word(term) == "playing" && (at > 0 || !of_cards(at))
    };
    (scene.terms.iter().any(|term| is_in(BOARD, scene.word(term)) || cards(term)) || board())
        && !scene.terms.iter().enumerate().any(player)
}

fn is_somebody(term: &Term) -> bool {
    matches!(term.sense, Sense::Head(..) | Sense::Group { .. }) || is_owner(term)
}

/// "an exile's suitcase"
fn is_owner(term: &Term) -> bool {
    let nominal = matches!(
        term.sense,
        Sense::Attribute { nominal: true, .. } | Sense::Trait { nominal: true, .. }
    );
    nominal && term.genitive
}

/// What is said only of persons, beside their nouns: what they wear and do, whose they are, their pictures.
pub(super) fn speaks_of_persons(scene: &Scene) -> bool {
    // "the ferry leaves her berth"
    let of_animal = |at: usize| scene.terms[..at].iter().any(|term| is_it(scene, term));
    scene.terms.iter().enumerate().any(|(at, term)| match term.sense {
        Sense::Pronoun(_, gender) => gender.is_some() && !of_animal(at),
        // "make me a wallpaper", "for my game"
        Sense::OtherPronoun => !is_in("i me my we us our you your", scene.word(term)),
        Sense::Attribute { possessive: Some(_), .. } => true,
        Sense::CorrelateThing => is_in(SEEN_OF_A_FACE, scene.word(term)),
        Sense::Group { .. } if !term.genitive && do_they(&scene.tokens, term.tokens.end) => true,
        // "nobody wearing them"
        _ => is_in(ONLY_PERSONS, scene.word(term)) && !is_done_by_nobody(scene, at),
    })
}

fn is_done_by_nobody(scene: &Scene, at: usize) -> bool {
    let word = |back: usize| at.checked_sub(back).map_or("", |at| scene.word(&scene.terms[at]));
    matches!(word(1), "nobody" | "unworn") || word(1) == "one" && word(2) == "no"
}

const ONLY_PERSONS: &str = "wearing wears wore dressed clad donning posing poses smiling smiles laughing laughs grinning grins crying weeping \
kneeling praying dancing chatting talking whispering portrait portraits headshot headshots selfie selfies cosplay \
barefoot shirtless aged candid";

const SEEN_OF_A_FACE: &str =
    "eyebrows eyelashes lashes freckles stubble moustache cheekbones hair ponytail";

fn is_of_thing(scene: &Scene, at: usize, animals: Option<usize>) -> bool {
    is_absent(scene, at)
        || is_sex_of_owner(scene, at)
        || is_joined_to_word(scene, at)
        || is_machine(scene, at)
        || is_lettering(scene, at)
        || is_of_the_thing(scene, at)
        || is_named_thing(scene, at)
        || is_of_landscape(scene, at)
        || is_of_animals(scene, at)
        || is_named_vehicle(scene, at)
        || is_on_a_door(scene, at)
        || is_joined_to_thing(scene, at, animals)
        || scene.terms[at].genitive && owns_thing(scene, at)
        || (!scene.terms[at].genitive || is_of_owners(scene, at)) && describes_thing(scene, at)
        || animals.is_some_and(|animal| is_said_of_animals(scene, at, animal))
}

/// "a kids' book cover"
fn is_of_owners(scene: &Scene, at: usize) -> bool {
    scene.tokens[scene.terms[at].tokens.end - 1].owners
}

/// "a bride and groom cake topper": "and" and another word of persons that names a thing.
fn is_joined_to_thing(scene: &Scene, at: usize, animals: Option<usize>) -> bool {
    let and = scene.terms.get(at + 1).is_some_and(|next| scene.word(next) == "and");
    // "a male and a female kangaroo"
    let article =
        scene.terms.get(at + 2).is_some_and(|next| next.sense == Sense::Little(Little::Article))
            && is_in("male female", scene.word(&scene.terms[at]));
    let other = at + 2 + usize::from(article);
    // "a man and woman stand"
    let stands = || does_what_several_do(scene, other, &noun_phrase(scene, other + 1));
    and && scene.terms.get(other).is_some_and(is_somebody)
        && !stands()
        && is_of_thing(scene, other, animals)
}

/// "no vendor", "without people"
fn is_absent(scene: &Scene, at: usize) -> bool {
    let before = scene.terms[..at].iter().rfind(|term| !term.is_adjective());
    before.is_some_and(|term| matches!(scene.word(term), "no" | "without" | "minus"))
}

/// "a printer jammed at midnight", "ceiling fan": machines and vessels that are called like who does the same, where nothing
/// is said or done of persons.
fn is_machine(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let word = scene.word(term);
    // "a ship model in a bottle", "a toy knight"
    let before = at.checked_sub(1).map_or("", |before| scene.word(&scene.terms[before]));
    let after = scene.terms.get(at + 1);
    let model =
        matches!(word, "model" | "models") && is_in(MODELLED, before) || is_in(TOYS, before);
    let role = matches!(&term.sense, Sense::Head(Category::Role { gendered: false, .. }, _));
    let parked = role && after.is_some_and(|next| is_in(DONE_TO_MACHINES, scene.word(next)));
    let worn = || scene.terms.iter().any(|term| is_in(WORN, scene.word(term)));
    (model || parked || is_called_machine(word) && !worn())
        && !after.is_some_and(|next| next.acts)
        && !(0..scene.terms.len()).any(|other| is_said_of(scene, other, at))
}

/// "a coach parked in a yard"
const DONE_TO_MACHINES: &str = "parked jammed moored docked plugged unplugged towed bolted welded derailed wired idling rusted dented upturned";
pub(super) const MODELLED: &str = "ship boat train car plane aircraft engine castle house building village railway scale clay paper 3d plastic solar \
anatomical locomotive tank bridge city cathedral skeleton wooden cardboard matchstick";
const TOYS: &str = "toy lego playmobil nutcracker gingerbread clockwork chocolate marzipan plush knitted crocheted origami inflatable";

/// Whether a description stands before the word, or alone: "Ceylonese tea planter", "planter, dark-faced".
pub(super) fn is_said_of(scene: &Scene, other: usize, at: usize) -> bool {
    let term = &scene.terms[other];
    match term.sense {
        Sense::Skin => return true,
        // "the printer is deaf to commands"
        Sense::Trait { near: false, .. }
            if scene.terms.get(other + 1).is_some_and(|next| scene.word(next) == "to") =>
        {
            return false;
        }
        Sense::Attribute { .. } | Sense::Trait { near: false, .. } => {}
        // "planter, lean, plump"
        Sense::Trait { .. } | Sense::Small => {
            let edge = |at: Option<usize>| {
                at.and_then(|at| scene.terms.get(at)).is_none_or(|term| term.sense == Sense::Comma)
            };
            return edge(other.checked_sub(1)) && edge(Some(other + 1));
        }
        _ => return false,
    }
    let run = scene.terms[other + 1..].iter().take_while(|term| term.in_run()).count();
    run == 0 || (other + 1..=other + run).contains(&at)
}

fn is_called_machine(word: &str) -> bool {
    let one = word.strip_suffix('s').filter(|one| *one != "fan" && *one != "keeper");
    word != "band" && (is_in(MACHINES, word) || one.is_some_and(|one| is_in(MACHINES, one)))
}

const MACHINES: &str = "printer printers dishwasher dishwashers planter planters agitator mascot mascots fan batter boiler boilers shunter \
airer scanner scanners grinder grinders sweeper sander shredder blender toaster steamer juicer strainer steriliser \
sterilizer humidifier freezer cooler heater dryer drier tumbler washer dispenser feeder sprinkler thresher baler \
tiller spreader seeder tanker freighter trawler cruiser bomber transporter rover lander orbiter charger adapter \
adaptor amplifier transmitter receiver projector router modem server recorder stapler sharpener opener grater peeler \
corkscrew sifter toner trimmer mower strimmer plunger drainer hanger coaster poster pager typewriter pointer cursor \
marker highlighter stroller jumper slipper trainers pullover sneaker blazer boxers band plier roaster bleacher \
streamer spanner fader shrimp silo timer counter cutter clipper keyring breaker buffer binder folder excavator";

/// "windmills along a dyke", "an earth dyke holding back the sea"
fn is_of_landscape(scene: &Scene, at: usize) -> bool {
    const LANDSCAPE: &str = "sea windmill windmills tulip tulips canal polder polders water field fields tide flood sheep river marsh cattle cows \
reeds meadow dune dunes estuary mud coast shore storm harbour harbor island lake sluice pump basalt dolerite granite \
rock lava";
    is_in("dyke dykes", scene.word(&scene.terms[at]))
        && scene.terms.iter().any(|term| is_in(LANDSCAPE, scene.word(term)))
}

/// "LADIES ONLY on a notice", "welcome mat reading HELLO SAILOR": what is written on things, in capitals among small words.
fn is_lettering(scene: &Scene, at: usize) -> bool {
    const BEFORE: &str = "reading reads read says lettered labelled label letters";
    const AFTER: &str = "sign signs neon script lettering machine logo wordmark diner plate carved stencilled painted engraved only";
    let upper =
        |at: usize| scene.terms.get(at).is_some_and(|term| scene.tokens[term.tokens.start].upper);
    if !upper(at) {
        return false;
    }
    let small = scene.tokens.iter().filter(|token| !token.upper && !token.is_break()).count();
    let capitals = scene.tokens.iter().filter(|token| token.upper).count();
    let first = (0..=at).rev().take_while(|&at| upper(at)).last().unwrap_or(at);
    let end = (at..scene.terms.len()).find(|&at| !upper(at)).unwrap_or(scene.terms.len());
    let word = |at: usize| scene.terms.get(at).map_or("", |term| scene.word(term));
    let before = first.checked_sub(1).map_or("", word);
    let after = [word(end), word(end + 1), word(end - 1)];
    small > capitals && (is_in(BEFORE, before) || after.iter().any(|word| is_in(AFTER, word)))
}

/// "ancestor of the horse", "father of all storms", "king of the alley" where an animal is: a word of kin or rank before "of"
/// and a thing.
fn is_of_the_thing(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let kin = matches!(terms[at].sense, Sense::Head(Category::Kin, _))
        || matches!(scene.word(&terms[at]), "ancestor" | "descendant" | "offspring");
    // "a protea, king of the fynbos"
    let of_thing = at > 1 && terms[at - 1].sense == Sense::Comma && is_seen(scene, &terms[at - 2]);
    let rank = is_in(RANKS, scene.word(&terms[at]))
        && (of_thing || terms.iter().any(|term| is_animal(scene, term)));
    if !(kin || rank) || terms.get(at + 1).is_none_or(|next| scene.word(next) != "of") {
        return false;
    }
    let little = |term: &&Term| matches!(scene.word(term), "the" | "all" | "a" | "an");
    let rest = &terms[(at + 2).min(terms.len())..];
    let start = rest.iter().take_while(little).count();
    let mut run = rest[start..].iter().take_while(|term| term.in_run() && !term.acts).peekable();
    let capital = run.peek().is_some_and(|term| scene.tokens[term.tokens.start].capital);
    // "father of rivers"
    let several = run.peek().is_some_and(|term| term.ends_in_s && is_seen(scene, term));
    (start > 0 || kin && several) && !capital && run.peek().is_some() && !run.any(is_somebody)
}

const RANKS: &str = "king queen prince princess earl duke duchess baron emperor empress monarch ruler sovereign champion veteran terror";

/// "a married couple of swans", "a hen party of leghorns", "a brotherhood of kettles"
fn is_of_animals(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let group = matches!(terms[at].sense, Sense::Group { .. });
    let of = terms.get(at + 1).is_some_and(|next| scene.word(next) == "of");
    let role = matches!(terms[at].sense, Sense::Head(Category::Role { .. }, _));
    let mut run = terms.get(at + 2..).unwrap_or(&[]).iter().take_while(|term| term.in_run());
    let what = run.find(|term| !term.is_adjective());
    of && !role
        && what.is_some_and(|what| {
            let name = scene.tokens[what.tokens.start].capital;
            is_animal(scene, what) || group && !name && is_seen(scene, what)
        })
}

/// "The Quiet Duchess, a narrowboat", "Sir Nigel Gresley, the engine": a name, and what has it.
fn is_named_vehicle(scene: &Scene, at: usize) -> bool {
    const VEHICLES: &str = "boat narrowboat ship ferry yacht schooner barge tug steamer liner trawler lifeboat dinghy locomotive engine train tram \
car bus plane aeroplane airliner bomber truck van lorry motorbike motorcycle rocket spaceship starship submarine \
windmill mill pub inn bell mountain hill peak rock pinnacle stack crag waterfall cave tree oak rose tulip apple potato \
cheese ale beer cider biscuit facade house tower bridge crane cannon gun telescope drill volcano hurricane storm";
    let terms = &scene.terms;
    let capital = |term: &Term| scene.tokens[term.tokens.start].capital;
    if !capital(&terms[at]) {
        return false;
    }
    let comma = (at + 1..terms.len()).find(|&next| terms[next].sense == Sense::Comma);
    let article = comma.and_then(|comma| terms.get(comma + 1));
    let article = article.is_some_and(|term| matches!(scene.word(term), "a" | "an" | "the"));
    let what = comma.map_or(&[][..], |comma| &terms[(comma + 2).min(terms.len())..]);
    let last = what.iter().take_while(|term| term.in_run() && !term.acts).last();
    article && last.is_some_and(|last| is_in(VEHICLES, scene.word(last)))
}

/// "Gents: a cast-iron urinal", "the ladies' side of the lido"
fn is_on_a_door(scene: &Scene, at: usize) -> bool {
    const DOORS: &str = "urinal urinals toilet toilets lavatory lavatories loo loos restroom washroom washrooms cubicle cubicles cloakroom lido \
entrance doorway door latrine privy bathhouse turnstile";
    let word = scene.word(&scene.terms[at]);
    let signs = matches!(word, "gents" | "ladies")
        && scene.terms.iter().any(|term| matches!(scene.word(term), "sign" | "signs"));
    if signs {
        return true;
    }
    is_in("gents ladies men women gentlemen boys girls", word)
        && !scene.terms.iter().any(|term| term.acts && !term.purpose)
        && scene.terms.iter().any(|term| is_in(DOORS, scene.word(term)))
        && scene.terms.iter().filter(|term| is_somebody(term)).count() < 3
}

/// "Prince Albert tobacco tin", "Aunt Bessie's puddings": a thing that is named after somebody.
fn is_named_thing(scene: &Scene, at: usize) -> bool {
    let token = |term: &Term| &scene.tokens[term.tokens.start];
    let head = &scene.terms[at];
    if !token(head).capital || !matches!(head.sense, Sense::Head(..)) {
        return false;
    }
    let rest = &scene.terms[at + 1..];
    let name = |term: &&Term| {
        token(term).capital && !is_somebody(term) && term.in_run() && scene.word(term).len() > 1
    };
    let names = rest.iter().take_while(name).count();
    let run = noun_phrase(scene, at + 1 + names);
    let noun = run.iter().rfind(|term| term.is_noun_word() || is_seen(scene, term));
    let plain = |term: &&Term| {
        !is_somebody(term) && !of_body(scene, term) && !is_in(PORTRAITS, scene.word(term))
    };
    names > 0
        && run.iter().all(plain)
        && noun.is_some_and(|noun| is_seen(scene, noun) && !noun.acts)
        && !is_in(FELT_OR_DONE, run.last().map_or("", |last| scene.word(last)))
        && run.first().is_some_and(|first| {
            let noun = first.is_noun_word() || is_seen(scene, first) || first.is_adjective();
            noun && !scene.word(first).ends_with("ing") || made_for(scene, first)
        })
        && !is_verb_of_one(scene, at + names, &run)
}

/// "sewing machine", not "washing clothes"
fn made_for(scene: &Scene, term: &Term) -> bool {
    const MADE: &str = "bike bikes bicycle rod reel car cars yacht boat helmet goggles goblet machine machines desk bowl pot pan table gear shoes boots board needle room kit chair pool wheel stand rod line suit \
trunks hall box glove gloves club set song cake hut lodge licence trip";
    let next = scene.terms.iter().find(|next| next.tokens.start == term.tokens.end);
    term.purpose && next.is_some_and(|next| is_in(MADE, scene.word(next)))
}

fn is_seen(scene: &Scene, term: &Term) -> bool {
    matches!(term.sense, Sense::Word(Some(WordKind::Thing | WordKind::Animal)))
        || matches!(term.sense, Sense::Word(_) | Sense::CorrelateThing | Sense::Trait { .. })
            && Lexicon::v1().is_seen(scene.word(term))
}

/// "princess-cut", "toddler-proof", "mailman-blue": joined to a word that is no person, before a thing or nothing.
fn is_joined_to_word(scene: &Scene, at: usize) -> bool {
    let joined = scene.terms.get(at + 1).is_some_and(|next| {
        let thing = |term: &Term| term.is_noun_word() || is_seen(scene, term);
        let made = is_in(MADE_LIKE, scene.word(next)) && scene.terms.get(at + 2).is_some_and(thing);
        (scene.tokens[next.tokens.start].hyphen || made) && !is_somebody(next) && !next.genitive
    });
    joined && !leads_to_somebody(scene, at + 1)
}

/// "woman shaped bottle", "baby sized sock"
const MADE_LIKE: &str =
    "shaped sized themed inspired branded coloured colored printed patterned style styled";

fn leads_to_somebody(scene: &Scene, at: usize) -> bool {
    let mut run = scene.terms[at..].iter().take_while(|term| term.in_run());
    run.any(is_somebody)
}

/// "the nurse's cape", "Widows' almshouses", "girls' school gate": something of somebody's that nobody is part of.
/// "the female puppeteer's strings" as "the elderly puppeteer's strings"
fn is_sex_of_owner(scene: &Scene, at: usize) -> bool {
    let role = |term: &Term| matches!(term.sense, Sense::Head(Category::Role { .. }, _));
    scene.is_one_of(at, &["male", "female"])
        && scene.terms.get(at + 1).is_some_and(|next| role(next) && next.genitive)
        && owns_thing(scene, at + 1)
}

fn owns_thing(scene: &Scene, at: usize) -> bool {
    // "the woman's bicycle leaning on a wall" may be hers; "a nurse's cape hanging on a peg" is a kind of cape.
    let role = matches!(&scene.terms[at].sense, Sense::Head(Category::Role { .. }, _));
    let known = is_definite(scene, at);
    let acts = |term: &Term| {
        term.acts && !term.purpose && (known || !is_in(DONE_BY_THINGS, scene.word(term)))
    };
    if !role && scene.terms.iter().any(acts) {
        return false;
    }
    let run = noun_phrase(scene, at + 1);
    let noun = run.iter().rfind(|term| !term.is_adjective());
    let Some(last) = noun.or(run.last()) else { return false };
    let of_body = |term: &&Term| {
        let word = scene.word(term);
        is_in(BODY, word)
            || is_in(OF_SOMEBODY, word)
            || is_in(PORTRAITS, word) && !matches!(word, "drawing" | "painting" | "sketch")
    };
    let felt = is_in(FELT_OR_DONE, scene.word(last));
    !run.iter().any(of_body) && !felt
}

/// Pictures of persons; a poster or a sign may show anything.
const PORTRAITS: &str = "portrait portraits headshot headshots selfie selfies avatar character closeup face faces figure profile photo \
photograph style anime cosplay pose sketch drawing illustration painting";
/// What is seen of somebody.
const OF_SOMEBODY: &str = "arm neck thigh ankle eyelid eyelids wound bandage hand finger fingers fist fists feet foot leg legs knee knees \
knuckles palm palms wrist wrists back torso skin wrinkles smile gaze stare voice grip touch embrace silhouette shadow \
reflection tear tears thumb toes belly waist hips elbow shoulder ear lap elbows hair beard look figure portrait \
profile life day work hug kiss heart";
/// What somebody feels, does or is.
const FELT_OR_DONE: &str = "love pride joy grief sorrow prayer prayers party dream dreams memory memories journey return goodbye farewell youth \
death birth birthday wedding childhood career promise secret anger pain loss rage fear hope solitude loneliness \
strength beauty wisdom courage sacrifice devotion struggle fight battle victory defeat arrival departure vigil reunion \
retirement graduation reward revenge guilt shame faith soul spirit mind eye-view perspective trance sleep nap stroll \
dance song procession parade march coronation race marathon match tournament final team football rugby hockey relay \
sport scrum league tug gym gymnastics swimming tennis basketball volleyball mate crew assistant helper companion pal \
laugh laughter cry scream pose poses stance posture expression glance wink ecstasy";

/// "grandad shirt", "soldier beetle", "bachelor flat": the first part of a thing's name.
fn describes_thing(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let run = noun_phrase(scene, at + 1);
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
    let somebody = |term: &&Term| is_somebody(term) && !is_called_machine(scene.word(term));
    if is_in(FELT_OR_DONE, scene.word(last))
        || is_taken_home(scene, at)
        || run.iter().any(somebody)
        || run.iter().any(|term| is_in(PORTRAITS, scene.word(term)) || of_body(scene, term))
        || acts_or_is_called(scene, at, &run)
    {
        return false;
    }
    let seen = |term: &Term| is_seen(scene, term);
    let names_thing = |term: &Term| term.is_noun_word() || seen(term) || made_for(scene, term);
    let last_noun = run.iter().rfind(|term| term.is_noun_word() || seen(term));
    let ends = last_noun.is_some_and(|last| seen(last));
    let noun = run.iter().any(|term| seen(term));
    let verb = is_verb_of_one(scene, at, &run);
    // "mr bean"
    let titled = Lexicon::v1().is_title(scene.word(&terms[at]));
    match &terms[at].sense {
        _ if titled => false,
        // "photo person beach sunset"
        Sense::Head(Category::Neutral, _) => false,
        Sense::Head(Category::Person | Category::Kin, _) => {
            noun && !verb && names_thing(first) && ends && stands_as_noun(scene, at)
        }
        // "a pensioner discount card"
        Sense::Head(..) => {
            let base = first.sense == Sense::Word(Some(WordKind::Verb)) && !first.inflected;
            noun && !verb && (names_thing(first) || base && ends)
        }
        _ => {
            let done = does_what_several_do(scene, at, &run);
            noun && names_thing(first) && ends && !done && stands_as_noun(scene, at)
        }
    }
}

/// "three men stand in a row", not "a kids' book cover": after "a" several own the thing.
fn does_what_several_do(scene: &Scene, at: usize, run: &[&Term]) -> bool {
    let before = at.checked_sub(1).map(|before| &scene.terms[before].sense);
    let owned = matches!(before, Some(Sense::Little(Little::Article)));
    let verb = |term: &&Term| {
        let word = scene.word(term);
        Lexicon::v1().kind(word) == Some(WordKind::Verb) || is_in(DONE_BY_SEVERAL, word)
    };
    !owned && run.iter().any(verb)
}

pub(super) const DONE_BY_THINGS: &str = "hanging lying drying leaning resting standing swinging flapping floating drifting gleaming glowing rusting peeling \
humming showing facing covering spilling steaming bubbling melting burning turning spinning rising falling heeling \
rotting holding topped bearing missing leaking dripping trailing creeping blooming reading clinging pointing rolling \
sinking fading";
const DONE_BY_SEVERAL: &str = "cut share hold sign cover face fish train watch dress dance cook drink work plant bat row stand ride play rest sleep skate surf ski skateboard \
skateboards surfboard board boards bike cycle sail farm bathe camp picnic";

/// "old salt splicing rope", "shopkeeper cat-napping", "stuntwoman Dot Halloran", "Señor Robles"
fn acts_or_is_called(scene: &Scene, at: usize, run: &[&Term]) -> bool {
    let token = |at: usize| scene.terms.get(at).map(|term| &scene.tokens[term.tokens.start]);
    // "female XLR socket"
    let capital = |term: &&Term| {
        let token = &scene.tokens[term.tokens.start];
        token.capital && !(token.upper && token.text.len() < LONGEST_NOUN_IN_ED)
    };
    let named = run.iter().any(capital) && !capital(&&scene.terms[at]);
    let first = run.first();
    let doing = first.is_some_and(|first| !made_for(scene, first) && says_doing(scene.word(first)));
    // "a grandfather ice fishing", "a man sketched in ink"
    let fishing = run.last().is_some_and(|last| says_doing(scene.word(last)) && !last.genitive)
        || first.is_some_and(|first| {
            scene.word(first).ends_with("ed") && scene.word(first).len() > LONGEST_NOUN_IN_ED
        });
    let unknown =
        first.is_some_and(|first| capital(first) && !Vocabulary::v1().contains(scene.word(first)));
    let after = scene.terms.get(at + 1 + run.len());
    let napping = token(at + 1 + run.len()).is_some_and(|next| next.hyphen)
        || after.is_some_and(|after| {
            after.acts && (after.purpose || !is_in(DONE_BY_THINGS, scene.word(after)))
        });
    doing || named || napping || fishing || unknown
}

/// "the gal's bicycle", "the very young man's bicycle": of one whom the prompt knows, not "men's boots".
pub(super) fn is_definite(scene: &Scene, at: usize) -> bool {
    let described = |before: &usize| {
        scene.terms[*before].is_adjective() || DEGREES.contains(&scene.word(&scene.terms[*before]))
    };
    let before = (0..at).rev().find(|before| !described(before));
    before.is_some_and(|before| scene.is_one_of(before, &["the"]))
}

/// "weed", "shed"
const LONGEST_NOUN_IN_ED: usize = 4;

fn of_body(scene: &Scene, term: &Term) -> bool {
    is_in(BODY, scene.word(term)) || matches!(term.sense, Sense::CorrelateThing)
}

/// The nouns and adjectives from `at`, without what is done to them ("barracks turned to nests").
fn noun_phrase(scene: &Scene, at: usize) -> Vec<&Term> {
    let done = |word: &str| word.len() > LONGEST_NOUN_IN_ED && word.ends_with("ed");
    let part = |(idx, term): &(usize, &Term)| {
        term.in_run()
            && (!term.acts || made_for(scene, term))
            && (*idx == 0 || !done(scene.word(term)))
    };
    scene.terms[at..].iter().enumerate().take_while(part).map(|(_, term)| term).collect()
}

/// Whether an article, a break or the prompt's start stands before the noun phrase.
fn stands_as_noun(scene: &Scene, at: usize) -> bool {
    use Little::{And, Article, Determiner, Preposition};
    let before = at.checked_sub(1).map(|before| &scene.terms[before].sense);
    before.is_none_or(|sense| {
        matches!(sense, Sense::Comma | Sense::Little(And | Article | Determiner | Preposition))
    }) || scene.is_one_of(at.saturating_sub(1), &["two", "three", "seven", "twelve"])
}

/// "a sexton digs a grave", "a gardener waters tulips", "Señor Robles crosses the plaza": after one person a word in -s is a
/// verb, where "a" says that it is one or a noun phrase follows.
fn is_verb_of_one(scene: &Scene, at: usize, run: &[&Term]) -> bool {
    // "a very happy nurse waters tulips"
    let describes = |term: &Term| term.is_adjective() || DEGREES.contains(&scene.word(term));
    let before = scene.terms[..at].iter().rfind(|term| !describes(term));
    let one = before.is_some_and(|term| matches!(term.sense, Sense::Little(Little::Article)));
    let object = |at: usize| {
        scene.terms.get(at).is_some_and(|term| {
            matches!(
                term.sense,
                Sense::Little(Little::Article | Little::Determiner)
                    | Sense::Pronoun(..)
                    | Sense::OtherPronoun
            )
        })
    };
    // "Boy skateboards over a wall"
    let moves = |at: usize| {
        let moving = "over down along through across past toward towards up";
        scene.terms.get(at).is_some_and(|term| is_in(moving, scene.word(term)))
    };
    let last = run.len().saturating_sub(1);
    let says = |term: &Term| term.ends_in_s && !scene.word(term).ends_with("ss");
    run.iter().enumerate().any(|(idx, term)| {
        let next = at + 2 + idx;
        let word = scene.word(term);
        let verb = is_in(DONE_BY_SEVERAL, word)
            || is_in(DONE_BY_SEVERAL, word.strip_suffix('s').unwrap_or(word));
        says(term) && (object(next) || verb && moves(next) || one && (idx == 0 || idx == last))
            || idx == 0 && (is_done_to_several(scene, at + 1) || is_move_of_one(scene, at + 1))
    })
}

/// "the seal and her mother", "the resident males": what animals are called as well, in a scene that starts with one.
fn is_said_of_animals(scene: &Scene, at: usize, animal: usize) -> bool {
    let terms = &scene.terms;
    let kin = match &terms[at].sense {
        Sense::Head(Category::Kin, _) => true,
        Sense::Group { .. } => is_in(KIN_OF_ANIMALS, scene.word(&terms[at])),
        _ => false,
    };
    let insects = || terms.iter().any(|term| is_in(INSECTS, scene.word(term)));
    let called = is_in(CALLED_OF_ANIMALS, scene.word(&terms[at]))
        || is_in(CASTES, scene.word(&terms[at])) && insects();
    let before = terms[..at].iter().rfind(|term| !term.is_adjective());
    let joined = at > 1
        && terms[at - 1].sense == Sense::Little(Little::And)
        && !terms[at - 2].is_adjective();
    let whose = joined
        || before.is_none_or(|term| {
            matches!(term.sense, Sense::Pronoun(..) | Sense::Word(Some(WordKind::Animal)))
                || matches!(scene.word(term), "its" | "both")
        });
    let beside = terms.get(at + 1).is_some_and(|next| is_animal(scene, next));
    let described = at.checked_sub(1).is_some_and(|before| {
        matches!(terms[before].sense, Sense::Attribute { .. } | Sense::Trait { near: false, .. })
    });
    (kin && whose || called && !described && !terms[at].genitive) && (animal < at || beside)
}

const KIN_OF_ANIMALS: &str = "parents mothers fathers brothers sisters siblings daughters sons granddaughters grandsons grandmothers grandfathers \
grandparents cousins aunts uncles nieces nephews twins triplets offspring babies";
const CALLED_OF_ANIMALS: &str = "male female males females juvenile juveniles infant infants newborn newborns matron matrons matriarch patriarch \
youngster youngsters adolescent adolescents bachelor bachelors spinster spinsters rival rivals resident veteran loner \
chick chicks widow widows widower widowers";
const CASTES: &str = "queen queens king kings monarch attendant attendants worker workers soldier soldiers guard guards drone drones nurse \
nurses";
const INSECTS: &str = "bee bees wasp wasps hornet hornets ant ants termite termites hive nest nests comb colony swarm bumblebee honeybee \
mole-rat rat rats mound burrow tunnel";
