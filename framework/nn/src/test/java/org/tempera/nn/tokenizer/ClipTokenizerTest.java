package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ClipTokenizerTest {
    private Path tiny = Path.of("unset");
    private JsonNode expected = new ObjectMapper().missingNode();

    @BeforeClass
    public void readFixtures() throws IOException, URISyntaxException {
        tiny = BpeVocabularyBuilderTest.resource("tiny");
        expected = new ObjectMapper()
                .readTree(BpeVocabularyBuilderTest.resource("expected-ids.json").toFile());
    }

    /** The tiny folder with one file replaced; none if the content is empty. */
    private Path folderWith(String file, String content) throws IOException {
        Path folder = BpeVocabularyBuilderTest.folder();
        for (String name :
                new String[] {"vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"}) {
            Files.copy(tiny.resolve(name), folder.resolve(name));
        }
        Files.deleteIfExists(folder.resolve(file));
        if (!content.isEmpty()) {
            Files.writeString(folder.resolve(file), content);
        }
        return folder;
    }

    private void assertIds(ClipTokenizer tokenizer, String key) {
        for (int i = 0; i < expected.get("texts").size(); i++) {
            String text = expected.get("texts").get(i).asText();
            int[] ids = new ObjectMapper().convertValue(expected.get(key).get(i), int[].class);
            assertThat(tokenizer.encode(text)).as("'%s'", text).containsExactly(ids);
        }
    }

    @Test
    public void saysWhatItLeavesOut() {
        ClipTokenizer published = ClipTokenizer.published(TextCleaning.TRANSFORMERS);
        assertThat(published.leftOut("A photo of a cat", 7)).isEmpty();
        assertThat(published.leftOut("A photo of a cat", 5)).contains("a cat");
        assertThat(published.leftOut("cat " + "very detailed ".repeat(1000), 77).orElseThrow())
                .startsWith("very detailed very")
                .hasSize(2000 * 14 / 2 - 37 * 14 - 1);
    }

    @DataProvider
    public Object[][] written() {
        String long73 = "cat ".repeat(73);
        return new Object[][] {
            {TextCleaning.TRANSFORMERS, long73 + "a  Cat, a fox in Snow, a fox", ", a fox in Snow, a fox"},
            {TextCleaning.TRANSFORMERS, long73 + "a\n, a fox\tin snow ,A fox", "a fox\tin snow ,A fox"},
            {TextCleaning.TRANSFORMERS, long73 + " cat &amp; dog", "amp; dog"},
            {TextCleaning.OPEN_CLIP, long73 + "cat cat &amp; Dog", "&amp; Dog"},
            {TextCleaning.OPEN_CLIP, long73 + "cat &amp; Dog", "Dog"},
            {TextCleaning.OPEN_CLIP, long73 + "cat &quot;&#x41;&quot;\u201cDog\u201d", "&#x41;&quot;\u201cDog\u201d"},
            {TextCleaning.TRANSFORMERS, long73 + "cat \u732b\u732b", "\u732b\u732b"},
            {TextCleaning.OPEN_CLIP, long73 + "cat e\u0301\u0323\u0301\u0301", "e\u0301\u0323\u0301\u0301"},
            {TextCleaning.TRANSFORMERS, long73 + "a <|endoftext|> Dog", "Dog"},
            {TextCleaning.OPEN_CLIP, "\u732b".repeat(3000), ""},
            {TextCleaning.TRANSFORMERS, "\u732b ".repeat(3000), ""},
        };
    }

    @Test(dataProvider = "written")
    public void whatIsLeftOutIsShownAsItWasWritten(TextCleaning cleaning, String text, String left) {
        String shown = ClipTokenizer.published(cleaning).leftOut(text, 77).orElseThrow();
        assertThat(text.strip()).endsWith(shown);
        assertThat(shown).doesNotContain("\ufffd").isNotEmpty();
        if (!left.isEmpty()) {
            assertThat(shown).isEqualTo(left);
        }
    }

    @Test(dataProvider = "cleanings")
    public void theTokensOfWhatIsKeptFillThePlaces(TextCleaning cleaning) {
        ClipTokenizer tokenizer = ClipTokenizer.published(cleaning);
        Random random = new Random(4);
        int exact = 0;
        String[] pieces = {
            "Cat", " ", "\n", ",", "&amp;", "&lt", "\ufb03", "\u201c", "\u732b", "e\u0301", "\ud83d\ude00", "1", "don't"
        };
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            for (int k = 0; k < 40; k++) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            String left = tokenizer.leftOut(text.toString(), 14).orElseThrow();
            String whole = text.toString().strip();
            assertThat(whole).endsWith(left);
            String kept = whole.substring(0, whole.length() - left.length());
            int[] ids = tokenizer.encode(text.toString(), 14);
            int[] again = tokenizer.encode(kept, 14);
            int end = 1;
            while (again[end] != tokenizer.endOfText()) {
                end++;
            }
            // Within a word what is kept may have other tokens by itself.
            exact += end == 13 && Arrays.equals(ids, again) ? 1 : 0;
        }
        assertThat(exact).isGreaterThan(100);
    }

    @DataProvider
    public Object[][] cleanings() {
        return new Object[][] {{TextCleaning.TRANSFORMERS}, {TextCleaning.OPEN_CLIP}};
    }

    @Test(dataProvider = "cleanings")
    public void givesTheReferencesIds(TextCleaning cleaning) {
        assertIds(ClipTokenizer.load(tiny, cleaning), cleaning.name());
    }

    @Test
    public void knowsTheVocabularyThatWasPublishedWithClip() {
        ClipTokenizer tokenizer = ClipTokenizer.published(TextCleaning.OPEN_CLIP);
        assertThat(tokenizer.vocabularySize()).isEqualTo(49408);
        assertIds(tokenizer, "PUBLISHED");
    }

    @DataProvider
    public Object[][] paddings() {
        return new Object[][] {
            {"\"!\""},
            {"{\"content\":\"!\",\"lstrip\":false,\"rstrip\":false,\"single_word\":false,\"normalized\":true}"}
        };
    }

    @Test(dataProvider = "paddings")
    public void padsWithTheFoldersOwnTokenAndRecognisesItInTheText(String padding) throws IOException {
        ClipTokenizer tokenizer =
                ClipTokenizer.load(folderWith("special_tokens_map.json", "{\"pad_token\":" + padding + "}"));
        assertThat(tokenizer.padding()).isZero();
        assertIds(tokenizer, "PAD");
    }

    @Test
    public void decodesAsTheReferenceDoes() {
        ClipTokenizer tokenizer = ClipTokenizer.load(tiny);
        for (int i = 0; i < expected.get("texts").size(); i++) {
            int[] ids =
                    new ObjectMapper().convertValue(expected.get("TRANSFORMERS").get(i), int[].class);
            assertThat(tokenizer.decode(ids))
                    .isEqualTo(expected.get("decoded").get(i).asText());
        }
    }

    @Test
    public void turnsALoneSurrogateIntoTheReplacementCharacter() {
        ClipTokenizer tokenizer = ClipTokenizer.load(tiny);
        assertThat(tokenizer.encode("a \ud83d b")).containsExactly(tokenizer.encode("a \ufffd b"));
        assertThat(tokenizer.encode("cat \udc08\ud83d")).containsExactly(tokenizer.encode("cat \ufffd\ufffd"));
    }

    @Test
    public void cutsToAnyLengthAndKeepsTheEnd() {
        ClipTokenizer tokenizer = ClipTokenizer.load(tiny);
        int[] ids = tokenizer.encode("cat cat cat cat", 4);
        assertThat(ids).hasSize(4).startsWith(tokenizer.startOfText()).endsWith(tokenizer.endOfText());
        assertThatThrownBy(() -> tokenizer.encode("cat", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void readsTheLengthFromTheConfiguration() throws IOException {
        assertThat(ClipTokenizer.load(folderWith("tokenizer_config.json", "{\"model_max_length\":32}"))
                        .maxLength())
                .isEqualTo(32);
        assertThat(ClipTokenizer.load(folderWith(
                                "tokenizer_config.json", "{\"model_max_length\":1000000000000000019884624838656}"))
                        .maxLength())
                .isEqualTo(77);
        assertThat(ClipTokenizer.load(folderWith("tokenizer_config.json", "")).maxLength())
                .isEqualTo(77);
    }

    @Test
    public void addedTokensOfTheConfigurationAreCutOutOfTheText() throws IOException {
        ClipTokenizer tokenizer = ClipTokenizer.load(folderWith(
                "tokenizer_config.json",
                "{\"added_tokens_decoder\":{\"550\":{\"content\":\"<my-cat>\",\"lstrip\":true,\"rstrip\":true}}}"));
        assertThat(tokenizer.encode("a <my-cat> dog")[2]).isEqualTo(550);
        assertThat(tokenizer.vocabularySize()).isEqualTo(551);
    }

    @DataProvider
    public Object[][] badFiles() {
        return new Object[][] {
            {
                "vocab.json",
                "",
                "expected a CLIP tokenizer folder with vocab.json and merges.txt, or with tokenizer.json, but there is no"
                        + " vocab.json"
            },
            {"merges.txt", "", "but there is no merges.txt"},
            {
                "merges.txt",
                "#version\na b\na b c\n",
                "merges.txt: line 3: expected two tokens with a space between, found 'a b c'"
            },
            {"merges.txt", "#version\na b\n\na c\n", "merges.txt: line 3: expected two tokens"},
            {"vocab.json", "{\"a\":1", "vocab.json: cannot be read as JSON"},
            {"vocab.json", "[]", "vocab.json: expected a JSON object"},
            {"vocab.json", "{\"a\":\"b\"}", "vocab.json: token 'a': expected an id from 0 to 16777215, found \"b\""},
            {"vocab.json", "{\"a\":1}", "vocab.json: the bos_token '<|startoftext|>' is not in the vocabulary"},
            {
                "special_tokens_map.json",
                "{\"pad_token\":7}",
                "pad_token: expected a string, or an object with 'content', found 7"
            },
            {
                "tokenizer_config.json",
                "{\"model_max_length\":1}",
                "model_max_length: expected a whole number of at least 2, found 1"
            },
            {"tokenizer_config.json", "{\"model_max_length\":\"x\"}", "model_max_length: expected a whole number"},
            {
                "tokenizer_config.json",
                "{\"added_tokens_decoder\":{\"900\":{\"content\":\"<my-cat>\"}}}",
                "the added token '<my-cat>' has the id 900, but added tokens are numbered on from the vocabulary, which"
                        + " makes it 550"
            },
            {
                "tokenizer_config.json",
                "{\"tokenizer_class\":\"GPT2Tokenizer\"}",
                "expected CLIPTokenizer, found GPT2Tokenizer"
            },
            {
                "tokenizer_config.json",
                "{\"truncation_side\":\"left\"}",
                "truncation_side: expected right, found \"left\""
            },
            {"tokenizer_config.json", "{\"split_special_tokens\":true}", "split_special_tokens: true is not supported"},
            {"added_tokens.json", "{\"\":550}", "added_tokens.json: an added token is empty"},
            {"merges.txt", "#version\na zz\n", "merges join 'a' and 'zz', but its vocabulary lacks 'zz'"},
        };
    }

    @Test(dataProvider = "badFiles")
    public void saysWhatIsWrongWithAFolder(String file, String content, String message) throws IOException {
        Path folder = folderWith(file, content);
        assertThatThrownBy(() -> ClipTokenizer.load(folder))
                .isInstanceOf(UserException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(folder.toString());
    }
}
