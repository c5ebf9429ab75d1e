#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "safetensors==0.8.0", "numpy==2.4.6",
# ]
# ///
"""Algorithms that PyTorch has public code for, as a PyTorch user would write them today: peers of `tempera bench`.

    python peer_algorithms.py FOLDER --algorithm draft --threads 2 --epochs 2

FOLDER is what make_tiny_e32.py wrote; sampling is that of peer_tiny_e32.py, and the reward an affine head on the embedding of
the picture. draft is AlignProp (TRL 0.23): the gradient goes through the decoder and the last steps, and every pass through the
UNet is under activation checkpointing. nft is DiffusionNFT (NVlabs/DiffusionNFT), for an epsilon model: of each sample and
timestep one pass each through the adapter that drew, the one that is trained, and none. diffusion-dpo is Diffusion-DPO
(SalesforceAIResearch/DiffusionDPO) on pairs of an epoch's samples, each as often as there are timesteps.
"""

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from tiny_e32_torch import BATCH, MICRO_BATCH, SAMPLES, STEPS
from tiny_e32_torch import ImageTower, Policy, Updates, adapter, guide, measure, parser
from torch.utils.checkpoint import checkpoint

SAMPLES_PER_PROMPT = 4


class Run:
    """What every algorithm reads: the policy, the reward, the optimiser."""

    def __init__(self, options):
        self.policy = Policy(options.folder)
        self.tower = ImageTower(options.folder)
        self.head = load_file(options.folder / "head.safetensors")
        self.last_steps = options.last_steps
        self.optimiser = self.policy.optimiser()

    def reward(self, latents):
        return F.linear(self.tower.embed(self.policy.decode(latents)), self.head["weight"], self.head["bias"])[:, 0]

    def texts(self):
        """Each prompt as often as it is drawn, one after the other; and which prompt it is."""
        prompts = torch.randint(len(self.policy.prompts), (SAMPLES // SAMPLES_PER_PROMPT,))
        return self.policy.text[prompts.repeat_interleave(SAMPLES_PER_PROMPT)]

    @torch.no_grad()
    def samples(self):
        """Final latents, texts and rewards of an epoch."""
        self.policy.unet.eval()
        text, latents, rewards = self.texts(), [], []
        for batch in text.split(BATCH):
            *_, (*_, final) = self.policy.denoise(batch)
            latents.append(final)
            rewards.append(self.reward(final))
        return torch.cat(latents), text, torch.cat(rewards)

    def noised(self, clean, timesteps, noise):
        """Latents noised to a timestep per row, and the roots of signal and noise."""
        alpha = self.policy.scheduler.alphas_cumprod[timesteps].reshape(-1, 1, 1, 1)
        return alpha.sqrt() * clean + (1 - alpha).sqrt() * noise, alpha.sqrt(), (1 - alpha).sqrt()


def draft(run):
    policy, unet = run.policy, run.policy.unet

    def predict(step, latents, timesteps, text):
        both = torch.cat([policy.negative.expand_as(text), text])
        arguments = torch.cat([latents] * 2), torch.cat([timesteps] * 2), both
        output = checkpoint(unet, *arguments, use_reentrant=False).sample
        return guide(output if step >= STEPS - run.last_steps else output.detach())

    def epoch(clock):
        unet.train()
        updates = Updates([run.optimiser])
        for text in run.texts()[torch.randperm(SAMPLES)].split(MICRO_BATCH):
            steps = iter(range(STEPS))
            with clock.phase("sampling"):
                *_, (*_, final) = policy.denoise(text, lambda *arguments: predict(next(steps), *arguments))
                loss = -run.reward(final).mean()
            with clock.phase("training"):
                updates.add(loss)

    return epoch


def nft(run, beta=1.0, most=5.0, distance=1e-4):
    policy, unet = run.policy, run.policy.unet
    unet.add_adapter(adapter(), "old")
    named = dict(unet.named_parameters())
    pairs = [(named[name.replace(".default.", ".old.")], p) for name, p in named.items() if ".default." in name]
    with torch.no_grad():
        for old, new in pairs:
            old.copy_(new)
    unet.set_adapter("default")
    epochs = 0

    def goodness(rewards):
        groups = rewards.reshape(-1, SAMPLES_PER_PROMPT)
        advantages = (groups - groups.mean(1, keepdim=True)).flatten() / (rewards.std(correction=0) + 1e-4)
        return advantages.clamp(-most, most) / most / 2 + 0.5

    def error(off):
        with torch.no_grad():
            size = off.abs().mean((1, 2, 3), keepdim=True).clamp(min=1e-5)
        return (off**2 / size).mean((1, 2, 3))

    def loss(clean, timesteps, text, good):
        noisy, signal, noise = run.noised(clean, timesteps, torch.randn_like(clean))
        with torch.no_grad():
            unet.set_adapter("old")
            old = unet(noisy, timesteps, text).sample
            unet.set_adapter("default")
        new = unet(noisy, timesteps, text).sample
        with torch.no_grad():
            unet.disable_adapters()
            reference = unet(noisy, timesteps, text).sample
            unet.enable_adapters()
        positive, negative = beta * new + (1 - beta) * old, (1 + beta) * old - beta * new
        errors = [error((noisy - noise * output) / signal - clean) for output in (positive, negative)]
        both = (good * errors[0] + (1 - good) * errors[1]) / beta
        return most * both.mean() + distance * ((new - reference) ** 2).mean()

    def epoch(clock):
        nonlocal epochs
        with clock.phase("sampling"):
            unet.set_adapter("old")
            latents, texts, rewards = run.samples()
            unet.set_adapter("default")
        with clock.phase("training"):
            unet.train()
            good, updates = goodness(rewards), Updates([run.optimiser], passes=STEPS)
            for rows in torch.randperm(SAMPLES).split(MICRO_BATCH):
                timesteps = torch.stack([policy.scheduler.timesteps[torch.randperm(STEPS)] for _ in rows])
                for slot in range(STEPS):
                    updates.add(loss(latents[rows], timesteps[:, slot], texts[rows], good[rows]))
            epochs += 1
            decay = min(0.001 * epochs, 0.5)
            with torch.no_grad():
                for old, new in pairs:
                    old.mul_(decay).add_(new, alpha=1 - decay)

    return epoch


def diffusion_dpo(run, beta=5000.0):
    policy, unet = run.policy, run.policy.unet

    def errors(noisy, timesteps, text, noise):
        better, worse = ((unet(noisy, timesteps, text).sample - noise) ** 2).mean((1, 2, 3)).chunk(2)
        return better - worse

    def loss(better, worse, text):
        timesteps = torch.randint(policy.scheduler.config.num_train_timesteps, (len(better),)).repeat(2)
        noise = torch.randn_like(better).repeat(2, 1, 1, 1)
        noisy, _, _ = run.noised(torch.cat([better, worse]), timesteps, noise)
        arguments = noisy, timesteps, text.repeat(2, 1, 1), noise
        new = errors(*arguments)
        with torch.no_grad():
            unet.disable_adapters()
            reference = errors(*arguments)
            unet.enable_adapters()
        return -F.logsigmoid(-0.5 * beta * (new - reference)).mean()

    def epoch(clock):
        with clock.phase("sampling"):
            latents, texts, rewards = run.samples()
        with clock.phase("training"):
            unet.train()
            updates = Updates([run.optimiser])
            pairs = torch.arange(SAMPLES).reshape(-1, 2)
            better = pairs.gather(1, rewards[pairs].argmax(1, keepdim=True))[:, 0]
            worse = pairs.sum(1) - better
            for _ in range(STEPS):
                for rows in torch.randperm(len(pairs)).split(MICRO_BATCH // 2):
                    updates.add(loss(latents[better[rows]], latents[worse[rows]], texts[better[rows]]))

    return epoch


ALGORITHMS = {"draft": draft, "nft": nft, "diffusion-dpo": diffusion_dpo}


def main():
    arguments = parser(__doc__, tuple(ALGORITHMS))
    arguments.add_argument("--last-steps", type=int, default=4, help="steps that draft's gradient goes through")
    options = arguments.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    run = Run(options)
    measure(options, run.policy, ALGORITHMS[options.algorithm](run))


if __name__ == "__main__":
    main()
