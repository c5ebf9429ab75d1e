package org.tempera.cli;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.tempera.spi.UserException;

/** Whether the arguments are what the user wrote. */
final class Arguments {
    /** What the JVM puts in the place of a letter that it could not read. */
    private static final char UNREADABLE = '\ufffd';

    private Arguments() {}

    /**
     * The JVM reads arguments in the letters of the locale. What it could not read is refused, so that no picture is
     * drawn of a prompt that was not given.
     *
     * @throws UserException that names the argument and the variable to set
     */
    static void requireReadable(String... arguments) {
        for (String argument : arguments) {
            if (argument.indexOf(UNREADABLE) >= 0) {
                throw new UserException("the argument '" + argument + "' has letters that could not be read as "
                        + encoding() + ", the encoding of this locale. " + advice());
            }
        }
        String here = System.getProperty("user.dir", "");
        if (here.indexOf(UNREADABLE) >= 0) {
            throw new UserException(
                    "the name of the working directory, " + here + ", has letters that could not be read as "
                            + encoding() + ", the encoding of this locale. " + advice());
        }
    }

    private static String encoding() {
        return System.getProperty("sun.jnu.encoding", "ASCII");
    }

    private static String advice() {
        return Charset.isSupported(encoding()) && Charset.forName(encoding()).equals(StandardCharsets.UTF_8)
                ? "Write it in UTF-8, or set LC_ALL to the locale in whose letters it is written."
                : "Set LC_ALL to a UTF-8 locale that is installed (locale -a lists them), such as LC_ALL=C.UTF-8.";
    }
}
