"""Writes the files in src/test/resources: pictures, and sizes.txt with the size in bytes that PIL's JPEG encoder gives them.

pip install pillow==13.0.0 numpy
"""
import io
import pathlib

import numpy as np
from PIL import Image

target = pathlib.Path(__file__).parents[1] / "resources"
target.mkdir(exist_ok=True)
rng = np.random.default_rng(0)
lines = []
for name, (height, width), noise in [("smooth", (32, 32), 1), ("noisy", (64, 48), 25), ("odd", (33, 57), 4), ("flat", (16, 16), 0)]:
    y, x = np.mgrid[0:height, 0:width]
    wave = np.stack([127 + (100 if noise else 0) * np.sin(x / 7 + k) * np.cos(y / (5 + k)) for k in range(3)], -1)
    image = Image.fromarray(np.clip(wave + rng.normal(0, noise, wave.shape), 0, 255).astype("uint8"))
    image.save(target / f"{name}.png")
    for quality in (100, 95, 75, 50, 33, 30, 10):
        file = io.BytesIO()
        image.save(file, "JPEG", quality=quality)
        lines.append(f"{name}.png {quality} {len(file.getvalue())}")
(target / "sizes.txt").write_text("\n".join(lines) + "\n")
