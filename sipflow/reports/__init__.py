"""Files and pages that a command writes about its runs: JSON, CSV, HTML, Prometheus."""
