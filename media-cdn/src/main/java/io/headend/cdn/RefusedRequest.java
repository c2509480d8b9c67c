package io.headend.cdn;

/** A request that does not reach the handler. */
final class RefusedRequest extends Exception {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String sentence;

    RefusedRequest(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
        this.sentence = sentence;
    }

    int status() {
        return status;
    }

    /** What the client reads. */
    String sentence() {
        return sentence;
    }
}
