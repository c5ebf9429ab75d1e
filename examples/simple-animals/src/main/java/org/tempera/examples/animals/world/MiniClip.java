package org.tempera.examples.animals.world;

import java.nio.file.Path;
import java.util.Locale;
import org.tempera.nn.clip.ClipConfig;
import org.tempera.nn.clip.ClipModel;
import org.tempera.nn.clip.ClipTextConfig;
import org.tempera.nn.clip.ClipVisionConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.layers.Forward;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Sizes and files of the world's CLIP. */
final class MiniClip {
    static final int PROJECTION = 64;
    private static final float[] MEAN = {0.48145466f, 0.4578275f, 0.40821073f};
    private static final float[] DEVIATION = {0.26862954f, 0.26130258f, 0.27577711f};

    private MiniClip() {}

    static ClipConfig config(Texts texts) {
        return new ClipConfig(
                new ClipVisionConfig(WorldSettings.PIXELS, 4, 96, 192, 3, 4, Activation.QUICK_GELU, 1e-5),
                textConfig(texts),
                PROJECTION);
    }

    static ClipTextConfig textConfig(Texts texts) {
        return new ClipTextConfig(
                texts.vocabularySize(),
                96,
                192,
                2,
                4,
                WorldSettings.TEXT_LENGTH,
                Activation.QUICK_GELU,
                1e-5,
                texts.endOfText());
    }

    /** RGB in [0,1] as the vision tower wants it. */
    static Operand<TFloat32> normalised(Ops tf, Operand<TFloat32> rgb) {
        Operand<TFloat32> mean = tf.reshape(tf.constant(MEAN), tf.constant(Shape.of(1, 1, 1, 3)));
        Operand<TFloat32> deviation = tf.reshape(tf.constant(DEVIATION), tf.constant(Shape.of(1, 1, 1, 3)));
        return tf.math.div(tf.math.sub(rgb, mean), deviation);
    }

    /** Unit-length embeddings of RGB in [0,1]. */
    static Operand<TFloat32> embedding(Forward f, ClipModel model, Operand<TFloat32> rgb) {
        return ClipModel.unit(f, model.imageFeatures(f, normalised(f.tf(), rgb)));
    }

    /** Writes {@code config.json} and {@code preprocessor_config.json}. */
    static void writeConfigs(Path folder, ClipConfig c) {
        ClipVisionConfig v = c.vision();
        TextFile.write(
                folder.resolve("config.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {
                          "architectures": ["CLIPModel"],
                          "model_type": "clip",
                          "projection_dim": %d,
                          "logit_scale_init_value": 2.6592,
                          "text_config": %s,
                          "vision_config": {
                            "model_type": "clip_vision_model",
                            "hidden_size": %d,
                            "intermediate_size": %d,
                            "num_hidden_layers": %d,
                            "num_attention_heads": %d,
                            "num_channels": 3,
                            "image_size": %d,
                            "patch_size": %d,
                            "projection_dim": %d,
                            "hidden_act": "quick_gelu",
                            "layer_norm_eps": 1e-05
                          }
                        }
                        """,
                        c.projection(),
                        textJson(c.text(), "clip_text_model", "").strip(),
                        v.width(),
                        v.innerWidth(),
                        v.layers(),
                        v.heads(),
                        v.imageSize(),
                        v.patchSize(),
                        c.projection()));
        TextFile.write(
                folder.resolve("preprocessor_config.json"),
                String.format(
                        Locale.ROOT,
                        """
                        {
                          "image_processor_type": "CLIPImageProcessor",
                          "do_convert_rgb": true,
                          "do_resize": true,
                          "size": {"shortest_edge": %1$d},
                          "resample": 3,
                          "do_center_crop": true,
                          "crop_size": {"height": %1$d, "width": %1$d},
                          "do_rescale": true,
                          "rescale_factor": 0.00392156862745098,
                          "do_normalize": true,
                          "image_mean": [0.48145466, 0.4578275, 0.40821073],
                          "image_std": [0.26862954, 0.26130258, 0.27577711]
                        }
                        """,
                        WorldSettings.PIXELS));
    }

    /** A text tower's configuration. */
    static String textJson(ClipTextConfig t, String type, String more) {
        return String.format(
                Locale.ROOT,
                """
                {
                  %s"model_type": "%s",
                  "vocab_size": %d,
                  "hidden_size": %d,
                  "intermediate_size": %d,
                  "num_hidden_layers": %d,
                  "num_attention_heads": %d,
                  "max_position_embeddings": %d,
                  "projection_dim": %d,
                  "hidden_act": "quick_gelu",
                  "layer_norm_eps": 1e-05,
                  "bos_token_id": %d,
                  "eos_token_id": %d,
                  "pad_token_id": %d
                }
                """,
                more,
                type,
                t.vocabularySize(),
                t.width(),
                t.innerWidth(),
                t.layers(),
                t.heads(),
                t.maxPositions(),
                PROJECTION,
                t.endToken() - 1,
                t.endToken(),
                t.endToken());
    }
}
