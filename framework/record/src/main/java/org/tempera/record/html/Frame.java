package org.tempera.record.html;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.tempera.base.files.FileHashes;

/**
 * A page in one file that needs no network: what it may load are pictures inside it, and what it may run is the one
 * script that it was made with, for its policy holds the script's hash. Text that slipped in as markup could therefore
 * neither run nor fetch anything.
 *
 * <p>It is well-formed XML but for its first line, as long as the body is.
 *
 * @param brand what kind of page it is, above its title
 * @param title of the page; it is escaped here
 * @param style style sheet behind {@link #COMMON}
 * @param body markup below the title
 * @param script what makes the page easier to use; empty where it has none
 */
public record Frame(String brand, String title, String style, String body, String script) {
    /** Colours, type, tables and plots that all pages share. */
    public static final String COMMON = Resources.text(Frame.class, "common.css");

    /** A page without a script. */
    public Frame(String brand, String title, String style, String body) {
        this(brand, title, style, body, "");
    }

    /** The page. */
    public String render() {
        String css = COMMON + style;
        StringBuilder out = new StringBuilder(css.length() + body.length() + script.length() + 2048);
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n");
        out.append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
                .append(Html.escape(policy(css)))
                .append("\"/>\n");
        out.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\"/>\n")
                .append("<meta name=\"referrer\" content=\"no-referrer\"/>\n")
                .append("<title>")
                .append(Html.escape(title))
                .append(" - Tempera</title>\n<style>")
                .append(css)
                .append("</style>\n</head>\n<body>\n<main>\n<header><p class=\"brand\">")
                .append(Html.escape(brand))
                .append("</p><h1>")
                .append(Html.escape(title))
                .append("</h1></header>\n")
                .append(body)
                .append("</main>\n");
        if (!script.isEmpty()) {
            out.append("<script>").append(script).append("</script>\n");
        }
        return out.append("</body>\n</html>\n").toString();
    }

    private String policy(String css) {
        return "default-src 'none'; img-src data:; style-src " + hash(css)
                + (script.isEmpty() ? "" : "; script-src " + hash(script)) + "; base-uri 'none'; form-action 'none'";
    }

    private static String hash(String text) {
        byte[] digest = FileHashes.digest().digest(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }
}
