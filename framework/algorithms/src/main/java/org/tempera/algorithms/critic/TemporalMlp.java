package org.tempera.algorithms.critic;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tempera.algorithms.Preset;
import org.tempera.nn.clip.PretrainedClip;
import org.tempera.spi.critic.Critic;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.PolicyNetwork;
import org.tempera.spi.policy.PolicyShape;

/** The value of a denoising state, by dense layers on its features and timestep (Zhang et al. 2024, section 4). */
public final class TemporalMlp implements Critic {
    /**
     * What the last layer's deviation is lowered by, so that values start near zero, the mean of normalised returns.
     */
    private static final double LAST_LAYER = 0.1;

    private final TemporalMlpConfig config;
    private final Optional<PretrainedClip> encoder;

    /**
     * A critic, its encoder opened and checked where it has one.
     *
     * @throws org.tempera.spi.UserException if the encoder's folder cannot be used
     */
    public TemporalMlp(TemporalMlpConfig config) {
        this.config = config;
        this.encoder = config.shape().features().encoded()
                ? Optional.of(PretrainedClip.open(config.encoder().orElseThrow()))
                : Optional.empty();
    }

    @Override
    public TemporalMlpNetwork build(GraphScope scope, PolicyShape shape, PolicyNetwork policy) {
        return build(scope, features(shape, policy));
    }

    /** The encoder's weight files; none where features need no encoder. */
    @Override
    public Map<String, String> provenance() {
        return encoder.map(PretrainedClip::provenance).orElse(Map.of());
    }

    TemporalMlpNetwork build(GraphScope scope, CriticFeatures features) {
        TemporalMlpConfig.Shape s = config.shape();
        List<DenseStack.Plan> plans = new ArrayList<>();
        int in = features.width() + s.timestep().width();
        for (int i = 0; i <= s.hidden().size(); i++) {
            boolean last = i == s.hidden().size();
            int out = last ? 1 : s.hidden().get(i);
            double deviation = s.initialisation()
                    .deviation(features.width(), in, last ? 1 : s.nonlinearity().gain());
            if (last && s.initialisation() == Initialisation.SCALED) {
                deviation *= LAST_LAYER;
            }
            plans.add(new DenseStack.Plan(
                    in, out, deviation, last ? 0 : s.dropout().get(i), Optional.empty()));
            in = out;
        }
        return new TemporalMlpNetwork(
                features,
                s.timestep(),
                config.featureInterval(),
                new DenseStack(scope.child("critic"), plans, s.nonlinearity()));
    }

    private CriticFeatures features(PolicyShape shape, PolicyNetwork policy) {
        return encoder.<CriticFeatures>map(clip -> new EncodedFeatures(
                        clip,
                        policy,
                        config.shape().features() == FeatureKind.PREDICTED_CLEAN,
                        config.preset() == Preset.REFERENCE))
                .orElseGet(() -> new PooledLatentFeatures(shape, config.latentGrid()));
    }
}
