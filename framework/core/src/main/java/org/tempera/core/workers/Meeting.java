package org.tempera.core.workers;

import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.tempera.spi.UserException;

/** What workers meet for; its ordinal goes to the others, so that none takes one thing for another. */
public enum Meeting {
    /** Before anything is built. */
    FACTS("compares what is trained"),
    /** Once each has built its model. */
    MODEL("has built its model"),
    /** Before each thing that they do together. */
    ORDER("comes to what is done next"),
    /** After a batch in each lane. */
    BATCHES("has batches"),
    /** After each update's micro-batches. */
    GRADIENTS("has an update's gradients"),
    /** After work of which each has a part. */
    PIECES("has pieces of work"),
    /** Before weights are used that each has trained for itself. */
    WEIGHTS("compares weights");

    private final String words;

    Meeting(String words) {
        this.words = words;
    }

    /** @throws UserException if they have not all come to the same, which names each */
    static void requireOne(List<Meeting> meetings, IntFunction<String> names) {
        if (meetings.stream().distinct().count() > 1) {
            throw new UserException("The workers have come to different places: "
                    + IntStream.range(0, meetings.size())
                            .mapToObj(i -> names.apply(i) + " " + meetings.get(i).words)
                            .collect(Collectors.joining(", "))
                    + ". All of them compute the same plan from the same samples, so that a plugin which decides by"
                    + " anything else, such as the time, draws them apart. Mend it, and start all of them again.");
        }
    }
}
