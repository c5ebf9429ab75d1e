#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "safetensors==0.8.0", "numpy==2.4.6"]
# ///
"""Writes a Stable Diffusion 1.5 of random weights at full size, in the published layout (F16 safetensors, about 2 GB).

    python make_sd15.py OUT --tokenizer FOLDER

FOLDER holds CLIP's vocab.json and merges.txt (those of a small vocabulary do as well).
"""

import argparse
from pathlib import Path

import torch
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

PARAMETERS = {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    tokenizer = CLIPTokenizer(
        vocab_file=str(options.tokenizer / "vocab.json"), merges_file=str(options.tokenizer / "merges.txt"), model_max_length=77
    )
    torch.set_default_dtype(torch.float16)
    unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2,
        latent_channels=4,
        sample_size=512,
    )
    text_encoder = CLIPTextModel(
        CLIPTextConfig(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, projection_dim=768)
    )
    scheduler = PNDMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", skip_prk_steps=True, set_alpha_to_one=False, steps_offset=1
    )
    parts = {"unet": unet, "vae": vae, "text_encoder": text_encoder}
    for name, model in parts.items():
        count = sum(p.numel() for p in model.parameters())
        assert count == PARAMETERS[name], (name, count)
        print(f"{name}: {count:,} parameters")
    pipeline = StableDiffusionPipeline(
        **parts, tokenizer=tokenizer, scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False
    )
    pipeline.save_pretrained(options.out, variant="fp16")


if __name__ == "__main__":
    main()
