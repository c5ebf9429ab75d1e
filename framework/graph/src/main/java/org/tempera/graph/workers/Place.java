package org.tempera.graph.workers;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.spi.UserException;

/**
 * Where a worker has come to: workers whose places differ would take one thing for another.
 *
 * @param kind of the call
 * @param call its number, counted from when the worker joined
 * @param length of what is brought, in bytes, or in numbers of a sum
 */
record Place(CallKind kind, long call, long length) {
    /**
     * Sees to it that all workers have come to one place.
     *
     * @param reasons why a worker has failed, by its index; read where it has
     * @throws LostWorkerException if one has ended, or failed of what may pass
     * @throws UserException if one has failed of what comes again, they are at different calls, or bring sums of
     *     different lengths
     */
    static void requireOne(List<Place> places, IntFunction<String> reasons, IntFunction<String> names) {
        for (CallKind failure : List.of(CallKind.FAIL_FOR_GOOD, CallKind.FAIL)) {
            for (int i = 0; i < places.size(); i++) {
                if (places.get(i).kind == failure) {
                    throw failed(names.apply(i) + " has failed: " + reasons.apply(i), failure);
                }
            }
        }
        for (int i = 0; i < places.size(); i++) {
            if (places.get(i).kind == CallKind.END) {
                throw ended(names.apply(i));
            }
        }
        if (places.stream().map(Place::compared).distinct().count() > 1) {
            throw new UserException("The workers have come to different places: "
                    + IntStream.range(0, places.size())
                            .mapToObj(i -> names.apply(i) + " " + places.get(i).shown())
                            .collect(Collectors.joining(", "))
                    + ". All of them need the same version, configuration and files. "
                    + LostWorkerException.START_AGAIN);
        }
    }

    private static UserException failed(String words, CallKind failure) {
        return failure == CallKind.FAIL_FOR_GOOD
                ? new UserException(words)
                : new LostWorkerException(words + (words.endsWith(".") ? " " : ". ") + LostWorkerException.START_AGAIN);
    }

    /** What is said of a worker that has left the group. */
    static LostWorkerException ended(String name) {
        return new LostWorkerException(
                name + " has ended before the others; its log says why. " + LostWorkerException.START_AGAIN);
    }

    /** What of it must be the same for all. */
    private Place compared() {
        return kind == CallKind.ALL_REDUCE ? this : new Place(kind, call, 0);
    }

    private String shown() {
        String what = kind == CallKind.ALL_REDUCE ? kind.verb() + " " + length + " numbers" : kind.verb();
        return what + " (call " + call + ")";
    }
}
