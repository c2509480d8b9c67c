package io.headend.packaging;

import io.headend.core.http.Headers;
import io.headend.core.http.MediaBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/** Whether a client takes gzip, and what it then gets (RFC 9110, 8.4 and 12.5.3). */
final class ContentCoding {

    private ContentCoding() {}

    static boolean takesGzip(Headers request) {
        boolean any = false;
        for (String field : request.all("Accept-Encoding")) {
            for (String element : field.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = element.strip().split("\\s*;\\s*", -1);
                boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0{0,3})?");
                if (parts[0].equals("gzip") || parts[0].equals("x-gzip")) {
                    return !refused;
                }
                any |= parts[0].equals("*") && !refused;
            }
        }
        return any;
    }

    /** The same, compressed, with an entity tag of its own: another representation is another entity. */
    static StoredObject gzip(StoredObject plain) {
        if (!(plain.body() instanceof MediaBody.Bytes text)) {
            throw new IllegalArgumentException("only what is in memory is compressed");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            for (ByteBuffer part : text.parts()) {
                byte[] bytes = new byte[part.remaining()];
                part.get(bytes);
                zip.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String tag = plain.entityTag().replaceFirst("\"$", "-gzip\"");
        return new StoredObject(new MediaBody.Bytes(ByteBuffer.wrap(out.toByteArray())), tag);
    }
}
