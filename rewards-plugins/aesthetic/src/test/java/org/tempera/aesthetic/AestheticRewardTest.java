package org.tempera.aesthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.spi.UserException;
import org.tempera.testkit.RewardContract;
import org.tempera.testkit.TinyClip;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

public class AestheticRewardTest extends RewardContract<AestheticConfig> {
    private Path clip;
    private Path head;

    @BeforeClass
    public void writeModels() throws IOException {
        Path folder = Files.createTempDirectory("aesthetic");
        clip = TinyClip.write(folder.resolve("clip"), 1);
        head = TinyClip.writeHead(folder.resolve("head.safetensors"), TinyClip.EMBEDDING_WIDTH, 2);
    }

    @Override
    protected Class<AestheticProvider> providerType() {
        return AestheticProvider.class;
    }

    @Override
    protected AestheticConfig config() {
        return new AestheticConfig(clip, Optional.of(head));
    }

    /** Larger than the tower's, so that resizing and cropping are seen too. */
    @Override
    protected int imageWidth() {
        return 27;
    }

    @Override
    protected int imageHeight() {
        return 21;
    }

    @Test
    public void comesWithThePublishedHead() {
        EmbeddingHead published = PublishedHead.read();
        assertThat(published.width()).isEqualTo(768);
        assertThat(published.provenance().values())
                .containsExactly("21dd590f3ccdc646f0d53120778b296013b096a035a2718c9cb0d511bff0f1e0");
    }

    @Test
    public void refusesAHeadOfAnotherWidth() {
        assertThatThrownBy(() -> new AestheticProvider().create(new AestheticConfig(clip, Optional.empty())))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("reads embeddings of width 768")
                .hasMessageContaining("makes " + TinyClip.EMBEDDING_WIDTH);
    }

    @Test
    public void saysWhichFilesItRead() {
        assertThat(create().provenance()).hasSize(2).containsKey(head.toString());
    }
}
