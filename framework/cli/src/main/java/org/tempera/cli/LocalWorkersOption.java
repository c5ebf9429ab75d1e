package org.tempera.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.workers.Cluster;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import picocli.CommandLine.Option;

/** How many processes of this machine train a run. */
final class LocalWorkersOption {
    static final String NAME = "--local-workers";

    @Option(
            names = NAME,
            paramLabel = "N",
            description =
                    "Train by so many processes on this machine, which share its threads; this one leads. Each has a"
                            + " port that whoever reaches this machine can run things by. On several machines, start"
                            + " one on each (run.cluster, or TF_CONFIG).")
    private int count = 1;

    /** Processes, this one among them. */
    int count() {
        return count;
    }

    /** Whether there are others. */
    boolean many() {
        return count > 1;
    }

    /** @throws UserException if no run is trained by so many, or the build for GPUs has not one for each */
    void requireFitting() {
        if (count < 1 || count > Cluster.MOST) {
            throw new UserException(NAME + ": expected 1 to " + Cluster.MOST + ", found " + count);
        }
        if (many() && ComputeDevice.isBuildForGpus()) {
            LocalGpus.require(System.getenv(), count);
        }
    }

    /** Warns where they are more than processors, or share a GPU. */
    void warn(Output output) {
        int processors = Runtime.getRuntime().availableProcessors();
        if (count > processors) {
            output.warning(NAME + ": " + count + " workers have to take turns (processors of this machine: "
                    + processors + ")");
        }
        if (many() && ComputeDevice.isBuildForGpus()) {
            LocalGpus.warning(System.getenv()).ifPresent(output::warning);
        }
    }

    /**
     * Overrides with each worker's share of the threads, unless they or the config say how many.
     *
     * @param config what comes of the overrides that are given
     */
    List<String> overrides(List<String> given, Supplier<RunConfig> config) {
        if (!many() || config.get().run().threads() != 0) {
            return given;
        }
        List<String> all = new ArrayList<>(given);
        all.add("run.threads=" + Math.max(1, Runtime.getRuntime().availableProcessors() / count));
        return all;
    }

    /** The run as the first of them would train it; none is started, and none listens. */
    RunConfig planned(RunConfig config) {
        return WorkerProcesses.led(
                config,
                IntStream.rangeClosed(1, count)
                        .mapToObj(WorkerProcesses::address)
                        .toList());
    }
}
