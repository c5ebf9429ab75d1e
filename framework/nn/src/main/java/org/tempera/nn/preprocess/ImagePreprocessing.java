package org.tempera.nn.preprocess;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.json.ForeignJson;
import org.tempera.base.text.Words;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/**
 * What an image processor does to an image, such as a CLIP's {@code preprocessor_config.json} says.
 *
 * @param resize the size to resize to; absent, images keep theirs
 * @param filter how it is resized
 * @param crop what is cut out of the middle afterwards, with zeros around what is smaller; absent, nothing is
 * @param cropStart where the middle begins if it is not at a whole pixel
 * @param factor what levels in 0..255 are multiplied with, 1/255 as a rule
 * @param mean what is subtracted then, by channel
 * @param deviation what is divided by then, by channel
 */
public record ImagePreprocessing(
        Optional<Target> resize,
        ResampleFilter filter,
        Optional<Size> crop,
        CropStart cropStart,
        double factor,
        List<Double> mean,
        List<Double> deviation) {
    /** The file in a model's folder. */
    public static final String FILE = "preprocessor_config.json";

    private static final String NEWER_FILE = "processor_config.json";
    private static final int DEFAULT_SIZE = 224;
    /** Levels are below 256 before they are rescaled, and by 1 / 65535 at the most. */
    private static final double LARGEST_LEVEL = 1_000;

    private static final double LEAST_RESCALING = 1e-6;
    private static final double LEAST_DEVIATION = 1e-4;
    private static final List<Double> CLIP_MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> CLIP_DEVIATION = List.of(0.26862954, 0.26130258, 0.27577711);

    /** What open_clip's names for filters mean in evaluation; "random" chooses one in training only. */
    private static final Map<String, ResampleFilter> OPEN_CLIP_FILTERS = Map.of(
            "bicubic", ResampleFilter.BICUBIC, "bilinear", ResampleFilter.BILINEAR, "random", ResampleFilter.BICUBIC);

    /** How half a pixel is rounded where a crop begins. */
    public enum CropStart {
        /** Down, as transformers does. */
        DOWN,
        /** To the even one of both, as torchvision does. */
        TO_EVEN;

        /** The first of {@code taken} pixels in the middle of {@code all}; negative where there are fewer. */
        int first(int all, int taken) {
            return this == DOWN ? Math.floorDiv(all - taken, 2) : (int) Math.rint((all - taken) / 2.0);
        }
    }

    /** Rows and columns. */
    public record Size(int height, int width) {
        public Size {
            if (height < 1 || width < 1) {
                throw new IllegalArgumentException("sizes must be positive, were " + height + " and " + width);
            }
        }
    }

    /** What an image is resized to. */
    public sealed interface Target {
        /** The shorter side becomes {@code length}, the longer one follows, rounded down. */
        record ShortestEdge(int length) implements Target {}

        /** Whatever the image's proportions. */
        record Exactly(Size size) implements Target {}
    }

    public ImagePreprocessing {
        mean = List.copyOf(mean);
        deviation = List.copyOf(deviation);
        if (mean.size() != 3 || deviation.size() != 3) {
            throw new IllegalArgumentException("mean and deviation must have one number for each of 3 channels");
        }
    }

    /** Crops as transformers does. */
    public ImagePreprocessing(
            Optional<Target> resize,
            ResampleFilter filter,
            Optional<Size> crop,
            double factor,
            List<Double> mean,
            List<Double> deviation) {
        this(resize, filter, crop, CropStart.DOWN, factor, mean, deviation);
    }

    /**
     * As torchvision's Resize, CenterCrop, ToTensor and Normalize of a Pillow image, with CLIP's mean and deviation.
     *
     * @param size of the shorter side, and of the square that is cut out
     */
    public static ImagePreprocessing torchvision(int size) {
        return torchvision(size, false, ResampleFilter.BICUBIC, CLIP_MEAN, CLIP_DEVIATION);
    }

    /**
     * As open_clip prepares images for evaluation; problems are left in {@code c}.
     *
     * @param c the block {@code preprocess_cfg} of its configuration, whose missing keys have that library's defaults
     * @param size rows and columns that the model reads, whatever the block says
     */
    public static ImagePreprocessing openClip(ModelConfig c, int size) {
        String mode = c.text("resize_mode", "shortest");
        String filter = c.text("interpolation", "bicubic");
        c.unsupported("resize_mode", !mode.equals("shortest") && !mode.equals("squash"));
        c.unsupported("interpolation", !OPEN_CLIP_FILTERS.containsKey(filter));
        return torchvision(
                size,
                mode.equals("squash"),
                OPEN_CLIP_FILTERS.getOrDefault(filter, ResampleFilter.BICUBIC),
                means(c, "mean"),
                deviations(c, "std"));
    }

    private static ImagePreprocessing torchvision(
            int size, boolean squash, ResampleFilter filter, List<Double> mean, List<Double> deviation) {
        Size square = new Size(size, size);
        return new ImagePreprocessing(
                Optional.of(squash ? new Target.Exactly(square) : new Target.ShortestEdge(size)),
                filter,
                squash ? Optional.empty() : Optional.of(square),
                CropStart.TO_EVEN,
                1.0 / 255,
                mean,
                deviation);
    }

    /**
     * Reads the image processor's configuration of a model's folder; missing keys have that library's defaults.
     *
     * @throws UserException if the file is missing, or with every key that is wrong
     */
    public static ImagePreprocessing read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!ModelFiles.has(file) && ModelFiles.has(folder.resolve(NEWER_FILE))) {
            ModelConfig all = ModelConfig.read(folder.resolve(NEWER_FILE));
            return read(all.child("image_processor"));
        }
        if (!ModelFiles.has(file)) {
            throw new UserException(file + ": no such file. It says how images are resized and normalised for this"
                    + " model; copy it from where the weights came from.");
        }
        return read(ModelConfig.read(file));
    }

    private static ImagePreprocessing read(ModelConfig c) {
        Optional<Target> resize = c.flag("do_resize", true) ? Optional.of(target(c)) : Optional.empty();
        Optional<Size> crop = c.flag("do_center_crop", true) ? Optional.of(crop(c)) : Optional.empty();
        boolean normalise = c.flag("do_normalize", true);
        ImagePreprocessing p = new ImagePreprocessing(
                resize,
                filter(c),
                crop,
                c.flag("do_rescale", true) ? c.number("rescale_factor", 1.0 / 255, LEAST_RESCALING, 1) : 1,
                normalise ? means(c, "image_mean") : List.of(0.0, 0.0, 0.0),
                normalise ? deviations(c, "image_std") : List.of(1.0, 1.0, 1.0));
        c.finish();
        return p;
    }

    private static ResampleFilter filter(ModelConfig c) {
        int code = c.integer("resample", 3, 0, 1 << 16);
        return ResampleFilter.ofCode(code).orElseGet(() -> {
            c.problem("resample", "expected the number of a Pillow filter, 0 to 5, found " + code);
            return ResampleFilter.BICUBIC;
        });
    }

    private static Target target(ModelConfig c) {
        Optional<JsonNode> size = c.raw("size");
        if (size.isEmpty()) {
            return new Target.ShortestEdge(DEFAULT_SIZE);
        }
        if (size.get().isObject()) {
            ModelConfig inner = c.child("size");
            if (inner.present("shortest_edge")) {
                return new Target.ShortestEdge(inner.positive("shortest_edge", DEFAULT_SIZE, ModelConfig.MOST_SIDE));
            }
            if (!inner.present("height") || !inner.present("width")) {
                c.problem(
                        "size", "expected shortest_edge, or height and width, found " + ForeignJson.shown(size.get()));
            }
            return new Target.Exactly(new Size(
                    inner.positive("height", DEFAULT_SIZE, ModelConfig.MOST_SIDE),
                    inner.positive("width", DEFAULT_SIZE, ModelConfig.MOST_SIDE)));
        }
        if (size.get().isArray()) {
            return new Target.Exactly(pair(c, "size"));
        }
        return new Target.ShortestEdge(c.positive("size", DEFAULT_SIZE, ModelConfig.MOST_SIDE));
    }

    private static Size crop(ModelConfig c) {
        Optional<JsonNode> crop = c.raw("crop_size");
        if (crop.isPresent() && crop.get().isObject()) {
            ModelConfig inner = c.child("crop_size");
            if (!inner.present("height") || !inner.present("width")) {
                c.problem("crop_size", "expected height and width, found " + ForeignJson.shown(crop.get()));
            }
            return new Size(
                    inner.positive("height", DEFAULT_SIZE, ModelConfig.MOST_SIDE),
                    inner.positive("width", DEFAULT_SIZE, ModelConfig.MOST_SIDE));
        }
        if (crop.isPresent() && crop.get().isArray()) {
            return pair(c, "crop_size");
        }
        int side = c.positive("crop_size", DEFAULT_SIZE, ModelConfig.MOST_SIDE);
        return new Size(side, side);
    }

    private static Size pair(ModelConfig c, String key) {
        List<Integer> sides = c.integers(key, List.of(DEFAULT_SIZE, DEFAULT_SIZE), 2, ModelConfig.MOST_SIDE);
        if (sides.size() != 2) {
            c.problem(key, "expected height and width, found " + sides);
            return new Size(DEFAULT_SIZE, DEFAULT_SIZE);
        }
        return new Size(sides.get(0), sides.get(1));
    }

    private static List<Double> means(ModelConfig c, String key) {
        List<Double> means = channels(c, key, CLIP_MEAN);
        if (means.stream().anyMatch(mean -> Math.abs(mean) > LARGEST_LEVEL)) {
            c.problem(key, "expected numbers of at most " + LARGEST_LEVEL + ", found " + means);
        }
        return means;
    }

    /** Levels are divided by them. */
    private static List<Double> deviations(ModelConfig c, String key) {
        List<Double> deviations = channels(c, key, CLIP_DEVIATION);
        if (deviations.stream().anyMatch(d -> !(Math.abs(d) >= LEAST_DEVIATION && Math.abs(d) <= LARGEST_LEVEL))) {
            c.problem(
                    key, "expected numbers from " + LEAST_DEVIATION + " to " + LARGEST_LEVEL + ", found " + deviations);
        }
        return deviations;
    }

    private static List<Double> channels(ModelConfig c, String key, List<Double> missing) {
        List<Double> found = c.numbers(key, missing);
        if (found.size() != 3) {
            c.problem(key, "expected one number for each of 3 channels, found " + found);
            return missing;
        }
        return found;
    }

    /** In words, for a run's provenance. */
    public String description() {
        List<String> steps = new ArrayList<>();
        resize.ifPresent(target -> steps.add((target instanceof Target.ShortestEdge edge
                        ? "shorter side to " + edge.length()
                        : "to " + text(((Target.Exactly) target).size()))
                + " by Pillow's " + Words.of(filter)
                + " (rounded to 8 bits after each pass)"));
        crop.ifPresent(size -> steps.add(
                "middle " + text(size) + (cropStart == CropStart.DOWN ? ", rounded down" : ", rounded to even")));
        steps.add("levels of 0 to 255 times " + factor + ", less " + mean + ", over " + deviation);
        return String.join("; ", steps);
    }

    private static String text(Size size) {
        return size.height() + "x" + size.width();
    }

    /** The size of an image after resizing, before the crop. */
    public Size resized(Size image) {
        if (resize.isEmpty()) {
            return image;
        }
        if (resize.get() instanceof Target.Exactly exactly) {
            return exactly.size();
        }
        long length = ((Target.ShortestEdge) resize.get()).length();
        int height = image.height();
        int width = image.width();
        int shorter = Math.min(height, width);
        int longer = (int) ((double) (length * Math.max(height, width)) / shorter);
        return width <= height ? new Size(longer, (int) length) : new Size((int) length, longer);
    }

    /** The size of what the encoder gets. */
    public Size output(Size image) {
        return crop.orElseGet(() -> resized(image));
    }
}
