package org.tempera.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.tempera.spi.HostTensor;

/**
 * Compares a reward's gradient with finite differences of its score: along brightness, each channel, blocks of pixels,
 * the gradient itself and random directions.
 *
 * <p>Scores may be rounded (pictures become 8-bit on the way into CLIP), noisy in float32, and piecewise (clamps,
 * maxima). So a direction agrees if its slope does at any of several steps, or lies between the slopes to both sides at
 * the smallest one; and one that disagrees is tried again on other images, which have their kinks elsewhere.
 */
final class FiniteDifferences {
    private static final double[] STEPS = {0.05, 0.01, 0.1, 0.002};
    private static final int DRAWS = 3;
    private static final int BLOCKS = 4;
    /** Of the gradient's norm: what 8-bit rounding leaves of noise at the larger steps. */
    private static final double ROUNDING = 0.03;
    /** Of the score: what sums in float32 leave of noise. */
    private static final double FLOAT_NOISE = 2e-6;

    private final RewardGradient reward;
    private final List<String> prompts;
    private final int height;
    private final int width;
    private final double tolerance;

    /** @param tolerance how far a slope may be off, relative to its size */
    FiniteDifferences(RewardGradient reward, List<String> prompts, int height, int width, double tolerance) {
        this.reward = reward;
        this.prompts = prompts;
        this.height = height;
        this.width = width;
        this.tolerance = tolerance;
    }

    /**
     * A direction in the space of images.
     *
     * @param where for messages
     * @param local whether it moves a block of pixels only
     * @param values one for each number of an image; empty for the direction of the gradient
     */
    private record Direction(String where, boolean local, float[] values) {}

    /** The slope of one image's score along a direction, by the score and by the gradient. */
    private record Slope(Direction direction, int row, double measured, double claimed, boolean agrees) {
        /** Whether this is the slope of an image and direction that is also the other's. */
        boolean repeats(Slope other) {
            return row == other.row()
                    && direction.where().equals(other.direction().where());
        }

        boolean missing() {
            return Math.abs(claimed) < 0.1 * Math.abs(measured);
        }
    }

    /** What is wrong with the gradient, and what to look for; empty if nothing. */
    Optional<String> fault() {
        List<Direction> open = directions();
        List<Slope> all = List.of();
        List<Slope> wrong = List.of();
        for (int draw = 0; draw < DRAWS && !open.isEmpty(); draw++) {
            List<Slope> slopes = slopes(images(draw), open);
            if (draw == 0) {
                all = slopes;
                wrong = slopes;
            }
            List<Slope> before = wrong;
            wrong = slopes.stream()
                    .filter(s -> !s.agrees() && before.stream().anyMatch(s::repeats))
                    .toList();
            open = wrong.stream().map(Slope::direction).distinct().toList();
        }
        return wrong.isEmpty() ? Optional.empty() : Optional.of(describe(all, wrong));
    }

    private String describe(List<Slope> all, List<Slope> wrong) {
        double products = 0;
        double measured = 0;
        double claimed = 0;
        for (Slope s : all) {
            products += s.claimed() * s.measured();
            measured += s.measured() * s.measured();
            claimed += s.claimed() * s.claimed();
        }
        double factor = products / measured;
        boolean proportional = measured > 0 && claimed - factor * products <= 0.1 * claimed;
        List<Slope> local = wrong.stream().filter(s -> s.direction().local()).toList();
        boolean missing = !local.isEmpty() && local.stream().allMatch(Slope::missing);
        Slope worst = worst(missing ? local : wrong);
        String evidence = String.format(
                Locale.ROOT,
                " Along %s the score of image %d ('%s') changes by %.4g for each unit, the gradient says %.4g"
                        + " (%d of %d slopes disagree).",
                worst.direction().where(),
                worst.row(),
                prompts.get(worst.row()),
                worst.measured(),
                worst.claimed(),
                wrong.size(),
                all.size());
        if (proportional && factor < 0) {
            return "the gradient has the wrong sign: it points to where the score falls." + evidence
                    + " Look for a minus in a callback of withGradient, or a loss where a score is meant.";
        }
        if (proportional && Math.abs(factor - 1) > tolerance / 2) {
            return String.format(Locale.ROOT, "the gradient is %.3g times that of finite differences.", factor)
                    + evidence
                    + " Look for a factor that the score has and a callback of withGradient lacks, or for a"
                    + " stopGradient on one of two ways to the image.";
        }
        if (missing) {
            return "the gradient is missing for some pixels." + evidence
                    + " Look for a stopGradient, a rounding or a cast that a part of the image goes through, or an"
                    + " input that withGradient's callback leaves out.";
        }
        return "the gradient is not that of finite differences." + evidence
                + " If it is meant to be another, as that of a straight-through rounding, override gradientTolerance().";
    }

    private static Slope worst(List<Slope> wrong) {
        return wrong.stream()
                .max(Comparator.comparingDouble(s -> Math.abs(s.measured() - s.claimed())))
                .orElseThrow();
    }

    private List<Slope> slopes(HostTensor images, List<Direction> directions) {
        float[] gradient = reward.gradient(images, prompts);
        float[] base = reward.scores(images, prompts);
        int rows = base.length;
        int size = gradient.length / rows;
        List<Slope> slopes = new ArrayList<>();
        for (Direction direction : directions) {
            float[] d = spread(direction, gradient, size);
            double[] measured = new double[rows];
            double[] claimed = new double[rows];
            double[] slack = new double[rows];
            for (int row = 0; row < rows; row++) {
                double norm = 0;
                int moved = 0;
                for (int i = row * size; i < (row + 1) * size; i++) {
                    claimed[row] += (double) gradient[i] * d[i];
                    norm += (double) gradient[i] * gradient[i];
                    moved += d[i] == 0 ? 0 : 1;
                }
                slack[row] = ROUNDING * Math.sqrt(norm * moved / size);
            }
            boolean[] agrees = new boolean[rows];
            for (int k = 0; k < STEPS.length && !all(agrees); k++) {
                double step = STEPS[k];
                float[] up = reward.scores(moved(images, d, step), prompts);
                float[] down = reward.scores(moved(images, d, -step), prompts);
                for (int row = 0; row < rows; row++) {
                    double forward = ((double) up[row] - base[row]) / step;
                    double backward = ((double) base[row] - down[row]) / step;
                    double middle = (forward + backward) / 2;
                    double allowed = slack[row]
                            + FLOAT_NOISE * Math.abs(base[row]) / step
                            + tolerance * Math.max(Math.abs(middle), Math.abs(claimed[row]));
                    boolean between = k == STEPS.length - 1
                            && claimed[row] >= Math.min(forward, backward) - allowed
                            && claimed[row] <= Math.max(forward, backward) + allowed;
                    agrees[row] |= between || Math.abs(middle - claimed[row]) <= allowed;
                    if (k == 0) {
                        measured[row] = middle;
                    }
                }
            }
            for (int row = 0; row < rows; row++) {
                slopes.add(new Slope(direction, row, measured[row], claimed[row], agrees[row]));
            }
        }
        return slopes;
    }

    private static boolean all(boolean[] values) {
        for (boolean v : values) {
            if (!v) {
                return false;
            }
        }
        return true;
    }

    /** The direction for each image of the batch. */
    private static float[] spread(Direction direction, float[] gradient, int size) {
        float[] d = new float[gradient.length];
        for (int i = 0; i < d.length; i++) {
            d[i] = direction.values().length == 0
                    ? Math.signum(gradient[i])
                    : direction.values()[i % size];
        }
        return d;
    }

    private static HostTensor moved(HostTensor images, float[] direction, double step) {
        float[] moved = images.data().clone();
        for (int i = 0; i < moved.length; i++) {
            moved[i] += (float) (step * direction[i]);
        }
        return HostTensor.of(moved, images.shape());
    }

    /** Noise that stays within [0,1] however it is moved. */
    private HostTensor images(int draw) {
        Random random = new Random(100 + draw);
        float[] rgb = new float[prompts.size() * height * width * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = 0.12f + 0.76f * random.nextFloat();
        }
        return HostTensor.of(rgb, prompts.size(), height, width, 3);
    }

    private List<Direction> directions() {
        Random random = new Random(7);
        int size = height * width * 3;
        List<Direction> all = new ArrayList<>();
        all.add(new Direction("the gradient's own direction", false, new float[0]));
        float[] brighter = new float[size];
        Arrays.fill(brighter, 1);
        all.add(new Direction("brightness", false, brighter));
        for (int channel = 0; channel < 3; channel++) {
            float[] d = new float[size];
            for (int i = channel; i < size; i += 3) {
                d[i] = 1;
            }
            all.add(new Direction("the " + List.of("red", "green", "blue").get(channel) + " channel", false, d));
        }
        for (int i = 1; i <= 2; i++) {
            float[] d = new float[size];
            for (int k = 0; k < size; k++) {
                d[k] = sign(random);
            }
            all.add(new Direction("random direction " + i, false, d));
        }
        int down = Math.min(BLOCKS, height);
        int across = Math.min(BLOCKS, width);
        for (int b = 0; b < down * across; b++) {
            int top = b / across * height / down;
            int bottom = (b / across + 1) * height / down;
            int left = b % across * width / across;
            int right = (b % across + 1) * width / across;
            String where = "rows " + top + " to " + (bottom - 1) + ", columns " + left + " to " + (right - 1);
            float[] even = new float[size];
            float[] mixed = new float[size];
            for (int y = top; y < bottom; y++) {
                for (int i = (y * width + left) * 3; i < (y * width + right) * 3; i++) {
                    even[i] = 1;
                    mixed[i] = sign(random);
                }
            }
            all.add(new Direction("the brightness of " + where, true, even));
            all.add(new Direction("a random direction in " + where, true, mixed));
        }
        return all;
    }

    private static float sign(Random random) {
        return random.nextBoolean() ? 1 : -1;
    }
}
