"""Installing: which assistants, folders and files; what is polyskill's and what the user's."""
