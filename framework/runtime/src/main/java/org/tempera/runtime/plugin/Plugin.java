package org.tempera.runtime.plugin;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.tempera.runtime.config.ConfigKey;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.algorithm.BehaviourSettings;

/**
 * A plugin that was found, and can be configured. What it says of itself was asked once, when it was found: it is other
 * people's code, which may answer otherwise, or not at all, the next time.
 *
 * @param name what configs call it
 * @param description one line that says what it does
 * @param defaults the values of the keys that a config leaves out; their class is the one that a config is bound to
 * @param learningRateFactor of an algorithm what suits it, see {@link
 *     org.tempera.spi.algorithm.AlgorithmProvider#learningRateFactor}; empty of one that is made around another
 * @param behaviour of an algorithm what it brings, see {@link
 *     org.tempera.spi.algorithm.AlgorithmProvider#behaviour}; of one that is made around another nothing
 * @param variants of an algorithm other names of it with values of its keys, see {@link
 *     org.tempera.spi.algorithm.AlgorithmProvider#variants}
 * @param jar the jar or folder of classes that it came from
 */
public record Plugin(
        PluginKind kind,
        String name,
        String description,
        PluginProvider<?> provider,
        Record defaults,
        Optional<Double> learningRateFactor,
        Optional<BehaviourSettings> behaviour,
        Map<String, List<String>> variants,
        PluginJar jar) {
    public Plugin {
        variants = Map.copyOf(variants);
    }

    /** The record that a config is bound to. */
    public Class<? extends Record> configType() {
        return defaults.getClass();
    }

    /** How a config asks for the variant of this name; empty where it has none. */
    Optional<String> variant(String wanted) {
        return Optional.ofNullable(variants.get(wanted)).map(keys -> {
            String block = kind.label() + ".";
            return keys.stream()
                    .map(key -> " " + block + name + "." + key)
                    .collect(Collectors.joining("", block + "use=" + name, ""));
        });
    }

    /** What it does, and of an algorithm what suits it: the learning rate, and keys of {@code behaviour}. */
    public String about() {
        String sentence = description.endsWith(".") ? description : description + ".";
        return sentence
                + suitingRate()
                        .map(rate -> " Where optimizer.learning-rate is left out, it is " + rate + ".")
                        .orElse("")
                + suitingBehaviour();
    }

    private String suitingBehaviour() {
        List<ConfigKey> keys = behaviourKeys();
        return keys.isEmpty()
                ? ""
                : keys.stream()
                        .map(key -> key.name() + " = " + key.defaultValue().orElse(""))
                        .collect(Collectors.joining(", ", " Where keys of behaviour are left out, ", "."));
    }

    /** The keys of {@code behaviour} that have other defaults under an algorithm than under any. */
    public List<ConfigKey> behaviourKeys() {
        List<ConfigKey> usual = ConfigKey.of(BehaviourSettings.class, BehaviourSettings.defaults());
        return behaviour.map(own -> ConfigKey.of(BehaviourSettings.class, own)).orElse(usual).stream()
                .filter(key -> !usual.contains(key))
                .toList();
    }

    /** The learning rate that suits an algorithm, in words. */
    public Optional<String> suitingRate() {
        return learningRateFactor.map(factor -> (factor == 1
                        ? ""
                        : BigDecimal.valueOf(factor).stripTrailingZeros().toPlainString() + " times ")
                + "optimizer.base-learning-rate");
    }
}
