package org.tempera.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.BytePointer;
import org.tempera.spi.UserException;
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
    /** Whether it is one of NVIDIA's. */
    boolean isGpu() {
        return type.equals("GPU");
    }

    /**
     * Whether sessions of this process compute on a GPU. Asks TensorFlow only where its library is the one for GPUs.
     *
     * @param threads of the session that is about to be opened
     * @throws UserException if the environment asks for a GPU and TensorFlow has found none
     */
    public static boolean isGpuUsed(ThreadSettings threads) {
        List<NativeBuild.Found> builds = NativeBuild.all();
        if (builds.isEmpty() || !builds.get(0).isForGpus()) {
            return false;
        }
        List<ComputeDevice> all = all(threads.config().build());
        requireAsked(System.getenv(), all);
        return all.stream().anyMatch(ComputeDevice::isGpu);
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
            for (int i = 0; i < tensorflow.TF_DeviceListCount(list); i++) {
                devices.add(new ComputeDevice(
                        tensorflow.TF_DeviceListType(list, i, status).getString(),
                        tensorflow.TF_DeviceListName(list, i, status).getString(),
                        tensorflow.TF_DeviceListMemoryBytes(list, i, status)));
            }
            tensorflow.TF_DeleteDeviceList(list);
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
