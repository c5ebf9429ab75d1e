package org.tempera.graph.workers;

import java.io.IOException;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.UserException;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.RunOptions;

/** A worker that is a process of its own: does what its arguments say, and prints what comes of it. */
final class ChannelProcess {
    private static final int LARGE = 5 << 20;

    private ChannelProcess() {}

    /** @param arguments the worker's index, all addresses with commas, and words for what to do */
    public static void main(String[] arguments) throws IOException {
        int index = Integer.parseInt(arguments[0]);
        Cluster cluster = new Cluster(List.of(arguments[1].split(",")), index);
        boolean patient = arguments[2].equals("patient");
        Patience patience =
                new Patience(Duration.ofSeconds(patient ? 15 : 1), Duration.ofSeconds(8), Duration.ofSeconds(2));
        boolean impatient = arguments[2].equals("impatient");
        boolean late = arguments[2].equals("late");
        if (arguments[2].equals("interrupted")) {
            Thread.currentThread().interrupt();
        }
        Duration timeout = Duration.ofSeconds(impatient ? 1 : 40);
        int code = 0;
        try (WorkerChannel channel = late ? late(cluster, timeout, patience) : open(cluster, timeout, patience)) {
            for (String word : Arrays.asList(arguments).subList(late ? 3 : 2, arguments.length)) {
                print(done(channel, word));
            }
        } catch (UserException | StopSignal.StoppedException e) {
            print(e.getClass().getSimpleName() + ": " + e.getMessage());
            code = 2;
        }
        System.exit(code); // as the command does: nothing of TensorFlow's may hold it up or end it otherwise
    }

    private static WorkerChannel open(Cluster cluster, Duration timeout, Patience patience) {
        return ClusterChannel.open(
                cluster, new ThreadSettings(1, 1), timeout, new StopSignal(), patience, ChannelProcess::note);
    }

    /** Its server is there, and it joins when it is told to. */
    private static WorkerChannel late(Cluster cluster, Duration timeout, Patience patience) throws IOException {
        Neighbours neighbours = new Neighbours(cluster);
        StartUp.Started started = new StartUp(cluster, neighbours, new StopSignal(), ChannelProcess::note)
                .start(new ThreadSettings(1, 1), timeout);
        print(waited());
        return ClusterChannel.joined(cluster, neighbours, started, patience, ChannelProcess::note);
    }

    private static String waited() throws IOException {
        print("waits");
        return System.in.read() < 0 ? "nobody is there" : "goes on";
    }

    private static void note(String note) {
        print("note: " + note);
    }

    private static String done(WorkerChannel channel, String word) throws IOException {
        return switch (word) {
            case "gather" -> gathered(channel);
            case "broadcast" -> {
                byte[] bytes = channel.broadcast(channel.index() == 0 ? bytes(2 * LARGE) : new byte[0]);
                yield "broadcast " + Arrays.equals(bytes, bytes(2 * LARGE));
            }
            case "short" -> {
                byte[] first = channel.broadcast(new byte[] {(byte) (40 + channel.index())});
                List<byte[]> all = channel.allGather(new byte[] {(byte) channel.index()});
                yield "short " + first[0] + " "
                        + all.stream().map(Arrays::toString).toList();
            }
            case "sum" -> summed(channel);
            case "slices" -> slices(channel);
            case "devices" -> devices();
            case "differ" ->
                String.valueOf(channel.index() == 0 ? channel.allGather(new byte[0]) : channel.allReduce(new float[3]));
            case "wait" -> waited();
            case "ask" -> {
                channel.askOthersToStop();
                yield "asked";
            }
            case "listen" -> {
                channel.whenAskedToStop(() -> print("is to stop"));
                yield "listens";
            }
            case "crowded" -> crowded(channel);
            case "fail" -> {
                channel.fail(FailureKind.LASTING, "no room ".repeat(channel.index() == 0 ? 2000 : 1000));
                yield "told";
            }
            case "end" -> {
                channel.close();
                yield "ended";
            }
            default -> throw new IllegalArgumentException(word);
        };
    }

    /** The first has no room for what another brings, and leaves the exchange in its midst. */
    private static String crowded(WorkerChannel channel) {
        boolean first = channel.index() == 0;
        byte[] held = new byte[first ? 200 << 20 : 0];
        try {
            channel.allGather(new byte[first ? 0 : 80 << 20]);
            return "gathered beside " + held.length;
        } catch (OutOfMemoryError e) {
            return "out of memory, and " + said(channel, String.valueOf(e.getMessage()));
        } finally {
            Reference.reachabilityFence(held);
        }
    }

    private static String said(WorkerChannel channel, String why) {
        try {
            channel.fail(FailureKind.LASTING, why);
            return "all know";
        } catch (IllegalStateException e) {
            return e.getMessage();
        }
    }

    /** 0, 1 and 5 MB. */
    private static String gathered(WorkerChannel channel) {
        byte[] own = bytes(channel.index() == 0 ? 0 : channel.index() == 1 ? 1 : LARGE);
        List<byte[]> all = channel.allGather(own);
        return "gather "
                + all.stream()
                        .map(each -> each.length + (Arrays.equals(each, bytes(each.length)) ? "" : "?"))
                        .collect(Collectors.joining(" "));
    }

    /** More than one bucket, and numbers whose sum depends on its order. */
    private static String summed(WorkerChannel channel) {
        float[] own = numbers(channel);
        float[] sum = channel.allReduce(own);
        return "sum " + Arrays.hashCode(sum) + " last " + sum[own.length - 1];
    }

    /** The same numbers at once and in two calls. */
    private static String slices(WorkerChannel channel) {
        float[] own = numbers(channel);
        int slice = WorkerChannel.NUMBERS_AT_A_TIME;
        float[] first = channel.allReduce(Arrays.copyOf(own, slice));
        float[] rest = channel.allReduce(Arrays.copyOfRange(own, slice, own.length));
        float[] sum = channel.allReduce(own);
        return "slices " + Arrays.equals(first, Arrays.copyOf(sum, slice)) + " "
                + Arrays.equals(rest, Arrays.copyOfRange(sum, slice, sum.length));
    }

    private static float[] numbers(WorkerChannel channel) {
        float[] own = new float[(1 << 20) + 5];
        Random random = new Random(channel.index());
        for (int i = 0; i < own.length; i++) {
            own[i] = i < own.length - 1 ? random.nextFloat() - .5f : channel.index();
        }
        return own;
    }

    /** A training session's, in the place of whose GPU there is a second CPU; the server asked for none. */
    private static String devices() {
        ConfigProto config = ConfigProto.newBuilder().putDeviceCount("CPU", 2).build();
        try (RemoteSession local =
                new RemoteSession(CollectiveGraph.question(0), "", config, RunOptions.getDefaultInstance())) {
            return "devices " + (local.incarnation("/job:localhost/replica:0/task:0/device:CPU:1") != 0);
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
