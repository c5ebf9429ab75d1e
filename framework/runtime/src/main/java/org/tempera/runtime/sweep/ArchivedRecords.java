package org.tempera.runtime.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.tempera.base.files.FileHashes;
import org.tempera.base.files.IoReason;
import org.tempera.base.files.WritingAdvice;
import org.tempera.record.archive.RunRecord;
import org.tempera.record.archive.RunRecordFile;
import org.tempera.record.archive.RunRecords;
import org.tempera.record.run.RunFacts;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;

/**
 * Records as files, that of a run at the path of its name. What the sweep must know again of it stands in the record's
 * provenance.
 */
record ArchivedRecords(Path folder) implements ChildRecords {
    @Override
    public Path file(SweepChild child) {
        return folder.resolve(child.name() + RunRecordFile.ENDING);
    }

    @Override
    public Optional<Kept> read(SweepChild child) {
        Path file = file(child);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(kept(RunRecordFile.read(file)));
        } catch (UserException e) {
            throw new UserException(e.getMessage() + " Moved away, it is made anew by the sweep.", e);
        } catch (IllegalArgumentException e) {
            throw new UserException(
                    file + ": cannot be read as the record of a sweep's run (" + e.getMessage()
                            + " in its provenance). It is damaged; moved away, it is made anew by the sweep.",
                    e);
        }
    }

    private static Kept kept(RunRecord record) {
        if (!(record.provenance().get(RunRecord.SWEEP) instanceof Map<?, ?> plain)) {
            return new Kept(Map.of(), 0, 0);
        }
        PlainFields sweep = PlainFields.of(plain);
        return new Kept(
                ChildState.texts(sweep.map(RunRecord.KEYS)),
                sweep.number(ChildState.SECONDS),
                sweep.whole(ChildState.PEAK));
    }

    @Override
    public void write(SweepChild child, Path run, Kept how) {
        Map<String, Object> sweep = new LinkedHashMap<>();
        sweep.put(RunRecord.KEYS, how.keys());
        sweep.put(ChildState.SECONDS, Math.rint(how.seconds()));
        sweep.put(ChildState.PEAK, how.peakBytes());
        Path file = file(child);
        try (RunFolder view = RunFolder.view(run)) {
            RunRecord made = RunRecords.of(view);
            makeFolder(file.resolveSibling(""));
            RunRecordFile.write(
                    file,
                    made.named(child.name(), child.choices())
                            .inSweep(child.control() || made.control(), facts(made.facts(), how.keys()), sweep));
        }
    }

    /** Runs that differ in their seeds only have the same settings, on whatever machine and in whatever folder. */
    private static RunFacts facts(RunFacts made, Map<String, String> keys) {
        SortedMap<String, String> others = new TreeMap<>(keys);
        others.remove("run.seed");
        return new RunFacts(
                made.algorithm(),
                made.policy(),
                made.seed(),
                made.rewards(),
                made.gold(),
                made.pictured(),
                FileHashes.sha256(others.toString()),
                made.before());
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UserException(
                    folder + ": cannot be made (" + IoReason.of(e) + "). "
                            + WritingAdvice.of(folder, e, "choose another folder with sweep.records=FOLDER"),
                    e);
        }
    }
}
