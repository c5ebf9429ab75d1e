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
     * Whether the key measures: whether another value may change a reward's scores or the pictures that are drawn. A
     * run cannot go on with another value of such a key, because its evaluations could no longer be compared.
     */
    boolean measures() default true;

    /**
     * Whether an optional key measures only where it is given: one that earlier versions did not know, so that runs
     * that leave it out stay comparable with theirs.
     */
    boolean onlyIfGiven() default false;

    /** A value for examples, where the key has no default, such as {@code models/clip-vit-l-14}. */
    String example() default "";
}
