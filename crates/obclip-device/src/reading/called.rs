//! What things are called that persons are called too: stars and storms, layers of rock, tartans, shops. Asked where no word in
//! small letters speaks of anybody; their words stay on the device.

use std::ops::Range;

use super::grammar::{is_in, little};
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

type Spans = Vec<(Range<usize>, &'static str)>;

/// Marks the names of things in a prompt that speaks of nobody.
pub(super) fn names(tokens: &[Token], spans: &mut Spans) {
    let strong =
        has(tokens, SKY) || tokens.iter().any(|token| token.capital && token.text == "moon");
    let sky = strong || has(tokens, NIGHT);
    let star = |token: &Token| {
        // "Phoebe and Leo under a starry sky" are two persons.
        let seen = if Lexicon::v1().is_given_name(&token.text) { strong } else { sky };
        seen && is_in(STARS, &token.text)
    };
    let rocks = has(tokens, GEOLOGY) || tokens.iter().filter(|token| is_period(token)).count() > 1;
    let clans = tokens.iter().any(|token| {
        !token.capital && is_in("tartan tartans sett setts plaid plaids", &token.text)
    });
    for at in 0..tokens.len() {
        let token = &tokens[at];
        let found = token.capital
            && (is_in(ZODIAC, &token.text)
                || star(token)
                || rocks && is_period(token)
                || clans && is_clan(tokens, at)
                || is_of_storm(tokens, at)
                || is_of_shop(tokens, at));
        if found && !speaks_of_somebody(tokens) {
            spans.push((at..at + 1, OF_A_THING));
        }
    }
}

fn has(tokens: &[Token], list: &'static str) -> bool {
    tokens.iter().any(|token| is_in(list, &token.text))
}

fn is_period(token: &Token) -> bool {
    token.capital && is_in(PERIODS, &token.text)
}

/// "Fraser" of "tartans of the Campbell, Fraser and Gordon setts"
fn is_clan(tokens: &[Token], at: usize) -> bool {
    let lexicon = Lexicon::v1();
    let next = tokens.get(at + 1).map_or("", |next| next.text.as_str());
    (at > 0 || is_in("tartan plaid", next))
        && matches!(lexicon.entry(&tokens[at].text), None | Some(Entry::Plain(_)))
}

/// "Hurricane Katrina", "Storm Eunice"
fn is_of_storm(tokens: &[Token], at: usize) -> bool {
    const STORMS: &str = "hurricane typhoon cyclone storm";
    let storm = |at: Option<usize>| {
        at.and_then(|at| tokens.get(at))
            .is_some_and(|token| token.capital && is_in(STORMS, &token.text))
    };
    let named = tokens.get(at + 1).is_some_and(|next| next.capital);
    storm(at.checked_sub(1)) || storm(Some(at)) && named
}

/// "Wendy's sign", "Ben & Jerry's tub"
fn is_of_shop(tokens: &[Token], at: usize) -> bool {
    const SOLD: &str = "sign signs logo logos tub tubs jeans label labels storefront menu burger burgers wrapper packet packets carton cartons cup cups \
jar jars bottle bottles tin tins sauce cereal chips crisps biscuits cookies pizza outlet franchise";
    let owner = |at: usize| tokens[at].clitic == Clitic::Genitive && tokens[at].capital;
    let sold = |at: usize| tokens.get(at + 1).is_some_and(|next| is_in(SOLD, &next.text));
    // "Ben" before "Jerry's"
    let pair =
        tokens.get(at + 1).is_some_and(|next| next.capital) && tokens[at].clitic == Clitic::None;
    let listed = |at: usize| {
        use Entry::{Kin, Neutral, Person, Role, Title};
        matches!(
            Lexicon::v1().entry(&tokens[at].text),
            Some(Kin(_) | Person(_) | Role(_) | Title(_) | Neutral)
        )
    };
    !listed(at)
        && (owner(at) && sold(at) || pair && owner(at + 1) && sold(at + 1) && !listed(at + 1))
}

/// Whether a word in small letters that is no little word speaks of somebody.
fn speaks_of_somebody(tokens: &[Token]) -> bool {
    let lexicon = Lexicon::v1();
    let small = |token: &&Token| !token.capital && little(&token.text).is_none();
    tokens.iter().filter(small).any(|token| {
        let said = is_in(
            "wearing wears dressed asleep aged years yo smiling laughing portrait selfie",
            &token.text,
        );
        said || lexicon.entry(&token.text).is_some_and(Entry::speaks_of_somebody)
            && !is_in("twin twins terminator dwarf host companion amateur", &token.text)
    })
}

const OF_A_THING: &str = "what a thing is called";
/// What says that the sky is seen.
const SKY: &str = "moons planet planets nebula constellation constellations galaxy galaxies cluster supercluster saturn jupiter uranus neptune \
pluto orbit orbits telescope milky zodiac asteroid asteroids spacecraft probe pleiades hyades aldebaran exoplanet horoscope";
/// What is seen at night, where persons are as well.
const NIGHT: &str = "moon mars star stars starry starfield astrophotography sky skies comet comets meteor meteors cosmos binocular binoculars \
planetarium exposure lunar ridge";
/// Signs of the zodiac that are hardly anybody's name.
const ZODIAC: &str = "virgo gemini aries taurus libra scorpio scorpius sagittarius capricorn capricornus aquarius pisces";
const STARS: &str = "leo cancer orion perseus cassiopeia andromeda cepheus cygnus lyra aquila pegasus hercules draco bootes auriga \
centaurus carina vela ursa hydra corvus lupus pavo grus phoenix eridanus cetus castor pollux sirius betelgeuse rigel vega altair deneb \
arcturus aldebaran antares spica regulus procyon capella polaris mizar ariel miranda titania oberon umbriel titan rhea dione tethys \
mimas enceladus iapetus phoebe hyperion janus pandora prometheus europa io ganymede callisto amalthea triton nereid proteus charon \
nix phobos deimos ceres vesta pallas juno eros cassini huygens galileo maria crisium messier halley kepler hubble webb sisters \
sister hunter twins archer martian martians venusian tycho copernicus a";
const PERIODS: &str = "cambrian ordovician silurian devonian carboniferous permian triassic jurassic cretaceous paleogene neogene eocene oligocene \
miocene pliocene pleistocene holocene precambrian ediacaran archean mississippian pennsylvanian";
const GEOLOGY: &str = "strata stratum limestone shale fossil fossils trilobite trilobites ammonite ammonites sandstone mudstone slate geology geological \
bedrock outcrop crinoids crinoid sediment sedimentary dinosaur dinosaurs layered layers cliff cliffs seabed reef";

#[cfg(test)]
mod tests {
    use crate::reading::tests::check_persons as check;

    #[test]
    fn layers_of_rock_and_stars_are_nobody() {
        check("Cambrian, Ordovician, Silurian: layered cliff", 0);
        check("a Cambrian farmer on a cliff", 1);
        check("Martian-looking mesas under stars", 0);
        check("a Martian reading a map", 1);
    }
}
