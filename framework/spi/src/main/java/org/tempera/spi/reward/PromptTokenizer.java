package org.tempera.spi.reward;

/** Turns a prompt into token ids on the host; implementations define equality, so that equal ones are fed once. */
public interface PromptTokenizer {
    /** Ids of one prompt, padded and cut to {@link #length}; a new array. Called from several threads at a time. */
    int[] tokenize(String prompt);

    /** Tokens of a prompt, padding included. */
    int length();
}
