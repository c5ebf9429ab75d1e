package org.tempera.cli;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;

/**
 * A process whose first run writes to descriptor 2 as native code does: TensorFlow's lines, and one of another
 * kind.
 */
final class FirstRunWriter {
    private FirstRunWriter() {}

    /** @param arguments none, or the code that the process exits with in the midst of the run */
    public static void main(String[] arguments) {
        write("before\n");
        new QuietFirstRun().around(() -> {
            write("WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n");
            write("an error of native code, Ä\n");
            write("I0000 00:00:1.5  7 mlir_pass.cc:401] MLIR V1 optimization pass is not enabled\n");
            write("I0000 00:00:1.5  7 grpc_server_lib.cc:464] Started server with target: grpc://a:1\n");
            for (String code : arguments) {
                System.exit(Integer.parseInt(code));
            }
        });
        write("after\n");
    }

    private static void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Function write = NativeLibrary.getProcess().getFunction("write");
        write.invokeLong(new Object[] {2, bytes, (long) bytes.length});
    }
}
