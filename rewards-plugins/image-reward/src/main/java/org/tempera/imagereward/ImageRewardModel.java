package org.tempera.imagereward;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.tempera.nn.blip.BlipVisionConfig;
import org.tempera.nn.blip.BlipVisionModel;
import org.tempera.nn.blip.MedConfig;
import org.tempera.nn.blip.MedTextModel;
import org.tempera.nn.clip.HeadLayout;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.Linear;
import org.tempera.nn.layers.ParameterSource;
import org.tempera.nn.layers.TensorNaming;
import org.tempera.nn.weights.TensorSource;
import org.tempera.spi.UserException;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The network: the text encoder reads the prompt and looks at the image; affine maps take its first state to a number.
 */
final class ImageRewardModel {
    static final String VISION = "blip.visual_encoder.";
    static final String TEXT = "blip.text_encoder.";
    /** Of the text encoder's states. */
    private static final int PUBLISHED_WIDTH = 768;

    /**
     * How the names of a checkpoint are read: the projections of BLIP's pretraining and the buffer of positions are no
     * part of a score, and are passed over.
     */
    static final TensorNaming NAMING = TensorNaming.ignoring(Set.of(
            "blip.vision_proj.weight",
            "blip.vision_proj.bias",
            "blip.text_proj.weight",
            "blip.text_proj.bias",
            TEXT + "embeddings.position_ids")::contains);

    private static final Pattern MAP = Pattern.compile("mlp\\.layers\\.(\\d{1,4})\\.weight");

    /** Sizes. @param maps affine maps of the head, in order */
    record Sizes(BlipVisionConfig vision, MedConfig text, List<AffineMap> maps) {
        /** @throws UserException if the checkpoint is another model's */
        static Sizes of(TensorSource source, MedConfig text) {
            requireBlip(source);
            return new Sizes(BlipVisionConfig.of(source, VISION), text, ImageRewardModel.maps(source, text.width()));
        }
    }

    /** One map of the head. @param index its place in the file's names */
    record AffineMap(int index, int in, int out) {}

    private final BlipVisionModel vision;
    private final MedTextModel text;
    private final List<Linear> head = new ArrayList<>();

    ImageRewardModel(ParameterSource source, Sizes sizes) {
        this.vision = new BlipVisionModel(source.child("blip.visual_encoder"), sizes.vision());
        this.text = new MedTextModel(
                source.child("blip.text_encoder"), sizes.text(), sizes.vision().width());
        for (AffineMap m : sizes.maps()) {
            head.add(new Linear(source.child("mlp.layers." + m.index()), m.in(), m.out(), true));
        }
    }

    /** Scores {@code [batch]}, before they are normalised. */
    Operand<TFloat32> apply(Forward f, Operand<TFloat32> pixels, Operand<TInt32> ids) {
        Operand<TFloat32> x = text.first(f, ids, vision.apply(f, pixels));
        for (Linear map : head) {
            x = map.apply(f.inFloat32(), x);
        }
        return f.reshape(x, Forward.sizes(x)[0]);
    }

    private static void requireBlip(TensorSource source) {
        if (source.contains(VISION + "cls_token")) {
            return;
        }
        String found =
                "tensors such as " + source.names().stream().sorted().limit(3).toList();
        if (source.contains("visual_encoder.cls_token")) {
            found = "a BLIP without ImageReward's head";
        } else if (source.contains("visual.conv1.weight") || source.contains("module.visual.conv1.weight")) {
            found = "what looks like an open_clip model (for HPS v2, use the reward hps-v2)";
        } else if (source.contains("vision_model.embeddings.class_embedding")) {
            found = "what looks like a CLIP model in transformers' layout";
        }
        throw new UserException(source.path() + ": expected ImageReward's checkpoint, whose tensors are called "
                + VISION + "*, " + TEXT + "* and mlp.*, found " + found + ".");
    }

    private static List<AffineMap> maps(TensorSource source, int width) {
        List<AffineMap> maps = new ArrayList<>();
        source.names().stream()
                .map(MAP::matcher)
                .filter(m -> m.matches())
                .mapToInt(m -> Integer.parseInt(m.group(1)))
                .sorted()
                .forEach(index -> {
                    long[] shape = source.info("mlp.layers." + index + ".weight")
                            .shape()
                            .asArray();
                    maps.add(
                            shape.length == 2 && Math.max(shape[0], shape[1]) <= ModelConfig.MOST_WIDTH
                                    ? new AffineMap(index, Math.toIntExact(shape[1]), Math.toIntExact(shape[0]))
                                    : new AffineMap(index, -1, -1));
                });
        int in = width;
        for (AffineMap m : maps) {
            if (m.in() != in) {
                throw new UserException(source.path() + ": mlp.layers." + m.index() + ".weight: expected " + in
                        + " columns, found "
                        + source.info("mlp.layers." + m.index() + ".weight").shape()
                        + ". Do the checkpoint and med_config.json belong to one model?");
            }
            in = m.out();
        }
        List<Integer> places = maps.stream().map(AffineMap::index).toList();
        List<Integer> widths = maps.stream().map(AffineMap::out).toList();
        boolean published = width != PUBLISHED_WIDTH || widths.equals(HeadLayout.WIDTHS);
        if (in != 1 || !places.equals(HeadLayout.PLACES) || !published) {
            throw new UserException(source.path()
                    + ": expected a head mlp.layers that ends in one number, its maps in places "
                    + HeadLayout.PLACES + " (of widths " + HeadLayout.WIDTHS + ", as published), found places " + places
                    + " of widths " + widths + ". Give the checkpoint as it was published.");
        }
        return maps;
    }
}
