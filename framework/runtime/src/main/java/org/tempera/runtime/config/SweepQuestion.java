package org.tempera.runtime.config;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.tempera.spi.Doc;
import org.tempera.spi.Require;
import org.tempera.spi.Required;

/** A block of {@code sweep.questions}: which choices are to be compared. */
public record SweepQuestion(
        @Required @Doc("The runs that are compared: those with each of these choices, such as {algorithm = tdpo}.")
                Map<String, String> compare,
        @Required
                @Doc(
                        "What with: for each of those there is a pair for each entry, such as [{algorithm = ddpo}, {algorithm"
                                + " = grpo}]: the runs that have that entry's choices, and otherwise the same.")
                List<Map<String, String>> with) {
    public SweepQuestion {
        with = List.copyOf(with);
        Require.that(
                !with.isEmpty() && new HashSet<>(with).size() == with.size(),
                "with",
                "a choice or more, each once",
                with);
        for (Map<String, String> other : with) {
            Require.that(!other.equals(compare), "with", "others than what is compared", other);
        }
    }
}
