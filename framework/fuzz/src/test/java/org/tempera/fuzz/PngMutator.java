package org.tempera.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/** Damages chunks of a PNG file, and makes their sums right again, so that what is inside is looked at. */
final class PngMutator implements Mutator {
    private static final String[] TYPES = {
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "tEXt", "zTXt", "iTXt", "bKGD", "pHYs",
        "eXIf", "acTL",
    };

    private record Chunk(String type, byte[] data) {}

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        List<Chunk> chunks = chunks(sound);
        if (chunks.isEmpty()) {
            return new ByteMutator().mutate(sound, random);
        }
        for (int n = 1 + random.nextInt(2); n > 0 && !chunks.isEmpty(); n--) {
            int at = random.nextInt(chunks.size());
            Chunk chunk = chunks.get(at);
            switch (random.nextInt(10)) {
                case 0 -> chunks.remove(at);
                case 1 -> chunks.add(at, chunk);
                case 2 -> chunks.add(random.nextInt(chunks.size()), chunks.remove(at));
                case 3 -> chunks.set(at, new Chunk(Mutator.any(TYPES, random), chunk.data()));
                case 4 -> {
                    byte[] noise = new byte[random.nextInt(40)];
                    random.nextBytes(noise);
                    chunks.add(at, new Chunk(Mutator.any(TYPES, random), noise));
                }
                case 5, 6 -> header(chunks, random);
                default -> chunks.set(at, new Chunk(chunk.type(), new ByteMutator().mutate(chunk.data(), random)));
            }
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(sound, 0, 8);
        for (Chunk chunk : chunks) {
            byte[] type = chunk.type().getBytes(StandardCharsets.ISO_8859_1);
            CRC32 crc = new CRC32();
            crc.update(type);
            crc.update(chunk.data());
            out.writeBytes(ByteBuffer.allocate(4).putInt(chunk.data().length).array());
            out.writeBytes(type);
            out.writeBytes(chunk.data());
            out.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
        }
        return out.toByteArray();
    }

    /** Other sizes, depths, colours and interlacing. */
    private static void header(List<Chunk> chunks, SplittableRandom random) {
        for (int i = 0; i < chunks.size(); i++) {
            byte[] data = chunks.get(i).data().clone();
            if (chunks.get(i).type().equals("IHDR") && data.length >= 13) {
                int[] sizes = {0, 1, 2, 7, 8, 9, 255, 4096, 8192, 65535, 1 << 20, Integer.MAX_VALUE, -1};
                ByteBuffer header = ByteBuffer.wrap(data);
                switch (random.nextInt(5)) {
                    case 0 -> header.putInt(0, sizes[random.nextInt(sizes.length)]);
                    case 1 -> header.putInt(4, sizes[random.nextInt(sizes.length)]);
                    case 2 -> header.put(8, (byte) (1 << random.nextInt(6)));
                    case 3 -> header.put(9, (byte) random.nextInt(8));
                    default -> header.put(10 + random.nextInt(3), (byte) random.nextInt(3));
                }
                chunks.set(i, new Chunk("IHDR", data));
            }
        }
    }

    private static List<Chunk> chunks(byte[] png) {
        List<Chunk> chunks = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(png);
        for (int at = 8; at + 12 <= png.length; ) {
            int length = in.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                break;
            }
            String type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
            chunks.add(new Chunk(type, Arrays.copyOfRange(png, at + 8, at + 8 + length)));
            at += 12 + length;
        }
        return chunks;
    }
}
