package org.tempera.nn.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.tempera.nn.config.ModelConfig;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

public class ImagePreprocessingTest {
    private static ModelConfig config(String json) throws IOException {
        Path file = Files.createTempFile("preprocess", ".json");
        try {
            return ModelConfig.read(Files.writeString(file, json));
        } finally {
            Files.delete(file);
        }
    }

    @Test
    public void saysInWordsWhatItDoes() {
        assertThat(ImagePreprocessing.torchvision(224).description())
                .isEqualTo("shorter side to 224 by Pillow's bicubic (rounded to 8 bits after each pass);"
                        + " middle 224x224, rounded to even; levels of 0 to 255 times 0.00392156862745098,"
                        + " less [0.48145466, 0.4578275, 0.40821073], over [0.26862954, 0.26130258, 0.27577711]");
    }

    @Test
    public void readsOpenClipsBlockAndPassesOverItsSize() throws IOException {
        ModelConfig c = config("{\"size\": [256, 256], \"mean\": [0.5, 0.4, 0.3], \"interpolation\": \"bicubic\"}");
        ImagePreprocessing read = ImagePreprocessing.openClip(c, 224);
        c.finish();
        assertThat(read.mean()).isEqualTo(List.of(0.5, 0.4, 0.3));
        assertThat(read.deviation())
                .isEqualTo(ImagePreprocessing.torchvision(224).deviation());
        assertThat(read.output(new ImagePreprocessing.Size(300, 400))).isEqualTo(new ImagePreprocessing.Size(224, 224));
    }

    @Test
    public void refusesWaysOfResizingThatItDoesNotHave() throws IOException {
        ModelConfig c = config("{\"resize_mode\": \"longest\", \"interpolation\": \"nearest\", \"std\": [1, 2]}");
        ImagePreprocessing.openClip(c, 224);
        assertThatThrownBy(c::finish)
                .isInstanceOf(UserException.class)
                .hasMessageContaining("resize_mode: \"longest\" is not supported")
                .hasMessageContaining("interpolation: \"nearest\" is not supported")
                .hasMessageContaining("std: expected one number for each of 3 channels, found [1.0, 2.0]");
    }
}
