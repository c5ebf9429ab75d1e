#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.15.0"]
# ///
"""Computes GRPO-Guard's and Flow-DPPO's losses of Gaussian steps, and their gradients, in double precision.

Written to src/test/resources/org/tempera/algorithms/loss/surrogates.json, which SurrogateParityTest reads. The ratios
follow GRPO-Guard's equation 8 and Flow-DPPO's mask, as docs/algorithms/grpo.md writes them; autograd does the rest.
"""

import json
import pathlib

import torch

N, D = 6, 5
torch.manual_seed(3)
old = torch.randn(N, D, dtype=torch.float64)
std = torch.tensor([0.9, 0.5, 0.2, 0.05, 1.4, 0.3], dtype=torch.float64)
sample = old + std[:, None] * torch.randn(N, D, dtype=torch.float64)
moved = old + std[:, None] * 0.4 * torch.randn(N, D, dtype=torch.float64)
advantage = torch.tensor([1.3, -0.7, 0.4, -2.0, -1.1, 0.6], dtype=torch.float64)


def log_prob(mean, over):
    density = -((sample - mean) ** 2) / (2 * std[:, None] ** 2) - torch.log(std[:, None])
    return getattr(density, over)(dim=1)


def case(name, over, bound):
    mean = moved.clone().requires_grad_()
    kl = getattr((mean - old) ** 2, over)(dim=1) / (2 * std**2)
    log_ratio = log_prob(mean, over) - log_prob(old, over)
    if name == "guard":
        ratio = torch.exp(std * (log_ratio + kl))
        low, high = (1 / torch.tensor(bound).exp(), torch.tensor(bound).exp()) if over == "sum" else (1 - bound, 1 + bound)
        loss = torch.maximum(-advantage * ratio, -advantage * torch.clamp(ratio, low, high)).mean()
    else:
        ratio = torch.exp(log_ratio)
        away = ((advantage > 0) & (ratio > 1)) | ((advantage < 0) & (ratio < 1))
        loss = (-advantage * ratio * ~(away & (kl > bound))).mean()
    loss.backward()
    return {
        "surrogate": name,
        "over": over,
        "bound": bound,
        "ratio": ratio.detach().tolist(),
        "loss": loss.item(),
        "gradient": mean.grad.flatten().tolist(),
    }


out = {
    "made_with": "torch " + torch.__version__.split("+")[0],
    "shape": [N, D],
    "sample": sample.flatten().tolist(),
    "old_mean": old.flatten().tolist(),
    "mean": moved.flatten().tolist(),
    "std": std.tolist(),
    "advantage": advantage.tolist(),
    "cases": [
        case("guard", "sum", 0.1),
        case("guard", "mean", 0.02),
        case("trust-region", "sum", 0.3),
        case("trust-region", "mean", 0.06),
    ],
}
target = pathlib.Path(__file__).parents[1] / "resources/org/tempera/algorithms/loss/surrogates.json"
target.write_text(json.dumps(out, indent=1) + "\n")
