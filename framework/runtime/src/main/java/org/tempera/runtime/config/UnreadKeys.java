package org.tempera.runtime.config;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.Secrets;
import org.tempera.core.config.RewardSettings;
import org.tempera.spi.ReadWhere;

/**
 * Keys that a configuration gives and its run does not read, since another key has a value under which they mean
 * nothing, see {@link ReadWhere}, or by how rewards are combined, see {@link UnreadCombination}. One at its default is
 * passed over, for it changes nothing wherever it is read, and whole configurations are written so. Blocks of plugins
 * that are not chosen are no part of it: they stand there to be chosen.
 */
public final class UnreadKeys {
    private final Map<String, String> origins;
    private final Secrets secrets;
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, Object> defaults = new LinkedHashMap<>();
    private final Map<String, List<InBlock>> conditions = new LinkedHashMap<>();
    private final Map<String, String> combination = new LinkedHashMap<>();

    /**
     * One such key.
     *
     * @param key in full
     * @param message where it is given, and where it would be read
     */
    public record UnreadKey(String key, String message) {}

    /** A condition of a record that stands in a block. */
    private record InBlock(String block, ReadCondition condition) {}

    /**
     * Of blocks that are still to be added.
     *
     * @param origins where values come from, by key
     * @param secrets no message tells them
     */
    UnreadKeys(Map<String, String> origins, Secrets secrets) {
        this.origins = Map.copyOf(origins);
        this.secrets = secrets;
    }

    private UnreadKeys(RunConfig config) {
        this(
                config.effective().settings().stream()
                        .collect(Collectors.toMap(
                                EffectiveConfig.Setting::key, EffectiveConfig.Setting::origin, (first, last) -> last)),
                config.effective().secrets());
        add(FrameworkBlock.RUN, config.run());
        add(FrameworkBlock.SAMPLING, config.sampling());
        add(FrameworkBlock.OPTIMIZER, config.optimizer());
        add(FrameworkBlock.EVALUATION, config.evaluation());
        add(FrameworkBlock.CHECKPOINT, config.checkpoint());
        add(FrameworkBlock.COMBINATION, config.combination());
        add(FrameworkBlock.BEHAVIOUR, config.behaviour());
        add(FrameworkBlock.REFERENCE, config.reference());
        add("policy", config.policy());
        add("algorithm", config.algorithm());
        config.wrapped().ifPresent(a -> add("algorithm", a));
        config.critic().ifPresent(c -> add("critic", c));
        for (RewardSelection r : config.rewards()) {
            String block = "rewards." + r.name();
            add(block, r.settings(), RewardSettings.defaults());
            add(block, r.plugin().config(), r.plugin().defaults());
        }
        config.gold().ifPresent(g -> add("gold", g));
        combination.putAll(UnreadCombination.of(config));
    }

    /** Those of a run, in the order of its blocks. */
    public static List<UnreadKey> of(RunConfig config) {
        return ofEach(List.of(config));
    }

    /** Those of several runs which none that gives them reads. */
    public static List<UnreadKey> ofEach(Collection<RunConfig> runs) {
        Map<String, UnreadKey> unread = new LinkedHashMap<>();
        Set<String> read = new HashSet<>();
        for (RunConfig run : runs) {
            UnreadKeys keys = new UnreadKeys(run);
            for (String key : keys.values.keySet()) {
                if (keys.isGiven(key)) {
                    keys.unread(key).ifPresentOrElse(u -> unread.putIfAbsent(key, u), () -> read.add(key));
                }
            }
        }
        unread.keySet().removeAll(read);
        return List.copyOf(unread.values());
    }

    private void add(FrameworkBlock<?> block, Record record) {
        add(block.name(), record, block.defaults());
    }

    private void add(String kind, Selection<?> plugin) {
        add(kind + "." + plugin.name(), plugin.config(), plugin.defaults());
    }

    /** Adds a block of a record, whose keys may be read depending on each other. */
    void add(String block, Record record, Record byDefault) {
        put(block, record);
        ConfigKey.of(record.getClass(), byDefault)
                .forEach(key -> key.byDefault().ifPresent(value -> defaults.put(block + "." + key.name(), value)));
        ReadCondition.of(record.getClass())
                .forEach((key, all) -> conditions.put(
                        block + "." + key,
                        all.stream().map(c -> new InBlock(block, c)).toList()));
    }

    /** The values of a record and of its blocks within; a list, a map and what an option has are one value each. */
    private void put(String block, Record record) {
        for (RecordKey key : RecordKey.of(record.getClass())) {
            String name = block + "." + key.name();
            Object value = key.of(record);
            if (key.block().isPresent()) {
                put(name, (Record) value);
            } else {
                values.put(name, value instanceof Optional<?> o && o.isPresent() ? o.get() : value);
            }
        }
    }

    /** Whether the user has set it to something else than its default. */
    private boolean isGiven(String key) {
        return Origins.isGiven(origins.getOrDefault(key, Origins.DEFAULT))
                && !Objects.equals(values.get(key), given(defaults.get(key)));
    }

    /** What an optional key has, as values have it. */
    private static @Nullable Object given(@Nullable Object value) {
        return value instanceof Optional<?> option && option.isPresent() ? option.get() : value;
    }

    /** What is said of a key that is given; empty where it is read. */
    Optional<UnreadKey> unread(String key) {
        for (InBlock in : conditions.getOrDefault(key, List.of())) {
            String other = other(in);
            @Nullable Object value = values.get(other);
            if (value != null && !in.condition().holds(value)) {
                String found = value.equals(Optional.empty()) ? "none" : EffectiveConfig.hocon(value);
                String message = origins.get(key) + ": " + key + ": has no effect: it is read where "
                        + in.condition().words(other) + ", found " + found;
                return Optional.of(new UnreadKey(key, secrets.masked(message)));
            }
        }
        return Optional.ofNullable(combination.get(key))
                .map(what -> new UnreadKey(key, secrets.masked(origins.get(key) + ": " + key + ": " + what)));
    }

    private String other(InBlock in) {
        String near = in.block() + "." + in.condition().key();
        return values.containsKey(near) ? near : in.condition().where().key();
    }
}
