"""Adapters of peft by their initialisations, and what each adds to the weights when peft puts it on the model as it is.

peft==0.21.2 torch safetensors. Run: python make_peft_inits.py ../resources/peft-inits
"""

import json
import shutil
import sys
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import save_file

LAYER = "down_blocks.0.attentions.0.transformer_blocks.0.attn1."
PLAIN = (True, False, "gaussian", "eva", "orthogonal", "mica")
CHANGED = ("pissa", "pissa_niter_4", "olora")


class Attention(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.to_q = torch.nn.Linear(6, 8, bias=False)
        self.to_k = torch.nn.Linear(6, 8, bias=False)


def base():
    """A module whose two layers have the names of a UNet's."""
    torch.manual_seed(3)
    inner = Attention()
    for part in reversed(LAYER.rstrip(".").split(".")):
        outer = torch.nn.Module()
        outer.add_module(part, inner)
        inner = outer
    inner.forward = lambda x: x
    return inner


def weights(model):
    return {n: p.detach().clone() for n, p in model.named_parameters() if "lora" not in n}


def case(folder, init):
    config = LoraConfig(
        r=2, lora_alpha=3, target_modules=["to_q", "to_k"], init_lora_weights=init,
        rank_pattern={"to_k": 4}, alpha_pattern={r".*attn1\.to_k": 5},
    )  # fmt: skip
    model = get_peft_model(base(), config)
    torch.manual_seed(4)
    with torch.no_grad():
        for name, p in model.named_parameters():
            if p.requires_grad:
                p.add_(0.1 * torch.randn(p.shape))
    model.save_pretrained(folder)
    before = weights(base())
    merged = PeftModel.from_pretrained(base(), folder).merge_and_unload()
    return {n: w - before[n] for n, w in weights(merged).items()}


def product(folder, module, scale):
    from safetensors.torch import load_file

    t = load_file(folder / "adapter_model.safetensors")
    name = f"base_model.model.{LAYER}{module}.lora_"
    return scale * t[name + "B.weight"] @ t[name + "A.weight"]


def main(target):
    warnings.simplefilter("ignore")
    for init in PLAIN + CHANGED:
        folder = target / str(init).lower()
        deltas = case(folder, init)
        off = max(
            (deltas[LAYER + m + ".weight"] - product(folder, m, s)).abs().max().item()
            for m, s in (("to_q", 3 / 2), ("to_k", 5 / 4))
        )
        print(init, "product and added weights differ by", off)
        assert (off < 1e-5) == (init in PLAIN), init
        (folder / "README.md").unlink(missing_ok=True)
        if init in PLAIN:
            save_file({n: d.contiguous() for n, d in deltas.items()}, folder / "added.safetensors")
            path = folder / "adapter_config.json"
            path.write_text(json.dumps(json.loads(path.read_text()), indent=1, sort_keys=True) + "\n")
        else:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
