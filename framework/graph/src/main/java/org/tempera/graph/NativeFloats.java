package org.tempera.graph;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.tensorflow.ndarray.buffer.DataStorageVisitor;
import org.tensorflow.types.TFloat32;

/** A tensor's native memory as a buffer, which large values are written to without an array in between. */
final class NativeFloats {
    private NativeFloats() {}

    /** The tensor's numbers in row-major order; must not be used once the tensor is closed. */
    static FloatBuffer of(TFloat32 tensor) {
        long size = tensor.shape().size();
        if (size == 0) {
            return FloatBuffer.allocate(0);
        }
        return tensor.asRawTensor().data().asFloats().accept(new DataStorageVisitor<FloatBuffer>() {
            @Override
            public FloatBuffer visit(FloatBuffer buffer) {
                return buffer.duplicate();
            }

            @Override
            public FloatBuffer visit(long address, long length, long scale) {
                return new Memory(address, size).asBuffer();
            }

            @Override
            public FloatBuffer fallback() {
                throw new IllegalStateException("the values of " + tensor.shape() + " do not lie in native memory");
            }
        });
    }

    /** Memory of another owner: nothing is freed with it. */
    private static final class Memory extends FloatPointer {
        Memory(long address, long numbers) {
            super((Pointer) null);
            this.address = address;
            limit(numbers);
            capacity(numbers);
        }
    }
}
