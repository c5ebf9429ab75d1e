"""Writes src/test/resources/open-clip: a tiny open_clip model of random weights, and CLIPScore as open_clip gives it.

pip install torch==2.9.1 torchvision==0.24.1 open_clip_torch==3.3.0 safetensors==0.8.0 pillow==13.0.0 numpy
python make_open_clip_fixture.py TOKENIZER_FOLDER   # vocab.json and merges.txt of a small vocabulary; its last id ends a text
"""
import gzip
import json
import pathlib
import shutil
import sys
import tempfile

import numpy as np
import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image
from safetensors.torch import save_file

tokens = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parents[1] / "resources" / "open-clip"
target.mkdir(parents=True, exist_ok=True)
for name in ("vocab.json", "merges.txt"):
    shutil.copy(tokens / name, target / name)
with tempfile.NamedTemporaryFile(suffix=".gz") as merges:
    merges.write(gzip.compress((tokens / "merges.txt").read_bytes().rstrip(b"\n")))
    merges.flush()
    tokenizer = SimpleTokenizer(merges.name, context_length=12)
config = {
    "model_cfg": {
        "embed_dim": 6,
        "quick_gelu": True,
        "vision_cfg": {"image_size": 16, "layers": 2, "width": 24, "head_width": 8, "patch_size": 8, "mlp_ratio": 2.0},
        "text_cfg": {"context_length": 12, "vocab_size": tokenizer.vocab_size, "width": 8, "heads": 2, "layers": 2},
    },
    "preprocess_cfg": {"mean": [0.5, 0.45, 0.4], "std": [0.3, 0.25, 0.2], "interpolation": "bicubic", "resize_mode": "shortest"},
}
(target / "open_clip_config.json").write_text(json.dumps(config))
torch.manual_seed(9)  # of whose cosines most are above 0
m = config["model_cfg"]
model = CLIP(6, CLIPVisionCfg(**m["vision_cfg"]), CLIPTextCfg(**m["text_cfg"]), quick_gelu=True).eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        p.copy_(0.3 * torch.randn_like(p) + (1 if "ln_" in name and name.endswith("weight") else 0))
save_file({k: v.contiguous() for k, v in model.state_dict().items() if k != "attn_mask"}, target / "open_clip_model.safetensors")

how = {"cosine": {}, "squashed": {"resize_mode": "squash"}, "bilinear": {"interpolation": "bilinear"}}
prompts = ["a cat", "A DOG in &lt;the&gt; sun, with more words than the model has tokens for", ""]
rng = np.random.default_rng(7)
tensors = {}
for name, (height, width) in {"square": (16, 16), "wide": (21, 40), "tall": (33, 20), "small": (9, 12)}.items():
    images = rng.integers(0, 256, (3, height, width, 3), dtype=np.uint8)
    tensors[name] = torch.from_numpy(images).float() / 255
    for key, changes in how.items():
        prepare = image_transform_v2(PreprocessCfg(size=16, **{**config["preprocess_cfg"], **changes}), is_train=False)
        with torch.no_grad():
            a = model.encode_image(torch.stack([prepare(Image.fromarray(i)) for i in images]), normalize=True)
            b = model.encode_text(tokenizer(prompts), normalize=True)
        tensors[f"{name}.{key}"] = (a * b).sum(-1)
save_file(tensors, target / "expected.safetensors")
print({k: v for k, v in tensors.items() if "." in k})
