package org.tempera.record.evaluation;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.RunFolder;
import org.tempera.record.verdict.Ruler;

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

    public ModelEvaluation {
        sets = List.copyOf(sets);
    }

    /** As plain data. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("format", FORMAT);
        document.put("source", source);
        epoch.ifPresent(e -> document.put("epoch", e));
        document.put("fingerprint", ruler.fingerprint());
        document.put("ruler", ruler.scopes());
        document.put("sets", sets.stream().map(MeasuredSet::document).toList());
        return document;
    }

    /** Writes the record, whole or not at all. */
    public void write(Path file) {
        RunFolder.writeText(file, PlainJson.line(document()) + "\n");
    }
}
