//! Our half of `scripts/cuda_probe.py`: one command a line on standard input, one answer a line.
//!
//! `open STORAGE`; `load NAME FOLDER`: a block (`block.json` and its tensors as little-endian f32) or a U-Net (a diffusers
//! folder beside `rows` and `unet` in it); `run NAME FILE`: its output; `time NAME TIMES`: milliseconds of a run; `memory`: MiB in use.
#![allow(clippy::print_stdout, reason = "a program for another program")]

use std::collections::HashMap;
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights,
};
use obclip_engine::{Context, Cuda, GpuChoice, LoadParts, Model, ModelFiles, Tensor};
use serde::Deserialize;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// `block.json`
#[derive(Deserialize)]
struct Description {
    kind: String,
    /// Shapes of the tensors by their names.
    shapes: HashMap<String, Vec<usize>>,
    n_heads: Option<usize>,
    rows: Option<usize>,
}

enum Block {
    Conv(<Cuda as Backend>::Tensor, <Cuda as Backend>::Conv),
    Linear(<Cuda as Backend>::Tensor, <Cuda as Backend>::Linear),
    Attention([<Cuda as Backend>::Tensor; 3], usize),
    GroupNorm(<Cuda as Backend>::Tensor, <Cuda as Backend>::Norm),
    Geglu(<Cuda as Backend>::Tensor),
    UNet(Box<Network>),
}

struct Network {
    model: Model<Cuda>,
    context: Context<Cuda>,
    latents: Tensor,
    rows: usize,
}

fn main() -> Outcome<()> {
    let mut gpu: Option<Cuda> = None;
    let mut blocks: HashMap<String, Block> = HashMap::new();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        let answer = match (words.as_slice(), &gpu) {
            (["open", choice], _) => {
                let GpuChoice { ordinal, storage } = choice.parse()?;
                blocks.clear();
                gpu.insert(Cuda::open(ordinal, storage)?).name().to_owned()
            }
            (["load", name, folder], Some(gpu)) => {
                blocks.insert((*name).to_owned(), Block::load(gpu, Path::new(folder))?);
                "loaded".to_owned()
            }
            (["drop"], Some(_)) => {
                blocks.clear();
                "dropped".to_owned()
            }
            (["run", name, file], Some(gpu)) => {
                let out = blocks.get(*name).ok_or("no such block")?.run(gpu)?;
                std::fs::write(
                    file,
                    out.data().iter().flat_map(|x| x.to_le_bytes()).collect::<Vec<_>>(),
                )?;
                format!("{:?}", out.shape())
            }
            (["time", name, times], Some(gpu)) => {
                let block = blocks.get(*name).ok_or("no such block")?;
                format!("{}", milliseconds(gpu, block, times.parse()?)?)
            }
            (["memory"], Some(gpu)) => {
                let (free, total) = gpu.memory()?;
                format!("{}", (total - free) >> 20)
            }
            _ => return Err(format!("cannot do {line:?}").into()),
        };
        println!("{answer}");
    }
    Ok(())
}

/// Of one run, after one that is not counted.
fn milliseconds(gpu: &Cuda, block: &Block, times: u32) -> Outcome<f64> {
    block.queue(gpu)?;
    gpu.synchronize()?;
    let start = Instant::now();
    for _ in 0..times {
        block.queue(gpu)?;
    }
    gpu.synchronize()?;
    Ok(start.elapsed().as_secs_f64() * 1e3 / f64::from(times))
}

impl Block {
    fn load(gpu: &Cuda, folder: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(folder.join("block.json"))?;
        let described: Description = serde_json::from_str(&text)?;
        let read = |name: &str| -> Outcome<Tensor> {
            let bytes = std::fs::read(folder.join(format!("{name}.f32")))?;
            let shape = described.shapes.get(name).ok_or("no such tensor")?.clone();
            let values = bytes.as_chunks().0.iter().map(|&value| f32::from_le_bytes(value));
            Ok(Tensor::new(shape, values.collect())?)
        };
        let up = |name: &str| -> Outcome<_> { Ok(gpu.upload(&read(name)?)) };
        let block = match described.kind.as_str() {
            "conv" => Self::Conv(
                up("x")?,
                gpu.pack_conv(ConvWeights {
                    weight: read("weight")?,
                    bias: Some(read("bias")?),
                    stride: 1,
                    padding: 1,
                }),
            ),
            "linear" => Self::Linear(
                up("x")?,
                gpu.pack_linear(LinearWeights {
                    weight: read("weight")?,
                    bias: Some(read("bias")?),
                }),
            ),
            "attention" => Self::Attention(
                [up("q")?, up("k")?, up("v")?],
                described.n_heads.ok_or("no heads")?,
            ),
            "group_norm" => {
                Self::GroupNorm(up("x")?, gpu.pack_norm(read("weight")?, read("bias")?))
            }
            "geglu" => Self::Geglu(up("x")?),
            "unet" => {
                let (latents, text) = (read("latents")?, read("text")?);
                let rows = described.rows.ok_or("no rows")?;
                Self::UNet(Box::new(Network::load(gpu, folder, rows, latents, &text)?))
            }
            other => return Err(format!("no block {other}").into()),
        };
        gpu.check_packed()?;
        Ok(block)
    }

    /// Asks for one run; U-Nets are also waited for, since their latents come back to the host.
    fn queue(&self, gpu: &Cuda) -> Outcome<Option<<Cuda as Backend>::Tensor>> {
        let spec = |n_heads| AttentionSpec { n_heads, causal: false, kv_rows: None };
        Ok(Some(match self {
            Self::Conv(x, conv) => gpu.conv2d(x, conv),
            Self::Linear(x, linear) => gpu.linear(x, linear),
            Self::Attention([q, k, v], n_heads) => gpu.attention(q, k, v, spec(*n_heads)),
            Self::GroupNorm(x, norm) => {
                let activation = Some(Activation::Silu);
                gpu.group_norm(x, norm, GroupNormSpec { n_groups: 32, eps: 1e-5, activation })
            }
            Self::Geglu(x) => gpu.geglu(x),
            Self::UNet(network) => {
                network.forward()?;
                return Ok(None);
            }
        }))
    }

    fn run(&self, gpu: &Cuda) -> Outcome<Tensor> {
        Ok(match (self.queue(gpu)?, self) {
            (_, Self::UNet(network)) => network.forward()?,
            (Some(out), Self::Conv(..) | Self::GroupNorm(..)) => gpu.fetch_image(&out)?,
            (Some(out), _) => gpu.fetch_tokens(&out)?,
            (None, _) => return Err("no output".into()),
        })
    }
}

impl Network {
    fn load(
        gpu: &Cuda,
        folder: &Path,
        rows: usize,
        latents: Tensor,
        text: &Tensor,
    ) -> Outcome<Self> {
        let parts = LoadParts { vae: false };
        let model = Model::load(&ModelFiles::open(folder.join("model"))?, gpu.clone(), parts)?;
        let context = model.unet().context(model.backend(), text)?;
        Ok(Self { model, context, latents, rows })
    }

    fn forward(&self) -> Outcome<Tensor> {
        let texts: Vec<usize> = (0..self.rows).collect();
        let backend = self.model.backend();
        Ok(self.model.unet().forward(backend, &self.latents, 500.0, &self.context, &texts)?)
    }
}
