"""Adapters of denoiser and text encoder for check_export: makes them, and compares what the libraries compute with exported ones.

    check_export_text.py sd2 MODEL OUT        a small model of Stable Diffusion 2's kind, with MODEL's tokenizer and autoencoder
    check_export_text.py make MODEL OUT       an adapter of MODEL, as save_lora_weights writes it
    check_export_text.py compare MODEL OUT    OUT/made against OUT/diffusers, OUT/kohya and OUT/peft, which Tempera wrote of it

Packages: those of make_oracle.py, or diffusers 0.42.1, transformers 5.24.0 and peft 0.21.2. README.md says what was seen.
"""

import re
import sys
from pathlib import Path

import torch
import transformers.integrations.peft
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig, PeftModel
from peft.utils import get_peft_model_state_dict
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

TOLERANCE = 1e-5

# transformers 5.24 asks for a peft that is not released; 0.21.2 does what is needed here.
if hasattr(transformers.integrations.peft, "MIN_PEFT_VERSION"):
    transformers.integrations.peft.MIN_PEFT_VERSION = "0.17.0"


def pipeline(model):
    return StableDiffusionPipeline.from_pretrained(model, safety_checker=None, torch_dtype=torch.float32)


def sd2(model, out):
    """What tells version 2 from 1: linear projections, heads by level, another activation in the text encoder, velocities."""
    torch.manual_seed(2)
    tokenizer = CLIPTokenizer.from_pretrained(model / "tokenizer")
    text = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=40, intermediate_size=80, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length, hidden_act="gelu", eos_token_id=tokenizer.eos_token_id,
        bos_token_id=tokenizer.bos_token_id, pad_token_id=0, projection_dim=16,
    )
    vae = AutoencoderKL.from_pretrained(model / "vae", torch_dtype=torch.float32)
    unet = UNet2DConditionModel(
        sample_size=8, in_channels=vae.config.latent_channels, out_channels=vae.config.latent_channels, block_out_channels=(16, 32),
        layers_per_block=1, norm_num_groups=8, cross_attention_dim=40, attention_head_dim=(2, 4), use_linear_projection=True,
        down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
    )
    scheduler = DDIMScheduler(prediction_type="v_prediction", clip_sample=False, steps_offset=1, beta_schedule="scaled_linear")
    StableDiffusionPipeline(
        vae=vae, text_encoder=CLIPTextModel(text), tokenizer=tokenizer, unet=unet, scheduler=scheduler, safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(out)


def make(model, out):
    torch.manual_seed(3)
    pipe = pipeline(model)
    targets = {"unet": ["to_q", "to_v", "ff.net.2", "proj_in"], "text_encoder": ["q_proj", "out_proj", "fc2"]}
    layers = {}
    for name, modules in targets.items():
        part = getattr(pipe, name)
        part.add_adapter(LoraConfig(r=3, lora_alpha=6, target_modules=modules))
        for key, value in part.named_parameters():
            if "lora_B" in key:
                torch.nn.init.normal_(value, std=0.1)
        layers[f"{name}_lora_layers"] = get_peft_model_state_dict(part)
        layers[f"{name}_lora_adapter_metadata"] = part.peft_config["default"].to_dict()
    pipe.save_lora_weights(out, **layers)


def outputs(pipe):
    """What denoiser and text encoder compute."""
    generator = torch.Generator().manual_seed(4)
    size, context = pipe.unet.config.sample_size, pipe.unet.config.cross_attention_dim
    latent = torch.randn(2, pipe.unet.config.in_channels, size, size, generator=generator)
    text = torch.randn(2, 7, context, generator=generator)
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    with torch.no_grad():
        return {"unet": pipe.unet(latent, 437, text).sample, "text_encoder": pipe.text_encoder(ids)[0]}


def compare(model, out):
    plain = outputs(pipeline(model))
    pipe = pipeline(model)
    pipe.load_lora_weights(out / "made")
    made = outputs(pipe)
    today = tuple(int(part) for part in re.findall(r"\d+", transformers.__version__)[:2]) >= (5, 6)
    for layout in ("diffusers", "kohya", "peft"):
        pipe = pipeline(model)
        parts = ["unet", "text_encoder"]
        if layout == "peft":
            parts = parts if today else ["unet"]  # whose text encoder names its layers otherwise
            for part in parts:
                setattr(pipe, part, PeftModel.from_pretrained(getattr(pipe, part), out / "peft" / part).base_model.model)
        else:
            pipe.load_lora_weights(out / layout)
        got = outputs(pipe)
        for part in parts:
            assert not torch.allclose(made[part], plain[part]), f"the adapter changes nothing in the {part}"
            worst = float((got[part] - made[part]).abs().max() / made[part].abs().max())
            print(f"{layout}, {part}: the reference's numbers differ from those of the file it wrote by at most {worst:.1e}")
            assert worst < TOLERANCE, (layout, part)


if __name__ == "__main__":
    {"sd2": sd2, "make": make, "compare": compare}[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
