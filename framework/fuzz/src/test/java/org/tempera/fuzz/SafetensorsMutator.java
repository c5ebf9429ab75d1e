package org.tempera.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages the header of a safetensors file by its structure, and keeps its length right, or nearly. */
final class SafetensorsMutator implements Mutator {
    private final Mutator json = new JsonMutator();

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        if (sound.length < 8) {
            return new ByteMutator().mutate(sound, random);
        }
        long length = ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 0 || length > sound.length - 8) {
            return new ByteMutator().mutate(sound, random);
        }
        byte[] header = Arrays.copyOfRange(sound, 8, 8 + (int) length);
        byte[] data = Arrays.copyOfRange(sound, 8 + (int) length, sound.length);
        switch (random.nextInt(12)) {
            case 0 -> data = new ByteMutator().mutate(data, random);
            case 1 -> data = Arrays.copyOf(data, random.nextInt(2 * data.length + 9));
            default -> header = json.mutate(header, random);
        }
        long said = header.length;
        if (random.nextInt(30) == 0) {
            long[] lengths = {0, 1, -1, Long.MAX_VALUE, said - 1, said + 1, 25_000_000, 1L << 32};
            said = lengths[random.nextInt(lengths.length)];
        }
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return bytes.putLong(said).put(header).put(data).array();
    }
}
