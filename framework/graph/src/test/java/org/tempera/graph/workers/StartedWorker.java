package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A {@link ChannelProcess} that was started, and the lines that it prints. */
final class StartedWorker {
    private static final String END = "end of output";

    private final Process process;
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    private StartedWorker(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "read-worker");
        reader.setDaemon(true);
        reader.start();
    }

    static StartedWorker start(int index, List<String> addresses, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ChannelProcess.class.getName(),
                String.valueOf(index),
                String.join(",", addresses)));
        line.addAll(Arrays.asList(words));
        ProcessBuilder builder = new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeIf(name -> name.endsWith("_proxy")); // gRPC would take one
        return new StartedWorker(builder.start());
    }

    private void read() {
        try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
            in.lines().forEach(printed::add);
        } catch (UncheckedIOException | IOException e) {
            printed.add("its output ends: " + e);
        }
        printed.add(END);
    }

    /** Waits until it has printed the line. */
    void await(String line) throws InterruptedException {
        awaitMatching(Pattern.quote(line));
    }

    /** Waits until it has printed a line that is all of the regular expression. */
    void awaitMatching(String expression) throws InterruptedException {
        String next = next();
        while (!next.matches(expression)) {
            assertThat(next).as("lines before '%s'", expression).isNotEqualTo(END);
            next = next();
        }
    }

    /** What else it prints, but for notes, until it ends. */
    List<String> lines() throws InterruptedException {
        List<String> lines = new ArrayList<>();
        for (String line = next(); !line.equals(END); line = next()) {
            if (!line.startsWith("note: ")) {
                lines.add(line);
            }
        }
        return lines;
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the process ends").isTrue();
        return process.exitValue();
    }

    /** Ends its waiting. */
    void goOn() throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Stops it as a job of a terminal: its connections stay open. */
    void stop() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private String next() throws InterruptedException {
        String line = printed.poll(1, TimeUnit.MINUTES);
        assertThat(line).as("a line within a minute").isNotNull();
        return line;
    }
}
