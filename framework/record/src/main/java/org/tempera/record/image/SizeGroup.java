package org.tempera.record.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Pictures of one size, which one graph takes a batch at a time.
 *
 * @param size of each of them
 * @param pictures their places among all pictures, in order
 */
public record SizeGroup(ImageSize size, List<Integer> pictures) {
    private static final int MOST_PICTURES = 8;

    /** In a batch: four pictures of 1024 x 1024. */
    private static final long MOST_PIXELS = 1L << 22;

    public SizeGroup {
        pictures = List.copyOf(pictures);
    }

    /** Groups pictures of these sizes, in the order of their first. */
    public static List<SizeGroup> of(List<ImageSize> sizes) {
        Map<ImageSize, List<Integer>> bySize = new LinkedHashMap<>();
        for (int i = 0; i < sizes.size(); i++) {
            bySize.computeIfAbsent(sizes.get(i), s -> new ArrayList<>()).add(i);
        }
        List<SizeGroup> groups = new ArrayList<>();
        bySize.forEach((size, pictures) -> groups.add(new SizeGroup(size, pictures)));
        return groups;
    }

    /** Pictures in a batch: so few that its memory hangs neither on how many there are nor, much, on their size. */
    public int batch() {
        int fit = (int) Math.max(1, MOST_PIXELS / size.pixels());
        return Math.min(pictures.size(), Math.min(MOST_PICTURES, fit));
    }

    /**
     * The places of a batch's pictures from the {@code first} of the group on; the last batch is filled up with its
     * last.
     */
    public List<Integer> batchFrom(int first) {
        List<Integer> part = new ArrayList<>();
        for (int i = 0; i < batch(); i++) {
            part.add(pictures.get(Math.min(first + i, pictures.size() - 1)));
        }
        return part;
    }
}
