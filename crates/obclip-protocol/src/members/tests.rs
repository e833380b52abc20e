use super::*;

const AGE: usize = 0;
const ETHNICITY: usize = 1;
const GENDER: usize = 2;

fn bundle(axes: &[usize], role: bool) -> Bundle {
    Bundle { open: axes.iter().fold(AxisSet::EMPTY, |set, &axis| set.with(axis)), role }
}

fn render(template: &str, bundles: &[Bundle]) -> Members {
    let template = Template::parse(template).expect("a valid template");
    Members::render(&Catalogue::v1(), &template, bundles, 1000).expect("a small class")
}

#[test]
fn a_bare_person_with_all_axes_has_thirty_members_in_canonical_order() {
    let all = bundle(&[AGE, ETHNICITY, GENDER], false);
    let members = render("closeup portrait of a {P1} wearing glasses", &[all]);
    assert_eq!(members.texts.len(), 30);
    assert_eq!(members.texts[0], "closeup portrait of a young african woman wearing glasses");
    assert_eq!(members.texts[1], "closeup portrait of a young african man wearing glasses");
    assert_eq!(members.texts[22], "closeup portrait of an old asian woman wearing glasses");
    assert_eq!(members.texts[29], "closeup portrait of an old latino man wearing glasses");
    assert_eq!(members.neutral, "closeup portrait of a person wearing glasses");
}

#[test]
fn a_role_takes_female_and_male() {
    let members = render("a {P1} doctor", &[bundle(&[AGE, ETHNICITY, GENDER], true)]);
    assert_eq!(members.texts[22], "an old asian female doctor");
    assert_eq!(members.neutral, "a doctor");
    assert_eq!(render("a {P1} doctor", &[bundle(&[AGE], true)]).texts[2], "an old doctor");
    assert_eq!(render("a {P1}", &[bundle(&[ETHNICITY], false)]).texts[3], "an indian person");
    assert_eq!(render("a {P1} artist", &[bundle(&[], true)]).texts, ["an artist"]);
}

#[test]
fn pronouns_and_verbs_agree() {
    let text = "a {P1} and {P1.possessive} dog, {P1.subject} is near {P1.reflexive}";
    let members = render(text, &[bundle(&[GENDER], false)]);
    assert_eq!(members.texts[0], "a woman and her dog, she is near herself");
    assert_eq!(members.texts[1], "a man and his dog, he is near himself");
    assert_eq!(members.neutral, "a person and their dog, they are near themselves");
    let closed = render("a {P1}, {P1.subject} watches a bird", &[bundle(&[], false)]);
    assert_eq!(closed.texts, ["a person, they watch a bird"]);
}

#[test]
fn persons_multiply_and_the_last_person_is_fastest() {
    let gender = bundle(&[GENDER], false);
    let members = render("a {P1} and a {P2}", &[gender, gender]);
    assert_eq!(members.texts[1], "a woman and a man");
    assert_eq!(members.texts[2], "a man and a woman");
}

#[test]
fn members_have_equal_word_counts_and_invert_their_enumeration() {
    let bundles = [bundle(&[AGE, GENDER], true), bundle(&[ETHNICITY], false)];
    let members = render("a {P1} artist with a {P2}, {P1.subject} smiles", &bundles);
    let n_words = |text: &String| text.split(' ').count();
    assert!(members.texts.iter().all(|text| n_words(text) == n_words(&members.texts[0])));
    let enumeration = Enumeration::new(&Catalogue::v1(), &bundles);
    for member_idx in 0..enumeration.n_members() {
        let value = |p, axis| enumeration.value(member_idx, p, axis).expect("an open axis");
        assert_eq!(enumeration.member_idx(value), member_idx);
    }
}

#[test]
fn articles_follow_the_sound() {
    for (word, vowel) in [("old", true), ("european", false), ("hour", true), ("unicorn", false)] {
        assert_eq!(starts_with_vowel_sound(word), vowel, "{word}");
    }
    for (word, vowel) in [("umbrella", true), ("used", false), ("one", false), ("house", false)] {
        assert_eq!(starts_with_vowel_sound(word), vowel, "{word}");
    }
}

#[test]
fn a_class_over_the_cap_or_without_its_bundles_is_refused() {
    let template = Template::parse("a {P1} and a {P2}").expect("a valid template");
    let all = bundle(&[AGE, ETHNICITY, GENDER], false);
    let render = |bundles: &[Bundle]| Members::render(&Catalogue::v1(), &template, bundles, 32);
    let over = Error::Limit { name: "members", expected: 32, found: 900 };
    assert_eq!(render(&[all, all]), Err(over));
    assert_eq!(render(&[all]), Err(Error::BundleCount { expected: 2, found: 1 }));
}
