package org.tempera.runtime.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.WritingAdvice;
import org.tempera.base.json.PlainJson;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.Retention;
import org.tempera.core.train.WrittenNames;
import org.tempera.record.run.FolderLock;
import org.tempera.record.run.LogTail;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.config.SweepSettings;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;

/**
 * Where a run of a sweep lies while it goes on.
 *
 * <pre>
 * run/            the run folder
 * child.json      how far it is, with the settings that it was begun with
 * child.lock      held by the sweep that is at it
 * train.log       what the command said; train.json its result
 * evaluate.log    the same of the measuring of its checkpoints
 * </pre>
 */
record ChildFolder(Path path) {
    private static final String STATE = "child.json";
    private static final String LOCK = "child.lock";
    private static final List<String> OTHERS =
            List.of("train.log", "train.json", "evaluate.log", "evaluate.json", STATE, LOCK);

    /** Keeps whatever there is. */
    private static final Retention KEEP_ALL = new Retention(Integer.MAX_VALUE, 0);

    static ChildFolder of(Path output, String name) {
        return new ChildFolder(output.resolve(name));
    }

    Path run() {
        return path.resolve("run");
    }

    Path state() {
        return path.resolve(STATE);
    }

    /** Where a command's words go. */
    Path log(String command) {
        return path.resolve(command + ".log");
    }

    /** Where a command's result goes. */
    Path result(String command) {
        return path.resolve(command + ".json");
    }

    /**
     * Makes the folder, unless it is there.
     *
     * @throws UserException if it cannot be made
     */
    void make() {
        OwnFiles.requireFolder(path);
        try {
            twice(() -> Files.createDirectories(path));
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Makes folders one in the other. */
    interface Making {
        void make() throws IOException;
    }

    /** Once more where a folder above is gone: another sweep that ends a run there removes those that are empty. */
    static void twice(Making making) throws IOException {
        try {
            making.make();
        } catch (NoSuchFileException e) {
            making.make();
        }
    }

    /**
     * Takes the lock, so that of several sweeps one is at it.
     *
     * @throws FolderLock.TakenException if another sweep has it
     * @throws UserException if it cannot be taken
     */
    FolderLock lock() throws FolderLock.TakenException {
        make();
        try {
            return FolderLock.take(path.resolve(LOCK));
        } catch (IOException e) {
            throw notWritable(e);
        }
    }

    /** Who is at it, be it a sweep or a run that a sweep which was killed has left; empty if nobody is. */
    Optional<String> user() {
        if (OwnFiles.isFile(path.resolve(LOCK))) {
            try (FolderLock lock = FolderLock.take(path.resolve(LOCK))) {
                return RunFolder.user(run());
            } catch (FolderLock.TakenException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            } catch (IOException e) {
                return Optional.empty(); // whoever writes there will say so
            }
        }
        return RunFolder.user(run());
    }

    private UserException notWritable(IOException e) {
        return new UserException(
                path + ": cannot be written (" + IoReason.of(e) + "). "
                        + WritingAdvice.of(path, e, "choose another folder with sweep.output=FOLDER"),
                e);
    }

    /** Whether the run can go on from a checkpoint. */
    boolean canGoOn() {
        return OwnFiles.isFile(run().resolve("config.conf")) && store().latest().isPresent();
    }

    private CheckpointStore store() {
        return new CheckpointStore(run().resolve("checkpoints"), KEEP_ALL);
    }

    /** Whether any of its checkpoints was measured. */
    boolean isMeasured() {
        return RunFolder.isMeasured(run());
    }

    /** Complete epochs, as far as the run has logged them; 0 where there is none. */
    int epochs() {
        Path metrics = run().resolve("metrics.jsonl");
        if (!OwnFiles.isFile(metrics)) {
            return 0;
        }
        try (LogTail tail = LogTail.open(metrics)) {
            Optional<LogTail.Line> last = tail.previous();
            return last.isEmpty()
                    ? 0
                    : PlainFields.of(PlainJson.readObject(last.get().text())).integer("epoch");
        } catch (PlainJson.MalformedException | IllegalArgumentException | UserException e) {
            return 0; // the run itself says what is wrong with it
        }
    }

    /** Removes what need not stay of a finished run's folder. */
    void clean(SweepSettings.Keep keep) {
        if (keep == SweepSettings.Keep.BEST) {
            keepBest();
        } else if (keep == SweepSettings.Keep.NOTHING && OwnFiles.isFolder(run())) {
            RunFolder.remove(run(), WrittenNames::contain);
        }
    }

    /** Removes what is left once nothing is to stay, and folders above that are empty, up to the sweep's own. */
    void remove(Path output) {
        try {
            for (String name : OTHERS) {
                Files.deleteIfExists(path.resolve(name));
            }
            for (Path p = path; p.startsWith(output) && isEmpty(p); p = p.resolveSibling("")) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UserException(path + ": cannot be removed (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }

    private static boolean isEmpty(Path folder) {
        return OwnFiles.list(folder).isEmpty();
    }

    private void keepBest() {
        CheckpointStore store = store();
        Optional<Path> kept = store.best().or(store::latest);
        for (int epoch : store.epochs()) {
            if (!kept.equals(Optional.of(store.path(epoch)))) {
                OwnFiles.deleteQuietly(store.path(epoch));
            }
        }
    }
}
