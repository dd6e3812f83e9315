"""From one GPU to many: what accelerate, vLLM and SLURM are given. Planned, not measured."""
