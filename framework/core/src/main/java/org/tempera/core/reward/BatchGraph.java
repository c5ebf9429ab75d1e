package org.tempera.core.reward;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tempera.base.text.ByteSize;
import org.tempera.core.plugin.PluginFault;
import org.tempera.graph.MachineMemory;
import org.tempera.graph.Program;
import org.tempera.graph.ThreadSettings;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingSession;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * A graph that takes finished pictures of one size, a batch at a time. Pictures may be anybody's: what is too large for
 * a model, or for this machine's memory, is refused before anything is computed. Owns native memory.
 *
 * <p>First {@link #build}, then {@link #seal}, then {@link #run} as often as wanted.
 */
public final class BatchGraph implements AutoCloseable {
    /** Of a picture that goes through a model, which holds it several times. */
    private static final long LARGEST = 1L << 25;

    private static final int BYTES_PER_PIXEL = 3;

    private final ImageSize size;
    private final int batch;
    private final Names names;
    private final MachineMemory machine;
    private final TrainingGraph graph;
    private final Operand<TUint8> input;
    private @Nullable Opened opened;

    /**
     * What messages call things.
     *
     * @param pictures names the pictures, such as by the file of the first
     * @param model what looks at them, such as "reward 'aesthetic'"
     */
    public record Names(String pictures, String model) {}

    record Feeds(byte[] pictures, Map<String, int[]> tokens) {}

    record Fetches(Map<String, HostTensor> outputs) {}

    private record Opened(Program<Feeds, Fetches> program, TrainingSession session) {}

    /**
     * A graph for so many pictures of that size at a time.
     *
     * @throws UserException if they have more than 32 million pixels
     */
    public BatchGraph(ImageSize size, int batch, Names names, Precision precision) {
        this(size, batch, names, precision, MachineMemory.ofThisMachine());
    }

    BatchGraph(ImageSize size, int batch, Names names, Precision precision, MachineMemory machine) {
        this.graph = new TrainingGraph(0, precision);
        this.size = size;
        this.batch = batch;
        this.names = names;
        this.machine = machine;
        try {
            if (size.pixels() > LARGEST) {
                throw new UserException(names.pictures() + ": expected at most " + LARGEST
                        + " pixels where a model reads the picture, found " + size + ". Make it smaller.");
            }
            input = graph.byteInput("pictures", batch, size.height(), size.width(), BYTES_PER_PIXEL);
        } catch (RuntimeException | Error e) {
            graph.close();
            throw e;
        }
    }

    /** For building. */
    public TrainingGraph graph() {
        return graph;
    }

    /**
     * Builds a model on the pictures; what it says of their size is said of them.
     *
     * @param model is given RGB in [0,1], {@code [batch, height, width, 3]}
     */
    public <T> T build(Function<Operand<TFloat32>, T> model) {
        Ops tf = graph.scope().child("pictures").tf();
        // As bytes, pictures take a quarter of the memory on their way here.
        Operand<TFloat32> images = tf.math.div(tf.dtypes.cast(input, TFloat32.class), tf.constant(255f));
        try {
            return model.apply(images);
        } catch (PluginFault e) {
            throw e; // whatever the picture
        } catch (UserException e) {
            throw new UserException(names.pictures() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Ends the building and loads the weights.
     *
     * @param tokens inputs for the prompts; empty where nothing reads them
     * @param outputs what is computed of a batch, by name
     * @throws UserException if a batch does not fit into this machine's memory
     */
    public void seal(
            ThreadSettings threads, Map<String, Operand<TInt32>> tokens, Map<String, Operand<TFloat32>> outputs) {
        Program<Feeds, Fetches> program = program(tokens, outputs);
        // And twice on the host, while a batch is put together.
        long needed = program.peakBytes() + 2 * BYTES_PER_PIXEL * size.pixels() * batch;
        if (!machine.holds(needed)) {
            throw new UserException(names.pictures() + ": too little memory: " + names.model() + " needs about "
                    + ByteSize.text(needed) + " for a picture of " + size + " pixels, this machine has " + machine
                    + ". Make the picture smaller.");
        }
        opened = new Opened(program, graph.seal(threads));
    }

    Program<Feeds, Fetches> program(Map<String, Operand<TInt32>> tokens, Map<String, Operand<TFloat32>> outputs) {
        return Program.define("pictures", Feeds.class, Fetches.class)
                .feed("pictures", input)
                .feedMap("tokens", tokens)
                .fetchMap("outputs", outputs)
                .build();
    }

    /**
     * Computes the outputs of a batch.
     *
     * @param pictures exactly a batch of them
     * @param tokens of their prompts, by input
     */
    public Map<String, HostTensor> run(List<RgbImage> pictures, Map<String, int[]> tokens) {
        if (opened == null) {
            throw new IllegalStateException("the graph is not sealed");
        }
        return opened.program()
                .run(opened.session(), new Feeds(RgbImage.batch(pictures), tokens))
                .outputs();
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.session().close();
        }
        graph.close();
    }
}
