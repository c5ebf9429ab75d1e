package org.tempera.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.BytePointer;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;

/**
 * A device that TensorFlow computes with.
 *
 * @param type {@code CPU} or {@code GPU}
 * @param name such as {@code /job:localhost/replica:0/task:0/device:GPU:0}
 * @param bytes memory that TensorFlow may take there; of no meaning for a CPU
 */
public record ComputeDevice(String type, String name, long bytes) {
    /**
     * The variable by which NVIDIA's libraries do not take tf32 for float32, where it is 0: TensorFlow has them. The
     * launcher sets it.
     */
    private static final String TF32_SWITCH = "NVIDIA_TF32_OVERRIDE";

    /** The variables by which oneDNN takes fewer bits for float32, where the processor has instructions for it. */
    private static final List<String> FEWER_BITS =
            List.of("ONEDNN_DEFAULT_FPMATH_MODE", "DNNL_DEFAULT_FPMATH_MODE", "TF_SET_ONEDNN_FPMATH_MODE");

    private static final Set<String> ALL_BITS = Set.of("", "STRICT");

    /**
     * The variables by which oneDNN leaves instructions of the processor unused, the first before the second, and their
     * values too low for bfloat16.
     */
    private static final List<String> MOST_INSTRUCTIONS = List.of("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA");

    private static final Set<String> WITHOUT_BFLOAT16 = Set.of("SSE41", "AVX", "AVX2", "AVX2_VNNI");

    /** Whether it is one of NVIDIA's. */
    boolean isGpu() {
        return type.equals("GPU");
    }

    /**
     * Whether sessions of this process compute on a GPU. Asks TensorFlow only where its library is the one for GPUs.
     *
     * @param threads of the session that is about to be opened
     * @throws UserException if the environment asks for a GPU and TensorFlow has found none, or is not for GPUs
     */
    public static boolean isGpuUsed(ThreadSettings threads) {
        if (!isBuildForGpus()) {
            requireNoneAsked(System.getenv());
            return false;
        }
        List<ComputeDevice> all = all(threads.config().build());
        requireAsked(System.getenv(), all);
        return all.stream().anyMatch(ComputeDevice::isGpu);
    }

    /** Whether TensorFlow's library is the one for GPUs, be there any or not. */
    public static boolean isBuildForGpus() {
        List<NativeBuild.Found> builds = NativeBuild.all();
        return !builds.isEmpty() && builds.get(0).isForGpus();
    }

    /**
     * Why the processor computes, where that may not be what was wanted: TensorFlow's library is the one for GPUs.
     *
     * @param threads of the session that is about to be opened
     */
    public static Optional<String> whyNoGpu(ThreadSettings threads) {
        boolean meant = VisibleGpus.of(System.getenv()) == VisibleGpus.NONE;
        return meant || !isBuildForGpus() || isGpuUsed(threads)
                ? Optional.empty()
                : Optional.of("TensorFlow's library is the one for GPUs, and finds none that it can use: the processor"
                        + " computes. tempera doctor --gpu says what is missing; " + VisibleGpus.VARIABLE
                        + "=-1 says that it is meant.");
    }

    /** Fails if GPUs are named in the environment, where TensorFlow's library is the one for processors. */
    static void requireNoneAsked(Map<String, String> environment) {
        if (VisibleGpus.of(environment) == VisibleGpus.NAMED) {
            throw new UserException(VisibleGpus.VARIABLE + "=" + environment.get(VisibleGpus.VARIABLE)
                    + " asks for a GPU, and this is the build for processors: take the one for GPUs (docs/gpu.md). To"
                    + " train on the processor on purpose, set " + VisibleGpus.VARIABLE + " to -1.");
        }
    }

    /** Fails if GPUs are named in the environment and none is among the devices. */
    static void requireAsked(Map<String, String> environment, List<ComputeDevice> devices) {
        if (VisibleGpus.of(environment) == VisibleGpus.NAMED && devices.stream().noneMatch(ComputeDevice::isGpu)) {
            throw new UserException(VisibleGpus.VARIABLE + "=" + environment.get(VisibleGpus.VARIABLE)
                    + " asks for a GPU, and TensorFlow finds none: there is none of"
                    + " that number, or a library of CUDA's is missing. tempera doctor says which. To train on the"
                    + " processor on purpose, set " + VisibleGpus.VARIABLE + " to -1.");
        }
    }

    /**
     * Fails if this process cannot multiply with such numbers, whatever devices there are. Any processor can with
     * bfloat16, though only one with instructions for it gains by it.
     */
    static void requireBuildFor(Precision precision) {
        requireAllBits(System.getenv());
        switch (precision) {
            case FLOAT32 -> {}
            case TF32 -> requireTf32(System.getenv(), isBuildForGpus());
            case BFLOAT16 -> requireBfloat16(System.getenv());
        }
    }

    /** Evaluations would be set beside those of true float32, which is no part of the ruler. */
    static void requireAllBits(Map<String, String> environment) {
        for (String variable : FEWER_BITS) {
            String value = environment.getOrDefault(variable, "");
            if (!ALL_BITS.contains(value.toUpperCase(Locale.ROOT))) {
                throw new UserException(
                        variable + "=" + value + " has oneDNN multiply float32 as numbers of fewer bits:"
                                + " take the variable away before Tempera starts. Fewer bits are asked for by run.precision.");
            }
        }
    }

    /** TensorFlow asks the processor, and ends the process where oneDNN was told not to use what it has. */
    static void requireBfloat16(Map<String, String> environment) {
        withoutBfloat16(environment).ifPresent(variable -> {
            throw new UserException("precision bfloat16 is not computed under " + variable
                    + ": take the variable away before Tempera starts, or choose float32.");
        });
    }

    /** The variable that keeps a processor from bfloat16, such as {@code ONEDNN_MAX_CPU_ISA=AVX2}, where one does. */
    public static Optional<String> withoutBfloat16(Map<String, String> environment) {
        return mostInstructions(environment)
                .filter(most -> WITHOUT_BFLOAT16.contains(
                        most.substring(most.indexOf('=') + 1).toUpperCase(Locale.ROOT)));
    }

    /** The variable that keeps oneDNN from some of a processor's instructions, with its value, where one is set. */
    public static Optional<String> mostInstructions(Map<String, String> environment) {
        return MOST_INSTRUCTIONS.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .map(name -> name + "=" + environment.get(name))
                .findFirst();
    }

    /** Fails if sessions of these threads cannot multiply with such numbers. */
    static void requireFor(Precision precision, ThreadSettings threads) {
        boolean onGpu = isGpuUsed(threads);
        if (precision == Precision.TF32) {
            requireTf32(System.getenv(), onGpu);
        } else {
            requireFloat32(System.getenv(), onGpu);
        }
    }

    /** What is float32 in a graph, under bfloat16 adapters and norms, may be tf32 on a GPU. */
    static void requireFloat32(Map<String, String> environment, boolean onGpu) {
        if (onGpu && !"0".equals(environment.get(TF32_SWITCH))) {
            throw new UserException("float32 is tf32 on newer GPUs unless " + TF32_SWITCH + " is 0, found "
                    + environment.getOrDefault(TF32_SWITCH, "nothing")
                    + ": set it to 0 before Tempera starts, or choose run.precision = tf32.");
        }
    }

    static void requireTf32(Map<String, String> environment, boolean onGpu) {
        if (!onGpu) {
            throw new UserException("precision tf32 is of GPUs alone, and this process computes on the processor:"
                    + " choose float32 or bfloat16, or build and start Tempera for a GPU (docs/gpu.md).");
        }
        if ("0".equals(environment.get(TF32_SWITCH))) {
            throw new UserException("precision tf32 is switched off in this process, by " + TF32_SWITCH
                    + "=0: set it to 1 before Tempera starts, or choose float32 or bfloat16.");
        }
    }

    /** Those of this process, whatever its threads, which this decides: for a process that computes nothing. */
    static List<ComputeDevice> all() {
        return all(ConfigProto.getDefaultInstance());
    }

    /**
     * Those of this process, as the environment has it. Loads TensorFlow, and opens every GPU that may be used.
     *
     * @param config with the threads of the sessions that are opened later, as this session may be the process's first
     */
    static List<ComputeDevice> all(ConfigProto config) {
        NativeLibrary.require();
        byte[] settings = config.toByteArray();
        List<ComputeDevice> devices = new ArrayList<>();
        try (TF_Status status = TF_Status.newStatus();
                TF_Graph graph = TF_Graph.newGraph();
                TF_SessionOptions options = options(settings, status);
                TF_Session session = TF_Session.newSession(graph, options, status)) {
            status.throwExceptionIfNotOK();
            TF_DeviceList list = tensorflow.TF_SessionListDevices(session, status);
            status.throwExceptionIfNotOK();
            try {
                for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
                    devices.add(new ComputeDevice(
                            tensorflow.TF_DeviceListType(list, i, status).getString(),
                            tensorflow.TF_DeviceListName(list, i, status).getString(),
                            tensorflow.TF_DeviceListMemoryBytes(list, i, status)));
                }
            } finally {
                tensorflow.TF_DeleteDeviceList(list);
            }
        }
        return devices;
    }

    private static TF_SessionOptions options(byte[] settings, TF_Status status) {
        TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
        try (BytePointer bytes = new BytePointer(settings)) {
            tensorflow.TF_SetConfig(options, bytes, settings.length, status);
        }
        status.throwExceptionIfNotOK();
        return options;
    }
}
