package org.tempera.remote;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.UnavailableReward;

/** What is said where no endpoint gives scores. */
final class NoScores {
    private static final String PROTOCOL = " The protocol is in docs/rewards.md; keys of the reward: ";
    private static final String KEYS = "attempts, timeout-seconds, batch-size.";

    private NoScores() {}

    /** @param endpoints all of them, each after a failure; @param seconds since one answered, or was asked first */
    static UnavailableReward of(List<Endpoint> endpoints, double seconds) {
        if (endpoints.size() == 1) {
            Endpoint only = endpoints.get(0);
            ScoreClient.PassingFailure last = only.last().orElseThrow();
            return new UnavailableReward(
                    String.format(
                            Locale.ROOT,
                            "remote reward: %s gave no scores in %d attempt(s), %.1f s; at last: %s.\n%s",
                            only.address(),
                            only.failures(),
                            seconds,
                            last.getMessage(),
                            last.advice() + PROTOCOL + "url, " + KEYS),
                    last);
        }
        String none =
                String.format(Locale.ROOT, "none of %d addresses gave scores in %.1f s", endpoints.size(), seconds);
        return withEach(new UnavailableReward(ofAll(none, endpoints)), endpoints);
    }

    /**
     * The same of a request that each of several endpoints has failed on, while they answer others: it stays so however
     * often they are asked.
     */
    static UserException ofPictures(List<Endpoint> endpoints) {
        String none = "none of " + endpoints.size() + " addresses gave scores of some pictures, though they answered"
                + " others meanwhile";
        return withEach(new UserException(ofAll(none, endpoints)), endpoints);
    }

    private static String ofAll(String none, List<Endpoint> endpoints) {
        String each = endpoints.stream()
                .map(e -> e.last()
                        .map(last -> "  " + e.address() + ": " + last.getMessage() + ". " + last.advice())
                        .orElse("  " + e.address() + ": answers other requests"))
                .sorted()
                .collect(Collectors.joining("\n"));
        return "remote reward: " + none + "; at last:\n" + each + "\n" + PROTOCOL.strip() + " url, replicas, " + KEYS;
    }

    private static <E extends UserException> E withEach(E e, List<Endpoint> endpoints) {
        endpoints.forEach(each -> each.last().ifPresent(e::addSuppressed));
        return e;
    }
}
