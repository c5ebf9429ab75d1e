package org.tempera.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.tempera.base.files.FreeSpace;
import org.tempera.base.files.WritingAdvice;
import org.tempera.core.plan.Rehearsal;
import org.tempera.core.plan.Room;
import org.tempera.core.plan.RunPlan;
import org.tempera.core.plugin.MaskedFailure;
import org.tempera.core.train.PlannedRun;
import org.tempera.core.train.TrainingSpec;
import org.tempera.graph.ComputeDevice;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.ThreadSettings;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.plan.Change;
import org.tempera.runtime.plan.Saving;
import org.tempera.spi.UserException;

/** A run that is planned, and not trained. Owns native memory. */
public final class OpenPlan implements AutoCloseable {
    /** What saves a smaller share than this is not worth a word. */
    private static final double WORTH = 0.01;

    private final RunConfig config;
    private final TrainingParts parts;
    private final PlannedRun planned;
    private final ThreadSettings threads;
    private final Room room;
    private final Function<List<String>, RunConfig> under;

    private OpenPlan(
            RunConfig config,
            TrainingParts parts,
            PlannedRun planned,
            ThreadSettings threads,
            Room room,
            Function<List<String>, RunConfig> under) {
        this.config = config;
        this.parts = parts;
        this.planned = planned;
        this.threads = threads;
        this.room = room;
        this.under = under;
    }

    /** Builds the run's graph. @param under the same config under further overrides */
    static OpenPlan open(RunConfig config, Function<List<String>, RunConfig> under) {
        NativeLibrary library = NativeLibrary.load();
        TrainingParts parts = TrainingParts.create(config);
        try {
            return parts.guard().call(() -> {
                TrainingSpec spec =
                        TrainingModule.injector(new TrainingModule(parts)).getInstance(TrainingSpec.class);
                library.await();
                // Before the graph is built, which nobody would close where this fails.
                Room room = Room.here(
                        config.run().output(),
                        ComputeDevice.isGpuUsed(spec.threads()),
                        config.run().cluster().onThisHost());
                return new OpenPlan(config, parts, new PlannedRun(spec), spec.threads(), room, under);
            });
        } catch (RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    /** What it is planned by. */
    public RunConfig config() {
        return config;
    }

    /** What the run takes; no weights are read for it. */
    public RunPlan plan() {
        return planned.plan();
    }

    /**
     * What a person should know of the run's settings, of which training warns too; and that its folder cannot be
     * written here, which training refuses.
     */
    public List<String> warnings() {
        List<String> all = new ArrayList<>(planned.warnings());
        Path folder = config.run().output();
        try {
            FreeSpace.tryWriting(FreeSpace.nearest(folder));
        } catch (IOException e) {
            all.add("run.output: train could not write " + folder + " here. "
                    + WritingAdvice.of(folder, e, "choose another folder with run.output=FOLDER"));
        }
        return all;
    }

    /** What there is for it, as it was when it was planned. */
    public Room room() {
        return room;
    }

    /** Whether there is enough for it. */
    public boolean fits() {
        return room.holds(plan());
    }

    /**
     * Reads the weights and computes everything that the run computes once and again, on zeros: what it takes, and how
     * long.
     *
     * @throws UserException if a file cannot be read
     */
    public Rehearsal rehearse() {
        return MaskedFailure.within(
                config.effective().secrets(), () -> parts.guard().call(planned::rehearse));
    }

    /**
     * What other values of keys would save, what costs least first and nothing that saves no more than less of it does;
     * where none of them alone makes the run fit, the
     * last one is all of them together. The graph is built for each.
     */
    public List<Saving> savings() {
        List<Saving> savings = new ArrayList<>();
        Map<String, String> together = new LinkedHashMap<>();
        for (Change change : Change.of(config, threads.runs())) {
            saving(change).filter(saving -> !saving.isNoMoreThanOneOf(savings)).ifPresent(saving -> {
                savings.add(saving);
                saving.settings().forEach(s -> together.put(s.substring(0, s.indexOf('=')), s));
            });
        }
        if (savings.size() > 1 && savings.stream().noneMatch(Saving::fits)) {
            saving(new Change(List.copyOf(together.values()), "all of them")).ifPresent(savings::add);
        }
        return savings;
    }

    /** Empty where it saves next to nothing of what is short, or cannot be. */
    private Optional<Saving> saving(Change change) {
        RunPlan other;
        try (OpenPlan changed = open(under.apply(change.settings()), under)) {
            other = changed.plan();
        } catch (UserException e) {
            return Optional.empty(); // these values do not go together in this config
        }
        // Of the process itself, which by now holds more than when it was planned, each has the same.
        long memory = plan().memory().ownBytes() - other.memory().ownBytes();
        long disk = plan().disk().bytes() - other.disk().bytes();
        boolean lessMemory = memory > WORTH * plan().memory().peakBytes();
        boolean lessDisk = disk > WORTH * plan().disk().bytes();
        boolean worth = fits()
                ? lessMemory || lessDisk
                : (lessMemory && (room.lacksMemory(plan()) || room.lacksHeap(plan())))
                        || (lessDisk && room.lacksDisk(plan()));
        boolean fits =
                room.holds(plan().memory().peakBytes() - memory) && !room.lacksHeap(other) && !room.lacksDisk(other);
        return worth ? Optional.of(new Saving(change.settings(), change.cost(), memory, disk, fits)) : Optional.empty();
    }

    @Override
    public void close() {
        try (parts) {
            planned.close();
        }
    }
}
