package org.tempera.runtime.sweep;

/** Is told how a sweep goes on, in the thread that runs it. */
public interface SweepListener {
    /** A process of a run has been started. @param what such as {@code begins}, {@code goes on after epoch 3} */
    default void started(SweepChild child, String what) {}

    /** A run is done, has failed, or has stopped. */
    default void ended(ChildStatus status, SweepProgress progress) {}

    /** Why no other run starts for now; told once for each reason. */
    default void waiting(String why) {}

    /** Says what a user should know and what ends nothing. */
    default void warned(String message) {}

    /** Where it is, about once a second. */
    default void progress(SweepProgress progress) {}
}
