"""Rewards for reinforcement learning: what an answer is worth, or that nobody can say."""
