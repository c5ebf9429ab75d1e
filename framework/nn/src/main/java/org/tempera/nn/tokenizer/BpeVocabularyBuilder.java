package org.tempera.nn.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.base.files.AtomicFile;

/**
 * Learns a small byte-pair vocabulary in which every given word is one token, and writes it as a CLIP tokenizer folder.
 *
 * <p>Tokens are numbered as in CLIP: 256 bytes, the same 256 ending a word, one for each merge, start and end of text.
 * Any other text can be encoded too, in smaller pieces. Equal words in equal numbers give equal files.
 */
public final class BpeVocabularyBuilder {
    private final UnicodeClasses unicode = UnicodeClasses.fast();
    private final TextCleaner cleaner = new TextCleaner(unicode);
    private final WordSplitter splitter = new WordSplitter(unicode, List.of(), false);
    private final ByteAlphabet alphabet = new ByteAlphabet();
    private final Map<String, Integer> counts = new TreeMap<>();
    private int maxLength = TokenizerFolder.DEFAULT_MAX_LENGTH;

    /** Adds the words of a text, cleaned and split as the tokenizer will; words that come often are merged first. */
    public BpeVocabularyBuilder addText(String text) {
        for (String word : splitter.split(cleaner.clean(TextCleaning.TRANSFORMERS, text))) {
            counts.merge(alphabet.encode(word), 1, Integer::sum);
        }
        return this;
    }

    /** Sets the length that prompts are padded to; 77 unless said otherwise. */
    public BpeVocabularyBuilder maxLength(int tokens) {
        if (tokens < 2) {
            throw new IllegalArgumentException("maxLength must be at least 2, was " + tokens);
        }
        maxLength = tokens;
        return this;
    }

    /**
     * Writes {@code vocab.json}, {@code merges.txt}, {@code tokenizer_config.json} and {@code special_tokens_map.json}
     * into an existing folder.
     *
     * @return the number of tokens
     * @throws org.tempera.spi.UserException if a file cannot be written
     */
    public int write(Path folder) {
        List<BytePairs.Pair> merges = learnMerges();
        Map<String, Integer> vocabulary = TokenizerFolder.vocabulary(merges);

        StringBuilder lines = new StringBuilder("#version: 0.2\n");
        merges.forEach(pair ->
                lines.append(pair.left()).append(' ').append(pair.right()).append('\n'));
        Map<String, Object> special = new LinkedHashMap<>();
        special.put("bos_token", TokenizerFolder.START_OF_TEXT);
        special.put("eos_token", TokenizerFolder.END_OF_TEXT);
        special.put("unk_token", TokenizerFolder.END_OF_TEXT);
        special.put("pad_token", TokenizerFolder.END_OF_TEXT);
        Map<String, Object> config = new LinkedHashMap<>(special);
        config.put("do_lower_case", true);
        config.put("model_max_length", maxLength);
        config.put("tokenizer_class", "CLIPTokenizer");

        write(folder.resolve(TokenizerFolder.VOCABULARY), json(vocabulary));
        write(folder.resolve(TokenizerFolder.MERGES), lines.toString());
        write(folder.resolve(TokenizerFolder.SPECIAL_TOKENS), json(special));
        write(folder.resolve(TokenizerFolder.CONFIG), json(config));
        return vocabulary.size();
    }

    /** The most frequent pair first, ties in the order of their text, until every word is a single token. */
    private List<BytePairs.Pair> learnMerges() {
        Map<String, List<String>> words = new TreeMap<>();
        counts.keySet().forEach(word -> words.put(word, BytePairs.symbols(word)));
        List<BytePairs.Pair> merges = new ArrayList<>();
        while (true) {
            Map<BytePairs.Pair, Integer> pairCounts = new LinkedHashMap<>();
            words.forEach((word, symbols) -> {
                for (int i = 0; i + 1 < symbols.size(); i++) {
                    pairCounts.merge(
                            new BytePairs.Pair(symbols.get(i), symbols.get(i + 1)),
                            counts.getOrDefault(word, 0),
                            Integer::sum);
                }
            });
            if (pairCounts.isEmpty()) {
                return merges;
            }
            Comparator<Map.Entry<BytePairs.Pair, Integer>> byCount =
                    Map.Entry.comparingByValue(Comparator.reverseOrder());
            BytePairs.Pair best = pairCounts.entrySet().stream()
                    .min(byCount.thenComparing(e -> e.getKey().left())
                            .thenComparing(e -> e.getKey().right()))
                    .orElseThrow()
                    .getKey();
            merges.add(best);
            words.replaceAll((word, symbols) -> BytePairs.merge(symbols, best));
        }
    }

    private static String json(Map<String, ?> values) {
        try {
            return new ObjectMapper()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .writeValueAsString(values)
                            .replace("\r\n", "\n")
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(Path file, String text) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        AtomicFile.write(file, channel -> {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
    }
}
