package org.tempera.core.plugin;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.tempera.base.text.Secrets;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * Leaves secrets out of what was thrown: of its message and of those of its causes, which land in logs and files of
 * whoever catches it. What holds no secret is thrown as it is, the very same object.
 */
public final class MaskedFailure {
    private MaskedFailure() {}

    /** Calls something; what it throws, exception or error, tells no secret. */
    public static <T> T within(Secrets secrets, Supplier<T> call) {
        try {
            return call.get();
        } catch (Throwable t) {
            throw MaskedFailure.<RuntimeException>thrown(of(t, secrets));
        }
    }

    /** The same for what gives nothing. */
    public static void within(Secrets secrets, Runnable call) {
        try {
            call.run();
        } catch (Throwable t) {
            throw MaskedFailure.<RuntimeException>thrown(of(t, secrets));
        }
    }

    /** Languages without checked exceptions throw them anywhere, and what they threw stays what it was. */
    @SuppressWarnings("unchecked") // erased: nothing is cast
    private static <E extends Throwable> E thrown(Throwable t) throws E {
        throw (E) t;
    }

    /**
     * The same failure where it tells no secret; else one with {@link Secrets#MASK} for each, of the same class where
     * such a one can be made of a message, with the same stack.
     */
    public static Throwable of(Throwable thrown, Secrets secrets) {
        List<Throwable> all = all(thrown);
        return all.stream().anyMatch(t -> tells(t, secrets)) ? masked(all, secrets) : thrown;
    }

    /** A failure, its causes, and what was suppressed for them; each once, though they may go in circles. */
    private static List<Throwable> all(Throwable thrown) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> all = new ArrayList<>();
        Deque<Throwable> open = new ArrayDeque<>(List.of(thrown));
        while (!open.isEmpty()) {
            Throwable t = open.pop();
            if (seen.add(t)) {
                all.add(t);
                Collections.addAll(open, t.getSuppressed());
                Optional.ofNullable(t.getCause()).ifPresent(open::push);
            }
        }
        return all;
    }

    private static boolean tells(Throwable t, Secrets secrets) {
        return Stream.concat(
                        Stream.of(t.toString(), String.valueOf(t.getMessage())),
                        t instanceof UserException user
                                ? user.remedies().stream().map(Remedy::argument)
                                : Stream.empty())
                .anyMatch(said -> !secrets.masked(said).equals(said));
    }

    /** The first, with copies of all that belong to it. */
    private static Throwable masked(List<Throwable> all, Secrets secrets) {
        Map<Throwable, Throwable> copies = new IdentityHashMap<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            // Causes first, for there are classes that take theirs when they are made.
            Throwable t = all.get(i);
            Optional<Throwable> cause = Optional.ofNullable(t.getCause()).map(copies::get);
            copies.put(t, FailureCopy.of(t, cause, secrets::masked));
        }
        copies.forEach((t, copy) -> {
            copy.setStackTrace(t.getStackTrace());
            Optional<Throwable> cause = Optional.ofNullable(t.getCause()).map(copies::get);
            if (copy.getCause() == null && cause.isPresent()) {
                try {
                    copy.initCause(cause.get());
                } catch (IllegalStateException e) {
                    copy.addSuppressed(cause.get()); // its class has none
                }
            }
            for (Throwable suppressed : t.getSuppressed()) {
                Optional.ofNullable(copies.get(suppressed)).ifPresent(copy::addSuppressed);
            }
        });
        return Optional.ofNullable(copies.get(all.get(0))).orElseThrow();
    }
}
