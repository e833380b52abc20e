//! Plans by name, over all shapes a class can have.

use proptest::prelude::*;

use super::super::{
    Guidance, OpenAxis, PUBLISHED, PlanData, Recipe, RecipeError, Row, Shape, StepPlan,
};

/// Numbers of values of the open axes that catalogue v1 can give to one person, and two of two persons.
const CLASSES: [&[usize]; 10] =
    [&[], &[2], &[3], &[5], &[3, 2], &[5, 2], &[3, 5], &[3, 5, 2], &[2, 2], &[3, 2, 3]];

/// Axes as catalogue v1 numbers them: age 0, ethnicity 1, gender 2.
fn shape(n_values: &[usize], n_steps: usize) -> Shape {
    let axis = |n_values: usize| [3, 5, 2].iter().position(|&n| n == n_values).unwrap();
    let open = n_values.iter().map(|&n_values| OpenAxis { axis: axis(n_values), n_values });
    Shape { open: open.collect(), n_steps, n_levels: 3, guidance: Guidance::On }
}

/// Names built from every part, each part there or not.
fn names() -> impl Strategy<Value = String> {
    let part = |choices: &[&str]| {
        let choices: Vec<String> = choices.iter().map(ToString::to_string).collect();
        prop::option::of(prop::sample::select(choices))
    };
    let parts = (
        part(&["trunk1", "trunk2", "trunk4"]),
        part(&["axis0to4", "axis2to5", "axis1to4", "axis2to4-axis0to5", "axis1to4-axis2to4"]),
        part(&["one", "side", "delta", "delta2"]),
        part(&["deep1", "deep2", "cache1x2", "cache2x3"]),
        part(&["hold2", "extra2", "hold3"]),
    );
    parts.prop_map(|(a, b, c, d, e)| {
        let name = [a, b, c, d, e].into_iter().flatten().collect::<Vec<_>>().join("-");
        if name.is_empty() { "plain".to_owned() } else { name }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..Default::default() })]

    /// Every name gives a plan for every class, with guidance or without; each member's part of it is a plan
    /// too, and no dearer.
    #[test]
    fn every_name_is_a_plan_for_every_class(name in names(), n_steps in 5..9_usize, unguided: bool) {
        for n_values in CLASSES {
            let guidance = if unguided { Guidance::Off } else { Guidance::On };
            let uses_halves = name.contains("delta") || name.contains("one") || name.contains("side");
            let shape = Shape { guidance, ..shape(n_values, n_steps) };
            let plan = match StepPlan::published(&name, &shape) {
                Ok(plan) => plan,
                // Without unconditional rows there is nothing to reuse in their place; all else must work.
                Err(error) => {
                    prop_assert!(unguided && uses_halves, "{name}: {error}");
                    continue;
                }
            };
            prop_assert_eq!(plan.n_members(), n_values.iter().product::<usize>());
            prop_assert_eq!(plan.steps().len(), n_steps);
            let json = serde_json::to_string(&plan).unwrap();
            let back: StepPlan = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(PlanData::from(back), PlanData::from(plan.clone()));
            let member = plan.n_members() - 1;
            let alone = plan.only(member).unwrap();
            prop_assert_eq!(alone.plan.n_members(), 1);
            prop_assert_eq!(alone.streams[0], member);
            prop_assert!(alone.plan.n_rows_run() <= plan.n_rows_run());
        }
    }

    /// Whatever a plan from a file says, it is refused or it can be counted; it never panics.
    #[test]
    fn a_scrambled_plan_is_refused_or_sound(
        name in names(), picks in prop::collection::vec(any::<(u8, u8, u8, u8)>(), 1..6),
    ) {
        let plan = StepPlan::published(&name, &shape(&[3, 2], 5)).unwrap();
        let mut data = PlanData::from(plan);
        for (step, row, stream, from) in picks {
            let rows = &mut data.steps[usize::from(step) % 5];
            let n = rows.len();
            let row = &mut rows[usize::from(row) % n];
            match from % 4 {
                0 => row.row = Row::conditional(usize::from(stream) % 9),
                1 => row.reuse.iter_mut().for_each(|reuse| reuse.from.step = usize::from(stream) % 6),
                2 => row.reuse.iter_mut().for_each(|reuse| reuse.from.row.stream = usize::from(stream) % 9),
                _ => row.reuse.clear(),
            }
        }
        if let Ok(plan) = StepPlan::try_from(data) {
            let exact = plan.exact();
            prop_assert!(exact.is_ok(), "{:?}", exact.err());
            prop_assert!(exact.unwrap().n_rows_run() <= plan.n_rows_run());
        }
    }
}

#[test]
fn rows_are_what_the_names_promise() {
    let rows = |name: &str, n_values: &[usize]| {
        StepPlan::published(name, &shape(n_values, 5)).unwrap().n_rows_run()
    };
    // 5 steps of 2 N rows, of which the first has one unconditional row.
    assert_eq!(rows("plain", &[3, 2]), 60 - 5);
    assert_eq!(rows("delta", &[3, 2]), 7 + 4 * 6);
    assert_eq!(rows("delta2", &[3, 2]), 7 + 6 + 12 + 6 + 12);
    assert_eq!(rows("one", &[3, 2]), 7 + 4 * 7);
    assert_eq!(rows("side", &[3, 2]), 8 + 4 * 8);
    assert_eq!(rows("trunk5", &[3, 5, 2]), 10);
    // The neutral stream too computes its unconditional row in its first step only.
    assert_eq!(rows("trunk2-delta", &[3, 2]), 2 + 1 + 7 + 12);
    assert_eq!(rows("trunk4-delta", &[3, 5, 2]), 2 + 3 + 31);
    // One neutral step, two of five streams (one of them with a single unconditional row), two of all.
    assert_eq!(rows("trunk1-axis1to3", &[3, 5, 2]), 2 + 6 + 10 + (6 * 5 + 5) + 60);
    // A tree: neutral, two genders, six of gender and age, all; every stage's first step has one unconditional row
    // for each latent before it.
    assert_eq!(rows("trunk2-axis2to3-axis0to4", &[3, 5, 2]), 4 + (2 + 1) + (6 + 2) + (30 + 6));
    assert_eq!(
        rows("trunk2-axis2to3-axis0to4-delta", &[3, 5, 2]),
        3 + (2 + 1) + (6 + 2) + (30 + 6)
    );
    // A class without the axis waits with the stage before; two persons open theirs together.
    assert_eq!(rows("trunk2-axis1to4", &[3, 2]), rows("trunk4", &[3, 2]));
    assert_eq!(rows("trunk2-axis2to4", &[3, 2, 3]), 4 + (2 + 1) + 4 + (18 + 2));
    // Once all axes are open the members go on alone.
    assert_eq!(rows("trunk2-axis2to3-axis0to4", &[3, 2]), 4 + (2 + 1) + (6 + 2) + 12);
    // What the defaults cost: at most half a plain picture's 50 rows for six members, at most all of it for thirty.
    assert_eq!(rows("economy", &[3, 2]), 2 + 4 + 3 * 3);
    assert_eq!(rows("economy", &[3, 5, 2]), 2 + 4 + 3 * 3);
    assert_eq!(rows("balanced", &[3, 2]), 2 + 4 + 3 + 3 + (6 + 3));
    assert_eq!(rows("balanced", &[3, 5, 2]), 2 + 4 + 3 + 3 + (30 + 3));
    assert_eq!(rows("hold2", &[3, 2]), 7 + 12 + 12);
    assert_eq!(rows("paper-k5", &[3, 2]), 60);
}

#[test]
fn a_name_has_one_spelling_and_numbers_have_bounds() {
    for name in [
        "",
        "plain-delta",
        "delta-trunk2",
        "trunk02",
        "trunk0",
        "trunk",
        "one1",
        "delta1",
        "trunk1000",
        "deep",
        "cache1",
        "cache1x1",
        "hold1",
        "axis1",
        "axis0to1-axis1to2-axis2to3",
        "plain ",
        "Trunk2",
        "trunk2--delta",
    ] {
        assert_eq!(name.parse::<Recipe>(), Err(RecipeError::Unknown), "{name}");
    }
    for (name, parts) in PUBLISHED {
        assert_eq!(name.parse::<Recipe>().unwrap().to_string(), parts);
        let plan = StepPlan::published(name, &shape(&[3, 5, 2], 5)).unwrap();
        assert_eq!(plan.name(), name);
        // Whatever the number of steps, a published name fits.
        for n_steps in 1..12 {
            let plan = StepPlan::published(name, &shape(&[3, 5, 2], n_steps)).unwrap();
            assert_eq!(plan.steps().len(), n_steps);
        }
    }
    let refuse = |name: &str, n_steps| {
        StepPlan::published(name, &shape(&[3, 2], n_steps)).unwrap_err().to_string()
    };
    assert_eq!(refuse("trunk6", 5), "plan part trunk: expected 0 to 5, found 6");
    assert_eq!(refuse("deep3", 5), "plan part deep: expected 1 to 2, found 3");
    assert_eq!(refuse("trunk2-axis0to1", 5), "plan part axis to: expected 2 to 5, found 1");
    assert_eq!(refuse("paper-k5", 6), "expected 5 steps, found 6");
}

#[test]
fn a_plan_reads_as_a_table() {
    let plan = StepPlan::published("trunk1-delta", &shape(&[2], 3)).unwrap().to_string();
    let lines: Vec<&str> = plan.lines().collect();
    assert_eq!(lines[0], "trunk1-delta: 2 members, 1 trunks, guided");
    assert!(
        plan.contains("shared prediction of own cond + own in step 1 − own cond in step 1"),
        "{plan}"
    );
    assert!(lines[lines.len() - 1].ends_with("7 rows run"), "{plan}");
}
