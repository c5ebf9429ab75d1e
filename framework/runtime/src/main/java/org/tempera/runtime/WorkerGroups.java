package org.tempera.runtime;

import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tempera.base.BuildInfo;
import org.tempera.base.files.FileHashes;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.workers.Group;
import org.tempera.graph.workers.Cluster;
import org.tempera.graph.workers.ClusterChannel;
import org.tempera.record.run.Provenance;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.tensorflow.TensorFlow;

/** Brings the workers of a run together. */
final class WorkerGroups {
    private WorkerGroups() {}

    /**
     * Waits for the other workers, where the run has some.
     *
     * @param notes told for whom it waits
     * @throws org.tempera.graph.workers.LostWorkerException if a worker does not come
     * @throws UserException if they cannot find each other as they are given
     */
    static Group of(TrainingSpec spec, Consumer<String> notes) {
        ClusterSettings cluster = spec.run().cluster();
        if (!cluster.isMany()) {
            return Group.alone();
        }
        spec.check();
        return new Group(
                ClusterChannel.open(
                        new Cluster(cluster.workers(), cluster.index()),
                        spec.threads(),
                        Duration.ofSeconds(cluster.startSeconds()),
                        notes),
                cluster.gradients());
    }

    /**
     * What must be the same on all workers: the configuration but for places, the content of the files that it names,
     * versions and threads.
     */
    static Map<String, String> facts(RunConfig config, TrainingSpec spec, Provenance provenance) {
        SortedMap<String, String> facts = new TreeMap<>(GoingOn.ofAllWorkers(config));
        provenance
                .files()
                .forEach(file -> facts.put("the file " + file.name() + " of the " + file.owner(), file.sha256()));
        facts.put("the hash of the prompts", FileHashes.sha256(String.join("\n", spec.prompts())));
        BuildInfo build = BuildInfo.current();
        facts.put("the version of Tempera", build.version() + " (" + build.description() + ")");
        facts.put("the version of TensorFlow", TensorFlow.version());
        spec.threads().byName().forEach((name, count) -> facts.put("threads: " + name, String.valueOf(count)));
        return facts;
    }
}
