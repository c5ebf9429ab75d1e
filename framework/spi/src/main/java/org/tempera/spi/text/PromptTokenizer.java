package org.tempera.spi.text;

import java.util.Optional;

/** Turns a prompt into token ids on the host; implementations define equality, so that equal ones are fed once. */
public interface PromptTokenizer {
    /** Ids of one prompt, padded and cut to {@link #length}; a new array. Called from several threads at a time. */
    int[] tokenize(String prompt);

    /**
     * The prompt's own text, as it was written, from what {@link #tokenize} cuts on where it is too long, for a message
     * to the user; empty if nothing is cut, or if that is not known.
     */
    default Optional<String> leftOut(String prompt) {
        return Optional.empty();
    }

    /** Tokens of a prompt, padding included. */
    int length();
}
