package org.tempera.runtime;

import com.google.inject.Module;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import com.google.inject.util.Modules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tempera.base.text.Secrets;
import org.tempera.core.bench.Benchmark;
import org.tempera.core.bench.BenchmarkResult;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.plugin.PluginGuard;
import org.tempera.core.reward.NamedReward;
import org.tempera.core.reward.OpenScorer;
import org.tempera.core.reward.PictureScorer;
import org.tempera.core.sample.SampledWeights;
import org.tempera.core.train.RunListener;
import org.tempera.core.train.TrainingSpec;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.archive.RunRecords;
import org.tempera.record.compare.Comparison;
import org.tempera.record.evaluation.ModelEvaluation;
import org.tempera.record.metrics.MetricSink;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.AtEqualReward;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.runtime.config.RecordBinder;
import org.tempera.runtime.config.RewardSelection;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.Selection;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.runtime.plugin.PluginKind;
import org.tempera.runtime.sweep.Processes;
import org.tempera.runtime.sweep.Sweep;
import org.tempera.runtime.sweep.SweepPlan;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.PolicyProvider;
import org.tempera.spi.policy.PolicyProvider.AdapterLayout;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;
import org.tempera.spi.verify.OracleKind;
import org.tempera.verify.GraphOracleRunner;
import org.tempera.verify.RewardOracle;
import org.tempera.verify.Verifier;

/**
 * Everything that the command line does, for programs.
 *
 * <pre>{@code
 * Tempera tempera = Tempera.load(MyApp.class.getClassLoader());
 * try (OpenRun run = tempera.start(tempera.config(Path.of("run.conf"), List.of("run.seed=7")))) {
 *     RunOutcome outcome = run.run(progress -> System.out.println(progress));
 * }
 * }</pre>
 *
 * <p>Holds no state besides the plugins that were found and the secrets of the configurations that were read; several
 * runs may live in one JVM, each in its own folder.
 */
public final class Tempera {
    private final PluginCatalog plugins;
    private final Secrets secrets;
    private final Module followers;

    private Tempera(PluginCatalog plugins, Secrets secrets, Module followers) {
        this.plugins = plugins;
        this.secrets = secrets;
        this.followers = followers;
    }

    /**
     * Finds the plugins that a class loader sees. One that cannot be used is passed over:
     * {@link PluginCatalog#problems} says why, and so does a config that names it.
     */
    public static Tempera load(ClassLoader loader) {
        return load(loader, Optional.empty(), new Secrets());
    }

    /**
     * Finds the plugins that a class loader sees.
     *
     * @param plugins the folder that the loader's plugin jars lie in: those that Java cannot read are problems too
     */
    public static Tempera load(ClassLoader loader, Path plugins) {
        return load(loader, Optional.of(plugins), new Secrets());
    }

    /**
     * The same.
     *
     * @param secrets gets those of the configurations that are read
     */
    public static Tempera load(ClassLoader loader, Optional<Path> plugins, Secrets secrets) {
        return new Tempera(PluginCatalog.load(loader, plugins), secrets, Modules.EMPTY_MODULE);
    }

    /**
     * The same facade, whose runs are followed by what a module binds: {@link org.tempera.core.train.RunListener}s and
     * {@link MetricSink}s (which take a run's numbers, texts and pictures besides its folder, and are closed with it),
     * each into the set of its kind by a {@link com.google.inject.multibindings.Multibinder}; an
     * {@link org.tempera.core.train.Evaluator} that measures the policy and a {@link java.time.InstantSource} that
     * tells the time, each by an {@link com.google.inject.multibindings.OptionalBinder}. Every run asks for them anew.
     */
    public Tempera with(Module followers) {
        return new Tempera(plugins, secrets, Modules.combine(this.followers, followers));
    }

    /** The same facade, whose runs a listener follows from when they are opened. */
    public Tempera followedBy(RunListener listener) {
        return with(binder ->
                Multibinder.newSetBinder(binder, RunListener.class).addBinding().toInstance(listener));
    }

    /**
     * The same facade, whose runs wait for the other workers ({@code run.cluster}) until a signal is given. As where
     * the waiting thread is interrupted, a {@link StopSignal.StoppedException} ends the waiting then. A run that is
     * built is stopped by {@link OpenRun#requestStop}.
     */
    public Tempera waitingUntil(StopSignal stop) {
        return with(binder -> OptionalBinder.newOptionalBinder(binder, StopSignal.class)
                .setBinding()
                .toInstance(stop));
    }

    /** The same facade, whose runs of several workers have the others started before they wait for them. */
    public Tempera startingOthers(OtherWorkers others) {
        return with(binder -> OptionalBinder.newOptionalBinder(binder, OtherWorkers.class)
                .setBinding()
                .toInstance(others));
    }

    /**
     * Times a run's epochs, after one that is not counted; writes nothing.
     *
     * @throws org.tempera.spi.UserException as {@link #start}; if several workers train the run
     */
    public BenchmarkResult benchmark(RunConfig config, int epochs, boolean cold) {
        learnt(config);
        if (config.run().cluster().isMany()) {
            throw new UserException("bench: times one process, and run.cluster.workers names "
                    + config.run().cluster().count()
                    + ". Set run.cluster.workers=[] (and run.cluster.index=0); what workers take is in the metrics of"
                    + " their run, as time/*.");
        }
        return discreetly(() -> {
            NativeLibrary library = NativeLibrary.load();
            try (TrainingParts parts = TrainingParts.create(config)) {
                return parts.guard().call(() -> {
                    TrainingSpec spec =
                            TrainingModule.injector(new TrainingModule(parts)).getInstance(TrainingSpec.class);
                    library.await();
                    return Benchmark.run(spec, epochs, cold);
                });
            }
        });
    }

    /**
     * Plans a run: builds its graph, by which it is known what it takes, and reads no weights. The config file is read
     * again for what other values of keys would save.
     *
     * @throws org.tempera.spi.UserException as {@link #config(Path, List)} and {@link #start}
     */
    public OpenPlan plan(Path file, List<String> overrides) {
        return plan(file, overrides, UnaryOperator.identity());
    }

    /**
     * The same, trained by others than the config says: of these, the one that it says is planned.
     *
     * @param workers changes who trains it ({@link RunConfig#trainedBy})
     */
    public OpenPlan plan(Path file, List<String> overrides, UnaryOperator<RunConfig> workers) {
        return discreetly(() -> OpenPlan.open(workers.apply(config(file, overrides)), changes -> {
            List<String> all = new ArrayList<>(overrides);
            all.addAll(changes);
            return workers.apply(config(file, all));
        }));
    }

    /** Computes cases of reference implementations, see {@link org.tempera.verify.OracleFolder}. */
    public Verifier verifier() {
        Map<String, OracleKind> kinds = new HashMap<>(plugins.oracleKinds());
        RewardOracle rewards = new RewardOracle(this::reward);
        kinds.putIfAbsent(rewards.kind(), rewards);
        List<PolicyProvider<?>> policies = List.copyOf(plugins.policies());
        return new Verifier(
                kinds, () -> new GraphOracleRunner(policies, ThreadSettings.forThisMachine(), this::reward));
    }

    /**
     * Makes a reward from plain data.
     *
     * @param config its keys, such as of a JSON object
     * @param origin what the data is, for messages
     * @param folder where relative paths start
     * @throws org.tempera.spi.UserException if there is no such reward, or its config or files cannot be used
     */
    public Reward reward(String name, Map<String, Object> config, String origin, Path folder) {
        return discreetly(() -> create(
                plugins.reward(name)
                        .orElseThrow(() -> new UserException(origin + ": " + plugins.unknown(PluginKind.REWARD, name))),
                config,
                origin,
                folder));
    }

    /**
     * Opens a model folder, or a run's model at one of its checkpoints, for drawing pictures.
     *
     * @throws org.tempera.spi.UserException if it is neither, its files cannot be used, or the options do not fit it
     */
    public OpenSampler sampler(Path runOrModel, SampleOptions options) {
        return discreetly(() -> OpenSampler.open(this, runOrModel, options));
    }

    /**
     * Measures a model, or a run at one or all of its checkpoints: pictures of fixed prompts from fixed noise, by any
     * rewards, by how those of one prompt differ, by how far the weights have gone, and by statistics of pictures.
     *
     * @return one for each checkpoint, in the order of their epochs; each with the ruler that measured it
     * @throws org.tempera.spi.UserException if it is neither run nor model, its files or those of a reward cannot be
     *     used, or the options do not fit it
     */
    public List<ModelEvaluation> evaluate(Path runOrModel, EvaluateOptions options, EvaluateProgress progress) {
        return discreetly(() -> ModelEvaluator.evaluate(this, runOrModel, options, progress));
    }

    /**
     * Writes an adapter (LoRA) into a folder, in another library's layout; of a run the weights that its own
     * evaluations measure.
     *
     * @param source an adapter's file or folder, a run (its best checkpoint where it has one, else the last), or one of
     *     its checkpoints
     * @return the files of weights
     * @throws org.tempera.spi.UserException if it is none of these, or cannot be read or written
     */
    public List<Path> exportAdapter(Path source, Path folder, AdapterLayout layout) {
        return discreetly(() -> new AdapterExport(this, plugins).write(source, folder, layout, Optional.empty()));
    }

    /**
     * The same of these weights of a run, which its own evaluations need not have measured.
     *
     * @throws org.tempera.spi.UserException as {@link #exportAdapter(Path, Path, AdapterLayout)}, or if the run keeps
     *     no such weights
     */
    public List<Path> exportAdapter(Path source, Path folder, AdapterLayout layout, SampledWeights weights) {
        return discreetly(() -> new AdapterExport(this, plugins).write(source, folder, layout, Optional.of(weights)));
    }

    /**
     * A scorer of pictures under a reward as its plugin has it by default.
     *
     * @param overrides such as {@code rewards.aesthetic.clip=models/clip}
     * @throws org.tempera.spi.UserException if there is no such reward, or its config or files cannot be used
     */
    public PictureScorer scorer(String reward, List<String> overrides) {
        return discreetly(() -> scorer(RewardSelection.of(reward, overrides, plugins), Precision.FLOAT32));
    }

    /**
     * A scorer of pictures under a reward of a run, in the run's precision.
     *
     * @throws org.tempera.spi.UserException if the run has no such reward, or its files cannot be used
     */
    public PictureScorer scorer(String reward, RunConfig config) {
        return discreetly(
                () -> scorer(chosen(reward, learnt(config)), config.run().precision()));
    }

    static RewardSelection chosen(String reward, RunConfig config) {
        config.effective().requireSecrets("rewards." + reward);
        return config.rewards().stream()
                .filter(r -> r.name().equals(reward))
                .findFirst()
                .orElseThrow(() -> new UserException("the config has no reward '" + reward + "'. It has: "
                        + config.rewards().stream().map(RewardSelection::name).collect(Collectors.joining(", "))
                        + "."));
    }

    private PictureScorer scorer(RewardSelection chosen, Precision precision) {
        return new PictureScorer(chosen.name(), made(chosen), ThreadSettings.forThisMachine(), precision, secrets);
    }

    /**
     * A scorer that keeps its graph, for programs that score pictures as they come; under a reward as its plugin has it
     * by default.
     *
     * @throws org.tempera.spi.UserException as {@link #scorer(String, List)}
     */
    public OpenScorer openScorer(String reward, List<String> overrides) {
        return discreetly(() -> openScorer(RewardSelection.of(reward, overrides, plugins), Precision.FLOAT32));
    }

    /**
     * The same under a reward of a run.
     *
     * @throws org.tempera.spi.UserException as {@link #scorer(String, RunConfig)}
     */
    public OpenScorer openScorer(String reward, RunConfig config) {
        return discreetly(
                () -> openScorer(chosen(reward, learnt(config)), config.run().precision()));
    }

    private OpenScorer openScorer(RewardSelection chosen, Precision precision) {
        return new OpenScorer(chosen.name(), made(chosen), ThreadSettings.forThisMachine(), precision, secrets);
    }

    /** A reward as it scores: with the framework's keys of its block. */
    Reward made(RewardSelection chosen) {
        secrets.addAll(chosen.plugin().secrets());
        NamedReward made = new NamedReward(
                chosen.name(),
                chosen.settings(),
                TrainingParts.reward(chosen.plugin().provider(), chosen.plugin().config(), secrets));
        made.problem().ifPresent(problem -> {
            throw new UserException(problem);
        });
        return made.reward();
    }

    private <C extends Record> Reward create(
            RewardProvider<C> provider, Map<String, Object> config, String origin, Path folder) {
        C bound = PluginGuard.call(
                origin + ": the config of the reward plugin '" + provider.name() + "' cannot be made",
                provider.getClass(),
                () -> RecordBinder.bind(
                        config, origin, folder, provider.configType(), provider.defaults(), provider.name()));
        secrets.addAll(Selection.secrets(bound));
        return TrainingParts.reward(provider, bound, secrets);
    }

    /** Does something; what it throws tells no secret. */
    private <T> T discreetly(Supplier<T> action) {
        return MaskedFailure.within(secrets, action);
    }

    private RunConfig learnt(RunConfig config) {
        secrets.addAll(config.effective().secrets());
        return config;
    }

    /**
     * Secrets of all configurations that were read so far. What is thrown by the methods of this, and of the runs,
     * samplers, scorers and host rewards that it opens, exceptions and errors, has lost them. What a program asks
     * these for ({@link OpenRun#trainer}, {@link OpenSampler#sampler}) throws what plugins throw, and what plugins
     * write into a log of the program's may hold secrets, too: {@code tempera.secrets().masked(text)} does not.
     */
    public Secrets secrets() {
        return secrets;
    }

    /** The plugins that were found. */
    public PluginCatalog plugins() {
        return plugins;
    }

    /**
     * Reads a config file with overrides such as {@code run.seed=7}.
     *
     * @throws org.tempera.runtime.config.ConfigProblems with every problem
     */
    public RunConfig config(Path file, List<String> overrides) {
        return discreetly(() -> learnt(RunConfig.load(file, overrides, plugins)));
    }

    /**
     * Reads a configuration from text, such as a document of a database; it includes nothing.
     *
     * @param hocon what a config file holds
     * @param folder where relative paths start
     * @throws org.tempera.runtime.config.ConfigProblems with every problem
     */
    public RunConfig config(String hocon, Path folder) {
        return discreetly(() -> learnt(RunConfig.of(hocon, folder, plugins)));
    }

    /**
     * Takes a configuration from plain data: maps by key, lists, texts, numbers and booleans.
     *
     * @param values such as {@code Map.of("run", Map.of("seed", 7), ...)}
     * @param folder where relative paths start
     * @throws org.tempera.runtime.config.ConfigProblems with every problem
     */
    public RunConfig config(Map<String, ?> values, Path folder) {
        return discreetly(() -> learnt(RunConfig.of(values, folder, plugins)));
    }

    /**
     * The same, but where the folder of {@code run.output} is taken, the run is to write to the next free name:
     * {@code runs/demo-2} and so on.
     *
     * @throws org.tempera.runtime.config.ConfigProblems with every problem
     */
    public RunConfig configInFreeFolder(Path file, List<String> overrides) {
        RunConfig config = config(file, overrides);
        Path free = RunFolder.free(config.run().output());
        if (free.equals(config.run().output())) {
            return config;
        }
        List<String> all = new ArrayList<>(overrides);
        all.add(output(free));
        return config(file, all);
    }

    private static String output(Path folder) {
        return "run.output=\""
                + folder.toAbsolutePath().toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    /**
     * Builds a new run.
     *
     * @throws org.tempera.spi.UserException if the folder is in use or holds a run, a plugin's files cannot be used, or
     *     the parts do not fit together
     */
    public OpenRun start(RunConfig config) {
        return discreetly(() -> OpenRun.start(learnt(config), false, plugins, followers));
    }

    /**
     * Builds a new run in place of the one that its folder holds, which is removed as soon as the new one is built.
     * Nothing is removed but what a run wrote.
     *
     * @throws org.tempera.spi.UserException as {@link #start}, or if the folder holds anything that no run wrote
     */
    public OpenRun replace(RunConfig config) {
        return discreetly(() -> OpenRun.start(learnt(config), true, plugins, followers));
    }

    /**
     * Goes on with the run that the folder of {@code run.output} holds, or builds a new one where it holds none, or one
     * that stopped before its first checkpoint.
     *
     * @throws org.tempera.spi.UserException as {@link #start}, or if the folder holds a run of another configuration
     */
    public OpenRun startOrResume(RunConfig config) {
        return discreetly(() -> {
            Path folder = config.run().output();
            if (!RunFolder.holdsRun(folder)) {
                return OpenRun.start(learnt(config), false, plugins, followers);
            }
            RunConfig before = config(folder.resolve("config.conf"), List.of(output(folder)));
            GoingOn.requireSame(before, config);
            // Both are the same run; what was written of it has no secrets.
            RunConfig whole = before.effective().lacksSecrets()
                    ? learnt(config)
                    : before.trainedBy(config.run().cluster());
            return GoingOn.hasCheckpoint(folder)
                    ? OpenRun.resume(whole, folder, false, plugins, followers)
                    : OpenRun.start(learnt(config), true, plugins, followers);
        });
    }

    /**
     * Builds the part of a worker that is not the first of those that train a run ({@code run.cluster}). A process is a
     * worker once: its port stays taken until it ends.
     *
     * @throws org.tempera.spi.UserException if a worker does not come, trains something else, or fails
     */
    public OpenWorker join(RunConfig config) {
        return discreetly(() -> OpenWorker.join(learnt(config), plugins, followers));
    }

    /**
     * Judges a run by its folder and writes its report; the run may still be going on.
     *
     * @param control the folder of a run that differs only in being trained on random rewards
     * @return empty if nothing was evaluated
     * @throws org.tempera.spi.UserException if there is no such run, its files are damaged, or the control does not fit
     */
    public Optional<RunVerdict> report(Path runFolder, Optional<Path> control) {
        return report(runFolder, control, List.of()).verdict();
    }

    /**
     * The same, beside any number of other runs on the same rewards; the report has them all.
     *
     * @throws org.tempera.spi.UserException as {@link #report(Path, Optional)} and {@link #compare}
     */
    public Judged report(Path runFolder, Optional<Path> control, List<Path> others) {
        return discreetly(() -> new RunReports(this).write(runFolder, control, others));
    }

    /**
     * What a run keeps of the truth (gold, else the held-out score), beside another run on the same rewards, such as
     * one by another algorithm, where both have reached the same training reward.
     *
     * @throws org.tempera.spi.UserException if there is no such run, its files are damaged, or the two cannot be
     *     compared
     */
    public AtEqualReward compare(Path runFolder, Path otherFolder) {
        return discreetly(() -> new RunReports(this).compare(runFolder, otherFolder));
    }

    /**
     * Runs beside each other, those that differ in their seeds only as one group each: what they keep of the truth at
     * the same training reward, with intervals over seeds, and whether they over-optimised. Writes nothing.
     *
     * @param sources folders of runs, which may still be going on, records of runs, folders of these, or files of
     *     sweeps, of which those records are taken that are of runs which the file asks for, and its questions
     * @return what could be compared: of the runs in a folder or of a sweep, those that can be read
     * @throws org.tempera.spi.UserException if there is no run at one of them, a run that is named itself, or each,
     *     cannot be read, none was evaluated, or what they were measured by differs in a part that the comparison
     *     depends on
     */
    public Comparison compare(List<Path> sources) {
        return discreetly(() -> {
            ComparedSources.Sources read = ComparedSources.read(this, sources);
            return Comparison.of(read.records(), read.questions())
                    .noting(read.notes())
                    .without(read.unread());
        });
    }

    /**
     * Plans what a sweep's file asks for, and binds the configuration of each of its runs; nothing is begun.
     *
     * @param overrides such as {@code sweep.parallel=2}
     * @throws org.tempera.runtime.config.ConfigProblems with every problem of the file and of all runs
     */
    public SweepPlan sweepPlan(Path file, List<String> overrides) {
        return discreetly(() -> SweepPlan.of(SweepConfig.load(file, overrides), plugins, secrets));
    }

    /**
     * A sweep by a plan, or by a part of one.
     *
     * @param processes starts the command for each of its runs
     */
    public Sweep sweep(SweepPlan plan, Processes processes) {
        return Sweep.of(plan, plugins, processes);
    }

    /**
     * What a run is compared by: read from its folder, be it complete or still going on, or from the file that is left
     * of it. Both come to the same numbers.
     *
     * @param runOrFile a run's folder, or a file that {@link RunRecordFile#write} wrote
     * @throws org.tempera.spi.UserException if it is neither, or damaged
     */
    public RunRecord record(Path runOrFile) {
        return discreetly(() -> {
            if (!Files.isDirectory(runOrFile)) {
                return RunRecordFile.read(runOrFile);
            }
            try (RunFolder folder = RunFolder.view(runOrFile)) {
                return RunRecords.of(folder, RunDescription.of(folder, this));
            }
        });
    }

    /**
     * Builds a run that goes on from the newest checkpoint of its folder, wherever that lies now.
     *
     * @param overrides such as {@code run.epochs=200}; they are kept in the folder's config
     * @throws org.tempera.spi.UserException as {@link #start}, or if the checkpoint cannot be used
     */
    public OpenRun resume(Path runFolder, List<String> overrides) {
        return resume(runFolder, overrides, UnaryOperator.identity());
    }

    /**
     * The same, trained by others than its folder's config says.
     *
     * @param workers changes who trains it ({@link RunConfig#trainedBy})
     */
    public OpenRun resume(Path runFolder, List<String> overrides, UnaryOperator<RunConfig> workers) {
        return discreetly(() -> {
            RunFolder.requireRun(runFolder);
            for (String override : overrides) {
                if (override.strip().matches("run\\.output\\s*[=:].*")) {
                    throw new UserException("override '" + override + "': a run goes on in its own folder, " + runFolder
                            + ". To go on elsewhere, copy that folder and resume the copy.");
                }
            }
            List<String> all = new ArrayList<>(overrides);
            all.add(output(runFolder));
            RunConfig config = workers.apply(config(runFolder.resolve("config.conf"), all));
            return OpenRun.resume(config, runFolder, !overrides.isEmpty(), plugins, followers);
        });
    }
}
