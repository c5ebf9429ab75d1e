package org.tempera.testkit;

/** What every critic must hold to, checked on the one of docs/write-a-critic.md. */
public class ChannelMeansCriticTest extends CriticContract<ChannelMeansCritic.Config> {
    @Override
    protected Class<ChannelMeansCritic> providerType() {
        return ChannelMeansCritic.class;
    }

    @Override
    protected ChannelMeansCritic.Config config() {
        return new ChannelMeansCritic.Config(0.1);
    }
}
