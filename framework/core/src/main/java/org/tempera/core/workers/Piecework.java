package org.tempera.core.workers;

/**
 * Work in numbered pieces, each of which any worker can do.
 *
 * @param <T> what the work on a piece gives
 * @param <R> what all workers learn of it
 */
public interface Piecework<T, R> {
    /** Works on a piece, in a lane's thread, on one worker. */
    T work(int piece);

    /** Ends the work on a piece, in the caller's thread of the same worker, beside the work on later pieces. */
    R finish(int piece, T worked);

    /** On its way to the others. */
    Parcel pack(R result);

    /** The same result, as another worker packed it. */
    R unpack(Parcel parcel);

    /** Takes a result in, piece by piece in order, in the caller's thread of every worker. */
    void take(int piece, R result);
}
