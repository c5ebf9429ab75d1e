package org.tempera.examples.animals.painter;

import java.util.Arrays;

/** Reduces a square canvas by averaging over the area that each result pixel covers; any ratio of at least 1. */
final class AreaReducer {
    private AreaReducer() {}

    /**
     * The reduced picture.
     *
     * @param argb {@code from * from} packed colours
     * @return [to, to, 3] in [0,255]
     */
    static float[] reduce(int[] argb, int from, int to) {
        double ratio = (double) from / to;
        int reach = (int) Math.ceil(ratio) + 1;
        int[] first = new int[to];
        float[][] weights = new float[to][reach];
        for (int k = 0; k < to; k++) {
            first[k] = (int) (k * ratio);
            for (int j = 0; j < reach; j++) {
                double low = Math.max(first[k] + j, k * ratio);
                double high = Math.min(first[k] + j + 1, (k + 1) * ratio);
                weights[k][j] = (float) (Math.max(0, high - low) / ratio);
            }
        }
        float[] result = new float[to * to * 3];
        float[] row = new float[from * 3];
        for (int y = 0; y < to; y++) {
            Arrays.fill(row, 0);
            for (int j = 0; j < reach && first[y] + j < from; j++) {
                float weight = weights[y][j];
                if (weight > 0) {
                    int start = (first[y] + j) * from;
                    for (int x = 0; x < from; x++) {
                        int colour = argb[start + x];
                        row[3 * x] += weight * (colour >> 16 & 0xff);
                        row[3 * x + 1] += weight * (colour >> 8 & 0xff);
                        row[3 * x + 2] += weight * (colour & 0xff);
                    }
                }
            }
            for (int x = 0; x < to; x++) {
                int at = (y * to + x) * 3;
                for (int j = 0; j < reach && first[x] + j < from; j++) {
                    float weight = weights[x][j];
                    int source = (first[x] + j) * 3;
                    result[at] += weight * row[source];
                    result[at + 1] += weight * row[source + 1];
                    result[at + 2] += weight * row[source + 2];
                }
            }
        }
        return result;
    }
}
