package io.headend.transcode.quality;

/** From six features to a score that is not yet clipped. Immutable. */
sealed interface Regression permits GaussianPolynomial, SupportVectorRegression {

    double raw(VmafFeatures features);
}
