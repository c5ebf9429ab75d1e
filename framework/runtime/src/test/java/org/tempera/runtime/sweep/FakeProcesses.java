package org.tempera.runtime.sweep;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Processes that write what a run's would, and end as a test has it; and their records, in memory. */
final class FakeProcesses implements Processes, ChildRecords {
    /** How a process goes on. */
    enum Way {
        ENDS,
        FAILS,
        CRASHES,
        /** Until it is asked to stop; then it has a checkpoint. */
        GOES_ON,
        /** Even then. */
        HANGS
    }

    /** What was started: the command, {@code train}, {@code resume} or {@code evaluate}, and the run's name. */
    final List<String> started = new ArrayList<>();

    final List<Job> jobs = new ArrayList<>();
    final Map<String, Kept> records = new HashMap<>();
    private final Path output;
    private final Function<String, Way> ways;
    int mostAtOnce;
    private int running;

    /** @param ways by what was started */
    FakeProcesses(Path output, Function<String, Way> ways) {
        this.output = output;
        this.ways = ways;
    }

    @Override
    public Optional<Kept> read(SweepChild child) {
        return Optional.ofNullable(records.get(child.name()));
    }

    @Override
    public void write(SweepChild child, Path run, Kept how) {
        records.put(child.name(), how);
    }

    @Override
    public Path file(SweepChild child) {
        return output.resolve("records").resolve(child.name());
    }

    @Override
    public Running start(Job job) {
        jobs.add(job);
        List<String> arguments = job.arguments();
        boolean resumed = arguments.contains("--resume");
        String what = (resumed ? "resume" : arguments.get(0)) + " "
                + output.relativize(job.log().getParent()).toString().replace('\\', '/');
        started.add(what);
        running++;
        mostAtOnce = Math.max(mostAtOnce, running);
        Path run = job.log().resolveSibling("run");
        Way way = ways.apply(what);
        try {
            if (arguments.get(0).equals("train") && !resumed) {
                Files.createDirectories(run.resolve("checkpoints"));
                Files.writeString(run.resolve("config.conf"), "");
            }
            Files.writeString(job.log(), "a\nb\nc\nd\ne\nthe last words\n");
            Files.writeString(
                    job.result(), way == Way.FAILS ? "{\"error\": \"no more room\", \"exit_code\": 2}" : "{}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Fake(way, run, job);
    }

    private final class Fake implements Running {
        private final Way way;
        private final Path run;
        private final Job job;
        private int code;
        private boolean alive = true;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Fake(Way way, Path run, Job job) {
            this.way = way;
            this.run = run;
            this.job = job;
            if (way != Way.GOES_ON && way != Way.HANGS) {
                end(way == Way.ENDS ? 0 : way == Way.FAILS ? 2 : 134);
            }
        }

        private void end(int with) {
            if (alive) {
                alive = false;
                code = with;
                running--;
                ended.complete(null);
            }
        }

        @Override
        public boolean isAlive() {
            return alive;
        }

        @Override
        public CompletableFuture<Void> onExit() {
            return ended.copy();
        }

        @Override
        public int exitCode() {
            return code;
        }

        @Override
        public long pid() {
            return -1;
        }

        @Override
        public void askToStop() {
            if (way != Way.GOES_ON) {
                return;
            }
            try {
                Files.createDirectories(run.resolve("checkpoints/epoch-0002"));
                Files.writeString(run.resolve("metrics.jsonl"), "{\"epoch\":1}\n{\"epoch\":2}\n");
                Files.writeString(job.result(), "{\"stopped\": \"after epoch 2\"}");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            end(129);
        }

        @Override
        public void kill() {
            end(137);
        }
    }
}
