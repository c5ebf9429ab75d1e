package org.tempera.nn.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.tempera.nn.json.ForeignJson;
import org.tempera.spi.UserException;

/**
 * The files of a tokenizer folder, read and checked: {@code vocab.json}, {@code merges.txt}, and, where they are there,
 * {@code tokenizer_config.json}, {@code special_tokens_map.json} and {@code added_tokens.json}.
 *
 * @param vocabulary id by token
 * @param ranks place of each pair in the list of merges
 * @param special the special tokens by role ({@code bos_token}, {@code eos_token}, {@code unk_token}, {@code
 *     pad_token}) and then any others
 * @param addedIds ids of tokens that were added to the vocabulary
 * @param maxLength tokens of a prompt, start and end included
 */
record TokenizerFolder(
        Map<String, Integer> vocabulary,
        Map<BytePairs.Pair, Integer> ranks,
        Map<String, AddedToken> special,
        Map<String, Integer> addedIds,
        int maxLength) {
    static final String START_OF_TEXT = "<|startoftext|>";
    static final String END_OF_TEXT = "<|endoftext|>";
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";
    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";
    static final int DEFAULT_MAX_LENGTH = 77;

    private static final String ADDED_TOKENS = "added_tokens.json";
    private static final String PUBLISHED_MERGES = "bpe_simple_vocab_16e6.txt.gz";
    /** The reference reads no more merges than this. */
    private static final int MAX_MERGES = 49152 - 256 - 2;
    /** Longer than any text encoder; the reference writes 10^30 for "no limit". */
    private static final int LARGEST_MAX_LENGTH = 1 << 20;

    /** The largest file of tokens or merges that is read, 8 MiB: some 400,000 tokens. */
    private static final long LARGEST_FILE = 8L << 20;

    /** Larger than any vocabulary: ids are below. */
    private static final int MOST_IDS = 1 << 24;

    /** Names are not interned: a vocabulary's 49,000 are read once, and it takes a third of their time. */
    private static final ObjectMapper JSON = ForeignJson.mapper();

    /** A token that is cut out of the text before anything else, and whether it takes the white space around it along. */
    record AddedToken(String content, boolean stripsLeft, boolean stripsRight, boolean wholeWord) {}

    static TokenizerFolder read(Path folder) {
        List<String> missing = Stream.of(VOCABULARY, MERGES)
                .filter(name -> !Files.isRegularFile(folder.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserException(folder + ": expected a CLIP tokenizer folder with " + VOCABULARY + " and " + MERGES
                    + ", but there is no " + String.join(" and no ", missing) + ". Check the path.");
        }
        Map<String, Integer> vocabulary = readIds(folder.resolve(VOCABULARY));
        Map<BytePairs.Pair, Integer> ranks = readMerges(folder.resolve(MERGES));
        JsonNode config = readObject(folder.resolve(CONFIG));
        Map<String, Integer> addedIds = new LinkedHashMap<>();
        Map<String, AddedToken> special = readSpecialTokens(folder, config, addedIds);
        return new TokenizerFolder(vocabulary, ranks, special, addedIds, maxLength(folder, config));
    }

    /** What was published with CLIP (Radford et al., 2021), of which only the merges are a file. */
    static TokenizerFolder published() {
        List<String> lines;
        try (InputStream in = TokenizerFolder.class.getResourceAsStream(PUBLISHED_MERGES)) {
            lines = new String(new GZIPInputStream(Objects.requireNonNull(in)).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .limit(MAX_MERGES + 1)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the shipped vocabulary of CLIP cannot be read", e);
        }
        Map<BytePairs.Pair, Integer> ranks = ranks(lines, Path.of(PUBLISHED_MERGES));
        return new TokenizerFolder(vocabulary(ranks.keySet()), ranks, usualTokens(), Map.of(), DEFAULT_MAX_LENGTH);
    }

    /** Ids as CLIP gives them: the bytes, the bytes that end a word, a token for each merge, start and end. */
    static Map<String, Integer> vocabulary(Collection<BytePairs.Pair> merges) {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        List<String> bytes = new ByteAlphabet().characters();
        bytes.forEach(c -> vocabulary.put(c, vocabulary.size()));
        bytes.forEach(c -> vocabulary.put(c + BytePairs.END_OF_WORD, vocabulary.size()));
        merges.forEach(pair -> vocabulary.putIfAbsent(pair.joined(), vocabulary.size()));
        vocabulary.put(START_OF_TEXT, vocabulary.size());
        vocabulary.put(END_OF_TEXT, vocabulary.size());
        return vocabulary;
    }

    private static Map<String, Integer> readIds(Path file) {
        ForeignJson.requireAtMost(file, LARGEST_FILE);
        Map<String, Integer> ids = new HashMap<>();
        try (JsonParser in = JSON.createParser(file.toFile())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw noObject(file);
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String token = in.currentName();
                boolean number = in.nextToken() == JsonToken.VALUE_NUMBER_INT;
                boolean small = number && in.getNumberType() == JsonParser.NumberType.INT;
                if (!small || in.getIntValue() < 0 || in.getIntValue() >= MOST_IDS) {
                    throw new UserException(file + ": token '" + token + "': expected an id from 0 to " + (MOST_IDS - 1)
                            + ", found " + ForeignJson.shown(in.readValueAsTree()) + ".");
                }
                ids.put(token, in.getIntValue());
            }
        } catch (IOException e) {
            throw ForeignJson.unreadable(file, e);
        }
        if (ids.isEmpty()) {
            throw new UserException(file + ": expected an object from tokens to ids, found none.");
        }
        return ids;
    }

    private static Map<BytePairs.Pair, Integer> readMerges(Path file) {
        List<String> lines = new ArrayList<>();
        boolean more = false;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (lines.size() <= MAX_MERGES) {
                    lines.add(line);
                } else {
                    more |= !line.isBlank();
                }
            }
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": expected UTF-8 text. Download or copy it again.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e, e);
        }
        while (!more && !lines.isEmpty() && lines.get(lines.size() - 1).isBlank()) {
            lines.remove(lines.size() - 1);
        }
        return ranks(lines, file);
    }

    /** Earliest first; the first line is a version and is passed over. */
    private static Map<BytePairs.Pair, Integer> ranks(List<String> lines, Path file) {
        Map<BytePairs.Pair, Integer> ranks = new LinkedHashMap<>(lines.size() * 2);
        for (int i = 1; i < Math.min(lines.size(), MAX_MERGES + 1); i++) {
            String line = lines.get(i).strip();
            int space = line.indexOf(' ');
            // Nearly all lines have one space; a pattern for each of 49,000 is felt at start-up.
            String[] pair = space > 0 && line.indexOf(' ', space + 1) < 0
                    ? new String[] {line.substring(0, space), line.substring(space + 1)}
                    : line.split(" +");
            if (pair.length != 2) {
                throw new UserException(file + ": line " + (i + 1)
                        + ": expected two tokens with a space between, found '" + lines.get(i) + "'.");
            }
            ranks.put(new BytePairs.Pair(pair[0], pair[1]), i - 1);
        }
        return ranks;
    }

    private static JsonNode readObject(Path file) {
        if (!Files.isRegularFile(file)) {
            return JSON.createObjectNode();
        }
        return ForeignJson.readObject(file);
    }

    private static UserException noObject(Path file) {
        return new UserException(file + ": expected a JSON object.");
    }

    /**
     * As the reference does: {@code added_tokens_decoder} of the configuration is the last word where it is there,
     * otherwise the map of special tokens overrides the configuration.
     */
    private static Map<String, AddedToken> readSpecialTokens(
            Path folder, JsonNode config, Map<String, Integer> addedIds) {
        Map<String, AddedToken> byContent = new HashMap<>();
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        config.properties().forEach(e -> settings.put(e.getKey(), e.getValue()));
        JsonNode decoder = config.path("added_tokens_decoder");
        if (decoder.isObject()) {
            for (Map.Entry<String, JsonNode> entry : decoder.properties()) {
                AddedToken token = token(folder.resolve(CONFIG), "added_tokens_decoder", entry.getValue());
                byContent.put(token.content(), token);
                addedIds.put(token.content(), id(folder.resolve(CONFIG), entry.getKey()));
            }
        } else {
            readObject(folder.resolve(SPECIAL_TOKENS))
                    .properties()
                    .forEach(e -> settings.put(e.getKey(), e.getValue()));
            if (Files.isRegularFile(folder.resolve(ADDED_TOKENS))) {
                addedIds.putAll(readIds(folder.resolve(ADDED_TOKENS)));
                if (addedIds.containsKey("")) {
                    throw new UserException(folder.resolve(ADDED_TOKENS) + ": an added token is empty. Remove it.");
                }
            }
        }
        Map<String, AddedToken> special = new LinkedHashMap<>();
        usualTokens().forEach((role, usual) -> {
            JsonNode value = settings.get(role);
            AddedToken token = value == null || value.isNull() ? usual : token(folder, role, value);
            special.put(role, byContent.getOrDefault(token.content(), token));
        });
        @Nullable JsonNode additional = settings.get("additional_special_tokens");
        if (additional != null) {
            additional.forEach(value -> {
                AddedToken token = token(folder, "additional_special_tokens", value);
                special.put(token.content(), byContent.getOrDefault(token.content(), token));
            });
        }
        addedIds.keySet()
                .forEach(content -> special.putIfAbsent(
                        content, byContent.getOrDefault(content, new AddedToken(content, false, false, false))));
        return special;
    }

    private static Map<String, AddedToken> usualTokens() {
        Map<String, AddedToken> tokens = new LinkedHashMap<>();
        AddedToken end = new AddedToken(END_OF_TEXT, false, false, false);
        tokens.put("bos_token", new AddedToken(START_OF_TEXT, false, false, false));
        tokens.put("eos_token", end);
        tokens.put("unk_token", end);
        tokens.put("pad_token", end);
        return tokens;
    }

    /** A token is written as a string, or as an object with its content and flags. */
    private static AddedToken token(Path where, String role, JsonNode value) {
        String content =
                value.isTextual() ? value.asText() : value.path("content").asText();
        if (content.isEmpty()) {
            throw new UserException(where + ": " + role + ": expected a string, or an object with 'content', found "
                    + ForeignJson.shown(value) + ".");
        }
        return new AddedToken(
                content,
                value.path("lstrip").asBoolean(),
                value.path("rstrip").asBoolean(),
                value.path("single_word").asBoolean());
    }

    private static int id(Path where, String text) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) >= MOST_IDS) {
            throw new UserException(where + ": added_tokens_decoder: expected an id from 0 to " + (MOST_IDS - 1)
                    + ", found '" + text + "'.");
        }
        return Integer.parseInt(text);
    }

    private static int maxLength(Path folder, JsonNode config) {
        JsonNode length = config.path("model_max_length");
        if (length.isMissingNode() || length.isNull() || length.asDouble() > LARGEST_MAX_LENGTH) {
            return DEFAULT_MAX_LENGTH;
        }
        if (!length.isNumber() || length.asInt() < 2 || length.asDouble() != length.asInt()) {
            throw new UserException(folder.resolve(CONFIG)
                    + ": model_max_length: expected a whole number of at least 2, found "
                    + ForeignJson.shown(length) + ".");
        }
        return length.asInt();
    }
}
