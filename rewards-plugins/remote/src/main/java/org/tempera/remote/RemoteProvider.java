package org.tempera.remote;

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
        return new RemoteConfig("http://localhost", ImageFormat.PNG, 16, 60, 4, 0.5);
    }

    @Override
    public Reward create(RemoteConfig config) {
        return new RemoteReward(config);
    }
}
