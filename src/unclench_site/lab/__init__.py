"""The lab: cohorts, published trials and what-ifs, computed in the background."""
