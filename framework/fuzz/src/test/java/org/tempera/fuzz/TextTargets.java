package org.tempera.fuzz;

import static org.tempera.fuzz.Samples.bytes;
import static org.tempera.fuzz.Samples.text;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tempera.base.text.Addresses;
import org.tempera.base.text.Printable;
import org.tempera.base.text.Secrets;
import org.tempera.graph.workers.Cluster;
import org.tempera.nn.tokenizer.BertTokenizer;
import org.tempera.nn.tokenizer.ClipTokenizer;
import org.tempera.nn.tokenizer.TextCleaning;
import org.tempera.record.report.GridReader;

/** What is done with texts of others: prompts, what is shown, and what a scheduler says. */
final class TextTargets {
    /** Tokens are objects, and the text is read seven times here. */
    private static final long BYTES_PER_CHARACTER = 4000;

    /** Every match is an object, and ten readers pass over the text; one alone may be a parameter of an address. */
    private static final long BYTES_PER_CHARACTER_SHOWN = 1500;

    static final String NAME = "text.txt";

    private static final String TF_CONFIG = "tf-config.json";

    private TextTargets() {}

    static void add(List<Target> all, Samples samples) {
        Path folder = samples.model().resolve("tokenizer");
        ClipTokenizer clip = ClipTokenizer.load(folder);
        ClipTokenizer openClip = ClipTokenizer.load(folder, TextCleaning.OPEN_CLIP);
        BertTokenizer bert = BertTokenizer.load(samples.imageReward().resolve("vocab.txt"));
        all.add(Target.of("prompt-text", texts(), f -> {
                    String prompt = read(f);
                    clip.decode(clip.encode(prompt));
                    clip.leftOut(prompt, 77);
                    clip.writtenOut(prompt);
                    openClip.encode(prompt, 77);
                    bert.encode(prompt, 35, 0);
                    bert.leftOut(prompt, 35);
                })
                .allowed(text -> BYTES_PER_CHARACTER * text.length));
        all.add(Target.of("shown-text", texts(), f -> {
                    String shown = read(f);
                    requireHarmless(Printable.line(shown));
                    Secrets secrets = new Secrets();
                    secrets.addAddresses(shown);
                    secrets.add(shown);
                    secrets.masked(shown);
                    Secrets.isSecret(shown);
                    Addresses.masked(shown);
                    Addresses.maskedValue(shown);
                    Addresses.markedValue(shown);
                    Addresses.isMasked(shown);
                    GridReader.page(shown);
                })
                .allowed(text -> BYTES_PER_CHARACTER_SHOWN * text.length));
        all.add(Target.of("tf-config", tfConfigs(), f -> Cluster.fromTfConfig(read(f, TF_CONFIG))));
    }

    private static List<Map<String, byte[]>> tfConfigs() {
        List<Map<String, byte[]>> texts = new ArrayList<>();
        for (String each : List.of(
                "{\"cluster\": {\"worker\": [\"node-0:2222\", \"node-1:2222\", \"[fd00::1]:2222\"]},"
                        + " \"task\": {\"type\": \"worker\", \"index\": 1}}",
                "{\"cluster\": {\"chief\": [\"a:1\"], \"worker\": [\"b:65535\"], \"ps\": []}, \"environment\": \"cloud\","
                        + " \"task\": {\"type\": \"chief\", \"index\": \"0\"}}")) {
            texts.add(Map.of(TF_CONFIG, text(each)));
        }
        return texts;
    }

    private static List<Map<String, byte[]>> texts() {
        List<Map<String, byte[]>> texts = new ArrayList<>();
        for (String each : List.of(
                "a photo of a cat, https://user:word@example.org/a?token=abc&b=1#key=2",
                "&amp;amp;lt; caf\u00e9 cafe\u0301 \ud83d\udc08 \ufb01n \u2018don't\u2019 \uff21\uff22",
                "\u001b[31mred\u001b[0m\u202e\u0085 [SEP] <|endoftext|> ##a </w> 12,345.67 \u4e2d\u6587")) {
            texts.add(Map.of(NAME, text(each)));
        }
        return texts;
    }

    private static String read(Path folder) {
        return read(folder, NAME);
    }

    private static String read(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.exists(file) ? new String(bytes(file), StandardCharsets.UTF_8) : "";
    }

    private static void requireHarmless(String line) {
        if (line.codePoints().anyMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT)) {
            throw new IllegalStateException("a line that steers");
        }
    }
}
