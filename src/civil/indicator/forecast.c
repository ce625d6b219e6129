#include "civil/indicator/indicator.h"

#include <math.h>

/* Student's t, two-sided 95 %, by degrees of freedom 1..30 (any table; beyond 30 the expansion
 * z + (z^3 + z) / 4n of Cornish and Fisher is right to three digits). */
static double student(size_t n) {
    static const double t[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
    const double z = 1.959964;
    return n <= ARRAY_LEN(t) ? t[n - 1] : z + (z * z * z + z) / (4 * (double)n);
}

bool indicator_forecast(const struct indicator_point *point, size_t n, date_t day, struct indicator_forecast *ret) {
    if (n < 3)
        return false;
    double mx = 0, my = 0, sxx = 0, sxy = 0, rest = 0;
    for (size_t i = 0; i < n; i++) {
        mx += point[i].day / (double)n;
        my += dec_to_double(point[i].value) / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double x = point[i].day - mx;
        sxx += x * x;
        sxy += x * (dec_to_double(point[i].value) - my);
    }
    if (sxx <= 0)
        return false;
    double slope = sxy / sxx, x = day - mx;
    for (size_t i = 0; i < n; i++) {
        double e = dec_to_double(point[i].value) - my - slope * (point[i].day - mx);
        rest += e * e;
    }
    double width = student(n - 2) * sqrt(rest / (double)(n - 2) * (1 + 1 / (double)n + x * x / sxx));
    *ret = (struct indicator_forecast){my + slope * x, my + slope * x - width, my + slope * x + width, n};
    return true;
}
