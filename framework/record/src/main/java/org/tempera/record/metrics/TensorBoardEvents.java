package org.tempera.record.metrics;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;
import org.tempera.record.image.PngFiles;
import org.tempera.record.image.RgbImage;
import org.tempera.record.run.RunFolder;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;
import org.tensorflow.proto.SummaryMetadata;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Writes numbers, pictures and texts as an event file that TensorBoard reads; the step is the epoch.
 *
 * <p>A resumed run begins another file in the same folder, with a mark at which TensorBoard forgets later steps of the
 * earlier files.
 */
public final class TensorBoardEvents implements MetricSink {
    private static final String VERSION = "brain.Event:2";

    /** {@link RunFolder#EVENTS}, then second, host and number. */
    private static final Pattern NAME = Pattern.compile(Pattern.quote(RunFolder.EVENTS) + "\\d{10,}\\.[^/]+\\.\\d+");

    private final Path file;
    private final TfRecordWriter records;
    private final InstantSource clock;

    private TensorBoardEvents(Path file, TfRecordWriter records, InstantSource clock) {
        this.file = file;
        this.records = records;
        this.clock = clock;
    }

    /**
     * Begins the event file of a new run in a folder.
     *
     * @param clock tells the times of what is written
     */
    public static TensorBoardEvents create(Path folder, InstantSource clock) {
        return open(folder, clock);
    }

    /** Begins another event file of a run that goes on after {@code epoch} complete epochs. */
    public static TensorBoardEvents resume(Path folder, int epoch, InstantSource clock) {
        TensorBoardEvents events = open(folder, clock);
        events.write(Event.newBuilder()
                .setStep(epoch + 1L)
                .setSessionLog(SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START)));
        return events;
    }

    private static TensorBoardEvents open(Path folder, InstantSource clock) {
        Path file = folder;
        try {
            for (int n = 0; n == 0 || Files.exists(file); n++) {
                file = folder.resolve(String.format(
                        Locale.ROOT, "%s%010d.%s.%d", RunFolder.EVENTS, clock.millis() / 1000, host(), n));
            }
            TfRecordWriter records =
                    new TfRecordWriter(FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            TensorBoardEvents events = new TensorBoardEvents(file, records, clock);
            events.write(Event.newBuilder().setFileVersion(VERSION));
            return events;
        } catch (IOException e) {
            throw JsonLines.cannotWrite(file, e);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9_-]", "_");
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    /** Whether a file's name is of an event file that this class makes. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** The file that is being written. */
    public Path file() {
        return file;
    }

    @Override
    public void epoch(int epoch, SortedMap<String, Double> values) {
        Summary.Builder summary = Summary.newBuilder();
        for (Map.Entry<String, Double> value : values.entrySet()) {
            summary.addValue(Summary.Value.newBuilder()
                    .setTag(value.getKey())
                    .setSimpleValue(value.getValue().floatValue()));
        }
        write(Event.newBuilder().setStep(epoch).setSummary(summary));
    }

    @Override
    public void image(int epoch, String name, RgbImage image) {
        Summary.Image picture = Summary.Image.newBuilder()
                .setWidth(image.width())
                .setHeight(image.height())
                .setColorspace(3)
                .setEncodedImageString(ByteString.copyFrom(PngFiles.encode(image, Map.of())))
                .build();
        Summary.Value value =
                Summary.Value.newBuilder().setTag(name).setImage(picture).build();
        write(Event.newBuilder().setStep(epoch).setSummary(Summary.newBuilder().addValue(value)));
    }

    @Override
    public void text(int epoch, String name, String markdown) {
        TensorProto value = TensorProto.newBuilder()
                .setDtype(DataType.DT_STRING)
                .setTensorShape(TensorShapeProto.newBuilder())
                .addStringVal(ByteString.copyFromUtf8(markdown))
                .build();
        SummaryMetadata shownAs = SummaryMetadata.newBuilder()
                .setPluginData(SummaryMetadata.PluginData.newBuilder().setPluginName("text"))
                .build();
        Summary.Value text = Summary.Value.newBuilder()
                .setTag(name)
                .setMetadata(shownAs)
                .setTensor(value)
                .build();
        write(Event.newBuilder().setStep(epoch).setSummary(Summary.newBuilder().addValue(text)));
    }

    private void write(Event.Builder event) {
        try {
            records.write(event.setWallTime(clock.millis() / 1000.0).build().toByteArray());
            records.force();
        } catch (IOException e) {
            throw JsonLines.cannotWrite(file, e);
        }
    }

    @Override
    public void close() {
        try {
            records.close();
        } catch (IOException e) {
            throw JsonLines.cannotWrite(file, e);
        }
    }
}
