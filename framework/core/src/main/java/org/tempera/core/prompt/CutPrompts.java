package org.tempera.core.prompt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.tempera.spi.policy.DiffusionPolicy;
import org.tempera.spi.text.PromptTokenizer;

/**
 * Notes the prompts that are longer than their text encoders take, so that a user hears once which are read in part,
 * and those with marks of other programs. A prompt that comes again counts once.
 */
public final class CutPrompts {
    private static final String POLICY = "the model";
    private static final String NEGATIVE = ", of negative prompts,";
    private static final int SHOWN = 120;

    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private static final class Reader {
        private final Set<String> seen = new LinkedHashSet<>();
        private int cut;
        private String first = "";
        private String leftOut = "";
    }

    /**
     * Notes prompts that something reads.
     *
     * @param reader its name for people, such as {@code reward 'clip-score'}
     * @param leftOut what it leaves out of a prompt; empty if nothing
     */
    public void add(String reader, Function<String, Optional<String>> leftOut, Collection<String> prompts) {
        Reader r = readers.computeIfAbsent(reader, name -> new Reader());
        for (String prompt : prompts) {
            if (r.seen.add(prompt)) {
                leftOut.apply(prompt).ifPresent(left -> {
                    if (r.cut++ == 0) {
                        r.first = prompt;
                        r.leftOut = left;
                    }
                });
            }
        }
    }

    /**
     * Notes prompts that a policy reads. Where it has several text encoders each is a reader of its own: a long prompt
     * may be whole to one of them and cut to another.
     *
     * @param negative what it steers away from, where it reads that
     */
    public void addPolicy(DiffusionPolicy policy, Collection<String> prompts, Optional<String> negative) {
        List<PromptTokenizer> tokenizers = policy.text().tokenizers();
        for (int i = 0; i < tokenizers.size(); i++) {
            CheckedTokenizer tokenizer = CheckedTokenizer.of(tokenizers.get(i));
            String reader = tokenizers.size() == 1
                    ? POLICY
                    : POLICY + "'s text encoder " + (i + 1) + " of " + tokenizers.size();
            add(reader, tokenizer::leftOut, prompts);
            negative.ifPresent(n -> add(reader + NEGATIVE, tokenizer::leftOut, List.of(n)));
        }
    }

    /** Notes prompts that rewards read. */
    public void add(Map<String, PromptTokenizer> rewards, Collection<String> prompts) {
        rewards.forEach((name, tokenizer) -> add("reward '" + name + "'", tokenizer::leftOut, prompts));
    }

    /** All that a user should hear of the prompts: {@link #warning}, and {@link #marks}. */
    public List<String> warnings() {
        return Stream.of(warning(), marks()).flatMap(Optional::stream).toList();
    }

    /**
     * One note on the marks by which other programs are steered, such as {@code --w 512}, {@code (word:1.2)} and
     * {@code <lora:name:1>}: they are read as words. Empty if no prompt has any.
     */
    public Optional<String> marks() {
        Set<String> prompts = new LinkedHashSet<>();
        readers.values().forEach(r -> prompts.addAll(r.seen));
        return PromptMarks.note(prompts);
    }

    /** How many prompts each reader cuts; those that cut none are left out. */
    public Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        readers.forEach((name, r) -> {
            if (r.cut > 0) {
                counts.put(name, r.cut);
            }
        });
        return counts;
    }

    /**
     * One warning for all, with the first prompt that each reader cuts and what it leaves out; empty if all are read
     * whole.
     */
    public Optional<String> warning() {
        List<String> lines = new ArrayList<>();
        readers.forEach((name, r) -> {
            if (r.cut > 0) {
                lines.add("\n  " + name + " cuts " + r.cut + " of " + r.seen.size()
                        + (r.seen.size() == 1 ? " prompt" : " prompts") + "; of " + shown(r.first) + " it leaves out "
                        + shown(r.leftOut));
            }
        });
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "prompts that are longer than their text encoder are read in part:" + String.join("", lines));
    }

    private static String shown(String text) {
        if (text.codePointCount(0, text.length()) <= SHOWN) {
            return "'" + text + "'";
        }
        int end = text.offsetByCodePoints(0, SHOWN);
        return "'" + text.substring(0, end).strip() + "...' (and " + (text.length() - end) + " more characters)";
    }
}
