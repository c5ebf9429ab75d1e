package org.tempera.core.train;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.tempera.base.files.IoReason;
import org.tempera.core.checkpoint.CheckpointStore;
import org.tempera.core.checkpoint.SavedCheckpoint;
import org.tempera.core.workers.Workers;
import org.tempera.record.run.OwnFiles;
import org.tempera.spi.UserException;

/** A checkpoint on its way from the first worker to the others, which need no folder in common with it. */
final class CheckpointCopy {
    private static final int PIECE_BYTES = 16 << 20;

    private final Workers workers;

    CheckpointCopy(Workers workers) {
        this.workers = workers;
    }

    /** Hands a checkpoint to the other workers, each of which calls {@link #receive}. */
    void send(Path checkpoint) {
        for (String file : CheckpointStore.FILES) {
            Path path = checkpoint.resolve(file);
            try (InputStream in = Files.newInputStream(path)) {
                workers.fromFirst(ByteBuffer.allocate(Long.BYTES)
                        .putLong(Files.size(path))
                        .array());
                for (byte[] piece = in.readNBytes(PIECE_BYTES); piece.length > 0; piece = in.readNBytes(PIECE_BYTES)) {
                    workers.fromFirst(piece);
                }
            } catch (IOException e) {
                throw new UserException(path + ": cannot be read (" + IoReason.of(e) + ").", e);
            }
        }
    }

    /**
     * Takes a checkpoint from the first worker, for as long as it is used.
     *
     * @throws UserException if there is no room for it in the folder for temporary files
     */
    void receive(Consumer<SavedCheckpoint> use) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("tempera-worker-");
            for (String file : CheckpointStore.FILES) {
                receive(folder.resolve(file));
            }
            try (SavedCheckpoint checkpoint = SavedCheckpoint.open(folder)) {
                use.accept(checkpoint);
            }
        } catch (IOException e) {
            throw new UserException(
                    "the checkpoint that the first worker hands on cannot be written to "
                            + System.getProperty("java.io.tmpdir") + " (" + IoReason.of(e)
                            + "). Make room there, or name another folder with -Djava.io.tmpdir.",
                    e);
        } finally {
            if (folder != null) {
                OwnFiles.deleteQuietly(folder);
            }
        }
    }

    private void receive(Path file) throws IOException {
        long left = ByteBuffer.wrap(workers.fromFirst(new byte[0])).getLong();
        try (OutputStream out = Files.newOutputStream(file)) {
            while (left > 0) {
                byte[] piece = workers.fromFirst(new byte[0]);
                out.write(piece);
                left -= piece.length;
            }
        }
    }
}
