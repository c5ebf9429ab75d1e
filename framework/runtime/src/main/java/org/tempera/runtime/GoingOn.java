package org.tempera.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.ReadPaths;
import org.tempera.runtime.config.RunConfig;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/** Whether a run that is there is the one that a configuration asks for. */
final class GoingOn {
    /** Of one worker; the list of all of them is compared when they join. */
    private static final Set<String> OWN =
            Set.of("run.output", "run.cluster.workers", "run.cluster.index", "run.cluster.start-seconds");

    private static final String GRADIENTS = "run.cluster.gradients";

    private GoingOn() {}

    /** Whether it can be gone on with. */
    static boolean hasCheckpoint(Path folder) {
        try (RunFolder run = RunFolder.view(folder)) {
            CheckpointStore store = new CheckpointStore(run.checkpoints(), new Retention(1, 1));
            return store.latest().isPresent();
        }
    }

    /**
     * Fails unless both ask for the same run. Files that they name may lie elsewhere by now: a resumed run looks at
     * what they hold.
     *
     * @throws UserException that names the keys which differ
     */
    static void requireSame(RunConfig before, RunConfig now) {
        Map<String, String> there = ofAllWorkers(before);
        Map<String, String> here = ofAllWorkers(now);
        Set<String> names = new TreeSet<>(there.keySet());
        names.addAll(here.keySet());
        if (!before.run().cluster().isMany() || !now.run().cluster().isMany()) {
            names.remove(GRADIENTS); // of no effect on one process, and a run may go on with other workers
        }
        names.removeIf(name -> here.getOrDefault(name, "").equals(there.getOrDefault(name, "")));
        if (!names.isEmpty()) {
            StringBuilder message = new StringBuilder(now.run().output() + ": holds a run of another configuration:");
            names.forEach(name -> message.append("\n  - ")
                    .append(name)
                    .append(": ")
                    .append(there.getOrDefault(name, "not set"))
                    .append(" there, ")
                    .append(here.getOrDefault(name, "not set"))
                    .append(" here"));
            throw new UserException(
                    message + "\nResume that one as it is, or choose another folder with run.output=FOLDER.",
                    List.of(Remedy.resume(now.run().output())));
        }
    }

    /** The keys of a configuration that all workers of a run have alike: all but places, and which of them one is. */
    static Map<String, String> ofAllWorkers(RunConfig config) {
        Map<String, String> keys = config.effective().values();
        keys.keySet().removeAll(OWN);
        ReadPaths.of(config).keySet().forEach(keys::remove);
        return keys;
    }
}
