package org.tempera.nn.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Random;
import org.testng.annotations.Test;

/** The normal forms are Java's own, and come in time. */
public class CanonicalTextTest {
    private static final int[] PIECES = {
        'a', 'e', 0x300, 0x301, 0x323, 0x334, 0x344, 0x345, 0x34f, 0xe9, 0x1ea5, 0x5b0, 0x5c1, 0xf71, 0xf73, 0xf75,
        0xf81, 0x302e, 0x3099, 0xac00, 0x11a8, 0x1d15e, 0x1d165, 0x16ff0, 0xd800, 0x4e2d, 0x1f408, ' ',
    };

    @Test
    public void isWhatJavaSays() {
        Random random = new Random(7);
        for (int round = 0; round < 400; round++) {
            StringBuilder text = new StringBuilder();
            int kinds = 1 + random.nextInt(PIECES.length);
            for (int i = random.nextInt(400); i > 0; i--) {
                text.appendCodePoint(PIECES[(round + random.nextInt(kinds)) % PIECES.length]);
            }
            for (Form form : new Form[] {Form.NFC, Form.NFD}) {
                assertThat(CanonicalText.normalise(text, form))
                        .as("%s of %s", form, text.codePoints().boxed().toList())
                        .isEqualTo(Normalizer.normalize(text, form));
            }
        }
    }

    /**
     * Each of these marks belongs before all those of the other kind: one by one that is ten thousand million steps.
     */
    @Test(timeOut = 20_000)
    public void takesTimeThatGrowsWithTheText() {
        String marks = "\u0301".repeat(200_000) + "\u0323".repeat(200_000);
        assertThat(CanonicalText.normalise("a" + marks, Form.NFC))
                .startsWith("\u1ea1\u0323")
                .hasSize(400_000);
    }

    @Test(timeOut = 20_000)
    public void nestedReferencesTakeTimeThatGrowsWithTheText() {
        TextCleaner cleaner = new TextCleaner(UnicodeClasses.openClip());
        assertThat(cleaner.clean(TextCleaning.OPEN_CLIP, "&" + "amp;".repeat(20) + "lt;3"))
                .isEqualTo("<3");
        for (String again : new String[] {"amp;", "#xff06;"}) {
            assertThat(cleaner.clean(TextCleaning.OPEN_CLIP, "&" + again.repeat(100_000))
                            .length())
                    .isGreaterThan(100_000);
        }
    }
}
