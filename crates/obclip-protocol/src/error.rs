//! What can be wrong with a message. No text quotes the user.

use crate::catalogue::CatalogueError;

/// A message, template or catalogue that this crate refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A size above its limit.
    #[error("{name}: expected at most {expected}, found {found}")]
    Limit {
        /// What was measured.
        name: &'static str,
        /// The limit.
        expected: u64,
        /// The size found.
        found: u64,
    },
    /// A size below its least value.
    #[error("{name}: expected at least {expected}, found {found}")]
    TooSmall {
        /// What was measured.
        name: &'static str,
        /// The least value.
        expected: u64,
        /// The size found.
        found: u64,
    },
    /// A side that the model cannot divide.
    #[error("{name}: expected a multiple of {expected}, found {found}")]
    NotMultiple {
        /// Which side.
        name: &'static str,
        /// The divisor.
        expected: u64,
        /// The side found.
        found: u64,
    },
    /// The catalogue file is not valid.
    #[error("catalogue is not valid: {0}")]
    Catalogue(#[from] CatalogueError),
    /// A catalogue that this side was not given.
    #[error("catalogue id: expected one known here, found another")]
    UnknownCatalogue,
    /// The same catalogue id with other bytes.
    #[error("catalogue hash: expected {expected}, found {found}")]
    CatalogueHash {
        /// First bytes of our hash, in hex.
        expected: String,
        /// First bytes of the other hash, in hex.
        found: String,
    },
    /// Another protocol version.
    #[error("protocol version: expected {expected}, found {found}")]
    Version {
        /// Our version.
        expected: u32,
        /// The version found.
        found: u32,
    },
    /// A bundle opens an axis that the catalogue does not expand.
    #[error("bundle axes: expected axes of the catalogue, found bits {found:#b}")]
    UnknownAxis {
        /// The wire bits.
        found: u32,
    },
    /// Not one bundle per person.
    #[error("bundles: expected {expected}, found {found}")]
    BundleCount {
        /// Persons in the template.
        expected: usize,
        /// Bundles found.
        found: usize,
    },
    /// A placeholder that does not parse.
    #[error("template: expected a word or placeholder as chunk {chunk_idx}, found neither")]
    MalformedTemplate {
        /// Position of the chunk.
        chunk_idx: usize,
    },
    /// Text that parses but is not the canonical spelling of what it means.
    #[error("template: expected canonical text, found another spelling of it")]
    TemplateNotCanonical,
    /// A word that is not in the wire vocabulary.
    #[error("template: expected a word of the wire vocabulary as piece {piece_idx}, found another")]
    WordOutsideVocabulary {
        /// Position of the piece.
        piece_idx: usize,
    },
    /// A word beyond the vocabulary that is not plain, or that a catalogue gives to members.
    #[error(
        "allowed words: expected plain lower-case words that no member holds, found another as word {idx}"
    )]
    AllowedWord {
        /// Position of the word.
        idx: usize,
    },
    /// Bundles that repeat or are not counted from one.
    #[error("template: expected person {expected} next, found another")]
    PersonsOutOfOrder {
        /// The next person, from 1.
        expected: usize,
    },
    /// A pronoun for a person without a bundle.
    #[error("template: expected pronouns of {persons} persons, found one of another")]
    PronounWithoutPerson {
        /// Persons in the template.
        persons: usize,
    },
    /// Punctuation that hangs on nothing.
    #[error("template: expected a word before each mark, found a stray mark")]
    StrayPunctuation,
    /// A negative prompt with placeholders.
    #[error("negative prompt: expected no persons, found {found}")]
    PersonInNegative {
        /// Persons found.
        found: usize,
    },
    /// Bytes that are not the message.
    #[error("message: expected protobuf of this version, found other bytes")]
    Malformed,
    /// Bytes that parse but are not what our encoder writes.
    #[error("message: expected canonical encoding of {expected} bytes, found {found} bytes")]
    NotCanonical {
        /// Length of the canonical encoding.
        expected: usize,
        /// Length found.
        found: usize,
    },
    /// A field of fixed length with another length.
    #[error("{name}: expected {expected} bytes, found {found}")]
    FieldLength {
        /// Which field.
        name: &'static str,
        /// Its length.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// A name with other characters than a-z, 0-9, `-`, `+`, `.` and `_`.
    #[error("{name}: expected a short lower-case name, found other characters")]
    Name {
        /// Which field.
        name: &'static str,
    },
    /// A latent with an infinite value or one that is no number.
    #[error("latent: expected finite values, found one that is not")]
    NonFiniteLatent,
    /// A latent whose size no noise level explains.
    #[error("latent: expected a root mean square within bounds, found one outside")]
    LatentNorm,
    /// A reply with another number of latents than the class has members.
    #[error("latents: expected {expected}, found {found}")]
    LatentCount {
        /// Members of the class.
        expected: usize,
        /// Latents found.
        found: usize,
    },
    /// A reply whose latents have another shape.
    #[error("latent shape: expected {expected:?}, found {found:?}")]
    LatentShape {
        /// Channels, height, width.
        expected: [u32; 3],
        /// Channels, height, width.
        found: [u32; 3],
    },
}

impl Error {
    /// A stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Limit { .. } => "limit-exceeded",
            Self::TooSmall { .. } => "below-minimum",
            Self::NotMultiple { .. } => "not-a-multiple",
            Self::Catalogue(_) => "catalogue-invalid",
            Self::UnknownCatalogue => "catalogue-unknown",
            Self::CatalogueHash { .. } => "catalogue-hash",
            Self::Version { .. } => "protocol-version",
            Self::UnknownAxis { .. } => "axis-unknown",
            Self::BundleCount { .. } => "bundle-count",
            Self::MalformedTemplate { .. } => "template-malformed",
            Self::TemplateNotCanonical => "template-not-canonical",
            Self::WordOutsideVocabulary { .. } => "template-word",
            Self::AllowedWord { .. } => "allowed-word",
            Self::PersonsOutOfOrder { .. } => "template-persons",
            Self::PronounWithoutPerson { .. } => "template-pronoun",
            Self::StrayPunctuation => "template-punctuation",
            Self::PersonInNegative { .. } => "negative-person",
            Self::Malformed => "message-malformed",
            Self::NotCanonical { .. } => "message-not-canonical",
            Self::FieldLength { .. } => "field-length",
            Self::Name { .. } => "field-name",
            Self::NonFiniteLatent => "latent-not-finite",
            Self::LatentNorm => "latent-norm",
            Self::LatentCount { .. } => "latent-count",
            Self::LatentShape { .. } => "latent-shape",
        }
    }
}
