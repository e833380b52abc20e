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
    let closed = |axis| Warning::ClosedOverCap { person_idx: 1, axis };
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
