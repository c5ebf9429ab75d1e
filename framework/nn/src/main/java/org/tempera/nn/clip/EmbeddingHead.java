package org.tempera.nn.clip;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.FileHashes;
import org.tempera.nn.weights.KnownWeights;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.nn.weights.TensorCheck;
import org.tempera.nn.weights.TensorSource;
import org.tempera.nn.weights.WeightFiles;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TFloat32;

/**
 * An affine map of embeddings to one number, read from a file of affine layers in a row.
 *
 * <p>Layers without nonlinearities between them are one affine map. They are multiplied out in double precision when
 * the file is read, so the graph holds one layer; the result is that of the layers one by one within float32's rounding
 * (relative 1e-6).
 */
public final class EmbeddingHead {
    private static final int VIT_L = 768;

    private static final Pattern LAYER = Pattern.compile("(?:(?:.*\\.)?(\\d{1,6})\\.)?(?:[A-Za-z_]+\\.)?(weight|bias)");

    private final Path file;
    private final String sha256;
    private final double[] weight;
    private final double bias;
    private final Map<String, String> metadata;

    private EmbeddingHead(Path file, String sha256, double[] weight, double bias, Map<String, String> metadata) {
        this.file = file;
        this.sha256 = sha256;
        this.weight = weight;
        this.bias = bias;
        this.metadata = metadata;
    }

    /**
     * Reads a {@code .safetensors}, {@code .pth}, {@code .pt} or {@code .bin} file with one affine layer,
     * {@code weight [1, in]} and {@code bias [1]}, or with the five of LAION's predictor of version 2 (see
     * {@link HeadLayout}). Other rows of layers have something between them that no file tells.
     *
     * @throws UserException if it is missing, damaged, or of another layout
     */
    public static EmbeddingHead read(Path file) {
        ModelFiles.requireFile(file, "the file of a head (.safetensors or .pth)");
        try (TensorSource source = WeightFiles.open(file, WeightFiles.TRANSFORMERS)) {
            return read(source, FileHashes.sha256(file));
        }
    }

    /** The same head under another name, for one whose file is of no use to a reader of messages. */
    public EmbeddingHead named(Path name) {
        return new EmbeddingHead(name, sha256, weight, bias, metadata);
    }

    private static EmbeddingHead read(TensorSource source, String sha256) {
        TreeMap<Integer, String> weights = new TreeMap<>();
        TreeMap<Integer, String> biases = new TreeMap<>();
        for (String name : source.names()) {
            Matcher m = LAYER.matcher(name);
            if (!m.matches()) {
                throw new UserException(source.path() + ": tensor '" + name + "' belongs to no head of affine layers;"
                        + " expected layers.<i>.weight and layers.<i>.bias. "
                        + KnownWeights.recognise(source.names())
                                .map(k -> "The names look like those of " + k + ".")
                                .orElse("Is this the right file?"));
            }
            int index = m.group(1) == null ? 0 : Integer.parseInt(m.group(1));
            String twice = (m.group(2).equals("weight") ? weights : biases).put(index, name);
            if (twice != null) {
                throw new UserException(source.path() + ": tensors '" + twice + "' and '" + name + "' are both layer "
                        + index + ". Expected one row of affine layers.");
            }
        }
        if (weights.isEmpty() || !weights.keySet().containsAll(biases.keySet())) {
            throw new UserException(source.path() + ": expected tensors layers.<i>.weight, each with its bias, found "
                    + source.names() + ". Is this the right file?");
        }
        HeadLayout.requireKnown(source, weights, biases.keySet());
        double[] weight = {1};
        double bias = 0;
        // From the output back to the input: w' = w W, b' = w b + b.
        for (Map.Entry<Integer, String> e : weights.descendingMap().entrySet()) {
            HostTensor w = tensor(source, e.getValue(), 2);
            if (w.size(0) != weight.length) {
                throw new UserException(source.path() + ": tensor '" + e.getValue() + "': expected " + weight.length
                        + " rows, " + (weight.length == 1 ? "the one score" : "the width of the next layer")
                        + ", found shape " + source.info(e.getValue()).shape() + ". Is this the right file?");
            }
            String biasName = biases.get(e.getKey());
            if (biasName != null) {
                HostTensor b = tensor(source, biasName, 1);
                if (b.size() != weight.length) {
                    throw new UserException(source.path() + ": tensor '" + biasName + "': expected [" + weight.length
                            + "], found shape " + source.info(biasName).shape() + ". Is this the right file?");
                }
                for (int i = 0; i < weight.length; i++) {
                    bias += weight[i] * b.get(i);
                }
            }
            weight = product(weight, w);
        }
        return new EmbeddingHead(source.path(), sha256, weight, bias, Map.copyOf(source.metadata()));
    }

    private static HostTensor tensor(TensorSource source, String name, int rank) {
        HostTensor t = source.readTensor(name);
        if (t.rank() != rank || t.size() == 0) {
            throw new UserException(source.path() + ": tensor '" + name + "': expected rank " + rank
                    + " and some numbers, found shape "
                    + source.info(name).shape() + ". Is this the right file?");
        }
        TensorCheck.requireFinite(source, name, t.data());
        return t;
    }

    private static double[] product(double[] row, HostTensor matrix) {
        int in = matrix.size(1);
        double[] result = new double[in];
        for (int o = 0; o < row.length; o++) {
            for (int i = 0; i < in; i++) {
                result[i] += row[o] * matrix.get(o * in + i);
            }
        }
        return result;
    }

    /** Width of the embeddings that it reads. */
    public int width() {
        return weight.length;
    }

    /** The file to its SHA-256. */
    public Map<String, String> provenance() {
        return Map.of(file.toString(), sha256);
    }

    /** The file's own notes. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * Fails unless it reads embeddings of that model.
     *
     * @throws UserException that names both
     */
    public EmbeddingHead requireFits(PretrainedClip clip) {
        if (width() != clip.embeddingWidth()) {
            throw new UserException(file + ": the head reads embeddings of width " + width() + ", but the CLIP in "
                    + clip.folder() + " makes " + clip.embeddingWidth()
                    + ". Give the CLIP that the head was fitted on"
                    + (width() == VIT_L ? ", such as ViT-L/14," : "") + " or the file of a head for this one.");
        }
        return this;
    }

    /**
     * Declares the head, frozen, and applies it.
     *
     * @param embeddings {@code [batch, width]}
     * @return {@code [batch]}
     */
    public Operand<TFloat32> apply(GraphScope scope, Operand<TFloat32> embeddings) {
        int batch = (int) embeddings.shape().get(0);
        Parameter w = scope.parameter(
                "head/weight",
                Shape.of(weight.length, 1),
                Initializer.values(target -> {
                    for (double each : weight) {
                        target.put((float) each);
                    }
                }),
                false);
        Parameter b = scope.parameter("head/bias", Shape.of(1), new Initializer.Constant((float) bias), false);
        Operand<TFloat32> score = scope.tf().nn.biasAdd(scope.tf().linalg.matMul(embeddings, w.value()), b.value());
        return scope.tf().reshape(score, scope.tf().constant(new int[] {batch}));
    }
}
