#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["torch==2.9.1", "safetensors==0.8.0", "numpy==2.4.6"]
# ///
"""Writes random cases of TDPO's own arithmetic for `tempera verify`: advantages, the critic's loss, neuron resets.

    python make_tdpo_oracle.py OUT [--seed N]

The rules are those of the published code (its per-prompt buffers, KL penalties, critic and recycler), written anew in
float64; the critic's gradients are PyTorch's.
"""

import argparse
import json
from collections import deque
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file

PENALTIES = ("kl", "abs", "square", "clip", "approx", "js")


def penalty(kind, p, q):
    d = p - q
    if kind == "js":
        m = np.log(0.5 * (np.exp(p) + np.exp(q)))
        return 0.5 * (np.maximum(p - m, 0) + np.maximum(q - m, 0))
    return {
        "kl": d,
        "abs": np.abs(d),
        "square": 0.5 * d**2,
        "clip": np.maximum(d, 0),
        "approx": np.exp(d) - 1 - d,
    }[kind]


def advantages(prompts, rewards, values, buffer_size, min_count, gamma, log_prob=None, reference=None, kind=None, coefficient=0.0):
    """All epochs through one state. rewards [E,n], values [E,n,T]."""
    buffers, every_return, every_advantage = {}, [], []
    count = rewards.shape[1]
    for epoch, reward in enumerate(rewards.astype(np.float64)):
        names = prompts[epoch * count : (epoch + 1) * count]
        normalised = np.empty_like(reward)
        for name in set(names):
            rows = np.array([n == name for n in names])
            buffer = buffers.setdefault(name, deque(maxlen=buffer_size))
            buffer.extend(reward[rows])
            basis = reward if len(buffer) < min_count else np.array(buffer)
            normalised[rows] = (reward[rows] - basis.mean()) / (basis.std() + 1e-6)
        value = values[epoch].astype(np.float64)
        returns = np.zeros_like(value)
        returns[:, -1] = normalised
        if kind:
            returns -= coefficient * penalty(kind, log_prob[epoch].astype(np.float64), reference[epoch].astype(np.float64))
        for t in reversed(range(value.shape[1] - 1)):
            returns[:, t] += gamma * returns[:, t + 1]
        advantage = returns - value
        every_return.append(returns)
        every_advantage.append((advantage - advantage.mean()) / (advantage.std() + 1e-8))
    return np.float32(every_return), np.float32(every_advantage)


class Writer:
    def __init__(self, folder, seed):
        self.folder, self.random = Path(folder), np.random.default_rng(seed)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.cases, self.tensors = [], {}

    def normal(self, *shape):
        return self.random.standard_normal(shape).astype(np.float32)

    def add(self, name, kind, inputs, outputs, tolerance=1e-4):
        number = f"{len(self.cases):02d}"
        case = {"name": name, "kind": kind, "inputs": {}, "outputs": {}, "tolerance": tolerance}
        for side, mapping in (("inputs", inputs), ("outputs", outputs)):
            for key, value in mapping.items():
                if isinstance(value, np.ndarray):
                    tensor = f"{number}.{side[:-1]}.{key}"
                    self.tensors[tensor], value = np.ascontiguousarray(value), tensor
                case[side][key] = value
        self.cases.append(case)

    def advantages(self, name, epochs, count, steps, buffer_size, min_count, gamma, kind=None, coefficient=None, prompts=None, rewards=None, spread=0.3):
        vocabulary = prompts or ["cat", "a cat", "dog", "Dog", " cat", "猫"]
        chosen = [str(self.random.choice(vocabulary)) for _ in range(epochs * count)]
        rewards = self.normal(epochs, count) * 2 + 5 if rewards is None else rewards
        values = self.normal(epochs, count, steps)
        inputs = {"prompts": chosen, "rewards": rewards, "values": values}
        inputs |= {"buffer_size": buffer_size, "min_count": min_count, "gamma": gamma}
        extra = {}
        if kind:
            log_prob = self.normal(epochs, count, steps) - 1
            reference = (log_prob + spread * self.normal(epochs, count, steps)).astype(np.float32)
            inputs |= {"log_prob": log_prob, "reference_log_prob": reference, "kl_penalty": kind, "kl_coefficient": coefficient}
            extra = {"log_prob": log_prob, "reference": reference, "kind": kind, "coefficient": coefficient}
        returns, advantage = advantages(chosen, rewards, values, buffer_size, min_count, gamma, **extra)
        self.add(f"advantages, {name}", "tdpo-advantages", inputs, {"returns": returns, "advantages": advantage}, 2e-5)

    def critic(self, name, widths, indices=None, scale=1.0):
        """An affine critic: widths [d, hidden..., 1]; `indices` are the numbers in the keys."""
        indices = indices or range(len(widths) - 1)
        layers = []
        for i, (inside, outside) in zip(indices, zip(widths, widths[1:])):
            weight = self.normal(outside, inside) * np.float32(scale / inside**0.5)
            layers.append((f"layers.{i}", weight, self.normal(outside) * np.float32(0.4)))
        tensors = {f"{key}.weight": w for key, w, _ in layers} | {f"{key}.bias": b for key, _, b in layers}
        file = f"critic-{name}.safetensors"
        save_file(tensors, str(self.folder / file))
        return file, layers

    def critic_loss(self, name, critic, count, clip_range, shift=0.3):
        file, layers = critic
        features, returns = self.normal(count, layers[0][1].shape[1]), self.normal(count)
        parameters = [(torch.tensor(w, requires_grad=True), torch.tensor(b, requires_grad=True)) for _, w, b in layers]
        hidden = torch.from_numpy(features)
        for weight, bias in parameters:
            hidden = hidden @ weight.T + bias
        values = hidden[:, 0]
        old = values.detach() + shift * torch.from_numpy(self.normal(count))
        target = torch.from_numpy(returns)
        error = (values - target) ** 2
        if clip_range > 0:
            clipped = old + (values - old).clamp(-clip_range, clip_range)
            error = torch.maximum(error, (clipped - target) ** 2)
        loss = 0.5 * error.mean()
        loss.backward()
        outputs = {"values": values.detach().numpy(), "loss": loss.detach().reshape(1).numpy()}
        for (key, _, _), (weight, bias) in zip(layers, parameters):
            outputs |= {f"grad:{key}.weight": weight.grad.numpy(), f"grad:{key}.bias": bias.grad.numpy()}
        inputs = {"critic": file, "features": features, "returns": returns, "old_values": old.numpy(), "clip_range": clip_range}
        self.add(f"critic loss, {name}, clip {clip_range}", "critic-loss", inputs, outputs)

    def reset(self, name, critic, count, threshold, mode):
        file, layers = critic
        features = self.normal(count, layers[0][1].shape[1])
        hidden, dormant = features.astype(np.float64), []
        for _, weight, bias in layers[:-1]:
            hidden = hidden @ weight.T.astype(np.float64) + bias
            score = np.maximum(hidden, 0).mean(0)
            relative = score / (score.mean() + 1e-9)
            assert not (np.abs(relative - threshold)[relative > 0] < 1e-4).any(), "a neuron at the threshold"
            dormant.append(relative <= threshold)
        masks = {"dormant": dormant, "active": [~d for d in dormant], "all": [np.ones_like(d) for d in dormant]}[mode]
        changed = {}
        for key, weight, bias in layers:
            changed[f"{key}.weight"], changed[f"{key}.bias"] = np.zeros(weight.shape, np.uint8), np.zeros(bias.shape, np.uint8)
        for (key, _, _), (following, _, _), mask in zip(layers, layers[1:], masks):
            changed[f"{key}.weight"][mask] = 1
            changed[f"{key}.bias"][mask] = 1
            changed[f"{following}.weight"][:, mask] = 1
        fraction = sum(d.sum() for d in dormant) / sum(d.size for d in dormant)
        outputs = {"dormant_fraction": np.float32([fraction])}
        outputs |= {f"reset:{i}": mask.astype(np.uint8) for i, mask in enumerate(masks)}
        outputs |= {f"redrawn:{key}": value for key, value in changed.items()}
        outputs |= {f"moments:{key}": value for key, value in changed.items()}
        inputs = {"critic": file, "features": features, "threshold": threshold, "mode": mode}
        self.add(f"reset {mode}, threshold {threshold}, {name}", "neuron-reset", inputs, outputs)

    def write(self):
        save_file(self.tensors, str(self.folder / "oracle.safetensors"))
        document = {"format": "tempera-oracle/1", "made_with": f"torch {torch.__version__.split('+')[0]}, numpy {np.__version__}"}
        document |= {"tensors": "oracle.safetensors", "cases": self.cases}
        (self.folder / "oracle.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    w = Writer(options.out, options.seed)
    for kind in PENALTIES:
        w.advantages(f"{kind}, gamma 0.95", 2, 6, 5, 8, 4, 0.95, kind, 0.3)
    w.advantages("js far apart", 2, 6, 5, 8, 4, 1.0, "js", 2.0, spread=6.0)
    w.advantages("penalty coefficient 0", 2, 5, 4, 8, 4, 0.9, "clip", 0.0)
    w.advantages("gamma 0", 2, 6, 4, 8, 4, 0.0, "kl", 0.1)
    w.advantages("one timestep", 3, 6, 1, 8, 4, 1.0)
    w.advantages("one epoch, one prompt", 1, 7, 3, 16, 16, 1.0, prompts=["cat"])
    w.advantages("buffer of 1", 3, 6, 3, 1, 1, 1.0)
    w.advantages("buffer below min_count: always the epoch's", 4, 8, 3, 3, 5, 0.9)
    w.advantages("buffer below the epoch's share: oldest leave first", 5, 9, 3, 4, 2, 1.0, prompts=["cat", "dog"])
    w.advantages("min_count 0", 3, 5, 3, 6, 0, 1.0)
    w.advantages("min_count 1", 3, 5, 3, 6, 1, 1.0)
    w.advantages("equal rewards", 2, 6, 4, 8, 4, 1.0, rewards=np.full((2, 6), 0.5, np.float32))
    w.advantages("eight epochs, wrapping", 8, 10, 6, 16, 8, 0.99, "approx", 0.05)
    w.advantages("an epoch of one sample", 3, 1, 4, 8, 2, 0.9, prompts=["cat"])
    critics = {
        "one-layer": w.critic("one-layer", [6, 1]),
        "two-layers": w.critic("two-layers", [5, 7, 1]),
        "four-layers": w.critic("four-layers", [12, 9, 8, 3, 1]),
        "gaps": w.critic("gaps", [10, 16, 8, 4, 1], [0, 2, 4, 10]),
        "many": w.critic("many", [4] + [5] * 11 + [1]),
    }
    for name, critic in critics.items():
        for clip_range in (0.2, 0, 0.01):
            w.critic_loss(name, critic, 9, clip_range)
    w.critic_loss("two-layers, one row", critics["two-layers"], 1, 0.2)
    for name in ("two-layers", "four-layers", "gaps", "many"):
        for threshold, mode, count in ((0.0, "active", 3), (0.0, "dormant", 3), (0.4, "dormant", 11), (1.0, "active", 11), (0.1, "all", 5)):
            w.reset(name, critics[name], count, threshold, mode)
    w.reset("four-layers, one row", critics["four-layers"], 1, 0.0, "dormant")
    dead = w.critic("dead", [6, 8, 5, 1])
    dead[1][0][2][:] = -100  # a layer that never fires
    save_file({f"{k}.weight": x for k, x, _ in dead[1]} | {f"{k}.bias": b for k, _, b in dead[1]}, str(options.out / dead[0]))
    for mode in ("active", "dormant", "all"):
        w.reset("a dead layer", dead, 4, 0.0, mode)
    w.write()
    print(f"wrote {len(w.cases)} cases to {options.out / 'oracle.json'}")


if __name__ == "__main__":
    main()
