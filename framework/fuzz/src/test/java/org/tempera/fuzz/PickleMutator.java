package org.tempera.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Removes, repeats, moves and rewrites operations of a pickle. */
final class PickleMutator implements Mutator {
    private static final byte[] OPERATIONS = {
        '(',
        '0',
        '1',
        '2',
        'N',
        (byte) 0x88,
        (byte) 0x89,
        '}',
        ']',
        ')',
        'd',
        'l',
        't',
        (byte) 0x85,
        (byte) 0x86,
        (byte) 0x87,
        'a',
        'e',
        's',
        'u',
        'Q',
        'R',
        'b',
        '.',
        (byte) 0x93,
        (byte) 0x94,
    };

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        List<byte[]> operations = new ArrayList<>(split(sound));
        for (int n = 1 << random.nextInt(4); n > 0 && !operations.isEmpty(); n--) {
            once(operations, random);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        operations.forEach(out::writeBytes);
        return out.toByteArray();
    }

    private static void once(List<byte[]> operations, SplittableRandom random) {
        int at = random.nextInt(operations.size());
        switch (random.nextInt(8)) {
            case 0 -> operations.remove(at);
            case 1 -> {
                int end = Math.min(operations.size(), at + 1 + random.nextInt(12));
                List<byte[]> part = List.copyOf(operations.subList(at, end));
                int times = random.nextInt(20) == 0 ? 1 << random.nextInt(12) : 1;
                List<byte[]> all = new ArrayList<>();
                for (int i = 0; i < times; i++) {
                    all.addAll(part);
                }
                operations.addAll(at, all);
            }
            case 2 -> operations.add(random.nextInt(operations.size()), operations.remove(at));
            case 3 -> operations.set(at, new byte[] {OPERATIONS[random.nextInt(OPERATIONS.length)]});
            case 4 -> operations.add(at, new byte[] {OPERATIONS[random.nextInt(OPERATIONS.length)]});
            case 5 ->
                operations.add(at, new byte[] {(byte) (random.nextBoolean() ? 'h' : 'q'), (byte) random.nextInt(64)});
            case 6 -> operations.set(at, number(random));
            default -> {
                byte[] operation = operations.get(at).clone();
                if (operation.length > 1) {
                    operation[1 + random.nextInt(operation.length - 1)] = (byte) random.nextInt(256);
                }
                operations.set(at, operation);
            }
        }
    }

    private static byte[] number(SplittableRandom random) {
        long[] numbers = {0, 1, -1, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE, 1 << 24, 65536};
        ByteBuffer bytes = ByteBuffer.allocate(10).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.put((byte) 0x8a)
                .put((byte) 8)
                .putLong(numbers[random.nextInt(numbers.length)])
                .array();
    }

    /** The operations with their operands; what is not known is taken to have none. */
    private static List<byte[]> split(byte[] pickle) {
        List<byte[]> operations = new ArrayList<>();
        for (int at = 0; at < pickle.length; ) {
            int length = Math.min(pickle.length - at, length(pickle, at));
            operations.add(Arrays.copyOfRange(pickle, at, at + length));
            at += length;
        }
        return operations;
    }

    private static int length(byte[] pickle, int at) {
        int next = at + 1 < pickle.length ? pickle[at + 1] & 0xff : 0;
        return switch (pickle[at] & 0xff) {
            case 0x80, 'K', 'q', 'h' -> 2;
            case 'M' -> 3;
            case 'J', 'r', 'j' -> 5;
            case 0x95, 'G' -> 9;
            case 'X', 'T', 'B' ->
                at + 5 <= pickle.length
                        ? 5
                                + Math.max(
                                        0,
                                        Math.min(
                                                1 << 20,
                                                ByteBuffer.wrap(pickle)
                                                        .order(ByteOrder.LITTLE_ENDIAN)
                                                        .getInt(at + 1)))
                        : 1;
            case 0x8c, 'U', 'C', 0x8a -> 2 + next;
            case 'c' -> {
                int end = at;
                for (int lines = 0; lines < 2 && end < pickle.length - 1; ) {
                    lines += pickle[++end] == '\n' ? 1 : 0;
                }
                yield end - at + 1;
            }
            default -> 1;
        };
    }
}
