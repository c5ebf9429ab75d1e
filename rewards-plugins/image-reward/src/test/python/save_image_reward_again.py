"""Writes src/test/resources/saved-again: the fixture's vocabulary and configuration as transformers 5 saves them again.

pip install torch==2.15.0 transformers==5.24.0
python save_image_reward_again.py

The authors' code has no way to save; torch.save and torch.load of today keep names, kinds and values, which is asserted here.
"""
import io
import pathlib
import shutil
import tempfile

import torch
from transformers import BertConfig, BertTokenizer

resources = pathlib.Path(__file__).parents[1] / "resources"
fixture, target = resources / "image-reward", resources / "saved-again"
target.mkdir(exist_ok=True)
with tempfile.TemporaryDirectory() as old:
    shutil.copy(fixture / "vocab.txt", old)
    tokenizer = BertTokenizer.from_pretrained(old)
tokenizer.add_special_tokens({"bos_token": "[DEC]"})
tokenizer.add_special_tokens({"additional_special_tokens": ["[ENC]"]})
tokenizer.save_pretrained(target)
BertConfig.from_json_file(fixture / "med_config.json").save_pretrained(target)
weights = torch.load(fixture / "tiny.pt")
again = io.BytesIO()
torch.save(weights, again)
again.seek(0)
saved = torch.load(again)
assert saved.keys() == weights.keys() and all(torch.equal(saved[k], weights[k]) for k in saved)
