package org.tempera.runtime.config;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.core.config.RewardSettings;

/** Checks that a plugin's configuration record can be bound at all. */
public final class ConfigRecords {
    private ConfigRecords() {}

    /**
     * What is wrong with a plugin's record, without a full stop; empty if nothing.
     *
     * @param defaults what the plugin gives as such
     * @param inRewardBlock whether the block also holds the framework's own keys of a reward
     */
    public static Optional<String> fault(
            Class<? extends Record> type, @Nullable Record defaults, boolean inRewardBlock) {
        if (!type.isRecord()) {
            return Optional.of("its configuration type " + type.getName() + " must be a record");
        }
        Optional<String> unsupported = RecordTypes.unsupported(type);
        if (unsupported.isPresent()) {
            return unsupported;
        }
        Set<String> taken = new TreeSet<>(RecordKey.names(type));
        taken.retainAll(reserved(inRewardBlock));
        if (!taken.isEmpty()) {
            return Optional.of("the keys " + taken + " of " + type.getName()
                    + " are the framework's own; give its components other names");
        }
        if (!type.isInstance(defaults)) {
            return Optional.of("its defaults must be a " + type.getName());
        }
        return badDefault(type, defaults).or(() -> badCondition(type, defaults));
    }

    private static Optional<String> badDefault(Class<? extends Record> type, @Nullable Record defaults) {
        for (RecordKey key : RecordKey.of(type)) {
            Object value = key.in(defaults);
            String name = key.component().getName();
            if ((value instanceof Double || value instanceof Float)
                    && !Double.isFinite(((Number) value).doubleValue())) {
                return Optional.of("the default of " + name + " must be finite, was " + value);
            }
            Class<?> raw = key.component().getType();
            if (value == null && !raw.isRecord() && raw != Optional.class) {
                return Optional.of("the default of " + name + " is null; where a config must give the key, annotate the"
                        + " component with @Required, and let the defaults hold a stand-in");
            }
        }
        return Optional.empty();
    }

    private static Optional<String> badCondition(Class<? extends Record> type, @Nullable Record defaults) {
        Map<String, RecordTypes.Shape> keys =
                ConfigKey.of(type, defaults).stream().collect(Collectors.toMap(ConfigKey::name, ConfigKey::shape));
        for (Map.Entry<String, List<ReadCondition>> e : ReadCondition.of(type).entrySet()) {
            for (ReadCondition condition : e.getValue()) {
                Optional<String> fault = Optional.ofNullable(keys.get(condition.key()))
                        .map(other -> condition.fault(other).map(f -> "that key " + f))
                        .orElse(Optional.of("it has no key of that name"));
                if (fault.isPresent()) {
                    return Optional.of("the key '" + e.getKey() + "' of " + type.getName()
                            + " is said to be read where " + condition.words(condition.key()) + ", and " + fault.get());
                }
            }
        }
        return Optional.empty();
    }

    private static Set<String> reserved(boolean inRewardBlock) {
        Set<String> reserved = new TreeSet<>(Set.of("use"));
        if (inRewardBlock) {
            reserved.addAll(RecordKey.names(RewardSettings.class));
        }
        return reserved;
    }
}
