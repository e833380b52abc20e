use super::*;

fn check(text: &str) {
    assert_eq!(Template::parse(text).expect("a valid template").text(), text);
}

fn refused(text: &str) -> Error {
    Template::parse(text).expect_err("a malformed template")
}

#[test]
fn the_text_form_round_trips() {
    check("");
    check("closeup portrait of a {P1} wearing glasses");
    check("a {P1} doctor, {P1.possessive} hat on a table");
    check("a {P1}'s hand, a {P2} with {P1.object}");
    check("near {P1.reflexive} a {P1}");
}

#[test]
fn words_outside_the_vocabulary_are_refused_without_quoting_them() {
    for word in ["grandmother", "Portrait", "an", "zqxv", "she", "{P1", "a\tb"] {
        let error = refused(&format!("a {word}"));
        let quoted = error.to_string().split([' ', ',']).any(|found| found == word);
        assert!(!quoted, "{error}");
    }
    assert!(matches!(refused("a grandmother"), Error::WordOutsideVocabulary { piece_idx: 1 }));
}

#[test]
fn malformed_placeholders_are_refused() {
    for text in ["{P0}", "{P}", "{p1}", "{P1.gender}", "{P1.subject.x}", "{P-1}", "{P1}}"] {
        refused(text);
    }
    assert!(matches!(refused("{P01}"), Error::TemplateNotCanonical));
    assert!(matches!(refused("{P2} {P1}"), Error::PersonsOutOfOrder { expected: 1 }));
    assert!(matches!(refused("{P1} {P1}"), Error::PersonsOutOfOrder { expected: 2 }));
    assert!(matches!(refused("{P1} {P2.object}"), Error::PronounWithoutPerson { persons: 1 }));
}

#[test]
fn only_canonical_spacing_and_punctuation_are_accepted() {
    for text in [" a", "a ", "a  table", ", a", "a,", "a,, table", "a 's", "'s"] {
        refused(text);
    }
    assert!(matches!(refused("a table,"), Error::StrayPunctuation));
}

#[test]
fn limits_hold() {
    let long = vec!["table"; 1 + limits::MAX_TEMPLATE_BYTES / 5].join(" ");
    assert!(matches!(refused(&long), Error::Limit { .. }));
    let crowd: Vec<_> = (1..=limits::MAX_PERSONS + 1).map(|n| format!("{{P{n}}}")).collect();
    assert!(matches!(refused(&crowd.join(" ")), Error::Limit { name: "persons", .. }));
}

#[test]
fn allowed_words_travel_and_are_told_apart() {
    let allowed = AllowedWords::new(["zqxv".to_owned(), "brutalist".to_owned()]).expect("plain");
    let template = Template::parse_with_allowed("a brutalist {P1} zqxv table", &allowed);
    let template = template.expect("allowed words");
    assert_eq!(template.words_beyond_vocabulary().collect::<Vec<_>>(), ["brutalist", "zqxv"]);
    let none = Template::parse("a brutalist {P1} zqxv table");
    assert!(matches!(none, Err(Error::WordOutsideVocabulary { piece_idx: 1 })));
    for word in ["", "Zqxv", "two words", "an", "zqxv's", "{P1}", "é", &"z".repeat(33)] {
        let refused = AllowedWords::new(["zqxv".to_owned(), word.to_owned()]);
        assert_eq!(refused, Err(Error::AllowedWord { idx: 1 }), "{word}");
    }
}
