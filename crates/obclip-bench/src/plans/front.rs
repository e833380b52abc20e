//! Utility against cost: which plans no other plan beats in both, as JSON and as a drawing.

use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use serde::{Deserialize, Serialize};

use super::{cost, models};

#[derive(Debug, Args)]
pub(crate) struct FrontOptions {
    /// Judged runs, as training/compare_plans.py writes them.
    judged: PathBuf,
    /// OUT.json and OUT.svg.
    #[arg(long)]
    out: PathBuf,
    #[arg(long)]
    models: Option<PathBuf>,
    /// Members of the class.
    #[arg(long, default_value_t = 30)]
    n: usize,
}

/// One run, judged.
#[derive(Clone, Debug, Deserialize)]
struct Judged {
    plan: String,
    k: Option<usize>,
    /// Share of requests in which all that was asked for is seen.
    utility: f64,
    interval: [f64; 2],
    /// The device's own plan, grid and hand-over: a front compares what the cloud does.
    tail: Option<String>,
    tail_steps: Option<usize>,
    hand_over: Option<String>,
}

impl Judged {
    fn has_plain_tail(&self) -> bool {
        let is =
            |field: &Option<String>, plain| field.as_deref().is_none_or(|found| found == plain);
        is(&self.tail, "plain") && is(&self.hand_over, "FirstOrder") && self.tail_steps.is_none()
    }
}

/// A point of the drawing.
#[derive(Clone, Debug, Serialize)]
struct Point {
    plan: String,
    n: usize,
    rows: usize,
    giga_macs: f64,
    of_plain: f64,
    utility: f64,
    interval: [f64; 2],
    /// No other plan is at least as good and cheaper.
    on_the_front: bool,
}

pub(crate) fn run(options: &FrontOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let path = &options.judged;
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let judged: Vec<Judged> =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let (cloud, _) = models::networks(options.models.as_deref())?;
    let mut points = Vec::new();
    for run in judged {
        // Pictures of one side alone have no class.
        let alone = run.plan == "cloud-only" || run.plan == "device-only";
        let Some(k) = run.k.filter(|_| !alone && run.has_plain_tail()) else { continue };
        let cost = cost::cost(&cloud, &run.plan, options.n, k, 25)?;
        points.push(Point {
            plan: run.plan,
            n: options.n,
            rows: cost.rows,
            giga_macs: cost.giga_macs,
            of_plain: cost.of_plain,
            utility: run.utility,
            interval: run.interval,
            on_the_front: false,
        });
    }
    mark(&mut points);
    let json = serde_json::to_string_pretty(&points)? + "\n";
    fs::write(options.out.with_extension("json"), json)?;
    fs::write(options.out.with_extension("svg"), draw(&points, options.n))?;
    let front = points.iter().filter(|point| point.on_the_front).map(|point| point.plan.as_str());
    Ok(writeln!(out, "on the front: {}", front.collect::<Vec<_>>().join(", "))?)
}

fn mark(points: &mut [Point]) {
    points.sort_by(|a, b| a.of_plain.total_cmp(&b.of_plain).then(b.utility.total_cmp(&a.utility)));
    let mut best = f64::NEG_INFINITY;
    for point in points {
        point.on_the_front = point.utility > best;
        best = best.max(point.utility);
    }
}

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 480.0;
const MARGIN: f64 = 60.0;

/// Cost to the right (logarithmic), utility up.
fn draw(points: &[Point], n: usize) -> String {
    let costs = points.iter().map(|point| point.of_plain.log2());
    let (least, most) = costs.fold((-4.0_f64, 0.0_f64), |(a, b), c| (a.min(c), b.max(c)));
    let low = points.iter().map(|point| point.interval[0]).fold(1.0, f64::min);
    let x = |of_plain: f64| {
        MARGIN + (of_plain.log2() - least) / (most - least) * (WIDTH - 4.0 * MARGIN)
    };
    let y =
        |utility: f64| HEIGHT - MARGIN - (utility - low) / (1.0 - low) * (HEIGHT - 2.0 * MARGIN);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n"
    );
    let mut line = |text: String| {
        let _ = writeln!(svg, "{text}");
    };
    line(format!(
        "<text x=\"{MARGIN}\" y=\"24\" font-size=\"15\">Server cost against a plain picture and utility, N = {n}</text>"
    ));
    for power in least.ceil() as i32..=most.floor() as i32 {
        let cost = f64::from(power).exp2();
        let (at, bottom) = (x(cost), HEIGHT - MARGIN);
        line(format!(
            "<path d=\"M{at:.1} {MARGIN}V{bottom}\" stroke=\"#ddd\"/><text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{cost}×</text>",
            bottom + 18.0
        ));
    }
    for utility in [low, f64::midpoint(low, 1.0), 1.0] {
        let at = y(utility);
        line(format!("<text x=\"8\" y=\"{at:.1}\">{:.1} %</text>", utility * 100.0));
    }
    for point in points {
        let (at_x, at_y) = (x(point.of_plain), y(point.utility));
        let colour = if point.on_the_front { "#b03060" } else { "#5577aa" };
        let [bottom, top] = point.interval.map(y);
        line(format!("<path d=\"M{at_x:.1} {bottom:.1}V{top:.1}\" stroke=\"{colour}\"/>"));
        line(format!("<circle cx=\"{at_x:.1}\" cy=\"{at_y:.1}\" r=\"4\" fill=\"{colour}\"/>"));
        line(format!(
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{}</text>",
            at_x + 7.0,
            at_y - 4.0,
            point.plan
        ));
    }
    svg += "</svg>\n";
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(plan: &str, of_plain: f64, utility: f64) -> Point {
        let interval = [utility - 0.02, (utility + 0.02).min(1.0)];
        let (plan, n, rows, giga_macs) = (plan.to_owned(), 6, 1, 1.0);
        Point { plan, n, rows, giga_macs, of_plain, utility, interval, on_the_front: false }
    }

    #[test]
    fn the_front_is_what_nothing_beats() {
        let mut points = [
            point("dear", 1.2, 0.95),
            point("beaten", 0.9, 0.90),
            point("middle", 0.5, 0.93),
            point("cheap", 0.2, 0.91),
            point("twin", 0.2, 0.90),
        ];
        mark(&mut points);
        let front: Vec<_> =
            points.iter().filter(|point| point.on_the_front).map(|p| p.plan.as_str()).collect();
        assert_eq!(front, ["cheap", "middle", "dear"]);
        let svg = draw(&points, 6);
        assert_eq!(svg.matches("<circle").count(), 5);
    }
}
