package org.tempera.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.tempera.graph.ThreadSettings;
import org.testng.annotations.Test;

/** How often encoders are loaded for prompts that were not known. */
public class TextEmbeddingsTest {
    private static final Optional<String> NEGATIVE = Optional.of("blurred");

    private final CountedEncoder counted = new CountedEncoder("x");

    private PromptEncoder encoder() {
        return new PromptEncoder(counted, 7, new ThreadSettings(1, 1));
    }

    @Test
    public void oneThatPromptsAreAskedOfAsTheyComeStaysLoaded() {
        TextStates apart;
        try (TextEmbeddings each = new TextEmbeddings(encoder(), NEGATIVE, List.of("a cat"))) {
            int before = counted.built();
            each.of(List.of("a cat"));
            each.of(List.of("a dog"));
            apart = each.of(List.of("a bird"));
            assertThat(counted.built() - before).isEqualTo(2);
        }
        try (TextEmbeddings kept = TextEmbeddings.ofMoreToCome(encoder(), NEGATIVE, List.of("a cat"))) {
            int before = counted.built();
            kept.of(List.of("a cat"));
            kept.of(List.of("a dog"));
            assertThat(kept.of(List.of("a bird"))).isEqualTo(apart);
            assertThat(counted.built() - before).isEqualTo(1);
        }
    }
}
