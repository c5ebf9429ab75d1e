package org.tempera.nn.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.base.json.ForeignJson;
import org.tempera.spi.UserException;

/**
 * A {@code tokenizer.json}, the one file in which transformers 5 keeps a tokenizer: vocabulary, merges and added
 * tokens, beside descriptions of what is done to a text, which must be the ones that are implemented here.
 *
 * @param vocabulary id by token
 * @param merges pairs that are joined, earliest first; none for BERT
 * @param added the added tokens by their ids
 * @param ends the tokens that a text is put between; none where the file does not say
 */
record TokenizerJson(
        Map<String, Integer> vocabulary,
        List<BytePairs.Pair> merges,
        Map<Integer, AddedToken> added,
        List<String> ends) {
    static final String FILE = "tokenizer.json";

    private static final String CLIP_WORDS =
            "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

    /** Reads CLIP's. @throws UserException if it is damaged, or describes another tokenizer */
    static TokenizerJson clip(Path file) {
        Reading read = new Reading(file);
        read.require(
                "model",
                read.model,
                "BPE",
                Map.of(
                        "dropout", List.of("null", "0.0", "0"),
                        "continuing_subword_prefix", List.of("null", "\"\""),
                        "end_of_word_suffix", List.of("\"</w>\""),
                        "fuse_unk", List.of("null", "false"),
                        "byte_fallback", List.of("null", "false"),
                        "ignore_merges", List.of("null", "false")));
        read.requireOneOf(
                "normalizer",
                List.of(
                        "{'type':'Sequence','normalizers':[{'type':'NFC'},{'type':'Replace','pattern':{'Regex':'\\\\s+'},"
                                + "'content':' '},{'type':'Lowercase'}]}"));
        List<String> words = new ArrayList<>();
        for (String special : List.of("<\\|startoftext\\|>|<\\|endoftext\\|>|", "")) {
            String pattern = special + CLIP_WORDS.substring(CLIP_WORDS.indexOf("'s"));
            words.add("{'type':'Sequence','pretokenizers':[{'type':'Split','pattern':{'Regex':'"
                    + pattern.replace("\\", "\\\\").replace("'", "\\'")
                    + "'},'behavior':'Removed','invert':true},{'type':'ByteLevel','add_prefix_space':false,"
                    + "'use_regex':true}]}");
        }
        read.requireOneOf("pre_tokenizer", words);
        return new TokenizerJson(read.vocabulary, read.merges, read.added, read.ends());
    }

    /** Reads that of uncased BERT. @throws UserException if it is damaged, or describes another tokenizer */
    static TokenizerJson bert(Path file) {
        Reading read = new Reading(file);
        read.require(
                "model",
                read.model,
                "WordPiece",
                Map.of(
                        "continuing_subword_prefix", List.of("null", "\"##\""),
                        "max_input_chars_per_word", List.of("null", "100"),
                        "unk_token", List.of("\"[UNK]\"")));
        read.requireOneOf(
                "normalizer",
                List.of(
                        "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,'strip_accents':null,'lowercase':true}",
                        "{'type':'BertNormalizer','clean_text':true,'handle_chinese_chars':true,'strip_accents':true,'lowercase':true}"));
        read.requireOneOf("pre_tokenizer", List.of("{'type':'BertPreTokenizer'}"));
        return new TokenizerJson(read.vocabulary, List.of(), read.added, read.ends());
    }

    /** Fails if the file puts a text between other tokens. */
    void requireEnds(Path file, String start, String end) {
        if (!ends.isEmpty() && !ends.equals(List.of(start, end))) {
            throw new UserException(
                    file + ": post_processor: expected a text between " + start + " and " + end + ", found it between "
                            + String.join(" and ", ends) + ". Do the tokenizer's files belong together?");
        }
    }

    /** The file's parts, the long ones read as they come; what is not asked for is passed over, however long. */
    private static final class Reading {
        private static final Set<String> READ = Set.of("normalizer", "pre_tokenizer", "post_processor");
        private static final Set<String> MODEL_SETTINGS = Set.of(
                "type",
                "dropout",
                "continuing_subword_prefix",
                "end_of_word_suffix",
                "fuse_unk",
                "byte_fallback",
                "ignore_merges",
                "max_input_chars_per_word",
                "unk_token");
        /** Values, keys and ends of an added token or a merge at most; they have 16. */
        private static final int VALUES_OF_A_TOKEN = 1_000;
        /** The same of a description of a step; that of CLIP has some 40. */
        private static final int VALUES_OF_A_STEP = 10_000;

        private static final ObjectMapper JSON = TokenizerFolder.JSON;

        private final Path file;
        private final Map<String, Integer> vocabulary = new HashMap<>();
        private final List<BytePairs.Pair> merges = new ArrayList<>();
        private final ObjectNode model = JSON.createObjectNode();
        private final Map<Integer, AddedToken> added = new LinkedHashMap<>();
        private final ObjectNode others = JSON.createObjectNode();

        Reading(Path file) {
            this.file = file;
            ForeignJson.requireAtMost(file, 2 * TokenizerFolder.LARGEST_FILE);
            try (JsonParser in = JSON.createParser(file.toFile())) {
                if (in.nextToken() != JsonToken.START_OBJECT) {
                    throw TokenizerFolder.noObject(file);
                }
                while (in.nextToken() == JsonToken.FIELD_NAME) {
                    String key = in.currentName();
                    JsonToken value = in.nextToken();
                    if (key.equals("model") && value == JsonToken.START_OBJECT) {
                        readModel(in);
                    } else if (key.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                        added.clear();
                        while (in.nextToken() != JsonToken.END_ARRAY) {
                            add(ForeignJson.value(in, VALUES_OF_A_TOKEN));
                        }
                    } else if (READ.contains(key)) {
                        others.set(key, ForeignJson.value(in, VALUES_OF_A_STEP));
                    } else {
                        in.skipChildren();
                    }
                }
            } catch (IOException e) {
                throw ForeignJson.unreadable(file, e);
            }
            if (vocabulary.isEmpty()) {
                throw new UserException(file + ": model.vocab: expected an object from tokens to ids, found none.");
            }
        }

        private void readModel(JsonParser in) throws IOException {
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String key = in.currentName();
                JsonToken value = in.nextToken();
                if (key.equals("vocab") && value == JsonToken.START_OBJECT) {
                    requireOnce(key, vocabulary.isEmpty());
                    TokenizerFolder.readIds(in, file, vocabulary);
                } else if (key.equals("merges") && value == JsonToken.START_ARRAY) {
                    requireOnce(key, merges.isEmpty());
                    while (in.nextToken() != JsonToken.END_ARRAY) {
                        merges.add(pair(ForeignJson.value(in, VALUES_OF_A_TOKEN)));
                        TokenizerFolder.requireFew(file, "merges", merges.size());
                    }
                } else if (MODEL_SETTINGS.contains(key)) {
                    model.set(key, ForeignJson.value(in, VALUES_OF_A_STEP));
                } else {
                    in.skipChildren();
                }
            }
        }

        /** Fails where a long part stands for a second time: one of them was not meant, and each costs as much. */
        private void requireOnce(String key, boolean first) {
            if (!first) {
                throw new UserException(
                        file + ": model." + key + ": is there more than once. Download or copy the file" + " again.");
            }
        }

        /** A pair is written as a list of two, or as in merges.txt. */
        private BytePairs.Pair pair(JsonNode node) {
            String[] parts =
                    node.isTextual() ? node.textValue().split(" ", -1) : new String[node.isArray() ? node.size() : 0];
            for (int i = 0; i < parts.length && node.isArray(); i++) {
                parts[i] = node.get(i).isTextual() ? node.get(i).textValue() : "";
            }
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
                throw new UserException(file + ": model.merges: expected pairs of tokens, found "
                        + ForeignJson.shown(node) + " at place "
                        + merges.size() + ".");
            }
            return new BytePairs.Pair(parts[0], parts[1]);
        }

        void require(String where, ObjectNode found, String type, Map<String, List<String>> keys) {
            String named = found.path("type").asText(type);
            if (!named.equals(type)) {
                throw refused(where + ".type", "\"" + named + "\"", "\"" + type + "\"");
            }
            for (Map.Entry<String, List<String>> key : keys.entrySet()) {
                JsonNode value = found.path(key.getKey());
                String text = value.isMissingNode() ? "null" : value.toString();
                if (!key.getValue().contains(text)) {
                    throw refused(
                            where + "." + key.getKey(),
                            text,
                            key.getValue().get(key.getValue().size() - 1));
                }
            }
        }

        void requireOneOf(String key, List<String> known) {
            JsonNode found = plain(others.path(key));
            for (String each : known) {
                if (plain(json(each)).equals(found)) {
                    return;
                }
            }
            throw different(key, plain(json(known.get(0))), found);
        }

        /** Names the first place where two values differ. */
        private UserException different(String where, JsonNode expected, JsonNode found) {
            if (expected.isObject() && found.isObject()) {
                Set<String> keys = new LinkedHashSet<>();
                expected.fieldNames().forEachRemaining(keys::add);
                found.fieldNames().forEachRemaining(keys::add);
                for (String key : keys) {
                    if (!expected.path(key).equals(found.path(key))) {
                        return different(where + "." + key, expected.path(key), found.path(key));
                    }
                }
            }
            for (int i = 0; expected.isArray() && found.isArray() && i < expected.size(); i++) {
                if (!expected.path(i).equals(found.path(i))) {
                    return different(where + "[" + i + "]", expected.path(i), found.path(i));
                }
            }
            return refused(
                    where,
                    found.isMissingNode() ? "nothing" : ForeignJson.shown(found),
                    expected.isMissingNode() ? "nothing" : ForeignJson.shown(expected));
        }

        private UserException refused(String key, String found, String expected) {
            return new UserException(file + ": " + key + ": expected " + expected + ", found " + found
                    + ". This file describes another tokenizer than CLIP's or BERT's; its ids would be wrong. Give the"
                    + " tokenizer that belongs to the model.");
        }

        private static JsonNode json(String text) {
            try {
                return JSON.readTree(
                        text.replace("\\'", "\u0001").replace('\'', '"').replace('\u0001', '\''));
            } catch (IOException e) {
                throw new IllegalStateException(text, e);
            }
        }

        /** Without what makes no difference to ids, and with what an older version leaves out. */
        private static JsonNode plain(JsonNode node) {
            JsonNode copy = node.deepCopy();
            for (JsonNode part : copy.path("pretokenizers")) {
                if (part instanceof ObjectNode step
                        && step.path("type").asText().equals("ByteLevel")) {
                    step.remove("trim_offsets");
                    if (!step.has("use_regex")) {
                        step.put("use_regex", true);
                    }
                }
            }
            return copy;
        }

        /** First and last token of a text, in any of the three ways in which they are written. */
        List<String> ends() {
            JsonNode post = others.path("post_processor");
            if (post.isMissingNode() || post.isNull()) {
                return List.of();
            }
            JsonNode single = post.path("single");
            List<String> ends =
                    switch (post.path("type").asText()) {
                        case "RobertaProcessing", "BertProcessing" ->
                            List.of(
                                    post.path("cls").path(0).asText(),
                                    post.path("sep").path(0).asText());
                        case "TemplateProcessing" ->
                            single.size() == 3 && single.path(1).has("Sequence")
                                    ? List.of(
                                            single.path(0)
                                                    .path("SpecialToken")
                                                    .path("id")
                                                    .asText(),
                                            single.path(2)
                                                    .path("SpecialToken")
                                                    .path("id")
                                                    .asText())
                                    : List.of();
                        default -> List.of();
                    };
            if (ends.isEmpty()) {
                throw refused("post_processor", ForeignJson.shown(post), "a text between a first and a last token");
            }
            return ends;
        }

        private void add(JsonNode token) {
            JsonNode id = token.path("id");
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= TokenizerFolder.MOST_IDS) {
                throw new UserException(
                        file + ": added_tokens: expected an id, found " + ForeignJson.shown(token) + ".");
            }
            added.put(id.intValue(), SpecialTokens.token(file, "added_tokens", token));
            SpecialTokens.requireFew(file, added.size());
        }
    }
}
