"""Statistics of paired answers: pure functions on plain numbers; importing them costs nothing."""
