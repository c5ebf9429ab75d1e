package org.tempera.graph.workers;

import java.util.ArrayList;
import java.util.List;

/** A piece of data of a fixed size: what is sent is cut into such, and the last is filled up. */
enum Bucket {
    HEADER(1 << 8),
    SMALL(1 << 14),
    MEDIUM(1 << 17),
    LARGE(1 << 20);

    private final int numbers;

    Bucket(int numbers) {
        this.numbers = numbers;
    }

    /** 32-bit numbers that it holds. */
    int numbers() {
        return numbers;
    }

    /** Bytes that it holds. */
    int bytes() {
        return Integer.BYTES * numbers;
    }

    /** Buckets that hold so many numbers: large ones, and behind them the smallest that holds the rest. */
    static List<Bucket> holding(long numbers) {
        List<Bucket> buckets = new ArrayList<>();
        long left = numbers;
        while (left > 0) {
            Bucket next = LARGE;
            for (Bucket bucket : List.of(MEDIUM, SMALL)) {
                if (left <= bucket.numbers) {
                    next = bucket;
                }
            }
            buckets.add(next);
            left -= next.numbers;
        }
        return buckets;
    }

    /** Buckets that hold so many bytes; none for fewer than one. */
    static List<Bucket> holdingBytes(long bytes) {
        return holding((bytes + Integer.BYTES - 1) / Integer.BYTES);
    }
}
