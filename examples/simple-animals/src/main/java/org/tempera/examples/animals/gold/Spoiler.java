package org.tempera.examples.animals.gold;

import org.tempera.base.random.StatelessRandom;

/** Makes pictures that the painter would not, from RGB in [0,1] of 32x32 pixels. */
final class Spoiler {
    private static final int SIZE = 32;

    private Spoiler() {}

    /** The ways to spoil a picture. */
    enum Kind {
        NOISE,
        CHANNEL_GAIN,
        COLOUR_CLOUDS,
        BLEND,
        SHUFFLED_BLOCKS,
        BLUR,
        STATIC,
        CONTRAST
    }

    /** A spoilt copy; {@code other} is another picture to mix in. */
    static float[] spoil(float[] rgb, float[] other, Kind kind, StatelessRandom random) {
        float[] out = rgb.clone();
        switch (kind) {
            case NOISE -> {
                double strength = .12 + .25 * random.nextDouble();
                for (int k = 0; k < out.length; k++) {
                    out[k] = clamp(out[k] + strength * random.nextGaussian());
                }
            }
            case CHANNEL_GAIN -> {
                int channel = random.nextInt(3);
                double gain = random.nextDouble() < .5 ? .1 + .3 * random.nextDouble() : 1.8 + random.nextDouble();
                for (int k = channel; k < out.length; k += 3) {
                    out[k] = clamp(out[k] * gain);
                }
            }
            case COLOUR_CLOUDS -> clouds(out, random);
            case BLEND -> {
                double share = .35 + .3 * random.nextDouble();
                for (int k = 0; k < out.length; k++) {
                    out[k] = (float) (share * rgb[k] + (1 - share) * other[k]);
                }
            }
            case SHUFFLED_BLOCKS -> shuffle(rgb, out, random.nextDouble() < .5 ? 4 : 8, random);
            case BLUR -> {
                int times = 3 + random.nextInt(5);
                for (int i = 0; i < times; i++) {
                    out = blur(out);
                }
            }
            case STATIC -> {
                double middle = random.nextDouble();
                double strength = .1 + .4 * random.nextDouble();
                for (int k = 0; k < out.length; k++) {
                    out[k] = clamp(middle + strength * random.nextGaussian());
                }
                if (random.nextDouble() < .5) {
                    out = blur(out);
                }
            }
            case CONTRAST -> {
                double gain = 2.2 + 2 * random.nextDouble();
                for (int k = 0; k < out.length; k++) {
                    out[k] = clamp(.5 + gain * (out[k] - .5));
                }
            }
        }
        return out;
    }

    /** A 3x3 binomial blur with the border repeated. */
    static float[] blur(float[] rgb) {
        float[] out = new float[rgb.length];
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                for (int c = 0; c < 3; c++) {
                    float sum = 0;
                    for (int dy = -1; dy <= 1; dy++) {
                        for (int dx = -1; dx <= 1; dx++) {
                            int sy = Math.max(0, Math.min(SIZE - 1, y + dy));
                            int sx = Math.max(0, Math.min(SIZE - 1, x + dx));
                            sum += (2 - Math.abs(dy)) * (2 - Math.abs(dx)) * rgb[3 * (sy * SIZE + sx) + c];
                        }
                    }
                    out[3 * (y * SIZE + x) + c] = sum / 16;
                }
            }
        }
        return out;
    }

    private static void clouds(float[] out, StatelessRandom random) {
        double strength = .25 + .3 * random.nextDouble();
        for (int c = 0; c < 3; c++) {
            double fx = 1 + 2 * random.nextDouble();
            double fy = 1 + 2 * random.nextDouble();
            double phaseX = 6.3 * random.nextDouble();
            double phaseY = 6.3 * random.nextDouble();
            for (int y = 0; y < SIZE; y++) {
                for (int x = 0; x < SIZE; x++) {
                    int k = 3 * (y * SIZE + x) + c;
                    double wave = StrictMath.sin(fx * x / 5.0 + phaseX) * StrictMath.sin(fy * y / 5.0 + phaseY);
                    out[k] = clamp(out[k] + strength * wave);
                }
            }
        }
    }

    private static void shuffle(float[] rgb, float[] out, int block, StatelessRandom random) {
        int count = SIZE / block;
        int[] order = random.permutation(count * count);
        for (int to = 0; to < order.length; to++) {
            for (int y = 0; y < block; y++) {
                int fromRow = order[to] / count * block + y;
                int toRow = to / count * block + y;
                System.arraycopy(
                        rgb,
                        3 * (fromRow * SIZE + order[to] % count * block),
                        out,
                        3 * (toRow * SIZE + to % count * block),
                        3 * block);
            }
        }
    }

    private static float clamp(double v) {
        return (float) Math.max(0, Math.min(1, v));
    }
}
