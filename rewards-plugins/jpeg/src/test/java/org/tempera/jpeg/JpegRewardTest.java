package org.tempera.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.testkit.RewardContract;
import org.testng.annotations.Test;

public class JpegRewardTest extends RewardContract<JpegConfig> {
    private static final Path FIXTURES = Path.of("src/test/resources");

    @Override
    protected Class<JpegCompressibilityProvider> providerType() {
        return JpegCompressibilityProvider.class;
    }

    @Override
    protected JpegConfig config() {
        return new JpegConfig(95);
    }

    /** Made by {@code src/test/python/make_jpeg_fixture.py}. */
    @Test
    public void sizesAreThoseOfPil() throws IOException {
        List<String> lines = Files.readAllLines(FIXTURES.resolve("sizes.txt"));
        assertThat(lines).hasSize(28);
        for (String line : lines) {
            String[] parts = line.split(" ");
            JpegConfig config = new JpegConfig(Integer.parseInt(parts[1]));
            HostReward.Sample sample = sample(FIXTURES.resolve(parts[0]));
            float kilobytes = Integer.parseInt(parts[2]) / 1000f;
            assertThat(((HostReward) new JpegIncompressibilityProvider().create(config)).score(List.of(sample)))
                    .as(line)
                    .containsExactly(kilobytes);
            assertThat(((HostReward) new JpegCompressibilityProvider().create(config)).score(List.of(sample)))
                    .as(line)
                    .containsExactly(-kilobytes);
        }
    }

    @Test
    public void refusesAQualityOutOfRange() {
        assertThatThrownBy(() -> new JpegConfig(101))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("quality must be 1 to 100, was 101");
    }

    @Test
    public void aPictureThatIsTooLongForAJpegIsRefusedInWords() {
        HostReward.Sample tall = new HostReward.Sample("a rope", 65_501, 1, new byte[3 * 65_501], 0);
        HostReward.Sample small = new HostReward.Sample("a dot", 1, 1, new byte[3], 0);
        HostReward reward = (HostReward) new JpegIncompressibilityProvider().create(config());
        assertThatThrownBy(() -> reward.score(List.of(tall, small)))
                .hasMessage("a picture of 1x65501 pixels makes no JPEG, which has at most 65500 a side."
                        + " Make it smaller.")
                .isInstanceOfSatisfying(PartialScores.class, e -> assertThat(e.scores())
                        .containsExactly(Float.NaN, reward.score(List.of(small))[0]));
    }

    private static HostReward.Sample sample(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = image.getRGB(x, y);
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new HostReward.Sample("a picture", image.getHeight(), image.getWidth(), rgb, 1);
    }
}
