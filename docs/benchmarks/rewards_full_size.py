#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "torchvision==0.24.1", "transformers==4.56.2", "open_clip_torch==3.3.0", "timm==1.0.31", "safetensors==0.8.0",
#   "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Scores one picture by each reward at full size, with random weights in the published layout, and by the reference library.

    python rewards_full_size.py run OUT --tokenizer FOLDER [--image-reward CHECKOUT] [--head FILE.pth] [REWARD ...]

For one reward after the other it writes the weights to OUT (up to 4 GB), scores with the library and with `tempera score`, each in a
process of its own, prints seconds, CPU seconds and peak resident memory of both, also as shares of the weights in float32, and
deletes the weights (--keep keeps them).

FOLDER holds CLIP's whole vocab.json and merges.txt. CHECKOUT is a clone of https://github.com/THUDM/ImageReward, whose code is the
reference of image-reward. The head of aesthetic is the published one, in the plugin's resources unless --head says otherwise.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROMPT = "a photo of two red birds on a branch, oil painting"
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)
REWARDS = ["aesthetic", "clip-score", "pick-score", "hps-v2", "image-reward"]
WEIGHTS = {"aesthetic": "clip-l", "clip-score": "clip-l", "pick-score": "clip-h", "hps-v2": "hps-v2", "image-reward": "image-reward"}
NUMBERS = {"clip-l": 427_616_513, "clip-h": 986_109_441, "hps-v2": 986_109_441, "image-reward": 446_665_953}
HELD = {"aesthetic": 303_966_208}  # the image tower; the others hold all
OPEN_CLIP_H = {
    "embed_dim": 1024,
    "vision_cfg": {"image_size": 224, "layers": 32, "width": 1280, "head_width": 80, "patch_size": 14},
    "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 1024, "heads": 16, "layers": 24},
}
MED_CONFIG = {
    "architectures": ["BertModel"], "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
    "hidden_size": 768, "initializer_range": 0.02, "intermediate_size": 3072, "layer_norm_eps": 1e-12,
    "max_position_embeddings": 512, "model_type": "bert", "num_attention_heads": 12, "num_hidden_layers": 12, "pad_token_id": 0,
    "type_vocab_size": 2, "vocab_size": 30524, "encoder_width": 768, "add_cross_attention": True,
}


def numbers(module):
    return sum(p.numel() for p in module.parameters())


def make_clip(folder, tokenizer, huge):
    from transformers import CLIPConfig, CLIPImageProcessor, CLIPModel

    text, vision = {"projection_dim": 768}, {"hidden_size": 1024, "intermediate_size": 4096, "num_hidden_layers": 24}
    vision.update(num_attention_heads=16, patch_size=14, projection_dim=768)
    text.update(hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12)
    if huge:
        vision.update(hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, projection_dim=1024, hidden_act="gelu")
        text.update(hidden_size=1024, intermediate_size=4096, num_hidden_layers=24, num_attention_heads=16, projection_dim=1024)
        text.update(hidden_act="gelu")
    model = CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=1024 if huge else 768))
    model.save_pretrained(folder, max_shard_size="20GB")
    CLIPImageProcessor().save_pretrained(folder)
    copy_tokenizer(folder, tokenizer)
    return numbers(model)


def copy_tokenizer(folder, tokenizer):
    from transformers import CLIPTokenizer

    words = {"vocab_file": str(tokenizer / "vocab.json"), "merges_file": str(tokenizer / "merges.txt")}
    CLIPTokenizer(**words, model_max_length=77).save_pretrained(folder)


def open_clip_h():
    from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg

    c = OPEN_CLIP_H
    return CLIP(c["embed_dim"], CLIPVisionCfg(**c["vision_cfg"]), CLIPTextCfg(**c["text_cfg"]))


def make_hps(folder, tokenizer):
    import torch

    model = open_clip_h()
    state = {k: v.half() for k, v in model.state_dict().items() if k != "attn_mask"}
    torch.save({"epoch": 1, "state_dict": state}, folder / "HPS_v2_compressed.pt")
    (folder / "ViT-H-14.json").write_text(json.dumps(OPEN_CLIP_H))
    copy_tokenizer(folder, tokenizer)
    return numbers(model)


def image_reward_model(checkout, folder):
    """As ImageReward/ImageReward.py builds it. Its imports that only its own training uses, and that newer libraries lack, are
    replaced by modules that do nothing: none of them takes part in a score."""
    import importlib

    import torch
    import transformers.modeling_utils
    import transformers.pytorch_utils

    for name in ("apply_chunking_to_forward", "find_pruneable_heads_and_indices", "prune_linear_layer"):
        setattr(transformers.modeling_utils, name, getattr(transformers.pytorch_utils, name))

    class Stub(types.ModuleType):
        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return lambda *a, **k: a[0] if a else None

    for name in ("fairscale", "fairscale.nn", "fairscale.nn.checkpoint", "fairscale.nn.checkpoint.checkpoint_activations",
                 "timm.models.registry", "timm.models.helpers"):  # fmt: skip
        sys.modules[name] = Stub(name)
    package = types.ModuleType("blip")
    package.__path__ = [str(checkout / "ImageReward" / "models" / "BLIP")]
    sys.modules["blip"] = package
    med, vit = importlib.import_module("blip.med"), importlib.import_module("blip.vit")
    config = med.BertConfig.from_json_file(folder / "med_config.json")
    config.encoder_width = 1024
    model = torch.nn.Module()
    model.blip = torch.nn.Module()
    model.blip.visual_encoder = vit.VisionTransformer(img_size=224, patch_size=16, embed_dim=1024, depth=24, num_heads=16)
    model.blip.text_encoder = med.BertModel(config=config, add_pooling_layer=False)
    model.blip.vision_proj, model.blip.text_proj = torch.nn.Linear(1024, 256), torch.nn.Linear(768, 256)
    drop, linear = torch.nn.Dropout(0.2), torch.nn.Linear
    model.mlp = torch.nn.Module()
    model.mlp.layers = torch.nn.Sequential(
        linear(768, 1024), drop, linear(1024, 128), drop, linear(128, 64), drop, linear(64, 16), linear(16, 1)
    )
    return model


def make_image_reward(folder, checkout):
    import torch

    (folder / "med_config.json").write_text(json.dumps(MED_CONFIG, indent=1))
    words = "[PAD] [UNK] [CLS] [SEP] [MASK] , . ! a photo of two red birds on branch oil painting the".split()
    words += [f"[unused{i}]" for i in range(30522 - len(words))]
    (folder / "vocab.txt").write_text("".join(w + "\n" for w in words))
    model = image_reward_model(checkout, folder)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.dim() > 1 and "embeddings" not in name:
                p.copy_(torch.randn_like(p) / p[0].numel() ** 0.5)
    state = {**model.state_dict(), "blip.text_encoder.embeddings.position_ids": torch.arange(512)[None]}
    torch.save(state, folder / "ImageReward.pt")
    return numbers(model)


def make(weights, folder, options):
    import torch

    torch.manual_seed(options.seed)
    folder.mkdir(parents=True, exist_ok=True)
    if weights.startswith("clip"):
        found = make_clip(folder, options.tokenizer, weights == "clip-h")
    elif weights == "hps-v2":
        found = make_hps(folder, options.tokenizer)
    else:
        found = make_image_reward(folder, options.image_reward)
    assert found == NUMBERS[weights], (weights, found)


def load_clip(folder, image):
    from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

    model = CLIPModel.from_pretrained(folder).eval()
    pixels = CLIPImageProcessor.from_pretrained(folder)(image, return_tensors="pt").pixel_values
    text = CLIPTokenizer.from_pretrained(folder)([PROMPT], padding="max_length", truncation=True, return_tensors="pt")
    return model, pixels, text


def reference(reward, folder, image, options):
    """The score as the libraries' users compute it."""
    import torch
    from torch.nn.functional import normalize

    with torch.no_grad():
        if reward == "hps-v2":
            return hps(folder, image)
        if reward == "image-reward":
            return image_reward(folder, image, options.image_reward)
        model, pixels, text = load_clip(folder, image)
        e = normalize(model.get_image_features(pixel_values=pixels), dim=-1)
        if reward == "aesthetic":
            head = torch.load(options.head, map_location="cpu", weights_only=True)
            for i in (0, 2, 4, 6, 7):
                e = torch.nn.functional.linear(e, head[f"layers.{i}.weight"], head[f"layers.{i}.bias"])
            return e.item()
        cosine = (e * normalize(model.get_text_features(**text), dim=-1)).sum()
        return (model.logit_scale.exp() * cosine if reward == "pick-score" else 2.5 * cosine.clamp(min=0)).item()


def hps_pixels(image):
    import torchvision.transforms.functional as F

    pixels = F.to_tensor(image)
    scale = 224 / max(pixels.shape[1:])
    new = [round(d * scale) for d in pixels.shape[1:]]
    pixels = F.resize(pixels, new, F.InterpolationMode.BICUBIC, antialias=True)
    h, w = 224 - new[0], 224 - new[1]
    return F.normalize(F.pad(pixels, [w // 2, h // 2, w - w // 2, h - h // 2]), MEAN, DEVIATION)


def hps(folder, image):
    import open_clip
    import torch

    model = open_clip_h().eval()
    model.load_state_dict(torch.load(folder / "HPS_v2_compressed.pt", map_location="cpu", weights_only=True)["state_dict"])
    a = model.encode_image(hps_pixels(image)[None], normalize=True)
    b = model.encode_text(open_clip.get_tokenizer("ViT-H-14")([PROMPT]), normalize=True)
    return (a * b).sum().item()


def image_reward(folder, image, checkout):
    import torch
    from torchvision import transforms
    from transformers import BertTokenizer

    model = image_reward_model(checkout, folder).eval()
    model.load_state_dict(torch.load(folder / "ImageReward.pt", map_location="cpu", weights_only=True), strict=False)
    tokenizer = BertTokenizer(str(folder / "vocab.txt"))
    tokenizer.add_special_tokens({"bos_token": "[DEC]"})
    tokenizer.add_special_tokens({"additional_special_tokens": ["[ENC]"]})
    text = tokenizer([PROMPT], padding="max_length", truncation=True, max_length=35, return_tensors="pt")
    resize = transforms.Resize(224, interpolation=transforms.InterpolationMode.BICUBIC)
    steps = [resize, transforms.CenterCrop(224), transforms.ToTensor(), transforms.Normalize(MEAN, DEVIATION)]
    seen = model.blip.visual_encoder(transforms.Compose(steps)(image)[None])
    out = model.blip.text_encoder(
        text.input_ids, attention_mask=text.attention_mask, encoder_hidden_states=seen,
        encoder_attention_mask=torch.ones(seen.shape[:-1], dtype=torch.long), return_dict=True)  # fmt: skip
    return (model.mlp.layers(out.last_hidden_state[:, 0]).item() - 0.16717362830052426) / 1.0333394966054072


def overrides(reward, folder):
    if reward == "hps-v2":
        files = {"checkpoint": "HPS_v2_compressed.pt", "architecture": "ViT-H-14.json", "tokenizer": ""}
    elif reward == "image-reward":
        files = {"checkpoint": "ImageReward.pt", "med-config": "med_config.json", "vocabulary": "vocab.txt"}
    else:
        files = {"clip": ""}
    return [f"rewards.{reward}.{key}={folder / name}" for key, name in files.items()]


def measured(command, env=None):
    """Runs it; its output, with seconds, CPU seconds and peak resident memory in MB."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command} ended with {process.returncode}")
    peak = usage.ru_maxrss / 1024
    return output, {"wall_s": time.perf_counter() - begin, "cpu_s": usage.ru_utime + usage.ru_stime, "peak_mb": peak}


def picture(file):
    """640x427, so that every preprocessing has something to crop, to pad and to scale."""
    import numpy as np
    from PIL import Image

    y, x = np.mgrid[0:427, 0:640] / 90.0
    waves = [np.sin(x * 3 + y), np.cos(y * 5 - x), np.sin(x * y)]
    noise = np.random.default_rng(0).normal(0, 20, (427, 640, 3))
    Image.fromarray((np.stack(waves, 2) * 90 + 128 + noise).clip(0, 255).astype("uint8")).save(file)


def run(options):
    options.out.mkdir(parents=True, exist_ok=True)
    image = options.out / "picture.png"
    picture(image)
    me = [sys.executable, __file__]
    common = ["--tokenizer", str(options.tokenizer), "--head", str(options.head), "--seed", str(options.seed)]
    if options.image_reward:
        common += ["--image-reward", str(options.image_reward)]
    rewards = options.rewards or REWARDS
    made = None
    # A process that holds no weights: the libraries, and an interpreter or a JVM.
    libraries = "import torch, torchvision, transformers, open_clip; from transformers import CLIPModel; torch.ones(9) @ torch.ones(9)"
    bare = [
        measured([sys.executable, "-c", libraries])[1]["peak_mb"],
        measured([options.tempera, "score", "--reward", "jpeg-compressibility", "--json", str(image)])[1]["peak_mb"],
    ]
    print(f"without weights: reference {bare[0]:,.0f} MB, tempera {bare[1]:,.0f} MB")
    print("peak: resident memory; ratio: to the weights in float32; less: the same without what a process takes without weights")
    print(f"{'':14}{'score':>12}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'ratio':>9}{'less':>9}", flush=True)
    for reward in rewards:
        weights = WEIGHTS[reward]
        folder = options.out / weights
        if made is not None and made != folder and not options.keep:
            shutil.rmtree(made)
        if made != folder and not (options.keep and folder.exists()):
            subprocess.run([*me, "make", str(folder), *common, weights], check=True)
        made = folder
        held = HELD.get(reward, NUMBERS[weights])
        megabytes = held * 4 / 2**20
        theirs = measured([*me, "reference", str(folder), *common, reward])
        tempera = [options.tempera, "score", "--reward", reward, "--prompt", PROMPT, "--json", str(image)]
        ours = measured([*tempera, *overrides(reward, folder)])
        scores = [float(theirs[0].split()[-1]), json.loads(ours[0])["scores"][0]["score"]]
        print(f"{reward}: {held:,} numbers, {megabytes:,.0f} MB")
        for name, score, empty, (_, m) in zip(("  reference", "  tempera"), scores, bare, (theirs, ours)):
            shares = [m["peak_mb"] / megabytes, (m["peak_mb"] - empty) / megabytes]
            row = f"{name:14}{score:12.6f}{m['wall_s']:8.1f}{m['cpu_s']:8.1f}{m['peak_mb']:9,.0f}"
            print(row + "".join(f"{s:9.2f}" for s in shares), flush=True)
    if made is not None and not options.keep:
        shutil.rmtree(made)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["run", "make", "reference"])
    parser.add_argument("out", type=Path)
    parser.add_argument("rewards", nargs="*")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--image-reward", type=Path)
    parser.add_argument("--head", type=Path, default=default_head())
    parser.add_argument("--tempera", default=str(ROOT / "tempera"))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="leave the weights, and use those that are there")
    options = parser.parse_intermixed_args()
    if options.what == "run":
        return run(options)
    if options.what == "make":
        return make(options.rewards[0], options.out, options)
    import torch
    from PIL import Image

    torch.set_num_threads(options.threads)
    image = Image.open(options.out.parent / "picture.png").convert("RGB")
    print(reference(options.rewards[0], options.out, image, options))


def default_head():
    return next(ROOT.glob("rewards-plugins/aesthetic/src/main/resources/**/*.pth"), None)


if __name__ == "__main__":
    main()
