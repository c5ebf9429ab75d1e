package org.tempera.algorithms.critic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

public class StoredCriticTest {
    private static StoredCritic read(SafetensorsWriter writer) throws IOException {
        Path file = Files.createTempFile("critic", ".safetensors");
        try {
            writer.write(file);
            return StoredCritic.read(file);
        } finally {
            Files.delete(file);
        }
    }

    private static SafetensorsWriter layer(SafetensorsWriter writer, int index, int out, int in) {
        writer.addFloats("layers." + index + ".weight", Shape.of(out, in), new float[out * in]);
        writer.addFloats("layers." + index + ".bias", Shape.of(out), new float[out]);
        return writer;
    }

    @Test
    public void layersAreInTheOrderOfTheirNumbers() throws IOException {
        StoredCritic critic = read(layer(layer(layer(new SafetensorsWriter(), 10, 1, 3), 2, 5, 4), 7, 3, 5));
        assertThat(critic.layers().stream().map(StoredCritic.Layer::index)).containsExactly(2, 7, 10);
        assertThat(critic.featureWidth()).isEqualTo(4);
    }

    @Test
    public void oneLayerIsACritic() throws IOException {
        assertThat(read(layer(new SafetensorsWriter(), 0, 1, 9)).featureWidth()).isEqualTo(9);
    }

    @Test
    public void namesEverythingThatIsWrong() {
        SafetensorsWriter writer = layer(new SafetensorsWriter(), 0, 4, 3);
        writer.addFloats("layers.1.weight", Shape.of(1, 4), new float[4]);
        writer.addFloats("head", Shape.of(1), new float[1]);
        assertThatThrownBy(() -> read(writer))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("'head' is neither layers.<i>.weight nor layers.<i>.bias")
                .hasMessageContaining("layers.1.weight and layers.1.bias are needed both, found one");
        assertThatThrownBy(() -> read(layer(layer(new SafetensorsWriter(), 0, 4, 3), 1, 1, 5)))
                .hasMessageContaining("layers.0.weight gives 4 numbers, but the next layer takes 5");
        assertThatThrownBy(() -> read(layer(new SafetensorsWriter(), 0, 2, 3)))
                .hasMessageContaining("layers.0.weight gives 2 numbers, but a critic ends in one");
    }
}
