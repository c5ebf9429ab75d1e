package org.tempera.core.reward;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.tempera.base.files.IoReason;
import org.tempera.record.image.ImageSize;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.Remedy;
import org.tempera.spi.UserException;

/**
 * Pictures that were drawn and are to be measured, in a temporary file: a thousand of 512 x 512 are 0.8 GB. The file
 * goes when this is closed or the process ends.
 */
public final class StoredPictures implements AutoCloseable {
    private final Path folder;
    private final FileChannel file;
    private long end;

    private StoredPictures(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /**
     * None yet.
     *
     * @throws UserException if no file can be made
     */
    public static StoredPictures open() {
        Path folder = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            Path path = Files.createTempFile(folder, "tempera-pictures", null);
            return new StoredPictures(
                    folder,
                    FileChannel.open(
                            path,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.DELETE_ON_CLOSE));
        } catch (IOException e) {
            throw failed(folder, "cannot be written", e);
        }
    }

    /**
     * Adds a picture.
     *
     * @param label names it in messages
     * @return reads its pixels when they are asked for, until this is closed
     * @throws UserException if there is no room
     */
    public PictureSource add(String label, RgbImage image, String prompt) {
        byte[] rgb = image.bytes();
        ByteBuffer bytes = ByteBuffer.wrap(rgb);
        long start = end;
        try {
            while (bytes.hasRemaining()) {
                end += file.write(bytes, end);
            }
        } catch (IOException e) {
            throw failed(folder, "the pictures that are measured cannot be written", e);
        }
        return new Stored(this, label, image.size(), Optional.of(prompt), start);
    }

    private RgbImage read(Stored picture) {
        ByteBuffer bytes =
                ByteBuffer.allocate(Math.toIntExact(3 * picture.size().pixels()));
        try {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, picture.start() + bytes.position()) < 0) {
                    throw new EOFException("the file is shorter than what was written");
                }
            }
        } catch (IOException e) {
            throw failed(folder, "the pictures that are measured cannot be read", e);
        }
        return RgbImage.of(picture.size().width(), picture.size().height(), bytes.array());
    }

    private static UserException failed(Path folder, String what, IOException e) {
        return new UserException(
                folder + ": " + what + " (" + IoReason.of(e)
                        + "). Make room there, or name another folder for temporary files.",
                e,
                List.of(Remedy.jvmOption("-Djava.io.tmpdir=DIR")));
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw failed(folder, "the pictures that were measured cannot be removed", e);
        }
    }

    /** A picture that is in memory only while it is looked at. @param start of its bytes in the file */
    record Stored(StoredPictures store, String label, ImageSize size, Optional<String> prompt, long start)
            implements PictureSource {
        @Override
        public Optional<String> whyNone() {
            return Optional.empty();
        }

        @Override
        public RgbImage image() {
            return store.read(this);
        }
    }
}
