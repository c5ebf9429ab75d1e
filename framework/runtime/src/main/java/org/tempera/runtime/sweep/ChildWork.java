package org.tempera.runtime.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.Utf8;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.workers.Cluster;
import org.tempera.record.run.FolderLock;
import org.tempera.record.run.RunFolder;
import org.tempera.runtime.ExitCode;
import org.tempera.runtime.config.SweepConfig;
import org.tempera.runtime.config.SweepEvaluation;

/** What a sweep does for one run, a process after the other; holds the lock of the run's folder. */
final class ChildWork implements AutoCloseable {
    private static final String TRAIN = "train";
    private static final String EVALUATE = "evaluate";
    private static final double NANOS = 1e9;

    private static final int LARGEST_RESULT = 1 << 22;
    private static final int SHOWN = 1000;
    private static final int LAST_LINES = 5;

    private final SweepChild child;
    private final ChildFolder folder;
    private final FolderLock lock;
    private final SweepConfig config;
    private final Processes processes;
    private final FreeMemory memory;
    private ChildState state;
    private String command = "";
    private Processes.@Nullable Running process;
    private long started;
    private int epochsBefore;
    private long peak;

    ChildWork(
            SweepChild child,
            ChildFolder folder,
            FolderLock lock,
            SweepConfig config,
            Processes processes,
            FreeMemory memory) {
        this.child = child;
        this.folder = folder;
        this.lock = lock;
        this.config = config;
        this.processes = processes;
        this.memory = memory;
        this.state = ChildState.read(folder.state())
                .map(earlier -> earlier.of(child.keys()))
                .orElseGet(() -> ChildState.begun(child.keys()))
                .withoutFailure();
    }

    SweepChild child() {
        return child;
    }

    ChildFolder folder() {
        return folder;
    }

    boolean isEvaluating() {
        return command.equals(EVALUATE);
    }

    /**
     * Starts what is to be done next.
     *
     * @return what it is, for people; empty if only the record is left to do
     */
    Optional<String> startNext() {
        if (state.stage() != ChildState.Stage.BEGUN && !RunFolder.holdsRun(folder.run())) {
            state = state.at(ChildState.Stage.BEGUN); // its folder is gone
        }
        state.write(folder.state());
        if (state.stage() == ChildState.Stage.BEGUN) {
            boolean goesOn = folder.canGoOn();
            start(TRAIN, training(goesOn));
            return Optional.of(goesOn ? "goes on after epoch " + epochsBefore : "begins");
        }
        if (state.stage() == ChildState.Stage.TRAINED && config.evaluation().isPresent()) {
            start(EVALUATE, evaluating(config.evaluation().get()));
            return Optional.of("has trained, its checkpoints are measured");
        }
        state = state.at(ChildState.Stage.EVALUATED);
        return Optional.empty();
    }

    private void start(String what, List<String> arguments) {
        command = what;
        epochsBefore = folder.epochs();
        peak = 0;
        started = System.nanoTime();
        Map<String, String> environment = new HashMap<>(child.config().environment());
        environment.put(Cluster.VARIABLE, ""); // else each would take itself for the worker that this process is
        process = processes.start(new Processes.Job(arguments, environment, folder.result(what), folder.log(what)));
    }

    private List<String> training(boolean goesOn) {
        List<String> arguments = new ArrayList<>(List.of(TRAIN, "--json", "--stop-at-eof"));
        if (goesOn) {
            arguments.add("--resume");
            arguments.add(folder.run().toString());
            arguments.addAll(child.config().resumed());
            return arguments;
        }
        if (RunFolder.holdsRun(folder.run())) {
            arguments.add("--overwrite"); // it was ended before its first checkpoint
        }
        arguments.add(child.config().file().toString());
        arguments.addAll(child.config().overrides());
        return arguments;
    }

    private List<String> evaluating(SweepEvaluation how) {
        List<String> arguments = new ArrayList<>(List.of(EVALUATE, "--json", "--stop-at-eof"));
        option(arguments, "--n", how.pictures());
        option(arguments, "--seed", how.seed());
        option(arguments, "--batch-size", how.batchSize());
        how.prompts().forEach((set, file) -> option(arguments, "--prompts", set + "=" + file));
        how.rewards().forEach(reward -> option(arguments, "--reward", reward));
        how.embeddings().ifPresent(clip -> option(arguments, "--embeddings", clip));
        if (!how.kl()) {
            arguments.add("--no-kl");
        }
        switch (how.checkpoints()) {
            case ALL -> option(arguments, "--checkpoint", how.every() == 1 ? "all" : "every-" + how.every());
            case LAST -> option(arguments, "--checkpoint", "last");
            case BEST -> {} // where there is none, the last
        }
        arguments.add(folder.run().toString());
        arguments.addAll(child.config().resumed());
        return arguments;
    }

    private static void option(List<String> arguments, String name, Object value) {
        arguments.add(name);
        arguments.add(String.valueOf(value));
    }

    /** Looks what memory the process takes. */
    void look() {
        if (process != null && isRunning()) {
            peak = Math.max(peak, memory.peakOf(process.pid()).orElse(0));
        }
    }

    /** Whether it has a process that has ended, of which no note was taken yet. */
    boolean hasEnded() {
        return process != null && !process.isAlive();
    }

    boolean isRunning() {
        return process != null && process.isAlive();
    }

    /**
     * Takes note of how the process ended.
     *
     * @param stopping whether it was asked to stop
     * @return what went wrong; empty if nothing did
     */
    Optional<String> finishProcess(boolean stopping) {
        Processes.Running ended = java.util.Objects.requireNonNull(process);
        process = null;
        ExitCode code = new ExitCode(ended.exitCode());
        state = state.after(seconds(), peak);
        Map<String, Object> result = result();
        boolean stopped = code.isStop() || result.containsKey("stopped");
        if (code.code() == 0 && !stopped) {
            state = state.at(command.equals(TRAIN) ? ChildState.Stage.TRAINED : ChildState.Stage.EVALUATED);
            state.write(folder.state());
            return Optional.empty();
        }
        if (stopping && (stopped || code.isKill())) {
            state.write(folder.state());
            return Optional.empty();
        }
        String why = command + ": " + why(code, result);
        failed(why);
        return Optional.of(why);
    }

    /** Whether all that is left is the record. */
    boolean isComplete() {
        return state.stage() == ChildState.Stage.EVALUATED
                || (state.stage() == ChildState.Stage.TRAINED
                        && config.evaluation().isEmpty());
    }

    private String why(ExitCode ended, Map<String, Object> result) {
        Object error = result.get("error");
        if (error != null) {
            return shortened(String.valueOf(error));
        }
        if (ended.isKill()) {
            return "its process " + ended.words() + ". Lower sweep.parallel, or what a batch holds.";
        }
        if (ended.isStop()) {
            return "its process was asked to stop by another than the sweep. It goes on where it was when the sweep is"
                    + " run again.";
        }
        return "its process " + ended.words() + ". Its last words, in " + folder.log(command) + ":\n" + lastWords();
    }

    private static String shortened(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }

    private String lastWords() {
        List<String> lines = text(folder.log(command)).lines().toList();
        return shortened(String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())));
    }

    /** What the command printed; empty where that is nothing whole. */
    private Map<String, Object> result() {
        try {
            return PlainJson.readForeignObject(text(folder.result(command)));
        } catch (PlainJson.MalformedException e) {
            return Map.of();
        }
    }

    private static String text(Path file) {
        try {
            return Utf8.strict(BoundedFile.readAtMost(file, LARGEST_RESULT));
        } catch (IOException e) {
            return Files.exists(file) ? "(it cannot be read: " + IoReason.of(e) + ")" : "";
        }
    }

    private double seconds() {
        return (System.nanoTime() - started) / NANOS;
    }

    /** Keeps why it failed. */
    void failed(String why) {
        state = state.failed(why);
        state.write(folder.state());
    }

    /** What the record keeps of how it was made. */
    ChildRecords.Kept kept() {
        return new ChildRecords.Kept(child.keys().values(), state.seconds(), state.peakBytes());
    }

    /** The peak of the processes before this one; 0 if there were none. */
    long earlierPeak() {
        return state.peakBytes();
    }

    MemoryGate.Taken taken() {
        Processes.@Nullable Running running = process;
        OptionalLong now = running == null ? OptionalLong.empty() : memory.of(running.pid());
        return new MemoryGate.Taken(
                child.name(),
                now,
                now.isEmpty() ? now : OptionalLong.of(Math.max(peak, now.getAsLong())),
                folder.epochs() > epochsBefore);
    }

    ChildStatus status() {
        double sofar = state.seconds() + (process == null ? 0 : seconds());
        return new ChildStatus(
                child, ChildStatus.State.RUNNING, folder.epochs(), OptionalDouble.of(sofar), Optional.empty());
    }

    void askToStop() {
        if (process != null) {
            process.askToStop();
        }
    }

    void kill() {
        Processes.@Nullable Running running = process;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void close() {
        lock.close();
    }
}
