package org.tempera.fuzz;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Damages the pickle of a PyTorch checkpoint operation by operation, or the entries of its archive. */
final class TorchMutator implements Mutator {
    private final PickleMutator pickle = new PickleMutator();

    @Override
    public byte[] mutate(byte[] sound, SplittableRandom random) {
        Map<String, byte[]> entries = entries(sound);
        String[] names = entries.keySet().toArray(new String[0]);
        if (names.length == 0) {
            return new ByteMutator().mutate(sound, random);
        }
        String name = Mutator.any(names, random);
        switch (random.nextInt(16)) {
            case 0 -> entries.remove(name);
            case 1 -> entries.put(name, new ByteMutator().mutate(entries.get(name), random));
            case 2 -> entries.put(name, new byte[random.nextInt(1 << random.nextInt(1, 18))]);
            case 3 -> entries.put(name.replace('/', '_') + random.nextInt(3), entries.get(name));
            default ->
                entries.replaceAll((entry, bytes) -> entry.endsWith("data.pkl") ? pickle.mutate(bytes, random) : bytes);
        }
        return zip(entries, random.nextInt(4) == 0);
    }

    /** The same archive with another pickle. */
    static byte[] withPickle(byte[] sound, UnaryOperator<byte[]> change) {
        Map<String, byte[]> entries = entries(sound);
        entries.replaceAll((entry, bytes) -> entry.endsWith("data.pkl") ? change.apply(bytes) : bytes);
        return zip(entries, false);
    }

    private static Map<String, byte[]> entries(byte[] file) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(file), StandardCharsets.ISO_8859_1)) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.put(entry.getName(), in.readAllBytes());
            }
        } catch (IOException | IllegalArgumentException e) {
            // What was read so far is damaged instead.
            return entries;
        }
        return entries;
    }

    private static byte[] zip(Map<String, byte[]> entries, boolean packed) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes, StandardCharsets.ISO_8859_1)) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                if (!packed) {
                    CRC32 crc = new CRC32();
                    crc.update(each.getValue());
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(each.getValue().length);
                    entry.setCrc(crc.getValue());
                }
                out.putNextEntry(entry);
                out.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
