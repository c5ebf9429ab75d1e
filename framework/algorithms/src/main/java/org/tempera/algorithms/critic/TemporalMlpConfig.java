package org.tempera.algorithms.critic;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.base.text.Words;
import org.tempera.spi.ConfigException;
import org.tempera.spi.Doc;
import org.tempera.spi.ReadWhere;

/** Block {@code critic.temporal-mlp}. */
public record TemporalMlpConfig(
        @Doc(
                        "Values of the keys left out. default: predicted-clean features where there is an encoder and pooled-latent where there is none, two hidden layers of 256 and 128, relu, no"
                                + " dropout, sinusoidal timestep, scaled initialisation. reference, the published critic:"
                                + " decoded-latent features, affine layers of 1024, 128, 64 and 16 with dropout 0.2, 0.2, 0.1 and"
                                + " 0, no timestep, reference initialisation.")
                Preset preset,
        @Doc("What the critic sees of a step. decoded-latent: the noisy latent decoded to a picture and embedded by the"
                        + " encoder. predicted-clean: the same of the clean latent that the policy predicts."
                        + " pooled-latent: both latents averaged over a grid, without decode and encoder.")
                Optional<FeatureKind> features,
        @ReadWhere(
                        key = "features",
                        is = {"decoded-latent", "predicted-clean"})
                @Doc(
                        "Folder of the CLIP model (transformers layout) that embeds pictures, which these features need. In"
                                + " memory once, if a reward reads the same weights.")
                Optional<Path> encoder,
        @ReadWhere(key = "features", is = "pooled-latent")
                @Doc("Cells along each side of the grid that latents are averaged over, at least 1.")
                int latentGrid,
        @Doc(
                        "Denoising steps that share features, at least 1: with 2 a picture is decoded and embedded before every other"
                                + " step, at half the cost.")
                int featureInterval,
        @Doc("Widths of the hidden layers, from the features on; empty for a single affine layer.")
                Optional<List<Integer>> hidden,
        @Doc("Share of the outputs dropped after each hidden layer while training, in [0,1); as many numbers as hidden"
                        + " layers.")
                Optional<List<Double>> dropout,
        @Doc("What follows a hidden layer: none (affine), relu, silu or gelu.") Optional<Nonlinearity> nonlinearity,
        @Doc("How the critic is told the timestep: none, fraction (two numbers) or sinusoidal (32 numbers).")
                Optional<TimestepInput> timestep,
        @Doc("How weights are drawn, at first and in neuron resets. scaled: N(0, gain/inputs), so that gradients reach"
                        + " every layer. reference: deviation 1/(features + 1) everywhere.")
                Optional<Initialisation> initialisation) {
    public TemporalMlpConfig {
        if (latentGrid < 1) {
            throw new ConfigException("latent-grid", "must be at least 1, was " + latentGrid);
        }
        if (featureInterval < 1) {
            throw new ConfigException("feature-interval", "must be at least 1, was " + featureInterval);
        }
        hidden.ifPresent(widths -> {
            for (int w : widths) {
                if (w < 1) {
                    throw new ConfigException("hidden", "must hold widths of at least 1, was " + widths);
                }
            }
        });
        dropout.ifPresent(rates -> {
            for (double r : rates) {
                if (!(r >= 0 && r < 1)) {
                    throw new ConfigException("dropout", "must hold numbers in [0,1), was " + rates);
                }
            }
        });
        Shape shape = shape(preset, features, encoder, hidden, dropout, nonlinearity, timestep, initialisation);
        if (shape.dropout().size() != shape.hidden().size()) {
            throw new ConfigException(
                    "dropout",
                    "must hold one number for each of the " + shape.hidden().size() + " hidden layers, was "
                            + shape.dropout());
        }
        if (shape.features().encoded() && encoder.isEmpty()) {
            throw new ConfigException(
                    "encoder",
                    "must name a CLIP folder for features = "
                            + Words.of(shape.features())
                            + "; or set features = pooled-latent");
        }
    }

    /** The keys whose values a preset decides, decided. */
    record Shape(
            FeatureKind features,
            List<Integer> hidden,
            List<Double> dropout,
            Nonlinearity nonlinearity,
            TimestepInput timestep,
            Initialisation initialisation) {}

    /** Values left out, every one. */
    public static TemporalMlpConfig defaults() {
        return of(Preset.DEFAULT, Optional.empty(), Optional.empty());
    }

    /** A preset with nothing else said but the features and their encoder. */
    public static TemporalMlpConfig of(Preset preset, Optional<FeatureKind> features, Optional<Path> encoder) {
        return new TemporalMlpConfig(
                preset,
                features,
                encoder,
                4,
                1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    Shape shape() {
        return shape(preset, features, encoder, hidden, dropout, nonlinearity, timestep, initialisation);
    }

    private static Shape shape(
            Preset preset,
            Optional<FeatureKind> features,
            Optional<Path> encoder,
            Optional<List<Integer>> hidden,
            Optional<List<Double>> dropout,
            Optional<Nonlinearity> nonlinearity,
            Optional<TimestepInput> timestep,
            Optional<Initialisation> initialisation) {
        boolean reference = preset == Preset.REFERENCE;
        List<Integer> widths = hidden.orElse(reference ? List.of(1024, 128, 64, 16) : List.of(256, 128));
        // The published rates belong to the published widths.
        List<Double> rates = dropout.orElse(
                reference && hidden.isEmpty()
                        ? List.of(0.2, 0.2, 0.1, 0.0)
                        : widths.stream().map(w -> 0.0).toList());
        FeatureKind mended = encoder.isPresent() ? FeatureKind.PREDICTED_CLEAN : FeatureKind.POOLED_LATENT;
        return new Shape(
                features.orElse(reference ? FeatureKind.DECODED_LATENT : mended),
                widths,
                rates,
                nonlinearity.orElse(reference ? Nonlinearity.NONE : Nonlinearity.RELU),
                timestep.orElse(reference ? TimestepInput.NONE : TimestepInput.SINUSOIDAL),
                initialisation.orElse(reference ? Initialisation.REFERENCE : Initialisation.SCALED));
    }
}
