package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;
import org.testng.annotations.Test;

public class SafetensorsWriterTest {
    @Test
    public void writesTheReferenceLibrarysBytes() throws IOException {
        Path file = Fixtures.folder().resolve("out.safetensors");
        new SafetensorsWriter()
                .addBytes("mask", Shape.of(3), new byte[] {1, 0, (byte) 255})
                .addFloats("é", Shape.scalar(), new float[] {0.5f})
                .addHalfs("a.weight", Shape.of(3), new float[] {0.1f, 65504f, -1e-7f})
                .addFloats("b.weight", Shape.of(2, 3), new float[] {0, 0.25f, 0.5f, 0.75f, 1, 1.25f})
                .addLongs("ids", Shape.of(3), new long[] {0, 1, 2})
                .metadata("format", "pt")
                .write(file);
        assertThat(file).hasSameBinaryContentAs(Fixtures.resource("written.safetensors"));
    }

    @Test
    public void readsBackWhatSpansSeveralChunks() throws IOException {
        Random random = new Random(3);
        float[] floats = new float[700_001];
        long[] longs = new long[300_000];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = random.nextFloat();
        }
        for (int i = 0; i < longs.length; i++) {
            longs[i] = random.nextLong();
        }
        Path file = Fixtures.folder().resolve("large.safetensors");
        int sum = new SafetensorsWriter()
                .addFloats("f", Shape.of(700_001), () -> floats)
                .addLongs("l", Shape.of(3, 100_000), longs)
                .addHalfs("h", Shape.of(700_001), floats)
                .write(file);
        CRC32 crc = new CRC32();
        crc.update(Files.readAllBytes(file));
        assertThat(sum).isEqualTo((int) crc.getValue());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.readFloats("f")).isEqualTo(floats);
            assertThat(read.readLongs("l")).isEqualTo(longs);
            float[] halfs = read.readFloats("h");
            for (int i = 0; i < floats.length; i += 1000) {
                assertThat(halfs[i]).isEqualTo(HalfFloats.fromHalf(HalfFloats.toHalf(floats[i])));
            }
        }
    }

    @Test
    public void writesAnEmptyFile() {
        Path file = Fixtures.folder().resolve("empty.safetensors");
        new SafetensorsWriter().write(file);
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).isEmpty();
        }
    }

    @Test
    public void replacesAFileAndLeavesNothingElseBehind() throws IOException {
        Path folder = Fixtures.folder();
        Path file = folder.resolve("a.safetensors");
        Files.writeString(file, "old");
        new SafetensorsWriter().addFloats("x", Shape.of(1), new float[] {1}).write(file);
        try (Stream<Path> files = Files.list(folder);
                SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(files).containsExactly(file);
            assertThat(read.readFloats("x")).containsExactly(1f);
        }
    }

    @Test
    public void leavesTheOldFileWhenWritingFails() throws IOException {
        Path folder = Fixtures.folder();
        Path file = folder.resolve("a.safetensors");
        Files.writeString(file, "old");
        Supplier<float[]> failing = () -> {
            throw new IllegalStateException("no values");
        };
        SafetensorsWriter writer = new SafetensorsWriter().addFloats("x", Shape.of(1), failing);
        assertThatThrownBy(() -> writer.write(file)).hasMessage("no values");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
        assertThat(file).hasContent("old");
    }

    @Test
    public void saysThatTheFolderIsMissing() {
        Path file = Fixtures.folder().resolve("none").resolve("a.safetensors");
        assertThatThrownBy(() -> new SafetensorsWriter().write(file))
                .isInstanceOf(UserException.class)
                .hasMessageContaining("a.safetensors: cannot be written: the folder")
                .hasMessageContaining("does not exist");
    }

    @Test
    public void refusesAWrongLengthAndANameGivenTwice() {
        SafetensorsWriter writer = new SafetensorsWriter().addFloats("x", Shape.of(1), new float[1]);
        assertThatThrownBy(() -> writer.addFloats("y", Shape.of(2, 2), new float[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must have 4 elements, has 3");
        assertThatThrownBy(() -> writer.addLongs("x", Shape.of(1), new long[1]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("added twice");
    }
}
