package org.tempera.nn.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tempera.base.json.ForeignJson;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/**
 * The added tokens of a tokenizer folder, as transformers 5 gathers them: those that the files number, then the special
 * ones by role, then any others that the configuration names.
 *
 * @param roles the tokens by role
 * @param stated the tokens that the files number
 * @param inOrder all tokens in the order in which they are added; of several of one spelling the last one counts
 */
record SpecialTokens(Map<String, AddedToken> roles, Map<Integer, AddedToken> stated, List<AddedToken> inOrder) {
    private static final String ADDED_TOKENS = "added_tokens.json";
    /** In the order in which they are added; of the others CLIP has none of its own. */
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    /** So many tokens are added at most: each is kept in some ten tables. */
    private static final int MOST_ADDED = 1 << 16;

    /** Characters of an added token at most; at each place of a prompt so many are looked at. */
    private static final int LONGEST_ADDED = 1_000;

    /** Those of CLIP, where no file says otherwise. */
    static SpecialTokens usual() {
        Map<String, AddedToken> roles = new LinkedHashMap<>();
        roles.put("bos_token", AddedToken.plain(TokenizerFolder.START_OF_TEXT));
        for (String role : List.of("eos_token", "unk_token", "pad_token")) {
            roles.put(role, AddedToken.plain(TokenizerFolder.END_OF_TEXT));
        }
        return new SpecialTokens(roles, Map.of(), List.copyOf(roles.values()));
    }

    /**
     * Reads them.
     *
     * @param numbered what a {@code tokenizer.json} numbers; of no account beside {@code added_tokens_decoder}
     */
    static SpecialTokens read(Path folder, JsonNode config, Map<Integer, AddedToken> numbered) {
        Path configFile = folder.resolve(TokenizerFolder.CONFIG);
        Map<String, JsonNode> settings = new LinkedHashMap<>();
        config.properties().forEach(e -> settings.put(e.getKey(), e.getValue()));
        Map<Integer, AddedToken> stated = new TreeMap<>();
        JsonNode decoder = config.path("added_tokens_decoder");
        if (decoder.isObject()) {
            requireFew(configFile, decoder.size());
            decoder.properties()
                    .forEach(e -> stated.put(
                            id(configFile, e.getKey()), token(configFile, "added_tokens_decoder", e.getValue())));
        } else {
            TokenizerFolder.readObject(folder.resolve(TokenizerFolder.SPECIAL_TOKENS))
                    .properties()
                    .forEach(e -> settings.put(e.getKey(), e.getValue()));
            Set<String> special = spellings(settings);
            Path file = folder.resolve(ADDED_TOKENS);
            if (ModelFiles.has(file)) {
                Map<String, Integer> ids = TokenizerFolder.readIds(file);
                requireFew(file, ids.size());
                ids.forEach((content, id) -> stated.put(
                        id, new AddedToken(sound(file, content), false, false, false, !special.contains(content))));
            }
            stated.putAll(numbered);
        }
        return gather(folder, settings, stated);
    }

    private static SpecialTokens gather(Path folder, Map<String, JsonNode> settings, Map<Integer, AddedToken> stated) {
        Map<String, AddedToken> bySpelling = new HashMap<>();
        stated.values().forEach(token -> bySpelling.put(token.content(), token));
        Set<AddedToken> inOrder = new LinkedHashSet<>(stated.values());
        Map<String, AddedToken> roles = new LinkedHashMap<>();
        List<AddedToken> more = new ArrayList<>();
        Map<String, AddedToken> usual = SpecialTokens.usual().roles();
        for (String role : ROLES) {
            JsonNode value = settings.get(role);
            AddedToken token = value == null || value.isNull() ? usual.get(role) : token(folder, role, value);
            if (token != null) {
                AddedToken known = bySpelling.getOrDefault(token.content(), token);
                roles.put(role, known);
                more.add(known);
            }
        }
        settings.forEach((key, value) -> {
            if (key.endsWith("_token") && value.isTextual() && !ROLES.contains(key)) {
                more.add(token(folder, key, value));
            }
        });
        String key = extraKey(settings);
        JsonNode extra = settings.getOrDefault(key, MissingNode.getInstance());
        requireFew(folder, settings.size() + extra.size());
        extra.forEach(value -> more.add(token(folder, key, value)));
        more.stream().filter(token -> !bySpelling.containsKey(token.content())).forEach(inOrder::add);
        return new SpecialTokens(roles, stated, List.copyOf(inOrder));
    }

    /** The name under which the settings have a list of further tokens: the old one, where that of today has none. */
    private static String extraKey(Map<String, JsonNode> settings) {
        JsonNode list = settings.get("extra_special_tokens");
        return list == null || list.isEmpty() ? "additional_special_tokens" : "extra_special_tokens";
    }

    private static Set<String> spellings(Map<String, JsonNode> settings) {
        Set<String> spellings = new LinkedHashSet<>();
        settings.forEach((key, value) -> {
            if (key.endsWith("_token")) {
                spellings.add(
                        value.isTextual()
                                ? value.asText()
                                : value.path("content").asText());
            }
        });
        settings.getOrDefault(extraKey(settings), MissingNode.getInstance())
                .forEach(value -> spellings.add(
                        value.isTextual()
                                ? value.asText()
                                : value.path("content").asText()));
        return spellings;
    }

    /**
     * The tokens' ids: the vocabulary's, or numbered on from it in order.
     *
     * @throws UserException if a file states another id: the library would pass over it, so which row of the text
     *     encoder's table is meant cannot be told
     */
    Map<AddedToken, Integer> numbered(Path folder, Map<String, Integer> vocabulary) {
        Map<String, Integer> ids = new LinkedHashMap<>();
        Map<String, AddedToken> last = new LinkedHashMap<>();
        int next = vocabulary.size();
        for (AddedToken token : inOrder) {
            Integer known = vocabulary.get(token.content());
            if (known == null && !ids.containsKey(token.content())) {
                known = next;
            }
            if (known != null) {
                ids.put(token.content(), known);
                next = Math.max(next, known + 1);
            }
            last.put(token.content(), token);
        }
        stated.forEach((id, token) -> {
            int found = ids.getOrDefault(token.content(), id);
            if (found != id) {
                throw new UserException(folder + ": the added token '" + token.content() + "' has the id " + id
                        + ", but added tokens are numbered on from the vocabulary, which makes it " + found
                        + ". Number it so, and put its row of the text encoder's table there.");
            }
        });
        Map<AddedToken, Integer> numbered = new LinkedHashMap<>();
        last.forEach((content, token) -> numbered.put(token, ids.getOrDefault(content, 0)));
        return numbered;
    }

    /** A token is written as a string, or as an object with its content and flags. */
    static AddedToken token(Path where, String role, JsonNode value) {
        String content =
                value.isTextual() ? value.asText() : value.path("content").asText();
        if (content.isEmpty()) {
            throw new UserException(where + ": " + role + ": expected a string, or an object with 'content', found "
                    + ForeignJson.shown(value) + ".");
        }
        sound(where, content);
        boolean special = value.isTextual()
                || value.path("special").asBoolean(!value.has("__type") && !role.startsWith("added_tokens"));
        return new AddedToken(
                content,
                value.path("lstrip").asBoolean(),
                value.path("rstrip").asBoolean(),
                value.path("single_word").asBoolean(),
                value.path("normalized").asBoolean(!special));
    }

    private static String sound(Path file, String content) {
        if (content.isEmpty()) {
            throw new UserException(file + ": an added token is empty. Remove it.");
        }
        if (content.length() > LONGEST_ADDED) {
            throw new UserException(file + ": expected added tokens of at most " + LONGEST_ADDED
                    + " characters, found one of " + content.length() + ". Remove it.");
        }
        return content;
    }

    /** Fails for more added tokens than any model has. */
    static void requireFew(Path file, int added) {
        if (added > MOST_ADDED) {
            throw new UserException(file + ": expected at most " + MOST_ADDED
                    + " added tokens, found more. Remove those" + " that the model does not know.");
        }
    }

    private static int id(Path where, String text) {
        if (!text.matches("[0-9]{1,9}") || Integer.parseInt(text) >= TokenizerFolder.MOST_IDS) {
            throw new UserException(where + ": added_tokens_decoder: expected an id from 0 to "
                    + (TokenizerFolder.MOST_IDS - 1) + ", found '" + text + "'.");
        }
        return Integer.parseInt(text);
    }
}
