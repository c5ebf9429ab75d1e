package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.tempera.graph.NativeLibrary;
import org.testng.annotations.Test;

/** What is no more than a network's moment takes no worker away. */
public class NeighboursTest {
    private static final Duration WITHIN = Duration.ofSeconds(8);
    private static final Set<Integer> FIRST = Set.of(0);

    private final InetAddress loopback = InetAddress.getLoopbackAddress();
    private final InetAddress[] only = {loopback};

    private Neighbours neighbours(int port, Neighbours.Names names) {
        return new Neighbours(new Cluster(List.of("worker-a:" + port, "worker-b:1"), 1), names);
    }

    /** As while the servers of names are started again. */
    @Test(timeOut = 60_000)
    public void aLookUpThatFailsLosesNobody() throws IOException {
        AtomicInteger lookUps = new AtomicInteger();
        try (ServerSocket worker = new ServerSocket(0, 50, loopback)) {
            Neighbours neighbours = neighbours(worker.getLocalPort(), host -> {
                if (lookUps.incrementAndGet() > 1) {
                    throw new UnknownHostException(host);
                }
                return only;
            });
            assertThat(neighbours.unreachable(FIRST, WITHIN)).isEmpty();
            assertThat(neighbours.missing(FIRST, Set.of(), Map.of(), WITHIN)).isEmpty();
            assertThat(neighbours.unreachable(FIRST, WITHIN)).containsExactly(Map.entry(0, Fault.unknownName()));
        }
    }

    /** It would take itself for the other, which cannot listen where it does. */
    @Test(timeOut = 300_000)
    public void whoseNameLeadsToThisWorkerIsNotThere() throws IOException {
        NativeLibrary.load().await();
        try (ServerSocket own = new ServerSocket(0, 50, loopback)) {
            int port = own.getLocalPort();
            Cluster one = new Cluster(List.of("worker-a:" + port, "worker-b:" + port), 1);
            assertThat(new Neighbours(one, host -> only).unreachable(FIRST, WITHIN))
                    .containsExactly(Map.entry(0, Fault.thisOne()));
        }
    }

    /** As in a sandbox: whether a name leads here is not known, so that the worker is asked. */
    @Test(timeOut = 60_000)
    public void whereTheSystemTellsNoAddressesNobodyIsSaidToLeadHere() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 50, loopback)) {
            int port = other.getLocalPort();
            Cluster cluster = new Cluster(List.of("worker-a:" + port, "worker-b:" + port), 1);
            Neighbours neighbours = new Neighbours(cluster, host -> only, address -> {
                throw new SocketException("not permitted");
            });
            assertThat(neighbours.unreachable(FIRST, WITHIN)).isEmpty();
            assertThat(neighbours.leadingHere(WITHIN)).isEmpty();
            assertThat(neighbours.wrongWithOwn(WITHIN))
                    .as("nor is the own address")
                    .isEmpty();
        }
    }

    /** Each name of hundreds may take the resolver's time. */
    @Test(timeOut = 60_000)
    public void whoLeadsHereIsAskedOfAllAtOnceAndNotWaitedFor() {
        CountDownLatch ended = new CountDownLatch(1);
        List<String> addresses =
                IntStream.range(0, 100).mapToObj(i -> "worker-" + i + ":7").toList();
        Neighbours neighbours = new Neighbours(new Cluster(addresses, 1), host -> {
            if (!host.equals("worker-5")) {
                awaitEnd(ended);
            }
            return only;
        });
        long begin = System.nanoTime();
        assertThat(neighbours.leadingHere(Duration.ofSeconds(2))).containsExactly(5);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
        ended.countDown();
    }

    @Test(timeOut = 60_000)
    public void oneThatRefusesAMomentIsAskedAgain() throws IOException {
        try (ServerSocket worker = new ServerSocket()) {
            InetSocketAddress address;
            try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
                address = new InetSocketAddress(loopback, free.getLocalPort());
            }
            AtomicInteger lookUps = new AtomicInteger();
            Neighbours neighbours = neighbours(address.getPort(), host -> {
                if (lookUps.incrementAndGet() == 2) {
                    listen(worker, address);
                }
                return only;
            });
            assertThat(neighbours.missing(FIRST, Set.of(), Map.of(), WITHIN)).isEmpty();
            assertThat(lookUps).hasValue(2);
        }
    }

    @Test(timeOut = 60_000)
    public void oneThatGoesOnRefusingIsMissing() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, loopback)) {
            port = free.getLocalPort();
        }
        assertThat(neighbours(port, host -> only).missing(FIRST, Set.of(), Map.of(), WITHIN))
                .containsExactly(Map.entry(0, Fault.away("refuses connections (at 127.0.0.1)")));
    }

    /** As of a machine with two networks, of which one alone leads there. */
    @Test(timeOut = 60_000)
    public void everyAddressOfANameIsTried() throws IOException {
        InetAddress[] both = {InetAddress.getByName("127.0.0.2"), loopback};
        try (ServerSocket worker = new ServerSocket(0, 50, loopback)) {
            Neighbours neighbours = neighbours(worker.getLocalPort(), host -> both);
            assertThat(neighbours.unreachable(FIRST, WITHIN)).isEmpty();
            assertThat(neighbours.missing(FIRST, Set.of(), Map.of(), WITHIN)).isEmpty();
            worker.close();
            assertThat(neighbours.unreachable(FIRST, WITHIN).get(0).words())
                    .matches(".+ \\(at 127\\.0\\.0\\.2\\), and refuses connections \\(at 127\\.0\\.0\\.1\\)");
        }
    }

    private static void awaitEnd(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void listen(ServerSocket socket, InetSocketAddress address) {
        try {
            socket.bind(address);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
