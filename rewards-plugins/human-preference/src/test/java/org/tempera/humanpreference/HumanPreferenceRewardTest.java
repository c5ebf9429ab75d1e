package org.tempera.humanpreference;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.spi.UserException;
import org.tempera.testkit.RewardContract;
import org.tempera.testkit.TinyClip;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class HumanPreferenceRewardTest extends RewardContract<HumanPreferenceConfig> {
    private Path folder;
    private Path clip;
    private Path head;

    @BeforeClass
    public void writeModels() throws IOException {
        folder = Files.createTempDirectory("human-preference");
        clip = TinyClip.write(folder.resolve("clip"), 3);
        head = TinyClip.writeHead(folder.resolve("head.safetensors"), TinyClip.EMBEDDING_WIDTH, 4);
    }

    @Override
    protected Class<HumanPreferenceProvider> providerType() {
        return HumanPreferenceProvider.class;
    }

    @Override
    protected HumanPreferenceConfig config() {
        return new HumanPreferenceConfig(clip, head);
    }

    @Test
    public void refusesAHeadOfAnotherWidth() {
        Path wide = TinyClip.writeHead(folder.resolve("wide.safetensors"), 9, 5);
        assertThatThrownBy(() -> new HumanPreferenceProvider().create(new HumanPreferenceConfig(clip, wide)))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("width 9")
                .hasMessageContaining("makes " + TinyClip.EMBEDDING_WIDTH);
    }

    @Test
    public void refusesAMissingHead() {
        assertThatThrownBy(() -> new HumanPreferenceProvider()
                        .create(new HumanPreferenceConfig(clip, folder.resolve("none.safetensors"))))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("none.safetensors: expected the file of a head");
    }
}
