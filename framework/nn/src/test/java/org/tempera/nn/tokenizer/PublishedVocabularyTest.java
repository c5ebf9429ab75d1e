package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** CLIP's own vocabulary against the references' ids, made by {@code src/test/python/make_clip_fixtures.py}. */
public class PublishedVocabularyTest {
    private static final String[] PIECES = {
        "<|endoftext|>",
        "<|startoftext|>",
        "<|EndOfText|>",
        "<start_of_text>",
        "&amp;",
        "&eacute;",
        "&#233;",
        "&lt;b&gt;",
        " ",
        " ",
        "don't",
        "WE'LL",
        "'s",
        "running",
        "Σ",
        "İ",
        "\n",
        "<",
        "12345"
    };

    private JsonNode expected = new ObjectMapper().missingNode();

    @BeforeClass
    public void readFixtures() throws IOException, URISyntaxException {
        expected = new ObjectMapper()
                .readTree(BpeVocabularyBuilderTest.resource("clip-ids.json").toFile());
    }

    @DataProvider
    public Object[][] cleanings() {
        return new Object[][] {{TextCleaning.TRANSFORMERS}, {TextCleaning.OPEN_CLIP}};
    }

    @Test(dataProvider = "cleanings")
    public void givesTheReferencesIdsOverAllOfUnicode(TextCleaning cleaning) {
        check(cleaning, "blocks", ReferenceTexts.blocks());
    }

    @Test(dataProvider = "cleanings")
    public void givesTheReferencesIdsOfFiveThousandRandomTexts(TextCleaning cleaning) {
        check(cleaning, "samples", ReferenceTexts.samples(PIECES));
    }

    private void check(TextCleaning cleaning, String key, List<List<String>> groups) {
        ClipTokenizer tokenizer = ClipTokenizer.published(cleaning);
        JsonNode rows = expected.get(key);
        Set<Integer> leftOut = new HashSet<>();
        rows.get("left_out").forEach(i -> leftOut.add(i.intValue()));
        int text = 0;
        for (int g = 0; g < groups.size(); g++) {
            List<String> kept = new ArrayList<>();
            for (String t : groups.get(g)) {
                if (!leftOut.contains(text++)) {
                    kept.add(t);
                }
            }
            assertThat(ReferenceTexts.digest(kept, t -> tokenizer.encode(t, 77)))
                    .as("%s, %s %d", cleaning, key, g)
                    .isEqualTo(rows.get(cleaning.name()).get(g).asText());
        }
        assertThat(rows.get(cleaning.name())).hasSize(groups.size());
    }
}
