"""Two models on the same prompts, judged in pairs and in both orders."""
