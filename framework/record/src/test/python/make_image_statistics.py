"""Writes src/test/resources/image-statistics.jsonl: pictures, and their statistics by numpy and PIL.

pip install numpy==2.4.6 pillow==13.0.0
"""
import base64
import io
import json
import pathlib

import numpy as np
from PIL import Image


def statistics(picture):
    p = picture.astype(np.float64)
    luma = p @ [0.299, 0.587, 0.114]
    top, bottom = p.max(-1), p.min(-1)
    padded = np.pad(luma, 1, mode="edge")
    smooth_down = padded[:-2] + 2 * padded[1:-1] + padded[2:]
    smooth_across = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    across = (smooth_down[:, 2:] - smooth_down[:, :-2]) / 8
    along = (smooth_across[2:] - smooth_across[:-2]) / 8
    _, counts = np.unique((picture // 32).reshape(-1, 3), axis=0, return_counts=True)
    share = counts / counts.sum()
    kernel = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(luma, 2, mode="edge"), (5, 5))
    rest = luma - (windows * kernel).sum((-2, -1))
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG", quality=95)
    return {
        "dark_share": (luma < 51).mean(),
        "saturation": np.divide(top - bottom, top, out=np.zeros_like(top), where=top > 0).mean(),
        "edge_density": (np.hypot(across, along) > 25.5).mean(),
        "colour_entropy": -(share * np.log2(share)).sum(),
        "high_frequency": np.sqrt((rest**2).mean()),
        "jpeg_size": len(file.getvalue()) / 1000,
    }


rng = np.random.default_rng(0)
pictures = []
for height, width, noise, wave in [(16, 16, 0, 100), (24, 17, 60, 60), (1, 1, 0, 0), (3, 40, 20, 127), (32, 32, 4, 20)]:
    y, x = np.mgrid[0:height, 0:width]
    colours = np.stack([90 + wave * np.sin(x / (3 + k)) * np.cos(y / (5 + k)) for k in range(3)], -1)
    pictures.append(np.clip(colours + rng.normal(0, noise, colours.shape), 0, 255).astype("uint8"))
pictures.append(np.zeros((5, 4, 3), "uint8"))
lines = []
for picture in pictures:
    lines.append(
        json.dumps(
            {
                "width": picture.shape[1],
                "height": picture.shape[0],
                "rgb": base64.b64encode(picture.tobytes()).decode(),
                "statistics": {name: float(value) for name, value in statistics(picture).items()},
            }
        )
    )
(pathlib.Path(__file__).parents[1] / "resources" / "image-statistics.jsonl").write_text("\n".join(lines) + "\n")
