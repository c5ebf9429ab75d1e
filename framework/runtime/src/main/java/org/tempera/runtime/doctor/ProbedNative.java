package org.tempera.runtime.doctor;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.ByteSize;
import org.tempera.graph.NativeProbe;

/**
 * What came of loading TensorFlow in a process of its own.
 *
 * @param version of TensorFlow; empty where it was not loaded
 * @param devices that it found
 * @param instructions that oneDNN computes with, in its own words; empty where it does not tell
 * @param failure why it does not compute; empty where it does, and where it was not asked to
 * @param refusal why it was not asked to, of variables of the environment and what to do about them
 */
record ProbedNative(
        Optional<String> version,
        List<Device> devices,
        Optional<String> instructions,
        Optional<String> failure,
        Optional<String> refusal) {
    /** Unpacking 1.2 GB onto a slow disk took one minute. */
    static final Duration LIMIT = Duration.ofSeconds(300);

    /** For what is in the pipe when the process has ended. */
    private static final Duration REST = Duration.ofSeconds(5);

    private static final Pattern INSTRUCTIONS = Pattern.compile("(?m)^onednn_verbose.*,info,cpu,isa:(.+)$");

    /** In Java's report of a crash. */
    private static final Pattern SIGNAL = Pattern.compile("^#\\s+(SIG[A-Z]+) \\(");

    private static final Pattern FRAME = Pattern.compile("^# C\\s+\\[([^+\\]]+)");

    /**
     * Lines of TensorFlow's log that are no reason for its end, as a fatal one (F) would be; in both of its formats,
     * with what it says before and between.
     */
    private static final Pattern CHATTER =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d [\\d:.]+: [IWE] |[IWE]\\d{4} [\\d:. ]+"
                    + "|WARNING: All log messages before absl|To enable the following instructions: )");

    private static final List<String> PASSED_ON =
            List.of("-D", "--enable-native-access", "--sun-misc-unsafe-memory-access");

    /**
     * A device of TensorFlow's.
     *
     * @param type {@code CPU} or {@code GPU}
     * @param name of TensorFlow's
     * @param bytes of memory that it may take there
     */
    record Device(String type, String name, long bytes) {
        @Override
        public String toString() {
            return name.replaceAll(".*device:", "") + " (" + ByteSize.text(bytes) + ")";
        }
    }

    ProbedNative {
        devices = List.copyOf(devices);
    }

    /** Loads it, with the class path and the system properties of this process. */
    static ProbedNative run() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(a -> PASSED_ON.stream().anyMatch(a::startsWith))
                .forEach(command::add);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), NativeProbe.class.getName()));
        return run(command);
    }

    static ProbedNative run(List<String> command) {
        return run(command, LIMIT);
    }

    static ProbedNative run(List<String> command, Duration within) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().put("ONEDNN_VERBOSE", "1");
            Process process = builder.start();
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            Thread reader = new Thread(() -> copy(process.getInputStream(), printed), "tempera-probe-output");
            reader.setDaemon(true);
            reader.start();
            try {
                // Its input stays open until this process is gone, which ends it. What a driver holds on to ends by no
                // signal, and its output with it.
                boolean inTime = process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS);
                process.destroyForcibly();
                reader.join(REST.toMillis());
                return of(
                        printed.toString(StandardCharsets.UTF_8),
                        inTime ? Optional.of(process.exitValue()) : Optional.empty(),
                        within);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return failed("a process could not be started for it: " + IoReason.of(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failed("interrupted");
        }
    }

    private static ProbedNative failed(String why) {
        return new ProbedNative(Optional.empty(), List.of(), Optional.empty(), Optional.of(why), Optional.empty());
    }

    private static void copy(InputStream from, OutputStream to) {
        try {
            from.transferTo(to);
        } catch (IOException e) {
            // The process was ended while it printed: what came by then is read.
        }
    }

    /**
     * Reads what the process printed.
     *
     * @param code its exit code; empty where it did not end in time
     * @param within the time that it had
     */
    static ProbedNative of(String printed, Optional<Integer> code, Duration within) {
        Matcher instructions = INSTRUCTIONS.matcher(printed);
        Optional<String> isa =
                instructions.find() ? Optional.of(instructions.group(1).strip()) : Optional.empty();
        List<Device> devices = values(printed, "device")
                .map(v -> v.split("\t"))
                .filter(v -> v.length == 3 && v[2].matches("-?\\d{1,18}"))
                .map(v -> new Device(v[0], v[1], Long.parseLong(v[2])))
                .toList();
        Optional<String> failure = values(printed, "failure").findFirst();
        Optional<String> refusal = values(printed, "refused").findFirst();
        boolean ended = Stream.of("computed", "refused")
                .allMatch(word -> values(printed, word).findFirst().isEmpty());
        if (failure.isEmpty() && ended) {
            failure = Optional.of(code.map(ProbedNative::ended).orElse("it took more than " + within.toSeconds() + " s")
                    + last(printed));
        }
        return new ProbedNative(values(printed, "version").findFirst(), devices, isa, failure, refusal);
    }

    /** What an exit code says, where a shell's convention of 128 and the signal's number holds. */
    private static String ended(int code) {
        return switch (code) {
            case 132 ->
                "TensorFlow ended the process: this processor lacks instructions that it was built for (signal 4)";
            case 134 -> "TensorFlow ended the process (signal 6)";
            case 137 -> "the system ended the process (signal 9), as it does where memory runs out";
            case 139 -> "TensorFlow ended the process (signal 11)";
            default -> "its process ended with " + code;
        };
    }

    private static Stream<String> values(String printed, String word) {
        return printed.lines().filter(l -> l.startsWith(word + "\t")).map(l -> l.substring(word.length() + 1));
    }

    /** What Java reports of a crash, which fills its last lines with nothing: the signal, and where it was met. */
    private static Optional<String> crash(List<String> lines) {
        Optional<String> signal = found(lines, SIGNAL);
        return signal.map(
                s -> s + found(lines, FRAME).map(where -> " in " + where).orElse(""));
    }

    private static Optional<String> found(List<String> lines, Pattern pattern) {
        return lines.stream()
                .map(pattern::matcher)
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .findFirst();
    }

    /** What TensorFlow or Java said at the end. */
    private static String last(String printed) {
        List<String> lines = printed.lines()
                .filter(l -> !l.isBlank() && !l.contains("onednn_verbose") && !l.startsWith("device\t"))
                .filter(l -> !l.startsWith("version\t") && !l.startsWith("\tat "))
                .filter(l -> !CHATTER.matcher(l).lookingAt())
                .toList();
        String end = crash(lines)
                .orElse(lines.isEmpty() ? "" : lines.get(lines.size() - 1).strip());
        return end.isEmpty() ? "" : ": " + (end.length() > 300 ? end.substring(0, 300) + "..." : end);
    }
}
