package org.tempera.nn.tokenizer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tempera.spi.UserException;

/**
 * Turns prompts into CLIP token ids: {@code start, tokens, end, padding}, always {@link #maxLength()} of them.
 *
 * <p>Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909) over bytes, as published with CLIP (Radford et al. 2021,
 * arXiv:2103.00020) and read from a tokenizer folder of transformers. Special tokens of the folder, its padding token
 * among them, are recognised within the text. A prompt that is too long is cut so that its end token stays.
 *
 * <p>Safe for use by several threads.
 */
public final class ClipTokenizer {
    private final TextCleaning cleaning;
    private final TextCleaner cleaner;
    private final WordSplitter splitter;
    /** The spellings of start and end that are recognised once the text is cleaned. */
    private final List<String> wholeWords;

    private final ByteAlphabet alphabet = new ByteAlphabet();
    private final BytePairs pairs;
    private final Map<String, Integer> vocabulary;
    /** By id; made when something is decoded first. */
    private @Nullable Map<Integer, String> tokens;

    /** Tokens that are cut out of the text, longest first. */
    private final List<TokenizerFolder.AddedToken> cutOut;

    private final Map<String, Integer> added = new LinkedHashMap<>();
    private final Set<Integer> specialIds = new HashSet<>();
    private final int start;
    private final int end;
    private final int unknown;
    private final int padding;
    private final int maxLength;
    private final int size;

    private ClipTokenizer(TokenizerFolder folder, Path path, TextCleaning cleaning) {
        boolean openClip = cleaning == TextCleaning.OPEN_CLIP;
        UnicodeClasses unicode = new UnicodeClasses();
        this.cleaning = cleaning;
        this.cleaner = new TextCleaner(unicode);
        this.wholeWords = openClip
                ? List.of("<start_of_text>", "<end_of_text>")
                : List.of(TokenizerFolder.START_OF_TEXT, TokenizerFolder.END_OF_TEXT);
        this.splitter = new WordSplitter(unicode, wholeWords);
        this.pairs = new BytePairs(folder.ranks());
        this.vocabulary = folder.vocabulary();
        this.maxLength = folder.maxLength();
        addTokens(folder, path);
        this.start = idOf(folder, path, "bos_token");
        this.end = idOf(folder, path, "eos_token");
        this.unknown = idOf(folder, path, "unk_token");
        this.padding = openClip ? 0 : idOf(folder, path, "pad_token");
        this.cutOut = openClip
                ? List.of()
                : folder.special().values().stream()
                        .distinct()
                        .sorted(Comparator.comparingInt(
                                (TokenizerFolder.AddedToken t) -> -t.content().length()))
                        .toList();
        folder.special().values().forEach(t -> specialIds.add(Objects.requireNonNull(added.get(t.content()))));
        int largest = 0;
        for (int id : vocabulary.values()) {
            largest = Math.max(largest, id);
        }
        for (int id : added.values()) {
            largest = Math.max(largest, id);
        }
        this.size = 1 + largest;
    }

    /**
     * Loads a tokenizer folder; text is cleaned as {@link TextCleaning#FIX_TEXT} says.
     *
     * @throws UserException if a file is missing or malformed
     */
    public static ClipTokenizer load(Path folder) {
        return load(folder, TextCleaning.FIX_TEXT);
    }

    /**
     * Loads a tokenizer folder. With {@link TextCleaning#OPEN_CLIP} the ids are padded with 0 and no special token is
     * recognised within the text, whatever the folder says.
     *
     * @throws UserException if a file is missing or malformed
     */
    public static ClipTokenizer load(Path folder, TextCleaning cleaning) {
        return new ClipTokenizer(TokenizerFolder.read(folder), folder, cleaning);
    }

    /** The vocabulary that was published with CLIP, 49,408 tokens, for weights that come without one. */
    public static ClipTokenizer published(TextCleaning cleaning) {
        return new ClipTokenizer(TokenizerFolder.published(), Path.of("CLIP"), cleaning);
    }

    /** Tokens that have no id get the next that is free. */
    private void addTokens(TokenizerFolder folder, Path path) {
        Set<Integer> taken = new HashSet<>(folder.addedIds().values());
        int next = vocabulary.size();
        for (TokenizerFolder.AddedToken token : folder.special().values()) {
            if (token.content().isEmpty()) {
                // It would be found everywhere, and for ever.
                throw new UserException(path + ": an added token is empty. Remove it.");
            }
            Integer id = folder.addedIds().get(token.content());
            if (id == null) {
                id = vocabulary.get(token.content());
            }
            if (id == null) {
                while (taken.contains(next)) {
                    next++;
                }
                id = next;
            }
            taken.add(id);
            added.put(token.content(), id);
        }
    }

    private int idOf(TokenizerFolder folder, Path path, String role) {
        TokenizerFolder.AddedToken token =
                Objects.requireNonNull(folder.special().get(role));
        boolean known =
                vocabulary.containsKey(token.content()) || folder.addedIds().containsKey(token.content());
        if (!known) {
            throw new UserException(path.resolve(TokenizerFolder.VOCABULARY) + ": the " + role + " '" + token.content()
                    + "' is not in the vocabulary. Do the files belong to one tokenizer?");
        }
        return Objects.requireNonNull(added.get(token.content()));
    }

    /** The ids of a prompt, {@link #maxLength()} of them. */
    public int[] encode(String text) {
        return encode(text, maxLength);
    }

    /** The ids of a prompt, cut or padded to a length of at least 2. */
    public int[] encode(String text, int length) {
        if (length < 2) {
            throw new IllegalArgumentException("length must be at least 2, was " + length);
        }
        List<Integer> body = bodyIds(text);
        int kept = Math.min(body.size(), length - 2);
        int[] ids = new int[length];
        Arrays.fill(ids, padding);
        ids[0] = start;
        for (int i = 0; i < kept; i++) {
            ids[i + 1] = body.get(i);
        }
        ids[kept + 1] = end;
        return ids;
    }

    /** The text of the tokens for which a prompt of this length has no room, in the tokenizer's spelling; empty if all fit. */
    public Optional<String> leftOut(String text, int length) {
        List<Integer> body = bodyIds(text);
        return body.size() <= length - 2
                ? Optional.empty()
                : Optional.of(decode(body.subList(length - 2, body.size()).stream()
                        .mapToInt(Integer::intValue)
                        .toArray()));
    }

    private List<Integer> bodyIds(String text) {
        List<Integer> ids = new ArrayList<>();
        for (String part : cutOutSpecialTokens(text)) {
            Integer special = cutOut.isEmpty() ? null : added.get(part);
            if (special != null) {
                ids.add(special);
            } else {
                addIds(part, ids);
            }
        }
        return ids;
    }

    private void addIds(String text, List<Integer> ids) {
        for (String word : splitter.split(cleaner.clean(cleaning, text))) {
            if (wholeWords.contains(word)) {
                ids.add(wholeWords.indexOf(word) == 0 ? start : end);
                continue;
            }
            for (String token : pairs.tokens(alphabet.encode(word))) {
                ids.add(vocabulary.getOrDefault(token, unknown));
            }
        }
    }

    /** The text cut at the leftmost and longest special tokens, which are parts of their own. */
    private List<String> cutOutSpecialTokens(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = 0; at < text.length(); ) {
            TokenizerFolder.AddedToken token = tokenAt(text, at);
            if (token == null) {
                at++;
                continue;
            }
            String before = text.substring(from, at);
            addUnlessEmpty(parts, token.stripsLeft() ? before.stripTrailing() : before);
            parts.add(token.content());
            at += token.content().length();
            while (token.stripsRight() && at < text.length() && Character.isWhitespace(text.charAt(at))) {
                at++;
            }
            from = at;
        }
        addUnlessEmpty(parts, text.substring(from));
        return parts;
    }

    private static void addUnlessEmpty(List<String> parts, String part) {
        if (!part.isEmpty()) {
            parts.add(part);
        }
    }

    private TokenizerFolder.@Nullable AddedToken tokenAt(String text, int at) {
        for (TokenizerFolder.AddedToken token : cutOut) {
            int after = at + token.content().length();
            boolean apart =
                    (at == 0 || text.charAt(at - 1) == ' ') && (after >= text.length() || text.charAt(after) == ' ');
            if (text.startsWith(token.content(), at) && (apart || !token.wholeWord())) {
                return token;
            }
        }
        return null;
    }

    /** The text of some ids: special tokens left out, white space where words ended. */
    public String decode(int[] ids) {
        Map<Integer, String> tokens = tokens();
        StringBuilder characters = new StringBuilder();
        for (int id : ids) {
            if (!specialIds.contains(id)) {
                characters.append(tokens.getOrDefault(id, ""));
            }
        }
        return alphabet.decode(characters.toString())
                .replace(BytePairs.END_OF_WORD, " ")
                .strip();
    }

    private synchronized Map<Integer, String> tokens() {
        if (tokens == null) {
            Map<Integer, String> byId = new HashMap<>();
            vocabulary.forEach((token, id) -> byId.put(id, token));
            added.forEach((token, id) -> byId.put(id, token));
            tokens = byId;
        }
        return tokens;
    }

    /** One more than the largest id: the rows that an embedding table must have. */
    public int vocabularySize() {
        return size;
    }

    /** The number of ids that {@link #encode(String)} gives. */
    public int maxLength() {
        return maxLength;
    }

    /** The id of the start token. */
    public int startOfText() {
        return start;
    }

    /** The id of the end token. */
    public int endOfText() {
        return end;
    }

    /** The id of the padding token. */
    public int padding() {
        return padding;
    }
}
