package io.headend.transcode.quality;

/**
 * Support vector regression with a radial basis, evaluated as it stands:
 * {@code y = sum alpha_j exp(-gamma |z - v_j|^2) - rho}, {@code raw = (y - intercept) / slope}.
 *
 * @param input slope and intercept of each feature
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record SupportVectorRegression(
        double[][] input, double[][] vectors, double[] alphas, double gamma, double rho, double[] output)
        implements Regression {

    @Override
    public double raw(VmafFeatures features) {
        double[] z = features.toArray();
        for (int i = 0; i < z.length; i++) {
            z[i] = input[i][0] * z[i] + input[i][1];
        }
        double sum = -rho;
        for (int j = 0; j < alphas.length; j++) {
            double[] v = vectors[j];
            double distance = 0;
            for (int i = 0; i < z.length; i++) {
                distance += (z[i] - v[i]) * (z[i] - v[i]);
            }
            sum += alphas[j] * Math.exp(-gamma * distance);
        }
        return (sum - output[1]) / output[0];
    }
}
