package org.tempera.nn.tokenizer;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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
 * <p>Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909) over bytes, as published with CLIP (Radford et al.
 * 2021, arXiv:2103.00020) and read from a tokenizer folder of transformers. Special tokens of the folder, its padding
 * token among them, are recognised within the text. A prompt that is too long is cut so that its end token stays.
 *
 * <p>Safe for use by several threads.
 */
public final class ClipTokenizer {
    /** Characters of a prompt at most whose tokens of several vectors are written out. */
    private static final int LONGEST_WRITTEN = 1 << 18;

    private static final int SHOWN = 40;

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

    private final AddedTokens cutOut;

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
        UnicodeClasses unicode = openClip ? UnicodeClasses.openClip() : UnicodeClasses.fast();
        this.cleaner = new TextCleaner(unicode);
        this.cleaning = cleaning;
        this.wholeWords = openClip
                ? List.of("<start_of_text>", "<end_of_text>")
                : List.of(TokenizerFolder.START_OF_TEXT, TokenizerFolder.END_OF_TEXT);
        this.splitter = new WordSplitter(unicode, wholeWords, openClip);
        this.pairs = new BytePairs(folder.ranks());
        this.vocabulary = folder.vocabulary();
        this.maxLength = folder.maxLength();
        this.start = idOf(folder, path, "bos_token");
        this.end = idOf(folder, path, "eos_token");
        this.unknown = idOf(folder, path, "unk_token");
        this.padding = openClip ? 0 : idOf(folder, path, "pad_token");
        folder.added().forEach((token, id) -> added.put(token.content(), id));
        folder.roles().values().forEach(token -> specialIds.add(added.getOrDefault(token.content(), end)));
        this.cutOut = new AddedTokens(openClip ? List.of() : folder.added().keySet(), this::clean);
        requireMerges(folder, path);
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
     * Loads a tokenizer folder; text is cleaned as {@link TextCleaning#TRANSFORMERS} says.
     *
     * @throws UserException if a file is missing or malformed
     */
    public static ClipTokenizer load(Path folder) {
        return load(folder, TextCleaning.TRANSFORMERS);
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

    private int idOf(TokenizerFolder folder, Path path, String role) {
        AddedToken token = Objects.requireNonNull(folder.roles().get(role));
        Integer id = vocabulary.get(token.content());
        if (id == null && role.equals("pad_token")) {
            id = folder.added().get(token);
        }
        if (id == null) {
            throw new UserException(path.resolve(TokenizerFolder.VOCABULARY) + ": the " + role + " '" + token.content()
                    + "' is not in the vocabulary. Do the files belong to one tokenizer?");
        }
        return id;
    }

    /** As the library does, which cannot number what the vocabulary lacks. */
    private void requireMerges(TokenizerFolder folder, Path path) {
        for (BytePairs.Pair pair : folder.ranks().keySet()) {
            for (String token : new String[] {pair.left(), pair.right(), pair.joined()}) {
                if (!vocabulary.containsKey(token)) {
                    throw new UserException(path + ": the tokenizer's merges join '" + pair.left() + "' and '"
                            + pair.right() + "', but its vocabulary lacks '" + token
                            + "'. Do the files belong to one tokenizer?");
                }
            }
        }
    }

    private String clean(String text) {
        return cleaner.clean(cleaning, text);
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

    /**
     * The text's own characters from the first token on for which a prompt of this length has no room; empty if all
     * fit.
     */
    public Optional<String> leftOut(String text, int length) {
        int room = length - 2;
        int characters = 0;
        for (AddedTokens.Part part : cutOut.cut(text)) {
            if (part.token().isPresent()) {
                if (room == 0) {
                    return Optional.of(CutPlace.behind(text, characters, this::characters));
                }
                room--;
                characters += characters(part.spelt());
                continue;
            }
            for (String word : splitter.split(part.text())) {
                List<String> tokens = tokens(word);
                if (tokens.size() > room) {
                    return Optional.of(CutPlace.behind(
                            text, characters + characters(word, tokens.subList(0, room)), this::characters));
                }
                room -= tokens.size();
                characters += word.codePointCount(0, word.length());
            }
        }
        return Optional.empty();
    }

    /** How many characters of a text its words have once it is cleaned. */
    private int characters(String text) {
        return splitter.split(clean(text)).stream()
                .mapToInt(word -> word.codePointCount(0, word.length()))
                .sum();
    }

    /** How many characters of a word its first tokens hold whole; a token may end within one. */
    private static int characters(String word, List<String> first) {
        int bytes = first.stream().mapToInt(String::length).sum();
        int characters = 0;
        for (int c : word.codePoints().toArray()) {
            bytes -= Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
            if (bytes < 0) {
                break;
            }
            characters++;
        }
        return characters;
    }

    private List<Integer> bodyIds(String text) {
        List<Integer> ids = new ArrayList<>();
        for (AddedTokens.Part part : cutOut.cut(text)) {
            if (part.token().isPresent()) {
                ids.add(added.getOrDefault(part.text(), unknown));
            } else {
                addIds(part.text(), ids);
            }
        }
        return ids;
    }

    private void addIds(String text, List<Integer> ids) {
        for (String word : splitter.split(text)) {
            if (isToken(word)) {
                ids.add(wholeWords.indexOf(word) == 0 ? start : end);
                continue;
            }
            for (String token : tokens(word)) {
                ids.add(vocabulary.getOrDefault(token, unknown));
            }
        }
    }

    private boolean isToken(String word) {
        return cleaning == TextCleaning.OPEN_CLIP && wholeWords.contains(word);
    }

    private List<String> tokens(String word) {
        return isToken(word) ? List.of(word) : pairs.tokens(alphabet.encode(word));
    }

    /**
     * A prompt with its tokens of several vectors written out, as diffusers' pipelines do it: where {@code <cat>} is an
     * added token and {@code <cat>_1}, {@code <cat>_2} are too, these stand behind it. A token that is looked for in
     * the cleaned text is told by its spelling there, so that one with capitals stays alone, in the pipeline as here.
     *
     * @throws UserException if it would be longer than any model reads: a token that begins as another one does is
     *     doubled by it, and once more by each further one
     */
    public String writtenOut(String prompt) {
        Set<String> found = new LinkedHashSet<>();
        for (AddedTokens.Part part : cutOut.cut(prompt)) {
            if (part.token().isPresent() && added.containsKey(part.spelt())) {
                found.add(part.spelt());
            }
        }
        String written = prompt;
        for (String token : found) {
            String vectors = vectors(token);
            if (vectors.length() > token.length()) {
                long longer = (long) occurrences(written, token) * (vectors.length() - token.length());
                if (written.length() + longer > LONGEST_WRITTEN) {
                    throw new UserException("the prompt that begins '"
                            + prompt.substring(0, Math.min(SHOWN, prompt.length())) + "': expected at most "
                            + LONGEST_WRITTEN + " characters once its tokens of several vectors are written out, found"
                            + " more. Name fewer of them.");
                }
                written = written.replace(token, vectors);
            }
        }
        return written;
    }

    /** A token with the others that stand behind it, as far as there is room for them in any prompt. */
    private String vectors(String token) {
        StringBuilder all = new StringBuilder(token);
        for (int i = 1; all.length() <= LONGEST_WRITTEN && added.containsKey(token + "_" + i); i++) {
            all.append(' ').append(token).append('_').append(i);
        }
        return all.toString();
    }

    /** How often a part stands in a text, from the left and none within another. */
    private static int occurrences(String text, String part) {
        int count = 0;
        for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
            count++;
        }
        return count;
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
