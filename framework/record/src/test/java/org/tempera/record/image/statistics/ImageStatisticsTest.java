package org.tempera.record.image.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.tempera.base.json.PlainJson;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.Test;

public class ImageStatisticsTest {
    /** Made by {@code src/test/python/make_image_statistics.py}. */
    @Test
    public void numbersAreThoseOfNumpyAndPil() throws IOException, PlainJson.MalformedException {
        List<String> lines;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/image-statistics.jsonl"))) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
        assertThat(lines).hasSize(6);
        for (String line : lines) {
            Map<String, Object> picture = PlainJson.readObject(line);
            int width = ((Number) picture.get("width")).intValue();
            int height = ((Number) picture.get("height")).intValue();
            RgbImage image = RgbImage.of(width, height, Base64.getDecoder().decode((String) picture.get("rgb")));
            Map<String, Double> expected = new LinkedHashMap<>();
            ((Map<?, ?>) picture.get("statistics"))
                    .forEach((name, number) -> expected.put((String) name, ((Number) number).doubleValue()));
            Map<String, Double> got = ImageStatistics.of(image).byName();
            assertThat(got.keySet()).containsExactlyElementsOf(expected.keySet());
            expected.forEach((name, number) ->
                    assertThat(got.get(name)).as(image + ", " + name).isCloseTo(number, within(1e-9)));
        }
    }

    @Test
    public void aFlatPictureHasNothingButItsColour() {
        ImageStatistics grey =
                ImageStatistics.of(RgbImage.of(2, 2, new byte[] {51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51, 51}));
        assertThat(grey.darkShare()).as("51 is not below 51").isZero();
        assertThat(grey.saturation()).isZero();
        assertThat(grey.edgeDensity()).isZero();
        assertThat(grey.colourEntropy()).isZero();
        assertThat(grey.highFrequency()).isZero();
    }
}
