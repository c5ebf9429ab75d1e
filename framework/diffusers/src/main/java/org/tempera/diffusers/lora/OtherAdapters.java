package org.tempera.diffusers.lora;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.tempera.diffusers.lora.LoraPair.Component;

/**
 * Recognises by the names of their tensors what users take for a plain LoRA of a family of models, for messages.
 */
final class OtherAdapters {
    private static final String MERGE =
            "Only plain LoRA can be read: merge it into the model with the tool that made it, or train a plain LoRA.";
    private static final String TOKENS =
            "Load it with diffusers' load_textual_inversion and save the pipeline: its tokens are then the model's own.";

    /** A kind of file; one that is an adapter of another model's has that model's component. */
    private record Known(Pattern name, String what, String advice, Optional<Component> component) {
        Known(String name, String what, String advice) {
            this(Pattern.compile(name), what, advice, Optional.empty());
        }

        Known(String name, String what, Component component) {
            this(Pattern.compile(name), what, "", Optional.of(component));
        }
    }

    private static final List<Known> KNOWN = List.of(
            new Known("\\.dora_scale$|\\.lora_magnitude_vector", "a DoRA", MERGE),
            new Known("\\.lokr_(w1|w2|t2)", "a LoKr of LyCORIS", MERGE),
            new Known("\\.hada_(w1|w2|t1|t2)", "a LoHa of LyCORIS", MERGE),
            new Known("\\.lora_mid\\.", "a LoCon with Tucker's decomposition", MERGE),
            new Known("\\.oft_|\\.boft_", "an OFT", MERGE),
            new Known("\\.on_input$|\\.ia3_", "an (IA)^3", MERGE),
            new Known("\\.glora_|\\.(a1|a2|b1|b2)\\.weight$", "a GLoRA of LyCORIS", MERGE),
            new Known(
                    "^lora_te2_|^text_encoder_2\\.|^lora_unet_(input|output)_blocks_",
                    "an adapter for SDXL",
                    Component.TEXT_ENCODER_2),
            new Known(
                    "^transformer\\.|^lora_transformer_|^lora_unet_(double|single|joint)_blocks_",
                    "an adapter for a diffusion transformer (SD3, FLUX)",
                    Component.TRANSFORMER),
            new Known("^emb_params$|^string_to_param|^<[^<>]+>$", "an embedding (textual inversion)", TOKENS));

    private OtherAdapters() {}

    /**
     * A sentence that says what a file with tensors of these names is, and what to do with it; empty if it is unknown.
     */
    static Optional<String> advice(Collection<String> names, LoraFamily family) {
        return KNOWN.stream()
                .filter(k -> k.component()
                        .filter(c -> family.components().contains(c))
                        .isEmpty())
                .filter(k -> names.stream().anyMatch(k.name().asPredicate()))
                .findFirst()
                .map(k -> "The names look like those of " + k.what() + ". "
                        + (k.component().isPresent() ? "Give an adapter for " + family.name() + "." : k.advice()));
    }
}
