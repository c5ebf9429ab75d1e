#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "diffusers==0.35.2", "transformers==4.56.2", "peft==0.17.1",
#   "accelerate==1.15.0", "ftfy==6.3.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Makes tiny diffusers folders with random weights and unusual configurations, each with its oracle.

    python make_odd_models.py OUT --tokenizer FOLDER [--only SUBSTRING...]

FOLDER holds CLIP's vocab.json and merges.txt; most models get only its first merges, so that no code can count on
49408 tokens. Residual streams run at 2 % of the usual scale, so that a wrong epsilon in a norm shows.
"""

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import save_file
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

sys.path.insert(0, str(Path(__file__).resolve().parents[5] / "docs" / "verify"))
import make_oracle  # noqa: E402

UNET = {
    "_class_name": "UNet2DConditionModel",
    "_diffusers_version": "0.2.2",
    "sample_size": 8,
    "block_out_channels": [16, 32],
    "down_block_types": ["CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D"],
    "layers_per_block": 1,
    "cross_attention_dim": 16,
    "attention_head_dim": 2,
    "norm_num_groups": 8,
}
VAE = {
    "_class_name": "AutoencoderKL",
    "_diffusers_version": "0.2.2",
    "block_out_channels": [8, 16],
    "down_block_types": ["DownEncoderBlock2D"] * 2,
    "up_block_types": ["UpDecoderBlock2D"] * 2,
    "latent_channels": 4,
    "layers_per_block": 1,
    "norm_num_groups": 4,
    "sample_size": 16,
}
TEXT = {
    "architectures": ["CLIPTextModel"],
    "model_type": "clip_text_model",
    "hidden_size": 16,
    "intermediate_size": 40,
    "num_attention_heads": 2,
    "num_hidden_layers": 2,
    "max_position_embeddings": 77,
    "hidden_act": "quick_gelu",
    "bos_token_id": 0,
    "eos_token_id": 2,
    "pad_token_id": 1,
}
SCHEDULER = {
    "_class_name": "PNDMScheduler",
    "_diffusers_version": "0.6.0",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "num_train_timesteps": 1000,
    "set_alpha_to_one": False,
    "skip_prk_steps": True,
    "steps_offset": 1,
    "trained_betas": None,
    "clip_sample": False,
}
VISION = {
    "model_type": "clip_vision_model",
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_attention_heads": 3,
    "num_hidden_layers": 2,
    "patch_size": 8,
    "image_size": 24,
    "hidden_act": "quick_gelu",
}
PROCESSOR = {
    "crop_size": 24,
    "do_center_crop": True,
    "do_normalize": True,
    "do_resize": True,
    "feature_extractor_type": "CLIPFeatureExtractor",
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
    "resample": 3,
    "size": 24,
}
ABSENT = object()  # as a value in an override: the key is not written
RESIDUAL = ("conv1", "conv2", "time_emb_proj", "to_out.0", "ff.net.2", "proj_in", "out_proj", "fc2", "proj_attn")
STREAM_INPUT = ("conv_in", "token_embedding", "position_embedding", "patch_embedding")
ALONG_STREAM = ("conv_shortcut", "proj_out", "downsamplers.0.conv", "upsamplers.0.conv")


def initialise(model, seed):
    """Random weights; whatever is added to a residual stream is small."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            layer = name.rsplit(".", 1)[0]
            small = layer.endswith(RESIDUAL) or layer.endswith(STREAM_INPUT)
            noise = torch.randn(parameter.shape, generator=generator)
            if name.endswith(".bias"):
                scale = 0.003 if small or layer.endswith(ALONG_STREAM) else 0.2
            elif name.endswith("class_embedding"):
                scale = 0.02
            elif parameter.dim() == 0:
                continue
            elif parameter.dim() == 1:
                parameter.copy_(1 + 0.3 * noise)
                continue
            else:
                fan_in = 1 if "embedding" in layer and "time_emb" not in layer else parameter[0].numel()
                scale = (0.02 if small else 1.2) / fan_in**0.5
            parameter.copy_(scale * noise)
    return model.eval()


def merged(base, overrides):
    return {k: v for k, v in {**base, **(overrides or {})}.items() if v is not ABSENT}


def write_json(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")


class Maker:
    def __init__(self, out, tokenizer, only):
        self.out, self.tokenizer_files, self.only = Path(out), Path(tokenizer), only
        self.notes = {}
        self.seed = 0

    def wanted(self, name, note):
        self.seed += 1
        self.notes[name] = note
        return any(part in name for part in self.only)

    def folder(self, name, unet=None, vae=None, text=None, scheduler=None, tokenizer=None, weights=None):
        """A diffusers folder. `weights` says how its files are written."""
        folder = self.out / name / "model"
        if folder.exists():
            shutil.rmtree(folder)
        weights = weights or {}
        vocabulary = self.write_tokenizer(folder / "tokenizer", **(tokenizer or {}))
        unet, vae = merged(UNET, unet), merged(VAE, vae)
        text = merged({**TEXT, "vocab_size": vocabulary}, text)
        self.write_model(folder / "unet", UNet2DConditionModel.from_config(unet), unet, weights)
        self.write_model(folder / "vae", AutoencoderKL.from_config(vae), vae, weights)
        kind = CLIPTextModelWithProjection if text["architectures"] == ["CLIPTextModelWithProjection"] else CLIPTextModel
        self.write_model(folder / "text_encoder", kind(CLIPTextConfig(**text)), text, weights, "model", "pytorch_model")
        scheduler = merged(SCHEDULER, scheduler)
        write_json(folder / "scheduler" / "scheduler_config.json", scheduler)
        write_json(
            folder / "model_index.json",
            {
                "_class_name": "StableDiffusionPipeline",
                "_diffusers_version": "0.2.2",
                "feature_extractor": [None, None],
                "safety_checker": [None, None],
                "scheduler": ["diffusers", scheduler["_class_name"]],
                "text_encoder": ["transformers", kind.__name__],
                "tokenizer": ["transformers", "CLIPTokenizer"],
                "unet": ["diffusers", "UNet2DConditionModel"],
                "vae": ["diffusers", "AutoencoderKL"],
            },
        )
        return folder

    def write_model(self, folder, model, config, weights, stem="diffusion_pytorch_model", bin_stem="diffusion_pytorch_model"):
        initialise(model, self.seed)
        folder.mkdir(parents=True, exist_ok=True)
        if weights.get("full_config"):
            model.save_config(folder) if hasattr(model, "save_config") else model.config.save_pretrained(folder)
        else:
            write_json(folder / "config.json", config)
        state = {k: v.to(weights.get("dtype", torch.float32)).contiguous() for k, v in model.state_dict().items()}
        if stem == "model" and weights.get("position_ids"):
            state["text_model.embeddings.position_ids"] = torch.arange(77).unsqueeze(0)
        if "rename" in weights and "vae" in folder.name:
            state = dict(weights["rename"](k, v) for k, v in state.items())
        variant = "." + weights["variant"] if "variant" in weights else ""
        if weights.get("format") == "bin":
            torch.save(state, folder / f"{bin_stem}{variant}.bin")
        elif weights.get("shards"):
            self.write_shards(folder, stem, state, weights["shards"])
        else:
            save_file(state, str(folder / f"{stem}{variant}.safetensors"), metadata={"format": "pt"})

    def write_shards(self, folder, stem, state, count):
        names = sorted(state)
        where = {}
        for i in range(count):
            file = f"{stem}-{i + 1:05d}-of-{count:05d}.safetensors"
            part = {k: state[k] for k in names[i::count]}
            save_file(part, str(folder / file), metadata={"format": "pt"})
            where |= {k: file for k in part}
        total = sum(v.numel() * v.element_size() for v in state.values())
        write_json(folder / f"{stem}.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": where})

    def write_tokenizer(self, folder, merges=600, pad="<|endoftext|>", extra=None, legacy_map=True):
        """CLIP's own vocabulary cut after so many merges (None: all of them)."""
        folder.mkdir(parents=True, exist_ok=True)
        vocabulary = json.loads((self.tokenizer_files / "vocab.json").read_text(encoding="utf-8"))
        lines = (self.tokenizer_files / "merges.txt").read_text(encoding="utf-8").split("\n")
        if merges is not None:
            tokens = sorted(vocabulary, key=vocabulary.get)[: 512 + merges] + ["<|startoftext|>", "<|endoftext|>"]
            vocabulary = {token: i for i, token in enumerate(tokens)}
            lines = lines[: 1 + merges] + [""]
        (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf-8")
        (folder / "merges.txt").write_text("\n".join(lines), encoding="utf-8")

        def token(content, normalized):
            return {"content": content, "lstrip": False, "normalized": normalized, "rstrip": False, "single_word": False}

        named = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>"}
        special = {key: token(value, True) for key, value in named.items()} | {"pad_token": pad}
        write_json(folder / "special_tokens_map.json", special)
        config = {"add_prefix_space": False, "do_lower_case": True, "errors": "replace", "model_max_length": 77}
        config |= {"pad_token": pad, "tokenizer_class": "CLIPTokenizer"}
        config |= {key: {"__type": "AddedToken", **token(value, True)} for key, value in named.items()}
        write_json(folder / "tokenizer_config.json", config | (extra or {}))
        return len(vocabulary)

    def model(self, name, note, kinds=None, height=None, width=None, steps=6, variant=None, loras=None, after=None, **parts):
        """One folder and its oracle; `after` may then rewrite files into what the reference itself does not read."""
        if not self.wanted(name, note):
            return
        try:
            folder = self.folder(name, **parts)
            files = loras(self, self.out / name, folder) if loras else []
            make_oracle.diffusion_oracle(folder, self.out / name, kinds, files, height, width, steps, self.seed, variant)
            if after:
                after(folder)
            print(name, flush=True)
        except Exception as e:  # a combination that the reference itself refuses: say so and go on
            shutil.rmtree(self.out / name, ignore_errors=True)
            del self.notes[name]
            print(f"NOT MADE {name}: {type(e).__name__}: {str(e)[:300]}", flush=True)

    def clip(self, name, note, text=None, vision=None, projection=12, top=None, processor=None, tokenizer=None, weights=None):
        """A CLIP model in transformers' layout, tokenizer at its top, and its oracle."""
        if not self.wanted(name, note):
            return
        folder = self.out / name / "clip"
        shutil.rmtree(folder, ignore_errors=True)
        vocabulary = self.write_tokenizer(folder, **(tokenizer or {}))
        text = merged({**TEXT, "vocab_size": vocabulary, "projection_dim": projection}, text)
        vision = merged({**VISION, "projection_dim": projection}, vision)
        config = {"architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": projection}
        config |= {"text_config": text, "vision_config": vision} | (top or {})
        self.write_model(folder, CLIPModel(CLIPConfig(**config)), config, weights or {}, "model", "pytorch_model")
        write_json(folder / "preprocessor_config.json", merged({**PROCESSOR, "size": vision["image_size"], "crop_size": vision["image_size"]}, processor))
        make_oracle.clip_oracle(folder, self.out / name, None, self.seed)
        print(name, flush=True)

    def write_readme(self):
        lines = [f"| `{name}` | {note} |" for name, note in self.notes.items()]
        text = "# Odd models and their oracles\n\n| folder | what is odd |\n|---|---|\n" + "\n".join(lines) + "\n"
        (self.out / "README.md").write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--tokenizer", type=Path, required=True, help="a folder with CLIP's vocab.json and merges.txt")
    parser.add_argument("--only", nargs="+", default=[""], help="only models whose name contains one of these")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.out.mkdir(parents=True, exist_ok=True)
    maker = Maker(options.out, options.tokenizer, options.only)
    import odd_models

    odd_models.make_all(maker, ABSENT)
    maker.write_readme()


if __name__ == "__main__":
    main()
