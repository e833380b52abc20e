//! Which plans are refused, and that the named ones are not.

use super::{
    Block, Half, PaperSettings, PaperStage, Pivot, PlanData, PlanError, Reuse, Reused, Row, Source,
    StepPlan, paper, plain,
};

mod recipes;

const N_LEVELS: usize = 3;

fn row(half: Half, stream: usize) -> Row {
    Row { half, stream }
}

const UNCONDITIONAL: Half = Half::Unconditional;
const CONDITIONAL: Half = Half::Conditional;

/// Reuse of the row of member 0's conditional row in step 0.
fn reuse(what: Reused, blocks: &[Block]) -> Reuse {
    let from = Source { step: 0, row: row(CONDITIONAL, 0) };
    Reuse { what, blocks: blocks.to_vec(), from, correction: None }
}

/// A plain plan of two members and two steps, with an edit.
fn check(edit: impl FnOnce(&mut PlanData)) -> Result<StepPlan, PlanError> {
    let mut data = PlanData::from(plain(2, 2, N_LEVELS).unwrap());
    edit(&mut data);
    StepPlan::try_from(data)
}

/// Rows stand: unconditional 0, 1, conditional 0, 1.
const CONDITIONAL_0: usize = 2;
const CONDITIONAL_1: usize = 3;

#[test]
fn named_plans_read_only_what_was_computed() {
    for n in [1, 2, 4, 6, 30] {
        plain(n, 5, N_LEVELS).unwrap();
        plain(n, 5, N_LEVELS).unwrap().exact().unwrap();
        for settings in [PaperSettings::K5, PaperSettings::K10] {
            for stage in [PaperStage::Plain, PaperStage::Cache, PaperStage::Reuse] {
                for pivot in [Pivot::PerHalf, Pivot::WholeBatch] {
                    let plan = paper(settings, stage, pivot, n, N_LEVELS).unwrap();
                    assert_eq!(plan.n_rows_run(), 2 * n * settings.k);
                }
            }
        }
    }
}

#[test]
fn a_plan_survives_json() {
    let plan = paper(PaperSettings::K5, PaperStage::Reuse, Pivot::PerHalf, 2, N_LEVELS).unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    let back: StepPlan = serde_json::from_str(&json).unwrap();
    assert_eq!(serde_json::to_string(&back).unwrap(), json);
}

#[test]
fn json_is_checked_as_well() {
    let plan = paper(PaperSettings::K5, PaperStage::Cache, Pivot::PerHalf, 1, N_LEVELS).unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    let refused = |json: &str| serde_json::from_str::<StepPlan>(json).unwrap_err().to_string();
    let later = refused(&json.replace(r#""step":2"#, r#""step":4"#));
    assert!(later.contains("which comes later or not at all"), "{later}");
    let unknown = refused(&json.replace("down.1", "sideways.1"));
    assert!(unknown.contains("found \"sideways.1\""), "{unknown}");
    let level = refused(&json.replace("down.1", "down.7"));
    assert!(level.contains("a network with 3 levels that hands on, found down.7"), "{level}");
}

#[test]
fn reading_ahead_is_refused() {
    let what = Reused::AttentionMaps;
    let ahead = check(|data| data.steps[0][0].reuse.push(reuse(what, &[Block::Mid])));
    let source_row = Source { step: 0, row: row(CONDITIONAL, 0) };
    assert_eq!(
        ahead.unwrap_err(),
        PlanError::NotYet { step: 0, row: row(UNCONDITIONAL, 0), what, source_row }
    );
    // A row cannot read itself either.
    let itself = check(|data| data.steps[0][CONDITIONAL_0].reuse.push(reuse(what, &[Block::Mid])));
    assert!(matches!(itself.unwrap_err(), PlanError::NotYet { .. }));
}

/// The source took over `own`; the reader wants `wanted` of it.
fn never_computed(own: Reuse, wanted: Reuse) -> bool {
    let refused = check(|data| {
        data.steps[0][CONDITIONAL_1].reuse.push(own);
        let from = Source { step: 0, row: row(CONDITIONAL, 1) };
        data.steps[1][CONDITIONAL_1].reuse.push(Reuse { from, ..wanted });
    });
    match refused {
        Ok(_) => false,
        Err(PlanError::NeverComputed { .. }) => true,
        Err(other) => panic!("expected NeverComputed, found {other}"),
    }
}

#[test]
fn reading_what_was_never_computed_is_refused() {
    use Reused::{AttentionMaps, AttentionOutputs, Blocks, Prediction, TextKeysValues};
    let (up, down) = (&[Block::Up(0)], &[Block::Down(0)]);
    for (own, wanted) in [
        (reuse(Prediction, &[]), reuse(Blocks, up)),
        (reuse(Prediction, &[]), reuse(TextKeysValues, &[])),
        (reuse(Blocks, up), reuse(Blocks, up)),
        (reuse(Blocks, up), reuse(AttentionOutputs, up)),
        (reuse(Blocks, up), reuse(AttentionMaps, up)),
        (reuse(AttentionOutputs, up), reuse(AttentionOutputs, up)),
        (reuse(AttentionOutputs, up), reuse(AttentionMaps, up)),
        (reuse(AttentionMaps, up), reuse(AttentionMaps, up)),
        (reuse(AttentionMaps, up), reuse(TextKeysValues, &[])),
    ] {
        assert!(never_computed(own.clone(), wanted.clone()), "{own:?}, then {wanted:?}");
    }
    // What the source did compute itself.
    for (own, wanted) in [
        (reuse(Prediction, &[]), reuse(Prediction, &[])),
        (reuse(Blocks, down), reuse(Blocks, up)),
        (reuse(Blocks, down), reuse(Prediction, &[])),
        (reuse(AttentionMaps, up), reuse(AttentionOutputs, up)),
        (reuse(AttentionOutputs, up), reuse(Blocks, up)),
    ] {
        assert!(!never_computed(own.clone(), wanted.clone()), "{own:?}, then {wanted:?}");
    }
}

#[test]
fn exact_savings_need_the_same_input() {
    let input = |step: usize, position: usize, what| match check(|data| {
        data.steps[step][position].reuse.push(reuse(what, &[]))
    }) {
        Ok(_) => None,
        Err(PlanError::OtherInput { input, .. }) => Some(input),
        Err(other) => panic!("expected OtherInput, found {other}"),
    };
    assert_eq!(input(0, CONDITIONAL_1, Reused::BeforeText), None);
    assert_eq!(input(1, CONDITIONAL_0, Reused::BeforeText), Some("latent"));
    assert_eq!(input(1, CONDITIONAL_0, Reused::TextKeysValues), None);
    assert_eq!(input(1, CONDITIONAL_1, Reused::TextKeysValues), Some("text"));
    assert_eq!(input(1, 0, Reused::TextKeysValues), Some("text"));
    assert_eq!(input(0, CONDITIONAL_1, Reused::TimeEmbedding), None);
    assert_eq!(input(1, CONDITIONAL_1, Reused::TimeEmbedding), Some("timestep"));
}

#[test]
fn two_sources_for_one_thing_are_refused() {
    let both = |first: Reuse, second: Reuse| {
        check(|data| data.steps[1][CONDITIONAL_1].reuse.extend([first, second]))
    };
    let up = &[Block::Up(0)];
    let clash = both(reuse(Reused::Blocks, up), reuse(Reused::AttentionMaps, up)).unwrap_err();
    assert_eq!(
        clash,
        PlanError::Clash {
            step: 1,
            row: row(CONDITIONAL, 1),
            first: Reused::Blocks,
            second: Reused::AttentionMaps
        }
    );
    let whole = both(reuse(Reused::Blocks, up), reuse(Reused::Prediction, &[]));
    assert!(matches!(whole.unwrap_err(), PlanError::Clash { .. }));
    let elsewhere = reuse(Reused::AttentionOutputs, &[Block::Up(1)]);
    both(reuse(Reused::Blocks, up), elsewhere).unwrap();
}

#[test]
fn every_row_stands_once() {
    let missing = check(|data| drop(data.steps[1].pop())).unwrap_err();
    assert_eq!(missing, PlanError::RowCount { step: 1, expected: 4, found: 3 });
    let twice = check(|data| data.steps[1][1].row.stream = 0).unwrap_err();
    assert_eq!(twice, PlanError::RowTwice { step: 1, row: row(UNCONDITIONAL, 0) });
    let unknown = check(|data| data.steps[0][1].row.stream = 2).unwrap_err();
    let expected = PlanError::RowUnknown { step: 0, row: row(UNCONDITIONAL, 2), n_streams: 2 };
    assert_eq!(unknown, expected);
}

#[test]
fn empty_plans_and_blocks_out_of_place_are_refused() {
    let empty = plain(0, 5, N_LEVELS).unwrap_err();
    assert_eq!(empty, PlanError::Empty { members: 0, levels: 3, steps: 5 });
    let huge = check(|data| data.n_members = usize::MAX).unwrap_err();
    assert!(matches!(huge, PlanError::TooMany { what: "streams", .. }));
    let edit = |what, blocks: &[Block]| {
        check(|data| data.steps[1][0].reuse.push(reuse(what, blocks))).unwrap_err()
    };
    let count = PlanError::BlockCount { what: Reused::Blocks, found: 0 };
    assert_eq!(edit(Reused::Blocks, &[]), count);
    let count = PlanError::BlockCount { what: Reused::Prediction, found: 1 };
    assert_eq!(edit(Reused::Prediction, &[Block::Mid]), count);
    let unknown = PlanError::BlockUnknown { block: Block::Up(3), n_levels: 3 };
    assert_eq!(edit(Reused::Blocks, &[Block::Up(3)]), unknown);
}
