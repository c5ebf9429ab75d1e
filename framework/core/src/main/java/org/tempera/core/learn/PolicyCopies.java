package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tempera.core.plugin.PluginFault;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingGraph.Followed;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.UserException;
import org.tempera.spi.algorithm.Algorithm;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.graph.Parameter;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.Weights;

/**
 * The copies of the policy's weights that a run keeps: none, unless something asked for them while the graph was built.
 */
public final class PolicyCopies {
    private final List<FollowingWeights> all = new ArrayList<>();

    private PolicyCopies() {}

    /**
     * Builds what moves the copies, when all that reads them is built.
     *
     * @param network as it was built
     * @param asked the network as it was asked to predict
     * @param kept how each set of copies that the run keeps follows
     * @throws UserException if the reference is to move and nothing reads it
     */
    public static PolicyCopies of(
            TrainingGraph graph,
            PolicyNetwork network,
            FollowedNetwork asked,
            Algorithm algorithm,
            Map<Follower, FollowSettings> kept) {
        PolicyCopies copies = new PolicyCopies();
        for (Map.Entry<Follower, Weights> set : byWeights().entrySet()) {
            FollowSettings settings = kept.get(set.getKey());
            if (!asked.wasAsked(set.getValue())) {
                if (settings != null && set.getKey() == Follower.REFERENCE) {
                    throw new UserException("reference.moves: expected false, found true: nothing in this run reads a"
                            + " reference policy. Give the algorithm a divergence from it, such as kl-loss, or leave the"
                            + " key out.");
                }
            } else if (settings == null) {
                throw CheckedAlgorithm.of(algorithm)
                        .fault("reads the weights " + set.getValue() + ", which it does not declare among its needs");
            } else {
                requireRead(graph, network, set.getKey(), set.getValue());
                copies.all.add(new FollowingWeights(graph, set.getKey(), settings));
            }
        }
        return copies;
    }

    private static Map<Follower, Weights> byWeights() {
        Map<Follower, Weights> sets = new EnumMap<>(Follower.class);
        for (Weights w : Weights.values()) {
            w.follower().ifPresent(f -> sets.put(f, w));
        }
        return sets;
    }

    private static void requireRead(TrainingGraph graph, PolicyNetwork network, Follower which, Weights weights) {
        Set<String> read = new HashSet<>();
        for (Followed f : graph.followed(which)) {
            read.add(f.trained().name());
        }
        for (Parameter p : network.trainable()) {
            if (!read.contains(p.name())) {
                throw PluginFault.of(
                        "the policy",
                        network,
                        "predicts under the weights " + weights + " without the copy (GraphScope.follower) of '"
                                + p.name() + "', which it trains");
            }
        }
    }

    /** Every copy, for checkpoints. */
    public List<Parameter> state() {
        return all.stream().flatMap(f -> f.state().stream()).toList();
    }

    /** Has those copies follow that are due when so many of a unit are complete. */
    public void follow(TrainingSession session, FollowUnit unit, long complete) {
        all.forEach(f -> f.follow(session, unit, complete));
    }
}
