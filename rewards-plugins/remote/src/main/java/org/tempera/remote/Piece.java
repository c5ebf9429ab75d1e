package org.tempera.remote;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.tempera.spi.reward.HostReward.Sample;

/** Samples that are sent together, and how often that was in vain. */
final class Piece {
    private final int from;
    private final List<Sample> samples;
    private int failures;
    private long answersBefore;

    private Piece(int from, List<Sample> samples) {
        this.from = from;
        this.samples = samples;
    }

    /** Splits samples, in order, into pieces of at most {@code most}. */
    static Deque<Piece> of(List<Sample> samples, int most) {
        Deque<Piece> pieces = new ArrayDeque<>();
        for (int from = 0; from < samples.size(); from += most) {
            pieces.add(new Piece(from, samples.subList(from, Math.min(samples.size(), from + most))));
        }
        return pieces;
    }

    /** The place of its first sample. */
    int from() {
        return from;
    }

    List<Sample> samples() {
        return samples;
    }

    /** Counts an attempt without an answer. @param answers to whatever was asked of any endpoint until then */
    void failed(long answers) {
        if (failures++ == 0) {
            answersBefore = answers;
        }
    }

    /** Attempts without an answer. */
    int failures() {
        return failures;
    }

    /** How many answers there had been when the first attempt failed. */
    long answersBefore() {
        return answersBefore;
    }
}
