#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.15.0", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Writes folders of the shapes of small and few-step published models, with random weights, and their oracles.

    python make_small_models.py ../resources/mixed-blocks/model/tokenizer ../resources/small

`turbo` and `lcm-by-ddim` are the models of `tiny-sd` and `lcm` with another file of the scheduler. What few steps draw is
left to the pipelines of the library itself: of their random numbers those of the steps alone are given.
"""

import shutil
import sys
import tempfile
from pathlib import Path

import torch
from diffusers import (
    AutoencoderTiny,
    EulerAncestralDiscreteScheduler,
    LatentConsistencyModelPipeline,
    StableDiffusionPipeline,
)
from diffusers.schedulers import scheduling_ddim, scheduling_euler_ancestral_discrete, scheduling_lcm

import make_odd_models
from make_odd_models import make_oracle

CROSS, UP_CROSS = "CrossAttnDownBlock2D", "CrossAttnUpBlock2D"

# What segmind/tiny-sd's configuration has, but for the widths.
TINY_SD = {
    "_diffusers_version": "0.19.0.dev0",
    "act_fn": "silu",
    "addition_embed_type": None,
    "attention_head_dim": 2,
    "block_out_channels": [4, 8, 8],
    "center_input_sample": False,
    "class_embed_type": None,
    "cross_attention_dim": 8,
    "down_block_types": [CROSS, CROSS, CROSS],
    "downsample_padding": 1,
    "dual_cross_attention": False,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "in_channels": 4,
    "layers_per_block": 1,
    "mid_block_only_cross_attention": None,
    "mid_block_scale_factor": 1,
    "mid_block_type": None,
    "norm_eps": 1e-05,
    "norm_num_groups": 2,
    "num_attention_heads": None,
    "only_cross_attention": False,
    "out_channels": 4,
    "resnet_time_scale_shift": "default",
    "sample_size": 8,
    "time_cond_proj_dim": None,
    "time_embedding_type": "positional",
    "transformer_layers_per_block": 1,
    "up_block_types": [UP_CROSS, UP_CROSS, UP_CROSS],
    "upcast_attention": False,
    "use_linear_projection": False,
}
VAE = {"block_out_channels": [4, 4], "norm_num_groups": 2, "_diffusers_version": "0.19.0.dev0"}
TEXT = {"hidden_size": 8, "num_hidden_layers": 1, "intermediate_size": 8}

# What stabilityai/sd-turbo has.
TURBO = {
    "_class_name": "EulerDiscreteScheduler",
    "_diffusers_version": "0.24.0.dev0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "interpolation_type": "linear",
    "num_train_timesteps": 1000,
    "prediction_type": "epsilon",
    "sample_max_value": 1.0,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "timestep_spacing": "trailing",
    "trained_betas": None,
    "use_karras_sigmas": False,
}

# What SimianLuo/LCM_Dreamshaper_v7 has.
LCM = {
    "_class_name": "LCMScheduler",
    "_diffusers_version": "0.22.0.dev0",
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "clip_sample": False,
    "clip_sample_range": 1.0,
    "dynamic_thresholding_ratio": 0.995,
    "num_train_timesteps": 1000,
    "original_inference_steps": 50,
    "prediction_type": "epsilon",
    "rescale_betas_zero_snr": False,
    "sample_max_value": 1.0,
    "set_alpha_to_one": True,
    "steps_offset": 1,
    "thresholding": False,
    "timestep_spacing": "leading",
    "trained_betas": None,
}
LCM_UNET = {**TINY_SD, "down_block_types": [CROSS, "DownBlock2D"], "up_block_types": ["UpBlock2D", UP_CROSS]}
LCM_UNET |= {"block_out_channels": [4, 8], "mid_block_type": "UNetMidBlock2DCrossAttn", "time_cond_proj_dim": 14}

# What madebyollin/taesd has, but for the widths and the number of blocks.
TAESD = {
    "_class_name": "AutoencoderTiny",
    "_diffusers_version": "0.20.0.dev0",
    "act_fn": "relu",
    "decoder_block_out_channels": [4, 4, 4],
    "encoder_block_out_channels": [4, 4, 4],
    "force_upcast": False,
    "in_channels": 3,
    "latent_channels": 4,
    "latent_magnitude": 3,
    "latent_shift": 0.5,
    "num_decoder_blocks": [2, 1, 1],
    "num_encoder_blocks": [1, 1, 2],
    "out_channels": 3,
    "scaling_factor": 1.0,
    "upsampling_scaling_factor": 2,
}
PROMPTS, NEGATIVES = ["a cat", "a dog, 1890s"], ["blurry", ""]


def drawn(pipeline, oracle, name, module, steps, eta, guidance, negative=None):
    """A `sample` case; the pipeline's own noise is replaced by the case's."""
    pipeline.set_progress_bar_config(disable=True)
    factor = pipeline.vae_scale_factor
    latent = oracle.normal(2, pipeline.unet.config.in_channels, 4, 8)
    noise = oracle.normal(steps, *latent.shape)
    given = iter(noise)
    module.randn_tensor = lambda *args, **kwargs: next(given)
    inputs = {"texts": PROMPTS, "latent": latent, "noise": noise, "steps": steps, "eta": eta, "guidance": guidance}
    more = {}
    if negative:
        inputs["negative"] = more["negative_prompt"] = negative
    if module is scheduling_ddim:
        more["eta"] = eta
    size = {"height": 4 * factor, "width": 8 * factor}
    final = pipeline(
        PROMPTS, latents=latent, num_inference_steps=steps, guidance_scale=guidance, output_type="latent", **size, **more
    ).images
    with torch.no_grad():
        image = (pipeline.vae.decode(final / pipeline.vae.config.scaling_factor).sample / 2 + 0.5).clamp(0, 1)
    oracle.add(name, "sample", inputs, {"latent": final, "image": image}, 3e-4)


def with_scheduler(model, config):
    """A copy of a folder with another file of the scheduler."""
    copy = Path(tempfile.mkdtemp()) / "model"
    shutil.copytree(model, copy)
    make_odd_models.write_json(copy / "scheduler" / "scheduler_config.json", config)
    index = copy / "model_index.json"
    index.write_text(index.read_text().replace("PNDMScheduler", config["_class_name"]).replace("LCMScheduler", config["_class_name"]))
    return copy


def load(kind, folder):
    return kind.from_pretrained(folder, safety_checker=None, requires_safety_checker=False, torch_dtype=torch.float32)


def turbo(model, out):
    make_odd_models.write_json(out / "scheduler_config.json", TURBO)
    oracle = make_oracle.Oracle(out, model, 91)
    pipeline = load(StableDiffusionPipeline, with_scheduler(model, TURBO))
    for steps, guidance in ((1, 0.0), (2, 1.0), (3, 0.0), (4, 0.0), (4, 2.0)):
        name = f"sample by Euler, {steps} steps, guidance {guidance}"
        drawn(pipeline, oracle, name, scheduling_euler_ancestral_discrete, steps, 0.0, guidance)
    pipeline.scheduler = EulerAncestralDiscreteScheduler.from_config(pipeline.scheduler.config)
    for steps in (1, 3, 4):
        name = f"sample by Euler's ancestral steps, {steps} of them"
        drawn(pipeline, oracle, name, scheduling_euler_ancestral_discrete, steps, 1.0, 0.0)
    oracle.write()


def lcm(maker, out):
    maker.seed = 92
    model = maker.folder("lcm", unet=LCM_UNET, vae=VAE, text=TEXT, scheduler=LCM, tokenizer={"merges": 0})
    make_odd_models.write_json(model / "scheduler" / "scheduler_config.json", LCM)
    shutil.rmtree(model / "vae")
    vae = AutoencoderTiny.from_config(TAESD)
    maker.write_model(model / "vae", vae, TAESD, {})
    index = model / "model_index.json"
    text = index.read_text().replace("StableDiffusionPipeline", "LatentConsistencyModelPipeline")
    index.write_text(text.replace("AutoencoderKL", "AutoencoderTiny"))

    oracle = make_oracle.Oracle(out, model, 92)
    pipeline = load(LatentConsistencyModelPipeline, model)
    for steps, guidance in ((1, 8.5), (4, 8.5), (3, 1.0), (7, 0.0)):
        drawn(pipeline, oracle, f"sample by LCM, {steps} steps, guidance {guidance}", scheduling_lcm, steps, 1.0, guidance)
    sample, text = oracle.normal(2, 4, 4, 8), oracle.normal(2, 77, 8)
    timestep = torch.tensor([999, 259])
    for guidance in (None, 8.5, 1.0, 0.0):
        inputs = {"sample": sample, "timestep": timestep, "text": text}
        condition = None
        if guidance is not None:
            inputs["guidance"] = guidance
            w = torch.tensor(guidance - 1).repeat(2)
            condition = pipeline.get_guidance_scale_embedding(w, embedding_dim=14)
        with torch.no_grad():
            noise = pipeline.unet(sample, timestep, encoder_hidden_states=text, timestep_cond=condition).sample
        oracle.add(f"unet, guidance {guidance}", "unet", inputs, {"noise": noise})
    latent, image = oracle.normal(2, 4, 3, 5) * 3, oracle.normal(2, 3, 12, 20).clamp(-1, 1)
    for weights in ("model", "model/vae"):
        oracle.weights = weights
        with torch.no_grad():
            outputs = {"image": pipeline.vae.decode(latent).sample}
            oracle.add(f"vae-decode, {weights}", "vae-decode", {"latent": latent}, outputs)
            outputs = {"mean": pipeline.vae.encode(image).latents}
            oracle.add(f"vae-encode, {weights}", "vae-encode", {"image": image}, outputs)
    oracle.write()
    return model


def lcm_by_ddim(model, out):
    """A denoiser that is told the scale, drawn from by StableDiffusionPipeline: there is no second pass either."""
    config = make_odd_models.SCHEDULER | {"_class_name": "DDIMScheduler"}
    make_odd_models.write_json(out / "scheduler_config.json", config)
    oracle = make_oracle.Oracle(out, model, 93)
    folder = with_scheduler(model, config)
    index = folder / "model_index.json"
    index.write_text(index.read_text().replace("LatentConsistencyModelPipeline", "StableDiffusionPipeline"))
    pipeline = load(StableDiffusionPipeline, folder)
    drawn(pipeline, oracle, "sample by DDIM, guidance 4", scheduling_ddim, 4, 0.7, 4.0, NEGATIVES)
    oracle.write()


def main(tokenizer, out):
    maker = make_odd_models.Maker(out, tokenizer, [])
    maker.seed = 90
    tiny = maker.folder("tiny-sd", unet=TINY_SD, vae=VAE, text=TEXT, tokenizer={"merges": 0})
    make_oracle.diffusion_oracle(tiny, out / "tiny-sd", ["unet", "sample"], steps=5, seed=90)
    turbo(tiny, out / "turbo")
    lcm_by_ddim(lcm(maker, out / "lcm"), out / "lcm-by-ddim")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
