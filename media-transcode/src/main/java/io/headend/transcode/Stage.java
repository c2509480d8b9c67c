package io.headend.transcode;

/** Works on what one rendition's thread takes from its queue; used and closed by that thread alone. */
interface Stage extends AutoCloseable {

    /** Takes the work over, also when it throws. */
    void accept(Work work);

    /** Delivers everything that is still inside. */
    void finish();

    @Override
    void close();
}
