package org.tempera.nn.tokenizer;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.spi.UserException;

/**
 * The WordPiece tokenizer of uncased BERT (Devlin et al., 2019) as BLIP uses it: lower case, accents stripped, split at white
 * space, punctuation and ideographs, then the longest pieces of the vocabulary; with two more tokens, {@code [DEC]} and
 * {@code [ENC]}. A special token that is written out in the text is that token.
 */
public final class BertTokenizer {
    private static final String UNKNOWN = "[UNK]";
    private static final String START = "[CLS]";
    private static final String END = "[SEP]";
    private static final List<String> NEEDED = List.of(UNKNOWN, END, "[PAD]", START, "[MASK]");
    private static final List<String> ADDED = List.of("[DEC]", "[ENC]");
    private static final Pattern SPECIAL = Pattern.compile("\\[(?:UNK|SEP|PAD|CLS|MASK|DEC|ENC)]");
    /** A longer word is unknown. */
    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final BertClasses classes = new BertClasses();
    private final UnicodeClasses unicode = new UnicodeClasses();
    private final int unknown;

    BertTokenizer(Map<String, Integer> vocabulary) {
        this.vocabulary = new HashMap<>(vocabulary);
        for (String token : ADDED) {
            this.vocabulary.putIfAbsent(token, this.vocabulary.size());
        }
        this.unknown = id(UNKNOWN);
    }

    /**
     * Reads a vocabulary: one token a line, its id is the line's number from 0.
     *
     * @throws UserException if the file is missing, unreadable, or lacks a special token
     */
    public static BertTokenizer load(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(file + ": expected BERT's vocabulary (vocab.txt of bert-base-uncased), found "
                    + (Files.exists(file) ? "a folder" : "nothing") + ". Check the path.");
        }
        Map<String, Integer> ids = new HashMap<>();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                ids.put(lines.get(i), i);
            }
        } catch (CharacterCodingException e) {
            throw new UserException(file + ": is not text in UTF-8. Give the vocab.txt of bert-base-uncased.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read: " + e + ". Check the path and its permissions.", e);
        }
        List<String> missing =
                NEEDED.stream().filter(token -> !ids.containsKey(token)).toList();
        if (!missing.isEmpty()) {
            throw new UserException(file + ": expected BERT's vocabulary, one token a line, but " + ids.size()
                    + " tokens lack " + String.join(", ", missing) + ". Give the vocab.txt of bert-base-uncased.");
        }
        return new BertTokenizer(ids);
    }

    /** One more than the largest id. */
    public int vocabularySize() {
        return vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(-1) + 1;
    }

    /** Ids of a text, start and end included, neither cut nor padded. */
    public int[] encode(String text) {
        List<Integer> ids = new ArrayList<>(List.of(id(START)));
        String lower = lowerCase(text);
        Matcher special = SPECIAL.matcher(lower);
        int from = 0;
        while (special.find()) {
            addWords(lower.substring(from, special.start()), ids);
            ids.add(id(special.group()));
            from = special.end();
        }
        addWords(lower.substring(from), ids);
        ids.add(id(END));
        return ids.stream().mapToInt(Integer::intValue).toArray();
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

    /** The text of the tokens for which {@code length} places have no room, in the vocabulary's spelling; empty if all fit. */
    public Optional<String> leftOut(String text, int length) {
        int[] ids = encode(text);
        if (ids.length <= length) {
            return Optional.empty();
        }
        Map<Integer, String> tokens = new HashMap<>();
        vocabulary.forEach((token, id) -> tokens.put(id, token));
        StringBuilder left = new StringBuilder();
        for (int i = length - 1; i < ids.length - 1; i++) {
            String token = tokens.getOrDefault(ids[i], UNKNOWN);
            left.append(token.startsWith("##") ? token.substring(2) : " " + token);
        }
        return Optional.of(left.toString().strip());
    }

    private int id(String token) {
        Integer id = vocabulary.get(token);
        if (id == null) {
            throw new IllegalStateException("the vocabulary lacks " + token);
        }
        return id;
    }

    /** Each character by itself, so that a sigma is never final; special tokens stay as they are. */
    private String lowerCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        Matcher special = SPECIAL.matcher(text);
        int from = 0;
        while (special.find()) {
            lowerCase(text.substring(from, special.start()), out);
            out.append(special.group());
            from = special.end();
        }
        lowerCase(text.substring(from), out);
        return out.toString();
    }

    private void lowerCase(String text, StringBuilder out) {
        text.codePoints().forEach(c -> out.append(classes.isRemoved(c) ? Character.toString(c) : unicode.lowerCase(c)));
    }

    private void addWords(String text, List<Integer> ids) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c == 0xfffd || classes.isRemoved(c)) {
                return;
            }
            if (c == '\t' || c == '\n' || c == '\r' || UnicodeClasses.isSpaceSeparator(c)) {
                clean.append(' ');
            } else if (BertClasses.isIdeograph(c)) {
                clean.append(' ').appendCodePoint(c).append(' ');
            } else {
                clean.appendCodePoint(c);
            }
        });
        int[] characters = Normalizer.normalize(clean, Normalizer.Form.NFD)
                .codePoints()
                .filter(c -> !classes.isMark(c))
                .toArray();
        int start = 0;
        for (int i = 0; i < characters.length; i++) {
            boolean space = UnicodeClasses.isPythonSpace(characters[i]);
            if (space || classes.isPunctuation(characters[i])) {
                addPieces(characters, start, i, ids);
                if (!space) {
                    addPieces(characters, i, i + 1, ids);
                }
                start = i + 1;
            }
        }
        addPieces(characters, start, characters.length, ids);
    }

    /** The pieces of one word, each the longest that the vocabulary has; unknown where any part of it is. */
    private void addPieces(int[] characters, int from, int to, List<Integer> ids) {
        if (to - from > LONGEST_WORD) {
            ids.add(unknown);
            return;
        }
        List<Integer> pieces = new ArrayList<>();
        int start = from;
        while (start < to) {
            int end = to;
            Integer found = null;
            while (start < end && found == null) {
                String piece = new String(characters, start, end - start);
                found = vocabulary.get(start > from ? "##" + piece : piece);
                end--;
            }
            if (found == null) {
                ids.add(unknown);
                return;
            }
            pieces.add(found);
            start = end + 1;
        }
        ids.addAll(pieces);
    }
}
