package org.tempera.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A configuration key whose value is for the plugin alone, such as a token, a number or the path of a file
 * of keys. It reads {@code ***} wherever the configuration is shown or written (the command, a run's config.conf and
 * report, provenance), and it is left out of messages. The user gives it anew when a run is resumed. Passwords and
 * parameters of addresses ({@code http://user:password@host/?token=...}) are left out without this annotation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Secret {}
