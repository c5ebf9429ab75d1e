package org.tempera.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PromptSlugTest {
    @DataProvider
    public Object[][] prompts() {
        return new Object[][] {
            {"A cat, sitting!", "a-cat-sitting", "a-cat-sitting"},
            {"--", "picture", "picture"},
            {"", "picture", "picture"},
            {"ein B\u00e4r, na\u00efve \u732b", "ein-b\u00e4r-na\u00efve-\u732b", "ein-b-r-na-ve"},
            {"Ba\u0308r", "b\u00e4r", "ba-r"},
            {"\u732b", "\u732b", "picture"},
            {"\u041a\u043e\u0442 \u0663", "\u043a\u043e\u0442-\u0663", "picture"},
            {"\u0939\u093f\u0928\u094d\u0926\u0940", "\u0939\u093f\u0928\u094d\u0926\u0940", "picture"},
            {
                "a/b\\c:d*e?f\"g<h>i|j\u0000k\u2764\ufe0f\ud83d\ude00\u200b.",
                "a-b-c-d-e-f-g-h-i-j-k",
                "a-b-c-d-e-f-g-h-i-j-k"
            },
            {
                "a very long prompt of more words than a name",
                "a-very-long-prompt-of-more-words-than-a",
                "a-very-long-prompt-of-more-words-than-a"
            },
            {"\u732b".repeat(50), "\u732b".repeat(13), "picture"},
            {"\u0915\u093f".repeat(50), "\u0915\u093f".repeat(6), "picture"},
            {"\ud842\udfb7".repeat(50) + "\ud842", "\ud842\udfb7".repeat(10), "picture"},
        };
    }

    @Test(dataProvider = "prompts")
    public void keepsLettersOfEveryScriptWhereNamesHoldThem(String prompt, String slug, String ascii) {
        assertThat(PromptSlug.of(prompt, StandardCharsets.UTF_8)).isEqualTo(slug);
        assertThat(PromptSlug.of(prompt, StandardCharsets.US_ASCII)).isEqualTo(ascii);
    }
}
