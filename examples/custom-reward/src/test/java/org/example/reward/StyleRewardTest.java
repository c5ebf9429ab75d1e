package org.example.reward;

import static org.testng.Assert.expectThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.UserException;
import org.tempera.testkit.RewardContract;
import org.tempera.testkit.TinyClip;
import org.tensorflow.ndarray.Shape;
import org.testng.Assert;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class StyleRewardTest extends RewardContract<StyleReward.Config> {
    private Path clip;
    private Path direction;

    @BeforeClass
    public void writeModel() throws Exception {
        Path folder = Files.createTempDirectory("style");
        clip = TinyClip.write(folder.resolve("clip"), 1);
        direction = direction(folder.resolve("direction.safetensors"), TinyClip.EMBEDDING_WIDTH);
    }

    private static Path direction(Path file, int width) {
        float[] values = new float[width];
        for (int i = 0; i < width; i++) {
            values[i] = i % 2 == 0 ? 1 : -0.5f;
        }
        new SafetensorsWriter().addFloats("direction", Shape.of(width), values).write(file);
        return file;
    }

    @Override
    protected Class<StyleReward> providerType() {
        return StyleReward.class;
    }

    @Override
    protected StyleReward.Config config() {
        return new StyleReward.Config(clip, direction);
    }

    @Test
    public void refusesTheDirectionOfAnotherClip() {
        Path wide = direction(direction.resolveSibling("wide.safetensors"), TinyClip.EMBEDDING_WIDTH + 1);
        UserException e = expectThrows(
                UserException.class, () -> new StyleReward().create(new StyleReward.Config(clip, wide)));
        Assert.assertTrue(e.getMessage().contains("Take the CLIP that it was made with"), e.getMessage());
    }
}
