package org.tempera.record.archive;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.tempera.base.files.AtomicFile;
import org.tempera.base.files.FoundPath;
import org.tempera.base.json.PlainJson;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.Printable;
import org.tempera.base.text.Utf8;
import org.tempera.record.metrics.SamplesLog;
import org.tempera.spi.UserException;

/**
 * The file of a run record, {@code NAME.json.gz}: JSON, compressed, of at most 200 kB. Equal records give equal bytes
 * on one machine.
 */
public final class RunRecordFile {
    /** How names of such files end. */
    public static final String ENDING = ".json.gz";

    /** Bytes of a file at most. */
    public static final int LARGEST = 200_000;

    /** Bytes of the JSON at most: of what a file of the largest size may hold some three times. */
    static final int LARGEST_TEXT = 1 << 20;

    /** Letters of what is wrong with a file, which may name a text of its own, however long. */
    private static final int LONGEST_REASON = 300;

    private RunRecordFile() {}

    /**
     * Writes a record, whole or not at all. One that is too large is {@linkplain Fitting made smaller} first, and says
     * so in its notes.
     *
     * @throws UserException if the file cannot be written
     */
    public static void write(Path file, RunRecord record) {
        byte[] bytes = Fitting.whole(record).orElseGet(() -> bytes(Fitting.fit(record)));
        AtomicFile.write(file, channel -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                channel.write(left);
            }
        });
    }

    /** A record's JSON. */
    static byte[] text(RunRecord record) {
        return (PlainJson.line(RecordDocument.of(record)) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The bytes of a record's file. */
    static byte[] bytes(RunRecord record) {
        return compressed(text(record));
    }

    /** A text as gzip has it, without name and time. */
    static byte[] compressed(byte[] text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new Smallest(bytes)) {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /** Takes its time for small files. */
    private static final class Smallest extends GZIPOutputStream {
        Smallest(OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }

    /**
     * Reads a record, which may be somebody else's.
     *
     * @throws UserException if there is no such file, it is larger than a record is, damaged, or of another format
     */
    public static RunRecord read(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + ": expected the record of a run, found " + FoundPath.words(file) + ". Check the path.");
        }
        try {
            byte[] text = inflated(BoundedFile.readAtMost(file, LARGEST));
            RunRecord record = RecordDocument.read(PlainJson.readObject(Utf8.strict(text)));
            SamplesLog.sparse(record.evaluated()).ifPresent(how -> {
                throw new IllegalArgumentException(how);
            });
            return record;
        } catch (BoundedFile.TooLargeException e) {
            throw new UserException(file + ": " + e.getMessage() + ". It is no record of a run; check the path.", e);
        } catch (EOFException e) {
            throw damaged(file, "it ends early", e);
        } catch (CharacterCodingException e) {
            throw damaged(file, "it is not UTF-8", e);
        } catch (IOException | PlainJson.MalformedException | IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static UserException damaged(Path file, String why, Exception e) {
        return new UserException(
                file + ": cannot be read as the record of a run (" + Printable.shortened(why, LONGEST_REASON)
                        + "). It is damaged, something else, or of another version of Tempera; write it anew from the"
                        + " run's folder.",
                e);
    }

    private static byte[] inflated(byte[] file) throws IOException {
        try (Whole in = new Whole(file)) {
            byte[] text = in.readNBytes(LARGEST_TEXT + 1);
            if (text.length > LARGEST_TEXT) {
                throw new IOException("it holds more than " + (LARGEST_TEXT >> 20) + " MiB");
            }
            in.requireEnd();
            return text;
        }
    }

    /** A compressed text with nothing after it, which {@link GZIPInputStream} alone passes over. */
    private static final class Whole extends GZIPInputStream {
        /** Bytes of checksum and length, which end the stream. */
        private static final int TRAILER = 8;

        /** The whole file is the buffer, so that what is left in it is all that follows. */
        Whole(byte[] file) throws IOException {
            super(new ByteArrayInputStream(file), Math.max(file.length, 1));
        }

        /** To be called once all is read. */
        void requireEnd() throws IOException {
            if (inf.getRemaining() > TRAILER) {
                throw new IOException((inf.getRemaining() - TRAILER) + " bytes follow its end");
            }
        }
    }

    /** Whether a path has the name of such a file. */
    public static boolean hasName(Path path) {
        return path.toString().endsWith(ENDING);
    }
}
