package org.tempera.record.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class PixelFontTest {
    private static Set<List<Integer>> dots(String text) {
        Set<List<Integer>> dots = new HashSet<>();
        new PixelFont().write(text, 0, 0, (x, y) -> dots.add(List.of(x, y)));
        return dots;
    }

    @Test
    public void everyPrintableLetterLooksDifferent() {
        Set<Set<List<Integer>>> all = new HashSet<>();
        IntStream.rangeClosed(' ', '~').forEach(c -> all.add(dots(Character.toString(c))));
        assertThat(all).hasSize('~' - ' ' + 1);
        all.forEach(dots -> assertThat(dots).allSatisfy(dot -> {
            assertThat(dot.get(0)).isBetween(0, 4);
            assertThat(dot.get(1)).isBetween(0, PixelFont.HEIGHT - 1);
        }));
    }

    @Test
    public void lettersOfOtherScriptsAreBoxesAndAccentsAreLeftOut() {
        assertThat(dots("\u00e9")).isEqualTo(dots("e"));
        assertThat(dots("\u732b")).isEqualTo(dots("\ud83d\udc08")).isNotEmpty();
        assertThat(PixelFont.width("\ud83d\udc08\u732b")).isEqualTo(11);
    }

    @Test
    public void breaksBetweenWordsAndCutsWhatHasNoRoom() {
        assertThat(PixelFont.wrap("a cat", 128, 2)).containsExactly("a cat");
        assertThat(PixelFont.wrap("a photo of a cat sitting on a mat", 128, 2))
                .containsExactly("a photo of a cat", "sitting on a mat");
        assertThat(PixelFont.wrap("a photo of a cat sitting on a very large mat", 128, 2))
                .containsExactly("a photo of a cat", "sitting on a very l..");
        assertThat(PixelFont.wrap("w".repeat(50), 128, 2)).containsExactly("w".repeat(21), "w".repeat(19) + "..");
        assertThat(PixelFont.wrap(" \n\t", 128, 2)).isEmpty();
        assertThat(PixelFont.wrap("cat", 1, 1)).containsExactly("cat");
    }
}
