package org.tempera.base.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Locale;
import org.testng.annotations.Test;

public class WordsTest {
    private enum Kind {
        MEAN,
        PER_PROMPT
    }

    private enum Only {
        ONE
    }

    @Test
    public void everyConstantIsFoundByItsWord() {
        assertThat(Words.of(Kind.PER_PROMPT)).isEqualTo("per-prompt");
        for (Kind kind : Kind.values()) {
            assertThat(Words.parse(Kind.class, "kind", Words.of(kind))).isSameAs(kind);
        }
    }

    @Test
    public void anyOtherWordIsRefusedWithTheWordsThereAre() {
        for (String word : new String[] {"MEAN", "per_prompt", "", "prompt"}) {
            assertThatThrownBy(() -> Words.parse(Kind.class, "kind", word))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("unknown kind '" + word + "', expected mean or per-prompt");
        }
        assertThatThrownBy(() -> Words.parse(Only.class, "kind", "two")).hasMessage("unknown kind 'two', expected one");
    }

    @Test
    public void wordsAreTheSameUnderEveryLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Words.of(Kind.PER_PROMPT)).isEqualTo("per-prompt");
        } finally {
            Locale.setDefault(before);
        }
    }
}
