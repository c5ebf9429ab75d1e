package org.tempera.runtime.config;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * What PyTorch, diffusers and the scripts and papers around them call keys, values and plugins that have another name
 * here: a name of so few letters, or of such others, that its letters alone lead to none or to a wrong one.
 */
final class FieldWords {
    /** Without hyphens and underscores, in lower case, to our name. */
    static final Map<String, String> OURS = Map.ofEntries(
            Map.entry("bf16", "bfloat16"),
            Map.entry("fp16", "bfloat16"), // of 16 bits, too, and the only one that there is
            Map.entry("half", "bfloat16"),
            Map.entry("fp32", "float32"),
            Map.entry("float", "float32"),
            Map.entry("single", "float32"),
            Map.entry("swish", "silu"),
            Map.entry("lr", "learning-rate"),
            Map.entry("wd", "weight-decay"),
            Map.entry("eps", "epsilon"),
            Map.entry("adambeta1", "beta1"),
            Map.entry("adambeta2", "beta2"),
            Map.entry("adamepsilon", "epsilon"),
            Map.entry("maxgradnorm", "max-gradient-norm"),
            Map.entry("gradclip", "max-gradient-norm"),
            Map.entry("bs", "batch-size"),
            Map.entry("trainbatchsize", "batch-size"),
            Map.entry("gradientaccumulationsteps", "accumulation"),
            Map.entry("activationcheckpointing", "gradient-checkpointing"),
            Map.entry("numtrainepochs", "epochs"),
            Map.entry("numinferencesteps", "steps"),
            Map.entry("cfg", "guidance-scale"),
            Map.entry("cfgscale", "guidance-scale"),
            Map.entry("lorarank", "rank"),
            Map.entry("loraalpha", "alpha"),
            Map.entry("sd", "stable-diffusion"),
            Map.entry("dpo", "diffusion-dpo"),
            Map.entry("diffusionnft", "nft"),
            Map.entry("alignprop", "draft"),
            Map.entry("refl", "draft"),
            Map.entry("flowgrpo", "grpo"),
            Map.entry("dancegrpo", "grpo"),
            Map.entry("mixgrpo", "grpo"),
            Map.entry("clip", "clip-score"),
            Map.entry("hps", "hps-v2"));

    private FieldWords() {}

    /** The known name that a word of the field's stands for; empty where it stands for none of them. */
    static Optional<String> ours(String word, Collection<String> known) {
        return Optional.ofNullable(OURS.get(Names.normal(word))).filter(known::contains);
    }
}
