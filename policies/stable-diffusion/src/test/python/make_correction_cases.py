#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6",
# ]
# ///
"""Writes what StableDiffusionPipeline draws where it corrects the scheduler's configuration.

    python make_correction_cases.py ../resources/sd-tiny/model ../resources/corrections

The pipeline is read from a folder, and its scheduler becomes DDIM from the configuration as the pipeline has left it, which
is how the code of DDPO and TDPO builds its sampler. Beside the cases lie the scheduler files, by the names of the cases.
diffusers 0.42.1 with transformers 5.24.0 gives the same numbers.
"""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from safetensors.torch import save_file

STEPS = 4
BASE = {
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "set_alpha_to_one": False,
}
SCHEDULERS = {
    "clip-sample-true": {"_class_name": "DDIMScheduler", "clip_sample": True, "steps_offset": 1},
    "clip-sample-null": {"_class_name": "DDIMScheduler", "clip_sample": None, "steps_offset": 1},
    "as-ddpm-writes-it": {"_class_name": "DDPMScheduler", "clip_sample": True, "clip_sample_range": 1.0, "steps_offset": 0},
    "offset-0": {"_class_name": "DDIMScheduler", "clip_sample": False, "steps_offset": 0},
    "offset-2": {"_class_name": "PNDMScheduler", "clip_sample": False, "steps_offset": 2},
    "offset-null": {"_class_name": "DDIMScheduler", "clip_sample": False, "steps_offset": None},
    "offset-absent": {"_class_name": "DDIMScheduler", "clip_sample": False},
}


def main(model, out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(19)
    cases, tensors = [], {}
    for name, scheduler in SCHEDULERS.items():
        config = json.dumps({**scheduler, **BASE}, indent=1) + "\n"
        (out / f"{name}.json").write_text(config, encoding="utf-8")
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "model"
            shutil.copytree(model, folder)
            (folder / "scheduler" / "scheduler_config.json").write_text(config, encoding="utf-8")
            index = json.loads((folder / "model_index.json").read_text(encoding="utf-8"))
            index["scheduler"] = ["diffusers", scheduler["_class_name"]]
            (folder / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
            pipeline = StableDiffusionPipeline.from_pretrained(folder, safety_checker=None, torch_dtype=torch.float32)
        pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
        pipeline.set_progress_bar_config(disable=True)
        latent = torch.randn(1, pipeline.unet.config.in_channels, 4, 4, generator=generator)
        factor = pipeline.vae_scale_factor
        drawn = pipeline(
            "a photo of a cat", negative_prompt="", latents=latent, num_inference_steps=STEPS, eta=0.0, guidance_scale=4.0,
            height=4 * factor, width=4 * factor, output_type="latent",
        ).images
        tensors |= {f"{name}.in": latent, f"{name}.out": drawn.contiguous(), f"{name}.noise": torch.zeros(STEPS, *latent.shape)}
        inputs = {"texts": ["a photo of a cat"], "negative": [""], "latent": f"{name}.in", "noise": f"{name}.noise"}
        inputs |= {"steps": STEPS, "eta": 0.0, "guidance": 4.0}
        cases.append({"name": name, "kind": "sample", "inputs": inputs, "outputs": {"latent": f"{name}.out"}, "tolerance": 3e-4})
    save_file(tensors, str(out / "oracle.safetensors"))
    document = {"format": "tempera-oracle/1", "tensors": "oracle.safetensors", "cases": cases}
    (out / "oracle.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
