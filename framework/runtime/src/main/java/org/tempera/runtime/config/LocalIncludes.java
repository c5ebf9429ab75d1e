package org.tempera.runtime.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tempera.base.files.FoundPath;
import org.tempera.base.files.IoReason;
import org.tempera.base.text.BoundedFile;
import org.tempera.base.text.Utf8Lines;
import org.tempera.spi.UserException;

/**
 * What {@code include} may do in a configuration: read a file, and so many of them. The library's own would open
 * network connections and search the class path; a configuration may be a run folder's, which is anyone's.
 */
final class LocalIncludes implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {
    /** The longest file, a hundred times what is usual. */
    static final int MAX_BYTES = 1 << 18;

    private static final int MAX_FILES = 100;
    private static final List<String> ENDINGS = List.of("", ".conf", ".json", ".properties");

    private final String where;
    private final Budget budget;
    private final @Nullable ConfigIncluder files;

    private LocalIncludes(String where, Budget budget, @Nullable ConfigIncluder files) {
        this.where = where;
        this.budget = budget;
        this.files = files;
    }

    /** How many files are still read for one configuration. */
    private static final class Budget {
        private final int most;
        private int files;
        private long bytes = 4L * MAX_BYTES;

        Budget(int files) {
            this.most = files;
            this.files = files;
        }
    }

    /** For one reading of a configuration. */
    static LocalIncludes of(Path file) {
        return new LocalIncludes(file.toString(), new Budget(MAX_FILES), null);
    }

    /** For a place where nothing is included. */
    static LocalIncludes none(String where) {
        return new LocalIncludes(where, new Budget(0), null);
    }

    /** The library hands over its own, which reads the files. */
    @Override
    public ConfigIncluder withFallback(ConfigIncluder fallback) {
        return new LocalIncludes(where, budget, fallback);
    }

    @Override
    public ConfigObject include(ConfigIncludeContext context, String what) {
        if (what.matches("(?s)[A-Za-z][A-Za-z0-9+.-]+:.*")) {
            throw refused(what);
        }
        admit(what);
        for (String ending : ENDINGS) {
            @Nullable ConfigParseable named = context.relativeTo(what + ending);
            @Nullable String file = named == null ? null : named.origin().filename();
            if (file != null) {
                requireFile(file);
            }
        }
        return library().include(context, what);
    }

    @Override
    public ConfigObject includeFile(ConfigIncludeContext context, File what) {
        admit(what.toString());
        for (String ending : ENDINGS) {
            requireFile(what + ending);
        }
        if (library() instanceof ConfigIncluderFile reader) {
            return reader.includeFile(context, what);
        }
        throw new IllegalStateException("the library reads no files");
    }

    @Override
    public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
        throw refused(what.toString());
    }

    @Override
    public ConfigObject includeResources(ConfigIncludeContext context, String what) {
        throw refused("classpath(" + what + ")");
    }

    private ConfigIncluder library() {
        if (files == null) {
            throw new IllegalStateException("the library has handed over no includer");
        }
        return files;
    }

    private UserException refused(String what) {
        return new UserException(where + ": include '" + what + "': expected a file. Nothing is fetched for a"
                + " configuration: copy it into a file, and include that.");
    }

    private void admit(String what) {
        if (budget.most == 0) {
            throw new UserException(
                    where + ": include '" + what + "': nothing is included here. Put it into a file, and"
                            + " read that, or copy the lines of the other.");
        }
        if (budget.files-- <= 0) {
            throw new UserException(where + ": include '" + what + "': more files are included than " + MAX_FILES
                    + ". Does a file include itself?");
        }
    }

    private void requireFile(String name) {
        try {
            Path file = Path.of(name);
            if (Files.exists(file)) {
                budget.bytes -= requireFile(file);
                if (budget.bytes < 0) {
                    throw new UserException(where + ": the files that it includes are longer than " + 4L * MAX_BYTES
                            + " bytes together. Does a file include itself?");
                }
            }
        } catch (InvalidPathException e) {
            throw new UserException(where + ": include '" + name + "': this is no path of a file.", e);
        }
    }

    /**
     * Fails unless it is a file of a configuration's size, in UTF-8 and within {@link TextBounds}: not a pipe, nor a
     * device without end.
     *
     * @return its length
     */
    static long requireFile(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new UserException(
                    file + ": expected a config file, found " + FoundPath.words(file) + ". Check the path.");
        }
        try {
            byte[] bytes = BoundedFile.readAtMost(file, MAX_BYTES);
            Utf8Lines.of(file, bytes); // the library would put U+FFFD where it reads no letter
            TextBounds.require(file.toString(), new String(bytes, StandardCharsets.UTF_8));
            return bytes.length;
        } catch (BoundedFile.TooLargeException e) {
            throw new UserException(file + ": " + e.getMessage() + " of configuration. Check the path.", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot be read (" + IoReason.of(e) + "). Check its permissions.", e);
        }
    }
}
