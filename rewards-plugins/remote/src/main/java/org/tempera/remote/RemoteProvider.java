package org.tempera.remote;

import java.util.List;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.reward.Reward;
import org.tempera.spi.reward.RewardProvider;

/** The plugin {@code remote}. */
public final class RemoteProvider implements RewardProvider<RemoteConfig> {
    @Override
    public String name() {
        return "remote";
    }

    @Override
    public String description() {
        return "What a scorer behind HTTP answers";
    }

    @Override
    public Class<RemoteConfig> configType() {
        return RemoteConfig.class;
    }

    @Override
    public RemoteConfig defaults() {
        return new RemoteConfig("http://localhost", List.of(), ImageFormat.PNG, 16, 60, 4, 0.5, 1e-3);
    }

    @Override
    public Reward create(RemoteConfig config) {
        return new RemoteReward(config);
    }
}
