package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tempera.graph.workers.LostWorkerException;
import org.tempera.runtime.config.RunConfig;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * The files in {@code packaging/kubernetes}: that they fit each other and the command, and processes that are started
 * as their pods are. {@code packaging/kubernetes/check} validates them against Kubernetes' schemas.
 */
public class KubernetesTest {
    private static final Path PACKAGING = Path.of("../../packaging/kubernetes");
    private static final int EPOCHS = 6;
    private static final Pattern TEXT = Pattern.compile("\"([^\"]*)\"");

    private final CommandRunner command = new CommandRunner();

    @AfterClass
    public void removeFolder() {
        command.close();
    }

    @DataProvider
    public Object[][] variants() {
        return new Object[][] {
            {"base", "base/tempera.yaml", "completions: (\\d+)", "parallelism: (\\d+)"},
            {"eight", "eight/kustomization.yaml", "/completions, value: (\\d+)", "/parallelism, value: (\\d+)"}
        };
    }

    @Test(dataProvider = "variants")
    public void thereIsAnAddressForEachPod(String variant, String file, String completions, String parallelism)
            throws IOException {
        Path folder = Files.createDirectories(command.file(variant));
        for (String name : List.of("run.conf", "prompts.txt")) {
            Files.copy(PACKAGING.resolve("base").resolve(name), folder.resolve(name));
        }
        Files.copy(PACKAGING.resolve(variant).resolve("workers.conf"), folder.resolve("workers.conf"));
        RunConfig config = Main.tempera().config(folder.resolve("run.conf"), List.of());
        int workers = Integer.parseInt(found(file, completions));
        assertThat(found(file, parallelism)).isEqualTo(String.valueOf(workers));
        String job = manifest("kind: Job\nmetadata:\n  name: (\\S+)");
        String port = manifest("containerPort: (\\d+)");
        assertThat(manifest("ports: \\[\\{name: workers, port: (\\d+)")).isEqualTo(port);
        assertThat(config.run().cluster().workers())
                .isEqualTo(IntStream.range(0, workers)
                        .mapToObj(i -> job + "-" + i + "." + manifest("subdomain: (\\S+)") + ":" + port)
                        .toList());
        assertThat(config.sampling().batchesPerEpoch() % workers).isEqualTo(0);
        assertThat(manifest("limits: \\{cpu: \"(\\d+)\""))
                .isEqualTo(String.valueOf(config.run().threads()));
    }

    @Test
    public void theVariantForGpusChangesTheJobAlone() {
        String variant = read("gpu/kustomization.yaml");
        assertThat(variant)
                .contains("resources: [../base]")
                .contains("target: {kind: Job, name: " + manifest("kind: Job\nmetadata:\n  name: (\\S+)") + "}")
                .doesNotContain("workers.conf");
        assertThat(found(
                        "gpu/kustomization.yaml", "containers/0/resources/limits/nvidia\\.com~1gpu\n +value: (\\d+)\n"))
                .isEqualTo("1");
        assertThat(found("gpu/kustomization.yaml", "containers/0/env/-\n +value: \\{name: (\\w+), value: \"0\"}"))
                .isEqualTo("CUDA_VISIBLE_DEVICES");
        assertThat(read("base/tempera.yaml").split("\n +containers:\n +- name: tempera\n", -1))
                .as("the first of the containers is the worker's")
                .hasSize(2);
    }

    @Test
    public void whatTheCheckLacksIsNamedWithHowToInstallIt() throws Exception {
        if (File.separatorChar == '\\') {
            throw new SkipException("a script of sh");
        }
        ProcessBuilder builder =
                new ProcessBuilder("/bin/sh", PACKAGING.resolve("check").toString());
        builder.environment().put("PATH", command.folder().toString());
        Process check = builder.redirectErrorStream(true).start();
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(check.waitFor()).as(said).isEqualTo(2);
        assertThat(said.lines())
                .hasSize(3)
                .anySatisfy(line -> assertThat(line).startsWith("  kubectl: install it as https://"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("  kubernetes-validate: pip install kubernetes-validate=="));
    }

    @Test
    public void whatIsTriedAgainIsWhatMayGoBetter() {
        Map<String, String> codes = new TreeMap<>();
        Matcher rules = Pattern.compile("action: (\\w+)[^\\n]*\\n *onExitCodes: .*values: \\[([\\d, ]+)]")
                .matcher(read("base/tempera.yaml"));
        while (rules.find()) {
            codes.put(rules.group(1), ", " + rules.group(2) + ",");
        }
        assertThat(codes.get("FailJob"))
                .contains(", " + Failure.USER_ERROR + ",", ", " + Failure.INTERNAL_ERROR + ",")
                .doesNotContain(", " + Failure.AGAIN + ",");
        assertThat(codes.get("Ignore")).isEqualTo(", " + TrainCommand.STOPPED_BY_ANOTHER + ",");
        assertThat(codes.get("Count")).isEqualTo(", " + Failure.AGAIN + ",");
        assertThat(Failure.AGAIN).as("from 128 on, or TFJob takes it for final").isGreaterThanOrEqualTo(128);
    }

    /** As the Job does, which starts a killed pod again while the others have yet to find out. */
    @Test
    public void whatEndsAsTheJobTriesAgainIsCompleteInTheEnd() throws Exception {
        mount("killed");
        Pod first = new Pod("killed", 0);
        Pod second = new Pod("killed", 1);
        try {
            first.start();
            second.start();
            await(() -> Files.exists(checkpoint("killed", 1)), first);
            second.kill();
            long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(10);
            while (first.isAlive() || second.isAlive() || first.exitCode() != 0 || second.exitCode() != 0) {
                for (Pod pod : List.of(first, second)) {
                    if (!pod.isAlive() && pod.exitCode() != 0 && pod.isDue()) {
                        assertThat(pod.exitCode()).as(pod.said()).isGreaterThanOrEqualTo(128);
                        assertThat(pod.starts()).as(pod.said()).isLessThan(6);
                        pod.start();
                    }
                }
                assertThat(System.nanoTime())
                        .as("pods that wait for each other: %s\n%s", first.said(), second.said())
                        .isLessThan(until);
                TimeUnit.MILLISECONDS.sleep(500);
            }
        } finally {
            first.kill();
            second.kill();
        }
        assertThat(first.starts()).isGreaterThan(1);
        assertThat(checkpoint("killed", EPOCHS)).exists();
    }

    @Test
    public void podsAreReadyTogetherStopTogetherAndGoOn() throws Exception {
        mount("stopped");
        Pod first = new Pod("stopped", 0);
        Pod second = new Pod("stopped", 1);
        try {
            first.start();
            await(() -> first.said().contains("waits for worker 1"), first);
            assertThat(first.ready()).as("ready while another is missing").isFalse();
            second.start();
            await(() -> first.ready() && second.ready(), first);
            await(() -> Files.exists(checkpoint("stopped", 1)), first);

            second.askToStop();
            assertThat(second.exitCode()).as(second.said()).isEqualTo(TrainCommand.STOPPED_BY_ANOTHER);
            assertThat(first.exitCode()).as(first.said()).isEqualTo(TrainCommand.STOPPED_BY_ANOTHER);
            assertThat(first.ready() || second.ready()).isFalse();
            assertThat(first.said())
                    .contains("saved. To go on, start all workers again. The first: tempera train --resume ")
                    .contains("; start the others as they were started before: tempera train RUN.conf");
            assertThat(second.said()).contains(LostWorkerException.START_AGAIN);
            assertThat(checkpoint("stopped", EPOCHS)).doesNotExist();

            first.start();
            second.start();
            assertThat(first.exitCode()).as(first.said()).isEqualTo(0);
            assertThat(second.exitCode()).as(second.said()).isEqualTo(0);
        } finally {
            first.kill();
            second.kill();
        }
        Process alone = start(
                "alone.out",
                Map.of(),
                List.of(
                        "train",
                        command.file("stopped/config/run.conf").toString(),
                        "run.cluster.workers=[]",
                        "run.output=" + command.file("alone"),
                        "run.threads=2",
                        "run.parallel-batches=2"));
        assertThat(alone.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assertThat(alone.exitValue()).as(readFile(command.file("alone.out"))).isEqualTo(0);
        String last = checkpoint("stopped", EPOCHS).getFileName() + "/tensors.safetensors";
        assertThat(checkpoint("stopped", EPOCHS).resolveSibling(last))
                .hasSameBinaryContentAs(command.file("alone/checkpoints").resolve(last));
    }

    /** As the kubelet does: files are links, through a link that it can turn to another folder at once. */
    private void mount(String cluster) throws IOException {
        Path mounted = Files.createDirectories(command.file(cluster + "/config"));
        Path version = Files.createDirectories(mounted.resolve("..1"));
        Files.createDirectories(command.file(cluster + "/data/runs"));
        Files.createSymbolicLink(mounted.resolve("..data"), Path.of("..1"));
        Files.writeString(version.resolve("prompts.txt"), read("base/prompts.txt"));
        Files.writeString(
                version.resolve("run.conf"),
                local(read("base/run.conf"), cluster, 0)
                        + """
                        run { epochs = %d, threads = 1, parallel-batches = 1, cluster.start-seconds = 120 }
                        policy.stable-diffusion.weights = "%s/mini-sd"
                        sampling { steps = 2 }
                        algorithm.ddpo { batch-size = 2, accumulation = 4 }
                        evaluation { every = 10, samples = 2, grid-samples = 2 }
                        """
                                .formatted(EPOCHS, CommandRunner.MODELS));
        Files.writeString(version.resolve("workers.conf"), hereInsteadOfPods(read("base/workers.conf")));
        for (String name : List.of("run.conf", "workers.conf", "prompts.txt")) {
            Files.createSymbolicLink(mounted.resolve(name), Path.of("..data", name));
        }
    }

    private static String hereInsteadOfPods(String workers) throws IOException {
        try (ServerSocket a = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket b = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return workers.replaceFirst("tempera-0\\.tempera:\\d+", "127.0.0.1:" + a.getLocalPort())
                    .replaceFirst("tempera-1\\.tempera:\\d+", "127.0.0.1:" + b.getLocalPort());
        }
    }

    /** A process with the arguments and the environment of the manifest's container, again and again. */
    private final class Pod {
        private final String cluster;
        private final int index;
        private final List<Process> processes = new ArrayList<>();
        private long dueAt;

        Pod(String cluster, int index) {
            this.cluster = cluster;
            this.index = index;
        }

        void start() throws IOException {
            Files.createDirectories(command.file(cluster + "/scratch-" + index));
            Map<String, String> environment = new TreeMap<>();
            Matcher given =
                    Pattern.compile("\\{name: (\\w+), value: \"([^\"]*)\"}").matcher(read("base/tempera.yaml"));
            while (given.find()) {
                environment.put(given.group(1), local(given.group(2), cluster, index));
            }
            environment.put("JOB_COMPLETION_INDEX", String.valueOf(index));
            List<String> arguments = texts(manifest("args: \\[(.*)]")).stream()
                    .map(text -> local(text, cluster, index).replace("$(JOB_COMPLETION_INDEX)", String.valueOf(index)))
                    .toList();
            processes.add(KubernetesTest.this.start(name(processes.size()), environment, arguments));
            dueAt = 0;
        }

        /** Whether the Job starts it again: it waits twice as long each time, from ten seconds on and not from one. */
        boolean isDue() {
            if (dueAt == 0) {
                dueAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(1L << (starts() - 1));
            }
            return System.nanoTime() >= dueAt;
        }

        /** What the manifest's probe asks. */
        boolean ready() {
            List<String> probe = texts(manifest("exec: \\{command: \\[(.*?)]"));
            assertThat(probe).hasSize(3).startsWith("test", "-e");
            return Files.exists(Path.of(local(probe.get(2), cluster, index)));
        }

        private Process process() {
            return processes.get(processes.size() - 1);
        }

        int starts() {
            return processes.size();
        }

        boolean isAlive() {
            return process().isAlive();
        }

        void askToStop() {
            process().destroy();
        }

        int exitCode() throws InterruptedException {
            assertThat(process().waitFor(5, TimeUnit.MINUTES)).isTrue();
            return process().exitValue();
        }

        String said() {
            return readFile(command.file(name(processes.size() - 1)));
        }

        void kill() {
            processes.forEach(Process::destroyForcibly);
        }

        private String name(int start) {
            return cluster + "/pod-" + index + "-" + start + ".out";
        }
    }

    /** What the manifest mounts, in this test's folder. */
    private String local(String text, String cluster, int pod) {
        return text.replace("/config/", command.file(cluster + "/config") + "/")
                .replace("/data/", command.file(cluster + "/data") + "/")
                .replace("/scratch", command.file(cluster + "/scratch-" + pod).toString());
    }

    private Path checkpoint(String cluster, int epoch) {
        return command.file(cluster + "/data/runs/demo/checkpoints/epoch-000" + epoch);
    }

    private Process start(String output, Map<String, String> environment, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(command.file(output).toFile());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static void await(BooleanSupplier what, Pod pod) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        while (!what.getAsBoolean()) {
            assertThat(pod.isAlive() && System.nanoTime() < until)
                    .as(pod.said())
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private static List<String> texts(String list) {
        return TEXT.matcher(list).results().map(text -> text.group(1)).toList();
    }

    private static String manifest(String pattern) {
        return found("base/tempera.yaml", pattern);
    }

    private static String found(String file, String pattern) {
        Matcher m = Pattern.compile(pattern).matcher(read(file));
        assertThat(m.find()).as(pattern + " in " + file).isTrue();
        return m.group(1);
    }

    private static String read(String file) {
        return readFile(PACKAGING.resolve(file));
    }

    private static String readFile(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
