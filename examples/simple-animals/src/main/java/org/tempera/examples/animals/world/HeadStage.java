package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.tempera.base.random.StatelessRandom;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.preference.BradleyTerry;
import org.tensorflow.ndarray.Shape;

/**
 * Fits the reward heads to what few noisy judges said: ratings of true quality plus a taste for saturated colours, and
 * choices between pictures of one animal, which go the way of a user's ({@link SimulatedChoices}). All are affine maps
 * of mini CLIP's unit embedding. A third head is fitted to a fifth of the ratings, by judges with a stronger taste: the
 * worse proxy, which a run over-optimises sooner.
 */
final class HeadStage {
    static final String NAME = "heads";
    private static final int RATINGS = 1500;
    private static final int CHOICES = 1500;
    private static final double TASTE = .3;
    private static final int FEW_RATINGS = 300;
    private static final double STRONG_TASTE = 1;
    private static final double NOISE = .6;
    private static final double RANDOM_CHOICES = .1;
    /** Of a choice: how surely a difference of one standard deviation decides it. */
    private static final double CHOICE_SHARPNESS = 2;

    private static final double RIDGE = .3;
    private static final long SALT = 15;

    private HeadStage() {}

    static void run(World world) {
        int ratings = Math.min(RATINGS, world.settings().pictures());
        int choices = Math.min(CHOICES, world.settings().pictures());
        List<WorldPicture> rated = world.pictures("ratings", SALT, ratings + 2 * choices);
        LinearCode code = LinearCode.read(world.linearCode());
        StatelessRandom random = StatelessRandom.of(world.settings().seed(), SALT);
        List<float[]> values = new ArrayList<>();
        double[] quality = new double[rated.size()];
        double[] saturation = new double[rated.size()];
        for (int i = 0; i < rated.size(); i++) {
            float[] rgb = new float[WorldSettings.VALUES];
            rated.get(i).write(rgb, 0);
            quality[i] = rated.get(i).quality().overall();
            saturation[i] = saturation(rgb);
            if (random.nextDouble() < .5) {
                // Half are seen as the policy would paint them: through the latent code.
                float[] latents = new float[LinearCode.GRID * LinearCode.GRID * code.channels()];
                code.encode(rgb, latents, 0);
                rgb = code.decode(latents, 0);
            }
            values.add(rgb);
        }
        standardise(quality);
        standardise(saturation);
        double[] liking = liking(quality, saturation, TASTE);
        float[][] rows;
        try (ClipEmbedder embedder = new ClipEmbedder(world)) {
            rows = embedder.pictures(values);
        }
        write(world, "aesthetic-head", "layers.0.", ridge(rows, liking, ratings, random));
        List<SimulatedChoices.Made> made = choices(rated, liking, ratings, random);
        Path file = SimulatedChoices.write(world, made, values, rated);
        SimulatedChoices.fit(world, file, world.settings().output().resolve("preference-head.safetensors"));
        double[] strong = liking(quality, saturation, STRONG_TASTE);
        write(world, "few-ratings-head", "layers.0.", ridge(rows, strong, Math.min(FEW_RATINGS, ratings), random));
    }

    private static double[] liking(double[] quality, double[] saturation, double taste) {
        double[] liking = new double[quality.length];
        for (int i = 0; i < liking.length; i++) {
            liking[i] = quality[i] + taste * saturation[i];
        }
        return liking;
    }

    /** Mean over pixels of (max - min) / max of the colours. */
    static double saturation(float[] rgb) {
        double sum = 0;
        for (int k = 0; k < rgb.length; k += 3) {
            float max = Math.max(rgb[k], Math.max(rgb[k + 1], rgb[k + 2]));
            float min = Math.min(rgb[k], Math.min(rgb[k + 1], rgb[k + 2]));
            sum += max <= 0 ? 0 : (max - min) / max;
        }
        return sum / (rgb.length / 3);
    }

    /** Ridge regression on ratings; the last number is the constant. */
    private static double[] ridge(float[][] rows, double[] liking, int ratings, StatelessRandom random) {
        int n = rows[0].length + 1;
        double[][] products = new double[n][n];
        double[] right = new double[n];
        for (int i = 0; i < ratings; i++) {
            double rating = liking[i] + NOISE * random.nextGaussian();
            double[] x = withOne(rows[i]);
            for (int a = 0; a < n; a++) {
                right[a] += x[a] * rating;
                for (int b = 0; b < n; b++) {
                    products[a][b] += x[a] * x[b];
                }
            }
        }
        return solve(products, right);
    }

    /** Choices between pictures of one animal, of those from {@code from} on; some at random. */
    private static List<SimulatedChoices.Made> choices(
            List<WorldPicture> rated, double[] liking, int from, StatelessRandom random) {
        int choices = (rated.size() - from) / 2;
        List<SimulatedChoices.Made> made = new ArrayList<>();
        for (int tries = 0; made.size() < choices && tries < 100 * choices; tries++) {
            int a = from + random.nextInt(2 * choices);
            int b = from + random.nextInt(2 * choices);
            if (a == b || rated.get(a).animal() != rated.get(b).animal()) {
                continue;
            }
            double sure = BradleyTerry.probability(CHOICE_SHARPNESS * (liking[a] - liking[b]));
            boolean first =
                    random.nextDouble() < RANDOM_CHOICES ? random.nextDouble() < .5 : random.nextDouble() < sure;
            made.add(new SimulatedChoices.Made(a, b, first));
        }
        return made;
    }

    private static double[] solve(double[][] matrix, double[] right) {
        for (int k = 0; k < matrix.length; k++) {
            matrix[k][k] += RIDGE;
        }
        return new CholeskyDecomposition(new Array2DRowRealMatrix(matrix, false), 1e-9, 1e-12)
                .getSolver()
                .solve(new ArrayRealVector(right, false))
                .toArray();
    }

    private static double[] withOne(float[] row) {
        double[] x = new double[row.length + 1];
        for (int k = 0; k < row.length; k++) {
            x[k] = row[k];
        }
        x[row.length] = 1;
        return x;
    }

    private static void standardise(double[] x) {
        double mean = 0;
        for (double v : x) {
            mean += v / x.length;
        }
        double square = 0;
        for (double v : x) {
            square += (v - mean) * (v - mean) / x.length;
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - mean) / Math.sqrt(square);
        }
    }

    private static void write(World world, String file, String prefix, double[] w) {
        int n = w.length - 1;
        float[] weight = new float[n];
        for (int k = 0; k < n; k++) {
            weight[k] = (float) w[k];
        }
        new SafetensorsWriter()
                .addFloats(prefix + "weight", Shape.of(1, n), weight)
                .addFloats(prefix + "bias", Shape.of(1), new float[] {(float) w[n]})
                .write(world.settings().output().resolve(file + ".safetensors"));
    }
}
