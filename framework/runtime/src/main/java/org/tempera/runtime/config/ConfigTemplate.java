package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.Need;
import org.tempera.spi.policy.Drawing;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyShape;

/**
 * A config to begin with, for a model of the user's own: what is chosen is set, the other keys stand as comments with
 * their texts and defaults. It names only plugins that are there.
 *
 * @param weights the model's folder, as the config is to name it
 * @param prompts the file of prompts, as the config is to name it
 * @param rewards names of reward plugins, the first to train on, the others held out; empty for a usual choice
 * @param algorithm name of an algorithm plugin; empty for a usual choice
 * @param fewSteps how a run draws with a model that was distilled for few steps; empty for other models
 * @param shape of the model's pictures
 */
public record ConfigTemplate(
        Path weights,
        Path prompts,
        List<String> rewards,
        Optional<String> algorithm,
        Optional<Drawing> fewSteps,
        PolicyShape shape) {
    private static final String USUAL_ALGORITHM = "tdpo-r";
    /**
     * Pixels from which on an update of usual size computes the layers again: of a Stable Diffusion 1.5, with 512 times
     * 512, it is planned to take 33 GiB else, and 18 GiB so, both more than any peak that was compared with its plan.
     */
    private static final int LARGE_PICTURE = 256 * 256;

    private static final String LAYERS_AGAIN = "gradient-checkpointing";

    private static final List<String> USUAL_REWARDS = List.of("aesthetic", "clip-score");

    /** Blocks of the framework whose keys are shown; the others are for those who know what they look for. */
    private static final List<FrameworkBlock<?>> SHOWN =
            List.of(FrameworkBlock.SAMPLING, FrameworkBlock.EVALUATION, FrameworkBlock.CHECKPOINT);

    /**
     * The text of the config.
     *
     * @param policy who reads the model
     * @throws UserException if a plugin is named that is not there
     */
    public String render(PolicyProvider<?> policy, PluginCatalog catalog) {
        ConfigLines lines = new ConfigLines();
        lines.comment("A run of Tempera. A key behind # shows what holds as long as it is left out.");
        lines.comment(
                "Every key: tempera config --docs. What holds in the end: tempera config, with this file's name.");
        framework(lines, FrameworkBlock.RUN, Map.of("output", "runs/demo", "seed", "42"));
        policy(
                lines,
                catalog.plugins().stream()
                        .filter(p -> p.provider() == policy)
                        .findFirst()
                        .orElseThrow());
        algorithm(lines, catalog);
        rewards(lines, catalog);
        for (FrameworkBlock<?> block : SHOWN) {
            framework(lines, block, block.equals(FrameworkBlock.SAMPLING) ? sampling() : Map.of());
        }
        return String.join("\n", lines.lines()) + "\n";
    }

    private Map<String, String> sampling() {
        Map<String, String> set = new HashMap<>(Map.of("prompts", EffectiveConfig.hocon(prompts)));
        fewSteps.ifPresent(drawing -> set.putAll(Map.of(
                "steps", String.valueOf(drawing.steps()),
                "eta", String.valueOf(drawing.eta()),
                "guidance-scale", String.valueOf(drawing.guidanceScale()))));
        return set;
    }

    private static void framework(ConfigLines lines, FrameworkBlock<?> block, Map<String, String> set) {
        lines.empty().comment(block.about()).open(block.name());
        keys(lines, ConfigKey.of(block.type(), block.defaults()), set);
        lines.close();
    }

    private void policy(ConfigLines lines, Plugin policy) {
        ConfigBlock block = ConfigBlock.of(policy);
        Map<String, String> set = new LinkedHashMap<>();
        block.keys().stream()
                .filter(ConfigKey::isRequired)
                .filter(key -> key.genericType() == Path.class)
                .findFirst()
                .ifPresent(key -> set.put(key.name(), EffectiveConfig.hocon(weights)));
        if (shape.imageHeight() * shape.imageWidth() >= LARGE_PICTURE) {
            block.keys().stream()
                    .filter(key -> key.name().equals(LAYERS_AGAIN))
                    .forEach(key -> set.put(key.name(), "true"));
        }
        lines.empty().comment("The model: " + block.about()).open("policy");
        lines.set("use", policy.name()).open(policy.name());
        keys(lines, block.keys(), set);
        lines.close().close();
    }

    private void algorithm(ConfigLines lines, PluginCatalog catalog) {
        String name =
                algorithm.orElseGet(() -> catalog.names(PluginKind.ALGORITHM).contains(USUAL_ALGORITHM)
                        ? USUAL_ALGORITHM
                        : catalog.names(PluginKind.ALGORITHM).stream()
                                .sorted()
                                .findFirst()
                                .orElse(USUAL_ALGORITHM));
        Plugin chosen = plugin(PluginKind.ALGORITHM, name, catalog);
        ConfigBlock block = ConfigBlock.of(chosen);
        lines.empty().comment(block.about());
        chosen(lines, "algorithm", name, block);
        Optional<Boolean> needsCritic = needsCritic(chosen, (AlgorithmProvider<?>) chosen.provider(), block.keys());
        if (needsCritic.orElse(true)) {
            critic(lines, name, needsCritic.isPresent(), catalog);
        }
    }

    private static void critic(ConfigLines lines, String algorithm, boolean needed, PluginCatalog catalog) {
        Optional<String> critic =
                catalog.names(PluginKind.CRITIC).stream().sorted().findFirst();
        if (critic.isEmpty() && needed) {
            throw new UserException("the algorithm '" + algorithm
                    + "' needs a critic, and no critic plugin is there. Choose another algorithm.");
        }
        critic.ifPresent(name -> {
            lines.empty().comment("What tells the algorithm the value of each denoising step.");
            if (!needed) {
                lines.comment("An algorithm that needs none leaves it aside.");
            }
            chosen(lines, "critic", name, ConfigBlock.of(plugin(PluginKind.CRITIC, name, catalog)));
        });
    }

    /** A block that chooses a plugin, with the keys that must be given. */
    private static void chosen(ConfigLines lines, String kind, String name, ConfigBlock block) {
        lines.comment("Its keys: tempera plugins " + name + ".").open(kind).set("use", name);
        List<ConfigKey> required =
                block.keys().stream().filter(ConfigKey::isRequired).toList();
        if (!required.isEmpty()) {
            lines.open(name);
            keys(lines, required, Map.of());
            lines.close();
        }
        lines.close();
    }

    /** Whether an algorithm needs a critic; empty where only the user's values for its keys decide what it is. */
    private static <C extends Record> Optional<Boolean> needsCritic(
            Plugin plugin, AlgorithmProvider<C> provider, List<ConfigKey> keys) {
        // One that is made around another needs what that one does, which the user's keys say.
        if (keys.stream().anyMatch(ConfigKey::isRequired) || provider instanceof AlgorithmWrapper<?>) {
            return Optional.empty();
        }
        String named = "the algorithm plugin '" + plugin.name() + "'";
        Algorithm made = PluginGuard.make(
                named, provider, () -> provider.create(provider.configType().cast(plugin.defaults())));
        return Optional.of(PluginGuard.call(named + " cannot say what it needs", provider.getClass(), () -> made.needs()
                .contains(Need.CRITIC)));
    }

    private void rewards(ConfigLines lines, PluginCatalog catalog) {
        List<String> names = new ArrayList<>(rewards);
        if (names.isEmpty()) {
            USUAL_REWARDS.stream()
                    .filter(catalog.names(PluginKind.REWARD)::contains)
                    .forEach(names::add);
        }
        if (names.isEmpty()) {
            catalog.names(PluginKind.REWARD).stream().sorted().findFirst().ifPresent(names::add);
        }
        lines.empty()
                .comment("The policy is trained on rewards with role = train; those that are held-out judge the run."
                        + " Others: tempera plugins.");
        lines.open("rewards");
        for (int i = 0; i < names.size(); i++) {
            ConfigBlock block = ConfigBlock.of(plugin(PluginKind.REWARD, names.get(i), catalog));
            lines.comment(block.about()).open(names.get(i));
            lines.set("role", i == 0 ? "train" : "held-out");
            keys(lines, block.keys(), Map.of());
            lines.close();
        }
        lines.close();
    }

    /** Those that are given or must be, and the others as comments. */
    private static void keys(ConfigLines lines, List<ConfigKey> keys, Map<String, String> set) {
        for (ConfigKey key : keys) {
            String given = set.get(key.name());
            if (!key.text().isBlank()) {
                lines.comment(key.text());
            }
            if (given != null || key.isRequired()) {
                lines.set(key.name(), given != null ? given : key.anyValue());
            } else {
                lines.leaveOut(key.name(), key.anyValue());
            }
        }
    }

    private static Plugin plugin(PluginKind kind, String name, PluginCatalog catalog) {
        return catalog.plugin(kind, name).orElseThrow(() -> new UserException("init: " + catalog.unknown(kind, name)));
    }
}
