package org.tempera.nn.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.base.files.NamedPath;
import org.tempera.base.json.ForeignJson;
import org.tempera.base.text.Printable;
import org.tempera.spi.UserException;

/** Weights spread over several files, which an index ({@code *.index.json}, key {@code weight_map}) tells apart. */
final class ShardedFiles implements StoredTensors {
    /** The largest index that is read, 8 MiB: some 80,000 tensors. */
    private static final long MAX_INDEX_BYTES = 8L << 20;

    private static final int SHOWN = 10;

    private final Path index;
    private final Map<String, StoredTensors> shardOf;
    private final List<StoredTensors> shards;

    private ShardedFiles(Path index, Map<String, StoredTensors> shardOf, List<StoredTensors> shards) {
        this.index = index;
        this.shardOf = shardOf;
        this.shards = shards;
    }

    static ShardedFiles open(Path index) {
        Map<String, Path> fileOf = readIndex(index);
        List<String> missing = fileOf.values().stream()
                .distinct()
                .sorted()
                .filter(file -> !ModelFiles.has(file))
                .map(file -> Printable.line(file.getFileName().toString()))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserException(index + ": expected these files beside it, which are not there: " + shown(missing)
                    + ". Download or copy them.");
        }
        Map<Path, StoredTensors> opened = new LinkedHashMap<>();
        Map<String, StoredTensors> shardOf = new TreeMap<>();
        List<String> absent = new ArrayList<>();
        try {
            for (Map.Entry<String, Path> entry : fileOf.entrySet()) {
                StoredTensors shard = opened.get(entry.getValue());
                if (shard == null) {
                    shard = WeightFiles.openShard(entry.getValue());
                    opened.put(entry.getValue(), shard);
                }
                if (!shard.contains(entry.getKey())) {
                    absent.add("'" + entry.getKey() + "' in " + entry.getValue().getFileName());
                }
                shardOf.put(entry.getKey(), shard);
            }
            if (!absent.isEmpty()) {
                throw new UserException(index + ": " + absent.size()
                        + " tensors are not in the files that it names: "
                        + String.join(", ", absent.subList(0, Math.min(10, absent.size())))
                        + ". Index and files are not of one model.");
            }
        } catch (RuntimeException | Error e) {
            opened.values().forEach(TensorSource::close);
            throw e;
        }
        return new ShardedFiles(index, shardOf, List.copyOf(opened.values()));
    }

    /** The first few of some names. */
    private static String shown(List<String> names) {
        String first = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
        return names.size() > SHOWN ? first + " and " + (names.size() - SHOWN) + " more" : first;
    }

    private static Map<String, Path> readIndex(Path index) {
        ForeignJson.requireAtMost(index, MAX_INDEX_BYTES);
        Map<String, Path> files = new HashMap<>();
        Map<String, Path> fileOf = new TreeMap<>();
        try (JsonParser in = ForeignJson.factory(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .createParser(index.toFile())) {
            boolean object = in.nextToken() == JsonToken.START_OBJECT;
            while (object && in.nextToken() == JsonToken.FIELD_NAME) {
                boolean map = in.currentName().equals("weight_map");
                if (in.nextToken() == JsonToken.START_OBJECT && map) {
                    while (in.nextToken() == JsonToken.FIELD_NAME) {
                        String tensor = in.currentName();
                        in.nextToken();
                        fileOf.put(tensor, shard(index, tensor, in, files));
                    }
                } else {
                    in.skipChildren();
                }
            }
            if (object && in.nextToken() != null) {
                throw new UserException(index + ": text follows the JSON object. Download the file again.");
            }
        } catch (IOException e) {
            throw ForeignJson.unreadable(index, e);
        }
        if (fileOf.isEmpty()) {
            throw new UserException(index + ": expected an object 'weight_map' from tensor names to files.");
        }
        return fileOf;
    }

    /**
     * A shard lies beside its index and holds weights; a path that leads elsewhere, or to an index, is not followed.
     */
    private static Path shard(Path index, String tensor, JsonParser in, Map<String, Path> files) throws IOException {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            String name = in.getText();
            Path known = files.get(name);
            if (known != null) {
                return known;
            }
            Optional<Path> file = NamedPath.beside(index, name).filter(f -> !name.endsWith(".json"));
            if (file.isPresent()) {
                files.put(name, file.get());
                return file.get();
            }
        }
        throw new UserException(index + ": weight_map." + tensor
                + ": expected the name of a file of weights beside the index, found "
                + ForeignJson.shown(ForeignJson.mapper().readTree(in)) + ".");
    }

    @Override
    public Path path() {
        return index;
    }

    @Override
    public Path fileOf(String name) {
        return shard(name).fileOf(name);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(shardOf.keySet());
    }

    @Override
    public TensorInfo info(String name) {
        return shard(name).info(name);
    }

    /** The notes of all files together; where two files differ, the later one's. */
    @Override
    public Map<String, String> metadata() {
        Map<String, String> all = new TreeMap<>();
        shards.forEach(shard -> all.putAll(shard.metadata()));
        return all;
    }

    @Override
    public void readFloats(String name, FloatBuffer target) {
        shard(name).readFloats(name, target);
    }

    @Override
    public void readFloats(String name, FloatSink sink) {
        shard(name).readFloats(name, sink);
    }

    @Override
    public long[] readLongs(String name) {
        return shard(name).readLongs(name);
    }

    @Override
    public void readStored(String name, ByteSink sink) {
        shard(name).readStored(name, sink);
    }

    private StoredTensors shard(String name) {
        StoredTensors shard = shardOf.get(name);
        if (shard == null) {
            throw TensorReading.noSuchTensor(this, name);
        }
        return shard;
    }

    @Override
    public void close() {
        shards.forEach(TensorSource::close);
    }
}
