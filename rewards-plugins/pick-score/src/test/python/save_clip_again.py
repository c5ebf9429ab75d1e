"""Writes src/test/resources/saved-again: what transformers 5 writes in another form when it saves the tiny CLIP of the tests.

pip install torch==2.15.0 torchvision==0.29.2 transformers==5.24.0 safetensors==0.8.0 pillow==13.0.0
python save_clip_again.py TINY_CLIP_FOLDER   # the folder that TinyClip.write(folder, 6) makes

The weights keep names, values and kind, which is asserted here; in shards and in half precision too. So they are not stored.
"""
import glob
import pathlib
import shutil
import sys
import tempfile

import torch
from safetensors.torch import load_file
from transformers import CLIPModel, CLIPProcessor, CLIPVisionModelWithProjection

source = pathlib.Path(sys.argv[1])
target = pathlib.Path(__file__).parents[1] / "resources" / "saved-again"
target.mkdir(parents=True, exist_ok=True)
stored = load_file(source / "model.safetensors")


def assert_kept(kept, kind=torch.float32):
    """That the weights of a folder are the stored ones of these names."""
    saved = {}
    for file in glob.glob(f"{folder}/model*.safetensors"):
        saved.update(load_file(file))
    assert saved.keys() == set(kept)
    assert all(torch.equal(saved[k], stored[k].to(kind)) for k in saved)


model = CLIPModel.from_pretrained(source)
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder)
    assert_kept(stored)
    CLIPProcessor.from_pretrained(source).save_pretrained(folder)
    for name in ("config.json", "processor_config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copy(f"{folder}/{name}", target / name)
with tempfile.TemporaryDirectory() as folder:
    model.save_pretrained(folder, max_shard_size="5KB")
    assert_kept(stored)
with tempfile.TemporaryDirectory() as folder:
    CLIPVisionModelWithProjection.from_pretrained(source, projection_dim=model.config.projection_dim).save_pretrained(folder)
    assert_kept(k for k in stored if k.startswith(("vision_model.", "visual_projection.")))
with tempfile.TemporaryDirectory() as folder:
    model.half().save_pretrained(folder)
    assert_kept(stored, torch.float16)
