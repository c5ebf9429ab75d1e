package org.tempera.core.prompt;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.PluginFault;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.spi.text.PromptTokenizer;

/** A plugin's tokenizer that is held to its contract; equal to that of an equal tokenizer. */
public record CheckedTokenizer(PromptTokenizer tokenizer, int length) implements PromptTokenizer {
    /**
     * Asks a tokenizer how long it is.
     *
     * @throws PluginFault if it cannot say, or has no length
     */
    public static CheckedTokenizer of(PromptTokenizer tokenizer) {
        int length =
                PluginGuard.call("a tokenizer cannot say its length", tokenizer.getClass(), () -> tokenizer.length());
        if (length < 1) {
            throw PluginFault.of("a tokenizer", tokenizer, "must give 1 id a prompt or more, but gives " + length);
        }
        return new CheckedTokenizer(tokenizer, length);
    }

    @Override
    public int[] tokenize(String prompt) {
        int @Nullable [] ids = PluginGuard.call(
                "the prompt '" + prompt + "' cannot be tokenized",
                tokenizer.getClass(),
                () -> tokenizer.tokenize(prompt));
        if (ids == null || ids.length != length) {
            throw PluginFault.of(
                    "a tokenizer",
                    tokenizer,
                    "must give " + length + " ids a prompt, but gives " + (ids == null ? "null" : ids.length) + " for '"
                            + prompt + "'");
        }
        return ids;
    }

    @Override
    public Optional<String> leftOut(String prompt) {
        @Nullable
        Optional<String> left = PluginGuard.call(
                "a tokenizer cannot say what it leaves out of '" + prompt + "'",
                tokenizer.getClass(),
                () -> tokenizer.leftOut(prompt));
        if (left == null) {
            throw PluginFault.of("a tokenizer", tokenizer, "gives null for what it leaves out of '" + prompt + "'");
        }
        return left;
    }
}
