package org.tempera.cli;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.ObjIntConsumer;
import java.util.stream.Stream;
import org.tempera.runtime.ExitCode;

/**
 * What Ctrl-C, a terminal that is closed, or a system that asks the process to end, does. While a run is open: the
 * first time the run is asked to stop. The second time that a person (INT) or a system (TERM) says so, the JVM ends at
 * once, without hooks, for these may wait for the run; but not where it follows the first at once, for some programs
 * ({@code timeout}) send a signal to the process and to its group. The other signals announce an end that comes anyway,
 * some of them more than once: they never cut short what is being saved. Otherwise all end the process at once.
 */
final class Interrupts implements AutoCloseable {
    /** Signals that end the process the second time. */
    private static final Set<String> INSISTENT = Set.of("INT", "TERM");

    /** The other signals by which terminals (HUP) and batch systems announce the end; not every system has each. */
    private static final Set<String> ANNOUNCING = Set.of("HUP", "USR1", "USR2", "XCPU");

    /** Set to another signal's number, it leaves USR2 free, which HotSpot needs for itself otherwise. */
    private static final String SIGNAL_OF_HOTSPOT = "_JAVA_SR_SIGNUM";

    /** What comes this soon after the first is the same request. */
    private static final long ONE_SIGNAL_NANOS = 500_000_000;

    private static final long NEVER = Long.MIN_VALUE;

    private static final String HANGUP = "HUP";
    private static final int HANGUP_NUMBER = 1;

    private final Runnable stop;
    private final Runnable last;
    private final ObjIntConsumer<String> halt;
    private final LongSupplier nanoTime;
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicLong insisted = new AtomicLong(NEVER);
    private final Map<Object, Object> replaced = new LinkedHashMap<>();

    Interrupts(Runnable stop, Runnable last, ObjIntConsumer<String> halt, LongSupplier nanoTime) {
        this.stop = stop;
        this.last = last;
        this.halt = halt;
        this.nanoTime = nanoTime;
    }

    /**
     * Handles signals until closed.
     *
     * @param stop asks the run to stop; called at most once, from another thread
     * @param last has the last word before the JVM is ended at once
     */
    static Interrupts handle(Runnable stop, Runnable last) {
        Interrupts interrupts = new Interrupts(stop, last, Interrupts::die, System::nanoTime);
        INSISTENT.forEach(interrupts::install);
        ANNOUNCING.stream()
                .filter(name -> !name.equals("USR2") || System.getenv(SIGNAL_OF_HOTSPOT) != null)
                .forEach(interrupts::install);
        return interrupts;
    }

    /** A signal has come. */
    void arrived(String name, int number) {
        long now = nanoTime.getAsLong();
        long before = INSISTENT.contains(name) ? insisted.compareAndExchange(NEVER, now) : NEVER;
        boolean again = before != NEVER && now - before > ONE_SIGNAL_NANOS;
        if (first.compareAndSet(0, number)) {
            stop.run();
        } else if (again) {
            try {
                last.run();
            } finally {
                halt.accept(name, ExitCode.ofSignal(number).code());
            }
        }
    }

    /** What a shell gives a program that the signal ended; 0 if none came. */
    int exitCode() {
        return first.get() == 0 ? 0 : ExitCode.ofSignal(first.get()).code();
    }

    /**
     * Lets signals end the process from now on as if it were no JVM: at once, without hooks and native destructors,
     * which would take TensorFlow down under its own threads and end in a crash. {@link Runtime#halt} runs these
     * destructors too.
     */
    static void endAtOnce() {
        Stream.concat(INSISTENT.stream(), Stream.of("HUP")).forEach(Interrupts::giveToTheSystem);
    }

    /** What the end of the standard input is, where it is watched: as of a terminal that is closed. */
    void hangUp() {
        arrived(HANGUP, HANGUP_NUMBER);
    }

    /** The same for a command that has nothing to save: the process ends at once. */
    static void hangUpAtOnce() {
        die(HANGUP, ExitCode.ofSignal(HANGUP_NUMBER).code());
    }

    private static void die(String name, int code) {
        giveToTheSystem(name).ifPresent(Interrupts::raise);
        Runtime.getRuntime().halt(code);
    }

    private static Optional<Object> giveToTheSystem(String name) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            Object system = handlerType.getField("SIG_DFL").get(null);
            signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, system);
            return Optional.of(signal);
        } catch (ReflectiveOperationException e) {
            return Optional.empty(); // such as -Xrs, where it is the system's already
        }
    }

    private static void raise(Object signal) {
        try {
            signal.getClass().getMethod("raise", signal.getClass()).invoke(null, signal);
            // The signal ends the process from another thread; going on would halt the JVM first, with its destructors.
            Thread.sleep(1_000);
        } catch (ReflectiveOperationException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By reflection: the class is the JDK's, but no part of Java. Without it a signal ends the JVM at once. */
    private void install(String name) {
        try {
            Class<?> signalType = Class.forName("sun.misc.Signal");
            Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            int number = (Integer) signalType.getMethod("getNumber").invoke(signal);
            Object handler = Proxy.newProxyInstance(
                    Interrupts.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            arrived(name, number);
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(proxy);
                            case "equals" -> proxy == arguments[0];
                            default -> "Interrupts";
                        };
                    });
            replaced.put(
                    signal,
                    signalType.getMethod("handle", signalType, handlerType).invoke(null, signal, handler));
        } catch (ReflectiveOperationException | RuntimeException e) {
            // Such as -Xrs, or another JVM: the run is then ended as the system does it.
            if (e instanceof InvocationTargetException || e instanceof ClassNotFoundException) {
                return;
            }
            throw new IllegalStateException("cannot handle the signal " + name, e);
        }
    }

    @Override
    public void close() {
        replaced.forEach((signal, handler) -> {
            try {
                Class<?> signalType = signal.getClass();
                signalType
                        .getMethod("handle", signalType, Class.forName("sun.misc.SignalHandler"))
                        .invoke(null, signal, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("cannot give the signals back", e);
            }
        });
    }
}
