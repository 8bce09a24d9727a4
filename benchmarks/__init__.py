"""Speed as ratios within one run: ours against the same rows written by hand in SQL."""
