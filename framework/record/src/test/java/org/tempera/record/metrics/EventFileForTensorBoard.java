package org.tempera.record.metrics;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.MetricNames;

/** Writes what {@code src/test/python/check_tensorboard.py} reads: five epochs, stopped, resumed after the third. */
public final class EventFileForTensorBoard {
    private EventFileForTensorBoard() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        try (TensorBoardEvents events = TensorBoardEvents.create(folder, InstantSource.system())) {
            for (int epoch = 1; epoch <= 5; epoch++) {
                log(events, epoch, 0.1 * epoch);
            }
        }
        try (TensorBoardEvents events = TensorBoardEvents.resume(folder, 3, InstantSource.system())) {
            for (int epoch = 4; epoch <= 7; epoch++) {
                log(events, epoch, 10 + epoch);
            }
        }
    }

    private static void log(TensorBoardEvents events, int epoch, double value) {
        events.epoch(
                epoch,
                new TreeMap<>(Map.of(MetricNames.TRAIN_REWARD, value, MetricNames.EXPLAINED_VARIANCE, Double.NaN)));
        byte[] rgb = new byte[40 * 20 * 3];
        java.util.Arrays.fill(rgb, (byte) (epoch * 30));
        events.image(epoch, "evaluation", RgbImage.of(40, 20, rgb));
    }
}
