//! The unit of cost is one row: one U-Net forward pass for one text.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_members_for_five_steps_cost_more_than_one_plain_picture() {
        assert_eq!(request_rows(6, 5, Guided::Yes), 60);
        assert_eq!(plain_rows(25, Guided::Yes), 50);
        assert_eq!(request_rows(30, 5, Guided::No), 150);
    }
}
