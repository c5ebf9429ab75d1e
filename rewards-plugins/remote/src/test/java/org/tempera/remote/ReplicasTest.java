package org.tempera.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.tempera.remote.ScoreServer.says;
import static org.tempera.remote.ScoreServer.status;
import static org.tempera.remote.ScoreServer.well;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.ConfigException;
import org.tempera.spi.UserException;
import org.tempera.spi.reward.HostReward.Sample;
import org.tempera.spi.reward.MisconfiguredReward;
import org.tempera.spi.reward.PartialScores;
import org.tempera.spi.reward.UnavailableReward;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** One scorer at three addresses, each a real server that behaves as it is told to. */
public class ReplicasTest {
    private static final int ATTEMPTS = 3;
    private static final double TIMEOUT = 60;
    private static final double BACKOFF = 0.01;

    /** Scores of two pictures that are no true ones: those of the first two are 7/3 and 10/3. */
    private static final ScoreServer.Behaviour ANOTHER = says("{\"scores\": [2.25, 3.25]}");

    private final List<ScoreServer> servers = new ArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Semaphore warned = new Semaphore(0);

    @BeforeMethod
    public void start() throws IOException {
        servers.clear();
        warnings.clear();
        warned.drainPermits();
        for (int i = 0; i < 3; i++) {
            servers.add(new ScoreServer());
        }
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        servers.forEach(ScoreServer::close);
    }

    private String url(int server) {
        return servers.get(server).url();
    }

    private RemoteConfig config(int batchSize) {
        return config(batchSize, TIMEOUT, BACKOFF, 0);
    }

    private RemoteConfig config(int batchSize, double timeout, double backoff, double tolerance) {
        return config(batchSize, timeout, ATTEMPTS, backoff, tolerance);
    }

    private RemoteConfig config(int batchSize, double timeout, int attempts, double backoff, double tolerance) {
        return new RemoteConfig(
                url(0), List.of(url(1), url(2)), ImageFormat.RAW, batchSize, timeout, attempts, backoff, tolerance);
    }

    private RemoteReward reward(RemoteConfig config) {
        return new RemoteReward(config, ScoreClient.Patience.OF_THE_CLOCK, warning -> {
            warnings.add(warning);
            warned.release();
        });
    }

    /** Of three pixels whose mean red is no number with few digits. */
    private static List<Sample> samples(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Sample("a cat", 1, 3, new byte[] {(byte) i, 0, 0, 7, 0, 0, (byte) (2 * i), 0, 0}, i))
                .toList();
    }

    private static float[] right(int count) {
        float[] scores = new float[count];
        for (int i = 0; i < count; i++) {
            scores[i] = (float) ((3 * i + 7) / 3.0);
        }
        return scores;
    }

    /** The seed of a request's first sample. */
    private static int seed(JsonNode request) {
        return request.path("samples").path(0).path("seed").asInt();
    }

    /** Others may be left out for a moment too: a busy server of the JDK resets a connection now and then. */
    private List<String> warningsOf(int server) {
        return warnings.stream().filter(w -> w.startsWith(url(server))).toList();
    }

    /** How many samples the requests of a server had that were not the first. */
    private int scored(int server) {
        return servers.get(server).requests.stream()
                .skip(1)
                .mapToInt(request -> request.path("samples").size())
                .sum();
    }

    @Test(timeOut = 60_000)
    public void allWorkAtOnce() {
        CountDownLatch together = new CountDownLatch(3);
        servers.forEach(server -> server.then(ScoreServer::well, (exchange, request) -> {
            together.countDown();
            together.await();
            well(exchange, request);
        }));
        assertThat(reward(config(16)).score(samples(8))).containsExactly(right(8));
        for (ScoreServer server : servers) {
            assertThat(server.requests)
                    .extracting(r -> r.path("samples").size())
                    .contains(4)
                    .containsAnyOf(2, 3);
        }
    }

    /** The answer's numbers are those of the first call's pictures, which are not asked for again. */
    @Test(timeOut = 60_000)
    public void aTrialThatIsGoodInPartGivesTheBatchNoScores() {
        ScoreServer.Behaviour inPart = says("{\"scores\": [" + 7 / 3.0 + ", \"no face found\"]}");
        servers.forEach(server -> server.then(inPart));
        List<Sample> samples = samples(6);
        RemoteReward reward = reward(config(2));
        assertThat(reward.score(samples)).containsExactly(right(6));
        assertThat(reward.score(samples.subList(2, 4))).containsExactly(java.util.Arrays.copyOfRange(right(6), 2, 4));
    }

    @Test(timeOut = 60_000)
    public void theirNumberAndOrderChangeNoBit() {
        List<Sample> samples = samples(23);
        float[] one = reward(new RemoteConfig(url(0), List.of(), ImageFormat.RAW, 16, TIMEOUT, ATTEMPTS, BACKOFF, 0))
                .score(samples);
        List<String> urls = new ArrayList<>(List.of(url(0), url(1), url(2)));
        for (int turn = 0; turn < 3; turn++) {
            Collections.rotate(urls, 1);
            RemoteConfig three = new RemoteConfig(
                    urls.get(0), urls.subList(1, 3), ImageFormat.PNG, 5 + turn, TIMEOUT, ATTEMPTS, BACKOFF, 0);
            assertThat(reward(three).score(samples)).containsExactly(one);
        }
        assertThat(one).containsExactly(right(23));
    }

    @Test(timeOut = 60_000)
    public void aSlowOneGetsLess() {
        RemoteReward reward = reward(config(1));
        awaitAll(reward);
        CountDownLatch others = new CountDownLatch(11);
        for (ScoreServer server : servers.subList(0, 2)) {
            server.otherwise((exchange, request) -> {
                well(exchange, request);
                others.countDown();
            });
        }
        servers.get(2).otherwise((exchange, request) -> {
            others.await();
            well(exchange, request);
        });
        int before = scored(2);
        assertThat(reward.score(samples(12))).containsExactly(right(12));
        assertThat(scored(2) - before).isBetween(1, 3); // 4 is an even share
    }

    /** Scores until every server has had samples besides those that show what it is. */
    private void awaitAll(RemoteReward reward) {
        for (long seed = 0; IntStream.range(0, 3).anyMatch(i -> scored(i) == 0); seed++) {
            Sample first = samples(1).get(0);
            reward.score(List.of(new Sample(first.prompt(), 1, 3, first.rgb(), seed)));
        }
    }

    /** Such as those of other workers. */
    @Test(timeOut = 60_000)
    public void otherSamplesBeginAtOthers() {
        awaitAll(reward(config(1)));
    }

    @Test(timeOut = 60_000)
    public void oneThatIsDeadAtTheStartIsLeftOutWithOneWarning() {
        servers.get(1).close();
        RemoteReward reward = reward(config(2));
        for (int call = 0; call < 5; call++) {
            assertThat(reward.score(samples(9))).containsExactly(right(9));
        }
        assertThat(warningsOf(1))
                .containsExactly(url(1) + " is left out (the connection is refused). The other addresses get its"
                        + " requests, and it is tried again now and then");
    }

    @Test(timeOut = 60_000)
    public void theRequestOfOneThatDiesGoesToAnother() {
        AtomicBoolean died = new AtomicBoolean();
        servers.get(0).then(ScoreServer::well).otherwise((exchange, request) -> {
            died.set(true);
            servers.get(0).close();
        });
        RemoteReward reward = reward(config(2));
        while (!died.get()) {
            assertThat(reward.score(samples(9))).containsExactly(right(9));
        }
        assertThat(reward.score(samples(9))).containsExactly(right(9));
        assertThat(warningsOf(0)).last().asString().startsWith(url(0) + " is left out (the connection ");
    }

    @Test(timeOut = 60_000)
    public void theRequestOfOneThatStallsGoesToAnother() {
        servers.get(2).then(ScoreServer::well).otherwise(servers.get(2).stalls());
        RemoteReward reward = reward(config(2, 2, BACKOFF, 0));
        while (warningsOf(2).stream().noneMatch(w -> w.contains("(no answer within 2.0 s)"))) {
            assertThat(reward.score(samples(9))).containsExactly(right(9));
        }
        int before = servers.get(2).requests.size();
        assertThat(reward.score(samples(9))).containsExactly(right(9));
        // A copy: a request that is tried again may arrive meanwhile.
        List<JsonNode> all = List.copyOf(servers.get(2).requests);
        assertThat(all.subList(before, all.size()))
                .allSatisfy(request -> assertThat(request).isEqualTo(all.get(0)));
    }

    @Test(timeOut = 60_000)
    public void oneThatRecoversHasItsShareAgain() {
        servers.get(1).then(ScoreServer::well, status(500, "boom"), status(503, ""));
        RemoteReward reward = reward(config(1));
        while (servers.get(1).requests.size() < 9) {
            assertThat(reward.score(samples(9))).containsExactly(right(9));
        }
        assertThat(warningsOf(1)).hasSizeGreaterThanOrEqualTo(2);
        assertThat(warningsOf(1).get(0)).startsWith(url(1) + " is left out (");
        assertThat(warningsOf(1).get(1)).isEqualTo(url(1) + " answers again, and has its share of the requests");
    }

    @Test(timeOut = 60_000)
    public void oneThatAnswersWronglyIsNamed() {
        servers.get(1).otherwise((exchange, request) -> (seed(request) < 4
                        ? (ScoreServer.Behaviour) ScoreServer::well
                        : says("{\"scores\": [\"good\", \"bad\"]}"))
                .answer(exchange, request));
        RemoteReward reward = reward(config(2));
        Throwable thrown = null;
        while (thrown == null) {
            thrown = catchThrowable(() -> reward.score(samples(12)));
        }
        assertThat(thrown)
                .isInstanceOfSatisfying(PartialScores.class, e -> assertThat(
                                IntStream.range(0, 12).filter(i -> e.scores()[i] != right(12)[i]))
                        .isNotEmpty()
                        .allSatisfy(i -> assertThat(e.scores()[i]).isNaN()))
                .hasMessageStartingWith("remote reward: " + url(1) + ": expected {\"scores\": [...]} with 2 number(s)");
    }

    /** Each of those that have no score for something. */
    @Test(timeOut = 60_000)
    public void thoseThatHaveNoScoreAreNamed() {
        for (ScoreServer server : servers.subList(0, 2)) {
            server.otherwise((exchange, request) -> (seed(request) == 0
                            ? (ScoreServer.Behaviour) ScoreServer::well
                            : says("{\"scores\": [null, null]}"))
                    .answer(exchange, request));
        }
        RemoteReward reward = reward(config(2));
        assertThat(catchThrowable(() -> {
                    while (true) {
                        try {
                            reward.score(samples(12));
                        } catch (PartialScores e) {
                            if (String.valueOf(e.getMessage()).lines().count() > 1) {
                                throw e;
                            }
                        }
                    }
                }))
                .isInstanceOfSatisfying(PartialScores.class, e -> assertThat(e.getMessage())
                        .contains(url(0) + " answered null in place of a score")
                        .contains(url(1) + " answered null in place of a score")
                        .doesNotContain(url(2)));
    }

    @Test(timeOut = 60_000)
    public void oneThatAnswersWronglyAtTheStartEndsTheCall() {
        servers.get(2).otherwise(says("{\"result\": [1, 2]}"));
        assertThatThrownBy(() -> untilThrown(reward(config(2))))
                .isInstanceOf(UserException.class)
                .isNotInstanceOf(PartialScores.class)
                .hasMessageStartingWith("remote reward: " + url(2) + ": expected {\"scores\": [...]}")
                .hasMessageContaining("found no list 'scores'");
    }

    @Test(timeOut = 60_000)
    public void oneThatRefusesIsNamed() {
        servers.get(2).otherwise(status(404, "no such page"));
        assertThatThrownBy(() -> untilThrown(reward(config(2))))
                .isInstanceOf(UserException.class)
                .hasMessageStartingWith("remote reward: " + url(2) + " refused the request with status 404");
    }

    private static void untilThrown(RemoteReward reward) {
        while (true) {
            assertThat(reward.score(samples(12))).containsExactly(right(12));
        }
    }

    @Test(timeOut = 60_000)
    public void anotherScorerIsRefused() {
        servers.get(1).otherwise(ANOTHER);
        RemoteReward reward = reward(config(2));
        Throwable thrown = catchThrowable(() -> untilThrown(reward));
        assertThat(thrown)
                .as("whatever on-failure says")
                .isInstanceOf(MisconfiguredReward.class)
                .hasMessageContaining(url(1))
                .hasMessageContaining("are not the same scorer: they give the same 2 picture(s) the scores")
                .hasMessageContaining("[2.25, 3.25]")
                .hasMessageContaining("[2.3333333, 3.3333333]");
        assertThatThrownBy(() -> reward.score(samples(1))).isSameAs(thrown);
    }

    @Test(timeOut = 60_000)
    public void howFarTheyMayLieApartIsTheUsers() {
        servers.get(1).otherwise(ANOTHER);
        RemoteReward reward = reward(config(2, TIMEOUT, BACKOFF, 0.03));
        while (scored(1) == 0) {
            reward.score(samples(12));
        }
        assertThatThrownBy(() -> untilThrown(reward(config(2, TIMEOUT, BACKOFF, 0.02))))
                .hasMessageContaining("raise tolerance (now 0.02)");
    }

    /** What is missing is no other score: a null of one of them is the samples' affair, and on-failure's. */
    @Test(timeOut = 60_000)
    public void aScoreThatOneLacksTellsNothingOfIt() {
        servers.get(1).then(says("{\"scores\": [null, " + 10 / 3.0 + "]}"));
        RemoteReward reward = reward(config(2));
        while (scored(1) == 0) {
            assertThat(reward.score(samples(12))).containsExactly(right(12));
        }
        assertThat(warningsOf(1)).isEmpty();
    }

    /** As from a model that is still being loaded; what scores nothing is no yardstick for the others. */
    @Test(timeOut = 60_000)
    public void oneThatScoresNothingIsAskedAgain() {
        servers.get(1).then(says("{\"scores\": [null, null]}"));
        RemoteReward reward = reward(config(2));
        while (scored(1) == 0) {
            assertThat(reward.score(samples(12))).containsExactly(right(12));
        }
        assertThat(warningsOf(1))
                .anySatisfy(w -> assertThat(w).contains("is left out (no score for any of 2 picture(s)"));
    }

    /** Pictures that no scorer could score show nothing, so that the next are taken. */
    @Test(timeOut = 60_000)
    public void picturesThatNoneScoresAreFollowedByOthers() {
        for (ScoreServer server : servers) {
            server.otherwise((exchange, request) -> (seed(request) == 0
                            ? says("{\"scores\": [null, null]}")
                            : (ScoreServer.Behaviour) ScoreServer::well)
                    .answer(exchange, request));
        }
        PartialScores thrown =
                (PartialScores) catchThrowable(() -> reward(config(2)).score(samples(8)));
        float[] scores = right(8);
        scores[0] = Float.NaN;
        scores[1] = Float.NaN;
        assertThat(thrown.scores()).containsExactly(scores);
    }

    @Test(timeOut = 60_000)
    public void anotherScorerInTheSamePlaceIsRefused() {
        servers.get(1).then(ScoreServer::well, status(503, "restarting")).otherwise(ANOTHER);
        assertThatThrownBy(() -> untilThrown(reward(config(2))))
                .hasMessageContaining("are not the same scorer")
                .hasMessageContaining(url(1));
        assertThat(warningsOf(1)).isNotEmpty();
    }

    @Test(timeOut = 60_000)
    public void whatNoneCanScoreIsThePictures() {
        for (ScoreServer server : servers) {
            server.otherwise((exchange, request) -> {
                (seed(request) == 8 ? status(500, "an empty mask") : (ScoreServer.Behaviour) ScoreServer::well)
                        .answer(exchange, request);
            });
        }
        PartialScores thrown =
                (PartialScores) catchThrowable(() -> reward(config(1)).score(samples(9)));
        assertThat(thrown)
                .hasMessageContaining("none of 3 addresses gave scores of some pictures")
                .hasMessageContaining("an empty mask");
        assertThat(thrown.getCause())
                .as("what stays so however often the run goes on")
                .isInstanceOf(UserException.class)
                .isNotInstanceOf(UnavailableReward.class);
        float[] scores = right(9);
        scores[8] = Float.NaN;
        assertThat(thrown.scores()).containsExactly(scores);
    }

    /** A request tries each address once, and that is all that one attempt allows. */
    @Test(timeOut = 60_000)
    public void ofOneAttemptThatAllAreDeadIsNotThePictures() {
        RemoteReward reward = reward(config(1, TIMEOUT, 1, BACKOFF, 0));
        awaitAll(reward);
        servers.forEach(server -> server.otherwise(ScoreServer.breaksOff()));
        assertThatThrownBy(() -> reward.score(samples(1)))
                .isInstanceOf(UnavailableReward.class)
                .hasMessageContaining("none of 3 addresses gave scores in ");
    }

    /** A picture that is refused, while all servers die with an earlier one that has no score yet. */
    @Test(timeOut = 60_000)
    public void whatStaysWrongDecidesOverWhatMayPass() {
        CountDownLatch refused = new CountDownLatch(1);
        for (ScoreServer server : servers) {
            server.otherwise((exchange, request) -> {
                if (seed(request) == 9) {
                    status(422, "too dark").answer(exchange, request);
                    refused.countDown();
                    return;
                }
                if (seed(request) == 5) {
                    refused.await();
                }
                (refused.getCount() > 0 ? (ScoreServer.Behaviour) ScoreServer::well : status(503, "restarting"))
                        .answer(exchange, request);
            });
        }
        PartialScores thrown =
                (PartialScores) catchThrowable(() -> reward(config(1)).score(samples(12)));
        assertThat(thrown).hasMessageContaining("none of 3 addresses").hasMessageContaining("too dark");
        assertThat(thrown.scores()[4]).isEqualTo(right(12)[4]);
        assertThat(thrown.scores()[5]).isNaN();
        assertThat(thrown.getCause())
                .isNotInstanceOf(UnavailableReward.class)
                .hasMessageContaining("refused the request with status 422");
    }

    @Test(timeOut = 60_000)
    public void thatAllAreDeadIsSaidOfEach() {
        servers.get(0).close();
        servers.get(1).otherwise(status(500, "CUDA out of memory"));
        servers.get(2).otherwise(ScoreServer.breaksOff());
        RemoteReward reward = reward(config(2));
        Throwable thrown = catchThrowable(() -> reward.score(samples(9)));
        assertThat(thrown).isInstanceOf(UserException.class).isNotInstanceOf(PartialScores.class);
        List<String> lines = List.of(String.valueOf(thrown.getMessage()).split("\n"));
        assertThat(lines.get(0)).matches("remote reward: none of 3 addresses gave scores in \\d+\\.\\d s; at last:");
        assertThat(lines.subList(1, 4))
                .containsExactlyInAnyOrder(
                        "  " + url(0) + ": the connection is refused. Start the server, or check its address and port.",
                        "  " + url(1) + ": status 500: CUDA out of memory. Look into the server's log, then try again,"
                                + " or resume the run.",
                        "  " + url(2) + ": the connection broke before the answer was whole. Look into the server's"
                                + " log, start it again, then try again, or resume the run.");
        assertThat(lines.subList(4, lines.size()))
                .containsExactly("The protocol is in docs/rewards.md; keys of the reward: url, replicas, attempts,"
                        + " timeout-seconds, batch-size.");
        assertThat(servers.get(1).requests).hasSizeGreaterThanOrEqualTo(ATTEMPTS);
        assertThat(warnings).hasSize(3);
        assertThat(thrown.getSuppressed()).hasSize(3).anySatisfy(e -> assertThat(e)
                .hasRootCauseInstanceOf(ConnectException.class));

        servers.get(1).otherwise(ScoreServer::well);
        servers.get(2).otherwise(ScoreServer::well);
        assertThat(reward.score(samples(9))).containsExactly(right(9));
    }

    @Test(timeOut = 60_000)
    public void aStopIsHeardWhileTheyRest() throws InterruptedException {
        servers.forEach(ScoreServer::close);
        RemoteReward reward = reward(config(2, TIMEOUT, TIMEOUT, 0));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread call = new Thread(() -> thrown.complete(catchThrowable(() -> reward.score(samples(9)))));
        call.start();
        warned.acquire(servers.size());
        call.interrupt(); // or the test would last as long as its time-out
        assertThat(thrown.join()).isInstanceOf(IllegalStateException.class).hasMessageStartingWith("interrupted");
    }

    @Test(timeOut = 60_000)
    public void aStopIsHeardWhileTheyAreAsked() throws Exception {
        servers.forEach(server -> server.otherwise(server.stalls()));
        RemoteReward reward = reward(config(2));
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread call = new Thread(() -> thrown.complete(catchThrowable(() -> reward.score(samples(9)))));
        call.start();
        for (ScoreServer server : servers) {
            server.awaitStall();
        }
        call.interrupt(); // or the test would last as long as its time-out
        assertThat(thrown.join()).isInstanceOf(IllegalStateException.class).hasMessageStartingWith("interrupted");
        servers.forEach(server -> server.otherwise(ScoreServer::well));
        assertThat(reward.score(samples(9))).containsExactly(right(9));
    }

    @Test(timeOut = 60_000)
    public void warningsHoldNoSecrets() {
        servers.get(0).otherwise(status(500, "who is user:hunter2 of ?token=s3cret, hunter2 or s3cret?"));
        RemoteConfig config = new RemoteConfig(
                url(0).replace("http://", "http://user:hunter2@") + "?token=s3cret",
                List.of(url(1)),
                ImageFormat.RAW,
                2,
                TIMEOUT,
                ATTEMPTS,
                BACKOFF,
                0);
        while (warningsOf(0).stream().noneMatch(w -> w.contains("status 500"))) {
            reward(config).score(samples(4));
        }
        assertThat(warnings).noneMatch(w -> w.contains("hunter2") || w.contains("s3cret"));
        assertThat(warningsOf(0)).anySatisfy(w -> assertThat(w)
                .startsWith(url(0) + " is left out (status 500: who is *** of ?token=***, *** or"));
    }

    @Test
    public void wrongKeysAreRefused() {
        assertThatThrownBy(() -> addresses("http://a/", "b:8000"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("replicas must be an http or https address, was 'b:8000'");
        assertThatThrownBy(() -> addresses("http://a/", "http://a/"))
                .hasMessage("replicas must name each address once, and that of url not again, was [http://a/]");
        assertThatThrownBy(() -> addresses("http://a/", "http://b/", "http://b/"))
                .hasMessageStartingWith("replicas must name each address once");
        assertThatThrownBy(() -> config(1, TIMEOUT, 0, 1.5)).hasMessage("tolerance must be from 0 to 1, was 1.5");
    }

    private static RemoteConfig addresses(String url, String... replicas) {
        return new RemoteConfig(url, List.of(replicas), ImageFormat.RAW, 1, 1, 1, 0, 0);
    }
}
