package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A configuration key that has no default: a config that leaves it out is refused. The component still needs a value in
 * {@link PluginProvider#defaults}, such as {@code Path.of("")}; it is a stand-in that no plugin is ever made with.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Required {}
