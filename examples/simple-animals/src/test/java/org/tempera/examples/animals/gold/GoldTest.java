package org.tempera.examples.animals.gold;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.base.random.StatelessRandom;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.examples.animals.painter.PictureFilter;
import org.tempera.examples.animals.painter.PictureSize;
import org.tempera.examples.animals.painter.PictureStream;
import org.tempera.examples.animals.painter.Quality;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class GoldTest {
    private static final Path WEIGHTS = Path.of("models", "gold.safetensors");
    private static final int ANIMALS = 12;
    private static final int FROG = 7;

    @Test
    public void cleanPicturesOutrankSpoiltOnes() {
        PictureStream stream = new PictureStream(
                77, PictureSize.SMALL, PictureFilter.of(List.of(Animal.FROG)).withMinimum(new Quality(.6, .5, .6, .5)));
        List<float[]> good = new ArrayList<>();
        List<float[]> bad = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            float[] rgb = stream.picture(i).toFloats();
            good.add(rgb);
            bad.add(Spoiler.spoil(rgb, rgb, Spoiler.Kind.NOISE, StatelessRandom.of(i)));
        }
        try (Judge judge = new Judge(WEIGHTS, ANIMALS, new ThreadSettings(2, 2))) {
            List<Judge.Opinion> ofGood = judge.of(good);
            List<Judge.Opinion> ofBad = judge.of(bad);
            int wins = 0;
            for (int i = 0; i < good.size(); i++) {
                wins += ofGood.get(i).gold(FROG) > ofBad.get(i).gold(FROG) ? 1 : 0;
            }
            assertThat(wins).isGreaterThanOrEqualTo(18);
            assertThat(ofGood.stream().filter(o -> o.animal() == FROG).count()).isGreaterThanOrEqualTo(16);
        }
    }

    @Test
    public void promptsAreReadAsTheAnimalTheyName() {
        GoldReward.AnimalWords words = new GoldReward.AnimalWords(List.of("pig", "frog"));
        assertThat(words.tokenize("a pastel picture of a Frog in the snow")).containsExactly(1);
        assertThat(words.tokenize("a house")).containsExactly(-1);
    }

    @Test
    public void missingWeightsAreNamed() {
        Path file = Path.of("models", "nothing.safetensors");
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> GoldReward.open(file)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("nothing.safetensors");
    }
}
