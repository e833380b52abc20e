//! The configuration file: TOML, unknown keys refused, every key with a default but where to listen.
//! `docs/obclip-cloud.toml` is the commented sample; a test parses it.

use std::net::SocketAddr;
use std::path::PathBuf;

use obclip_protocol::Limits;
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Address and port.
    pub listen: SocketAddr,
    /// Needed to listen on anything but loopback.
    pub tls: Option<Tls>,
    /// File of tokens; needed to listen on anything but loopback.
    pub tokens: Option<PathBuf>,
    /// Diffusers folder of the cloud model; the embedded one if absent.
    pub model: Option<PathBuf>,
    /// Files of catalogues that jobs may name beside the embedded ones.
    #[serde(default)]
    pub catalogues: Vec<PathBuf>,
    /// Threads and memory.
    #[serde(default)]
    pub compute: Compute,
    /// What one job may ask for.
    #[serde(default)]
    pub jobs: Jobs,
    /// Who waits.
    #[serde(default)]
    pub queue: Queue,
    /// Sockets.
    #[serde(default)]
    pub connections: Connections,
    /// What is written to standard error.
    #[serde(default)]
    pub log: Log,
}

/// Where certificate and key come from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", tag = "kind")]
pub enum Tls {
    /// PEM files.
    Files {
        /// The chain, leaf first.
        certificate: PathBuf,
        /// The leaf's private key.
        key: PathBuf,
    },
    /// A certificate that signs itself, made on the first start and kept in a folder.
    SelfSigned {
        /// The folder.
        folder: PathBuf,
        /// The names and addresses it is for.
        names: Vec<String>,
    },
}

/// Threads and memory.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Compute {
    /// Threads of the engine; 0 means all cores.
    pub threads: usize,
    /// How the processor multiplies numbers; the default's if it is not said.
    pub precision: Option<ComputePrecision>,
    /// U-Net rows at once, at most.
    pub max_rows: usize,
    /// Memory that one job may take beside the model, in mebibytes, by the engine's estimate.
    pub memory_mib: u64,
    /// Which GPU to compute on instead of the processor: `NUMBER` or `NUMBER:STORAGE`.
    pub gpu: Option<String>,
}

/// How the engine multiplies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ComputePrecision {
    /// As the project's figures were measured.
    #[default]
    F32,
    /// Weights in half the memory; on AMX or AVX512_BF16 where there is some.
    Bf16,
}

/// What one job may ask for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Jobs {
    /// Members of a class (N).
    pub members: usize,
    /// Denoising steps (T).
    pub steps: u32,
    /// Width times height.
    pub pixels: u64,
    /// Cost units, see PROTOCOL.md §5.
    pub cost_units: u64,
    /// From acceptance to the last frame; a client may ask for less.
    pub seconds: u64,
}

/// Who waits.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Queue {
    /// Jobs that wait, of all tokens.
    pub jobs: usize,
    /// Jobs that wait, of one token.
    pub jobs_per_token: usize,
}

/// Sockets.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Connections {
    /// Open at once.
    pub max: usize,
    /// For TLS, for a request's head, and for its body, each.
    pub receive_seconds: u64,
    /// How long a reader may let a frame wait before it is dropped.
    pub send_seconds: u64,
    /// How long jobs in flight may still run after SIGTERM.
    pub drain_seconds: u64,
}

/// What is written to standard error.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Log {
    /// Lines for people, or JSON.
    pub format: LogFormat,
    /// Warnings only, or also what the server is doing.
    pub level: LogLevel,
}

/// Lines for people, or JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// How much is said. There is no level at which a request's content is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogLevel {
    /// Something needs a person.
    Warn,
    /// Starts, stops, configuration.
    Info,
    /// Also one line per job: sizes, times, outcome.
    Debug,
}

/// What is wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or a key that is unknown, missing or of another type.
    #[error("configuration: {0}")]
    Parse(#[from] toml::de::Error),
    /// A number out of range.
    #[error("configuration: {key}: expected at least 1, found 0")]
    Zero {
        /// Which.
        key: &'static str,
    },
    /// A choice that nothing would follow.
    #[error(
        "configuration: expected compute.precision or compute.gpu, found both: behind the GPU's number stands how values lie \
         in its memory, as in \"0:bf16\""
    )]
    PrecisionOfGpu,
    /// A choice that nothing would follow.
    #[error(
        "configuration: expected compute.threads or compute.gpu, found both: the processor's threads compute nothing beside a GPU"
    )]
    ThreadsOfGpu,
    /// The network would see plain requests.
    #[error(
        "configuration: expected [tls] to listen on an address that is not loopback, found none"
    )]
    PlainOffLoopback,
    /// Everybody could use the machine.
    #[error(
        "configuration: expected `tokens` to listen on an address that is not loopback, found none"
    )]
    OpenOffLoopback,
}

impl Config {
    /// Parses and checks the file's text.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)?;
        config.check()?;
        Ok(config)
    }

    /// The defaults, on this address.
    pub fn at(listen: SocketAddr) -> Self {
        Self {
            listen,
            tls: None,
            tokens: None,
            model: None,
            catalogues: Vec::new(),
            compute: Compute::default(),
            jobs: Jobs::default(),
            queue: Queue::default(),
            connections: Connections::default(),
            log: Log::default(),
        }
    }

    /// The protocol's part of the limits.
    pub fn limits(&self) -> Limits {
        Limits { members: self.jobs.members, steps: self.jobs.steps, pixels: self.jobs.pixels }
    }

    /// Refuses numbers that cannot be and addresses that would be unprotected.
    pub fn check(&self) -> Result<(), ConfigError> {
        let Self { compute, jobs, queue, connections, .. } = self;
        let numbers = [
            ("compute.max_rows", compute.max_rows as u64),
            ("compute.memory_mib", compute.memory_mib),
            ("jobs.members", jobs.members as u64),
            ("jobs.steps", jobs.steps.into()),
            ("jobs.pixels", jobs.pixels),
            ("jobs.cost_units", jobs.cost_units),
            ("jobs.seconds", jobs.seconds),
            ("queue.jobs", queue.jobs as u64),
            ("queue.jobs_per_token", queue.jobs_per_token as u64),
            ("connections.max", connections.max as u64),
            ("connections.receive_seconds", connections.receive_seconds),
            ("connections.send_seconds", connections.send_seconds),
        ];
        if let Some((key, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(ConfigError::Zero { key });
        }
        if compute.gpu.is_some() && compute.precision.is_some() {
            return Err(ConfigError::PrecisionOfGpu);
        }
        if compute.gpu.is_some() && compute.threads != 0 {
            return Err(ConfigError::ThreadsOfGpu);
        }
        match (self.listen.ip().is_loopback(), &self.tls, &self.tokens) {
            (false, None, _) => Err(ConfigError::PlainOffLoopback),
            (false, _, None) => Err(ConfigError::OpenOffLoopback),
            _ => Ok(()),
        }
    }
}

impl Default for Compute {
    fn default() -> Self {
        Self { threads: 0, precision: None, max_rows: 16, memory_mib: 4096, gpu: None }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        let Limits { members, steps, pixels } = Limits::default();
        Self { members, steps, pixels, cost_units: 1 << 20, seconds: 600 }
    }
}

impl Default for Queue {
    fn default() -> Self {
        Self { jobs: 32, jobs_per_token: 8 }
    }
}

impl Default for Connections {
    fn default() -> Self {
        Self { max: 256, receive_seconds: 10, send_seconds: 20, drain_seconds: 60 }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self { format: LogFormat::Text, level: LogLevel::Info }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = include_str!("../../../docs/obclip-cloud.toml");

    /// The sample parses as it is, and says the defaults where it comments a key out.
    #[test]
    fn the_commented_sample_is_the_default() {
        let config = Config::parse(SAMPLE).expect("the sample parses");
        assert_eq!(config, Config::at("127.0.0.1:8750".parse().expect("an address")));
        let uncommented: String = SAMPLE
            .lines()
            .map(|line| line.strip_prefix("#: ").unwrap_or(line))
            .fold(String::new(), |text, line| text + line + "\n");
        let all = Config::parse(&uncommented).expect("every commented key is a real one");
        let said = Some(ComputePrecision::default());
        assert_eq!(all.compute, Compute { precision: said, ..Compute::default() });
        assert_eq!(all.jobs, Jobs::default());
        assert_eq!(all.queue, Queue::default());
        assert_eq!(all.connections, Connections::default());
        assert_eq!(all.log, Log::default());
        assert!(all.tls.is_some() && all.tokens.is_some() && all.model.is_some());
        assert_eq!(all.catalogues.len(), 1);
    }

    fn refused(text: &str, expected: &str) {
        let said = Config::parse(text).expect_err(text).to_string();
        assert!(said.contains(expected), "{said}");
    }

    #[test]
    fn unknown_keys_and_impossible_numbers_are_refused() {
        refused("", "missing field `listen`");
        refused("listen = 'here'", "invalid socket address");
        refused("listen = '127.0.0.1:1'\nlistn = 2", "unknown field `listn`");
        refused("listen = '127.0.0.1:1'\n[queue]\nlength = 2", "unknown field `length`");
        refused("listen = '127.0.0.1:1'\n[queue]\njobs = 0", "queue.jobs: expected at least 1");
        refused("listen = '127.0.0.1:1'\n[log]\nlevel = 'trace'", "unknown variant `trace`");
    }

    /// The sample has an example of a GPU, for which nothing else of the processor's holds.
    #[test]
    fn a_gpu_has_neither_precision_nor_threads_of_the_processor() {
        let example = SAMPLE.lines().find_map(|line| line.strip_prefix("#gpu: ")).expect("a GPU");
        let gpu = format!("listen = '127.0.0.1:1'\n[compute]\n{example}");
        let config = Config::parse(&gpu).expect("the example parses");
        assert_eq!(config.compute, Compute { gpu: Some("0".to_owned()), ..Compute::default() });
        for precision in ["f32", "bf16"] {
            refused(&format!("{gpu}\nprecision = '{precision}'"), "compute.gpu, found both");
        }
        refused(&format!("{gpu}\nthreads = 2"), "compute.threads or compute.gpu, found both");
        Config::parse(&format!("{gpu}\nthreads = 0")).expect("no number of threads");
    }

    #[test]
    fn off_loopback_needs_tls_and_tokens() {
        refused("listen = '0.0.0.0:1'", "expected [tls]");
        let tls = "[tls]\nkind = 'self-signed'\nfolder = 'x'\nnames = ['localhost']";
        refused(&format!("listen = '0.0.0.0:1'\n{tls}"), "expected `tokens`");
        let whole = format!("listen = '0.0.0.0:1'\ntokens = 'tokens.toml'\n{tls}");
        assert!(Config::parse(&whole).is_ok());
    }
}
