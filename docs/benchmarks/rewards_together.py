#!/usr/bin/env python3
# /// script
# requires-python = "==3.11.*"
# dependencies = [
#   "torch==2.9.1", "torchvision==0.24.1", "transformers==4.56.2", "open_clip_torch==3.3.0", "safetensors==0.8.0",
#   "numpy==2.4.6", "pillow==13.0.0",
# ]
# ///
"""Times four rewards at full size on one batch, together and each alone, in tempera and in transformers and open_clip.

    python rewards_together.py run WEIGHTS --policy FOLDER [--batch 4]

WEIGHTS is what `rewards_full_size.py run WEIGHTS ... --keep` left: clip-l, clip-h and hps-v2. FOLDER is the policy of
make_tiny_e32.py, whose small pictures are what is scored: all are resized to 224x224. Seconds are those of one batch, after one
that is not counted; of tempera they are `reward_s` of `tempera bench`, which includes the small decode.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from rewards_full_size import ROOT, hps_pixels, measured, open_clip_h

REWARDS = ["aesthetic", "clip-score", "pick-score", "hps-v2"]
PROMPT = "a photo of two red birds on a branch, oil painting"


def block(reward, weights):
    if reward == "hps-v2":
        return f'hps-v2 {{ role = train, checkpoint = "{weights}/hps-v2/HPS_v2_compressed.pt" }}'
    return f'{reward} {{ role = train, clip = "{weights / ("clip-h" if reward == "pick-score" else "clip-l")}" }}'


def tempera(rewards, options):
    conf = options.weights / "together.conf"
    (options.weights / "together.txt").write_text(PROMPT + "\n")
    conf.write_text(f"""
run {{ seed = 1, output = "{options.weights / "together-run"}", threads = {options.threads} }}
policy {{ use = stable-diffusion, stable-diffusion {{ weights = "{options.policy}" }} }}
algorithm {{ use = ddpo, ddpo {{ batch-size = {options.batch} }} }}
rewards {{
  {chr(10).join(block(r, options.weights) for r in rewards)}
}}
sampling {{ prompts = together.txt, batch-size = {options.batch}, batches-per-epoch = 1, steps = 1 }}
""")
    out, m = measured([options.tempera, "bench", str(conf), "--epochs", str(options.epochs), "--json"])
    return json.loads(out)["reward_s"]["median"], m


def reference(rewards, options):
    me = [sys.executable, __file__, "reference", str(options.weights), "--policy", str(options.policy), *rewards]
    me += ["--batch", str(options.batch), "--threads", str(options.threads), "--epochs", str(options.epochs)]
    out, m = measured(me)
    return float(out.split()[-1]), m


def models(rewards, weights):
    """For each CLIP what embeds pictures and prompts, and which rewards read it."""
    import open_clip
    import torch
    from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer

    scorers = []
    for folder, readers in (("clip-l", ["aesthetic", "clip-score"]), ("clip-h", ["pick-score"])):
        if not set(readers) & set(rewards):
            continue
        model = CLIPModel.from_pretrained(weights / folder).eval()
        processor, tokenizer = CLIPImageProcessor.from_pretrained(weights / folder), CLIPTokenizer.from_pretrained(weights / folder)

        def embed(images, prompts, model=model, processor=processor, tokenizer=tokenizer, text=rewards != ["aesthetic"]):
            model.get_image_features(pixel_values=processor(images, return_tensors="pt").pixel_values)
            if text:
                ids = tokenizer(prompts, padding="max_length", truncation=True, return_tensors="pt")
                model.get_text_features(**ids)

        scorers.append(embed)
    if "hps-v2" in rewards:
        model = open_clip_h().eval()
        file = weights / "hps-v2" / "HPS_v2_compressed.pt"
        model.load_state_dict(torch.load(file, map_location="cpu", weights_only=True)["state_dict"])
        tokenizer = open_clip.get_tokenizer("ViT-H-14")

        def hps(images, prompts):
            model.encode_image(torch.stack([hps_pixels(i) for i in images]))
            model.encode_text(tokenizer(prompts))

        scorers.append(hps)
    return scorers


def run_reference(options):
    import numpy as np
    import torch
    from PIL import Image

    torch.set_num_threads(options.threads)
    noise = np.random.default_rng(0).integers(0, 256, (options.batch, 64, 64, 3), dtype=np.uint8)
    images, prompts = [Image.fromarray(n) for n in noise], [PROMPT] * options.batch
    seconds = []
    with torch.inference_mode():
        scorers = models(options.rewards, options.weights)
        for _ in range(1 + options.epochs):
            begin = time.perf_counter()
            for scorer in scorers:
                scorer(images, prompts)
            seconds.append(time.perf_counter() - begin)
    print(sorted(seconds[1:])[(len(seconds) - 1) // 2])


def run(options):
    print(f"batches of {options.batch}, {options.threads} threads: seconds a batch, and the process's peak of memory")
    print(f"{'':14}{'tempera s':>11}{'peak MB':>9}{'reference s':>13}{'peak MB':>9}", flush=True)
    sums = [0.0, 0.0]
    for rewards in [*([r] for r in REWARDS), REWARDS]:
        ours, theirs = tempera(rewards, options), reference(rewards, options)
        if len(rewards) > 1:
            print(f"{'sum of these':14}{sums[0]:11.2f}{'':9}{sums[1]:13.2f}")
        sums = [s + t for s, (t, _) in zip(sums, (ours, theirs))]
        name = rewards[0] if len(rewards) == 1 else "together"
        print(f"{name:14}{ours[0]:11.2f}{ours[1]['peak_mb']:9,.0f}{theirs[0]:13.2f}{theirs[1]['peak_mb']:9,.0f}", flush=True)
    for name in ("together.conf", "together.txt", "together.json"):
        (options.weights / name).unlink()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["run", "reference"])
    parser.add_argument("weights", type=Path)
    parser.add_argument("rewards", nargs="*")
    parser.add_argument("--policy", type=Path, required=True)
    parser.add_argument("--tempera", default=str(ROOT / "tempera"))
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=1)
    options = parser.parse_intermixed_args()
    options.weights, options.policy = options.weights.resolve(), options.policy.resolve()
    (run if options.what == "run" else run_reference)(options)


if __name__ == "__main__":
    main()
