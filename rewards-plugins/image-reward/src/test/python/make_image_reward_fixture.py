"""Writes src/test/resources/image-reward: a tiny ImageReward of random weights, its scores and a gradient, by the authors' code.

pip install torch==2.9.1 torchvision==0.24.1 transformers==4.56.2 timm==1.0.31 safetensors==0.8.0 pillow==13.0.0 numpy
git clone https://github.com/THUDM/ImageReward && git -C ImageReward checkout c1392c6dd0fd6ecd6d416c96959ab744a6d0a8fb
python make_image_reward_fixture.py ImageReward [ORACLE]   # ORACLE: a folder for `tempera verify`, if it is wanted
"""
import importlib
import json
import pathlib
import sys
import types

import numpy as np
import torch
import transformers.modeling_utils
import transformers.pytorch_utils
from PIL import Image
from safetensors.torch import save_file
from torchvision import transforms
from transformers import BertTokenizer

WIDTH, PATCH, SIZE, HIDDEN = 128, 4, 16, 16

# Newer libraries have these elsewhere, or not at all where they only matter for training.
for name in ("apply_chunking_to_forward", "find_pruneable_heads_and_indices", "prune_linear_layer"):
    setattr(transformers.modeling_utils, name, getattr(transformers.pytorch_utils, name))


class Stub(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *a, **k: a[0] if a else None


for name in ("fairscale", "fairscale.nn", "fairscale.nn.checkpoint", "fairscale.nn.checkpoint.checkpoint_activations",
             "timm.models.registry", "timm.models.helpers"):
    sys.modules[name] = Stub(name)
package = types.ModuleType("blip")
package.__path__ = [str(pathlib.Path(sys.argv[1]) / "ImageReward" / "models" / "BLIP")]
sys.modules["blip"] = package
med, vit = importlib.import_module("blip.med"), importlib.import_module("blip.vit")

target = pathlib.Path(__file__).parents[1] / "resources" / "image-reward"
target.mkdir(parents=True, exist_ok=True)
words = "[PAD] [UNK] [CLS] [SEP] [MASK] a cat dog in the sun two ##s photo of , . ! red".split()
words += [w for c in "abcdefghijklmnopqrstuvwxyz" for w in (c, "##" + c) if w not in words]
(target / "vocab.txt").write_text("".join(w + "\n" for w in words))
config = {
    "architectures": ["BertModel"], "attention_probs_dropout_prob": 0.1, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
    "hidden_size": HIDDEN, "initializer_range": 0.02, "intermediate_size": 24, "layer_norm_eps": 1e-12,
    "max_position_embeddings": 40, "model_type": "bert", "num_attention_heads": 2, "num_hidden_layers": 2, "pad_token_id": 0,
    "type_vocab_size": 2, "vocab_size": len(words) + 2, "encoder_width": 7, "add_cross_attention": True,
}
(target / "med_config.json").write_text(json.dumps(config, indent=1) + "\n")


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        bert = med.BertConfig.from_json_file(target / "med_config.json")
        bert.encoder_width = WIDTH
        self.blip = torch.nn.Module()
        self.blip.visual_encoder = vit.VisionTransformer(
            img_size=SIZE, patch_size=PATCH, embed_dim=WIDTH, depth=2, num_heads=WIDTH // 64, mlp_ratio=0.25)
        self.blip.text_encoder = med.BertModel(config=bert, add_pooling_layer=False)
        self.blip.vision_proj = torch.nn.Linear(WIDTH, 5)
        self.blip.text_proj = torch.nn.Linear(HIDDEN, 5)
        drop, linear = torch.nn.Dropout(0.2), torch.nn.Linear
        self.mlp = torch.nn.Module()
        self.mlp.layers = torch.nn.Sequential(
            linear(HIDDEN, 12), drop, linear(12, 8), drop, linear(8, 6), drop, linear(6, 4), linear(4, 1))

    def forward(self, ids, mask, pixels):
        image = self.blip.visual_encoder(pixels)
        out = self.blip.text_encoder(ids, attention_mask=mask, encoder_hidden_states=image,
                                     encoder_attention_mask=torch.ones(image.shape[:-1], dtype=torch.long), return_dict=True)
        raw = self.mlp.layers(out.last_hidden_state[:, 0, :])
        return ((raw - 0.16717362830052426) / 1.0333394966054072)[:, 0]


torch.manual_seed(3)
model = Model().eval()
with torch.no_grad():
    for name, p in model.named_parameters():
        norm = "norm" in name.lower()
        p.copy_((0.3 if p.dim() < 2 or "embeddings" in name else 1.2 / p[0].numel() ** 0.5) * torch.randn_like(p)
                + (1 if norm and name.endswith("weight") else 0))
state = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
state["blip.text_encoder.embeddings.position_ids"] = torch.arange(40)[None]
model.load_state_dict({k: v.float() if v.is_floating_point() else v for k, v in state.items()}, strict=False)
torch.save(state, target / "tiny.pt")
tokenizer = BertTokenizer(str(target / "vocab.txt"))
tokenizer.add_special_tokens({"bos_token": "[DEC]"})
tokenizer.add_special_tokens({"additional_special_tokens": ["[ENC]"]})
normalise = transforms.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
preprocess = transforms.Compose([
    transforms.Resize(SIZE, interpolation=transforms.InterpolationMode.BICUBIC), transforms.CenterCrop(SIZE),
    transforms.ToTensor(), normalise])
prompts = ["a cat", "Two dogs, in the sun!", "", "[PAD] a \u732b [ENC] photo " + "of a red cat " * 12]
text = tokenizer(prompts, padding="max_length", truncation=True, max_length=35, return_tensors="pt")
rng = np.random.default_rng(7)
tensors, cases = {}, []
# The crops begin at 6.5 and 7.5 pixels, above and from the left: both are rounded to the even one.
for name, (height, width) in {"square": (16, 16), "wide": (16, 29), "tall": (35, 18), "large": (61, 40)}.items():
    images = rng.integers(0, 256, (4, height, width, 3), dtype=np.uint8)
    with torch.no_grad():
        score = model(text.input_ids, text.attention_mask, torch.stack([preprocess(Image.fromarray(i)) for i in images]))
    tensors[name], tensors[name + ".score"] = torch.from_numpy(images), score
    outputs = {"score": name + ".score"}
    if name == "square":
        floats = (torch.from_numpy(images).float() / 255).requires_grad_()
        model(text.input_ids, text.attention_mask, normalise(floats.permute(0, 3, 1, 2))).sum().backward()
        tensors["square.grad"] = floats.grad.contiguous()
        outputs["grad:images"] = "square.grad"
    cases.append({"name": "image-reward " + name, "kind": "reward",
                  "inputs": {"reward": "image-reward", "images": name, "prompts": prompts, "config": {
                      "checkpoint": str(target / "tiny.pt"), "med-config": str(target / "med_config.json"),
                      "vocabulary": str(target / "vocab.txt")}},
                  "outputs": outputs, "tolerance": 1e-4})
tensors["ids"] = text.input_ids * text.attention_mask - (1 - text.attention_mask)
save_file(tensors, target / "expected.safetensors")
print({k: v for k, v in tensors.items() if "score" in k})
if len(sys.argv) > 2:
    oracle = pathlib.Path(sys.argv[2])
    oracle.mkdir(parents=True, exist_ok=True)
    save_file(tensors, oracle / "oracle.safetensors")
    (oracle / "oracle.json").write_text(json.dumps({
        "format": "tempera-oracle/1", "made_with": "THUDM/ImageReward c1392c6, torch 2.9.1", "tensors": "oracle.safetensors",
        "cases": cases}, indent=1))
