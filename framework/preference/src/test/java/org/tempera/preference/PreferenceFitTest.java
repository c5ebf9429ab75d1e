package org.tempera.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.tempera.base.random.StatelessRandom;
import org.testng.annotations.Test;

public class PreferenceFitTest {
    private static final double[] TRUTH = {3, -2, 0, 1, 0, 4, -1, 0.5};

    @Test
    public void slopeOfThePenalisedLossIsZeroAtTheFit() {
        Simulated s = Simulated.of(200, 400);
        List<double[]> differences = s.differences();
        for (int i = 0; i < 20; i++) {
            s.chosen[i] = 0.5;
        }
        double[] w = BradleyTerry.fit(differences, s.chosen, 0.7);
        for (int k = 0; k < w.length; k++) {
            double slope = 0.7 * w[k];
            for (int i = 0; i < s.chosen.length; i++) {
                double[] d = differences.get(i);
                slope += (BradleyTerry.probability(BradleyTerry.dot(w, d)) - s.chosen[i]) * d[k];
            }
            assertThat(slope).isCloseTo(0, within(1e-8));
        }
        assertThat(BradleyTerry.fit(differences, s.chosen, 0.7)).isEqualTo(w);
    }

    @Test
    public void separableChoicesHaveAFiniteFit() {
        double[] w = BradleyTerry.fit(List.of(new double[] {1, 0}, new double[] {2, 0}), new double[] {1, 1}, 1e-3);
        assertThat(w[0]).isBetween(2.0, 100.0);
        assertThat(w[1]).isEqualTo(0);
    }

    @Test
    public void findsWhatTheChoicesWereMadeBy() {
        Simulated s = Simulated.of(4000, 8000);
        PreferenceFit fit =
                PreferenceFit.of(s.first, s.second, s.rows, s.chosen, new PreferenceFit.Options(0.25, 0, 3));
        assertThat(fit.apart()).isTrue();
        assertThat(fit.fitted()).isEqualTo(3000);
        double cosine = BradleyTerry.dot(fit.weight(), TRUTH)
                / Math.sqrt(BradleyTerry.dot(fit.weight(), fit.weight()) * BradleyTerry.dot(TRUTH, TRUTH));
        assertThat(cosine).isGreaterThan(0.97);
        Reliability r = fit.heldOut();
        assertThat(r.choices()).isEqualTo(1000);
        assertThat(r.lower()).isLessThan(r.accuracy()).isGreaterThan(0.7);
        assertThat(r.logLoss()).isLessThan(0.55);
        assertThat(r.calibrationError()).isLessThan(0.06);
    }

    @Test
    public void choicesAtRandomAreNotPredicted() {
        Simulated s = Simulated.of(1000, 2000);
        StatelessRandom coin = StatelessRandom.of(9);
        for (int i = 0; i < s.chosen.length; i++) {
            s.chosen[i] = coin.nextInt(2);
        }
        Reliability r = PreferenceFit.of(s.first, s.second, s.rows, s.chosen, new PreferenceFit.Options(0.5, 0, 3))
                .heldOut();
        assertThat(r.lower()).isLessThan(0.5);
        assertThat(r.upper()).isGreaterThan(0.5);
    }

    @Test
    public void choicesThatShareAPictureStayTogether() {
        // Every picture is in four choices; with apart, none may be on both sides: groups of 10 pictures.
        Simulated s = Simulated.of(400, 200);
        for (int i = 0; i < 400; i++) {
            int group = i / 20;
            s.first[i] = group * 10 + i % 10;
            s.second[i] = group * 10 + (i + 1 + i % 3) % 10;
        }
        PreferenceFit fit = PreferenceFit.of(s.first, s.second, s.rows, s.chosen, new PreferenceFit.Options(0.2, 1, 3));
        assertThat(fit.apart()).isTrue();
        assertThat(fit.fitted() % 20).isEqualTo(0);
        Simulated tangled = Simulated.of(400, 50);
        assertThat(PreferenceFit.of(
                                tangled.first,
                                tangled.second,
                                tangled.rows,
                                tangled.chosen,
                                new PreferenceFit.Options(0.2, 1, 3))
                        .apart())
                .isFalse();
    }

    @Test
    public void reliabilityCountsByConfidence() {
        // Log-odds of probabilities .5+, .73 and .95; one of the two at .95 is wrong; a tie counts for the loss alone.
        Reliability r = Reliability.of(new double[] {0.01, -1, 3, -3, 3}, new double[] {1, 0, 1, 1, 0.5});
        assertThat(r.choices()).isEqualTo(4);
        assertThat(r.ties()).isEqualTo(1);
        assertThat(r.accuracy()).isEqualTo(0.75);
        assertThat(r.bins()).hasSize(3);
        assertThat(r.bins().get(2).accuracy()).isEqualTo(0.5);
        double error = (1 - 0.50249998) / 4 + (1 - 0.73105858) / 4 + (0.95257413 - 0.5) / 2;
        assertThat(r.calibrationError()).isCloseTo(error, within(1e-6));
        // Wilson's interval of 3 of 4, as R's prop.test without correction prints it.
        assertThat(r.lower()).isCloseTo(0.3006, within(1e-3));
        assertThat(r.upper()).isCloseTo(0.9544, within(1e-3));
    }

    /** Pictures with unit-length rows, and choices of pairs by the true strengths. */
    private static final class Simulated {
        final int[] first;
        final int[] second;
        final float[][] rows;
        final double[] chosen;

        private Simulated(int choices, int pictures) {
            first = new int[choices];
            second = new int[choices];
            rows = new float[pictures][TRUTH.length];
            chosen = new double[choices];
        }

        static Simulated of(int choices, int pictures) {
            Simulated s = new Simulated(choices, pictures);
            StatelessRandom random = StatelessRandom.of(5, choices);
            for (float[] row : s.rows) {
                random.fillGaussian(row, 0, row.length);
                double length = 0;
                for (float x : row) {
                    length += x * x;
                }
                for (int k = 0; k < row.length; k++) {
                    row[k] /= (float) Math.sqrt(length);
                }
            }
            for (int i = 0; i < choices; i++) {
                s.first[i] = 2 * i % pictures;
                s.second[i] = 2 * i < pictures ? 2 * i + 1 : (2 * i + 1 + random.nextInt(pictures - 2)) % pictures;
                double strength = 0;
                for (int k = 0; k < TRUTH.length; k++) {
                    strength += TRUTH[k] * (s.rows[s.first[i]][k] - s.rows[s.second[i]][k]);
                }
                s.chosen[i] = random.nextDouble() < BradleyTerry.probability(strength) ? 1 : 0;
            }
            return s;
        }

        List<double[]> differences() {
            List<double[]> all = new ArrayList<>();
            for (int i = 0; i < first.length; i++) {
                double[] d = new double[TRUTH.length];
                for (int k = 0; k < d.length; k++) {
                    d[k] = rows[first[i]][k] - rows[second[i]][k];
                }
                all.add(d);
            }
            return all;
        }
    }
}
