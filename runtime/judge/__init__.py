"""Models asked, answers judged, differences measured: providers, engine, judge, statistics."""
