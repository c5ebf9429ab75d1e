package org.tempera.graph.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.tempera.spi.UserException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ClusterTest {
    @Test
    public void takesNamesAndAddresses() {
        Cluster cluster = new Cluster(List.of("node-0.pods.svc.:2222", "10.0.0.1:1", "[fd00::1]:65535"), 2);
        assertThat(cluster.name(2)).isEqualTo("worker 2 ([fd00::1]:65535)");
        assertThat(cluster.host(2)).isEqualTo("fd00::1");
        assertThat(cluster.port(2)).isEqualTo(65535);
        assertThat(cluster.host(0)).isEqualTo("node-0.pods.svc.");
    }

    @Test
    public void onePortOfTwoMachinesOrTwoOfOneAreTwoAddresses() {
        List<String> each = List.of("127.0.0.1:1", "localhost:2", "10.0.0.1:1", "a:1", "10.0.0.1.nip.io:1", "[::2]:1");
        assertThat(new Cluster(each, 0).addresses()).isEqualTo(each);
    }

    /** Each may bring a large piece at a time. */
    @Test
    public void asManyAreTakenAsCanExchangeAnything() {
        assertThat(new Cluster(addresses(511), 510).addresses()).hasSize(511);
        assertThatThrownBy(() -> new Cluster(addresses(512), 0))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("The run's workers: expected 1 to 511 addresses, found 512. ");
        assertThat((long) 511 * Bucket.LARGE.bytes()).isLessThanOrEqualTo(Integer.MAX_VALUE);
    }

    private static List<String> addresses(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(port -> "a:" + port).toList();
    }

    @DataProvider
    public Object[][] wrong() {
        return new Object[][] {
            {List.of(), 0, "expected 1 to 511 addresses, found 0. List each worker as host:port"},
            {List.of("a:1", "b:2"), 2, "expected this worker's index from 0 to 1, found 2."},
            {List.of("a:1", "b:2"), -1, "expected this worker's index from 0 to 1, found -1."},
            {List.of("a:1", "b:2", "a:1"), 0, "a:1 is there twice. Give each worker a host or a port of its own."},
            {List.of("a:1", "b:2", "A:1"), 0, "a:1 and A:1 are one address of two names."},
            {List.of("localhost:5", "127.0.0.1:5"), 0, "localhost:5 and 127.0.0.1:5 are one address of two names."},
            {List.of("[::1]:5", "LocalHost.:5"), 1, "[::1]:5 and LocalHost.:5 are one address"},
            {List.of("127.0.0.1:5", "127.1.2.3:5"), 1, "127.0.0.1:5 and 127.1.2.3:5 are one address"},
            {List.of("[fd00::1]:5", "[FD00:0:0:0::1]:5"), 0, "[fd00::1]:5 and [FD00:0:0:0::1]:5 are one address"},
            {List.of("10.0.0.1:5", "[::ffff:10.0.0.1]:5"), 0, "10.0.0.1:5 and [::ffff:10.0.0.1]:5 are one address"},
            {
                List.of("0.0.0.0:5", "a:5"),
                1,
                "expected for worker 0 an address that the others reach it at, found '0.0.0.0:5'"
            },
            {List.of("a:5", "[::]:5"), 1, "for worker 1 an address that the others reach it at, found '[::]:5'"},
            {List.of("[::ffff:0.0.0.0]:5"), 0, "for worker 0 an address that the others reach it at"},
            {List.of("a:0"), 0, "expected a port from 1 to 65535 for worker 0, found 'a:0'."},
            {List.of("b:1", "a:65536"), 0, "expected a port from 1 to 65535 for worker 1, found 'a:65536'."},
            {List.of("a"), 0, "expected worker 0 as host:port, found 'a'. Such as node-1:2222, or [fd00::1]:2222."},
            {List.of("b..c:2"), 0, "expected worker 0 as host:port, found 'b..c:2'."},
            {List.of("grpc://a:1"), 0, "expected worker 0 as host:port"},
            {List.of("fd00::1:2222"), 0, "expected worker 0 as host:port"},
            {List.of("\u001ba:1"), 0, "found '\\u001ba:1'"},
            {List.of("x".repeat(1000) + ":1"), 0, "xxx...'"},
        };
    }

    @Test(dataProvider = "wrong")
    public void saysWhatIsWrong(List<String> addresses, int index, String message) {
        assertThatThrownBy(() -> new Cluster(addresses, index))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("The run's workers: ")
                .hasMessageContaining(message)
                .message()
                .hasSizeLessThan(500);
    }

    @Test
    public void readsTfConfig() {
        assertThat(Cluster.fromTfConfig(
                        "{\"cluster\":{\"worker\":[\"a:1\",\"b:2\"]},\"task\":{\"type\":\"worker\"," + "\"index\":1}}"))
                .isEqualTo(new Cluster(List.of("a:1", "b:2"), 1));
    }

    /** As a TFJob of one chief and two workers has it. */
    @Test
    public void aChiefIsTheFirstWorker() {
        String cluster = "{\"cluster\":{\"worker\":[\"b:2\",\"c:3\"],\"chief\":[\"a:1\"],\"ps\":[]},"
                + "\"environment\":\"cloud\",\"task\":{\"type\":\"%s\",\"index\":%s}}";
        List<String> all = List.of("a:1", "b:2", "c:3");
        assertThat(Cluster.fromTfConfig(String.format(cluster, "chief", 0))).isEqualTo(new Cluster(all, 0));
        assertThat(Cluster.fromTfConfig(String.format(cluster, "worker", "\"1\"")))
                .isEqualTo(new Cluster(all, 2));
    }

    @DataProvider
    public Object[][] damaged() {
        String workers = "{\"cluster\":{\"worker\":[\"a:1\",\"b:2\"]}";
        return new Object[][] {
            {"", "expected an object, found nothing"},
            {"{", "cannot be read as JSON: "},
            {"[]", "expected an object, found []"},
            {workers + ",\"cluster\":{}}", "cannot be read as JSON: the key 'cluster' stands in it twice"},
            {
                workers.replace("b:2", "b") + ",\"task\":{\"type\":\"worker\",\"index\":0}}",
                "The run's workers: expected worker 1 as host:port, found 'b'."
            },
            {"null", "expected an object, found null"},
            {"{}", "expected an object in 'cluster', found nothing"},
            {workers + "}", "expected an object in 'task', found nothing"},
            {workers + ",\"task\":{}}", "expected 'worker' or 'chief' in 'task.type', found nothing"},
            {
                workers + ",\"task\":{\"type\":\"evaluator\",\"index\":0}}",
                "expected 'worker' or 'chief' in 'task.type', found \"evaluator\""
            },
            {workers + ",\"task\":{\"type\":\"worker\"}}", "expected a number from 0 on in 'task.index', found nothing"
            },
            {workers + ",\"task\":{\"type\":\"worker\",\"index\":-1}}", "in 'task.index', found -1"},
            {workers + ",\"task\":{\"type\":\"worker\",\"index\":1.5}}", "in 'task.index', found 1.5"},
            {
                workers + ",\"task\":{\"type\":\"worker\",\"index\":2}}",
                "'task' is worker 2, and 'cluster.worker' has 2 addresses"
            },
            {
                workers + ",\"task\":{\"type\":\"chief\",\"index\":0}}",
                "'task' is chief 0, and 'cluster.chief' has 0 addresses"
            },
            {
                "{\"cluster\":{\"worker\":[\"a:1\"],\"ps\":[\"b:1\"]},\"task\":{\"type\":\"worker\",\"index\":0}}",
                "expected workers, and a chief at most, in 'cluster', found 'ps'"
            },
            {"{\"cluster\":{\"worker\":\"a:1\"},\"task\":{}}", "expected a list of host:port in 'cluster.worker'"},
            {"{\"cluster\":{\"worker\":[7]},\"task\":{}}", "expected host:port in 'cluster.worker', found 7"},
            {
                "{\"cluster\":{\"chief\":[\"a:1\",\"b:1\"]},\"task\":{\"type\":\"chief\",\"index\":0}}",
                "expected one address in 'cluster.chief', found 2"
            },
        };
    }

    @Test(dataProvider = "damaged")
    public void saysWhatIsWrongWithTfConfig(String json, String message) {
        assertThatThrownBy(() -> Cluster.fromTfConfig(json))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("TF_CONFIG: ")
                .hasMessageContaining(message)
                .hasMessageEndingWith("unset it to train on this machine alone.");
    }
}
