"""The skills' own test cases, run against models and graded."""
