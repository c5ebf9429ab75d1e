package org.tempera.base.text;

import java.util.regex.Pattern;

/** Tells data from prompts by how a text begins. */
public final class JsonBeginning {
    /**
     * A brace before a quote, or a bracket before a quote or a brace. Two brackets are left to prompts: some programs
     * weaken a word so, as in {@code [[blurry]]}.
     */
    private static final Pattern DATA = Pattern.compile("\\s*(\\{\\s*[\"'}]|\\[\\s*[\"'{]).*", Pattern.DOTALL);

    private JsonBeginning() {}

    /** Whether a text begins as a JSON object, or a list of texts or objects, and as no prompt does. */
    public static boolean isOf(CharSequence text) {
        return DATA.matcher(text).matches();
    }
}
