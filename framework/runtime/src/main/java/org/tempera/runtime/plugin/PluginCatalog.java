package org.tempera.runtime.plugin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.tempera.runtime.config.ConfigRecords;
import org.tempera.runtime.config.Names;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.reward.RewardProvider;
import org.tempera.spi.verify.OracleKind;

/** Every plugin that a class loader sees, by kind and name. Immutable. */
public final class PluginCatalog {
    private final Map<PluginKind, Map<String, Plugin>> plugins;
    private final Map<String, OracleKind> oracleKinds;

    private PluginCatalog(Map<PluginKind, Map<String, Plugin>> plugins, Map<String, OracleKind> oracleKinds) {
        this.plugins = plugins;
        this.oracleKinds = oracleKinds;
    }

    /**
     * Finds all plugins.
     *
     * @throws UserException with everything that is wrong: a provider that cannot be made, a name that is not kebab-case,
     *     two plugins of one name in a kind (with both jars)
     */
    public static PluginCatalog load(ClassLoader loader) {
        List<String> problems = new ArrayList<>();
        Map<PluginKind, Map<String, Plugin>> plugins = new EnumMap<>(PluginKind.class);
        for (PluginKind kind : PluginKind.values()) {
            Map<String, Plugin> ofKind = new TreeMap<>();
            plugins.put(kind, ofKind);
            each(kind.service(), loader, problems, (provider, jar) -> {
                PluginProvider<?> p = provider;
                guarded(kind.label() + " plugin " + p.getClass().getName() + " in " + jar.location(), problems, () -> {
                    problems.addAll(faults(kind, p, jar));
                    Plugin before = ofKind.putIfAbsent(p.name(), new Plugin(kind, p, jar));
                    if (before != null) {
                        problems.add("two " + kind.label() + " plugins are named '" + p.name() + "': "
                                + before.provider().getClass().getName() + " in "
                                + before.jar().location() + " and "
                                + p.getClass().getName() + " in " + jar.location()
                                + ". Remove one of the jars, or rename one plugin.");
                    }
                });
            });
        }
        Map<String, OracleKind> kinds = new TreeMap<>();
        Map<String, PluginJar> jars = new TreeMap<>();
        each(OracleKind.class, loader, problems, (kind, jar) -> {
            PluginJar before = jars.putIfAbsent(kind.kind(), jar);
            if (before == null) {
                kinds.put(kind.kind(), kind);
            } else {
                problems.add("two plugins serve the oracle kind '" + kind.kind() + "': one in " + before.location()
                        + " and one in " + jar.location() + ". Remove one of the jars.");
            }
        });
        if (!problems.isEmpty()) {
            throw new UserException(problems.size() + (problems.size() == 1 ? " problem" : " problems")
                    + " with the plugins:\n  - " + String.join("\n  - ", problems));
        }
        return new PluginCatalog(plugins, kinds);
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
    public Optional<PluginProvider<?>> provider(PluginKind kind, String name) {
        Plugin found = ofKind(kind).get(name);
        return found == null ? Optional.empty() : Optional.of(found.provider());
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

    /** What to say where a config names a plugin that does not exist. */
    public String unknown(PluginKind kind, String name) {
        return "no " + kind.label() + " plugin is named '" + name + "'. " + Names.suggest(name, names(kind))
                + " A plugin is a jar in the plugins folder or on the class path.";
    }

    private Map<String, Plugin> ofKind(PluginKind kind) {
        return plugins.getOrDefault(kind, Map.of());
    }

    private static List<String> faults(PluginKind kind, PluginProvider<?> provider, PluginJar jar) {
        List<String> faults = new ArrayList<>();
        String who = kind.label() + " plugin " + provider.getClass().getName() + " in " + jar.location();
        if (!Names.isKebab(provider.name())) {
            faults.add(who + ": its name must be kebab-case, such as 'my-reward', was '" + provider.name() + "'.");
        }
        ConfigRecords.fault(provider, kind == PluginKind.REWARD)
                .ifPresent(fault -> faults.add(who + ": " + fault + "."));
        return faults;
    }

    private static <T> void each(
            Class<T> service, ClassLoader loader, List<String> problems, BiConsumer<T, PluginJar> found) {
        Iterator<ServiceLoader.Provider<T>> providers =
                ServiceLoader.load(service, loader).stream().iterator();
        while (true) {
            Optional<T> next;
            try {
                if (!providers.hasNext()) {
                    break;
                }
                next = Optional.of(providers.next().get());
            } catch (ServiceConfigurationError e) {
                // The iterator goes on with the next one.
                problems.add(e.getMessage() + because(e) + ". Rebuild the plugin against this version, or remove it.");
                continue;
            }
            next.ifPresent(provider -> found.accept(provider, PluginJar.of(provider.getClass())));
        }
        try {
            ServiceFiles.providedTwice(service, loader)
                    .forEach((type, jars) -> problems.add("the plugin " + type + " is in " + jars.size() + " jars: "
                            + String.join(" and ", jars) + ". Keep one of them."));
        } catch (IOException e) {
            throw new UserException("the service files of plugins cannot be read: " + e.getMessage(), e);
        }
    }

    /** A plugin is other people's code: whatever it throws here names it. */
    private static void guarded(String who, List<String> problems, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError e) {
            problems.add(who + ": " + e + ". Rebuild the plugin against this version, or remove it.");
        }
    }

    private static String because(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            text.append(": ").append(cause);
        }
        return text.toString();
    }
}
