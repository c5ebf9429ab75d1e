package org.tempera.record.run;

import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names such as {@code epoch-0012.png} of what belongs to an epoch. */
public final class EpochName {
    private static final Pattern NAME = Pattern.compile("epoch-(\\d{4,9})(.*)");

    private EpochName() {}

    /** The name, such as {@code epoch-0012} followed by an ending. */
    public static String of(int epoch, String ending) {
        return String.format(Locale.ROOT, "epoch-%04d%s", epoch, ending);
    }

    /** The epoch in a name that {@link #of} gives with this ending; empty for any other, {@code epoch-12} included. */
    public static OptionalInt epochIn(String name, String ending) {
        Matcher m = NAME.matcher(name);
        if (!m.matches() || !m.group(2).equals(ending)) {
            return OptionalInt.empty();
        }
        int epoch = Integer.parseInt(m.group(1));
        return of(epoch, ending).equals(name) ? OptionalInt.of(epoch) : OptionalInt.empty();
    }
}
