package org.tempera.runtime.plugin;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.tempera.runtime.config.Names;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.RewardProvider;
import org.tempera.spi.verify.OracleKind;

/** Every plugin that a class loader sees, by kind and name, and what is wrong with others. They do not change. */
public final class PluginCatalog {
    private final Map<PluginKind, Map<String, Plugin>> plugins;
    private final Map<String, OracleKind> oracleKinds;
    private final List<PluginProblem> problems;
    private final List<String> idle;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private PluginCatalog(
            Map<PluginKind, Map<String, Plugin>> plugins,
            Map<String, OracleKind> oracleKinds,
            List<PluginProblem> problems,
            List<String> idle) {
        this.plugins = plugins;
        this.oracleKinds = oracleKinds;
        this.problems = List.copyOf(problems);
        this.idle = List.copyOf(idle);
    }

    /**
     * Finds all plugins. What is wrong with one is no failure: it is in {@link #problems}, and the plugin cannot be
     * named in a config.
     */
    public static PluginCatalog load(ClassLoader loader) {
        return load(loader, Optional.empty());
    }

    /**
     * Finds all plugins.
     *
     * @param folder the folder of plugins whose jars the loader is meant to see; each is looked at
     */
    public static PluginCatalog load(ClassLoader loader, Optional<Path> folder) {
        PluginFinder finder = new PluginFinder(loader, folder);
        Map<PluginKind, Map<String, Plugin>> plugins = new EnumMap<>(PluginKind.class);
        List<String> services = new ArrayList<>();
        for (PluginKind kind : PluginKind.values()) {
            plugins.put(kind, finder.ofKind(kind));
            services.add(kind.service().getName());
        }
        services.sort(Comparator.comparing(
                name -> !name.equals(PluginKind.REWARD.service().getName())));
        services.add(OracleKind.class.getName());
        Map<String, OracleKind> kinds = finder.oracleKinds();
        List<PluginProblem> problems = finder.problems();
        List<String> idle = new ArrayList<>();
        folder.ifPresent(path -> {
            PluginFolder inside = new PluginFolder(path, finder.jars(), services);
            problems.addAll(inside.problems());
            idle.addAll(inside.idle());
        });
        return new PluginCatalog(plugins, kinds, problems, idle);
    }

    /** What is wrong with plugins that were found, and with jars in the folder of plugins; each names the jar. */
    public List<PluginProblem> problems() {
        return problems;
    }

    /** What to say of each jar in the folder of plugins that holds no plugin. */
    public List<String> idle() {
        return idle;
    }

    /**
     * Whether this is the first time that a key is told to have another name now: a command or a program reads one
     * config several times with the same plugins, and is to hear it once.
     *
     * @param key the former name in full
     */
    public boolean isFirstTold(String key) {
        return told.add(key);
    }

    /** All plugins, by kind and then by name. */
    public List<Plugin> plugins() {
        return plugins.values().stream()
                .flatMap(named -> named.values().stream())
                .sorted(Comparator.comparing(Plugin::kind).thenComparing(Plugin::name))
                .toList();
    }

    public Optional<PolicyProvider<?>> policy(String name) {
        return provider(PluginKind.POLICY, name).map(p -> (PolicyProvider<?>) p);
    }

    public Optional<AlgorithmProvider<?>> algorithm(String name) {
        return provider(PluginKind.ALGORITHM, name).map(p -> (AlgorithmProvider<?>) p);
    }

    public Optional<CriticProvider<?>> critic(String name) {
        return provider(PluginKind.CRITIC, name).map(p -> (CriticProvider<?>) p);
    }

    public Optional<RewardProvider<?>> reward(String name) {
        return provider(PluginKind.REWARD, name).map(p -> (RewardProvider<?>) p);
    }

    public Optional<GoldProvider<?>> gold(String name) {
        return provider(PluginKind.GOLD, name).map(p -> (GoldProvider<?>) p);
    }

    /** A plugin of a kind by its name. */
    public Optional<Plugin> plugin(PluginKind kind, String name) {
        return Optional.ofNullable(ofKind(kind).get(name));
    }

    private Optional<PluginProvider<?>> provider(PluginKind kind, String name) {
        return plugin(kind, name).map(Plugin::provider);
    }

    /** The names of a kind, sorted. */
    public Set<String> names(PluginKind kind) {
        return Set.copyOf(ofKind(kind).keySet());
    }

    /** All providers of policies, by name. */
    public Collection<PolicyProvider<?>> policies() {
        List<PolicyProvider<?>> all = new ArrayList<>();
        for (Plugin p : ofKind(PluginKind.POLICY).values()) {
            all.add((PolicyProvider<?>) p.provider());
        }
        return all;
    }

    /** Who serves which kind of oracle case. */
    public Map<String, OracleKind> oracleKinds() {
        return Map.copyOf(oracleKinds);
    }

    /** What to say where a config names a plugin that does not exist, or cannot be used. */
    public String unknown(PluginKind kind, String name) {
        String described = PluginFinder.described(kind, name);
        for (PluginProblem problem : problems) {
            if (problem.withheld().contains(described)) {
                return problem.message();
            }
        }
        String others = problems.isEmpty()
                ? ""
                : " These cannot be used: "
                        + String.join(
                                " ",
                                problems.stream().map(PluginProblem::message).toList());
        String variant = ofKind(kind).values().stream()
                .flatMap(p -> p.variant(name).stream())
                .sorted()
                .findFirst()
                .map(overrides -> "It is a setting of another one: " + overrides + ". ")
                .orElse("");
        String known = variant.isEmpty()
                ? Names.suggest(name, names(kind))
                : variant + "Known: " + new TreeSet<>(names(kind)) + ".";
        return "no " + kind.label() + " plugin is named '" + name + "'. " + known
                + " A plugin is a jar in the plugins folder or on the class path." + others;
    }

    private Map<String, Plugin> ofKind(PluginKind kind) {
        return plugins.getOrDefault(kind, Map.of());
    }
}
