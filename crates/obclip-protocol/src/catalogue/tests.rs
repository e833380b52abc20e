use super::*;

fn refused(from: &str, to: &str) -> String {
    let text = V1.replacen(from, to, 1);
    assert_ne!(text, V1, "the edit {from:?} must change the file");
    match Catalogue::parse(&text) {
        Err(why) => why.to_string(),
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn embedded_catalogues_parse_in_published_order() {
    let v1 = Catalogue::v1();
    let names: Vec<_> = v1.axes().iter().map(|axis| axis.name.as_str()).collect();
    assert_eq!(names[..3], ["age", "ethnicity", "gender"]);
    assert!(names[3..].is_sorted() && names.len() == 18, "{names:?}");
    let expanded = |axis: &&Axis| axis.policy == Policy::Expand;
    assert_eq!(v1.axes().iter().filter(expanded).count(), 3);
    let kept: Vec<_> = v1.axes().iter().filter(|axis| axis.policy == Policy::Keep).collect();
    assert_eq!(kept, [v1.axis("occupation").expect("an axis")]);
    assert_eq!(v1.axes()[0].values, ["young", "middle-aged", "old"]);
    assert_eq!(v1.axes()[1].values, ["african", "asian", "european", "indian", "latino"]);
    assert_eq!(v1.axes()[2].nouns, ["woman", "man"]);
    assert_eq!(Catalogue::paper().axes()[1].values[2], "caucasian");
    assert_ne!(v1.sha256(), Catalogue::paper().sha256());
}

#[test]
fn the_hash_is_that_of_the_bytes() {
    let spaced = format!("{V1}\n");
    assert_ne!(Catalogue::parse(&spaced).expect("still valid").sha256(), Catalogue::v1().sha256());
}

#[test]
fn malformed_catalogues_are_refused() {
    // More of them are in vectors/protocol/v1/bad_catalogues.toml.
    assert!(refused("format = 1", "format = 2").contains("expected 1, found 2"));
    assert!(refused("\"young\", ", "\"very young\", ").contains("one lower-case word"));
    let long = format!("{V1}{}", "#".repeat(MAX_FILE_BYTES));
    assert!(matches!(Catalogue::parse(&long), Err(CatalogueError::TooLong { .. })));
}

#[test]
fn words_of_an_axis_mean_a_value_in_any_spelling_of_the_space() {
    let v1 = Catalogue::v1();
    let religion = v1.axis("religion").expect("an axis");
    assert_eq!(religion.value_of("islamic"), Some("muslim"));
    assert_eq!(religion.value_of("roman catholic"), Some("christian"));
    assert_eq!(religion.value_of("roman-catholic"), Some("christian"));
    assert_eq!(religion.value_of("romancatholic"), None);
    assert_eq!(religion.value_of("zoroastrian"), None);
}

#[test]
fn another_policy_leaves_the_hash() {
    let v1 = Catalogue::v1();
    let narrowed = v1.clone().with_policy(1, Policy::Neutralise);
    assert_eq!(narrowed.sha256(), v1.sha256());
    assert!(v1.says("asian") && !narrowed.says("asian"));
    assert!(v1.says("herself") && v1.says("woman") && !v1.says("table"));
}

#[test]
fn a_side_knows_the_embedded_catalogues_and_those_it_was_given() {
    let text = V1.replacen("id = \"v1\"", "id = \"mine\"", 1);
    let mine = Catalogue::parse(&text).expect("a catalogue of another name");
    let known = Catalogues::default().with(mine.clone()).expect("an id of its own");
    assert_eq!(*known.find("mine", mine.sha256()).expect("known"), mine);
    assert_eq!(known.find("other", mine.sha256()), Err(Error::UnknownCatalogue));
    let other_bytes = Catalogue::v1();
    assert!(matches!(known.find("mine", other_bytes.sha256()), Err(Error::CatalogueHash { .. })));
    assert!(matches!(known.with(mine), Err(CatalogueError::Repeated { .. })));
}

/// The README beside the files says what they are.
#[test]
fn the_published_hashes_are_those_of_the_files() {
    let readme = include_str!("../../data/README.md");
    for catalogue in Catalogues::default().iter() {
        let hex: String = catalogue.sha256().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(readme.contains(&hex), "{}: {hex}", catalogue.id());
    }
}
