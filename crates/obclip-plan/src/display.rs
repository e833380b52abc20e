//! A plan as a table: a line for rows of a step that do alike.

use std::fmt;

use super::{Guidance, Half, Reuse, Row, RowPlan, Source, StepPlan};

impl fmt::Display for StepPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let guidance = match self.guidance() {
            Guidance::On => "guided",
            Guidance::Off => "unguided",
        };
        let (n_trunks, n_rows) = (self.trunks().len(), self.n_rows_run());
        writeln!(
            f,
            "{}: {} members, {n_trunks} trunks, {guidance}",
            self.name(),
            self.n_members()
        )?;
        writeln!(f, "{:>4}  {:>5}  {:>5}  reuse", "step", "rows", "run")?;
        for (step, rows) in self.steps().iter().enumerate() {
            let mut groups: Vec<(String, usize, bool)> = Vec::new();
            for row_plan in rows {
                let text = line(row_plan, step);
                match groups.iter_mut().find(|(known, ..)| *known == text) {
                    Some((_, n, _)) => *n += 1,
                    None => groups.push((text, 1, row_plan.is_run())),
                }
            }
            for (text, n, is_run) in groups {
                let run = if is_run { n } else { 0 };
                writeln!(f, "{step:>4}  {n:>5}  {run:>5}  {text}")?;
            }
        }
        write!(f, "{n_rows} rows run")
    }
}

/// What a row reuses, said relative to it, so that like rows read alike.
fn line(row_plan: &RowPlan, step: usize) -> String {
    let half = short(row_plan.row.half);
    if row_plan.reuse.is_empty() {
        return format!("{half}: everything computed");
    }
    let reuse = row_plan.reuse.iter().map(|reuse| say(reuse, row_plan.row, step));
    format!("{half}: {}", reuse.collect::<Vec<_>>().join("; "))
}

fn say(reuse: &Reuse, row: Row, step: usize) -> String {
    let blocks: Vec<String> = reuse.blocks.iter().map(ToString::to_string).collect();
    let blocks = if blocks.is_empty() { String::new() } else { format!(" {}", blocks.join(" ")) };
    let mut text = format!("{}{blocks} of {}", reuse.what, place(reuse.from, row, step));
    if let Some(correction) = reuse.correction {
        let [plus, minus] = [correction.plus, correction.minus];
        text += &format!(" + {} − {}", place(plus, row, step), place(minus, row, step));
    }
    text
}

fn place(source: Source, row: Row, step: usize) -> String {
    let stream = match source.row.stream == row.stream {
        true => "own".to_owned(),
        false => format!("stream {}", source.row.stream),
    };
    let half = match source.row.half == row.half {
        true => String::new(),
        false => format!(" {}", short(source.row.half)),
    };
    let step = match source.step == step {
        true => String::new(),
        false => format!(" in step {}", source.step),
    };
    format!("{stream}{half}{step}")
}

fn short(half: Half) -> &'static str {
    match half {
        Half::Unconditional => "uncond",
        Half::Conditional => "cond",
    }
}
