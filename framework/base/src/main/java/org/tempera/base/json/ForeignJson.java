package org.tempera.base.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.tempera.base.files.IoReason;
import org.tempera.spi.UserException;

/**
 * Reads JSON that other programs wrote, Python's above all: {@code NaN}, {@code Infinity} and {@code -Infinity} are
 * numbers, and a number of any size is one. How deep it nests, how long a file is and how long a number may be are
 * bounded, so that a small file is always read in a short time.
 */
public final class ForeignJson {
    /** The longest file that is read as one tree, 4 MiB; a model's configuration has kilobytes. */
    public static final long MAX_BYTES = 4L << 20;

    /** How a file begins that Git LFS has put in another's place. */
    private static final String LFS = "version https://git-lfs";

    private static final int MAX_DEPTH = 100;
    private static final int SHOWN = 80;

    /**
     * The most values, keys and ends of lists of one tree: a value of two characters is an object of eighty bytes, so
     * that a file's length alone bounds nothing. The largest list of names that is known has some hundred.
     */
    private static final int MOST_VALUES = 400_000;

    /** Reads one tree with nothing behind it. To make a mapper takes longer than to read a configuration with it. */
    private static final ObjectReader WHOLE = mapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /** Reads one value of several. */
    private static final ObjectReader SMALL = mapper().reader();

    private ForeignJson() {}

    /** A factory of parsers that read what Python writes; names are neither interned nor kept between files. */
    public static JsonFactory factory(StreamReadFeature... further) {
        var builder = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .build())
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS);
        for (StreamReadFeature feature : further) {
            builder.enable(feature);
        }
        return builder.build();
    }

    /** A mapper over {@link #factory}. */
    public static ObjectMapper mapper(StreamReadFeature... further) {
        return JsonMapper.builder(factory(further)).build();
    }

    /**
     * Reads a file that holds one object.
     *
     * @throws UserException if it cannot be read, is no JSON, or something else than an object
     */
    public static ObjectNode readObject(Path file) {
        return readObject(file, MAX_BYTES);
    }

    /** As {@link #readObject(Path)}, of at most so many bytes. */
    public static ObjectNode readObject(Path file, long mostBytes) {
        requireAtMost(file, mostBytes);
        JsonNode node;
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = WHOLE.createParser(in)) {
            node = WHOLE.readTree(new Counted(parser, MOST_VALUES));
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new UserException(file + ": expected a JSON object. Download the file again.");
    }

    /**
     * Reads a text that holds one value, such as a note in a file.
     *
     * @throws JsonProcessingException if it is no JSON, or is longer than a file may be
     */
    public static JsonNode readText(String text) throws JsonProcessingException {
        return readText(text, false);
    }

    /**
     * As {@link #readText}, of objects that have no key twice: of two values one would count and the other be lost.
     *
     * @throws JsonProcessingException if one has, too
     */
    public static JsonNode readTextOfSingleKeys(String text) throws JsonProcessingException {
        return readText(text, true);
    }

    private static JsonNode readText(String text, boolean singleKeys) throws JsonProcessingException {
        if (text.length() > MAX_BYTES) {
            throw new JsonParseException(null, "it has more than " + MAX_BYTES + " characters");
        }
        try (JsonParser parser = WHOLE.createParser(text)) {
            parser.configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, singleKeys);
            JsonNode node = WHOLE.readTree(new Counted(parser, MOST_VALUES));
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The value that a parser stands at, which is one of many in a long file and itself no long one.
     *
     * @param most values, keys and ends of lists in it
     * @throws IOException if it is no JSON or has more
     */
    public static JsonNode value(JsonParser in, int most) throws IOException {
        JsonNode node = SMALL.readTree(new Counted(in, most));
        return node == null ? MissingNode.getInstance() : node;
    }

    /** A parser of at most so many tokens. */
    private static final class Counted extends JsonParserDelegate {
        private final int most;
        private int left;

        Counted(JsonParser parser, int most) {
            super(parser);
            this.most = most;
            left = most;
        }

        @Override
        public JsonToken nextToken() throws IOException {
            if (--left < 0) {
                throw new JsonParseException(delegate, "it has more than " + most + " values", currentLocation());
            }
            return super.nextToken();
        }
    }

    /**
     * Fails for a longer file.
     *
     * @throws UserException that says both lengths
     */
    public static void requireAtMost(Path file, long mostBytes) {
        long bytes;
        try {
            bytes = Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        if (bytes > mostBytes) {
            throw new UserException(file + ": expected at most " + mostBytes + " bytes of JSON, found " + bytes
                    + ". This is no such file; check the path.");
        }
    }

    /** What is said of a file that is no JSON; the place is told by line and column. */
    public static UserException unreadable(Path file, IOException e) {
        if (isPointer(file)) {
            return new UserException(
                    file + ": is a Git LFS pointer, not the file. Run 'git lfs pull' in its folder.", e);
        }
        return new UserException(file + ": cannot be read as JSON: " + why(e) + ". Download the file again.", e);
    }

    private static boolean isPointer(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(LFS.length()), StandardCharsets.US_ASCII).equals(LFS);
        } catch (IOException e) {
            return false;
        }
    }

    /** What is wrong with some JSON, in one line, with its place. */
    public static String why(IOException e) {
        if (!(e instanceof JsonProcessingException json)) {
            return IoReason.of(e);
        }
        String text = JsonWords.of(json);
        if (json.getLocation() == null) {
            return text;
        }
        return text + " (line " + json.getLocation().getLineNr() + ", column "
                + json.getLocation().getColumnNr() + ")";
    }

    /** A value as messages show it: its JSON, cut where it is long. */
    public static String shown(JsonNode value) {
        if (value.isContainerNode() && value.size() > SHOWN) {
            return (value.isArray() ? "a list of " : "an object of ") + value.size();
        }
        // Not as JSON, which would quote NaN.
        String text = value.isNumber() ? value.asText() : value.toString();
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
    }
}
