package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class WeightConversionTest {
    private Path folder;
    private Path out;

    @BeforeMethod
    public void makeFolder() {
        folder = Fixtures.folder();
        out = folder.resolve("out.safetensors");
    }

    @DataProvider
    public Object[] sources() {
        return new Object[] {"state.pt", "wrapped.pth", "every-dtype.safetensors", "written.safetensors"};
    }

    @Test(dataProvider = "sources")
    public void everyTensorIsKeptToTheBit(String name) {
        Path in = Fixtures.resource(name);
        WeightConversion.Converted done = WeightConversion.convert(in, out, false);
        Map<String, List<Object>> contents = contents(in);
        assertThat(contents(out)).isEqualTo(contents);
        assertThat(done.from()).isEqualTo(in);
        assertThat(done.tensors()).isEqualTo(contents.size());
        try (TensorSource from = WeightFiles.openFile(in);
                TensorSource written = WeightFiles.openFile(out)) {
            assertThat(written.metadata()).containsAllEntriesOf(from.metadata()).containsKey("format");
        }
        Path again = folder.resolve("again.safetensors");
        WeightConversion.convert(out, again, false);
        assertThat(again).hasSameBinaryContentAs(out);
    }

    @Test
    public void shardsBecomeOneFile() throws IOException {
        Path state = folder.resolve("s-1.pt");
        Files.copy(Fixtures.resource("state.pt"), state);
        new SafetensorsWriter()
                .addHalfs("second", Shape.of(2), new float[] {1, -2})
                .write(folder.resolve("s-2.safetensors"));
        Path index = Files.writeString(
                folder.resolve("model.safetensors.index.fp16.json"),
                "{\"weight_map\": {\"bfloat\": \"s-1.pt\", \"second\": \"s-2.safetensors\", \"double\": \"s-1.pt\"}}");
        Map<String, List<Object>> expected = contents(state);
        expected.keySet().retainAll(List.of("bfloat", "double"));
        expected.putAll(contents(folder.resolve("s-2.safetensors")));

        assertThat(WeightConversion.convert(folder, out, false).from()).isEqualTo(index);
        assertThat(contents(out)).isEqualTo(expected);
    }

    @Test
    public void tensorsLargerThanAChunkAreWhole() {
        float[] many = new float[700_001];
        for (int i = 0; i < many.length; i++) {
            many[i] = i;
        }
        Path in = folder.resolve("in.safetensors");
        new SafetensorsWriter().addFloats("many", Shape.of(many.length), many).write(in);
        WeightConversion.convert(in, out, false);
        assertThat(contents(out)).isEqualTo(contents(in));
    }

    @DataProvider
    public Object[][] badInput() {
        return new Object[][] {
            {"missing", "none.pt", "out.safetensors"},
            {"empty-folder", "empty", "out.safetensors"},
            {"several", "several", "out.safetensors"},
            {"other-file", "config.json", "out.safetensors"},
            {"legacy", "legacy.pt", "out.safetensors"},
            {"not-torch", "text.pt", "out.safetensors"},
            {"not-safetensors", "text.safetensors", "out.safetensors"},
            {"no-tensors", "none.safetensors", "out.safetensors"},
            {"other-ending", "good.safetensors", "out.bin"},
            {"out-is-folder", "good.safetensors", "dir.safetensors"},
            {"out-is-there", "good.safetensors", "good.safetensors"},
            {"out-folder-missing", "good.safetensors", "nowhere/out.safetensors"},
            {"shard-missing", "sharded", "out.safetensors"},
        };
    }

    @Test(dataProvider = "badInput")
    public void badInputIsOneMessage(String name, String in, String to) throws IOException {
        Files.createDirectories(folder.resolve("empty"));
        Files.createDirectories(folder.resolve("dir.safetensors"));
        Files.writeString(Files.createDirectories(folder.resolve("several")).resolve("a.bin"), "");
        Files.writeString(folder.resolve("several/b.pt"), "");
        Files.writeString(
                Files.createDirectories(folder.resolve("sharded")).resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\": {\"a\": \"pytorch_model-1-of-1.bin\"}}");
        Files.writeString(folder.resolve("config.json"), "{}");
        Files.writeString(folder.resolve("text.pt"), "these are no weights");
        Files.writeString(folder.resolve("text.safetensors"), "these are no weights");
        Files.copy(Fixtures.resource("legacy.pt"), folder.resolve("legacy.pt"));
        new SafetensorsWriter().write(folder.resolve("none.safetensors"));
        Path good = folder.resolve("good.safetensors");
        new SafetensorsWriter().addFloats("x", Shape.of(1), new float[] {1}).write(good);
        byte[] before = Files.readAllBytes(good);

        Throwable thrown =
                catchThrowable(() -> WeightConversion.convert(folder.resolve(in), folder.resolve(to), false));

        assertThat(thrown).isInstanceOf(UserException.class);
        String message = thrown.getMessage()
                        .replace(folder.toAbsolutePath().toString(), "DIR")
                        .replace(folder.toString(), "DIR")
                        .replace('\\', '/')
                + "\n";
        Path golden = Path.of("src/test/resources/org/tempera/nn/weights/messages", name + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(golden, message);
        }
        assertThat(message).isEqualTo(Files.readString(golden));
        assertThat(good).hasBinaryContent(before);
        assertThat(out).doesNotExist();
        requireNoTemporaryFile();
    }

    @Test
    public void whatCannotBeReadToItsEndLeavesWhatWasThere() throws IOException {
        Path good = folder.resolve("good.safetensors");
        new SafetensorsWriter()
                .addFloats("x", Shape.of(500_000), new float[500_000])
                .write(good);
        byte[] bytes = Files.readAllBytes(good);
        Files.write(out, new byte[] {1, 2, 3});
        StoredTensors source = WeightFiles.openFile(good);
        try (source) {
            Files.write(good, Arrays.copyOf(bytes, bytes.length - 1000)); // cut short while it is open
            SafetensorsWriter writer = new SafetensorsWriter().addStored(source, "x");
            assertThat(catchThrowable(() -> writer.write(out)))
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("tensor 'x': the file was cut short");
        }
        assertThat(out).hasBinaryContent(new byte[] {1, 2, 3});
        requireNoTemporaryFile();

        Files.write(good, bytes);
        WeightConversion.convert(good, out, true);
        assertThat(contents(out)).isEqualTo(contents(good));
    }

    private void requireNoTemporaryFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(f -> f.endsWith(".tmp"));
        }
    }

    /** By name: dtype, shape and bytes. */
    private static Map<String, List<Object>> contents(Path file) {
        Map<String, List<Object>> all = new TreeMap<>();
        try (StoredTensors source = WeightFiles.openFile(file)) {
            for (String name : source.names()) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                source.readStored(name, part -> {
                    byte[] some = new byte[part.remaining()];
                    part.get(some);
                    bytes.writeBytes(some);
                });
                TensorInfo info = source.info(name);
                all.put(name, List.of(info.dtype(), info.shape(), java.nio.ByteBuffer.wrap(bytes.toByteArray())));
            }
        }
        return all;
    }
}
