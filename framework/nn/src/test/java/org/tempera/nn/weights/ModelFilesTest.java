package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.nn.clip.EmbeddingHead;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.nn.config.ModelConfig;
import org.tempera.nn.preprocess.ImagePreprocessing;
import org.tempera.nn.tokenizer.BertTokenizer;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.SkipException;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ModelFilesTest {
    private Path folder = Path.of("unset");

    @BeforeMethod
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("model");
    }

    private interface Reader {
        Object read(Path folder);
    }

    /** Each with the file that it looks for in the folder. */
    @DataProvider
    public Object[][] readers() {
        return new Object[][] {
            {"model.safetensors", (Reader) f -> WeightFiles.open(f, WeightFiles.TRANSFORMERS)},
            {"pytorch_model.bin.index.json", (Reader) f -> WeightFiles.open(f, WeightFiles.TRANSFORMERS)},
            {"weights.safetensors", (Reader) f -> WeightConversion.convert(f, f.resolve("out.safetensors"), false)},
            {"config.json", (Reader) f -> ModelConfig.read(f.resolve("config.json"))},
            {"config.json", (Reader) PretrainedClip::open},
            {"tokenizer.json", (Reader) ClipTokenizer::load},
            {"vocab.json", (Reader) ClipTokenizer::load},
            {"tokenizer_config.json", (Reader) ClipTokenizer::load},
            {"vocab.txt", (Reader) BertTokenizer::load},
            {"tokenizer.json", (Reader) BertTokenizer::load},
            {"preprocessor_config.json", (Reader) ImagePreprocessing::read},
            {"head.pth", (Reader) f -> EmbeddingHead.read(f.resolve("head.pth"))},
        };
    }

    @Test(dataProvider = "readers")
    public void aLinkThatLeadsNowhereIsNamedAsSuch(String name, Reader reader) throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve(name), Path.of("../../blobs/0123"));
        assertThatThrownBy(() -> reader.read(folder))
                .isInstanceOf(UserException.class)
                .hasMessage(link + ": is a link to " + Path.of("../../blobs/0123") + ", which is not there. Copy the"
                        + " snapshot with its files (cp -rL), or download it again.");
    }

    @Test(dataProvider = "readers", timeOut = 60_000)
    public void aDeviceInPlaceOfAFileIsNamedAsSuch(String name, Reader reader) throws IOException {
        Path zero = Path.of("/dev/zero");
        if (!Files.exists(zero)) {
            throw new SkipException("there is no device of this name");
        }
        Path link = Files.createSymbolicLink(folder.resolve(name), zero);
        assertThatThrownBy(() -> reader.read(folder))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith(link + ": expected ")
                .hasMessageContaining(", found a pipe, a device or the like. ");
    }

    @Test(timeOut = 60_000)
    public void whatIsNoFileIsNoneUnderAnyName() throws IOException {
        Path inFolder = Files.createDirectory(folder.resolve("model.safetensors"));
        assertThatThrownBy(() -> WeightFiles.open(folder, WeightFiles.TRANSFORMERS))
                .isInstanceOf(UserException.class)
                .hasMessage(
                        inFolder + ": expected a file, found a folder. Put the file itself there, or check the path.");
        Path socket = folder.resolve("head.pth");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> EmbeddingHead.read(socket))
                    .isInstanceOf(UserException.class)
                    .hasMessage(socket + ": expected the file of a head (.safetensors or .pth), found a pipe, a device"
                            + " or the like. Check the path.");
            assertThatThrownBy(() -> WeightFiles.open(socket, ""))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(socket + ": expected a file, found a pipe, a device or the like. ");
        }
    }

    /** Such as one of DeepSpeed's, beside the weights that were made of it. */
    @Test
    public void aFolderThatIsCalledAsWeightsAreIsNotConverted() throws IOException {
        Files.createDirectory(folder.resolve("last.ckpt"));
        new SafetensorsWriter().addFloats("x", Shape.of(1), new float[1]).write(folder.resolve("weights.safetensors"));
        assertThat(WeightConversion.convert(folder, folder.resolve("out.safetensors"), false)
                        .tensors())
                .isEqualTo(1);
    }

    @Test
    public void theHubsFolderNamesItsSnapshots() throws IOException {
        Path hub = Files.createDirectories(folder.resolve("models--owner--name"));
        Files.createDirectories(hub.resolve("snapshots"));
        assertThatThrownBy(() -> ModelFiles.requireOpen(hub))
                .hasMessage(
                        hub + ": is a model's folder in the hub's cache, whose files are in its snapshots. It has none:"
                                + " download the model again.");
        Path one = Files.createDirectories(hub.resolve("snapshots/0a1b"));
        Path two = Files.createDirectories(hub.resolve("snapshots/77ff"));
        for (Reader reader : new Reader[] {
            f -> WeightFiles.open(f, ""), PretrainedClip::open, ClipTokenizer::load, BertTokenizer::load
        }) {
            assertThatThrownBy(() -> reader.read(hub))
                    .isInstanceOf(UserException.class)
                    .hasMessage(
                            hub + ": is a model's folder in the hub's cache, whose files are in its snapshots. Give one"
                                    + " of them: " + one + ", " + two + ".");
        }
    }

    @Test
    public void whatCanBeOpenedAndWhatIsNotThereAreLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("a"), "a");
        Path link = Files.createSymbolicLink(folder.resolve("b"), file);
        assertThat(ModelFiles.has(file)).isTrue();
        assertThat(ModelFiles.has(link)).isTrue();
        assertThat(ModelFiles.has(folder.resolve("c"))).isFalse();
        ModelFiles.requireOpen(folder);
        ModelFiles.requireOpen(folder.resolve("c"));
        Files.createDirectories(folder.resolve("snapshots"));
        Files.writeString(folder.resolve("config.json"), "{}");
        ModelFiles.requireOpen(folder);
    }
}
