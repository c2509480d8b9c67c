package io.headend.packaging;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.formats.isobmff.BoxReader;
import io.headend.formats.isobmff.Movie;
import io.headend.formats.isobmff.MovieTrack;
import io.headend.formats.isobmff.ParsedBox;
import io.headend.formats.isobmff.SampleCursor;
import io.headend.formats.isobmff.TrackExtendsBox;
import io.headend.formats.isobmff.TrackFragment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * An MP4 file on disk, progressive or fragmented: its index is mapped, its samples are read where they lie.
 *
 * <p><b>Threading:</b> reading is safe for several threads; cursors are not.
 */
final class Mp4File implements AutoCloseable {

    private static final int HEADER = 16;
    private static final long MAX_INDEX = Integer.MAX_VALUE;
    private static final int MAX_FRAGMENT_HEADER = 64 << 20;
    private static final int MAX_BOXES = 1 << 22;

    private final String name;
    private final FileChannel channel;
    private final long size;
    private final Movie movie;
    private final long[] fragments;

    private Mp4File(String name, FileChannel channel) throws IOException {
        this.name = name;
        this.channel = channel;
        this.size = channel.size();
        long moov = -1;
        long moovSize = 0;
        long[] found = new long[16];
        int count = 0;
        ByteBuffer header = ByteBuffer.allocate(HEADER);
        long at = 0;
        for (int boxes = 0; at + 8 <= size; boxes++) {
            require(boxes < MAX_BOXES, "it has more than " + MAX_BOXES + " boxes");
            header.clear().limit((int) Math.min(HEADER, size - at));
            readFully(header, at);
            long length = Integer.toUnsignedLong(header.getInt(0));
            int type = header.getInt(4);
            if (length == 1) {
                require(header.limit() == HEADER, "a box header at byte " + at + " is cut short");
                length = header.getLong(8);
            } else if (length == 0) {
                length = size - at;
            }
            require(boxes > 0 || isText(type), "it does not begin with a box");
            require(length >= 8 && length < Long.MAX_VALUE - at, "the box at byte " + at + " has no valid size");
            if (type == fourcc("moov") && moov < 0) {
                moov = at;
                moovSize = length;
            } else if (type == fourcc("moof")) {
                found = count == found.length ? Arrays.copyOf(found, count * 2) : found;
                found[count++] = at;
            }
            at += length;
        }
        require(moov >= 0, "it has no moov box: it is truncated, or was not finished");
        require(moov + moovSize <= size && moovSize <= MAX_INDEX, "its moov box is cut short");
        ByteBuffer index = channel.map(FileChannel.MapMode.READ_ONLY, moov, moovSize);
        this.movie = Movie.parse(BoxReader.read(index).get(0));
        this.fragments = Arrays.copyOf(found, count);
    }

    private static boolean isText(int type) {
        for (int shift = 0; shift < 32; shift += 8) {
            int c = type >> shift & 0xFF;
            if (c < 0x20 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private static int fourcc(String type) {
        return type.charAt(0) << 24 | type.charAt(1) << 16 | type.charAt(2) << 8 | type.charAt(3);
    }

    /**
     * @param name for messages
     * @throws MediaException {@code MALFORMED} if it is no MP4 file or is cut short, {@code IO} if it cannot be read
     */
    static Mp4File open(Path path, String name) {
        FileChannel channel = null;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            return new Mp4File(name, channel);
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "'" + name + "': no such file", e);
        } catch (IOException e) {
            closeQuietly(channel, e);
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + name + "': " + e.getMessage(), e);
        } catch (MediaException e) {
            closeQuietly(channel, e);
            throw new MediaException(e.code(), "'" + name + "': " + e.getMessage(), e);
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            closeQuietly(channel, e);
            throw new MediaException(
                    MediaErrorCode.MALFORMED, "'" + name + "': its index is damaged: " + e.getMessage(), e);
        }
    }

    /** Whether the file begins as MP4 files do. */
    static boolean isMp4(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(8);
            while (head.hasRemaining() && channel.read(head) >= 0) {}
            int type = head.getInt(4);
            return !head.hasRemaining()
                    && Stream.of("ftyp", "moov", "styp", "free", "skip", "mdat", "wide", "moof")
                            .anyMatch(known -> fourcc(known) == type);
        } catch (NoSuchFileException e) {
            throw new MediaException(MediaErrorCode.INVALID_ARGUMENT, "'" + path + "': no such file", e);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + path + "': " + e.getMessage(), e);
        }
    }

    private static void closeQuietly(@org.jspecify.annotations.Nullable FileChannel channel, Exception failure) {
        if (channel == null) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** For messages. */
    String name() {
        return name;
    }

    List<MovieTrack> tracks() {
        return movie.tracks();
    }

    /** Why tracks of the file are not among {@link #tracks}. */
    List<String> skipped() {
        return movie.skipped();
    }

    boolean isFragmented() {
        return fragments.length > 0;
    }

    /** A cursor before the first sample of a track. */
    SampleCursor cursor(MovieTrack track) {
        return isFragmented()
                ? new FragmentCursor(this, track.defaults())
                : track.samples().cursor();
    }

    int fragmentCount() {
        return fragments.length;
    }

    /**
     * What fragment {@code index} holds of a track.
     *
     * @param otherwise its decoding time where it does not say one
     */
    List<TrackFragment> fragment(int index, TrackExtendsBox defaults, long otherwise) {
        long at = fragments[index];
        try {
            ByteBuffer header = ByteBuffer.allocate(8);
            readFully(header, at);
            long length = Integer.toUnsignedLong(header.getInt(0));
            require(length >= 8 && length <= MAX_FRAGMENT_HEADER && at + length <= size, "a moof box is cut short");
            ByteBuffer moof = ByteBuffer.allocate((int) length);
            readFully(moof, at);
            ParsedBox box = BoxReader.read(moof.flip()).get(0);
            return TrackFragment.ofMovieFragment(box, at, defaults, otherwise);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + name + "': " + e.getMessage(), e);
        } catch (MediaException e) {
            throw new MediaException(e.code(), "'" + name + "': " + e.getMessage(), e);
        }
    }

    /**
     * Reads as much as the buffer takes.
     *
     * @throws MediaException {@code MALFORMED} if the file ends before that
     */
    void read(ByteBuffer into, long from) {
        try {
            if (from < 0 || from > size - into.remaining()) {
                throw MediaException.malformed("'" + name + "' is truncated: a sample at byte " + from + " of "
                        + into.remaining() + " bytes lies behind its end at " + size);
            }
            readFully(into, from);
        } catch (IOException e) {
            throw new MediaException(MediaErrorCode.IO, "cannot read '" + name + "': " + e.getMessage(), e);
        }
    }

    long size() {
        return size;
    }

    /** Does something with what the file says; what fails because of that names the file. */
    void named(Runnable step) {
        try {
            step.run();
        } catch (MediaException e) {
            String message = String.valueOf(e.getMessage());
            boolean input = e.code() == MediaErrorCode.MALFORMED || e.code() == MediaErrorCode.UNSUPPORTED;
            if (!input || message.contains("'" + name + "'")) {
                throw e;
            }
            throw new MediaException(e.code(), "'" + name + "': " + message, e);
        } catch (ArithmeticException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // times and sizes of a damaged index that no coding has
            throw new MediaException(
                    MediaErrorCode.MALFORMED, "'" + name + "': its index is damaged: " + e.getMessage(), e);
        }
    }

    private void readFully(ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int count = channel.read(into, at);
            if (count < 0) {
                throw new IOException("it became shorter while it was read");
            }
            at += count;
        }
    }

    private static void require(boolean condition, String why) {
        if (!condition) {
            throw MediaException.malformed(why);
        }
    }

    @Override
    public void close() {
        List<IOException> failures = new ArrayList<>();
        try {
            channel.close();
        } catch (IOException e) {
            failures.add(e);
        }
        if (!failures.isEmpty()) {
            throw new MediaException(MediaErrorCode.IO, "cannot close '" + name + "'", failures.get(0));
        }
    }
}
