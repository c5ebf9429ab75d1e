package org.tempera.runtime.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.tempera.base.text.LowerCase;

/** Names in configs: kebab-case, and the nearest known one to a name that is not known. */
public final class Names {
    private static final Pattern KEBAB = Pattern.compile("[a-z](?:[a-z0-9]|-(?=[a-z0-9]))*+");

    private static final Pattern LOWER_UPPER = Pattern.compile("([a-z0-9])([A-Z])");
    private static final Pattern UPPER_WORD = Pattern.compile("([A-Z])([A-Z][a-z])");

    private Names() {}

    /** Whether a name is lower-case words of letters and digits joined by single hyphens, and starts with a letter. */
    public static boolean isKebab(String name) {
        return KEBAB.matcher(name).matches();
    }

    /** The key of a record component or an enum constant: {@code maxGradientNorm} is {@code max-gradient-norm}. */
    static String kebab(String javaName) {
        if (javaName.equals(javaName.toUpperCase(Locale.ROOT))) {
            return javaName.toLowerCase(Locale.ROOT).replace('_', '-');
        }
        if (javaName.equals(javaName.toLowerCase(Locale.ROOT))) {
            return javaName;
        }
        String apart = LOWER_UPPER.matcher(javaName).replaceAll("$1-$2");
        return UPPER_WORD.matcher(apart).replaceAll("$1-$2").toLowerCase(Locale.ROOT);
    }

    /** {@code Did you mean 'x'? Known: [x, y].}, or without the question where nothing is near. */
    public static String suggest(String wanted, Collection<String> known) {
        String question =
                nearest(wanted, known).map(n -> "Did you mean '" + n + "'? ").orElse("");
        return question + "Known: " + new TreeSet<>(known) + ".";
    }

    /**
     * The known name that the wanted one stands for elsewhere in the field, else the one that differs from it by the
     * fewest letters, if that is few.
     */
    public static Optional<String> nearest(String wanted, Collection<String> known) {
        return FieldWords.ours(wanted, known).or(() -> nearestByLetters(wanted, known));
    }

    private static Optional<String> nearestByLetters(String wanted, Collection<String> known) {
        String normal = normal(wanted);
        int limit = Math.max(1, normal.length() / 3);
        Optional<String> best = Optional.empty();
        int bestDistance = limit + 1;
        for (String name : new TreeSet<>(known)) {
            if (Math.abs(normal.length() - normal(name).length()) > limit) {
                continue; // no fewer edits, and a key may have any length
            }
            int distance = distance(normal, normal(name));
            // Of equals, the one that the wanted name begins.
            if (distance < bestDistance
                    || (distance == bestDistance
                            && distance <= limit
                            && normal(name).startsWith(normal))) {
                best = Optional.of(name);
                bestDistance = distance;
            }
        }
        return best;
    }

    /** The same for {@code learningRate}, {@code learning_rate} and {@code learning-rate}. */
    static String normal(String name) {
        return LowerCase.of(name).replace("-", "").replace("_", "");
    }

    /** Edits from one word to the other: insert, delete, change a letter, or swap two neighbours. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
                }
            }
        }
        return d[a.length()][b.length()];
    }
}
