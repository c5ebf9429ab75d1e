package org.tempera.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.tempera.base.BuildInfo;
import org.tempera.base.NumericEnvironment;
import org.tempera.base.files.FileHashes;
import org.tempera.core.config.ClusterSettings;
import org.tempera.core.train.TrainingSpec;
import org.tempera.core.workers.Group;
import org.tempera.graph.StopSignal;
import org.tempera.graph.workers.Cluster;
import org.tempera.graph.workers.ClusterChannel;
import org.tempera.record.run.Provenance;
import org.tempera.record.run.Provenance.ReadFile;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.UserException;
import org.tensorflow.TensorFlow;

/** Brings the workers of a run together. */
final class WorkerGroups {
    private WorkerGroups() {}

    /**
     * Waits for the other workers, where the run has some.
     *
     * @param others started once the run's parts are known to fit together
     * @param stop ends that waiting, and is given where the thread is interrupted meanwhile
     * @param notes told for whom it waits
     * @throws org.tempera.graph.workers.LostWorkerException if a worker does not come
     * @throws UserException if they cannot find each other as they are given
     * @throws StopSignal.StoppedException if the signal is given, or the thread interrupted, before all are there
     */
    static Group of(TrainingSpec spec, OtherWorkers others, StopSignal stop, Consumer<String> notes) {
        ClusterSettings cluster = spec.run().cluster();
        if (!cluster.isMany()) {
            return Group.alone();
        }
        spec.check();
        others.start();
        return new Group(
                ClusterChannel.open(
                        new Cluster(cluster.workers(), cluster.index()),
                        spec.threads(),
                        Duration.ofSeconds(cluster.startSeconds()),
                        stop,
                        notes),
                cluster.gradients());
    }

    /**
     * What must be the same on all workers: the configuration but for places, the content of the files that it names,
     * versions, threads, and what the environment has TensorFlow compute otherwise.
     */
    static Map<String, String> facts(RunConfig config, TrainingSpec spec, Provenance provenance) {
        SortedMap<String, String> facts = new TreeMap<>(GoingOn.ofAllWorkers(config));
        facts.putAll(files(provenance.files()));
        facts.put("the hash of the prompts", FileHashes.sha256(String.join("\n", spec.prompts())));
        BuildInfo build = BuildInfo.current();
        facts.put("the version of Tempera", build.version() + " (" + build.description() + ")");
        facts.put("the version of TensorFlow", TensorFlow.version());
        spec.threads().byName().forEach((name, count) -> facts.put("threads: " + name, String.valueOf(count)));
        facts.putAll(variables(System.getenv()));
        return facts;
    }

    static Map<String, String> variables(Map<String, String> environment) {
        Map<String, String> facts = new TreeMap<>();
        NumericEnvironment.alike(environment).forEach((name, value) -> facts.put("the environment's " + name, value));
        return facts;
    }

    /**
     * Hashes of files by names that do not depend on where they lie: those of one owner that have one name, as unet and
     * vae of a model, with the folders in which they differ.
     */
    static Map<String, String> files(List<ReadFile> files) {
        Map<String, List<ReadFile>> alike = new TreeMap<>();
        files.forEach(file -> alike.computeIfAbsent(file.owner() + ": " + file.name(), k -> new ArrayList<>())
                .add(file));
        Map<String, String> facts = new TreeMap<>();
        for (List<ReadFile> same : alike.values()) {
            List<List<String>> paths =
                    same.stream().map(f -> List.of(f.path().split("[/\\\\]"))).toList();
            int common = same.size() == 1 ? paths.get(0).size() - 1 : common(paths);
            for (int i = 0; i < same.size(); i++) {
                List<String> path = paths.get(i);
                facts.put(
                        "the file " + String.join("/", path.subList(common, path.size())) + " of the "
                                + same.get(i).owner(),
                        same.get(i).sha256());
            }
        }
        return facts;
    }

    /** Folders that different paths begin with, all of them. */
    private static int common(List<List<String>> paths) {
        int most = paths.stream().mapToInt(List::size).min().orElse(1) - 1;
        int common = 0;
        while (common < most && isOne(paths, common)) {
            common++;
        }
        return common;
    }

    private static boolean isOne(List<List<String>> paths, int at) {
        return paths.stream().map(path -> path.get(at)).distinct().count() == 1;
    }
}
