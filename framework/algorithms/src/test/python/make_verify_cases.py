#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.15.0", "safetensors==0.8.0", "numpy==2.4.6"]
# ///
"""Writes cases of the kinds of `tempera verify` that are plain arithmetic, in double precision.

    python make_verify_cases.py ../resources/org/tempera/algorithms/verify

The statistics follow the pages in docs/algorithms, sample by sample and with nothing shared between them; the gradients
are autograd's. VerifyCasesTest reads what is written. The kinds that ask a policy have theirs beside a model
(policies/stable-diffusion/src/test/python/make_loss_cases.py).
"""

import json
import math
import pathlib
import statistics
import sys

import torch
from safetensors.torch import save_file

cases, tensors = [], {}
generator = torch.Generator().manual_seed(11)


def normal(*shape):
    """Numbers that single precision holds, to compute with in double."""
    return torch.randn(*shape, generator=generator).double()


def case(kind, what, inputs, outputs):
    number = f"{len(cases):02d}"

    def stored(key, value):
        if not torch.is_tensor(value):
            return value
        tensors[f"{number}.{key}"] = value.detach().float().contiguous()
        return f"{number}.{key}"

    cases.append(
        {
            "name": f"{kind}, {what}",
            "kind": kind,
            "inputs": {key: stored(key, value) for key, value in inputs.items()},
            "outputs": {key: stored(f"out.{key}", value) for key, value in outputs.items()},
            "tolerance": 2e-5,
        }
    )


def spread(numbers, divisor):
    if divisor == "population":
        return statistics.pstdev(numbers)
    return statistics.stdev(numbers) if len(numbers) > 1 else 0.0


def clamped(numbers, limit):
    return [max(-limit, min(limit, x)) for x in numbers] if limit else numbers


def group_advantages(prompts, rewards, weights, combine, scale, deviation, epsilon, whiten, clip):
    samples = range(len(prompts))

    def compared(row):
        out = []
        for i in samples:
            group = [row[j] for j in samples if prompts[j] == prompts[i]]
            by = {"none": 1, "group": spread(group, deviation) + epsilon, "epoch": spread(row, deviation) + epsilon}
            out.append((row[i] - statistics.fmean(group)) / by[scale])
        return out

    rows = rewards if combine == "rewards" else [compared(row) for row in rewards]
    total = [sum(w * row[i] for w, row in zip(weights, rows)) for i in samples]
    total = compared(total) if combine == "rewards" else total
    if whiten:
        mean, by = statistics.fmean(total), spread(total, deviation) + epsilon
        total = [(x - mean) / by for x in total]
    return clamped(total, clip)


def add_group_advantages():
    prompts = ["cat", "dog", "cat", "Cat", "dog", "cat", "dog", "cat"]
    for what, count, settings in (
        ("the epoch's deviation, clipped", 1, ("rewards", "epoch", "population", 1e-4, False, 0.8)),
        ("two rewards compared one by one (GDPO)", 2, ("advantages", "group", "sample", 1e-4, True, 0)),
        ("the sum of two rewards, without deviation", 2, ("rewards", "none", "population", 1e-4, False, 0)),
    ):
        rewards = normal(count, len(prompts)) * 3 + 1
        weights = torch.tensor([1.0, -0.25][:count])
        names = ("combine", "scale", "deviation", "epsilon", "whiten", "clip")
        inputs = {"prompts": prompts, "rewards": rewards, "weights": weights, **dict(zip(names, settings))}
        got = group_advantages(prompts, rewards.tolist(), weights.tolist(), *settings)
        case("group-advantages", what, inputs, {"advantages": torch.tensor(got)})


def add_ddpo_advantages():
    epochs, n, size, least, clip = 4, 6, 5, 3, 1.1
    names = ["cat", "dog", "a dog"]
    prompts = [names[int(k)] for k in torch.randint(0, 3, (epochs * n,), generator=generator)]
    rewards = normal(epochs, n) * 2 + 0.5
    seen, out = {}, []
    for e, row in enumerate(rewards.tolist()):
        of = prompts[e * n : (e + 1) * n]
        for prompt, reward in zip(of, row):
            seen.setdefault(prompt, []).append(reward)
        for prompt, reward in zip(of, row):
            latest = seen[prompt][-size:]
            among = latest if len(latest) >= least else row
            out.append((reward - statistics.fmean(among)) / (statistics.pstdev(among) + 1e-6))
    inputs = {"prompts": prompts, "rewards": rewards, "buffer_size": size, "min_count": least, "clip": clip}
    case("ddpo-advantages", "buffers fill and overflow", inputs, {"advantages": torch.tensor(clamped(out, clip)).reshape(epochs, n)})


def add_lagrangian():
    epochs, n, rate = 4, 6, 0.7
    rewards, costs = normal(epochs, n), normal(epochs, 2, n) + torch.tensor([[0.8], [-2.0]])
    limits, held = [0.1, 0.0], [0.5, 0.0]
    initial = list(held)
    multipliers, advantages = [], []
    for reward, cost in zip(rewards.tolist(), costs.tolist()):
        standard = [[(x - statistics.fmean(r)) / (statistics.pstdev(r) + 1e-8) for x in r] for r in (reward, *cost)]
        for i in range(n):
            taken = sum(factor * row[i] for factor, row in zip(held, standard[1:]))
            advantages.append((standard[0][i] - taken) / (1 + sum(held)))
        held = [max(0, factor + rate * (statistics.fmean(c) - limit)) for factor, c, limit in zip(held, cost, limits)]
        multipliers.append(held)
    inputs = {"rewards": rewards, "costs": costs, "limits": torch.tensor(limits), "initial": torch.tensor(initial), "learning_rate": rate}
    outputs = {"multipliers": torch.tensor(multipliers), "advantages": torch.tensor(advantages).reshape(epochs, n)}
    case("lagrangian", "one cost above its limit, one far below", inputs, outputs)


def add_gae():
    for what, gamma, decay, normalise, last in (
        ("a last value, normalised", 0.9, 0.8, True, True),
        ("whole returns", 1.0, 1.0, False, False),
    ):
        rewards, values, after = normal(3, 5), normal(3, 5), normal(3) if last else torch.zeros(3).double()
        # By the definition: the sum of (gamma lambda)^k times the temporal difference k steps on.
        following = torch.cat([values[:, 1:], after[:, None]], 1)
        differences = rewards + gamma * following - values
        powers = torch.tensor([[(gamma * decay) ** (s - t) if s >= t else 0.0 for s in range(5)] for t in range(5)]).double()
        advantages = differences @ powers.T
        returns = advantages + values
        if normalise:
            advantages = (advantages - advantages.mean()) / (advantages.std(unbiased=False) + 1e-8)
        inputs = {"rewards": rewards, "values": values, "gamma": gamma, "lambda": decay, "normalise": normalise}
        case("gae", what, inputs | ({"last_value": after} if last else {}), {"advantages": advantages, "returns": returns})


def add_gaussian_kl():
    for what, form in (("nats, of whole paths", "sum"), ("per number", "mean"), ("Flow-GRPO's", "flow-grpo")):
        mean, reference = normal(4, 2, 3, 2).requires_grad_(), normal(4, 2, 3, 2)
        std, dt = torch.tensor([0.7, 0.2, 1.1, 0.4]), torch.tensor([0.1, 0.05, 0.3, 0.2])
        variance = (std.double() ** 2 / (dt.double() if form == "flow-grpo" else 1))[:, None, None, None]
        step = torch.distributions.Normal(mean, variance.sqrt())
        elements = torch.distributions.kl_divergence(step, torch.distributions.Normal(reference, variance.sqrt())).flatten(1)
        kl = elements.sum(1) if form == "sum" else elements.mean(1)
        loss = kl.mean()
        loss.backward()
        inputs = {"mean": mean, "reference_mean": reference, "std": std, "form": form}
        outputs = {"kl": kl, "loss": loss.reshape(1), "grad:mean": mean.grad}
        if form == "sum":
            inputs["steps"], outputs["path"] = 2, kl.reshape(2, 2).sum(1)
        if form == "flow-grpo":
            inputs["dt"] = dt
        case("gaussian-kl", what, inputs, outputs)


def add_nft_loss():
    for what, weighting, beta, limit, coefficient in (
        ("how good samples are is given", "none", 0.4, None, None),
        ("advantages beyond their limit, weighted, with a reference", "adaptive", 1.5, 2.0, 0.3),
    ):
        clean, noise, old, current = (normal(4, 2, 3, 2) for _ in range(4))
        current.requires_grad_()
        t = torch.tensor([0.1, 0.4, 0.75, 0.95])
        level = t.double()[:, None, None, None]
        noisy = (1 - level) * clean + level * noise
        inputs = {"clean": clean, "noise": noise, "current": current, "old": old, "t": t, "beta": beta, "weighting": weighting}
        if limit is None:
            inputs["r"] = torch.tensor([0.2, 1.0, 0.0, 0.6])
            good, factor = inputs["r"].double(), 1.0
        else:
            inputs |= {"advantage": torch.tensor([-3.0, 0.5, 1.2, 4.0]), "advantage_clip": limit}
            good, factor = (inputs["advantage"].double().clamp(-limit, limit) / limit + 1) / 2, limit

        def distance(direction):
            error = noisy - level * (old + direction * beta * (current - old)) - clean
            by = error.detach().abs().flatten(1).mean(1).clamp(min=1e-5) if weighting == "adaptive" else 1
            return (error**2).flatten(1).mean(1) / by

        positive, negative = distance(1), distance(-1)
        loss = factor / beta * (good * positive + (1 - good) * negative).mean()
        if coefficient is not None:
            inputs |= {"reference": normal(4, 2, 3, 2), "kl_coefficient": coefficient}
            loss = loss + coefficient * ((current - inputs["reference"]) ** 2).mean()
        loss.backward()
        case("nft-loss", what, inputs, {"positive": positive, "negative": negative, "loss": loss.reshape(1), "grad:current": current.grad})


def main(out):
    add_group_advantages()
    add_ddpo_advantages()
    add_lagrangian()
    add_gae()
    add_gaussian_kl()
    add_nft_loss()
    assert all(math.isfinite(float(t.abs().sum())) for t in tensors.values())
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, str(out / "oracle.safetensors"))
    document = {"format": "tempera-oracle/1", "made_with": f"torch {torch.__version__.split('+')[0]}", "tensors": "oracle.safetensors", "cases": cases}
    (out / "oracle.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
