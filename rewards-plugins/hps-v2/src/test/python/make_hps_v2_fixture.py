"""Writes src/test/resources/hps-v2: a tiny open_clip model of random weights, and its scores as HPSv2 computes them.

pip install torch==2.9.1 torchvision==0.24.1 open_clip_torch==3.3.0 safetensors==0.8.0 pillow==13.0.0 numpy
python make_hps_v2_fixture.py TOKENIZER_FOLDER   # vocab.json and merges.txt of a small vocabulary; its last id ends a text
"""
import json
import pathlib
import shutil
import sys

import numpy as np
import open_clip
import torch
import torchvision.transforms.functional as F
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from safetensors.torch import save_file

tokens = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parents[1] / "resources" / "hps-v2"
target.mkdir(parents=True, exist_ok=True)
for name in ("vocab.json", "merges.txt"):
    shutil.copy(tokens / name, target / name)
vocabulary = json.loads((tokens / "vocab.json").read_text())
start, end = vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]
architecture = {
    "embed_dim": 6,
    "vision_cfg": {"image_size": 16, "layers": 2, "width": 16, "head_width": 8, "patch_size": 8},
    "text_cfg": {"context_length": 12, "vocab_size": len(vocabulary), "width": 8, "heads": 2, "layers": 2},
}
(target / "architecture.json").write_text(json.dumps(architecture))
torch.manual_seed(5)
model = CLIP(6, CLIPVisionCfg(**architecture["vision_cfg"]), CLIPTextCfg(**architecture["text_cfg"])).eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        p.copy_(0.3 * torch.randn_like(p) + (1 if "ln_" in name and name.endswith("weight") else 0))
state = {k: v.half() for k, v in model.state_dict().items() if k != "attn_mask"}
model.load_state_dict({k: v.float() for k, v in state.items()}, strict=False)
torch.save({"epoch": 1, "state_dict": state}, target / "tiny.pt")


def pad(image, size=16):
    height, width = image.shape[1:]
    scale = size / float(max(height, width))
    new = [round(d * scale) for d in (height, width)]
    image = F.resize(image, new, F.InterpolationMode.BICUBIC, antialias=True)
    h, w = size - new[0], size - new[1]
    image = F.pad(image, [w // 2, h // 2, w - w // 2, h - h // 2], fill=0)
    return F.normalize(image, open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)


# Words of the vocabulary, whole: byte pairs are tested where the tokenizer is.
prompts = ["a cat", "a dog in the sun", ""]
ids = torch.zeros(3, 12, dtype=torch.long)
for row, prompt in zip(ids, prompts):
    body = [vocabulary[w + "</w>"] for w in prompt.split()]
    row[: len(body) + 2] = torch.tensor([start, *body, end])
rng = np.random.default_rng(7)
tensors = {"ids": ids}
for name, (height, width) in {"square": (16, 16), "wide": (21, 40), "tall": (13, 5)}.items():
    images = rng.integers(0, 256, (3, height, width, 3), dtype=np.uint8)
    floats = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    with torch.no_grad():
        a = model.encode_image(torch.stack([pad(i) for i in floats]), normalize=True)
        b = model.encode_text(ids, normalize=True)
    tensors[name] = floats.permute(0, 2, 3, 1).contiguous()
    tensors[name + ".score"] = (a * b).sum(-1)
save_file(tensors, target / "expected.safetensors")
print({k: v for k, v in tensors.items() if "score" in k})
