package org.tempera.core.graph;

import org.tempera.nn.concurrent.Background;
import org.tensorflow.TensorFlow;

/** TensorFlow's native library, which takes most of a second to load: other work can go on meanwhile. */
public final class NativeLibrary {
    private final Background<String> version;

    private NativeLibrary(Background<String> version) {
        this.version = version;
    }

    /** Begins to load it in another thread; where it is loaded already there is nothing to do. */
    public static NativeLibrary load() {
        return new NativeLibrary(Background.start("load-tensorflow", TensorFlow::version));
    }

    /** Waits until it is loaded; fails as loading failed. */
    public void await() {
        version.get();
    }
}
