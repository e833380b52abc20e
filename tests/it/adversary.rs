//! The adversary's attacks: at chance against the real client, successful against each client that is broken in the
//! way the attack is for. `obclip-bench audit` runs the same with larger numbers.

mod broken;

use obclip_bench::audit::{
    AttackResult, Client, Mention, Plan, Property, RealClient, Subject, bytes, check_properties,
    intersection, selective_failure, traffic,
};
use obclip_device::Cover;

use broken::{EarlyStop, LeakyLength, Picky, RandomDecoys, RealFirst, Slow};

const REAL: RealClient = RealClient { cover: Cover::Mentioned, plan: "plain" };

fn six() -> Vec<Subject> {
    Subject::all(Mention::AgeGender)
}

fn plan(trials: usize) -> Plan {
    Plan { trials, seed: 11 }
}

#[track_caller]
fn assert_all_at_chance(results: &[AttackResult]) {
    for result in results {
        assert!(!result.succeeds(), "{result:?} within {:?}", result.bounds());
        // Not only unproven: the most it can be right is bounded.
        assert!(result.advantage_upper() < 0.2, "{result:?}");
    }
}

/// Some attacker of the attack is right nearly always or as often as `least`.
#[track_caller]
fn assert_succeeds(results: &[AttackResult], least: f64) {
    let best = results.iter().max_by(|a, b| a.guesses.share().total_cmp(&b.guesses.share()));
    let best = best.expect("an attack has attackers");
    assert!(best.succeeds() && best.guesses.share() >= least, "{best:?}");
}

/// P1 to P7 over classes of 30 with every member as the choice, over honest, lying, refusing and silent clouds.
#[test]
fn every_choice_gives_the_same_view() {
    for (cover, mention, plan) in [
        (Cover::Mentioned, Mention::All, "plain"),
        (Cover::Person, Mention::All, "plain"),
        (Cover::Mentioned, Mention::Gender, "plain"),
        (Cover::Mentioned, Mention::All, obclip_pair::PLAN),
        (Cover::Mentioned, Mention::All, "trunk2-delta"),
        (Cover::Person, Mention::All, "trunk4-delta"),
    ] {
        let client = RealClient { cover, plan };
        let result = check_properties(&client, &Subject::all(mention), 10, 5);
        let found = (result.differing_bytes, result.violations);
        assert_eq!(found, (0, Vec::new()), "{cover:?} {plan}");
        assert_eq!(result.jobs, 10 * result.members);
    }
}

/// The same check notices each way of being broken.
#[test]
fn properties_fail_for_broken_clients() {
    let cases: [(&dyn Client, Property); 5] = [
        (&RandomDecoys { n: 3 }, Property::RequestBytes),
        (&RealFirst, Property::RequestBytes),
        (&LeakyLength, Property::RequestBytes),
        (&EarlyStop, Property::Handling),
        (&Picky, Property::AdaptiveChoices),
    ];
    for (client, property) in cases {
        let result = check_properties(client, &six(), 24, 5);
        assert!(result.violations.contains(&property), "{property:?}");
    }
}

#[test]
fn a0_finds_nothing_in_the_real_request() {
    assert_all_at_chance(&bytes(&REAL, &six(), plan(400)));
}

#[test]
fn a0_finds_the_real_prompt_if_it_stands_first() {
    assert_succeeds(&bytes(&RealFirst, &six(), plan(100)), 1.0);
}

#[test]
fn a0_finds_a_length_that_depends_on_the_choice() {
    assert_succeeds(&bytes(&LeakyLength, &six(), plan(100)), 1.0);
}

#[test]
fn a3_learns_nothing_from_repeated_requests() {
    let results = intersection(&REAL, &six(), plan(150));
    assert_all_at_chance(&results);
    assert!(results.iter().all(|result| result.measured == Some(6.0)), "all are always left");
}

/// The mean number of members that are left after m requests with n − 1 random decoys of A − 1: 1 + (A − 1) ((n − 1) /
/// (A − 1))^m.
#[test]
fn a3_identifies_the_member_among_random_decoys() {
    let results = intersection(&RandomDecoys { n: 3 }, &six(), plan(500));
    for (result, m) in results.iter().zip([1, 2, 3, 5, 8]) {
        let expected = 1.0 + 5.0 * 0.4_f64.powi(m);
        let found = result.measured.expect("the attack counts what is left");
        assert!((found - expected).abs() < 0.1, "{m}: expected {expected}, found {found}");
    }
    assert_succeeds(&results, 0.99);
}

#[test]
fn a8_sees_the_same_sizes_in_the_same_order() {
    let results = traffic(&REAL, &six()[0], plan(400));
    // Times belong to the bench; the sizes are exact.
    assert_all_at_chance(&results[..1]);
}

#[test]
fn a8_sees_a_client_that_stops_at_its_own_latent() {
    assert_succeeds(&traffic(&EarlyStop, &six()[0], plan(100)), 1.0);
}

#[test]
fn a8_sees_a_client_that_takes_longer_for_later_members() {
    assert_succeeds(&traffic(&Slow, &six()[0], plan(60)), 0.5);
}

#[test]
fn a9_learns_nothing_from_spoiled_latents() {
    assert_all_at_chance(&selective_failure(&REAL, &six(), plan(150)));
}

#[test]
fn a9_identifies_the_member_if_only_its_own_latent_is_checked() {
    assert_succeeds(&selective_failure(&Picky, &six(), plan(40)), 1.0);
    // A latent that was never read tells as much.
    assert_succeeds(&selective_failure(&EarlyStop, &six(), plan(40)), 1.0);
}

/// Seeds and keys of the operating system: no two equal, no bit stuck.
#[test]
fn coins_are_fresh() {
    let drawn: Vec<[u8; 32]> =
        (0..400).map(|_| obclip_device::fresh_bytes().expect("random bytes")).collect();
    let distinct: std::collections::BTreeSet<_> = drawn.iter().collect();
    assert_eq!(distinct.len(), drawn.len());
    for bit in 0..256 {
        let ones = drawn.iter().filter(|seed| seed[bit / 8] >> (bit % 8) & 1 == 1).count();
        // Eight standard deviations.
        assert!((120..=280).contains(&ones), "bit {bit}: {ones} of 400");
    }
}
