#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Writes the random weights of the workload `tiny E32`, which Tempera and the PyTorch loop both run on.

    python make_tiny_e32.py OUT --tokenizer FOLDER

OUT/policy is a diffusers folder, OUT/critic a transformers folder of a CLIPModel, OUT/head.safetensors an affine head on its
image embeddings, OUT/prompts.txt the prompts. FOLDER holds CLIP's vocab.json and merges.txt.
"""

import argparse
import shutil
from pathlib import Path

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel, CLIPTextConfig, CLIPTextModel, CLIPTokenizer

ANIMALS = "cat dog horse cow sheep goat pig fox wolf bear lion tiger mouse rat hare deer owl duck hen frog bee ant crab fish".split()
TEXT = {"projection_dim": 768, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    files = {"vocab_file": str(options.tokenizer / "vocab.json"), "merges_file": str(options.tokenizer / "merges.txt")}
    tokenizer = CLIPTokenizer(**files, model_max_length=77)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(64, 128),
        down_block_types=("CrossAttnDownBlock2D",) * 2,
        up_block_types=("CrossAttnUpBlock2D",) * 2,
        layers_per_block=1,
        attention_head_dim=4,
        cross_attention_dim=64,
    )
    vae = AutoencoderKL(
        block_out_channels=(32, 64, 64, 64),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=1,
        latent_channels=4,
        sample_size=64,
    )
    text_encoder = CLIPTextModel(CLIPTextConfig(**TEXT, bos_token_id=49406, eos_token_id=49407))
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False, steps_offset=1
    )
    pipeline = StableDiffusionPipeline(vae, text_encoder, tokenizer, unet, scheduler, None, None, requires_safety_checker=False)
    # The pipeline takes a small sample_size for an old file's mistake.
    unet.register_to_config(sample_size=8)
    pipeline.save_pretrained(options.out / "policy")
    vision = {"projection_dim": 768, "hidden_size": 64, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4}
    vision |= {"patch_size": 32, "image_size": 224}
    critic = CLIPModel(CLIPConfig(text_config={**TEXT, "bos_token_id": 49406, "eos_token_id": 49407}, vision_config=vision, projection_dim=768))
    critic.save_pretrained(options.out / "critic")
    CLIPImageProcessor().save_pretrained(options.out / "critic")
    for file in (options.out / "policy" / "tokenizer").iterdir():
        shutil.copy(file, options.out / "critic")
    save_file({"weight": torch.randn(1, 768), "bias": torch.zeros(1)}, options.out / "head.safetensors")
    (options.out / "prompts.txt").write_text("".join(f"a photo of a {a}\n" for a in ANIMALS), encoding="utf-8")
    for name, model in (("UNet", unet), ("VAE", vae), ("text encoder", text_encoder), ("critic's tower", critic.vision_model)):
        print(f"{name}: {sum(p.numel() for p in model.parameters()):,} parameters")


if __name__ == "__main__":
    main()
