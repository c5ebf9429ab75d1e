package org.tempera.nn.weights;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.Printable;
import org.tempera.nn.weights.RestrictedPickle.RefusedException.Kind;
import org.tempera.nn.weights.RestrictedPickle.Storage;
import org.tempera.nn.weights.RestrictedPickle.TensorView;
import org.tempera.spi.UserException;
import org.tensorflow.ndarray.Shape;

/**
 * A PyTorch checkpoint ({@code .bin}, {@code .pt}, {@code .pth}) in the zip format of PyTorch 1.6 and newer, read
 * without executing anything in it.
 *
 * <p>Dictionaries within dictionaries become names with dots; what is neither tensor nor dictionary nor list is passed
 * over. Views are read as PyTorch sees them, whatever their strides.
 */
public final class TorchZipFile implements StoredTensors {
    /** Behind the length of its header, in eight bytes, a safetensors file goes on with this. */
    private static final int SAFETENSORS_BRACE = 8;

    private static final long MAX_PICKLE_BYTES = 32L << 20;
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NODES = 1_000_000;
    /** How many more elements than its storage a repeating view may have. */
    private static final long MAX_REPETITION = 1 << 24;
    /** The pickle of a file of tensors is small beside them; this much it may always have. */
    private static final long FREE_PICKLE_BYTES = 2L << 20;

    private static final int PICKLE_SHARE = 12;
    /** How much larger than the file one tensor's data may be: the format stores it as it is. */
    private static final int MAX_COMPRESSION = 2;
    /** How much larger than the file all tensors may be together; those that share their data count each. */
    private static final int MAX_SHARING = 8;

    private static final List<String> USUAL_WRAPPERS = List.of("state_dict", "model_state_dict", "model");

    private final Path path;
    private final ZipFile zip;
    private final String prefix;
    private final ByteOrder order;
    private final Map<String, TensorView> views = new TreeMap<>();
    private final long fileBytes;
    private final Deque<String> keys = new ArrayDeque<>();
    private long keyLength;
    private long nodes;
    private long nameLength;
    private long pickleBytes;

    private TorchZipFile(Path path, long fileBytes, ZipFile zip, String prefix, ByteOrder order) {
        this.path = path;
        this.fileBytes = fileBytes;
        this.zip = zip;
        this.prefix = prefix;
        this.order = order;
    }

    /**
     * Opens a checkpoint. Where it has no tensors at its top but a dictionary {@code state_dict}, {@code
     * model_state_dict} or {@code model}, names are those within that dictionary.
     *
     * @throws UserException if it cannot be read, is damaged, or asks for anything but tensors
     */
    public static TorchZipFile open(Path path) {
        return open(path, Optional.empty());
    }

    /**
     * Opens a checkpoint and takes the tensors of one of its dictionaries.
     *
     * @param key the dictionary's key at the top, such as {@code params_ema}
     * @throws UserException if there is none, or the file cannot be read
     */
    public static TorchZipFile open(Path path, String key) {
        return open(path, Optional.of(key));
    }

    private static TorchZipFile open(Path path, Optional<String> key) {
        requireZip(path);
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException e) {
            throw new UserException(
                    path + ": the zip archive is damaged or truncated (" + e.getMessage()
                            + "). Download or copy it again.",
                    e);
        } catch (IOException | IllegalArgumentException e) {
            throw new UserException(path + ": cannot be read (" + IoReason.of(e) + "). Download or copy it again.", e);
        }
        try {
            Set<String> names = new HashSet<>();
            zip.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> !names.add(name))
                    .findFirst()
                    .ifPresent(twice -> {
                        // PyTorch takes the first of them, Java the last.
                        throw new UserException(path + ": holds " + Printable.line(twice)
                                + " twice, so that it cannot be told which is meant. Download or copy it again.");
                    });
            ZipEntry pickle = zip.stream()
                    .filter(entry -> entry.getName().matches("[^/]+/data\\.pkl"))
                    .findFirst()
                    .orElseThrow(() -> new UserException(
                            path + ": expected a PyTorch checkpoint, found a zip archive without data.pkl."));
            String prefix = pickle.getName().substring(0, pickle.getName().indexOf('/') + 1);
            if (zip.getEntry(prefix + "constants.pkl") != null) {
                throw new UserException(path + ": expected a checkpoint of tensors, found a TorchScript program (as"
                        + " OpenAI's own files of CLIP are), which is not read: it may run code."
                        + TorchAdvice.program(path));
            }
            long fileBytes = Files.size(path);
            long limit = Math.min(MAX_PICKLE_BYTES, FREE_PICKLE_BYTES + fileBytes / PICKLE_SHARE);
            TorchZipFile file = new TorchZipFile(path, fileBytes, zip, prefix, byteOrder(zip, prefix));
            file.load(readAll(path, zip, pickle, limit), key);
            return file;
        } catch (IOException | IllegalArgumentException e) {
            closeQuietly(zip);
            throw new UserException(path + ": cannot be read (" + IoReason.of(e) + "). Download or copy it again.", e);
        } catch (RuntimeException | Error e) {
            closeQuietly(zip);
            throw e;
        }
    }

    private static void requireZip(Path path) {
        byte[] first;
        byte[] pickle;
        try (InputStream in = Files.newInputStream(path)) {
            first = in.readNBytes(SAFETENSORS_BRACE + 1);
            pickle = isPickle(first) ? in.readNBytes((int) FREE_PICKLE_BYTES) : new byte[0];
        } catch (IOException e) {
            throw new UserException(
                    path + ": cannot be opened (" + IoReason.of(e) + "). Check the path and its permissions.", e);
        }
        if (first.length >= 4 && first[0] == 'P' && first[1] == 'K') {
            return;
        }
        if (first.length > SAFETENSORS_BRACE && first[SAFETENSORS_BRACE] == '{' && first[7] == 0) {
            throw new UserException(path + ": expected a PyTorch checkpoint in the zip format, found a safetensors file"
                    + " under another name. Rename it, so that it ends with .safetensors.");
        }
        String found = isPickle(first)
                ? "PyTorch's old format, which is not read because it cannot be without trust."
                        + (PickleNames.hasAttack(pickle) ? TorchAdvice.ATTACK_BEHIND : TorchAdvice.load(path))
                : "something else. Check what it is, or download it again.";
        throw new UserException(path + ": expected a PyTorch checkpoint in the zip format, found " + found);
    }

    private static boolean isPickle(byte[] first) {
        return first.length > 1 && (first[0] & 0xff) == 0x80;
    }

    private static ByteOrder byteOrder(ZipFile zip, String prefix) throws IOException {
        ZipEntry entry = zip.getEntry(prefix + "byteorder");
        if (entry == null) {
            return ByteOrder.LITTLE_ENDIAN;
        }
        try (InputStream in = zip.getInputStream(entry)) {
            boolean big = new String(in.readNBytes(16), StandardCharsets.US_ASCII)
                    .strip()
                    .equals("big");
            return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        }
    }

    private static byte[] readAll(Path path, ZipFile zip, ZipEntry entry, long limit) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) limit + 1);
            if (bytes.length > limit) {
                throw new UserException(path + ": its data.pkl is larger than " + limit
                        + " bytes; a checkpoint's is not. The file is damaged or hostile.");
            }
            return bytes;
        }
    }

    private void load(byte[] pickle, Optional<String> key) {
        Object root;
        pickleBytes = pickle.length;
        try {
            root = RestrictedPickle.read(pickle);
        } catch (RestrictedPickle.RefusedException e) {
            String advice =
                    switch (e.kind()) {
                        case DAMAGED -> TorchAdvice.AGAIN;
                        case ATTACK -> TorchAdvice.NEVER;
                        case OTHER_TENSORS, UNKNOWN ->
                            PickleNames.hasAttack(pickle)
                                    ? TorchAdvice.ATTACK_BEHIND
                                    : e.kind() == Kind.OTHER_TENSORS ? TorchAdvice.DENSE : TorchAdvice.load(path);
                    };
            throw new UserException(path + ": not read: " + e.getMessage() + "." + advice, e);
        }
        if (!(root instanceof Map<?, ?> top)) {
            throw new UserException(path + ": expected a dictionary of tensors, found "
                    + (root instanceof TensorView
                            ? "a single tensor"
                            : root instanceof List ? "a list" : "something else")
                    + ", which has no names of layers. Save the tensors as a dictionary, by the model's names.");
        }
        flatten(unwrap(top, key));
        List<String> problems = new ArrayList<>();
        views.forEach((name, view) -> check(name, view).ifPresent(problems::add));
        if (problems.isEmpty()) {
            requireFewRepetitions();
        }
        if (!problems.isEmpty()) {
            throw new UserException(path + ": damaged:\n  - "
                    + String.join("\n  - ", problems.subList(0, Math.min(20, problems.size())))
                    + (problems.size() > 20 ? "\n  - and " + (problems.size() - 20) + " more" : "")
                    + "\nDownload or copy it again.");
        }
    }

    private Map<?, ?> unwrap(Map<?, ?> top, Optional<String> key) {
        if (key.isPresent()) {
            return RestrictedPickle.mapUnder(top, key.get())
                    .orElseThrow(() -> new UserException(path + ": expected a dictionary '" + key.get()
                            + "', found keys " + top.keySet().stream().limit(20).toList() + "."));
        }
        if (top.values().stream().noneMatch(TensorView.class::isInstance)) {
            for (String wrapper : USUAL_WRAPPERS) {
                Optional<Map<?, ?>> inner = RestrictedPickle.mapUnder(top, wrapper);
                if (inner.isPresent()) {
                    return inner.get();
                }
            }
        }
        return top;
    }

    /**
     * Names every tensor; a pickle may hold the same thing many times under long keys, so what this makes is bounded.
     */
    private void flatten(Object value) {
        if (++nodes > Math.min(MAX_NODES, 10_000 + 4 * pickleBytes) || keys.size() > MAX_DEPTH) {
            throw tooMuch();
        }
        if (value instanceof TensorView view) {
            nameLength += keyLength;
            if (nameLength > 1_000_000 + 4 * pickleBytes || views.size() > 100 + pickleBytes / 8) {
                throw tooMuch();
            }
            views.put(String.join(".", keys), view);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> flatten(String.valueOf(key), inner));
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                flatten(String.valueOf(i), list.get(i));
            }
        }
    }

    private void flatten(String key, Object value) {
        keys.addLast(key);
        keyLength += key.length() + 1;
        flatten(value);
        keyLength -= key.length() + 1;
        keys.removeLast();
    }

    private UserException tooMuch() {
        return new UserException(path
                + ": its dictionaries are nested too deeply or hold too much. The file is damaged or" + " hostile.");
    }

    private void requireFewRepetitions() {
        long most = MAX_SHARING * fileBytes + Float.BYTES * MAX_REPETITION;
        long total = 0;
        for (String name : views.keySet()) {
            total += Math.max(info(name).bytes(), bytesRead(view(name)));
            if (total > most) {
                throw new UserException(path + ": to read its tensors would take more than " + most
                        + " bytes, of a file of " + fileBytes + ": they repeat their data too often to be true.");
            }
        }
    }

    /**
     * What is read for a view: all that it spans, and where its storage is packed, which PyTorch does not do, all that
     * stands before it, too.
     */
    private long bytesRead(TensorView view) {
        boolean packed = zip.getEntry(entryName(view.storage())).getMethod() != ZipEntry.STORED;
        return view.storage().dtype().byteSize() * (span(view) + (packed ? view.offset() : 0));
    }

    /** Elements from a view's first to its last; 0 where it has none. */
    private static long span(TensorView view) {
        long span = 1;
        for (int i = 0; i < view.sizes().size(); i++) {
            if (view.sizes().get(i) == 0) {
                return 0;
            }
            span += (view.sizes().get(i) - 1) * view.strides().get(i);
        }
        return span;
    }

    private Optional<String> check(String name, TensorView view) {
        Storage storage = view.storage();
        ZipEntry entry = zip.getEntry(entryName(storage));
        String here = "tensor '" + name + "': ";
        try {
            long bytes = Math.multiplyExact(
                    storage.elements(), (long) storage.dtype().byteSize());
            if (entry == null) {
                return Optional.of(here + "its data, " + entryName(storage) + ", is missing");
            }
            if (entry.getSize() != bytes) {
                return Optional.of(here + "expected " + bytes + " bytes of data, found " + entry.getSize());
            }
            if (bytes > MAX_COMPRESSION * fileBytes + FREE_PICKLE_BYTES) {
                return Optional.of(here + bytes + " bytes of data are packed into a file of " + fileBytes
                        + ", which is too much to be true");
            }
            long elements = 1;
            long last = view.offset();
            boolean sound =
                    view.offset() >= 0 && view.sizes().size() == view.strides().size();
            for (int i = 0; sound && i < view.sizes().size(); i++) {
                long size = view.sizes().get(i);
                long stride = view.strides().get(i);
                sound = size >= 0 && stride >= 0;
                elements = Math.multiplyExact(elements, size);
                last = Math.addExact(last, Math.multiplyExact(Math.max(0, size - 1), stride));
            }
            if (!sound || (elements > 0 && last >= storage.elements())) {
                return Optional.of(here + "shape " + view.sizes() + ", strides " + view.strides() + ", offset "
                        + view.offset() + " reach beyond its " + storage.elements() + " elements");
            }
            if (elements > Math.addExact(storage.elements(), MAX_REPETITION)) {
                return Optional.of(here + "shape " + view.sizes() + " repeats " + storage.elements()
                        + " elements too often to be true");
            }
            return Optional.empty();
        } catch (ArithmeticException e) {
            return Optional.of(here + "shape " + view.sizes() + " is too large to be true");
        }
    }

    private String entryName(Storage storage) {
        return prefix + "data/" + storage.key();
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(views.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        TensorView view = view(name);
        long[] sizes = view.sizes().stream().mapToLong(Long::longValue).toArray();
        return new TensorInfo(name, view.storage().dtype(), Shape.of(sizes));
    }

    /** Empty: the format has no notes. */
    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    private TensorView view(String name) {
        TensorView view = views.get(name);
        if (view == null) {
            throw TensorReading.noSuchTensor(this, name);
        }
        return view;
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        TensorReading.requireRoom(info(name), target);
        readFloats(name, (values, count) -> target.put(values, 0, count));
    }

    @Override
    public void readFloats(String name, FloatSink sink) {
        TensorInfo info = info(name);
        TensorReading.requireFloating(this, info);
        forEachChunk(name, TensorReading.decoder(info.dtype(), sink));
    }

    @Override
    public long[] readLongs(String name) {
        TensorInfo info = info(name);
        TensorReading.requireInteger(this, info);
        long[] values = new long[TensorReading.arrayLength(this, info)];
        LongBuffer target = LongBuffer.wrap(values);
        forEachChunk(name, bytes -> TensorReading.decodeLongs(info.dtype(), bytes, target));
        return values;
    }

    @Override
    public void readStored(String name, ByteSink sink) {
        int elementBytes = info(name).dtype().byteSize();
        forEachChunk(
                name, bytes -> sink.accept(order == ByteOrder.LITTLE_ENDIAN ? bytes : reversed(bytes, elementBytes)));
    }

    private static ByteBuffer reversed(ByteBuffer bytes, int elementBytes) {
        ByteBuffer out = ByteBuffer.allocate(bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < out.capacity(); i++) {
            int within = i % elementBytes;
            out.put(i - within + elementBytes - 1 - within, bytes.get(bytes.position() + i));
        }
        return out;
    }

    /** Hands on the elements in row-major order, a chunk at a time. */
    private void forEachChunk(String name, ByteSink sink) {
        TensorView view = view(name);
        TensorInfo info = info(name);
        if (info.elements() == 0) {
            return;
        }
        int elementBytes = info.dtype().byteSize();
        try (InputStream in = zip.getInputStream(zip.getEntry(entryName(view.storage())))) {
            in.skipNBytes(view.offset() * elementBytes);
            if (isContiguous(view)) {
                copy(in, info.bytes(), sink);
            } else {
                gather(in, name, view, sink);
            }
        } catch (EOFException e) {
            throw new UserException(
                    TensorReading.where(this, name) + ": the file is cut short. Download or copy it again.", e);
        } catch (IOException e) {
            throw new UserException(
                    TensorReading.where(this, name) + ": cannot be read: " + IoReason.of(e)
                            + ". Download or copy it again.",
                    e);
        }
    }

    private void copy(InputStream in, long bytes, ByteSink sink) throws IOException {
        byte[] chunk = new byte[(int) Math.min(CHUNK_BYTES, bytes)];
        for (long left = bytes; left > 0; ) {
            int count = (int) Math.min(chunk.length, left);
            if (in.readNBytes(chunk, 0, count) < count) {
                throw new EOFException();
            }
            sink.accept(ByteBuffer.wrap(chunk, 0, count).slice().order(order));
            left -= count;
        }
    }

    /** Reads what the view spans into memory and picks its elements. */
    private void gather(InputStream in, String name, TensorView view, ByteSink sink) throws IOException {
        int rank = view.sizes().size();
        int elementBytes = view.storage().dtype().byteSize();
        long span = span(view);
        if (span * elementBytes > Integer.MAX_VALUE - 8) {
            throw new UserException(TensorReading.where(this, name) + ": a view over " + span
                    + " elements is too large to be read. Save it with .contiguous().");
        }
        byte[] source = new byte[(int) span * elementBytes];
        if (in.readNBytes(source, 0, source.length) < source.length) {
            throw new EOFException();
        }
        byte[] chunk = new byte[CHUNK_BYTES];
        int filled = 0;
        long[] index = new long[rank];
        long at = 0;
        for (long left = info(name).elements(); left > 0; left--) {
            System.arraycopy(source, (int) at * elementBytes, chunk, filled, elementBytes);
            filled += elementBytes;
            if (filled == chunk.length || left == 1) {
                sink.accept(ByteBuffer.wrap(chunk, 0, filled).slice().order(order));
                filled = 0;
            }
            for (int axis = rank - 1; axis >= 0; axis--) {
                at += view.strides().get(axis);
                if (++index[axis] < view.sizes().get(axis)) {
                    break;
                }
                at -= index[axis] * view.strides().get(axis);
                index[axis] = 0;
            }
        }
    }

    private static boolean isContiguous(TensorView view) {
        long expected = 1;
        for (int i = view.sizes().size() - 1; i >= 0; i--) {
            if (view.sizes().get(i) != 1 && view.strides().get(i) != expected) {
                return false;
            }
            expected *= view.sizes().get(i);
        }
        return true;
    }

    private static void closeQuietly(ZipFile zip) {
        try {
            zip.close();
        } catch (IOException e) {
            // Nothing was written.
        }
    }

    @Override
    public void close() {
        closeQuietly(zip);
    }
}
