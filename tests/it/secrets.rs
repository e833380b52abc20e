//! Secrets have no way out but the picture: no `Display`, no `Serialize`, nothing in errors or events.

use obclip_device::{Chosen, Coins, Cover, Masked, Pending, Picture, Prompt, Reading, Wish};

use crate::world::{self, Recorder};

/// Compiles only while `$type` does not implement `$trait`: a second impl would make the call ambiguous.
macro_rules! assert_lacks {
    ($type:ty: $trait:path) => {{
        trait Ambiguous<A> {
            fn probe() {}
        }
        impl<T: ?Sized> Ambiguous<()> for T {}
        struct Implements;
        impl<T: ?Sized + $trait> Ambiguous<Implements> for T {}
        <$type as Ambiguous<_>>::probe();
    }};
}

#[test]
fn secrets_cannot_be_displayed_or_serialised() {
    assert_lacks!(Prompt: std::fmt::Display);
    assert_lacks!(Wish: std::fmt::Display);
    assert_lacks!(Reading: std::fmt::Display);
    assert_lacks!(Pending: std::fmt::Display);
    assert_lacks!(Chosen: std::fmt::Display);
    assert_lacks!(Picture: std::fmt::Display);
    assert_lacks!(Prompt: serde::Serialize);
    assert_lacks!(Wish: serde::Serialize);
    assert_lacks!(Reading: serde::Serialize);
    assert_lacks!(Pending: serde::Serialize);
    assert_lacks!(Chosen: serde::Serialize);
    assert_lacks!(Picture: serde::Serialize);
    // Draws of unmentioned attributes cannot be repeated or printed.
    assert_lacks!(Coins: Clone);
    assert_lacks!(Coins: std::fmt::Debug);
    // A choice is used once.
    assert_lacks!(Pending: Clone);
}

const MARKER: &str = "zyxwmarker";

#[test]
fn debug_prints_hold_no_word_of_the_prompt() {
    let wish = world::wish(&format!("an old {MARKER} woman from nigeria"));
    assert!(!format!("{wish:?}").contains(MARKER));
    let reading = Reading::of(&wish.prompt);
    let printed = format!("{reading:?}");
    for word in [MARKER, "old", "woman", "nigeria"] {
        assert!(!printed.contains(word), "{word} in {printed}");
    }
    // The masked half is public, and value-free.
    let _: &Masked = &reading.masked;
}

/// A marker as held word, through the whole flow: not on the wire, not in events, not in errors.
#[test]
fn a_held_word_appears_nowhere() {
    let prompt = format!("portrait of an old {MARKER} man, {{{{{MARKER}}}}}");
    let spoil = |_: Vec<u8>| vec![1, 2, 3];
    for cloud in [Recorder::honest(), Recorder::refusing(), Recorder::lying(Box::new(spoil))] {
        let (picture, events) = world::paint(&prompt, Cover::Mentioned, &cloud);
        let said = match picture {
            Ok(picture) => format!("{picture:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        for request in cloud.requests.take() {
            assert!(!String::from_utf8_lossy(&request).contains(MARKER));
        }
        assert!(!said.contains(MARKER), "{said}");
        assert!(!events.concat().contains(MARKER));
    }
}
