package org.tempera.graph.workers;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.tensorflow.proto.DataType;

/**
 * Exchanges data in buckets. Each call begins with an all-gather of headers: where every worker has come to and how
 * much it brings, so that all know what follows, and with what is short in them.
 */
final class Exchange {
    /** Kind, call, length. */
    private static final int HEADER_BYTES = Integer.BYTES + 2 * Long.BYTES;

    /** What goes with the header. */
    static final int SHORT_BYTES = Bucket.HEADER.bytes() - HEADER_BYTES;

    private final RemoteSession session;
    private final int index;
    private final int count;
    private final IntFunction<String> names;
    private long calls;

    Exchange(RemoteSession session, int index, int count, IntFunction<String> names) {
        this.session = session;
        this.index = index;
        this.count = count;
        this.names = names;
    }

    /** What a worker says first. */
    private record Header(Place place, byte[] beginning) {
        Header withLength(long length) {
            return new Header(new Place(place.kind(), place.call(), length), beginning);
        }
    }

    List<byte[]> allGather(CallKind kind, byte[] own) {
        return whole(headers(kind, own.length, own), own);
    }

    /** What the workers bring, of which the headers have the beginnings. */
    private List<byte[]> whole(List<Header> headers, byte[] own) {
        long longest = headers.stream().mapToLong(h -> h.place.length()).max().orElse(0);
        List<byte[]> all = new ArrayList<>();
        for (Header header : headers) {
            byte[] bytes = new byte[Math.toIntExact(header.place.length())];
            System.arraycopy(header.beginning, 0, bytes, 0, Math.min(bytes.length, SHORT_BYTES));
            all.add(bytes);
        }
        int at = SHORT_BYTES;
        for (Bucket bucket : Bucket.holdingBytes(longest - SHORT_BYTES)) {
            int from = at;
            session.run(bytes(bucket, own, from), CollectiveGraph.allGather(bucket), output -> {
                for (int i = 0; i < count; i++) {
                    output.position(i * bucket.bytes());
                    read(output, all.get(i), from, bucket);
                }
            });
            at += bucket.bytes();
        }
        return all;
    }

    byte[] broadcast(byte[] ofFirst) {
        byte[] own = index == 0 ? ofFirst : new byte[0];
        Header first = headers(CallKind.BROADCAST, own.length, own).get(0);
        byte[] bytes = Arrays.copyOf(first.beginning, Math.toIntExact(first.place.length()));
        int at = SHORT_BYTES;
        for (Bucket bucket : Bucket.holdingBytes(bytes.length - SHORT_BYTES)) {
            int from = at;
            session.run(
                    index == 0 ? bytes(bucket, own, from) : Optional.empty(),
                    CollectiveGraph.broadcast(bucket),
                    output -> read(output, bytes, from, bucket));
            at += bucket.bytes();
        }
        return bytes;
    }

    float[] allReduce(float[] own) {
        headers(CallKind.ALL_REDUCE, own.length, new byte[0]);
        float[] sum = new float[own.length];
        int at = 0;
        for (Bucket bucket : Bucket.holding(own.length)) {
            int from = at;
            int length = Math.min(bucket.numbers(), own.length - from);
            session.run(
                    Optional.of(new RemoteSession.Feed(
                            CollectiveGraph.numbers(bucket), DataType.DT_FLOAT, bucket.numbers(), memory -> {
                                FloatBuffer numbers = memory.asFloatBuffer().put(own, from, length);
                                numbers.put(new float[numbers.remaining()]);
                            })),
                    CollectiveGraph.allReduce(bucket),
                    output -> output.asFloatBuffer().get(sum, from, length));
            at += length;
        }
        return sum;
    }

    /** Tells the others why this worker has failed, at whichever call they come to. */
    void fail(FailureKind kind, byte[] why) {
        reasons(announce(CallKind.of(kind), why.length, why), why);
    }

    /**
     * Why workers have failed, which all take part in handing on; nothing of those that have not. Where one has ended,
     * it would be waited for: then as much as the headers hold.
     *
     * @param own of this worker, if it has failed
     */
    private List<String> reasons(List<Header> headers, byte[] own) {
        boolean all = headers.stream().noneMatch(h -> h.place.kind() == CallKind.END);
        List<Header> said = headers.stream()
                .map(h -> h.withLength(
                        !h.place.kind().isFailure()
                                ? 0
                                : all ? h.place.length() : Math.min(h.place.length(), SHORT_BYTES)))
                .toList();
        return whole(said, own).stream()
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .toList();
    }

    /** Tells the others that this worker ends, once they come to their next call. */
    void end() {
        announce(CallKind.END, 0, new byte[0]);
    }

    /** The headers of all workers, who have come to one place. */
    private List<Header> headers(CallKind kind, long length, byte[] bytes) {
        List<Header> headers = announce(kind, length, bytes);
        List<Place> places = headers.stream().map(Header::place).toList();
        boolean failed = places.stream().anyMatch(p -> p.kind().isFailure());
        List<String> reasons = failed ? reasons(headers, new byte[0]) : List.of();
        Place.requireOne(places, reasons::get, names);
        return headers;
    }

    private List<Header> announce(CallKind kind, long length, byte[] bytes) {
        ByteBuffer own = ByteBuffer.allocate(Bucket.HEADER.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        own.putInt(kind.ordinal()).putLong(calls++).putLong(length).put(bytes, 0, Math.min(bytes.length, SHORT_BYTES));
        List<Header> headers = new ArrayList<>();
        session.run(bytes(Bucket.HEADER, own.array(), 0), CollectiveGraph.allGather(Bucket.HEADER), output -> {
            output.order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                output.position(i * Bucket.HEADER.bytes());
                Place place = new Place(CallKind.values()[output.getInt()], output.getLong(), output.getLong());
                byte[] beginning = new byte[SHORT_BYTES];
                output.get(beginning);
                headers.add(new Header(place, beginning));
            }
        });
        return headers;
    }

    /** A bucket with the bytes from there on, and zeros behind the last. */
    private static Optional<RemoteSession.Feed> bytes(Bucket bucket, byte[] bytes, int from) {
        return Optional.of(
                new RemoteSession.Feed(CollectiveGraph.bytes(bucket), DataType.DT_INT32, bucket.numbers(), memory -> {
                    int length = Math.max(0, Math.min(bucket.bytes(), bytes.length - from));
                    memory.put(bytes, Math.min(from, bytes.length), length);
                    memory.put(new byte[memory.remaining()]);
                }));
    }

    /** Reads what of a bucket belongs to some bytes. */
    private static void read(ByteBuffer bucket, byte[] bytes, int from, Bucket size) {
        int length = Math.max(0, Math.min(size.bytes(), bytes.length - from));
        bucket.get(bytes, Math.min(from, bytes.length), length);
    }
}
