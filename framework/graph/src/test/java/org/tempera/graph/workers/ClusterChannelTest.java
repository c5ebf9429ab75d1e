package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.tempera.graph.NativeLibrary;
import org.tempera.graph.StopSignal;
import org.tempera.graph.ThreadSettings;
import org.tempera.spi.UserException;
import org.tensorflow.proto.ConfigProto;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Workers that are processes, as those of a run are. */
public class ClusterChannelTest {
    private static final String AGAIN = ". " + LostWorkerException.START_AGAIN;

    /** Milliseconds: workers that wait for each other wait without end. */
    private static final long TIME_OUT = 300_000;

    private final List<StartedWorker> processes = new ArrayList<>();
    private List<String> addresses;

    @BeforeMethod
    public void findPorts() throws IOException {
        addresses = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            addresses.add("127.0.0.1:" + socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
    }

    @AfterMethod(alwaysRun = true)
    public void endProcesses() {
        processes.forEach(StartedWorker::kill);
        processes.clear();
    }

    /** The sum's order is the same on all, so that its bits are; and a worker that ends is known to have ended. */
    @Test(timeOut = TIME_OUT)
    public void threeTakeWhatAllBring() throws Exception {
        start(3, "devices", "short", "gather", "broadcast", "sum", "slices", "differ");
        List<String> first = processes.get(0).lines();
        assertThat(first.subList(0, 4))
                .containsExactly("devices true", "short 40 [[0], [1], [2]]", "gather 0 1 5242880", "broadcast true");
        assertThat(first.get(4)).startsWith("sum ").endsWith(" last 3.0");
        assertThat(first.get(5)).isEqualTo("slices true true");
        assertThat(first.get(6))
                .isEqualTo("UserException: The workers have come to different places: " + name(0)
                        + " gathers (call 9), " + name(1) + " sums 3 numbers (call 9), " + name(2)
                        + " sums 3 numbers (call 9). All of them need the same version, configuration and files."
                        + AGAIN.substring(1));
        assertThat(processes.get(1).lines()).isEqualTo(first);
        assertThat(processes.get(2).lines()).isEqualTo(first);
        assertThat(processes).allSatisfy(each -> assertThat(each.exitCode()).isEqualTo(2));
    }

    @Test(timeOut = TIME_OUT)
    public void oneThatIsKilledIsNamedByTheOthers() throws Exception {
        start(3, "short", "wait", "gather");
        processes.get(0).await("waits");
        processes.get(1).await("waits");
        processes.get(2).await("waits");
        processes.get(0).goOn();
        processes.get(1).goOn();
        processes.get(2).kill();
        // Who finds it out much later than the other finds two lost.
        for (StartedWorker each : List.of(processes.get(0), processes.get(1))) {
            assertThat(each.lines())
                    .last()
                    .asString()
                    .startsWith("LostWorkerException: Lost ")
                    .contains(name(2) + ", which refuses connections")
                    .endsWith(AGAIN);
        }
    }

    /** It is stopped before it comes to the call, so that no connection breaks. One that only is slow is waited for. */
    @Test(timeOut = TIME_OUT)
    public void oneThatIsStoppedIsNamedAndASlowOneIsNot() throws Exception {
        start(2, "short", "wait", "short", "wait", "gather");
        processes.get(0).await("waits");
        processes.get(1).await("waits");
        processes.get(0).goOn();
        processes.get(0).awaitMatching("note: waits for other workers since \\d+ s; all of them answer");
        processes.get(1).goOn();
        processes.get(0).await("waits");
        processes.get(1).await("waits");
        processes.get(1).stop();
        processes.get(0).goOn();
        assertThat(processes.get(0).lines())
                .contains("LostWorkerException: Lost " + name(1) + ", which has not answered for 8 s" + AGAIN);
        assertThat(processes.get(0).exitCode()).isEqualTo(2);
    }

    /** As one that computes before it joins. It has said whose it is, so that it is no worker of another run. */
    @Test(timeOut = TIME_OUT)
    public void oneThatIsSlowToJoinIsWaitedFor() throws Exception {
        start(0, addresses.subList(0, 2), "short");
        start(1, addresses.subList(0, 2), "late", "short");
        processes.get(1).await("waits");
        processes.get(0).awaitMatching("note: waits for other workers since \\d+ s; all of them answer");
        processes.get(1).goOn();
        assertThat(processes.get(0).lines()).containsExactly("short 40 [[0], [1]]");
        assertThat(processes.get(1).lines()).containsExactly("goes on", "short 40 [[0], [1]]");
    }

    /** Each asks one at a time: the first of them the one that is stopped, the last of them the first, and then it. */
    @Test(timeOut = TIME_OUT)
    public void oneThatIsStoppedIsNamedByAll() throws Exception {
        start(3, "short", "wait", "gather");
        for (StartedWorker each : processes) {
            each.await("waits");
        }
        processes.get(1).stop();
        processes.get(0).goOn();
        processes.get(2).goOn();
        for (StartedWorker each : List.of(processes.get(0), processes.get(2))) {
            assertThat(each.lines())
                    .last()
                    .asString()
                    .startsWith("LostWorkerException: Lost ")
                    .contains(name(1) + ", which has not answered for 8 s");
        }
    }

    /** Its reason is longer than what goes with a header, and they have come to another call. */
    @Test(timeOut = TIME_OUT)
    public void oneThatFailsTellsTheOthersWhy() throws Exception {
        start(0, addresses, "short", "sum");
        start(1, addresses, "short", "fail");
        start(2, addresses, "short", "sum");
        String heard = "UserException: " + name(1) + " has failed: " + "no room ".repeat(1000);
        assertThat(processes.get(0).lines()).last().isEqualTo(heard);
        assertThat(processes.get(1).lines()).last().isEqualTo("told");
        assertThat(processes.get(2).lines()).last().isEqualTo(heard);
    }

    /** Neither finds the other where it expected it; their reasons have different lengths. */
    @Test(timeOut = TIME_OUT)
    public void twoMayFailAtATime() throws Exception {
        start(0, addresses, "short", "fail");
        start(1, addresses, "short", "fail");
        start(2, addresses, "short", "sum");
        assertThat(processes.get(0).lines()).last().isEqualTo("told");
        assertThat(processes.get(1).lines()).last().isEqualTo("told");
        assertThat(processes.get(2).lines())
                .last()
                .isEqualTo("UserException: " + name(0) + " has failed: " + "no room ".repeat(2000));
    }

    /** The others are deep in the call by then, where no word reaches them. */
    @Test(timeOut = TIME_OUT)
    public void oneThatFailsWithinACallIsNotWaitedForWithoutEnd() throws Exception {
        start(0, addresses.subList(0, 2), "short", "crowded");
        start(1, addresses.subList(0, 2), "short", "crowded");
        assertThat(processes.get(0).lines())
                .last()
                .isEqualTo("out of memory, and the exchange with other workers has ended before");
        assertThat(processes.get(0).exitCode()).isZero();
        assertThat(processes.get(1).lines())
                .last()
                .isEqualTo("LostWorkerException: Lost " + name(0) + ", which refuses connections" + AGAIN);
    }

    /** It waits for nothing of the channel's, as one that draws for a quarter of an hour. */
    @Test(timeOut = TIME_OUT)
    public void oneThatComputesHearsThatItIsToStop() throws Exception {
        start(0, addresses, "short", "wait", "ask", "wait");
        start(1, addresses, "short", "listen", "wait");
        start(2, addresses, "short", "listen", "wait");
        processes.get(1).await("waits");
        processes.get(2).await("waits");
        processes.get(0).await("waits");
        processes.get(0).goOn();
        processes.get(1).await("is to stop");
        processes.get(2).await("is to stop");
        processes.get(1).goOn();
        processes.get(2).goOn();
        processes.get(0).goOn();
        assertThat(processes).allSatisfy(each -> assertThat(each.exitCode()).isZero());
    }

    @Test(timeOut = TIME_OUT)
    public void oneThatEndsTellsTheOthers() throws Exception {
        start(0, addresses.subList(0, 2), "short", "end");
        start(1, addresses.subList(0, 2), "short", "gather");
        assertThat(processes.get(1).lines())
                .last()
                .isEqualTo(
                        "LostWorkerException: " + name(0) + " has ended before the others; its log says why" + AGAIN);
        assertThat(processes.get(0).lines()).last().isEqualTo("ended");
        assertThat(processes.get(0).exitCode()).isZero();
    }

    @Test(timeOut = TIME_OUT)
    public void workersWithOtherAddressesDoNotJoin() throws Exception {
        start(0, addresses.subList(0, 2), "patient");
        start(1, addresses, "patient");
        start(2, addresses, "patient");
        String message =
                "UserException: The workers were given lists of 2 and 3 addresses. Give all of them the same list, in the"
                        + " same order.";
        for (StartedWorker each : processes) {
            assertThat(each.lines()).containsExactly(message);
        }
    }

    /** It waits for workers of its own, and answers whatever TensorFlow's servers are asked. */
    @Test(timeOut = TIME_OUT)
    public void aWorkerOfAnotherRunIsNamed() throws Exception {
        start(1, List.of(addresses.get(2), addresses.get(1)), "short");
        start(0, addresses.subList(0, 2), "short");
        assertThat(processes.get(1).lines())
                .containsExactly("UserException: " + name(1)
                        + " was given other addresses, or is a worker of another run. Give all workers of a run the same"
                        + " list, in the same order, and each run ports of its own.");
    }

    @Test(timeOut = TIME_OUT)
    public void anotherServerIsNamed() throws Exception {
        HttpServer server = HttpServer.create(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), new Cluster(addresses, 1).port(1)), 0);
        server.start();
        try {
            start(0, addresses.subList(0, 2), "short");
            assertThat(processes.get(0).lines()).hasSize(1).allSatisfy(line -> assertThat(line)
                    .startsWith("LostWorkerException: Lost " + name(1)
                            + ", which takes connections, but does not answer as a worker: ")
                    .endsWith(Neighbours.NOT_JOINED + AGAIN));
        } finally {
            server.stop(0);
        }
    }

    @Test(timeOut = TIME_OUT)
    public void aServerThatIsSilentIsNamed() throws Exception {
        try (ServerSocket silent =
                new ServerSocket(new Cluster(addresses, 1).port(1), 50, InetAddress.getLoopbackAddress())) {
            start(0, addresses.subList(0, 2), "short");
            assertThat(processes.get(0).lines())
                    .as("of port %s", silent.getLocalPort())
                    .containsExactly("LostWorkerException: Lost " + name(1) + ", which has not answered for 8 s"
                            + Neighbours.NOT_JOINED + AGAIN);
        }
    }

    @Test(timeOut = TIME_OUT)
    public void aPortThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            String own = "localhost:" + taken.getLocalPort();
            assertThatThrownBy(() -> open(new Cluster(List.of(own, addresses.get(0)), 0)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("worker 0 (" + own + "): cannot listen at port " + taken.getLocalPort()
                            + ": Address already in use. End what listens there, such as a worker of an earlier run, which"
                            + " has its port until its process ends, or choose another port (a run that starts its own"
                            + " workers chooses new ports each time: start it again).");
        }
    }

    /** By the first, which is the same worker by another name: only a look-up tells that. */
    @Test(timeOut = TIME_OUT)
    public void aPortThatAnotherNameOfThisMachineHasIsNoPort() throws IOException {
        String here = InetAddress.getLocalHost().getHostName();
        try (ServerSocket taken = new ServerSocket(0)) {
            List<String> both = List.of(here + ":" + taken.getLocalPort(), "127.0.0.1:" + taken.getLocalPort());
            assertThatThrownBy(() -> open(new Cluster(both, 1)))
                    .isInstanceOf(UserException.class)
                    .hasMessage("The run's workers: " + both.get(0) + " and " + both.get(1)
                            + " are one address of two names. Give each worker a host or a port of its own.");
        }
    }

    /** Between the look at it and TensorFlow's own. */
    @Test(timeOut = TIME_OUT)
    public void aPortThatIsTakenSinceIsNamedToo() throws IOException {
        NativeLibrary.load().await();
        try (ServerSocket taken = new ServerSocket(0)) {
            String own = "localhost:" + taken.getLocalPort();
            assertThatThrownBy(() -> StartUp.serve(
                            new Cluster(List.of(own, addresses.get(0)), 0), ConfigProto.getDefaultInstance()))
                    .isInstanceOf(UserException.class)
                    .hasMessageStartingWith(
                            "worker 0 (" + own + "): cannot listen at port " + taken.getLocalPort() + ": ")
                    .hasMessageEndingWith(
                            "End what listens there, such as a worker of an earlier run, which has its port until its"
                                    + " process ends, or " + Cluster.OTHER_PORT + ".");
        }
    }

    @Test(timeOut = TIME_OUT)
    public void thoseThatDoNotComeAreNamed() throws Exception {
        start(0, List.of(addresses.get(0), addresses.get(1), "no-such-host.invalid:2222"), "impatient");
        assertThat(processes.get(0).lines())
                .containsExactly("UserException: After 1 s the run's workers are not all there: " + name(1)
                        + " refuses connections, worker 2 (no-such-host.invalid:2222) has a name that does not resolve."
                        + " See that each was started, with the same list of addresses, and that no firewall is between"
                        + " them; then start all of them again.");
        assertThat(processes.get(0).exitCode()).isEqualTo(2);
    }

    /** It is asked as that worker, and its server is of another index. */
    @Test(timeOut = TIME_OUT)
    public void aNameThatLeadsToTheWorkerItselfIsNamed() throws Exception {
        String here = InetAddress.getLocalHost().getHostName() + ":" + new Cluster(addresses, 0).port(0);
        start(0, List.of(addresses.get(0), here), "impatient");
        assertThat(processes.get(0).lines()).hasSize(1).allSatisfy(line -> assertThat(line)
                .startsWith("UserException: After 1 s the run's workers are not all there: worker 1 (" + here
                        + ") has a name that leads to this worker (give each a host or a port of its own)."));
    }

    /** As where a kernel leads an address of each machine's on to where a service of Kubernetes has its worker. */
    @Test(timeOut = TIME_OUT)
    public void anAddressOfThisMachineMayLeadToAnotherWorker() throws Exception {
        NativeLibrary.load().await();
        int port = new Cluster(addresses, 0).port(0);
        start(0, List.of("127.0.0.1:" + port, "worker-b.invalid:" + port), "short");
        processes.get(0).awaitMatching("note: waits for worker 1 .*");
        Neighbours ofTheOther =
                new Neighbours(new Cluster(List.of("127.0.0.1:" + port, "worker-b.invalid:" + port), 1), host ->
                        new InetAddress[] {InetAddress.getLoopbackAddress()});
        assertThat(ofTheOther.unreachable(Set.of(0), Duration.ofSeconds(20))).isEmpty();
    }

    /** Who starts the workers again may have more luck, which is what this exception stands for. */
    @Test(timeOut = TIME_OUT)
    public void oneThatIsLateIsLost() throws Exception {
        start(0, addresses.subList(0, 2), "impatient");
        assertThat(processes.get(0).lines()).hasSize(1).allSatisfy(line -> assertThat(line)
                .startsWith("LostWorkerException: After 1 s the run's workers are not all there: " + name(1)
                        + " refuses connections. "));
    }

    @DataProvider
    public Object[][] addressesOfNobodyHere() {
        return new Object[][] {
            {"no-such-host.invalid", "has a name that does not resolve"},
            {"192.0.2.1", "has no address of this machine, and "}, // kept for examples by RFC 5737
        };
    }

    /** The others would look for it elsewhere. */
    @Test(dataProvider = "addressesOfNobodyHere", timeOut = TIME_OUT)
    public void oneWhoseOwnAddressIsNotItsOwnIsToldSo(String host, String why) throws Exception {
        String own = addresses.get(0).replace("127.0.0.1", host);
        start(0, List.of(own, addresses.get(1)), "impatient");
        assertThat(processes.get(0).lines()).hasSize(1).allSatisfy(line -> assertThat(line)
                .startsWith("UserException: After 1 s the run's workers are not all there: " + name(1)
                        + " refuses connections. This process is worker 0 (" + own + "), which " + why));
    }

    /** As an embedding program does that gives up; else it would ask for the others without a pause. */
    @Test(timeOut = TIME_OUT)
    public void anInterruptEndsTheWaitingForThoseThatDoNotCome() throws Exception {
        start(0, addresses.subList(0, 2), "interrupted");
        assertThat(processes.get(0).lines()).containsExactly("StoppedException: stopped, as asked");
    }

    @Test(timeOut = TIME_OUT)
    public void oneAloneNeedsNoServer() {
        try (WorkerChannel channel = open(new Cluster(List.of("no-such-host.invalid:2222"), 0))) {
            assertThat(channel.count()).isEqualTo(1);
        }
    }

    private static WorkerChannel open(Cluster cluster) {
        return ClusterChannel.open(
                cluster, new ThreadSettings(1, 1), Duration.ofSeconds(1), new StopSignal(), note -> {});
    }

    private void start(int count, String... words) throws IOException {
        for (int i = 0; i < count; i++) {
            start(i, addresses.subList(0, count), words);
        }
    }

    private void start(int index, List<String> cluster, String... words) throws IOException {
        processes.add(StartedWorker.start(index, cluster, words));
    }

    private String name(int worker) {
        return "worker " + worker + " (" + addresses.get(worker) + ")";
    }
}
