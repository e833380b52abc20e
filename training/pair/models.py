"""The pair's shapes: text tower, cloud U-Net, device U-Net, scheduler. Fixed before any quality was looked at."""

from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from .autoencoder import LATENT_CHANNELS

TEXT_WIDTH = 128
TOKENS = 77
LATENT_SIDE = 16


def text_encoder(vocab_size: int) -> CLIPTextModel:
    """`vocab_size` counts the added token; the two before it are the start and end tokens."""
    end = vocab_size - 2
    config = CLIPTextConfig(
        vocab_size=vocab_size, hidden_size=TEXT_WIDTH, intermediate_size=4 * TEXT_WIDTH, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=TOKENS, hidden_act="quick_gelu", projection_dim=TEXT_WIDTH, bos_token_id=end - 1, eos_token_id=end, pad_token_id=end,
    )  # fmt: skip
    return CLIPTextModel(config)


def _unet(**shape) -> UNet2DConditionModel:
    return UNet2DConditionModel(
        sample_size=LATENT_SIDE, in_channels=LATENT_CHANNELS, out_channels=LATENT_CHANNELS, cross_attention_dim=TEXT_WIDTH, layers_per_block=1, **shape
    )


def cloud_unet() -> UNet2DConditionModel:
    """0.27 GMAC, 7.0 M parameters: text enters at 8×8 and in the middle."""
    return _unet(
        block_out_channels=(48, 96, 192), attention_head_dim=4, norm_num_groups=16,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip


def device_unet() -> UNet2DConditionModel:
    """43 MMAC, 6.2 times fewer than the cloud's: narrower, and no middle block (BK-SDM's way)."""
    return _unet(
        block_out_channels=(20, 40, 80), attention_head_dim=2, norm_num_groups=10, mid_block_type=None,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    )  # fmt: skip


def scheduler() -> DPMSolverMultistepScheduler:
    return DPMSolverMultistepScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", prediction_type="v_prediction", solver_order=2, timestep_spacing="linspace"
    )


def macs(module, *inputs, **named) -> int:
    """Multiply-accumulates of one forward: convolutions, linear layers and the two products of attention."""
    import torch

    total = 0

    def count(layer, args, output):
        nonlocal total
        if isinstance(layer, torch.nn.Conv2d):
            total += output.numel() * layer.weight[0].numel()
        elif isinstance(layer, torch.nn.Linear):
            total += output.numel() * layer.in_features

    def count_attention(layer, args, kwargs, output):
        nonlocal total
        states = args[0] if args else kwargs["hidden_states"]
        context = kwargs.get("encoder_hidden_states")
        keys = (states if context is None else context).shape[1]
        total += 2 * states.shape[0] * states.shape[1] * keys * layer.to_q.out_features

    hooks = [m.register_forward_hook(count) for m in module.modules()]
    hooks += [m.register_forward_hook(count_attention, with_kwargs=True) for m in module.modules() if hasattr(m, "to_q")]
    with torch.no_grad():
        module(*inputs, **named)
    for hook in hooks:
        hook.remove()
    return total
