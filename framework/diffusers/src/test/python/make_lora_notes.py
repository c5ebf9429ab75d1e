"""Adapters with diffusers' note lora_adapter_metadata, and at which scale diffusers puts each on the model.

diffusers==0.42.1 peft==0.21.2 torch safetensors. Run: python make_lora_notes.py ../resources/lora-notes
"""

import json
import sys
import warnings
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders import StableDiffusionLoraLoaderMixin
from diffusers.utils import logging
from peft import LoraConfig
from safetensors import safe_open
from safetensors.torch import save_file

NAME = "pytorch_lora_weights.safetensors"
LAYER = "down_blocks.0.attentions.0.transformer_blocks.0.attn1."
TARGETS = {"target_modules": ["to_q", "to_k"]}


def unet():
    torch.manual_seed(3)
    return UNet2DConditionModel(
        sample_size=8, layers_per_block=1, block_out_channels=(8,), cross_attention_dim=8, norm_num_groups=4,
        attention_head_dim=4, down_block_types=("CrossAttnDownBlock2D",), up_block_types=("UpBlock2D",),
        mid_block_type=None,
    )  # fmt: skip


def tensors(prefix, rank):
    torch.manual_seed(4)
    shapes = {"A": (rank, 8), "B": (8, rank)}
    return {f"{prefix}{LAYER}{m}.lora_{f}.weight": torch.randn(s) for m in ("to_q", "to_k") for f, s in shapes.items()}


def saved(folder, config):
    """By a model's own save_lora_adapter: neither names nor keys have a prefix."""
    model = unet()
    model.add_adapter(config)
    model.save_lora_adapter(folder)
    return None


def packed(folder, config, given):
    """By a pipeline's save_lora_weights, with the configuration given for `given`."""
    notes = {f"{given}_lora_adapter_metadata": config.to_dict()}
    layers = {"unet_lora_layers": tensors("", config.r), "text_encoder_lora_layers": tensors("", config.r)}
    if given == "unet":
        del layers["text_encoder_lora_layers"]
    StableDiffusionLoraLoaderMixin.save_lora_weights(folder, **layers, **notes)
    return "unet"


def written(folder, prefix, rank, note):
    folder.mkdir()
    save_file(tensors(prefix, rank), folder / NAME, metadata={"lora_adapter_metadata": note})
    return prefix.rstrip(".") or None


def scales(folder, prefix):
    """The scale of each layer, or the error."""
    model = unet()
    try:
        model.load_lora_adapter(str(folder), prefix=prefix, weight_name=NAME, use_safetensors=True)
    except Exception as e:
        return {"error": f"{type(e).__name__}: {str(e).splitlines()[0]}"}
    found = {n: m.scaling for n, m in model.named_modules() if isinstance(getattr(m, "scaling", None), dict)}
    return {"scales": {n: next(iter(s.values())) for n, s in found.items()}}


def main(target):
    warnings.simplefilter("ignore")
    logging.set_verbosity(logging.CRITICAL)
    config = {"r": 4, "lora_alpha": 4, **TARGETS}
    odd = {**config, "lora_alpha": 6, "rank_pattern": {"to_k": 2}, "alpha_pattern": {"to_k": 5}}
    plain = lambda rank, **keys: lambda f: written(f, "", rank, json.dumps({**TARGETS, **keys}))
    unets = lambda rank, **keys: lambda f: written(f, "unet.", rank, json.dumps(keys))
    cases = {
        "saved": lambda f: saved(f, LoraConfig(**config)),
        "saved-patterns": lambda f: saved(f, LoraConfig(**odd)),
        "saved-rslora": lambda f: saved(f, LoraConfig(**config, use_rslora=True)),
        "packed-unet": lambda f: packed(f, LoraConfig(**{**config, "lora_alpha": 6}), "unet"),
        "packed-other": lambda f: packed(f, LoraConfig(**config), "text_encoder"),
        "keys-of-transformer": unets(4, **{"transformer.r": 4, "transformer.lora_alpha": 8}),
        "keys-of-transformer-rank-8": unets(8, **{"transformer.r": 8, "transformer.lora_alpha": 16}),
        "keys-plain": unets(4, r=4, lora_alpha=8, **TARGETS),
        "keys-of-unet-names-plain": lambda f: written(f, "", 4, json.dumps({"unet." + k: v for k, v in config.items()})),
        "no-keys": unets(4),
        "empty": lambda f: written(f, "unet.", 4, ""),
        "null": lambda f: written(f, "unet.", 4, "null"),
        "alpha-null": plain(4, r=4, lora_alpha=None),
        "rank-null": plain(8, r=None, lora_alpha=4),
        "rank-missing": plain(4, lora_alpha=8),
        "both-missing": plain(4),
        "alpha-missing-rank-8": plain(8, r=8),
        "both-missing-rank-8": plain(8),
    }
    answers = {}
    for name, make in cases.items():
        answers[name] = scales(target / name, make(target / name))
        with safe_open(target / name / NAME, "pt") as f:
            assert "lora_adapter_metadata" in f.metadata()
        (target / name / NAME).rename(target / f"{name}.safetensors")
        (target / name).rmdir()
    (target / "diffusers.json").write_text(json.dumps(answers, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
