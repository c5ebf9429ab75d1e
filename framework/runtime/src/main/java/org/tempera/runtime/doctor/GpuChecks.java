package org.tempera.runtime.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.SystemFile;
import org.tempera.graph.VisibleGpus;
import org.tempera.runtime.doctor.Check.Area;
import org.tempera.runtime.doctor.LibrarySearch.Found;
import org.tempera.spi.UserException;

/**
 * Whether TensorFlow could compute on one of NVIDIA's GPUs, and what it lacks for that.
 *
 * @param root where the system's files are
 * @param environment the variables of the environment
 * @param wanted whether a GPU is asked for, so that one that cannot be used is an error
 */
record GpuChecks(Path root, Map<String, String> environment, boolean wanted) {
    /** The least driver that serves programs of CUDA 12, which keep to its first number. */
    private static final int[] LEAST_DRIVER = {525, 60, 13};

    private static final String LEAST_DRIVER_TEXT = "525.60.13";
    private static final Pattern DRIVER = Pattern.compile("NVRM version:.*?\\s(\\d{2,4}(?:\\.\\d{1,4}){1,2})\\s");
    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s*(.+?)\\s*$");
    /** Which of TensorFlow's systems has a build for GPUs. */
    private static final String ONLY = "linux-x86_64";

    /** The driver's library. */
    private static final String OF_DRIVER = "libcuda.so.1";

    /** NVIDIA's number on the PCI bus, and the class of what draws pictures or computes them. */
    private static final String NVIDIA = "0x10de";

    private static final String DISPLAY = "0x03";

    private static final String BUILD =
            "in a checkout TEMPERA_MAVEN_OPTS=-Pgpu ./tempera doctor --gpu (after a change in"
                    + " pom.xml or a source, else touch pom.xml); else take the distribution linux-x86_64-gpu";

    /**
     * Looks at all of it.
     *
     * @param library TensorFlow's; empty where there is none
     * @param devices what TensorFlow has found; empty where it could not be loaded
     */
    List<Check> checks(Optional<NativeFacts> library, Optional<List<ProbedNative.Device>> devices) {
        List<Path> nodes = LibrarySearch.named(root.resolve("dev"), "nvidia[0-9]*");
        boolean wsl = Files.exists(root.resolve("dev/dxg"));
        if (library.isEmpty() || !library.get().isForGpus()) {
            return ofBuildForCpus(library, nodes, wsl);
        }
        List<Check> checks = new ArrayList<>();
        VisibleGpus visible = VisibleGpus.of(environment);
        boolean hidden = visible == VisibleGpus.NONE;
        boolean none = visible == VisibleGpus.ANY && nodes.isEmpty() && !wsl;
        checks.add(Check.ok(Area.GPU, "build", "for GPUs (" + library.get().platform() + ")"));
        if (hidden) {
            checks.add(hidden(environment.getOrDefault(VisibleGpus.VARIABLE, "")));
        }
        checks.add(driver(nodes, wsl));
        if (isReadable(library.get())) {
            checks.addAll(libraries(library.get(), true));
        } else {
            checks.add(Check.warning(
                    Area.GPU,
                    "CUDA",
                    "TensorFlow's library is not unpacked yet, so that what it finds cannot be told",
                    "mend what hinders TensorFlow, above, and ask again"));
        }
        if (List.of("1", "true")
                .contains(environment.getOrDefault("TF_DETERMINISTIC_OPS", "").strip())) {
            checks.add(Check.warning(
                    Area.GPU,
                    "determinism",
                    "with TF_DETERMINISTIC_OPS TensorFlow refuses the gradient of nearest upsampling, which a UNet has",
                    "unset TF_DETERMINISTIC_OPS; TF_CUDNN_DETERMINISTIC=1 makes convolutions alone deterministic"));
        }
        boolean lacks = lacks(checks);
        devices.ifPresent(found -> checks.add(seen(found, lacks, visible)));
        // There training runs on the processor, with this build, too.
        return (hidden || none) && !wanted
                ? checks.stream().map(Check::asWarning).toList()
                : List.copyOf(checks);
    }

    /**
     * Where a GPU is asked for, its driver is looked for, too: what lacks that for this build lacks it for the other,
     * which is large.
     */
    private List<Check> ofBuildForCpus(Optional<NativeFacts> library, List<Path> nodes, boolean wsl) {
        boolean gpu = !nodes.isEmpty() || wsl;
        String found = gpu
                ? "an NVIDIA GPU is there, and TensorFlow's library is the one for CPUs"
                : "no NVIDIA GPU is there, and TensorFlow's library is the one for CPUs";
        if (!wanted && VisibleGpus.of(environment) != VisibleGpus.NAMED) {
            return List.of(gpu ? Check.warning(Area.GPU, "build", found, BUILD) : Check.ok(Area.GPU, "build", found));
        }
        if (library.isPresent() && !library.get().platform().equals(ONLY)) {
            return List.of(Check.missing(
                    Area.GPU,
                    "build",
                    "TensorFlow has none for GPUs for this system ("
                            + library.get().platform() + ")",
                    "take a machine with Linux on x86-64 and an NVIDIA GPU"));
        }
        List<Check> checks = new ArrayList<>();
        checks.add(driver(nodes, wsl));
        if (!lacks(checks)) { // its library comes with it
            library.filter(GpuChecks::isReadable).ifPresent(facts -> checks.addAll(libraries(facts, false)));
        }
        checks.add(Check.missing(
                Area.GPU,
                "build",
                found,
                lacks(checks)
                        ? "first what is missing above, without which the build for GPUs trains on the processor as"
                                + " this one does; then " + BUILD
                        : BUILD));
        return checks;
    }

    /** Whether it is of a system whose libraries can be looked into, and unpacked. */
    private static boolean isReadable(NativeFacts library) {
        return library.platform().startsWith("linux") && Files.isRegularFile(library.framework());
    }

    private Check hidden(String value) {
        String found = "CUDA_VISIBLE_DEVICES='" + value + "' hides every GPU: training runs on the processor";
        return wanted
                ? Check.missing(Area.GPU, "choice", found, "unset CUDA_VISIBLE_DEVICES, or name a GPU in it, such as 0")
                : Check.ok(Area.GPU, "choice", found);
    }

    private Check driver(List<Path> nodes, boolean wsl) {
        String version = SystemFile.text(root.resolve("proc/driver/nvidia/version"));
        Matcher number = DRIVER.matcher(version + " ");
        List<String> models = new ArrayList<>();
        for (Path gpu : LibrarySearch.named(root.resolve("proc/driver/nvidia/gpus"), "*")) {
            Matcher model = MODEL.matcher(SystemFile.text(gpu.resolve("information")));
            models.add(model.find() ? model.group(1) : "of unknown kind");
        }
        if (nodes.isEmpty() && !wsl) {
            return version.isEmpty()
                    ? noDriver()
                    : Check.missing(
                            Area.GPU,
                            "driver",
                            "the driver is loaded" + (models.isEmpty() ? "" : " (" + String.join(", ", models) + ")")
                                    + ", and there is no /dev/nvidia0 here",
                            isContainer()
                                    ? "start the container with its GPUs: docker run --gpus all ..."
                                    : "sudo nvidia-modprobe -c 0");
        }
        Optional<Path> closed = nodes.stream().filter(n -> !Files.isReadable(n)).findFirst();
        if (closed.isPresent()) {
            return Check.missing(
                    Area.GPU,
                    "driver",
                    closed.get() + " may not be read by this user",
                    "sudo usermod -aG video \"$USER\", then log in again");
        }
        if (number.find() && isOlder(number.group(1))) {
            return Check.missing(
                    Area.GPU,
                    "driver",
                    number.group(1) + ", and CUDA 12 needs " + LEAST_DRIVER_TEXT + " or newer",
                    install());
        }
        return Check.ok(
                Area.GPU,
                "driver",
                (number.reset().find() ? number.group(1) : wsl ? "of Windows (WSL)" : "of unknown version")
                        + (models.isEmpty() ? "" : ": " + String.join(", ", models)));
    }

    /** What the bus shows tells a GPU without a driver, and a machine without a GPU. */
    private Check noDriver() {
        String none = "no NVIDIA driver is loaded, and there is no /dev/nvidia0";
        List<Path> bus = LibrarySearch.named(root.resolve("sys/bus/pci/devices"), "*");
        if (bus.isEmpty()) {
            return Check.missing(Area.GPU, "driver", none, install());
        }
        return bus.stream().anyMatch(GpuChecks::isGpu)
                ? Check.missing(Area.GPU, "driver", none + ", though an NVIDIA GPU is on the PCI bus", install())
                : Check.missing(
                        Area.GPU,
                        "driver",
                        none + ", nor an NVIDIA GPU on the PCI bus",
                        isContainer() // under WSL the GPU is on no bus, given or not
                                ? install()
                                : "take a machine with an NVIDIA GPU, or give this one its GPU; to train on the"
                                        + " processor on purpose: export CUDA_VISIBLE_DEVICES=-1");
    }

    private static boolean isGpu(Path device) {
        return SystemFile.text(device.resolve("vendor")).strip().equals(NVIDIA)
                && SystemFile.text(device.resolve("class")).startsWith(DISPLAY);
    }

    private static boolean lacks(List<Check> checks) {
        return checks.stream().anyMatch(c -> c.state() == Check.State.MISSING);
    }

    /** The driver's library. @param cuda whether those of CUDA are looked for, too */
    private List<Check> libraries(NativeFacts library, boolean cuda) {
        try {
            ElfFile framework = ElfFile.read(library.framework());
            LibrarySearch search = LibrarySearch.of(root, environment, framework.machine());
            List<Check> checks = new ArrayList<>();
            checks.add(ofDriver(search.find(OF_DRIVER, framework)));
            if (cuda) {
                checks.addAll(new CudaFindings(search, framework, library.unpacked()).checks());
            }
            return checks;
        } catch (UserException e) {
            return List.of(Check.missing(
                    Area.GPU,
                    "CUDA",
                    String.valueOf(e.getMessage()),
                    "delete the folder " + library.unpacked() + ", and ask again"));
        }
    }

    private Check ofDriver(Found found) {
        if (found instanceof Found.At at) {
            return isStub(at.file())
                    ? Check.missing(
                            Area.GPU,
                            OF_DRIVER,
                            at.file() + ", by " + at.how() + ": CUDA's stub, which programs are linked against and no"
                                    + " GPU answers",
                            "take " + at.file().getParent() + " out of LD_LIBRARY_PATH, or that file away")
                    : Check.ok(Area.GPU, OF_DRIVER, at.file() + ", by " + at.how());
        }
        if (found instanceof Found.Elsewhere there) {
            return Check.missing(
                    Area.GPU,
                    OF_DRIVER,
                    "lies in " + there.file().getParent() + ", where the loader does not look",
                    there.remedy());
        }
        if (found instanceof Found.Unusable bad) {
            return Check.missing(Area.GPU, OF_DRIVER, bad.why(), install());
        }
        String other = found instanceof Found.PassedOver passed ? passed.file() + " " + passed.why() : "not found";
        return Check.missing(Area.GPU, OF_DRIVER, other + "; it comes with the driver, never with CUDA", install());
    }

    /** CUDA has them in folders of that name, from where links lead to them. */
    private static boolean isStub(Path library) {
        try {
            Path folder = library.toRealPath().getParent();
            return folder != null && folder.endsWith("stubs");
        } catch (IOException e) {
            return false; // gone since it was found
        }
    }

    private static Check seen(List<ProbedNative.Device> devices, boolean lacks, VisibleGpus visible) {
        List<String> gpus = devices.stream()
                .filter(d -> d.type().equals("GPU"))
                .map(ProbedNative.Device::toString)
                .toList();
        if (!gpus.isEmpty()) {
            return Check.ok(Area.GPU, "TensorFlow sees", String.join(", ", gpus));
        }
        if (visible == VisibleGpus.NONE) {
            return Check.ok(Area.GPU, "TensorFlow sees", "no GPU, as CUDA_VISIBLE_DEVICES has it");
        }
        return Check.missing(
                Area.GPU,
                "TensorFlow sees",
                visible == VisibleGpus.NAMED
                        ? "no GPU, and CUDA_VISIBLE_DEVICES asks for one: training is refused"
                        : "no GPU: training would run on the processor",
                (lacks
                                ? "mend what is missing above"
                                : (visible == VisibleGpus.NAMED ? "name a GPU that is there, such as 0; " : "")
                                        + "TF_CPP_MIN_LOG_LEVEL=0 tempera doctor --debug shows why")
                        + "; to train on the processor on purpose: export CUDA_VISIBLE_DEVICES=-1");
    }

    private static boolean isOlder(String version) {
        String[] numbers = version.split("\\.");
        for (int i = 0; i < LEAST_DRIVER.length; i++) {
            int number = i < numbers.length ? Integer.parseInt(numbers[i]) : 0;
            if (number != LEAST_DRIVER[i]) {
                return number < LEAST_DRIVER[i];
            }
        }
        return false;
    }

    private boolean isContainer() {
        return Files.exists(root.resolve(".dockerenv")) || Files.exists(root.resolve("run/.containerenv"));
    }

    /** The command that installs the driver on this system. */
    private String install() {
        if (isContainer()) {
            return "start the container with its GPUs: docker run --gpus all ..., on a machine with the driver "
                    + LEAST_DRIVER_TEXT + " or newer";
        }
        String system = SystemFile.text(root.resolve("etc/os-release"));
        String id = system.lines()
                .filter(l -> l.startsWith("ID="))
                .map(l -> l.substring(3).replace("\"", "").strip())
                .findFirst()
                .orElse("");
        return switch (id) {
            case "ubuntu" -> "sudo ubuntu-drivers install";
            case "debian" -> "sudo apt-get install nvidia-driver (its part non-free must be among the sources)";
            case "rhel", "rocky", "almalinux", "fedora", "amzn" ->
                "sudo dnf install cuda-drivers (of NVIDIA's repository)";
            default -> "install NVIDIA's driver " + LEAST_DRIVER_TEXT + " or newer";
        };
    }
}
