package org.tempera.runtime.plugin;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tempera.core.plugin.FailureReason;
import org.tempera.runtime.config.ConfigRecords;
import org.tempera.runtime.config.Names;
import org.tempera.spi.PluginProvider;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.AlgorithmWrapper;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.verify.OracleKind;

/**
 * Finds the plugins that a class loader sees. A plugin is other people's code: whatever it throws is noted with its
 * class and jar, and the others go on without it.
 */
final class PluginFinder {
    private final ClassLoader loader;
    private final Optional<Path> folder;
    private final List<PluginProblem> problems = new ArrayList<>();
    private final Set<String> jars = new TreeSet<>();

    /**
     * A finder.
     *
     * @param folder the folder of plugins, where there is one
     */
    PluginFinder(ClassLoader loader, Optional<Path> folder) {
        this.loader = loader;
        this.folder = folder;
    }

    /** An object that serves, and the jar that names it. */
    private record Found<T>(T provider, PluginJar jar) {}

    /** What was found wrong, in order. */
    List<PluginProblem> problems() {
        return problems;
    }

    /** Every jar and folder that names a class for one of the services that were asked for. */
    Set<String> jars() {
        return jars;
    }

    /** The plugins of a kind that can be used, by name. */
    @SuppressWarnings("rawtypes") // the class of a generic service
    Map<String, Plugin> ofKind(PluginKind kind) {
        Map<String, List<Plugin>> byName = new TreeMap<>();
        for (Found<? extends PluginProvider> found : providers(kind.service(), kind.label())) {
            PluginProvider<?> provider = found.provider();
            plugin(kind, provider, found.jar()).ifPresent(p -> byName.computeIfAbsent(p.name(), k -> new ArrayList<>())
                    .add(p));
        }
        Map<String, Plugin> plugins = new TreeMap<>();
        byName.forEach((name, all) -> {
            List<Plugin> own = all.stream().filter(this::isBuiltIn).toList();
            if (all.size() == 1) {
                plugins.put(name, all.get(0));
            } else if (own.size() == 1) {
                // No jar that is dropped in takes away what Tempera has.
                plugins.put(name, own.get(0));
                all.stream()
                        .filter(p -> !own.contains(p))
                        .forEach(p -> problems.add(new PluginProblem(kind.label() + " plugin "
                                + p.provider().getClass().getName() + " in "
                                + p.jar().location() + " is left out: '" + name
                                + "' is the name of one that Tempera has"
                                + " itself. Rename the plugin, or remove the jar.")));
            } else {
                problems.add(new PluginProblem(
                        all.size() == 2 ? twoOf(kind, name, all.get(0), all.get(1)) : severalOf(kind, name, all),
                        List.of(described(kind, name))));
            }
        });
        return plugins;
    }

    /** Whether Tempera brings a plugin: it is a class of Tempera's, and not in a jar of the folder of plugins. */
    private boolean isBuiltIn(Plugin plugin) {
        return plugin.provider().getClass().getName().startsWith("org.tempera.")
                && folder.filter(plugin.jar()::isIn).isEmpty();
    }

    /** How a plugin is called where it is withheld. */
    static String described(PluginKind kind, String name) {
        return kind.label() + " '" + name + "'";
    }

    private static String twoOf(PluginKind kind, String name, Plugin one, Plugin other) {
        String type = one.provider().getClass().getName();
        if (one.jar().equals(other.jar())
                || !type.equals(other.provider().getClass().getName())) {
            return "two " + kind.label() + " plugins are named '" + name + "': " + type + " in "
                    + one.jar().location() + " and "
                    + other.provider().getClass().getName() + " in "
                    + other.jar().location() + ". Remove one of the jars, or rename one plugin.";
        }
        return severalOf(kind, name, List.of(one, other));
    }

    private static String severalOf(PluginKind kind, String name, List<Plugin> all) {
        return "the " + kind.label() + " plugin '" + name + "' ("
                + all.get(0).provider().getClass().getName() + ") is in " + all.size() + " jars: "
                + String.join(" and ", all.stream().map(p -> p.jar().location()).toList())
                + ". Keep one of them.";
    }

    private Optional<Plugin> plugin(PluginKind kind, PluginProvider<?> provider, PluginJar jar) {
        String who = kind.label() + " plugin " + provider.getClass().getName() + " in " + jar.location();
        return attempt(who, () -> {
            @Nullable String name = provider.name();
            if (name == null || !Names.isKebab(name)) {
                throw new Unfit("its name must be kebab-case, such as 'my-reward', was '" + name + "'");
            }
            @Nullable Record defaults = provider.defaults();
            Optional<String> fault = ConfigRecords.fault(provider.configType(), defaults, kind == PluginKind.REWARD);
            if (defaults == null || fault.isPresent()) {
                throw new Unfit(fault.orElse("its defaults must not be null"));
            }
            @Nullable String description = provider.description();
            if (description == null) {
                throw new Unfit("its description must not be null");
            }
            return new Plugin(
                    kind,
                    name,
                    description,
                    provider,
                    defaults,
                    factor(provider),
                    behaviour(provider),
                    variants(provider),
                    jar);
        });
    }

    private static Optional<Double> factor(PluginProvider<?> provider) throws Unfit {
        // Around another, an algorithm learns at that one's rate.
        if (!(provider instanceof AlgorithmProvider<?> algorithm) || provider instanceof AlgorithmWrapper<?>) {
            return Optional.empty();
        }
        double factor = algorithm.learningRateFactor();
        if (!(factor > 0 && Double.isFinite(factor))) {
            throw new Unfit("its learningRateFactor() must be greater than 0 and finite, was " + factor);
        }
        return Optional.of(factor);
    }

    private static Optional<BehaviourSettings> behaviour(PluginProvider<?> provider) throws Unfit {
        if (!(provider instanceof AlgorithmProvider<?> algorithm) || provider instanceof AlgorithmWrapper<?>) {
            return Optional.empty();
        }
        @Nullable BehaviourSettings behaviour = algorithm.behaviour();
        if (behaviour == null) {
            throw new Unfit("its behaviour() must not be null");
        }
        return Optional.of(behaviour);
    }

    private static Map<String, List<String>> variants(PluginProvider<?> provider) throws Unfit {
        if (!(provider instanceof AlgorithmProvider<?> algorithm)) {
            return Map.of();
        }
        @Nullable Map<String, List<String>> variants = algorithm.variants();
        if (variants == null) {
            throw new Unfit("its variants() must not be null");
        }
        return variants;
    }

    /** Who serves which kind of oracle case. */
    Map<String, OracleKind> oracleKinds() {
        Map<String, OracleKind> kinds = new TreeMap<>();
        Map<String, PluginJar> jars = new TreeMap<>();
        for (Found<OracleKind> found : providers(OracleKind.class, "oracle")) {
            String who = "oracle plugin " + found.provider().getClass().getName() + " in "
                    + found.jar().location();
            attempt(who, () -> String.valueOf(found.provider().kind())).ifPresent(name -> {
                PluginJar before = jars.putIfAbsent(name, found.jar());
                if (before == null) {
                    kinds.put(name, found.provider());
                } else {
                    kinds.remove(name);
                    problems.add(new PluginProblem("two plugins serve the oracle kind '" + name + "': one in "
                            + before.location() + " and one in " + found.jar().location()
                            + ". Remove one of the jars."));
                }
            });
        }
        return kinds;
    }

    /** Objects of a service's classes: one for each jar that names the class, so that none goes unseen. */
    private <T> List<Found<T>> providers(Class<T> service, String label) {
        List<Found<T>> all = new ArrayList<>();
        Map<String, List<String>> named = ServiceFiles.read(service, loader, problems::add);
        named.forEach((type, places) -> {
            jars.addAll(places);
            attempt(label + " plugin " + type + " in " + String.join(" and ", places), () -> make(service, type))
                    .ifPresent(made -> holders(service, type, places)
                            .forEach(place -> all.add(new Found<>(made, PluginJar.at(place)))));
        });
        return all;
    }

    /**
     * The places that a plugin is in; those that only name another's class are told. A class apart from its service
     * file is fine.
     */
    private List<String> holders(Class<?> service, String type, List<String> places) {
        List<String> holders =
                places.stream().filter(place -> PluginJar.holds(place, type)).toList();
        if (holders.isEmpty()) {
            return places;
        }
        places.stream()
                .filter(place -> !holders.contains(place))
                .forEach(place -> problems.add(new PluginProblem(place + ": its service file " + ServiceFiles.FOLDER
                        + service.getName() + " names " + type + ", which is a class of " + holders.get(0)
                        + ". Mend the file, or remove the jar.")));
        return holders;
    }

    private <T> T make(Class<T> service, String type) throws Throwable {
        Class<?> found;
        try {
            found = Class.forName(type, false, loader);
        } catch (ClassNotFoundException e) {
            throw new Unfit("the service file " + ServiceFiles.FOLDER + service.getName()
                    + " names this class, which is in no jar. Mend the file or the class's name");
        }
        if (!service.isAssignableFrom(found)) {
            throw new Unfit(isNo(service, found));
        }
        if (!Modifier.isPublic(found.getModifiers()) || Modifier.isAbstract(found.getModifiers())) {
            throw new Unfit("a provider must be a public class that is not abstract");
        }
        Constructor<?> constructor;
        try {
            constructor = found.getConstructor();
        } catch (NoSuchMethodException e) {
            throw new Unfit("a provider needs a public constructor without arguments");
        }
        try {
            return service.cast(constructor.newInstance());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static String isNo(Class<?> service, Class<?> found) {
        for (PluginKind kind : PluginKind.values()) {
            if (kind.service().isAssignableFrom(found)) {
                return "it is no " + service.getSimpleName() + " but a "
                        + kind.service().getSimpleName() + ". Name it in " + ServiceFiles.FOLDER
                        + kind.service().getName();
            }
        }
        for (Class<?> type : found.getInterfaces()) {
            if (type.getName().equals(service.getName())) {
                return "its jar brings a copy of Tempera's own classes. Build it with tempera-spi in scope 'provided'";
            }
        }
        return "it does not implement " + service.getName();
    }

    /** What is wrong with a plugin, in words. */
    private static final class Unfit extends Exception {
        private static final long serialVersionUID = 1L;

        Unfit(String message) {
            super(message);
        }
    }

    /** Something that may throw anything. */
    private interface Attempt<T> {
        T make() throws Throwable;
    }

    private <T> Optional<T> attempt(String who, Attempt<T> attempt) {
        try {
            return Optional.of(attempt.make());
        } catch (OutOfMemoryError e) {
            throw e;
        } catch (Unfit e) {
            problems.add(new PluginProblem(who + ": " + e.getMessage() + "."));
        } catch (Throwable e) {
            problems.add(new PluginProblem(who + ": " + FailureReason.of(e) + "."));
        }
        return Optional.empty();
    }
}
