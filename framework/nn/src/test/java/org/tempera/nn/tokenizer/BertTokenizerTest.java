package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.tempera.spi.UserException;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Against the reference's ids, made by {@code src/test/python/make_bert_fixtures.py}. */
public class BertTokenizerTest {
    private static final List<String> WORDS = List.of(
            ("[PAD] [unused0] [UNK] [CLS] [SEP] [MASK] cat dog photo un ##aff ##able running ##ing ##s a ##a photo"
                            + " ##graph strasse ##σ")
                    .split(" "));
    private static final int[][] POOLS = {
        {0x20, 0x7F},
        {0x20, 0x7F},
        {0x61, 0x7B},
        {0xA0, 0x250},
        {0x250, 0x590},
        {0x590, 0xE80},
        {0x300, 0x370},
        {0x1E00, 0x2100},
        {0x2000, 0x2070},
        {0x3000, 0x3130},
        {0x4E00, 0x4F00},
        {0xAC00, 0xAD00},
        {0x1F300, 0x1F650},
        {0, 0x21}
    };
    private static final String[] PIECES = {
        "[CLS]", "[UNK]", "[MASK]", "[ENC]", "[DEC]", "[PAD]", "[cls]", " ", " ", "running", "unaffable", "Σ", "İ", "\n"
    };

    private JsonNode expected = new ObjectMapper().missingNode();
    private BertTokenizer tokenizer = new BertTokenizer(Map.of("[UNK]", 0));

    @BeforeClass
    public void readFixtures() throws IOException, URISyntaxException {
        expected = new ObjectMapper()
                .readTree(BpeVocabularyBuilderTest.resource("bert-ids.json").toFile());
        tokenizer = new BertTokenizer(vocabulary());
    }

    /** Words, and every character of two planes, most of them as the rest of a word too. */
    private static Map<String, Integer> vocabulary() {
        List<String> lines = new ArrayList<>(WORDS);
        for (int c = 0x21; c < 0x20000; c++) {
            if ((c < 0x7F || c > 0xA0) && (c < 0xD800 || c >= 0xE000)) {
                lines.add(Character.toString(c));
                if (c % 3 != 0) {
                    lines.add("##" + Character.toString(c));
                }
            }
        }
        Map<String, Integer> ids = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            ids.put(lines.get(i), i);
        }
        return ids;
    }

    private String digest(Iterable<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                int[] ids = tokenizer.encode(text);
                ByteBuffer bytes = ByteBuffer.allocate(4 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asIntBuffer().put(ids);
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    public void givesTheReferencesIdsOverAllOfUnicode() {
        int index = 0;
        for (int block = 0; block < 0x110000; block += 4096) {
            List<String> texts = new ArrayList<>();
            for (int start = block; start < block + 4096; start += 8) {
                StringBuilder apart = new StringBuilder();
                StringBuilder together = new StringBuilder();
                for (int c = start; c < start + 8; c++) {
                    if (c < 0xD800 || c >= 0xE000) {
                        apart.append(apart.isEmpty() ? "x" : " x")
                                .appendCodePoint(c)
                                .append('Y');
                        together.appendCodePoint(c);
                    }
                }
                texts.add(apart + " " + together);
            }
            assertThat(digest(texts))
                    .as("code points from U+%04X", block)
                    .isEqualTo(expected.get("blocks").get(index++).asText());
        }
        assertThat(expected.get("blocks")).hasSize(index);
    }

    @Test
    public void givesTheReferencesIdsOfFiveThousandRandomTexts() {
        Numbers numbers = new Numbers(1);
        for (int i = 0; i < 100; i++) {
            List<String> texts = new ArrayList<>();
            for (int k = 0; k < 50; k++) {
                texts.add(randomText(numbers));
            }
            assertThat(digest(texts))
                    .as("texts %d to %d", 50 * i, 50 * i + 49)
                    .isEqualTo(expected.get("samples").get(i).asText());
        }
    }

    @Test
    public void givesTheReferencesIdsTextByText() {
        ObjectMapper json = new ObjectMapper();
        for (JsonNode row : expected.get("texts")) {
            String text = row.get("text").asText();
            assertThat(tokenizer.encode(text))
                    .as("'%s'", text)
                    .containsExactly(json.convertValue(row.get("ids"), int[].class));
            assertThat(tokenizer.encode(text, 35, 0))
                    .as("'%s', fitted", text)
                    .containsExactly(json.convertValue(row.get("fitted"), int[].class));
        }
    }

    @Test
    public void aLoneSurrogateIsRemoved() {
        assertThat(tokenizer.encode("ca\ud83dt")).containsExactly(tokenizer.encode("cat"));
    }

    @Test
    public void paddingIsWhatTheCallerSays() {
        assertThat(tokenizer.encode("cat", 5, -1)).containsExactly(3, 6, 4, -1, -1);
        assertThatThrownBy(() -> tokenizer.encode("cat", 1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @DataProvider
    public Object[][] badFiles() {
        return new Object[][] {
            {(Supplier<byte[]>) () -> new byte[0], "0 tokens lack [UNK], [SEP], [PAD], [CLS], [MASK]"},
            {
                (Supplier<byte[]>) () -> "[PAD]\n[UNK]\n[CLS]\n[SEP]\n".getBytes(StandardCharsets.UTF_8),
                "4 tokens lack [MASK]. Give the vocab.txt of bert-base-uncased."
            },
            {(Supplier<byte[]>) () -> new byte[] {'a', (byte) 0xff}, "is not text in UTF-8"},
        };
    }

    @Test(dataProvider = "badFiles")
    public void refusesWhatIsNoVocabulary(Supplier<byte[]> content, String message) throws IOException {
        Path file = Files.write(BpeVocabularyBuilderTest.folder().resolve("vocab.txt"), content.get());
        assertThatThrownBy(() -> BertTokenizer.load(file))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(message);
        Path folder = Objects.requireNonNull(file.getParent());
        assertThatThrownBy(() -> BertTokenizer.load(folder)).hasMessageContaining("found a folder");
    }

    /** Knuth's linear congruential generator, 64 bits, the upper 31 used. */
    private static final class Numbers {
        private long state;

        Numbers(long seed) {
            state = seed;
        }

        int below(int n) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            return (int) ((state >>> 33) % n);
        }
    }

    private static String randomText(Numbers r) {
        StringBuilder out = new StringBuilder();
        int parts = 1 + r.below(24);
        for (int i = 0; i < parts; i++) {
            int[] pool = POOLS[r.below(POOLS.length)];
            int length = 1 + r.below(5);
            for (int k = 0; k < length; k++) {
                out.appendCodePoint(pool[0] + r.below(pool[1] - pool[0]));
            }
            if (r.below(4) == 0) {
                out.append(PIECES[r.below(PIECES.length)]);
            }
        }
        return out.toString();
    }
}
