use super::*;
use crate::prompt::Prompt;
use crate::reading::Reading;

fn class(text: &str, cover: Cover, max_members: usize) -> Class {
    let reading = Reading::of(&Prompt::new(text).expect("a valid prompt"));
    build(&reading.masked, &Catalogue::v1(), cover, max_members).expect("a class")
}

#[test]
fn every_class_size_of_one_person_can_be_had() {
    for (text, n_members) in [
        ("a photo of a doctor", 1),
        ("a photo of a female doctor", 2),
        ("a photo of an old doctor", 3),
        ("a photo of an asian doctor", 5),
        ("a photo of a woman", 6),
        ("a photo of an asian female doctor", 10),
        ("a photo of an old asian doctor", 15),
        ("a photo of an old asian woman", 30),
    ] {
        assert_eq!(class(text, Cover::Mentioned, 32).n_members, n_members, "{text}");
        assert_eq!(class(text, Cover::Person, 32).n_members, 30, "{text}");
    }
}

#[test]
fn over_the_cap_later_persons_close_first_by_axis() {
    let two = class("an old asian woman and a young african man", Cover::Mentioned, 32);
    assert_eq!(two.n_members, 30);
    let closed =
        |axis: Axis| Warning::ClosedOverCap { person_idx: 1, axis: axis.name().to_owned() };
    let expected = [closed(Axis::Ethnicity), closed(Axis::Age), closed(Axis::Gender)];
    assert_eq!(two.warnings[1..], expected);
    assert_eq!(class("an old asian woman", Cover::Person, 6).n_members, 6);
    assert_eq!(class("an old asian woman", Cover::Person, 1).n_members, 1);
}

#[test]
fn cover_mentioned_warns_and_cover_person_does_not() {
    let warned =
        |cover| class("a woman", cover, 32).warnings.contains(&Warning::RevealsMentionedAxes);
    assert!(warned(Cover::Mentioned) && !warned(Cover::Person));
    assert!(class("a red car", Cover::Mentioned, 32).warnings.is_empty());
    assert_eq!(class("two women", Cover::Person, 32).warnings, [Warning::GroupIsNeutral]);
}

/// The compiler keeps values out of building: it takes the masked half and imports no other.
#[test]
fn building_imports_nothing_secret() {
    let source = include_str!("../building.rs");
    for word in ["secret::", "Secret", "prompt::", "Prompt", "reading::", "Choice", "Values"] {
        let imported = source.lines().any(|line| line.starts_with("use") && line.contains(word));
        assert!(!imported, "{word}");
    }
}

#[test]
fn an_axis_that_the_user_neutralises_is_never_opened() {
    let catalogue = Catalogue::v1().with_policy(1, obclip_protocol::Policy::Neutralise);
    let reading = crate::reading::Reading::of(
        &crate::prompt::Prompt::new("an old asian woman").expect("a valid prompt"),
    );
    for cover in [Cover::Mentioned, Cover::Person] {
        let class = build(&reading.masked, &catalogue, cover, 32).expect("a class");
        assert_eq!(class.n_members, 6);
        assert!(!class.bundles[0].open.contains(1));
        assert_eq!(class.template.text(), "a {P1}");
    }
}

#[test]
fn n_persons_are_n_bundles_and_pronouns_stay_with_theirs() {
    for (text, template, n_bundles) in [
        (
            "an old woman with her dog and a young man with his cat",
            "a {P1} with {P1.possessive} dog and a {P2} with {P2.possessive} cat",
            2,
        ),
        (
            "a doctor, a nurse and a farmer in a field",
            "a {P1} doctor, a {P2} nurse and a {P3} farmer in a field",
            3,
        ),
        (
            "a girl beside a boy, a woman beside a man",
            "a {P1} beside a {P2}, a {P3} beside a {P4}",
            4,
        ),
    ] {
        for cover in [Cover::Mentioned, Cover::Person] {
            let class = class(text, cover, 32);
            assert_eq!(class.template.text(), template, "{text}");
            assert_eq!(class.bundles.len(), n_bundles, "{text}");
            assert!((1..=32).contains(&class.n_members), "{text}: {}", class.n_members);
        }
    }
}

/// Which axes close depends on places and axes, never on what is said: every cast of two, three or four persons of the
/// same mentions gives one class, with the same warnings, at most as large as the cap and never needlessly small.
#[test]
fn the_budget_is_kept_by_position_and_axis_alone() {
    let people =
        [["old asian woman", "young african man"], ["young indian man", "old latino woman"]];
    for n_persons in 2..=4 {
        for cap in [1, 2, 6, 12, 32] {
            let cast = |which: usize| {
                let person = |idx: usize| format!("a {}", people[(which + idx) % 2][idx % 2]);
                let list: Vec<String> = (0..n_persons).map(person).collect();
                list.join(" beside ").replace("a old", "an old")
            };
            let classes = [0, 1].map(|which| class(&cast(which), Cover::Mentioned, cap));
            assert_eq!(classes[0], classes[1], "{n_persons} persons, cap {cap}");
            let Class { bundles, n_members, warnings, .. } = &classes[0];
            assert_eq!(bundles.len(), n_persons);
            assert!(*n_members <= cap);
            let closed = warnings.iter().filter(|w| matches!(w, Warning::ClosedOverCap { .. }));
            let open: usize = bundles.iter().map(|bundle| bundle.open.iter().count()).sum();
            assert_eq!(closed.count() + open, 3 * n_persons, "each closed axis is told");
            let last_open = bundles.iter().rposition(|bundle| !bundle.open.is_empty());
            let all_before = last_open.is_none_or(|last| {
                bundles[..last]
                    .iter()
                    .all(|bundle| bundle.open == AxisSet::expandable(&Catalogue::v1()))
            });
            assert!(all_before, "an earlier person closes only after the later ones");
        }
    }
}
