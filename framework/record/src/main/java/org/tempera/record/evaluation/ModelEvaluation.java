package org.tempera.record.evaluation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.tempera.base.files.AbsentPath;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;
import org.tempera.record.verdict.RunVerdict;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;

/**
 * What was measured of a model, or of a run at one of its checkpoints.
 *
 * @param source what was drawn from and why, for people
 * @param epoch of a run: epochs that are complete; 0 is before training
 * @param ruler all that the numbers depend on but the trained weights
 */
public record ModelEvaluation(String source, OptionalInt epoch, Ruler ruler, List<MeasuredSet> sets) {
    /** What {@code format} says in a record. */
    public static final String FORMAT = "tempera-evaluation/1";

    /** Seen, unseen, composed: a set is some kB in memory. */
    private static final int MOST_SETS = 1_000;

    private static final String FORMAT_KEY = "format";
    private static final String SOURCE = "source";
    private static final String EPOCH = "epoch";
    private static final String FINGERPRINT = "fingerprint";
    private static final String RULER = "ruler";
    private static final String SETS = "sets";

    public ModelEvaluation {
        sets = List.copyOf(sets);
    }

    /** The same with its sets changed. */
    public ModelEvaluation withSets(UnaryOperator<MeasuredSet> change) {
        return new ModelEvaluation(
                source, epoch, ruler, sets.stream().map(change).toList());
    }

    /**
     * What is to be known of the intervals, a sentence; empty where every set has {@link RunVerdict#MIN_PAIRS} prompts
     * or more. With fewer Student's factor grows fast, from 2.4 with 8 to 4.3 with 3 and 12.7 with 2, and the interval
     * holds only if the numbers are spread as a normal distribution, which so few cannot show.
     */
    public Optional<String> fewPrompts() {
        List<String> few = sets.stream()
                .filter(set -> set.prompts() < RunVerdict.MIN_PAIRS)
                .map(set -> "'" + set.name() + "' has " + set.prompts())
                .toList();
        return few.isEmpty()
                ? Optional.empty()
                : Optional.of("Intervals over fewer than " + RunVerdict.MIN_PAIRS
                        + " prompts are wide and say little, and over one there is none: " + String.join(", ", few)
                        + ". More prompts narrow them; more pictures of each (--n) hardly do.");
    }

    /** As plain data. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(FORMAT_KEY, FORMAT);
        document.put(SOURCE, source);
        epoch.ifPresent(e -> document.put(EPOCH, e));
        document.put(FINGERPRINT, ruler.fingerprint());
        document.put(RULER, ruler.scopes());
        document.put(SETS, sets.stream().map(MeasuredSet::document).toList());
        return document;
    }

    /**
     * Reads what {@link #write} wrote; the means are computed again from the pictures.
     *
     * @throws UserException if there is no such file, or it is a link, larger than 64 MiB, damaged, or of another
     *     format
     */
    public static ModelEvaluation read(Path file) {
        if (!OwnFiles.exists(file)) {
            throw new UserException(file + ": " + AbsentPath.reason(file, "no such file") + ". Check the path.");
        }
        try {
            return of(PlainFields.of(PlainJson.readObject(OwnFiles.readText(file))));
        } catch (PlainJson.MalformedException | IllegalArgumentException e) {
            throw new UserException(
                    file + ": cannot be read (" + e.getMessage()
                            + "). It says what evaluate measured; remove it, or measure again.",
                    e);
        }
    }

    private static ModelEvaluation of(PlainFields fields) {
        String format = fields.text(FORMAT_KEY);
        if (!format.equals(FORMAT)) {
            throw new IllegalArgumentException("expected the format " + FORMAT + ", found '" + format + "'");
        }
        OptionalInt epoch = fields.has(EPOCH) ? OptionalInt.of(fields.integer(EPOCH)) : OptionalInt.empty();
        if (epoch.orElse(0) < 0) {
            throw new IllegalArgumentException("expected an epoch of 0 or more, found " + epoch.getAsInt());
        }
        Ruler ruler = Ruler.of(fields.map(RULER));
        String fingerprint = fields.text(FINGERPRINT);
        if (!ruler.fingerprint().equals(fingerprint)) {
            throw new IllegalArgumentException("its ruler has the fingerprint " + ruler.fingerprint() + ", and not '"
                    + fingerprint + "' as it says");
        }
        int sets = fields.list(SETS).size();
        if (sets > MOST_SETS) {
            throw new IllegalArgumentException("expected at most " + MOST_SETS + " sets of prompts, found " + sets);
        }
        return new ModelEvaluation(
                fields.text(SOURCE),
                epoch,
                ruler,
                fields.list(SETS).stream()
                        .map(set -> MeasuredSet.of(PlainFields.of(set)))
                        .toList());
    }

    /** Writes the record, whole or not at all. */
    public void write(Path file) {
        RunFolder.writeText(file, PlainJson.line(document()) + "\n");
    }
}
