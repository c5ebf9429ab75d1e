package org.tempera.graph;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tempera.base.files.SystemFile;

/**
 * Memory that processes hold and may still take, as Linux tells it: what the machine has available, or a control
 * group's limit has left where that is less. Other systems tell nothing.
 *
 * @param root where the system's files are
 */
public record FreeMemory(Path root) {
    private static final Pattern KIB = Pattern.compile("(\\w+):\\s+(\\d{1,15}) kB");
    private static final Pattern GROUP = Pattern.compile("\\d+:([^:]*):(/.*)");

    /** That of this machine. */
    public static FreeMemory ofThisMachine() {
        return new FreeMemory(Path.of("/"));
    }

    /** Bytes; empty where the system does not tell. */
    public OptionalLong bytes() {
        OptionalLong available = kib(root.resolve("proc/meminfo"), "MemAvailable");
        OptionalLong left = leftOfGroup();
        if (available.isEmpty() || left.isEmpty()) {
            return available.isPresent() ? available : left;
        }
        return OptionalLong.of(Math.min(available.getAsLong(), left.getAsLong()));
    }

    /** What a process holds now, in bytes; empty where the system does not tell. */
    public OptionalLong of(long pid) {
        return kib(status(pid), "VmRSS");
    }

    /** What of that no other process may hold too, as one does the pages of a library; in bytes. */
    public OptionalLong ownOf(long pid) {
        return kib(status(pid), "RssAnon");
    }

    /** The most that a process has held, in bytes; empty where the system does not tell. */
    public OptionalLong peakOf(long pid) {
        return kib(status(pid), "VmHWM");
    }

    private Path status(long pid) {
        return root.resolve("proc/" + pid + "/status");
    }

    /** A line {@code NAME: 123 kB}, in bytes. */
    private static OptionalLong kib(Path file, String name) {
        Matcher m = KIB.matcher(SystemFile.text(file));
        while (m.find()) {
            if (m.group(1).equals(name)) {
                return OptionalLong.of(1024 * Long.parseLong(m.group(2)));
            }
        }
        return OptionalLong.empty();
    }

    /** The group's own limit and those of the groups that it is in, less what they use that cannot be given back. */
    private OptionalLong leftOfGroup() {
        OptionalLong least = OptionalLong.empty();
        for (String line :
                SystemFile.text(root.resolve("proc/self/cgroup")).lines().toList()) {
            Matcher m = GROUP.matcher(line);
            boolean second = m.matches() && m.group(1).isEmpty();
            if (second || (m.matches() && m.group(1).equals("memory"))) {
                Path top = root.resolve(second ? "sys/fs/cgroup" : "sys/fs/cgroup/memory");
                Path group = top.resolve(m.group(2).substring(1)).normalize();
                for (Path g = group; g.startsWith(top); g = g.resolveSibling("")) {
                    OptionalLong left = second
                            ? left(g, "memory.max", "memory.current", "inactive_file")
                            : left(g, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file");
                    if (left.isPresent() && (least.isEmpty() || left.getAsLong() < least.getAsLong())) {
                        least = left;
                    }
                }
            }
        }
        return least;
    }

    private static OptionalLong left(Path group, String limit, String used, String reclaimable) {
        OptionalLong most = number(SystemFile.text(group.resolve(limit)));
        OptionalLong now = number(SystemFile.text(group.resolve(used)));
        if (most.isEmpty() || now.isEmpty()) {
            return OptionalLong.empty(); // no limit ("max"), or none that is seen from within a container
        }
        long cached = SystemFile.text(group.resolve("memory.stat"))
                .lines()
                .filter(line -> line.startsWith(reclaimable + " "))
                .mapToLong(
                        line -> number(line.substring(reclaimable.length() + 1)).orElse(0))
                .findFirst()
                .orElse(0);
        return OptionalLong.of(Math.max(0, most.getAsLong() - now.getAsLong() + cached));
    }

    private static OptionalLong number(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,18}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
