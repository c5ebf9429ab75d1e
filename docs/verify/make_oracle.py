#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Writes a folder for `tempera verify` from a diffusers folder (or a CLIP's, or an autoencoder's) of your own.

The expected numbers are what the reference libraries compute, in float32 on the CPU. See README.md beside this file.
"""

import argparse
import json
import math
import os
from pathlib import Path

import diffusers
import numpy
import torch
import transformers
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from diffusers.schedulers import scheduling_lcm
from safetensors.torch import load_file, save_file

# Since transformers 5 the one class is what CLIPTokenizerFast was before: no ftfy, curly quotes and &amp; stay.
CLIPTokenizer = getattr(transformers, "CLIPTokenizerFast", transformers.CLIPTokenizer)

TEXTS = [
    "",
    "a photo of a cat",
    "A  Photo\tof\nA CAT",
    "don't, it's I'm we've; 3.14 <b>x</b>",
    "café 12345 naïve Straße",
    "猫 🐈 カメラ",
    "<|endoftext|> in the middle",
    "long " * 90,
]
PROMPTS = ["a watercolour of a red fox, 1890s", "Two dogs on a beach — café in the background"]
NEGATIVES = ["blurry, low quality", ""]
DIFFUSION_KINDS = ["tokenizer", "text-encoder", "unet", "vae-encode", "vae-decode", "ddim-step", "sample"]
AUTOENCODER_KINDS = ["vae-encode", "vae-decode"]
CLIP_KINDS = ["preprocess", "clip-image", "clip-text"]


class Oracle:
    """Collects cases and their tensors, then writes oracle.json and oracle.safetensors."""

    def __init__(self, folder, weights, seed):
        self.folder = Path(folder)
        self.weights = os.path.relpath(weights, folder)
        self.cases, self.tensors = [], {}
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.generator)

    def add(self, name, kind, inputs, outputs, tolerance=None):
        # Float32 PyTorch can fail by itself: with a terminal SNR of 0 and eta 1 it takes the root of a rounding error.
        if not all(torch.isfinite(v).all() for v in [*inputs.values(), *outputs.values()] if torch.is_tensor(v)):
            print(f"left out, the reference is not finite: {name}")
            return
        prefix = f"{len(self.cases):02d}"
        case = {"name": name, "kind": kind, "weights": self.weights, "inputs": {}, "outputs": {}}
        for key, value in inputs.items():
            case["inputs"][key] = self._store(f"{prefix}.in.{key}", value)
        for key, value in outputs.items():
            case["outputs"][key] = self._store(f"{prefix}.out.{key}", value)
        if tolerance is not None:
            case["tolerance"] = tolerance
        self.cases.append(case)

    def _store(self, key, value):
        if not torch.is_tensor(value):
            return value
        self.tensors[key] = value.detach().clone().contiguous()
        return key

    def write(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        save_file(self.tensors, str(self.folder / "oracle.safetensors"))
        versions = f"torch {torch.__version__.split('+')[0]}, diffusers {diffusers.__version__}, transformers {transformers.__version__}"
        document = {
            "format": "tempera-oracle/1",
            "made_with": versions,
            "tensors": "oracle.safetensors",
            "cases": self.cases,
        }
        (self.folder / "oracle.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


class Policy:
    """A diffusers folder in float32, with at most one LoRA."""

    def __init__(self, folder, variant=None):
        folder = Path(folder)
        kwargs = {"torch_dtype": torch.float32, "variant": variant}
        self.unet = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", **kwargs).eval()
        self.vae = load_autoencoder(folder / "vae", variant)
        self.text_encoder = transformers.CLIPTextModel.from_pretrained(folder, subfolder="text_encoder", **kwargs).eval()
        self.tokenizer = CLIPTokenizer.from_pretrained(folder, subfolder="tokenizer")
        # As StableDiffusionPipeline puts its scheduler right: no clamping, and a stated offset is 1.
        config = {**DDIMScheduler.load_config(folder, subfolder="scheduler"), "clip_sample": False}
        if "steps_offset" in config:
            config["steps_offset"] = 1
        self.scheduler = DDIMScheduler.from_config(config)
        self.few_steps = few_step_scheduler(config)
        for model in (self.unet, self.vae, self.text_encoder):
            model.requires_grad_(False)

    def load_lora(self, file, scale):
        """Puts the adapter on the UNet (and the text encoder, if the file has tensors for it)."""
        file = Path(file)
        if file.is_dir():
            from peft import PeftModel

            self.unet = PeftModel.from_pretrained(self.unet, str(file), is_trainable=True).eval()
            scale_layers(self.unet, scale)
            return
        tensors = read_lora(file)
        if all(".processor." in name for name in tensors):
            state = {f"unet.{name}": value for name, value in tensors.items()}
            source = {}
        else:
            state, source = str(file.parent), {"weight_name": file.name}
        # A scheduler of its own: the pipeline sets clip_sample and steps_offset in the one that it is given.
        scheduler = DDIMScheduler.from_config(self.scheduler.config)
        pipeline = StableDiffusionPipeline(
            self.vae, self.text_encoder, self.tokenizer, self.unet, scheduler, None, None, requires_safety_checker=False
        )
        pipeline.load_lora_weights(state, adapter_name="default", **source)
        scale_layers(self.unet, scale)
        scale_layers(self.text_encoder, scale)

    def lora_parameters(self, file):
        """The UNet's trainable tensors, by their names in the file."""
        owned = {n.replace(".default.", "."): p for n, p in self.unet.named_parameters() if ".lora_" in n}
        owned = {n.removeprefix("base_model.model."): p for n, p in owned.items()}
        canonical = {lora_key(n): p for n, p in owned.items()}
        found = {}
        for name in read_lora(file):
            key = lora_key(name)
            if key in canonical:
                found[name] = canonical[key]
        if len(found) != len(canonical):
            raise ValueError(f"{len(canonical)} LoRA tensors in the model, {len(found)} found by name in {file}")
        return found

    def ids(self, texts):
        length = self.tokenizer.model_max_length
        return self.tokenizer(texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt").input_ids

    def encode(self, ids):
        return self.text_encoder(ids).last_hidden_state

    def predict(self, sample, timestep, text):
        return self.unet(sample, timestep, encoder_hidden_states=text).sample

    def guided(self, sample, timestep, text, negative, guidance):
        width = self.unet.config.time_cond_proj_dim
        if width is not None:  # as the pipeline: the scale is an input, and there is no second pass
            w = torch.tensor(guidance - 1).repeat(len(sample))
            told = StableDiffusionPipeline.get_guidance_scale_embedding(None, w, embedding_dim=width)
            return self.unet(sample, timestep, encoder_hidden_states=text, timestep_cond=told).sample
        if guidance <= 1.0:  # as the pipeline: no guidance
            return self.predict(sample, timestep, text)
        t = torch.cat([timestep, timestep]) if torch.is_tensor(timestep) and timestep.dim() else timestep
        low, high = self.predict(torch.cat([sample, sample]), t, torch.cat([negative, text])).chunk(2)
        return low + guidance * (high - low)

    def step(self, noise, timestep, sample, steps, eta):
        """Mean and deviation of the DDIM transition at one timestep."""
        self.scheduler.set_timesteps(steps)
        mean = self.scheduler.step(noise, timestep, sample, eta=eta, variance_noise=torch.zeros_like(sample)).prev_sample
        previous = timestep - self.scheduler.config.num_train_timesteps // steps
        return mean, eta * self.scheduler._get_variance(timestep, previous).sqrt()

    def decode(self, latent):
        return self.vae.decode(latent).sample


def load_autoencoder(folder, variant=None):
    name = AutoencoderKL.load_config(folder).get("_class_name")
    kind = AutoencoderTiny if name == "AutoencoderTiny" else AutoencoderKL
    return kind.from_pretrained(folder, torch_dtype=torch.float32, variant=variant).eval().requires_grad_(False)


def few_step_scheduler(config):
    """The scheduler of a model of few steps, which is drawn from as its file says; None for all others."""
    name = config.get("_class_name")
    if name == "LCMScheduler":
        return LCMScheduler.from_config(config)
    if name == "EulerDiscreteScheduler" and config.get("timestep_spacing") == "trailing":
        return EulerDiscreteScheduler.from_config(config)
    return None


def scale_layers(model, scale):
    """Multiplies the adapters' effect; peft's set_scale and diffusers' set_adapters forget use_rslora."""
    for module in model.modules():
        if hasattr(module, "lora_A"):
            module.scale_layer(scale)


def read_lora(file):
    file = Path(file)
    if file.is_dir():
        safe = file / "adapter_model.safetensors"
        return load_file(safe) if safe.exists() else torch.load(file / "adapter_model.bin", weights_only=True)
    return load_file(file) if file.suffix == ".safetensors" else torch.load(file, weights_only=True)


def lora_key(name):
    """One spelling for the spellings of all layouts: path_with_underscores + A or B."""
    name = name.removeprefix("base_model.model.").removeprefix("unet.").removeprefix("lora_unet_")
    for matrix, endings in {
        "A": (".lora_A.weight", ".lora.down.weight", ".lora_down.weight", "_lora.down.weight"),
        "B": (".lora_B.weight", ".lora.up.weight", ".lora_up.weight", "_lora.up.weight"),
    }.items():
        for ending in endings:
            if name.endswith(ending):
                path = name.removesuffix(ending).replace(".processor.", ".")
                if ending.startswith("_") and path.endswith(".to_out"):
                    path += ".0"
                return path.replace(".", "_") + ":" + matrix
    return name


def log_density(value, mean, std):
    """Gaussian log-density in nats, an element at a time."""
    return -((value - mean) ** 2) / (2 * std**2) - torch.log(std) - 0.5 * math.log(2 * math.pi)


def few_steps(policy, text, negative_text, latent, noise, steps, guidance):
    """The last latent of a model of few steps: LCM's noise is the case's, and Euler's steps have none."""
    scheduler, given = policy.few_steps, iter(noise)
    scheduling_lcm.randn_tensor = lambda *args, **kwargs: next(given)
    scheduler.set_timesteps(steps)
    latent = latent * scheduler.init_noise_sigma
    for t in scheduler.timesteps:
        prediction = policy.guided(scheduler.scale_model_input(latent, t), t, text, negative_text, guidance)
        latent = scheduler.step(prediction, t, latent, return_dict=False)[0]
    return latent


def run_sample(policy, texts, negative, latent, noise, steps, eta, guidance):
    with torch.no_grad():
        text, negative_text = policy.encode(policy.ids(texts)), policy.encode(policy.ids(negative))
        if policy.few_steps is not None:
            latent = few_steps(policy, text, negative_text, latent, noise, steps, guidance)
            return {"latent": latent, "image": decoded(policy, latent)}
        policy.scheduler.set_timesteps(steps)
        log_probs = []
        for i, t in enumerate([int(t) for t in policy.scheduler.timesteps]):
            prediction = policy.guided(latent, t, text, negative_text, guidance)
            mean, std = policy.step(prediction, t, latent, steps, eta)
            latent = mean + std * noise[i]
            log_probs.append(log_density(latent, mean, std).flatten(1).sum(1))
        outputs = {"latent": latent, "image": decoded(policy, latent)}
    log_prob = torch.stack(log_probs)
    # Where the last alpha is 1 the last step is deterministic and has no density.
    if torch.isfinite(log_prob).all():
        outputs["log_prob"] = log_prob
    return outputs


def decoded(policy, latent):
    return (policy.decode(latent / policy.vae.config.scaling_factor) / 2 + 0.5).clamp(0, 1)


def add_sample(oracle, policy, height, width, steps, eta, guidance, lora=None):
    factor = vae_factor(policy.vae)
    channels = policy.unet.config.in_channels
    latent = oracle.normal(2, channels, height // factor, width // factor)
    noise = oracle.normal(steps, *latent.shape)
    inputs = {"texts": PROMPTS, "negative": NEGATIVES, "latent": latent, "noise": noise}
    inputs |= {"steps": steps, "eta": eta, "guidance": guidance}
    outputs = run_sample(policy, **inputs)
    if lora:
        inputs["lora"] = lora
    few = "" if policy.few_steps is None else f" in {steps} steps"
    name = f"sample{few}{', LoRA ' + str(lora['scale']) if lora else ''}, guidance {guidance}, eta {eta}"
    oracle.add(name, "sample", inputs, outputs, 3e-4)


def samples(policy, steps):
    """Steps, guidance and eta of the cases of `sample`."""
    if isinstance(policy.few_steps, LCMScheduler):
        return [(1, 8.5, 1.0), (4, 8.5, 1.0), (4, 1.0, 1.0)]
    if policy.few_steps is not None:
        return [(1, 0.0, 0.0), (3, 0.0, 0.0), (4, 2.0, 0.0)]
    return [(steps, 5.0, 1.0), (steps, 1.0, 1.0), (steps, 5.0, 0.5)]


def add_autoencoder(oracle, vae, kinds, height, width):
    factor = vae_factor(vae)
    if "vae-encode" in kinds:
        image = oracle.normal(2, vae.config.in_channels, height, width).clamp(-1, 1)
        with torch.no_grad():
            encoded = vae.encode(image)
        if isinstance(vae, AutoencoderTiny):
            outputs = {"mean": encoded.latents}
        else:
            outputs = {"mean": encoded.latent_dist.mean, "logvar": encoded.latent_dist.logvar}
        oracle.add("vae-encode", "vae-encode", {"image": image}, outputs)
    if "vae-decode" in kinds:
        latent = oracle.normal(2, vae.config.latent_channels, height // factor, width // factor) * 3
        with torch.no_grad():
            oracle.add("vae-decode", "vae-decode", {"latent": latent}, {"image": vae.decode(latent).sample})


def add_unet(oracle, policy, name, latent, timestep, text, lora=None):
    with torch.no_grad():
        noise = policy.predict(latent, timestep, text)
    inputs = {"sample": latent, "timestep": timestep, "text": text}
    if lora:
        inputs["lora"] = lora
    oracle.add(name, "unet", inputs, {"noise": noise})


def add_ddim_step(oracle, policy, shape, steps, index, eta):
    policy.scheduler.set_timesteps(steps)
    t = int(policy.scheduler.timesteps[index])
    if policy.scheduler.alphas_cumprod[t] == 0 and eta == 1.0:
        return  # what remains of the noise is a rounding error's root
    sample, prediction = oracle.normal(*shape) * 1.3, oracle.normal(*shape)
    mean, std = policy.step(prediction, t, sample, steps, eta)
    following = mean + std * oracle.normal(*shape)
    outputs = {"mean": mean, "std": std.reshape(1)}
    log_prob = log_density(following, mean, std).flatten(1).sum(1)
    if torch.isfinite(log_prob).all():
        outputs["log_prob"] = log_prob
    inputs = {"sample": sample, "noise": prediction, "next": following, "timestep": t, "steps": steps, "eta": eta}
    oracle.add(f"ddim-step t={t} of {steps}, eta {eta}", "ddim-step", inputs, outputs)


def add_policy_gradient(oracle, policy, shape, width, file, lora, steps, eta, guidance, clip_range, reduce):
    n = 4
    policy.scheduler.set_timesteps(steps)
    usable = [int(t) for t in policy.scheduler.timesteps if policy.step(torch.zeros(1), int(t), torch.zeros(1), steps, eta)[1] > 0]
    timestep = torch.tensor([usable[i * (len(usable) - 1) // (n - 1)] for i in range(n)])
    sample, text, negative = oracle.normal(n, *shape[1:]), oracle.normal(n, 77, width), oracle.normal(n, 77, width)

    def transition():
        prediction = policy.guided(sample, timestep, text, negative, guidance)
        rows = [policy.step(prediction[i : i + 1], int(timestep[i]), sample[i : i + 1], steps, eta) for i in range(n)]
        return torch.cat([r[0] for r in rows]), torch.stack([r[1] for r in rows]).reshape(n, 1, 1, 1)

    def log_probability(following):
        elements = log_density(following, *transition()).flatten(1)
        return elements.sum(1) if reduce == "sum" else elements.mean(1)

    with torch.no_grad():
        mean, std = transition()
        following = mean + std * oracle.normal(*sample.shape)
        # Ratios inside, above and below the clip range, with advantages of both signs.
        shift = clip_range * torch.tensor([0.3, -2.5, 2.5, -0.5])
        old = log_probability(following) - shift
    advantage = torch.tensor([1.0, -1.5, 2.0, -0.5])
    parameters = policy.lora_parameters(file)
    for parameter in parameters.values():
        parameter.requires_grad_(True)
        parameter.grad = None
    ratio = torch.exp(log_probability(following) - old)
    clipped = ratio.clamp(1 - clip_range, 1 + clip_range)
    loss = torch.maximum(-advantage * ratio, -advantage * clipped).mean()
    loss.backward()
    inputs = {"sample": sample, "next": following, "timestep": timestep, "text": text, "negative_text": negative}
    inputs |= {"guidance": guidance, "steps": steps, "eta": eta, "advantage": advantage, "old_log_prob": old}
    inputs |= {"clip_range": clip_range, "log_prob": reduce, "lora": lora}
    outputs = {"loss": loss.reshape(1)}
    outputs |= {f"grad:{name}": p.grad for name, p in parameters.items() if p.grad is not None}
    name = f"policy-gradient, {reduce}, clip {clip_range}, eta {eta}, guidance {guidance}, LoRA {lora['scale']}"
    oracle.add(name, "policy-gradient", inputs, outputs, 5e-3)


def vae_factor(vae):
    return 2 ** (len(vae.config.block_out_channels) - 1)


def diffusion_oracle(model, out, kinds=None, loras=(), height=None, width=None, steps=20, seed=0, variant=None):
    """Writes every kind for a diffusers folder; `loras` are pairs of a file or peft folder and a scale."""
    kinds = kinds or DIFFUSION_KINDS
    oracle = Oracle(out, model, seed)
    policy = Policy(model, variant)
    factor = vae_factor(policy.vae)
    size = policy.unet.config.sample_size or 64
    default_height, default_width = (size, size) if isinstance(size, int) else size
    height, width = height or default_height * factor, width or default_width * factor
    shape = (2, policy.unet.config.in_channels, height // factor, width // factor)
    context = policy.unet.config.encoder_hid_dim or policy.unet.config.cross_attention_dim
    context = context if isinstance(context, int) else context[0]
    train_steps = policy.scheduler.config.num_train_timesteps

    if "tokenizer" in kinds:
        oracle.add(f"tokenizer, {len(TEXTS)} texts", "tokenizer", {"texts": TEXTS}, {"ids": policy.ids(TEXTS)})
    if "text-encoder" in kinds:
        ids = policy.ids(TEXTS[1:5])
        with torch.no_grad():
            oracle.add("text-encoder", "text-encoder", {"ids": ids}, {"hidden": policy.encode(ids)})
    if "unet" in kinds:
        for t in (0, 1, train_steps * 261 // 1000, train_steps - 1):
            add_unet(oracle, policy, f"unet t={t}", oracle.normal(*shape), t, oracle.normal(2, 77, context))
        rows = torch.tensor([train_steps * 7 // 10, 3])
        add_unet(oracle, policy, "unet, a timestep per row", oracle.normal(*shape), rows, oracle.normal(2, 77, context))
    add_autoencoder(oracle, policy.vae, kinds, height, width)
    if "ddim-step" in kinds:
        for count in (steps, 7):
            for index in (0, count // 2, count - 1):
                for eta in (1.0, 0.5):
                    add_ddim_step(oracle, policy, shape, count, index, eta)
    if "sample" in kinds:
        for count, guidance, eta in samples(policy, steps):
            add_sample(oracle, policy, height, width, count, eta, guidance)
    for file, scale in loras:
        policy = Policy(model, variant)
        policy.load_lora(file, scale)
        lora = {"file": os.path.relpath(file, out), "scale": scale}
        label = f"{Path(file).name}, LoRA {scale}"
        add_unet(oracle, policy, f"unet, {label}", oracle.normal(*shape), train_steps * 437 // 1000, oracle.normal(2, 77, context), lora)
        if "sample" in kinds:
            count, guidance, eta = (steps, 3.0, 1.0) if policy.few_steps is None else samples(policy, steps)[1]
            add_sample(oracle, policy, height, width, count, eta, guidance, lora)
        if policy.few_steps is not None:
            continue
        common = (shape, context, file, lora, steps)
        add_policy_gradient(oracle, policy, *common, 1.0, 5.0, 0.1, "sum")
        add_policy_gradient(oracle, policy, *common, 0.5, 1.0, 1e-4, "mean")
    oracle.write()


def autoencoder_oracle(model, out, kinds=None, height=None, width=None, seed=0, variant=None):
    """Writes the autoencoder's kinds for a folder of one alone."""
    oracle = Oracle(out, model, seed)
    vae = load_autoencoder(model, variant)
    size = 8 * vae_factor(vae)
    add_autoencoder(oracle, vae, kinds or AUTOENCODER_KINDS, height or size, width or size)
    oracle.write()


def clip_oracle(model, out, kinds=None, seed=0):
    """Writes every CLIP kind for a transformers folder of a CLIPModel."""
    kinds = kinds or CLIP_KINDS
    oracle = Oracle(out, model, seed)
    clip = transformers.CLIPModel.from_pretrained(model, torch_dtype=torch.float32).eval()
    tokenizer = CLIPTokenizer.from_pretrained(model)
    size = clip.config.vision_config.image_size
    if "preprocess" in kinds:
        processor = transformers.CLIPImageProcessor.from_pretrained(model)
        for height, width in ((size, size), (size * 3 // 2 + 1, size * 2 + 5), (size - 9, size - 3)):
            shape = (2, height, width, 3)
            images = torch.randint(0, 256, shape, generator=oracle.generator, dtype=torch.uint8)
            pixels = processor(images=[i.numpy() for i in images], return_tensors="np").pixel_values
            pixels = torch.from_numpy(numpy.asarray(pixels, numpy.float32))
            oracle.add(f"preprocess {height}x{width}", "preprocess", {"images": images}, {"pixels": pixels})
    with torch.no_grad():
        if "clip-image" in kinds:
            pixels = oracle.normal(2, 3, size, size)
            oracle.add("clip-image", "clip-image", {"pixels": pixels}, {"embedding": clip.get_image_features(pixels)})
        if "clip-text" in kinds:
            length = min(tokenizer.model_max_length, clip.config.text_config.max_position_embeddings)
            encoded = tokenizer(TEXTS, padding="max_length", max_length=length, truncation=True, return_tensors="pt")
            embedding = clip.get_text_features(encoded.input_ids)
            oracle.add("clip-text, ids", "clip-text", {"ids": encoded.input_ids}, {"embedding": embedding})
            oracle.add("clip-text, texts", "clip-text", {"texts": TEXTS}, {"embedding": embedding})
    oracle.write()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="a diffusers folder, one of an autoencoder, or a transformers folder of a CLIPModel")
    parser.add_argument("out", type=Path, help="the folder to write")
    parser.add_argument("--kinds", nargs="+", choices=DIFFUSION_KINDS + CLIP_KINDS, help="only these kinds (a LoRA's cases come with --lora)")
    parser.add_argument("--lora", nargs=2, action="append", default=[], metavar=("FILE", "SCALE"), help="adds cases with this adapter, may be given again")
    parser.add_argument("--height", type=int, help="of the image in pixels; the model's own size if absent")
    parser.add_argument("--width", type=int)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--variant", help="of the weight files, for instance fp16")
    options = parser.parse_args()
    torch.set_num_threads(os.cpu_count() or 1)
    if (options.model / "model_index.json").exists():
        loras = [(Path(file), float(scale)) for file, scale in options.lora]
        diffusion_oracle(
            options.model, options.out, options.kinds, loras, options.height, options.width, options.steps, options.seed, options.variant
        )
    elif json.loads((options.model / "config.json").read_text(encoding="utf-8")).get("_class_name", "").startswith("Autoencoder"):
        autoencoder_oracle(options.model, options.out, options.kinds, options.height, options.width, options.seed, options.variant)
    else:
        clip_oracle(options.model, options.out, options.kinds, options.seed)
    print(f"wrote {options.out / 'oracle.json'}")


if __name__ == "__main__":
    main()
