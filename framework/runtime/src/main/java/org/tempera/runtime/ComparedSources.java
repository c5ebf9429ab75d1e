package org.tempera.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.files.FoundPath;
import org.tempera.base.files.IoReason;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.compare.Question;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.sweep.MissingRuns;
import org.tempera.runtime.sweep.SweepPlan;
import org.tempera.runtime.sweep.SweepQuestions;
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

    /** How many records are named that are left out. */
    private static final int NAMED = 3;

    private final Tempera tempera;
    private final Map<Path, Found> found = new LinkedHashMap<>();
    private final List<LeftOut> leftOut = new ArrayList<>();
    private final Map<Path, Unread> unread = new LinkedHashMap<>();
    private final Map<Path, Asking> asking = new LinkedHashMap<>();
    private final Map<Path, SweepConfig> sweeps = new LinkedHashMap<>();

    private ComparedSources(Tempera tempera) {
        this.tempera = tempera;
    }

    /**
     * What there is under the sources.
     *
     * @param records of runs, each place once
     * @param questions of the sweeps, each of the runs of its own
     * @param notes of what is left out, a sentence each
     * @param unread what is wrong with each run in a folder or of a sweep that cannot be read
     */
    record Sources(List<RunRecord> records, List<Question> questions, List<String> notes, List<String> unread) {}

    /**
     * A sweep's file that asks questions.
     *
     * @param questions with all runs that the file asks for, whether they are there or not
     */
    private record Asking(Path sweep, Path folder, List<Question> questions) {}

    /** A run in a folder, or of a sweep, that cannot be read. */
    private record Unread(String name, UserException why) {}

    /** Records in the folder of a sweep that its file does not name. */
    private record LeftOut(Path sweep, Path folder, List<Path> records) {}

    /**
     * Finds and reads the runs. Of those in a folder or of a sweep one that cannot be read is left out, and said to be.
     *
     * @throws UserException if there is nothing of a run at a source, a run that is named itself cannot be read, or
     *     none can
     */
    static Sources read(Tempera tempera, List<Path> sources) {
        ComparedSources all = new ComparedSources(tempera);
        sources.forEach(all::add);
        all.unread.keySet().removeAll(all.found.keySet());
        if (all.found.isEmpty() && !all.unread.isEmpty()) {
            throw all.unread.values().iterator().next().why();
        }
        Map<Path, RunRecord> records = all.records();
        return new Sources(
                List.copyOf(records.values()),
                all.questions(records),
                all.notes(),
                all.unread.values().stream()
                        .map(u -> String.valueOf(u.why().getMessage()))
                        .toList());
    }

    /** The questions, of which several sweeps may ask one by one name, with the runs that are there. */
    private List<Question> questions(Map<Path, RunRecord> records) {
        Map<String, Long> names = asking.values().stream()
                .flatMap(a -> a.questions().stream())
                .collect(Collectors.groupingBy(Question::name, Collectors.counting()));
        List<Question> all = new ArrayList<>();
        for (Asking each : asking.values()) {
            for (Question question : each.questions()) {
                all.add(new Question(
                        names.getOrDefault(question.name(), 1L) == 1
                                ? question.name()
                                : question.name() + " (" + each.sweep() + ")",
                        question.pairs().stream()
                                .map(p -> new Question.Pair(
                                        there(p.first(), each.folder(), records),
                                        there(p.second(), each.folder(), records),
                                        p.free()))
                                .toList()));
            }
        }
        return all;
    }

    /** Those runs that have left their records, by the names that they are compared by. */
    private static Question.Side there(Question.Side side, Path folder, Map<Path, RunRecord> records) {
        return new Question.Side(
                side.name(),
                side.runs().stream()
                        .flatMap(run ->
                                Optional.ofNullable(records.get(key(folder.resolve(run + RunRecordFile.ENDING))))
                                        .stream())
                        .map(RunRecord::name)
                        .toList(),
                side.asked());
    }

    /** What another source names is not left out. */
    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!unread.isEmpty()) {
            notes.add("Left out: "
                    + (unread.size() == 1
                            ? "a run that cannot be read, "
                            : unread.size() + " runs that cannot be read, ")
                    + named(unread.values().stream().map(Unread::name).toList()) + ".");
        }
        for (LeftOut left : leftOut) {
            List<String> names = left.records().stream()
                    .filter(record -> !found.containsKey(key(record)))
                    .map(record -> name(left.folder(), record))
                    .toList();
            if (!names.isEmpty()) {
                notes.add("Left out: " + names.size() + (names.size() == 1 ? " record of a run" : " records of runs")
                        + " that " + left.sweep().getFileName() + " does not ask for (" + named(names)
                        + "). To compare them, too, name their files, or the folder of the records instead of the"
                        + " sweep's file.");
            }
        }
        sweeps.forEach((file, sweep) -> notes.addAll(missing(file, sweep)));
        return notes;
    }

    /** What a sweep asks for and is not there, whichever source names what is. */
    private List<String> missing(Path file, SweepConfig sweep) {
        Set<String> recorded = new TreeSet<>();
        Set<String> compared = new TreeSet<>();
        for (String run : SweepPlan.names(sweep)) {
            Path record = key(sweep.settings().recordsFolder().resolve(run + RunRecordFile.ENDING));
            if (found.containsKey(record)) {
                compared.add(run);
            }
            if (found.containsKey(record) || unread.containsKey(record)) {
                recorded.add(run);
            }
        }
        return MissingRuns.notes(String.valueOf(file.getFileName()), sweep, recorded, compared);
    }

    private static String named(List<String> names) {
        return names.stream().limit(NAMED).collect(Collectors.joining(", "))
                + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
    }

    /** By their places. Runs of one name, as of two sweeps, are called by where they lie. */
    private Map<Path, RunRecord> records() {
        Map<String, Long> names = found.values().stream()
                .collect(Collectors.groupingBy(record -> record.run().name(), Collectors.counting()));
        Map<Path, RunRecord> records = new LinkedHashMap<>();
        found.forEach((path, f) -> records.put(
                path,
                names.getOrDefault(f.run().name(), 1L) == 1
                        ? f.run()
                        : f.run().named(f.place(), f.run().settings())));
        return records;
    }

    /** @param place where the user named it, without the ending of a record */
    private record Found(RunRecord run, String place) {
        static Found of(RunRecord run, Path place) {
            String path = place.normalize().toString().replace('\\', '/');
            return new Found(run, withoutEnding(path));
        }
    }

    private void add(Path source) {
        if (isRun(source)) {
            addRun(source, source);
        } else if (Files.isDirectory(source)) {
            addFolder(source, records -> records);
        } else if (RunRecordFile.hasName(source)) {
            found.computeIfAbsent(key(source), p -> Found.of(tempera.record(source), source));
        } else if (source.toString().endsWith(SWEEP) && Files.isRegularFile(source)) {
            addSweep(source);
        } else {
            throw new UserException(source + ": expected the folder of a run, its record (*" + RunRecordFile.ENDING
                    + "), a folder of these, or a sweep's file (*" + SWEEP + "), found "
                    + FoundPath.words(source) + ". Check the path.");
        }
    }

    /** The records of a sweep's finished runs; those of runs that its file no longer asks for may lie beside them. */
    private void addSweep(Path source) {
        SweepConfig sweep = SweepConfig.load(source, List.of());
        Path records = sweep.settings().recordsFolder();
        if (!Files.isDirectory(records)) {
            throw new UserException(source + ": no run of the sweep has left its record yet: there is no " + records
                    + ". Run it first.");
        }
        sweeps.putIfAbsent(key(source), sweep);
        asking.putIfAbsent(key(source), new Asking(source, records, SweepQuestions.of(sweep)));
        Set<String> names = SweepPlan.names(sweep);
        addFolder(records, all -> {
            Map<Boolean, List<Path>> named =
                    all.stream().collect(Collectors.partitioningBy(record -> names.contains(name(records, record))));
            List<Path> others = named.getOrDefault(false, List.of());
            if (!all.isEmpty() && others.size() == all.size()) {
                throw new UserException(source + ": no run of the sweep has left its record yet: the " + all.size()
                        + " in " + records + " are of runs that it does not ask for, such as "
                        + name(records, others.get(0)) + ". Run it first, or name that folder to compare these.");
            }
            leftOut.add(new LeftOut(source, records, others));
            Map<String, Path> byName = new HashMap<>();
            named.getOrDefault(true, List.of()).forEach(record -> byName.put(name(records, record), record));
            return names.stream()
                    .flatMap(run -> Optional.ofNullable(byName.get(run)).stream())
                    .toList();
        });
    }

    /** What a sweep calls the run of a record in its folder. */
    private static String name(Path folder, Path record) {
        return withoutEnding(folder.relativize(record).toString().replace('\\', '/'));
    }

    /** A walk would not begin at a link. */
    private static Path followed(Path source) {
        try {
            return Files.isSymbolicLink(source) ? source.toRealPath() : source;
        } catch (IOException e) {
            throw new UserException(source + ": cannot be read (" + IoReason.of(e) + "). Check where it leads.", e);
        }
    }

    /**
     * The records in a folder and those below it; if there are none, the runs.
     *
     * @param chosen those of the records that are meant
     */
    private void addFolder(Path source, UnaryOperator<List<Path>> chosen) {
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
        chosen.apply(records)
                .forEach(record -> readOne(
                        record,
                        name(source, record),
                        () -> found.computeIfAbsent(key(record), p -> Found.of(tempera.record(record), record))));
        if (records.isEmpty()) {
            runs.forEach(run -> readOne(run, source.relativize(run).toString(), () -> addRun(source, run)));
        }
    }

    /** Reads one of many, which does without it if it cannot be read. */
    private void readOne(Path place, String name, Runnable reading) {
        try {
            reading.run();
        } catch (UserException e) {
            unread.put(key(place), new Unread(name.replace('\\', '/'), e));
        }
    }

    private static TreeSet<Path> walk(Path source) {
        TreeSet<Path> all = new TreeSet<>(ComparedSources::byNames);
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

    /** Name by name: as whole texts, {@code ddpo-kl/seed-1} comes before {@code ddpo/seed-1}. */
    private static int byNames(Path one, Path other) {
        for (int i = 0; i < Math.min(one.getNameCount(), other.getNameCount()); i++) {
            int order = withoutEnding(one.getName(i).toString())
                    .compareTo(withoutEnding(other.getName(i).toString()));
            if (order != 0) {
                return order;
            }
        }
        return one.compareTo(other);
    }

    private static String withoutEnding(String path) {
        return path.endsWith(RunRecordFile.ENDING)
                ? path.substring(0, path.length() - RunRecordFile.ENDING.length())
                : path;
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
