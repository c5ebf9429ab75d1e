package org.tempera.spi;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A mistake that the user can mend: a bad key, a damaged file, a wrong shape.
 *
 * <p>The message says where, what was expected, what was found and what to do, in words that hold for programs and for
 * the command line, which prints it without a stack trace and exits with code 2. A step that a program takes by a call,
 * and the command line by an option, is also given as a {@link Remedy}.
 */
public class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<Remedy> remedies; // null once it was serialized

    public UserException(String message) {
        this(message, List.of());
    }

    public UserException(String message, Throwable cause) {
        this(message, cause, List.of());
    }

    /** With steps that the message speaks of. */
    public UserException(String message, List<Remedy> remedies) {
        super(message);
        this.remedies = List.copyOf(remedies);
    }

    /** With steps that the message speaks of. */
    public UserException(String message, Throwable cause, List<Remedy> remedies) {
        super(message, cause);
        this.remedies = List.copyOf(remedies);
    }

    /** Another exception in other words, message and steps; without a cause. For {@link #reworded} of subclasses. */
    protected UserException(UserException other, UnaryOperator<String> words) {
        super(other.getMessage() == null ? null : words.apply(other.getMessage()));
        this.remedies = other.remedies == null
                ? null
                : other.remedies.stream()
                        .map(r -> new Remedy(r.action(), words.apply(r.argument())))
                        .toList();
    }

    /**
     * The same in other words and without a cause, such as where something must not be told. What programs tell apart
     * by its class stays of that class: who extends this overrides it.
     */
    public UserException reworded(UnaryOperator<String> words) {
        return new UserException(this, words);
    }

    /**
     * Whether there is nothing to mend: this, or a cause of it, may be gone when the work is begun again as it is. The
     * command line then exits with code 138.
     */
    public final boolean isPassing() {
        Set<Throwable> seen = new LinkedHashSet<>();
        for (Throwable t = this; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof UserException e && e.mayPass()) {
                return true;
            }
        }
        return false;
    }

    /** Whether this by itself may be gone; subclasses that are no mistake of a user's say so. */
    protected boolean mayPass() {
        return false;
    }

    /** The steps that its message speaks of, and those of its causes, each once. */
    public final List<Remedy> remedies() {
        Set<Remedy> all = new LinkedHashSet<>();
        Set<Throwable> seen = new LinkedHashSet<>();
        for (Throwable t = this; t != null && seen.add(t); t = t.getCause()) {
            if (t instanceof UserException e && e.remedies != null) {
                all.addAll(e.remedies);
            }
        }
        return new ArrayList<>(all);
    }
}
