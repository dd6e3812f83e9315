"""From bundles to disk: the only place that writes, and the record of what was written."""
