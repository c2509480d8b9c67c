package io.headend.drm.widevine;

import io.headend.core.MediaErrorCode;
import io.headend.core.MediaException;
import io.headend.drm.json.JsonReader;
import io.headend.drm.json.JsonValue;
import io.headend.drm.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code {"request":…,"signature":…,"signer":…}}: a request with who sends it. */
final class SignedEnvelope {

    private SignedEnvelope() {}

    static byte[] seal(String request, RequestSigner signer) {
        byte[] bytes = request.getBytes(StandardCharsets.UTF_8);
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("request", Base64.getEncoder().encodeToString(bytes));
        envelope.put("signature", Base64.getEncoder().encodeToString(signer.sign(bytes)));
        envelope.put("signer", signer.name());
        return JsonWriter.write(envelope).getBytes(StandardCharsets.UTF_8);
    }

    /** The request inside, if one of these signed it. */
    static JsonValue open(byte[] envelope, List<RequestSigner> known) {
        JsonValue json = JsonReader.read(envelope);
        byte[] request = base64(json.text("request").orElse(""));
        byte[] signature = base64(json.text("signature").orElse(""));
        String name = json.text("signer").orElse("");
        boolean signed =
                known.stream().anyMatch(signer -> signer.name().equals(name) && signer.verify(request, signature));
        if (!signed) {
            // One sentence for unknown signers and bad signatures, so that nobody learns which names exist.
            throw new MediaException(
                    MediaErrorCode.ACCESS_DENIED, "The request is not signed by a signer that is known here.");
        }
        return JsonReader.read(request);
    }

    static byte[] base64(String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw MediaException.malformed("A value of the request is no Base64.");
        }
    }
}
