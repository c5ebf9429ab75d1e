package org.tempera.examples.animals.world;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.tempera.examples.animals.painter.Animal;
import org.tempera.examples.animals.painter.PaintedPicture;
import org.tempera.examples.animals.painter.PictureFilter;
import org.tempera.examples.animals.painter.PictureSize;
import org.tempera.examples.animals.painter.PictureStream;
import org.tempera.examples.animals.painter.Quality;
import org.tempera.spi.UserException;

/** Pictures painted once and kept in a file. */
final class PictureSet {
    private static final int CAPTIONS = 4;

    private PictureSet() {}

    /** The first {@code count} pictures of a stream, read from {@code cache} if they are there, painted otherwise. */
    static List<WorldPicture> of(String name, Path cache, long seed, List<Animal> animals, int count) {
        if (Files.exists(cache)) {
            return read(cache, count);
        }
        PictureStream stream = new PictureStream(
                seed, PictureSize.SMALL, PictureFilter.of(animals).withoutMirroring());
        WorldPicture[] all = new WorldPicture[count];
        try (Progress progress = new Progress("paint " + name, count)) {
            AtomicInteger done = new AtomicInteger();
            IntStream.range(0, count).parallel().forEach(i -> {
                all[i] = picture(stream, i, animals);
                progress.at(done.incrementAndGet(), "");
            });
        }
        List<WorldPicture> pictures = Arrays.asList(all);
        write(cache, pictures);
        return pictures;
    }

    private static WorldPicture picture(PictureStream stream, int index, List<Animal> animals) {
        PaintedPicture p = stream.picture(index);
        List<String> captions = new ArrayList<>();
        for (int v = 0; v < CAPTIONS; v++) {
            captions.add(stream.caption(p, index, v));
        }
        return new WorldPicture(
                p.rgb(),
                animals.indexOf(p.facts().animal()),
                p.facts().quality(),
                p.facts().strayShapes(),
                captions);
    }

    private static void write(Path file, List<WorldPicture> pictures) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(part)))) {
                out.writeInt(pictures.size());
                for (WorldPicture p : pictures) {
                    out.write(p.rgb());
                    out.writeInt(p.animal());
                    out.writeDouble(p.quality().composition());
                    out.writeDouble(p.quality().harmony());
                    out.writeDouble(p.quality().light());
                    out.writeDouble(p.quality().cleanness());
                    out.writeInt(p.strayShapes());
                    for (String c : p.captions()) {
                        out.writeUTF(c);
                    }
                }
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<WorldPicture> read(Path file, int count) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            int found = in.readInt();
            if (found != count) {
                throw new UserException(file + ": expected " + count + " pictures, found " + found
                        + ". Delete the folder work to begin anew.");
            }
            List<WorldPicture> pictures = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] rgb = in.readNBytes(WorldSettings.VALUES);
                int animal = in.readInt();
                Quality quality = new Quality(in.readDouble(), in.readDouble(), in.readDouble(), in.readDouble());
                int stray = in.readInt();
                List<String> captions = new ArrayList<>();
                for (int v = 0; v < CAPTIONS; v++) {
                    captions.add(in.readUTF());
                }
                pictures.add(new WorldPicture(rgb, animal, quality, stray, captions));
            }
            return pictures;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
