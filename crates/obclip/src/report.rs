//! What a finished job cost: sizes, seconds, and the server's work against a plain picture.

use std::time::Duration;

use obclip_plan::{Guidance, OpenAxis, Shape, StepPlan};
use obclip_protocol::{Guided, Options, plain_rows, request_rows};
use serde::Serialize;

/// The figures of one job. None depends on the choice.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    /// The picture's file.
    pub(crate) file: String,
    /// Members of the class.
    pub(crate) n: usize,
    /// Axes opened for each person, by name.
    pub(crate) open_axes: Vec<Vec<String>>,
    /// Length of the request.
    pub(crate) bytes_up: usize,
    /// Length of the reply.
    pub(crate) bytes_down: usize,
    /// Where the time went.
    pub(crate) seconds: Seconds,
    /// U-Net rows the cloud computed.
    pub(crate) cloud_rows: u64,
    /// The same against a picture painted wholly in the cloud.
    pub(crate) cloud_cost_of_plain: f64,
    /// What the user should know.
    pub(crate) warnings: Vec<String>,
}

/// Seconds by phase.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Seconds {
    /// Reading the models; once for all pictures of a run.
    pub(crate) load: f64,
    /// Until the reply was here.
    pub(crate) cloud: f64,
    /// The device's steps and decoding.
    pub(crate) device: f64,
}

/// The server's cost of a class with these open axes: rows under the plan, and rows against a plain
/// picture.
pub(crate) fn cloud_cost(open: Vec<OpenAxis>, options: &Options) -> (u64, f64) {
    let (guided, guidance) = match options.guidance.needs_unconditional() {
        true => (Guided::Yes, Guidance::On),
        false => (Guided::No, Guidance::Off),
    };
    let n_steps = options.cloud_steps as usize;
    let shape = Shape { open, n_steps, n_levels: ANY_DEPTH, guidance };
    let rows = match StepPlan::published(&options.plan, &shape) {
        Ok(plan) => plan.n_rows_run() as u64,
        // The cloud will say what is wrong with the plan.
        Err(_) => request_rows(shape.n_members(), options.cloud_steps, guided),
    };
    (rows, rows as f64 / plain_rows(options.steps, guided) as f64)
}

/// Rows do not depend on the network's depth.
const ANY_DEPTH: usize = 4;

impl Report {
    /// One line for a terminal.
    pub(crate) fn summary(&self) -> String {
        format!(
            "{}: N = {} · {} up, {} down · load {:.1} s, cloud {:.1} s, device {:.1} s · server {} rows, {:.2}× a plain picture's",
            self.file,
            self.n,
            size(self.bytes_up),
            size(self.bytes_down),
            self.seconds.load,
            self.seconds.cloud,
            self.seconds.device,
            self.cloud_rows,
            self.cloud_cost_of_plain,
        )
    }
}

/// Seconds of a duration, to milliseconds.
pub(crate) fn seconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1000.0).round() / 1000.0
}

fn size(n_bytes: usize) -> String {
    match n_bytes {
        0..1024 => format!("{n_bytes} B"),
        1024..1_048_576 => format!("{:.1} KiB", n_bytes as f64 / 1024.0),
        _ => format!("{:.1} MiB", n_bytes as f64 / 1_048_576.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cost_is_rows_against_a_plain_picture() {
        let mut options = Options {
            steps: 25,
            cloud_steps: 5,
            guidance: obclip_protocol::Guidance { milli: 4000 },
            width: 128,
            height: 128,
            sampler: "dpmpp-2m".to_owned(),
            plan: "plain".to_owned(),
        };
        let [age, ethnicity, gender] =
            [(0, 3), (1, 5), (2, 2)].map(|(axis, n_values)| OpenAxis { axis, n_values });
        let (six, thirty) = (vec![age, gender], vec![age, ethnicity, gender]);
        // One unconditional row serves all in the first step.
        assert_eq!(cloud_cost(six.clone(), &options), (55, 1.1));
        assert_eq!(cloud_cost(thirty.clone(), &options), (271, 5.42));
        options.plan = "trunk2-delta".to_owned();
        assert_eq!(cloud_cost(six.clone(), &options), (2 + 1 + 7 + 2 * 6, 0.44));
        options.plan = "no such plan".to_owned();
        assert_eq!(cloud_cost(six.clone(), &options), (60, 1.2));
        options.plan = "plain".to_owned();
        options.guidance = obclip_protocol::Guidance { milli: 1000 };
        assert_eq!(cloud_cost(thirty.clone(), &options), (150, 6.0));
    }

    #[test]
    fn sizes_read_well() {
        assert_eq!(size(512), "512 B");
        assert_eq!(size(122_880), "120.0 KiB");
        assert_eq!(size(3 << 20), "3.0 MiB");
    }
}
