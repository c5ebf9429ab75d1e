package org.tempera.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

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
     * @throws UserException if the environment asks for a GPU and TensorFlow has found none
     */
    public static boolean isGpuUsed() {
        List<NativeBuild.Found> builds = NativeBuild.all();
        if (builds.isEmpty() || !builds.get(0).isForGpus()) {
            return false;
        }
        List<ComputeDevice> all = all();
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

    /** Those of this process, as the environment has it. Loads TensorFlow, and opens every GPU that may be used. */
    static List<ComputeDevice> all() {
        NativeLibrary.require();
        List<ComputeDevice> devices = new ArrayList<>();
        try (TF_Status status = TF_Status.newStatus();
                TF_Graph graph = TF_Graph.newGraph();
                TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
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
}
