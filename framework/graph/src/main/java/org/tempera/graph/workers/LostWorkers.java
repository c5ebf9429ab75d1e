package org.tempera.graph.workers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.tempera.spi.UserException;

/** Says which worker was lost, from what is wrong with whom and from what TensorFlow says of it. */
final class LostWorkers {
    private static final String SEVERAL =
            "; one may have ended because of another, as their logs say, or this worker is cut off";

    private final IntFunction<String> names;

    LostWorkers(IntFunction<String> names) {
        this.names = names;
    }

    /**
     * Those that do not answer, or a mistake where one belongs to other workers. With what TensorFlow says, the one
     * whose connection broke comes first: others may have ended because of it.
     *
     * @param missing what is wrong with workers, at least with one
     */
    UserException of(Map<Integer, Fault> missing, Optional<Integer> first) {
        Optional<String> stranger = missing.entrySet().stream()
                .filter(each -> each.getValue().kind() == Fault.Kind.OTHER_ADDRESSES)
                .findFirst()
                .map(each -> names.apply(each.getKey()));
        if (stranger.isPresent()) {
            return new UserException(stranger.get() + " was given other addresses, or is a worker of another run."
                    + " Give all workers of a run the same list, in the same order, and each run ports of its own.");
        }
        Map<Integer, Fault> ordered = new LinkedHashMap<>();
        first.ifPresent(
                worker -> Optional.ofNullable(missing.get(worker)).ifPresent(fault -> ordered.put(worker, fault)));
        ordered.putAll(missing);
        String who = ordered.entrySet().stream()
                .map(each -> names.apply(each.getKey()) + ", which "
                        + each.getValue().words())
                .collect(Collectors.joining(", and "));
        return new LostWorkerException(
                "Lost " + who + (missing.size() > 1 ? SEVERAL : "") + ". " + LostWorkerException.START_AGAIN);
    }

    /** A failure of TensorFlow's, where all workers answer. */
    UserException of(TensorFlowFailure failure) {
        if (failure.differentSizes().isPresent()) {
            return new UserException(
                    "The workers were given lists of "
                            + failure.differentSizes().get()
                            + " addresses. Give all of them the same list, in the same order.",
                    failure);
        }
        if (failure.ofAnotherIncarnation().isPresent()) {
            return new LostWorkerException(
                    names.apply(failure.ofAnotherIncarnation().get())
                            + " is known to the others as another process: it was started again without them, or one"
                            + " index was given to two workers. " + LostWorkerException.START_AGAIN,
                    failure);
        }
        String what = failure.peer()
                .map(worker -> "The connection to " + names.apply(worker) + " broke, though it answers")
                .orElse("TensorFlow cannot exchange data, though all workers answer");
        return new LostWorkerException(
                what + ": " + failure.reason() + ". " + LostWorkerException.START_AGAIN, failure);
    }
}
