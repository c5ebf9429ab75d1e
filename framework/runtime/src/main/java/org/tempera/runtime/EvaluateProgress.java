package org.tempera.runtime;

/** Is told how an evaluation gets on. */
@FunctionalInterface
public interface EvaluateProgress {
    /**
     * So many pictures of so many are done.
     *
     * @param what is done to them, such as {@code scoring by aesthetic}
     */
    void done(String what, int pictures, int all);

    /** A reward gave no score for some pictures. @param problem names the reward, the pictures and the reasons */
    default void failed(String problem) {}
}
