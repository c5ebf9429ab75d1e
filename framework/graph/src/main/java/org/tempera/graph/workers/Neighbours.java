package org.tempera.graph.workers;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tempera.base.concurrent.Uninterrupted;
import org.tempera.base.files.IoReason;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;

/**
 * Asks workers whether they are there. Each question has a thread of its own, which may hang for good: TensorFlow
 * bounds none to a server that takes connections and is silent.
 */
final class Neighbours {
    /** What is said of one that has never been known as a worker of this run. */
    static final String NOT_JOINED =
            "; it has not joined, so that another program may listen there: end that, or " + Cluster.OTHER_PORT;

    /** A worker with whom something is wrong is asked again after such a part of the time that it has. */
    private static final int PAUSES = 4;

    private final Cluster cluster;
    private final Names names;
    private final Interfaces interfaces;

    /** Where connections were made to: a look-up that fails later takes no worker away that lives. */
    private final Map<Integer, InetAddress> found = new ConcurrentHashMap<>();

    /** Who knows the addresses of names, at least one of each that is known. */
    @FunctionalInterface
    interface Names {
        InetAddress[] addressesOf(String host) throws UnknownHostException;
    }

    /** Who knows this machine's addresses. */
    @FunctionalInterface
    interface Interfaces {
        boolean have(InetAddress address) throws SocketException;
    }

    Neighbours(Cluster cluster) {
        this(cluster, InetAddress::getAllByName);
    }

    Neighbours(Cluster cluster, Names names) {
        this(cluster, names, HostName::isOfThisMachine);
    }

    Neighbours(Cluster cluster, Names names, Interfaces interfaces) {
        this.cluster = cluster;
        this.names = names;
        this.interfaces = interfaces;
    }

    /**
     * Why no connection can be made to some workers, by worker; empty where one can be made to each, and leads to
     * another than this one. Their names are looked up each time: a worker that has not come yet may come to another
     * address.
     */
    Map<Integer, Fault> unreachable(Collection<Integer> workers, Duration within) {
        Map<Integer, CompletableFuture<Optional<Fault>>> answers = new LinkedHashMap<>();
        for (int worker : workers) {
            Supplier<Optional<Fault>> question =
                    () -> connect(worker, within).or(() -> isThisOne(worker, within.dividedBy(2)));
            answers.put(worker, ask(question, within, silent(within)));
        }
        return wrong(answers);
    }

    /**
     * What is wrong with some workers, by worker; empty where a connection can be made to each, and those that are
     * asked compute. They are asked where they were found at the start, and again after a while if something is wrong:
     * a network that is being set up anew is no lost worker. One whose incarnation is not known yet is asked whether it
     * is a worker of this run at all: one of another would else be waited for without end.
     *
     * @param asked those of them that are to compute something, which takes a session to each
     * @param incarnations of servers, by worker, as far as they are known; a worker that has another was started again
     */
    Map<Integer, Fault> missing(
            Collection<Integer> workers, Set<Integer> asked, Map<Integer, Long> incarnations, Duration within) {
        Map<Integer, CompletableFuture<Optional<Fault>>> answers = new LinkedHashMap<>();
        for (int worker : workers) {
            Optional<Long> expected = Optional.ofNullable(incarnations.get(worker));
            Supplier<Optional<Fault>> computed =
                    asked.contains(worker) ? () -> compute(worker, expected) : Optional::empty;
            Supplier<Optional<Fault>> once =
                    () -> connectAsBefore(worker, within).or(computed);
            Supplier<Optional<Fault>> twice = () -> once.get().flatMap(why -> {
                LockSupport.parkNanos(within.dividedBy(PAUSES).toNanos());
                return once.get();
            });
            answers.put(
                    worker,
                    ask(twice, within, silent(within).map(why -> why.said("", proxies() + notJoined(expected)))));
        }
        return wrong(answers);
    }

    /**
     * Why the others may not find this worker at its own address; empty where nothing is seen to be wrong with it, or
     * its name takes longer than that to resolve. An address that no interface has is right where it leads here, as one
     * that a router translates.
     */
    Optional<Fault> wrongWithOwn(Duration within) {
        int own = cluster.index();
        // Where the system does not tell its addresses, nothing is seen to be wrong.
        Supplier<Optional<Fault>> question = () -> isOfThisMachine(own, true)
                ? Optional.empty()
                : connect(own, within)
                        .map(why -> why.kind() == Fault.Kind.UNKNOWN_NAME
                                ? why
                                : why.said("has no address of this machine, and ", ""));
        return Uninterrupted.get(ask(question, within.multipliedBy(2), Optional.empty()), () -> {});
    }

    /** @param otherwise the answer where the system does not tell this machine's addresses */
    private boolean isOfThisMachine(int worker, boolean otherwise) {
        try {
            for (InetAddress address : addresses(worker)) {
                if (interfaces.have(address)) {
                    return true;
                }
            }
            return false;
        } catch (UnknownHostException e) {
            return false;
        } catch (SocketException e) {
            return otherwise;
        }
    }

    /**
     * The workers whose names lead to this one. One whose name takes longer than that to resolve is left out, and so
     * are all where the system does not tell this machine's addresses.
     */
    List<Integer> leadingHere(Duration within) {
        Map<Integer, CompletableFuture<Boolean>> answers = new TreeMap<>();
        for (int worker = 0; worker < cluster.addresses().size(); worker++) {
            int each = worker;
            answers.put(worker, ask(() -> leadsHere(each), within, false));
        }
        List<Integer> here = new ArrayList<>();
        answers.forEach((worker, answer) -> {
            if (Uninterrupted.get(answer, () -> {})) {
                here.add(worker);
            }
        });
        return here;
    }

    /**
     * A kernel may lead an address of this machine on to another, as Kubernetes does with those of its services: what
     * answers there as that worker is no other than that, which this worker's own server cannot.
     */
    private Optional<Fault> isThisOne(int worker, Duration within) {
        return leadsHere(worker) && atAddressOf(worker, within).isEmpty()
                ? Optional.of(Fault.thisOne())
                : Optional.empty();
    }

    /** Whether another worker's name leads to this machine, at whose port of that number this worker listens. */
    private boolean leadsHere(int worker) {
        int own = cluster.index();
        return worker != own && cluster.port(worker) == cluster.port(own) && isOfThisMachine(worker, false);
    }

    /**
     * The incarnation of the server at a worker's address, asked over the network even where that is this process;
     * empty if nothing answers as such a server.
     */
    Optional<Long> atAddressOf(int worker, Duration within) {
        Supplier<Optional<Long>> question = () -> {
            try {
                return Optional.of(incarnation(worker, otherTarget(worker)));
            } catch (UnknownHostException | TensorFlowFailure e) {
                return Optional.empty();
            }
        };
        return Uninterrupted.get(ask(question, within, Optional.empty()), () -> {});
    }

    /**
     * A number that a worker's server drew when it started.
     *
     * @param target the server's address, as TensorFlow writes it
     * @throws TensorFlowFailure if what is there does not answer as TensorFlow's server of this worker
     */
    static long incarnation(int worker, String target) {
        try (RemoteSession session = session(CollectiveGraph.question(worker), worker, target)) {
            session.run(Optional.empty(), CollectiveGraph.ANSWER, number -> {});
            return session.incarnation(CollectiveGraph.device(worker));
        }
    }

    /**
     * Has a worker's own server keep whose it is, for others to ask.
     *
     * @param target the server's address, as TensorFlow writes it
     * @return the number that the server drew when it started
     * @throws TensorFlowFailure if it does not answer
     */
    static long introduced(Cluster cluster, String target) {
        try (RemoteSession session =
                session(CollectiveGraph.cluster(cluster.index(), cluster.fingerprint()), cluster.index(), target)) {
            session.run(Optional.empty(), CollectiveGraph.ANSWER, number -> {});
            return session.incarnation(CollectiveGraph.device(cluster.index()));
        }
    }

    /** What a worker's server has kept. @throws TensorFlowFailure if it has kept nothing, or is none */
    private static long fingerprint(int worker, String target) {
        long[] fingerprint = new long[1];
        try (RemoteSession session = session(CollectiveGraph.cluster(worker, 0), worker, target)) {
            session.run(Optional.empty(), CollectiveGraph.FINGERPRINT, kept -> fingerprint[0] = kept.getLong());
        }
        return fingerprint[0];
    }

    private static RemoteSession session(GraphDef graph, int worker, String target) {
        ConfigProto config = ConfigProto.newBuilder()
                .addDeviceFilters(CollectiveGraph.task(worker))
                .build();
        return new RemoteSession(graph, target, config, RunOptions.getDefaultInstance());
    }

    private Optional<Fault> connectAsBefore(int worker, Duration within) {
        Optional<InetAddress> before = Optional.ofNullable(found.get(worker));
        return before.isPresent() ? connect(before.get(), cluster.port(worker), within) : connect(worker, within);
    }

    /** As TensorFlow does, which tries each address of a name until one takes the connection. */
    private Optional<Fault> connect(int worker, Duration within) {
        String host = cluster.host(worker);
        InetAddress[] addresses;
        try {
            addresses = names.addressesOf(host);
        } catch (UnknownHostException e) {
            return Optional.of(Fault.unknownName());
        }
        List<String> wrong = new ArrayList<>();
        for (InetAddress address : addresses) {
            Optional<Fault> why = connect(address, cluster.port(worker), within.dividedBy(addresses.length));
            if (why.isEmpty()) {
                found.put(worker, address);
                return why;
            }
            String number = address.getHostAddress();
            wrong.add(why.get().words() + (number.equals(host) ? "" : " (at " + number + ")"));
        }
        return Optional.of(Fault.away(String.join(", and ", wrong)));
    }

    /** Where a worker was found, or else all that its name leads to. */
    private InetAddress[] addresses(int worker) throws UnknownHostException {
        InetAddress address = found.get(worker);
        return address == null ? names.addressesOf(cluster.host(worker)) : new InetAddress[] {address};
    }

    private static Optional<Fault> connect(InetAddress address, int port, Duration within) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), Math.toIntExact(within.toMillis()));
            return Optional.empty();
        } catch (SocketTimeoutException e) {
            return silent(within);
        } catch (ConnectException e) {
            return Optional.of(
                    "Connection refused".equals(e.getMessage()) ? Fault.away("refuses connections") : unreachable(e));
        } catch (IOException e) {
            return Optional.of(unreachable(e));
        }
    }

    private Optional<Fault> compute(int worker, Optional<Long> expected) {
        try {
            if (expected.isEmpty()) {
                return fingerprint(worker, target(worker)) == cluster.fingerprint()
                        ? Optional.empty()
                        : Optional.of(Fault.otherAddresses());
            }
            return incarnation(worker, target(worker)) == expected.get()
                    ? Optional.empty()
                    : Optional.of(Fault.away("was started again"));
        } catch (TensorFlowFailure e) {
            return Optional.of(Fault.away("takes connections, but does not answer as a worker: " + e.reason()
                    + proxies() + notJoined(expected)));
        }
    }

    private static String notJoined(Optional<Long> expected) {
        return expected.isPresent() ? "" : NOT_JOINED;
    }

    /** By its number, which takes no look-up; by its name where that may except it from a proxy. */
    private String target(int worker) {
        return Optional.ofNullable(found.get(worker))
                .filter(address -> proxies().isEmpty())
                .map(address -> grpc(address.getHostAddress(), worker))
                .orElseGet(() -> "grpc://" + cluster.addresses().get(worker));
    }

    private String grpc(String number, int worker) {
        return "grpc://" + (number.contains(":") ? "[" + number + "]" : number) + ":" + cluster.port(worker);
    }

    /** TensorFlow takes a short cut to the very address that its own server was started with. */
    private String otherTarget(int worker) throws UnknownHostException {
        InetAddress address = addresses(worker)[0];
        String number = address.getHostAddress();
        return grpc(address instanceof Inet4Address ? "::ffff:" + number : number, worker);
    }

    /** What is said of proxies, which TensorFlow's connections take, and Java's do not. */
    private static String proxies() {
        String set = Stream.of("grpc_proxy", "https_proxy", "http_proxy")
                .filter(name -> System.getenv(name) != null)
                .collect(Collectors.joining(", "));
        return set.isEmpty() ? "" : " (" + set + " is set: name the workers' hosts in no_proxy)";
    }

    private static Fault unreachable(IOException e) {
        return Fault.away("cannot be reached: " + IoReason.of(e));
    }

    private static Optional<Fault> silent(Duration within) {
        return Optional.of(Fault.away("has not answered for " + Patience.words(within)));
    }

    private static <T> CompletableFuture<T> ask(Supplier<T> question, Duration within, T otherwise) {
        return CompletableFuture.supplyAsync(question, work -> {
                    Thread thread = new Thread(work, "tempera-ask-worker");
                    thread.setDaemon(true);
                    thread.start();
                })
                .completeOnTimeout(otherwise, within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Map<Integer, Fault> wrong(Map<Integer, CompletableFuture<Optional<Fault>>> answers) {
        Map<Integer, Fault> wrong = new TreeMap<>();
        answers.forEach(
                (worker, answer) -> Uninterrupted.get(answer, () -> {}).ifPresent(why -> wrong.put(worker, why)));
        return wrong;
    }
}
