package org.tempera.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.tempera.spi.UserException;
import org.testng.SkipException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What is decided by whether there is a GPU, as far as a machine without one can show it. */
public class ComputeDeviceTest {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final ComputeDevice CPU = new ComputeDevice("CPU", "/device:CPU:0", 1 << 28);
    private static final ComputeDevice GPU = new ComputeDevice("GPU", "/device:GPU:0", 1L << 34);

    @Test
    public void tensorFlowTellsItsDevices() {
        assertThat(ComputeDevice.all())
                .anyMatch(d -> d.type().equals("CPU") && d.name().endsWith("device:CPU:0"));
    }

    /** TensorFlow's first session decides for the process, be it one that only asks for devices. */
    @Test
    public void whoAsksHasTheRunsThreads() throws Exception {
        if (!Files.isDirectory(TASKS)) {
            throw new SkipException("only Linux tells its threads here");
        }
        assertThat(threadsOfAProcess(14) - threadsOfAProcess(2)).isEqualTo(12);
    }

    private static int threadsOfAProcess(int intraOp) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Asking.class.getName(),
                        String.valueOf(intraOp))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            int threads = Integer.parseInt(out.readLine());
            assertThat(process.waitFor()).isZero();
            return threads;
        }
    }

    /** Asks for devices, and prints how many threads TensorFlow has started by then. */
    static final class Asking {
        private Asking() {}

        public static void main(String[] arguments) throws IOException {
            int before = threads();
            ComputeDevice.all(new ThreadSettings(Integer.parseInt(arguments[0]), 1)
                    .config()
                    .build());
            System.out.println(threads() - before);
        }

        private static int threads() throws IOException {
            try (Stream<Path> tasks = Files.list(TASKS)) {
                return Math.toIntExact(tasks.count());
            }
        }
    }

    @DataProvider
    public Object[][] asked() {
        return new Object[][] {{"0"}, {"1,2"}, {"GPU-5f3c"}};
    }

    @Test(dataProvider = "asked")
    public void aGpuThatIsAskedForMustBeThere(String value) {
        Map<String, String> environment = Map.of("CUDA_VISIBLE_DEVICES", value);
        assertThatThrownBy(() -> ComputeDevice.requireAsked(environment, List.of(CPU)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("CUDA_VISIBLE_DEVICES=" + value + " asks for a GPU, and TensorFlow finds none")
                .hasMessageContaining("tempera doctor");
        assertThatThrownBy(() -> ComputeDevice.requireNoneAsked(environment))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(
                        "CUDA_VISIBLE_DEVICES=" + value + " asks for a GPU, and this is the build for processors");
        assertThatCode(() -> ComputeDevice.requireAsked(environment, List.of(CPU, GPU)))
                .doesNotThrowAnyException();
    }

    @DataProvider
    public Object[][] notAsked() {
        return new Object[][] {
            {Map.of()},
            {Map.of("CUDA_VISIBLE_DEVICES", "")},
            {Map.of("CUDA_VISIBLE_DEVICES", "-1")},
            {Map.of("CUDA_VISIBLE_DEVICES", "NoDevFiles")}
        };
    }

    @Test(dataProvider = "notAsked")
    public void elseTheProcessorWillDo(Map<String, String> environment) {
        assertThatCode(() -> ComputeDevice.requireAsked(environment, List.of(CPU)))
                .doesNotThrowAnyException();
        assertThatCode(() -> ComputeDevice.requireNoneAsked(environment)).doesNotThrowAnyException();
    }

    @Test
    public void tf32IsOfGpusAlone() {
        assertThatThrownBy(() -> ComputeDevice.requireTf32(Map.of(), false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("tf32 is of GPUs alone")
                .hasMessageContaining("docs/gpu.md");
        assertThatThrownBy(() -> ComputeDevice.requireTf32(Map.of("NVIDIA_TF32_OVERRIDE", "0"), true))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("NVIDIA_TF32_OVERRIDE=0: set it to 1");
        assertThatCode(() -> ComputeDevice.requireTf32(Map.of("NVIDIA_TF32_OVERRIDE", "1"), true))
                .doesNotThrowAnyException();
        assertThatCode(() -> ComputeDevice.requireTf32(Map.of(), true)).doesNotThrowAnyException();
    }

    /** TensorFlow's own default is tf32: what would be compared as float32 has to be that. */
    @Test
    public void float32IsNotTf32OnAGpu() {
        for (Map<String, String> environment : List.of(Map.<String, String>of(), Map.of("NVIDIA_TF32_OVERRIDE", "1"))) {
            assertThatThrownBy(() -> ComputeDevice.requireFloat32(environment, true))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("unless NVIDIA_TF32_OVERRIDE is 0, found ")
                    .hasMessageContaining("run.precision = tf32");
            assertThatCode(() -> ComputeDevice.requireFloat32(environment, false))
                    .doesNotThrowAnyException();
        }
        assertThatCode(() -> ComputeDevice.requireFloat32(Map.of("NVIDIA_TF32_OVERRIDE", "0"), true))
                .doesNotThrowAnyException();
    }

    @DataProvider
    public Object[][] fewerBits() {
        return new Object[][] {
            {"ONEDNN_DEFAULT_FPMATH_MODE", "BF16"},
            {"DNNL_DEFAULT_FPMATH_MODE", "any"},
            {"TF_SET_ONEDNN_FPMATH_MODE", "BF16"}
        };
    }

    @Test(dataProvider = "fewerBits")
    public void norIsItOfFewerBitsOnAProcessor(String variable, String value) {
        assertThatThrownBy(() -> ComputeDevice.requireAllBits(Map.of(variable, value)))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(variable + "=" + value + " has oneDNN multiply float32");
        assertThatCode(() -> ComputeDevice.requireAllBits(Map.of(variable, "strict")))
                .doesNotThrowAnyException();
        assertThatCode(() -> ComputeDevice.requireAllBits(Map.of())).doesNotThrowAnyException();
    }

    /** oneDNN would be asked for what it was told not to do, and end the process. */
    @Test
    public void bfloat16NeedsTheInstructionsThatTheProcessorHas() {
        for (String most : List.of("AVX2", "sse41", "AVX2_VNNI")) {
            assertThatThrownBy(() -> ComputeDevice.requireBfloat16(Map.of("ONEDNN_MAX_CPU_ISA", most)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("bfloat16 is not computed under ONEDNN_MAX_CPU_ISA=" + most);
        }
        assertThat(ComputeDevice.withoutBfloat16(Map.of("DNNL_MAX_CPU_ISA", "AVX")))
                .hasValue("DNNL_MAX_CPU_ISA=AVX");
        assertThat(ComputeDevice.withoutBfloat16(
                        Map.of("DNNL_MAX_CPU_ISA", "AVX", "ONEDNN_MAX_CPU_ISA", "AVX512_CORE")))
                .isEmpty();
        assertThatCode(() -> ComputeDevice.requireBfloat16(Map.of("ONEDNN_MAX_CPU_ISA", "AVX512_CORE")))
                .doesNotThrowAnyException();
        assertThatCode(() -> ComputeDevice.requireBfloat16(Map.of())).doesNotThrowAnyException();
    }

    /** Its queueless executor would wait for the other device's graph in the thread that this one needs. */
    @Test
    public void onAGpuOperationsAreQueued() {
        for (ThreadSettings threads : List.of(new ThreadSettings(1, 1), new ThreadSettings(1, 2, 4))) {
            assertThat(TrainingSession.executor(threads, false)).isEqualTo("SINGLE_THREADED_EXECUTOR");
            assertThat(TrainingSession.executor(threads, true)).isEmpty();
        }
        assertThat(TrainingSession.executor(new ThreadSettings(2, 2), false)).isEmpty();
    }
}
