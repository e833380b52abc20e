use super::*;
use crate::audit::subject::Mention;

fn world(subject: &Subject, fault: Fault, way: Way) -> World<'_> {
    let weather = Weather::Rough(vec![Some(fault)]);
    let (coins, key) = ([1; 32], [2; 16]);
    World { subject, coins, key, way, weather, lie: None, cancel_at: None }
}

/// The judge sees what it is there to see: choices that differ, other times, other coins.
#[test]
fn differences_are_noticed() {
    let subject = &Subject::all(Mention::Gender)[0];
    let calm = run(&world(subject, Fault::Delay(Duration::ZERO), Way::Sealed), 0);
    assert!(calm.picture.is_some() && calm.failures().is_empty(), "{:?}", calm.said);
    let late = run(&world(subject, Fault::Delay(Duration::from_secs(3)), Way::Sealed), 0);
    assert_eq!(calm.differences(&late), [Failure::Seen]);
    assert_eq!(calm.picture, late.picture);
    let mut other = world(subject, Fault::Delay(Duration::ZERO), Way::Sealed);
    other.coins = [3; 32];
    let other = run(&other, 0);
    assert_eq!(calm.differences(&other), [Failure::Seen]);
    assert_ne!(calm.picture, other.picture, "the latents reach the picture");
}

#[test]
fn a_fault_leads_to_a_second_try_and_the_same_picture() {
    let subject = &Subject::all(Mention::Gender)[0];
    let calm = run(&world(subject, Fault::Delay(Duration::ZERO), Way::Sealed), 1);
    for fault in [
        Fault::Refused,
        Fault::Silence,
        Fault::Drop(2),
        Fault::Duplicate(4),
        Fault::Reorder(4),
        Fault::Truncate(5),
        Fault::Corrupt(5, 100),
        Fault::Killed(3, Duration::ZERO),
        Fault::EndWithoutStatus(6),
    ] {
        let found = run(&world(subject, fault, Way::Sealed), 1);
        assert_eq!((found.n_tries(), found.picture), (2, calm.picture), "{fault:?}");
    }
}

/// Why a plain way is for this machine only: nothing on it vouches for a latent's bits.
#[test]
fn a_flipped_bit_on_a_plain_way_is_not_seen() {
    let subject = &Subject::all(Mention::Gender)[0];
    let calm = run(&world(subject, Fault::Delay(Duration::ZERO), Way::Plain), 1);
    // The last part is the second member's latent: 13 bytes of heads, then halves; the bit is the sign of one.
    let parts = 1 + 2 + 1 + 2;
    let found = run(&world(subject, Fault::Corrupt(parts - 1, 8 * 102 + 7), Way::Plain), 1);
    assert!(found.picture.is_some() && found.picture != calm.picture, "{:?}", found.said);
}
