package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** One or two sentences on a configuration key: what it does, its unit and its range. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {
    String value();

    /**
     * Whether another value may change what is measured: a reward's scores, or the pictures that are drawn. A run cannot go
     * on with another value, for its evaluations could no longer be compared; where this is false, it can.
     */
    boolean measures() default true;

    /** A value that stands for it in examples, for a key that has no default, such as {@code models/clip-vit-l-14}. */
    String example() default "";
}
