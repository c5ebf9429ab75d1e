"""Writes src/test/resources/open-clip-again: what open_clip's save_for_hf writes in another form when it saves the fixture
open-clip again. Writes hps-v2's saved-again likewise: the tokenizer of its fixture.

pip install torch==2.15.0 torchvision==0.29.2 open_clip_torch==3.3.0 transformers==5.24.0 safetensors==0.8.0
python save_open_clip_again.py

open_clip_model.safetensors comes out equal to the byte; open_clip_pytorch_model.bin and what open_clip's training saves have the
same names and values, which is asserted here. So they are not stored.
"""
import importlib
import json
import pathlib
import shutil
import tempfile

import torch
from open_clip.model import CLIP, CLIPTextCfg, CLIPVisionCfg, set_model_preprocess_cfg
from safetensors.torch import load_file
from transformers import CLIPTokenizerFast

hub = importlib.import_module("open_clip.push_to_hf_hub")  # whose name is a function's, too
here = pathlib.Path(__file__).parents[1] / "resources"


def build(config):
    return CLIP(config["embed_dim"], CLIPVisionCfg(**config["vision_cfg"]), CLIPTextCfg(**config["text_cfg"]),
                quick_gelu=config.get("quick_gelu", False))


def tokenizer(fixture):
    with tempfile.TemporaryDirectory() as old:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(fixture / name, old)
        return CLIPTokenizerFast.from_pretrained(old)


def assert_equal(one, two):
    assert one.keys() == two.keys() and all(torch.equal(one[k], two[k]) for k in one)


fixture, target = here / "open-clip", here / "open-clip-again"
target.mkdir(exist_ok=True)
config = json.loads((fixture / "open_clip_config.json").read_text())
model = build(config["model_cfg"])
model.load_state_dict(load_file(fixture / "open_clip_model.safetensors"))
set_model_preprocess_cfg(model, {**config["preprocess_cfg"], "size": 16, "mode": "RGB", "fill_color": 0})
with tempfile.TemporaryDirectory() as folder:
    hub.save_for_hf(model, tokenizer(fixture), config["model_cfg"], folder)
    saved = pathlib.Path(folder)
    weights = "open_clip_model.safetensors"
    assert (saved / weights).read_bytes() == (fixture / weights).read_bytes()
    assert_equal(torch.load(saved / "open_clip_pytorch_model.bin"), load_file(fixture / weights))
    for name in ("open_clip_config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(saved / name, target / name)

resources = pathlib.Path(__file__).parents[4] / "hps-v2" / "src" / "test" / "resources"
fixture, target = resources / "hps-v2", resources / "saved-again"
target.mkdir(exist_ok=True)
model = build(json.loads((fixture / "architecture.json").read_text())).half()
stored = torch.load(fixture / "tiny.pt")["state_dict"]
model.load_state_dict(stored)
assert_equal(model.state_dict(), stored)
tokenizer(fixture).save_pretrained(target)
