package org.tempera.runtime;

import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.TypeLiteral;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.tempera.base.BuildInfo;
import org.tempera.base.text.Secrets;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.plugin.PluginProvenance;
import org.tempera.core.train.Progress;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.RunOutcome;
import org.tempera.core.train.Trainer;
import org.tempera.core.train.TrainingRun;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.train.WrittenNames;
import org.tempera.core.workers.Group;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.StopSignal;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plugin.Plugin;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.UserException;
import org.tensorflow.TensorFlow;

/** A run that is built and holds the lock of its folder. Owns native memory. */
public final class OpenRun implements AutoCloseable {
    private final RunConfig config;
    private final RunFolder folder;
    private final TrainingParts parts;
    private final Group group;
    private final TrainingRun run;
    private final ProvenanceWriter provenance;
    private final List<RunListener> listeners;

    private static final Key<Set<MetricSink>> SINKS = Key.get(new TypeLiteral<Set<MetricSink>>() {});
    static final Key<Set<RunListener>> LISTENERS = Key.get(new TypeLiteral<Set<RunListener>>() {});

    /** Makes the run of its parts. */
    @FunctionalInterface
    private interface Opener {
        TrainingRun open(
                TrainingSpec spec,
                Group group,
                ProvenanceWriter provenance,
                List<MetricSink> sinks,
                RunListener listener);
    }

    private OpenRun(
            RunConfig config,
            RunFolder folder,
            TrainingParts parts,
            Group group,
            TrainingRun run,
            ProvenanceWriter provenance,
            List<RunListener> listeners) {
        this.config = config;
        this.folder = folder;
        this.parts = parts;
        this.group = group;
        this.run = run;
        this.provenance = provenance;
        this.listeners = listeners;
    }

    /** Builds a new run; its folder gets the effective config and the provenance once that has worked. */
    static OpenRun start(RunConfig config, boolean replace, PluginCatalog plugins, Module followers) {
        requireFirst(config);
        Path output = config.run().output();
        if (replace) {
            ReplacedFolder.requireNotRead(config, output);
        }
        RunFolder folder = replace ? RunFolder.replace(output, WrittenNames::contain) : RunFolder.create(output);
        return open(config, folder, plugins, followers, spec -> {}, (spec, group, provenance, sinks, listener) -> {
            building(spec, listener);
            TrainingRun run = TrainingRun.start(spec, group, folder, Optional.of(provenance::ruler), sinks);
            try {
                RunFolder.writeText(folder.config(), config.effective().renderWithOrigins());
                RunDescription.of(config).write(folder);
                provenance.write(p -> p.write(folder));
                return run;
            } catch (RuntimeException | Error e) {
                run.close();
                throw e;
            }
        });
    }

    /** Builds a run that goes on from its newest checkpoint. */
    static OpenRun resume(RunConfig config, Path path, boolean changed, PluginCatalog plugins, Module followers) {
        requireFirst(config);
        RunFolder folder = RunFolder.resume(path);
        Consumer<TrainingSpec> saved = spec -> TrainingRun.requireSaved(spec, folder);
        return open(config, folder, plugins, followers, saved, (spec, group, provenance, sinks, listener) -> {
            ResumeCheck.require(
                    folder,
                    () -> EarlierRuler.of(
                            folder,
                            config,
                            spec.policy().guidance(),
                            provenance.ruler(),
                            provenance.provenance(),
                            plugins),
                    provenance.ruler(),
                    provenance.provenance(),
                    config.effective().values(),
                    spec.learnsFromChoices());
            building(spec, listener);
            TrainingRun run = TrainingRun.resume(spec, group, folder, Optional.of(provenance::ruler), sinks);
            try {
                if (changed) {
                    RunFolder.writeText(folder.config(), config.effective().renderWithOrigins());
                }
                int epoch = run.trainer().epoch();
                WorkShares.of(Provenance.threadsBefore(folder, epoch))
                        .flatMap(before -> before.changedTo(
                                WorkShares.of(spec), config.run().cluster().gradients()))
                        .ifPresent(listener::warned);
                RunFacts now = RunDescription.of(config);
                RunFacts.read(folder)
                        .map(before -> before.goingOnAs(now, epoch))
                        .orElse(now)
                        .write(folder);
                provenance.write(p -> p.writeResumed(folder, epoch));
                return run;
            } catch (RuntimeException | Error e) {
                run.close();
                throw e;
            }
        });
    }

    /** Says that a run is built, once it is known that its parts fit together: a mistake in them is told by itself. */
    static void building(TrainingSpec spec, RunListener listener) {
        spec.check();
        listener.building();
    }

    /** Another one would train without being told what, and leave a folder of its own. */
    private static void requireFirst(RunConfig config) {
        int index = config.run().cluster().index();
        if (index > 0) {
            throw new UserException("run.cluster.index: expected 0 for who opens the run, found " + index
                    + ". The other workers join it (Tempera.join).");
        }
    }

    /**
     * @param first checks what is known without the other workers: before this process starts them, or once they have
     *     come, who would wait for this one in vain
     */
    private static OpenRun open(
            RunConfig config,
            RunFolder folder,
            PluginCatalog plugins,
            Module followers,
            Consumer<TrainingSpec> first,
            Opener opener) {
        try {
            NativeLibrary library = NativeLibrary.load();
            TrainingParts parts = TrainingParts.create(config);
            try {
                return parts.guard()
                        .call(() -> build(config, folder, parts, library, plugins, followers, first, opener));
            } catch (RuntimeException | Error e) {
                parts.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            folder.abandon();
            throw e;
        }
    }

    private static OpenRun build(
            RunConfig config,
            RunFolder folder,
            TrainingParts parts,
            NativeLibrary library,
            PluginCatalog plugins,
            Module followers,
            Consumer<TrainingSpec> first,
            Opener opener) {
        Injector injector = TrainingModule.injector(new TrainingModule(parts), followers);
        TrainingSpec spec = bound(injector, Key.get(TrainingSpec.class));
        library.await();
        OtherWorkers others = bound(injector, Key.get(OtherWorkers.class));
        boolean come = others == OtherWorkers.BY_THEMSELVES;
        if (!come) {
            first.accept(spec);
        }
        ProvenanceWriter provenance = new ProvenanceWriter(
                () -> provenance(config, spec, plugins), () -> RunRuler.of(parts, spec.evaluator()));
        try {
            // Whoever follows the run is there before it is opened: a run that nobody gets would not be closed.
            List<RunListener> listeners = List.copyOf(bound(injector, LISTENERS));
            List<MetricSink> sinks = List.copyOf(bound(injector, SINKS));
            RunListener listener = RunListener.all(listeners);
            try {
                Group group =
                        WorkerGroups.of(spec, others, bound(injector, Key.get(StopSignal.class)), listener::waiting);
                try {
                    if (come) {
                        first.accept(spec);
                    }
                    group.requireAlike(
                            spec.run().cluster().isMany()
                                    ? WorkerGroups.facts(config, spec, provenance.provenance())
                                    : Map.of());
                    TrainingRun run = opener.open(spec, group, provenance, sinks, listener);
                    return new OpenRun(config, folder, parts, group, run, provenance, listeners);
                } catch (RuntimeException | Error e) {
                    group.failed(e);
                    group.close();
                    throw e;
                }
            } catch (RuntimeException | Error e) {
                sinks.forEach(sink -> closeAfter(e, sink));
                throw e;
            }
        } catch (RuntimeException | Error e) {
            provenance.close();
            throw e;
        }
    }

    /** Closes a sink of a run that could not be opened, which is what is told. */
    private static void closeAfter(Throwable failure, MetricSink sink) {
        try {
            sink.close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /** What a program's module may have bound. */
    static <T> T bound(Injector injector, Key<T> key) {
        try {
            return injector.getInstance(key);
        } catch (ProvisionException e) {
            String why = e.getErrorMessages().stream()
                    .map(m -> (m.getCause() == null ? m.getMessage() : String.valueOf(m.getCause())) + ", bound at "
                            + m.getSource())
                    .sorted()
                    .collect(Collectors.joining("; "));
            throw new UserException(
                    "the binding of " + key.getTypeLiteral() + " cannot be given (" + why
                            + "). Mend what the program's module binds.",
                    e);
        }
    }

    public RunConfig config() {
        return config;
    }

    /** Whether an epoch is pairs of a file of choices, and nothing is drawn to learn from. */
    public boolean learnsFromChoices() {
        return parts.choices().isPresent();
    }

    /** The run folder. */
    public Path folder() {
        return folder.path();
    }

    /** The trainer, for who wants to look closer; what it throws is as plugins have worded it. */
    public Trainer trainer() {
        return run.trainer();
    }

    /**
     * Trains until the last epoch, or until asked to stop.
     *
     * @param listener told of batches, updates, evaluations and saves
     * @throws org.tempera.spi.UserException if it cannot go on; what was complete before is saved
     */
    public RunOutcome run(RunListener listener) {
        Map<String, String> facts = RunDescription.of(config).forReport();
        BuildInfo build = BuildInfo.current();
        facts.put("tempera", build.version() + " (" + build.description() + ")");
        return MaskedFailure.within(secrets(), () -> parts.guard().call(() -> {
            List<RunListener> all = new ArrayList<>(listeners);
            all.add(listener);
            RunOutcome outcome = run.run(facts, RunListener.all(all));
            provenance.await();
            return outcome;
        }));
    }

    /** The same, followed from epoch to epoch. */
    public RunOutcome run(Consumer<Progress> epochs) {
        return run(RunListener.ofEpochs(epochs));
    }

    /**
     * Asks the run to stop at the end of its present denoising step or micro-batch, saved; may be called from another
     * thread.
     */
    public void requestStop() {
        run.requestStop();
    }

    private Secrets secrets() {
        return config.effective().secrets();
    }

    @Override
    public void close() {
        MaskedFailure.within(secrets(), () -> {
            try (folder;
                    parts;
                    provenance;
                    group) {
                run.close();
            }
        });
    }

    /** The rewards of a run and their roles, for people. */
    public static String rewards(RunConfig config) {
        return RunDescription.of(config).rewardsAndRoles();
    }

    static Provenance provenance(RunConfig config, TrainingSpec spec, PluginCatalog plugins) {
        Provenance provenance = Provenance.collect(
                spec.clock().instant(),
                config.effective().render(),
                config.run().seed(),
                TensorFlow.version(),
                WorkShares.byName(spec));
        provenance.with("plugins", plugins(config, plugins));
        spec.choices()
                .filter(c -> spec.learnsFromChoices())
                .ifPresentOrElse(
                        c -> {
                            provenance.withFile("choices", c.file());
                            provenance.withHash(
                                    "pictures of the choices", c.file().toString(), c.hashOfPictures());
                        },
                        () -> provenance.withFile(
                                ResumeCheck.TRAINED, config.sampling().prompts()));
        config.evaluation().prompts().ifPresent(p -> provenance.withFile("evaluation prompts", p));
        hashes(provenance, "policy", spec.policy(), spec.policy()::provenance);
        spec.usedCritic().ifPresent(c -> hashes(provenance, "critic", c, c::provenance));
        spec.rewards().forEach(r -> hashes(provenance, "reward " + r.name(), r.reward(), r.reward()::provenance));
        spec.gold().ifPresent(g -> hashes(provenance, "gold", g, g::provenance));
        Map<String, Object> preprocessing = new TreeMap<>();
        spec.rewards()
                .forEach(
                        r -> r.reward().preprocessing().ifPresent(how -> preprocessing.put("reward " + r.name(), how)));
        provenance.with("preprocessing", preprocessing);
        return provenance;
    }

    private static void hashes(Provenance provenance, String role, Object made, Supplier<Map<String, String>> files) {
        new TreeMap<>(PluginProvenance.of("the " + role, made, files))
                .forEach((file, sha256) -> provenance.withHash(role + ": " + file, file, sha256));
    }

    private static Map<String, Object> plugins(RunConfig config, PluginCatalog catalog) {
        Map<String, Object> used = new TreeMap<>();
        List<String> names = config.rewards().stream()
                .map(RewardSelection::plugin)
                .map(p -> "reward " + p.name())
                .collect(Collectors.toList());
        names.add("policy " + config.policy().name());
        names.add("algorithm " + config.algorithm().name());
        config.wrapped().ifPresent(a -> names.add("algorithm " + a.name()));
        config.critic().ifPresent(c -> names.add("critic " + c.name()));
        config.gold().ifPresent(g -> names.add("gold " + g.name()));
        for (Plugin p : catalog.plugins()) {
            String name = p.kind().label() + " " + p.name();
            if (names.contains(name)) {
                used.put(
                        name,
                        Map.of(
                                "jar", p.jar().name(),
                                "version", p.jar().version().orElse("unknown")));
            }
        }
        return used;
    }
}
