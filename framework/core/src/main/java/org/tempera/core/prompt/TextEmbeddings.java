package org.tempera.core.prompt;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What prompts are encoded to, each encoded once. Those that are known beforehand are encoded together, before the graph
 * that uses them is built; another is encoded when it is asked for, for which the encoders are loaded again. For use by
 * several threads.
 */
public final class TextEmbeddings {
    private final PromptEncoder encoder;
    private final Optional<String> negativePrompt;
    private final Map<String, TextStates> known = new ConcurrentHashMap<>();

    /**
     * Encodes prompts.
     *
     * @param negativePrompt what to steer away from; absent where the network runs once
     * @param prompts that will be asked for
     */
    public TextEmbeddings(PromptEncoder encoder, Optional<String> negativePrompt, Collection<String> prompts) {
        this.encoder = encoder;
        this.negativePrompt = negativePrompt;
        if (!prompts.isEmpty()) {
            encode(prompts);
        }
    }

    /** Encodes prompts that will be asked for, and the negative prompt with them, where they are not known yet. */
    public synchronized void encode(Collection<String> prompts) {
        Set<String> unknown = new LinkedHashSet<>(prompts);
        negativePrompt.ifPresent(unknown::add);
        unknown.removeAll(known.keySet());
        if (!unknown.isEmpty()) {
            known.putAll(encoder.encode(unknown));
        }
    }

    /** What a step with these prompts is conditioned on, and with the negative prompt in every row, if there is one. */
    public StepText ofStep(List<String> prompts) {
        return new StepText(of(prompts), negativePrompt.map(n -> of(Collections.nCopies(prompts.size(), n))));
    }

    /** What prompts are encoded to, a row each. */
    public TextStates of(List<String> prompts) {
        if (!known.keySet().containsAll(prompts)) {
            encode(prompts);
        }
        return TextStates.concat(
                prompts.stream().map(known::get).map(Objects::requireNonNull).toList());
    }
}
