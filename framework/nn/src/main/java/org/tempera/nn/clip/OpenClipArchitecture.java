package org.tempera.nn.clip;

import java.nio.file.Path;
import java.util.Set;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Activation;
import org.tempera.nn.preprocess.ImagePreprocessing;

/**
 * A model as open_clip describes it.
 *
 * @param sizes of both towers
 * @param preprocessing how open_clip prepares an image for it
 */
public record OpenClipArchitecture(ClipConfig sizes, ImagePreprocessing preprocessing) {
    private static final double NORM_EPSILON = 1e-5;
    private static final double LARGEST_RATIO = 64;

    /** Keys that are read here, and those that matter only in training or beside one that is refused. */
    private static final Set<String> VISION_KEYS = Set.of(
            "layers",
            "width",
            "head_width",
            "mlp_ratio",
            "patch_size",
            "image_size",
            "pool_type",
            "pos_embed_type",
            "patch_dropout",
            "output_tokens",
            "attn_pooler_queries",
            "attn_pooler_heads",
            "timm_model_pretrained",
            "timm_pool",
            "timm_proj",
            "timm_proj_bias",
            "timm_drop",
            "timm_drop_path");

    private static final Set<String> TEXT_KEYS = Set.of(
            "layers",
            "width",
            "heads",
            "mlp_ratio",
            "context_length",
            "vocab_size",
            "pool_type",
            "proj_type",
            "pad_id",
            "eos_id",
            "output_tokens",
            "hf_model_pretrained",
            "hf_proj_type",
            "hf_pooler_type");

    /** "The largest id in the text", which is where open_clip looks. */
    private static final int LARGEST_ID = 2;

    /** The file beside a checkpoint of open_clip's own. */
    public static final String FILE = "open_clip_config.json";

    /** The model that open_clip names ViT-H-14. */
    public static OpenClipArchitecture vitH14() {
        ClipVisionConfig vision = new ClipVisionConfig(224, 14, 1280, 4 * 1280, 32, 16, Activation.GELU, NORM_EPSILON);
        ClipTextConfig text =
                new ClipTextConfig(49408, 1024, 4 * 1024, 24, 16, 77, Activation.GELU, NORM_EPSILON, LARGEST_ID);
        return new OpenClipArchitecture(
                new ClipConfig(vision, text, 1024), ImagePreprocessing.torchvision(vision.imageSize()));
    }

    /**
     * Reads its JSON, {@code embed_dim}, {@code vision_cfg} and {@code text_cfg}, alone or with {@code preprocess_cfg}
     * as in {@link #FILE}; missing keys have open_clip's defaults.
     *
     * @throws org.tempera.spi.UserException if it is no such file, or describes towers other than plain transformers
     */
    public static OpenClipArchitecture read(Path file) {
        ModelConfig outer = ModelConfig.read(file);
        ModelConfig c = outer.present("model_cfg") ? outer.child("model_cfg") : outer;
        Activation activation = c.flag("quick_gelu", false) ? Activation.QUICK_GELU : Activation.GELU;
        int projection = c.positive("embed_dim", 512, ModelConfig.MOST_WIDTH);
        c.unsupported("custom_text", c.flag("custom_text", false));
        c.unsupported("multimodal_cfg", c.present("multimodal_cfg"));
        ModelConfig v = c.child("vision_cfg");
        v.nothingBesides(VISION_KEYS);
        v.only("pool_type", "tok");
        v.only("pos_embed_type", "learnable");
        int visionWidth = v.positive("width", 768, ModelConfig.MOST_WIDTH);
        int headWidth = v.positive("head_width", 64, ModelConfig.MOST_WIDTH);
        if (visionWidth % headWidth != 0) {
            v.problem("head_width", "expected a divisor of width " + visionWidth + ", found " + headWidth);
            headWidth = visionWidth;
        }
        int image = v.positive("image_size", 224, ModelConfig.MOST_SIDE);
        int patch = v.positive("patch_size", 16, ModelConfig.MOST_SIDE);
        if (image < patch) {
            v.problem("patch_size", "expected at most image_size " + image + ", found " + patch);
            patch = image;
        }
        ClipVisionConfig vision = new ClipVisionConfig(
                image,
                patch,
                visionWidth,
                innerWidth(v, visionWidth),
                v.positive("layers", 12, ModelConfig.MOST_LAYERS),
                visionWidth / headWidth,
                activation,
                NORM_EPSILON);
        ModelConfig t = c.child("text_cfg");
        t.nothingBesides(TEXT_KEYS);
        t.only("pool_type", "argmax");
        t.only("proj_type", "linear");
        int textWidth = t.positive("width", 512, ModelConfig.MOST_WIDTH);
        int heads = t.positive("heads", 8, ModelConfig.MOST_WIDTH);
        if (textWidth % heads != 0) {
            t.problem("heads", "expected a divisor of width " + textWidth + ", found " + heads);
            heads = 1;
        }
        ClipTextConfig text = new ClipTextConfig(
                t.positive("vocab_size", 49408, ModelConfig.MOST_ENTRIES),
                textWidth,
                innerWidth(t, textWidth),
                t.positive("layers", 12, ModelConfig.MOST_LAYERS),
                heads,
                t.positive("context_length", 77, ModelConfig.MOST_POSITIONS),
                activation,
                NORM_EPSILON,
                LARGEST_ID);
        ImagePreprocessing preprocessing =
                ImagePreprocessing.openClip(outer.child("preprocess_cfg"), vision.imageSize());
        c.finish();
        return new OpenClipArchitecture(new ClipConfig(vision, text, projection), preprocessing);
    }

    private static int innerWidth(ModelConfig tower, int width) {
        double ratio = tower.number("mlp_ratio", 4, 0, LARGEST_RATIO);
        if (ratio * width < 1) {
            tower.problem("mlp_ratio", "expected a layer of at least one number, found " + ratio + " times " + width);
            return width;
        }
        return (int) (width * ratio);
    }
}
