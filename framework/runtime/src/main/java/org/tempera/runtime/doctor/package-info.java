/**
 * What a machine lacks for training: {@link org.tempera.runtime.doctor.Doctor} looks at Java, TensorFlow's native
 * library, processor, memory, disk, GPU and the workers that the environment names, and says what to do. It loads
 * TensorFlow in a process of its own.
 */
@NullMarked
package org.tempera.runtime.doctor;

import org.jspecify.annotations.NullMarked;
