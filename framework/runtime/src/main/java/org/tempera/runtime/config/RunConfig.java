package org.tempera.runtime.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.CheckpointSettings;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.config.CombinationSettings;
import org.tempera.core.config.EvaluationSettings;
import org.tempera.core.config.OptimizerSettings;
import org.tempera.core.config.ReferenceSettings;
import org.tempera.core.config.RunSettings;
import org.tempera.core.config.SamplingSettings;
import org.tempera.runtime.plugin.PluginCatalog;
import org.tempera.spi.algorithm.AlgorithmProvider;
import org.tempera.spi.algorithm.BehaviourSettings;
import org.tempera.spi.critic.CriticProvider;
import org.tempera.spi.evaluation.GoldProvider;
import org.tempera.spi.policy.PolicyProvider;

/**
 * Everything a run is made of, bound and checked; no plugin is created yet.
 *
 * @param wrapped the algorithm that {@code algorithm} is made around; empty where it stands alone
 * @param critic empty where the config has no {@code critic} block
 * @param rewards sorted by name, at least one of them trained on
 * @param gold empty where the config has no {@code gold} block
 * @param effective every key with its value and origin
 */
public record RunConfig(
        RunSettings run,
        SamplingSettings sampling,
        OptimizerSettings optimizer,
        EvaluationSettings evaluation,
        CheckpointSettings checkpoint,
        CombinationSettings combination,
        BehaviourSettings behaviour,
        ReferenceSettings reference,
        Selection<PolicyProvider<?>> policy,
        Selection<AlgorithmProvider<?>> algorithm,
        Optional<Selection<AlgorithmProvider<?>>> wrapped,
        Optional<Selection<CriticProvider<?>>> critic,
        List<RewardSelection> rewards,
        Optional<Selection<GoldProvider<?>>> gold,
        EffectiveConfig effective) {

    /** The algorithm's name, with that of the one it is made around: {@code constrained ddpo}. */
    public String algorithmName() {
        return algorithm.name() + wrapped.map(a -> " " + a.name()).orElse("");
    }

    /**
     * The same run, trained by these workers. They are no part of the configuration that the run's folder keeps: it may
     * go on with others.
     */
    public RunConfig trainedBy(ClusterSettings workers) {
        return new RunConfig(
                run.trainedBy(workers),
                sampling,
                optimizer,
                evaluation,
                checkpoint,
                combination,
                behaviour,
                reference,
                policy,
                algorithm,
                wrapped,
                critic,
                rewards,
                gold,
                effective);
    }

    /**
     * Reads a config file with overrides.
     *
     * @param overrides {@code key=value}, the last one on top; relative paths in them start at the working directory,
     *     those of a file at the file's folder
     * @throws ConfigProblems with every problem of the configuration
     * @throws org.tempera.spi.UserException if the file cannot be read or parsed
     */
    public static RunConfig load(Path file, List<String> overrides, PluginCatalog catalog) {
        return new RunConfigLoader(ConfigSource.read(file, overrides), catalog).load();
    }

    /**
     * Reads a config file with a layer over it, whose relative paths start where they stand.
     *
     * @throws ConfigProblems with every problem of the configuration
     * @throws org.tempera.spi.UserException if the file cannot be read or parsed
     */
    static RunConfig load(Path file, ConfigLayer layer, PluginCatalog catalog) {
        return new RunConfigLoader(ConfigSource.read(file, layer, List.of()), catalog).load();
    }

    /**
     * Reads a configuration from text, which includes nothing.
     *
     * @param folder where relative paths start
     * @throws ConfigProblems with every problem of the configuration
     */
    public static RunConfig of(String hocon, Path folder, PluginCatalog catalog) {
        return new RunConfigLoader(ConfigSource.text(hocon), folder, catalog).load();
    }

    /**
     * Takes a configuration from plain data.
     *
     * @param folder where relative paths start
     * @throws ConfigProblems with every problem of the configuration
     */
    public static RunConfig of(Map<String, ?> values, Path folder, PluginCatalog catalog) {
        return new RunConfigLoader(ConfigSource.data(values), folder, catalog).load();
    }
}
