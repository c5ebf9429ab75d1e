package org.tempera.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.tempera.record.run.Provenance.ReadFile;
import org.testng.annotations.Test;

/** What workers compare of the files that they read. */
public class WorkerGroupsTest {
    private static final String NAME = "diffusion_pytorch_model.safetensors";

    /** Of a model's networks each has a file of the same name. */
    @Test
    public void everyFileIsComparedWhereverItLies() {
        Map<String, String> here = WorkerGroups.files(files("/data/models/sd", "/data/clip.safetensors"));
        assertThat(here)
                .isEqualTo(Map.of(
                        "the file unet/" + NAME + " of the policy",
                        "1",
                        "the file vae/" + NAME + " of the policy",
                        "2",
                        "the file clip.safetensors of the reward clip",
                        "3"));
        assertThat(WorkerGroups.files(files("D:\\sd", "clip.safetensors"))).isEqualTo(here);
    }

    /** One may lie above another's folder. */
    @Test
    public void namesMayBeOfDifferentDepth() {
        assertThat(WorkerGroups.files(
                        List.of(new ReadFile("policy", "a/x.bin", "1"), new ReadFile("policy", "a/b/x.bin", "2"))))
                .containsOnlyKeys("the file x.bin of the policy", "the file b/x.bin of the policy");
    }

    private static List<ReadFile> files(String model, String clip) {
        return List.of(
                new ReadFile("policy", model + "/unet/" + NAME, "1"),
                new ReadFile("policy", model + "/vae/" + NAME, "2"),
                new ReadFile("reward clip", clip, "3"));
    }

    @Test
    public void variablesThatChangeNumbersAreComparedAndThoseThatSayWhereAreNot() {
        assertThat(WorkerGroups.variables(
                        Map.of("TF_ENABLE_ONEDNN_OPTS", "0", "CUDA_VISIBLE_DEVICES", "1", "HOME", "/a")))
                .containsExactly(Map.entry("the environment's TF_ENABLE_ONEDNN_OPTS", "0"));
    }
}
