package org.tempera.core.prompt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tempera.base.BuildInfo;
import org.tempera.base.files.FileHashes;
import org.tempera.graph.ThreadSettings;
import org.tempera.nn.weights.SafetensorsFile;
import org.tempera.nn.weights.SafetensorsWriter;
import org.tempera.spi.HostTensor;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.Precision;
import org.tempera.spi.policy.TextEncoder;
import org.tensorflow.ndarray.Shape;

/**
 * What prompts were encoded to, kept in a folder from one run to the next. An entry's name is a hash of everything that
 * decides its numbers: a prompt cannot be read from it. An entry that is damaged counts as missing, and a folder that
 * cannot be written keeps nothing; neither is an error, for the prompt can always be encoded again. Where entries take
 * more than is allowed, those go that were used least lately.
 */
final class TextCache {
    private static final Logger LOG = LoggerFactory.getLogger(TextCache.class);
    private static final String LAYOUT = "tempera text states 2";
    private static final String CONTENT = "content_sha256";
    private static final String ENDING = ".safetensors";

    /** A thousand prompts of FLUX.1, at 8 MiB each: less than half of what its largest encoder takes on the disk. */
    private static final long MOST_BYTES = 8L << 30;

    private final Path folder;
    private final long most;
    private final String encoder;
    private final Map<String, Shape> shapes;
    private boolean writable = true;
    /** Bytes of all entries, as far as this process knows; below 0 before it has looked. */
    private long held = -1;

    /**
     * The entries of one encoder.
     *
     * @param folder that entries lie in, which is made when there is one to write
     * @param fingerprint of the encoder
     * @param threads that it computes with
     * @param precision that it computes in
     */
    TextCache(Path folder, TextEncoder encoder, String fingerprint, ThreadSettings threads, Precision precision) {
        this(folder, encoder, fingerprint, threads, precision, MOST_BYTES);
    }

    /** The same with another limit: bytes that the folder's entries take, those of other encoders too. */
    TextCache(
            Path folder,
            TextEncoder encoder,
            String fingerprint,
            ThreadSettings threads,
            Precision precision,
            long most) {
        BuildInfo build = BuildInfo.current();
        this.folder = folder;
        this.most = most;
        this.shapes = encoder.shapes();
        this.encoder = String.join(
                "\n",
                LAYOUT,
                fingerprint,
                build.version() + " " + build.description() + " " + build.tensorflowVersion(),
                // As it was before there were others.
                threads.intraOp() + " threads" + (precision == Precision.FLOAT32 ? "" : " " + precision),
                Machine.kind());
    }

    /** The name of the entry for a prompt's token ids, those of each tokenizer. */
    String key(List<int[]> ids) {
        StringBuilder all = new StringBuilder(encoder);
        ids.forEach(each -> all.append('\n').append(Arrays.toString(each)));
        return FileHashes.sha256(all.toString());
    }

    private Path file(String key) {
        return folder.resolve(key + ENDING);
    }

    /** An entry; empty where there is none, or none that is whole. */
    Optional<TextStates> get(String key) {
        Path file = file(key);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (SafetensorsFile entry = SafetensorsFile.open(file)) {
            Map<String, HostTensor> tensors = new LinkedHashMap<>();
            for (Map.Entry<String, Shape> wanted : shapes.entrySet()) {
                Shape shape = wanted.getValue().prepend(1);
                if (!entry.names().contains(wanted.getKey())
                        || !entry.info(wanted.getKey()).shape().equals(shape)) {
                    return Optional.empty();
                }
                tensors.put(wanted.getKey(), entry.readTensor(wanted.getKey()));
            }
            TextStates states = new TextStates(tensors);
            if (!content(states).equals(entry.metadata().get(CONTENT))) {
                return Optional.empty();
            }
            KeptFiles.touch(file);
            return Optional.of(states);
        } catch (UserException e) {
            LOG.debug("{} is read as missing", file, e);
            return Optional.empty();
        }
    }

    /** Keeps an entry where that is possible. */
    void put(String key, TextStates states) {
        if (!writable) {
            return;
        }
        try {
            Files.createDirectories(folder, ownersAlone());
            SafetensorsWriter writer = new SafetensorsWriter().metadata(CONTENT, content(states));
            states.tensors().forEach((name, tensor) -> writer.addFloats(name, Shape.of(sizes(tensor)), tensor.data()));
            writer.write(file(key));
            held = held < 0 ? KeptFiles.bytes(folder, ENDING) : held + Files.size(file(key));
            if (held > most) {
                held = KeptFiles.keep(folder, ENDING, most);
            }
        } catch (IOException | UserException e) {
            // One that is full or not ours will not be better for the next prompt.
            writable = false;
            LOG.debug("encoded prompts are not kept in {}", folder, e);
        }
    }

    private static FileAttribute<?>[] ownersAlone() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    private static String content(TextStates states) {
        MessageDigest digest = FileHashes.digest();
        // By name: a map's order may be another in the next process.
        new TreeMap<>(states.tensors()).forEach((name, tensor) -> {
            digest.update((name + Arrays.toString(tensor.shape())).getBytes(UTF_8));
            ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(4, tensor.size()));
            bytes.asFloatBuffer().put(tensor.data());
            digest.update(bytes);
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private static long[] sizes(HostTensor tensor) {
        return Arrays.stream(tensor.shape()).asLongStream().toArray();
    }
}
