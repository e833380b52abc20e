use obclip_prior::{Associations, CORRELATE_NATS};

use super::*;
use crate::building::{Class, Warning, build};
use crate::coins::Coins;
use crate::prompt::Prompt;
use crate::reading::{Finding, Reading, ThisRevealsThePrompt};

/// The published catalogue with other policies.
fn catalogue(policies: &[(&str, Policy)]) -> Catalogue {
    policies.iter().fold(Catalogue::v1(), |catalogue, (name, policy)| {
        let axis_idx = catalogue.axis_idx(name).expect("an axis");
        catalogue.with_policy(axis_idx, *policy)
    })
}

fn rules(policies: &[(&str, Policy)]) -> Rules {
    Rules::new(&catalogue(policies), Cover::Mentioned, Own::default())
}

fn reading(rules: &Rules, text: &str) -> Reading {
    Reading::by(rules, &Prompt::new(text).expect("a valid prompt"))
}

fn class(rules: &Rules, text: &str) -> Class {
    build(&reading(rules, text).masked, rules.catalogue(), rules.cover(), 32).expect("a class")
}

fn check(rules: &Rules, text: &str, template: &str, n_members: usize) {
    let class = class(rules, text);
    assert_eq!((class.template.text().as_str(), class.n_members), (template, n_members), "{text}");
}

fn findings(rules: &Rules, text: &str) -> Vec<Finding> {
    reading(rules, text).findings(ThisRevealsThePrompt).to_vec()
}

/// The text of the device's own model.
fn device_text(rules: &Rules, text: &str) -> String {
    let class = class(rules, text);
    let coins = &mut Coins::from_key([1; 32]);
    let settled = reading(rules, text).secret.settle(rules.catalogue(), &class.bundles, coins);
    settled.expect("settles").text.reveal().clone()
}

#[test]
fn words_of_a_kept_axis_travel_as_written_and_the_user_is_warned() {
    let kept = rules(&[
        ("religion", Policy::Keep),
        ("immigration", Policy::Keep),
        ("disability", Policy::Keep),
    ]);
    check(
        &kept,
        "a photo of an old muslim woman in a park",
        "a photo of a muslim {P1} in a park",
        6,
    );
    check(&kept, "a muslim man in a park", "a muslim {P1} in a park", 6);
    check(&kept, "a refugee beside a tent", "a {P1} refugee beside a tent", 1);
    check(&kept, "a woman in a wheelchair", "a {P1} in a wheelchair", 6);
    let warned = class(&kept, "a muslim man in a park").warnings;
    assert!(warned.contains(&Warning::KeptAxis { axis: "religion" }), "{warned:?}");
    let silent = class(&kept, "a man in a park").warnings;
    assert!(!silent.iter().any(|w| matches!(w, Warning::KeptAxis { .. })), "{silent:?}");
    let found = findings(&kept, "a muslim man in a park");
    let religion = found.iter().find(|found| found.axis.as_deref() == Some("religion"));
    let religion = religion.expect("the axis");
    assert_eq!(religion.policy, crate::reading::Policy::Keep);
    assert_eq!(religion.value.as_deref(), Some("muslim"));
}

#[test]
fn without_a_policy_they_stay() {
    let published = rules(&[]);
    check(&published, "a photo of an old muslim woman in a park", "a photo of a {P1} in a park", 6);
    check(&published, "a refugee beside a tent", "a {P1} beside a tent", 1);
    check(&published, "a woman in a wheelchair", "a {P1}", 6);
}

/// What speaks of a default axis as well stays, whatever is kept: "hijabi" of gender, a mother of age and gender.
#[test]
fn what_states_a_default_axis_is_never_kept() {
    let all: Vec<String> = Catalogue::v1().axes().iter().map(|axis| axis.name.clone()).collect();
    let keepable: Vec<_> = all
        .iter()
        .filter(|name| can_be_kept(name))
        .map(|name| (name.as_str(), Policy::Keep))
        .collect();
    let everything = rules(&keepable);
    for (text, stays) in [
        ("a photo of a mother in a park", "mother"),
        ("a transgender person in a park", "transgender"),
        ("a nigerian person in a park", "nigerian"),
        ("a woman with a beard", "beard"),
        ("my friend Wilhelmina in a park", "wilhelmina"),
    ] {
        let template = class(&everything, text).template.text();
        assert!(!template.contains(stays), "{text}: {template}");
    }
}

#[test]
fn roles_stay_where_occupation_is_neutralised() {
    let neutral = rules(&[("occupation", Policy::Neutralise)]);
    check(&neutral, "portrait of a doctor in a hospital", "portrait of a {P1} in a hospital", 1);
    check(&neutral, "portrait of an old doctor", "portrait of a {P1}", 6);
    check(&neutral, "a waitress with a tray", "a {P1} with a tray", 6);
    check(&neutral, "a waiter with a tray", "a {P1} with a tray", 6);
    check(&neutral, "doctors in a hospital", "people in a hospital", 1);
    check(&neutral, "she is a doctor", "a {P1}", 6);
    check(
        &rules(&[]),
        "portrait of a doctor in a hospital",
        "portrait of a {P1} doctor in a hospital",
        1,
    );
    assert_eq!(device_text(&neutral, "portrait of a doctor"), "portrait of a doctor");
    let found = findings(&neutral, "portrait of a doctor");
    assert_eq!(found[0].policy, crate::reading::Policy::Neutralise);
}

/// For every neutralised axis with words: none of them is in the template, all are in the device's own text.
#[test]
fn every_neutralised_axis_is_restored_on_the_device() {
    let published = rules(&[]);
    let mut n_axes = 0;
    for axis in Catalogue::v1().axes().iter().filter(|axis| !axis.words.is_empty()) {
        n_axes += 1;
        for (value, words) in &axis.words {
            for word in words.iter().map(|word| word.replace('-', " ")) {
                let text = format!("a photo of a {word} person in a park");
                let template = class(&published, &text).template.text();
                // "hard of hearing": little words say nothing.
                let mut said = word.split(' ').filter(|word| word.len() > 3);
                let told = said.any(|word| template.split(' ').any(|travels| travels == word));
                assert!(!told, "{}: {template}", axis.name);
                assert!(device_text(&published, &text).contains(&word), "{}: {word}", axis.name);
                let found = findings(&published, &text);
                let of_axis = found.iter().find(|f| f.axis.as_deref() == Some(&axis.name));
                let found = of_axis.unwrap_or_else(|| panic!("{}: {word} is not found", axis.name));
                assert_eq!(found.value.as_deref(), Some(value.as_str()), "{word}");
            }
        }
    }
    assert!(n_axes >= 11, "{n_axes} axes with words");
}

/// A default axis that the user neutralises is not opened; its words are on the device alone.
#[test]
fn default_axes_can_be_neutralised() {
    for (name, n_members) in [("age", 10), ("ethnicity", 6), ("gender", 15)] {
        let rules = rules(&[(name, Policy::Neutralise)]);
        check(&rules, "an old asian woman in a park", "a {P1} in a park", n_members);
        assert_eq!(
            device_text(&rules, "an old asian woman in a park"),
            "an old asian woman in a park"
        );
    }
}

#[test]
fn allowed_words_travel_and_only_those() {
    let allowed = AllowedWords::new(["zqxv".to_owned()]).expect("plain");
    let own = Own { allowed, axes: Vec::new() };
    let rules = Rules::new(&Catalogue::v1(), Cover::Mentioned, own);
    check(&rules, "a zqxv tower beside a woman", "a zqxv tower beside a {P1}", 6);
    check(&rules, "a Zqxv tower, a qwxzy tower", "a zqxv tower, a tower", 1);
    let warned = class(&rules, "a zqxv tower").warnings;
    assert_eq!(warned, [Warning::AllowedWords { n_words: 1 }]);
    let negative = Prompt::new("zqxv, qwxzy, ugly woman").expect("valid");
    let negative = Reading::words_without_persons(&rules, &negative).expect("short");
    assert_eq!(negative.text(), "zqxv, ugly");
}

fn own_axis() -> Rules {
    let axes = Axis::parse_list(
        "[[axis]]\nname = \"fandom\"\nneutral = \"person\"\nvalues = [\"jedi\", \"trekkie\"]\n\
         [axis.words]\njedi = [\"jedi\", \"padawan\"]\ntrekkie = [\"trekkie\", \"trek-fan\"]\n\
         [[axis]]\nname = \"ink\"\nunlisted = [\"tattoo\", \"inked\"]\n",
    );
    let own = Own { axes: axes.expect("axes"), ..Own::default() };
    Rules::new(&Catalogue::v1(), Cover::Mentioned, own)
}

#[test]
fn own_axes_are_neutralised_and_restored() {
    let rules = own_axis();
    for (text, template, n_members) in [
        ("a trekkie in a park", "a {P1} in a park", 1),
        ("a jedi in a park", "a {P1} in a park", 1),
        ("an old trek-fan woman in a park", "a {P1} in a park", 6),
        ("trekkies in a park", "people in a park", 1),
        ("a woman with a tattoo", "a {P1}", 6),
        ("an inked woman in a park", "a {P1} in a park", 6),
        ("a tower in a park", "a tower in a park", 1),
    ] {
        check(&rules, text, template, n_members);
        let own = device_text(&rules, text);
        let mut words = text.split(' ').filter(|word| word.len() > 2);
        assert!(words.all(|word| own.contains(word)), "{text}: {own}");
    }
    let found = findings(&rules, "an old padawan woman");
    let fandom = found.iter().find(|found| found.axis.as_deref() == Some("fandom"));
    let fandom = fandom.expect("the axis");
    assert_eq!(fandom.value.as_deref(), Some("jedi"));
    assert_eq!(fandom.policy, crate::reading::Policy::Neutralise);
    assert_eq!(crate::lint::lint(&rules.0.own.axes), []);
}

/// An own axis never takes a word out of a default one.
#[test]
fn default_axes_come_first() {
    let axes = Axis::parse_list(
        "[[axis]]\nname = \"mine\"\nunlisted = [\"old\", \"woman\", \"doctor\"]\n",
    );
    let own = Own { axes: axes.expect("axes"), ..Own::default() };
    let rules = Rules::new(&Catalogue::v1(), Cover::Mentioned, own);
    check(&rules, "an old woman in a park", "a {P1} in a park", 6);
    let template = class(&rules, "a doctor in a park").template.text();
    assert!(!template.contains("doctor"), "{template}");
}

/// Every published word that tells something of the open axes is held beside a person, whoever that is, and travels
/// where there is none.
#[test]
fn correlates_are_held_beside_any_person() {
    let (rules, catalogue) = (Rules::default(), Catalogue::v1());
    let telling = |word: &&&str| Associations::v1().shift(word, &catalogue) > CORRELATE_NATS;
    // Roles and groups ("amanuensis", "auxiliaries") travel, whatever they tell; `explain` says what they do. Small
    // words and colours ("little", "olive") are held by what follows them.
    let lexicon = Lexicon::v1();
    let by_place = |word: &str| lexicon.is_small(word) || lexicon.colour(word).is_some();
    let listed = |word: &&&str| lexicon.entry(word).is_some() || by_place(word);
    let words: Vec<&str> = Vocabulary::v1()
        .words()
        .iter()
        .filter(|word| telling(word) && !listed(word))
        .copied()
        .collect();
    assert!(words.len() > 100, "{} words", words.len());
    let mut n_free = 0;
    for word in words {
        let beside = |person: &str| class(&rules, &format!("{person} beside the {word}"));
        let first = beside("an old asian woman");
        let pieces = first.template.text();
        assert!(!pieces.split(' ').any(|piece| piece == word), "{word}: {pieces}");
        assert_eq!(beside("a young african man"), first, "{word}");
        let alone = class(&rules, &format!("a photo of the {word}")).template.text();
        n_free += usize::from(alone.split(' ').any(|piece| piece == word));
    }
    assert!(n_free > 100, "{n_free} travel where there is no person");
}

/// Under `--cover mentioned` only what is open counts: "rice" tells something of ethnicity, not of age.
#[test]
fn what_tells_of_a_closed_axis_travels() {
    let catalogue = Catalogue::v1();
    let nats = |word: &str, axis: &str| {
        let open = obclip_protocol::AxisSet::EMPTY.with(catalogue.axis_idx(axis).expect("an axis"));
        Associations::v1().telling(&[word], &catalogue, open).first().map_or(0.0, |(_, nats)| *nats)
    };
    let only_ethnicity = |word: &&&str| {
        nats(word, "ethnicity") > CORRELATE_NATS && nats(word, "age") + nats(word, "gender") < 0.5
    };
    let words: Vec<&str> =
        Vocabulary::v1().words().iter().filter(only_ethnicity).copied().take(40).collect();
    assert!(words.len() > 20);
    let rules = rules(&[]);
    let (mut held, mut free) = (0, 0);
    for word in words {
        let travels = |person: &str| {
            let template = class(&rules, &format!("{person} beside the {word}")).template.text();
            template.split(' ').any(|piece| piece == word)
        };
        held += usize::from(!travels("an asian doctor"));
        free += usize::from(travels("an old doctor"));
    }
    assert!(held > 20 && free > 20, "{held} held, {free} free");
}

/// The published catalogue with an axis of the user's before gender, which the cloud expands.
fn published_by_user() -> Catalogue {
    let axis = "[[axis]]\nname = \"fandom\"\npolicy = \"expand\"\nneutral = \"person\"\n\
                values = [\"jedi\", \"trekkie\"]\n[axis.words]\njedi = [\"jedi\", \"padawan\"]\n\
                trekkie = [\"trekkie\", \"trek-fan\"]\n\n[[axis]]\nname = \"gender\"";
    let v1 = include_str!("../../../obclip-protocol/data/catalogue-v1.toml");
    let text =
        v1.replacen("[[axis]]\nname = \"gender\"", axis, 1).replacen("\"v1\"", "\"fans\"", 1);
    Catalogue::parse(&text).expect("a catalogue")
}

#[test]
fn an_axis_that_the_user_publishes_is_expanded_and_closed_under_reading() {
    let catalogue = published_by_user();
    assert_eq!(crate::lint::lint(catalogue.axes()), []);
    let rules = Rules::new(&catalogue, Cover::Mentioned, Own::default());
    check(&rules, "a photo of a padawan doctor", "a photo of a {P1} doctor", 2);
    check(&rules, "an old trek-fan woman in a park", "a {P1} in a park", 12);
    check(&rules, "an old woman in a park", "a {P1} in a park", 6);
    check(&rules, "a trekkie in a park", "a {P1} in a park", 2);
    let found = findings(&rules, "a padawan doctor");
    assert_eq!(found[0].policy, crate::reading::Policy::Expand);
    let of = |text: &str| {
        let class = class(&rules, text);
        let coins = &mut Coins::from_key([1; 32]);
        let settled = reading(&rules, text).secret.settle(&catalogue, &class.bundles, coins);
        (class, settled.expect("settles").choice.member_idx())
    };
    let (class, _) = of("a photo of an old padawan woman in a park");
    let members = obclip_protocol::Members::render(&catalogue, &class.template, &class.bundles, 32);
    let members = members.expect("a small class").texts;
    assert_eq!(members[0], "a photo of a young jedi woman in a park");
    for (member_idx, member) in members.iter().enumerate() {
        assert_eq!(of(member), (class.clone(), member_idx), "{member}");
    }
    let covered = Rules::new(&catalogue, Cover::Person, Own::default());
    // Sixty members are too many: what the user added closes first.
    check(&covered, "a doctor in a park", "a {P1} doctor in a park", 30);
}
