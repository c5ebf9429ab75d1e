package org.tempera.record.metrics;

import java.util.List;
import java.util.SortedMap;
import org.tempera.record.image.RgbImage;
import org.tempera.spi.MetricNames;

/** Takes the numbers of each epoch, under standard names (see {@link MetricNames}), and pictures of evaluations. */
public interface MetricSink extends AutoCloseable {
    /**
     * Takes the numbers of one epoch. They are on the disk when this returns.
     *
     * @param epoch epochs that are complete; 0 before training
     * @param values by name; NaN and infinities are allowed
     * @throws org.tempera.spi.UserException if they cannot be written
     */
    void epoch(int epoch, SortedMap<String, Double> values);

    /** Takes a picture, such as the grid of an evaluation; sinks without pictures ignore it. */
    default void image(int epoch, String name, RgbImage image) {}

    /** Takes a text in Markdown, such as the configuration; sinks without texts ignore it. */
    default void text(int epoch, String name, String markdown) {}

    /** Ends it; called again it does nothing. */
    @Override
    void close();

    /** One sink that hands everything to each of these, in order. */
    static MetricSink all(List<? extends MetricSink> sinks) {
        List<MetricSink> copy = List.copyOf(sinks);
        return new MetricSink() {
            @Override
            public void epoch(int epoch, SortedMap<String, Double> values) {
                copy.forEach(s -> s.epoch(epoch, values));
            }

            @Override
            public void image(int epoch, String name, RgbImage image) {
                copy.forEach(s -> s.image(epoch, name, image));
            }

            @Override
            public void text(int epoch, String name, String markdown) {
                copy.forEach(s -> s.text(epoch, name, markdown));
            }

            @Override
            public void close() {
                copy.forEach(MetricSink::close);
            }
        };
    }
}
