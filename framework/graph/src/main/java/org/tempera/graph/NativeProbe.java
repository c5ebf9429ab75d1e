package org.tempera.graph;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.tempera.spi.UserException;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * A program that loads TensorFlow, computes one product, and prints what it found. It is a process of its own for
 * whoever must not end where TensorFlow does, as it does on a processor that it was not built for. It ends when its
 * standard input does, as that of a pipe does when whoever started it is gone, however it went: a driver may never let
 * go of it.
 *
 * <p>It prints lines of a word, a tab and a value: {@code version} of TensorFlow; {@code device} with its kind, name
 * and bytes of memory, between tabs; {@code computed}; {@code failure}, with the message, where TensorFlow cannot be
 * loaded; or {@code refused}, likewise, where nothing is computed under such variables of the environment. Other lines
 * are TensorFlow's.
 */
public final class NativeProbe {
    /** From this on oneDNN computes a product, where it is to compute any. */
    private static final int SIDE = 64;

    /** The exit code where the standard input has ended. */
    static final int ABANDONED = 3;

    private NativeProbe() {}

    /** Runs it; the exit code is 2 where TensorFlow cannot be loaded, or is not to compute. */
    public static void main(String[] arguments) {
        Thread watching = new Thread(NativeProbe::awaitEndOfInput, "end-at-eof");
        watching.setDaemon(true);
        watching.start();
        try {
            System.out.println("version\t" + NativeLibrary.require());
        } catch (UserException e) {
            end("failure", e);
        }
        for (ComputeDevice device : ComputeDevice.all()) {
            System.out.println("device\t" + device.type() + "\t" + device.name() + "\t" + device.bytes());
        }
        System.out.flush(); // what comes next may end the process
        try {
            compute();
        } catch (UserException e) {
            end("refused", e);
        }
        System.out.println("computed\t" + SIDE);
    }

    private static void end(String word, UserException e) {
        System.out.println(word + "\t" + String.valueOf(e.getMessage()).replace('\n', ' '));
        System.exit(2); // whoever started this reads it
    }

    private static void awaitEndOfInput() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // It cannot be read any more, which is its end too.
        }
        Runtime.getRuntime().halt(ABANDONED); // an orderly end would wait for TensorFlow
    }

    private static void compute() {
        try (TrainingGraph graph = new TrainingGraph(0)) {
            Ops tf = graph.scope().tf();
            var ones = tf.fill(tf.constant(new int[] {SIDE, SIDE}), tf.constant(1f));
            var product = tf.<TFloat32>identity(tf.linalg.matMul(ones, ones));
            try (TrainingSession session = graph.seal(new ThreadSettings(1, 1))) {
                session.run(Map.of(), List.of(product), List.of());
            }
        }
    }
}
