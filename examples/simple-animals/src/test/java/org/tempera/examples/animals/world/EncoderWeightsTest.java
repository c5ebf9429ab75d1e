package org.tempera.examples.animals.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.tempera.diffusers.vae.VaeConfig;
import org.tempera.diffusers.vae.VaeEncoder;
import org.tempera.examples.animals.painter.PaintedPicture;
import org.tempera.examples.animals.painter.PictureFilter;
import org.tempera.examples.animals.painter.PictureSize;
import org.tempera.examples.animals.painter.PictureStream;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.layers.Forward;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.spi.HostTensor;
import org.tensorflow.Operand;
import org.tensorflow.types.TFloat32;
import org.testng.annotations.Test;

public class EncoderWeightsTest {
    record Feeds(HostTensor images) {}

    record Fetches(HostTensor mean) {}

    @Test
    public void encoderComputesThePrincipalComponents() {
        PictureStream stream = new PictureStream(3, PictureSize.SMALL, PictureFilter.all());
        List<WorldPicture> pictures = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            PaintedPicture p = stream.picture(i);
            pictures.add(new WorldPicture(p.rgb(), 0, p.facts().quality(), 0, List.of("a", "a", "a", "a")));
        }
        LinearCode code = LinearCode.fit(pictures, VaeStage.LATENT_CHANNELS);
        ModelConfig file = ModelConfig.read(Path.of("models", "mini-sd", "vae", "config.json"));
        try (TrainingGraph graph = new TrainingGraph(1)) {
            Operand<TFloat32> images = graph.floatInput("images", 1, 32, 32, 3);
            VaeEncoder encoder = new VaeEncoder(
                    new FixedStart(GraphParameters.fresh(graph.scope().child("vae")), new EncoderWeights(code, 8)),
                    VaeConfig.read(file));
            Program<Feeds, Fetches> program = Program.define("encode", Feeds.class, Fetches.class)
                    .feed("images", images)
                    .fetch(
                            "mean",
                            encoder.apply(new Forward(graph.scope().child("f")), images)
                                    .mean())
                    .build();
            try (TrainingSession session = graph.seal(new ThreadSettings(2, 2))) {
                float[] rgb = stream.picture(100).toFloats();
                float[] expected = new float[64 * VaeStage.LATENT_CHANNELS];
                code.encode(rgb, expected, 0);
                float[] scaled = new float[rgb.length];
                for (int k = 0; k < rgb.length; k++) {
                    scaled[k] = 2 * rgb[k] - 1;
                }
                float[] found = program.run(session, new Feeds(HostTensor.of(scaled, 1, 32, 32, 3)))
                        .mean()
                        .data();
                double error = 0;
                double size = 0;
                for (int k = 0; k < found.length; k++) {
                    error += Math.pow(found[k] - expected[k], 2);
                    size += Math.pow(expected[k], 2);
                }
                assertThat(Math.sqrt(error / size)).isLessThan(.01);
            }
        }
    }
}
