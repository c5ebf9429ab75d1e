package org.tempera.fuzz;

/** Which files are damaged how: by their format where it is known, and sometimes byte by byte. */
final class Mutators {
    private Mutators() {}

    /** For a file of that name. */
    static Mutator of(String name) {
        Mutator bytes = new ByteMutator();
        Mutator format = byEnding(name.substring(name.lastIndexOf('.') + 1));
        return (sound, random) -> {
            int way = random.nextInt(12);
            if (way == 0) {
                return bytes.mutate(sound, random);
            }
            byte[] damaged = format.mutate(sound, random);
            return way == 1 ? bytes.mutate(damaged, random) : damaged;
        };
    }

    private static Mutator byEnding(String ending) {
        return switch (ending) {
            case "json" -> new JsonMutator();
            case "jsonl" -> new LineMutator(new JsonMutator());
            case "safetensors" -> new SafetensorsMutator();
            case "pt", "bin", "pth" -> new TorchMutator();
            case "png" -> new PngMutator();
            case "jpg" -> new JpegMutator();
            case "gif" -> new GifMutator();
            case "bmp" -> new BmpMutator();
            case "conf" -> new TextMutator(TextMutator.HOCON);
            case "http" -> new TextMutator(TextMutator.HTTP);
            case "txt", "csv", "tsv" -> new TextMutator(TextMutator.TEXT);
            default -> new ByteMutator();
        };
    }
}
