package org.tempera.graph;

import org.tempera.base.concurrent.Background;
import org.tempera.spi.UserException;
import org.tensorflow.TensorFlow;

/** TensorFlow's native library, which takes most of a second to load: other work can go on meanwhile. */
public final class NativeLibrary {
    private final Background<String> version;

    private NativeLibrary(Background<String> version) {
        this.version = version;
    }

    /**
     * Begins to load it in another thread; where it is loaded already there is nothing to do.
     *
     * @throws UserException if the process may not have the addresses that it takes
     */
    public static NativeLibrary load() {
        AddressSpace.require(); // now, for whatever goes on meanwhile would end where there are none left
        return new NativeLibrary(Background.start("load-tensorflow", NativeLibrary::require));
    }

    /** Waits until it is loaded; fails as loading failed. */
    public void await() {
        version.get();
    }

    /**
     * Loads it where it is not loaded yet, and gives its version. Everything of TensorFlow's comes after this.
     *
     * @throws UserException if it cannot be unpacked or loaded: which folder, why, and what to do
     */
    static String require() {
        NativeCache.choose();
        AddressSpace.require();
        try {
            return NativeCache.loading(TensorFlow::version);
        } catch (LinkageError e) {
            throw NativeCache.failure(e);
        }
    }
}
