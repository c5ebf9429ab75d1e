package org.tempera.core.plugin;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.tempera.core.text.Secrets;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.PartialScores;

/**
 * Leaves secrets out of what was thrown: of its message and of those of its causes, which land in logs and files of
 * whoever catches it.
 */
public final class MaskedFailure {
    private MaskedFailure() {}

    /** Calls something; what it throws tells no secret. */
    public static <T> T within(Secrets secrets, Supplier<T> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            throw of(e, secrets);
        }
    }

    /** The same failure where it tells no secret; else one like it, with {@link Secrets#MASK} for each. */
    public static RuntimeException of(RuntimeException thrown, Secrets secrets) {
        return tells(thrown, secrets, seen()) ? masked(thrown, secrets, seen()) : thrown;
    }

    private static Set<Throwable> seen() {
        return Collections.newSetFromMap(new IdentityHashMap<>());
    }

    private static boolean tells(@Nullable Throwable thrown, Secrets secrets, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return false;
        }
        String said = thrown.toString();
        if (!secrets.masked(said).equals(said) || tells(thrown.getCause(), secrets, seen)) {
            return true;
        }
        for (Throwable t : thrown.getSuppressed()) {
            if (tells(t, secrets, seen)) {
                return true;
            }
        }
        return false;
    }

    private static RuntimeException masked(Throwable thrown, Secrets secrets, Set<Throwable> seen) {
        seen.add(thrown);
        Throwable cause = thrown.getCause();
        RuntimeException copy = like(thrown, secrets);
        copy.setStackTrace(thrown.getStackTrace());
        if (cause != null && !seen.contains(cause)) {
            copy.initCause(masked(cause, secrets, seen));
        }
        for (Throwable t : thrown.getSuppressed()) {
            if (!seen.contains(t)) {
                copy.addSuppressed(masked(t, secrets, seen));
            }
        }
        return copy;
    }

    private static RuntimeException like(Throwable thrown, Secrets secrets) {
        String message = secrets.masked(String.valueOf(thrown.getMessage()));
        if (thrown instanceof PartialScores partial) {
            return new PartialScores(message, partial.scores());
        }
        if (thrown instanceof PluginFault) {
            return new PluginFault(message);
        }
        if (thrown instanceof UserException user) {
            return new UserException(message, user.remedies());
        }
        return new Other(message, secrets.masked(thrown.toString()));
    }

    /** Says what the exception of another class said. */
    private static final class Other extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String said;

        Other(String message, String said) {
            super(message);
            this.said = said;
        }

        @Override
        public String toString() {
            return said;
        }
    }
}
