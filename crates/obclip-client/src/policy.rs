//! Times and tries, fixed before the prompt is read.

use std::time::Duration;

/// When the client tries again and when it gives up. Constants of a session: never what is left after something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// How long one try may take, from its start to the reply's last byte.
    pub try_timeout: Duration,
    /// The pause before each further try; their number is the number of further tries.
    pub pauses: Vec<Duration>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            try_timeout: Duration::from_secs(300),
            pauses: [1, 4, 16].map(Duration::from_secs).into(),
        }
    }
}

impl Policy {
    /// The longest a job can take: after it there is a reply or an error.
    pub fn deadline(&self) -> Duration {
        let n_tries = self.pauses.len() as u32 + 1;
        self.try_timeout * n_tries + self.pauses.iter().sum::<Duration>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_covers_all_tries_and_pauses() {
        assert_eq!(Policy::default().deadline(), Duration::from_secs(4 * 300 + 21));
    }
}
