package org.tempera.core.workers;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tempera.base.json.PlainJson;
import org.tempera.spi.HostTensor;
import org.tempera.spi.PlainFields;

/**
 * What one worker hands to the others: it arrives bit for bit, in the order in which it was put in.
 *
 * @param plain plain data
 * @param tensors by name
 */
public record Parcel(Map<String, Object> plain, Map<String, HostTensor> tensors) {
    private static final Parcel EMPTY = new Parcel(Map.of(), Map.of());

    public Parcel {
        plain = Collections.unmodifiableMap(new LinkedHashMap<>(plain));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    /** One that holds nothing. */
    public static Parcel empty() {
        return EMPTY;
    }

    /** One of plain data. */
    public static Parcel of(Map<String, Object> plain) {
        return new Parcel(plain, Map.of());
    }

    /** The plain data, to be read. */
    public PlainFields fields() {
        return PlainFields.of(plain);
    }

    byte[] bytes() {
        List<String> names = List.copyOf(tensors.keySet());
        List<int[]> shapes = names.stream().map(n -> tensor(n).shape()).toList();
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("plain", plain);
        head.put("names", names);
        head.put("shapes", shapes);
        byte[] json = PlainJson.line(head).getBytes(StandardCharsets.UTF_8);
        long size = Integer.BYTES + (long) json.length;
        for (HostTensor t : tensors.values()) {
            size += (long) Float.BYTES * t.size();
        }
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(size));
        all.putInt(json.length).put(json);
        for (HostTensor t : tensors.values()) {
            all.asFloatBuffer().put(t.data());
            all.position(all.position() + Float.BYTES * t.size());
        }
        return all.array();
    }

    static Parcel of(byte[] bytes) {
        ByteBuffer all = ByteBuffer.wrap(bytes);
        byte[] json = new byte[all.getInt()];
        all.get(json);
        PlainFields head = PlainFields.of(read(new String(json, StandardCharsets.UTF_8)));
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        List<Object> shapes = new ArrayList<>(head.list("shapes"));
        int at = 0;
        for (Object name : head.list("names")) {
            int[] shape = ((List<?>) shapes.get(at++))
                    .stream().mapToInt(d -> ((Number) d).intValue()).toArray();
            float[] data = new float[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
            all.asFloatBuffer().get(data);
            all.position(all.position() + Float.BYTES * data.length);
            tensors.put((String) name, HostTensor.of(data, shape));
        }
        return new Parcel(head.map("plain"), tensors);
    }

    private static Map<String, Object> read(String json) {
        try {
            return PlainJson.readObject(json);
        } catch (PlainJson.MalformedException e) {
            throw new IllegalStateException("another worker sent what is no parcel: " + e.getMessage(), e);
        }
    }

    private HostTensor tensor(String name) {
        HostTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' among " + tensors.keySet());
        }
        return tensor;
    }
}
