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
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.tempera.base.files.IoReason;
import org.tempera.base.json.ForeignJson;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/**
 * The files of a tokenizer folder, read and checked: {@code tokenizer.json}, or else {@code vocab.json} and
 * {@code merges.txt}, and, where they are there, {@code tokenizer_config.json}, {@code special_tokens_map.json} and
 * {@code added_tokens.json}. Which of them has the last word is as in transformers 5.
 *
 * @param vocabulary id by token
 * @param ranks place of each pair in the list of merges
 * @param roles the special tokens by role: {@code bos_token}, {@code eos_token}, {@code unk_token}, {@code pad_token}
 * @param added ids of the tokens that are cut out of texts, the special ones among them
 * @param maxLength tokens of a prompt, start and end included
 */
record TokenizerFolder(
        Map<String, Integer> vocabulary,
        Map<BytePairs.Pair, Integer> ranks,
        Map<String, AddedToken> roles,
        Map<AddedToken, Integer> added,
        int maxLength) {
    static final String START_OF_TEXT = "<|startoftext|>";
    static final String END_OF_TEXT = "<|endoftext|>";
    static final String VOCABULARY = "vocab.json";
    static final String MERGES = "merges.txt";
    static final String CONFIG = "tokenizer_config.json";
    static final String SPECIAL_TOKENS = "special_tokens_map.json";
    static final int DEFAULT_MAX_LENGTH = 77;

    private static final String PUBLISHED_MERGES = "bpe_simple_vocab_16e6.txt.gz";
    /** CLIP reads no more merges than this of the file that was published. */
    private static final int MAX_MERGES = 49152 - 256 - 2;
    /** Longer than any text encoder; the reference writes 10^30 for "no limit". */
    private static final int LARGEST_MAX_LENGTH = 1 << 16;

    /** The largest file of tokens or merges that is read, 8 MiB. */
    static final long LARGEST_FILE = 8L << 20;

    /** So many tokens or merges at most, CLIP has 49,408: one of four bytes in a file is two hundred in memory. */
    private static final int MOST_TOKENS = 1 << 18;

    /** Larger than any vocabulary: ids are below. */
    static final int MOST_IDS = 1 << 24;

    /** Where a line is split: one part more than a pair has tells enough. */
    private static final int TOO_MANY_PARTS = 3;

    /** Values that are looked at where one number should stand. */
    private static final int VALUES_OF_AN_ID = 1_000;

    /** Names are not interned: a vocabulary's 49,000 are read once, and it takes a third of their time. */
    static final ObjectMapper JSON = ForeignJson.mapper();

    /** Classes of the library that make CLIP's ids of these files; the last two do where there is a tokenizer.json. */
    private static final List<String> CLASSES =
            List.of("CLIPTokenizer", "CLIPTokenizerFast", "PreTrainedTokenizerFast", "TokenizersBackend");

    static TokenizerFolder read(Path folder) {
        ModelFiles.requireOpen(folder);
        Path whole = folder.resolve(TokenizerJson.FILE);
        JsonNode config = readObject(folder.resolve(CONFIG));
        requireClip(folder, config);
        if (ModelFiles.has(whole)) {
            TokenizerJson json = TokenizerJson.clip(whole);
            Map<BytePairs.Pair, Integer> ranks =
                    new LinkedHashMap<>(json.merges().size() * 2);
            json.merges().forEach(pair -> ranks.put(pair, ranks.size()));
            TokenizerFolder read = assemble(folder, config, json.vocabulary(), ranks, json.added());
            json.requireEnds(whole, role(read, "bos_token"), role(read, "eos_token"));
            return read;
        }
        List<String> missing = Stream.of(VOCABULARY, MERGES)
                .filter(name -> !ModelFiles.has(folder.resolve(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new UserException(folder + ": expected a CLIP tokenizer folder with " + VOCABULARY + " and " + MERGES
                    + ", or with " + TokenizerJson.FILE + ", but there is no " + String.join(" and no ", missing)
                    + ". Check the path.");
        }
        Map<String, Integer> vocabulary = readIds(folder.resolve(VOCABULARY));
        return assemble(folder, config, vocabulary, readMerges(folder.resolve(MERGES)), Map.of());
    }

    private static String role(TokenizerFolder folder, String role) {
        return Objects.requireNonNull(folder.roles.get(role)).content();
    }

    /** What other libraries would make other ids of. */
    private static void requireClip(Path folder, JsonNode config) {
        String name = config.path("tokenizer_class").asText("CLIPTokenizer");
        if (!CLASSES.contains(name)) {
            throw new UserException(folder.resolve(CONFIG) + ": tokenizer_class: expected CLIPTokenizer, found " + name
                    + ". Give the folder of CLIP's tokenizer.");
        }
        for (String key : List.of("padding_side", "truncation_side")) {
            if (!config.path(key).asText("right").equals("right")) {
                throw new UserException(folder.resolve(CONFIG) + ": " + key + ": expected right, found "
                        + config.path(key) + ", which is not supported.");
            }
        }
        if (config.path("split_special_tokens").asBoolean()) {
            throw new UserException(folder.resolve(CONFIG) + ": split_special_tokens: true is not supported.");
        }
    }

    private static TokenizerFolder assemble(
            Path folder,
            JsonNode config,
            Map<String, Integer> vocabulary,
            Map<BytePairs.Pair, Integer> ranks,
            Map<Integer, AddedToken> stated) {
        SpecialTokens tokens = SpecialTokens.read(folder, config, stated);
        return new TokenizerFolder(
                vocabulary, ranks, tokens.roles(), tokens.numbered(folder, vocabulary), maxLength(folder, config));
    }

    /** What was published with CLIP (Radford et al., 2021), of which only the merges are a file. */
    static TokenizerFolder published() {
        Ranks read = new Ranks(Path.of(PUBLISHED_MERGES));
        try (InputStream in = TokenizerFolder.class.getResourceAsStream(PUBLISHED_MERGES)) {
            new String(new GZIPInputStream(Objects.requireNonNull(in)).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .limit(MAX_MERGES)
                    .forEach(read::add);
        } catch (IOException e) {
            throw new UncheckedIOException("the shipped vocabulary of CLIP cannot be read", e);
        }
        Map<BytePairs.Pair, Integer> ranks = read.byPair;
        Map<String, Integer> vocabulary = vocabulary(ranks.keySet());
        SpecialTokens usual = SpecialTokens.usual();
        return new TokenizerFolder(
                vocabulary,
                ranks,
                usual.roles(),
                usual.numbered(Path.of(PUBLISHED_MERGES), vocabulary),
                DEFAULT_MAX_LENGTH);
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

    static Map<String, Integer> readIds(Path file) {
        ForeignJson.requireAtMost(file, LARGEST_FILE);
        Map<String, Integer> ids = new HashMap<>();
        try (JsonParser in = JSON.createParser(file.toFile())) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw noObject(file);
            }
            readIds(in, file, ids);
        } catch (IOException e) {
            throw ForeignJson.unreadable(file, e);
        }
        if (ids.isEmpty()) {
            throw new UserException(file + ": expected an object from tokens to ids, found none.");
        }
        return ids;
    }

    /** Reads the rest of an object that has been opened. */
    static void readIds(JsonParser in, Path file, Map<String, Integer> ids) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String token = in.currentName();
            boolean number = in.nextToken() == JsonToken.VALUE_NUMBER_INT;
            boolean small = number && in.getNumberType() == JsonParser.NumberType.INT;
            if (!small || in.getIntValue() < 0 || in.getIntValue() >= MOST_IDS) {
                throw new UserException(file + ": token '" + token + "': expected an id from 0 to " + (MOST_IDS - 1)
                        + ", found " + ForeignJson.shown(ForeignJson.value(in, VALUES_OF_AN_ID)) + ".");
            }
            ids.put(token, in.getIntValue());
            requireFew(file, "tokens", ids.size());
        }
    }

    /** Fails for more tokens or merges than any vocabulary of CLIP or BERT has. */
    static void requireFew(Path file, String what, int count) {
        if (count > MOST_TOKENS) {
            throw new UserException(file + ": expected at most " + MOST_TOKENS + " " + what
                    + ", found more. This is no such file; check the path.");
        }
    }

    private static Map<BytePairs.Pair, Integer> readMerges(Path file) {
        Ranks ranks = new Ranks(file);
        try (BufferedReader in = Files.newBufferedReader(file)) {
            if (Files.size(file) > LARGEST_FILE) {
                throw new UserException(file + ": expected at most " + LARGEST_FILE + " bytes of merges, found "
                        + Files.size(file) + ". This is no such file; check the path.");
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                ranks.add(line);
            }
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": expected UTF-8 text. Download or copy it again.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + ").", e);
        }
        return ranks.byPair;
    }

    /**
     * Merges by their places, line by line; lines that begin with a version are passed over, and empty ones at the end.
     */
    private static final class Ranks {
        private final Path file;
        private final Map<BytePairs.Pair, Integer> byPair = new LinkedHashMap<>();
        private int lines;
        /** The number of the first line that is empty; 0 where there is none. */
        private int empty;

        Ranks(Path file) {
            this.file = file;
        }

        void add(String line) {
            lines++;
            if (line.isBlank()) {
                empty = empty == 0 ? lines : empty;
                return;
            }
            if (empty > 0) {
                throw wrong(empty, "");
            }
            if (!line.startsWith("#version")) {
                byPair.put(pair(line), lines - 1);
                requireFew(file, "merges", byPair.size());
            }
        }

        private BytePairs.Pair pair(String line) {
            String stripped = line.strip();
            int space = stripped.indexOf(' ');
            // Nearly all lines have one space; a pattern for each of 49,000 is felt at start-up.
            String[] pair = space > 0 && stripped.indexOf(' ', space + 1) < 0
                    ? new String[] {stripped.substring(0, space), stripped.substring(space + 1)}
                    : stripped.split(" +", TOO_MANY_PARTS);
            if (pair.length != 2) {
                throw wrong(lines, line);
            }
            return new BytePairs.Pair(pair[0], pair[1]);
        }

        private UserException wrong(int number, String line) {
            return new UserException(
                    file + ": line " + number + ": expected two tokens with a space between, found '" + line + "'.");
        }
    }

    static JsonNode readObject(Path file) {
        return ModelFiles.has(file) ? ForeignJson.readObject(file) : JSON.createObjectNode();
    }

    static UserException noObject(Path file) {
        return new UserException(file + ": expected a JSON object.");
    }

    private static int maxLength(Path folder, JsonNode config) {
        JsonNode length = config.path(config.has("model_max_length") ? "model_max_length" : "max_len");
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
