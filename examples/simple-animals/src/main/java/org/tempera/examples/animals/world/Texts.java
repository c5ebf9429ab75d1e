package org.tempera.examples.animals.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.tempera.examples.animals.painter.Captions;
import org.tempera.nn.tokenizer.BpeVocabularyBuilder;
import org.tempera.nn.tokenizer.ClipTokenizer;

/** The world's tokenizer, which knows each word of the captions as one token. */
final class Texts {
    private final ClipTokenizer tokenizer;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();

    Texts(Path folder) {
        tokenizer = ClipTokenizer.load(folder);
    }

    /** Writes the tokenizer's files. */
    static void write(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        BpeVocabularyBuilder builder = new BpeVocabularyBuilder().maxLength(WorldSettings.TEXT_LENGTH);
        for (String word : Captions.words()) {
            builder.addText(word);
        }
        builder.write(folder);
    }

    int vocabularySize() {
        return tokenizer.vocabularySize();
    }

    int endOfText() {
        return tokenizer.endOfText();
    }

    int startOfText() {
        return tokenizer.startOfText();
    }

    /** Token ids of texts, one after the other, {@value WorldSettings#TEXT_LENGTH} each. */
    int[] ids(List<String> texts) {
        int[] all = new int[texts.size() * WorldSettings.TEXT_LENGTH];
        for (int i = 0; i < texts.size(); i++) {
            int[] one = known.computeIfAbsent(texts.get(i), tokenizer::encode);
            System.arraycopy(one, 0, all, i * WorldSettings.TEXT_LENGTH, one.length);
        }
        return all;
    }
}
