#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Writes `sample` cases at guidance scales around 1 and below, drawn by diffusers' own StableDiffusionPipeline.

    python make_guidance_cases.py ../resources/sd-tiny/model ../resources/guidance

What the pipeline does at or below 1 is its own decision, so nothing of it is written again here: its noise alone is given.
"""

import sys
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline
from diffusers.schedulers import scheduling_ddim

sys.path.insert(0, str(Path(__file__).resolve().parents[5] / "docs" / "verify"))
import make_oracle  # noqa: E402

STEPS, ETA = 4, 0.7


def main(model, out):
    oracle = make_oracle.Oracle(out, model, 5)
    policy = make_oracle.Policy(model)
    pipeline = StableDiffusionPipeline(
        policy.vae, policy.text_encoder, policy.tokenizer, policy.unet, policy.scheduler, None, None, requires_safety_checker=False
    )
    pipeline.set_progress_bar_config(disable=True)
    factor = make_oracle.vae_factor(policy.vae)
    for guidance in (1.0, 1.01, 0.999, 0.5, 0.0, -2.0):
        latent = oracle.normal(2, policy.unet.config.in_channels, 4, 8)
        noise = oracle.normal(STEPS, *latent.shape)
        given = iter(noise)
        scheduling_ddim.randn_tensor = lambda *args, **kwargs: next(given)  # noqa: B023
        inputs = {"texts": make_oracle.PROMPTS, "negative": make_oracle.NEGATIVES, "latent": latent, "noise": noise}
        inputs |= {"steps": STEPS, "eta": ETA, "guidance": guidance}
        drawn = pipeline(
            inputs["texts"],
            negative_prompt=inputs["negative"],
            latents=latent,
            num_inference_steps=STEPS,
            eta=ETA,
            guidance_scale=guidance,
            height=4 * factor,
            width=8 * factor,
            output_type="latent",
        ).images
        with torch.no_grad():
            image = (policy.decode(drawn / policy.vae.config.scaling_factor) / 2 + 0.5).clamp(0, 1)
        oracle.add(f"sample by the pipeline, guidance {guidance}", "sample", inputs, {"latent": drawn, "image": image}, 3e-4)
    oracle.write()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
