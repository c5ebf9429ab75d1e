package org.tempera.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.tempera.graph.VisibleGpus;
import org.tempera.spi.UserException;

/** Which GPU each worker of this machine computes on: of those that the environment names, the one of its index. */
final class LocalGpus {
    /** The variable by which TensorFlow takes a GPU's memory as it is needed. */
    private static final String GROWTH = "TF_FORCE_GPU_ALLOW_GROWTH";

    private LocalGpus() {}

    /** What {@code CUDA_VISIBLE_DEVICES} is to be for a worker; empty where the environment names no GPU for it. */
    static Optional<String> of(Map<String, String> environment, int worker) {
        return named(environment).stream().skip(worker).findFirst();
    }

    /**
     * Workers that share a GPU find no memory on it.
     *
     * @throws UserException if the environment names GPUs, and fewer than there are workers
     */
    static void require(Map<String, String> environment, int workers) {
        List<String> named = named(environment);
        if (!named.isEmpty() && named.size() < workers) {
            throw new UserException(LocalWorkersOption.NAME + ": expected a GPU for each of " + workers
                    + " workers, found " + named.size() + " (" + VisibleGpus.VARIABLE + "=" + String.join(",", named)
                    + "). Start as many as there are GPUs, name more, or set " + VisibleGpus.VARIABLE
                    + " to -1 to train on the processor.");
        }
    }

    /** What keeps workers of the build for GPUs from having one each, with its memory. */
    static Optional<String> warning(Map<String, String> environment) {
        return switch (VisibleGpus.of(environment)) {
            case NONE -> Optional.empty();
            case ANY ->
                Optional.of(LocalWorkersOption.NAME + ": if this machine has GPUs, all workers compute on the first."
                        + " Name one for each, such as by " + VisibleGpus.VARIABLE + "=0,1, or set it to -1.");
            case NAMED ->
                "true".equals(environment.get(GROWTH))
                        ? Optional.empty()
                        : Optional.of(LocalWorkersOption.NAME + ": this process sees the other workers' GPUs, too, and"
                                + " TensorFlow may take nearly all memory of what it sees. Set " + GROWTH + "=true.");
        };
    }

    private static List<String> named(Map<String, String> environment) {
        return VisibleGpus.of(environment) == VisibleGpus.NAMED
                ? Stream.of(environment.getOrDefault(VisibleGpus.VARIABLE, "").split(","))
                        .map(String::strip)
                        .toList()
                : List.of();
    }
}
