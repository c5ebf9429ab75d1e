package org.tempera.core.learn;

import java.util.ArrayList;
import java.util.List;
import org.tempera.base.text.Words;
import org.tempera.graph.Program;
import org.tempera.graph.TrainingGraph;
import org.tempera.graph.TrainingGraph.Followed;
import org.tempera.graph.TrainingSession;
import org.tempera.spi.HostTensor;
import org.tempera.spi.algorithm.FollowSettings;
import org.tempera.spi.algorithm.FollowUnit;
import org.tempera.spi.graph.Follower;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.graph.Parameter;
import org.tensorflow.Operand;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * Moves a set of copies after the parameters that they follow: one program makes each copy d * copy + (1 - d) *
 * parameter. Its counts are those of epochs and updates, so that it has no state of its own but the copies.
 */
public final class FollowingWeights {
    private final FollowSettings settings;
    private final List<Followed> followed;
    private final Program<Feeds, Fetches> program;

    record Feeds(HostTensor decay) {}

    record Fetches() {}

    /** Builds the program for the copies that the graph has by now. */
    public FollowingWeights(TrainingGraph graph, Follower which, FollowSettings settings) {
        this.settings = settings;
        this.followed = graph.followed(which);
        String name = "follow-" + Words.of(which);
        Operand<TFloat32> decay = graph.floatInput(name);
        GraphScope scope = graph.scope().child(name);
        Ops tf = scope.tf();
        Operand<TFloat32> rest = tf.math.sub(tf.constant(1f), decay);
        List<Op> all = new ArrayList<>();
        for (Followed f : followed) {
            Operand<TFloat32> kept = tf.math.mul(decay, f.copy().value());
            Operand<TFloat32> taken = tf.math.mul(rest, f.trained().value());
            all.add(tf.assignVariableOp(f.copy().handle(), tf.math.add(kept, taken)));
        }
        program = Program.define(name, Feeds.class, Fetches.class)
                .feed("decay", decay)
                .target(tf.withControlDependencies(all).noOp())
                .build();
    }

    /** The copies, for checkpoints. */
    public List<Parameter> state() {
        return followed.stream().map(Followed::copy).toList();
    }

    /** Follows if it is due when so many of a unit are complete. */
    public void follow(TrainingSession session, FollowUnit unit, long complete) {
        if (settings.isDue(unit, complete)) {
            program.run(session, new Feeds(HostTensor.scalar((float) settings.decayAt(complete))));
        }
    }
}
