package org.tempera.runtime.doctor;

import java.util.List;

/**
 * A library of NVIDIA's that TensorFlow's build for GPUs opens by name while it runs, so that no ELF file lists it.
 *
 * @param soname as TensorFlow asks for it
 * @param wheel the PyPI package that has it
 * @param version the wheel's version that TensorFlow was built with
 * @param purpose what it is for
 */
record CudaLibrary(String soname, String wheel, String version, String purpose) {
    /** The least version of cuDNN 9 that TensorFlow takes: that which it was built with. */
    static final String LEAST_CUDNN = "9.3";

    /**
     * Those of TensorFlow 2.18: CUDA 12.5.1 and cuDNN 9.3. They are what its
     * {@code DsoLoader::TryDlopenCUDALibraries} opens before any GPU; names and versions stand in its code, not in its
     * tables. The wheels are those of its package's extra {@code and-cuda}.
     */
    static final List<CudaLibrary> OF_TENSORFLOW_2_18 = List.of(
            new CudaLibrary("libcudart.so.12", "nvidia-cuda-runtime-cu12", "12.5.82", "CUDA's runtime"),
            new CudaLibrary("libcublas.so.12", "nvidia-cublas-cu12", "12.5.3.2", "products of matrices"),
            new CudaLibrary("libcublasLt.so.12", "nvidia-cublas-cu12", "12.5.3.2", "products of matrices"),
            new CudaLibrary("libcufft.so.11", "nvidia-cufft-cu12", "11.2.3.61", "Fourier transforms"),
            new CudaLibrary("libcusolver.so.11", "nvidia-cusolver-cu12", "11.6.3.83", "linear algebra"),
            new CudaLibrary("libcusparse.so.12", "nvidia-cusparse-cu12", "12.5.1.3", "sparse matrices"),
            new CudaLibrary("libcudnn.so.9", "nvidia-cudnn-cu12", "9.3.0.75", "convolutions"));

    /** What the libraries above need in turn, where that has a wheel of its own. */
    static final List<CudaLibrary> BELOW =
            List.of(new CudaLibrary("libnvJitLink.so.12", "nvidia-nvjitlink-cu12", "12.5.82", "CUDA's linker"));

    /** What cuDNN 9 opens when it is first used; they lie beside it. */
    static final List<String> PARTS_OF_CUDNN = List.of(
            "libcudnn_graph.so.9",
            "libcudnn_ops.so.9",
            "libcudnn_cnn.so.9",
            "libcudnn_adv.so.9",
            "libcudnn_heuristic.so.9",
            "libcudnn_engines_precompiled.so.9",
            "libcudnn_engines_runtime_compiled.so.9");

    /** As pip takes it. */
    String requirement() {
        return wheel + "==" + version;
    }
}
