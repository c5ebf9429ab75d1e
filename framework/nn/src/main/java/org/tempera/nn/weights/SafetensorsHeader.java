package org.tempera.nn.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tempera.base.json.ForeignJson;
import org.tensorflow.ndarray.Shape;

/**
 * The JSON header of a safetensors file, checked: known dtypes, sizes that follow from the shapes, and byte ranges that
 * cover the data without overlap or hole.
 *
 * @param tensors where each tensor lies, by name
 * @param metadata the free key-value notes
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {
    static final String METADATA = "__metadata__";
    private static final int REPORTED_PROBLEMS = 20;
    private static final int MAX_RANK = 64;

    /** How safetensors names dtypes: F8_E4M3, F4, U16, C64 and what may come after them. */
    private static final Pattern NEWER_DTYPE = Pattern.compile("[A-Z]{1,4}[0-9]{1,3}(?:_[A-Z0-9]{1,12})?");

    /**
     * A tensor's bytes lie from {@code start} (inclusive) to {@code end} (exclusive), counted from the first data byte.
     */
    record Entry(TensorInfo info, long start, long end) {}

    /** Why a header is no good; the reader adds the file's name. */
    static final class BadHeaderException extends Exception {
        private static final long serialVersionUID = 1L;

        BadHeaderException(String message) {
            super(message);
        }
    }

    /** Why the header of a file that may well be sound is not read; the reader adds the file's name. */
    static final class UnreadDtypeException extends Exception {
        private static final long serialVersionUID = 1L;

        UnreadDtypeException(String message) {
            super(message);
        }
    }

    static SafetensorsHeader parse(byte[] json, long dataBytes) throws BadHeaderException, UnreadDtypeException {
        if (json.length == 0 || json[0] != '{') {
            throw new BadHeaderException("expected the header to begin with '{'");
        }
        Map<String, Entry> tensors = new TreeMap<>();
        Map<String, String> metadata = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        Map<String, String> unread = new TreeMap<>();
        try (JsonParser parser = ForeignJson.factory(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (name.equals(METADATA)) {
                    readMetadata(parser, metadata);
                } else {
                    readEntry(parser, name, problems, unread).ifPresent(e -> tensors.put(name, e));
                }
            }
            if (parser.nextToken() != null) {
                throw new BadHeaderException("the header goes on after its closing brace");
            }
        } catch (IOException e) {
            throw new BadHeaderException("the header is not valid JSON: " + ForeignJson.why(e));
        }
        if (problems.isEmpty() && !unread.isEmpty()) {
            throw new UnreadDtypeException(unread(unread, tensors.size()));
        }
        if (problems.isEmpty()) {
            checkLayout(tensors, dataBytes, problems);
        }
        if (!problems.isEmpty()) {
            throw new BadHeaderException(summary(problems));
        }
        return new SafetensorsHeader(tensors, metadata);
    }

    private static void readMetadata(JsonParser parser, Map<String, String> metadata)
            throws IOException, BadHeaderException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new BadHeaderException("expected an object of strings at " + METADATA);
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new BadHeaderException("expected a string at " + METADATA + "." + key);
            }
            metadata.put(key, parser.getText());
        }
    }

    private static Optional<Entry> readEntry(
            JsonParser parser, String name, List<String> problems, Map<String, String> unread)
            throws IOException, BadHeaderException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new BadHeaderException(
                    "tensor '" + name + "': expected an object with dtype, shape and data_offsets");
        }
        String dtypeName = "";
        @Nullable List<Long> shape = null;
        @Nullable List<Long> offsets = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case "dtype" -> dtypeName = parser.getText();
                case "shape" -> shape = readLongs(parser, name, key);
                case "data_offsets" -> offsets = readLongs(parser, name, key);
                default -> throw new BadHeaderException("tensor '" + name + "': unknown key '" + key + "'");
            }
        }
        if (shape == null || offsets == null || offsets.size() != 2) {
            throw new BadHeaderException("tensor '" + name + "': expected dtype, shape and two data_offsets");
        }
        DType dtype = dtypeOf(dtypeName);
        if (dtype == null) {
            if (NEWER_DTYPE.matcher(dtypeName).matches()) {
                unread.put(name, dtypeName);
            } else {
                problems.add("tensor '" + name + "': expected a dtype, found '" + dtypeName + "'");
            }
            return Optional.empty();
        }
        long start = offsets.get(0);
        long end = offsets.get(1);
        long expected;
        try {
            expected = dtype.byteSize();
            for (long dimension : shape) {
                expected = Math.multiplyExact(expected, dimension);
            }
        } catch (ArithmeticException e) {
            problems.add("tensor '" + name + "': shape " + shape + " is too large to be true");
            return Optional.empty();
        }
        if (end < start || end - start != expected) {
            problems.add("tensor '" + name + "': " + dtype + " " + shape + " takes " + expected
                    + " bytes, but data_offsets " + offsets + " span " + (end - start));
            return Optional.empty();
        }
        Shape dims = Shape.of(shape.stream().mapToLong(Long::longValue).toArray());
        return Optional.of(new Entry(new TensorInfo(name, dtype, dims), start, end));
    }

    private static List<Long> readLongs(JsonParser parser, String name, String key)
            throws IOException, BadHeaderException {
        List<Long> values = new ArrayList<>();
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw new BadHeaderException("tensor '" + name + "': expected a list of whole numbers at " + key);
        }
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || parser.getLongValue() < 0) {
                throw new BadHeaderException("tensor '" + name + "': expected whole numbers of at least 0 at " + key
                        + ", found " + parser.getText());
            }
            if (values.size() == MAX_RANK) {
                throw new BadHeaderException(
                        "tensor '" + name + "': expected at most " + MAX_RANK + " numbers at " + key);
            }
            values.add(parser.getLongValue());
        }
        return values;
    }

    private static void checkLayout(Map<String, Entry> tensors, long dataBytes, List<String> problems) {
        List<Entry> inOrder = new ArrayList<>(tensors.values());
        inOrder.sort(Comparator.comparingLong(Entry::start).thenComparingLong(Entry::end));
        long position = 0;
        String before = "the header";
        for (Entry entry : inOrder) {
            String here = "tensor '" + entry.info().name() + "'";
            if (entry.start() < position) {
                problems.add(here + " begins at byte " + entry.start() + " and overlaps " + before + ", which ends at "
                        + position);
            } else if (entry.start() > position) {
                problems.add(here + " begins at byte " + entry.start() + " and leaves a hole after " + before
                        + ", which ends at " + position);
            }
            position = Math.max(position, entry.end());
            before = here;
        }
        if (position > dataBytes) {
            problems.add("the file is truncated: the tensors take " + position + " bytes, the file has " + dataBytes
                    + " after its header");
        } else if (position < dataBytes) {
            problems.add("the file has " + dataBytes + " bytes after its header, of which the tensors take only "
                    + position);
        }
    }

    /** Each dtype that is not read, with the first tensor that has it. */
    private static String unread(Map<String, String> unread, int read) {
        Map<String, String> first = new TreeMap<>();
        unread.forEach((name, dtype) -> first.putIfAbsent(dtype, name));
        String dtypes = first.entrySet().stream()
                .limit(REPORTED_PROBLEMS)
                .map(e -> e.getKey() + " (such as '" + e.getValue() + "')")
                .collect(Collectors.joining(", "));
        return unread.size() + " of its " + (unread.size() + read) + " tensors have a dtype that is not read: " + dtypes
                + ". Read are " + List.of(DType.values())
                + ". Save them in one of these, or leave them out where the model does not need them.";
    }

    private static @Nullable DType dtypeOf(String name) {
        for (DType dtype : DType.values()) {
            if (dtype.name().equals(name)) {
                return dtype;
            }
        }
        return null;
    }

    private static String summary(List<String> problems) {
        if (problems.size() == 1) {
            return problems.get(0);
        }
        StringBuilder text = new StringBuilder(problems.size() + " problems:");
        problems.stream().limit(REPORTED_PROBLEMS).forEach(p -> text.append("\n  - ")
                .append(p));
        if (problems.size() > REPORTED_PROBLEMS) {
            text.append("\n  - and ")
                    .append(problems.size() - REPORTED_PROBLEMS)
                    .append(" more");
        }
        return text.toString();
    }
}
