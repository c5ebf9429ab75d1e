package org.tempera.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Damages JSON by its structure: other types, nothing, too much, the same twice, too deep. */
final class JsonMutator implements Mutator {
    private static final String[] SCALARS = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "1",
        "2",
        "3",
        "7",
        "64",
        "100",
        "-0.0",
        "0.5",
        "1.5",
        "1e-400",
        "65536",
        "1000000",
        "16777216",
        "2147483647",
        "2147483648",
        "-2147483648",
        "4294967295",
        "4294967296",
        "1e9",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "1e19",
        "1e308",
        "1e400",
        "-1e400",
        "1e999999999",
        "123456789012345678901234567890",
        "NaN",
        "Infinity",
        "-Infinity",
        "\"\"",
        "\" \"",
        "\"a\"",
        "\"0\"",
        "\"-1\"",
        "\"\\u0000\"",
        "\"..\"",
        "\"../x\"",
        "\"/\"",
        "\"/dev/null\"",
        "\"a\\\\b\"",
        "\"model.safetensors.index.json\"",
        "\"[\"",
        "\"(\"",
        "\"*\"",
        "\"\\\\\"",
        "\"(a+)+\"",
        "\"(([a-z_0-9.]+)+)+!\"",
        "\".*\"",
        "\"a{1000}{1000}\"",
        "\"\\ud800\"",
        "\"\\u202e\"",
        "\"\\u001b[2J\"",
        "\"\ud83d\ude00\"",
        "\"<|endoftext|>\"",
        "\"</w>\"",
        "\"[UNK]\"",
        "{}",
        "[]",
        "[[]]",
        "{\"a\":{}}",
        "[0]",
        "[null]",
        "{\"\":0}",
        "[1,2,3]",
        "\"NaN\"",
        "{\"$float\":\"NaN\"}",
        "{\"$float\":\"x\"}",
    };
    private static final String[] KEYS = {
        "\"\"",
        "\"a\"",
        "\"content\"",
        "\"weight_map\"",
        "\"__metadata__\"",
        "\"dtype\"",
        "\"shape\"",
        "\"\\u0000\"",
        "\"0\"",
        "\"-1\"",
        "\"99999999999\"",
        "\"$float\"",
        "\"use_dora\"",
        "\"model_type\"",
        "\"(\"",
        "\"text_config_dict\"",
    };

    /** What is written has no more, and neither has any one text of it. */
    static final long MOST_CHARACTERS = 64L << 20;

    /** So many fit in the memory of a test; written with its key and comma, a value mostly takes eight characters. */
    private static final long MOST_VALUES = MOST_CHARACTERS / 8;

    /** A value's place: the container, and which of its items it is. */
    private record Place(Json.Node parent, int index) {
        Json.Node value() {
            return parent.items.get(index);
        }
    }

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        try {
            return mutated(sound, random);
        } catch (IOException e) {
            return new ByteMutator().mutate(sound, random);
        }
    }

    /** @throws IOException if it is no JSON, or what is made of it grows beyond all measure */
    private static byte[] mutated(byte[] sound, SplittableRandom random) throws IOException {
        Json.Node top = new Json.Node();
        top.list = true;
        top.items.add(Json.parse(sound));
        for (int n = 1 + (random.nextInt(3) == 0 ? random.nextInt(5) : 0); n > 0; n--) {
            List<Place> places = new ArrayList<>();
            collect(top, places);
            if (places.isEmpty()) {
                break;
            }
            once(places, random);
        }
        requireAtMost(MOST_CHARACTERS, top.length());
        StringBuilder out = new StringBuilder();
        for (Json.Node item : top.items) {
            item.write(out);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Copies of copies multiply: asked before any is made. */
    private static void requireAtMost(long most, long count) throws IOException {
        if (count > most) {
            throw new IOException("too large: " + count);
        }
    }

    private static void collect(Json.Node parent, List<Place> places) {
        for (int i = 0; i < parent.items.size(); i++) {
            places.add(new Place(parent, i));
            collect(parent.items.get(i), places);
        }
    }

    private static void once(List<Place> places, SplittableRandom random) throws IOException {
        Place place = places.get(random.nextInt(places.size()));
        Json.Node parent = place.parent();
        int at = place.index();
        switch (random.nextInt(12)) {
            case 0, 1, 2, 3 -> parent.items.set(at, Json.Node.of(Mutator.any(SCALARS, random)));
            case 4 -> {
                parent.items.remove(at);
                if (parent.object) {
                    parent.keys.remove(at);
                }
            }
            case 5 -> {
                // The same again, once or many times.
                int times = random.nextInt(10) == 0 ? 1 << random.nextInt(12) : 1;
                requireAtMost(MOST_VALUES, places.size() + times * place.value().values());
                for (int i = 0; i < times; i++) {
                    parent.items.add(at, place.value().copy());
                    if (parent.object) {
                        parent.keys.add(at, parent.keys.get(at));
                    }
                }
            }
            case 6 -> {
                Json.Node other = places.get(random.nextInt(places.size())).value();
                requireAtMost(MOST_VALUES, places.size() + other.values());
                parent.items.set(at, other.copy());
            }
            case 7 -> {
                if (parent.object) {
                    Place other = places.get(random.nextInt(places.size()));
                    boolean borrowed = other.parent().object && random.nextBoolean();
                    parent.keys.set(at, borrowed ? other.parent().keys.get(other.index()) : Mutator.any(KEYS, random));
                }
            }
            case 8 -> {
                Json.Node value = place.value();
                if (value.object || value.list) {
                    value.items.add(Json.Node.of(Mutator.any(SCALARS, random)));
                    if (value.object) {
                        value.keys.add(Mutator.any(KEYS, random));
                    }
                } else {
                    parent.items.set(at, Json.Node.of("[" + value.raw + "]"));
                }
            }
            case 9 -> {
                int depth = 1 << random.nextInt(random.nextInt(20) == 0 ? 16 : 8);
                boolean list = random.nextBoolean();
                String raw = (list ? "[" : "{\"a\":").repeat(depth) + "0" + (list ? "]" : "}").repeat(depth);
                parent.items.set(at, Json.Node.of(raw));
            }
            default -> scalar(place.value(), random);
        }
    }

    private static void scalar(Json.Node value, SplittableRandom random) throws IOException {
        if (value.raw.startsWith("\"")) {
            String inside = value.raw.substring(1, value.raw.length() - 1);
            String other = Mutator.any(SCALARS, random);
            String insert = other.startsWith("\"") ? other.substring(1, other.length() - 1) : other;
            value.raw = switch (random.nextInt(4)) {
                case 0 -> "\"" + inside + insert + "\"";
                case 1 -> "\"" + insert + inside + "\"";
                case 2 -> {
                    int times = 1 + random.nextInt(200);
                    requireAtMost(MOST_CHARACTERS, (long) times * inside.length());
                    yield "\"" + inside.repeat(times) + "\"";
                }
                default -> "\"" + "x".repeat(1 << random.nextInt(14)) + "\"";
            };
        } else if (!value.object && !value.list) {
            value.raw = switch (random.nextInt(5)) {
                case 0 -> "-" + value.raw;
                case 1 -> value.raw + "0";
                case 2 -> value.raw + "e9";
                case 3 -> value.raw + "9".repeat(random.nextInt(1200));
                default -> "1" + value.raw;
            };
        }
    }
}
