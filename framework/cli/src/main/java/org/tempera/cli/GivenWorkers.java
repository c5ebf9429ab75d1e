package org.tempera.cli;

import java.util.Map;
import java.util.Optional;
import org.tempera.core.config.ClusterSettings;
import org.tempera.graph.workers.Cluster;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;

/**
 * Which workers train a run, and which of them this process is: as the config says, else as the environment does, in
 * TensorFlow's own variable.
 *
 * @param environment what {@code TF_CONFIG} says; empty where it is missing or names one worker
 */
record GivenWorkers(Optional<Cluster> environment) {
    /**
     * Those that the environment names.
     *
     * @throws UserException if it says so in no way that can be understood
     */
    static GivenWorkers of(Map<String, String> environment) {
        return new GivenWorkers(
                Cluster.of(environment).filter(cluster -> cluster.addresses().size() > 1));
    }

    /**
     * The run as these workers train it.
     *
     * @throws UserException if they have no sound addresses, or config and environment contradict each other
     */
    RunConfig training(RunConfig config) {
        ClusterSettings given = config.run().cluster();
        if (!given.workers().isEmpty()) {
            new Cluster(given.workers(), given.index()); // before the model is read
        }
        if (environment.isEmpty()) {
            return config;
        }
        Cluster cluster = environment.get();
        if (given.workers().isEmpty()) {
            return config.trainedBy(
                    new ClusterSettings(cluster.addresses(), cluster.index(), given.gradients(), given.startSeconds()));
        }
        if (given.index() != cluster.index() || !given.workers().equals(cluster.addresses())) {
            throw new UserException("the environment's " + Cluster.VARIABLE + " says that this is worker "
                    + cluster.index()
                    + " of " + cluster.addresses() + ", and run.cluster that it is worker " + given.index() + " of "
                    + given.workers() + ". Leave one of them out: unset " + Cluster.VARIABLE
                    + ", or give neither run.cluster.workers nor run.cluster.index.");
        }
        return config;
    }

    /**
     * The run as the first worker goes on with it.
     *
     * @throws UserException if this process is another
     */
    RunConfig resuming(RunConfig config) {
        RunConfig run = training(config);
        requireFirst(run.run().cluster().index(), run.run().cluster().count());
        return run;
    }

    /**
     * The same for what the environment says, which is known before there is a config.
     *
     * @throws UserException if this process is another than the first worker
     */
    void requireFirst() {
        environment.ifPresent(
                cluster -> requireFirst(cluster.index(), cluster.addresses().size()));
    }

    private static void requireFirst(int index, int count) {
        if (index > 0) {
            throw new UserException("--resume: expected the first worker, which has the run folder, found worker "
                    + index + " of " + count + "; " + Remedies.START_OTHERS);
        }
    }

    /**
     * Sees to it that nobody has named workers, as where this process starts some itself.
     *
     * @throws UserException if somebody has
     */
    void requireNone(RunConfig config) {
        ClusterSettings given = config.run().cluster();
        if (environment.isPresent() || !given.workers().isEmpty()) {
            throw new UserException("--local-workers: starts workers of its own on this machine, and "
                    + (environment.isPresent() ? "the environment's " + Cluster.VARIABLE : "run.cluster.workers")
                    + " names others. Leave the option out, "
                    + (environment.isPresent()
                            ? "or unset " + Cluster.VARIABLE + "."
                            : "or set run.cluster.workers=[]."));
        }
    }
}
