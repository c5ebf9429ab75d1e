package org.tempera.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plan.Cause;
import org.tempera.core.plan.DiskPlan;
import org.tempera.core.plan.HeapPlan;
import org.tempera.core.plan.MemoryPlan;
import org.tempera.core.plan.Part;
import org.tempera.core.plan.Rehearsal;
import org.tempera.core.plan.Room;
import org.tempera.core.plan.RunPlan;
import org.tempera.core.plan.Work;
import org.tempera.runtime.plan.Saving;

/** A run's plan for people. */
final class PlanLines {
    private final RunPlan plan;
    private final Room room;

    PlanLines(RunPlan plan, Room room) {
        this.plan = plan;
        this.room = room;
    }

    /** Memory by part; of the works that take turns, the largest counts. */
    List<List<String>> memory() {
        MemoryPlan memory = plan.memory();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("memory", "Java, TensorFlow and the graph", ByteSize.text(memory.process()), "measured"));
        memory.variables().forEach(p -> rows.add(List.of("", p.name(), ByteSize.text(p.bytes()), "counted")));
        HeapPlan heap = memory.heap();
        heap.parts()
                .forEach(p ->
                        rows.add(inHeap(p, heap.fullest().contains(p) ? "counted" : "counted; not at the same time")));
        Work largest = memory.largest();
        for (Work work : memory.works()) {
            rows.add(List.of(
                    "",
                    work.name() + of(work),
                    ByteSize.text(work.allBytes()),
                    work.equals(largest) ? "estimated" : "estimated; not at the same time"));
        }
        if (memory.encoders().bytes() > 0) {
            rows.add(List.of(
                    "",
                    "text encoders, while prompts are encoded",
                    ByteSize.text(memory.encoders().bytes()),
                    "estimated; before the rest"));
        }
        rows.add(List.of("", "sessions, kernels, the allocator", ByteSize.text(memory.besides()), "estimated"));
        rows.add(List.of(
                "",
                "at the peak, about",
                ByteSize.text(memory.peakBytes()),
                room.onGpu()
                        ? "on the GPU but for what Java holds"
                        : "of " + ByteSize.text(room.usable().bytes()) + " that are free for it"));
        return rows;
    }

    private static List<String> inHeap(Part part, String how) {
        return List.of("", part.name() + ", in Java's heap", ByteSize.text(part.bytes()), how);
    }

    private static String of(Work work) {
        String rows = work.rows() > 1 ? " of " + work.rows() + " rows" : "";
        return rows + (work.atATime() > 1 ? ", " + work.atATime() + " at a time" : "");
    }

    /** What the run writes. */
    List<List<String>> disk() {
        DiskPlan disk = plan.disk();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "disk",
                disk.checkpoints() + " checkpoints of " + ByteSize.text(disk.checkpointBytes()),
                ByteSize.text(disk.checkpoints() * disk.checkpointBytes())));
        for (Part p : disk.parts()) {
            if (p.bytes() > 0) {
                rows.add(List.of("", p.name(), ByteSize.text(p.bytes())));
            }
        }
        rows.add(List.of(
                "",
                "at most, about",
                ByteSize.text(disk.bytes())
                        + (room.disk().isPresent()
                                ? " of " + ByteSize.text(room.disk().getAsLong()) + " free"
                                : "")));
        return rows;
    }

    /** What the other workers write besides, in a sentence or two. @param workers that train the run */
    String ofOthers(int workers) {
        return "This is the plan of the first of " + workers
                + " workers. Where the run is gone on with, each of the others"
                + " writes a copy of the checkpoint, "
                + ByteSize.text(plan.disk().checkpointBytes())
                + ", to its folder for temporary files (-Djava.io.tmpdir), and removes it once it is read.";
    }

    /** Whether the run fits, in a sentence. */
    String conclusion() {
        List<String> lacking = new ArrayList<>();
        if (room.lacksMemory(plan)) {
            lacking.add(lack("memory", plan.memory().peakBytes(), room.usable().bytes()));
        }
        if (room.lacksHeap(plan)) {
            lacking.add(lack(
                            "Java's heap",
                            plan.memory().heap().bytes(),
                            room.heap().bytes()) + " (-Xmx in TEMPERA_JAVA_OPTS" + " gives it more)");
        }
        if (room.lacksDisk(plan)) {
            lacking.add(lack("disk", plan.disk().bytes(), room.disk().orElse(0)));
        }
        if (!lacking.isEmpty()) {
            return "The run does not fit: " + String.join(", ", lacking) + ".";
        }
        if (room.onGpu()) {
            return "Java's heap and the disk have room for the run. A GPU computes it, whose memory is not looked at.";
        }
        return isClose()
                ? "The run fits if the estimate is right: it is good to " + Math.round(100 * MemoryPlan.ERROR) + " %."
                : "The run fits.";
    }

    /** What takes most of what is short, in a sentence or two. */
    static String line(Cause cause) {
        Part part = cause.part();
        String keys = part.keys().isEmpty() ? "" : " These keys decide it: " + String.join(", ", part.keys()) + ".";
        return "What takes most of " + cause.of().words() + ": " + part.name() + ", " + ByteSize.text(part.bytes())
                + "." + keys;
    }

    private static String lack(String what, long needed, long there) {
        return what + " lacks " + ByteSize.text(needed - there);
    }

    /** Whether the estimate's error decides. */
    boolean isClose() {
        return room.holds(plan)
                && !room.holds((long) ((1 + MemoryPlan.ERROR) * plan.memory().peakBytes()));
    }

    /** A saving in a row. */
    List<String> row(Saving saving) {
        List<String> saved = new ArrayList<>();
        if (saving.memory() > 0) {
            saved.add("saves " + ByteSize.text(saving.memory()) + " of memory, peak "
                    + ByteSize.text(plan.memory().peakBytes() - saving.memory()));
        }
        if (saving.disk() > 0) {
            saved.add("saves " + ByteSize.text(saving.disk()) + " of disk");
        }
        return List.of(
                String.join(" ", saving.settings()),
                String.join(", ", saved),
                saving.fits() ? "fits" : "",
                saving.cost());
    }

    /** Seconds of an epoch by what is computed. */
    static List<List<String>> seconds(Rehearsal rehearsal, RunPlan plan) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("seconds", "to read the weights", seconds(rehearsal.loading())));
        rehearsal.epoch().forEach((phase, s) -> rows.add(List.of("", phase + " of an epoch", seconds(s))));
        rows.add(List.of("", "an epoch", seconds(rehearsal.epochSeconds())));
        if (plan.evaluations() > 0) {
            rows.add(List.of("", "an evaluation", seconds(rehearsal.evaluationSeconds())));
        }
        double all = rehearsal.loading()
                + plan.epochs() * rehearsal.epochSeconds()
                + plan.evaluations() * rehearsal.evaluationSeconds();
        rows.add(List.of(
                "",
                "the run: " + plan.epochs() + " epochs, " + plan.evaluations() + " evaluations",
                all < 120 ? seconds(all) : length(all)));
        return rows;
    }

    /** What the seconds do not say. @param workers that train the run */
    static List<String> notes(Rehearsal rehearsal, RunPlan plan, int workers) {
        List<String> notes = new ArrayList<>();
        rehearsal
                .peakBytes()
                .ifPresent(bytes -> notes.add(String.format(
                        Locale.ROOT,
                        "At its peak the process held %s so far: %+.0f %% of what was estimated.",
                        ByteSize.text(bytes),
                        100.0
                                * (bytes - plan.memory().peakBytes())
                                / plan.memory().peakBytes())));
        if (!rehearsal.unknown().isEmpty()) {
            notes.add("Not in the seconds, for the algorithm says only by real scores how often it comes: "
                    + String.join(", ", rehearsal.unknown()) + ".");
        }
        if (!plan.onHost().isEmpty()) {
            notes.add("Not in the seconds, for they are computed outside the graph: " + String.join(", ", plan.onHost())
                    + ".");
        }
        if (workers > 1) {
            notes.add(
                    "Not in the seconds: what the " + workers + " workers hand each other, and that they compare their"
                            + " weights before each epoch and evaluation.");
        }
        return notes;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, seconds < 10 ? "%.2f s" : "%.0f s", seconds);
    }

    private static String length(double seconds) {
        Duration d = Duration.ofSeconds(Math.round(seconds));
        return d.toHours() == 0 ? d.toMinutes() + " min" : d.toHours() + " h " + d.toMinutesPart() + " min";
    }
}
