package org.tempera.core.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.tempera.record.image.RgbImage;
import org.testng.annotations.Test;

public class StoredPicturesTest {
    @Test
    public void whatWasAddedIsReadInAnyOrder() {
        Random random = new Random(3);
        try (StoredPictures store = StoredPictures.open()) {
            List<RgbImage> images = new ArrayList<>();
            List<PictureSource> sources = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                byte[] rgb = new byte[3 * (i + 1) * 7];
                random.nextBytes(rgb);
                images.add(RgbImage.of(i + 1, 7, rgb));
                sources.add(store.add("picture " + i, images.get(i), "a cat " + i));
            }
            for (int i : new int[] {3, 0, 4, 1, 2, 3}) {
                PictureSource source = sources.get(i);
                assertThat(source.image()).isEqualTo(images.get(i));
                assertThat(source.size()).isEqualTo(images.get(i).size());
                assertThat(source.label()).isEqualTo("picture " + i);
                assertThat(source.prompt()).contains("a cat " + i);
            }
        }
    }
}
