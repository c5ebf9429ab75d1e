package org.tempera.record.html;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * An axis of a plot: its ends, and the step between ticks, which is 1, 2 or 5 times a power of ten.
 *
 * @param low its lower end
 * @param high its upper end, above the lower
 * @param step between ticks; of a logarithmic axis not used
 * @param logarithmic whether equal ratios are equally far apart; both ends are above 0 then
 */
public record PlotAxis(double low, double high, double step, boolean logarithmic) {
    private static final int TICKS = 5;
    /** Below so many powers of ten within its ends, a logarithmic axis has ticks between them too. */
    private static final int FEW_POWERS = 3;

    /** An axis whose ends are ticks, around all that is finite of these numbers. */
    public static PlotAxis around(DoubleStream values) {
        PlotAxis tight = of(values, 0, true);
        return new PlotAxis(
                Math.floor(tight.low / tight.step) * tight.step,
                Math.ceil(tight.high / tight.step) * tight.step,
                tight.step,
                false);
    }

    /** An axis that ends with the least and the largest of the finite numbers. */
    public static PlotAxis from(DoubleStream values) {
        return of(values, 0, false);
    }

    /** An axis of whole numbers, such as epochs, that ends with the least and the largest. */
    public static PlotAxis ofWhole(DoubleStream values) {
        return of(values, 1, false);
    }

    /** A logarithmic axis that ends with the least and the largest of the finite numbers above 0. */
    public static PlotAxis logarithmic(DoubleStream values) {
        double[] above = values.filter(x -> Double.isFinite(x) && x > 0).toArray();
        double low = DoubleStream.of(above).min().orElse(1);
        double high = DoubleStream.of(above).max().orElse(10);
        return new PlotAxis(low, high > low * (1 + 1e-9) ? high : low * 10, 0, true);
    }

    private static PlotAxis of(DoubleStream values, double leastStep, boolean widen) {
        double[] finite = values.filter(Double::isFinite).toArray();
        double low = DoubleStream.of(finite).min().orElse(0);
        double high = DoubleStream.of(finite).max().orElse(1);
        if (high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high)) || high == low) {
            double room = low == 0 ? 1 : Math.abs(low) * 0.1;
            low -= widen ? room : 0;
            high += room;
        }
        double raw = (high - low) / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        double times = raw / power;
        double step = (times <= 1 ? 1 : times <= 2 ? 2 : times <= 5 ? 5 : 10) * power;
        return new PlotAxis(low, high, Math.max(leastStep, step), false);
    }

    /** Whether a number has a place on it. */
    public boolean has(double value) {
        return Double.isFinite(value) && (!logarithmic || value > 0);
    }

    /** How far along the axis a number lies: 0 at the lower end, 1 at the upper. */
    public double share(double value) {
        return logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    }

    /** The ticks, ascending. */
    public double[] ticks() {
        if (logarithmic) {
            return logarithmicTicks();
        }
        return DoubleStream.iterate(Math.ceil(low / step - 1e-9), k -> k * step <= high + step * 1e-9, k -> k + 1)
                .map(k -> k * step)
                .toArray();
    }

    private double[] logarithmicTicks() {
        int first = (int) Math.floor(Math.log10(low) - 1e-9);
        int last = (int) Math.ceil(Math.log10(high) + 1e-9);
        double[] powers = DoubleStream.iterate(first, k -> k <= last, k -> k + 1)
                .map(k -> Math.pow(10, k))
                .toArray();
        double[] within = inside(Arrays.stream(powers));
        return within.length >= FEW_POWERS
                ? within
                : inside(Arrays.stream(powers).flatMap(p -> DoubleStream.of(p, 2 * p, 5 * p)));
    }

    private double[] inside(DoubleStream values) {
        return values.filter(x -> x >= low * (1 - 1e-9) && x <= high * (1 + 1e-9))
                .toArray();
    }

    /** A tick in few letters, such as {@code 0.25}, {@code 150k} or {@code 2.0e-7}. */
    public String label(double tick) {
        if (tick == 0) {
            return "0";
        }
        double size = logarithmic ? Math.abs(tick) : Math.max(Math.abs(low), Math.abs(high));
        double between = logarithmic ? size : step;
        if (size >= 1e15 || between < 1e-4) {
            return String.format(Locale.ROOT, "%.1e", tick).replace("e-0", "e-").replace("e+0", "e");
        }
        if (size >= 1e5) {
            double unit = size >= 1e9 ? 1e9 : size >= 1e6 ? 1e6 : 1e3;
            return decimal(tick / unit, between / unit) + (unit == 1e9 ? "G" : unit == 1e6 ? "M" : "k");
        }
        return decimal(tick, between);
    }

    private static String decimal(double tick, double step) {
        int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        return String.format(Locale.ROOT, "%." + digits + "f", tick);
    }
}
