package org.tempera.examples.animals.painter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.testng.annotations.Test;

public class CaptionsTest {
    private static final Set<String> QUALITY_WORDS = Set.of(
            "bright", "dark", "pale", "garish", "harmonious", "tidy", "messy", "tiny", "huge", "placed", "centre");

    @Test
    public void captionsAreTrueOfTheirPictures() {
        PictureStream stream = new PictureStream(2, PictureSize.SMALL, PictureFilter.all());
        Set<String> vocabulary = new HashSet<>(Captions.words());
        Set<String> seen = new HashSet<>();
        int aboutQuality = 0;
        int captions = 0;
        for (int index = 0; index < 400; index++) {
            PaintedPicture picture = stream.picture(index);
            for (int version = 0; version < 10; version++) {
                String caption = stream.caption(picture, index, version);
                List<String> words = Arrays.asList(caption.split(" "));
                assertThat(vocabulary).containsAll(words);
                assertThat(words.size()).as(caption).isLessThanOrEqualTo(Captions.MOST_WORDS);
                assertThat(words).contains(picture.facts().animal().word());
                checkTruth(caption, words, picture.facts());
                seen.addAll(words);
                captions++;
                aboutQuality += words.stream().anyMatch(QUALITY_WORDS::contains) ? 1 : 0;
            }
        }
        assertThat((double) aboutQuality / captions).isBetween(.37, .47);
        assertThat(seen).containsAll(vocabulary);
    }

    @Test
    public void vocabularyIsSmall() {
        assertThat(Captions.words()).hasSizeBetween(70, 95).doesNotHaveDuplicates();
    }

    @Test
    public void captionsRepeatForTheSameRandomSource() {
        PictureStream stream = new PictureStream(2, PictureSize.SMALL, PictureFilter.all());
        PaintedPicture picture = stream.picture(7);
        assertThat(stream.caption(picture, 7, 3)).isEqualTo(stream.caption(picture, 7, 3));
    }

    @Test
    public void articlesFitTheWordsThatFollow() {
        PictureStream stream = new PictureStream(12, PictureSize.SMALL, PictureFilter.all());
        for (int index = 0; index < 200; index++) {
            String caption = stream.caption(stream.picture(index), index, 0);
            assertThat(caption).doesNotContainPattern("\\ba [aeiou]").doesNotContainPattern("\\ban [^aeiou]");
        }
    }

    /** States the meaning of every word anew, independently of the caption writer. */
    private static void checkTruth(String caption, List<String> words, PictureFacts facts) {
        Quality quality = facts.quality();
        holds(caption, words, "dark", quality.light() < .5 && facts.exposure() < 0);
        holds(caption, words, "pale", quality.light() < .5 && facts.exposure() > 0);
        holds(caption, words, "bright", quality.light() > .7 && facts.background() != Background.NIGHT);
        holds(caption, words, "garish", quality.harmony() < .45 && facts.style() != Style.SEPIA);
        holds(caption, words, "harmonious", quality.harmony() > .7 && facts.style() != Style.SEPIA);
        holds(caption, words, "messy", facts.strayShapes() >= 3 && quality.cleanness() <= .5);
        holds(caption, words, "tidy", facts.strayShapes() == 0 && quality.cleanness() >= .9);
        holds(caption, words, "tiny", facts.scale() < .8 && quality.composition() < .6);
        holds(caption, words, "huge", facts.scale() > 1.15 && quality.composition() < .6);
        holds(caption, words, "centre", facts.offset() > .1 && quality.composition() < .6);
        holds(caption, words, "placed", quality.composition() > .7);
        for (Background background : Background.values()) {
            if (caption.endsWith(background.phrase())) {
                assertThat(background).as(caption).isEqualTo(facts.background());
            }
        }
        for (Style style : Style.values()) {
            holds(caption, words, style.word(), style == facts.style());
        }
        for (Animal animal : Animal.values()) {
            holds(caption, words, animal.word(), animal == facts.animal());
        }
    }

    private static void holds(String caption, List<String> words, String word, boolean truth) {
        if (words.contains(word)) {
            assertThat(truth).as("'%s' in '%s'", word, caption).isTrue();
        }
    }
}
