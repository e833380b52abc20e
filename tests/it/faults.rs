//! Cloud, device and a broken network on virtual time. What counts as failure stands at the top of
//! `obclip_bench::audit::simulation`; `obclip-bench audit faults` runs more seeds.

use obclip_bench::audit::{
    Choices, Lie, Mention, SimulationResult, Subject, Way, simulate, simulate_lie,
};

fn six() -> Vec<Subject> {
    Subject::all(Mention::AgeGender)
}

#[test]
fn faults_and_lies_never_give_a_wrong_picture_a_hang_or_a_view_of_the_choice() {
    let result = simulate(&six(), (0, 400), Way::Sealed, Choices::Three);
    assert_eq!(result.failures, [], "seed and failure");
    // The seeds reach every kind of ending.
    let SimulationResult { pictures, errors, cancelled, tries, faults, lies, believed, .. } =
        result;
    assert!(pictures > 200 && errors > 200 && cancelled > 20, "{pictures} {errors} {cancelled}");
    assert!(tries > 1500 && faults > 800 && lies > 200, "{tries} {faults} {lies}");
    assert!(believed > 10, "some lies cannot be seen: {believed}");
}

/// On a way without seal, bits can flip unseen; everything else still holds.
#[test]
fn a_plain_way_shows_nothing_of_the_choice_either() {
    let result = simulate(&six(), (1000, 200), Way::Plain, Choices::Three);
    assert_eq!(result.failures, [], "seed and failure");
}

#[test]
fn every_choice_of_thirty_gives_the_same_view_on_the_network() {
    let result = simulate(&Subject::all(Mention::All), (2000, 12), Way::Sealed, Choices::All);
    assert_eq!(result.failures, [], "seed and failure");
}

/// Each lie that the wire can show ends without a picture, whichever member it concerns; the others are believed.
#[test]
fn visible_lies_are_refused() {
    let subject = &six()[1];
    for member_idx in [0, 5] {
        for lie in Lie::all(member_idx) {
            let result = simulate_lie(subject, lie);
            assert_eq!(result.failures, [], "{lie:?}");
            let expected = if lie.is_visible() { 0 } else { subject.n_members() };
            assert_eq!(result.pictures, expected, "{lie:?}");
        }
    }
}

#[test]
fn a_seed_is_a_run() {
    let twice = [(); 2].map(|()| simulate(&six(), (7, 20), Way::Sealed, Choices::Three));
    assert_eq!(twice[0], twice[1]);
}
