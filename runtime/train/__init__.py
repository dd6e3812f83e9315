"""Training: one readable recipe a method, and what they share."""
