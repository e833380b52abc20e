//! Everything that can go wrong, with what was expected and what was found. Never user text.

use std::path::PathBuf;

/// Why the engine refused.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A step plan cannot be run.
    #[error(transparent)]
    Plan(#[from] obclip_plan::PlanError),
    /// A file of the model folder could not be read.
    #[error("cannot read model file {path}")]
    ReadFile {
        /// The file asked for.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The model folder lacks a file.
    #[error("model folder has no {expected}")]
    MissingFile {
        /// The file, or the choice of files, that was looked for.
        expected: String,
    },
    /// Weights came as a pickle, which can run code when it is read.
    #[error("{file} is a pickle, which this program does not read; convert it to safetensors")]
    Pickle {
        /// The pickle.
        file: String,
    },
    /// A JSON file does not parse or has a value of the wrong type.
    #[error("{file}: {reason}")]
    Json {
        /// The file.
        file: String,
        /// What the parser said.
        reason: String,
    },
    /// A configuration asks for something that this engine does not do.
    #[error("{file}: {key} = {found} is not supported (supported: {supported})")]
    Unsupported {
        /// The configuration file.
        file: String,
        /// The setting.
        key: String,
        /// Its value there.
        found: String,
        /// What would be accepted.
        supported: String,
    },
    /// A safetensors file is damaged.
    #[error("{file}: {reason}")]
    BadWeights {
        /// The file.
        file: String,
        /// What is wrong with it, expected and found.
        reason: String,
    },
    /// The weights lack tensors that the configuration calls for.
    #[error("{file}: missing tensors: {}", names.join(", "))]
    MissingTensors {
        /// The weights file.
        file: String,
        /// Their names.
        names: Vec<String>,
    },
    /// The weights hold tensors that the configuration does not call for.
    #[error("{file}: unexpected tensors: {}", names.join(", "))]
    ExtraTensors {
        /// The weights file.
        file: String,
        /// Their names.
        names: Vec<String>,
    },
    /// A tensor of the weights has another shape than the configuration says.
    #[error("{file}: tensor {name}: expected shape {expected:?}, found {found:?}")]
    WeightShape {
        /// The weights file.
        file: String,
        /// The tensor.
        name: String,
        /// By the configuration.
        expected: Vec<usize>,
        /// In the file.
        found: Vec<usize>,
    },
    /// The tokenizer's files do not make a tokenizer.
    #[error("tokenizer: {reason}")]
    Tokenizer {
        /// What is wrong.
        reason: String,
    },
    /// Data of the wrong length for its shape.
    #[error("tensor of shape {shape:?} cannot hold {found} values")]
    TensorLength {
        /// The shape.
        shape: Vec<usize>,
        /// How many values came.
        found: usize,
    },
    /// A tensor with the wrong number of axes.
    #[error("{what}: expected {expected} axes, found shape {found:?}")]
    TensorRank {
        /// Which tensor.
        what: &'static str,
        /// Number of axes.
        expected: usize,
        /// The shape it has.
        found: Vec<usize>,
    },
    /// A tensor of the wrong shape.
    #[error("{what}: expected shape {expected:?}, found {found:?}")]
    TensorShape {
        /// Which tensor.
        what: &'static str,
        /// What it should be.
        expected: Vec<usize>,
        /// What it is.
        found: Vec<usize>,
    },
    /// A number outside its range.
    #[error("{what}: expected {expected}, found {found}")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// Its range.
        expected: String,
        /// Its value.
        found: String,
    },
    /// The model computed an infinity or a NaN.
    #[error("{what} is not finite")]
    NotFinite {
        /// Which tensor.
        what: &'static str,
    },
    /// The GPU has no room for this.
    #[error("out of GPU memory: {asked} bytes asked for, {free} free")]
    OutOfMemory {
        /// Bytes.
        asked: u64,
        /// Bytes, of the whole GPU.
        free: u64,
    },
    /// A GPU cannot be used, or stopped.
    #[error("{reason}")]
    Gpu {
        /// What its libraries say.
        reason: String,
    },
    /// The folder was loaded without the part that is needed now.
    #[error("model was loaded without its {part}")]
    PartNotLoaded {
        /// The part.
        part: &'static str,
    },
    /// Two models that should work on the same latents do not.
    #[error("cloud and device models do not match: {what}: cloud {cloud}, device {device}")]
    PairMismatch {
        /// What differs.
        what: &'static str,
        /// On the cloud's side.
        cloud: String,
        /// On the device's side.
        device: String,
    },
    /// The caller asked to stop.
    #[error("cancelled")]
    Cancelled,
}
