/** What a plugin does wrong: found where it shows, told with the plugin's class and jar. */
@NullMarked
package org.tempera.core.plugin;

import org.jspecify.annotations.NullMarked;
