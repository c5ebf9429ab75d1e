#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "safetensors==0.8.0", "numpy==2.4.6",
# ]
# ///
"""The workload `tiny E32` as a PyTorch user would write it today: the peer that `tempera bench` is compared with.

    python peer_tiny_e32.py FOLDER --algorithm tdpo --threads 2 --epochs 2

FOLDER is what make_tiny_e32.py wrote. An epoch: 32 samples in batches of 8, 20 DDIM steps with eta 1 and guidance 5; text
embedded once and kept, guidance in one batch, no gradient while sampling; then 20 timesteps in micro-batches of 8, two per
optimiser step. TDPO also decodes and embeds the latent before every step, and trains a critic on the embedding.
"""

import argparse
import json
import math
import os
import resource
import statistics
import time
from pathlib import Path

SAMPLES, BATCH, STEPS, GUIDANCE, ETA = 32, 8, 20, 5.0, 1.0
MICRO_BATCH, ACCUMULATION = 8, 2
CLIP_RANGE, CRITIC_CLIP_RANGE, LEARNING_RATE, MAX_GRAD_NORM = 1e-4, 0.2, 1e-4, 1.0


def seconds_since_process_start():
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        started = int(stat.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
        return float(uptime.read().split()[0]) - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--algorithm", choices=("tdpo", "ddpo"), default="tdpo")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=2, help="measured epochs, after one that is not")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    tdpo = options.algorithm == "tdpo"

    import torch
    import torch.nn.functional as F
    from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
    from peft import LoraConfig
    from transformers import CLIPTextModel, CLIPTokenizer, CLIPVisionModelWithProjection

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    policy = options.folder / "policy"
    unet = UNet2DConditionModel.from_pretrained(policy, subfolder="unet").requires_grad_(False)
    vae = AutoencoderKL.from_pretrained(policy, subfolder="vae").requires_grad_(False)
    text_encoder = CLIPTextModel.from_pretrained(policy, subfolder="text_encoder").requires_grad_(False)
    tokenizer = CLIPTokenizer.from_pretrained(policy, subfolder="tokenizer")
    scheduler = DDIMScheduler.from_pretrained(policy, subfolder="scheduler")
    scheduler.set_timesteps(STEPS)
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    unet.add_adapter(LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian"))
    adapters = [p for p in unet.parameters() if p.requires_grad]
    optimisers = [torch.optim.AdamW(adapters, LEARNING_RATE, weight_decay=1e-4)]
    groups = [adapters]
    if tdpo:
        tower = CLIPVisionModelWithProjection.from_pretrained(options.folder / "critic").requires_grad_(False)
        widths = [tower.config.projection_dim, 1024, 128, 64, 16, 1]
        layers = [torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        dropouts = [torch.nn.Dropout(p) for p in (0.2, 0.2, 0.1)]
        critic = torch.nn.Sequential(
            layers[0], dropouts[0], layers[1], dropouts[1], layers[2], dropouts[2], layers[3], layers[4]
        )
        groups.append(list(critic.parameters()))
        optimisers.append(torch.optim.AdamW(groups[1], LEARNING_RATE, weight_decay=1e-4))
        mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).reshape(1, 3, 1, 1)
        deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).reshape(1, 3, 1, 1)

    prompts = (options.folder / "prompts.txt").read_text(encoding="utf-8").split("\n")[:-1]

    @torch.no_grad()
    def embed_text(texts):
        ids = tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        return text_encoder(ids).last_hidden_state

    text_cache, negative = embed_text(prompts), embed_text([""])
    alphas = scheduler.alphas_cumprod
    interval = scheduler.config.num_train_timesteps // STEPS

    def guided(latents, timesteps, text):
        both = torch.cat([negative.expand_as(text), text])
        low, high = unet(torch.cat([latents] * 2), torch.cat([timesteps] * 2), both).sample.chunk(2)
        return low + GUIDANCE * (high - low)

    def transition(noise, timesteps, latents):
        """Mean and deviation of the DDIM step; a timestep per row."""
        alpha = alphas[timesteps].reshape(-1, 1, 1, 1)
        previous = timesteps - interval
        before = torch.where(previous >= 0, alphas[previous.clamp(min=0)], scheduler.final_alpha_cumprod).reshape(-1, 1, 1, 1)
        deviation_ = ETA * ((1 - before) / (1 - alpha) * (1 - alpha / before)).sqrt()
        clean = (latents - (1 - alpha).sqrt() * noise) / alpha.sqrt()
        return before.sqrt() * clean + (1 - before - deviation_**2).sqrt() * noise, deviation_

    def log_probability(value, mean_, deviation_):
        density = -((value - mean_) ** 2) / (2 * deviation_**2) - deviation_.log() - 0.5 * math.log(2 * math.pi)
        return density.mean((1, 2, 3))

    def decode(latents):
        return (vae.decode(latents / vae.config.scaling_factor).sample / 2 + 0.5).clamp(0, 1)

    def embed_image(images):
        pixels = F.interpolate(images, size=(224, 224), mode="bicubic", antialias=True, align_corners=False)
        embedding = tower(pixel_values=(pixels.clamp(0, 1) - mean) / deviation).image_embeds
        return embedding / embedding.norm(dim=-1, keepdim=True)

    startup = []

    @torch.no_grad()
    def sample_epoch():
        unet.eval()
        parts = []
        for _ in range(SAMPLES // BATCH):
            text = text_cache[torch.randint(len(prompts), (BATCH,))]
            latents = torch.randn(BATCH, unet.config.in_channels, 8, 8)
            rows = {k: [] for k in ("latents", "next", "timesteps", "log_probs", "features", "values")}
            for t in scheduler.timesteps:
                if not startup:
                    startup.append(seconds_since_process_start())
                timesteps = t.repeat(BATCH)
                if tdpo:
                    features = embed_image(decode(latents))
                    rows["features"].append(features)
                    rows["values"].append(critic.eval()(features)[:, 0])
                mean_, deviation_ = transition(guided(latents, timesteps, text), timesteps, latents)
                following = mean_ + deviation_ * torch.randn_like(latents)
                rows["latents"].append(latents)
                rows["next"].append(following)
                rows["timesteps"].append(timesteps)
                rows["log_probs"].append(log_probability(following, mean_, deviation_))
                latents = following
            part = {k: torch.stack(v, 1) for k, v in rows.items() if v}
            part["text"] = text
            # Any cheap reward: how much redder than green a picture is.
            images = decode(latents)
            part["rewards"] = (images[:, 0] - images[:, 1]).mean((1, 2))
            parts.append(part)
        return {k: torch.cat([p[k] for p in parts]) for k in parts[0]}

    def advantages(data):
        reward = data.pop("rewards")
        returns = ((reward - reward.mean()) / (reward.std(correction=0) + 1e-6))[:, None].expand(-1, STEPS)
        if not tdpo:
            return returns, returns
        advantage = returns - data["values"]
        return returns, (advantage - advantage.mean()) / (advantage.std(correction=0) + 1e-8)

    def train_epoch(data):
        data["returns"], data["advantages"] = advantages(data)
        unet.train()
        order = torch.randperm(SAMPLES)
        steps = torch.stack([torch.randperm(STEPS) for _ in range(SAMPLES)])
        rows = torch.arange(SAMPLES)[:, None]
        data = {k: (v if k == "text" else v[rows, steps])[order] for k, v in data.items()}
        if tdpo:
            critic.train()
        done = 0
        for slot in range(STEPS):
            for start in range(0, SAMPLES, MICRO_BATCH):
                part = {k: (v if k == "text" else v[:, slot])[start : start + MICRO_BATCH] for k, v in data.items()}
                noise = guided(part["latents"], part["timesteps"], part["text"])
                log_probs = log_probability(part["next"], *transition(noise, part["timesteps"], part["latents"]))
                ratio = torch.exp(log_probs - part["log_probs"])
                advantage = part["advantages"]
                clipped = ratio.clamp(1 - CLIP_RANGE, 1 + CLIP_RANGE)
                loss = torch.maximum(-advantage * ratio, -advantage * clipped).mean()
                if tdpo:
                    value, old, target = critic(part["features"])[:, 0], part["values"], part["returns"]
                    near = old + (value - old).clamp(-CRITIC_CLIP_RANGE, CRITIC_CLIP_RANGE)
                    loss = loss + 0.5 * torch.maximum((value - target) ** 2, (near - target) ** 2).mean()
                (loss / ACCUMULATION).backward()
                done += 1
                if done % ACCUMULATION == 0:
                    for parameters, optimiser in zip(groups, optimisers):
                        torch.nn.utils.clip_grad_norm_(parameters, MAX_GRAD_NORM)
                        optimiser.step()
                        optimiser.zero_grad()

    timings = []
    for _ in range(1 + options.epochs):
        marks = [(time.perf_counter(), time.process_time())]
        data = sample_epoch()
        marks.append((time.perf_counter(), time.process_time()))
        train_epoch(data)
        marks.append((time.perf_counter(), time.process_time()))
        (w0, c0), (w1, c1), (w2, c2) = marks
        timings.append({"sampling_s": w1 - w0, "training_s": w2 - w1, "epoch_s": w2 - w0, "sampling_cpu_s": c1 - c0, "training_cpu_s": c2 - c1})
    measured = timings[1:]
    every = {k: [round(t[k], 3) for t in measured] for k in measured[0]}
    result = {"workload": "tiny E32", "algorithm": options.algorithm, "threads": options.threads, "epochs": options.epochs}
    result |= {k: round(statistics.median(v), 3) for k, v in every.items()}
    result |= {"startup_s": round(startup[0], 2), "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)}
    result |= {"lora_parameters": sum(p.numel() for p in adapters), "warm_up_epoch_s": round(timings[0]["epoch_s"], 3), "all": every}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
