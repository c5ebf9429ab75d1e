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

import math

import torch
from tiny_e32_torch import BATCH, LEARNING_RATE, MICRO_BATCH, SAMPLES, STEPS, ImageTower, Policy, Updates, measure, parser

CLIP_RANGE, CRITIC_CLIP_RANGE = 1e-4, 0.2


def log_probability(value, mean, deviation):
    density = -((value - mean) ** 2) / (2 * deviation**2) - deviation.log() - 0.5 * math.log(2 * math.pi)
    return density.mean((1, 2, 3))


def main():
    options = parser(__doc__, ("tdpo", "ddpo")).parse_args()
    tdpo = options.algorithm == "tdpo"
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    policy = Policy(options.folder)
    optimisers = [policy.optimiser()]
    if tdpo:
        tower = ImageTower(options.folder)
        widths = [tower.tower.config.projection_dim, 1024, 128, 64, 16, 1]
        layers = [torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
        dropouts = [torch.nn.Dropout(p) for p in (0.2, 0.2, 0.1)]
        critic = torch.nn.Sequential(
            layers[0], dropouts[0], layers[1], dropouts[1], layers[2], dropouts[2], layers[3], layers[4]
        )
        optimisers.append(torch.optim.AdamW(list(critic.parameters()), LEARNING_RATE, weight_decay=1e-4))

    @torch.no_grad()
    def sample_epoch():
        policy.unet.eval()
        parts = []
        for _ in range(SAMPLES // BATCH):
            text = policy.text[torch.randint(len(policy.prompts), (BATCH,))]
            rows = {k: [] for k in ("latents", "next", "timesteps", "log_probs", "features", "values")}
            for timesteps, latents, mean, deviation, following in policy.denoise(text):
                if tdpo:
                    features = tower.embed(policy.decode(latents))
                    rows["features"].append(features)
                    rows["values"].append(critic.eval()(features)[:, 0])
                rows["latents"].append(latents)
                rows["next"].append(following)
                rows["timesteps"].append(timesteps)
                rows["log_probs"].append(log_probability(following, mean, deviation))
            part = {k: torch.stack(v, 1) for k, v in rows.items() if v}
            part["text"] = text
            # Any cheap reward: how much redder than green a picture is.
            images = policy.decode(following)
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
        policy.unet.train()
        order = torch.randperm(SAMPLES)
        steps = torch.stack([torch.randperm(STEPS) for _ in range(SAMPLES)])
        rows = torch.arange(SAMPLES)[:, None]
        data = {k: (v if k == "text" else v[rows, steps])[order] for k, v in data.items()}
        if tdpo:
            critic.train()
        updates = Updates(optimisers)
        for slot in range(STEPS):
            for start in range(0, SAMPLES, MICRO_BATCH):
                part = {k: (v if k == "text" else v[:, slot])[start : start + MICRO_BATCH] for k, v in data.items()}
                noise = policy.guided(part["latents"], part["timesteps"], part["text"])
                step = policy.transition(noise, part["timesteps"], part["latents"])
                ratio = torch.exp(log_probability(part["next"], *step) - part["log_probs"])
                advantage = part["advantages"]
                clipped = ratio.clamp(1 - CLIP_RANGE, 1 + CLIP_RANGE)
                loss = torch.maximum(-advantage * ratio, -advantage * clipped).mean()
                if tdpo:
                    value, old, target = critic(part["features"])[:, 0], part["values"], part["returns"]
                    near = old + (value - old).clamp(-CRITIC_CLIP_RANGE, CRITIC_CLIP_RANGE)
                    loss = loss + 0.5 * torch.maximum((value - target) ** 2, (near - target) ** 2).mean()
                updates.add(loss)

    def epoch(clock):
        with clock.phase("sampling"):
            data = sample_epoch()
        with clock.phase("training"):
            train_epoch(data)

    measure(options, policy, epoch)


if __name__ == "__main__":
    main()
