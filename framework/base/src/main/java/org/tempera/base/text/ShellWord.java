package org.tempera.base.text;

/** A text as one word of a command that somebody copies into a POSIX shell. */
public final class ShellWord {
    private ShellWord() {}

    /** The text as it is where no letter of it means anything to a shell, else in single quotes. */
    public static String of(String text) {
        return text.matches("[\\w./+:@%,=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}
