package org.tempera.record.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testng.annotations.Test;

public class FrameTest {
    @Test
    public void thePolicyHoldsTheHashesOfWhatThePageHolds() throws Exception {
        String page = new Frame("kind", "a <b>", ".x { color: red; }\n", "<p>text</p>\n", "'use strict';\n").render();
        assertThat(page)
                .contains("default-src &#39;none&#39;; img-src data:;", "base-uri &#39;none&#39;")
                .contains("style-src &#39;sha256-" + hash(inside(page, "style")) + "&#39;")
                .contains("script-src &#39;sha256-" + hash(inside(page, "script")) + "&#39;")
                .contains("<title>a &lt;b&gt; - Tempera</title>", "<h1>a &lt;b&gt;</h1>")
                .doesNotContain("unsafe", "<b>");
        assertThat(new Frame("kind", "t", "", "").render()).doesNotContain("script");
    }

    /** Whoever chooses the dark theme sees what whoever prefers dark sees. */
    @Test
    public void bothDarkThemesAreOne() {
        Matcher dark = Pattern.compile("(?m)^ *:root(:not\\(\\[data-theme=\"light\"]\\)|\\[data-theme=\"dark\"]) \\{\n"
                        + "((?: +--.*\n)+)")
                .matcher(Frame.COMMON);
        assertThat(dark.find()).isTrue();
        String preferred = dark.group(2).replaceAll("(?m)^ +", "");
        assertThat(dark.find()).isTrue();
        assertThat(dark.group(2).replaceAll("(?m)^ +", "")).isEqualTo(preferred).contains("--paper", "--c8");
    }

    private static String inside(String page, String tag) {
        return page.substring(page.indexOf("<" + tag + ">") + tag.length() + 2, page.indexOf("</" + tag + ">"));
    }

    private static String hash(String text) throws Exception {
        return Base64.getEncoder()
                .encodeToString(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
