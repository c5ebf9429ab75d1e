package org.tempera.graph.workers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.tempera.spi.UserException;

/** Says which worker was lost, from what is wrong with whom and from what TensorFlow says of it. */
final class Loss {
    private final IntFunction<String> names;
    private final int own;

    /** @param own index of the worker that says it */
    Loss(IntFunction<String> names, int own) {
        this.names = names;
        this.own = own;
    }

    /**
     * Those that do not answer. With what TensorFlow says, the one whose connection broke comes first: others may have
     * ended because of it.
     *
     * @param missing what is wrong with workers, at least with one
     */
    LostWorkerException of(Map<Integer, String> missing, Optional<Integer> first) {
        Map<Integer, String> ordered = new LinkedHashMap<>();
        first.filter(missing::containsKey).ifPresent(worker -> ordered.put(worker, missing.getOrDefault(worker, "")));
        ordered.putAll(missing);
        String who = ordered.entrySet().stream()
                .map(each -> names.apply(each.getKey()) + ", which " + each.getValue())
                .collect(Collectors.joining(", and "));
        return new LostWorkerException(
                "Lost " + who + (missing.size() > 1 ? "; one may have ended because of another, as their logs say" : "")
                        + ". " + LostWorkerException.START_AGAIN);
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
        if (failure.isOfAnotherIncarnation()) {
            return new LostWorkerException(
                    "This process is " + names.apply(own) + ", and the others know another process by that name: it was"
                            + " started again without them, or one index was given to two workers. "
                            + LostWorkerException.START_AGAIN,
                    failure);
        }
        String what = failure.peer()
                .map(worker -> "The connection to " + names.apply(worker) + " broke, though it answers")
                .orElse("TensorFlow cannot exchange data, though all workers answer");
        return new LostWorkerException(
                what + ": " + failure.reason() + ". " + LostWorkerException.START_AGAIN, failure);
    }
}
