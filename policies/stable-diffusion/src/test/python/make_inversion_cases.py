#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "torch==2.15.0", "diffusers==0.42.1", "transformers==5.24.0", "accelerate==1.15.0", "safetensors==0.8.0", "numpy==2.4.6",
# ]
# ///
"""Writes what StableDiffusionPipeline makes of tokens of several vectors, and what it draws with them.

    python make_inversion_cases.py ../resources/sd-tiny/model ../resources/inversion

The tokens are loaded by `load_textual_inversion`. Their names, in the order of their ids, and the ids of the prompts lie in
prompts.json, their vectors in oracle.safetensors under `vectors`.

Names with capitals are read as transformers 5 reads them: its tokenizer finds `<Cat>` in `<cat>` and `my_dog` in `MY_DOG`, and the
pipeline, which looks for `<Cat>` among the lower-cased words, writes its first vector alone. With diffusers 0.35.2 and transformers
4.56.2 capitals count, and `<Cat>` gets both vectors; prompts without capitals have the same ids there.
"""

import json
import sys
from pathlib import Path

import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline
from safetensors.torch import save_file

STEPS, LENGTH = 3, 16
TOKENS = {"<toy>": 3, "<Cat>": 2, "sks": 1, "my_dog": 2}
PROMPTS = [
    "a <toy> on the grass",
    "two <toy>, <toy>",
    "<toy>sks",
    "a sks my_dog",
    "a <toy>_1 thing",
    "a my_dogs",
    "a <Cat>, a <cat>",
    "MY_DOG and a <TOY>",
    "a <toy><Cat>my_dog",
    "sks_1 <Cat>_1",
    "a photo of a cat",
]
DRAWN = [("a <toy> on the grass", ""), ("a <Cat>, my_dog", "<toy>"), ("two <toy>, <toy>sks", "a <Cat>")]


def main(model, out):
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(23)
    pipeline = StableDiffusionPipeline.from_pretrained(model, safety_checker=None, torch_dtype=torch.float32)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
    tokenizer = pipeline.tokenizer
    known = len(tokenizer)
    vectors = []
    for token, count in TOKENS.items():
        vectors.append(torch.randn(count, pipeline.text_encoder.config.hidden_size, generator=generator) * 0.3)
        pipeline.load_textual_inversion(vectors[-1], token=token)
    rows = {}
    for prompt in PROMPTS:
        written = pipeline.maybe_convert_prompt(prompt, tokenizer)
        padded = tokenizer(written, padding="max_length", max_length=LENGTH, truncation=True)
        rows[prompt] = {"written": written, "ids": padded.input_ids}
    names = [tokenizer.added_tokens_decoder[i].content for i in range(known, len(tokenizer))]
    lines = ",\n".join(f"  {json.dumps(prompt)}: {json.dumps(row)}" for prompt, row in rows.items())
    document = f'{{\n "first": {known},\n "tokens": {json.dumps(names)},\n "prompts": {{\n{lines}\n }}\n}}\n'
    (out / "prompts.json").write_text(document, encoding="utf-8")
    tensors, cases = {"vectors": torch.cat(vectors)}, []
    side = 4 * pipeline.vae_scale_factor
    for i, (prompt, negative) in enumerate(DRAWN):
        latent = torch.randn(1, pipeline.unet.config.in_channels, 4, 4, generator=generator)
        drawn = pipeline(
            prompt, negative_prompt=negative, latents=latent, num_inference_steps=STEPS, eta=0.0, guidance_scale=4.0,
            height=side, width=side, output_type="latent",
        ).images
        tensors |= {f"{i}.in": latent, f"{i}.out": drawn.contiguous(), f"{i}.noise": torch.zeros(STEPS, *latent.shape)}
        inputs = {"texts": [prompt], "negative": [negative], "latent": f"{i}.in", "noise": f"{i}.noise"}
        inputs |= {"steps": STEPS, "eta": 0.0, "guidance": 4.0}
        name = f"{prompt} | {negative}"
        cases.append({"name": name, "kind": "sample", "inputs": inputs, "outputs": {"latent": f"{i}.out"}, "tolerance": 3e-4})
    save_file(tensors, str(out / "oracle.safetensors"))
    document = {"format": "tempera-oracle/1", "tensors": "oracle.safetensors", "cases": cases}
    (out / "oracle.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
