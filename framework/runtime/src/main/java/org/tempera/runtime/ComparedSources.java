package org.tempera.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.files.IoReason;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.spi.UserException;

/**
 * Finds the runs that are compared under what a user names: their folders, their records, folders of these, or sweeps.
 */
final class ComparedSources {
    private static final String CONFIG = "config.conf";
    private static final String SWEEP = ".conf";

    /** Folders of an experiment lie in each other, such as reward, algorithm, seed; none deeper than that. */
    private static final int DEEPEST = 8;

    /** More runs than these are a mistaken folder. */
    private static final int MOST = 10_000;

    private final Tempera tempera;
    private final Map<Path, Found> found = new LinkedHashMap<>();

    private ComparedSources(Tempera tempera) {
        this.tempera = tempera;
    }

    /**
     * The records of runs, each place once.
     *
     * @throws UserException if there is nothing of a run at a source, or it is damaged
     */
    static List<RunRecord> read(Tempera tempera, List<Path> sources) {
        ComparedSources all = new ComparedSources(tempera);
        sources.forEach(all::add);
        return all.records();
    }

    /** Runs of one name, as of two sweeps, are called by where they lie. */
    private List<RunRecord> records() {
        Map<String, Long> names = found.values().stream()
                .collect(Collectors.groupingBy(record -> record.run().name(), Collectors.counting()));
        return found.values().stream()
                .map(f -> names.getOrDefault(f.run().name(), 1L) == 1
                        ? f.run()
                        : f.run().named(f.place(), f.run().settings()))
                .toList();
    }

    /** @param place where the user named it, without the ending of a record */
    private record Found(RunRecord run, String place) {
        static Found of(RunRecord run, Path place) {
            String path = place.normalize().toString().replace('\\', '/');
            return new Found(
                    run,
                    RunRecordFile.hasName(place)
                            ? path.substring(0, path.length() - RunRecordFile.ENDING.length())
                            : path);
        }
    }

    private void add(Path source) {
        if (isRun(source)) {
            addRun(source, source);
        } else if (Files.isDirectory(source)) {
            addFolder(source);
        } else if (RunRecordFile.hasName(source)) {
            found.computeIfAbsent(key(source), p -> Found.of(tempera.record(source), source));
        } else if (source.toString().endsWith(SWEEP) && Files.isRegularFile(source)) {
            addSweep(source);
        } else {
            throw new UserException(source + ": expected the folder of a run, its record (*" + RunRecordFile.ENDING
                    + "), a folder of these, or a sweep's file (*" + SWEEP + "), found "
                    + (Files.exists(source) ? "something else" : AbsentPath.reason(source, "nothing"))
                    + ". Check the path.");
        }
    }

    /** The records of a sweep's finished runs. */
    private void addSweep(Path source) {
        Path records = SweepConfig.load(source, List.of()).settings().recordsFolder();
        if (!Files.isDirectory(records)) {
            throw new UserException(source + ": no run of the sweep has left its record yet: there is no " + records
                    + ". Run it first.");
        }
        addFolder(records);
    }

    /** A walk would not begin at a link. */
    private static Path followed(Path source) {
        try {
            return Files.isSymbolicLink(source) ? source.toRealPath() : source;
        } catch (IOException e) {
            throw new UserException(source + ": cannot be read (" + IoReason.of(e) + "). Check where it leads.", e);
        }
    }

    /** The records in a folder and those below it; if there are none, the runs. */
    private void addFolder(Path source) {
        Path real = followed(source);
        List<Path> records = new ArrayList<>();
        List<Path> runs = new ArrayList<>();
        for (Path below : walk(real)) {
            Path each = source.resolve(real.relativize(below));
            if (RunRecordFile.hasName(each) && Files.isRegularFile(each)) {
                records.add(each);
            } else if (each.endsWith(CONFIG)) {
                Path folder = each.getParent();
                if (folder != null && isRun(folder)) {
                    runs.add(folder);
                }
            }
        }
        if (records.isEmpty() && runs.isEmpty()) {
            throw new UserException(source + ": expected the folder of a run, or a folder with runs or their records (*"
                    + RunRecordFile.ENDING + ") in it, found neither. Check the path.");
        }
        records.forEach(record -> found.computeIfAbsent(key(record), p -> Found.of(tempera.record(record), record)));
        if (records.isEmpty()) {
            runs.forEach(run -> addRun(source, run));
        }
    }

    private static TreeSet<Path> walk(Path source) {
        TreeSet<Path> all = new TreeSet<>();
        try (Stream<Path> paths = Files.walk(source, DEEPEST + 1)) {
            paths.filter(p -> RunRecordFile.hasName(p) || p.endsWith(CONFIG)).forEach(p -> {
                all.add(p);
                if (all.size() > MOST) {
                    throw new UserException(source + ": expected at most " + MOST
                            + " runs in a folder, found more. Name the folder of one experiment.");
                }
            });
        } catch (IOException | UncheckedIOException e) {
            throw new UserException(source + ": cannot be read (" + IoReason.of(e) + "). Check its permissions.", e);
        }
        return all;
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG));
    }

    /** A run by its folder; in a folder of runs it is called by its way there. */
    private void addRun(Path source, Path run) {
        found.computeIfAbsent(key(run), p -> {
            RunRecord record = tempera.record(run);
            return Found.of(
                    source.equals(run)
                            ? record
                            : record.named(source.relativize(run).toString().replace('\\', '/'), record.settings()),
                    run);
        });
    }

    private static Path key(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
