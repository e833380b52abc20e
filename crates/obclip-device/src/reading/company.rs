//! Words of persons that are things by the company they keep: "a speaker with a torn cone", "peach cobbler and cream", "the yellow
//! digger in a quarry", "wearing a conductor's hat", "an astronaut suit".

use super::Scene;
use super::grammar::{DESCENT, Little, OF_PLACES, is_in};
use super::pronouns::{is_animal, is_called_after_thing};
use super::term::{Category, Sense, Term};
use super::things::{MODELLED, is_said_of, speaks_of_persons};
use crate::axis::Axis;
use crate::lexicon::{Lexicon, WordKind};
use crate::tokens::Token;

/// Whether the word of a person at `at` names a thing, whoever else is in the scene.
pub(super) fn is_thing(scene: &Scene, at: usize) -> bool {
    is_beside_its_things(scene, at)
        || is_sex_of_bird(scene, at)
        || is_kind_of_garment(scene, at)
        || is_animal_as(scene, at)
        || is_absent(scene, at)
        || is_written(scene, at)
        || is_maker_here(scene, at)
        || is_movement(scene, at)
        || is_model_of_thing(scene, at)
        || is_titled(scene, at)
        || is_saint_of_place(scene, at)
        || is_animal_said_alone(scene, at)
        || is_called_after_thing(scene, at)
        || is_of_animals(scene, at)
        || describes_animal(scene, at)
}

/// "a salad spinner", "copper is the finest conductor": the thing and what is seen with it are both named.
pub(super) fn is_beside_its_things(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let words: Vec<&str> =
        scene.tokens[term.tokens.clone()].iter().map(|token| token.text.as_str()).collect();
    let word = words.join("_");
    let one = word.strip_suffix('s').unwrap_or(&word);
    // "the cardinal looks at a cardinal on a twig"
    let acts = |next: &Term| {
        let verb = next.sense == Sense::Word(Some(WordKind::Verb)) && next.ends_in_s;
        verb || next.acts || matches!(next.sense, Sense::Little(Little::Governor))
    };
    let noun = matches!(
        term.sense,
        Sense::Head(..)
            | Sense::Group { .. }
            | Sense::Trait { nominal: true, .. }
            | Sense::Attribute { axis: Axis::Ethnicity, nominal: true, .. }
    );
    if !noun || term.genitive || scene.terms.get(at + 1).is_some_and(acts) && words.len() == 1 {
        return false;
    }
    let named = |names: &'static str| is_in(names, &word) || is_in(names, one);
    let company: Vec<_> = COMPANY.iter().filter(|(names, _)| named(names)).collect();
    let seen = |word: &str| {
        let one = word.strip_suffix('s').unwrap_or(word);
        company.iter().any(|(_, beside)| is_in(beside, word) || is_in(beside, one))
    };
    let here = |token: &Token| seen(&token.text);
    // "a male cardinal on a feeder"
    let of_animal = |other: usize| {
        is_in("cardinal monarch viceroy admiral emperor skipper chick harvester", one)
            && matches!(
                scene.terms[other].sense,
                Sense::Attribute { axis: Axis::Age | Axis::Gender, .. }
            )
    };
    // "a bluetooth speaker, white"
    let colour = |other: usize| {
        let edge = |at: usize| scene.terms.get(at).is_none_or(|term| term.sense == Sense::Comma);
        Lexicon::v1().colour(scene.word(&scene.terms[other])).is_some()
            && other > 0
            && edge(other - 1)
            && edge(other + 1)
    };
    // "a Berliner, a Florentine" on a plate
    let same = |other: usize| {
        let word = scene.word(&scene.terms[other]);
        company.iter().any(|(names, _)| is_in(names, word))
    };
    let said = |other: usize| {
        is_said_of(scene, other, at) && !of_animal(other) && !colour(other) && !same(other)
    };
    let (before, after) = (&scene.tokens[..term.tokens.start], &scene.tokens[term.tokens.end..]);
    (before.iter().any(here) || after.iter().any(here))
        && !speaks_of_persons(scene)
        && !(0..scene.terms.len()).any(|other| other != at && said(other))
}

/// "a female cardinal on a branch"
fn is_sex_of_bird(scene: &Scene, at: usize) -> bool {
    is_in("male female adult juvenile", scene.word(&scene.terms[at]))
        && scene
            .terms
            .get(at + 1)
            .is_some_and(|next| is_in("cardinal monarch viceroy admiral emperor", scene.word(next)))
        && is_beside_its_things(scene, at + 1)
}

/// "a tiger wearing a train conductor's hat", "a dolphin in an astronaut suit": a kind of garment, whoever wears it.
fn is_kind_of_garment(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let role = matches!(terms[at].sense, Sense::Head(Category::Role { .. }, _));
    let garment = terms.get(at + 1).is_some_and(|next| is_in(OF_A_TRADE, scene.word(next)));
    // "dressed in a chef's white hat"
    let far = terms[at].genitive
        && terms.get(at + 1).is_some_and(Term::is_adjective)
        && terms.get(at + 2).is_some_and(|next| is_in(OF_A_TRADE, scene.word(next)));
    let first = (0..at).rev().find(|&before| !terms[before].in_run());
    let link = first.and_then(|first| match terms[first].sense {
        Sense::Little(Little::Article | Little::Determiner) => first.checked_sub(1),
        _ => Some(first),
    });
    let worn = link.is_some_and(|link| {
        is_in(
            "in with wearing wears wore has sporting donning dressed and",
            scene.word(&terms[link]),
        )
    });
    // "an astronaut suit in a museum"
    let kind = garment && !terms[at].genitive;
    role && (kind || (garment || far) && worn)
}

const OF_A_TRADE: &str = "hat hats helmet helmets cap caps suit suits costume costumes uniform uniforms outfit outfits robe robes apron \
aprons coat coats jacket jackets cloak cloaks mask masks armour armor tunic tunics gown gowns boots gloves goggles vest vests \
toque toques nose noses badge overalls scrubs spacesuit jumpsuit wig crown tiara beret";

/// "raccoon detective", "a cat astronaut": an animal in the role, not "a dog walker".
fn is_animal_as(scene: &Scene, at: usize) -> bool {
    if is_animal_dressed_as(scene, at) {
        return true;
    }
    let Some(mut before) = at.checked_sub(1) else { return false };
    let role = matches!(scene.terms[at].sense, Sense::Head(Category::Role { .. }, _));
    // "panda mad scientist"
    while before > 0 && scene.terms[before].is_adjective() {
        before -= 1;
    }
    let animal = &scene.terms[before];
    // "Salmon king" may be a name.
    let named = before > 0 && scene.tokens[animal.tokens.start].capital;
    role && is_in(PLAYED_BY_ANIMALS, scene.word(&scene.terms[at]))
        && is_animal(scene, animal)
        && !animal.genitive
        && !named
}

/// "a cat dressed as a wizard", "a raccoon as a king"
fn is_animal_dressed_as(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let start = (0..at).rev().take_while(|&before| terms[before].is_adjective()).last();
    let start = start.unwrap_or(at);
    let word = |back: usize| start.checked_sub(back).map_or("", |at| scene.word(&terms[at]));
    let role = matches!(terms[at].sense, Sense::Head(Category::Role { .. }, _));
    if !role || !is_in("a an the", word(1)) || word(2) != "as" {
        return false;
    }
    let dressed = is_in("dressed posing depicted portrayed disguised", word(3));
    let animal = start.checked_sub(if dressed { 4 } else { 3 });
    // "Robin Hood as a lawyer"
    animal.is_some_and(|at| {
        terms[at].tokens.len() == 1 && is_animal(scene, &terms[at]) && !terms[at].genitive
    })
}

const PLAYED_BY_ANIMALS: &str = "astronaut cosmonaut detective scientist king queen prince princess emperor empress knight wizard witch sorcerer \
sorceress mage monk pirate samurai ninja general captain admiral sailor pilot chef barista bartender baker waiter \
waitress butler professor teacher librarian lawyer judge banker accountant businessman politician president mayor sheriff cowboy \
gunslinger outlaw bandit gangster thief spy superhero superheroine hero villain viking gladiator paladin rogue bard druid cleric \
necromancer alchemist musician guitarist drummer pianist violinist saxophonist rapper dj rockstar ballerina \
acrobat clown magician jester philosopher poet astronomer explorer adventurer archaeologist mechanic plumber firefighter \
policeman mailman postman nobleman duke duchess baron lord noble royal monarch pharaoh hacker programmer skateboarder surfer \
snowboarder skier";

/// "a horse without a rider", "no vendor in sight"
pub(super) fn is_absent(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let mut before = (0..at).rev().filter(|&before| !terms[before].is_adjective());
    let article = |at: usize| matches!(terms[at].sense, Sense::Little(Little::Article));
    let found =
        before.next().and_then(|first| if article(first) { before.next() } else { Some(first) });
    // "she's no sylph"
    let said_of = before.next().is_some_and(|before| {
        matches!(terms[before].sense, Sense::Pronoun(..) | Sense::Little(Little::Be))
    });
    // "without any people or girls"
    let or = found
        .filter(|&or| is_in("or nor", scene.word(&terms[or])))
        .and_then(|or| or.checked_sub(1));
    let any = found.and_then(|any| any.checked_sub(1)).map_or("", |at| scene.word(&terms[at]));
    let absent = |found: usize| {
        is_in("no without minus", scene.word(&terms[found]))
            || scene.word(&terms[found]) == "any" && is_in("without no", any)
    };
    !said_of && (found.is_some_and(absent) || or.is_some_and(|at| is_absent(scene, at)))
}

/// "BEWARE THE OLD LADY on a sign", `a tug named "Lucky Widow"`: between quotes, where something is written or named.
pub(super) fn is_written(scene: &Scene, at: usize) -> bool {
    let quoted = |term: &Term| scene.tokens[term.tokens.start].quoted;
    quoted(&scene.terms[at])
        && scene.terms.iter().any(|term| !quoted(term) && is_in(WRITTEN, scene.word(term)))
}

const WRITTEN: &str = "sleeve badge picker tug ferry ship boat yacht barge schooner freighter tanker liner lifeboat \
written writing says saying say said reads reading read sign signs label labels labelled labeled lettering letters text caption captions captioned title titled logo wordmark plate plaque nameplate embroidered stitched engraved inscribed inscription stencilled stenciled painted printed neon named called name headline marked carved stamped stamp graffiti banner sticker stickers slogan placard billboard marquee typography typeface font cover spine tag card button words word phrase letterpress chalked chalk sprayed scrawled scratched subtitle tab menu key keys swatch swatches cushion doormat mug";

/// "a Tata in a street": a word of kin or belief that is a maker's name with a capital.
fn is_maker_here(scene: &Scene, at: usize) -> bool {
    let term = &scene.terms[at];
    let capital = |term: &Term| scene.tokens[term.tokens.start].capital;
    let named = matches!(
        term.sense,
        Sense::Head(Category::Kin | Category::Trait, _)
            | Sense::Trait { nominal: true, .. }
            | Sense::Attribute { axis: Axis::Ethnicity, nominal: true, .. }
    );
    named
        && capital(term)
        && Lexicon::v1().is_maker(scene.word(term))
        && !scene.terms.get(at + 1).is_some_and(capital)
}

/// "an oil surrealist painting", "a modernist stamp series": a movement in art before what is made so.
fn is_movement(scene: &Scene, at: usize) -> bool {
    const MOVEMENTS: &str = "surrealist impressionist postimpressionist post-impressionist expressionist cubist futurist minimalist maximalist brutalist \
constructivist symbolist fauvist dadaist pointillist realist hyperrealist photorealist vorticist suprematist naturalist abstractionist \
tonalist luminist precisionist mannerist modernist postmodernist classicist romanticist rationalist functionalist deconstructivist \
regionalist divisionist primitivist purist orphist spatialist structuralist humanist traditionalist cyberpunk steampunk solarpunk dieselpunk biopunk";
    let person = |term: &Term| matches!(term.sense, Sense::Head(..) | Sense::Group { .. });
    let run: Vec<&Term> = scene.terms[at + 1..].iter().take_while(|term| term.in_run()).collect();
    // "cyberpunk, neon, rain"
    let edge = |at: Option<usize>| {
        at.and_then(|at| scene.terms.get(at)).is_none_or(|term| term.sense == Sense::Comma)
    };
    let alone = edge(at.checked_sub(1)) && edge(Some(at + 1));
    let found = is_in(MOVEMENTS, scene.word(&scene.terms[at])) && !scene.terms[at].genitive;
    if found && alone {
        return true;
    }
    found
        && run.first().is_some_and(|next| !next.acts && !scene.word(next).ends_with("ed"))
        && !run.into_iter().any(person)
        && !is_verb_after_one(scene, at)
}

/// "a surrealist paints a wall"
fn is_verb_after_one(scene: &Scene, at: usize) -> bool {
    let article = scene.terms.get(at + 2).is_some_and(|term| {
        matches!(term.sense, Sense::Little(Little::Article | Little::Determiner))
    });
    article && scene.terms[at + 1].ends_in_s
}

/// "a Dutch ship model", "a brick model of a harbour", "a chair silhouette"
fn is_model_of_thing(scene: &Scene, at: usize) -> bool {
    let word = scene.word(&scene.terms[at]);
    let before = at.checked_sub(1).map(|before| &scene.terms[before]);
    // "a model of Somali origin"
    let rest = scene.terms.get(at + 2..).unwrap_or(&[]);
    let descent = rest.iter().find(|term| !(term.is_adjective() || term.is_part));
    let of = scene.terms.get(at + 1).is_some_and(|next| scene.word(next) == "of")
        && !descent.is_some_and(|term| is_in(DESCENT, scene.word(term)));
    let thing = before.is_some_and(|before| {
        matches!(before.sense, Sense::Word(Some(WordKind::Thing | WordKind::Animal)))
    });
    match word {
        "model" | "models" => {
            of || is_older_model(scene, at)
                || before.is_some_and(|term| is_in(MODELLED, scene.word(term)))
        }
        "silhouette" | "silhouettes" => thing,
        _ => false,
    }
}

/// "Duke of York column", "Twisted Sister poster", "The Black Prince, inn sign": a name, and what has it.
fn is_titled(scene: &Scene, at: usize) -> bool {
    const WORKS: &str =
        "poster posters movie film album vinyl record lp cd cassette ticket soundtrack dvd t-shirt";
    const HOUSES: &str = "pub inn tavern arms column memorial hotel theatre theater road street";
    let terms = &scene.terms;
    let token = |at: usize| terms.get(at).map(|term| &scene.tokens[term.tokens.start]);
    let capital = |at: usize| token(at).is_some_and(|token| token.capital);
    let word = |at: usize| terms.get(at).map_or("", |term| scene.word(term));
    if !capital(at) || !matches!(terms[at].sense, Sense::Head(..)) {
        return false;
    }
    let end = (at..terms.len()).find(|&at| !capital(at)).unwrap_or(terms.len());
    let inside = end > at + 1 || at > 0 && capital(at - 1);
    let of = word(at + 1) == "of" && capital(at + 2);
    let after_of = (at + 2..terms.len()).find(|&at| !capital(at)).unwrap_or(terms.len());
    let sign = || {
        let has = |list: &'static str| terms.iter().any(|term| is_in(list, scene.word(term)));
        has("inn pub tavern") && has("sign signs signboard")
    };
    inside && is_in(WORKS, word(end)) || of && is_in(HOUSES, word(after_of)) || inside && sign()
}

/// "an older model double deck tour bus"
fn is_older_model(scene: &Scene, at: usize) -> bool {
    let aged = at.checked_sub(1).is_some_and(|before| {
        matches!(scene.terms[before].sense, Sense::Attribute { axis: Axis::Age, .. })
    });
    let run: Vec<&Term> = scene.terms[at + 1..]
        .iter()
        .take_while(|term| term.in_run() && !term.acts && !term.is_picture)
        .collect();
    let person = |term: &&Term| matches!(term.sense, Sense::Head(..) | Sense::Group { .. });
    let thing = run.last().is_some_and(|last| last.sense == Sense::Word(Some(WordKind::Thing)));
    aged && thing && !run.iter().any(person)
}

/// "Saint Basil's Cathedral", "Saint Mark's Square"
fn is_saint_of_place(scene: &Scene, at: usize) -> bool {
    let capital =
        |at: usize| scene.terms.get(at).is_some_and(|term| scene.tokens[term.tokens.start].capital);
    let place =
        |at: usize| scene.terms.get(at).is_some_and(|term| is_in(OF_PLACES, scene.word(term)));
    is_in("saint saints", scene.word(&scene.terms[at]))
        && capital(at)
        && capital(at + 1)
        && (place(at + 2) || capital(at + 2) && place(at + 3))
}

/// "wolf, old male, grey muzzle": what animals are called as well, in a phrase of its own after an animal's.
fn is_animal_said_alone(scene: &Scene, at: usize) -> bool {
    const CALLED: &str = "male female males females adult adults juvenile juveniles infant newborn mother father baby babies elder veteran racer champion";
    let terms = &scene.terms;
    let described = |term: &Term| {
        term.is_adjective() && !matches!(term.sense, Sense::Attribute { axis: Axis::Ethnicity, .. })
    };
    let start = (0..at).rev().take_while(|&before| described(&terms[before])).last().unwrap_or(at);
    let begins = start > 0 && terms[start - 1].sense == Sense::Comma;
    let head = |term: &Term| {
        matches!(term.sense, Sense::Head(..) | Sense::Group { .. })
            && !is_in(CALLED, scene.word(term))
    };
    is_in(CALLED, scene.word(&terms[at]))
        && begins
        && terms[..start].iter().any(|term| is_animal(scene, term))
        && !terms.iter().any(head)
        && !speaks_of_persons(scene)
}

/// "matriarch of the elephant herd", "king of the jungle's beasts": of animals, where no word of persons follows.
fn is_of_animals(scene: &Scene, at: usize) -> bool {
    let terms = &scene.terms;
    let of = terms.get(at + 1).is_some_and(|next| scene.word(next) == "of");
    let rest = terms.get(at + 2..).unwrap_or(&[]);
    let start = rest.iter().take_while(|term| !term.in_run() && term.sense != Sense::Comma).count();
    let run = rest[start..].iter().take_while(|term| term.in_run());
    let capital = scene.tokens[terms[at].tokens.start].capital;
    of && start < 2
        && !capital
        && matches!(terms[at].sense, Sense::Head(Category::Person | Category::Kin, _))
        && run.clone().any(|term| is_animal(scene, term))
        && !run.into_iter().any(|term| term.is_person_noun())
}

/// "an aged Clydesdale": the noun after a description is an animal.
fn describes_animal(scene: &Scene, at: usize) -> bool {
    let described = matches!(
        scene.terms[at].sense,
        Sense::Attribute { axis: Axis::Age | Axis::Gender, .. } | Sense::Trait { .. }
    );
    let run = scene.terms[at + 1..].iter().take_while(|term| term.in_run() && !term.acts);
    // "a 26-year-old chick" may be somebody.
    const SLANG: &str = "chick chicks buck bucks doe hen hens tom cow cows bear bears ram rams fox vixen bird birds cougar otter otters bunny \
wolf cub cubs bitch crow stallion goose queen duck ducks";
    described
        && !scene.terms[at].genitive
        && run.clone().any(|term| is_animal(scene, term) && !is_in(SLANG, scene.word(term)))
        && !run
            .into_iter()
            .any(|term| term.is_person_noun() || matches!(term.sense, Sense::Group { .. }))
}

/// Words of persons, and what is beside them where they are things.
const COMPANY: &[(&str, &str)] = &[
    (
        "speaker",
        "horn cabinet cone woofer tweeter subwoofer amp amps amplifier bluetooth stereo hi-fi hifi turntable turntables vinyl thumping \
mute muted unmuted icon drive-through grille monitor monitors assistant cable cables bookshelf soundbar headphones tubes volume cassette boombox driver \
stack stacks subwoofers equalizer mixer wireless portable smart loud speaker-wire cone-shaped radio jbl sonos marshall bose",
    ),
    (
        "conductor",
        "copper wire wires silver cable cables circuit lightning rod electric electricity current superconducting resistor insulator",
    ),
    (
        "pitcher",
        "juice beer water lemonade milk tea glass ceramic empty stout cocktail sangria ice iced enamel plant plants pewter jug basin stoneware \
glazed earthenware pottery carnivorous porcelain china pour pouring full lager wine cream limonade punch vase crockery flowers daisies tulips",
    ),
    (
        "runner",
        "table carpet rug stair stairs sled linen bean lace placemat placemats tablecloth tartan hall hallway kilim ice-skate sledge",
    ),
    (
        "driver",
        "golf putter screwdriver caddy iron irons wedge screw screws tweeter woofer headphone usb",
    ),
    ("guide", "fir field pocket trail-map hiking-map strap thread"),
    (
        "cobbler",
        "peach peaches blackberry blackberries apple apples skillet berry berries cherry cherries crust custard rhubarb plum blueberry blueberries crumble \
dessert pudding vanilla",
    ),
    (
        "hero",
        "landing banner headline website homepage ui web sandwich webpage cta product sandwiches hoagie",
    ),
    (
        "model",
        "scale ship boat plane railway locomotive balsa plastic kit diagram diorama bottle cutaway maquette sailboat aircraft",
    ),
    (
        "fan",
        "ceiling electric blades folding cooling cpu exhaust extractor turbine palm-leaf napkin folds",
    ),
    (
        "porter",
        "stout pint pints ale beer keg bottle brewery foam malt hops tankard snifter growler",
    ),
    (
        "coach",
        "parked stagecoach horseless railway shafts carriages motorway yard depot coachwork liveried",
    ),
    ("trainer", "sneaker sneakers laces sole soles shoe shoes shoebox pair insole velcro"),
    (
        "cleaner",
        "vacuum spray bottle bucket mop pipe bleach hoover toilet squeegee detergent drain aerosol",
    ),
    (
        "lookout",
        "tower cliff canyon mountain platform viewpoint valley timber stilts headland summit ridge rock",
    ),
    ("reader", "e card kindle tablet screen barcode e-ink microfiche microfilm magnetic ebook"),
    (
        "server",
        "rack racks data cables network cloud leds blinking router ethernet datacenter ssd firewall database",
    ),
    ("player", "start screen press record cd mp3 cassette dvd vinyl tape blu-ray minidisc walkman"),
    ("sleeper", "railway track tracks gravel creosote ballast rails sofa rail"),
    ("tumbler", "glass whisky whiskey steel cup ice lock bourbon straw cocktail crystal ounce"),
    ("spinner", "salad chrome fidget propeller hubcap lure fishing trout loading icon aircraft"),
    (
        "tracker",
        "star mount gps fitness wristband bluetooth astrophotography milky package telescope sun solar",
    ),
    ("clapper", "bell handbell brass slate board"),
    (
        "monarch",
        "butterfly butterflies chrysalis caterpillar milkweed pinned mimicry wings thistle buddleia zinnia viceroy moth coneflower",
    ),
    ("viceroy", "butterfly butterflies chrysalis pinned mimicry wings monarch moth"),
    ("model", "magnet molecule atom dna brain lung kidney eyeball solar-system planetary"),
    ("admiral", "butterfly nettle wings buddleia thistle windfall"),
    (
        "cardinal",
        "snow snowy feeder branch bird birds birch pine holly berries twig wings feathers blue-jay chickadee sumac perched dogwood sparrow jay",
    ),
    ("emperor", "moth butterfly cocoon heather-moor iceberg"),
    ("skipper", "butterfly wings thistle grass-blade knapweed"),
    ("pupil", "eye iris slit dilated cornea lashes eyeball doll's-eye berries pupils eyes lens"),
    (
        "leader",
        "lines line annotation labels fishing reel fly knots film tape anatomy exploded callouts cutaway",
    ),
    ("companion", "dwarf star pulsar nebula galaxy binary orbiting planting marigolds accretion"),
    ("host", "cuckoo warbler parasite tick ticks server fungus virus bacteria"),
    ("resident", "permit parking killer orca"),
    ("governor", "flywheel piston boiler steam spinning valve"),
    ("idler", "pulley pulleys belt gear sprocket tensioner"),
    ("slave", "piston cylinder flash clock clocks servo"),
    ("jockey", "pulley sprocket trailer wheel derailleur"),
    (
        "digger",
        "quarry excavator bucket tracks trench jcb bulldozer crane yellow demolition caterpillar rubble mud hydraulic backhoe council flats toy \
asleep building site",
    ),
    ("grader", "gravel road motor bulldozer roller"),
    ("picker", "cherry boom lift guitar strings"),
    (
        "harvester",
        "combine wheat hay tractor forestry barley grain stubble ants ant rainwater hydraulic",
    ),
    (
        "conveyor",
        "belt suitcase luggage factory boxes bottles parcel parcels sushi airport baggage",
    ),
    ("harlequin", "opal flash diamonds pattern duck ladybird wallpaper"),
    ("terminator", "moon crater craters satellite planet lunar shadow rover orbit"),
    ("page", "calendar foxed vine border"),
    ("sprinter", "van camper mercedes livery rail unit"),
    ("courier", "font typeface sans serif monospaced"),
    ("patron", "tequila agave lime"),
    ("widow", "web webs spider spiders venom hourglass abdomen fangs egg-sac cobweb cobwebs"),
    (
        "stud",
        "door doors gate iron brass earring earrings collar tyre tyres boots strap horse horses stable",
    ),
    ("widow", "orphan typographic typography proof typeset"),
    ("orphan", "widow typographic typography proof typeset sock glove"),
    ("tot", "rum pewter spirits grog brandy"),
    ("wain", "hay ford elms cart constable straw oxen"),
    ("lama", "alpaca alpacas llama llamas wool pasture grazing paddock herd"),
    (
        "chick",
        "oven herbs feathers fluffy egg eggs embryo incubator hatching brooder beak cuckoo owl penguin hen nest",
    ),
    ("chaser", "dragonfly pond reeds shot beer"),
    (
        "boxer",
        "pup puppy dog puppies engine shorts briefs drooling kennel leash jowls bulldog terrier crab shrimp",
    ),
    ("miner", "noisy bitcoin crypto rig gpu honeyeater"),
    ("valet", "wooden jacket trouser hanger stand wardrobe"),
    ("washer", "bolt bolts nut nuts spacer spring pressure gasket dryer"),
    ("spacer", "washer bolt pcb nut bearing standoff"),
    ("bandit", "armed slot cherries casino jackpot"),
    ("editor", "toolbar ui code text software syntax icon cursor menu"),
    ("walker", "tennis-balls aluminium zimmer imperial star-wars at-at"),
    ("counsellor", "fern"),
    ("squire", "typeface font"),
    ("witness", "rock buoy"),
    ("pilot", "light flame boiler stove burner whale whales"),
    (
        "fighter",
        "jet deck wings squadron aircraft spacecraft starship catapult carrier afterburner cockpit hangar missile missiles runway propeller tie",
    ),
    ("bomber", "wings aircraft runway bay"),
    ("interceptor", "aircraft wings missile runway"),
    (
        "silver_fox",
        "wood woods birch woodland pine pines meadow log bracken hedge hedgerow burrow vixen muzzle sniffing leaping hunting snowdrift snowfield \
snowbank whiskers frost moss fern ferns clearing undergrowth thicket taiga snow wildlife trotting fur den forest kits tundra paws tail winter enclosure",
    ),
    ("black_panther", "jungle prowling leopard fur tree rainforest wildlife paws stalking jaguar"),
    ("old_flame", "oil lamp candle wick lantern"),
    (
        "fat_cat",
        "wall windowsill sofa cushion radiator napping asleep sunbeam cardboard sleeping rug whiskers tail tabby",
    ),
    ("boilermaker", "beer shot rye lager whiskey whisky bourbon pint"),
    ("screen_printer", "squeegee stations ink"),
    ("window_cleaner", "spray bottle streaky"),
    ("face_miller miller", "cnc spindle aluminium chips"),
    (
        "stripper",
        "wire wires paint crimper sander polisher scrubber parquet workbench bench cable insulation varnish shaver trimmer pliers soldering wallpaper wax",
    ),
    (
        "berliner hamburger frankfurter wiener florentine viennese",
        "pastry pastries bakery doughnut doughnuts donut donuts jam bun buns mustard doily loaf roll rolls grill biscuit biscuits ketchup icing patisserie sugar glazed",
    ),
    ("twin twins", "gemini zodiac castor pollux"),
    ("elder", "blossom berries hedge hedgerow bush umbels cordial hawthorn nettles"),
    (
        "urchin urchins",
        "otter kelp sea spines reef rockpool tidepool seabed seagrass anemone starfish",
    ),
    ("infant", "agar flasks cultures seedlings"),
    ("explorer", "satellite probe nasa rocket jungle-ruins internet browser ford"),
    (
        "voyager",
        "satellite probe nasa saturn jupiter neptune antenna spacecraft heliopause starfield",
    ),
    ("pioneer", "satellite probe nasa saturn jupiter turntable"),
    ("surveyor", "probe lander nasa lunar"),
    ("messenger", "probe nasa mercury icon app bubble"),
    ("herald", "moth"),
    ("sentry", "meerkat robot marmot prairie-dog termite"),
    ("scout", "meerkat ant drone bee bees"),
    ("diver", "bezel dial strap lume rolex seiko wristwatch loon red-throated"),
    ("slasher", "hook hedge billhook tractor"),
    ("mimic", "chest teeth dungeon treasure octopus butterfly orchid"),
    ("dealer", "listing auction"),
    ("merchant", "ship navy"),
    ("painter", "rope dinghy cleat mooring"),
    ("sailor", "hornpipe-tune valentine"),
    ("boss", "level game arena pixel dungeon screenshot hud"),
    (
        "maker",
        "popcorn bread coffee pasta label yoghurt yogurt waffle tortilla sandwich donut machine counter",
    ),
    ("keeper", "trapper"),
    ("chinook", "helicopter rotor rotors salmon hangar mountains"),
    ("singer", "gazelle"),
    ("model", "uss hms rms starship spaceship spacecraft"),
    ("singer", "sewing treadle bobbin"),
    (
        "ottoman",
        "couch chair chairs sofa footstool velvet living footrest upholstered leather armchair rug lounge cushion \
cushions furniture table lamp",
    ),
    (
        "dalmatian",
        "hydrant fire spots spotted dog dogs puppy leash barking firehouse firetruck paw paws",
    ),
    (
        "carrier",
        "suitcase suitcases luggage horse horses crate vehicle roof bag pet rack baggage containers",
    ),
    ("coach", "pulling horse-drawn drawn tour bus buses"),
    ("player", "start screen press"),
    ("mascot", "bonnet radiator hood chrome cap grille"),
    ("citizen", "watch watches dial"),
    (
        "lowrider",
        "impala chevrolet candy paint hydraulics chrome wheel wheels car cars chevy stance bicycle whitewalls rims",
    ),
    ("heavyweight", "punch bag cardstock paper denim canvas cotton"),
    ("flyweight", "rod reel tent jacket"),
    ("featherweight", "bike tent sewing singer shoe scale"),
    (
        "wrangler escort consul senator ambassador challenger charger defender pathfinder navigator ranger trooper raider intruder scrambler officer \
outlander prefect minor scimitar fielder premier cadet statesman diplomat president regent commander rebel rogue maverick monarch \
traveller courier nomad imp herald champion crusader cavalier commodore marauder viking squire vandal gladiator highlander clubman minx \
sheriff marshal knight baron viscount",
        "parked tyre tyres hood bonnet headlights headlamps lowrider alloy alloys rusted rusting suv sedan coupe coupé \
convertible hatchback jeep dodge opel chassis bumper windscreen windshield tailgate dashboard rally motor motors chrome garage v8 \
turbo estate wheelbase fender fenders hubcap hubcaps slickrock",
    ),
];

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn words_beside_their_things_are_things() {
        check("a bluetooth speaker on a beach", 0);
        check("a speaker on a stage, audience listening", 1);
        check("peach cobbler with cream", 0);
        check("a cobbler mending a boot", 1);
        check("a female cardinal on a branch", 0);
        check("the cardinal looks at a cardinal on a twig", 1);
        check("a Dutch ship model in a bottle", 0);
        check("a red Tata on a table", 0);
        check("my tata on a bench", 1);
    }

    #[test]
    fn garments_and_animals_in_a_role_are_nobody() {
        check("a tiger wearing a train conductor's hat", 0);
        check("a woman in a chef's hat", 1);
        check("an astronaut suit in a museum", 0);
        check("panda mad scientist mixing chemicals", 0);
        check("a dog walker in a park", 1);
        check("a cat dressed as a wizard", 0);
        check("wolf, old male, grey muzzle", 0);
        check("an aged Clydesdale by a gate", 0);
        check("a horse without a rider", 0);
        check("she is no angel", 1);
    }

    #[test]
    fn what_is_written_and_what_is_named_is_nobody() {
        check("a tug named \"Lucky Widow\"", 0);
        check("\"HIS\" and \"HERS\" embroidered on towels", 0);
        check("\"a widow\" in a garden", 1);
        check("the tug Merry Widow at the quay", 0);
        check("he is a grumpy walrus", 0);
        check("he is a grumpy baker", 1);
    }

    #[test]
    fn styles_and_places_are_nobody() {
        check("an oil surrealist painting of a clock", 0);
        check("a surrealist painting a wall", 1);
        check("cyberpunk, neon, rain", 0);
        check("Saint Basil's Cathedral at dusk", 0);
        check("Duke of York column", 0);
        check("Twisted Sister poster on a wall", 0);
        check("the Duke of York on a horse", 1);
        check("an old, rusty fire hydrant", 0);
        check("an old, tired woman", 1);
    }
}
