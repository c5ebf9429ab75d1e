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
 * What prompts are encoded to, each encoded once. Those that are known beforehand are encoded together, before the
 * graph that uses them is built; another is encoded when it is asked for, for which the encoders are loaded again. For
 * use by several threads. Owns native memory where small encoders stay loaded.
 */
public final class TextEmbeddings implements AutoCloseable {
    private final PromptEncoder encoder;
    private final Optional<String> negativePrompt;
    private final boolean more;
    private final Map<String, TextStates> known = new ConcurrentHashMap<>();
    private Optional<PromptEncoder.Loaded> loaded = Optional.empty();

    /**
     * Encodes prompts.
     *
     * @param negativePrompt what to steer away from; absent where the network runs once
     * @param prompts that will be asked for
     */
    public TextEmbeddings(PromptEncoder encoder, Optional<String> negativePrompt, Collection<String> prompts) {
        this(encoder, negativePrompt, prompts, false);
    }

    /**
     * The same for one who is asked for prompts as they come: from the first that was not known, an encoder that is not
     * large stays loaded.
     */
    public static TextEmbeddings ofMoreToCome(
            PromptEncoder encoder, Optional<String> negativePrompt, Collection<String> prompts) {
        return new TextEmbeddings(encoder, negativePrompt, prompts, true);
    }

    private TextEmbeddings(
            PromptEncoder encoder, Optional<String> negativePrompt, Collection<String> prompts, boolean more) {
        this.more = more && !encoder.isLarge();
        this.encoder = encoder;
        this.negativePrompt = negativePrompt;
        if (!prompts.isEmpty()) {
            known.putAll(encoder.encode(unknown(prompts)));
        }
    }

    /** Encodes prompts that will be asked for, and the negative prompt with them, where they are not known yet. */
    public synchronized void encode(Collection<String> prompts) {
        Set<String> unknown = unknown(prompts);
        if (!unknown.isEmpty()) {
            known.putAll(more ? encoder.encode(unknown, this::loaded) : encoder.encode(unknown));
        }
    }

    private Set<String> unknown(Collection<String> prompts) {
        Set<String> unknown = new LinkedHashSet<>(prompts);
        negativePrompt.ifPresent(unknown::add);
        unknown.removeAll(known.keySet());
        return unknown;
    }

    private PromptEncoder.Loaded loaded() {
        PromptEncoder.Loaded open = loaded.orElseGet(encoder::load);
        loaded = Optional.of(open);
        return open;
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

    @Override
    public synchronized void close() {
        loaded.ifPresent(PromptEncoder.Loaded::close);
        loaded = Optional.empty();
    }
}
