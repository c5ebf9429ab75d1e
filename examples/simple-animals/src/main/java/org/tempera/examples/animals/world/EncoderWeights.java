package org.tempera.examples.animals.world;

import java.util.Optional;
import org.tensorflow.ndarray.Shape;

/**
 * Weights under which AutoencoderKL's encoder computes the {@link LinearCode}: the residual branches are zero, the two
 * downsamplers gather 4x4 patches, the second also projects. The last norm and nonlinearity are made linear: each
 * latent goes through as a pair z, -z, of which SiLU keeps z = silu(z) - silu(-z), and each group of the norm holds two
 * large constants beside which its variance hardly depends on the picture.
 */
final class EncoderWeights implements FixedStart.Values {
    private static final float LARGE = 64;
    private static final double LOG_VARIANCE = -12;
    private static final int PAIRS_IN_GROUP = 2;

    private final LinearCode code;
    private final int groups;

    EncoderWeights(LinearCode code, int groups) {
        this.code = code;
        this.groups = groups;
        if (code.channels() > PAIRS_IN_GROUP * groups) {
            throw new IllegalArgumentException(groups + " groups hold " + PAIRS_IN_GROUP * groups
                    + " latent channels, asked for " + code.channels());
        }
    }

    @Override
    public Optional<float[]> of(String name, Shape shape) {
        long[] s = shape.asArray();
        float[] w = new float[Math.toIntExact(shape.size())];
        switch (name) {
            case "encoder.conv_in.weight" -> {
                for (int c = 0; c < 3; c++) {
                    w[at(s, 1, 1, c, c)] = 1;
                }
            }
            case "encoder.down_blocks.0.downsamplers.0.conv.weight" -> {
                for (int y = 0; y < 2; y++) {
                    for (int x = 0; x < 2; x++) {
                        for (int c = 0; c < 3; c++) {
                            w[at(s, y, x, c, gathered(y, x, c))] = 1;
                        }
                    }
                }
            }
            case "encoder.down_blocks.1.resnets.0.conv_shortcut.weight" -> {
                for (int c = 0; c < 12; c++) {
                    w[c * (int) s[1] + c] = 1;
                }
            }
            case "encoder.down_blocks.1.downsamplers.0.conv.weight" -> {
                for (int a = 0; a < LinearCode.DIMENSIONS; a++) {
                    int row = a / (3 * LinearCode.PATCH);
                    int column = a / 3 % LinearCode.PATCH;
                    int from = gathered(row % 2, column % 2, a % 3);
                    for (int i = 0; i < code.channels(); i++) {
                        w[at(s, row / 2, column / 2, from, i)] = code.weight(i, a);
                    }
                }
            }
            case "encoder.down_blocks.1.downsamplers.0.conv.bias" -> {
                for (int i = 0; i < code.channels(); i++) {
                    w[i] = code.bias(i);
                }
            }
            case "encoder.down_blocks.2.resnets.0.conv_shortcut.weight" -> {
                int out = (int) s[1];
                for (int i = 0; i < code.channels(); i++) {
                    w[i * out + pair(i, out)] = 1;
                    w[i * out + pair(i, out) + 1] = -1;
                }
            }
            case "encoder.down_blocks.2.resnets.0.conv_shortcut.bias" -> {
                int size = w.length / groups;
                for (int g = 0; g < groups; g++) {
                    w[g * size + 2 * PAIRS_IN_GROUP] = LARGE;
                    w[g * size + 2 * PAIRS_IN_GROUP + 1] = -LARGE;
                }
            }
            case "encoder.conv_norm_out.weight" -> {
                float deviation = (float) (LARGE * Math.sqrt(2.0 * groups / w.length));
                java.util.Arrays.fill(w, deviation);
            }
            case "encoder.conv_out.weight" -> {
                int in = (int) s[2];
                for (int i = 0; i < code.channels(); i++) {
                    w[at(s, 1, 1, pair(i, in), i)] = 1;
                    w[at(s, 1, 1, pair(i, in) + 1, i)] = -1;
                }
            }
            case "encoder.conv_out.bias" -> {
                for (int i = 0; i < code.channels(); i++) {
                    w[code.channels() + i] = (float) LOG_VARIANCE;
                }
            }
            default -> {
                boolean zero = name.startsWith("encoder.")
                        && (name.contains(".conv1.")
                                || name.contains(".conv2.")
                                || name.contains("conv_shortcut.")
                                || name.contains("downsamplers")
                                || name.contains(".to_")
                                || name.startsWith("encoder.conv_in."));
                return zero ? Optional.of(w) : Optional.empty();
            }
        }
        return Optional.of(w);
    }

    private int pair(int latent, int width) {
        return latent / PAIRS_IN_GROUP * (width / groups) + 2 * (latent % PAIRS_IN_GROUP);
    }

    private static int gathered(int y, int x, int colour) {
        return (2 * y + x) * 3 + colour;
    }

    private static int at(long[] s, int y, int x, int in, int out) {
        return (int) (((y * s[1] + x) * s[2] + in) * s[3] + out);
    }
}
