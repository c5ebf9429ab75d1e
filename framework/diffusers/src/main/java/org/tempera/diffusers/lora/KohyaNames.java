package org.tempera.diffusers.lora;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Gives kohya's names of layers, in which every dot became an underscore, their dots back. */
final class KohyaNames {
    /** Parts with an underscore of their own; the longest first. */
    private static final List<String> PARTS = Stream.of(
                    "down_blocks",
                    "up_blocks",
                    "mid_block",
                    "transformer_blocks",
                    "proj_in",
                    "proj_out",
                    "to_q",
                    "to_k",
                    "to_v",
                    "to_out",
                    "time_emb_proj",
                    "conv_shortcut",
                    "conv_in",
                    "conv_out",
                    "time_embedding",
                    "linear_1",
                    "linear_2",
                    "text_model",
                    "self_attn",
                    "q_proj",
                    "k_proj",
                    "v_proj",
                    "out_proj")
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList();

    private static final String SINGLE =
            "\\d+|attentions|resnets|downsamplers|upsamplers|attn[12]|ff|net|proj|conv[12]?|encoder|layers|mlp|fc[12]";

    private KohyaNames() {}

    /**
     * {@code mid_block_attentions_0_proj_in} as {@code mid_block.attentions.0.proj_in}; empty where a part is
     * unknown.
     */
    static Optional<String> dotted(String flat) {
        StringBuilder dotted = new StringBuilder();
        String rest = flat;
        while (!rest.isEmpty()) {
            String part = first(rest);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            dotted.append(dotted.isEmpty() ? "" : ".").append(part);
            rest = rest.length() == part.length() ? "" : rest.substring(part.length() + 1);
        }
        return Optional.of(dotted.toString());
    }

    private static String first(String rest) {
        for (String part : PARTS) {
            if (rest.equals(part) || rest.startsWith(part + "_")) {
                return part;
            }
        }
        String single = rest.substring(0, rest.indexOf('_') < 0 ? rest.length() : rest.indexOf('_'));
        return single.matches(SINGLE) ? single : "";
    }
}
