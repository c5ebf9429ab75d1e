package org.tempera.diffusers.vae;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.diffusers.folder.FolderReader;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class AutoencoderTest {
    private static final String SIZES = "\"block_out_channels\": [4], \"norm_num_groups\": 2, \"latent_channels\": 2,"
            + " \"down_block_types\": [\"DownEncoderBlock2D\"], \"up_block_types\": [\"UpDecoderBlock2D\"],"
            + " \"scaling_factor\": 1.5, \"shift_factor\": 0.25";

    record Feeds(HostTensor latents, HostTensor raw, HostTensor images, HostTensor centred) {}

    record Fetches(HostTensor decoded, HostTensor decodedRaw, HostTensor encoded, HostTensor mean) {}

    private static VaeConfig config(boolean shifted) throws IOException {
        Path file = Files.createTempFile("vae", ".json");
        try {
            Files.writeString(file, "{" + SIZES + "}");
            return FolderReader.config(file, shifted ? VaeConfig::readShifted : VaeConfig::read);
        } finally {
            Files.delete(file);
        }
    }

    /** A latent of the sampler is (mean - shift) scale. */
    @Test
    public void latentsAreShiftedAndScaledBothWays() throws IOException {
        try (TrainingGraph graph = new TrainingGraph(3)) {
            GraphScope scope = graph.scope();
            Autoencoder vae =
                    new Autoencoder(GraphParameters.fresh(scope.child("vae")), config(true), Path.of("model"));
            Operand<TFloat32> latents = graph.floatInput("latents", 1, 2, 2, 2);
            Operand<TFloat32> raw = graph.floatInput("raw", 1, 2, 2, 2);
            Operand<TFloat32> images = graph.floatInput("images", 1, 2, 2, 3);
            Operand<TFloat32> centred = graph.floatInput("centred", 1, 2, 2, 3);
            Program<Feeds, Fetches> program = Program.define("vae", Feeds.class, Fetches.class)
                    .feed("latents", latents)
                    .feed("raw", raw)
                    .feed("images", images)
                    .feed("centred", centred)
                    .fetch("decoded", vae.decode(scope, latents))
                    .fetch("decodedRaw", vae.decodeRaw(scope, raw))
                    .fetch("encoded", vae.encode(scope, images))
                    .fetch("mean", vae.encodeRaw(scope, centred).mean())
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                float[] sampled = {1, -2, 0.5f, 3, -1, 0, 2, -0.5f};
                float[] picture = {0, 1, 0.5f, 0.25f, 0.75f, 1, 0, 0, 1, 0.1f, 0.2f, 0.3f};
                Fetches f = program.run(
                        session,
                        new Feeds(
                                tensor(2, sampled),
                                tensor(2, mapped(sampled, x -> x / 1.5f + 0.25f)),
                                tensor(3, picture),
                                tensor(3, mapped(picture, x -> 2 * x - 1))));
                assertThat(f.decoded().data())
                        .containsExactly(
                                mapped(f.decodedRaw().data(), x -> Math.min(1, Math.max(0, x / 2 + 0.5f))),
                                within(1e-5f));
                assertThat(f.encoded().data())
                        .containsExactly(mapped(f.mean().data(), x -> (x - 0.25f) * 1.5f), within(1e-5f));
            }
        }
    }

    /** Clamping would make 0 or 1 of them, which are pictures. */
    @Test
    public void numbersThatAreNoneAreNotClamped() throws IOException {
        try (TrainingGraph graph = new TrainingGraph(3)) {
            GraphScope scope = graph.scope();
            Autoencoder vae =
                    new Autoencoder(GraphParameters.fresh(scope.child("vae")), config(true), Path.of("model"));
            Operand<TFloat32> latents = graph.floatInput("latents", 1, 2, 2, 2);
            Program<Drawn, Pictures> program = Program.define("vae", Drawn.class, Pictures.class)
                    .feed("latents", latents)
                    .fetch("decoded", vae.decode(scope, latents))
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                for (float none : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
                    float[] sampled = {none, none, none, none, none, none, none, none};
                    assertThat(program.run(session, new Drawn(tensor(2, sampled)))
                                    .decoded()
                                    .data())
                            .containsOnly(Float.NaN);
                }
            }
        }
    }

    record Drawn(HostTensor latents) {}

    record Pictures(HostTensor decoded) {}

    private interface Map {
        float of(float x);
    }

    private static float[] mapped(float[] values, Map map) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = map.of(values[i]);
        }
        return result;
    }

    private static HostTensor tensor(int channels, float[] values) {
        return HostTensor.of(values, 1, 2, 2, channels);
    }

    @Test
    public void aShiftThatAPipelineTakesNoNoticeOfIsRefused() {
        assertThatThrownBy(() -> config(false))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("shift_factor: 0.25 is not supported");
    }

    /** Latents are divided by the one, and the other is added to them. */
    @Test
    public void aScaleOfNothingIsRefused() throws IOException {
        for (String key : new String[] {"scaling_factor\": 0", "scaling_factor\": 1e-300", "shift_factor\": 1e300"}) {
            Path file = Files.createTempFile("vae", ".json");
            Files.writeString(file, "{" + SIZES.replaceAll("\"scaling.*", "\"" + key) + "}");
            assertThatThrownBy(() -> FolderReader.config(file, VaeConfig::readShifted))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining(key.substring(0, key.indexOf('"')) + ": expected a number from ");
            Files.delete(file);
        }
    }
}
