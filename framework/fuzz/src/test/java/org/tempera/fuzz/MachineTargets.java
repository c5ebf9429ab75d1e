package org.tempera.fuzz;

import java.util.List;
import java.util.Map;
import org.tempera.runtime.doctor.ElfFile;
import org.tempera.runtime.doctor.LoaderCache;
import org.tempera.testing.StubLibrary;

/** What {@code doctor} reads of a machine: libraries of others, and the loader's list of them. */
final class MachineTargets {
    private static final String LIBRARY = "lib.so";
    private static final String CACHE = "ld.so.cache";

    private MachineTargets() {}

    static void add(List<Target> all) {
        all.add(Target.of(
                "elf-library",
                List.of(
                        Map.of(
                                LIBRARY,
                                StubLibrary.of("libone.so.1")
                                        .needing("libtwo.so.2", "libthree.so.3")
                                        .lookingIn("$ORIGIN:$ORIGIN/../nvidia/cudnn/lib")
                                        .bytes()),
                        Map.of(LIBRARY, new StubLibrary(ElfFile.AARCH64, "", List.of(), "/opt", true).bytes())),
                folder -> ElfFile.read(folder.resolve(LIBRARY))));
        all.add(Target.of(
                "loader-cache",
                List.of(
                        Map.of(CACHE, StubLibrary.loaderCache(false, "libc.so.6", "/lib/libc.so.6")),
                        Map.of(CACHE, StubLibrary.loaderCache(true, "a.so.1", "/a.so.1", "b.so.2", "/lib/b.so.2"))),
                folder -> LoaderCache.read(folder.resolve(CACHE))));
    }
}
