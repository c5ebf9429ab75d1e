package org.tempera.remote;

import java.util.List;
import org.tempera.remote.RemoteConfig.ImageFormat;
import org.tempera.spi.reward.HostReward.Sample;

/** Opens to the fuzzer how a server's answers are read. */
public final class AnswerReader {
    private static final int SCORES = 3;

    private AnswerReader() {}

    /** The scores in a body, and the wait that a header asks for. */
    public static void read(byte[] body, String retryAfter) {
        if (!(ScoreClient.retryAfter(retryAfter) >= 0)) {
            throw new IllegalStateException("a negative wait for '" + retryAfter + "'");
        }
        ServerWords words = new ServerWords("http://user:word@127.0.0.1/?token=abc");
        words.said(body);
        float[] scores = new ScoreProtocol("http://127.0.0.1/", ImageFormat.RAW, words).scores(body, SCORES);
        for (float score : scores) {
            if (Float.isInfinite(score)) {
                throw new IllegalStateException("an infinite score");
            }
        }
    }

    /** Asks a server on a port for one score, again and again: a client costs more than a thousand answers. */
    public static Runnable asking(int port) {
        RemoteConfig config =
                new RemoteConfig("http://127.0.0.1:" + port + "/score", List.of(), ImageFormat.RAW, 1, 5, 1, 0, 0);
        RemoteReward reward = new RemoteReward(config);
        return () -> reward.score(List.of(new Sample("a cat", 1, 1, new byte[3], 7)));
    }
}
