package org.tempera.nn.tokenizer;

import java.util.Optional;
import org.tempera.spi.text.PromptTokenizer;

/**
 * Prompts in CLIP's words, as pipelines of the diffusers library give them to a text encoder: tokens of several vectors
 * are written out.
 *
 * @param tokenizer the words
 * @param length how many tokens every prompt is padded and cut to
 */
public record ClipPrompts(ClipTokenizer tokenizer, int length) implements PromptTokenizer {
    @Override
    public int[] tokenize(String prompt) {
        return tokenizer.encode(tokenizer.writtenOut(prompt), length);
    }

    @Override
    public Optional<String> leftOut(String prompt) {
        return tokenizer.leftOut(tokenizer.writtenOut(prompt), length);
    }
}
