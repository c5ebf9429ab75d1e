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

    /** Something to know of the numbers, such as that a reward gave no score, or that prompts are read in part. */
    default void warning(String what) {}
}
