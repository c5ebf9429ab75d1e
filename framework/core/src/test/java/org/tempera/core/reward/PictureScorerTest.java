package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.graph.ThreadSettings;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class PictureScorerTest {
    private static final ThreadSettings ONE = new ThreadSettings(1, 1);

    @Test
    public void scoresPicturesOfSeveralSizesInTheirOrder() {
        Reward brightness = GraphReward.of(
                (scope, in) -> scope.tf().math.mean(in.images(), scope.tf().constant(new int[] {1, 2, 3})));
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            pictures.add(new Picture("p" + i, grey(4 + i % 2, 20 * i), Optional.empty()));
        }
        float[] scores = new PictureScorer("brightness", brightness, ONE).score(pictures);
        for (int i = 0; i < 11; i++) {
            assertThat(scores[i]).isCloseTo(20 * i / 255f, within(1e-6f));
        }
    }

    @Test
    public void hostRewardsSeeThePixelsOfTheFile() {
        HostReward first = samples -> {
            float[] s = new float[samples.size()];
            for (int i = 0; i < s.length; i++) {
                s[i] = (samples.get(i).rgb()[0] & 255) + samples.get(i).prompt().length() * 1000f;
            }
            return s;
        };
        assertThat(new PictureScorer("first", first, ONE)
                        .score(List.of(
                                new Picture("a", grey(4, 17), Optional.of("xy")),
                                new Picture("b", grey(4, 255), Optional.empty()))))
                .containsExactly(2017, 255);
    }

    /** Every eighth of these begins a batch; what was computed before the reward is lost stays. */
    @Test
    public void whatARewardFailsOnIsNamedAndTheOthersKeepTheirScores() {
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pictures.add(new Picture("p" + i, grey(4, i), Optional.empty()));
        }
        HostReward some = samples -> {
            float[] s = new float[samples.size()];
            for (int i = 0; i < s.length; i++) {
                int level = samples.get(i).rgb()[0];
                if (level == 9) {
                    throw new IllegalStateException("nine");
                }
                s[i] = level == 3 ? Float.NaN : level;
            }
            return s;
        };
        PictureScores scores = new PictureScorer("some", some, ONE).scoreEach(pictures, done -> {});
        assertThat(scores.failures()).containsOnlyKeys(3, 9);
        assertThat(scores.count()).isEqualTo(18);
        assertThat(scores.mean()).isEqualTo((190 - 12) / 18.0);
        assertThat(scores.problem("some", pictures.stream().map(Picture::label).toList()))
                .contains("reward 'some' gave no score for 2 of 20 picture(s):\n  it gave NaN for p3\n"
                        + "  it failed (java.lang.IllegalStateException: nine) for p9\n"
                        + "A score must be a finite number. Mend the reward.");

        HostReward lost = samples -> {
            if (samples.get(0).rgb()[0] == 8) {
                throw new UserException("the server is gone");
            }
            return some.score(samples);
        };
        PictureScores before = new PictureScorer("lost", lost, ONE).scoreEach(pictures, done -> {});
        assertThat(before.count()).isEqualTo(7);
        assertThat(before.failures()).containsKeys(3, 8, 19);
        assertThatThrownBy(() -> new PictureScorer("lost", lost, ONE).scoreEach(pictures.subList(8, 9), done -> {}))
                .isInstanceOf(UserException.class)
                .hasMessage("reward 'lost' failed on p8: the server is gone");
    }

    @Test
    public void aRewardThatIsLostIsNamedWithThePictureThatItWasLostAt() {
        HostReward lost = samples -> {
            throw new UserException("the server is gone (503)");
        };
        PictureSource unreadable = new PictureSource.OnDisk(
                Path.of("missing.png"), new ImageSize(4, 4), Optional.empty(), Optional.empty());
        List<PictureSource> pictures = List.of(unreadable, new Picture("p1", grey(4, 1), Optional.empty()));
        assertThatThrownBy(() -> new PictureScorer("lost", lost, ONE).scoreEach(pictures, done -> {}))
                .isInstanceOf(UserException.class)
                .hasMessage("reward 'lost' failed on p1: the server is gone (503)");
    }

    @Test
    public void aRewardThatReadsPromptsNeedsThem() {
        Reward words = GraphReward.of((scope, in) -> {
            var tf = scope.tf();
            return tf.math.mean(tf.dtypes.cast(in.tokens(new FirstLetter()), TFloat32.class), tf.constant(1));
        });
        PictureScorer scorer = new PictureScorer("words", words, ONE);
        assertThatThrownBy(() -> scorer.score(List.of(
                        new Picture("a.png", grey(4, 0), Optional.of("a")),
                        new Picture("b.png", grey(4, 0), Optional.empty()))))
                .isInstanceOf(UserException.class)
                .hasMessage("reward 'words' reads the prompt, and these pictures have none in their metadata: b.png."
                        + " Give them one.");
        assertThat(scorer.score(List.of(new Picture("a.png", grey(4, 0), Optional.of("b")))))
                .containsExactly('b');
    }

    private record FirstLetter() implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            return new int[] {prompt.charAt(0)};
        }

        @Override
        public int length() {
            return 1;
        }
    }

    private static RgbImage grey(int size, int level) {
        byte[] rgb = new byte[size * size * 3];
        Arrays.fill(rgb, (byte) level);
        return RgbImage.of(size, size, rgb);
    }
}
