package org.tempera.core.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.tempera.graph.Lanes;
import org.tempera.graph.workers.LocalWorkers;
import org.tempera.spi.UserException;
import org.testng.annotations.Test;

/** Workers that train something else are refused on all of them, by name; those that do not share work out. */
public class GroupTest {
    @Test(timeOut = 60_000)
    public void whatDiffersIsNamedOnAll() throws Exception {
        Map<String, String> first = Map.of("sampling.steps", "10", "run.seed", "7");
        Map<String, String> second = Map.of("sampling.steps", "7", "run.seed", "7");
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<Throwable> there = other.submit(() -> refusal(workers, 1, second));
            Throwable here = refusal(workers, 0, first);
            assertThat(here)
                    .isInstanceOf(UserException.class)
                    .hasMessageContaining("worker 1: sampling.steps is 7, on worker 0 10")
                    .message()
                    .doesNotContain("run.seed");
            assertThat(there.get()).hasMessage(here.getMessage());
        } finally {
            other.shutdownNow();
        }
    }

    /** It has its share of the lanes, which is what its graph is built by. */
    @Test
    public void oneThatIsOnlyPlannedMeetsNobody() {
        try (Group group = Group.planned(3, 1, GradientSums.RING);
                Lanes lanes = new Lanes(2)) {
            Workers workers = group.with(lanes);
            assertThat(workers.allLanes()).isEqualTo(6);
            assertThat(workers.numberOf(1)).isEqualTo(4);
            assertThat(workers.first()).isFalse();
            workers.requestStop();
            assertThat(lanes.stop().isGiven()).isTrue();
            assertThat(catchThrowable(() -> workers.fromFirst(new byte[0])))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("a planned run meets no other worker");
        }
    }

    @Test(timeOut = 60_000)
    public void piecesAreWorkedOnInTurnAndKnownToAll() throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<List<String>> there = other.submit(() -> done(workers, 1));
            List<String> expected = List.of("0 by 0", "1 by 1", "2 by 0", "3 by 1", "4 by 0");
            assertThat(done(workers, 0)).isEqualTo(expected);
            assertThat(there.get()).isEqualTo(expected);
        } finally {
            other.shutdownNow();
        }
    }

    /** Fewer than there are lanes in all, too, as in a last round. */
    @Test(timeOut = 60_000)
    public void piecesOfARoundAreSharedOutBetweenAll() throws Exception {
        LocalWorkers workers = new LocalWorkers(2);
        ExecutorService other = Executors.newSingleThreadExecutor();
        try {
            Future<List<String>> there = other.submit(() -> inOrder(workers, 1));
            List<String> expected = List.of("0 by 0", "1 by 1", "2 by 0", "3 by 1", "4 by 0", "5 by 1");
            assertThat(inOrder(workers, 0)).isEqualTo(expected);
            assertThat(there.get()).isEqualTo(expected);
        } finally {
            other.shutdownNow();
        }
    }

    private static List<String> inOrder(LocalWorkers workers, int index) {
        List<String> taken = new ArrayList<>();
        try (Lanes lanes = new Lanes(2)) {
            new Group(workers.channel(index), GradientSums.IN_ORDER)
                    .with(lanes)
                    .inOrder(6, new Piecework<Integer, String>() {
                        @Override
                        public Integer work(int piece) {
                            return piece;
                        }

                        @Override
                        public String finish(int piece, Integer worked) {
                            return worked + " by " + index;
                        }

                        @Override
                        public Parcel pack(String result) {
                            return Parcel.of(Map.of("done", result));
                        }

                        @Override
                        public String unpack(Parcel parcel) {
                            return parcel.fields().text("done");
                        }

                        @Override
                        public void take(int piece, String result) {
                            taken.add(result);
                        }
                    });
        }
        return taken;
    }

    private static List<String> done(LocalWorkers workers, int index) {
        try (Lanes lanes = new Lanes(1)) {
            return new Group(workers.channel(index), GradientSums.IN_ORDER)
                    .with(lanes).oneByOne(5, piece -> Parcel.of(Map.of("done", piece + " by " + index))).stream()
                            .map(parcel -> parcel.fields().text("done"))
                            .toList();
        }
    }

    private static Throwable refusal(LocalWorkers workers, int index, Map<String, String> facts) {
        return catchThrowable(() -> new Group(workers.channel(index), GradientSums.IN_ORDER).requireAlike(facts));
    }
}
