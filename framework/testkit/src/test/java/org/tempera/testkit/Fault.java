package org.tempera.testkit;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.reward.GraphReward;
import org.tempera.spi.reward.HostReward;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardInput;
import org.tempera.spi.text.PromptTokenizer;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Max;
import org.tensorflow.op.core.ReduceSum;
import org.tensorflow.op.math.Mean;
import org.tensorflow.op.random.RandomUniform;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** Rewards as they go wrong, and sound ones that are hard to judge. */
enum Fault {
    NONE {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> brightness(scope.tf(), in.images()));
        }
    },

    /** The largest channel value: a gradient at one number only. */
    SOUND_MAXIMUM {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> scope.tf().max(in.images(), axes(scope.tf()), Max.keepDims(false)));
        }
    },

    SOUND_CLAMP {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                return brightness(tf, tf.clipByValue(in.images(), tf.constant(0.3f), tf.constant(0.6f)));
            });
        }
    },

    /** Neither convex nor concave, with many kinks. */
    SOUND_ZIGZAG {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> folded = tf.math.abs(tf.math.sub(in.images(), tf.constant(0.4f)));
                return brightness(tf, tf.math.abs(tf.math.sub(folded, tf.constant(0.2f))));
            });
        }
    },

    /** A large score with a small slope. */
    SOUND_OFFSET {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> scope.tf()
                    .math
                    .add(brightness(scope.tf(), in.images()), scope.tf().constant(100f)));
        }
    },

    SOUND_CURVED {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                return tf.math.neg(brightness(tf, tf.math.square(tf.math.sub(in.images(), tf.constant(0.5f)))));
            });
        }
    },

    SOUND_BY_SEED {
        @Override
        Reward make() {
            return (HostReward) samples -> {
                float[] scores = new float[samples.size()];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = samples.get(i).seed() % 7;
                }
                return scores;
            };
        }
    },

    WRONG_SIGN {
        @Override
        Reward make() {
            return withGradientTimes(-1);
        }
    },

    SCALED {
        @Override
        Reward make() {
            return withGradientTimes(2);
        }
    },

    /** The gradient of the left half is lost. */
    HALF {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                return brightness(
                        tf,
                        tf.concat(
                                List.of(tf.stopGradient(columns(tf, in, 0)), columns(tf, in, WIDTH / 2)),
                                tf.constant(2)));
            });
        }
    },

    /** The gradient of one block is lost. */
    PATCH {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> all = in.images();
                float[] mask = new float[WIDTH * WIDTH];
                for (int y = 8; y < 12; y++) {
                    for (int x = 4; x < 8; x++) {
                        mask[y * WIDTH + x] = 1;
                    }
                }
                Operand<TFloat32> patch = tf.reshape(tf.constant(mask), tf.constant(new int[] {1, WIDTH, WIDTH, 1}));
                Operand<TFloat32> inside = tf.stopGradient(tf.math.mul(all, patch));
                Operand<TFloat32> outside = tf.math.mul(all, tf.math.sub(tf.constant(1f), patch));
                return brightness(tf, tf.math.square(tf.math.add(inside, outside)));
            });
        }
    },

    /** The gradient of something else. */
    OTHER {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> images = in.images();
                Operand<TFloat32> score = brightness(tf, tf.math.square(images));
                return scope.withGradient(
                        score,
                        List.of(images),
                        (ops, g) -> List.of(ops.math.mul(
                                ops.math.mul(
                                        ops.reshape(g, ops.constant(new int[] {-1, 1, 1, 1})),
                                        ops.math.cos(ops.math.mul(images, ops.constant(20f)))),
                                ops.constant(0.002f))));
            });
        }
    },

    INFINITE_GRADIENT {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> mean = tf.math.mean(in.images(), axes(tf), Mean.keepDims(true));
                return tf.math.sqrt(tf.reduceSum(tf.math.squaredDifference(in.images(), mean), axes(tf)));
            });
        }
    },

    MEAN_OF_BATCH {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> own = brightness(tf, in.images());
                return tf.broadcastTo(
                        tf.math.mean(own, tf.constant(0), Mean.keepDims(true)),
                        tf.constant(new int[] {in.batchSize()}));
            });
        }
    },

    /** Small scores, of which a hundredth is the batch's. */
    LITTLE_OF_BATCH {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> own = tf.math.mul(brightness(tf, in.images()), tf.constant(1e-4f));
                return tf.math.sub(own, tf.math.mul(tf.math.mean(own, tf.constant(0)), tf.constant(0.01f)));
            });
        }
    },

    BY_ORDER {
        @Override
        Reward make() {
            return (HostReward) samples -> {
                float[] scores = new float[samples.size()];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = samples.get(i).rgb()[0] + 0.1f * i;
                }
                return scores;
            };
        }
    },

    PROMPT_OF_NEIGHBOUR {
        @Override
        Reward make() {
            return (HostReward) samples -> {
                float[] scores = new float[samples.size()];
                for (int i = 0; i < scores.length; i++) {
                    scores[i] = samples.get((i + 1) % scores.length).prompt().length();
                }
                return scores;
            };
        }
    },

    COUNTER {
        @Override
        Reward make() {
            AtomicInteger calls = new AtomicInteger();
            return (HostReward) samples -> {
                float[] scores = new float[samples.size()];
                java.util.Arrays.fill(scores, calls.getAndIncrement());
                return scores;
            };
        }
    },

    RANDOM_IN_GRAPH {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> noise = tf.random.randomUniform(
                        tf.constant(new int[] {in.batchSize()}), TFloat32.class, RandomUniform.seed(3L));
                return tf.math.add(brightness(tf, in.images()), noise);
            });
        }
    },

    SAME_ARRAY {
        @Override
        Reward make() {
            float[] kept = new float[3];
            return (HostReward) samples -> {
                for (int i = 0; i < samples.size(); i++) {
                    kept[i] = samples.get(i).rgb()[i];
                }
                return samples.size() == kept.length ? kept : java.util.Arrays.copyOf(kept, samples.size());
            };
        }
    },

    NOT_A_NUMBER {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TFloat32> mean = tf.math.mean(in.images(), axes(tf), Mean.keepDims(true));
                Operand<TFloat32> variance =
                        tf.math.mean(tf.math.squaredDifference(in.images(), mean), axes(tf), Mean.keepDims(false));
                return tf.math.div(brightness(tf, in.images()), variance);
            });
        }
    },

    COLUMN {
        @Override
        Reward make() {
            return GraphReward.of((scope, in) -> scope.tf()
                    .expandDims(brightness(scope.tf(), in.images()), scope.tf().constant(1)));
        }
    },

    ONE_FOR_ALL {
        @Override
        Reward make() {
            return (HostReward) samples -> new float[1];
        }
    },

    WRITES_PIXELS {
        @Override
        Reward make() {
            return (HostReward) samples -> {
                samples.forEach(s -> s.rgb()[0] = 0);
                return new float[samples.size()];
            };
        }
    },

    ONE_THREAD {
        @Override
        Reward make() {
            Thread maker = Thread.currentThread();
            ThreadLocal<Float> scale = ThreadLocal.withInitial(() -> Thread.currentThread() == maker ? 1f : 0f);
            return (HostReward) samples -> {
                float[] scores = new float[samples.size()];
                java.util.Arrays.fill(scores, scale.get());
                return scores;
            };
        }
    },

    SHARED_BUFFER {
        @Override
        Reward make() {
            PromptTokenizer tokenizer = new BufferedTokenizer(new byte[16]);
            return GraphReward.of((scope, in) -> {
                Ops tf = scope.tf();
                Operand<TInt32> tokens = in.tokens(tokenizer);
                Operand<TFloat32> sum =
                        tf.reduceSum(tf.dtypes.cast(tokens, TFloat32.class), tf.constant(1), ReduceSum.keepDims(false));
                return tf.math.add(brightness(tf, in.images()), sum);
            });
        }
    };

    private static final int WIDTH = 16;

    /** A reward of this kind. */
    abstract Reward make();

    /** Letters of the prompt, through a buffer that all calls share. */
    private record BufferedTokenizer(byte[] buffer) implements PromptTokenizer {
        @Override
        public int[] tokenize(String prompt) {
            for (int i = 0; i < length(); i++) {
                buffer[i] = (byte) (i < prompt.length() ? prompt.charAt(i) : 0);
            }
            Thread.yield();
            int[] ids = new int[length()];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = buffer[i];
            }
            return ids;
        }

        @Override
        public int length() {
            return buffer.length;
        }
    }

    private static Reward withGradientTimes(float factor) {
        return GraphReward.of((GraphScope scope, RewardInput in) -> {
            Ops tf = scope.tf();
            Operand<TFloat32> images = in.images();
            float each = factor / (WIDTH * WIDTH * 3);
            return scope.withGradient(
                    brightness(tf, images),
                    List.of(images),
                    (ops, g) -> List.of(ops.math.mul(
                            ops.onesLike(images),
                            ops.math.mul(ops.reshape(g, ops.constant(new int[] {-1, 1, 1, 1})), ops.constant(each)))));
        });
    }

    private static Operand<TFloat32> columns(Ops tf, RewardInput in, int first) {
        return tf.slice(in.images(), tf.constant(new int[] {0, 0, first, 0}), tf.constant(new int[] {
            in.batchSize(), WIDTH, WIDTH / 2, 3
        }));
    }

    private static Operand<TFloat32> brightness(Ops tf, Operand<TFloat32> images) {
        return tf.math.mean(images, axes(tf));
    }

    private static Operand<TInt32> axes(Ops tf) {
        return tf.constant(new int[] {1, 2, 3});
    }
}
