package org.tempera.nn.weights;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.nn.layers.GraphParameters;
import org.tempera.nn.layers.Layout;
import org.tempera.spi.graph.Initializer;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.ndarray.Shape;
import org.testng.SkipException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Loading weights holds them once: neither a second copy in native memory nor one on the heap. */
public class LoadingMemoryTest {
    private static final long MB = 1 << 20;
    private static final int SIDE = 4096;
    private static final int TENSORS = 4;
    private static final long BYTES = 4L * SIDE * SIDE * TENSORS;
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path RESET = Path.of("/proc/self/clear_refs");

    private Path file;

    @BeforeMethod
    public void writeFile() throws IOException {
        StringBuilder json = new StringBuilder("{");
        for (int i = 0; i < TENSORS; i++) {
            long begin = i * BYTES / TENSORS;
            json.append(i == 0 ? "" : ",")
                    .append("\"w")
                    .append(i)
                    .append("\":{\"dtype\":\"F32\",\"shape\":[4096,4096],\"data_offsets\":[")
                    .append(begin)
                    .append(',')
                    .append(begin + BYTES / TENSORS)
                    .append("]}");
        }
        byte[] header = json.append('}').toString().getBytes(StandardCharsets.UTF_8);
        file = Files.createTempFile("loading", ".safetensors");
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            out.setLength(8 + header.length + BYTES); // zeros, which take no room on the disk
        }
    }

    @AfterMethod
    public void deleteFile() throws IOException {
        Files.deleteIfExists(file);
    }

    @Test
    public void weightsAreHeldOnce() throws IOException {
        warmUp();
        ThreadMXBean heap = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = heap.getCurrentThreadAllocatedBytes();
        try (TensorSource source = SafetensorsFile.open(file);
                TrainingGraph graph = new TrainingGraph(0)) {
            GraphParameters from = GraphParameters.fromFiles(graph.scope(), source, false);
            for (int i = 0; i < TENSORS; i++) {
                // Two are turned over on the way.
                from.weight(
                        "w" + i, i % 2 == 0 ? Layout.LINEAR : Layout.SAME, Shape.of(SIDE, SIDE), Initializer.zeros());
            }
            long before = resetPeak();
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                assertThat((heap.getCurrentThreadAllocatedBytes() - allocated) / MB)
                        .as("MB allocated on the heap for weights of %d MB", BYTES / MB)
                        .isLessThan(BYTES / MB / 4);
                long grown = peak() - before;
                assertThat(grown / MB)
                        .as("MB of resident memory for weights of %d MB", BYTES / MB)
                        .isLessThan(BYTES / MB * 12 / 10);
            }
        }
    }

    private static void warmUp() {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Parameter p = graph.scope().parameter("p", Shape.of(3), Initializer.ones(), false);
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                assertThat(session.read(p).data()).containsExactly(1, 1, 1);
            }
        }
    }

    /** Bytes that are resident now, from where Linux counts the peak anew. */
    private static long resetPeak() throws IOException {
        if (!Files.isWritable(RESET)) {
            throw new SkipException("the system does not tell a process's peak of memory");
        }
        Files.writeString(RESET, "5");
        return peak();
    }

    private static long peak() throws IOException {
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
