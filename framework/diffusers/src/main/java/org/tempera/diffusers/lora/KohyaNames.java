package org.tempera.diffusers.lora;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
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

    private static final Pattern SINGLE = Pattern.compile(
            "\\d+|attentions|resnets|downsamplers|upsamplers|attn[12]|ff|net|proj|conv[12]?|encoder|layers|mlp|fc[12]");

    private KohyaNames() {}

    /**
     * {@code mid_block_attentions_0_proj_in} as {@code mid_block.attentions.0.proj_in}; empty where a part is
     * unknown.
     */
    static Optional<String> dotted(String flat) {
        StringBuilder dotted = new StringBuilder();
        for (int at = 0; at < flat.length(); at++) {
            int end = end(flat, at);
            if (end < 0) {
                return Optional.empty();
            }
            dotted.append(dotted.isEmpty() ? "" : ".").append(flat, at, end);
            at = end;
        }
        return Optional.of(dotted.toString());
    }

    /** Where the part ends that begins at a place; -1 if it is none. */
    private static int end(String flat, int at) {
        for (String part : PARTS) {
            if (flat.startsWith(part, at) && isEnd(flat, at + part.length())) {
                return at + part.length();
            }
        }
        int underscore = flat.indexOf('_', at);
        int end = underscore < 0 ? flat.length() : underscore;
        return SINGLE.matcher(flat).region(at, end).matches() ? end : -1;
    }

    private static boolean isEnd(String flat, int at) {
        return at == flat.length() || flat.charAt(at) == '_';
    }
}
