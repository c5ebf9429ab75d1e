package org.tempera.examples.animals.painter;

/**
 * An endless data set of pictures, each determined by the stream's seed, its filter and the picture's index; a stream
 * of the same seed and filter in another size shows the same scenes. Thread-safe.
 */
public final class PictureStream {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final PictureFilter filter;
    private final Painter painter;

    public PictureStream(long seed, PictureSize size, PictureFilter filter) {
        this.seed = seed;
        this.filter = filter;
        painter = new Painter(size);
    }

    /** The picture at {@code index}, which may be any number. */
    public PaintedPicture picture(long index) {
        long own = seedOf(index);
        return painter.paint(filter.draw(new PaintRandom(own)), own + 1);
    }

    /** A caption of the picture at {@code index}; {@code version} 0, 1, ... gives further ones. */
    public String caption(PaintedPicture picture, long index, int version) {
        return Captions.write(picture.facts(), new PaintRandom(seedOf(index) + 2 + version));
    }

    /** Spreads seed and index over all 64 bits (the finaliser of MurmurHash3), so that near streams do not overlap. */
    private long seedOf(long index) {
        return mix(mix(seed) + GOLDEN_GAMMA * index);
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }
}
