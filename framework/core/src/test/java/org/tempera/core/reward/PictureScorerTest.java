package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.tempera.core.graph.ThreadSettings;
import org.tempera.core.image.RgbImage;
import org.tempera.core.reward.PictureScorer.Picture;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PromptTokenizer;
import org.tempera.spi.reward.Reward;
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
                        + " Give it with --prompt TEXT.");
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
