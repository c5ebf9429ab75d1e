"""The list of odd models: what the SD 1.x and 2.x family plausibly contains first, the exotic after it."""

import torch
from safetensors.torch import load_file, save_file

import odd_loras

CROSS, PLAIN = "CrossAttnDownBlock2D", "DownBlock2D"
UP_CROSS, UP_PLAIN = "CrossAttnUpBlock2D", "UpBlock2D"
UNET_ONLY = ["unet"]
VAE_ONLY = ["vae-encode", "vae-decode"]
STEPS_ONLY = ["ddim-step", "sample"]
SD2_TEXT = {"hidden_act": "gelu", "num_hidden_layers": 3, "pad_token_id": 1, "projection_dim": 12}


def blocks(kinds):
    """Down and mirrored up block types; `x` for cross-attention, `-` for none."""
    down = [CROSS if k == "x" else PLAIN for k in kinds]
    up = [UP_CROSS if k == "x" else UP_PLAIN for k in reversed(kinds)]
    return {"down_block_types": down, "up_block_types": up}


def make_all(maker, absent):
    first(maker, absent)
    unets(maker, absent)
    vaes(maker, absent)
    texts(maker, absent)
    schedulers(maker, absent)
    files(maker, absent)
    loras(maker)
    exotic(maker, absent)
    clips(maker, absent)


def first(maker, absent):
    sd2 = {
        **blocks("xx-"),
        "block_out_channels": [16, 32, 32],
        "attention_head_dim": [2, 4, 4],
        "use_linear_projection": True,
        "cross_attention_dim": 24,
        "layers_per_block": 2,
        "dual_cross_attention": False,
        "upcast_attention": True,
        "sample_size": 8,
    }
    sd2_text = {**SD2_TEXT, "hidden_size": 24, "num_attention_heads": 3}
    sd2_scheduler = {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction", "skip_prk_steps": absent}
    maker.model(
        "sd2-v",
        "SD 2.1 alike: linear projections, heads as a list, 2 layers, upcast_attention, gelu text, pad token !, v-prediction, full configs",
        unet=sd2,
        text=sd2_text,
        scheduler=sd2_scheduler,
        tokenizer={"pad": "!"},
        weights={"full_config": True},
    )
    maker.model(
        "sd2-base",
        "SD 2 base alike: as sd2-v but epsilon, PNDM, 24x40 pixels, whole vocabulary",
        unet=sd2,
        text=sd2_text,
        tokenizer={"pad": "!", "merges": None},
        height=24,
        width=40,
    )
    maker.model(
        "heads-list",
        "attention_head_dim [1, 4, 8], three cross-attention blocks, no plain one",
        kinds=UNET_ONLY,
        unet={**blocks("xxx"), "block_out_channels": [8, 16, 32], "attention_head_dim": [1, 4, 8]},
    )
    maker.model(
        "odd-size",
        "images of 24x40 pixels at factor 8: latents 3x5, up blocks must follow the skips' sizes; sample too",
        unet={**blocks("xx-"), "block_out_channels": [8, 16, 16], "norm_num_groups": 4},
        vae={
            "block_out_channels": [8, 8, 16, 16],
            "down_block_types": ["DownEncoderBlock2D"] * 4,
            "up_block_types": ["UpDecoderBlock2D"] * 4,
            "sample_size": 64,
        },
        height=24,
        width=40,
    )
    maker.model(
        "odd-size-7x9",
        "latents 7x9 through four blocks (two roundings up)",
        unet={**blocks("xxx-"), "block_out_channels": [8, 8, 16, 16], "norm_num_groups": 4},
        height=14,
        width=18,
    )


def unets(maker, absent):
    def unet(name, note, overrides, **more):
        maker.model(f"unet-{name}", note, kinds=UNET_ONLY, unet=overrides, **more)

    unet("sd1-four", "four blocks, 2 layers: SD 1.5's own layout in small", {
        **blocks("xxx-"), "block_out_channels": [8, 16, 24, 24], "layers_per_block": 2, "norm_num_groups": 4, "attention_head_dim": 4})
    unet("defaults", "every key absent that may be: library defaults for act_fn, flip, eps, padding, mid block", {
        "attention_head_dim": absent, "sample_size": absent}, height=16, width=16)
    unet("layers-3", "3 layers per block", {"layers_per_block": 3})
    unet("layers-list", "layers_per_block as a list [1, 2]", {"layers_per_block": [1, 2]})
    unet("one-block", "a single block: no down- or upsampler", {**blocks("x"), "block_out_channels": [16]})
    unet("four-blocks-reversed", "cross-attention only in the inner blocks", {
        **blocks("-x-x"), "block_out_channels": [8, 16, 16, 24], "norm_num_groups": 4})
    unet("no-cross", "no cross-attention in the down and up blocks, only in the middle", {**blocks("--")})
    unet("groups-4", "norm_num_groups 4, norm_eps 1e-6", {"norm_num_groups": 4, "norm_eps": 1e-6})
    unet("eps-large", "norm_eps 1e-3", {"norm_eps": 1e-3})
    unet("no-flip", "flip_sin_to_cos false, freq_shift 1", {"flip_sin_to_cos": False, "freq_shift": 1})
    unet("gelu", "act_fn gelu", {"act_fn": "gelu"})
    unet("mish", "act_fn mish", {"act_fn": "mish"})
    unet("swish", "act_fn swish, another name of silu", {"act_fn": "swish"})
    unet("relu", "act_fn relu", {"act_fn": "relu"})
    unet("center", "center_input_sample true", {"center_input_sample": True})
    unet("linear-projection", "linear projections in an SD1-like model", {"use_linear_projection": True})
    unet("only-cross", "only_cross_attention true for every block", {"only_cross_attention": True})
    unet("only-cross-list", "only_cross_attention [false, true]", {**blocks("xx"), "only_cross_attention": [False, True]})
    unet("transformers-2", "transformer_layers_per_block 2", {"transformer_layers_per_block": 2})
    unet("transformers-list", "transformer_layers_per_block [1, 3] with linear projections", {
        **blocks("xx"), "transformer_layers_per_block": [1, 3], "use_linear_projection": True})
    unet("latent-8", "8 latent channels in and out", {"in_channels": 8, "out_channels": 8})
    unet("latent-3", "3 latent channels", {"in_channels": 3, "out_channels": 3})
    unet("latent-16", "16 latent channels", {"in_channels": 16, "out_channels": 16})
    unet("learned-sigma", "out_channels 8 for 4 in", {"out_channels": 8})
    unet("cross-list", "cross_attention_dim as a list of equals", {"cross_attention_dim": [16, 16]})
    unet("cross-wide", "cross_attention_dim 40, wider than every block", {"cross_attention_dim": 40}, text={"hidden_size": 40})
    unet("time-dim", "time_embedding_dim 24", {"time_embedding_dim": 24})
    unet("scale-shift", "resnet_time_scale_shift scale_shift", {"resnet_time_scale_shift": "scale_shift"})
    unet("conv-kernels", "conv_in_kernel 1, conv_out_kernel 1", {"conv_in_kernel": 1, "conv_out_kernel": 1})
    unet("conv-kernels-5", "conv_in_kernel 5, conv_out_kernel 5", {"conv_in_kernel": 5, "conv_out_kernel": 5})
    unet("mid-scale", "mid_block_scale_factor 1.7 (output_scale_factor of the middle resnets)", {"mid_block_scale_factor": 1.7})
    unet("mid-none", "mid_block_type null", {"mid_block_type": None})
    unet("mid-plain", "mid_block_type UNetMidBlock2D (no attention)", {"mid_block_type": "UNetMidBlock2D"})
    unet("time-act", "time_embedding_act_fn and timestep_post_act silu", {"time_embedding_act_fn": "silu", "timestep_post_act": "silu"})
    unet("no-groups", "norm_num_groups null: no last norm", {**blocks("--"), "norm_num_groups": 8, "mid_block_type": None})
    unet("downsample-0", "downsample_padding 0: pads (0, 1, 0, 1)", {"downsample_padding": 0})
    unet("upcast", "upcast_attention true, full config", {"upcast_attention": True}, weights={"full_config": True})
    unet("sample-size-list", "sample_size [6, 10]", {"sample_size": [6, 10]})
    unet("wide-heads", "one head of 32, and text of 77 rows", {"attention_head_dim": 1, "block_out_channels": [32, 32]})


def vaes(maker, absent):
    def vae(name, note, overrides, kinds=VAE_ONLY, **more):
        maker.model(f"vae-{name}", note, kinds=kinds, vae=overrides, **more)

    def old_names():
        table = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}

        def rename(key, value):
            if ".attentions.0." not in key:
                return key, value
            for new, old in table.items():
                if f".{new}." in key:
                    return key.replace(f".{new}.", f".{old}."), value
            return key, value

        return rename

    vae("four", "four blocks, 2 layers, factor 8", {
        "block_out_channels": [8, 8, 16, 16], "layers_per_block": 2,
        "down_block_types": ["DownEncoderBlock2D"] * 4, "up_block_types": ["UpDecoderBlock2D"] * 4, "sample_size": 64},
        height=24, width=40)
    vae("old-names", "attention named query, key, value, proj_attn", {}, weights={"rename": old_names()})
    vae("no-quant", "use_quant_conv and use_post_quant_conv false", {"use_quant_conv": False, "use_post_quant_conv": False})
    vae("no-mid-attention", "mid_block_add_attention false", {"mid_block_add_attention": False})
    vae("latent-3", "3 latent channels", {"latent_channels": 3}, unet={"in_channels": 3, "out_channels": 3})
    vae("latent-8", "8 latent channels", {"latent_channels": 8}, unet={"in_channels": 8, "out_channels": 8})
    vae("latent-16", "16 latent channels without quant convolutions", {
        "latent_channels": 16, "use_quant_conv": False, "use_post_quant_conv": False}, unet={"in_channels": 16, "out_channels": 16})
    vae("one-block", "a single block: factor 1", {
        "block_out_channels": [16], "down_block_types": ["DownEncoderBlock2D"], "up_block_types": ["UpDecoderBlock2D"]},
        height=8, width=8)
    vae("gelu", "act_fn gelu, norm_num_groups 8", {"act_fn": "gelu", "norm_num_groups": 8})
    vae("layers-3", "3 layers per block", {"layers_per_block": 3})
    vae("scaling", "scaling_factor 0.5, force_upcast true", {"scaling_factor": 0.5, "force_upcast": True}, kinds=["sample"])
    vae("scaling-absent", "scaling_factor absent: 0.18215", {"scaling_factor": absent}, kinds=["sample"])
    vae("odd-image", "20x28 pixels", {}, height=20, width=28)


def texts(maker, absent):
    def text(name, note, overrides, tokenizer=None, **more):
        width = overrides.get("hidden_size", 16)
        kinds = ["tokenizer", "text-encoder", "sample"]
        maker.model(f"text-{name}", note, kinds=kinds, text=overrides, unet={"cross_attention_dim": width}, tokenizer=tokenizer, steps=3, **more)

    text("whole-vocabulary", "49408 tokens", {}, {"merges": None})
    text("gelu", "hidden_act gelu, 3 heads of 8", {"hidden_act": "gelu", "hidden_size": 24, "num_attention_heads": 3})
    text("gelu-new", "hidden_act gelu_new (tanh)", {"hidden_act": "gelu_new"})
    text("eos-real", "eos_token_id the real one, projection weights present", {
        "eos_token_id": 1113, "bos_token_id": 1112, "architectures": ["CLIPTextModelWithProjection"], "projection_dim": 12})
    text("eps", "layer_norm_eps 1e-3, four layers", {"layer_norm_eps": 1e-3, "num_hidden_layers": 4})
    text("one-layer", "one layer, one head", {"num_hidden_layers": 1, "num_attention_heads": 1})
    text("pad-bang", "pad token ! in a quick_gelu model", {}, {"pad": "!"})
    text("no-merges", "no merges at all: bytes only", {}, {"merges": 0})
    text("defaults", "hidden_act and layer_norm_eps absent", {"hidden_act": absent, "layer_norm_eps": absent})


def schedulers(maker, absent):
    def scheduler(name, note, overrides, steps=10, **more):
        maker.model(f"scheduler-{name}", note, kinds=STEPS_ONLY, scheduler=overrides, steps=steps, **more)

    ddim = {"_class_name": "DDIMScheduler", "skip_prk_steps": absent}
    scheduler("ddim", "DDIMScheduler's own file, every key", {
        **ddim, "clip_sample_range": 1.0, "dynamic_thresholding_ratio": 0.995, "prediction_type": "epsilon",
        "rescale_betas_zero_snr": False, "sample_max_value": 1.0, "thresholding": False, "timestep_spacing": "leading"})
    scheduler("euler", "EulerDiscreteScheduler's file with linspace and keys DDIM does not know", {
        "_class_name": "EulerDiscreteScheduler", "interpolation_type": "linear", "use_karras_sigmas": False,
        "timestep_spacing": "linspace", "prediction_type": "epsilon", "clip_sample": absent, "skip_prk_steps": absent})
    scheduler("clip-absent", "clip_sample absent: false", {"clip_sample": absent})
    scheduler("clip", "clip_sample true (range 1)", {"clip_sample": True}, steps=4)
    scheduler("clip-range", "clip_sample true, clip_sample_range 2.5", {**ddim, "clip_sample": True, "clip_sample_range": 2.5}, steps=4)
    scheduler("linear", "beta linear 1e-4 to 0.02", {"beta_schedule": "linear", "beta_start": 1e-4, "beta_end": 0.02})
    scheduler("cosine", "squaredcos_cap_v2", {"beta_schedule": "squaredcos_cap_v2"})
    scheduler("trained-betas", "trained_betas, 100 of them", {
        "num_train_timesteps": 100, "trained_betas": [1e-4 + 2e-4 * i for i in range(100)]})
    scheduler("offset-0", "steps_offset 0, set_alpha_to_one false: the last step starts at 0 and is deterministic", {"steps_offset": 0})
    scheduler("offset-absent", "steps_offset and set_alpha_to_one absent: 0 and true", {"steps_offset": absent, "set_alpha_to_one": absent})
    scheduler("alpha-one", "set_alpha_to_one true: the last step is deterministic", {"set_alpha_to_one": True})
    scheduler("trailing", "timestep_spacing trailing", {**ddim, "timestep_spacing": "trailing"})
    scheduler("trailing-7", "trailing with 7 steps: 1000 / 7 is not whole", {**ddim, "timestep_spacing": "trailing"}, steps=7)
    scheduler("linspace", "timestep_spacing linspace", {**ddim, "timestep_spacing": "linspace"})
    scheduler("leading-13", "leading with 13 steps", {}, steps=13)
    scheduler("v", "v_prediction", {"prediction_type": "v_prediction"})
    scheduler("v-clip", "v_prediction with clip_sample true", {"prediction_type": "v_prediction", "clip_sample": True}, steps=4)
    scheduler("sample", "prediction_type sample", {"prediction_type": "sample"}, steps=4)
    scheduler("500", "num_train_timesteps 500", {"num_train_timesteps": 500})
    scheduler("zero-snr", "rescale_betas_zero_snr with v_prediction, trailing", {
        **ddim, "rescale_betas_zero_snr": True, "prediction_type": "v_prediction", "timestep_spacing": "trailing"})
    scheduler("thresholding", "thresholding true", {**ddim, "thresholding": True, "dynamic_thresholding_ratio": 0.9, "sample_max_value": 1.5}, steps=4)
    scheduler("defaults", "an empty config: DDIM's defaults (linear betas), clip_sample false", {
        key: absent for key in ("beta_start", "beta_end", "beta_schedule", "num_train_timesteps", "set_alpha_to_one",
                                "steps_offset", "trained_betas", "clip_sample", "skip_prk_steps")})


def files(maker, absent):
    every = ["text-encoder", "unet", "vae-encode", "vae-decode"]
    maker.model("files-fp16", "weights in float16", kinds=every, weights={"dtype": torch.float16})
    maker.model("files-bf16", "weights in bfloat16", kinds=every, weights={"dtype": torch.bfloat16})
    maker.model("files-f64", "weights in float64", kinds=every, weights={"dtype": torch.float64})
    maker.model("files-bin", "pickled .bin weights", kinds=every, weights={"format": "bin"})
    maker.model("files-bin-fp16", "pickled .bin weights in float16", kinds=every, weights={"format": "bin", "dtype": torch.float16})
    maker.model("files-sharded", "three shards and an index", kinds=every, weights={"shards": 3})
    maker.model("files-variant", "only *.fp16.safetensors", kinds=every, weights={"variant": "fp16", "dtype": torch.float16}, variant="fp16")
    maker.model("files-position-ids", "an int64 position_ids in the text encoder", kinds=every, weights={"position_ids": True})


def loras(maker):
    def lora(name, note, write, kinds=UNET_ONLY, **more):
        maker.model(f"lora-{name}", note, kinds=kinds, loras=lambda m, out, folder: write(out, folder, m.seed), **more)

    def layers(folder, seed, rank=3, **which):
        return odd_loras.matrices(odd_loras.targets(folder, **which), rank, seed)

    lora("diffusers", "lora.down / lora.up, rank 3, scales 1 and 0.6", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "pytorch_lora_weights.safetensors", layers(folder, seed)), s) for s in (1.0, 0.6)])
    lora("diffusers-peft-names", "lora_A / lora_B with the unet. prefix, fp16", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "pytorch_lora_weights.safetensors", layers(folder, seed), peft_names=True, dtype=torch.float16), 0.8)])
    lora("processors", "diffusers 0.17 attention processors, .bin", lambda out, folder, seed: [
        (odd_loras.processors(out / "pytorch_lora_weights.bin", layers(folder, seed, 4)), s) for s in (1.0, 0.5)])
    lora("processors-safetensors", "diffusers 0.17 attention processors, .safetensors", lambda out, folder, seed: [
        (odd_loras.processors(out / "pytorch_lora_weights.safetensors", layers(folder, seed, 4)), 1.0)])
    lora("peft", "a peft folder, alpha 8 for rank 4", lambda out, folder, seed: [
        (odd_loras.peft(out / "adapter", layers(folder, seed, 4), 4, 8), s) for s in (1.0, 0.5)])
    lora("peft-bin", "a peft folder with adapter_model.bin, only to_q and to_v", lambda out, folder, seed: [
        (odd_loras.peft(out / "adapter", layers(folder, seed, 2, endings=("to_q", "to_v")), 2, 1, binary=True), 1.0)])
    lora("peft-pattern", "a peft folder with rank_pattern and alpha_pattern", lambda out, folder, seed: [
        (odd_loras.peft(out / "adapter", layers(folder, seed, lambda i, p: 5 if p.endswith("to_q") else 2), 2, 3,
                        {"to_q": 5}, {"to_q": 10}), 1.0)])
    lora("peft-rslora", "a peft folder with use_rslora: alpha over the root of the rank", lambda out, folder, seed: [
        (odd_loras.peft(out / "adapter", layers(folder, seed, 4), 4, 3, rslora=True), 1.0)])
    lora("kohya", "kohya, alpha 1 for rank 4", lambda out, folder, seed: [
        (odd_loras.kohya(out / "kohya.safetensors", layers(folder, seed, 4), 1.0), s) for s in (1.0, 0.7)])
    lora("kohya-ranks", "kohya, rank and alpha differ by layer, fp16", lambda out, folder, seed: [
        (odd_loras.kohya(out / "kohya.safetensors", layers(folder, seed, lambda i, p: 1 + i % 4),
                         lambda p: 3.0 if p.endswith("to_k") else 0.5, torch.float16), 1.0)])
    lora("kohya-no-alpha", "kohya without alpha: alpha is the rank", lambda out, folder, seed: [
        (odd_loras.kohya(out / "kohya.safetensors", layers(folder, seed, 4), None), 1.0)])
    lora("diffusers-ranks", "rank differs by layer", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "pytorch_lora_weights.safetensors", layers(folder, seed, lambda i, p: 1 + i % 3)), 1.0)])
    lora("diffusers-some", "only the middle block's to_k, rank 1", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "lora.safetensors", layers(folder, seed, 1, endings=("to_k",), inside="mid_block")), 1.0)])
    lora("diffusers-ff", "attention, feed-forward and linear proj_in / proj_out layers", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "lora.safetensors", layers(
            folder, seed, 2, endings=odd_loras.ATTENTION + ("ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"), inside=None),
            peft_names=True), 1.0)], unet={"use_linear_projection": True})
    lora("kohya-conv", "kohya with 1x1 convolution proj_in / proj_out (4-D), feed-forward, alpha", lambda out, folder, seed: [
        (odd_loras.kohya(out / "kohya.safetensors", layers(
            folder, seed, 2, endings=odd_loras.ATTENTION + ("ff.net.0.proj", "ff.net.2", "proj_in", "proj_out"), inside=None), 1.0), 1.0)])
    lora("diffusers-resnet", "resnet convolutions and time projections too", lambda out, folder, seed: [
        (odd_loras.diffusers(out / "lora.safetensors", layers(
            folder, seed, 2, endings=odd_loras.ATTENTION + ("conv1", "conv2", "time_emb_proj"), inside=None), peft_names=True), 1.0)])

    def with_metadata(out, folder, seed):
        made = layers(folder, seed, 4)
        # diffusers 0.35 writes the peft config here; alpha 6 for rank 4 makes a factor of 1.5.
        config = {"unet.r": 4, "unet.lora_alpha": 6, "unet.lora_dropout": 0.0, "unet.bias": "none", "unet.use_dora": False,
                  "unet.use_rslora": False, "unet.rank_pattern": {}, "unet.alpha_pattern": {},
                  "unet.target_modules": ["to_q", "to_k", "to_v", "to_out.0"], "unet.init_lora_weights": True}
        return [(odd_loras.diffusers(out / "lora.safetensors", made, peft_names=True, metadata=config), 1.0)]

    lora("metadata", "alpha 6 for rank 4 in lora_adapter_metadata", with_metadata)

    def with_text(out, folder, seed, kohya):
        text = odd_loras.text_encoder_layers(16, 2, 2, seed + 1)
        more = {}
        for path, (down, up) in text.items():
            if kohya:
                base = "lora_te_" + path.replace(".", "_")
                more |= {base + ".lora_down.weight": down, base + ".lora_up.weight": up, base + ".alpha": torch.tensor(1.0)}
            else:
                base = "text_encoder." + path + ".lora_linear_layer"
                more |= {base + ".down.weight": down, base + ".up.weight": up}
        if kohya:
            return [(odd_loras.kohya(out / "kohya.safetensors", layers(folder, seed, 4), 2.0, more=more), 0.7)]
        return [(odd_loras.diffusers(out / "lora.safetensors", layers(folder, seed, 4), more=more), 0.7)]

    lora("text-encoder", "a text-encoder adapter in the same file (diffusers): unet and gradients ignore it, sample applies it at the same scale",
         lambda out, folder, seed: with_text(out, folder, seed, False), kinds=["unet", "sample"])
    lora("kohya-text-encoder", "a text-encoder adapter in the same file (kohya)",
         lambda out, folder, seed: with_text(out, folder, seed, True), kinds=["unet", "sample"])


def exotic(maker, absent):
    # Kept beside the tests, hence small: where heads are counted and where they are measured, and widths that do not divide.
    maker.model(
        "exotic-unet-mixed-blocks",
        "four kinds of blocks, attention_head_dim [2, 3, 4] that divides few of the widths",
        kinds=UNET_ONLY,
        unet={
            "block_out_channels": [8, 4, 10],
            "down_block_types": ["ResnetDownsampleBlock2D", "CrossAttnDownBlock2D", "AttnDownBlock2D"],
            "up_block_types": ["CrossAttnUpBlock2D", "AttnUpBlock2D", "ResnetUpsampleBlock2D"],
            "attention_head_dim": [2, 3, 4],
            "cross_attention_dim": 8,
            "norm_num_groups": 2,
        },
        vae={"block_out_channels": [4], "down_block_types": ["DownEncoderBlock2D"], "up_block_types": ["UpDecoderBlock2D"]},
        text={"hidden_size": 8, "num_hidden_layers": 1, "intermediate_size": 8},
        tokenizer={"merges": 0},
    )
    def as_convolutions(folder):
        # As converters of the first months wrote them; diffusers reads this shape only from single files.
        file = folder / "vae" / "diffusion_pytorch_model.safetensors"
        table = {"to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"}
        state = {}
        for key, value in load_file(file).items():
            for new, old in table.items():
                if f".attentions.0.{new}." in key:
                    key = key.replace(f".{new}.", f".{old}.")
                    value = value[:, :, None, None].contiguous() if value.dim() == 2 else value
            state[key] = value
        save_file(state, str(file), metadata={"format": "pt"})

    def with_more(folder):
        # What real folders also hold: other formats of the same weights, a safety checker, keys of later versions.
        (folder / "safety_checker").mkdir()
        (folder / "safety_checker" / "config.json").write_text("{}")
        (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"not a pickle")
        (folder / "unet" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"not read")
        (folder / "README.md").write_text("# a model\n")
        (folder / "v1-5-pruned.ckpt").write_bytes(b"not read")

    def unet(name, note, overrides, **more):
        maker.model(f"exotic-unet-{name}", note, kinds=UNET_ONLY, unet=overrides, **more)

    maker.model("vae-old-conv", "attention named query, key, value, proj_attn and shaped as 1x1 convolutions", kinds=VAE_ONLY, after=as_convolutions)
    maker.model("files-beside", "unreadable files of other formats beside the right ones", kinds=["unet"], after=with_more)
    maker.model("scheduler-dpm", "DPMSolverMultistepScheduler's file", kinds=STEPS_ONLY, scheduler={
        "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++", "solver_order": 2, "solver_type": "midpoint",
        "lower_order_final": True, "thresholding": False, "sample_max_value": 1.0, "dynamic_thresholding_ratio": 0.995,
        "prediction_type": "epsilon", "clip_sample": absent, "skip_prk_steps": absent, "set_alpha_to_one": absent})
    unet("dropout", "dropout 0.1 in the config: none when not training", {"dropout": 0.1})
    unet("cross-norm", "cross_attention_norm layer_norm", {"cross_attention_norm": "layer_norm"})
    unet("out-scale", "resnet_out_scale_factor 1.5", {"resnet_out_scale_factor": 1.5})
    unet("mid-only-cross", "mid_block_only_cross_attention true", {"mid_block_only_cross_attention": True})
    unet("skip-time-act", "resnet_skip_time_act true", {"resnet_skip_time_act": True})
    unet("time-cond", "time_cond_proj_dim 8 (LCM): a tensor that plays no part without a condition", {"time_cond_proj_dim": 8})
    unet("attn-blocks", "AttnDownBlock2D and AttnUpBlock2D", {
        "down_block_types": ["AttnDownBlock2D", CROSS], "up_block_types": [UP_CROSS, "AttnUpBlock2D"]})
    unet("resnet-samplers", "ResnetDownsampleBlock2D and ResnetUpsampleBlock2D", {
        "down_block_types": ["ResnetDownsampleBlock2D", CROSS], "up_block_types": [UP_CROSS, "ResnetUpsampleBlock2D"]})
    unet("encoder-hid", "encoder_hid_dim 24, text_proj", {"encoder_hid_dim": 24, "encoder_hid_dim_type": "text_proj"})
    unet("reverse-transformers", "transformer_layers_per_block [1, 2], reversed [3, 1]", {
        **blocks("xx"), "transformer_layers_per_block": [1, 2], "reverse_transformer_layers_per_block": [3, 1]})


def clips(maker, absent):
    maker.clip("clip-gelu", "hidden_act gelu in both towers, projection 20", {"hidden_act": "gelu"}, {"hidden_act": "gelu"}, 20)
    maker.clip("clip-eos-real", "eos_token_id the real one: pooled at the first of them", {"eos_token_id": 1113, "bos_token_id": 1112})
    maker.clip("clip-pad-bang", "pad token !", tokenizer={"pad": "!"})
    maker.clip("clip-patch-7", "patch 7, image 35, one head, layer_norm_eps 1e-3", {"layer_norm_eps": 1e-3}, {
        "patch_size": 7, "image_size": 35, "num_attention_heads": 1, "layer_norm_eps": 1e-3})
    maker.clip("clip-bilinear", "resample bilinear, other mean and std, size 30 cropped to 24", processor={
        "resample": 2, "image_mean": [0.5, 0.4, 0.3], "image_std": [0.2, 0.3, 0.4], "size": {"shortest_edge": 30}})
    maker.clip("clip-fp16", "weights in float16, position_ids in the text tower", weights={"dtype": torch.float16, "position_ids": True})
    maker.clip("clip-bin", "pickled .bin weights, whole vocabulary", tokenizer={"merges": None}, weights={"format": "bin"})
    maker.clip("clip-short", "max_position_embeddings 32", {"max_position_embeddings": 32}, tokenizer={"extra": {"model_max_length": 32}})
