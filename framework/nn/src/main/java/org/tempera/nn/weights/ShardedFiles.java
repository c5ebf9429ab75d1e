package org.tempera.nn.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.spi.UserException;

/** Weights spread over several files, which an index ({@code *.index.json}, key {@code weight_map}) tells apart. */
final class ShardedFiles implements StoredTensors {
    private final Path index;
    private final Map<String, StoredTensors> shardOf;
    private final List<StoredTensors> shards;

    private ShardedFiles(Path index, Map<String, StoredTensors> shardOf, List<StoredTensors> shards) {
        this.index = index;
        this.shardOf = shardOf;
        this.shards = shards;
    }

    static ShardedFiles open(Path index) {
        Map<String, String> fileOf = readIndex(index);
        List<String> missing = fileOf.values().stream()
                .distinct()
                .sorted()
                .filter(file -> !Files.isRegularFile(index.resolveSibling(file)))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserException(index + ": expected these files beside it, which are not there: "
                    + String.join(", ", missing) + ". Download or copy them.");
        }
        Map<String, StoredTensors> opened = new LinkedHashMap<>();
        Map<String, StoredTensors> shardOf = new TreeMap<>();
        List<String> absent = new ArrayList<>();
        try {
            for (Map.Entry<String, String> entry : fileOf.entrySet()) {
                StoredTensors shard = opened.get(entry.getValue());
                if (shard == null) {
                    shard = WeightFiles.openFile(index.resolveSibling(entry.getValue()));
                    opened.put(entry.getValue(), shard);
                }
                if (!shard.contains(entry.getKey())) {
                    absent.add("'" + entry.getKey() + "' in " + entry.getValue());
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

    private static Map<String, String> readIndex(Path index) {
        JsonNode map;
        ObjectMapper mapper = new ObjectMapper(JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build());
        try (JsonParser parser = mapper.createParser(index.toFile())) {
            JsonNode root = mapper.readTree(parser);
            map = root == null ? mapper.missingNode() : root.path("weight_map");
        } catch (IOException e) {
            throw new UserException(index + ": cannot be read as JSON: " + e.getMessage(), e);
        }
        if (!map.isObject() || map.isEmpty()) {
            throw new UserException(index + ": expected an object 'weight_map' from tensor names to files.");
        }
        Map<String, String> fileOf = new TreeMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            String file = entry.getValue().asText();
            // A shard lies beside its index; a path that leads elsewhere is not followed.
            if (!entry.getValue().isTextual() || file.isEmpty() || file.contains("/") || file.contains("\\")) {
                throw new UserException(index + ": weight_map." + entry.getKey()
                        + ": expected the name of a file beside the index, found " + entry.getValue() + ".");
            }
            fileOf.put(entry.getKey(), file);
        }
        return fileOf;
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
