package io.headend.core;

/** The protection schemes of ISO/IEC 23001-7 that CMAF allows. */
public enum ProtectionScheme {
    /** AES-128 counter mode over sub-sample ranges. */
    CENC,
    /** AES-128 CBC, 1 of 10 blocks of video, constant initialisation vector. */
    CBCS;

    /** The four-character code in {@code schm}. */
    public String fourcc() {
        return this == CENC ? "cenc" : "cbcs";
    }
}
