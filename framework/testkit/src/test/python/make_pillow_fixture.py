#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = ["transformers==4.56.2", "torch==2.9.1", "safetensors==0.8.0", "numpy==2.4.6", "pillow==13.0.0"]
# ///
"""Adds pictures to pillow.safetensors that are not in it yet: make_pillow_fixture.py FILE."""

import sys

import numpy
import torch
from safetensors.torch import load_file, save_file
from transformers import CLIPImageProcessor

# 61x23 shrinks in height first, since its height loses more than twice what its width does.
SIZES = [(37, 52), (15, 21), (61, 23)]


def main(file):
    tensors = load_file(file)
    processor = CLIPImageProcessor(size={"shortest_edge": 24}, crop_size=24)
    narrow = CLIPImageProcessor(size={"height": 24, "width": 24}, crop_size=24)
    for height, width in SIZES:
        name = f"{height}x{width}"
        if "images-" + name in tensors:
            continue
        images = numpy.random.default_rng(height).integers(0, 256, (1, height, width, 3), dtype=numpy.uint8)
        how = narrow if height > 2 * width else processor
        tensors["images-" + name] = torch.from_numpy(images)
        tensors["pixels-" + name] = torch.from_numpy(how(images=list(images), return_tensors="np").pixel_values)
    save_file(tensors, file)


if __name__ == "__main__":
    main(sys.argv[1])
