package org.tempera.record.verdict;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tempera.base.files.FileHashes;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.PlainFields;

/**
 * What measured an evaluation: everything but the trained weights that its numbers depend on, as named texts in scopes.
 * Scores may be compared where the scopes that they depend on are equal. No part depends on where a file lies.
 *
 * @param scopes by scope and key, such as {@code "drawing"} and {@code "sampling.steps"}, the value; of a file, its
 *     hash
 */
public record Ruler(SortedMap<String, SortedMap<String, String>> scopes) {
    /** How pictures are drawn: prompts, noise, sampler, size, and the weights that training begins from. */
    public static final String DRAWING = "drawing";

    /** The policy's own keys, which say how its trained weights act. */
    public static final String POLICY = "policy";

    /** The training reward: its rewards with all that measures them, and how they are combined. */
    public static final String TRAINING = "training reward";

    /** Which rewards are trained on, held out and logged. */
    public static final String ROLES = "roles";

    /** The gold score. */
    public static final String GOLD = "gold";

    /** How steep the training reward is, where that is measured. */
    public static final String STEEPNESS = "steepness";

    /** How the held-out rewards become one score, where they do not weigh the same. */
    public static final String HELD_OUT_SCORE = "held-out score";

    /** Which rewards are said to be fitted to the same data, where that changes no held-out score. */
    public static final String SHARED_DATA = "shared data";

    private static final String REWARD = "reward ";
    private static final int FINGERPRINT_DIGITS = 16;
    private static final int SHOWN_DIGITS = 12;
    private static final String HASH = "sha256:";

    public Ruler {
        SortedMap<String, SortedMap<String, String>> copy = new TreeMap<>();
        scopes.forEach((scope, parts) -> copy.put(scope, Collections.unmodifiableSortedMap(new TreeMap<>(parts))));
        scopes = Collections.unmodifiableSortedMap(copy);
    }

    /** The scope of one reward's score, whatever its role. */
    public static String reward(String name) {
        return REWARD + name;
    }

    /** The value of a part that stands for a content. */
    public static String hash(String sha256) {
        return HASH + sha256;
    }

    /**
     * A part that two rulers do not share.
     *
     * @param key such as {@code rewards.aesthetic.head}
     * @param before its value in the first; empty if it has none
     * @param now its value in the second; empty if it has none
     */
    public record Difference(String key, Optional<String> before, Optional<String> now) {
        @Override
        public String toString() {
            return key + ": " + values("before", "now");
        }

        /** Both values, with words for the first and the second. */
        public String values(String first, String second) {
            return shown(before) + " " + first + ", " + shown(now) + " " + second;
        }

        /** Whether the part stands for what lies in a file. */
        public boolean isOfContent() {
            return now.or(() -> before).filter(v -> v.startsWith(HASH)).isPresent();
        }

        private static String shown(Optional<String> value) {
            String text = value.orElse("none");
            return text.startsWith(HASH)
                    ? "content " + text.substring(HASH.length(), Math.min(text.length(), HASH.length() + SHOWN_DIGITS))
                    : text;
        }
    }

    /** What differs in any scope, each key once; a reward that one of the two lacks is one difference. */
    public List<Difference> differences(Ruler now) {
        TreeSet<String> all = new TreeSet<>(scopes.keySet());
        all.addAll(now.scopes.keySet());
        List<Difference> found = new ArrayList<>();
        for (String scope : all) {
            if (scope.startsWith(REWARD) && scopes.containsKey(scope) != now.scopes.containsKey(scope)) {
                found.add(new Difference(
                        "rewards." + scope.substring(REWARD.length()), thereIn(this, scope), thereIn(now, scope)));
            }
        }
        List<String> told = found.stream().map(d -> d.key() + ".").toList();
        // A reward whose role changes leaves or enters a scope with all its parts; that its role changed says enough.
        differences(now, all).stream()
                .filter(d -> told.stream().noneMatch(d.key()::startsWith))
                .filter(d -> (d.before().isPresent() && d.now().isPresent())
                        || !(d.before().isPresent() ? now : this)
                                .has(d.key(), d.before().or(d::now)))
                .forEach(found::add);
        return found;
    }

    private static Optional<String> thereIn(Ruler ruler, String scope) {
        return ruler.scopes.containsKey(scope) ? Optional.of("a reward") : Optional.empty();
    }

    private boolean has(String key, Optional<String> value) {
        return scopes.values().stream()
                .anyMatch(parts -> Optional.ofNullable(parts.get(key)).equals(value));
    }

    /** What differs in these scopes, each key once; a scope that is missing has no parts. */
    public List<Difference> differences(Ruler now, Collection<String> within) {
        SortedMap<String, Difference> found = new TreeMap<>();
        for (String scope : within) {
            Map<String, String> mine = scopes.getOrDefault(scope, Collections.emptySortedMap());
            Map<String, String> its = now.scopes.getOrDefault(scope, Collections.emptySortedMap());
            TreeSet<String> keys = new TreeSet<>(mine.keySet());
            keys.addAll(its.keySet());
            for (String key : keys) {
                Difference d =
                        new Difference(key, Optional.ofNullable(mine.get(key)), Optional.ofNullable(its.get(key)));
                if (!d.before().equals(d.now())) {
                    found.putIfAbsent(key, d);
                }
            }
        }
        return List.copyOf(found.values());
    }

    /** Equal for equal rulers, and else different: 16 hexadecimal digits of a hash of all parts. */
    public String fingerprint() {
        return FileHashes.sha256(PlainJson.line(scopes)).substring(0, FINGERPRINT_DIGITS);
    }

    /**
     * A ruler of plain data, as {@link #scopes} is.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Ruler of(Object plain) {
        SortedMap<String, SortedMap<String, String>> scopes = new TreeMap<>();
        PlainFields fields = PlainFields.of(plain);
        for (String scope : fields.names()) {
            PlainFields parts = fields.fields(scope);
            SortedMap<String, String> texts = new TreeMap<>();
            parts.names().forEach(key -> texts.put(key, parts.text(key)));
            scopes.put(scope, texts);
        }
        return new Ruler(scopes);
    }

    /** Collects the parts of a ruler. */
    public static final class Builder {
        private final SortedMap<String, SortedMap<String, String>> scopes = new TreeMap<>();

        /** Adds a part. */
        public Builder put(String scope, String key, String value) {
            scopes.computeIfAbsent(scope, s -> new TreeMap<>()).put(key, value);
            return this;
        }

        /** Adds parts. */
        public Builder putAll(String scope, Map<String, String> parts) {
            parts.forEach((key, value) -> put(scope, key, value));
            return this;
        }

        public Ruler build() {
            return new Ruler(scopes);
        }
    }
}
