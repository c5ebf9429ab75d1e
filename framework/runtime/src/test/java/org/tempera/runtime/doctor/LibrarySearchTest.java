package org.tempera.runtime.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.tempera.runtime.doctor.LibrarySearch.Found;
import org.tempera.testing.Messages;
import org.tempera.testing.StubLibrary;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Libraries are found where Linux's loader finds them, in its order. */
public class LibrarySearchTest {
    private static final String NAME = "libcudnn.so.9";

    private Path root = Path.of("");

    @BeforeMethod
    public void makeFolder() {
        root = Messages.temporaryFolder();
    }

    @AfterMethod
    public void removeFolder() {
        Messages.delete(root);
    }

    @Test
    public void theEnvironmentComesBeforeTheLibrarysFoldersAndTheseBeforeTheCache() throws IOException {
        Path own = library("app/nvidia/lib");
        Path path = library("path");
        Path cached = library("opt/cached");
        cache(false, NAME, "/opt/cached/" + NAME);
        ElfFile asking = asking("$ORIGIN/nvidia/lib");
        assertThat(search("path").find(NAME, asking)).isEqualTo(new Found.At(path, "LD_LIBRARY_PATH"));
        Files.delete(path);
        assertThat(search("path").find(NAME, asking)).isEqualTo(new Found.At(own, "the folders of asking.so"));
        Files.delete(own);
        assertThat(search("path").find(NAME, asking)).isEqualTo(new Found.At(cached, "ld.so.cache"));
        Files.delete(cached);
        Path system = library("usr/lib");
        assertThat(search("path").find(NAME, asking)).isEqualTo(new Found.At(system, "the system's folders"));
    }

    @Test
    public void aLibraryForAnotherProcessorIsPassedOver() {
        StubLibrary.of(NAME).ofMachine(ElfFile.AARCH64).write(root.resolve("path/" + NAME));
        assertThat(search("path").find(NAME, asking("")))
                .isEqualTo(new Found.PassedOver(
                        root.resolve("path/" + NAME), "is for aarch64, and TensorFlow's library for x86-64"));
        Path right = library("lib64");
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.At(right, "the system's folders"));
    }

    /** As Steam and Wine have them, in the same variable. */
    @Test
    public void aLibraryOf32BitsIsPassedOver() throws IOException {
        byte[] small = StubLibrary.of(NAME).bytes();
        small[4] = 1;
        Files.createDirectories(root.resolve("path"));
        Files.write(root.resolve("path/" + NAME), small);
        assertThat(search("path").find(NAME, asking("")))
                .isEqualTo(new Found.PassedOver(root.resolve("path/" + NAME), "is of 32 bits"));
        Path right = library("lib64");
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.At(right, "the system's folders"));
    }

    /** As is left where a package is removed in part. */
    @Test
    public void aLinkToNowhereIsPassedOver() throws IOException {
        Path link = root.resolve("path/" + NAME);
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, root.resolve("none"));
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.PassedOver(link, "is a link to nowhere"));
        Path right = library("usr/local/cuda/lib64");
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.Elsewhere(right));
    }

    /** As a container's mount makes where the source is missing. */
    @Test
    public void aFolderOrALinkInACircleIsWhereTheSearchEnds() throws IOException {
        library("lib64");
        Path file = root.resolve("path/" + NAME);
        Files.createDirectories(file);
        assertThat(search("path").find(NAME, asking(""))).isInstanceOf(Found.Unusable.class);
        Files.delete(file);
        Files.createSymbolicLink(file, file);
        assertThat(search("path").find(NAME, asking(""))).isInstanceOf(Found.Unusable.class);
        Files.delete(file);
        Files.createSymbolicLink(file, root.resolve("none"));
        assertThat(search("path").find(NAME, asking(""))).isInstanceOf(Found.At.class);
    }

    @Test
    public void aDamagedOneIsWhereTheSearchEnds() throws IOException {
        Files.createDirectories(root.resolve("path"));
        Files.writeString(root.resolve("path/" + NAME), "404 not found");
        library("lib64");
        assertThat(search("path").find(NAME, asking("")))
                .isInstanceOfSatisfying(
                        Found.Unusable.class, bad -> assertThat(bad.file()).isEqualTo(root.resolve("path/" + NAME)));
    }

    @DataProvider
    public Object[][] usual() {
        return new Object[][] {
            {"usr/local/cuda/lib64"}, {"usr/local/cuda-12.5/targets/x86_64-linux/lib"}, {"opt/cuda/lib64"}
        };
    }

    @Test(dataProvider = "usual")
    public void whereTheLoaderDoesNotLookIsTold(String folder) {
        Path there = library(folder);
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.Elsewhere(there));
    }

    @Test
    public void otherVersionsAreTold() throws IOException {
        Path eight = StubLibrary.of("libcudnn.so.8").write(root.resolve("opt/cached/libcudnn.so.8"));
        Path seven = StubLibrary.of("libcudnn.so.7").write(root.resolve("path/libcudnn.so.7.6.5"));
        cache(true, "libcudnn.so.8", "/opt/cached/libcudnn.so.8", "libcudnn_ops.so.8", "/opt/cached/libcudnn_ops.so.8");
        assertThat(search("path").find(NAME, asking(""))).isEqualTo(new Found.OtherVersion(List.of(seven, eight)));
        assertThat(search("path").find("libcufft.so.11", asking(""))).isEqualTo(new Found.Nowhere());
    }

    @Test
    public void aCacheThatIsCutOffHasWhatIsWhole() {
        byte[] whole = StubLibrary.loaderCache(true, NAME, "/opt/" + NAME, "libc.so.6", "/lib/libc.so.6");
        assertThat(LoaderCache.of(whole).files()).containsOnlyKeys(NAME, "libc.so.6");
        for (int length = 0; length < whole.length; length++) {
            LoaderCache.of(java.util.Arrays.copyOf(whole, length));
        }
        assertThat(LoaderCache.of(
                                "ld.so-1.7.0\0\377\377\377\377".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))
                        .files())
                .isEmpty();
        assertThat(LoaderCache.read(root.resolve("none")).files()).isEmpty();
    }

    private LibrarySearch search(String path) {
        return LibrarySearch.of(
                root, Map.of("LD_LIBRARY_PATH", ":" + root.resolve(path) + ":/no/such/folder"), ElfFile.X86_64);
    }

    private ElfFile asking(String folders) {
        return ElfFile.read(StubLibrary.of("asking.so").lookingIn(folders).write(root.resolve("app/asking.so")));
    }

    private Path library(String folder) {
        return StubLibrary.of(NAME).write(root.resolve(folder).resolve(NAME));
    }

    private void cache(boolean older, String... entries) throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.write(root.resolve("etc/ld.so.cache"), StubLibrary.loaderCache(older, entries));
    }
}
