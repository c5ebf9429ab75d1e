package org.tempera.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.BuildInfo;
import org.tempera.runtime.doctor.Check.State;
import org.tempera.runtime.doctor.LibrarySearch.Found;
import org.tempera.testing.Messages;
import org.tempera.testing.StubLibrary;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A machine with a GPU, made of stub libraries and of files that a driver shows; and what it says where one is gone.
 */
public class GpuChecksTest {
    private static final ProbedNative.Device GPU =
            new ProbedNative.Device("GPU", "/job:localhost/replica:0/task:0/device:GPU:0", 8L << 30);

    private final Map<String, String> environment = new HashMap<>();
    private Path root = Path.of("");
    private Path unpacked = Path.of("");
    private Path wheels = Path.of("");

    @BeforeMethod
    public void makeMachine() throws IOException {
        environment.clear();
        root = Messages.temporaryFolder();
        unpacked = root.resolve("cache/native.jar/c_api/linux-x86_64-gpu");
        wheels = root.resolve("site-packages");
        StubLibrary.of("libtensorflow_framework.so.2")
                .lookingIn("$ORIGIN/../nvidia/cublas/lib:$ORIGIN/../nvidia/cudnn/lib:$ORIGIN/../nvidia/cufft/lib:"
                        + "$ORIGIN/../nvidia/cusolver/lib:$ORIGIN/../nvidia/cusparse/lib:"
                        + "$ORIGIN/../nvidia/cuda_runtime/lib")
                .write(unpacked.resolve("libtensorflow_framework.so.2"));
        for (CudaLibrary library : CudaLibrary.OF_TENSORFLOW_2_18) {
            StubLibrary stub = StubLibrary.of(library.soname());
            write(
                    library,
                    library.soname().startsWith("libcusolver")
                            ? stub.needing("libcublas.so.12", "libnvJitLink.so.12")
                                    .lookingIn("$ORIGIN/../../cublas/lib:$ORIGIN/../../nvjitlink/lib")
                            : stub);
        }
        write(CudaLibrary.BELOW.get(0), StubLibrary.of(CudaLibrary.BELOW.get(0).soname()));
        CudaLibrary cudnn = CudaLibrary.OF_TENSORFLOW_2_18.get(6);
        StubLibrary.of(cudnn.soname()).lookingIn("$ORIGIN").write(file(cudnn));
        for (String part : CudaLibrary.PARTS_OF_CUDNN) {
            StubLibrary.of(part).write(file(cudnn).resolveSibling(part));
        }
        Files.createSymbolicLink(unpacked.resolveSibling("nvidia"), wheels.resolve("nvidia"));
        StubLibrary.of("libcuda.so.1").write(root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"));
        text("dev/nvidia0", "");
        driver("555.42.06");
        text("proc/driver/nvidia/gpus/0000:01:00.0/information", "Model: \t\t NVIDIA L4\nGPU UUID: \t GPU-1\n");
        text("etc/os-release", "NAME=\"Ubuntu\"\nID=ubuntu\n");
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(root);
    }

    @Test
    public void allIsThere() {
        List<Check> checks = checks();
        assertThat(checks).allMatch(c -> c.state() == State.OK);
        assertThat(found(checks, "driver")).isEqualTo("555.42.06: NVIDIA L4");
        assertThat(found(checks, "libcudnn.so.9"))
                .startsWith("9.3.0.75, ")
                .endsWith("by the folders of libtensorflow_framework.so.2");
        assertThat(found(checks, "TensorFlow sees")).isEqualTo("GPU:0 (8.0 GiB)");
    }

    /** The set was taken from that release's native: another one needs another look. */
    @Test
    public void theListIsThatOfThisTensorFlow() {
        assertThat(BuildInfo.current().tensorflowVersion()).isEqualTo("1.1.0");
    }

    @Test
    public void whatIsMissingIsBroughtByOneCommand() throws IOException {
        Files.delete(file(CudaLibrary.OF_TENSORFLOW_2_18.get(3)));
        Files.delete(file(CudaLibrary.OF_TENSORFLOW_2_18.get(6)));
        List<Check> checks = checks(Optional.of(List.of()));
        assertThat(found(checks, "libcufft.so.11")).isEqualTo("not found (Fourier transforms)");
        assertThat(missing(checks)).containsExactly("libcufft.so.11", "libcudnn.so.9", "TensorFlow sees");
        assertThat(remedy(checks, "libcudnn.so.9"))
                .isEqualTo(remedy(checks, "libcufft.so.11"))
                .isEqualTo("(cd " + unpacked.getParent() + " && python3 -m venv cuda-12.5 && cuda-12.5/bin/pip install"
                        + " --no-deps nvidia-cufft-cu12==11.2.3.61 nvidia-cudnn-cu12==9.3.0.75"
                        + " && ln -sfn cuda-12.5/lib/python3*/site-packages/nvidia nvidia)");
        assertThat(remedy(checks, "TensorFlow sees")).startsWith("mend what is missing above");
    }

    @Test
    public void anotherVersionIsNamed() throws IOException {
        Path nine = file(CudaLibrary.OF_TENSORFLOW_2_18.get(6));
        Files.delete(nine);
        Path eight = StubLibrary.of("libcudnn.so.8").write(nine.resolveSibling("libcudnn.so.8"));
        List<Check> checks = checks();
        assertThat(missing(checks)).containsExactly("libcudnn.so.9");
        assertThat(found(checks, "libcudnn.so.9"))
                .startsWith("other versions only: ")
                .contains(eight.getFileName().toString());
        assertThat(remedy(checks, "libcudnn.so.9")).contains("nvidia-cudnn-cu12==9.3.0.75");
    }

    @Test
    public void anOlderCudnnOfTheSameNameIsNamed() throws IOException {
        Path old = StubLibrary.of("libcudnn.so.9").write(root.resolve("opt/old/libcudnn.so.9.1.0"));
        Files.createSymbolicLink(old.resolveSibling("libcudnn.so.9"), old);
        environment.put("LD_LIBRARY_PATH", old.getParent().toString());
        List<Check> checks = checks();
        assertThat(found(checks, "libcudnn.so.9")).startsWith("version 9.1.0 (").contains("asks for 9.3 or newer of 9");
        assertThat(remedy(checks, "libcudnn.so.9")).startsWith("take ").contains("out of LD_LIBRARY_PATH");
    }

    @Test
    public void whatALibraryNeedsInTurnIsLookedFor() throws IOException {
        Files.delete(file(CudaLibrary.BELOW.get(0)));
        List<Check> checks = checks();
        assertThat(missing(checks)).containsExactly("libnvJitLink.so.12");
        assertThat(found(checks, "libnvJitLink.so.12")).startsWith("not found, which libcusolver.so.11 needs");
        assertThat(remedy(checks, "libnvJitLink.so.12")).contains("nvidia-nvjitlink-cu12==12.5.82");
    }

    @Test
    public void aPartOfCudnnIsLookedFor() throws IOException {
        Files.delete(file(CudaLibrary.OF_TENSORFLOW_2_18.get(6)).resolveSibling("libcudnn_ops.so.9"));
        List<Check> checks = checks();
        assertThat(missing(checks)).containsExactly("libcudnn_ops.so.9");
        assertThat(remedy(checks, "libcudnn_ops.so.9")).contains("nvidia-cudnn-cu12==9.3.0.75");
    }

    @Test
    public void whatLiesWhereTheLoaderDoesNotLookIsMadeKnown() throws IOException {
        CudaLibrary fft = CudaLibrary.OF_TENSORFLOW_2_18.get(3);
        Files.delete(file(fft));
        StubLibrary.of(fft.soname())
                .write(root.resolve("usr/local/cuda-12.5/lib64").resolve(fft.soname()));
        assertThat(remedy(checks(), fft.soname()))
                .isEqualTo("export LD_LIBRARY_PATH=" + root.resolve("usr/local/cuda-12.5/lib64")
                        + "${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}");
    }

    /** As people copy it into a shell, be it the driver's library or another. */
    @Test
    public void aFolderWithASpaceIsOneWord() {
        assertThat(new Found.Elsewhere(Path.of("/opt/my cuda/libcuda.so.1")).remedy())
                .isEqualTo("export LD_LIBRARY_PATH='/opt/my cuda'${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}");
    }

    @Test
    public void aLibraryForAnotherProcessorIsNamed() {
        CudaLibrary fft = CudaLibrary.OF_TENSORFLOW_2_18.get(3);
        StubLibrary.of(fft.soname()).ofMachine(ElfFile.AARCH64).write(file(fft));
        List<Check> checks = checks();
        assertThat(found(checks, fft.soname())).contains(" is for aarch64, and TensorFlow's library for x86-64");
        assertThat(remedy(checks, fft.soname())).contains("nvidia-cufft-cu12==11.2.3.61");
        StubLibrary.of("libcuda.so.1")
                .ofMachine(ElfFile.AARCH64)
                .write(root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"));
        assertThat(found(checks(), "libcuda.so.1")).contains(" is for aarch64").contains("; it comes with the driver");
    }

    /** It has the driver's name, and NVIDIA's toolkit brings it. */
    @Test
    public void aStubOfTheDriverIsNone() throws IOException {
        Path stub = StubLibrary.of("libcuda.so.1").write(root.resolve("opt/cuda/lib64/stubs/libcuda.so"));
        Path link = root.resolve("opt/links/libcuda.so.1");
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, stub);
        environment.put("LD_LIBRARY_PATH", link.getParent().toString());
        List<Check> checks = checks();
        assertThat(missing(checks)).containsExactly("libcuda.so.1");
        assertThat(found(checks, "libcuda.so.1")).startsWith(link + ", by LD_LIBRARY_PATH: CUDA's stub");
        assertThat(remedy(checks, "libcuda.so.1")).startsWith("take " + link.getParent() + " out of LD_LIBRARY_PATH");
    }

    @Test
    public void aGpuThatIsNotThereIsNotAskedForInVain() {
        environment.put("CUDA_VISIBLE_DEVICES", "7");
        List<Check> checks = checks(Optional.of(List.of()));
        assertThat(missing(checks)).containsExactly("TensorFlow sees");
        assertThat(found(checks, "TensorFlow sees")).endsWith("training is refused");
        assertThat(remedy(checks, "TensorFlow sees")).startsWith("name a GPU that is there");
    }

    @Test
    public void aDamagedLibraryIsNamed() throws IOException {
        Path fft = file(CudaLibrary.OF_TENSORFLOW_2_18.get(3));
        Files.writeString(fft, "version https://git-lfs.github.com/spec/v1".repeat(3));
        assertThat(found(checks(), "libcufft.so.11")).contains("libcufft.so.11: is no shared library");
    }

    @DataProvider
    public Object[][] drivers() {
        return new Object[][] {
            {"525.60.13", true}, {"525.60.12", false}, {"470.256.02", false}, {"550.54", true}, {"570.86.10", true}
        };
    }

    @Test(dataProvider = "drivers")
    public void theDriverMustServeCuda12(String version, boolean serves) throws IOException {
        driver(version);
        assertThat(missing(checks())).isEqualTo(serves ? List.of() : List.of("driver"));
    }

    @Test
    public void withoutADriverTheCommandIsTheSystems() throws IOException {
        Messages.delete(root.resolve("proc"));
        Messages.delete(root.resolve("dev"));
        Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"));
        List<Check> wanted = new GpuChecks(root, environment, true).checks(library("-gpu"), Optional.of(List.of()));
        assertThat(missing(wanted)).containsExactly("driver", "libcuda.so.1", "TensorFlow sees");
        assertThat(missing(checks(Optional.of(List.of())))).as("training runs").isEmpty();
        environment.put("CUDA_VISIBLE_DEVICES", "0");
        assertThat(missing(checks(Optional.of(List.of()))))
                .as("training is refused")
                .isEqualTo(missing(wanted));
        assertThat(remedy(checks(), "driver")).isEqualTo("sudo ubuntu-drivers install");
        text(".dockerenv", "");
        assertThat(remedy(checks(), "libcuda.so.1"))
                .startsWith("start the container with its GPUs: docker run --gpus all");
    }

    @Test
    public void hiddenGpusLeaveTrainingToTheProcessor() throws IOException {
        environment.put("CUDA_VISIBLE_DEVICES", "-1");
        Files.delete(file(CudaLibrary.OF_TENSORFLOW_2_18.get(3)));
        List<Check> hidden = checks(Optional.of(List.of()));
        assertThat(missing(hidden)).isEmpty();
        assertThat(found(hidden, "choice")).contains("hides every GPU");
        assertThat(missing(new GpuChecks(root, environment, true).checks(library("-gpu"), Optional.of(List.of()))))
                .contains("choice", "libcufft.so.11");
    }

    @Test
    public void determinismThatEndsTrainingIsTold() {
        environment.put("TF_DETERMINISTIC_OPS", "1");
        assertThat(named(checks(), "determinism").state()).isEqualTo(State.WARNING);
    }

    @Test
    public void theBuildForCpusIsAMistakeWhereAGpuIsAskedFor() {
        assertThat(new GpuChecks(root, environment, false).checks(library(""), Optional.empty()))
                .singleElement()
                .satisfies(c -> assertThat(c.state()).isEqualTo(State.WARNING))
                .satisfies(c -> assertThat(c.remedy().orElse("")).contains("-Pgpu"));
        assertThat(missing(new GpuChecks(root, environment, true).checks(library(""), Optional.empty())))
                .containsExactly("build");
        assertThat(missing(new GpuChecks(root, Map.of("CUDA_VISIBLE_DEVICES", "0"), false)
                        .checks(library(""), Optional.empty())))
                .containsExactly("build");
        Messages.delete(root.resolve("dev"));
        assertThat(new GpuChecks(root, environment, false).checks(library(""), Optional.empty()))
                .singleElement()
                .satisfies(c -> assertThat(c.state()).isEqualTo(State.OK));
    }

    /** Which is large, and would train on the processor as well. */
    @Test
    public void theBuildForGpusComesAfterAGpuAndItsDriver() throws IOException {
        Files.delete(root.resolve("usr/lib/x86_64-linux-gnu/libcuda.so.1"));
        List<Check> noLibrary = new GpuChecks(root, environment, true).checks(library(""), Optional.empty());
        assertThat(missing(noLibrary)).containsExactly("libcuda.so.1", "build");
        assertThat(found(noLibrary, "driver")).isEqualTo("555.42.06: NVIDIA L4");
        assertThat(remedy(noLibrary, "build"))
                .startsWith("first what is missing above")
                .contains("-Pgpu");

        Messages.delete(root.resolve("proc"));
        Messages.delete(root.resolve("dev"));
        text("sys/bus/pci/devices/0000:00:02.0/vendor", "0x8086\n");
        text("sys/bus/pci/devices/0000:00:02.0/class", "0x030000\n");
        List<Check> noGpu = new GpuChecks(root, environment, true).checks(library(""), Optional.empty());
        assertThat(missing(noGpu)).containsExactly("driver", "build");
        assertThat(found(noGpu, "driver")).endsWith(", nor an NVIDIA GPU on the PCI bus");
        assertThat(remedy(noGpu, "driver")).startsWith("take a machine with an NVIDIA GPU");

        text("sys/bus/pci/devices/0000:01:00.0/vendor", "0x10de\n");
        text("sys/bus/pci/devices/0000:01:00.0/class", "0x030200\n");
        List<Check> noDriver = new GpuChecks(root, environment, true).checks(library(""), Optional.empty());
        assertThat(found(noDriver, "driver")).endsWith(", though an NVIDIA GPU is on the PCI bus");
        assertThat(remedy(noDriver, "driver")).isEqualTo("sudo ubuntu-drivers install");
    }

    /** Under WSL the bus has no GPU, and the container may be started with it all the same. */
    @Test
    public void aContainerWithoutAGpuIsStartedWithOne() throws IOException {
        Messages.delete(root.resolve("proc"));
        Messages.delete(root.resolve("dev"));
        text(".dockerenv", "");
        text("sys/bus/pci/devices/0000:00:02.0/vendor", "0x1414\n");
        text("sys/bus/pci/devices/0000:00:02.0/class", "0x030200\n");
        List<Check> noGpu = new GpuChecks(root, environment, true).checks(library(""), Optional.empty());
        assertThat(found(noGpu, "driver")).endsWith(", nor an NVIDIA GPU on the PCI bus");
        assertThat(remedy(noGpu, "driver")).startsWith("start the container with its GPUs: docker run --gpus all");
    }

    @Test
    public void whereThereIsNoBuildForGpusNobodyIsSentToIt() {
        Optional<NativeFacts> mac = Optional.of(new NativeFacts("native.jar", "macosx-arm64", unpacked));
        assertThat(new GpuChecks(root, environment, true).checks(mac, Optional.empty()))
                .singleElement()
                .satisfies(c -> assertThat(c.state()).isEqualTo(State.MISSING))
                .satisfies(c -> assertThat(c.found()).endsWith("(macosx-arm64)"))
                .satisfies(c -> assertThat(c.remedy().orElse("")).doesNotContain("-Pgpu"));
    }

    private void driver(String version) throws IOException {
        text(
                "proc/driver/nvidia/version",
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  " + version
                        + "  Tue Jun  4 00:28:47 UTC 2024\nGCC version: 13\n");
    }

    private void text(String name, String text) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), text);
    }

    private Path file(CudaLibrary library) {
        String part = library.wheel().replaceAll("nvidia-|-cu12", "").replace('-', '_');
        return wheels.resolve("nvidia/" + part + "/lib/" + library.soname());
    }

    private void write(CudaLibrary library, StubLibrary stub) throws IOException {
        stub.write(file(library));
        Files.createDirectories(
                wheels.resolve(library.wheel().replace('-', '_') + "-" + library.version() + ".dist-info"));
    }

    private Optional<NativeFacts> library(String extension) {
        return Optional.of(new NativeFacts("native.jar", "linux-x86_64" + extension, unpacked));
    }

    private List<Check> checks() {
        return checks(Optional.of(List.of(GPU)));
    }

    private List<Check> checks(Optional<List<ProbedNative.Device>> devices) {
        return new GpuChecks(root, environment, false).checks(library("-gpu"), devices);
    }

    private static List<String> missing(List<Check> checks) {
        return checks.stream()
                .filter(c -> c.state() == State.MISSING)
                .map(Check::name)
                .toList();
    }

    private static String found(List<Check> checks, String name) {
        return named(checks, name).found();
    }

    private static String remedy(List<Check> checks, String name) {
        return named(checks, name).remedy().orElseThrow();
    }

    private static Check named(List<Check> checks, String name) {
        return checks.stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
    }
}
