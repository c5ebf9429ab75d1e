package org.tempera.policies.stablediffusion;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraFile;
import org.tempera.spi.Doc;

/**
 * What the policy is and which of its weights are trained.
 *
 * @param weights folder of a model in the layout of the diffusers library
 * @param height rows of an image; the model's own where absent
 * @param width columns of an image; the model's own where absent
 * @param adapter what is trained
 */
public record StableDiffusionConfig(
        @Doc(
                        value = "Folder of a Stable Diffusion 1 or 2 model in the layout of the diffusers library.",
                        example = "models/sd-v1-5")
                Path weights,
        @Doc(
                        "Rows of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> height,
        @Doc(
                        "Columns of an image in pixels, a multiple of 8 (of the autoencoder's factor). Default: the model's own size.")
                Optional<Integer> width,
        @Doc("What is trained.") Adapter adapter) {
    /** Weights that are trained. */
    public enum Kind {
        /** Low-rank adapters on some layers of the denoiser; the rest stays as it is. */
        LORA,
        /** Every weight of the denoiser. */
        FULL
    }

    /**
     * Settings of training.
     *
     * @param kind adapters, or all weights
     * @param rank rank of an adapter
     * @param alpha adapters are scaled by alpha / rank; rank where absent
     * @param targets layers that get one
     * @param start an adapter file that training starts from; its ranks and layers then hold
     */
    public record Adapter(
            @Doc("lora trains low-rank adapters, full every weight of the denoiser.") Kind kind,
            @Doc("Rank of an adapter, at least 1.") int rank,
            @Doc("An adapter's product is scaled by alpha / rank. Default: rank, which is a scale of 1.")
                    Optional<Double> alpha,
            @Doc(
                            "Names of the layers that get an adapter: a layer fits if its path is a name or ends with a dot and it.")
                    List<String> targets,
            @Doc(
                            "An adapter file or folder to start from (diffusers, peft or kohya); rank, alpha and targets are then its own.")
                    Optional<Path> start) {
        public Adapter {
            targets = List.copyOf(targets);
            if (rank < 1) {
                throw new IllegalArgumentException("rank must be at least 1, was " + rank);
            }
            alpha.ifPresent(a -> {
                if (!(a > 0) || a.isInfinite()) {
                    throw new IllegalArgumentException("alpha must be positive, was " + a);
                }
            });
            if (kind == Kind.LORA && start.isEmpty() && targets.isEmpty()) {
                throw new IllegalArgumentException("targets must not be empty");
            }
        }

        Adapter resolved() {
            Adapter standard = standard();
            if (kind == Kind.FULL || start.isPresent()) {
                return new Adapter(
                        kind,
                        standard.rank,
                        Optional.empty(),
                        standard.targets,
                        kind == Kind.FULL ? Optional.empty() : start.map(LoraFile::resolved));
            }
            return new Adapter(
                    kind,
                    rank,
                    Optional.of(alpha.orElse((double) rank)),
                    targets.stream().distinct().sorted().toList(),
                    start);
        }

        /** Rank 4 on the projections of every attention, as the published code has it. */
        public static Adapter standard() {
            return new Adapter(
                    Kind.LORA, 4, Optional.empty(), List.of("to_q", "to_k", "to_v", "to_out.0"), Optional.empty());
        }
    }

    /**
     * What it comes to: sizes and alpha written out, names of layers sorted, and what full training or a given adapter makes mean
     * nothing at its default.
     */
    StableDiffusionConfig resolved() {
        Optional<ModelFolder.Size> own = ModelFolder.ownSize(weights);
        return new StableDiffusionConfig(
                weights,
                height.or(() -> own.map(ModelFolder.Size::height)),
                width.or(() -> own.map(ModelFolder.Size::width)),
                adapter.resolved());
    }

    public StableDiffusionConfig {
        positive("height", height);
        positive("width", width);
    }

    private static void positive(String name, Optional<Integer> value) {
        if (value.isPresent() && value.get() < 1) {
            throw new IllegalArgumentException(name + " must be positive, was " + value.get());
        }
    }
}
