#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = ["torch", "diffusers==0.42.1", "transformers==5.24.0"]
# ///
"""Lists every key of the configurations that a Stable Diffusion folder has: `python list_config_keys.py ../resources/config-keys.json`."""

import inspect
import json
import sys
from pathlib import Path

from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DDIMScheduler,
    EulerDiscreteScheduler,
    LCMScheduler,
    UNet2DConditionModel,
)
from transformers import CLIPTextConfig


def main(out):
    classes = (UNet2DConditionModel, AutoencoderKL, DDIMScheduler, AutoencoderTiny, EulerDiscreteScheduler, LCMScheduler)
    keys = {kind.__name__: sorted(k for k in inspect.signature(kind.__init__).parameters if k != "self") for kind in classes}
    # The pipeline itself reads use_attention_mask.
    keys["CLIPTextModel"] = sorted({*CLIPTextConfig().to_dict(), "use_attention_mask"} - {"_name_or_path"})
    Path(out).write_text(json.dumps(keys, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
