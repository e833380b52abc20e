//! The unit of cost is one row: one U-Net forward pass for one text.

use crate::request::Options;

/// Whether every conditional row has an unconditional one beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guided {
    /// Two rows per member and step.
    Yes,
    /// One row per member and step.
    No,
}

impl Guided {
    fn rows(self) -> u64 {
        match self {
            Self::Yes => 2,
            Self::No => 1,
        }
    }
}

/// Rows the cloud computes for a class, without any reuse between members.
pub fn request_rows(n_members: usize, cloud_steps: u32, guided: Guided) -> u64 {
    n_members as u64 * u64::from(cloud_steps) * guided.rows()
}

/// Rows of one plain picture painted wholly in the cloud.
pub fn plain_rows(steps: u32, guided: Guided) -> u64 {
    u64::from(steps) * guided.rows()
}

/// What a job of so many rows costs its cloud: rows × pixels, in units of 4096 pixels, rounded up. One row of a 512×512
/// picture is 64 units. The rows are those of the step plan.
pub fn cost_units(n_rows: u64, options: &Options) -> u64 {
    let pixels = u64::from(options.width) * u64::from(options.height);
    n_rows.saturating_mul(pixels).div_ceil(UNIT_PIXELS)
}

/// 64×64 pixels, the least picture.
const UNIT_PIXELS: u64 = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_members_for_five_steps_cost_more_than_one_plain_picture() {
        assert_eq!(request_rows(6, 5, Guided::Yes), 60);
        assert_eq!(plain_rows(25, Guided::Yes), 50);
        assert_eq!(request_rows(30, 5, Guided::No), 150);
    }

    #[test]
    fn cost_units_are_rows_times_pixels() {
        let mut options = Options {
            steps: 25,
            cloud_steps: 5,
            guidance: crate::Guidance { milli: 3000 },
            width: 512,
            height: 512,
            sampler: "ddim".to_owned(),
            plan: "plain".to_owned(),
        };
        assert_eq!(cost_units(10, &options), 10 * 64);
        assert_eq!(cost_units(0, &options), 0);
        assert_eq!(cost_units(u64::MAX, &options), u64::MAX.div_ceil(4096), "no overflow");
        (options.width, options.height) = (64, 72);
        assert_eq!(cost_units(10, &options), 12, "11.25 rounded up");
    }
}
