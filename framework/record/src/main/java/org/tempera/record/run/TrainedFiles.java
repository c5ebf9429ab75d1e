package org.tempera.record.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.UserException;

/**
 * The trained weights in a run folder. How their files are called is the policy's matter, so what it wrote is kept in a
 * list beside them; whatever else lies there is somebody else's.
 */
public final class TrainedFiles {
    private static final String FILES = "files";

    /** Bytes of the list; a policy writes some files. */
    private static final int LARGEST = 1 << 20;

    private TrainedFiles() {}

    /**
     * Takes what a policy exports into the folder of trained weights. It is written beside that first and is in the
     * list before it is moved, so that even after a process was killed nothing is there that the list does not have.
     *
     * @param export writes into the folder that it is given
     * @throws UserException if something cannot be written
     */
    public static void write(RunFolder folder, Consumer<Path> export) {
        Path fresh = folder.path().resolve(RunFolder.TRAINED_UNFINISHED);
        OwnFiles.deleteQuietly(fresh);
        try {
            export.accept(fresh);
            List<String> written = files(fresh);
            Set<String> all = recorded(folder.path());
            all.addAll(written);
            RunFolder.writeText(
                    folder.path().resolve(RunFolder.TRAINED_LIST), PlainJson.pretty(Map.of(FILES, List.copyOf(all))));
            OwnFiles.requireNoLinksIn(folder.trained());
            for (String name : written) {
                move(fresh.resolve(name), folder.trained().resolve(name));
            }
        } finally {
            OwnFiles.deleteQuietly(fresh);
        }
    }

    /**
     * The files that the run has written there, as paths from that folder; none where the list is missing or damaged.
     */
    static Set<String> recorded(Path run) {
        Set<String> names = new TreeSet<>();
        Path list = run.resolve(RunFolder.TRAINED_LIST);
        if (!OwnFiles.exists(list)) {
            return names;
        }
        try {
            if (PlainJson.readForeignObject(OwnFiles.readText(list, LARGEST)).get(FILES) instanceof List<?> files) {
                files.forEach(name -> names.add(String.valueOf(name)));
            }
        } catch (PlainJson.MalformedException e) {
            return names; // what is not known for the run's own stays
        }
        return names;
    }

    private static List<String> files(Path folder) {
        if (!OwnFiles.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(OwnFiles::isFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(folder + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
    }

    private static void move(Path from, Path to) {
        try {
            Files.createDirectories(to.toAbsolutePath().getParent());
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UserException(
                    to + ": cannot be written (" + IoReason.of(e) + "). " + IoReason.adviceOnWriting(e), e);
        }
    }
}
