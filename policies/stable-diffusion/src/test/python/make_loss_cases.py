#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.15.0", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Writes cases of the algorithms' losses through a model with an adapter, in double precision: the kinds of `tempera
verify` that ask a policy.

    python make_loss_cases.py ../resources/sd-tiny/model ../resources/losses

The losses are written here as docs/algorithms has them; model, adapter, noise schedule and steps are diffusers' own, and
the gradients autograd's. ParityTest reads what is written. The adapter is one of a few layers, and random.
"""

import os
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[5] / "docs" / "verify"))
import make_oracle  # noqa: E402

RANK, SCALE = 2, 0.8
LAYERS = (
    "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_v",
    "mid_block.attentions.0.transformer_blocks.0.attn1.to_q",
    "up_blocks.1.attentions.1.transformer_blocks.0.attn2.to_out.0",
)


class Cases:
    def __init__(self, model, out):
        self.model, self.out = model, out
        self.oracle = make_oracle.Oracle(out, model, 23)
        self.file = out / "adapter.safetensors"
        self.write_adapter()
        self.policy, self.reference = self.load(SCALE), self.load(None)
        channels, size = self.policy.unet.config.in_channels, 4
        self.shape, self.width = (channels, size, size), self.policy.unet.config.cross_attention_dim
        self.lora = {"file": self.file.name, "scale": SCALE}

    def write_adapter(self):
        unet = make_oracle.Policy(self.model).unet
        tensors = {}
        for layer in LAYERS:
            weight = unet.get_submodule(layer).weight
            for name, shape in (("down", (RANK, weight.shape[1])), ("up", (weight.shape[0], RANK))):
                tensors[f"unet.{layer}.lora.{name}.weight"] = self.oracle.normal(*shape) * 0.05
        self.out.mkdir(parents=True, exist_ok=True)
        save_file(tensors, str(self.file))

    def load(self, scale):
        """Denoiser and autoencoder in double precision, with the adapter at a scale, or without it."""
        policy = make_oracle.Policy(self.model)
        if scale is not None:
            policy.load_lora(self.file, scale)
        policy.unet.double()
        policy.vae.double()
        return policy

    def latents(self, *count):
        return self.oracle.normal(*count, *self.shape).double()

    def text(self, n):
        return self.oracle.normal(n, 77, self.width).double()

    def timesteps(self, n):
        return torch.randint(1, self.policy.scheduler.config.num_train_timesteps, (n,), generator=self.oracle.generator)

    def noised(self, latent, noise, timestep):
        alpha = self.policy.scheduler.alphas_cumprod[timestep].double()[:, None, None, None]
        return alpha.sqrt() * latent + (1 - alpha).sqrt() * noise

    def add(self, kind, what, inputs, loss, outputs, tolerance):
        """A case with the gradients of its loss; what is given is single precision's."""
        parameters = self.policy.lora_parameters(self.file)
        gradients = torch.autograd.grad(loss, list(parameters.values()))
        outputs = {**outputs, "loss": loss.reshape(1)} | {f"grad:{name}": g for name, g in zip(parameters, gradients)}
        inputs = {**inputs, "lora": self.lora}

        def single(values):
            return {k: v.float() if torch.is_tensor(v) and v.is_floating_point() else v for k, v in values.items()}

        self.oracle.add(f"{kind}, {what}", kind, single(inputs), single(outputs), tolerance)
        print(kind, what, {k: v.detach().flatten()[:6].tolist() for k, v in outputs.items() if not k.startswith("grad:") and k != "image"})


def mean_square(error):
    return (error**2).flatten(1).mean(1)


def add_rwr(cases):
    prompts = ["cat", "dog", "cat", "cat"]
    n = len(prompts)
    for weighting, temperature, guidance in (("epoch", 0.7, 1.0), ("prompt", 1.5, 4.0), ("best", None, 1.0)):
        latent, noise, timestep = cases.latents(n), cases.latents(n), cases.timesteps(n)
        text, negative = cases.text(n), cases.text(n)
        rewards = torch.tensor([0.3, 1.2, -0.6, 0.9])
        same = torch.tensor([[p == q or weighting == "epoch" for q in prompts] for p in prompts])
        if weighting == "best":
            given = torch.tensor([rewards[i] == rewards[same[i]].max() for i in range(n)]).double()
        else:
            given = (rewards.double() / temperature).exp()
        share = given / (same.double() @ given)
        weights = share * same.sum(1)
        output = cases.policy.guided(cases.noised(latent, noise, timestep), timestep, text, negative, guidance)
        loss = (weights * mean_square(output - noise)).mean()
        inputs = {"latent": latent, "noise": noise, "timestep": timestep, "text": text, "prompts": prompts, "rewards": rewards}
        inputs |= {"weighting": weighting}
        inputs |= {} if temperature is None else {"temperature": temperature}
        inputs |= {} if guidance == 1 else {"guidance": guidance, "negative_text": negative}
        cases.add("rwr-loss", f"weighting {weighting}, guidance {guidance}", inputs, loss, {"weights": weights}, 1e-3)


def add_diffusion_dpo(cases):
    n, beta = 4, 60.0
    chosen, rejected, noise, timestep, text = cases.latents(n), cases.latents(n), cases.latents(n), cases.timesteps(n), cases.text(n)

    def error(policy, latent):
        return mean_square(policy.predict(cases.noised(latent, noise, timestep), timestep, text) - noise)

    ours = error(cases.policy, chosen) - error(cases.policy, rejected)
    theirs = error(cases.reference, chosen) - error(cases.reference, rejected)
    margin = -beta / 2 * (ours - theirs)
    loss = -torch.nn.functional.logsigmoid(margin).mean()
    inputs = {"latent_w": chosen, "latent_l": rejected, "noise": noise, "timestep": timestep, "text": text, "beta": beta}
    outputs = {"margin": margin, "accuracy": (margin > 0).double().mean().reshape(1)}
    cases.add("diffusion-dpo-loss", "four pairs", inputs, loss, outputs, 1e-3)


def add_nft(cases):
    n, beta, old_scale, coefficient = 3, 0.7, 0.3, 0.2
    latent, noise, timestep, text = cases.latents(n), cases.latents(n), cases.timesteps(n), cases.text(n)
    good = torch.tensor([0.9, 0.1, 0.5])
    noisy = cases.noised(latent, noise, timestep)
    alpha = cases.policy.scheduler.alphas_cumprod[timestep].double()[:, None, None, None]
    current, reference = cases.policy.predict(noisy, timestep, text), cases.reference.predict(noisy, timestep, text)
    with torch.no_grad():
        old = cases.load(old_scale).predict(noisy, timestep, text)

    def distance(output):
        error = (noisy - (1 - alpha).sqrt() * output) / alpha.sqrt() - latent
        return mean_square(error) / error.detach().abs().flatten(1).mean(1).clamp(min=1e-5)

    positive = distance(beta * current + (1 - beta) * old)
    negative = distance((1 + beta) * old - beta * current)
    loss = (good * positive + (1 - good) * negative).mean() / beta + coefficient * ((current - reference) ** 2).mean()
    inputs = {"latent": latent, "noise": noise, "timestep": timestep, "text": text, "r": good, "beta": beta}
    inputs |= {"weighting": "adaptive", "kl_coefficient": coefficient, "old_scale": old_scale}
    cases.add("nft-loss", "through the model", inputs, loss, {"positive": positive, "negative": negative}, 1e-3)


def add_policy_gradient(cases, settings):
    for over, clip, coefficient in settings:
        n, steps, eta, guidance = 4, 10, 0.9, 3.0
        cases.policy.scheduler.set_timesteps(steps)
        timestep = cases.policy.scheduler.timesteps[[1, 4, 6, 8]]
        sample, text, negative = cases.latents(n), cases.text(n), cases.text(n)

        def transition(policy):
            output = policy.guided(sample, timestep, text, negative, guidance)  # noqa: B023
            rows = [policy.step(output[i : i + 1], int(timestep[i]), sample[i : i + 1], steps, eta) for i in range(n)]  # noqa: B023
            return torch.cat([r[0] for r in rows]), torch.stack([r[1] for r in rows]).double().reshape(n, 1, 1, 1)

        mean, std = transition(cases.policy)
        center = transition(cases.reference)[0]
        following = (mean + std * cases.latents(n)).detach().float().double()
        elements = make_oracle.log_density(following, mean, std).flatten(1)
        log_prob = getattr(elements, over)(1)
        # Inside, beyond and outside of the range with advantages of both signs.
        old = (log_prob - clip * torch.tensor([0.4, -2.0, 2.0, 2.0])).detach().float().double()
        advantage = torch.tensor([1.0, -1.5, 2.0, -0.5])
        ratio = (log_prob - old).exp()
        surrogate = torch.maximum(-advantage * ratio, -advantage * ratio.clamp(1 - clip, 1 + clip)).mean()
        kl = getattr(((mean - center) ** 2 / (2 * std**2)).flatten(1), over)(1)
        inputs = {"sample": sample, "next": following, "timestep": timestep, "text": text, "negative_text": negative}
        inputs |= {"guidance": guidance, "steps": steps, "eta": eta, "advantage": advantage, "old_log_prob": old}
        inputs |= {"clip_range": clip, "log_prob": over}
        if coefficient is None:
            cases.add("policy-gradient", over, inputs, surrogate, {}, 5e-3)
        else:
            inputs |= {"kl_coefficient": coefficient}
            cases.add("kl-policy-gradient", over, inputs, surrogate + coefficient * kl.mean(), {"kl": kl}, 5e-3)


def add_draft(cases):
    texts, negative, steps, guidance = make_oracle.PROMPTS, make_oracle.NEGATIVES, 3, 4.0
    policy = cases.policy
    with torch.no_grad():
        text, away = (policy.encode(policy.ids(of)).double() for of in (texts, negative))
    for what, last, eta, draws in (("last 2 of 3 steps", 2, 0.6, 0), ("the last step again (DRaFT-LV)", 1, 0.0, 2)):
        start, noise, renoise = cases.latents(2), cases.latents(steps, 2), cases.latents(draws, 2)
        policy.scheduler.set_timesteps(steps)
        times = [int(t) for t in policy.scheduler.timesteps]

        def moved(latent, t, stochasticity, added):
            mean, std = policy.step(policy.guided(latent, t, text, away, guidance), t, latent, steps, stochasticity)
            return mean + std * added

        latent = start
        for i, t in enumerate(times):
            latent = moved(latent.detach() if i == steps - last else latent, t, eta, noise[i])
        if draws:
            final = latent.detach()
            rows = torch.full((2,), times[-1])
            ends = [moved(cases.noised(final, draw, rows), times[-1], 0.0, 0.0) for draw in renoise]
        else:
            ends = [latent]

        def redness(end):
            image = make_oracle.decoded(policy, end)
            return (image[:, 0] - (image[:, 1] + image[:, 2]) / 2).flatten(1).mean(1)

        reward = torch.stack([redness(end) for end in ends]).mean(0)
        inputs = {"texts": texts, "negative": negative, "latent": start, "steps": steps, "eta": eta, "guidance": guidance}
        inputs |= {"last_steps": last, "reward": "redness"}
        inputs |= {"noise": noise} if eta > 0 else {}
        inputs |= {"renoise": renoise} if draws else {}
        outputs = {"image": make_oracle.decoded(policy, latent), "reward": reward}
        cases.add("draft-gradient", what, inputs, -reward.mean(), outputs, 2e-3)


def main(model, out):
    torch.set_num_threads(1)
    cases = Cases(model, out)
    for parameter in cases.policy.lora_parameters(cases.file).values():
        parameter.requires_grad_(True)
    add_rwr(cases)
    add_diffusion_dpo(cases)
    add_nft(cases)
    add_policy_gradient(cases, [("sum", 0.2, 0.05), ("mean", 1e-3, 2.0)])
    add_draft(cases)
    add_policy_gradient(cases, [("sum", 0.3, None)])
    cases.oracle.write()
    for file in out.iterdir():
        os.chmod(file, 0o644)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
