package org.tempera.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.workers.Cluster;
import org.tempera.runtime.doctor.Check.State;
import org.tempera.testing.Messages;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Processor, memory, disk, and what a process that loads TensorFlow says. */
public class MachineChecksTest {
    private Path root = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        root = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(root);
    }

    @Test
    public void instructionsAreThoseThatMatter() throws IOException {
        cpuinfo("model name\t: Some CPU\nflags\t\t: fpu sse avx avx2 fma avx512f avx512_bf16 amx_bf16\n");
        List<Check> checks = processor(Map.of(), Optional.of("Intel AVX2"));
        assertThat(text(checks, "instructions")).isEqualTo("ok Some CPU: avx avx2 fma avx512f avx512_bf16 amx_bf16");
        assertThat(text(checks, "bfloat16")).isEqualTo("ok in hardware (avx512_bf16, amx_bf16)");
        assertThat(text(checks, "oneDNN")).isEqualTo("ok computes with Intel AVX2");
    }

    @Test
    public void aProcessorThatTensorFlowWasNotBuiltForIsToldBefore() throws IOException {
        cpuinfo("model name\t: Old CPU\nflags\t\t: fpu sse\n");
        assertThat(text(processor(Map.of(), Optional.empty()), "instructions")).startsWith("missing Old CPU: no AVX");
        cpuinfo("model name\t: CPU\nflags\t\t: fpu avx\n");
        assertThat(text(processor(Map.of(), Optional.empty()), "instructions")).startsWith("warning CPU: avx; neither");
        cpuinfo("Features\t: fp asimd sve bf16\n");
        assertThat(text(processor(Map.of(), Optional.empty()), "instructions")).isEqualTo("ok asimd sve bf16");
        Files.delete(root.resolve("proc/cpuinfo"));
        assertThat(text(processor(Map.of(), Optional.empty()), "instructions")).contains("this system does not tell");
    }

    @Test
    public void whatTurnsOneDnnOffIsTold() {
        assertThat(text(processor(Map.of("TF_ENABLE_ONEDNN_OPTS", "0"), Optional.empty()), "oneDNN"))
                .startsWith("warning TF_ENABLE_ONEDNN_OPTS=0");
        assertThat(text(processor(Map.of("ONEDNN_MAX_CPU_ISA", "AVX2"), Optional.of("AVX2")), "oneDNN"))
                .isEqualTo("ok computes with AVX2, as ONEDNN_MAX_CPU_ISA=AVX2 has it");
    }

    /** Training refuses it, whatever the processor has. */
    @Test
    public void bfloat16IsNotPromisedWhereItIsRefused() throws IOException {
        cpuinfo("flags\t\t: fpu sse avx avx2 fma avx512f avx512_bf16\n");
        assertThat(text(processor(Map.of("ONEDNN_MAX_CPU_ISA", "avx2"), Optional.empty()), "bfloat16"))
                .isEqualTo("ok refused, as ONEDNN_MAX_CPU_ISA=avx2 keeps oneDNN from its instructions");
        assertThat(text(processor(Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"), Optional.empty()), "bfloat16"))
                .isEqualTo("ok in hardware (avx512_bf16)");
    }

    @Test
    public void memoryIsJudgedByWhatIsFree() {
        MachineMemory all = new MachineMemory(64L << 30);
        assertThat(RoomChecks.memory(all, OptionalLong.of(32L << 30)).state()).isEqualTo(State.OK);
        assertThat(RoomChecks.memory(all, OptionalLong.empty()).state()).isEqualTo(State.OK);
        assertThat(RoomChecks.memory(all, OptionalLong.of(2L << 30)).state()).isEqualTo(State.WARNING);
        assertThat(RoomChecks.memory(all, OptionalLong.of(500L << 20)).state()).isEqualTo(State.MISSING);
        assertThat(RoomChecks.memory(new MachineMemory(512L << 20), OptionalLong.of(2L << 30))
                        .state())
                .isEqualTo(State.MISSING);
        assertThat(RoomChecks.heap(all, 65L << 30).state()).isEqualTo(State.WARNING);
    }

    @Test
    public void aFolderForTheLibraryThatIsNotTheChosenOneIsTold() {
        Doctor.CacheFolder another = new Doctor.CacheFolder(Optional.of(root), "", Optional.of("/c cannot be written"));
        assertThat(RoomChecks.disks(root, root, another, Optional.empty()))
                .filteredOn(c -> c.name().equals("library cache"))
                .allSatisfy(c -> assertThat(c.state()).isEqualTo(State.WARNING))
                .extracting(Check::found)
                .first()
                .asString()
                .startsWith("/c cannot be written: " + root.toAbsolutePath() + ", ");
    }

    @DataProvider
    public Object[][] workersThatCannotBeUnderstood() {
        return new Object[][] {
            {"{\"cluster\":"},
            {"{\"cluster\": {\"worker\": [\"a:1\", \"b:1\"]}}"},
            {"{\"cluster\": {\"worker\": [\"a:1\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}"},
            {"{\"cluster\": {\"worker\": [\"a\"]}, \"task\": {\"type\": \"worker\", \"index\": 0}}"},
        };
    }

    @Test(dataProvider = "workersThatCannotBeUnderstood")
    public void workersAreJudgedAsTrainingJudgesThem(String json) {
        Check check = Doctor.workers(Map.of("TF_CONFIG", json)).orElseThrow();
        assertThat(check.state()).isEqualTo(State.MISSING);
        assertThatThrownBy(() -> Cluster.fromTfConfig(json)).hasMessage(check.found());
    }

    @Test
    public void workersAreTalliedWhereTheyAreNamed() {
        String json = "{\"cluster\": {\"worker\": [\"a:1\", \"b:1\"]}, \"task\": {\"type\": \"worker\", \"index\": 1}}";
        assertThat(Doctor.workers(Map.of("TF_CONFIG", json)).map(Check::found)).contains("this is worker 1 (b:1) of 2");
        assertThat(Doctor.workers(Map.of("TF_CONFIG", " "))).isEmpty();
        assertThat(Doctor.workers(Map.of())).isEmpty();
    }

    @Test
    public void disksMustHaveRoomAndBeWritable() throws IOException {
        assertThat(RoomChecks.disk("d", root.resolve("not/yet"), 1, 1, "r").state())
                .isEqualTo(State.OK);
        Doctor.CacheFolder here = new Doctor.CacheFolder(Optional.of(root), "", Optional.empty());
        assertThat(RoomChecks.disks(root, root.resolve("not/yet"), here, Optional.empty()))
                .filteredOn(c -> c.state() == State.MISSING)
                .extracting(Check::name)
                .containsExactly("temporary folder");
        Doctor.CacheFolder taken =
                new Doctor.CacheFolder(Optional.empty(), "/c: belongs to another user.", Optional.empty());
        assertThat(RoomChecks.disks(root, root, taken, Optional.empty()))
                .filteredOn(c -> c.name().equals("library cache"))
                .extracting(Check::found)
                .containsExactly("/c: belongs to another user.");
        assertThat(RoomChecks.disk("d", root, 1, Long.MAX_VALUE, "r").state()).isEqualTo(State.WARNING);
        assertThat(RoomChecks.disk("d", root, Long.MAX_VALUE, Long.MAX_VALUE, "r")
                        .state())
                .isEqualTo(State.MISSING);
        Path file = Files.writeString(root.resolve("file"), "");
        Check none = RoomChecks.disk("d", file.resolve("folder"), 1, 1, "r");
        assertThat(none.state()).isEqualTo(State.MISSING);
        assertThat(none.found()).endsWith(file + " is no folder");
        assertThat(root).isDirectoryContaining(p -> p.equals(file)); // what was tried is gone
        try (var all = Files.list(root)) {
            assertThat(all).hasSize(1);
        }
    }

    @Test
    public void whatTheProcessPrintsIsRead() {
        ProbedNative probed = ProbedNative.of(
                """
                version\t2.18.0
                device\tCPU\t/device:CPU:0\t268435456
                device\tGPU\t/job:localhost/replica:0/task:0/device:GPU:1\t42949672960
                onednn_verbose,info,oneDNN v3.5.0
                onednn_verbose,info,cpu,isa:Intel AVX-512
                computed\t64
                """,
                Optional.of(0),
                ProbedNative.LIMIT);
        assertThat(probed.version()).contains("2.18.0");
        assertThat(probed.devices())
                .extracting(Object::toString)
                .containsExactly("CPU:0 (256.0 MiB)", "GPU:1 (40.0 GiB)");
        assertThat(probed.instructions()).contains("Intel AVX-512");
        assertThat(probed.failure()).isEmpty();
    }

    @Test
    public void whatIsRefusedIsNoFaultOfTheLibrary() {
        String loaded = "version\t2.18.0\ndevice\tCPU\t/device:CPU:0\t268435456\n";
        ProbedNative refused = ProbedNative.of(loaded + "refused\tunset IT.\n", Optional.of(2), ProbedNative.LIMIT);
        assertThat(refused.failure()).isEmpty();
        assertThat(refused.devices()).hasSize(1);
        Optional<NativeFacts> library = Optional.of(new NativeFacts("native.jar", "linux-x86_64", root));
        List<Check> checks = Doctor.tensorflow(library, Optional.of(refused));
        assertThat(text(checks, "loads")).isEqualTo("ok in a process of its own");
        assertThat(checks).last().satisfies(c -> {
            assertThat(c.state()).isEqualTo(State.MISSING);
            assertThat(c.name()).isEqualTo("environment");
            assertThat(c.remedy()).contains("unset IT.");
        });
        ProbedNative gpu = ProbedNative.of(
                loaded + "refused\tCUDA_VISIBLE_DEVICES=7 asks for a GPU.\n", Optional.of(2), ProbedNative.LIMIT);
        assertThat(Doctor.tensorflow(library, Optional.of(gpu)))
                .as("which the checks of the GPU tell")
                .allMatch(c -> c.state() == State.OK);
    }

    @Test
    public void whatTensorFlowSaysAlwaysIsNoReason() {
        String always =
                """
                WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
                E0000 00:00:1764489600.105934    1234 cuda_blas.cc:1418] Unable to register cuBLAS factory: Attempting
                2026-11-30 08:49:40.520796: I tensorflow/core/platform/cpu_feature_guard.cc:210] This TensorFlow binary
                To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow.
                """;
        assertThat(ProbedNative.of(always, Optional.of(134), ProbedNative.LIMIT).failure())
                .contains("TensorFlow ended the process (signal 6)");
        assertThat(ProbedNative.of(
                                "2026-11-30 08:49:40.5: F tsl/x.cc:1] Check failed\n" + always,
                                Optional.of(134),
                                ProbedNative.LIMIT)
                        .failure()
                        .orElse(""))
                .endsWith(": F tsl/x.cc:1] Check failed");
    }

    @Test
    public void anEndWithoutAWordIsExplained() {
        assertThat(ProbedNative.of("version\t2\nillegal\n", Optional.of(132), ProbedNative.LIMIT)
                        .failure()
                        .orElse(""))
                .contains("lacks instructions", "illegal");
        String crash =
                """
                #
                # A fatal error has been detected by the Java Runtime Environment:
                #
                #  SIGBUS (0x7) at pc=0x00007f2a, pid=1, tid=2
                #
                # Problematic frame:
                # C  [ld-linux-x86-64.so.2+0x5f2a]
                #
                """;
        assertThat(ProbedNative.of(crash, Optional.of(134), ProbedNative.LIMIT).failure())
                .contains("TensorFlow ended the process (signal 6): SIGBUS in ld-linux-x86-64.so.2");
        assertThat(ProbedNative.of("failure\tno room.\n", Optional.of(2), ProbedNative.LIMIT)
                        .failure())
                .contains("no room.");
        assertThat(ProbedNative.of("", Optional.empty(), Duration.ofSeconds(7))
                        .failure()
                        .orElse(""))
                .isEqualTo("it took more than 7 s");
        assertThat(ProbedNative.run(List.of(root.resolve("no-java").toString()))
                        .failure()
                        .orElse(""))
                .startsWith("a process could not be started for it: ");
    }

    /** As where a driver holds on to it: nobody waits for its output. */
    @Test(timeOut = 60_000)
    public void aProcessThatDoesNotEndIsLeftAlone() {
        if (File.separatorChar == '\\') {
            throw new SkipException("commands of Unix");
        }
        List<String> held = List.of("/bin/sh", "-c", "echo 'version\t2.18.0'; sleep 100 & wait");
        ProbedNative probed = ProbedNative.run(held, Duration.ofSeconds(1));
        assertThat(probed.failure()).contains("it took more than 1 s");
    }

    @Test
    public void remediesAreToldOnceEach() {
        Doctor doctor = new Doctor(List.of(
                Check.warning(Check.Area.DISK, "a", "x", "make room"),
                Check.missing(Check.Area.GPU, "b", "x", "install it"),
                Check.ok(Check.Area.GPU, "c", "x"),
                Check.missing(Check.Area.GPU, "d", "x", "install it")));
        assertThat(doctor.remedies())
                .containsExactly(Map.entry("install it", List.of("b", "d")), Map.entry("make room", List.of("a")));
        assertThat(doctor.isWell()).isFalse();
        assertThat(doctor.toMap())
                .containsEntry("missing", 2L)
                .containsEntry("warnings", 1L)
                .containsEntry("well", false);
    }

    @Test
    public void withoutALibraryTheRestIsStillTold() {
        assertThat(Doctor.tensorflow(Optional.empty(), Optional.empty()))
                .singleElement()
                .satisfies(c -> assertThat(c.state()).isEqualTo(State.MISSING));
    }

    private void cpuinfo(String text) throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/cpuinfo"), "processor\t: 0\n" + text);
    }

    private List<Check> processor(Map<String, String> environment, Optional<String> instructions) {
        return new ProcessorChecks(root, environment).checks(instructions);
    }

    private static String text(List<Check> checks, String name) {
        return checks.stream()
                .filter(c -> c.name().equals(name))
                .map(c -> c.state().label() + " " + c.found())
                .findFirst()
                .orElseThrow();
    }
}
