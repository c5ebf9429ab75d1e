package org.tempera.spi;

/**
 * A mistake that the user can mend: a bad key, a damaged file, a wrong shape.
 *
 * <p>The message says where, what was expected, what was found and what to do. The command line prints it without a
 * stack trace and exits with code 2.
 */
public class UserException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserException(String message) {
        super(message);
    }

    public UserException(String message, Throwable cause) {
        super(message, cause);
    }
}
