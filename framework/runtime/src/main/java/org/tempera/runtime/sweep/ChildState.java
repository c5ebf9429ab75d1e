package org.tempera.runtime.sweep;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.PlainJson;
import org.tempera.record.run.OwnFiles;
import org.tempera.record.run.RunFolder;
import org.tempera.spi.PlainFields;
import org.tempera.spi.UserException;

/**
 * What a sweep keeps beside a run's folder until its record is written.
 *
 * @param keys the settings that it was begun with
 * @param stage what was done last
 * @param seconds that its processes have taken so far
 * @param peakBytes the most memory that one of them held; 0 if it is not known
 * @param failure what went wrong the last time; empty if nothing did
 */
record ChildState(Map<String, String> keys, Stage stage, double seconds, long peakBytes, Optional<String> failure) {
    static final String SECONDS = "seconds";
    static final String PEAK = "peak_bytes";

    ChildState {
        requireTaken(seconds, peakBytes);
    }

    /** @throws IllegalArgumentException that names what no run has taken, by its field */
    static void requireTaken(double seconds, long peakBytes) {
        if (!(seconds >= 0)) {
            throw new IllegalArgumentException("expected 0 or more at '" + SECONDS + "', found " + seconds);
        }
        if (peakBytes < 0) {
            throw new IllegalArgumentException("expected 0 or more at '" + PEAK + "', found " + peakBytes);
        }
    }

    /** How far a run is. */
    enum Stage {
        BEGUN,
        TRAINED,
        EVALUATED
    }

    static ChildState begun(ChildKeys keys) {
        return new ChildState(keys.values(), Stage.BEGUN, 0, 0, Optional.empty());
    }

    /** The same run by other keys, see {@link SweepStates#other(SweepChild, ChildFolder)}. */
    ChildState of(ChildKeys now) {
        return new ChildState(now.values(), stage, seconds, peakBytes, failure);
    }

    ChildState at(Stage now) {
        return new ChildState(keys, now, seconds, peakBytes, Optional.empty());
    }

    ChildState failed(String why) {
        return new ChildState(keys, stage, seconds, peakBytes, Optional.of(why));
    }

    ChildState withoutFailure() {
        return at(stage);
    }

    /** The same after a process that took so long, and so much memory at its peak. */
    ChildState after(double moreSeconds, long peak) {
        return new ChildState(keys, stage, seconds + moreSeconds, Math.max(peakBytes, peak), failure);
    }

    void write(Path file) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("keys", keys);
        fields.put("stage", stage.name());
        fields.put(SECONDS, seconds);
        fields.put(PEAK, peakBytes);
        failure.ifPresent(f -> fields.put("failure", f));
        RunFolder.writeText(file, PlainJson.pretty(fields));
    }

    /**
     * Reads it; empty where there is none.
     *
     * @throws UserException if the file is damaged
     */
    static Optional<ChildState> read(Path file) {
        if (!OwnFiles.exists(file)) {
            return Optional.empty();
        }
        try {
            PlainFields fields = PlainFields.of(PlainJson.readObject(OwnFiles.readText(file, OwnFiles.LARGEST_LIST)));
            return Optional.of(new ChildState(
                    texts(fields.map("keys")),
                    Stage.valueOf(fields.text("stage")),
                    fields.number(SECONDS),
                    fields.whole(PEAK),
                    fields.has("failure") ? Optional.of(fields.text("failure")) : Optional.empty()));
        } catch (PlainJson.MalformedException | IllegalArgumentException e) {
            throw new UserException(
                    file + ": cannot be read (" + e.getMessage()
                            + "). It says how far a run of the sweep is; remove it with its folder, and the run begins"
                            + " anew.",
                    e);
        }
    }

    /** A map of texts of one of plain data. */
    static Map<String, String> texts(Map<String, Object> plain) {
        Map<String, String> texts = new LinkedHashMap<>();
        plain.forEach((key, value) -> texts.put(key, String.valueOf(value)));
        return texts;
    }
}
