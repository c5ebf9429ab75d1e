package org.tempera.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Damages a file of lines: one line by its own format, or the order and number of lines. */
final class LineMutator implements Mutator {
    private final Mutator line;

    LineMutator(Mutator line) {
        this.line = line;
    }

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= sound.length; i++) {
            if (i == sound.length || sound[i] == '\n') {
                lines.add(Arrays.copyOfRange(sound, start, i));
                start = i + 1;
            }
        }
        int at = random.nextInt(lines.size());
        switch (random.nextInt(10)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> lines.add(at, new byte[0]);
            case 3 -> lines.add(random.nextInt(lines.size()), lines.remove(at));
            default -> lines.set(at, line.mutate(lines.get(at), random));
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            out.append(i > 0 ? "\n" : "").append(new String(lines.get(i), StandardCharsets.ISO_8859_1));
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }
}
