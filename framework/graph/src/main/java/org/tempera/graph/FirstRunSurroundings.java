package org.tempera.graph;

/**
 * What a program does around TensorFlow's first run in its process and the start of a server, when TensorFlow logs what
 * no setting of its own keeps back. A ServiceLoader service, of programs alone: where nobody offers it, as in those
 * that embed Tempera, nothing is run beforehand.
 */
public interface FirstRunSurroundings {
    /**
     * Runs it, with what is to be done before and after. Nothing of this may keep a program from its work: what it
     * throws is dropped.
     *
     * @param run takes some milliseconds, most often
     */
    void around(Runnable run);
}
