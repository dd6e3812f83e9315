"""Reward ``rubric``: a grader that sees the rubric and a reference looks at each answer."""
