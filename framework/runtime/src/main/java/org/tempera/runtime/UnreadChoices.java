package org.tempera.runtime;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.tempera.runtime.config.EffectiveConfig;
import org.tempera.runtime.config.RunConfig;
import org.tempera.runtime.config.UnreadKeys.UnreadKey;
import org.tempera.spi.algorithm.Need;

/**
 * A file of choices that is named and that no algorithm reads. Which do is known of the algorithm that is made, and not
 * of its keys alone, as for {@link org.tempera.runtime.config.UnreadKeys}.
 */
public final class UnreadChoices {
    private static final String KEY = "sampling.choices";

    private UnreadChoices() {}

    /**
     * What is said of the first of several runs that name such a file, where none that does learns from it.
     *
     * @throws org.tempera.spi.UserException if an algorithm cannot be made
     */
    public static Optional<UnreadKey> ofEach(Collection<RunConfig> runs) {
        List<RunConfig> naming =
                runs.stream().filter(r -> r.sampling().choices().isPresent()).toList();
        return naming.isEmpty()
                        || naming.stream().anyMatch(r -> TrainingParts.needs(r).contains(Need.PAIRS))
                ? Optional.empty()
                : Optional.of(unread(naming.get(0)));
    }

    private static UnreadKey unread(RunConfig run) {
        String origin = run.effective().settings().stream()
                .filter(s -> s.key().equals(KEY))
                .findFirst()
                .map(EffectiveConfig.Setting::origin)
                .orElseThrow();
        return new UnreadKey(
                KEY,
                origin + ": " + KEY + ": has no effect: the algorithm '"
                        + run.algorithm().name()
                        + "' learns from pictures that it draws, and from no choices of others");
    }
}
