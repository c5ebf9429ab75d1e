package org.tempera.diffusers.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.diffusers.lora.LoraFile;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;
import org.tempera.spi.Require;

/**
 * What is trained of a denoiser.
 *
 * @param kind adapters, or all weights
 * @param rank rank of an adapter
 * @param alpha adapters are scaled by alpha / rank; rank where absent
 * @param targets layers that get one
 * @param start an adapter file that training starts from; its ranks and layers then hold
 */
public record AdapterConfig(
        @Doc("lora trains low-rank adapters, full every weight of the denoiser.") Kind kind,
        @ReadWhere(key = "kind", is = "lora")
                @ReadWhere(key = "start", given = false)
                @Doc("Rank of an adapter, at least 1.")
                int rank,
        @ReadWhere(key = "kind", is = "lora")
                @ReadWhere(key = "start", given = false)
                @Doc("An adapter's product is scaled by alpha / rank. Default: rank, which is a scale of 1.")
                Optional<Double> alpha,
        @ReadWhere(key = "kind", is = "lora")
                @ReadWhere(key = "start", given = false)
                @Doc(
                        "Names of the layers that get an adapter: a layer fits if its path is a name or ends with a dot and it.")
                List<String> targets,
        @ReadWhere(key = "kind", is = "lora")
                @Doc(
                        "An adapter file or folder to start from (diffusers, peft or kohya); rank, alpha and targets are then its own.")
                Optional<Path> start) {
    /** Weights that are trained. */
    public enum Kind {
        /** Low-rank adapters on some layers of the denoiser; the rest stays as it is. */
        LORA,
        /** Every weight of the denoiser. */
        FULL
    }

    public AdapterConfig {
        targets = List.copyOf(targets);
        Require.that(rank >= 1, "rank", "at least 1", rank);
        alpha.ifPresent(a -> Require.that(a > 0 && Double.isFinite(a), "alpha", "positive", a));
        if (kind == Kind.LORA && start.isEmpty() && targets.isEmpty()) {
            throw new ConfigException("targets", "must not be empty");
        }
    }

    /** Rank 4 on the projections of every attention, as the published code of DDPO has it. */
    public static AdapterConfig standard() {
        return new AdapterConfig(
                Kind.LORA, 4, Optional.empty(), List.of("to_q", "to_k", "to_v", "to_out.0"), Optional.empty());
    }

    /** The product's numerator of scale. */
    double alphaOrRank() {
        return alpha.orElse((double) rank);
    }

    /**
     * What it comes to: alpha written out, targets sorted, and what full training or a given adapter makes mean
     * nothing at its default.
     */
    public AdapterConfig resolved() {
        AdapterConfig standard = standard();
        if (kind == Kind.FULL || start.isPresent()) {
            return new AdapterConfig(
                    kind,
                    standard.rank,
                    Optional.empty(),
                    standard.targets,
                    kind == Kind.FULL ? Optional.empty() : start.map(LoraFile::resolved));
        }
        return new AdapterConfig(
                kind,
                rank,
                Optional.of(alphaOrRank()),
                targets.stream().distinct().sorted().toList(),
                start);
    }
}
