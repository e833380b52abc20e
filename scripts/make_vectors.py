"""Golden vectors of the engine: what diffusers and transformers compute, for the Rust tests to match.

    python scripts/make_vectors.py            # writes vectors/engine/

Four model folders in diffusers' own layout with random weights (stored in f16, so that both sides read
exactly the same numbers; everything is computed in f32), inputs, the output of every stage and attention,
and a whole 25-step generation each; and tables of noise schedules and samplers.
"""

import json
import math
import shutil
from pathlib import Path

import numpy as np
import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    EulerDiscreteScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

torch.set_num_threads(1)
OUT = Path(__file__).resolve().parent.parent / "vectors" / "engine"
PROMPTS = [
    "closeup portrait of an old asian woman wearing glasses",
    "",
    "A Middle-Aged   man's face,  hat; 42 years\tnon-middle-agedness café",
    "a very long text " * 12,
]


def give_unit_gain(module, generator):
    """Weights that keep variance, so that attention is far from uniform and no path dies out."""
    for name, parameter in module.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if "norm" in name and name.endswith("weight"):
            value = 1 + 0.2 * noise
        elif parameter.dim() == 1:
            value = 0.2 * noise
        elif "embedding" in name and "time" not in name:
            value = 0.7 * noise
        else:
            fan_in = parameter[0].numel()
            gain = 1.5 if any(part in name for part in ("to_q", "to_k", "q_proj", "k_proj")) else 1.0
            value = gain * noise / math.sqrt(fan_in)
        # The numbers of the file, exactly.
        parameter.data = value.half().float()


def make_tokenizer(folder):
    """Bytes, and the merges of a few words: CLIP's layout at a hundredth of its size."""
    folder.mkdir(parents=True)
    visible = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in visible]
    letters = [chr(byte) for byte in visible] + [chr(256 + i) for i in range(len(hidden))]
    vocab = letters + [letter + "</w>" for letter in letters]
    merges = []
    for word in ["portrait", "woman", "man", "old", "glasses", "an", "of", "face", "years", "non"]:
        pieces = [*word[:-1], word[-1] + "</w>"]
        while len(pieces) > 1:
            pair = (pieces[0], pieces[1])
            if pair not in merges:
                merges.append(pair)
                vocab.append("".join(pair))
            pieces[:2] = ["".join(pair)]
    vocab = list(dict.fromkeys(vocab)) + ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: i for i, token in enumerate(vocab)}
    (folder / "vocab.json").write_text(json.dumps(ids))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>",
               "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
    (folder / "special_tokens_map.json").write_text(json.dumps(special))
    added = {"middle-aged": len(vocab)}
    (folder / "added_tokens.json").write_text(json.dumps(added))
    flags = {"lstrip": False, "rstrip": False}
    decoder = {
        str(len(vocab) - 2): {"content": "<|startoftext|>", "normalized": True, "single_word": False,
                              "special": True, **flags},
        str(len(vocab) - 1): {"content": "<|endoftext|>", "normalized": False, "single_word": False,
                              "special": True, **flags},
        str(len(vocab)): {"content": "middle-aged", "normalized": True, "single_word": True,
                          "special": False, **flags},
    }
    config = {"tokenizer_class": "CLIPTokenizer", "model_max_length": 77, **special,
              "added_tokens_decoder": decoder}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))
    return len(vocab) + 1


def text_config(vocab_size, width, hidden_act):
    return CLIPTextConfig(
        vocab_size=vocab_size, hidden_size=width, intermediate_size=2 * width, num_hidden_layers=3,
        num_attention_heads=4, max_position_embeddings=77, hidden_act=hidden_act,
        bos_token_id=vocab_size - 3, eos_token_id=vocab_size - 2, pad_token_id=vocab_size - 2)


SD_SCHEDULE = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012,
                   beta_schedule="scaled_linear")

VARIANTS = {
    # Stable Diffusion 1.x: four levels, two layers each, mid block, epsilon, AutoencoderKL.
    "sd1": dict(
        unet=dict(
            down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
            up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
            block_out_channels=[16, 16, 24, 24], layers_per_block=2, attention_head_dim=4,
            cross_attention_dim=24, norm_num_groups=8, sample_size=8),
        hidden_act="quick_gelu", vae="kl", scheduler=dict(**SD_SCHEDULE, steps_offset=1),
        guidance=3.0, latent=[9, 14]),
    # BK-SDM small: one layer a level, no mid block. BK-SDM's decoder side as published.
    "bk_small": dict(
        unet=dict(
            down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
            mid_block_type=None,
            up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
            block_out_channels=[16, 16, 24, 24], layers_per_block=1, attention_head_dim=[2, 4, 8, 8],
            cross_attention_dim=24, norm_num_groups=8, sample_size=8),
        hidden_act="quick_gelu", vae="tiny",
        scheduler=dict(**SD_SCHEDULE, timestep_spacing="leading", steps_offset=1),
        guidance=3.0, latent=[8, 8]),
    # BK-SDM tiny and our own pair: three levels; v-prediction, linear projections, GELU text tower.
    "tiny": dict(
        unet=dict(
            in_channels=6, out_channels=6,
            down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
            up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
            mid_block_type="UNetMidBlock2DCrossAttn", layers_per_block=[1, 2, 1],
            transformer_layers_per_block=[1, 2, 1],
            block_out_channels=[16, 24, 36], attention_head_dim=[2, 3, 3], cross_attention_dim=32,
            norm_num_groups=4, use_linear_projection=True, flip_sin_to_cos=False, freq_shift=1,
            norm_eps=1e-4, sample_size=8),
        hidden_act="gelu", vae="tiny",
        scheduler=dict(**SD_SCHEDULE, prediction_type="v_prediction", timestep_spacing="trailing"),
        guidance=2.0, latent=[7, 5]),
    # Layers wide enough for minimal filtering and for tiles of bf16; sides that end in the middle of both.
    "wide": dict(
        unet=dict(
            down_block_types=["CrossAttnDownBlock2D", "DownBlock2D"],
            up_block_types=["UpBlock2D", "CrossAttnUpBlock2D"], mid_block_type=None,
            block_out_channels=[32, 48], layers_per_block=1, attention_head_dim=[2, 4],
            cross_attention_dim=32, norm_num_groups=8, sample_size=8),
        hidden_act="quick_gelu", vae="tiny",
        scheduler=dict(**SD_SCHEDULE, prediction_type="v_prediction", timestep_spacing="trailing"),
        guidance=2.0, latent=[9, 14]),
}


def make_vae(kind, channels):
    if kind == "kl":
        return AutoencoderKL(
            down_block_types=["DownEncoderBlock2D"] * 3, up_block_types=["UpDecoderBlock2D"] * 3,
            block_out_channels=[8, 16, 16], layers_per_block=1, norm_num_groups=8,
            latent_channels=channels, scaling_factor=0.18215)
    return AutoencoderTiny(
        encoder_block_out_channels=[8, 8, 8], decoder_block_out_channels=[8, 8, 8],
        num_encoder_blocks=[1, 1, 1], num_decoder_blocks=[2, 1, 1], latent_channels=channels,
        scaling_factor=0.8)


def record(unet, expected, prefix, latents, timestep, text):
    """The output of every stage and of every attention, as our taps see them."""
    handles, layer = [], 0
    with_attentions = timestep == 999

    def keep(name):
        def hook(_module, _inputs, output):
            value = output[0] if isinstance(output, tuple) else output
            expected[f"{prefix}.{name}"] = value.contiguous().clone()
        return hook

    stages = [(f"down.{i}", block) for i, block in enumerate(unet.down_blocks)]
    stages += [("mid", unet.mid_block)] if unet.mid_block is not None else []
    stages += [(f"up.{i}", block) for i, block in enumerate(unet.up_blocks)]
    for name, stage in stages:
        handles.append(stage.register_forward_hook(keep(name)))
        for transformer in getattr(stage, "attentions", []) if with_attentions else []:
            for block in transformer.transformer_blocks:
                handles.append(block.attn1.register_forward_hook(keep(f"site.{layer}.own")))
                handles.append(block.attn2.register_forward_hook(keep(f"site.{layer}.text")))
                layer += 1
    expected[f"{prefix}.out"] = unet(latents, timestep, encoder_hidden_states=text).sample
    for handle in handles:
        handle.remove()


def keep_off_the_ends(vae):
    """Grey pictures: where values are clipped, a comparison sees nothing."""
    is_tiny = isinstance(vae, AutoencoderTiny)
    last = vae.decoder.layers[-1] if is_tiny else vae.decoder.conv_out
    last.weight.data = (0.25 * last.weight.data).half().float()
    last.bias.data = torch.full_like(last.bias.data, 0.5 if is_tiny else 0.0)


def save_half(model, folder):
    model.half().save_pretrained(folder, safe_serialization=True)
    model.float()


@torch.no_grad()
def make_variant(name, spec):
    folder = OUT / name
    generator = torch.Generator().manual_seed(len(name))
    vocab_size = make_tokenizer(folder / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    unet = UNet2DConditionModel(**spec["unet"]).eval()
    channels = unet.config.in_channels
    text_encoder = CLIPTextModel(
        text_config(vocab_size, unet.config.cross_attention_dim, spec["hidden_act"])).eval()
    vae = make_vae(spec["vae"], channels).eval()
    for model, part in [(unet, "unet"), (text_encoder, "text_encoder"), (vae, "vae")]:
        give_unit_gain(model, generator)
        if part == "unet":
            model.conv_out.weight.data = (0.5 * model.conv_out.weight.data).half().float()
        if part == "vae":
            keep_off_the_ends(model)
        save_half(model, folder / part)
    scheduler = DPMSolverMultistepScheduler(**spec["scheduler"])
    scheduler.save_pretrained(folder / "scheduler")

    expected = {}
    tokens = tokenizer(PROMPTS, padding="max_length", max_length=77, truncation=True)["input_ids"]
    expected["text.ids"] = torch.tensor(tokens, dtype=torch.int64).float()
    encoded = text_encoder(torch.tensor(tokens), output_hidden_states=True)
    expected["text.out"] = encoded.last_hidden_state
    final_norm = getattr(text_encoder, "text_model", text_encoder).final_layer_norm
    expected["text.clip_skip_1"] = final_norm(encoded.hidden_states[-2])

    height, width = spec["latent"]
    latents = torch.randn(2, channels, height, width, generator=generator)
    expected["unet.latents"] = latents
    text = expected["text.out"][:2]
    for timestep in (999, 21):
        record(unet, expected, f"unet.{timestep}", latents, timestep, text)
    expected["vae.latents"] = latents * 1.5
    expected["vae.out"] = vae.decode(latents * 1.5 / vae.config.scaling_factor).sample

    pipeline = StableDiffusionPipeline(
        vae=vae, text_encoder=text_encoder, tokenizer=tokenizer, unet=unet, scheduler=scheduler,
        safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    noise = torch.randn(1, channels, 8, 8, generator=generator)
    expected["generate.noise"] = noise
    steps = {}

    def keep_step(_pipeline, index, _timestep, values):
        steps[index] = values["latents"].clone()
        return values

    factor = 2 ** (len(vae.config.block_out_channels) - 1)
    image = pipeline(
        PROMPTS[0], latents=noise, num_inference_steps=25, guidance_scale=spec["guidance"],
        height=8 * pipeline.vae_scale_factor, width=8 * pipeline.vae_scale_factor,
        output_type="np", callback_on_step_end=keep_step).images[0]
    assert image.shape[0] == 8 * factor, (image.shape, factor)
    expected["generate.after_5"] = steps[4]
    expected["generate.latents"] = steps[24]
    expected["generate.image"] = torch.from_numpy(image).permute(2, 0, 1).contiguous()
    print(f"{name}: latents std {steps[24].std():.3f}, image std {image.std():.3f}, "
          f"at the ends {np.mean((image == 0) | (image == 1)):.3f}")
    pipeline_index = {"_class_name": "StableDiffusionPipeline"}
    (folder / "model_index.json").write_text(json.dumps(pipeline_index))
    (folder / "generate.json").write_text(json.dumps(
        {"prompts": PROMPTS, "steps": 25, "guidance": spec["guidance"]}, indent=1))
    save_file({key: value.float().contiguous() for key, value in expected.items()},
              folder / "expected.safetensors")


BETAS = {
    "scaled_linear": dict(beta_schedule="scaled_linear", beta_start=0.00085, beta_end=0.012),
    "linear": dict(beta_schedule="linear", beta_start=0.0001, beta_end=0.02),
    "cosine": dict(beta_schedule="squaredcos_cap_v2"),
}


def make_schedules():
    """Timesteps and noise levels σ/α of every grid."""
    tables = []
    for betas in BETAS.values():
        for spacing in ("linspace", "leading", "trailing"):
            for steps in (1, 7, 25):
                config = dict(**betas, num_train_timesteps=1000, timestep_spacing=spacing, steps_offset=1)
                tables.append(dpm_table(config, steps))
                tables.append(dpm_table({**config, "final_sigmas_type": "sigma_min"}, steps))
                tables.append(euler_table(config, steps))
                tables.append(ddim_table(config, steps))
                tables.append(ddim_table({**config, "set_alpha_to_one": False}, steps))
    (OUT / "schedules.json").write_text(json.dumps(tables, separators=(",", ":")))


def rounded(values):
    return [float(f"{float(value):.8g}") for value in values]


def dpm_table(config, steps):
    scheduler = DPMSolverMultistepScheduler(**config)
    scheduler.set_timesteps(steps)
    return dict(sampler="dpm_solver", config=config, steps=steps,
                timesteps=rounded(scheduler.timesteps), sigmas=rounded(scheduler.sigmas[:-1]),
                sigmas_next=rounded(scheduler.sigmas[1:]), initial_scale=1.0)


def euler_table(config, steps):
    scheduler = EulerDiscreteScheduler(**config)
    scheduler.set_timesteps(steps)
    largest = float(scheduler.sigmas.max())
    return dict(sampler="euler", config=config, steps=steps,
                timesteps=rounded(scheduler.timesteps), sigmas=rounded(scheduler.sigmas[:-1]),
                sigmas_next=rounded(scheduler.sigmas[1:]),
                initial_scale=float(scheduler.init_noise_sigma) / math.sqrt(largest**2 + 1))


def ddim_table(config, steps):
    scheduler = DDIMScheduler(**config, clip_sample=False)
    scheduler.set_timesteps(steps)
    def sigma(alpha_bar):
        return math.sqrt((1 - alpha_bar) / alpha_bar)

    def alpha_bar(t):
        return float(scheduler.alphas_cumprod[t]) if t >= 0 else float(scheduler.final_alpha_cumprod)

    timesteps = [int(t) for t in scheduler.timesteps]
    return dict(sampler="ddim", config=config, steps=steps, timesteps=rounded(timesteps),
                sigmas=rounded(sigma(alpha_bar(min(t, 999))) for t in timesteps),
                sigmas_next=rounded(sigma(alpha_bar(t - 1000 // steps)) for t in timesteps),
                initial_scale=1.0)


def toy_model(x, timestep):
    """Smooth, and uneven enough that a wrong coefficient shows."""
    return 0.4 * torch.sin(3 * x + 0.002 * float(timestep)) + 0.5 * x


def make_samplers():
    """Whole runs with a toy model in place of the U-Net."""
    x = torch.randn(1, 4, 3, 3, generator=torch.Generator().manual_seed(5))
    classes = {"dpm_solver": DPMSolverMultistepScheduler, "ddim": DDIMScheduler,
               "euler": EulerDiscreteScheduler}
    runs = []
    for sampler, cls in classes.items():
        for prediction_type in ("epsilon", "v_prediction"):
            for steps, begin in ((25, 0), (7, 0), (25, 5)):
                if begin and sampler == "ddim":
                    continue  # it has no memory, and no begin index
                config = dict(**BETAS["scaled_linear"], num_train_timesteps=1000,
                              timestep_spacing="leading", steps_offset=1,
                              prediction_type=prediction_type)
                extra = {"clip_sample": False} if sampler == "ddim" else {}
                scheduler = cls(**config, **extra)
                scheduler.set_timesteps(steps)
                sample = run_toy(scheduler, sampler, x.clone(), begin)
                runs.append(dict(sampler=sampler, config=config, steps=steps, begin=begin,
                                 start=rounded(x.flatten()), end=rounded(sample.flatten())))
    (OUT / "samplers.json").write_text(json.dumps(runs, separators=(",", ":")))


def run_toy(scheduler, sampler, x, begin):
    """Takes and gives variance-preserving samples, whatever the scheduler's own convention."""
    is_euler = sampler == "euler"
    if begin:
        scheduler.set_begin_index(begin)
    if is_euler:
        x = x * math.sqrt(float(scheduler.sigmas[begin]) ** 2 + 1)
    for timestep in scheduler.timesteps[begin:]:
        model_input = scheduler.scale_model_input(x, timestep)
        x = scheduler.step(toy_model(model_input, timestep), timestep, x).prev_sample
    return x  # Ends without noise, where both conventions agree.


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    for name, spec in VARIANTS.items():
        make_variant(name, spec)
    make_schedules()
    make_samplers()
    size = sum(file.stat().st_size for file in OUT.rglob("*") if file.is_file())
    print(f"{size / 1e6:.2f} MB in {OUT}")
