"""After a run: what happened, what is wrong and how sure that is, what to change."""
