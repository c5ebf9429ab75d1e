package org.tempera.nn.weights;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A source that holds its file open only while it is being read: from the first tensor to the last of those that are
 * expected. For owners that have no end of life of their own, such as rewards.
 */
public final class ReopenedFile implements TensorSource {
    private final Supplier<TensorSource> opener;
    private final Path path;
    private final Map<String, TensorInfo> infos = new TreeMap<>();
    private final Map<String, Path> files = new HashMap<>();
    private final Map<String, String> metadata;
    private final Set<String> expected = new HashSet<>();
    private final Set<String> left = new HashSet<>();
    private @Nullable TensorSource open;

    /**
     * Opens the file, remembers what is in it and closes it again.
     *
     * @param opener opens the file, each time anew
     */
    public ReopenedFile(Supplier<TensorSource> opener) {
        this.opener = opener;
        try (TensorSource source = opener.get()) {
            this.path = source.path();
            this.metadata = Map.copyOf(source.metadata());
            for (String name : source.names()) {
                infos.put(name, source.info(name));
                files.put(name, source.fileOf(name));
            }
        }
    }

    /** Says that these tensors will be read; once all were, the file is closed. */
    public synchronized void expect(Set<String> names) {
        expected.addAll(names);
        left.addAll(names);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Path fileOf(String name) {
        return files.getOrDefault(name, path);
    }

    @Override
    public Set<String> names() {
        return Set.copyOf(infos.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        TensorInfo info = infos.get(name);
        if (info == null) {
            throw TensorReading.noSuchTensor(this, name);
        }
        return info;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public synchronized void readFloats(String name, FloatBuffer target) {
        source().readFloats(name, target);
        done(name);
    }

    @Override
    public synchronized void readFloats(String name, FloatSink sink) {
        source().readFloats(name, sink);
        done(name);
    }

    @Override
    public synchronized long[] readLongs(String name) {
        long[] values = source().readLongs(name);
        done(name);
        return values;
    }

    private TensorSource source() {
        TensorSource source = open;
        if (source == null) {
            source = opener.get();
            open = source;
        }
        return source;
    }

    private void done(String name) {
        left.remove(name);
        if (left.isEmpty()) {
            close();
            left.addAll(expected);
        }
    }

    @Override
    public synchronized void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
