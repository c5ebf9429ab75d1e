"""What the PyTorch peers of the workload `tiny E32` share: options, models, sampling, timing, counting and the document.

An epoch samples 32 pictures in batches of 8, by 20 DDIM steps with eta 1 and guidance 5: text embedded once and kept, guidance
in one batch, scaled-dot-product attention. LoRA of rank 4 by peft is trained by AdamW, in micro-batches of 8, two per
optimiser step.
"""

import argparse
import json
import os
import resource
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel
from peft import LoraConfig
from transformers import CLIPTextModel, CLIPTokenizer, CLIPVisionModelWithProjection

SAMPLES, BATCH, STEPS, GUIDANCE, ETA = 32, 8, 20, 5.0, 1.0
MICRO_BATCH, ACCUMULATION = 8, 2
LEARNING_RATE, MAX_GRAD_NORM = 1e-4, 1.0


def seconds_since_process_start():
    with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
        started = int(stat.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
        return float(uptime.read().split()[0]) - started


def parser(description, algorithms):
    """The options of every peer; the first algorithm is the default."""
    options = argparse.ArgumentParser(description=description.splitlines()[0])
    options.add_argument("folder", type=Path, help="what make_tiny_e32.py wrote")
    options.add_argument("--algorithm", choices=algorithms, default=algorithms[0])
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--epochs", type=int, default=2, help="measured epochs, after one that is not")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--count", action="store_true", help="count the passes and operations of one more epoch")
    return options


def adapter():
    targets = ["to_q", "to_k", "to_v", "to_out.0"]
    return LoraConfig(r=4, lora_alpha=4, target_modules=targets, init_lora_weights="gaussian")


class Policy:
    """The folder's diffusion model with an adapter that is trained, and DDIM's steps."""

    def __init__(self, folder):
        policy = folder / "policy"
        self.unet = UNet2DConditionModel.from_pretrained(policy, subfolder="unet").requires_grad_(False)
        self.vae = AutoencoderKL.from_pretrained(policy, subfolder="vae").requires_grad_(False)
        self.text_encoder = CLIPTextModel.from_pretrained(policy, subfolder="text_encoder").requires_grad_(False)
        self.tokenizer = CLIPTokenizer.from_pretrained(policy, subfolder="tokenizer")
        self.scheduler = DDIMScheduler.from_pretrained(policy, subfolder="scheduler")
        self.scheduler.set_timesteps(STEPS)
        self.unet.add_adapter(adapter())
        self.trained = [p for p in self.unet.parameters() if p.requires_grad]
        self.prompts = (folder / "prompts.txt").read_text(encoding="utf-8").split("\n")[:-1]
        self.text, self.negative = self.embed_text(self.prompts), self.embed_text([""])
        self.startup = None

    @torch.no_grad()
    def embed_text(self, texts):
        ids = self.tokenizer(texts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        return self.text_encoder(ids).last_hidden_state

    def optimiser(self):
        return torch.optim.AdamW(self.trained, LEARNING_RATE, weight_decay=1e-4)

    def guided(self, latents, timesteps, text):
        both = torch.cat([self.negative.expand_as(text), text])
        return guide(self.unet(torch.cat([latents] * 2), torch.cat([timesteps] * 2), both).sample)

    def transition(self, noise, timesteps, latents):
        """Mean and deviation of the DDIM step; a timestep per row."""
        alphas, final = self.scheduler.alphas_cumprod, self.scheduler.final_alpha_cumprod
        alpha = alphas[timesteps].reshape(-1, 1, 1, 1)
        previous = timesteps - self.scheduler.config.num_train_timesteps // STEPS
        before = torch.where(previous >= 0, alphas[previous.clamp(min=0)], final).reshape(-1, 1, 1, 1)
        deviation = ETA * ((1 - before) / (1 - alpha) * (1 - alpha / before)).sqrt()
        clean = (latents - (1 - alpha).sqrt() * noise) / alpha.sqrt()
        return before.sqrt() * clean + (1 - before - deviation**2).sqrt() * noise, deviation

    def denoise(self, text, predict=None):
        """Samples a batch; of each step yields timesteps, latents, mean, deviation and the next latents."""
        predict = predict or self.guided
        latents = torch.randn(len(text), self.unet.config.in_channels, 8, 8)
        for t in self.scheduler.timesteps:
            if self.startup is None:
                self.startup = seconds_since_process_start()
            timesteps = t.repeat(len(text))
            mean, deviation = self.transition(predict(latents, timesteps, text), timesteps, latents)
            following = mean + deviation * torch.randn_like(latents)
            yield timesteps, latents, mean, deviation, following
            latents = following

    def decode(self, latents):
        return (self.vae.decode(latents / self.vae.config.scaling_factor).sample / 2 + 0.5).clamp(0, 1)


def guide(outputs):
    low, high = outputs.chunk(2)
    return low + GUIDANCE * (high - low)


class ImageTower:
    """Unit-norm embeddings of pictures by the folder's CLIP."""

    def __init__(self, folder):
        self.tower = CLIPVisionModelWithProjection.from_pretrained(folder / "critic").requires_grad_(False)
        self.mean = torch.tensor([0.48145466, 0.4578275, 0.40821073]).reshape(1, 3, 1, 1)
        self.deviation = torch.tensor([0.26862954, 0.26130258, 0.27577711]).reshape(1, 3, 1, 1)

    def embed(self, images):
        pixels = F.interpolate(images, size=(224, 224), mode="bicubic", antialias=True, align_corners=False)
        embedding = self.tower(pixel_values=(pixels.clamp(0, 1) - self.mean) / self.deviation).image_embeds
        return embedding / embedding.norm(dim=-1, keepdim=True)


class Updates:
    """Accumulates the gradients of micro-batches and takes the optimisers' steps, each of its own parameters."""

    def __init__(self, optimisers, passes=1):
        """passes: backward passes that count as one micro-batch."""
        self.optimisers, self.of_step, self.done = optimisers, passes * ACCUMULATION, 0

    def add(self, loss):
        (loss / self.of_step).backward()
        self.done += 1
        if self.done % self.of_step == 0:
            for optimiser in self.optimisers:
                torch.nn.utils.clip_grad_norm_(optimiser.param_groups[0]["params"], MAX_GRAD_NORM)
                optimiser.step()
                optimiser.zero_grad()


class Clock:
    """Seconds and CPU seconds of an epoch's phases."""

    def __init__(self):
        self.seconds = {}

    @contextmanager
    def phase(self, name):
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        for key, s in ((f"{name}_s", time.perf_counter() - wall), (f"{name}_cpu_s", time.process_time() - cpu)):
            self.seconds[key] = self.seconds.get(key, 0) + s


def counted(unet, epoch):
    """Rows through the UNet and operations of matrix products and convolutions, two for a multiply-add, of an epoch."""
    from torch.utils.flop_counter import FlopCounterMode

    rows = {"forward": 0, "backward": 0}

    def forward(_, inputs):
        rows["forward"] += len(inputs[0])

    def backward(_, inputs, output):
        if output.sample.requires_grad:
            output.sample.register_hook(lambda gradient: rows.update(backward=rows["backward"] + len(gradient)))

    # A checkpoint leaves a pass that it recomputes before its end, so that only the beginning counts all.
    hooks = unet.register_forward_pre_hook(forward), unet.register_forward_hook(backward)
    with FlopCounterMode(display=False) as counter:
        epoch(Clock())
    for hook in hooks:
        hook.remove()
    return {"unet_rows": rows, "operations_per_epoch": counter.get_total_flops()}


def measure(options, policy, epoch):
    """Runs epochs, of which the first is not counted, and prints the document."""
    timings = []
    for _ in range(1 + options.epochs):
        clock = Clock()
        with clock.phase("epoch"):
            epoch(clock)
        timings.append(clock.seconds)
    every = {k: [round(t[k], 3) for t in timings[1:]] for k in timings[1]}
    result = {"workload": "tiny E32", "algorithm": options.algorithm, "threads": options.threads}
    result |= {"epochs": options.epochs, "torch": torch.__version__}
    result |= {k: round(statistics.median(v), 3) for k, v in every.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    result |= {"startup_s": round(policy.startup, 2), "peak_rss_mb": round(peak, 1)}
    result |= {"lora_parameters": sum(p.numel() for p in policy.trained)}
    result |= {"warm_up_epoch_s": round(timings[0]["epoch_s"], 3), "all": every}
    if options.count:
        result |= counted(policy.unet, epoch)
    print(json.dumps(result, indent=1))
