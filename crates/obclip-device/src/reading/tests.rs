//! One row per rule: the prompt, what travels, and how many members it has.

use obclip_protocol::{Catalogue, Members, Piece, Template, Vocabulary};
use proptest::prelude::*;

use super::*;
use crate::building::{Class, Cover, build};
use crate::coins::Coins;

fn read(text: &str) -> Reading {
    Reading::of(&Prompt::new(text).expect("a valid prompt"))
}

pub(super) fn class_of(text: &str, cover: Cover) -> Class {
    build(&read(text).masked, &Catalogue::v1(), cover, 32).expect("a class")
}

fn check(text: &str, template: &str, n_members: usize) {
    let class = class_of(text, Cover::Mentioned);
    assert_eq!((class.template.text().as_str(), class.n_members), (template, n_members), "{text}");
}

/// How many persons the prompt has.
pub(super) fn check_persons(text: &str, n_persons: usize) {
    assert_eq!(read(text).masked.persons().len(), n_persons, "{text}");
}

/// All texts have one class under both covers.
fn check_equal(texts: &[&str]) {
    for cover in [Cover::Mentioned, Cover::Person] {
        let first = class_of(texts[0], cover);
        for text in texts {
            let class = class_of(text, cover);
            assert_eq!(class.template.text(), first.template.text(), "{text}");
            assert_eq!(class.bundles, first.bundles, "{text}");
        }
    }
}

/// The member that is chosen, by its words.
fn check_choice(text: &str, member: &str) {
    let (catalogue, class) = (Catalogue::v1(), class_of(text, Cover::Mentioned));
    let coins = &mut Coins::from_key([0; 32]);
    let settled = read(text).secret.settle(&catalogue, &class.bundles, coins).expect("settles");
    let members = Members::render(&catalogue, &class.template, &class.bundles, 32).expect("small");
    assert_eq!(members.texts[settled.choice.member_idx()], member, "{text}");
}

#[test]
fn looks_of_one_class_are_read_alike_wherever_they_stand() {
    check_equal(&["her skin is very dark", "her skin is pale", "her skin is chocolate"]);
    check_equal(&[
        "a man with black, wrinkled skin",
        "a man with fair, wrinkled skin",
        "a man with honey skin",
        "a man with wrinkled ebony skin",
    ]);
    check_equal(&["a dark-skinned boy", "a dark skinned boy", "a light-brown-skinned boy"]);
    check_equal(&["he's black and tall", "he's Nigerian and tall"]);
    check_equal(&["he's pale and tall", "he's olive and tall"]);
    check_equal(&["a woman of black descent", "a woman of Irish descent", "a half Nigerian woman"]);
    check_equal(&[
        "his hair has turned raven",
        "his hair has turned grey",
        "his hair is ash-brown",
    ]);
    check_equal(&["a girl with glasses, blonde", "a girl with glasses, redheaded"]);
    check_equal(&["two women, pale, at a window", "two women, black, at a window"]);
    check_equal(&["hair color: black, woman", "hair color: light brown, woman"]);
    check_equal(&["Spare, grey and tall, the colonel", "Spare, ginger and tall, the colonel"]);
}

#[test]
fn who_is_from_somewhere_is_somebody() {
    check_equal(&["Nigerian with a drum, he's eighty", "Dane with a drum, he's eighty"]);
    check_equal(&["an Egyptian writing letters", "an Irish writing letters"]);
    check_equal(&["a Lagos native", "a Paris native"]);
    check_equal(&["a woman born in Lagos", "a woman born in Vorbach"]);
    check("youths of Marseille at a well", "people at a well", 1);
    check("a German beer garden", "a beer garden", 1);
    check("a woman on a white background", "a {P1} on a white background", 6);
}

#[test]
fn descriptions_of_one_person_have_one_class_wherever_they_stand() {
    check_equal(&[
        "closeup portrait of an old asian woman wearing glasses",
        "closeup portrait of a woman, 72 years old, asian, wearing glasses",
        "closeup portrait of a Nigerian grandmother wearing glasses",
        "closeup portrait of my Chinese grandfather wearing glasses",
        "Closeup portrait of a man in his sixties from China wearing glasses.",
        "closeup portrait of an elderly gentleman of Korean descent wearing glasses",
        "closeup portrait of an 18-year-old African-American girl wearing glasses",
        "closeup portrait of the middle-aged white guy wearing glasses",
        "closeup portrait of a half-Korean teenage boy wearing glasses",
        "closeup portrait of a young black male wearing glasses",
        "closeup portrait of a white boy of seven wearing glasses",
        "closeup portrait of an arab man (27) wearing glasses",
        "closeup portrait of one 18-year-old asian man wearing glasses",
        "closeup portrait of an 18 year old man from the southern Philippines wearing glasses",
        "closeup portrait of a woman from China of 30 wearing glasses",
        "closeup portrait of a woman of mixed heritage over 60 wearing glasses",
        "closeup portrait of a woman who is old and asian wearing glasses",
    ]);
}

/// Colours are words of the wire too, so each position needs the same answer as another people.
#[test]
fn colours_of_people_are_read_like_other_peoples() {
    for pattern in [
        "a photo of a {} street musician in the rain",
        "a {} woman in the rain",
        "portrait, {}, female, thirty years old",
        "{}, woman, portrait",
        "a woman, 30 years old, {}, smiling",
        "a man who is {} and tall",
        "he is {}",
        "a young {} person",
        "a {}, old woman",
        "a tall {} man",
        "{} people in a park",
        "a doctor, {}, in a park",
    ] {
        let texts: Vec<_> = ["black", "asian", "white", "nigerian", "coloured", "latino"]
            .iter()
            .map(|people| pattern.replace("{}", people))
            .collect();
        check_equal(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    }
    check_equal(&["a nonbinary person in a hat", "a woman in a hat", "a female in a hat"]);
}

/// The skin has an axis of its own, which is not expanded.
#[test]
fn colours_of_the_skin_open_nothing() {
    for pattern in [
        "a {} woman in the rain",
        "a {}-skinned woman in the rain",
        "a woman with {} skin in the rain",
        "a {} street vendor in the rain",
        "a {} vegetable seller in the rain",
        "she is {}",
        "two women, {}, at a window",
    ] {
        let texts = ["pale", "dark", "brown", "olive", "tan", "ebony", "fair"]
            .map(|tone| pattern.replace("{}", tone));
        check_equal(&texts.each_ref().map(String::as_str));
    }
    check("a brown woman in the rain", "a {P1} in the rain", 6);
    check("a brown dog on a dark street", "a brown dog on a dark street", 1);
    check("a man in an olive jacket", "a {P1} in a olive jacket", 6);
}

#[test]
fn words_of_one_category_have_one_class() {
    check_equal(&["a Jewish violinist in the rain", "a Muslim violinist in the rain"]);
    check_equal(&[
        "a Green voter in the rain",
        "a Tory voter in the rain",
        "a blind voter in the rain",
    ]);
    check_equal(&["a lesbian teacher in the rain", "a gay teacher in the rain"]);
    check_equal(&["a millionaire in the rain", "an invalid in the rain"]);
    check_equal(&[
        "The driver, who is a widow, waves",
        "The driver, who is a single mother, waves",
        "The driver, who is a mother of two, waves",
    ]);
    check_equal(&[
        "My uncle, a widower, wants a hat",
        "My uncle, a newlywed, wants a hat",
        "My uncle, a divorcé, wants a hat",
        "My uncle, a diabetic, wants a hat",
    ]);
    check_equal(&[
        "a very pregnant astronaut waters tomato plants",
        "a newly pregnant astronaut waters tomato plants",
        "a very tall astronaut waters tomato plants",
    ]);
}

#[test]
fn places_and_unknown_peoples_say_where_somebody_is_from() {
    check_equal(&[
        "a Kenyan nurse by the sea",
        "a Galway nurse by the sea",
        "a Vorbach nurse by the sea",
        "a Kiwi nurse by the sea",
        "a Glasgow-born nurse by the sea",
        "a Black nurse by the sea",
    ]);
    check_equal(&[
        "a nurse, Kenyan, reading",
        "a nurse, Hobart, reading",
        "a nurse, Kolkata born, reading",
        "a nurse from Cork, reading",
        "a nurse of Kottayam, reading",
    ]);
}

#[test]
fn looks_go_with_their_person_and_stay_in_other_scenes() {
    check("a nurse, pale as birch, reading", "a {P1} nurse reading", 1);
    check(
        "a birch forest with bark as pale as milk",
        "a birch forest with bark as pale as milk",
        1,
    );
    check("a cat with eyes the blue of gas", "a cat with eyes the blue of gas", 1);
}

#[test]
fn gender_beside_a_role_has_one_class_in_every_form() {
    check_equal(&[
        "a photo of a female doctor in a hospital",
        "a photo of a male doctor in a hospital",
        "a photo of a woman doctor in a hospital",
        "a photo of a lady doctor in a hospital",
        "a photo of a doctor, female, in a hospital",
        "a photo of a doctor (male) in a hospital",
        "a photo of a doctor who is a woman in a hospital",
        "a photo of the nonbinary doctor in a hospital",
    ]);
    check_equal(&["a waitress with her dog", "a waiter with his dog", "the waiter with his dog"]);
    check_equal(&["a king on a horse", "a queen on a horse"]);
    check_equal(&["a businesswoman", "a businessman"]);
}

#[test]
fn what_follows_a_person_does_not_hide_it() {
    check_equal(&[
        "a statue of a young man made of marble",
        "a statue of an old lady made of marble",
    ]);
    check_equal(&["a boy of ten at a picnic", "a little girl at a picnic"]);
    check_equal(&["a farmer of about fifty who sings", "an old farmer who sings"]);
    check_equal(&["a handyman with a drill", "a handywoman with a drill"]);
}

#[test]
fn pronouns_and_kin_do_not_show_the_gender() {
    check_equal(&["a man and his wife", "a woman and her husband", "the woman and her son"]);
    check_equal(&["he looks at himself", "she looks at herself"]);
    check_equal(&["a girl, a bird sits near her", "a boy, a bird sits near him"]);
    check_equal(&["a man gives him flowers", "a woman gives her flowers"]);
    check_equal(&["her eyes are closed", "his eyes are closed"]);
    check_equal(&["this is hers", "this is his"]);
    check_equal(&[
        "a teenage singer",
        "an elderly singer",
        "a 60-year-old singer",
        "a teen singer",
    ]);
    check("a doctor with her dog", "a {P1} doctor with {P1.possessive} dog", 2);
    check("two women with their dogs", "two people with the dogs", 1);
}

/// Under `--cover person` a mention that is added or taken away changes nothing.
#[test]
fn cover_person_hides_what_is_mentioned() {
    let check = |texts: &[&str]| {
        let first = class_of(texts[0], Cover::Person);
        assert_eq!(first.n_members, 30);
        for text in texts {
            assert_eq!(class_of(text, Cover::Person).template, first.template, "{text}");
        }
    };
    check(&["a doctor in a car", "an old female doctor in a car", "the asian doctor in a car"]);
    check(&["a person on a horse", "a woman on a horse", "the nigerian boy on a horse"]);
    check(&["a person with their dog", "a man with his dog", "a person with her dog"]);
    check(&["an artist, she smiles", "an old artist, he smiles", "an artist, they smiles"]);
}

#[test]
fn attribute_words_are_about_people_only_beside_people() {
    check("a black cat on a white chair", "a black cat on a white chair", 1);
    check("a woman in a black hat", "a {P1} in a black hat", 6);
    check("a black man in a hat", "a {P1} in a hat", 30);
    check("a black and white photo of a man", "a black and white photo of a {P1}", 6);
    check("an old house by the river", "a house by the river", 1);
    check("Indian ink in a Chinese vase", "ink in a vase", 1);
    check("a rose in a garden", "a rose in a garden", 1);
    check("a portrait of Rose in a garden", "a portrait in a garden", 1);
    check("a baby elephant", "a elephant", 1);
    check("a queen bed", "a bed", 1);
    check("a chef hat on a table", "a chef hat on a table", 1);
    check("90s style photo of a man", "style photo of a {P1}", 6);
}

#[test]
fn groups_are_neutral() {
    check("a group of young asian men playing football", "a group of people playing football", 1);
    check("female doctors", "doctors", 1);
    check("women doctors", "doctors", 1);
    check("an elderly couple on a bench", "a couple on a bench", 1);
    check("two bakers in a park", "two bakers in a park", 1);
}

/// Occupations are kept by default, but only published ones: "boor" is listed, "boors" is not published.
#[test]
fn no_listed_word_of_an_axis_travels_unpublished() {
    for phrase in Lexicon::v1().phrases_of_axes() {
        let class = class_of(&format!("two {phrase} in a park"), Cover::Mentioned);
        for piece in class.template.pieces() {
            let Piece::Word(word) = piece else { continue };
            assert!(Vocabulary::v1().contains(word), "{word:?} of {phrase:?}");
        }
    }
}

#[test]
fn correlates_are_held_with_their_phrase() {
    check("a man with a beard", "a {P1}", 6);
    check("a man with a long bushy beard and a hat", "a {P1} with a hat", 6);
    check("a woman wearing a hat and a red dress", "a {P1} wearing a hat", 6);
    check("a woman in a kimono, oil painting", "a {P1} oil painting", 6);
    check("a handsome man on a horse", "a {P1} on a horse", 6);
    check("a pregnant woman on a bench", "a {P1} on a bench", 6);
    let shadow =
        "a man, with a five o'clock shadow and prominent laugh lines around his eyes, smiling";
    check(shadow, "a {P1} smiling", 6);
}

#[test]
fn names_misspellings_and_marked_words_are_held() {
    check("a portrait of Zelda in a castle", "a portrait in a castle", 1);
    check("a woamn with a hat", "a {P1} with a hat", 6);
    check("a zqxv with a hat", "a hat", 1);
    check("Mrs. Smith in a garden", "a {P1} in a garden", 6);
    check("a {{red}} car and a {{woman}}", "a car and a {P1}", 6);
    check("a man dressed as a waitress", "a {P1} dressed as a server", 6);
    check("a {{doctor}} with a hat", "a {P1} with a hat", 1);
    check("a ｗоｍａｎ with a hat", "a {P1} with a hat", 6);
}

/// An ordinary word with a capital where a name stands is one, and so is a little word inside a name.
#[test]
fn names_that_are_words_do_not_travel() {
    check("Tiger Woods swinging a club", "swinging a club", 1);
    check("Daisy in dungarees", "dungarees", 1);
    check("a photo of Vincent van Gogh", "a photo", 1);
    check("Joan of Arc on a horse", "a horse", 1);
    check("my friend Sky on a sofa", "a {P1} friend on a sofa", 1);
    check("a lad from Cork on a sofa", "a {P1} on a sofa", 30);
    check("a taxi in Queens at night", "a taxi at night", 1);
    check("two queens in a taxi", "two monarches in a taxi", 1);
}

/// What belongs to a kind of thing, or is one of its names, is nobody.
#[test]
fn owned_things_animals_and_groups_of_things_are_nobody() {
    check("an old man's cap on a bench", "a cap on a bench", 1);
    check("a nun's umbrella in a hall", "a umbrella in a hall", 1);
    check("a family of ducks on a pond", "a family of ducks on a pond", 1);
    check("a cat on a cushion, she looks bored", "a cat on a cushion, it looks bored", 1);
    check("an old man's cap on an old man", "a {P1}'s cap on a {P2}", 12);
}

#[test]
fn loose_words_are_held_of_owners_names_and_those_who_once_were() {
    check_equal(&["the fat man's hat", "the blind man's hat", "the old man's hat"]);
    check_equal(&["Maria is fat", "Maria is blind", "Maria is obese"]);
    check_equal(&["a rich Maria at the beach", "a obese Maria at the beach"]);
    check_equal(&["a man, once fat", "a man, once obese"]);
    check_equal(&["a man who used to be thin", "a man who used to be obese"]);
    check_equal(&["the man on the left is tall", "the man on the left is obese"]);
    check_equal(&["a man of short build", "a man of muscular build"]);
    check("a tall body of water", "a tall body of water", 1);
    check_equal(&["the rich couple's house", "the old couple's house"]);
    check_equal(&["a married couple", "a gay couple", "a pregnant couple"]);
    check_equal(&["a family, they are black", "a family, they are asian"]);
}

#[test]
fn scenes_of_things_and_animals_have_no_person() {
    let prompts = [
        "a nurse's cape on a peg beside a lantern",
        "a surgeon's kit in a case, a sailor's knot board, a museum drawer",
        "granny boots with hooks, attic trunk",
        "an empty booth, no vendor, sunrise",
        "a toddler-proof cover on a shelf",
        "woman shaped bottle on a plinth",
        "a printer jammed at midnight, office dark",
        "the phoebe feeds her brothers on a branch, a heron nearby",
        "lemons with their leaves, blue crate",
        "crows on two of them, fog",
        "a hen party of leghorns under a trailer",
        "both queens missing from the chessboard",
        "Prince Albert tobacco tin, rust",
        "The Quiet Duchess, a narrowboat, roses on her cabin",
        "welcome mat reading HELLO SAILOR",
        "the ancestor of the horse, forest",
        "pink gills in an aquarium, a resin fan",
    ];
    for prompt in prompts {
        assert_eq!(class_of(prompt, Cover::Person).n_members, 1, "{prompt}");
    }
}

#[test]
fn somebody_in_a_scene_of_things_stays_somebody() {
    let prompts = [
        "a nurse's hands holding a cup",
        "a gardener waters tulips and roses, straw hat",
        "a bachelor cooking noodles",
        "a printer inking a plate",
        "a woman in a printer's workshop, smiling",
        "old salt splicing rope on a wharf",
        "a grandfather ice fishing",
        "girl beach sunset",
        "they look away, portrait by a window",
        "a man sketched in ink",
        "a female in a space suit, engine room",
    ];
    for prompt in prompts {
        assert!(class_of(prompt, Cover::Person).n_members > 1, "{prompt}");
    }
    check_equal(&["a grandmother clock in a hall", "a grandfather clock in a hall"]);
    check_equal(&["a mum coat on a line", "a grandad coat on a line", "an auntie coat on a line"]);
}

#[test]
fn a_prompt_without_people_passes_through() {
    for text in [
        "a red car on a street, oil painting",
        "two dogs playing in the snow",
        "a bowl of fruit on a wooden table",
    ] {
        check(text, text, 1);
    }
}

#[test]
fn the_chosen_member_says_what_the_prompt_says() {
    check_choice("portrait of an elderly asian lady", "portrait of an old asian woman");
    check_choice("portrait of a nigerian boy", "portrait of a young african man");
    check_choice("an 18-year-old mexican girl", "a young latino woman");
    check_choice("a pakistani man in his forties", "a middle-aged indian man");
    check_choice("a grandmother", "an old woman");
    check_choice("a young grandmother", "a young woman");
    check_choice("a caucasian waitress", "a european female server");
    check_choice("he is old", "an old man");
    check_choice("an old doctor with her dog", "an old female doctor with her dog");
    check_choice("an old man and a female nurse", "an old man and a female nurse");
}

#[test]
fn drawn_words_enter_the_device_text_and_reach_every_value() {
    let catalogue = Catalogue::v1();
    let text = "a {{happy}} woman on a horse";
    let class = class_of(text, Cover::Person);
    let mut seen = std::collections::BTreeSet::new();
    for key in 0..200 {
        let mut coins = Coins::from_key([key; 32]);
        let settled = read(text).secret.settle(&catalogue, &class.bundles, &mut coins);
        let settled = settled.expect("settles");
        let drawn = settled.text.reveal().clone();
        assert!(drawn.ends_with(" woman on a horse") && drawn.starts_with("a happy "), "{drawn}");
        seen.insert((settled.choice.member_idx(), drawn));
    }
    assert_eq!(seen.len(), 15, "three ages, five ethnicities, one gender");
}

#[test]
fn findings_name_spans_and_need_the_alarming_type() {
    let text = "an Elderly asian woman";
    let reading = read(text);
    let found: Vec<_> = reading
        .findings(ThisRevealsThePrompt)
        .iter()
        .map(|f| (f.text.as_str(), f.axis.as_deref(), f.value.as_deref(), f.person))
        .collect();
    let expected = [
        ("Elderly", Some("age"), Some("old"), Some(0)),
        ("asian", Some("ethnicity"), Some("asian"), Some(0)),
        ("woman", Some("gender"), Some("female"), Some(0)),
    ];
    assert_eq!(found, expected);
    assert!(reading.findings(ThisRevealsThePrompt).iter().all(|f| f.text == text[f.start..f.end]));
    assert!(!format!("{reading:?}").contains("lderly"), "debug shows nothing of the prompt");
}

#[test]
fn labels_go_by_who_is_in_the_scene() {
    let has = |text: &str, axis: &str| {
        let reading = read(text);
        let found = reading.findings(ThisRevealsThePrompt);
        found.iter().any(|f| f.axis.as_deref() == Some(axis))
    };
    for (text, axis) in [
        ("jihadi silhouetted on a ridge", "political"),
        ("cohabiting pair dividing a fridge shelf", "family"),
        ("Don Ciccio, Sicilian mafioso", "gender"),
        ("DH, DS (4) and DD in matching jumpers", "family"),
        ("Margarita singing on a balcony", "name"),
        ("a pregnant cook with a cat", "pregnancy"),
    ] {
        assert!(has(text, axis), "{text}");
    }
    for (text, axis) in [
        ("pregnant cat sleeping on laundry", "pregnancy"),
        ("dragon, red eyes, lava cave", "hair-eye-colour"),
        ("spinster's cottage, thatch", "family"),
    ] {
        assert!(!has(text, axis), "{text}");
    }
}

#[test]
fn names_are_told_from_things_by_what_stands_around_them() {
    let names = |text: &str| {
        let reading = read(text);
        let found = reading.findings(ThisRevealsThePrompt);
        found.iter().filter(|f| f.axis.as_deref() == Some("name")).count()
    };
    for text in [
        "Savannah asleep on the train",
        "London wearing a tutu",
        "Captain Blackwood on the quarterdeck",
        "a mural of Frida Kahlo",
        "Messi mural on a wall",
        "the Olsens on a picnic",
        "Emma Stone on a bench",
        "Captain Haddock at the wheel",
        "ravi on a scooter",
        "Daumier lithograph of a courtroom",
        "Tiger Woods swinging a club",
        "Sherlock Holmes in the fog",
        "Wren (she/her), 22, with a laptop",
    ] {
        assert_ne!(names(text), 0, "{text}");
    }
    for text in [
        "Florence from the hill",
        "Georgia peaches in a crate",
        "Adélie penguins on ice",
        "Madison Avenue in the rain",
        "a Stetson on a peg",
        "Caesar salad",
        "St Paul's Cathedral at night",
        "Stonehenge in mist",
        "aurora over a frozen fjord, ISO 1600",
        "ferries near Southampton",
        "Sunday roast on a plate",
        "Mount Etna erupting",
    ] {
        assert_eq!(names(text), 0, "{text}");
    }
}

/// What a secret type must not have, asked of the compiler.
mod secrets_have_no_display {
    trait Lacks<Marker> {
        fn check() {}
    }
    struct HasDisplay;
    impl<T: ?Sized> Lacks<()> for T {}
    impl<T: ?Sized + std::fmt::Display> Lacks<HasDisplay> for T {}

    /// Ambiguous, hence an error, as soon as one of these types gets a `Display`.
    #[test]
    fn compile_time() {
        <crate::prompt::Prompt as Lacks<_>>::check();
        <crate::secret::Secret as Lacks<_>>::check();
        <crate::secret::Choice as Lacks<_>>::check();
        <crate::select::Chosen as Lacks<_>>::check();
        <super::Reading as Lacks<_>>::check();
        <super::Finding as Lacks<_>>::check();
        <obclip_protocol::Redacted<String> as Lacks<_>>::check();
    }
}

fn described_person() -> impl Strategy<Value = String> {
    let age = prop::sample::select(vec!["", "young ", "middle-aged ", "old "]);
    let ethnicity = prop::sample::select(vec!["", "african ", "asian ", "indian ", "latino "]);
    let noun = prop::sample::select(vec![
        "woman",
        "man",
        "person",
        "female doctor",
        "male doctor",
        "doctor",
        "female artist",
    ]);
    (age, ethnicity, noun).prop_map(|(age, ethnicity, noun)| format!("{age}{ethnicity}{noun}"))
}

fn sentence() -> impl Strategy<Value = String> {
    let before = prop::sample::select(vec!["", "portrait of ", "oil painting, ", "a cat near "]);
    let after = prop::sample::select(vec!["", " wearing glasses", ", smiling", " with a dog"]);
    (before, described_person(), after)
        .prop_map(|(before, person, after)| format!("{before}a {person}{after}"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_panics_and_every_template_is_valid(text in "\\PC{0,200}") {
        if let Ok(prompt) = Prompt::new(&text) {
            let reading = Reading::of(&prompt);
            prop_assert!(build(&reading.masked, &Catalogue::v1(), Cover::Person, 32).is_ok());
        }
    }

    #[test]
    fn any_words_in_any_order_give_a_valid_template(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..25),
        cover in prop::sample::select(vec![Cover::Person, Cover::Mentioned]),
    ) {
        let text = words.join(" ");
        let class = build(&read(&text).masked, &Catalogue::v1(), cover, 32);
        let class = class.map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert!(class.n_members <= 32);
        let wire = class.template.text();
        prop_assert_eq!(Template::parse(&wire).map(|t| t.text()), Ok(wire.clone()));
        for value in ["woman", "old", "asian", "nigerian", "grandmother", "72", "she", "beard"] {
            prop_assert!(!wire.split([' ', ',']).any(|word| word == value), "{text}: {wire}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_member_reads_back_to_its_class(text in sentence()) {
        let class = class_of(&text, Cover::Mentioned);
        let members = Members::render(&Catalogue::v1(), &class.template, &class.bundles, 32);
        for member in members.expect("a small class").texts {
            let again = class_of(&member, Cover::Mentioned);
            prop_assert_eq!(again.template.text(), class.template.text(), "{}", &member);
            prop_assert_eq!(&again.bundles, &class.bundles, "{}", &member);
            check_choice(&member, &member);
        }
    }
}

const WORDS: &[&str] = &[
    "a",
    "an",
    "the",
    "old",
    "young",
    "woman",
    "man",
    "girl",
    "doctor",
    "nurse",
    "waitress",
    "king",
    "she",
    "her",
    "his",
    "himself",
    "they",
    "their",
    "my",
    "asian",
    "nigerian",
    "black",
    "white",
    "cat",
    "elephant",
    "hat",
    "beard",
    "dress",
    "with",
    "wearing",
    "in",
    "of",
    "from",
    "china",
    "and",
    "or",
    ",",
    ".",
    "is",
    "who",
    "that",
    "72",
    "years",
    "aged",
    "sixties",
    "18-year-old",
    "people",
    "women",
    "couple",
    "skin",
    "dark",
    "little",
    "beautiful",
    "Mary",
    "Rose",
    "Mrs.",
    "zqx",
    "baby",
    "grandmother",
    "wife",
    "'s",
    "woman's",
    "{{",
    "}}",
    "smiling",
    "holding",
    "portrait",
    "photo",
    "descent",
    "person",
    "human",
    "its",
    "eyes",
    "around",
    "as",
    "half-korean",
    "(female)",
    "x-ray",
];

/// Signs of four bytes that are normalised to signs of three: every word has a place in the prompt.
#[test]
fn words_of_other_scripts_have_places_among_signs_of_any_length() {
    for text in ["🃁𒒀⺟a ", "𒒀⺟", "ja:𒒢⺟h", "老人⺟𒒀", "À女"] {
        let reading = Reading::of(&Prompt::new(text).expect("a valid prompt"));
        assert!(
            reading.findings(ThisRevealsThePrompt).iter().all(|found| text.contains(&found.text))
        );
    }
}
