package org.tempera.base.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes plain data as JSON and reads it back unchanged.
 *
 * <p>Plain data is a string, a boolean, a number, a list, or a map with string keys; primitive arrays are written as
 * lists. Integers come back as {@link Long}, all other numbers as {@link Double}, bit for bit. JSON has no NaN and no
 * infinities: they are written as {@code {"$float": "NaN"}} and come back as numbers.
 */
public final class PlainJson {
    private static final String FLOAT = "$float";

    /** What any text may take in memory once it is read, and twice its length besides. */
    private static final long FREE_BYTES = 56L << 20;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // The shortest decimal that reads back as the same bits, whatever the JDK.
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .build();

    private PlainJson() {}

    /** Text that is not JSON, or holds what plain data cannot. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    /** JSON in one line, without an end of line. */
    public static String line(Object plain) {
        return write(plain, false);
    }

    /** Indented JSON that ends with an end of line. */
    public static String pretty(Object plain) {
        return write(plain, true) + "\n";
    }

    private static String write(Object plain, boolean indented) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = JSON.createGenerator(text)) {
            if (indented) {
                DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
                DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
                printer.indentObjectsWith(indenter);
                out.setPrettyPrinter(printer);
            }
            write(plain, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(Object plain, JsonGenerator out) throws IOException {
        if (plain instanceof String s) {
            out.writeString(s);
        } else if (plain instanceof Boolean b) {
            out.writeBoolean(b);
        } else if (plain instanceof Long || plain instanceof Integer || plain instanceof Short) {
            out.writeNumber(((Number) plain).longValue());
        } else if (plain instanceof Float f) {
            // As a double: its decimal reads back as the same double, and so as the same float.
            writeReal(f.doubleValue(), out);
        } else if (plain instanceof Double d) {
            writeReal(d, out);
        } else if (plain instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : StableOrder.of(map).entrySet()) {
                if (!(entry.getKey() instanceof String key)) {
                    throw new IllegalArgumentException("keys of plain data must be strings, found " + entry.getKey());
                }
                out.writeFieldName(key);
                write(entry.getValue(), out);
            }
            out.writeEndObject();
        } else if (plain instanceof Iterable<?> items) {
            out.writeStartArray();
            for (Object item : items) {
                write(item, out);
            }
            out.writeEndArray();
        } else {
            writeArray(plain, out);
        }
    }

    private static void writeArray(Object plain, JsonGenerator out) throws IOException {
        out.writeStartArray();
        if (plain instanceof double[] numbers) {
            for (double x : numbers) {
                writeReal(x, out);
            }
        } else if (plain instanceof float[] numbers) {
            for (float x : numbers) {
                writeReal(x, out);
            }
        } else if (plain instanceof long[] numbers) {
            for (long x : numbers) {
                out.writeNumber(x);
            }
        } else if (plain instanceof int[] numbers) {
            for (int x : numbers) {
                out.writeNumber(x);
            }
        } else {
            throw new IllegalArgumentException("plain data cannot hold "
                    + (plain == null ? "null" : plain.getClass().getName()));
        }
        out.writeEndArray();
    }

    private static void writeReal(double x, JsonGenerator out) throws IOException {
        if (Double.isFinite(x)) {
            out.writeNumber(x);
        } else {
            out.writeStartObject();
            out.writeStringField(FLOAT, Double.toString(x));
            out.writeEndObject();
        }
    }

    /** Reads one JSON object. */
    public static Map<String, Object> readObject(String text) throws MalformedException {
        Object value = read(text);
        if (!(value instanceof Map<?, ?> map)) {
            throw new MalformedException("expected a JSON object, found " + kind(value));
        }
        @SuppressWarnings("unchecked") // read() makes maps with string keys only
        Map<String, Object> object = (Map<String, Object>) map;
        return object;
    }

    /**
     * Reads one JSON object that another program wrote: what plain data cannot hold is no reason to refuse it. A null
     * is as if it were not there, NaN and infinities are numbers, and so are integers beyond a long.
     */
    public static Map<String, Object> readForeignObject(String text) throws MalformedException {
        Object value = read(text, ForeignJson.factory(StreamReadFeature.STRICT_DUPLICATE_DETECTION), true);
        if (!(value instanceof Map<?, ?> map)) {
            throw new MalformedException("expected a JSON object, found " + kind(value));
        }
        @SuppressWarnings("unchecked") // read() makes maps with string keys only
        Map<String, Object> object = (Map<String, Object>) map;
        return object;
    }

    /** Reads one JSON value. */
    public static Object read(String text) throws MalformedException {
        return read(text, JSON, false);
    }

    private static Object read(String text, JsonFactory factory, boolean foreign) throws MalformedException {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new MalformedException("expected JSON, found nothing");
            }
            Object value = new Reading(parser, foreign, FREE_BYTES + 2L * text.length()).value();
            if (parser.nextToken() != null) {
                throw new MalformedException("text follows the JSON value");
            }
            return value;
        } catch (IOException e) {
            throw new MalformedException(
                    e instanceof JsonProcessingException json ? JsonWords.of(json) : String.valueOf(e.getMessage()));
        }
    }

    /**
     * One value, and what it takes in memory: an object of two characters is fifty bytes, so that a text's length alone
     * bounds nothing.
     */
    private static final class Reading {
        private static final int OBJECT = 56;
        private static final int OBJECT_THAT_HOLDS = 80;
        private static final int KEY = 40;
        private static final int LIST = 24;
        private static final int LIST_THAT_HOLDS = 56;
        private static final int TEXT = 48;
        private static final int NUMBER = 28;

        private static final int MOST_SHARED = 1_000;
        private static final int LONGEST_SHARED = 200;

        private final JsonParser parser;
        private final boolean foreign;
        private final Map<String, String> texts = new HashMap<>();
        private long left;

        Reading(JsonParser parser, boolean foreign, long bytes) {
            this.parser = parser;
            this.foreign = foreign;
            left = bytes;
        }

        /** The same text as before, where it was read before: prompts and names stand in a file again and again. */
        private String shared(String text) {
            if (text.length() > LONGEST_SHARED || (texts.size() == MOST_SHARED && !texts.containsKey(text))) {
                return text;
            }
            return texts.computeIfAbsent(text, t -> t);
        }

        private void take(long bytes) throws MalformedException {
            left -= bytes;
            if (left < 0) {
                throw new MalformedException("it holds more than its length lets expect");
            }
        }

        Object value() throws IOException, MalformedException {
            switch (parser.currentToken()) {
                case VALUE_STRING -> {
                    take(TEXT + parser.getTextLength());
                    return shared(parser.getText());
                }
                case VALUE_TRUE -> {
                    return true;
                }
                case VALUE_FALSE -> {
                    return false;
                }
                case VALUE_NUMBER_INT -> {
                    take(NUMBER);
                    boolean beyond = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER;
                    return foreign && beyond ? (Object) parser.getDoubleValue() : (Object) parser.getLongValue();
                }
                case VALUE_NUMBER_FLOAT -> {
                    take(NUMBER);
                    return parser.getDoubleValue();
                }
                case START_ARRAY -> {
                    List<Object> items = new ArrayList<>();
                    take(LIST);
                    while (parser.nextToken() != JsonToken.END_ARRAY) {
                        if (!foreign || parser.currentToken() != JsonToken.VALUE_NULL) {
                            take(items.isEmpty() ? LIST_THAT_HOLDS : 0);
                            items.add(value());
                        }
                    }
                    return items;
                }
                case START_OBJECT -> {
                    Map<String, Object> fields = new LinkedHashMap<>();
                    take(OBJECT);
                    while (parser.nextToken() != JsonToken.END_OBJECT) {
                        String key = parser.currentName();
                        parser.nextToken();
                        if (!foreign || parser.currentToken() != JsonToken.VALUE_NULL) {
                            take((fields.isEmpty() ? OBJECT_THAT_HOLDS : 0) + KEY + TEXT + key.length());
                            fields.put(key, value());
                        }
                    }
                    return !foreign && fields.size() == 1 && fields.get(FLOAT) instanceof String s
                            ? nonFinite(s)
                            : fields;
                }
                default -> throw new MalformedException("plain data cannot hold '" + parser.getText() + "'");
            }
        }
    }

    private static Double nonFinite(String text) throws MalformedException {
        return switch (text) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw new MalformedException("expected NaN, Infinity or -Infinity, found '" + text + "'");
        };
    }

    private static String kind(Object value) {
        return value instanceof List<?> ? "a list" : "'" + value + "'";
    }
}
