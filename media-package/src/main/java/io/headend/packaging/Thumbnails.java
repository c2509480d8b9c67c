package io.headend.packaging;

import io.headend.core.MediaException;
import io.headend.core.PictureSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Small pictures of a recording to show beside the position bar: sheets of pictures, row by row, each picture for an equal stretch of
 * time.
 *
 * @param sheets JPEG files, in order; the last one may be filled in part
 * @param each time of one picture, from 0.1 s to an hour
 * @param size of one picture
 * @param columns of a sheet, 1 to 100
 * @param rows of a sheet, 1 to 100
 */
public record Thumbnails(List<Path> sheets, Duration each, PictureSize size, int columns, int rows) {

    public Thumbnails {
        sheets = List.copyOf(sheets);
        if (sheets.isEmpty() || columns < 1 || columns > 100 || rows < 1 || rows > 100) {
            throw MediaException.invalidArgument(
                    "thumbnails need a sheet, and 1 to 100 columns and rows, not " + columns + " by " + rows);
        }
        if (each.toMillis() < 100 || each.compareTo(Duration.ofHours(1)) > 0) {
            throw MediaException.invalidArgument("a thumbnail stands for 0.1 s to an hour, not " + each);
        }
    }

    /** Time of one sheet. */
    Duration sheet() {
        return each.multipliedBy((long) columns * rows);
    }
}
