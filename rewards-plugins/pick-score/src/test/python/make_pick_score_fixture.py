"""Writes src/test/resources/pick-score.safetensors: PickScore's formula in transformers, on the tiny CLIP of the tests.

pip install torch==2.9.1 transformers==4.56.2 safetensors==0.8.0 numpy
python make_pick_score_fixture.py TINY_CLIP_FOLDER   # the folder that TinyClip.write(folder, 6) makes
"""
import pathlib
import sys

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

folder = sys.argv[1]
model = CLIPModel.from_pretrained(folder).eval()
tokenizer = CLIPTokenizer.from_pretrained(folder)
processor = CLIPImageProcessor.from_pretrained(folder)
prompts = ["a cat", "two horses in the sun", ""]
images = np.random.default_rng(3).integers(0, 256, (3, 16, 16, 3), dtype=np.uint8)
pixels = processor([Image.fromarray(i) for i in images], return_tensors="pt")["pixel_values"]
tokens = tokenizer(prompts, padding="max_length", truncation=True, max_length=16, return_tensors="pt")
with torch.no_grad():
    image = torch.nn.functional.normalize(model.get_image_features(pixels), dim=-1)
    text = torch.nn.functional.normalize(model.get_text_features(**tokens), dim=-1)
    score = model.logit_scale.exp() * (image * text).sum(-1)
target = pathlib.Path(__file__).parents[1] / "resources" / "pick-score.safetensors"
target.parent.mkdir(exist_ok=True)
save_file({"images": torch.from_numpy(images).float() / 255, "score": score}, target)
print(score)
