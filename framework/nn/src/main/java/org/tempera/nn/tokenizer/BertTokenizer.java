package org.tempera.nn.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.base.files.IoReason;
import org.tempera.nn.weights.ModelFiles;
import org.tempera.spi.UserException;

/**
 * The WordPiece tokenizer of uncased BERT (Devlin et al., 2019) as BLIP uses it: lower case, accents stripped, split at
 * white space, punctuation and ideographs, then the longest pieces of the vocabulary; with two more tokens,
 * {@code [DEC]} and {@code [ENC]}. A special token that is written out in the text is that token.
 */
public final class BertTokenizer {
    private static final String UNKNOWN = "[UNK]";
    private static final String START = "[CLS]";
    private static final String END = "[SEP]";
    private static final String VOCABULARY = "vocab.txt";
    private static final List<String> NEEDED = List.of(UNKNOWN, END, "[PAD]", START, "[MASK]");
    private static final List<String> ADDED = List.of("[DEC]", "[ENC]");
    /** Begins a token that does not begin a word. */
    private static final String REST_OF_A_WORD = "##";
    /** A longer word is unknown. */
    private static final int LONGEST_WORD = 100;
    /** Ten times what was published. */
    private static final long LARGEST_VOCABULARY = 3L << 20;

    private final Map<String, Integer> vocabulary;
    private final Pieces beginnings;
    private final Pieces rests;
    private final BertClasses classes = BertClasses.table();
    private final UnicodeClasses unicode = UnicodeClasses.fast();
    private final AddedTokens cutOut;
    private final int unknown;

    /**
     * The tokens for one place in a word.
     *
     * @param longest characters of the longest of them: what is longer need not be looked for, so that time and memory
     *     do not grow with the square of a word's length
     */
    private record Pieces(Map<String, Integer> ids, int longest) {
        /** The tokens that begin so, by what stands behind it. */
        static Pieces of(Map<String, Integer> vocabulary, String prefix) {
            Map<String, Integer> ids = new HashMap<>();
            int longest = 0;
            for (Map.Entry<String, Integer> token : vocabulary.entrySet()) {
                if (token.getKey().startsWith(prefix)) {
                    String piece = token.getKey().substring(prefix.length());
                    ids.put(piece, token.getValue());
                    longest = Math.max(longest, piece.codePointCount(0, piece.length()));
                }
            }
            return new Pieces(ids, longest);
        }
    }

    BertTokenizer(Map<String, Integer> vocabulary) {
        this(vocabulary, List.of());
    }

    private BertTokenizer(Map<String, Integer> vocabulary, Collection<AddedToken> stated) {
        this.vocabulary = new HashMap<>(vocabulary);
        for (String token : ADDED) {
            this.vocabulary.putIfAbsent(token, this.vocabulary.size());
        }
        this.beginnings = Pieces.of(this.vocabulary, "");
        this.rests = Pieces.of(this.vocabulary, REST_OF_A_WORD);
        this.unknown = id(UNKNOWN);
        Map<String, AddedToken> added = new LinkedHashMap<>();
        NEEDED.forEach(token -> added.put(token, AddedToken.plain(token)));
        ADDED.forEach(token -> added.put(token, AddedToken.plain(token)));
        stated.forEach(token -> added.put(token.content(), token));
        this.cutOut = new AddedTokens(added.values(), this::clean);
    }

    /**
     * Reads a vocabulary (one token a line, its id is the line's number from 0), a {@code tokenizer.json}, or a folder
     * that has one of them, the latter before the former.
     *
     * @throws UserException if the file is missing, unreadable, lacks a special token, or describes another tokenizer
     */
    public static BertTokenizer load(Path path) {
        ModelFiles.requireOpen(path);
        Path file = path;
        if (Files.isDirectory(path)) {
            file = path.resolve(TokenizerJson.FILE);
            file = ModelFiles.has(file) ? file : path.resolve(VOCABULARY);
        }
        if (!ModelFiles.has(file)) {
            throw new UserException(path + ": expected BERT's vocabulary (vocab.txt or tokenizer.json of"
                    + " bert-base-uncased), found " + (file.equals(path) ? "nothing" : "a folder without them")
                    + ". Check the path.");
        }
        requireUncased(file.resolveSibling(TokenizerFolder.CONFIG));
        if (String.valueOf(file.getFileName()).endsWith(".json")) {
            TokenizerJson json = TokenizerJson.bert(file);
            json.requireEnds(file, START, END);
            requireNeeded(file, json.vocabulary());
            Map<String, Integer> ids = new HashMap<>(json.vocabulary());
            json.added().forEach((id, token) -> ids.putIfAbsent(token.content(), id));
            return new BertTokenizer(ids, json.added().values());
        }
        Map<String, Integer> ids = lines(file);
        requireNeeded(file, ids);
        return new BertTokenizer(ids);
    }

    private static Map<String, Integer> lines(Path file) {
        Map<String, Integer> ids = new HashMap<>();
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            long bytes = Files.size(file);
            if (bytes > LARGEST_VOCABULARY) {
                throw new UserException(file + ": expected BERT's vocabulary, at most " + LARGEST_VOCABULARY
                        + " bytes, found " + bytes + ". Give the vocab.txt of bert-base-uncased.");
            }
            int id = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                ids.put(withoutSpaceBehind(line), id++);
                TokenizerFolder.requireFew(file, "tokens", ids.size());
            }
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is not text in UTF-8. Give the vocab.txt of bert-base-uncased.", e);
        } catch (IOException e) {
            throw new UserException(
                    file + ": cannot be read: " + IoReason.of(e) + ". Check the path and its permissions.", e);
        }
        return ids;
    }

    static String withoutSpaceBehind(String line) {
        int end = line.length();
        while (end > 0 && UnicodeClasses.isWhiteSpace(line.charAt(end - 1))) {
            end--;
        }
        return line.substring(0, end);
    }

    private static void requireNeeded(Path file, Map<String, Integer> ids) {
        List<String> missing =
                NEEDED.stream().filter(token -> !ids.containsKey(token)).toList();
        if (!missing.isEmpty()) {
            throw new UserException(file + ": expected BERT's vocabulary, one token a line, but " + ids.size()
                    + " tokens lack " + String.join(", ", missing) + ". Give the vocab.txt of bert-base-uncased.");
        }
    }

    /** What a configuration beside the vocabulary would change. */
    private static void requireUncased(Path config) {
        JsonNode settings = TokenizerFolder.readObject(config);
        for (String key : List.of("do_lower_case", "tokenize_chinese_chars", "strip_accents")) {
            if (!settings.path(key).asBoolean(true)) {
                throw new UserException(config + ": " + key + ": expected true, found " + settings.path(key)
                        + ". Give the vocabulary of bert-base-uncased.");
            }
        }
    }

    /** One more than the largest id. */
    public int vocabularySize() {
        return vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    /** Ids of a text, start and end included, neither cut nor padded. */
    public int[] encode(String text) {
        List<Piece> pieces = pieces(text);
        int[] ids = new int[pieces.size() + 2];
        ids[0] = id(START);
        for (int i = 0; i < pieces.size(); i++) {
            ids[i + 1] = pieces.get(i).id();
        }
        ids[ids.length - 1] = id(END);
        return ids;
    }

    /** A token. @param start characters of the cleaned text before it, white space aside */
    private record Piece(int id, int start) {}

    private List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        int characters = 0;
        for (AddedTokens.Part part : cutOut.cut(text)) {
            if (part.token().isPresent()) {
                pieces.add(new Piece(id(part.text()), characters));
                characters += characters(part.spelt());
            } else {
                characters = addWords(part.text(), characters, pieces);
            }
        }
        return pieces;
    }

    /** How many characters a text has once it is cleaned, white space aside. */
    private int characters(String text) {
        return (int) clean(text)
                .codePoints()
                .filter(c -> !UnicodeClasses.isWhiteSpace(c))
                .count();
    }

    /**
     * Ids of a text in exactly {@code length} places.
     *
     * @param padding what stands behind a shorter text; of a longer one the last words are left out, the end stays
     */
    public int[] encode(String text, int length, int padding) {
        if (length < 2) {
            throw new IllegalArgumentException("a text must have room for its start and end, got length " + length);
        }
        int[] ids = encode(text);
        int[] fitted = Arrays.copyOf(ids, length);
        if (ids.length > length) {
            fitted[length - 1] = id(END);
        } else {
            Arrays.fill(fitted, ids.length, length, padding);
        }
        return fitted;
    }

    /**
     * The text's own characters from the first token on for which {@code length} places have no room; empty if all fit.
     */
    public Optional<String> leftOut(String text, int length) {
        List<Piece> pieces = pieces(text);
        int room = length - 2;
        return pieces.size() <= room
                ? Optional.empty()
                : Optional.of(CutPlace.behind(text, pieces.get(room).start(), this::characters));
    }

    private int id(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new IllegalStateException("the vocabulary lacks " + token);
        }
        return id;
    }

    /**
     * The normaliser of a {@code tokenizer.json}: cleaned, ideographs apart, without accents, each character in lower
     * case.
     */
    private String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (classes.isRemoved(c)) {
                return;
            }
            if (UnicodeClasses.isWhiteSpace(c)) {
                clean.append(' ');
            } else if (classes.isIdeograph(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
            } else {
                clean.appendCodePoint(c);
            }
        });
        StringBuilder lower = new StringBuilder(clean.length());
        CanonicalText.normalise(clean, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> !classes.isMark(c))
                .forEach(c -> unicode.appendLowerCase(lower, c));
        return lower.toString();
    }

    /** Adds the pieces of cleaned text. @return the characters before, and those of the text besides */
    private int addWords(String text, int before, List<Piece> pieces) {
        int[] characters = text.codePoints().toArray();
        int count = before;
        int start = 0;
        for (int i = 0; i < characters.length; i++) {
            boolean space = UnicodeClasses.isWhiteSpace(characters[i]);
            if (space || classes.isPunctuation(characters[i])) {
                count = addPieces(characters, start, i, count, pieces);
                if (!space) {
                    count = addPieces(characters, i, i + 1, count, pieces);
                }
                start = i + 1;
            }
        }
        return addPieces(characters, start, characters.length, count, pieces);
    }

    /** The pieces of one word, each the longest that the vocabulary has; unknown where any part of it is. */
    private int addPieces(int[] characters, int from, int to, int before, List<Piece> all) {
        int after = before + to - from;
        if (to - from > LONGEST_WORD) {
            all.add(new Piece(unknown, before));
            return after;
        }
        List<Piece> pieces = new ArrayList<>();
        int start = from;
        while (start < to) {
            Pieces known = start > from ? rests : beginnings;
            int end = Math.min(to, start + known.longest());
            Integer found = null;
            while (start < end && found == null) {
                found = known.ids().get(new String(characters, start, end - start));
                end--;
            }
            if (found == null) {
                all.add(new Piece(unknown, before));
                return after;
            }
            pieces.add(new Piece(found, before + start - from));
            start = end + 1;
        }
        all.addAll(pieces);
        return after;
    }
}
