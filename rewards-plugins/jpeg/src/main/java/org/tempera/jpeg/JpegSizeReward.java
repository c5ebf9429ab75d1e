package org.tempera.jpeg;

import java.util.List;
import java.util.Optional;
import org.tempera.base.image.JpegSize;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.PartialScores;

/**
 * The size of the image as a JPEG file, in kB of 1,000 bytes, times a sign (Black et al., 2024, arXiv:2305.13301,
 * section 5.1).
 */
final class JpegSizeReward implements HostReward {
    private static final double BYTES = 1000;

    private final int quality;
    private final int sign;

    /** @param sign -1 to like small files, 1 to like large ones */
    JpegSizeReward(JpegConfig config, int sign) {
        this.quality = config.quality();
        this.sign = sign;
    }

    /**
     * Scores each sample by itself.
     *
     * @throws PartialScores if there is one whose side is too long for a JPEG
     */
    @Override
    public float[] score(List<Sample> samples) {
        float[] scores = new float[samples.size()];
        Optional<UserException> tooLong = Optional.empty();
        for (int i = 0; i < scores.length; i++) {
            Sample s = samples.get(i);
            try {
                scores[i] = (float) (sign * JpegSize.bytes(s.rgb(), s.width(), s.height(), quality) / BYTES);
            } catch (UserException e) {
                scores[i] = Float.NaN;
                tooLong = Optional.of(e);
            }
        }
        tooLong.ifPresent(e -> {
            throw new PartialScores(String.valueOf(e.getMessage()), scores, e);
        });
        return scores;
    }
}
