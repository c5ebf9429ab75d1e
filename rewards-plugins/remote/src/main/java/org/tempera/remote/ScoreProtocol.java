package org.tempera.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.PartialScores;

/** Version 1 of what is sent and answered; docs/rewards.md describes it. */
final class ScoreProtocol {
    private static final int VERSION = 1;
    private static final int SHOWN = 8;

    /** Values, keys and ends of lists in an answer, besides its scores: one of two bytes is eighty in memory. */
    private static final int MOST_OTHERS = 100_000;

    private final String url;
    private final ImageFormat format;
    private final ServerWords words;
    // Python's json writes NaN and Infinity, which strict JSON does not know.
    private final ObjectMapper mapper = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** Looks at an answer before there is a tree of it. */
    private void requireFew(byte[] answer, int expected) throws IOException {
        try (JsonParser parser = mapper.createParser(answer)) {
            for (int values = 0; parser.nextToken() != null; values++) {
                if (values > MOST_OTHERS + expected) {
                    throw wrong(expected, "more than " + MOST_OTHERS + " other values" + words.said(answer));
                }
            }
        }
    }

    /** @param url what is asked, as messages name it; @param words quotes what it says */
    ScoreProtocol(String url, ImageFormat format, ServerWords words) {
        this.url = url;
        this.words = words;
        this.format = format;
    }

    /** The body of a request. */
    byte[] request(List<Sample> samples) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            json.writeStringField("format", format.name().toLowerCase(Locale.ROOT));
            json.writeArrayFieldStart("samples");
            for (Sample sample : samples) {
                json.writeStartObject();
                json.writeStringField("prompt", sample.prompt());
                json.writeNumberField("seed", sample.seed());
                json.writeNumberField("height", sample.height());
                json.writeNumberField("width", sample.width());
                json.writeBinaryField("image", format == ImageFormat.PNG ? png(sample) : sample.rgb());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return bytes.toByteArray();
    }

    /**
     * The scores in an answer.
     *
     * @throws UserException if the answer is not {@code {"scores": [...]}} with as many numbers as were asked for
     * @throws PartialScores if some are null or NaN, which is how a server says that it has none, or are no numbers, or
     *     too large for one in single precision
     */
    float[] scores(byte[] answer, int expected) {
        if (answer.length == 0) {
            throw wrong(expected, "an empty answer");
        }
        JsonNode root;
        try {
            requireFew(answer, expected);
            root = mapper.readTree(answer);
        } catch (JsonParseException e) {
            String why = e.getOriginalMessage().startsWith("Duplicate field")
                    ? "an answer that names a key twice"
                    : "what is not JSON";
            throw wrong(expected, why + words.said(answer));
        } catch (IOException e) { // no JSON, or no text: zeros at the beginning are taken for UTF-16 or UTF-32
            throw wrong(expected, "what is not JSON" + words.said(answer));
        }
        JsonNode list = root.path("scores");
        if (!list.isArray()) {
            throw wrong(expected, "no list 'scores'" + words.said(answer));
        }
        if (list.size() != expected) {
            throw wrong(expected, list.size() + " number(s)");
        }
        float[] scores = new float[expected];
        List<String> bad = new ArrayList<>();
        Set<String> none = new TreeSet<>();
        int numbers = 0;
        for (int i = 0; i < expected; i++) {
            JsonNode score = list.get(i);
            scores[i] = score.isNumber() ? score.floatValue() : Float.NaN;
            if (Float.isInfinite(scores[i])) {
                scores[i] = Float.NaN;
                bad.add("scores[" + i + "] = " + words.shortened(written(answer, i)));
                numbers++;
            } else if (score.isNumber() || score.isNull()) {
                if (Float.isNaN(scores[i])) {
                    none.add(score.asText());
                }
                numbers++;
            } else {
                bad.add("scores[" + i + "] = " + words.shortened(score.toString()));
            }
        }
        if (bad.isEmpty() && none.isEmpty()) {
            return scores;
        }
        if (bad.isEmpty()) {
            throw new PartialScores(
                    "remote reward: " + url + " answered " + String.join(" and ", none)
                            + " in place of a score. Look into the server's log.",
                    scores);
        }
        UserException wrong = wrong(
                expected,
                String.join(", ", bad.subList(0, Math.min(SHOWN, bad.size())))
                        + (bad.size() > SHOWN ? " and " + (bad.size() - SHOWN) + " more" : ""));
        throw numbers == 0 ? wrong : new PartialScores(String.valueOf(wrong.getMessage()), scores, wrong);
    }

    /** A score as the server wrote it: of what no number can hold, a parsed one tells nothing. */
    private String written(byte[] answer, int index) {
        try (JsonParser json = mapper.createParser(answer)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean named = json.currentName().equals("scores");
                boolean found = json.nextToken() == JsonToken.START_ARRAY && named;
                for (int i = 0; found && json.nextToken() != JsonToken.END_ARRAY; i++) {
                    if (i == index) {
                        return json.getText();
                    }
                    json.skipChildren();
                }
                json.skipChildren();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it has been read before
        }
        return "no finite number";
    }

    private UserException wrong(int expected, String found) {
        return new UserException("remote reward: " + url + ": expected {\"scores\": [...]} with " + expected
                + " number(s), one for each picture in their order; found " + found
                + ". Mend the server; the protocol is in docs/rewards.md.");
    }

    private static byte[] png(Sample sample) throws IOException {
        BufferedImage image = new BufferedImage(sample.width(), sample.height(), BufferedImage.TYPE_INT_RGB);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        byte[] rgb = sample.rgb();
        for (int p = 0; p < pixels.length; p++) {
            pixels[p] = ((rgb[3 * p] & 0xff) << 16) | ((rgb[3 * p + 1] & 0xff) << 8) | (rgb[3 * p + 2] & 0xff);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // A stream of our own, since ImageIO's would go through a file.
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageIO.write(image, "png", stream);
        }
        return bytes.toByteArray();
    }
}
