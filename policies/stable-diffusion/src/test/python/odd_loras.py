"""LoRA files with random weights, in the layouts that tools of the Stable Diffusion 1.x family write."""

import json

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")


def targets(folder, endings=ATTENTION, inside=".attn"):
    """Path and weight shape of the UNet's layers whose name ends so, in the model's order."""
    unet = UNet2DConditionModel.from_config(UNet2DConditionModel.load_config(folder, subfolder="unet"))
    return {
        name: module.weight.shape
        for name, module in unet.named_modules()
        if hasattr(module, "weight") and name.endswith(endings) and (inside is None or inside in name)
    }


def matrices(shapes, rank, seed):
    """{path: (down, up)}; `rank` is a number or a function of the position and path."""
    generator = torch.Generator().manual_seed(seed)
    result = {}
    for i, (path, shape) in enumerate(shapes.items()):
        r = rank(i, path) if callable(rank) else rank
        down_shape = (r, shape[1]) + tuple(shape[2:])
        up_shape = (shape[0], r) + (1,) * (len(shape) - 2)
        # Small beside the weights, or attention saturates and float32 itself is off; the outputs run at 2 %.
        up_scale = 0.02 if path.endswith("to_out.0") or "ff.net.2" in path or "conv" in path else 0.1
        down = torch.randn(down_shape, generator=generator) / r**0.5
        result[path] = (down, torch.randn(up_shape, generator=generator) * up_scale)
    return result


def diffusers(file, layers, dtype=torch.float32, peft_names=False, prefix="unet.", alphas=None, metadata=None, more=None):
    """`pytorch_lora_weights.safetensors`: `.lora.down.weight`, or `.lora_A.weight` as newer versions write it."""
    names = (".lora_A.weight", ".lora_B.weight") if peft_names else (".lora.down.weight", ".lora.up.weight")
    state = dict(more or {})
    for path, (down, up) in layers.items():
        state[prefix + path + names[0]] = down.to(dtype).contiguous()
        state[prefix + path + names[1]] = up.to(dtype).contiguous()
        if alphas:
            state[prefix + path + ".alpha"] = torch.tensor(float(alphas[path]))
    header = {"format": "pt"}
    if metadata:
        header["lora_adapter_metadata"] = json.dumps(metadata, indent=2, sort_keys=True)
    save_file(state, str(file), metadata=header)
    return file


def processors(file, layers):
    """diffusers 0.17's attention processors, as the published TDPO and DDPO code saves them."""
    state = {}
    for path, (down, up) in layers.items():
        attention, projection = path.rsplit(".attn", 1)
        number, projection = projection.split(".", 1)
        base = f"{attention}.attn{number}.processor.{projection.removesuffix('.0')}_lora"
        state[base + ".down.weight"], state[base + ".up.weight"] = down, up
    if str(file).endswith(".bin"):
        torch.save(state, file)
    else:
        save_file(state, str(file))
    return file


def kohya(file, layers, alpha, dtype=torch.float32, more=None):
    """`lora_unet_..._to_q.lora_down.weight` with `.alpha` scalars (None: no alpha)."""
    state = dict(more or {})
    for path, (down, up) in layers.items():
        base = "lora_unet_" + path.replace(".", "_")
        state[base + ".lora_down.weight"] = down.to(dtype).contiguous()
        state[base + ".lora_up.weight"] = up.to(dtype).contiguous()
        if alpha is not None:
            state[base + ".alpha"] = torch.tensor(float(alpha(path) if callable(alpha) else alpha), dtype=dtype)
    save_file(state, str(file), metadata={"ss_network_module": "networks.lora"})
    return file


def peft(folder, layers, rank, alpha, rank_pattern=None, alpha_pattern=None, binary=False, rslora=False):
    """peft's folder: adapter_config.json and adapter_model.safetensors (or .bin)."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA",
        "task_type": None,
        "base_model_name_or_path": None,
        "r": rank,
        "lora_alpha": alpha,
        "lora_dropout": 0.0,
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "init_lora_weights": True,
        "rank_pattern": rank_pattern or {},
        "alpha_pattern": alpha_pattern or {},
        "use_rslora": rslora,
        "use_dora": False,
        "target_modules": sorted({path.split(".attn")[-1].split(".", 1)[-1] for path in layers}),
    }
    (folder / "adapter_config.json").write_text(json.dumps(config, indent=2) + "\n")
    state = {}
    for path, (down, up) in layers.items():
        state[f"base_model.model.{path}.lora_A.weight"] = down.contiguous()
        state[f"base_model.model.{path}.lora_B.weight"] = up.contiguous()
    if binary:
        torch.save(state, folder / "adapter_model.bin")
    else:
        save_file(state, str(folder / "adapter_model.safetensors"), metadata={"format": "pt"})
    return folder


def text_encoder_layers(width, layers, rank, seed, names=("q_proj", "k_proj", "v_proj", "out_proj")):
    generator = torch.Generator().manual_seed(seed)
    result = {}
    for i in range(layers):
        for name in names:
            scale = 0.02 if name == "out_proj" else 0.1
            down, up = torch.randn(rank, width, generator=generator), torch.randn(width, rank, generator=generator) * scale
            result[f"text_model.encoder.layers.{i}.self_attn.{name}"] = (down, up)
    return result
