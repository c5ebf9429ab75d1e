package org.tempera.record.evaluation;

import org.tempera.record.statistics.VendiScore;

/**
 * How much the pictures of one prompt differ, by their embeddings.
 *
 * @param distance mean over the pairs of pictures of 1 - the cosine of their embeddings; 0 to 2
 * @param vendi how many different pictures there are, 1 to their number
 */
public record PromptDiversity(double distance, double vendi) {
    /**
     * Of two or more embeddings of unit length.
     *
     * @throws IllegalArgumentException if there are fewer, or one is not finite
     */
    public static PromptDiversity of(double[][] embeddings) {
        int n = embeddings.length;
        if (n < 2) {
            throw new IllegalArgumentException("expected two or more embeddings, found " + n);
        }
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double cosine = 0;
                for (int k = 0; k < embeddings[i].length; k++) {
                    cosine += embeddings[i][k] * embeddings[j][k];
                }
                sum += 1 - cosine;
            }
        }
        return new PromptDiversity(sum / (n * (n - 1) / 2.0), VendiScore.of(embeddings));
    }
}
