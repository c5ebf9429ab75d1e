package org.tempera.examples.animals.painter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class PainterTest {
    private static final Quality GOOD = new Quality(.95, .95, .95, .95);

    @Test
    public void sameSeedGivesSameBitsAlsoFromManyThreads() {
        for (PictureSize size : PictureSize.values()) {
            PictureStream stream = new PictureStream(5, size, PictureFilter.all());
            List<PaintedPicture> once =
                    IntStream.range(0, 24).mapToObj(stream::picture).toList();
            PictureStream again = new PictureStream(5, size, PictureFilter.all());
            List<PaintedPicture> parallel =
                    IntStream.range(0, 24).parallel().mapToObj(again::picture).toList();
            assertThat(parallel).isEqualTo(once);
            assertThat(new HashSet<>(once)).hasSize(24);
            assertThat(new PictureStream(6, size, PictureFilter.all()).picture(0))
                    .isNotEqualTo(once.get(0));
        }
    }

    @Test
    public void sizesShareTheSceneAndItsPlacing() {
        PaintedPicture full = new PictureStream(3, PictureSize.FULL, PictureFilter.all()).picture(11);
        PaintedPicture small = new PictureStream(3, PictureSize.SMALL, PictureFilter.all()).picture(11);
        assertThat(small.facts()).isEqualTo(full.facts());
        assertThat(full.rgb()).hasSize(64 * 64 * 3);
        assertThat(small.rgb()).hasSize(32 * 32 * 3);
        // The small picture is the middle 52 pixels of the full one.
        assertThat(mean(small, 0, 32)).isCloseTo(mean(full, 6, 58), offset(.003));
    }

    @Test
    public void floatsAreTheBytesInUnitRange() {
        PaintedPicture picture = new PictureStream(9, PictureSize.SMALL, PictureFilter.all()).picture(2);
        float[] values = picture.toFloats();
        for (int k = 0; k < values.length; k++) {
            assertThat(values[k]).isBetween(0f, 1f);
            assertThat(Math.round(values[k] * 255)).isEqualTo(picture.rgb()[k] & 0xff);
        }
    }

    @Test
    public void everyAnimalIsDrawnDifferentlyAndIsLargeEnough() {
        Painter painter = new Painter(PictureSize.SMALL);
        List<PaintedPicture> pictures = new ArrayList<>();
        for (Animal animal : Animal.values()) {
            pictures.add(painter.paint(new Scene(animal, Background.MEADOW, Style.PLAIN, GOOD, false), 42));
        }
        for (int a = 0; a < pictures.size(); a++) {
            for (int b = 0; b < a; b++) {
                assertThat(changedPixels(pictures.get(a), pictures.get(b)))
                        .as("%s and %s", Animal.values()[a], Animal.values()[b])
                        .isGreaterThan(80);
            }
        }
    }

    @Test
    public void lightIsSeenInThePixels() {
        Painter painter = new Painter(PictureSize.SMALL);
        for (long seed = 0; seed < 8; seed++) {
            Scene lit = new Scene(Animal.CAT, Background.MEADOW, Style.PLAIN, new Quality(1, 1, 1, 1), false);
            Scene unlit = new Scene(Animal.CAT, Background.MEADOW, Style.PLAIN, new Quality(1, 1, .2, 1), false);
            PaintedPicture spoilt = painter.paint(unlit, seed);
            double change = mean(spoilt, 0, 32) - mean(painter.paint(lit, seed), 0, 32);
            assertThat(Math.signum(change)).isEqualTo(Math.signum(spoilt.facts().exposure()));
            assertThat(Math.abs(change)).isGreaterThan(.1);
        }
    }

    @Test
    public void cleanPicturesHaveNoStrayShapesAndUncleanOnesFive() {
        Painter painter = new Painter(PictureSize.SMALL);
        Scene clean = new Scene(Animal.DOG, Background.SNOW, Style.PLAIN, new Quality(1, 1, 1, 1), false);
        Scene unclean = new Scene(Animal.DOG, Background.SNOW, Style.PLAIN, new Quality(1, 1, 1, 0), false);
        PaintedPicture good = painter.paint(clean, 4);
        PaintedPicture bad = painter.paint(unclean, 4);
        assertThat(good.facts().strayShapes()).isZero();
        assertThat(bad.facts().strayShapes()).isEqualTo(5);
        assertThat(changedPixels(good, bad)).isGreaterThan(15);
        assertThat(good.quality()).isEqualTo(1, offset(1e-12));
        assertThat(bad.quality()).isEqualTo(.75, offset(1e-12));
    }

    @Test
    public void filterKeepsAnimalsAndMinimum() {
        Quality least = new Quality(.45, .2, 0, .9);
        PictureFilter filter = PictureFilter.of(List.of(Animal.CAT, Animal.BEE)).withMinimum(least);
        PictureStream stream = new PictureStream(1, PictureSize.SMALL, filter);
        Set<Animal> seen = new HashSet<>();
        for (int k = 0; k < 40; k++) {
            PictureFacts facts = stream.picture(k).facts();
            seen.add(facts.animal());
            assertThat(facts.quality().atLeast(least)).isTrue();
        }
        assertThat(seen).containsExactlyInAnyOrder(Animal.CAT, Animal.BEE);
        assertThatThrownBy(() -> filter.withMinimum(new Quality(1, 0, 0, 0)))
                .hasMessageContaining("minimum quality must be at most 0.95");
        assertThatThrownBy(() -> PictureFilter.of(List.of())).hasMessageContaining("at least one animal");
        assertThatThrownBy(() -> new Quality(0, Double.NaN, 0, 0)).hasMessageContaining("harmony must be in [0,1]");
    }

    @Test
    public void factorsFollowTheirBetaDistribution() {
        PaintRandom random = new PaintRandom(8);
        int n = 20_000;
        double sum = 0;
        double squares = 0;
        for (int k = 0; k < n; k++) {
            double x = random.beta(1.6, 1.2);
            sum += x;
            squares += x * x;
        }
        double mean = sum / n;
        // Mean a / (a + b) and variance a b / ((a + b)^2 (a + b + 1)); four standard errors are about 0.007.
        assertThat(mean).isCloseTo(1.6 / 2.8, offset(.008));
        assertThat(squares / n - mean * mean).isCloseTo(1.6 * 1.2 / (2.8 * 2.8 * 3.8), offset(.003));
    }

    @Test
    public void contactSheetHasTheSizeOfItsRows() {
        PictureStream stream = new PictureStream(1, PictureSize.SMALL, PictureFilter.all());
        List<PaintedPicture> pictures =
                IntStream.range(0, 7).mapToObj(stream::picture).toList();
        var sheet = ContactSheet.of(pictures, 3, 40);
        assertThat(sheet.getWidth()).isEqualTo(3 * 42);
        assertThat(sheet.getHeight()).isEqualTo(3 * 42);
    }

    @Test
    public void promptsFileNamesTheAnimalsInOrder() throws IOException {
        List<String> prompts = Files.readAllLines(Path.of("prompts", "simple-animals.txt"));
        assertThat(prompts)
                .isEqualTo(Arrays.stream(Animal.values()).map(Animal::word).toList());
        assertThat(Animal.ofWord("kangaroo")).contains(Animal.KANGAROO);
        assertThat(Animal.ofWord("unicorn")).isEmpty();
    }

    private static double mean(PaintedPicture picture, int low, int high) {
        double sum = 0;
        for (int y = low; y < high; y++) {
            for (int k = 3 * low; k < 3 * high; k++) {
                sum += (picture.rgb()[y * picture.size() * 3 + k] & 0xff) / 255.0;
            }
        }
        return sum / ((high - low) * (high - low) * 3);
    }

    /** Pixels in which some channel differs by more than an eighth. */
    private static int changedPixels(PaintedPicture a, PaintedPicture b) {
        int changed = 0;
        for (int k = 0; k < a.rgb().length; k += 3) {
            int most = 0;
            for (int c = 0; c < 3; c++) {
                most = Math.max(most, Math.abs((a.rgb()[k + c] & 0xff) - (b.rgb()[k + c] & 0xff)));
            }
            if (most > 32) {
                changed++;
            }
        }
        return changed;
    }
}
