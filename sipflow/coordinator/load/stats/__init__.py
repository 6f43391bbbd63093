"""The statistics of a load: counts, ratios, latencies, failures and thresholds."""
