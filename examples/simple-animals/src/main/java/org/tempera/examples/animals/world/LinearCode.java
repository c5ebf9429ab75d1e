package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tensorflow.ndarray.Shape;

/**
 * The principal components of 4x4 patches: what the autoencoder's encoder computes, and the bar for its decoder.
 *
 * <p>Component i is divided by its standard deviation to the power 0.75, and all are scaled alike to a mean square of
 * 1: between whitening, which would make the denoiser care for the faintest detail as much as for sky and ground, and
 * none, which would drown all detail in the sampler's noise.
 */
public final class LinearCode {
    static final int PATCH = 4;
    static final int GRID = WorldSettings.PIXELS / PATCH;
    static final int DIMENSIONS = PATCH * PATCH * 3;

    private static final double WHITENING = .75;

    private final int channels;
    /** Mean of the patch's values in [-1,1]. */
    private final float[] mean;
    /** [channels, DIMENSIONS], orthonormal rows. */
    private final float[] basis;
    /** Latent = component * gain. */
    private final float[] gain;

    private LinearCode(int channels, float[] mean, float[] basis, float[] gain) {
        this.channels = channels;
        this.mean = mean;
        this.basis = basis;
        this.gain = gain;
    }

    /** Fits to pictures. */
    static LinearCode fit(List<WorldPicture> pictures, int channels) {
        double[] sum = new double[DIMENSIONS];
        double[][] products = new double[DIMENSIONS][DIMENSIONS];
        float[] patch = new float[DIMENSIONS];
        float[] values = new float[WorldSettings.VALUES];
        long count = 0;
        for (WorldPicture p : pictures) {
            p.write(values, 0);
            for (int cell = 0; cell < GRID * GRID; cell++) {
                patch(values, cell, patch);
                for (int a = 0; a < DIMENSIONS; a++) {
                    sum[a] += patch[a];
                    for (int b = 0; b <= a; b++) {
                        products[a][b] += (double) patch[a] * patch[b];
                    }
                }
                count++;
            }
        }
        float[] mean = new float[DIMENSIONS];
        for (int a = 0; a < DIMENSIONS; a++) {
            mean[a] = (float) (sum[a] / count);
        }
        for (int a = 0; a < DIMENSIONS; a++) {
            for (int b = 0; b <= a; b++) {
                products[a][b] = products[a][b] / count - sum[a] / count * (sum[b] / count);
                products[b][a] = products[a][b];
            }
        }
        EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(products, false));
        float[] basis = new float[channels * DIMENSIONS];
        float[] gain = new float[channels];
        double square = 0;
        for (int i = 0; i < channels; i++) {
            double deviation = Math.sqrt(eigen.getRealEigenvalue(i));
            gain[i] = (float) Math.pow(deviation, -WHITENING);
            square += deviation * deviation * gain[i] * gain[i] / channels;
            for (int a = 0; a < DIMENSIONS; a++) {
                basis[i * DIMENSIONS + a] = (float) eigen.getEigenvector(i).getEntry(a);
            }
        }
        for (int i = 0; i < channels; i++) {
            gain[i] = (float) (gain[i] / Math.sqrt(square));
        }
        return new LinearCode(channels, mean, basis, gain);
    }

    public int channels() {
        return channels;
    }

    /** What latent {@code channel} gains from value {@code at} of a patch in [-1,1], ordered row, column, colour. */
    float weight(int channel, int at) {
        return gain[channel] * basis[channel * DIMENSIONS + at];
    }

    /** What is added to latent {@code channel}. */
    float bias(int channel) {
        double sum = 0;
        for (int a = 0; a < DIMENSIONS; a++) {
            sum -= (double) weight(channel, a) * mean[a];
        }
        return (float) sum;
    }

    /** Writes latents [8, 8, channels] of RGB in [0,1] at the start of {@code values}. */
    public void encode(float[] values, float[] target, int start) {
        float[] patch = new float[DIMENSIONS];
        for (int cell = 0; cell < GRID * GRID; cell++) {
            patch(values, cell, patch);
            for (int i = 0; i < channels; i++) {
                float z = 0;
                for (int a = 0; a < DIMENSIONS; a++) {
                    z += basis[i * DIMENSIONS + a] * (patch[a] - mean[a]);
                }
                target[start + cell * channels + i] = z * gain[i];
            }
        }
    }

    /** RGB in [0,1] of latents. */
    public float[] decode(float[] latents, int start) {
        float[] values = new float[WorldSettings.VALUES];
        for (int cell = 0; cell < GRID * GRID; cell++) {
            for (int a = 0; a < DIMENSIONS; a++) {
                float v = mean[a];
                for (int i = 0; i < channels; i++) {
                    v += latents[start + cell * channels + i] / gain[i] * basis[i * DIMENSIONS + a];
                }
                values[index(cell, a)] = Math.max(0, Math.min(1, (v + 1) / 2));
            }
        }
        return values;
    }

    void write(Path file) {
        new SafetensorsWriter()
                .addFloats("mean", Shape.of(DIMENSIONS), mean)
                .addFloats("basis", Shape.of(channels, DIMENSIONS), basis)
                .addFloats("gain", Shape.of(channels), gain)
                .write(file);
    }

    public static LinearCode read(Path file) {
        try (SafetensorsFile f = SafetensorsFile.open(file)) {
            float[] gain = f.readFloats("gain");
            return new LinearCode(gain.length, f.readFloats("mean"), f.readFloats("basis"), gain);
        }
    }

    private static void patch(float[] values, int cell, float[] patch) {
        for (int a = 0; a < DIMENSIONS; a++) {
            patch[a] = 2 * values[index(cell, a)] - 1;
        }
    }

    private static int index(int cell, int at) {
        int y = cell / GRID * PATCH + at / (3 * PATCH);
        int x = cell % GRID * PATCH + at / 3 % PATCH;
        return 3 * (y * WorldSettings.PIXELS + x) + at % 3;
    }
}
