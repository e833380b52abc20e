"""A pair at real sizes with random weights, to time step plans on: SD-1.5's U-Net in the cloud, BK-SDM-tiny's on the device.

    python scripts/full_size_pair.py OUT      # 3 GB: OUT/cloud and OUT/device in diffusers layout, f16
    obclip-bench plans time … --models OUT
"""

import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

import make_vectors as small
from parity_full_size import UNETS, save


@torch.no_grad()
def main() -> None:
    out, generator = Path(sys.argv[1]), torch.Generator().manual_seed(15)
    cloud, device = out / "cloud", out / "device"
    small.make_tokenizer(cloud / "tokenizer")
    DPMSolverMultistepScheduler(**small.SD_SCHEDULE).save_pretrained(cloud / "scheduler")
    text = CLIPTextConfig(vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12)
    save(CLIPTextModel(text), cloud / "text_encoder", generator)
    save(AutoencoderTiny(), cloud / "vae", generator)
    shutil.copytree(cloud, device)
    for name, folder in (("sd15", cloud), ("bk_sdm_tiny", device)):
        save(UNet2DConditionModel(**UNETS[name]), folder / "unet", generator)


if __name__ == "__main__":
    main()
