use super::*;

fn refused(from: &str, to: &str) -> String {
    let text = V1.replacen(from, to, 1);
    assert_ne!(text, V1, "the edit {from:?} must change the file");
    match Catalogue::parse(&text) {
        Err(Error::Catalogue(why)) => why,
        other => panic!("expected a refusal, found {other:?}"),
    }
}

#[test]
fn embedded_catalogues_parse_in_published_order() {
    let v1 = Catalogue::v1();
    let names: Vec<_> = v1.axes().iter().map(|axis| axis.name.as_str()).collect();
    assert_eq!(names, ["age", "ethnicity", "gender"]);
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
    assert!(refused("format = 1", "format = 2").contains("expected 1, found 2"));
    assert!(refused("format = 1", "format = 1\nextra = 1").contains("unknown field"));
    assert!(
        refused("policy = \"expand\"\nvalues", "policy = \"maybe\"\nvalues")
            .contains("unknown variant")
    );
    assert!(refused("\"young\", ", "\"very young\", ").contains("one lower-case word"));
    assert!(refused("\"young\", ", "\"old\", ").contains("unique values"));
    assert!(refused("name = \"age\"", "name = \"gender\"").contains("unique name"));
    assert!(refused("nouns = [\"woman\", \"man\"]", "nouns = [\"woman\"]").contains("nouns"));
    assert!(refused("[\"female\", \"male\"]", "[\"female\"]").contains("2 to 16"));
}
