"""What travels with a skill: training, judging, calculators. A leaf: imports nothing of ours."""
