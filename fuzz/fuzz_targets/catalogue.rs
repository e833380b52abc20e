//! Arbitrary text as a catalogue: a typed error, or a catalogue that renders every member of a fully open person.
#![no_main]

use libfuzzer_sys::fuzz_target;
use obclip_protocol::{AxisSet, Bundle, Catalogue, Members, Template};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(catalogue) = Catalogue::parse(text) else { return };
    let template = Template::parse("a {P1} in {P1.possessive} garden").expect("a template");
    for role in [false, true] {
        let bundles = [Bundle { open: AxisSet::expandable(&catalogue), role }];
        if let Ok(members) = Members::render(&catalogue, &template, &bundles, 4096) {
            let words = |text: &String| text.split(' ').count();
            let n_words = members.texts.first().map(words);
            assert!(members.texts.iter().all(|text| Some(words(text)) == n_words));
        }
    }
});
