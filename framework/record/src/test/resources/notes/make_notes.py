#!/usr/bin/env python3
"""Makes a picture of one pixel with the notes of each common program. Made with Pillow 13.0.0; run in this folder.

The notes are shortened, their keywords and forms are those that the programs write.
"""

import json

from PIL import Image, PngImagePlugin

A1111 = "a photo of a cat\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 7, Size: 64x64, Model: sd15"
GRAPH = {
    "3": {"inputs": {"seed": 7, "steps": 20, "positive": ["6", 0]}, "class_type": "KSampler", "is_changed": [float("nan")]},
    "6": {"inputs": {"text": "a photo of a cat"}, "class_type": "CLIPTextEncode"},
}
NOTES = {
    "a1111": {"parameters": A1111},
    "sd-next": {"parameters": A1111 + ", App: SD.Next, Version: 1234567, Pipeline: StableDiffusionPipeline"},
    "comfyui": {"prompt": json.dumps(GRAPH), "workflow": json.dumps({"nodes": []})},
    "comfyui-alone": {"prompt": json.dumps(GRAPH)},
    "invokeai": {
        "invokeai_metadata": json.dumps({"positive_prompt": "a photo of a cat", "seed": 7, "steps": 20}),
        "invokeai_graph": json.dumps({"nodes": {}}),
    },
    "invokeai-2": {
        "Dream": '"a photo of a cat" -s 20 -S 7',
        "sd-metadata": json.dumps({"image": {"prompt": "a photo of a cat", "seed": 7}}),
    },
    "novelai": {
        "Title": "NovelAI generated image",
        "Description": "a photo of a cat",
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4 37442FCA",
        "Comment": json.dumps({"prompt": "a photo of a cat", "steps": 28, "seed": 7}),
    },
    "fooocus": {
        "parameters": json.dumps({"prompt": "a photo of a cat", "seed": "7", "steps": 30, "version": "Fooocus v2.5.5"}),
        "fooocus_scheme": "fooocus",
    },
    "plain": {"prompt": "a photo of a cat"},
    "ours": {
        "prompt": "a photo of a cat",
        "negative_prompt": "",
        "seed": "7",
        "model": "sd-v1-5",
        "steps": "50",
        "guidance": "7.5",
        "eta": "0",
    },
}

for name, notes in NOTES.items():
    info = PngImagePlugin.PngInfo()
    for key, value in notes.items():
        info.add_text(key, value)
    Image.new("RGB", (1, 1), (90, 120, 150)).save(f"{name}.png", pnginfo=info)
