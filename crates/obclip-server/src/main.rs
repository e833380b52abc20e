//! `obclip-cloud`: the provider's program.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the one place that prints")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::{Parser, Subcommand};
use obclip_cloud::Cloud;
use obclip_engine::{Backend, Cpu, GpuChoice, LoadParts, Model, ModelFiles, Precision};
use obclip_protocol::{Catalogue, Catalogues};
use obclip_server::{ComputePrecision, Config, Engine, Front, Tokens};

/// The cloud side of ObCLIP: denoises the first steps for every member of a class.
#[derive(Debug, Parser)]
#[command(name = "obclip-cloud", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Listen and answer until SIGTERM.
    Serve {
        /// Configuration file [default: loopback, port 8750, embedded model, no tokens]
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
        /// Listen here instead of where the configuration says
        #[arg(long, value_name = "ADDRESS:PORT")]
        listen: Option<std::net::SocketAddr>,
    },
    /// Check a configuration file and everything it names, then stop.
    Check {
        /// Configuration file
        #[arg(long, value_name = "FILE")]
        config: PathBuf,
    },
    /// Make a bearer token: the token goes to standard output, its entry for the file of tokens to standard error.
    Token {
        /// Who gets it
        #[arg(long)]
        name: String,
        /// Cost units an hour
        #[arg(long, value_name = "UNITS", default_value_t = 1_000_000)]
        cost_units_per_hour: u64,
    },
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Serve { config, listen } => serve(config.as_deref(), listen),
        Command::Check { config } => check(&config),
        Command::Token { name, cost_units_per_hour } => token(&name, cost_units_per_hour),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(path: Option<&Path>, listen: Option<std::net::SocketAddr>) -> anyhow::Result<()> {
    let mut config = read_config(path, listen)?;
    obclip_server::forbid_core_dumps().context("cannot forbid core dumps")?;
    obclip_server::start_logs(&config.log)?;
    obclip_server::silence_panic_messages();
    let tls = config.tls.as_ref().map(obclip_server::identity).transpose()?;
    let tokens = read_tokens(&config)?;
    let Loaded { cloud, weights_sha256, free_mib } = load(&config)?;
    if let Some(free_mib) = free_mib.filter(|&free_mib| free_mib < config.compute.memory_mib) {
        tracing::info!(free_mib, "jobs get what is free on the GPU");
        config.compute.memory_mib = free_mib;
    }
    let address = config.listen;
    let front = Arc::new(Front::new(config, cloud, tokens, weights_sha256));
    let worker = obclip_server::start_worker(Arc::clone(&front))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .with_context(|| format!("cannot listen on {address}"))?;
        // The line that scripts and tests wait for: the port may have been 0.
        println!("listening on {}", listener.local_addr()?);
        if let Some(tls) = &tls {
            println!("certificate {}", tls.fingerprint);
        }
        tracing::info!(address = %listener.local_addr()?, tls = tls.is_some(), "listening");
        let acceptor = tls.map(|identity| identity.acceptor);
        obclip_server::serve(listener, acceptor, front, obclip_server::asked_to_stop()).await;
        anyhow::Ok(())
    })?;
    // Whoever still waits for the worker now had their time: the process ends without it.
    if worker.is_finished() {
        tracing::info!("stopped");
    }
    Ok(())
}

fn check(path: &Path) -> anyhow::Result<()> {
    let config = read_config(Some(path), None)?;
    if let Some(tls) = &config.tls {
        println!("certificate {}", obclip_server::identity(tls)?.fingerprint);
    }
    println!("tokens {}", read_tokens(&config)?.n_tokens());
    let Loaded { cloud, .. } = load(&config)?;
    println!("model loads; pictures of {0}x{0}", cloud.spec().default_side());
    let ids: Vec<&str> = cloud.catalogues().iter().map(Catalogue::id).collect();
    println!("catalogues {}", ids.join(", "));
    Ok(())
}

fn token(name: &str, cost_units_per_hour: u64) -> anyhow::Result<()> {
    let mut random = [0; 32];
    getrandom::fill(&mut random).context("no random bytes from the operating system")?;
    let (token, entry) = obclip_server::make_token(name, cost_units_per_hour, random);
    eprintln!("# append this to the file that `tokens` in the configuration names:\n{entry}");
    println!("{}", *token);
    Ok(())
}

fn read_config(
    path: Option<&Path>,
    listen: Option<std::net::SocketAddr>,
) -> anyhow::Result<Config> {
    let default = || std::net::SocketAddr::from(([127, 0, 0, 1], 8750));
    let mut config = match path {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            Config::parse(&text).with_context(|| path.display().to_string())?
        }
        None => Config::at(default()),
    };
    if let Some(listen) = listen {
        config.listen = listen;
        config.check()?;
    }
    Ok(config)
}

fn read_tokens(config: &Config) -> anyhow::Result<Tokens> {
    let Some(path) = &config.tokens else { return Ok(Tokens::open()) };
    let text =
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Tokens::parse(&text, Instant::now()).with_context(|| path.display().to_string())
}

/// A cloud that is ready.
struct Loaded {
    cloud: Box<dyn Engine>,
    /// Of its U-Net's weights.
    weights_sha256: [u8; 32],
    /// What is left of a GPU's memory.
    free_mib: Option<u64>,
}

fn load(config: &Config) -> anyhow::Result<Loaded> {
    if let Some(gpu) = &config.compute.gpu {
        return on_gpu(config, gpu.parse().context("compute.gpu")?);
    }
    let threads = match config.compute.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let precision = match config.compute.precision.unwrap_or_default() {
        ComputePrecision::F32 => Precision::F32,
        ComputePrecision::Bf16 => Precision::Bf16,
    };
    load_on(config, Cpu::new(threads).with_precision(precision))
}

#[cfg(feature = "cuda")]
fn on_gpu(config: &Config, choice: GpuChoice) -> anyhow::Result<Loaded> {
    let gpu = obclip_engine::Cuda::open(choice.ordinal, choice.storage)
        .context("cannot use the GPU (`obclip doctor --gpu` says what it needs)")?;
    let loaded = load_on(config, gpu.clone())?;
    let (free, _) = gpu.memory().context("cannot ask the GPU")?;
    Ok(Loaded { free_mib: Some((free >> 20).max(1)), ..loaded })
}

#[cfg(not(feature = "cuda"))]
fn on_gpu(_: &Config, _: GpuChoice) -> anyhow::Result<Loaded> {
    anyhow::bail!("compute.gpu: this program was built without GPUs (cargo feature `cuda`)")
}

fn load_on<B: Backend + 'static>(config: &Config, backend: B) -> anyhow::Result<Loaded> {
    let files = match &config.model {
        Some(folder) => ModelFiles::open(folder)
            .with_context(|| format!("cannot open the model folder {}", folder.display()))?,
        None => ModelFiles::from_table(obclip_pair::cloud()),
    };
    let model = Model::load(&files, backend, LoadParts { vae: false })
        .context("cannot load the cloud model")?;
    let weights_sha256 = obclip_server::weights_sha256(&files)?
        .context("cannot find the cloud model's weights again")?;
    let cloud = Cloud::new(model, config.limits(), config.compute.max_rows);
    let cloud = Box::new(cloud.with_catalogues(read_catalogues(&config.catalogues)?));
    Ok(Loaded { cloud, weights_sha256, free_mib: None })
}

/// The embedded catalogues and the provider's.
fn read_catalogues(paths: &[PathBuf]) -> anyhow::Result<Catalogues> {
    paths.iter().try_fold(Catalogues::default(), |known, path| {
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("cannot read the catalogue {}", path.display()))?;
        let catalogue = Catalogue::parse(&text);
        catalogue
            .and_then(|catalogue| known.with(catalogue))
            .with_context(|| format!("catalogue {}", path.display()))
    })
}
