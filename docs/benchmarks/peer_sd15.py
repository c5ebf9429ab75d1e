#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "safetensors==0.8.0", "numpy==2.4.6",
# ]
# ///
"""What sd15.conf does, as a PyTorch user would write it: one 512x512 sample in 2 steps, then one TDPO-R update over them.

    python peer_sd15.py FOLDER --threads 2

FOLDER is what make_sd15.py wrote. Float32, or bfloat16 by autocast, guidance 5 in one batch, LoRA of rank 4 by peft,
scaled-dot-product attention, a critic on pooled latents, 2 micro-batches of --batch rows in one optimiser step.
"""

import argparse
import json
import math
import os
import resource
import time

STEPS, GUIDANCE, ETA, RATE, CLIP, GRID = 2, 5.0, 1.0, 1e-4, 0.1, 4


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1, help="samples, and rows of a micro-batch")
    parser.add_argument("--bfloat16", action="store_true", help="within torch.autocast")
    parser.add_argument("--gradient-checkpointing", action="store_true")
    parser.add_argument("--passes", type=int, default=1, help="the last of which is the one to compare")
    options = parser.parse_args()
    begin, marks = time.perf_counter(), []

    def mark(name):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        marks.append((name, time.perf_counter() - begin, time.process_time(), peak))

    import torch
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from peft import LoraConfig
    from transformers import CLIPTextModel, CLIPTokenizer

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    rows_at_once = options.batch

    def precision():
        return torch.autocast("cpu", torch.bfloat16, enabled=options.bfloat16)

    kwargs = {"variant": "fp16", "torch_dtype": torch.float32}
    unet = UNet2DConditionModel.from_pretrained(options.folder, subfolder="unet", **kwargs).requires_grad_(False)
    vae = AutoencoderKL.from_pretrained(options.folder, subfolder="vae", **kwargs).requires_grad_(False)
    text_encoder = CLIPTextModel.from_pretrained(options.folder, subfolder="text_encoder", **kwargs).requires_grad_(False)
    tokenizer = CLIPTokenizer.from_pretrained(options.folder, subfolder="tokenizer")
    config = {"clip_sample": False, **DDIMScheduler.load_config(options.folder, subfolder="scheduler")}
    scheduler = DDIMScheduler.from_config(config)
    scheduler.set_timesteps(STEPS)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian"))
    if options.gradient_checkpointing:
        unet.enable_gradient_checkpointing()
        unet.train()
    adapters = [p for p in unet.parameters() if p.requires_grad]
    critic = torch.nn.Sequential(
        torch.nn.Linear(4 * GRID * GRID, 256), torch.nn.ReLU(), torch.nn.Linear(256, 128), torch.nn.ReLU(), torch.nn.Linear(128, 1)
    )
    optimiser = torch.optim.AdamW([*adapters, *critic.parameters()], RATE, weight_decay=1e-4)

    def embed(text):
        ids = tokenizer([text], padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        with precision():
            return text_encoder(ids).last_hidden_state.float()

    with torch.no_grad():
        text = torch.cat([embed("")] * rows_at_once + [embed("a photo of a cat")] * rows_at_once)
    mark("load")

    def transition(latents, timestep):
        with precision():
            low, high = unet(torch.cat([latents] * 2), timestep, text).sample.float().chunk(2)
        noise = low + GUIDANCE * (high - low)
        previous = timestep - scheduler.config.num_train_timesteps // STEPS
        alpha = scheduler.alphas_cumprod[timestep]
        before = scheduler.alphas_cumprod[previous] if previous >= 0 else scheduler.final_alpha_cumprod
        deviation = ETA * ((1 - before) / (1 - alpha) * (1 - alpha / before)).sqrt()
        clean = (latents - (1 - alpha).sqrt() * noise) / alpha.sqrt()
        return before.sqrt() * clean + (1 - before - deviation**2).sqrt() * noise, deviation

    def log_probability(value, mean, deviation):
        return (-((value - mean) ** 2) / (2 * deviation**2) - deviation.log() - 0.5 * math.log(2 * math.pi)).sum((1, 2, 3))

    def features(latents):
        return torch.nn.functional.adaptive_avg_pool2d(latents, GRID).flatten(1)

    def sample():
        rows = []
        with torch.no_grad():
            latents = torch.randn(rows_at_once, 4, 64, 64)
            for t in [int(t) for t in scheduler.timesteps]:
                mean, deviation = transition(latents, t)
                following = mean + deviation * torch.randn_like(latents)
                value = critic(features(latents))[:, 0]
                rows.append((t, latents, following, log_probability(following, mean, deviation), value))
                latents = following
            with precision():
                decoded = vae.decode(latents / vae.config.scaling_factor).sample
        return rows, (decoded.float() / 2 + 0.5).clamp(0, 1)

    def update(rows, image):
        reward = image.mean((1, 2, 3))
        advantage = torch.stack([reward - row[4] for row in rows])
        advantage = (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)
        optimiser.zero_grad()
        for i, (t, latents, following, old, value) in enumerate(rows):
            ratio = torch.exp(log_probability(following, *transition(latents, t)) - old)
            loss = torch.maximum(-advantage[i] * ratio, -advantage[i] * ratio.clamp(1 - CLIP, 1 + CLIP)).mean()
            loss = loss + 0.5 * ((critic(features(latents))[:, 0] - reward) ** 2).mean()
            (loss / STEPS).backward()
        torch.nn.utils.clip_grad_norm_(adapters, 1.0)
        optimiser.step()

    for passed in range(1, options.passes + 1):
        named = "" if passed == options.passes else f"pass {passed}: "
        drawn = sample()
        mark(named + "sample")
        update(*drawn)
        mark(named + "update")
    result, before = {**vars(options), "torch": torch.__version__, "pid": os.getpid()}, (0.0, 0.0)
    for name, wall, cpu, peak in marks:
        result[name] = {"wall_s": round(wall - before[0], 1), "cpu_s": round(cpu - before[1], 1), "peak_rss_mb": round(peak)}
        before = (wall, cpu)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
