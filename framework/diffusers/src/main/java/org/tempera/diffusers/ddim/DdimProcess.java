package org.tempera.diffusers.ddim;

import java.util.List;
import java.util.Locale;
import org.tempera.nn.diffusion.Coefficients;
import org.tempera.spi.UserException;
import org.tempera.spi.graph.GraphScope;
import org.tempera.spi.policy.NoiseProcess;
import org.tempera.spi.policy.Trajectory;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/**
 * DDIM (Song et al., 2020, eq. 12 and 16) and its kin: where a step leads, and how much noise it adds, is the {@link
 * Scheduler}'s. The mean is linear in the latent and the network's output, but for thresholding, so a row of
 * coefficients says all.
 */
public final class DdimProcess implements NoiseProcess {
    private static final double COSINE_OFFSET = 0.008;
    private static final double MAX_BETA = 0.999;

    /** What Euler's scheduler takes for a last alpha of zero, since its scale divides by the root of it. */
    private static final float EULERS_LAST_ALPHA = 0x1p-24f;

    /** Where the standard deviation stands in a row of coefficients. */
    private static final int DEVIATION = 6;

    private final DdimConfig config;
    private final List<Integer> listed;
    private final float[] alphas;
    private final float finalAlpha;

    /** The process at the timesteps that its scheduler visits. */
    public DdimProcess(DdimConfig config) {
        this(config, List.of());
    }

    /**
     * The process at given timesteps.
     *
     * @param timesteps that steps start from, falling; each step then leads to the next. Empty for the scheduler's own
     * @throws UserException if the model has not as many training timesteps
     */
    public DdimProcess(DdimConfig config, List<Integer> timesteps) {
        this.config = config;
        this.listed = List.copyOf(timesteps);
        if (!listed.isEmpty()) {
            requireTimestep(listed.get(0));
        }
        float[] betas = betas(config);
        this.alphas = config.zeroTerminalSnr() ? products(rescaled(products(betas))) : products(betas);
        if (config.zeroTerminalSnr() && config.scheduler() instanceof Scheduler.Euler) {
            alphas[alphas.length - 1] = EULERS_LAST_ALPHA;
        }
        this.finalAlpha = config.alphaOneAtEnd() ? 1 : alphas[0];
    }

    /**
     * In single precision, as the reference: where alpha is near one, the last bits of {@code 1 - alpha} show in the
     * standard deviation.
     */
    private static float[] betas(DdimConfig c) {
        int n = c.trainTimesteps();
        float[] betas = new float[n];
        if (!c.trainedBetas().isEmpty()) {
            for (int i = 0; i < n; i++) {
                betas[i] = c.trainedBetas().get(i).floatValue();
            }
            return betas;
        }
        for (int i = 0; i < n; i++) {
            betas[i] = switch (c.schedule()) {
                case LINEAR -> linear((float) c.betaStart(), (float) c.betaEnd(), i, n);
                case SCALED_LINEAR ->
                    square(linear((float) Math.sqrt(c.betaStart()), (float) Math.sqrt(c.betaEnd()), i, n));
                case SQUAREDCOS_CAP_V2 ->
                    (float) Math.min(1 - cosine((i + 1.0) / n) / cosine((double) i / n), MAX_BETA);
            };
        }
        return betas;
    }

    private static float linear(float start, float end, int i, int n) {
        if (n == 1) {
            return start;
        }
        float step = (end - start) / (n - 1);
        // Rounded once, as the reference: after a rescaling to a terminal SNR of zero the last bits decide.
        return i < n / 2 ? Math.fma(step, i, start) : Math.fma(-step, n - 1 - i, end);
    }

    private static double cosine(double t) {
        double c = Math.cos((t + COSINE_OFFSET) / (1 + COSINE_OFFSET) * Math.PI / 2);
        return c * c;
    }

    private static float square(float x) {
        return x * x;
    }

    private static float[] products(float[] betas) {
        float[] alphas = new float[betas.length];
        double product = 1;
        for (int i = 0; i < betas.length; i++) {
            product *= 1 - betas[i];
            alphas[i] = (float) product;
        }
        return alphas;
    }

    /**
     * Betas whose last alpha is zero (Lin et al., 2024, algorithm 1): the square roots of the alphas are shifted and
     * scaled so that the first stays.
     */
    private static float[] rescaled(float[] alphas) {
        int n = alphas.length;
        float first = (float) Math.sqrt(alphas[0]);
        float last = (float) Math.sqrt(alphas[n - 1]);
        float[] betas = new float[n];
        float before = 1;
        for (int i = 0; i < n; i++) {
            float alpha = square(((float) Math.sqrt(alphas[i]) - last) * (first / (first - last)));
            betas[i] = 1 - alpha / before;
            before = alpha;
        }
        return betas;
    }

    @Override
    public int trainTimesteps() {
        return config.trainTimesteps();
    }

    /** Timesteps that sampling visits, from the noisiest on. */
    int[] timesteps(int steps) {
        int n = requireSteps(steps);
        if (!listed.isEmpty()) {
            if (steps != listed.size()) {
                throw new UserException("steps must be " + listed.size() + ", as many as there are timesteps given, "
                        + listed + ", was " + steps);
            }
            return listed.stream().mapToInt(Integer::intValue).toArray();
        }
        if (config.scheduler() instanceof Scheduler.Lcm lcm) {
            return picked(steps, lcm.originalSteps());
        }
        if (config.spacing() == DdimConfig.Spacing.LEADING && first(steps) >= n) {
            throw new UserException("steps must be fewer than " + steps + " for this model: its timestep_spacing is"
                    + " leading and its steps_offset " + config.stepsOffset() + ", so that " + steps
                    + " steps begin at timestep " + first(steps) + ", and the last of its " + n + " is " + (n - 1)
                    + ". Take " + most(steps) + " steps, or fewer.");
        }
        int[] t = new int[steps];
        for (int i = 0; i < steps; i++) {
            int fromEnd = steps - 1 - i;
            t[i] = switch (config.spacing()) {
                case LEADING -> fromEnd * (n / steps) + config.stepsOffset();
                case TRAILING -> (int) Math.rint(n - i * ((double) n / steps)) - 1;
                case LINSPACE -> steps == 1 ? 0 : (int) Math.rint((double) fromEnd * (n - 1) / (steps - 1));
            };
        }
        return t;
    }

    /** Timesteps about evenly spaced among those of a schedule of more steps, the first being its own. */
    private int[] picked(int steps, int original) {
        if (steps > original) {
            throw new UserException("steps must be at most " + original + " for this model, was " + steps
                    + ": timesteps are picked from the " + original + " that it was distilled on"
                    + " (original_inference_steps). It is made for few steps; take 4 or so.");
        }
        int[] t = new int[steps];
        for (int i = 0; i < steps; i++) {
            int place = (int) (i * ((double) original / steps));
            t[i] = (original - place) * (config.trainTimesteps() / original) - 1;
        }
        return t;
    }

    /** The first timestep under {@link DdimConfig.Spacing#LEADING}. */
    private int first(int steps) {
        return (steps - 1) * (config.trainTimesteps() / steps) + config.stepsOffset();
    }

    /** The largest count of steps, below one that begins beyond the last timestep, that does not. */
    private int most(int steps) {
        int fewer = steps - 1;
        while (fewer > 1 && first(fewer) >= config.trainTimesteps()) {
            fewer--;
        }
        return fewer;
    }

    /** Signal's share of the variance at a timestep; below zero, of the last step's goal. */
    public float alpha(int timestep) {
        if (timestep >= alphas.length) {
            throw new UserException(
                    "timestep " + timestep + " is beyond the model's " + alphas.length + " training timesteps");
        }
        return timestep < 0 ? finalAlpha : alphas[timestep];
    }

    @Override
    public Trajectory trajectory(int steps, double eta) {
        int[] visited = timesteps(steps);
        float[] timesteps = new float[steps];
        float[][] rows = new float[steps][];
        boolean[] stochastic = new boolean[steps];
        for (int i = 0; i < steps; i++) {
            timesteps[i] = visited[i];
            rows[i] = config.scheduler() instanceof Scheduler.Ddim && listed.isEmpty()
                    ? coefficients(visited[i], steps, eta)
                    : row(visited[i], toNext(visited, i, eta));
            stochastic[i] = rows[i][DEVIATION] > 0;
        }
        return new Trajectory(timesteps, rows, stochastic, initialDeviation(visited[0]));
    }

    /** Euler's scheduler begins with as much noise as there is at the first timestep, the others with nothing else. */
    private double initialDeviation(int timestep) {
        if (!(config.scheduler() instanceof Scheduler.Euler)) {
            return 1;
        }
        double noise = Math.sqrt(1 - (double) alpha(timestep));
        if (!(noise > 0)) {
            throw new UserException("the model's scheduler cannot begin at timestep " + timestep
                    + ": its betas add no noise until there. Mend beta_start, beta_end or trained_betas in the model's"
                    + " scheduler_config.json.");
        }
        return noise;
    }

    /**
     * Where a step leads.
     *
     * @param signal part of the clean latent that the network's output implies
     * @param direction part of the noise that it implies
     * @param latent part of the latent itself
     * @param deviation standard deviation of the noise that is added
     */
    private record Goal(double signal, double direction, double latent, double deviation) {}

    /** To the timestep that the next step starts from, and from the last one to the clean latent, or DDIM's last. */
    private Goal toNext(int[] visited, int step, double eta) {
        requireStep(visited[step], visited.length, eta);
        float last = config.scheduler() instanceof Scheduler.Ddim ? finalAlpha : 1;
        float next = step + 1 < visited.length ? alpha(visited[step + 1]) : last;
        if (config.scheduler() instanceof Scheduler.Lcm lcm) {
            double signal = Math.sqrt(next);
            double noise = Math.sqrt(1 - (double) next);
            return new Goal(
                    signal * lcm.out(visited[step]),
                    noise * Math.sqrt(1 - eta * eta),
                    signal * lcm.skip(visited[step]),
                    noise * eta);
        }
        return ddims(next, deviation(alpha(visited[step]), next, eta));
    }

    private static Goal ddims(float alpha, double deviation) {
        // In single precision, as the reference: at eta 1 next to nothing is left but its last bits.
        double direction = Math.sqrt(Math.max(0f, 1 - alpha - square((float) deviation)));
        return new Goal(Math.sqrt(alpha), direction, 0, deviation);
    }

    @Override
    public int coefficientCount() {
        return DEVIATION + 1;
    }

    /**
     * The row of DDIM's step from any timestep: the clean latent's parts of latent and output, the noise's parts of
     * latent and output, the mean's parts of clean latent and noise, and the standard deviation.
     *
     * @throws UserException if the schedule divides by zero there
     */
    public float[] coefficients(int timestep, int steps, double eta) {
        requireStep(timestep, steps, eta);
        return row(
                timestep,
                ddims(alpha(timestep - config.trainTimesteps() / steps), standardDeviation(timestep, steps, eta)));
    }

    private float[] row(int timestep, Goal goal) {
        double a = alpha(timestep);
        double signal = Math.sqrt(a);
        double noise = Math.sqrt(1 - a);
        double[] row = new double[coefficientCount()];
        switch (config.prediction()) {
            case EPSILON -> fill(row, 1 / signal, -noise / signal, 0, 1);
            case SAMPLE -> fill(row, 0, 1, 1 / noise, -signal / noise);
            case V_PREDICTION -> fill(row, signal, -noise, noise, signal);
        }
        // The latent is the clean one and noise in their parts.
        row[4] = goal.signal() + goal.latent() * signal;
        row[5] = goal.direction() + goal.latent() * noise;
        row[DEVIATION] = goal.deviation();
        float[] result = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            result[i] = (float) row[i];
            if (!Float.isFinite(result[i])) {
                throw new UserException("the model's scheduler cannot make a step at timestep " + timestep
                        + ": what its betas leave of the picture there is " + alpha(timestep)
                        + " of the variance, and a prediction_type of "
                        + config.prediction().name().toLowerCase(Locale.ROOT)
                        + " divides by zero. Take another number of steps, or mend prediction_type,"
                        + " rescale_betas_zero_snr, beta_start, beta_end or trained_betas in the model's"
                        + " scheduler_config.json.");
            }
        }
        return result;
    }

    private void requireStep(int timestep, int steps, double eta) {
        requireSteps(steps);
        requireTimestep(timestep);
        if (!(eta >= 0)) {
            throw new UserException("eta must be at least 0, was " + eta);
        }
    }

    /** The model's training timesteps, of which no more are sampled than there are. */
    private int requireSteps(int steps) {
        int n = config.trainTimesteps();
        if (steps < 1 || steps > n) {
            throw new UserException(
                    "steps must be at least 1 and at most the model's " + n + " training timesteps, was " + steps);
        }
        return n;
    }

    private void requireTimestep(int timestep) {
        int n = config.trainTimesteps();
        if (timestep < 0 || timestep >= n) {
            throw new UserException("timestep must be 0 to " + (n - 1) + " for this model, was " + timestep);
        }
    }

    private static void fill(double[] row, double... values) {
        System.arraycopy(values, 0, row, 0, values.length);
    }

    /** Standard deviation of the step from a timestep, for each entry of the latent. */
    double standardDeviation(int timestep, int steps, double eta) {
        return deviation(alpha(timestep), alpha(timestep - config.trainTimesteps() / steps), eta);
    }

    private static double deviation(float a, float previous, double eta) {
        float variance = (1 - previous) / (1 - a) * (1 - a / previous);
        return (float) eta * (float) Math.sqrt(Math.max(0, variance));
    }

    @Override
    public Transition transition(
            GraphScope scope, Operand<TFloat32> latents, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        Ops tf = scope.tf();
        List<Operand<TFloat32>> c = Coefficients.columns(tf, coefficients, coefficientCount());
        Operand<TFloat32> clean = Coefficients.sum(tf, c.get(0), latents, c.get(1), output);
        if (config.prediction() == DdimConfig.Prediction.SAMPLE) {
            clean = output;
        }
        Operand<TFloat32> noise = config.prediction() == DdimConfig.Prediction.EPSILON
                ? output
                : Coefficients.sum(tf, c.get(2), latents, c.get(3), output);
        if (config.thresholding().isPresent()) {
            clean = config.thresholding().get().apply(tf, clean);
        }
        return new Transition(Coefficients.sum(tf, c.get(4), clean, c.get(5), noise), c.get(DEVIATION), clean);
    }

    @Override
    public int forwardCoefficientCount() {
        return 5;
    }

    /**
     * {@inheritDoc}
     *
     * <p>The row is: the noisy latent's parts of clean latent and noise, the clean latent's parts of noisy latent and
     * output, and the ratio of their variances.
     *
     * @throws UserException if the timestep is no whole number of the model's
     */
    @Override
    public float[] forwardCoefficients(double timestep) {
        int whole = (int) timestep;
        if (whole != timestep) {
            throw new UserException("timestep must be a whole number for this model, was " + timestep);
        }
        requireTimestep(whole);
        double a = alpha(whole);
        double signal = Math.sqrt(a);
        double noise = Math.sqrt(1 - a);
        double[] row = {signal, noise, 0, 1, a / (1 - a)};
        switch (config.prediction()) {
            case EPSILON -> {
                row[2] = 1 / signal;
                row[3] = -noise / signal;
            }
            case V_PREDICTION -> {
                row[2] = signal;
                row[3] = -noise;
            }
            case SAMPLE -> {}
        }
        float[] result = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            result[i] = (float) row[i];
        }
        return result;
    }

    @Override
    public Forward diffuse(
            GraphScope scope, Operand<TFloat32> clean, Operand<TFloat32> noise, Operand<TFloat32> coefficients) {
        Ops tf = scope.tf();
        List<Operand<TFloat32>> c = Coefficients.columns(tf, coefficients, forwardCoefficientCount());
        Operand<TFloat32> noisy = Coefficients.sum(tf, c.get(0), clean, c.get(1), noise);
        Operand<TFloat32> target =
                switch (config.prediction()) {
                    case EPSILON -> noise;
                    case SAMPLE -> clean;
                    case V_PREDICTION -> tf.math.sub(tf.math.mul(c.get(0), noise), tf.math.mul(c.get(1), clean));
                };
        int rows = org.tempera.nn.layers.Forward.sizes(clean)[0];
        return new Forward(noisy, target, tf.reshape(c.get(4), tf.constant(new int[] {rows})));
    }

    @Override
    public Operand<TFloat32> clean(
            GraphScope scope, Operand<TFloat32> noisy, Operand<TFloat32> output, Operand<TFloat32> coefficients) {
        if (config.prediction() == DdimConfig.Prediction.SAMPLE) {
            return output;
        }
        List<Operand<TFloat32>> c = Coefficients.columns(scope.tf(), coefficients, forwardCoefficientCount());
        return Coefficients.sum(scope.tf(), c.get(2), noisy, c.get(3), output);
    }
}
