"""Goals, rubrics and reference plans out of papers, to train on with the reward `rubric`."""
