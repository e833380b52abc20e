//! What can be wrong with a catalogue file, with what was expected and what was found.

/// Why a catalogue is refused. Names are those of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Not TOML, or a key that is unknown, missing or of another type.
    #[error("{0}")]
    Parse(String),
    /// The file is too large to be one.
    #[error("file: expected at most {expected} bytes, found {found}")]
    TooLong {
        /// The limit.
        expected: usize,
        /// Its length.
        found: usize,
    },
    /// Another format.
    #[error("format: expected {expected}, found {found}")]
    Format {
        /// Ours.
        expected: u32,
        /// The file's.
        found: u32,
    },
    /// Too many or too few of something.
    #[error("{of}: expected {least} to {most} {what}, found {found}")]
    Count {
        /// Whose.
        of: String,
        /// Of what.
        what: &'static str,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
        /// How many.
        found: usize,
    },
    /// Not one lower-case word.
    #[error("{of}: expected one lower-case word of 1 to {most} bytes as {what}, found another")]
    Word {
        /// Whose.
        of: String,
        /// Of what.
        what: &'static str,
        /// The most bytes.
        most: usize,
    },
    /// Something stands twice that may stand once.
    #[error("{of}: expected unique {what}, found one twice")]
    Repeated {
        /// Whose.
        of: String,
        /// Of what.
        what: &'static str,
    },
    /// Nouns or pronouns that are not one for each value.
    #[error(
        "axis {axis}: expected none or one of the {what} for each of {expected} values, found {found}"
    )]
    NotOneEach {
        /// Which axis.
        axis: String,
        /// Nouns or pronouns.
        what: &'static str,
        /// Values.
        expected: usize,
        /// How many.
        found: usize,
    },
    /// More than one axis with nouns, or an expanded one after it.
    #[error(
        "axis {axis}: expected the axis with nouns to be the last one expanded, found it before"
    )]
    NounsNotLast {
        /// Which axis.
        axis: String,
    },
    /// An expanded axis without values.
    #[error("axis {axis}: expected values, since the cloud would compute every one, found none")]
    NothingToExpand {
        /// Which axis.
        axis: String,
    },
    /// Words of a value that is not listed.
    #[error("axis {axis}: expected words of a listed value, found words of {found}")]
    WordsOfNoValue {
        /// Which axis.
        axis: String,
        /// The value.
        found: String,
    },
    /// An axis opens one that the cloud does not expand, or is expanded itself.
    #[error("axis {axis}: expected it to open an expanded axis and not to be one, found {found}")]
    Opens {
        /// Which axis.
        axis: String,
        /// What it opens.
        found: String,
    },
}
