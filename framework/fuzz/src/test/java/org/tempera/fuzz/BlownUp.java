package org.tempera.fuzz;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.zip.CRC32;

/**
 * Sound files grown to some MB by more of what is in them: of what takes many times its length, or the square of it,
 * nothing is seen in files of some kB.
 */
final class BlownUp {
    /** Bytes that a file grows to, about. */
    private static final int GROWN = 4 << 20;

    /** A prompt is no longer, whatever file it stands in, nor is what a command is given. */
    private static final int GROWN_TEXT = 100_000;

    private static final Set<String> SHORT = Set.of(TextTargets.NAME, "override.conf");

    /** Lists and objects of a file that grow, each alone. */
    private static final int MOST_CONTAINERS = 12;

    private static final int AFTER_PNG_HEADER = 33;

    private BlownUp() {}

    /** The ways in which a file of that name grows, by what they are called. */
    static Map<String, byte[]> ways(String name, byte[] sound) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "json" -> json(sound);
            case "jsonl" -> lines(sound);
            case "txt", "conf", "csv", "tsv" -> text(sound, SHORT.contains(name) ? GROWN_TEXT : GROWN);
            case "png" -> png(sound);
            case "safetensors" -> safetensors(sound);
            case "pt", "pth", "bin" -> pickle(sound);
            default -> Map.of();
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String repeated(IntFunction<String> part, int length) {
        StringBuilder all = new StringBuilder(length + 100);
        for (int i = 0; all.length() < length; i++) {
            all.append(part.apply(i));
        }
        return all.toString();
    }

    private static Map<String, byte[]> text(byte[] sound, int length) {
        Map<String, byte[]> ways = new LinkedHashMap<>();
        String text = new String(sound, StandardCharsets.UTF_8);
        ways.put("line feeds behind it", bytes(text + "\n".repeat(length)));
        ways.put("lines of one letter", bytes(text + "\n" + "a\n".repeat(length / 2)));
        ways.put("lines that differ", bytes(text + "\n" + repeated(i -> i + "\n", length)));
        ways.put("itself again", bytes(repeated(i -> text + "\n", length)));
        ways.put("one long line", bytes(text.strip() + repeated(i -> " <" + i % 10, length)));
        return ways;
    }

    private static Map<String, byte[]> lines(byte[] sound) {
        Map<String, byte[]> ways = new LinkedHashMap<>();
        String text = new String(sound, StandardCharsets.UTF_8);
        ways.put("line feeds behind it", bytes(text + "\n".repeat(GROWN)));
        ways.put("itself again", bytes(repeated(i -> text, GROWN)));
        String first = text.lines().findFirst().orElse("{}");
        json(bytes(first)).forEach((way, line) -> ways.put("a line: " + way, line));
        return ways;
    }

    private static Map<String, byte[]> json(byte[] sound) {
        Json.Node top;
        try {
            top = Json.parse(sound);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, byte[]> ways = new LinkedHashMap<>();
        if (top.object) {
            for (String value : List.of("[]", "{}", "{\"a\":0}", "\"a\"")) {
                ways.put("a key of many " + value, with(top, "\"x\"", "[" + repeated(i -> value + ",", GROWN) + "0]"));
            }
            ways.put("a long text", with(top, "\"x\"", "\"" + "a".repeat(GROWN) + "\""));
        }
        int number = 0;
        Deque<Json.Node> open = new ArrayDeque<>(List.of(top));
        while (!open.isEmpty() && number < MOST_CONTAINERS) {
            Json.Node node = open.remove();
            if (!node.items.isEmpty()) {
                ways.put("more of container " + number++, grown(top, node));
                open.addAll(node.items);
            }
        }
        return ways;
    }

    private static byte[] with(Json.Node top, String key, String value) {
        top.keys.add(0, key);
        top.items.add(0, Json.Node.of(value));
        byte[] written = written(top);
        top.keys.remove(0);
        top.items.remove(0);
        return written;
    }

    /** A list or an object with its first entry again and again, under other keys. */
    private static byte[] grown(Json.Node top, Json.Node node) {
        List<String> keys = new ArrayList<>(node.keys);
        List<Json.Node> items = new ArrayList<>(node.items);
        StringBuilder entry = new StringBuilder();
        items.get(0).write(entry);
        for (int i = 0; (long) i * (entry.length() + 8) < GROWN; i++) {
            if (node.object) {
                node.keys.add("\"" + i + "_" + keys.get(0).substring(1));
            }
            node.items.add(items.get(0));
        }
        byte[] written = written(top);
        node.keys.clear();
        node.keys.addAll(keys);
        node.items.clear();
        node.items.addAll(items);
        return written;
    }

    private static byte[] written(Json.Node top) {
        StringBuilder out = new StringBuilder();
        top.write(out);
        return bytes(out.toString());
    }

    private static Map<String, byte[]> png(byte[] sound) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(sound, 0, Math.min(AFTER_PNG_HEADER, sound.length));
        for (int i = 0; out.size() < GROWN; i++) {
            byte[] typed = bytes("tEXt" + i + "\0");
            CRC32 crc = new CRC32();
            crc.update(typed);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(typed.length - Integer.BYTES)
                    .array());
            out.writeBytes(typed);
            out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                    .putInt((int) crc.getValue())
                    .array());
        }
        out.write(sound, AFTER_PNG_HEADER, Math.max(0, sound.length - AFTER_PNG_HEADER));
        return Map.of("notes of all keywords", out.toByteArray());
    }

    private static Map<String, byte[]> safetensors(byte[] sound) {
        int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] data = Arrays.copyOfRange(sound, Long.BYTES + length, sound.length);
        String rest = new String(sound, Long.BYTES, length, StandardCharsets.UTF_8).strip();
        rest = rest.substring(1);
        Map<String, byte[]> ways = new LinkedHashMap<>();
        String empty = "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},";
        ways.put("tensors of nothing", safetensors("{" + repeated(i -> "\"t" + i + empty, GROWN) + rest, data));
        if (!rest.contains("__metadata__")) {
            String notes = repeated(i -> "\"" + i + "\":\"\",", GROWN) + "\"a\":\"\"},";
            ways.put("notes of all keywords", safetensors("{\"__metadata__\":{" + notes + rest, data));
        }
        return ways;
    }

    private static byte[] safetensors(String header, byte[] data) {
        byte[] text = bytes(header);
        return ByteBuffer.allocate(Long.BYTES + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .put(data)
                .array();
    }

    /** Behind its first operation, the protocol's. */
    private static Map<String, byte[]> pickle(byte[] sound) {
        Map<String, byte[]> ways = new LinkedHashMap<>();
        for (String part : List.of("]0", "N0", "}q\0000", "K\001K\002\2060")) {
            byte[] grown = TorchMutator.withPickle(sound, pickle -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                out.write(pickle, 0, 2);
                out.writeBytes(repeated(i -> part, GROWN / 2).getBytes(StandardCharsets.ISO_8859_1));
                out.write(pickle, 2, pickle.length - 2);
                return out.toByteArray();
            });
            ways.put("operations " + Json.quote(part), grown);
        }
        return ways;
    }
}
