package org.tempera.core.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/**
 * Makes a failure of the same kind in other words: what is said of a failure, and done about it, depends on its
 * class.
 */
final class FailureCopy {
    private FailureCopy() {}

    /**
     * A failure of the same class, or of one above it where such a one cannot be made.
     *
     * @param cause for those that take it when they are made; others are without
     */
    static Throwable of(Throwable t, Optional<Throwable> cause, UnaryOperator<String> words) {
        String said = words.apply(t.toString());
        @Nullable String given = t.getMessage();
        @Nullable String message = given == null ? null : words.apply(given);
        if (t instanceof UserException user) {
            return user.reworded(words);
        }
        if (t instanceof InvalidPathException path) {
            return new InvalidPathException(
                    words.apply(path.getInput()), words.apply(path.getReason()), path.getIndex());
        }
        if (t instanceof UncheckedIOException) {
            return new UncheckedIOException(
                    message, cause.orElse(null) instanceof IOException file ? file : new IOException(said));
        }
        return made(t, message, cause.orElse(null))
                .filter(copy -> copy.toString().equals(said))
                .orElseGet(() -> t instanceof Error ? new OtherError(message, said) : new Other(message, said));
    }

    private static Optional<Throwable> made(Throwable t, @Nullable String message, @Nullable Throwable cause) {
        Class<? extends Throwable> type = t.getClass();
        try {
            return Optional.of(type.getConstructor(String.class).newInstance(message));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            try {
                return Optional.of(
                        type.getConstructor(String.class, Throwable.class).newInstance(message, cause));
            } catch (ReflectiveOperationException | RuntimeException | LinkageError none) {
                return Optional.empty(); // such as one that is made of more than words
            }
        }
    }

    /** Says what the exception of another class said. */
    private static final class Other extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final String said;

        Other(@Nullable String message, String said) {
            super(message);
            this.said = said;
        }

        @Override
        public String toString() {
            return said;
        }
    }

    /** Says what the error of another class said. */
    private static final class OtherError extends Error {
        private static final long serialVersionUID = 1L;
        private final String said;

        OtherError(@Nullable String message, String said) {
            super(message);
            this.said = said;
        }

        @Override
        public String toString() {
            return said;
        }
    }
}
