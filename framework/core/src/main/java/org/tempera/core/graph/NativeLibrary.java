package org.tempera.core.graph;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.tensorflow.TensorFlow;

/** TensorFlow's native library, which takes most of a second to load: other work can go on meanwhile. */
public final class NativeLibrary {
    private final CompletableFuture<String> version;

    private NativeLibrary(CompletableFuture<String> version) {
        this.version = version;
    }

    /** Begins to load it in another thread; where it is loaded already there is nothing to do. */
    public static NativeLibrary load() {
        CompletableFuture<String> version = new CompletableFuture<>();
        Thread loader = new Thread(
                () -> {
                    try {
                        version.complete(TensorFlow.version());
                    } catch (Throwable e) {
                        version.completeExceptionally(e);
                    }
                },
                "load-tensorflow");
        loader.setDaemon(true);
        loader.start();
        return new NativeLibrary(version);
    }

    /** Waits until it is loaded; fails as loading failed. */
    public void await() {
        try {
            version.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }
}
