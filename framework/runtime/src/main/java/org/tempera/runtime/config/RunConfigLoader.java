package org.tempera.runtime.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.RewardRole;
import org.tempera.core.config.RewardSettings;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.record.metrics.ScoreNames;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.RewardProvider;

/** Binds one tree to a {@link RunConfig}; used once. */
final class RunConfigLoader {
    private static final String USE = "use";
    private static final String OF = "of";
    private static final String REWARDS = "rewards";
    private static final String CHOICES = "sampling.choices";

    /** Which of both it is the algorithm says, once it is made. */
    private static final String OR_CHOICES =
            "; or, for an algorithm that learns from choices, their file in " + CHOICES + ".";

    private final ConfigObject root;
    private final PluginCatalog catalog;
    private final Problems problems;
    private final RecordBinder binder;
    private final EffectiveConfig.Builder effective;
    private Optional<Selection<PluginProvider<?>>> wrapped = Optional.empty();

    RunConfigLoader(ConfigObject root, PluginCatalog catalog) {
        this(root, Path.of(""), catalog);
    }

    /** @param folder where relative paths start that stand in no file */
    RunConfigLoader(ConfigObject root, Path folder, PluginCatalog catalog) {
        this.root = root;
        this.catalog = catalog;
        problems = new Problems(catalog::isFirstTold);
        binder = new RecordBinder(problems, folder);
        effective = new EffectiveConfig.Builder(binder.origins(), binder.lost(), problems.secrets());
    }

    RunConfig load() {
        refuseUnknownBlocks();
        var run = framework(FrameworkBlock.RUN);
        var policy = selected(PluginKind.POLICY, true);
        var algorithm = selected(PluginKind.ALGORITHM, true);
        var critic = selected(PluginKind.CRITIC, false);
        List<RewardSelection> rewards = rewards();
        var gold = selected(PluginKind.GOLD, false);
        var sampling = framework(FrameworkBlock.SAMPLING);
        // What steps is the wrapped algorithm, whatever it is handed.
        var learning = wrapped.or(() -> algorithm).flatMap(a -> catalog.plugin(PluginKind.ALGORITHM, a.name()));
        var optimizer = optimizer(learning);
        var evaluation = framework(FrameworkBlock.EVALUATION);
        var checkpoint = framework(FrameworkBlock.CHECKPOINT);
        var combination = framework(FrameworkBlock.COMBINATION);
        var behaviour = behaviour(learning);
        var reference = framework(FrameworkBlock.REFERENCE);
        problems.throwIfAny();
        return new RunConfig(
                run.orElseThrow(),
                sampling.orElseThrow(),
                optimizer.orElseThrow(),
                evaluation.orElseThrow(),
                checkpoint.orElseThrow(),
                combination.orElseThrow(),
                behaviour.orElseThrow(),
                reference.orElseThrow(),
                policy.map(s -> new Selection<PolicyProvider<?>>(
                                (PolicyProvider<?>) s.provider(), s.config(), s.defaults()))
                        .orElseThrow(),
                algorithm
                        .map(s -> new Selection<AlgorithmProvider<?>>(
                                (AlgorithmProvider<?>) s.provider(), s.config(), s.defaults()))
                        .orElseThrow(),
                wrapped.map(s -> new Selection<AlgorithmProvider<?>>(
                        (AlgorithmProvider<?>) s.provider(), s.config(), s.defaults())),
                critic.map(s ->
                        new Selection<CriticProvider<?>>((CriticProvider<?>) s.provider(), s.config(), s.defaults())),
                List.copyOf(rewards),
                gold.map(s -> new Selection<GoldProvider<?>>((GoldProvider<?>) s.provider(), s.config(), s.defaults())),
                effective.build());
    }

    /** These rewards of a tree that need not describe a run; their blocks may be left out. */
    List<RewardSelection> rewardsAlone(List<String> names) {
        root.forEach((key, value) -> {
            if (!key.equals(REWARDS)) {
                problems.add(
                        Origins.describe(value),
                        key,
                        "has no meaning for a reward alone. Expected " + REWARDS + "." + names.get(0) + ".KEY=VALUE.");
            }
        });
        ConfigObject block = binder.block(root, REWARDS, REWARDS);
        if (block != null) {
            block.forEach((key, value) -> {
                if (!names.contains(key)) {
                    problems.add(Origins.describe(value), RecordBinder.join(REWARDS, key), notAskedFor(names));
                }
            });
        }
        List<RewardSelection> rewards = new ArrayList<>();
        for (String name : names) {
            ConfigValue value = block == null ? null : block.get(name);
            reward(name, value == null ? ConfigFactory.empty("the overrides").root() : value)
                    .ifPresent(rewards::add);
        }
        problems.throwIfAny();
        return rewards;
    }

    private static String notAskedFor(List<String> names) {
        return names.size() == 1
                ? "only reward '" + names.get(0) + "' is asked for."
                : "only rewards " + names + " are asked for.";
    }

    /** Left out by {@code key = null}, where a file that is included has it. */
    private static boolean isNull(@Nullable ConfigValue value) {
        return value != null && value.valueType() == ConfigValueType.NULL;
    }

    private void refuseUnknownBlocks() {
        Set<String> known = new LinkedHashSet<>();
        Map<String, String> inside = new HashMap<>();
        for (FrameworkBlock<?> block : FrameworkBlock.ALL) {
            known.add(block.name());
            for (String key : RecordKey.names(block.type())) {
                inside.putIfAbsent(key, block.name() + "." + key);
            }
        }
        for (PluginKind kind : PluginKind.values()) {
            known.add(kind == PluginKind.REWARD ? REWARDS : kind.label());
        }
        for (Map.Entry<String, ConfigValue> e : new TreeMap<>(root).entrySet()) {
            if (known.contains(e.getKey())) {
                continue;
            }
            String full =
                    inside.get(FieldWords.ours(e.getKey(), inside.keySet()).orElse(e.getKey()));
            String hint = full == null ? Names.suggest(e.getKey(), known) : "Did you mean '" + full + "'?";
            problems.add(
                    Origins.describe(e.getValue()), RecordBinder.join("", e.getKey()), "unknown block or key. " + hint);
        }
    }

    private <C extends Record> Optional<C> framework(FrameworkBlock<C> block) {
        Optional<C> bound = bound(block);
        bound.ifPresent(record -> effective.add(record, block.name()));
        return bound;
    }

    private <C extends Record> Optional<C> bound(FrameworkBlock<C> block) {
        return bound(block, block.defaults());
    }

    private <C extends Record> Optional<C> bound(FrameworkBlock<C> block, C defaults) {
        return binder.bind(block.type(), defaults, binder.block(root, block.name(), block.name()), block.name());
    }

    /** How behaviour weights are kept: as the config says, and where it says nothing as suits the algorithm. */
    private Optional<BehaviourSettings> behaviour(Optional<Plugin> algorithm) {
        FrameworkBlock<BehaviourSettings> block = FrameworkBlock.BEHAVIOUR;
        Optional<BehaviourSettings> bound =
                bound(block, algorithm.flatMap(Plugin::behaviour).orElse(block.defaults()));
        algorithm.ifPresent(a -> a.behaviourKeys().forEach(key -> {
            String path = block.name() + "." + key.name();
            if (Origins.DEFAULT.equals(binder.origins().get(path))) {
                binder.origin(path, Origins.SUITING + a.name());
            }
        }));
        bound.ifPresent(settings -> effective.add(settings, block.name()));
        return bound;
    }

    /** The optimiser with a learning rate: that given, or the one that suits the algorithm. */
    private Optional<OptimizerSettings> optimizer(Optional<Plugin> algorithm) {
        Optional<OptimizerSettings> bound = bound(FrameworkBlock.OPTIMIZER);
        if (bound.flatMap(OptimizerSettings::learningRate).isEmpty()) {
            algorithm.ifPresent(a -> a.suitingRate()
                    .ifPresent(rate -> binder.origin(
                            FrameworkBlock.OPTIMIZER.name() + ".learning-rate",
                            Origins.SUITING + a.name() + ": " + rate)));
        }
        double factor = algorithm.flatMap(Plugin::learningRateFactor).orElse(1.0);
        Optional<OptimizerSettings> optimizer = bound.map(o -> o.suiting(factor));
        optimizer.ifPresent(o -> effective.add(o, FrameworkBlock.OPTIMIZER.name()));
        return optimizer;
    }

    /**
     * A block with {@code use} and a named block for each plugin; all named blocks are checked, so that they can be
     * swapped.
     */
    private Optional<Selection<PluginProvider<?>>> selected(PluginKind kind, boolean required) {
        String path = kind.label();
        if (!required && isNull(root.get(path))) {
            return Optional.empty();
        }
        ConfigObject block = binder.block(root, path, path);
        if (block == null) {
            if (required && root.get(path) == null) {
                problems.add("", path, "missing. Choose one: " + path + " { use = ... }. Known: " + sorted(kind) + ".");
            }
            return Optional.empty();
        }
        String name = use(kind, block, path);
        Map<String, Record> bound = new TreeMap<>();
        for (Map.Entry<String, ConfigValue> e : new TreeMap<>(block).entrySet()) {
            if (!e.getKey().equals(USE)) {
                named(kind, e.getKey(), e.getValue(), name, bound);
            }
        }
        Optional<Plugin> plugin = name == null ? Optional.empty() : catalog.plugin(kind, name);
        if (name == null || plugin.isEmpty()) {
            return Optional.empty();
        }
        if (block.get(name) == null) {
            bind(plugin.get(), null, path + "." + name).ifPresent(c -> bound.put(name, c));
        }
        Record config = bound.get(name);
        if (config != null) {
            wrapped(plugin.get(), config, bound);
        }
        effective.add(name, path, USE);
        bound.forEach(
                (key, of) -> catalog.plugin(kind, key).ifPresent(p -> guarded(p, () -> effective.add(of, path, key))));
        return config == null
                ? Optional.empty()
                : Optional.of(new Selection<>(
                        plugin.get().provider(), config, plugin.get().defaults()));
    }

    /**
     * Finds the algorithm that one is made around.
     *
     * @param bound the records of the blocks by name; gets that of the wrapped one, where it has no block
     */
    private void wrapped(Plugin outer, Record config, Map<String, Record> bound) {
        if (!(outer.provider() instanceof AlgorithmWrapper<?> wrapper)) {
            return;
        }
        String name = guarded(outer, () -> wraps(wrapper, config));
        String block = PluginKind.ALGORITHM.label() + "." + outer.name();
        String at = RecordKey.names(outer.configType()).contains(OF) ? block + "." + OF : block;
        Optional<Plugin> inner = catalog.plugin(PluginKind.ALGORITHM, name);
        String origin = binder.origins().getOrDefault(at, "");
        if (inner.isEmpty()) {
            problems.add(origin, at, catalog.unknown(PluginKind.ALGORITHM, name));
        } else if (inner.get().provider() instanceof AlgorithmWrapper<?>) {
            problems.add(origin, at, "expected an algorithm that is made around no other, found '" + name + "'.");
        } else {
            if (!bound.containsKey(name)) {
                bind(inner.get(), null, PluginKind.ALGORITHM.label() + "." + name)
                        .ifPresent(c -> bound.put(name, c));
            }
            Record of = bound.get(name);
            wrapped = of == null
                    ? Optional.empty()
                    : Optional.of(new Selection<>(
                            inner.get().provider(), of, inner.get().defaults()));
        }
    }

    private static <C extends Record> String wraps(AlgorithmWrapper<C> wrapper, Record config) {
        return String.valueOf(wrapper.wraps(wrapper.configType().cast(config)));
    }

    private void named(
            PluginKind kind, String key, ConfigValue value, @Nullable String used, Map<String, Record> bound) {
        String path = RecordBinder.join(kind.label(), key);
        Optional<Plugin> plugin = catalog.plugin(kind, key);
        if (plugin.isPresent()) {
            ConfigObject block = binder.asBlock(value, path);
            if (block != null) {
                bind(plugin.get(), block, path).ifPresent(config -> bound.put(key, config));
            }
            return;
        }
        boolean keyOfUsed = used != null
                && catalog.plugin(kind, used)
                        .filter(p -> RecordKey.names(p.configType()).contains(key))
                        .isPresent();
        problems.add(
                Origins.describe(value),
                path,
                keyOfUsed
                        ? "a plugin's keys stand in its own block. Did you mean '" + kind.label() + "." + used + "."
                                + key + "'?"
                        : catalog.unknown(kind, key));
    }

    /** The name that {@code use} gives; null, with a problem noted, if there is none. */
    private @Nullable String use(PluginKind kind, ConfigObject block, String path) {
        String at = path + "." + USE;
        ConfigValue value = block.get(USE);
        if (value == null) {
            problems.add(Origins.describe(block), at, "missing. Known: " + sorted(kind) + ".");
            return null;
        }
        if (isNull(value) && (kind == PluginKind.CRITIC || kind == PluginKind.GOLD)) {
            problems.add(
                    Origins.describe(value), at, "expected text, found null. To do without, say " + path + " = null.");
            return null;
        }
        String name = binder.text(block, USE, at);
        if (name != null && catalog.plugin(kind, name).isEmpty()) {
            problems.add(Origins.describe(value), at, catalog.unknown(kind, name));
        }
        binder.origin(at, Origins.describe(value));
        return name;
    }

    private List<RewardSelection> rewards() {
        ConfigObject block = binder.block(root, REWARDS, REWARDS);
        List<RewardSelection> rewards = new ArrayList<>();
        if (block == null) {
            if (root.get(REWARDS) == null && !namesChoices()) {
                problems.add(
                        "",
                        REWARDS,
                        "missing. Name a reward to train on: " + REWARDS + " { NAME { role = train } }" + OR_CHOICES
                                + " Known: " + sorted(PluginKind.REWARD) + ".");
            }
            return rewards;
        }
        boolean whole = true;
        for (Map.Entry<String, ConfigValue> e : new TreeMap<>(block).entrySet()) {
            if (isNull(e.getValue())) {
                continue;
            }
            Optional<RewardSelection> reward = reward(e.getKey(), e.getValue());
            whole &= reward.isPresent();
            reward.ifPresent(rewards::add);
        }
        if (whole
                && !namesChoices()
                && rewards.stream().noneMatch(r -> r.settings().role() == RewardRole.TRAIN)) {
            problems.add(
                    Origins.describe(block),
                    REWARDS,
                    "no reward has role = train, so that nothing would be learnt."
                            + (rewards.isEmpty()
                                    ? " Known: " + sorted(PluginKind.REWARD) + "."
                                    : " Give one of "
                                            + rewards.stream()
                                                    .map(RewardSelection::name)
                                                    .toList() + " that role" + OR_CHOICES));
        }
        return rewards;
    }

    /** Whether there is a file of choices, from which a run can learn without a reward. */
    private boolean namesChoices() {
        return root.toConfig().hasPath(CHOICES);
    }

    private Optional<RewardSelection> reward(String name, ConfigValue value) {
        String path = RecordBinder.join(REWARDS, name);
        ConfigObject block = binder.asBlock(value, path);
        if (block == null) {
            return Optional.empty();
        }
        if (!Names.isKebab(name)) {
            problems.add(Origins.describe(value), path, "a reward's name must be kebab-case, such as 'my-reward'.");
            return Optional.empty();
        }
        Optional<String> meaning = ScoreNames.meaning(name);
        if (meaning.isPresent()) {
            problems.add(
                    Origins.describe(value),
                    path,
                    "no reward may have this name, which is that of " + meaning.get() + ". Give it another, such as '"
                            + name + "-reward', and its plugin's name under 'use'.");
            return Optional.empty();
        }
        ConfigValue useValue = block.get(USE);
        String use = useValue == null ? name : binder.text(block, USE, path + "." + USE);
        if (use == null) {
            return Optional.empty();
        }
        Optional<Plugin> plugin = catalog.plugin(PluginKind.REWARD, use);
        if (plugin.isEmpty()) {
            problems.add(
                    Origins.describe(useValue == null ? value : useValue),
                    useValue == null ? path : path + "." + USE,
                    catalog.unknown(PluginKind.REWARD, use));
            return Optional.empty();
        }
        block = binder.renamed(plugin.get().configType(), block, path);
        Set<String> known = new LinkedHashSet<>(Set.of(USE));
        known.addAll(RecordKey.names(RewardSettings.class));
        known.addAll(RecordKey.names(plugin.get().configType()));
        binder.refuseUnknown(block, path, known);
        Optional<RewardSettings> settings =
                binder.bindKnown(RewardSettings.class, RewardSettings.defaults(), block, path);
        Optional<Record> config = bindKnown(plugin.get(), block, path);
        if (settings.isEmpty() || config.isEmpty()) {
            return Optional.empty();
        }
        binder.origin(path + "." + USE, useValue == null ? "the block's name" : Origins.describe(useValue));
        effective.add(use, REWARDS, name, USE);
        effective.add(settings.get(), REWARDS, name);
        guarded(plugin.get(), () -> effective.add(config.get(), REWARDS, name));
        return Optional.of(new RewardSelection(
                name,
                settings.get(),
                new Selection<>(
                        (RewardProvider<?>) plugin.get().provider(),
                        config.get(),
                        plugin.get().defaults())));
    }

    private Optional<Record> bind(Plugin plugin, @Nullable ConfigObject block, String path) {
        return guarded(plugin, () -> binder.bind(recordOf(plugin), plugin.defaults(), block, path));
    }

    private Optional<Record> bindKnown(Plugin plugin, ConfigObject block, String path) {
        return guarded(plugin, () -> binder.bindKnown(recordOf(plugin), plugin.defaults(), block, path));
    }

    @SuppressWarnings("unchecked") // the class of a record is that of records
    private static Class<Record> recordOf(Plugin plugin) {
        return (Class<Record>) plugin.configType();
    }

    /** A record's constructor and its accessors are the plugin's code. */
    private static <T> T guarded(Plugin plugin, Supplier<T> call) {
        return PluginGuard.call(
                "the config of the " + plugin.kind().label() + " plugin '" + plugin.name() + "' cannot be made",
                plugin.provider().getClass(),
                call);
    }

    private List<String> sorted(PluginKind kind) {
        return catalog.names(kind).stream().sorted().toList();
    }
}
