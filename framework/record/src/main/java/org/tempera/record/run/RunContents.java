package org.tempera.record.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.files.IoReason;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * What a run has written into its folder. Only that may be removed to make room for another run; where there is
 * anything else, nothing is.
 */
final class RunContents {
    private final Path run;
    private final Predicate<String> ours;
    private final Set<String> trained;

    /**
     * Reads the list of trained files.
     *
     * @param ours whether a path from the run folder is of something that a run writes by a name of its own
     */
    RunContents(Path run, Predicate<String> ours) {
        this.run = run;
        this.ours = ours;
        trained = TrainedFiles.recorded(run);
    }

    /**
     * Everything in a run folder but the lock, what is inside a folder before it and the configuration last, so that
     * what is left after a failure is still known for a run.
     *
     * @throws UserException that names what a run does not write, links included
     */
    List<Path> list() {
        List<Path> contents = new ArrayList<>();
        try (Stream<Path> all = Files.walk(run)) {
            for (Path path : all.sorted().toList()) {
                if (path.equals(run)) {
                    continue;
                }
                String name = run.relativize(path).toString().replace('\\', '/');
                if (!isOurs(path, name)) {
                    throw new UserException(
                            run + ": cannot be overwritten, for it holds '" + name
                                    + "', which " + reason(name)
                                    + ". Move that away, or take the next free name, or another"
                                    + " folder with run.output=FOLDER.",
                            List.of(Remedy.of(Remedy.Action.TAKE_FREE_NAME)));
                }
                if (!name.equals(RunFolder.LOCK)) {
                    contents.add(path);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(run + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
        contents.sort(Comparator.comparing((Path p) -> p.endsWith(RunFolder.CONFIG))
                .thenComparing(p -> -p.getNameCount())
                .thenComparing(Comparator.naturalOrder()));
        return contents;
    }

    private static String reason(String name) {
        return name.startsWith(RunFolder.TRAINED + "/")
                ? "no run wrote there as far as " + RunFolder.TRAINED_LIST + " tells"
                : "no run wrote there";
    }

    /** By its name, and a file or a folder as a run makes it; links and pipes are somebody else's. */
    private boolean isOurs(Path path, String name) {
        boolean folder = OwnFiles.isFolder(path);
        if (!folder && !OwnFiles.isFile(path)) {
            return false;
        }
        if (AtomicFile.isUnfinished(name.substring(name.lastIndexOf('/') + 1))) {
            return !folder; // the folder that it is in is asked for by itself
        }
        if (name.startsWith(RunFolder.TRAINED + "/")) {
            String within = name.substring(RunFolder.TRAINED.length() + 1);
            return folder ? trained.stream().anyMatch(t -> t.startsWith(within + "/")) : trained.contains(within);
        }
        if (name.startsWith(RunFolder.TRAINED_UNFINISHED + "/")) {
            return true;
        }
        return folder == RunFolder.namesFolder(name) && (RunFolder.isOwnName(name) || ours.test(name));
    }

    /**
     * Removes it.
     *
     * @throws UserException as {@link #list}, before anything is removed; or if something cannot be removed
     */
    void remove() {
        for (Path path : list()) {
            try {
                Files.delete(path);
            } catch (IOException e) {
                throw new UserException(
                        path + ": cannot be removed (" + IoReason.of(e) + "). Check its permissions.", e);
            }
        }
    }
}
