package org.tempera.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.tempera.base.concurrent.Uninterrupted;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.ByteSize;
import org.tempera.core.config.ClusterSettings;
import org.tempera.graph.FreeMemory;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.StopSignal;
import org.tempera.graph.VisibleGpus;
import org.tempera.graph.workers.Cluster;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.runtime.ExitCode;
import org.tempera.runtime.OpenRun;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.sweep.JavaProcesses;
import org.tempera.runtime.sweep.Processes;
import org.tempera.spi.UserException;

/** The other workers of a run on this machine, each a process of its own with a log of its own. */
final class WorkerProcesses implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** Where Java has options from beside its command line: before all that the command writes. */
    private static final Pattern OF_JAVA = Pattern.compile("(?:NOTE: )?Picked up \\w+: ");

    /** Bytes of a log, more than such lines have. */
    private static final int LOOKED_AT = 1 << 16;

    /** How long workers may take to end after the first has. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final List<String> arguments;
    private final Path output;
    private final int count;
    /** Of all workers; empty until they are chosen. */
    private List<String> addresses = List.of();

    private final List<Processes.Running> others = new ArrayList<>();
    /** Bytes that the log of each had before it was started. */
    private final List<Long> logged = new ArrayList<>();

    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private final StopSignal ended = new StopSignal();

    private WorkerProcesses(List<String> arguments, Path output, int count) {
        this.arguments = arguments;
        this.output = output;
        this.count = count;
    }

    /**
     * Those that are to be started.
     *
     * @param count of workers, this process among them
     * @param config the file that they read
     * @param overrides of it
     * @param output the run's folder; their logs lie beside it
     */
    static WorkerProcesses prepare(int count, Path config, List<String> overrides, Path output) {
        List<String> arguments = new ArrayList<>(List.of("train", "--stop-at-eof", config.toString()));
        arguments.addAll(overrides);
        return new WorkerProcesses(arguments, output, count);
    }

    /** Where this process trains alone, or others are started elsewhere. */
    static WorkerProcesses none() {
        return new WorkerProcesses(List.of(), Path.of(""), 1);
    }

    /**
     * Starts them, once the run is {@linkplain #led led}.
     *
     * @throws UserException if the machine has no memory for so many, a log cannot be written, or no process started
     */
    void start() {
        FreeMemory.ofThisMachine()
                .ownOf(ProcessHandle.current().pid())
                .ifPresent(bytes -> requireMemory(count, bytes, MachineMemory.withSwapOfThisMachine()));
        Processes processes = new JavaProcesses(Main.class.getName());
        try {
            for (int i = 1; i < count; i++) {
                Path log = log(output, i);
                logged.add(log.toFile().length());
                Processes.Running other =
                        processes.start(new Processes.Job(arguments, environment(i, System.getenv()), log, log));
                others.add(other);
                ends.add(other.onExit().thenRun(ended::give));
            }
        } catch (RuntimeException | Error e) {
            others.forEach(Processes.Running::askToStop);
            throw e;
        }
    }

    /**
     * Each has at least what the first has when it starts them: all that is needed besides a model.
     *
     * @throws UserException if the machine cannot hold that
     */
    static void requireMemory(int count, long bytesOfEach, MachineMemory most) {
        if (!most.holds(Math.multiplyExact(count, bytesOfEach))) {
            throw new UserException("--local-workers: " + count + " processes of " + ByteSize.text(bytesOfEach)
                    + ", which each needs besides the model, are more than the " + most
                    + " of memory that there are. Start fewer.");
        }
    }

    /** Whether there are any. */
    boolean any() {
        return count > 1;
    }

    /** What a user should know of their ports, for TensorFlow's server listens on all addresses of the machine. */
    String warning() {
        String ports = addresses.stream()
                .map(address -> address.substring(HOST.length() + 1))
                .collect(Collectors.joining(", "));
        return LocalWorkersOption.NAME + ": the ports " + ports + " are open, until the run ends, to whoever reaches"
                + " this machine, and what is sent there is run. Close them to others by a firewall (docs/security.md).";
    }

    static Path log(Path output, int worker) {
        Path whole = output.toAbsolutePath().normalize(); // or a run that is "." would hold its log
        return whole.resolveSibling(whole.getFileName() + "-worker-" + worker + ".log");
    }

    /**
     * The run as the first of the workers trains it. Their addresses are chosen here, shortly before they are started.
     *
     * @throws UserException if there are no free ports
     */
    RunConfig led(RunConfig config) {
        choosePorts();
        return led(config, addresses);
    }

    /** Once: who asks again is told the same. */
    void choosePorts() {
        if (addresses.isEmpty()) {
            addresses = WorkerPorts.ofThisMachine().free(count, new SecureRandom()).stream()
                    .map(WorkerProcesses::address)
                    .toList();
        }
    }

    /** The run as the first of workers at these addresses trains it. */
    static RunConfig led(RunConfig config, List<String> addresses) {
        ClusterSettings given = config.run().cluster();
        return config.trainedBy(new ClusterSettings(addresses, 0, given.gradients(), given.startSeconds()));
    }

    /**
     * What a worker's environment has besides this process's, or in place of it. So TensorFlow says as much in its log
     * as this process has it say.
     *
     * @param ours this process's
     */
    Map<String, String> environment(int index, Map<String, String> ours) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put(Cluster.VARIABLE, tfConfig(index));
        LocalGpus.of(ours, index).ifPresent(gpu -> own.put(VisibleGpus.VARIABLE, gpu));
        return own;
    }

    private String tfConfig(int index) {
        Map<String, Object> task = new LinkedHashMap<>();
        task.put("type", "worker");
        task.put("index", index);
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cluster", Map.of("worker", addresses));
        all.put("task", task);
        return PlainJson.line(all);
    }

    /** A worker's, by its port. */
    static String address(int port) {
        return HOST + ":" + port;
    }

    /** Is given once one of them has ended. */
    StopSignal ended() {
        return ended;
    }

    /**
     * Opens the run, which waits for them until {@link #ended}.
     *
     * @throws UserException if one has ended before all have found each other: a {@link LostWorkerException} where its
     *     exit code says that it was killed, stopped, or has lost another itself, and did not crash
     */
    OpenRun awaited(Supplier<OpenRun> open) {
        try {
            return open.get();
        } catch (StopSignal.StoppedException e) {
            requireNoneEnded();
            throw e;
        }
    }

    private void requireNoneEnded() {
        for (int i = 0; i < others.size(); i++) {
            if (!others.get(i).isAlive()) {
                Path log = log(output, i + 1);
                throw ended(i + 1, others.get(i).exitCode(), log, hasLogged(log, logged.get(i)));
            }
        }
    }

    /**
     * Whether a worker has written more than Java itself does, which says where it has options from.
     *
     * @param before bytes that its log had before the worker was started
     */
    static boolean hasLogged(Path log, long before) {
        try (InputStream in = Files.newInputStream(log)) {
            in.skipNBytes(before);
            String begin = new String(in.readNBytes(LOOKED_AT), StandardCharsets.UTF_8);
            return begin.lines().anyMatch(line -> !OF_JAVA.matcher(line).lookingAt());
        } catch (IOException e) {
            return true; // whoever looks into it will see
        }
    }

    /**
     * Who meets a mistake meets it again, and so does a program that crashes, as on a processor that lacks an
     * instruction; what ended it otherwise may not come again.
     *
     * @param told whether it has {@linkplain #hasLogged logged} anything
     */
    static UserException ended(int worker, int exitCode, Path log, boolean told) {
        ExitCode code = new ExitCode(exitCode);
        boolean ended = code.isOfSignal();
        boolean passing = ended && !code.isCrash();
        StringBuilder message = new StringBuilder("worker ").append(worker).append(' ');
        message.append(code.words()).append(ended ? "," : "").append(" before the run has begun. ");
        if (!told) {
            message.append("It has logged nothing.");
        } else {
            message.append(ended ? "What it had logged is in " : "Its log says why: ");
            message.append(TrainCommand.shown(log));
        }
        if (ended && told) {
            message.append('.');
        }
        if (passing) {
            message.append(" Start the run again");
            message.append(code.isKill() ? ", by fewer workers where memory is short." : ".");
        }
        return passing || exitCode == Failure.AGAIN
                ? new LostWorkerException(message.toString())
                : new UserException(message.toString());
    }

    /** The run has ended: those that know of it end by themselves, others are asked to, and in the end made to. */
    @Override
    public void close() {
        end(others, ends, PATIENCE);
    }

    /**
     * Ends processes.
     *
     * @param ends complete once they have ended
     * @param patience until they are asked to, and again until one that does not hear is killed, such as a stopped one
     */
    static void end(List<Processes.Running> others, List<CompletableFuture<Void>> ends, Duration patience) {
        await(ends, patience);
        others.forEach(Processes.Running::askToStop);
        await(ends, patience);
        others.stream().filter(Processes.Running::isAlive).forEach(Processes.Running::kill);
    }

    private static void await(List<CompletableFuture<Void>> ends, Duration patience) {
        CompletableFuture<Void> all = CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
        Uninterrupted.get(all.completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS), () -> {});
    }
}
